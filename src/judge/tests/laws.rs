//! Laws that hold for every policy.

use super::*;

fn scope() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("ZohoCRM.modules.ALL"),
        Just("ZohoCRM.modules.READ"),
        Just("ZohoCRM.modules.deals.ALL"),
        Just("ZohoCRM.modules.deals.READ"),
        Just("ZohoCRM.modules.deals.CREATE"),
        Just("ZohoCRM.modules.deals.DELETE"),
        Just("ZohoCRM.modules.leads.WRITE"),
        Just("ZohoCRM.modules.My_Module.READ"),
        Just("ZohoCRM.coql.READ"),
        Just("ZohoCRM.users.ALL"),
        Just("ZohoCRM.modules.lead.READ"),
    ]
}

fn pattern() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        scope(),
        Just("ZohoCRM.modules.*.READ"),
        Just("ZohoCRM.**.DELETE"),
        Just("ZohoCRM.modules.{deals,leads}.{READ,CREATE}"),
        Just("class:group"),
        Just("class:read-only"),
        Just("risk:>=high"),
    ]
}

/// The places and scopes that some scope rule speaks about.
fn spoken(allow: &[&str], deny: &[&str], asked: &[&str]) -> BTreeSet<(String, String)> {
    let list = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<BTreeSet<_>>();
    let list = |words: &[&str]| list(words).into_iter().collect::<Vec<_>>().join(", ");
    let policy = format!(
        "version: 1\nowner: a\ndefaults: {{deny: [{}]}}\nintegrations:\n  x: {{provider: zoho-crm, purpose: p, owner: o, \
         paths: [\"**\"], scopes: {{allow: [{}]}}}}\n",
        list(deny),
        list(allow)
    );
    let facts: Vec<Fact> =
        asked.iter().enumerate().map(|(n, scope)| asks(&format!("{n}.py"), "zoho-crm", scope)).collect();
    let findings = judged(&policy, &facts);
    let open = findings.iter().filter(|f| f.rule.family() == "scope" && f.rule.as_str() != "scope/drift");
    open.map(|f| {
        (
            f.primary.at.path.to_string(),
            if f.message.starts_with("Together") { f.message.clone() } else { String::new() },
        )
    })
    .collect()
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn adding_an_allow_never_creates_a_finding(
        allow in proptest::collection::vec(pattern(), 0..4),
        more in pattern(),
        deny in proptest::collection::vec(pattern(), 0..3),
        asked in proptest::collection::vec(scope(), 1..5),
    ) {
        let before = spoken(&allow, &deny, &asked);
        let after = spoken(&[&allow[..], &[more]].concat(), &deny, &asked);
        prop_assert!(after.is_subset(&before), "{after:?} is not in {before:?}");
    }

    #[test]
    fn adding_a_deny_never_removes_a_finding(
        allow in proptest::collection::vec(pattern(), 0..4),
        deny in proptest::collection::vec(pattern(), 0..3),
        more in pattern(),
        asked in proptest::collection::vec(scope(), 1..5),
    ) {
        let before = spoken(&allow, &deny, &asked);
        let after = spoken(&allow, &[&deny[..], &[more]].concat(), &asked);
        let places = |set: &BTreeSet<(String, String)>| set.iter().map(|(place, _)| place.clone()).collect::<BTreeSet<_>>();
        prop_assert!(places(&before).is_subset(&places(&after)), "{before:?} is not in {after:?}");
    }
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_child_policy_never_widens_its_base(
        allow in proptest::collection::vec(pattern(), 0..4),
        deny in proptest::collection::vec(pattern(), 0..3),
        own_allow in proptest::collection::vec(pattern(), 0..4),
        own_deny in proptest::collection::vec(pattern(), 0..3),
        asked in proptest::collection::vec(scope(), 1..5),
    ) {
        let list = |words: &[&str]| {
            let words: BTreeSet<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            words.into_iter().collect::<Vec<_>>().join(", ")
        };
        let text = |allow: &[&str], deny: &[&str]| {
            format!(
                "version: 1\nowner: a\ndefaults: {{deny: [{}]}}\nintegrations:\n  x: {{provider: zoho-crm, purpose: p, owner: \
                 o, paths: [\"**\"], scopes: {{allow: [{}]}}}}\n",
                list(deny),
                list(allow)
            )
        };
        let base = text(&allow, &deny);
        let own = format!("extends: [{{path: base.yaml}}]\n{}", text(&own_allow, &own_deny));
        let fetch = |_: &load::Base| Ok(base.clone());
        let path = Utf8Path::new("overscope.yaml");
        let child = load::read_with(&own, path, Catalog::builtin(), &fetch).expect("a policy").0;
        let alone = load::read(&base, path, Catalog::builtin()).expect("a policy").0;
        let facts: Vec<Fact> =
            asked.iter().enumerate().map(|(n, scope)| asks(&format!("{n}.py"), "zoho-crm", scope)).collect();
        let places = |policy: &Policy| {
            let findings = judge(&facts, &[], &Projects::default(), &bench(policy)).findings;
            let open = findings.iter().filter(|f| f.rule.family() == "scope" && f.rule.as_str() != "scope/drift");
            open.map(|f| f.primary.at.path.to_string()).collect::<BTreeSet<_>>()
        };
        let (before, after) = (places(&alone), places(&child));
        prop_assert!(before.is_subset(&after), "{before:?} is not in {after:?}");
    }
}
