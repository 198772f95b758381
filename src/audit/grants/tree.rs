//! Exports that are trees: JSON and YAML. Every object that names scopes is a grant, wherever it stands.

use serde_json::{Map, Value};

use super::{Granted, GrantsError};
use crate::scope::catalog::Catalog;
use crate::yaml;

/// Reads a tree.
///
/// # Errors
/// What is neither JSON nor YAML; what names no scope.
pub(super) fn read(text: &str, catalog: &Catalog) -> Result<Vec<Granted>, GrantsError> {
    let tree: Value = match serde_json::from_str(text) {
        Ok(tree) => tree,
        Err(_) => yaml::parse(text).map_err(|error| GrantsError::Form(error.to_string()))?,
    };
    let mut granted = Vec::new();
    let mut objects = 0;
    visit(&tree, catalog, &mut granted, &mut objects, 0);
    if granted.is_empty() && objects > 0 && !is_empty_list(&tree) {
        return Err(GrantsError::NoScopes(
            "no object in it names scopes (`scope`, `scopes`, `scopeId`, `permissions`, `appRoleId`)".to_owned(),
        ));
    }
    Ok(granted)
}

/// An export that says that nothing is granted.
fn is_empty_list(tree: &Value) -> bool {
    match tree {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().any(|value| value.as_array().is_some_and(Vec::is_empty)),
        _ => false,
    }
}

fn visit(value: &Value, catalog: &Catalog, granted: &mut Vec<Granted>, objects: &mut usize, depth: usize) {
    // Exports are flat; what is nested deeper is none.
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, catalog, granted, objects, depth + 1)),
        Value::Object(map) => {
            *objects += 1;
            let scopes = scopes(map, catalog);
            if scopes.is_empty() {
                map.values().for_each(|value| visit(value, catalog, granted, objects, depth + 1));
            } else if !ended(map) {
                let clients = clients(map);
                granted.extend(scopes.into_iter().map(|scope| Granted { clients: clients.clone(), scope }));
            }
        }
        _ => {}
    }
}

/// What an object says of scopes.
fn scopes(map: &Map<String, Value>, catalog: &Catalog) -> Vec<String> {
    let mut scopes = Vec::new();
    for (key, value) in map {
        match key.to_ascii_lowercase().replace(['_', '-'], "").as_str() {
            "scope" | "scopes" | "scopeid" | "oauthscopes" | "grantedscopes" | "permissions" => {
                listed(value, &mut scopes)
            }
            "approleid" => {
                let id = value.as_str().unwrap_or_default();
                scopes.push(catalog.permission(id).map_or_else(|| id.to_owned(), |known| known.scope.clone()));
            }
            _ => {}
        }
    }
    scopes.retain(|scope| !scope.trim().is_empty());
    scopes
}

/// A text with scopes, a list of texts or of objects with a name, or a map of permissions to their levels.
fn listed(value: &Value, scopes: &mut Vec<String>) {
    match value {
        Value::String(text) => scopes.push(text.clone()),
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::String(text) => scopes.push(text.clone()),
                    Value::Object(map) => {
                        let name =
                            ["name", "scope", "scopeId", "value", "id"].iter().find_map(|key| map.get(*key)?.as_str());
                        scopes.extend(name.map(str::to_owned));
                    }
                    _ => {}
                }
            }
        }
        Value::Object(map) => {
            let level = |(name, level): (&String, &Value)| level.as_str().map(|level| format!("{name}:{level}"));
            scopes.extend(map.iter().filter_map(level));
        }
        _ => {}
    }
}

/// What a client is called by: its own ids and names, or those of the `app` inside.
fn clients(map: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for key in CLIENTS {
        match map.get(*key) {
            Some(Value::String(text)) => found.push(text.clone()),
            Some(Value::Number(number)) => found.push(number.to_string()),
            Some(Value::Object(inner)) => {
                found.extend(
                    ["id", "client_id", "name"].iter().filter_map(|key| inner.get(*key)?.as_str()).map(str::to_owned),
                );
            }
            _ => {}
        }
    }
    found
}

/// Whether a grant has ended: Okta keeps those that were revoked, GitHub those that are suspended.
fn ended(map: &Map<String, Value>) -> bool {
    let status = map.get("status").and_then(Value::as_str).unwrap_or_default();
    ["REVOKED", "INACTIVE", "EXPIRED"].iter().any(|word| status.eq_ignore_ascii_case(word))
}

const CLIENTS: &[&str] = &[
    "clientId",
    "client_id",
    "client",
    "appId",
    "app_id",
    "app_slug",
    "principalId",
    "principalDisplayName",
    "app",
    "displayText",
    "display_name",
    "application",
    "name",
];

const DEEPEST: usize = 12;
