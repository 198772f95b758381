//! Calls through a provider's client library.

mod fluent;
mod google;
mod table;

use super::Found;
use super::home::Home;
use super::http::told;
use crate::fact::Via;
use crate::finding::Confidence;
use crate::scope::catalog::Catalog;
use crate::scope::operation::Operation;
use crate::span::Span;
use crate::syntax::language::Language;
use crate::syntax::tree::{Code, Kind, NodeId};

/// All calls of known libraries. `seen_already` are the calls that were seen in another way.
pub(super) fn calls(code: &Code<'_>, home: &Home, seen_already: &[Found]) -> Vec<Found> {
    let lower = code.source().to_ascii_lowercase();
    let mut found = Vec::new();
    let tables: Vec<table::Table> = home.providers.iter().flat_map(|id| table::of(id, code, &lower)).collect();
    let google = home.providers.contains(&"google").then(|| google::Apis::new(&lower, code.language()));
    let graph = home.providers.contains(&"microsoft-graph") && GRAPH.iter().any(|mark| lower.contains(mark));
    let named: Vec<&'static str> = home.providers.iter().filter(|id| BY_NAME.contains(id)).copied().collect();
    for call in code.calls().take(MOST_CALLS) {
        let callee = code.callee(call);
        if callee.len() < 3 || callee.len() > LONGEST {
            continue;
        }
        let one = tables
            .iter()
            .find_map(|table| table.look(code, call, &callee))
            .or_else(|| google.as_ref().and_then(|google| google.look(&callee)))
            .or_else(|| graph.then(|| fluent::look(&callee)).flatten())
            .or_else(|| named.iter().find_map(|id| by_name(code, call, id, &callee)));
        found.extend(one.map(|(provider, operation)| seen(code, call, provider, operation)));
    }
    if home.providers.contains(&"google") && matches!(code.language(), Language::JavaScript | Language::TypeScript) {
        found.extend(built_in(code));
    }
    let understood: Vec<&'static str> = found.iter().chain(seen_already).map(|one| one.provider).collect();
    found.extend(unseen(code, home, &understood));
    found
}

fn seen(code: &Code<'_>, call: NodeId, provider: &'static str, operation: Option<Operation>) -> Found {
    let operations = Catalog::builtin().operations(provider);
    let operation = operation.filter(|operation| !operation.ambiguous);
    let confidence = if operation.is_some() { Confidence::High } else { Confidence::Low };
    let operation = operations.zip(operation).map(|(operations, operation)| {
        let subject =
            operation.modules.first().filter(|_| operation.written.is_none()).map(|_| operation.modules.join(","));
        told(operations, &operation, subject)
    });
    let why = vec![format!("`{}` is a method of the provider's library", code.callee(call))];
    Found { span: method_span(code, call), provider, operation, via: Via::Sdk, confidence, why }
}

/// Where the name of the called method stands.
fn method_span(code: &Code<'_>, call: NodeId) -> Span {
    let callee = code.children(call).next().unwrap_or(call);
    match code.kind(callee) {
        Kind::Member | Kind::Name => code.node(callee).mark,
        _ => code.span(callee),
    }
}

/// A call whose last names are an operation's: `client.chat_postMessage`, `octokit.rest.issues.createComment`.
fn by_name(
    code: &Code<'_>,
    call: NodeId,
    id: &&'static str,
    callee: &str,
) -> Option<(&'static str, Option<Operation>)> {
    let operations = Catalog::builtin().operations(id)?;
    let parts: Vec<&str> = callee.split('.').map(|part| part.trim_end_matches("()")).collect();
    if matches!(parts.last(), Some(&"apiCall" | &"api_call")) {
        let name = code.arguments(call).first().map(|first| code.value(first.value))?;
        return operations.named(name.text()?).map(|operation| (*id, Some(operation)));
    }
    let own = matches!(parts.first(), Some(&"this" | &"self")) && parts.len() == 2;
    if parts.len() < 2 || own {
        return None;
    }
    let longest = (parts.len() - 1).min(MOST_PARTS);
    (1..=longest).rev().find_map(|length| {
        let name = parts[parts.len() - length..].join(".");
        let long =
            name.len() >= SHORTEST_NAME && name.bytes().any(|b| b.is_ascii_uppercase() || matches!(b, b'_' | b'.'));
        long.then(|| operations.named_loosely(&name)).flatten().map(|operation| (*id, Some(operation)))
    })
}

/// The services that Apps Script has built in: what they ask for depends on far more than their name.
fn built_in(code: &Code<'_>) -> Vec<Found> {
    let mut found: Vec<(&'static str, Found)> = Vec::new();
    for call in code.calls().take(MOST_CALLS) {
        let callee = code.callee(call);
        let service =
            SERVICES.into_iter().find(|service| callee.strip_prefix(service).is_some_and(|rest| rest.starts_with('.')));
        let Some(service) = service.filter(|service| found.iter().all(|(held, _)| held != service)) else { continue };
        let blind = Found {
            span: method_span(code, call),
            provider: "google",
            operation: None,
            via: Via::Sdk,
            confidence: Confidence::Low,
            why: vec![format!("`{service}` is a service of Apps Script")],
        };
        found.push((service, blind));
    }
    found.into_iter().map(|(_, found)| found).collect()
}

/// Libraries that a file uses and none of whose calls was understood: one blind spot each.
fn unseen(code: &Code<'_>, home: &Home, understood: &[&'static str]) -> Vec<Found> {
    let mut blind: Vec<Found> = Vec::new();
    for import in code.imports() {
        let module = import.module.to_ascii_lowercase();
        let library = LIBRARIES.iter().find(|(mark, _)| {
            module == *mark
                || module.starts_with(&format!("{mark}/"))
                || module.starts_with(&format!("{mark}."))
                || module.starts_with(&format!("{mark}\\"))
        });
        let Some((_, provider)) = library.filter(|(_, provider)| home.providers.contains(provider)) else { continue };
        if understood.contains(provider) || blind.iter().any(|one| one.provider == *provider) {
            continue;
        }
        let names = [import.alias, import.name, import.module.rsplit(['/', '.']).next().unwrap_or_default()];
        // Types are imported everywhere; a library is used where something of it is called.
        let used = code.calls().find(|&call| {
            let callee = code.callee(call);
            let first = callee.split(['.', '(']).next().unwrap_or_default();
            !first.is_empty() && names.contains(&first) && code.method(call) != "require"
        });
        if let Some(call) = used {
            blind.push(Found {
                span: method_span(code, call),
                provider,
                operation: None,
                via: Via::Sdk,
                confidence: Confidence::Low,
                why: vec![format!("`{}` is used, and no call of it is understood", import.module)],
            });
        }
    }
    blind
}

/// https://developers.google.com/apps-script/reference
const SERVICES: [&str; 12] = [
    "CalendarApp",
    "ContactsApp",
    "DocumentApp",
    "DriveApp",
    "FormApp",
    "GmailApp",
    "GroupsApp",
    "MailApp",
    "ScriptApp",
    "SlidesApp",
    "SpreadsheetApp",
    "LinearOptimizationService",
];

/// Providers whose operations have the names that libraries give them.
const BY_NAME: [&str; 9] =
    ["slack", "github", "klaviyo", "xero", "square", "pipedrive", "docusign", "okta", "intercom"];

/// Words of Microsoft's Graph libraries.
const GRAPH: [&str; 5] =
    ["msgraph", "microsoft.graph", "microsoft-graph", "microsoft/microsoft-graph", "graphserviceclient"];

/// Libraries by the module that is imported, lower case.
const LIBRARIES: [(&str, &str); 34] = [
    ("msgraph", "microsoft-graph"),
    ("microsoft.graph", "microsoft-graph"),
    ("com.microsoft.graph", "microsoft-graph"),
    ("@microsoft/microsoft-graph-client", "microsoft-graph"),
    ("github.com/microsoftgraph/msgraph-sdk-go", "microsoft-graph"),
    ("o365", "microsoft-graph"),
    ("googleapiclient", "google"),
    ("googleapis", "google"),
    ("google.golang.org/api", "google"),
    ("google.apis", "google"),
    ("com.google.api.services", "google"),
    ("google\\service", "google"),
    ("gspread", "google"),
    ("pydrive2", "google"),
    ("@googleapis", "google"),
    ("zohocrmsdk", "zoho-crm"),
    ("zcrmsdk", "zoho-crm"),
    ("@zohocrm", "zoho-crm"),
    ("com.zoho.crm.api", "zoho-crm"),
    ("com\\zoho\\crm\\api", "zoho-crm"),
    ("@hubspot/api-client", "hubspot"),
    ("hubspot", "hubspot"),
    ("jsforce", "salesforce"),
    ("simple_salesforce", "salesforce"),
    ("restforce", "salesforce"),
    ("slack_sdk", "slack"),
    ("slack", "slack"),
    ("@slack/web-api", "slack"),
    ("github.com/slack-go/slack", "slack"),
    ("com.slack.api", "slack"),
    ("@octokit/rest", "github"),
    ("octokit", "github"),
    ("github", "github"),
    ("github.com/google/go-github", "github"),
];

const MOST_CALLS: usize = 20_000;
const LONGEST: usize = 300;
const MOST_PARTS: usize = 4;
const SHORTEST_NAME: usize = 8;
