//! Exceptions and comments: those that hold, those that have ended, those that nobody needs.

use super::*;

const EXEMPT: &str = "version: 1\nowner: a\nexceptions:\n  - id: EX-2026-031\n    rules: [secret/zoho-refresh-token]\n    paths: [\"legacy/**\"]\n    reason: revoked with the migration\n    approver: ciso\n    created: 2026-11-10\n    expires: 2026-12-15\n    ticket: SEC-527\n";

#[test]
fn an_exception_holds_until_its_last_day_and_then_both_are_told() {
    let facts = [secret("legacy/a.py", "1000.x"), secret("other/a.py", "1000.x")];
    let states = |today: Date| {
        let findings = on(EXEMPT, &facts, &[], today).findings;
        let open = findings.iter().filter(|f| f.rule.family() == "secret" && f.state == State::Open).count();
        let told = findings.iter().find(|f| f.rule.family() == "policy").map(|f| f.message.clone());
        (open, told)
    };
    assert_eq!(states(date(2026, 11, 12)), (1, None));
    let soon = "EX-2026-031 expires in 21 days, on 2026-12-15 (ticket SEC-527).";
    assert_eq!(states(TODAY), (1, Some(soon.to_owned())));
    let last = "EX-2026-031 expires today, on 2026-12-15 (ticket SEC-527).";
    assert_eq!(states(date(2026, 12, 15)), (1, Some(last.to_owned())));
    let over = "EX-2026-031 expired on 2026-12-15 (ticket SEC-527); its finding is active again. Renew with a new reason \
                or mend the cause.";
    assert_eq!(states(date(2026, 12, 16)), (2, Some(over.to_owned())));
    let early = states(date(2026, 11, 9));
    assert_eq!(early.0, 2);
}

#[test]
fn the_sentence_of_an_expired_exception_for_a_scope_says_remove_the_scope() {
    let facts = [asks("services/forms/a.py", "hubspot", "crm.schemas.contacts.write")];
    let before = on(MONOREPO, &facts, &[], TODAY).findings;
    assert!(matches!(of(&before, "scope/above-ceiling").state, State::Exempt { .. }), "{before:#?}");
    let after = on(MONOREPO, &facts, &[], date(2026, 12, 16)).findings;
    assert_eq!(of(&after, "scope/above-ceiling").state, State::Open);
    assert_eq!(
        of(&after, "policy/exception-expired").message,
        "EX-2026-031 expired on 2026-12-15 (ticket SEC-527); its finding is active again. Renew with a new reason or \
         remove the scope."
    );
}

#[test]
fn all_conditions_of_an_exception_must_hold_and_exceptions_add_up() {
    let scopes = MONOREPO.replace("scopes: [crm.schemas.contacts.write]", "scopes: [crm.schemas.contacts.read]");
    let facts = [asks("services/forms/a.py", "hubspot", "crm.schemas.contacts.write")];
    let findings = judged(&scopes, &facts);
    assert_eq!(of(&findings, "scope/above-ceiling").state, State::Open);
    assert_eq!(
        of(&findings, "policy/exception-unused").message,
        "EX-2026-031 matched nothing in this scan. Delete it."
    );
}

#[test]
fn an_exception_longer_than_allowed_does_not_hold() {
    let text = REGULATED.replace("expires: 2026-12-01", "expires: 2027-02-01");
    let mut hs = flaw(
        "jwt/symmetric-algorithm",
        "HS256",
        "HS256",
        Flaw { subject: Some("HS256".to_owned()), ..Flaw::default() },
    );
    hs.at.path = "legacy/portal/a.js".into();
    let findings = judged(&text, &[hs]);
    assert_eq!(of(&findings, "jwt/symmetric-algorithm").state, State::Open);
    assert!(of(&findings, "policy/exception-expired").message.starts_with("EX-77 runs 91 days, longer than the 30 of"));
}

fn ignore(rules: &[&str], reason: Option<&str>, until: Option<&str>) -> Ignore {
    let text = SourceText::new("token = ''  # overscope: ignore\n");
    let span = Span::new(14, 31);
    Ignore {
        at: Location { path: "a.py".into(), origin: Origin::WorkTree, region: text.region(span) },
        excerpt: cut(&text, span, &[]),
        lines: (1, 1),
        rules: rules.iter().map(|&rule| rule.to_owned()).collect(),
        reason: reason.map(str::to_owned),
        until: until.map(str::to_owned),
        code: Secret::new("the line").id(),
        tool: None,
    }
}

#[test]
fn an_inline_comment_needs_a_rule_a_reason_and_something_to_hide() {
    let run = |ignore: Ignore| {
        let findings = on("", &[secret("a.py", "1000.x")], &[ignore], TODAY).findings;
        let state = of(&findings, "secret/zoho-refresh-token").state.clone();
        let told = findings.iter().find(|f| f.rule.family() == "policy").map(|f| f.rule.as_str().to_owned());
        (state == State::Open, told)
    };
    let told = |rule: &str| Some(rule.to_owned());
    assert_eq!(run(ignore(&["secret/zoho-refresh-token"], Some("sample"), None)), (false, None));
    assert_eq!(run(ignore(&["secret/*"], Some("sample"), Some("2026-11-24"))), (false, None));
    assert_eq!(
        run(ignore(&["secret/*"], Some("sample"), Some("2026-11-23"))),
        (true, told("policy/exception-expired"))
    );
    assert_eq!(
        run(ignore(&["secret/*"], Some("sample"), Some("2026-13-23"))),
        (true, told("policy/exception-expired"))
    );
    assert_eq!(run(ignore(&["secret/*"], None, None)), (true, told("policy/ignore-without-reason")));
    assert_eq!(run(ignore(&[], Some("sample"), None)), (true, told("policy/ignore-without-reason")));
    assert_eq!(run(ignore(&["jwt/alg-none"], Some("sample"), None)), (true, told("policy/ignore-unused")));
}

#[test]
fn a_comment_of_another_tool_counts_only_where_the_policy_names_the_tool() {
    let run = |policy: &str| {
        let foreign = Ignore { tool: Some("gitleaks"), ..ignore(&["secret/*"], Some("`gitleaks:allow`"), None) };
        let findings = on(policy, &[secret("a.py", "1000.x")], &[foreign], TODAY).findings;
        let open = of(&findings, "secret/zoho-refresh-token").state == State::Open;
        (open, findings.iter().find(|f| f.rule.family() == "policy").map(|finding| finding.message.clone()))
    };
    assert_eq!(run(""), (true, None));
    assert_eq!(run("version: 1\nowner: a\ncompat: [semgrep]\n"), (true, None));
    let told = "A comment of gitleaks hides secret/zoho-refresh-token and gives no reason. Write `overscope: \
                ignore[secret/zoho-refresh-token] reason`.";
    assert_eq!(run("version: 1\nowner: a\ncompat: [gitleaks]\n"), (false, Some(told.to_owned())));
}
