//! What the policy lets an integration ask for, as a set of scopes: after denials and ceilings.

use super::Bench;
use super::cover::Book;
use crate::policy::integration::Integration;
use crate::scope::pattern::ScopePattern;

/// What the policy lets an integration ask for, after denials and ceilings: a grant as it is written where all of it may
/// be asked for, else those of its scopes that may. With the reason of each, in order. `index` is the integration's place
/// in the policy.
#[must_use]
pub fn allowed(index: usize, integration: &Integration, bench: &Bench<'_>) -> Vec<(String, Option<String>)> {
    let Some(provider) = bench.catalog.provider(&integration.provider.value) else { return Vec::new() };
    let mut book = Book::default();
    let nowhere = camino::Utf8Path::new("");
    let mut may = |scope: &str| {
        let (_, decision) = book.terms(Some(index), provider, nowhere, scope, bench);
        decision.denied.is_none() && decision.above.is_none() && decision.allowed
    };
    let mut found = Vec::new();
    for grant in integration.grants() {
        let text = grant.scope.value.clone();
        let reason = grant.reason.as_ref().map(|reason| reason.value.clone());
        let scopes = match ScopePattern::parse(&text) {
            Ok(pattern) if !pattern.is_exact() => provider.expand(&pattern),
            _ => vec![text.clone()],
        };
        let open: Vec<String> = scopes.iter().filter(|scope| may(scope)).cloned().collect();
        if open.len() == scopes.len() {
            found.push((text, reason));
        } else {
            found.extend(open.into_iter().map(|scope| (scope, reason.clone())));
        }
    }
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}
