//! Exports of providers and logs, in the forms in which their consoles and APIs write them.

use std::collections::BTreeSet;

use super::grants::{GrantsError, read};
use super::usage;
use crate::scope::catalog::Catalog;

fn granted(provider: &str, file: &str, text: &str, clients: &[&str]) -> Result<Vec<String>, GrantsError> {
    let catalog = Catalog::builtin();
    let provider = catalog.provider(provider).expect("it is known");
    read(file, text, clients, provider, catalog).map(|scopes| scopes.into_iter().collect())
}

#[test]
fn entra_permission_grants_and_role_assignments_are_read() {
    let text = r#"{"value": [
        {"clientId": "c1", "consentType": "AllPrincipals", "principalId": null, "resourceId": "r", "scope": " Mail.Read User.Read"},
        {"clientId": "c2", "consentType": "Principal", "principalId": "p", "resourceId": "r", "scope": "Files.ReadWrite.All"}]}"#;
    assert_eq!(granted("microsoft-graph", "g.json", text, &["C1"]).expect("read"), ["Mail.Read", "User.Read"]);
    // The id that Microsoft documents for the application permission Mail.Read.
    let text = r#"[{"appRoleId": "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "principalDisplayName": "sync", "resourceDisplayName": "Microsoft Graph"}]"#;
    assert_eq!(granted("microsoft-graph", "roles.json", text, &[]).expect("read"), ["Mail.Read"]);
}

#[test]
fn google_tokens_are_read_as_json_and_as_the_audit_log() {
    let text = r#"{"items": [{"clientId": "a.apps.googleusercontent.com", "displayText": "Reports", "userKey": "1",
        "scopes": ["https://www.googleapis.com/auth/drive", "openid"]}]}"#;
    let scopes = granted("google", "tokens.json", text, &[]).expect("read");
    assert_eq!(scopes, ["https://www.googleapis.com/auth/drive", "openid"]);
    let log = "Date,Event,Application name,Client ID,Scope,User\n\
        2026-10-02,Revoke,Reports,a,https://www.googleapis.com/auth/drive,x@acme.example\n\
        2026-09-01,Authorize,Reports,a,\"https://www.googleapis.com/auth/drive\nhttps://www.googleapis.com/auth/drive.file\",x@acme.example\n\
        2026-08-01,Authorize,Other,b,https://www.googleapis.com/auth/calendar,x@acme.example\n";
    let scopes = granted("google", "audit.csv", log, &["a"]).expect("read");
    assert_eq!(scopes, ["https://www.googleapis.com/auth/drive.file"], "what was revoked later is not held");
}

#[test]
fn a_github_installation_is_read_with_its_levels() {
    let text = r#"{"id": 1, "app_slug": "acme-bot", "app_id": 7, "permissions": {"contents": "read", "issues": "write"}, "events": []}"#;
    assert_eq!(granted("github-app", "i.json", text, &["acme-bot"]).expect("read"), ["contents:read", "issues:write"]);
}

#[test]
fn okta_grants_that_were_revoked_do_not_count() {
    let text = r#"[{"id": "g1", "status": "ACTIVE", "scopeId": "okta.users.read", "clientId": "0oa1"},
        {"id": "g2", "status": "REVOKED", "scopeId": "okta.groups.manage", "clientId": "0oa1"}]"#;
    assert_eq!(granted("okta", "grants.json", text, &["0oa1"]).expect("read"), ["okta.users.read"]);
}

#[test]
fn the_approved_apps_of_slack_are_read() {
    let text = r#"{"ok": true, "approved_apps": [{"app": {"id": "A1", "name": "sync"},
        "scopes": [{"name": "chat:write", "token_type": "bot"}, {"name": "users:read", "token_type": "bot"}]}]}"#;
    assert_eq!(granted("slack", "apps.json", text, &["A1"]).expect("read"), ["chat:write", "users:read"]);
}

#[test]
fn salesforce_and_hand_typed_lists_are_read() {
    let csv = "Connected App;OAuth Scopes;User\nSync;api refresh_token;x\nOther;full;y\n";
    assert_eq!(granted("salesforce", "usage.csv", csv, &["Sync"]).expect("read"), ["api", "refresh_token"]);
    let yaml = "grants:\n  - client: 1000.A\n    scopes: [ZohoCRM.modules.leads.READ, zohocrm.users.read]\n";
    let wanted = ["ZohoCRM.modules.leads.READ", "ZohoCRM.users.READ"];
    assert_eq!(granted("zoho-crm", "zoho.yaml", yaml, &["1000.A"]).expect("read"), wanted);
}

#[test]
fn an_export_that_says_nothing_of_scopes_or_of_this_client_is_refused() {
    let no_scopes = granted("salesforce", "a.csv", "Connected App,Users\nSync,3\n", &[]).expect_err("no scopes");
    assert_eq!(no_scopes.to_string(), "no column holds scopes; it has Connected App, Users. Add one named `scopes`");
    let other = granted("okta", "a.json", r#"[{"scopeId": "okta.users.read", "clientId": "x"}]"#, &["y"]);
    assert_eq!(other.expect_err("another").to_string(), "none of its rows is about a client of y; it names x");
    assert!(matches!(granted("okta", "a.json", "{\"a\": [", &[]), Err(GrantsError::Form(_))));
    assert!(matches!(granted("okta", "a.json", r#"[{"id": 1}]"#, &[]), Err(GrantsError::NoScopes(_))));
    assert_eq!(granted("okta", "a.json", "[]", &[]).expect("nothing is granted"), Vec::<String>::new());
}

#[test]
fn use_at_run_time_is_read_as_operations_or_scopes() {
    let catalog = Catalog::builtin();
    let zoho = catalog.provider("zoho-crm").expect("it is known");
    let read = |text: &str| usage::read(text, zoho, catalog);
    let wanted = BTreeSet::from(["ZohoCRM.modules.leads.READ".to_owned()]);
    assert_eq!(read("operation,count\nGET /crm/v8/Leads,12\n"), Ok((wanted.clone(), 0)));
    assert_eq!(read("method,path\nget,/crm/v8/Leads\nGET,/nowhere\n"), Ok((wanted.clone(), 1)));
    assert_eq!(read("scope\nzohocrm.modules.leads.read\n"), Ok((wanted, 0)));
    assert!(read("a,b\n1,2\n").is_err());
}
