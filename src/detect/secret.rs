//! Credentials by their form: the patterns of `detect.secret`, each tried only where its literals stand.

use std::cell::OnceCell;

use regex::bytes::Captures;

use super::entropy::shannon;
use super::generic::pair::holds_variables;
use super::lanes::Class;
use super::prefilter::{Gate, Promise, WordId, Words};
use super::promise::Run;
use super::proof::{Proof, check};
use super::runs::runs;
use super::value::shape::mangled;
use super::value::{Nature, nature, placeholder};
use super::watch::{Watch, Watched};
use super::{Detector, Rank, Sight, View};
use crate::fact::{Role, SecretSeen, Seen};
use crate::finding::{Confidence, Persona};
use crate::rule::anchor::Extent;
use crate::rule::check::Check;
use crate::rule::secret::{Companion, SecretForm};
use crate::rule::sought::{SHORT_WORD, Sought};
use crate::rule::{Rule, RuleSet};
use crate::secret::Secret;
use crate::span::Span;

/// Looks for the forms of all rules.
pub struct SecretForms<'r> {
    pub(super) forms: Vec<Waiting<'r>>,
    /// Which forms wait for a word: the word and the place of the form, ascending.
    waiting: Vec<(WordId, usize)>,
}

/// A form that waits for its anchors, by its place in its rule.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'r> {
    pub(super) rule: &'r Rule,
    pub(super) form: usize,
    pub(super) sought: &'r Sought,
}

/// A form of which an anchor stands in the text.
pub(super) struct Form<'r> {
    pub(super) rule: &'r Rule,
    pub(super) form: &'r SecretForm,
    pub(super) sought: &'r Sought,
}

impl<'r> SecretForms<'r> {
    /// Takes the forms of all rules and asks for their anchors.
    #[must_use]
    pub fn new(rules: &'r RuleSet, words: &mut Words) -> Self {
        let mut forms = Vec::new();
        let mut waiting = Vec::new();
        for rule in rules.iter() {
            for (form, sought) in rule.seeks.secret.iter().enumerate() {
                let ask = |anchor: &String| (words.ask_gated(anchor, gate(anchor, sought)), forms.len());
                waiting.extend(sought.anchors.iter().map(ask));
                forms.push(Waiting { rule, form, sought });
            }
        }
        waiting.sort_unstable();
        Self { forms, waiting }
    }

    /// The forms that one of the words of a text stands for, with the places of those words, by form.
    fn tries(&self, view: &View<'_>) -> Vec<(usize, u32)> {
        let mut tries = Vec::new();
        for word in view.hits.words() {
            let first = self.waiting.partition_point(|(held, _)| *held < word);
            let forms = self.waiting[first..].iter().take_while(|(held, _)| *held == word);
            for &(_, form) in forms {
                tries.extend(view.hits.of(word).map(|at| (form, at)));
            }
        }
        tries.sort_unstable();
        tries
    }
}

/// What must stand around an anchor for the form to be tried: the run of bytes that its value surely holds.
fn gate(anchor: &str, sought: &Sought) -> Gate {
    let extent = &sought.extent;
    let promise = match (extent.before, extent.after) {
        _ if extent.tail >= SHORTEST_RUN => Promise::Tail(extent.tail, extent.tail_wide),
        (Some(before), Some(after)) if extent.run >= SHORTEST_RUN && before + after <= WIDEST_GATE => {
            Promise::Run(Run { length: extent.run, wide: extent.wide, before, after })
        }
        _ => Promise::Nothing,
    };
    Gate { starts: extent.starts || sought.named && anchor.len() <= SHORT_WORD, promise }
}

impl Detector for SecretForms<'_> {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        let runs = LongRuns::default();
        for tries in self.tries(view).chunk_by(|a, b| a.0 == b.0) {
            let waiting = self.forms[tries[0].0];
            let who = || Watched::Rule(waiting.rule.id.to_string());
            Watch::note(view.watch, who, tries.len(), || waiting.look(view, tries, &runs, sights));
        }
    }
}

impl Waiting<'_> {
    /// Tries the form around the places of its anchors.
    fn look(&self, view: &View<'_>, tries: &[(usize, u32)], runs: &LongRuns, sights: &mut Vec<Sight>) {
        let &Waiting { rule, form, sought } = self;
        if !rule.gate.admits(view.path.as_str()) {
            return;
        }
        let mut windows = windows(&sought.extent, tries, view);
        if let (true, Some(length)) = (is_wide(&sought.extent), sought.extent.length) {
            let runs = runs.of(view.text.as_str().as_bytes(), sought.extent.wide);
            windows = around(runs, sought.extent.run, length, &windows, view);
        }
        let Some(form) = rule.detect().secret.get(form) else { return };
        if !form.keys.is_empty() {
            windows.retain(|&(start, end)| has_key(&view.text.as_str().as_bytes()[start..end], &form.keys));
        }
        if windows.is_empty() {
            return;
        }
        let form = Form { rule, form, sought };
        let Some(regex) = form.form.pattern.regex() else { return };
        let text = view.text.as_str().as_bytes();
        let mut past = 0;
        for (start, end) in windows {
            let mut from = start.max(past);
            while let Some(found) = regex.captures_at(&text[..end], from) {
                let whole = found.get(0).expect("group 0 is the match");
                from = whole.end().max(from + 1);
                past = from;
                sights.extend(form.sight(view, &found));
                if from >= end {
                    break;
                }
            }
        }
    }
}

impl Form<'_> {
    pub(super) fn sight(&self, view: &View<'_>, found: &Captures<'_>) -> Option<Sight> {
        let group = found.name("secret").or_else(|| found.get(0))?;
        let span = Span::of(group.start(), group.end());
        // A pattern over bytes may stop inside a character; no credential does.
        let value = Secret::new(view.text.as_str().get(group.range())?);
        if value.expose().is_empty() || placeholder::stand_in(value.expose()).is_some() {
            return None;
        }
        // `abcdef1234567890` in the very form of the provider may be meant: who writes the product is told of it softly.
        let sample = placeholder::sample(value.expose());
        // Beside a name alone, words with digits are names, not credentials.
        let nature = || nature::of(value.expose().trim_end_matches('='));
        if self.form.named && !self.form.shaped && sample.is_none() && nature() != Nature::Odd {
            return None;
        }
        // `api.py,sha256=…`: the hash of a file, whose path holds the provider's name.
        if self.form.named && is_digest(view.text.as_str().as_bytes(), span) {
            return None;
        }
        // `"cfut_…!"`: the text goes on with what no token has and no sentence ends a word with inside quotes.
        if spoiled(view.text.as_str().as_bytes(), span) {
            return None;
        }
        if !self.form.named && in_blob(view.text.as_str().as_bytes(), span) {
            return None;
        }
        let entropy = shannon(value.expose());
        let barred = |not: &crate::rule::secret::Pattern| {
            not.regex().is_some_and(|regex| regex.is_match(value.expose().as_bytes()))
        };
        if entropy < self.form.entropy || self.form.not.iter().any(barred) || !self.near(view, span) {
            return None;
        }
        let mut why = vec![format!("entropy {entropy:.1} bits a character")];
        let mut rank = match (self.form.named, self.form.shaped) {
            (true, true) => Rank::FormAndName,
            (true, false) => Rank::Named,
            (false, _) if self.form.near.is_some() => Rank::FormAndName,
            (false, _) => Rank::Form,
        };
        let mut confidence = self.rule.confidence;
        let mut persona = self.rule.persona;
        if view.role != Role::Product {
            persona = persona.max(if sample.is_some() { Persona::Pedantic } else { self.form.elsewhere });
        }
        if let Some(sample) = sample {
            confidence = Confidence::Low;
            why.push(format!("has the right form, but looks like a sample: {sample}"));
        }
        let narrow = self.form.narrow.as_ref().and_then(|narrow| narrow.regex());
        if self.form.named && !self.form.shaped && mangled(value.expose(), if narrow.is_some() { 2 } else { 1 }) {
            return None;
        }
        if narrow.is_some_and(|narrow| !narrow.is_match(value.expose().as_bytes())) {
            if check(Check::Mixed, value.expose()) == Proof::Refuted {
                return None;
            }
            confidence = confidence.min(Confidence::Medium);
            why.push("has the right length, but letters that are not known of it".to_owned());
        }
        for &known in &self.form.checks {
            match check(known, value.expose()) {
                Proof::Refuted => return None,
                Proof::Passed => why.push(format!("not ruled out by {}", known.what())),
                Proof::Proved => {
                    let beside = self.form.named || self.form.near.is_some();
                    rank = if beside { Rank::ProvedAndName } else { Rank::Proved };
                    why.push(format!("proved by {}", known.what()));
                }
                Proof::Doubtful => {
                    confidence = confidence.min(Confidence::Medium);
                    why.push(format!("does not show {}", known.what()));
                }
            }
        }
        let related = match &self.form.companion {
            Some(companion) => match beside(view, companion, span) {
                Some(found) => vec![(found, companion.label.clone())],
                None if companion.required => return None,
                None => Vec::new(),
            },
            None => Vec::new(),
        };
        let lower = value.expose().to_ascii_lowercase();
        let prefix = self.sought.anchors.iter().filter(|anchor| lower.starts_with(*anchor)).map(String::len).max();
        Some(Sight {
            rule: self.rule.id.clone(),
            span,
            hide: vec![span],
            rank,
            confidence,
            persona,
            why,
            related,
            seen: Seen::Secret(SecretSeen { shown: value.redact(prefix.unwrap_or(0)), value: value.id() }),
        })
    }

    fn near(&self, view: &View<'_>, span: Span) -> bool {
        let Some((words, lines)) = &self.form.near else { return true };
        let around = view.text.slice(lines_around(view, span, *lines)).to_ascii_lowercase();
        words.iter().any(|word| around.contains(word.as_str()))
    }
}

/// Whether a value in quotes is followed by a sign that belongs to the literal, but to no token.
fn spoiled(text: &[u8], span: Span) -> bool {
    let after = &text[span.end as usize..];
    matches!(after.first(), Some(b'!' | b'^' | b'~')) && matches!(after.get(1), Some(b'"' | b'\'' | b'`'))
}

/// Whether what stands right before a value says that it is a digest.
fn is_digest(text: &[u8], span: Span) -> bool {
    let before = &text[..span.start as usize];
    let before = before.strip_suffix(b"=").or_else(|| before.strip_suffix(b"-")).or_else(|| before.strip_suffix(b":"));
    let algorithms: [&[u8]; 5] = [b"md5", b"sha1", b"sha256", b"sha384", b"sha512"];
    let value = &text[span.start as usize..span.end as usize];
    let itself = |name: &&[u8]| value.strip_prefix(*name).is_some_and(|rest| rest.starts_with(b"="));
    algorithms.iter().any(itself) || before.is_some_and(|before| algorithms.iter().any(|name| before.ends_with(name)))
}

/// Whether a value stands in the middle of Base64: any short form comes by chance in enough of it.
fn in_blob(text: &[u8], span: Span) -> bool {
    let base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let before = text[..span.start as usize].iter().rev().take(BLOB).take_while(base64).count();
    let after = text[span.end as usize..].iter().take(BLOB).take_while(base64).count();
    before > 0 && after > 0 && before + after >= BLOB
}

/// The nearest place of a companion, above or below the value.
fn beside(view: &View<'_>, companion: &Companion, span: Span) -> Option<Span> {
    // In a store of variables, such as `.env`, what belongs together may stand anywhere.
    let lines = if holds_variables(view.path) { companion.lines.max(STORE) } else { companion.lines };
    let around = lines_around(view, span, lines);
    let regex = companion.pattern.regex()?;
    let place = |found: &Captures<'_>| {
        let mark = found.name("mark").or_else(|| found.get(0))?;
        Some(Span::of(around.start as usize + mark.start(), around.start as usize + mark.end()))
    };
    regex
        .captures_iter(view.text.slice(around).as_bytes())
        .filter_map(|found| place(&found))
        .filter(|found| !found.overlaps(span))
        .min_by_key(|found| (found.start.abs_diff(span.start), found.start))
}

/// The text from `lines` lines above a span to `lines` lines below it, cut to a bounded size.
fn lines_around(view: &View<'_>, span: Span, lines: u32) -> Span {
    let starts = view.text.lines();
    let last = starts.len() - 1;
    let line_of = |offset: u32| starts.partition_point(|&start| start <= offset) - 1;
    let first = line_of(span.start).saturating_sub(lines as usize);
    let after = line_of(span.end) + lines as usize + 1;
    let start = starts[first].max(span.start.saturating_sub(REACH));
    let text_end = u32::try_from(view.text.as_str().len()).unwrap_or(u32::MAX);
    let end = if after > last { text_end } else { starts[after] }.min(span.end.saturating_add(REACH));
    Span::new(view.text.floor(start), view.text.floor(end))
}

/// Where a form's pattern is worth trying: around its anchors, merged where they touch.
fn windows(extent: &Extent, tries: &[(usize, u32)], view: &View<'_>) -> Vec<(usize, usize)> {
    // What stands after a match may be asked for, too: a few bytes more, none of which is cut through.
    let (before, after) = (extent.before.unwrap_or(REACH), extent.after.map_or(REACH, |after| after.saturating_add(8)));
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for &(_, at) in tries {
        let start = view.text.floor(at.saturating_sub(before)) as usize;
        let end = view.text.floor(at.saturating_add(after)) as usize;
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// Whether one of some words in lower case stands in a window: looked for before a regex is compiled for it.
fn has_key(window: &[u8], keys: &[String]) -> bool {
    let lower = window.to_ascii_lowercase();
    keys.iter().any(|key| memchr::memmem::find(&lower, key.as_bytes()).is_some())
}

/// Whether a form's windows are so wide that it pays to look for the run that its matches hold.
fn is_wide(extent: &Extent) -> bool {
    (extent.before.is_none() || extent.after.is_none()) && extent.run as usize >= LONG
}

/// The long runs of a text, narrow and wide, found when they are first asked for.
#[derive(Default)]
struct LongRuns([OnceCell<Vec<(usize, usize)>>; 2]);

impl LongRuns {
    fn of(&self, bytes: &[u8], wide: bool) -> &[(usize, usize)] {
        self.0[usize::from(wide)].get_or_init(|| runs(bytes, LONG, if wide { Class::Wide } else { Class::Narrow }))
    }
}

/// Of some windows what a match of at most `length` bytes may cover that holds a run of at least `least`.
fn around(
    runs: &[(usize, usize)],
    least: u32,
    length: u32,
    windows: &[(usize, usize)],
    view: &View<'_>,
) -> Vec<(usize, usize)> {
    let (least, length) = (least as usize, length as usize);
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for &(start, end) in windows {
        let first = runs.partition_point(|run| run.1 <= start);
        let inside = runs[first..].iter().take_while(|run| run.0 < end).filter(|run| run.1 - run.0 >= least);
        for run in inside {
            let offset = |at: usize| view.text.floor(u32::try_from(at).unwrap_or(u32::MAX)) as usize;
            let from = offset(run.0.saturating_sub(length)).max(start);
            let to = offset(run.1 + length + 8).min(end);
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
    }
    merged
}

/// How far a match may reach from its anchor, in bytes: more than the longest private key.
pub(super) const REACH: u32 = 8 * 1024;

/// How many lines of a store of variables belong together.
const STORE: u32 = 400;

/// As many characters of Base64 around a value are no part of a URL or of a name.
const BLOB: usize = 60;

/// A shorter run stands everywhere.
const SHORTEST_RUN: u32 = 8;
/// A shorter run is not worth being looked for in a whole text.
const LONG: usize = 16;
/// A gate that would have to look further costs more than it saves.
const WIDEST_GATE: u32 = 1024;

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use crate::detect::engine::Engine;
    use crate::fact::Fact;
    use crate::finding::{Confidence, Persona};
    use crate::origin::Origin;
    use crate::rule::example::fill;
    use crate::rule::{RuleSet, load};

    /// What one form of a credential sees in a text.
    fn seen(form: &str, text: &str) -> Vec<Fact> {
        seen_in("a.txt", form, text)
    }

    fn seen_in(path: &str, form: &str, text: &str) -> Vec<Fact> {
        let file = format!(
            "rules:\n  - id: secret/acme-token\n    title: Acme token\n    severity: high\n    about: {{what: a, why: b, fix: c}}\n    \
             detect:\n      secret:\n        - {form}\n    examples:\n      - caught: a\n      - quiet: b\n"
        );
        let mut rules = RuleSet::default();
        for rule in load::read(&file, "acme.yaml").expect("a rule without mistakes") {
            rules.add(rule).expect("one rule");
        }
        let text = fill(text, "secret").expect("a template");
        Engine::new(&rules).look(Utf8Path::new(path), &Origin::Example, text.as_bytes()).expect("a text").facts
    }

    #[test]
    fn a_companion_is_a_place_of_its_own_and_may_be_required() {
        let form = "{pattern: 'secret = (?P<secret>[0-9a-f]{40})', companion: {pattern: 'id = (?P<mark>acme-[0-9]{4})', label: the client id, lines: 2}}";
        let facts = seen(form, "id = acme-{{digits 4}}\n\nsecret = {{hex 40}}\n");
        assert_eq!(facts.len(), 1);
        assert_eq!((facts[0].related[0].text.as_str(), facts[0].related[0].at.region.start.line), ("the client id", 1));
        assert!(seen(form, "id = acme-{{digits 4}}\n\n\n\nsecret = {{hex 40}}\n").is_empty());
    }

    #[test]
    fn a_name_may_stand_on_the_line_above_and_short_names_stand_alone() {
        let form = "{words: [tru], value: '[0-9a-f]{32}'}";
        for caught in ["TRU_TOKEN={{hex 32}}", "tru:\n  api_key: {{hex 32}}", "truSecret = '{{hex 32}}'"] {
            assert_eq!(seen(form, caught).len(), 1, "{caught}");
        }
        for quiet in ["trust_token={{hex 32}}", "mistru_token={{hex 32}}", "TRU_TOKEN={{hex 33}}", "TRU={{hex 32}}"] {
            assert!(seen(form, quiet).is_empty(), "{quiet}");
        }
    }

    #[test]
    fn a_checksum_that_does_not_hold_lowers_the_confidence() {
        let facts = seen("{pattern: '(?P<secret>acme_[A-Za-z0-9]{36})', checks: [github]}", "acme_{{alnum 36}}");
        assert_eq!(facts[0].confidence, Confidence::Medium);
    }

    #[test]
    fn a_sample_in_the_right_form_is_told_softly_and_not_at_all_in_tests() {
        let form = "{pattern: '(?P<secret>acme_[0-9a-f]{32})'}";
        let facts = seen(form, "acme_abcdef1234567890abcdef1234567890");
        assert_eq!((facts[0].confidence, facts[0].persona), (Confidence::Low, Persona::Regular));
        let facts = seen_in("tests/a.txt", form, "acme_abcdef1234567890abcdef1234567890");
        assert_eq!((facts[0].confidence, facts[0].persona), (Confidence::Low, Persona::Pedantic));
        assert!(seen(form, "acme_00000000000000000000000000000000").is_empty());
    }

    #[test]
    fn a_form_may_be_for_the_pedantic_outside_the_product() {
        let form = "{pattern: '(?P<secret>acme_[0-9a-f]{32})', elsewhere: pedantic}";
        assert_eq!(seen(form, "acme_{{hex 32}}")[0].persona, Persona::Regular);
        assert_eq!(seen_in("docs/a.txt", form, "acme_{{hex 32}}")[0].persona, Persona::Pedantic);
    }

    #[test]
    fn a_named_value_of_the_right_length_may_have_other_letters() {
        let form = "{words: [acmecorp], value: '[0-9a-f]{32}'}";
        assert_eq!(seen(form, "acmecorp_key = {{hex 32}}")[0].confidence, Confidence::High);
        assert_eq!(seen(form, "acmecorp_key = {{lalnum 29}}z9z")[0].confidence, Confidence::Medium);
        assert!(seen(form, "acmecorp_key = {{lalnum 28}}z9z").is_empty());
        assert!(seen(form, "acmecorp_key = {{lower 32}}").is_empty());
    }

    #[test]
    fn a_form_in_the_middle_of_base64_is_chance() {
        let form = "{pattern: '(?-u:\\b)(?P<secret>ACME[A-Z0-9]{16})(?-u:\\b)'}";
        assert_eq!(seen(form, "/ACME{{ALNUM 16}}/send").len(), 1);
        assert!(seen(form, "{{alnum 40}}+ACME{{ALNUM 16}}/{{alnum 40}}").is_empty());
    }

    #[test]
    fn the_hash_of_a_file_is_no_key_of_the_provider_in_its_path() {
        let form = "{words: [acmecorp], value: '[A-Za-z0-9]{43}', keys: [api]}";
        assert!(seen(form, "acmecorp/api.py,sha256={{alnum 43}},1121").is_empty());
        assert_eq!(seen(form, "acmecorp/api.py,sign={{alnum 43}},1121").len(), 1);
    }

    #[test]
    fn a_direct_value_needs_no_key() {
        let form = "{words: [acmecorp], value: '[0-9a-f]{32}', direct: true}";
        assert_eq!(seen(form, "acmecorp: '{{hex 32}}'").len(), 1);
        assert!(seen(form, "acmecorp and {{hex 32}}").is_empty());
    }
}
