//! What the policy itself needs: reviews, retirements, entries that nobody uses.

use super::*;

/// Every sentence of the upkeep of a policy, word for word, with the place in the policy that it points at.
#[test]
fn every_sentence_of_upkeep_names_its_line() {
    let sync = |more: &str| {
        format!(
            "version: 1\nowner: a\nintegrations:\n  sync: {{provider: hubspot, purpose: p, owner: o, paths: [\"forms/**\"]{more}}}\n"
        )
    };
    let allow = ", scopes: {allow: [crm.objects.contacts.read]}";
    let exception = |expires: &str| {
        format!(
            "version: 1\nowner: a\nexceptions:\n  - {{id: EX-77, rules: [\"secret/*\"], paths: [\"a.py\"], reason: until the \
             migration, approver: c, created: 2026-11-02, expires: {expires}, ticket: SEC-527}}\n"
        )
    };
    let asks = || asks("forms/a.py", "hubspot", "crm.objects.contacts.read");
    for (rule, policy, facts, wanted, mark) in [
        (
            "policy/orphaned-integration",
            sync(allow),
            Vec::new(),
            "sync is active, but no file under forms/** mentions HubSpot any more. Retire it and revoke the grant.",
            "sync",
        ),
        (
            "policy/retired-but-present",
            sync(&format!(", lifecycle: retired{allow}")),
            vec![asks()],
            "sync is retired, but forms/a.py:1 still asks for `crm.objects.contacts.read`. Remove the code and revoke the grant.",
            "retired",
        ),
        (
            "policy/exception-unused",
            exception("2026-12-31"),
            Vec::new(),
            "EX-77 matched nothing in this scan. Delete it.",
            "EX-77",
        ),
        (
            "policy/exception-expired",
            exception("2026-11-20"),
            vec![secret("a.py", "1000.x")],
            "EX-77 expired on 2026-11-20 (ticket SEC-527); its finding is active again. Renew with a new reason or mend the cause.",
            "2026-11-20",
        ),
        (
            "policy/exception-expiring",
            exception("2026-11-25"),
            vec![secret("a.py", "1000.x")],
            "EX-77 expires tomorrow, on 2026-11-25 (ticket SEC-527).",
            "2026-11-25",
        ),
    ] {
        let findings = judged(&policy, &facts);
        let found = of(&findings, rule);
        assert_eq!(found.message, wanted, "{rule}");
        let labels = std::iter::once(&found.primary).chain(&found.related);
        let marks: Vec<&str> = labels
            .filter(|label| label.at.path == "overscope.yaml")
            .map(|label| &label.excerpt.text[label.excerpt.mark.range()])
            .collect();
        assert_eq!(marks, [mark], "{rule}");
    }
}

#[test]
fn an_overdue_review_is_told_with_its_dates() {
    let text = SMALL.replace("last: 2026-10-05, by: s.okafor", "last: 2026-06-30, by: s.okafor");
    let findings = judged(&text, &[]);
    let found = of(&findings, "policy/review-overdue");
    assert_eq!(
        found.message,
        "zoho-deals-sync was last reviewed 2026-06-30; quarterly review was due 2026-09-30 (+14 days grace)."
    );
    assert_eq!(found.primary.at.path, "overscope.yaml");
    assert!(judged(SMALL, &[]).iter().all(|f| f.rule.as_str() != "policy/review-overdue"));
    let early = on(&text, &[], &[], date(2026, 10, 14)).findings;
    assert!(early.iter().all(|f| f.rule.as_str() != "policy/review-overdue"));
}

#[test]
fn an_integration_that_nothing_belongs_to_is_told() {
    let findings = judged(
        MONOREPO,
        &[asks("apps/booking/a.ts", "google", "https://www.googleapis.com/auth/calendar.events.readonly")],
    );
    let orphans: Vec<&str> = findings
        .iter()
        .filter(|f| f.rule.as_str() == "policy/orphaned-integration")
        .map(|f| f.message.as_str())
        .collect();
    assert_eq!(
        orphans[0],
        "hubspot-import is active, but no file under services/forms/**, infra/forms/*.tf mentions HubSpot any more. Retire \
         it and revoke the grant."
    );
    assert_eq!(orphans.len(), 2);
}
