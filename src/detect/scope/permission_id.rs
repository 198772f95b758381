//! Microsoft Graph permissions by their ids: app manifests, Terraform, Bicep and scripts name them so.

use std::sync::OnceLock;

use regex::Regex;

use super::likeness::looks_like_scope;
use super::manifest::ClientIds;
use super::token::Written;
use super::{Asked, Group};
use crate::fact::Context;
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;
use crate::settings::Settings;
use crate::settings::entry::Segment;
use crate::span::Span;

/// The id of Microsoft Graph itself; no file names its permissions without it.
pub(super) const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// The permissions that a text names by id; one group for all of them.
pub(super) fn group(text: &str, settings: Option<&Settings<'_>>) -> Option<Group> {
    static ID: OnceLock<Regex> = OnceLock::new();
    let id = ID.get_or_init(|| {
        Regex::new(r"(?i)(?-u:\b)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?-u:\b)")
            .expect("a constant pattern")
    });
    let catalog = Catalog::builtin();
    let mut written: Vec<Written> = id
        .find_iter(text)
        .filter_map(|found| {
            let permission = catalog.permission(found.as_str())?;
            let span = Span::of(found.start(), found.end());
            Some(Written { span, scope: permission.scope.clone(), plain: false, named: false })
        })
        .collect();
    // So many are a table of what exists.
    if written.len() > MOST {
        return None;
    }
    written.extend(settings.into_iter().flat_map(unknown));
    written.extend(by_name(text));
    written.sort_by_key(|written| written.span);
    written.dedup_by_key(|written| written.span);
    let near = settings.and_then(|settings| ClientIds::of(settings).near(settings.entries().first()?));
    (!written.is_empty()).then(|| Group {
        written,
        context: Context::Manifest,
        name: None,
        asked: Asked::Plainly,
        hints: Vec::new(),
        around: Vec::new(),
        host: None,
        provider: Some(ProviderId::new("microsoft-graph")),
        client_id: near,
    })
}

/// The maps of Terraform from the names of permissions to their ids.
pub(super) const MAPS: [&str; 3] = ["app_role_ids", "oauth2_permission_scope_ids", "requiredResourceAccess"];

/// `azuread_service_principal.msgraph.app_role_ids["User.Read.All"]`
fn by_name(text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    for map in MAPS {
        for at in memchr::memmem::find_iter(text.as_bytes(), map).take(MOST) {
            let rest = &text[at + map.len()..];
            let Some(inner) = rest.strip_prefix("[\"").or_else(|| rest.strip_prefix(", \"")) else { continue };
            let Some(end) = inner.bytes().take(80).position(|byte| byte == b'"').filter(|end| *end > 2) else {
                continue;
            };
            let start = at + map.len() + (rest.len() - inner.len());
            if looks_like_scope(&inner[..end]) {
                let scope = inner[..end].to_owned();
                found.push(Written { span: Span::of(start, start + end), scope, plain: true, named: false });
            }
        }
    }
    found
}

/// Ids that a manifest gives as permissions of Graph, known or not.
fn unknown(settings: &Settings<'_>) -> Vec<Written> {
    let graph: Vec<&[Segment]> = settings
        .entries()
        .iter()
        .filter(|entry| {
            let key = entry.key().unwrap_or_default();
            matches!(key, "resourceAppId" | "resource_app_id")
                && (entry.value.eq_ignore_ascii_case(GRAPH) || entry.value == "Microsoft Graph")
        })
        .map(|entry| entry.parent())
        .take(MOST)
        .collect();
    let of_graph = |path: &[Segment]| graph.iter().any(|parent| path.len() > parent.len() && path.starts_with(parent));
    let access = |path: &[Segment]| {
        path.iter().filter_map(Segment::key).any(|key| matches!(key, "resourceAccess" | "resource_access"))
    };
    settings
        .entries()
        .iter()
        .filter(|entry| {
            // Templates of Microsoft's tools name a permission where its id will stand.
            let named = entry.value.len() == 36 || looks_like_scope(entry.value) && entry.value.contains('.');
            entry.key() == Some("id") && access(&entry.path) && of_graph(&entry.path) && named
        })
        .map(|entry| Written { span: entry.span, scope: entry.value.to_owned(), plain: false, named: false })
        .collect()
}

const MOST: usize = 120;
