//! All eyes, once per text: prefilter, detectors, one finding per thing, excerpts cut and redacted.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::call::look::ApiCalls;
use super::code::look::CodeForms;
use super::decode;
use super::flaws::SettingForms;
use super::generic::eye::GenericSecrets;
use super::generic::store;
use super::ignore::{IgnoreSeen, Ignores};
use super::mail;
use super::note::{Note, Shared};
use super::prefilter::sieve::Prefilter;
use super::prefilter::{Hits, WordId, Words};
use super::role::{self, tests_begin};
use super::scope::look::ScopeRequests;
use super::secret::SecretForms;
use super::text::TextForms;
use super::token::{self, Tokens};
use super::trial::{Clues, Signed};
use super::watch::{Watch, Watched};
use super::{Detector, Rank, Sight, View};
use crate::fact::{Context, Fact, Flaw, Ignore, Role, ScopeRequest, Seen};
use crate::finding::excerpt::cut;
use crate::finding::{Confidence, Label, Persona};
use crate::line_hash::line_hashes;
use crate::origin::{Location, Origin};
use crate::rule::RuleSet;
use crate::scope::Scope;
use crate::secret::ValueId;
use crate::span::Span;
use crate::syntax::tree::Kind;
use crate::text::{Encoding, NotText, SourceText};

/// Everything that looks, made once and shared by all threads.
pub struct Engine<'r> {
    prefilter: Prefilter,
    detectors: Vec<Eye<'r>>,
    watch: Option<&'r Watch>,
    ignores: Ignores,
    /// The beginning of every token.
    token: WordId,
}

/// A detector and its name.
pub(super) type Eye<'r> = (&'static str, Box<dyn Detector + 'r>);

/// What was seen in one text.
#[derive(Debug, Default)]
pub struct Seeing {
    /// Facts in order of place.
    pub facts: Vec<Fact>,
    /// Inline ignores in order of place.
    pub ignores: Vec<Ignore>,
    /// What can prove a key together with other texts.
    pub clues: Clues,
}

impl<'r> Engine<'r> {
    /// An engine for these rules.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        Self::with(rules, true)
    }

    /// An engine that sees only what stays a fault when the code around it is gone: secrets, and keys that are written
    /// out.
    #[must_use]
    pub fn for_secrets(rules: &'r RuleSet) -> Self {
        Self::with(rules, false)
    }

    fn with(rules: &'r RuleSet, all: bool) -> Self {
        let mut words = Words::default();
        let mut detectors: Vec<Eye<'r>> = vec![("credentials", Box::new(SecretForms::new(rules, &mut words)))];
        detectors.extend(others(rules, &mut words, all));
        let ignores = Ignores::new(&mut words);
        let token = words.ask("eyJ");
        Self { prefilter: Prefilter::new(&words), detectors, watch: None, ignores, token }
    }

    /// Notes what looking costs.
    #[must_use]
    pub const fn watched(mut self, watch: Option<&'r Watch>) -> Self {
        self.watch = watch;
        self
    }

    fn scan(&self, bytes: &[u8]) -> Hits {
        Watch::note(self.watch, || Watched::Eye("prefilter"), 1, || self.prefilter.scan(bytes))
    }

    /// Looks at the bytes of a whole file.
    ///
    /// # Errors
    /// [`NotText`] for binary content.
    pub fn look(&self, path: &Utf8Path, origin: &Origin, bytes: &[u8]) -> Result<Seeing, NotText> {
        if Encoding::sniff(bytes)?.is_some() {
            return Ok(self.look_at(path, origin, &SourceText::decode(bytes)?, Some(bytes)));
        }
        // Most files hold no word at all: they need not be decoded.
        let hits = self.scan(bytes);
        if !speaks(path, &hits, bytes) {
            return Ok(Seeing::default());
        }
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => self.look_closer(path, origin, &SourceText::new(text), &hits, Some(bytes)),
            Err(_) => self.look_at(path, origin, &SourceText::decode(bytes)?, Some(bytes)),
        })
    }

    /// Looks at a text. `bytes` is the undecoded file, where the text is the whole of one.
    #[must_use]
    pub fn look_at(&self, path: &Utf8Path, origin: &Origin, text: &SourceText, bytes: Option<&[u8]>) -> Seeing {
        let hits = self.scan(text.as_str().as_bytes());
        if speaks(path, &hits, text.as_str().as_bytes()) {
            self.look_closer(path, origin, text, &hits, bytes)
        } else {
            Seeing::default()
        }
    }

    fn look_closer(
        &self,
        path: &Utf8Path,
        origin: &Origin,
        text: &SourceText,
        hits: &Hits,
        bytes: Option<&[u8]>,
    ) -> Seeing {
        let mut view = View::new(path, origin, role::of(path), text, hits);
        view.watch = self.watch;
        let mut sights = Vec::new();
        for (name, detector) in &self.detectors {
            Watch::note(self.watch, || Watched::Eye(name), 1, || detector.look(&view, &mut sights));
        }
        Watch::note(self.watch, || Watched::Eye("inside"), 1, || self.look_inside(&view, 1, &mut sights));
        let tokens = token::signed_with_a_shared_key(text.as_str(), hits.of(self.token));
        tell(&view, sights, self.ignores.look(&view), tokens, bytes)
    }

    /// Looks for secrets in what a text holds in another form, such as Base64, and in what that holds again.
    pub(super) fn look_inside(&self, view: &View<'_>, depth: u32, sights: &mut Vec<Sight>) {
        let text = view.text.as_str();
        for piece in decode::pieces(text).into_iter().chain(mail::parts(text)) {
            let inner = SourceText::new(piece.text.as_str());
            let hits = self.scan(piece.text.as_bytes());
            // What is said inside is a text of its own, of no language.
            let path = view.path.with_extension("txt");
            let inner = View::new(&path, view.origin, view.role, &inner, &hits);
            let mut found = Vec::new();
            if !hits.is_empty() {
                self.detectors.iter().for_each(|(_, detector)| detector.look(&inner, &mut found));
            }
            if depth < DEEPEST {
                self.look_inside(&inner, depth + 1, &mut found);
            }
            for mut sight in found {
                if !matches!(sight.seen, Seen::Secret(_)) {
                    continue;
                }
                sight.span = piece.place(sight.span);
                // Neighbouring characters may hold bits of it.
                sight.hide = vec![piece.span];
                sight.related = sight.related.into_iter().map(|(span, words)| (piece.place(span), words)).collect();
                sight.why.push(format!("written in {}", piece.form));
                sights.push(sight);
            }
        }
    }
}

/// Whether anything can be seen in a file: a word stands in it, in plain or in a text that it holds in Base64.
fn speaks(path: &Utf8Path, hits: &Hits, bytes: &[u8]) -> bool {
    let hidden = || hits.has_long_run() && decode::holds_text(bytes);
    !hits.is_empty() || store::is_store(path) || mail::is_mail(path) || hidden()
}

/// Forms in forms in forms: whoever goes deeper hides on purpose.
const DEEPEST: u32 = 3;

/// All detectors but the one for forms of credentials; not `all`: those that see secrets and keys.
pub(super) fn others<'r>(rules: &'r RuleSet, words: &mut Words, all: bool) -> Vec<Eye<'r>> {
    let mut detectors: Vec<Eye<'r>> = vec![
        ("names", Box::new(GenericSecrets::new(rules, words))),
        ("code", Box::new(CodeForms::new(rules, words, all))),
        ("settings", Box::new(SettingForms::new(rules, words, all))),
    ];
    if all {
        detectors.push(("text", Box::new(TextForms::new(rules, words))));
        detectors.push(("scopes", Box::new(ScopeRequests::new(words))));
        detectors.push(("tokens", Box::new(Tokens::new(words))));
        detectors.push(("calls", Box::new(ApiCalls::new(words))));
    }
    detectors
}

/// What was seen in a text, one finding per thing, with its places, and excerpts that are cut and redacted. `tokens` are
/// those whose key may be found elsewhere.
pub(super) fn tell(
    view: &View<'_>,
    sights: Vec<Sight>,
    ignores: Vec<IgnoreSeen>,
    tokens: Vec<Span>,
    bytes: Option<&[u8]>,
) -> Seeing {
    let (path, origin, text) = (view.path, view.origin, view.text);
    let hidden = hidden(&sights, &tokens);
    let mut clues = Clues::default();
    for sight in &sights {
        let value = sight.hide.iter().fold(String::new(), |value, span| value + text.slice(*span));
        clues.key(&value);
    }
    let sights = one_each(sights);
    let tests = if sights.is_empty() { None } else { tests_begin(path, text.as_str()) };
    let role_at = |span: Span| match tests {
        _ if view.role != Role::Product => view.role,
        Some(at) if span.start > at => Role::Test,
        _ if in_docstring(view, span) || in_doc_comment(view, span) => Role::Docs,
        _ => Role::Product,
    };
    let place = |span: Span| Location { path: path.to_owned(), origin: origin.clone(), region: text.region(span) };
    for span in tokens {
        let fact = Fact {
            at: place(span),
            excerpt: cut(text, span, &hidden),
            line_hash: None,
            role: role_at(span),
            rule: "jwt/hardcoded-key".parse().expect("a constant id"),
            confidence: Confidence::High,
            persona: Persona::Regular,
            why: Vec::new(),
            related: Vec::new(),
            seen: Seen::Jwt(Flaw {
                message: Some("The token is signed with a key that stands in every tutorial.".to_owned()),
                ..Flaw::default()
            }),
        };
        if let Some(signed) = Signed::new(text.slice(span), fact) {
            clues.token(signed);
        }
    }
    let mut facts: Vec<Fact> = sights
        .into_iter()
        .map(|sight| Fact {
            at: place(sight.span),
            excerpt: cut(text, sight.span, &hidden),
            line_hash: None,
            role: role_at(sight.span),
            rule: sight.rule,
            confidence: sight.confidence,
            persona: sight.persona,
            why: sight.why,
            related: sight
                .related
                .into_iter()
                .map(|(span, words)| Label { at: place(span), text: words, excerpt: cut(text, span, &hidden) })
                .collect(),
            seen: with_key(sight.seen, &sight.hide, text),
        })
        .collect();
    let (mut noted, notes): (Vec<Fact>, Vec<Note>) = view
        .notes
        .take()
        .into_iter()
        .map(|noted| {
            let fact = Fact {
                at: place(noted.span),
                excerpt: cut(text, noted.span, &hidden),
                line_hash: None,
                role: role_at(noted.span),
                rule: "scope/request".parse().expect("a constant id"),
                confidence: Confidence::High,
                persona: Persona::Regular,
                why: noted.why,
                related: Vec::new(),
                seen: Seen::Scope(ScopeRequest {
                    scope: Scope::new(""),
                    provider: None,
                    context: Context::Code,
                    client_id: noted.client_id,
                    replaceable: false,
                }),
            };
            (fact, noted.note)
        })
        .unzip();
    if let Some(bytes) = bytes {
        hash_lines(&mut facts, bytes);
        hash_lines(&mut noted, bytes);
    }
    noted.into_iter().zip(notes).for_each(|(fact, note)| clues.share(Shared { fact, note }));
    let ignores = ignores
        .into_iter()
        .map(|ignore| Ignore {
            at: place(ignore.span),
            excerpt: cut(text, ignore.span, &hidden),
            lines: ignore.lines,
            rules: ignore.rules,
            reason: ignore.reason,
            until: ignore.until,
            code: ignore.code,
            tool: ignore.tool,
        })
        .collect();
    Seeing { facts, ignores, clues }
}

/// Whether a place stands in a documentation string of Python: a long string that is given to nothing.
fn in_docstring(view: &View<'_>, span: Span) -> bool {
    if view.path.extension() != Some("py") {
        return false;
    }
    let Some(code) = view.code() else { return false };
    let inner = code.covering(span);
    std::iter::once(inner).chain(code.ancestors(inner)).filter(|&node| code.kind(node) == Kind::String).any(|node| {
        let whole = code.span(node);
        let text = view.text.slice(whole).trim_start_matches(['r', 'R', 'u', 'U']);
        let line = view.text.line_at(whole.start);
        let before = view.text.slice(Span::new(line.start, whole.start));
        (text.starts_with("\"\"\"") || text.starts_with("'''")) && before.trim().is_empty()
    })
}

/// Whether a place stands in a comment that documents the code below it: `/// x`, `//! x`, ` * x`.
fn in_doc_comment(view: &View<'_>, span: Span) -> bool {
    let line = view.text.line_at(span.start);
    let start = view.text.slice(Span::new(line.start, span.start)).trim_start();
    let ending = view.path.extension().unwrap_or_default();
    if ["rs", "cs", "swift", "dart", "fs"].contains(&ending) && (start.starts_with("///") || start.starts_with("//!")) {
        return true;
    }
    let stars = ["java", "kt", "kts", "scala", "groovy", "js", "mjs", "ts", "tsx", "jsx", "php", "c", "h", "cc", "cpp"];
    stars.contains(&ending) && (start.starts_with("* ") || start.starts_with("/**"))
}

/// A flaw with the identity of the key that it is about, where one is written out.
fn with_key(seen: Seen, hide: &[Span], text: &SourceText) -> Seen {
    match (seen, hide) {
        (Seen::Jwt(flaw), [first, rest @ ..]) => {
            let key = rest.iter().fold(text.slice(*first).to_owned(), |key, span| key + text.slice(*span));
            Seen::Jwt(Flaw { value: Some(ValueId::of(&key)), ..flaw })
        }
        (seen, _) => seen,
    }
}

fn hash_lines(facts: &mut [Fact], bytes: &[u8]) {
    let wanted: Vec<u32> = facts.iter().map(|fact| fact.at.region.start.line).collect();
    if wanted.is_empty() {
        return;
    }
    let hashes = line_hashes(bytes, &wanted);
    for fact in facts {
        fact.line_hash = hashes.get(&fact.at.region.start.line).cloned();
    }
}

/// All spans that must not be shown, ascending and merged.
fn hidden(sights: &[Sight], tokens: &[Span]) -> Vec<Span> {
    let seen = sights.iter().flat_map(|sight| sight.hide.iter().copied());
    let mut spans: Vec<Span> = seen.chain(tokens.iter().copied()).collect();
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Of secrets that overlap the one that knows most stays; everything is put in order of place.
fn one_each(mut sights: Vec<Sight>) -> Vec<Sight> {
    let (mut secrets, mut others): (Vec<Sight>, Vec<Sight>) =
        sights.drain(..).partition(|sight| matches!(sight.seen, Seen::Secret(_)));
    secrets.sort_by(|a, b| {
        (b.rank, b.confidence, b.span.len(), a.span, &a.rule).cmp(&(
            a.rank,
            a.confidence,
            a.span.len(),
            b.span,
            &b.rule,
        ))
    });
    let mut keys: Vec<Span> =
        others.iter().filter(|other| other.rule.as_str() == "jwt/hardcoded-key").map(|other| other.span).collect();
    keys.sort_unstable();
    let mut held: BTreeMap<u32, u32> = BTreeMap::new();
    let mut kept: Vec<Sight> = Vec::new();
    for secret in secrets {
        // A key for tokens is known for what it is: that it also looks like a secret is the same fault again.
        let before = keys.partition_point(|key| key.start < secret.span.end);
        if secret.rank == Rank::Generic && keys[..before].last().is_some_and(|key| key.end > secret.span.start) {
            continue;
        }
        // What is held does not overlap, so only the last that starts before this one's end can reach into it.
        if held.range(..secret.span.end).next_back().is_none_or(|(_, &end)| end <= secret.span.start) {
            held.insert(secret.span.start, secret.span.end);
            kept.push(secret);
        }
    }
    others.append(&mut kept);
    others.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
    others.dedup_by(|a, b| a.rule == b.rule && a.span == b.span && subject(&a.seen) == subject(&b.seen));
    others
}

/// What a flaw names: one place may lack two claims.
fn subject(seen: &Seen) -> Option<&str> {
    match seen {
        Seen::Jwt(flaw) | Seen::OAuth(flaw) => flaw.subject.as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::engine::Engine;
    use crate::fact::Role;
    use crate::origin::Origin;
    use crate::rule::builtin;
    use crate::rule::example::fill;

    #[test]
    fn secrets_are_seen_in_forms_in_forms() {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let token = fill("1000.{{hex 32}}.{{hex 32}}", "forms").expect("a template");
        let once = STANDARD.encode(format!("ZOHO_REFRESH_TOKEN={token}"));
        let twice = STANDARD.encode(format!("data: {once}"));
        for written in [once, twice] {
            let text = format!("key: abc\n  data: {written}\n");
            let seeing = engine.look("a.yaml".into(), &Origin::Example, text.as_bytes()).expect("this is text");
            let found: Vec<_> =
                seeing.facts.iter().map(|fact| (fact.rule.as_str(), fact.at.region.start.line)).collect();
            assert_eq!(found, [("secret/zoho-refresh-token", 2)], "{text}");
            assert!(!seeing.facts[0].excerpt.text.contains(&written[20..40]), "what is written is hidden");
        }
    }

    #[test]
    fn a_secret_is_seen_in_base64_beside_which_no_word_stands_and_over_the_ends_of_its_lines() {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let token = fill("ZOHO_REFRESH_TOKEN=1000.{{hex 32}}.{{hex 32}}", "wrapped").expect("a template");
        for before in 0..76 {
            let whole = STANDARD.encode(format!("{}\n{token}\n", "-".repeat(before)));
            for text in [
                whole.clone(),
                whole
                    .as_bytes()
                    .chunks(76)
                    .map(<[u8]>::to_vec)
                    .collect::<Vec<_>>()
                    .join(&b'\n')
                    .iter()
                    .map(|&byte| char::from(byte))
                    .collect(),
            ] {
                let seeing = engine.look("a".into(), &Origin::Example, text.as_bytes()).expect("this is text");
                let found: Vec<_> = seeing.facts.iter().map(|fact| fact.rule.as_str()).collect();
                assert_eq!(found, ["secret/zoho-refresh-token"], "{before}: {text}");
            }
        }
    }

    #[test]
    fn what_stands_in_a_documentation_string_weighs_as_documentation() {
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let token = "ZOHO_REFRESH_TOKEN = '1000.{{hex 32}}.{{hex 32}}'";
        let text = format!("def a():\n    \"\"\"Like this::\n\n        {token}\n    \"\"\"\n    {token}\n");
        let text = fill(&text, "documentation string").expect("a template");
        let seeing = engine.look("a.py".into(), &Origin::Example, text.as_bytes()).expect("this is text");
        let roles: Vec<(u32, Role)> = seeing.facts.iter().map(|fact| (fact.at.region.start.line, fact.role)).collect();
        assert_eq!(roles, [(4, Role::Docs), (6, Role::Product)]);
    }

    #[test]
    fn what_stands_in_a_comment_that_documents_weighs_as_documentation() {
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let token = "ZOHO_REFRESH_TOKEN = '1000.{{hex 32}}.{{hex 32}}'";
        for (path, text, role) in [
            ("a.rs", format!("/// {token}\n"), Role::Docs),
            ("a.rs", format!("// {token}\n"), Role::Product),
            ("A.java", format!("/**\n * {token}\n */\n"), Role::Docs),
            ("a.sh", format!("* {token}\n"), Role::Product),
        ] {
            let text = fill(&text, "documentation").expect("a template");
            let seeing = engine.look(path.into(), &Origin::Example, text.as_bytes()).expect("this is text");
            let roles: Vec<Role> = seeing.facts.iter().map(|fact| fact.role).collect();
            assert_eq!(roles, [role], "{path}");
        }
    }
}
