//! Finds literals that stand for something called password, secret, token or key.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use camino::Utf8Path;

use super::block::Blocks;
use super::feature::Surroundings;
use super::joined::joined;
use super::kind::{self, Kind};
use super::value::{Verdict, judge};
use super::vendor::Vendors;
use super::{Candidate, Context, Family, assign, command, config, header, pair, store, url, web_token};
use crate::detect::prefilter::{Promise, WordId, Words};
use crate::detect::{Detector, Rank, Sight, View};
use crate::fact::{SecretSeen, Seen};
use crate::rule::{Rule, RuleSet};
use crate::secret::Secret;
use crate::span::Span;

/// Looks for generic secrets.
pub struct GenericSecrets<'r> {
    rules: Vec<(Family, &'r Rule)>,
    /// Words that names are made of: whether one stands in the text at all, and where one is joined to something.
    named: Vec<WordId>,
    names: Vec<WordId>,
    schemes: Vec<WordId>,
    addresses: WordId,
    tokens: WordId,
    commands: Vec<WordId>,
    /// What known forms of credentials begin with, in order: `xoxp-`.
    beginnings: Vec<String>,
    vendors: Vendors<'r>,
}

impl<'r> GenericSecrets<'r> {
    /// Takes the generic rules, as far as they are there, and asks for the words that names are made of.
    #[must_use]
    pub fn new(rules: &'r RuleSet, words: &mut Words) -> Self {
        let forms = rules.iter().flat_map(|rule| &rule.seeks.secret);
        let mut beginnings: Vec<String> = forms
            .flat_map(|sought| &sought.anchors)
            .filter(|anchor| anchor.len() >= 4 && anchor.ends_with(['_', '-', '.']))
            .cloned()
            .collect();
        beginnings.sort();
        beginnings.dedup();
        Self {
            beginnings,
            vendors: Vendors::new(rules),
            rules: Family::ALL.iter().filter_map(|&family| Some((family, rules.find(family.rule())?))).collect(),
            named: NAMES.iter().map(|name| words.ask_gated(name, Promise::Once.into())).collect(),
            names: NAMES.iter().map(|name| words.ask_gated(name, Promise::Joined.into())).collect(),
            schemes: ["basic ", "bearer "].iter().map(|scheme| words.ask(scheme)).collect(),
            addresses: words.ask("://"),
            tokens: words.ask("eyj"),
            commands: command::words().map(|word| words.ask(word)).collect(),
        }
    }

    /// All literals that a name or a place makes promising, before anybody judges them, in order of place. Of two that
    /// overlap, the one that knows more stays.
    #[must_use]
    pub fn candidates(&self, view: &View<'_>, kind: Kind) -> Vec<Candidate> {
        let text = view.text.as_str();
        let mut found = store::candidates(view.path, view.text);
        let schemes = self.schemes.iter().flat_map(|&word| view.hits.of(word));
        found.extend(schemes.filter_map(|at| header::after_scheme(text, at as usize)));
        found.extend(view.hits.of(self.addresses).filter_map(|at| url::candidate(text, at as usize)));
        found.extend(view.hits.of(self.tokens).filter_map(|at| web_token::candidate(text, at as usize)));
        for (number, &word) in self.commands.iter().enumerate() {
            found.extend(view.hits.of(word).filter_map(|at| command::candidate(view.text, number, at)));
        }
        let mut hits: Vec<u32> = self.names.iter().flat_map(|&word| view.hits.of(word)).collect();
        hits.sort_unstable();
        let blocks = Blocks::new(view.path, text);
        let mut past = 0;
        for at in hits {
            // A name that holds several words is read once.
            if at < past {
                continue;
            }
            found.extend(assign::compared(text, at as usize).or_else(|| assign::substituted(text, at as usize)));
            let Some(joined) = joined(text, at as usize) else { continue };
            past = joined.name.end;
            if view.text.slice(joined.name).to_ascii_lowercase().ends_with("authorization") {
                found.extend(header::after_name(text, &joined));
            } else {
                let kind = if kind == Kind::Code && blocks.hold(at) { Kind::Text } else { kind };
                found.extend(assign::candidate(text, &joined, kind));
            }
        }
        if view.hits.any(&self.named)
            && text.len() <= LARGEST_SETTINGS
            && let Some(settings) = view.settings()
        {
            found.extend(config::candidates(settings));
        }
        one_each(found)
    }

    /// Whether a value begins as a known form does. A whole one is seen by the rule of that form, which outranks.
    fn is_malformed(&self, value: &str) -> bool {
        let lower = value.get(..value.len().min(24)).unwrap_or_default().to_ascii_lowercase();
        let at = self.beginnings.partition_point(|known| known.as_str() <= lower.as_str());
        // The longest known beginning stands shortly before in the order; shorter ones are tried as well.
        self.beginnings[at.saturating_sub(4)..at].iter().any(|known| lower.starts_with(known.as_str()))
    }

    /// Whether the provider that is named before a value has credentials that are nearly like it. What people choose is
    /// like nothing.
    fn vendors_refuse(&self, view: &View<'_>, candidate: &Candidate, value: &str) -> bool {
        let made = [Family::ClientSecret, Family::Secret, Family::ApiKey, Family::Token].contains(&candidate.family);
        let from = view.text.ceiling(candidate.value.start.saturating_sub(BESIDE));
        made && self.vendors.refuse(view.text.slice(Span::new(from, candidate.value.start)), value)
    }

    /// What surrounds a candidate, its value included.
    #[must_use]
    pub fn around<'t>(
        &self,
        view: &View<'t>,
        kind: Kind,
        candidate: &Candidate,
        value: &str,
        candidates: usize,
        repeated: &HashMap<u64, usize>,
    ) -> Surroundings<'t> {
        let malformed = if self.is_malformed(value) {
            Some("it begins as the credentials of a known provider do, but is not whole")
        } else if self.vendors_refuse(view, candidate, value) {
            Some("it is nearly what the provider named before it gives out, but has another length or other letters")
        } else {
            None
        };
        Surroundings { malformed, ..surroundings(view, kind, candidate, candidates, repeated) }
    }

    fn sight(&self, view: &View<'_>, candidate: &Candidate, verdict: Verdict) -> Option<Sight> {
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
            why: vec![format!("{} `{}`", candidate.context.word(), view.text.slice(candidate.key)), verdict.why],
            related: pair::id_of(view.path, view.text, candidate)
                .map(|id| (id, "the client id that it belongs to".to_owned()))
                .into_iter()
                .collect(),
            seen: Seen::Secret(SecretSeen { shown: value.redact(0), value: value.id() }),
        })
    }
}

impl Detector for GenericSecrets<'_> {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        if self.rules.is_empty() {
            return;
        }
        let kind = kind::of(view.path);
        let candidates = self.candidates(view, kind);
        let repeated = counts(view, &candidates);
        for candidate in &candidates {
            let value = match &candidate.inner {
                Some(inner) => inner.expose(),
                None => view.text.slice(candidate.value),
            };
            let around = self.around(view, kind, candidate, value, candidates.len(), &repeated);
            if let Some(verdict) = judge(candidate, value, &around) {
                sights.extend(self.sight(view, candidate, verdict));
            }
        }
    }
}

/// How often each value stands in the file.
#[must_use]
pub fn counts(view: &View<'_>, candidates: &[Candidate]) -> HashMap<u64, usize> {
    let mut counts = HashMap::new();
    for candidate in candidates {
        *counts.entry(hash(view.text.slice(candidate.value))).or_default() += 1;
    }
    counts
}

/// What surrounds a candidate.
fn surroundings<'t>(
    view: &View<'t>,
    kind: Kind,
    candidate: &Candidate,
    candidates: usize,
    repeated: &HashMap<u64, usize>,
) -> Surroundings<'t> {
    let line = view.text.line_at(candidate.value.start);
    let start = view.text.ceiling(line.start.max(candidate.value.start.saturating_sub(BESIDE)));
    let end = line.end.min(candidate.value.end.saturating_add(BESIDE)).max(candidate.value.end);
    let end = view.text.floor(end);
    Surroundings {
        kind,
        role: view.role,
        name: view.text.slice(candidate.key),
        before: view.text.slice(Span::new(start, candidate.value.start)),
        after: view.text.slice(Span::new(candidate.value.end, end)),
        malformed: None,
        labels: labels(view.path),
        user: user_near(view, line.start, line.end),
        candidates,
        repeated: repeated.get(&hash(view.text.slice(candidate.value))).copied().unwrap_or(1),
    }
}

/// Whether a file holds the texts of a program, in one language or more.
fn labels(path: &Utf8Path) -> bool {
    let lower = path.as_str().to_ascii_lowercase();
    let ending = lower.rsplit('.').next().unwrap_or_default();
    ["po", "pot", "strings", "resx", "xlf", "xliff", "arb", "ftl", "stringsdict"].contains(&ending)
        || [
            "locale",
            "locales",
            "i18n",
            "l10n",
            "lang",
            "langs",
            "translations",
            "messages",
            "lproj",
            "strings",
            "localenames",
        ]
        .iter()
        .any(|word| lower.split(['/', '.', '_', '-']).any(|part| part == *word))
}

/// Whether a line or its neighbours name a user: a password stands beside one.
fn user_near(view: &View<'_>, start: u32, end: u32) -> bool {
    let text = view.text.as_str();
    let from = view.text.line_at(start.saturating_sub(1)).start.max(start.saturating_sub(BESIDE));
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let to = view.text.line_at(end.saturating_add(1).min(length)).end.min(end.saturating_add(BESIDE));
    let (from, to) = (view.text.ceiling(from), view.text.floor(to));
    // A line that a program wrote has everything on it.
    if to.saturating_sub(from) > 3 * BESIDE || from >= to {
        return false;
    }
    let around = text[from as usize..to as usize].to_ascii_lowercase();
    ["user", "login", "email", "account", "uid"].iter().any(|word| around.contains(word))
}

fn hash(value: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Of candidates that overlap the one that knows most stays; in order of place.
fn one_each(mut found: Vec<Candidate>) -> Vec<Candidate> {
    let rank = |candidate: &Candidate| match candidate.context {
        Context::Form => 6,
        Context::Header | Context::Store => 5,
        _ if candidate.inner.is_some() => 5,
        Context::Command | Context::Url => 4,
        Context::Setting => 1,
        _ => 2 + u32::from(candidate.quoted),
    };
    found.sort_by_key(|candidate| (candidate.value.start, std::cmp::Reverse(rank(candidate)), candidate.value.end));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in found {
        match kept.last_mut() {
            Some(last) if last.value.overlaps(candidate.value) => {
                if rank(&candidate) > rank(last) {
                    *last = candidate;
                }
            }
            _ => kept.push(candidate),
        }
    }
    kept
}

/// What names are made of.
const NAMES: &[&str] = &[
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "bearer",
    "signature",
    "nonce",
    "pswd",
    "_pw",
    "-pw",
    "cookie",
    "login",
    "getconnection",
    "directoryentry",
    "mysql",
    "pdo",
];

/// How much of a line is shown to the judge on either side of the value, in bytes.
const BESIDE: u32 = 200;

/// Larger files of settings are read as text only.
const LARGEST_SETTINGS: usize = 2 << 20;
