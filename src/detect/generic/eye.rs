//! Finds literals that stand for something called password, secret, token or key.

use super::kind::{self, Kind};
use super::value::{Verdict, judge};
use super::{Candidate, Family, assign};
use crate::detect::prefilter::{WordId, Words};
use crate::detect::{Detector, Rank, Sight, View};
use crate::fact::{Role, SecretSeen, Seen};
use crate::rule::{Rule, RuleSet};
use crate::secret::Secret;

/// Looks for generic secrets.
pub struct GenericSecrets<'r> {
    rules: Vec<(Family, &'r Rule)>,
    words: Vec<WordId>,
}

impl<'r> GenericSecrets<'r> {
    /// Takes the generic rules, as far as they are there, and asks for the words that names are made of.
    #[must_use]
    pub fn new(rules: &'r RuleSet, words: &mut Words) -> Self {
        let rules: Vec<(Family, &Rule)> =
            RULES.iter().filter_map(|&(family, id)| Some((family, rules.find(id)?))).collect();
        let words = if rules.is_empty() { Vec::new() } else { NAMES.iter().map(|name| words.ask(name)).collect() };
        Self { rules, words }
    }

    fn sight(&self, view: &View<'_>, candidate: &Candidate, verdict: &Verdict) -> Option<Sight> {
        let (_, rule) = self.rules.iter().find(|(family, _)| *family == candidate.family)?;
        if !rule.gate.admits(view.path.as_str()) {
            return None;
        }
        let value = Secret::new(view.text.slice(candidate.value));
        Some(Sight {
            rule: rule.id.clone(),
            span: candidate.value,
            hide: vec![candidate.value],
            rank: Rank::Generic,
            confidence: verdict.confidence.min(rule.confidence),
            persona: verdict.persona.max(rule.persona),
            why: vec![
                format!("{} to `{}`", candidate.context.word(), view.text.slice(candidate.key)),
                format!("the value is {}, score {:.1}", verdict.nature.word(), verdict.score),
            ],
            related: Vec::new(),
            seen: Seen::Secret(SecretSeen { shown: value.redact(0), value: value.id() }),
        })
    }
}

impl Detector for GenericSecrets<'_> {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        if !view.hits.any(&self.words) {
            return;
        }
        let kind = kind_of(view);
        let mut hits: Vec<u32> = self.words.iter().flat_map(|&word| view.hits.of(word)).collect();
        hits.sort_unstable();
        let mut past = 0;
        for at in hits {
            // A name that holds several words is read once.
            if at < past {
                continue;
            }
            let Some(candidate) = assign::candidate(view.text.as_str(), at as usize, kind) else { continue };
            past = candidate.key.end;
            if let Some(verdict) = judge(&candidate, view.text.slice(candidate.value), kind) {
                sights.extend(self.sight(view, &candidate, &verdict));
            }
        }
    }
}

fn kind_of(view: &View<'_>) -> Kind {
    match (kind::of(view.path), view.role) {
        (Kind::Text, Role::Product) => Kind::Text,
        (kind, _) => kind,
    }
}

/// Which rule speaks for which family.
const RULES: [(Family, &str); 5] = [
    (Family::Password, "secret/generic-password"),
    (Family::ClientSecret, "secret/client-secret"),
    (Family::Secret, "secret/generic-secret"),
    (Family::ApiKey, "secret/generic-api-key"),
    (Family::Token, "secret/generic-token"),
];

/// What names are made of.
const NAMES: [&str; 13] =
    ["pass", "pwd", "secret", "token", "key", "cred", "auth", "bearer", "signature", "nonce", "pswd", "_pw", "cookie"];
