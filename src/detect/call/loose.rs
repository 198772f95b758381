//! URLs of an API that stand in a file and that no call in it is seen to use: whoever is given them calls unseen.

use super::Found;
use super::compose::Reader;
use super::home::{Home, holed, is_login, on};
use super::http::{is_route, is_talk};
use super::verb::METHODS;
use crate::fact::Via;
use crate::finding::Confidence;
use crate::scope::catalog::Catalog;
use crate::syntax::tree::{Kind, NodeId};

/// One blind spot for each provider whose base URL stands in a file without a call, and for each path with a version that
/// belongs to none of the calls.
pub(super) fn spots(code: &Reader<'_, '_>, home: &Home, seen: &[Found]) -> Vec<Found> {
    let mut spots: Vec<Found> = Vec::new();
    let likely = home.likely();
    for string in code.strings() {
        let mark = code.mark(string);
        if spots.len() >= MOST || !mark.contains('/') || mark.len() > LONGEST || mark.contains(char::is_whitespace) {
            continue;
        }
        let url = mark.contains("://");
        if !url && !mark.starts_with('/') || is_spoken_of(code, string) {
            continue;
        }
        let Some(text) = code.compose(string).map(|text| holed(&text)) else { continue };
        if is_login(&text) || seen.iter().any(|one| one.span.overlaps(code.span(string))) {
            continue;
        }
        let (provider, via) = if url {
            let Some(provider) = base(&text) else { continue };
            let is_seen = |one: &Found| kin(one.provider, provider);
            if seen.iter().any(is_seen) || spots.iter().any(is_seen) {
                continue;
            }
            (provider, Via::Base)
        } else {
            let Some(provider) = likely.iter().copied().find(|id| is_versioned(id, &text)) else { continue };
            if seen.iter().any(|one| is_of(one, provider, &text)) {
                continue;
            }
            (provider, Via::Http)
        };
        let why = vec!["a URL of the API stands here, and no call with it is seen".to_owned()];
        let (span, confidence) = (code.span(string), Confidence::Low);
        spots.push(Found { span, provider, operation: None, via, confidence, why });
    }
    spots
}

/// Whether two providers are of one family: `zoho-crm` and `zoho-books`.
fn kin(one: &str, other: &str) -> bool {
    one.split('-').next() == other.split('-').next()
}

/// Whose API a URL is the base of: a host alone, where one API answers on it, and what begins as its paths do.
fn base(url: &str) -> Option<&'static str> {
    let path = url.split_once("://")?.1.split_once('/').map_or("", |(_, path)| path);
    let first = path.split(['/', '?', '#']).next().unwrap_or_default();
    let owners = on(url);
    let begins = |id: &&&'static str| {
        first.is_empty() && owners.len() == 1
            || Catalog::builtin().operations(id).is_some_and(|operations| operations.begins(first))
    };
    let scope = first == "auth" || first == ".default" || url.ends_with("/.default");
    owners.iter().find(begins).copied().filter(|_| !scope)
}

/// Whether a path begins as one of the provider does and names a version: `/crm/v8/{}`, `/services/data/v60.0/sobjects`.
fn is_versioned(id: &str, path: &str) -> bool {
    let segments: Vec<&str> = path.split(['?', '#']).next().unwrap_or_default().split('/').skip(1).collect();
    let version = |segment: &&str| {
        segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || rest == "{}")
    };
    let at = segments.iter().take(MOST_BEFORE).position(version);
    at.is_some_and(|at| at > 0 && at + 1 < segments.len() && !segments[at + 1].is_empty())
        && Catalog::builtin().operations(id).is_some_and(|operations| operations.begins(segments[0]))
}

/// Whether a call that was told is one of this path.
fn is_of(one: &Found, provider: &str, path: &str) -> bool {
    let Some(operation) = one.operation.as_ref().filter(|_| one.provider == provider) else { return false };
    let Some(operations) = Catalog::builtin().operations(provider) else { return false };
    let known = operations.find_whole(&operation.method, &operation.path);
    known.is_some()
        && METHODS.into_iter().any(|method| {
            let found = operations.find_whole(method, path);
            found.is_some_and(|found| known.as_ref().is_some_and(|known| known.path == found.path))
        })
}

/// Whether a text is only spoken of: in a log, a mock, a comparison, a route that a server offers, a list of scopes.
fn is_spoken_of(code: &Reader<'_, '_>, string: NodeId) -> bool {
    let mut at = string;
    while let Some((call, _)) = code.enclosing_call(at) {
        if is_talk(code, call) || is_route(code, call) {
            return true;
        }
        at = call;
    }
    let around = || code.ancestors(string).take(MOST_AROUND);
    around().any(|up| match code.kind(up) {
        Kind::Binary => matches!(code.mark(up), "==" | "===" | "!=" | "!==" | "in"),
        Kind::Assign | Kind::Pair => SPEAKING.iter().any(|word| code.mark(up).to_ascii_lowercase().contains(word)),
        _ => false,
    })
}

/// Parts of names under which URLs stand that nothing is called with.
const SPEAKING: [&str; 12] = [
    "scope",
    "audience",
    "resource",
    "docs",
    "doc_",
    "help",
    "example",
    "issuer",
    "auth",
    "token",
    "namespace",
    "schema",
];

const MOST: usize = 200;
const MOST_BEFORE: usize = 4;
const MOST_AROUND: usize = 4;
const LONGEST: usize = 300;
