//! What is said of requests for scopes: every sentence, both places pointed at, and the traps of coverage.

use super::*;

#[test]
fn a_denied_scope_points_at_the_code_and_at_the_line_that_denies() {
    let facts = [
        asks("jobs/zoho_sync/sync.py", "zoho-crm", "ZohoCRM.settings.ALL"),
        calls("jobs/zoho_sync/sync.py", "zoho-crm", "GET", "/crm/{version}/Deals"),
    ];
    let findings = judged(SMALL, &facts);
    let found = of(&findings, "scope/denied");
    assert_eq!(
        found.message,
        "Requests `ZohoCRM.settings.ALL`, denied by defaults.deny (overscope.yaml:8). Remove it; this code calls only \
         GET /Deals."
    );
    assert_eq!(&found.primary.excerpt.text[found.primary.excerpt.mark.range()], "ZohoCRM.settings.ALL");
    assert_eq!(policy_mark(found), "\"ZohoCRM.settings.ALL\"");
    let all = [asks("jobs/zoho_sync/sync.py", "zoho-crm", "ZohoCRM.modules.ALL"), facts[1].clone()];
    let findings = judged(SMALL, &all);
    let found = of(&findings, "scope/denied");
    assert_eq!(found.help.as_deref(), Some("Ask for what the calls need instead: `ZohoCRM.modules.deals.READ`."));
    assert_eq!(found.fix.as_ref().map(|fix| fix.replacement.as_str()), Some("ZohoCRM.modules.deals.READ"));
}

#[test]
fn coverage_decides_and_not_the_spelling() {
    let deny = |pattern: &str| format!("version: 1\nowner: a\ndefaults: {{deny: [\"{pattern}\"]}}\n");
    for (pattern, scope, denied) in [
        // A request that overlaps what is denied and does not cover it passes.
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.deals.READ", false),
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.deals.ALL", false),
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.ALL", true),
        ("ZohoCRM.modules.ALL", "zohocrm.Modules.all", true),
        // One that covers it is denied, although its name says nothing of deleting.
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.deals.ALL", true),
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.ALL", true),
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.deals.WRITE", true),
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.deals.READ", false),
        ("ZohoCRM.modules.*.READ", "ZohoCRM.modules.deals.READ", true),
        ("ZohoCRM.modules.*.READ", "ZohoCRM.modules.deals.CREATE", false),
        ("ZohoCRM.modules.{deals,leads}.READ", "ZohoCRM.modules.leads.READ", true),
        ("ZohoCRM.modules.{deals,leads}.READ", "ZohoCRM.modules.contacts.READ", false),
        ("class:group", "ZohoCRM.modules.ALL", true),
        ("class:group", "ZohoCRM.modules.deals.READ", false),
        ("risk:>=critical", "ZohoCRM.settings.ALL", true),
        ("risk:>=critical", "ZohoCRM.modules.deals.READ", false),
    ] {
        let findings = judged(&deny(pattern), &[asks("a.py", "zoho-crm", scope)]);
        assert_eq!(rules_of(&findings).contains(&"scope/denied"), denied, "deny {pattern}, request {scope}");
    }
}

#[test]
fn a_scope_split_into_its_parts_is_seen_through() {
    let policy = "version: 1\nowner: a\ndefaults: {deny: [\"ZohoCRM.modules.deals.ALL\"]}\n";
    let verb = |verb: &str| asks(&format!("{verb}.py"), "zoho-crm", &format!("ZohoCRM.modules.deals.{verb}"));
    let parts = ["CREATE", "DELETE", "READ", "UPDATE"].map(verb);
    assert!(!rules_of(&judged(policy, &parts[..3])).contains(&"scope/denied"));
    let findings = judged(policy, &parts);
    let found = of(&findings, "scope/denied");
    assert!(found.message.starts_with("Together `ZohoCRM.modules.deals.CREATE`, "), "{}", found.message);
    assert_eq!(found.related.len(), 4);
}

#[test]
fn a_scope_above_the_ceiling_names_the_ceiling_and_who_may_raise_it() {
    let policy = MONOREPO.replace("integrations:\n", "integrations:\n  archiver: {provider: microsoft-graph, purpose: p, owner: o, paths: [\"mail/**\"], scopes: {allow: [{scope: Mail.ReadWrite, reason: r}]}}\n");
    let findings = judged(&policy, &[asks("mail/a.py", "microsoft-graph", "Mail.ReadWrite")]);
    let found = of(&findings, "scope/above-ceiling");
    assert_eq!(
        found.message,
        "Requests `Mail.ReadWrite`; the organisation ceiling for microsoft-graph is `Mail.Read` (overscope.yaml:22). A \
         change needs security@acme.example."
    );
    assert_eq!(policy_mark(found), "\"Mail.Read\"");
}

#[test]
fn a_scope_that_is_not_allowed_names_what_is() {
    let findings = judged(MONOREPO, &[asks("services/forms/import.py", "hubspot", "crm.objects.companies.read")]);
    let found = of(&findings, "scope/above-ceiling");
    assert!(found.why.iter().any(|why| why.starts_with("also scope/not-allowed")), "{:?}", found.why);
    let open = MONOREPO.replace("{contacts,deals}.{read,write}", "**");
    let findings = judged(&open, &[asks("services/forms/import.py", "hubspot", "crm.objects.companies.read")]);
    let found = of(&findings, "scope/not-allowed");
    assert_eq!(
        found.message,
        "Requests `crm.objects.companies.read`; hubspot-import allows contacts only (overscope.yaml:41). Add it with a \
         reason, or drop it."
    );
    assert_eq!(policy_mark(found), "crm.objects.contacts.write");
}

#[test]
fn an_environment_is_told_by_the_path_and_any_may_be_meant_elsewhere() {
    let open = MONOREPO;
    let read = |path: &str| rules_of(&judged(open, &[asks(path, "hubspot", "crm.objects.contacts.read")])).len();
    assert_eq!(read("services/forms/config/sandbox.yml"), 0);
    assert_eq!(read("services/forms/app.py"), 0);
    assert_eq!(read("services/forms/config/production.yml"), 1);
}

#[test]
fn scopes_that_nobody_declared_are_told_once_for_a_file() {
    let facts = [
        asks("tools/backup.py", "dropbox", "files.content.read"),
        asks("tools/backup.py", "dropbox", "files.metadata.read"),
    ];
    let findings = judged(SMALL, &facts);
    let found = of(&findings, "scope/undeclared-integration");
    assert_eq!(
        found.message,
        "OAuth scopes for dropbox appear in tools/backup.py:1, but no integration covers this path. Run `overscope \
         policy init --add dropbox`."
    );
    assert_eq!(found.severity, Severity::High);
    assert_eq!(findings.iter().filter(|f| f.rule.as_str() == "scope/undeclared-integration").count(), 1);
    assert!(!rules_of(&judged("", &facts)).contains(&"scope/undeclared-integration"), "nothing is declared at all");
}

#[test]
fn an_unknown_scope_is_told_with_the_spelling_that_was_meant() {
    for (written, meant) in [
        ("ZohoCRM.modules.lead.READ", "ZohoCRM.modules.leads.READ"),
        ("CRM.modules.leads.READ", "ZohoCRM.modules.leads.READ"),
    ] {
        let findings = judged("", &[asks("a.py", "zoho-crm", written)]);
        let found = of(&findings, "scope/unknown");
        assert_eq!(found.message, format!("`{written}` is not a known scope; did you mean `{meant}`?"));
    }
}

#[test]
fn a_broad_scope_needs_a_reason_even_when_it_is_allowed() {
    let with = |entry: &str| {
        format!(
            "version: 1\nowner: a\nintegrations:\n  x:\n    provider: zoho-crm\n    purpose: p\n    owner: o\n    paths: \
             [\"**\"]\n    scopes: {{allow: [{entry}]}}\n"
        )
    };
    let asked = [asks("a.py", "zoho-crm", "ZohoCRM.modules.ALL")];
    assert_eq!(rules_of(&judged(&with("ZohoCRM.modules.ALL"), &asked)), ["scope/broad"]);
    assert!(rules_of(&judged(&with("{scope: ZohoCRM.modules.ALL, reason: the backup reads all}"), &asked)).is_empty());
    assert_eq!(rules_of(&judged("", &asked)), ["scope/broad"]);
    assert!(rules_of(&judged("", &[asks("a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")])).is_empty());
}

#[test]
fn an_integration_is_found_by_client_id_then_by_the_most_specific_path() {
    let text = "version: 1\nowner: a\nintegrations:\n  wide: {provider: zoho-crm, purpose: p, owner: o, paths: [\"**\"], scopes: {allow: [ZohoCRM.modules.deals.READ]}}\n  narrow: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/sync/**\"], client_ids: [\"client-7\"], scopes: {allow: [ZohoCRM.modules.leads.READ]}}\n";
    let leads = |path: &str, client: Option<&str>| {
        let mut fact = asks(path, "zoho-crm", "ZohoCRM.modules.leads.READ");
        if let Seen::Scope(asked) = &mut fact.seen {
            asked.client_id = client.map(str::to_owned);
        }
        rules_of(&judged(text, &[fact])).len()
    };
    assert_eq!(leads("jobs/other.py", None), 1);
    assert_eq!(leads("jobs/sync/a.py", None), 0);
    assert_eq!(leads("jobs/other.py", Some("client-7")), 0);
}

#[test]
fn a_broad_scope_names_the_calls_and_what_is_enough() {
    let facts =
        [asks("sync.py", "zoho-crm", "ZohoCRM.modules.ALL"), calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals")];
    let findings = judged("", &facts);
    let found = of(&findings, "scope/broad");
    assert_eq!(
        found.message,
        "Requests `ZohoCRM.modules.ALL`: create, read, update and delete on every CRM module. This code calls only GET \
         /Deals. Use `ZohoCRM.modules.deals.READ`."
    );
    assert_eq!(found.fix.as_ref().map(|fix| fix.replacement.as_str()), Some("ZohoCRM.modules.deals.READ"));
    assert!(found.related.iter().any(|label| label.text == "GET /Deals"));
}

#[test]
fn a_blind_call_is_named_and_keeps_back_what_is_not_certain() {
    let mut blind = calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals");
    if let Seen::Call(call) = &mut blind.seen {
        call.operation = None;
    }
    let facts = [
        asks("sync.py", "zoho-crm", "ZohoCRM.modules.ALL"),
        asks("sync.py", "zoho-crm", "ZohoCRM.coql.READ"),
        calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals"),
        blind,
    ];
    let findings = judged("", &facts);
    let found = of(&findings, "scope/broad");
    let said = " `ZohoCRM.modules.deals.READ` would do for the calls that could be resolved; the call at sync.py:1 could not \
                be resolved.";
    assert!(found.message.ends_with(said), "{}", found.message);
    assert_eq!(found.fix, None);
    let unused = of(&findings, "scope/unused");
    assert_eq!(unused.confidence, Confidence::Low);
    assert!(unused.message.contains("the call at sync.py:1 could not be resolved."), "{}", unused.message);
}

#[test]
fn an_unused_scope_says_how_many_calls_were_checked() {
    let mut facts = vec![
        asks("sync.py", "zoho-crm", "ZohoCRM.users.READ"),
        asks("sync.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
    ];
    for number in 0..14 {
        facts.push(calls(&format!("{number}.py"), "zoho-crm", "GET", "/crm/v8/Deals"));
    }
    let findings = judged("", &facts);
    let found = of(&findings, "scope/unused");
    assert_eq!(
        found.message,
        "`ZohoCRM.users.READ` is requested, no call in the repository needs it (checked 14 call sites). Usage outside the \
         repository cannot be seen."
    );
    assert_eq!(found.severity, Severity::Note);
    let policy = Policy::builtin();
    let bench = Bench {
        policy: &policy,
        rules: rules(),
        catalog: Catalog::builtin(),
        coverage: Coverage::Partial,
        today: TODAY,
        persona: Persona::Regular,
    };
    assert!(
        judge(&facts, &[], &Projects::default(), &bench).findings.is_empty(),
        "a partial scan does not speak of absence"
    );
}

#[test]
fn a_missing_scope_is_told_at_the_call() {
    let facts = [
        asks("sync.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
        calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals"),
        calls("write.py", "zoho-crm", "POST", "/crm/v8/Deals"),
    ];
    let findings = judged("", &facts);
    assert_eq!(
        of(&findings, "scope/missing").message,
        "POST /crm/v8/Deals at write.py:1 needs `ZohoCRM.modules.deals.CREATE`; the requested scopes do not include it. \
         It will fail with a scope error."
    );
    assert!(judged("", &facts[2..]).is_empty(), "where nothing is requested the scopes stand elsewhere");
}

#[test]
fn a_scope_that_is_not_allowed_and_called_for_names_the_call() {
    let open = MONOREPO.replace("{contacts,deals}.{read,write}", "**");
    let facts = [
        asks("services/forms/app.py", "hubspot", "crm.objects.companies.read"),
        calls("services/forms/import.py", "hubspot", "GET", "/crm/v3/objects/companies"),
    ];
    assert_eq!(
        of(&judged(&open, &facts), "scope/not-allowed").message,
        "Requests `crm.objects.companies.read`; hubspot-import allows contacts only (overscope.yaml:41). Add it with a \
         reason, or drop the call in services/forms/import.py:1."
    );
}

#[test]
fn the_worked_examples_of_needs_hold() {
    let needed = |provider: &str, scopes: &[&str], ops: &[(&str, &str)]| {
        let mut facts: Vec<Fact> = scopes.iter().map(|scope| asks("a.py", provider, scope)).collect();
        facts.extend(ops.iter().map(|(method, path)| calls("a.py", provider, method, path)));
        let findings = judged("", &facts);
        findings.iter().map(|f| format!("{}: {}", f.rule, f.message)).collect::<Vec<_>>().join("\n")
    };
    let zoho = needed("zoho-crm", &["ZohoCRM.Modules.Leads.read"], &[("GET", "/crm/v8/Leads")]);
    assert_eq!(zoho, "");
    let graph = needed(
        "microsoft-graph",
        &["Mail.ReadWrite", "Mail.Send", "Files.ReadWrite.All"],
        &[("GET", "/v1.0/me/messages"), ("POST", "/v1.0/me/sendMail")],
    );
    assert!(graph.contains("Files.ReadWrite.All") && graph.contains("`Mail.Read"), "{graph}");
    assert!(!graph.contains("Requests `Mail.Send`"), "{graph}");
}

#[test]
fn of_two_scopes_that_would_do_the_one_called_needed_is_not_too_much() {
    let facts = [
        asks("a.py", "spotify", "playlist-modify-public"),
        asks("b.py", "spotify", "playlist-modify-private"),
        calls("c.py", "spotify", "POST", "/v1/playlists/{playlist_id}/items"),
    ];
    let bench = judged("version: 1\nowner: a\n", &facts);
    let unused: Vec<&str> = bench
        .iter()
        .filter(|found| found.rule.as_str() == "scope/unused")
        .map(|found| found.primary.at.path.as_str())
        .collect();
    assert!(!unused.contains(&"b.py"), "{unused:?}");
}
