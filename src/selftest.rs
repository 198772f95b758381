//! Runs the examples inside the rules: what must be caught, what must stay quiet.

use camino::Utf8Path;

use crate::detect::engine::Engine;
use crate::origin::Origin;
use crate::rule::example::fill;
use crate::rule::file::ExampleEntry;
use crate::rule::{Rule, RuleSet};

/// What came of one example.
#[derive(Debug)]
pub struct Outcome {
    /// The rule.
    pub rule: String,
    /// The number of the example in its rule, from 1.
    pub number: usize,
    /// The text as it was scanned.
    pub text: String,
    /// How it went.
    pub verdict: Verdict,
}

/// How an example went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Caught what it should, or quiet where it should.
    Right,
    /// Should have been caught and was not.
    Missed,
    /// Should have been quiet and was not; what was marked.
    Noisy(String),
    /// Caught, but something else was marked.
    Beside(String),
    /// The example itself cannot be used.
    Broken(String),
}

/// Runs all examples of the rules that `select` admits, in order.
#[must_use]
pub fn run(rules: &RuleSet, select: impl Fn(&Rule) -> bool) -> Vec<Outcome> {
    let engine = Engine::new(rules);
    let mut outcomes = Vec::new();
    for rule in rules.iter().filter(|rule| select(rule)) {
        let Some(page) = rules.page(&rule.id) else { continue };
        for (index, example) in page.examples.iter().enumerate() {
            outcomes.push(one(&engine, rule, index + 1, example));
        }
    }
    outcomes
}

fn one(engine: &Engine<'_>, rule: &Rule, number: usize, example: &ExampleEntry) -> Outcome {
    let raw = example.caught.as_ref().or(example.quiet.as_ref()).map(|text| text.value.as_str()).unwrap_or_default();
    let seed = format!("{}\n{number}", rule.id);
    let (text, verdict) = match fill(raw, &seed) {
        Ok(text) => {
            let verdict = judge(engine, rule, example, &text, &seed);
            (text, verdict)
        }
        Err(error) => (raw.to_owned(), Verdict::Broken(error)),
    };
    Outcome { rule: rule.id.to_string(), number, text, verdict }
}

fn judge(engine: &Engine<'_>, rule: &Rule, example: &ExampleEntry, text: &str, seed: &str) -> Verdict {
    let path = example.file.as_ref().map_or("example.txt", |file| file.value.as_str());
    let Ok(seeing) = engine.look(Utf8Path::new(path), &Origin::Example, text.as_bytes()) else {
        return Verdict::Broken("the example is no text".to_owned());
    };
    let mut marked = seeing
        .facts
        .iter()
        .filter(|fact| fact.rule == rule.id)
        .map(|fact| text.get(fact.at.region.span.range()).unwrap_or_default());
    match (&example.caught, &example.at, marked.next()) {
        (Some(_), None, Some(_)) | (None, _, None) => Verdict::Right,
        (Some(_), _, None) => Verdict::Missed,
        (None, _, Some(mark)) => Verdict::Noisy(mark.to_owned()),
        (Some(_), Some(at), Some(first)) => {
            let wanted = fill(&at.value, seed).unwrap_or_default();
            if first == wanted || marked.any(|mark| mark == wanted) {
                Verdict::Right
            } else {
                Verdict::Beside(first.to_owned())
            }
        }
    }
}
