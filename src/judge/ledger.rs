//! For each integration: what is requested, what is called, and what the calls need.

use std::collections::BTreeMap;

use super::Bench;
use super::owner::Owners;
use super::request::Request;
use crate::fact::{ApiCall, Fact, Operation, Seen};
use crate::finding::{Fix, Label};
use crate::origin::Origin;
use crate::scope::ProviderId;

/// The calls of each integration and provider.
pub(super) struct Ledger<'f> {
    calls: BTreeMap<(Option<usize>, ProviderId), Vec<Call<'f>>>,
}

struct Call<'f> {
    fact: &'f Fact,
    operation: Option<&'f Operation>,
}

/// What would be enough, as a sentence and as a replacement.
#[derive(Default)]
pub(super) struct Instead {
    pub(super) sentence: String,
    pub(super) fix: Option<Fix>,
}

impl<'f> Ledger<'f> {
    pub(super) fn new(facts: &'f [Fact], owners: &Owners<'_>, _: &Bench<'f>) -> Self {
        let mut calls: BTreeMap<_, Vec<Call<'f>>> = BTreeMap::new();
        for fact in facts {
            let Seen::Call(ApiCall { provider, operation, .. }) = &fact.seen else { continue };
            if matches!(fact.at.origin, Origin::History(_)) {
                continue;
            }
            let owner = owners.of_place(&fact.at.path, Some(provider));
            let call = Call { fact, operation: operation.as_ref() };
            calls.entry((owner, provider.clone())).or_default().push(call);
        }
        Self { calls }
    }

    fn of(&self, request: &Request<'_>) -> &[Call<'f>] {
        self.calls.get(&(request.integration, request.provider.id().clone())).map_or(&[], Vec::as_slice)
    }

    /// `before` and the operations that are called; nothing where a call cannot be told or there is none.
    pub(super) fn calls_only(&self, request: &Request<'_>, before: &str) -> String {
        let calls = self.of(request);
        if calls.is_empty() || calls.iter().any(|call| call.operation.is_none()) {
            return String::new();
        }
        let mut names: Vec<String> = calls.iter().filter_map(|call| call.operation).map(short).collect();
        names.sort();
        names.dedup();
        match names.as_slice() {
            [head @ .., tail] if names.len() <= 3 && !head.is_empty() => {
                format!("{before}{} and {tail}", head.join(", "))
            }
            [one] => format!("{before}{one}"),
            [a, b, rest @ ..] => format!("{before}{a}, {b} and {} other operations", rest.len()),
            [] => String::new(),
        }
    }

    /// Where a call stands that needs the scope of a request.
    pub(super) fn needing(&self, _: &Request<'_>) -> Option<String> {
        None
    }

    /// What would be enough instead of a request.
    pub(super) fn instead(&self, _: &Request<'_>) -> Instead {
        Instead::default()
    }

    /// The first places of calls, as labels.
    pub(super) fn call_labels(&self, request: &Request<'_>) -> Vec<Label> {
        let label = |call: &Call<'f>| Label {
            at: call.fact.at.clone(),
            text: call.operation.map_or_else(|| "a call that cannot be told".to_owned(), short),
            excerpt: call.fact.excerpt.clone(),
        };
        self.of(request).iter().take(MOST_LABELS).map(label).collect()
    }
}

/// An operation as people say it: `GET /Deals`.
fn short(operation: &Operation) -> String {
    let path = &operation.path;
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let version = |segment: &&str| {
        *segment == "{version}"
            || segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let rest = segments.iter().position(version).map_or(segments.as_slice(), |at| &segments[at + 1..]);
    let path = if rest.is_empty() { path.clone() } else { format!("/{}", rest.join("/")) };
    if operation.method.is_empty() { path } else { format!("{} {path}", operation.method) }
}

const MOST_LABELS: usize = 3;
