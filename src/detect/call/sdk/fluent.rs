//! Microsoft Graph's fluent clients: the names of the call are the path.

use crate::detect::call::verb::exact;
use crate::detect::value::words::bare;
use crate::scope::catalog::Catalog;
use crate::scope::operation::Operation;

/// The operation of `graphClient.Users["id"].Messages.GetAsync`, `client.me.mail_folders.by_mail_folder_id(i).get`.
pub(super) fn look(callee: &str) -> Option<(&'static str, Option<Operation>)> {
    let mut parts: Vec<&str> = callee.split('.').collect();
    let last = parts.pop()?;
    let method = exact(last)?;
    // Old clients: `.Request().GetAsync()`.
    if parts.last().is_some_and(|part| part.eq_ignore_ascii_case("request()")) {
        parts.pop();
    }
    let root = parts.iter().position(|part| ROOTS.contains(&plain(part).as_str())).filter(|at| *at > 0)?;
    let mut path = String::new();
    for part in &parts[root..] {
        let name = plain(part);
        let by = name.strip_prefix("by").is_some_and(|rest| rest.ends_with("id"));
        path.push('/');
        path.push_str(if by { "{id}" } else { &name });
        // `Users["id"]`
        if part.ends_with("[]") && !by {
            path.push_str("/{id}");
        }
    }
    let operations = Catalog::builtin().operations("microsoft-graph")?;
    let found = operations.find_whole(method, &path);
    let found = found.or_else(|| operations.find_whole(method, &path.replace("/{id}", "")));
    Some(("microsoft-graph", found))
}

/// A part without case, call, index and the signs between its words.
fn plain(part: &str) -> String {
    let name = part.split(['(', '[']).next().unwrap_or_default();
    bare(name)
}

/// Where paths begin.
const ROOTS: [&str; 26] = [
    "me",
    "users",
    "groups",
    "sites",
    "drives",
    "applications",
    "serviceprincipals",
    "teams",
    "chats",
    "communications",
    "devices",
    "directory",
    "directoryobjects",
    "directoryroles",
    "domains",
    "identity",
    "security",
    "auditlogs",
    "planner",
    "education",
    "organization",
    "places",
    "reports",
    "shares",
    "subscriptions",
    "policies",
];
