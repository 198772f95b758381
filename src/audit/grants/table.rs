//! Exports that are tables: CSV with a heading, comma, semicolon or tab between the cells.

use std::collections::BTreeMap;

use super::{Granted, GrantsError};

/// Reads a table.
///
/// # Errors
/// A table that cannot be read, or has no column with scopes.
pub(super) fn read(text: &str) -> Result<Vec<Granted>, GrantsError> {
    let rows = super::super::usage::rows(text).map_err(GrantsError::Form)?;
    let Some(heading) = rows.first() else { return Err(GrantsError::Form("it is empty".to_owned())) };
    let column = |names: &[&str]| heading.iter().position(|cell| names.contains(&key(cell).as_str()));
    let Some(scope) = column(SCOPES) else {
        let named: Vec<&str> = heading.iter().map(String::as_str).collect();
        let message = format!("no column holds scopes; it has {}. Add one named `scopes`", named.join(", "));
        return Err(GrantsError::NoScopes(message));
    };
    let clients: Vec<usize> = (0..heading.len()).filter(|at| CLIENTS.contains(&key(&heading[*at]).as_str())).collect();
    let (event, user) = (column(&["event", "eventname", "action"]), column(&["user", "actor", "useremail", "email"]));
    // Logs of grants run from the newest to the oldest: what was said last of a client, a user and a scope holds.
    let mut holds: BTreeMap<(Vec<String>, String, String), bool> = BTreeMap::new();
    for row in &rows[1..] {
        let cell = |at: usize| row.get(at).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let named: Vec<String> = clients.iter().map(|at| cell(*at)).filter(|name| !name.is_empty()).collect();
        let ends = event.is_some_and(|at| key(&cell(at)).contains("revoke"));
        for scope in cell(scope).split(['\n', ';', '|']).map(str::trim).filter(|scope| !scope.is_empty()) {
            let user = user.map(cell).unwrap_or_default();
            holds.entry((named.clone(), user, scope.to_owned())).or_insert(!ends);
        }
    }
    let granted = holds.into_iter().filter(|(_, holds)| *holds);
    Ok(granted.map(|((clients, _, scope), _)| Granted { clients, scope }).collect())
}

fn key(cell: &str) -> String {
    cell.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

const SCOPES: &[&str] = &[
    "scope",
    "scopes",
    "oauthscopes",
    "oauthscope",
    "grantedscopes",
    "permission",
    "permissions",
    "scopeid",
    "apiscopes",
    "selectedoauthscopes",
    "accessscopes",
    "scopename",
];

const CLIENTS: &[&str] = &[
    "clientid",
    "client",
    "appid",
    "application",
    "applicationid",
    "applicationname",
    "appname",
    "app",
    "connectedapp",
    "connectedappname",
    "consumerkey",
    "oauthclientid",
    "principaldisplayname",
    "integration",
];
