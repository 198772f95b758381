//! What calls need: the cases people meet.

use proptest::prelude::{prop_assert, proptest};
use proptest::sample::{select, subsequence};

use super::access::Kind;
use super::catalog::Catalog;
use super::need::Need;
use super::operation::{Operation, Operations};
use super::provider::Provider;

struct Api {
    provider: &'static Provider,
    operations: &'static Operations,
}

impl Api {
    fn of(id: &str) -> Self {
        let catalog = Catalog::builtin();
        let provider = catalog.provider(id).expect("the provider exists");
        Self { provider, operations: catalog.operations(id).expect("it has operations") }
    }

    fn find(&self, call: &str) -> Operation {
        let (method, path) = call.split_once(' ').expect("method and path");
        self.operations.find(method, path).unwrap_or_else(|| panic!("{call} is known"))
    }

    fn need(&self, call: &str) -> Need {
        self.need_of(&self.find(call))
    }

    fn need_of(&self, operation: &Operation) -> Need {
        Need::of(self.provider, self.operations, operation, Kind::Delegated)
    }

    fn least(&self, calls: &[&str]) -> String {
        let needs: Vec<Need> = calls.iter().map(|call| self.need(call)).collect();
        joined(self.provider.least(&needs))
    }
}

fn joined(scopes: impl IntoIterator<Item = String>) -> String {
    scopes.into_iter().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_operation_is_found_by_its_own_path_and_names_known_scopes() {
    let catalog = Catalog::builtin();
    for id in catalog.ids() {
        let Some(operations) = catalog.operations(id.as_str()) else { continue };
        let provider = catalog.provider(id.as_str()).expect("it has scopes, too");
        let variable = operations.place().unwrap_or_default();
        for (method, path, need) in operations.rows() {
            let all = [&need.any, &need.least, &need.with, &need.all, &need.besides, &need.app_any, &need.app_least];
            for scope in all.into_iter().chain(&need.or).flatten() {
                let listed = provider.entry(scope).is_some() || (!variable.is_empty() && scope.contains(&variable));
                assert!(listed, "{id}: {method} {path} names {scope}");
            }
        }
        let step = 1 + operations.rows().count() / 250;
        let mut others = Vec::new();
        for (method, path, need) in operations.rows().filter(|row| row.1 != "/").step_by(step) {
            let found = operations.find(method, path).unwrap_or_else(|| panic!("{id}: {method} {path}"));
            if found.path != path && operations.need(&found).any != need.any {
                others.push(format!("{method} {path} is taken for {}", found.path));
            }
        }
        // A few paths differ from another only by the name of a place.
        assert!(others.len() <= 3, "{id}: {others:#?}");
    }
}

#[test]
fn a_module_of_a_path_becomes_the_scope_of_that_module() {
    let zoho = Api::of("zoho-crm");
    for (calls, least) in [
        (&["GET /crm/v5/Leads"][..], "ZohoCRM.modules.leads.READ"),
        (&["GET https://www.zohoapis.eu/crm/v2/Price_Books/{id}"], "ZohoCRM.modules.pricebooks.READ"),
        (&["GET /crm/v8/Machine_Parts"], "ZohoCRM.modules.custom.READ"),
        (&["POST /crm/v8/Deals/upsert"], "ZohoCRM.modules.deals.CREATE"),
        (&["DELETE /crm/v3/Contacts/1"], "ZohoCRM.modules.contacts.DELETE"),
        (&["GET /Leads"], "ZohoCRM.modules.leads.READ"),
        (&["GET /crm/v8/users"], "ZohoCRM.users.READ"),
        (&["GET /Contacts/search"], "ZohoCRM.modules.contacts.READ ZohoSearch.securesearch.READ"),
        (&["GET /crm/v8/Leads", "PUT /crm/v8/Leads/{id}"], "ZohoCRM.modules.leads.READ ZohoCRM.modules.leads.UPDATE"),
    ] {
        assert_eq!(zoho.least(calls), least, "{calls:?}");
    }
    assert_eq!(zoho.operations.find("GET", "/crm/v8/nothing_of/the/kind/at/all/there"), None);
    assert_eq!(zoho.operations.find("GET", "/something/else"), None);
}

#[test]
fn a_module_named_in_the_body_is_given_by_hand() {
    let zoho = Api::of("zoho-crm");
    let mut query = zoho.find("POST /crm/v8/coql");
    assert!(zoho.need_of(&query).open, "nobody has said which module");
    query.modules = zoho.operations.module("Deals").into_iter().collect();
    let users = zoho.need("GET /crm/v8/users");
    let needs = [zoho.need_of(&query), users];
    assert_eq!(joined(zoho.provider.least(&needs)), "ZohoCRM.coql.READ ZohoCRM.modules.deals.READ ZohoCRM.users.READ");
    let requested = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.ALL"];
    let excess = zoho.provider.excess(&requested, &needs);
    let excess: Vec<String> = excess.iter().map(|one| format!("{}: {}", one.scope, one.instead.join(" "))).collect();
    assert_eq!(excess, ["ZohoCRM.modules.ALL: ZohoCRM.modules.deals.READ", "ZohoCRM.users.ALL: ZohoCRM.users.READ"]);
    assert!(zoho.provider.missing(&requested, &needs).is_empty());
}

#[test]
fn what_is_missing_is_named_and_nothing_more() {
    let zoho = Api::of("zoho-crm");
    let needs = [zoho.need("GET /Contacts/search")];
    assert_eq!(
        joined(zoho.provider.missing(&["ZohoCRM.modules.contacts.ALL"], &needs)),
        "ZohoSearch.securesearch.READ"
    );
    let exact = [zoho.need("GET /Leads")];
    assert!(zoho.provider.missing(&["ZohoCRM.Modules.Leads.read"], &exact).is_empty());
    assert!(zoho.provider.excess(&["ZohoCRM.Modules.Leads.read"], &exact).is_empty());
}

#[test]
fn graph_calls_are_read_through_versions_and_equal_paths() {
    let graph = Api::of("microsoft-graph");
    let calls = ["GET https://graph.microsoft.com/v1.0/me/messages", "POST /beta/me/sendMail"];
    let least = graph.least(&calls);
    assert!(["Mail.ReadBasic Mail.Send", "Mail.Read Mail.Send"].contains(&least.as_str()), "{least}");
    let needs = calls.map(|call| graph.need(call));
    let excess = graph
        .provider
        .excess(&["Mail.ReadWrite", "Mail.Send", "Files.ReadWrite.All", "offline_access", "User.Read"], &needs);
    let excess: Vec<&str> = excess.iter().map(|one| one.scope.as_str()).collect();
    assert!(
        excess.starts_with(&["Files.ReadWrite.All", "Mail.ReadWrite"]) && !excess.contains(&"Mail.Send"),
        "{excess:?}"
    );
    assert!(graph.operations.find("GET", "/me/drive/items/{id}/children").is_some());
    assert!(graph.operations.find("GET", "/users/7/messages").is_some());
    assert!(
        graph.provider.missing(&["https://graph.microsoft.com/.default"], &needs).is_empty(),
        "nobody knows what is configured"
    );
}

#[test]
fn a_scope_limited_to_own_files_is_enough_for_two_apis() {
    let google = Api::of("google");
    let calls = [
        "POST https://www.googleapis.com/drive/v3/files",
        "PUT https://sheets.googleapis.com/v4/spreadsheets/{id}/values/{range}",
    ];
    assert_eq!(google.least(&calls), "https://www.googleapis.com/auth/drive.file");
    assert_eq!(
        google.operations.named("drive.files.create").map(|operation| operation.method),
        Some("POST".to_owned())
    );
    assert!(
        google.operations.find("PUT", "https://gmail.googleapis.com/v4/spreadsheets/{id}/values/{range}").is_none()
    );
}

#[test]
fn other_providers_are_read_by_their_own_ways() {
    let hubspot = Api::of("hubspot");
    assert_eq!(
        hubspot.least(&["POST https://api.hubapi.com/crm/v3/objects/contacts/search"]),
        "crm.objects.contacts.read"
    );
    assert_eq!(hubspot.least(&["GET /crm/v3/objects/2-12345"]), "crm.objects.custom.read");
    let excess = hubspot.provider.excess(&["contacts"], &[hubspot.need("POST /crm/v3/objects/contacts/search")]);
    assert_eq!(excess.len(), 1, "{excess:?}");
    let slack = Api::of("slack");
    assert_eq!(slack.least(&["GET https://slack.com/api/chat.postMessage"]), "chat:write");
    let named = slack.operations.named("chat.postMessage").expect("known");
    assert_eq!(joined(slack.provider.least(&[slack.need_of(&named)])), "chat:write");
    let github = Api::of("github");
    assert_eq!(github.least(&["GET /orgs/{org}/teams"]), "read:org");
    let salesforce = Api::of("salesforce");
    assert_eq!(salesforce.least(&["GET /services/data/v62.0/query?q=SELECT+Id"]), "api");
    let stripe = Api::of("stripe");
    assert_eq!(stripe.least(&["GET https://api.stripe.com/v1/whatever/there/is"]), "read_only");
}

/// Operations of providers whose needs differ in form.
fn some() -> Vec<(&'static str, Vec<String>)> {
    ["zoho-crm", "google", "microsoft-graph", "hubspot", "github", "x", "square", "bitbucket"]
        .into_iter()
        .map(|id| {
            let rows = Api::of(id).operations.rows().step_by(11);
            (id, rows.map(|(method, path, _)| format!("{method} {path}")).collect())
        })
        .collect()
}

fn picked() -> impl proptest::strategy::Strategy<Value = (&'static str, Vec<String>)> {
    use proptest::strategy::Strategy;
    select(some()).prop_flat_map(|(id, calls)| {
        let most = calls.len().min(6);
        (proptest::strategy::Just(id), subsequence(calls, 1..=most))
    })
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn the_least_is_enough_and_nothing_of_it_is_excess((id, calls) in picked()) {
        let api = Api::of(id);
        let needs: Vec<Need> = calls.iter().filter_map(|call| {
            let (method, path) = call.split_once(' ')?;
            Some(api.need_of(&api.operations.find(method, path)?))
        }).collect();
        let least = api.provider.least(&needs);
        let scopes: Vec<&str> = least.iter().map(String::as_str).collect();
        prop_assert!(api.provider.missing(&scopes, &needs).is_empty(), "{:?}", scopes);
        let gone: Vec<_> = api.provider.excess(&scopes, &needs).into_iter().filter(|one| one.instead.is_empty()).collect();
        prop_assert!(gone.is_empty(), "{:?} of {:?}", gone, scopes);
        let missing = api.provider.missing(&[], &needs);
        let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
        prop_assert!(api.provider.missing(&missing, &needs).is_empty());
    }
}

#[test]
fn a_wide_scope_that_is_missing_makes_no_requested_one_excess() {
    let api = Api::of("google");
    let needs = [
        api.need("POST /gmail/v1/users/{userId}/messages/{id}/modify"),
        api.need("DELETE /gmail/v1/users/{userId}/messages/{id}"),
    ];
    let modify = "https://www.googleapis.com/auth/gmail.modify";
    assert_eq!(joined(api.provider.missing(&[modify], &needs)), "https://mail.google.com/");
    assert_eq!(api.provider.excess(&[modify], &needs), []);
}

#[test]
fn who_reads_is_led_to_no_scope_that_writes() {
    let api = Api::of("google");
    assert_eq!(api.least(&["GET /drive/v3/files"]), "https://www.googleapis.com/auth/drive.readonly");
}

#[test]
fn what_only_adds_to_an_answer_is_used_and_never_missing() {
    for (id, call, scope) in [("github", "GET /user", "read:user"), ("spotify", "GET /v1/me", "user-read-email")] {
        let api = Api::of(id);
        let needs = [api.need(call)];
        assert!(api.provider.missing(&[], &needs).is_empty(), "{call} can be called without a scope");
        assert!(api.provider.least(&needs).is_empty(), "{call} needs none");
        assert!(api.provider.excess(&[scope], &needs).is_empty(), "{scope} adds to what {call} answers");
    }
    let github = Api::of("github");
    let excess = github.provider.excess(&["repo"], &[github.need("GET /user")]);
    assert_eq!(excess.len(), 1, "nothing is said of repositories");
}
