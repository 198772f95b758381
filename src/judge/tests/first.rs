//! A first policy, and why a scope is judged as it is.

use super::*;

fn explained(subject: Subject<'_>, scope: &str) -> String {
    let policy = policy(SMALL);
    let line = |step: &crate::judge::explain::Step| {
        let mark = if step.stops { "x" } else { "-" };
        let at = step.line.as_deref().map_or(String::new(), |line| format!(" ({line})"));
        format!("{mark} {}: {}{at}", step.what, step.text)
    };
    explain(subject, Some(scope), &bench(&policy)).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_step_of_a_decision_is_explained_with_its_line() {
    insta::assert_snapshot!(explained(Subject::Integration("zoho-deals-sync"), "ZohoCRM.modules.ALL"));
    insta::assert_snapshot!(explained(Subject::Path("jobs/zoho_sync/a.py".into()), "zohocrm.modules.deals.read"));
    insta::assert_snapshot!(explained(Subject::Path("tools/a.py".into()), "ZohoCRM.modules.lead.READ"));
}

#[test]
fn a_first_policy_allows_what_the_calls_need_and_a_second_run_changes_nothing() {
    let facts = [
        asks("jobs/sync/main.py", "zoho-crm", "ZohoCRM.modules.ALL"),
        asks("jobs/sync/main.py", "zoho-crm", "ZohoCRM.users.ALL"),
        calls("jobs/sync/main.py", "zoho-crm", "GET", "/crm/v8/Deals"),
        asks("apps/forms/a.ts", "hubspot", "crm.objects.contacts.read"),
    ];
    let owners = "*  @acme/platform\n/jobs/ @acme/data # nightly\n";
    for (preset, name) in Preset::ALL {
        let builtin = Policy::builtin();
        let text = init(&facts, &Projects::default(), preset, owners, None, &bench(&builtin));
        let (first, mistakes) =
            load::read(&text, Utf8Path::new("overscope.yaml"), Catalog::builtin()).expect("a policy");
        assert!(mistakes.is_empty(), "{name}: {mistakes:#?}");
        assert_eq!(init(&facts, &Projects::default(), preset, owners, Some(&text), &bench(&first)), text, "{name}");
        if preset == Preset::Balanced {
            insta::assert_snapshot!(text);
            let more = [&facts[..], &[asks("tools/b.py", "dropbox", "files.content.read")]].concat();
            let added = init(&more, &Projects::default(), preset, owners, Some(&text), &bench(&first));
            assert!(added.starts_with(&text) && added.contains("\n  dropbox:\n    provider: dropbox\n"), "{added}");
        }
    }
}

#[test]
fn an_entry_is_added_inside_its_map_and_nothing_else_is_touched() {
    let text = "version: 1\nowner: a\nintegrations:\n  x: {provider: zoho-crm, purpose: p, owner: o, paths: [\"a/**\"]}\n\n# the end\njwt: {symmetric: deny}\n";
    let facts = [asks("b/c.py", "zoho-crm", "ZohoCRM.modules.deals.READ")];
    let policy = policy(text);
    let added = init(&facts, &Projects::default(), Preset::Balanced, "", Some(text), &bench(&policy));
    let (head, tail) = text.split_once("\n\n").expect("two parts");
    assert!(added.starts_with(head) && added.ends_with(tail), "{added}");
    assert!(added.contains("  zoho-crm:\n    provider: zoho-crm\n"), "{added}");
}
