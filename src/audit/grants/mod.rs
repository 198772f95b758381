//! What providers say they granted, read from the files that their consoles and APIs export. Nothing is fetched.

mod table;
mod tree;

use std::collections::BTreeSet;

use crate::scope::catalog::Catalog;
use crate::scope::provider::Provider;

/// One scope that a provider says somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Granted {
    /// The client, by whatever the export calls it by: an id, else a name.
    pub clients: Vec<String>,
    /// The scope as the export spells it.
    pub scope: String,
}

/// An export that says nothing about scopes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantsError {
    /// It is none of the known forms.
    #[error("it is no JSON, YAML or CSV: {0}")]
    Form(String),
    /// It has rows, but nothing that names scopes.
    #[error("{0}")]
    NoScopes(String),
    /// Its rows are about other clients.
    #[error("none of its rows is about a client of {0}; it names {1}")]
    OtherClients(String, String),
}

/// The scopes that an export says the clients of an integration hold, in the catalogue's spelling where it has one.
/// Without client ids every row counts; with some, the rows that name one of them, or name no client at all.
///
/// Known forms: Entra `oauth2PermissionGrants` and `appRoleAssignments` (ids of roles become names), Google token lists
/// and the token audit as CSV, GitHub App installations, Okta grants, Slack's lists of approved apps, and any JSON, YAML or
/// CSV with a field or column for the scopes.
///
/// # Errors
/// [`GrantsError`].
pub fn read(
    file: &str,
    text: &str,
    clients: &[&str],
    provider: &Provider,
    catalog: &Catalog,
) -> Result<BTreeSet<String>, GrantsError> {
    let text = text.trim_start_matches('\u{feff}');
    let granted = if is_table(file, text) { table::read(text)? } else { tree::read(text, catalog)? };
    let about = |granted: &&Granted| {
        clients.is_empty()
            || granted.clients.is_empty()
            || granted.clients.iter().any(|client| clients.iter().any(|wanted| wanted.eq_ignore_ascii_case(client)))
    };
    let mine: Vec<&Granted> = granted.iter().filter(about).collect();
    if mine.is_empty() && !granted.is_empty() {
        let named: BTreeSet<&str> = granted.iter().filter_map(|one| one.clients.first()).map(String::as_str).collect();
        let named: Vec<&str> = named.into_iter().take(MOST_NAMED).collect();
        return Err(GrantsError::OtherClients(clients.join(", "), named.join(", ")));
    }
    Ok(mine
        .into_iter()
        .flat_map(|granted| provider.split(&granted.scope).map(|(_, scope)| scope.to_owned()).collect::<Vec<_>>())
        .map(|scope| provider.canonical(&scope).unwrap_or(scope))
        .collect())
}

fn is_table(file: &str, text: &str) -> bool {
    let named = |end: &str| file.to_ascii_lowercase().ends_with(end);
    if named(".csv") || named(".tsv") {
        return true;
    }
    let first = text.lines().next().unwrap_or_default();
    !named(".json") && !named(".yaml") && !named(".yml") && !first.starts_with(['{', '[', '-']) && first.contains(',')
}

const MOST_NAMED: usize = 3;
