//! How a request is judged, step by step as the policy guide tells it: each row is one rule of the order, and its trap.

use super::*;
use crate::finding::SAME_VALUE;

/// One row: what it shows, the policy below `owner`, the requests, the calls, and the scope rules that speak, in order
/// of place.
struct Row {
    shows: &'static str,
    policy: &'static str,
    asks: &'static [(&'static str, &'static str, &'static str)],
    calls: &'static [(&'static str, &'static str, &'static str, &'static str)],
    told: &'static [&'static str],
}

const ONE: &str = "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.deals.READ]}}\n";

const ROWS: &[Row] = &[
    // canon
    Row {
        shows: "the provider's own spellings of one scope are one scope",
        policy: ONE,
        asks: &[("jobs/a.py", "zoho-crm", "zohocrm.Modules.Deals.read")],
        calls: &[],
        told: &[],
    },
    Row {
        shows: "a scope that the catalogue does not know stands for itself: it is not allowed, and that says more",
        policy: ONE,
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.nonsense.READ.EVER")],
        calls: &[],
        told: &["scope/not-allowed"],
    },
    // whose
    Row {
        shows: "the most specific path wins over the wider one",
        policy: "integrations:\n  wide: {provider: zoho-crm, purpose: p, owner: o, paths: [\"**\"], scopes: {allow: [ZohoCRM.users.READ]}}\n  narrow: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/sync/**\"], scopes: {allow: [ZohoCRM.modules.deals.READ]}}\n",
        asks: &[
            ("jobs/sync/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
            ("lib/a.py", "zoho-crm", "ZohoCRM.users.READ"),
        ],
        calls: &[],
        told: &[],
    },
    Row {
        shows: "an integration of another provider at the same path does not answer for it",
        policy: "integrations:\n  mail: {provider: google, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [openid]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &["scope/undeclared-integration"],
    },
    Row {
        shows: "what is broad and undeclared is told as both: the one is about the scope, the other about the file",
        policy: ONE,
        asks: &[("lib/a.py", "zoho-crm", "ZohoCRM.modules.ALL")],
        calls: &[],
        told: &["scope/broad", "scope/undeclared-integration"],
    },
    // deny
    Row {
        shows: "a denial is tested by what is covered: a part of the group passes",
        policy: "defaults: {deny: [ZohoCRM.modules.ALL]}\nintegrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [\"ZohoCRM.modules.*.READ\"]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &[],
    },
    Row {
        shows: "a denial of a verb catches the scope that contains it without naming it",
        policy: "defaults: {deny: [\"ZohoCRM.**.DELETE\"]}\nintegrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [{scope: ZohoCRM.modules.deals.ALL, reason: r}]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.ALL")],
        calls: &[],
        told: &["scope/denied"],
    },
    Row {
        shows: "a denial wins over an allowance of the very same scope",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.deals.READ], deny: [ZohoCRM.modules.deals.READ]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &["scope/denied"],
    },
    Row {
        shows: "a denied scope in four parts is denied at the first",
        policy: "defaults: {deny: [ZohoCRM.modules.deals.ALL]}\nintegrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [\"ZohoCRM.modules.deals.{READ,CREATE,UPDATE,DELETE}\"]}}\n",
        asks: &[
            ("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
            ("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.CREATE"),
            ("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.UPDATE"),
            ("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.DELETE"),
        ],
        calls: &[],
        told: &["scope/denied"],
    },
    // ceiling
    Row {
        shows: "a ceiling bounds what is allowed below it, and an allowance cannot raise it",
        policy: "ceiling: {zoho-crm: [\"ZohoCRM.modules.*.READ\"]}\nintegrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.deals.CREATE]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.CREATE")],
        calls: &[],
        told: &["scope/above-ceiling"],
    },
    Row {
        shows: "a ceiling of one provider says nothing of another",
        policy: "ceiling: {google: [openid]}\nintegrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.deals.READ]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &[],
    },
    // allow
    Row {
        shows: "what is allowed allows its parts",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [{scope: ZohoCRM.modules.deals.ALL, reason: r}]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &[],
    },
    Row {
        shows: "several allowances together allow the scope that is their sum",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [\"ZohoCRM.modules.deals.{CREATE,UPDATE,DELETE}\"]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.WRITE")],
        calls: &[],
        told: &[],
    },
    Row {
        shows: "`*` is one segment and never crosses the verb",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [\"ZohoCRM.modules.*.READ\"]}}\n",
        asks: &[
            ("jobs/a.py", "zoho-crm", "ZohoCRM.modules.leads.READ"),
            ("jobs/a.py", "zoho-crm", "ZohoCRM.modules.leads.CREATE"),
        ],
        calls: &[],
        told: &["scope/not-allowed"],
    },
    Row {
        shows: "once an integration is listed, silence means no",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"]}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &["scope/not-allowed"],
    },
    // broad
    Row {
        shows: "a broad scope is told even where it is allowed, unless a reason stands beside it",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.ALL]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.ALL")],
        calls: &[],
        told: &["scope/broad"],
    },
    Row {
        shows: "the class from which a scope is broad is the policy's to set",
        policy: "defaults: {broad_class: sensitive}\nintegrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.deals.CREATE]}}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.CREATE")],
        calls: &[],
        told: &["scope/broad"],
    },
    // used, missing
    Row {
        shows: "a scope that no call needs is told, as a note",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.deals.READ, ZohoCRM.users.READ]}}\n",
        asks: &[
            ("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
            ("jobs/a.py", "zoho-crm", "ZohoCRM.users.READ"),
        ],
        calls: &[("jobs/c.py", "zoho-crm", "GET", "/crm/v8/Deals")],
        told: &["scope/unused"],
    },
    Row {
        shows: "without a call that is seen nothing is unused",
        policy: ONE,
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &[],
    },
    Row {
        shows: "a call whose scope nobody requests is told where it is made",
        policy: ONE,
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[("jobs/b.py", "zoho-crm", "GET", "/crm/v8/Deals"), ("jobs/c.py", "zoho-crm", "GET", "/crm/v8/users")],
        told: &["scope/missing"],
    },
    // exception
    Row {
        shows: "an exception that holds takes the finding away",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"]}\nexceptions:\n  - {id: E1, rules: [scope/not-allowed], integration: sync, scopes: [ZohoCRM.modules.deals.READ], reason: until the move is over, approver: c, created: 2026-11-01, expires: 2026-12-31}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &[],
    },
    Row {
        shows: "an exception for one scope says nothing of another",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"]}\nexceptions:\n  - {id: E1, rules: [scope/not-allowed], integration: sync, scopes: [ZohoCRM.modules.leads.READ], reason: until the move is over, approver: c, created: 2026-11-01, expires: 2026-12-31}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &["scope/not-allowed"],
    },
    Row {
        shows: "an exception that has ended does not hold",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"]}\nexceptions:\n  - {id: E1, rules: [scope/not-allowed], integration: sync, reason: until the move is over, approver: c, created: 2026-10-01, expires: 2026-11-23}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &["scope/not-allowed"],
    },
    Row {
        shows: "an exception longer than ninety days does not hold where the policy names no term",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"]}\nexceptions:\n  - {id: E1, rules: [scope/not-allowed], integration: sync, reason: until the move is over, approver: c, created: 2026-11-01, expires: 2027-01-31}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &["scope/not-allowed"],
    },
    // override
    Row {
        shows: "an override changes the severity and never what is allowed",
        policy: "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"]}\noverrides:\n  - {paths: [\"jobs/**\"], severity: {\"scope/*\": note}, reason: r}\n",
        asks: &[("jobs/a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")],
        calls: &[],
        told: &["scope/not-allowed"],
    },
];

#[test]
fn each_step_of_the_order_decides_as_the_guide_says() {
    for row in ROWS {
        let policy = format!("version: 1\nowner: a\n{}", row.policy);
        let mut facts: Vec<Fact> = row.asks.iter().map(|(path, provider, scope)| asks(path, provider, scope)).collect();
        facts.extend(
            row.calls.iter().map(|(path, provider, method, operation)| calls(path, provider, method, operation)),
        );
        let findings = judged(&policy, &facts);
        let open = findings.iter().filter(|finding| finding.state == State::Open && finding.rule.family() == "scope");
        let told: Vec<&str> = open.map(|finding| finding.rule.as_str()).collect();
        assert_eq!(told, row.told, "{}", row.shows);
    }
}

#[test]
fn without_a_policy_only_what_needs_none_can_be_said() {
    let facts = [
        asks("a.py", "zoho-crm", "ZohoCRM.modules.ALL"),
        asks("b.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
        asks("c.py", "zoho-crm", "ZohoCRM.modules.dealss.READ"),
        asks("d.py", "dropbox", "account_info.read"),
    ];
    let findings = judged("", &facts);
    assert_eq!(rules_of(&findings), ["scope/broad", "scope/unknown"]);
}

#[test]
fn the_gravest_is_told_and_the_rest_stands_inside_it() {
    let policy = "version: 1\nowner: a\ndefaults: {deny: [ZohoCRM.modules.ALL]}\nceiling: {zoho-crm: [\"ZohoCRM.modules.*.READ\"]}\nintegrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/**\"], scopes: {allow: [ZohoCRM.modules.deals.READ]}}\n";
    let findings = judged(policy, &[asks("jobs/a.py", "zoho-crm", "ZohoCRM.modules.ALL")]);
    assert_eq!(rules_of(&findings), ["scope/denied"]);
    let also: Vec<&str> = findings[0]
        .why
        .iter()
        .filter_map(|why| why.strip_prefix("also ")?.split_once(':').map(|(rule, _)| rule))
        .collect();
    assert_eq!(also, ["scope/above-ceiling", "scope/not-allowed", "scope/broad"]);
}

#[test]
fn of_a_value_in_very_many_places_the_first_name_each_other_and_all_others_the_first() {
    let facts: Vec<Fact> = (0..100).map(|number| secret(&format!("{number:03}.env"), "one value")).collect();
    let mut findings = judged(SMALL, &facts);
    findings.retain(|finding| finding.rule.family() == "secret");
    let same = |finding: &Finding| finding.related.iter().filter(|label| label.text == SAME_VALUE).count();
    let related: Vec<usize> = findings.iter().map(same).collect();
    assert_eq!(related.len(), 100);
    assert!(
        related[..25].iter().all(|&count| count == 24) && related[25..].iter().all(|&count| count == 1),
        "{related:?}"
    );
    assert!(findings[99].related.iter().any(|label| label.at.path == "000.env"));
}
