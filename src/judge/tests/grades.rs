//! Severities, identities and the order of findings.

use super::*;

#[test]
fn tests_and_documentation_are_graded_down_and_never_dropped() {
    let with = |role: Role, text: &str| {
        let fact = Fact { role, ..secret("notes.ipynb", "1000.x") };
        judged(text, &[fact])[0].severity
    };
    assert_eq!(with(Role::Product, ""), Severity::Critical);
    assert_eq!(with(Role::Test, ""), Severity::Medium);
    assert_eq!(with(Role::Docs, ""), Severity::Low);
    assert_eq!(with(Role::Docs, "version: 1\nowner: a\ndefaults: {docs_severity: high}\n"), Severity::High);
    let forbidden = "version: 1\nowner: a\nsecrets: {forbidden_paths: [\"**/*.ipynb\"]}\n";
    assert_eq!(with(Role::Docs, forbidden), Severity::Critical);
    let over = "version: 1\nowner: a\noverrides: [{paths: [\"*.ipynb\"], severity: {\"secret/*\": note, secret/zoho-refresh-token: low}, reason: r}]\n";
    assert_eq!(with(Role::Product, over), Severity::Low);
    let monitor = "version: 1\nowner: a\ngates: {modes: {secrets: monitor}}\n";
    assert_eq!(with(Role::Product, monitor), Severity::Note);
}

#[test]
fn a_rule_can_be_switched_off_with_a_reason() {
    let off = "version: 1\nowner: a\nrules: {\"secret/*\": {enabled: false, reason: another tool does it}}\n";
    assert!(judged(off, &[secret("a.py", "1000.x")]).is_empty());
}

#[test]
fn a_value_of_the_manual_is_no_secret() {
    let secrets =
        |value: &str| judged(SMALL, &[secret("a.py", value)]).iter().filter(|f| f.rule.family() == "secret").count();
    assert_eq!((secrets("changeme"), secrets("changeme2")), (0, 1));
}

#[test]
fn identity_follows_the_value_and_the_file_and_never_the_line() {
    let name = |fact: &Fact| judged("", std::slice::from_ref(fact))[0].fingerprint.clone();
    let one = secret("a.py", "value-one");
    let mut moved = one.clone();
    moved.at.region.start.line += 2;
    assert_eq!(name(&one), name(&moved));
    assert_ne!(name(&one), name(&secret("a.py", "value-two")));
    assert_ne!(name(&one), name(&secret("b.py", "value-one")));
    assert_eq!(name(&one).0.len(), 32);
    let mut second = one.clone();
    second.at.region.start.line += 9;
    let both = judged("", &[one.clone(), second]);
    assert_eq!(both[0].fingerprint, name(&one));
    assert_ne!(both[0].fingerprint, both[1].fingerprint);
}

#[test]
fn findings_come_in_order_of_path_line_and_rule() {
    let facts = [secret("b.py", "x"), asks("a.py", "zoho-crm", "ZohoCRM.modules.ALL"), secret("a.py", "y")];
    let findings = judged("", &facts);
    let order: Vec<(&str, &str)> = findings.iter().map(|f| (f.primary.at.path.as_str(), f.rule.as_str())).collect();
    assert_eq!(order[0].0, "a.py");
    assert_eq!(order[2].0, "b.py");
    let mut reversed = facts.to_vec();
    reversed.reverse();
    assert_eq!(judged("", &reversed), findings);
}
