//! The eye for calls of providers' APIs.

use super::compose::Reader;
use super::home::{Home, Marks};
use super::{Found, http, loose, plain, postman, sdk};
use crate::detect::prefilter::Words;
use crate::detect::{Detector, Rank, Sight, View};
use crate::fact::{ApiCall, Role, Seen};
use crate::finding::{Persona, RuleId};
use crate::scope::ProviderId;

/// Looks for calls of APIs.
#[derive(Debug)]
pub struct ApiCalls {
    marks: Marks,
    rule: RuleId,
}

impl ApiCalls {
    /// Asks for the words that stand in every file with a call.
    #[must_use]
    pub fn new(words: &mut Words) -> Self {
        Self { marks: Marks::new(words), rule: "scope/call".parse().expect("a constant id") }
    }
}

impl Detector for ApiCalls {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        // What documentation calls nobody runs.
        if matches!(view.role, Role::Docs | Role::Generated) {
            return;
        }
        let providers = self.marks.providers(view.hits);
        if providers.is_empty() {
            return;
        }
        let text = view.text.as_str();
        let mut found: Vec<Found> = plain::calls(view.path, text);
        if view.path.as_str().ends_with(".json")
            && text.contains(postman::SCHEMA)
            && let Some(settings) = view.settings()
        {
            found.extend(postman::calls(settings));
        }
        if let Some(code) = view.code() {
            let reader = Reader::new(code);
            let home = Home::new(&reader, providers);
            found.extend(http::calls(&reader, &home));
            let libraries = sdk::calls(code, &home, &found);
            found.extend(libraries);
            let spots = loose::spots(&reader, &home, &found);
            found.extend(spots);
        }
        found.sort_by_key(|one| (one.span, one.operation.is_none(), one.provider));
        found.dedup_by_key(|one| one.span);
        sights.extend(found.into_iter().map(|found| Sight {
            rule: self.rule.clone(),
            span: found.span,
            hide: Vec::new(),
            rank: Rank::Form,
            confidence: found.confidence,
            persona: Persona::Regular,
            why: found.why,
            related: Vec::new(),
            seen: Seen::Call(ApiCall {
                provider: ProviderId::new(found.provider),
                operation: found.operation,
                via: found.via,
            }),
        }));
    }
}

#[cfg(test)]
mod tests;
