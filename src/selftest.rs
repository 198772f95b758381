//! Runs the examples inside the rules: what must be caught, what must stay quiet.

use camino::Utf8Path;
use jiff::civil::{Date, date};

use crate::detect::engine::{Engine, Seeing};
use crate::fact::{ApiCall, Fact, Operation, Role, Seen, Via};
use crate::finding::excerpt::cut;
use crate::finding::{Confidence, Persona, RuleId};
use crate::judge::Bench;
use crate::judge::change::{self, Change};
use crate::judge::court;
use crate::judge::project::Projects;
use crate::origin::{Location, Origin};
use crate::policy::{Policy, load};
use crate::rule::example::fill;
use crate::rule::file::ExampleEntry;
use crate::rule::{Rule, RuleSet};
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;
use crate::source::Coverage;
use crate::span::Span;
use crate::text::SourceText;
use crate::yaml::At;

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
            outcomes.push(one(&engine, rules, rule, index + 1, example));
        }
    }
    outcomes
}

fn one(engine: &Engine<'_>, rules: &RuleSet, rule: &Rule, number: usize, example: &ExampleEntry) -> Outcome {
    let raw = example.caught.as_ref().or(example.quiet.as_ref()).map(|text| text.value.as_str()).unwrap_or_default();
    let seed = format!("{}\n{number}", rule.id);
    let (text, verdict) = match fill(raw, &seed) {
        Ok(text) => {
            let verdict = judge(engine, rules, rule, example, &text, &seed);
            (text, verdict)
        }
        Err(error) => (raw.to_owned(), Verdict::Broken(error)),
    };
    Outcome { rule: rule.id.to_string(), number, text, verdict }
}

fn judge(engine: &Engine<'_>, rules: &RuleSet, rule: &Rule, example: &ExampleEntry, text: &str, seed: &str) -> Verdict {
    let path = example.file.as_ref().map_or("example.txt", |file| file.value.as_str());
    let Ok(seeing) = engine.look(Utf8Path::new(path), &Origin::Example, text.as_bytes()) else {
        return Verdict::Broken("the example is no text".to_owned());
    };
    // What is seen of tokens and flows is a fault only by the policy's word, the built-in one where none is given.
    let by_policy = matches!(rule.id.family(), "jwt" | "oauth") && example.quiet.is_some();
    let marked = if rule.builtin || by_policy || example.policy.is_some() {
        match judged(engine, seeing, rules, &rule.id, example, text, seed) {
            Ok(marked) => marked,
            Err(error) => return Verdict::Broken(error),
        }
    } else {
        let mine = seeing.facts.iter().filter(|fact| fact.rule == rule.id);
        mine.map(|fact| text.get(fact.at.region.span.range()).unwrap_or_default().to_owned()).collect()
    };
    let mut marked = marked.into_iter();
    match (&example.caught, &example.at, marked.next()) {
        (Some(_), None, Some(_)) | (None, _, None) => Verdict::Right,
        (Some(_), _, None) => Verdict::Missed,
        (None, _, Some(mark)) => Verdict::Noisy(mark),
        (Some(_), Some(at), Some(first)) => {
            let wanted = fill(&at.value, seed).unwrap_or_default();
            if first == wanted || marked.any(|mark| mark == wanted) { Verdict::Right } else { Verdict::Beside(first) }
        }
    }
}

/// What the findings of a rule mark, in the code and in the policy.
fn judged(
    engine: &Engine<'_>,
    mut seeing: Seeing,
    rules: &RuleSet,
    rule: &RuleId,
    example: &ExampleEntry,
    text: &str,
    seed: &str,
) -> Result<Vec<String>, String> {
    let catalog = Catalog::builtin();
    let text_of = |policy: Option<&At<String>>| policy.map(|policy| fill(&policy.value, seed)).transpose();
    let (written, was) = (text_of(example.policy.as_ref())?, text_of(example.before.as_ref())?);
    let policy = policy(written.as_deref())?;
    let before = was.as_deref().map(|was| self::policy(Some(was))).transpose()?;
    let bench = Bench {
        policy: before.as_ref().unwrap_or(&policy),
        rules,
        catalog,
        coverage: Coverage::Whole,
        today: EXAMPLE_DAY,
        persona: Persona::Auditor,
    };
    for (name, other) in &example.beside {
        let other = engine.look(Utf8Path::new(name), &Origin::Example, fill(other, seed)?.as_bytes());
        seeing.facts.extend(other.map_err(|_| "the file beside is no text")?.facts);
    }
    let file = example.file.as_ref().map_or("example.txt", |file| file.value.as_str());
    for call in &example.calls {
        seeing.facts.push(call_fact(&call.value, file).ok_or("a call reads `provider METHOD /path`")?);
    }
    let projects = Projects::default();
    let judgement = match &before {
        Some(_) => {
            let (held, projects) = (&seeing.ignores, &projects);
            let change = Change { policy: &policy, baseline: None, accepted: 0, projects, held, proposed: &[] };
            change::judge(&seeing.facts, &change, &bench)
        }
        None => court::judge(&seeing.facts, &seeing.ignores, &projects, &bench),
    };
    let mark = |at: &Location| {
        let text = if at.path == POLICY_NAME { written.as_deref().unwrap_or_default() } else { text };
        text.get(at.region.span.range()).unwrap_or_default().to_owned()
    };
    Ok(judgement.findings.iter().filter(|finding| finding.rule == *rule).map(|found| mark(&found.primary.at)).collect())
}

fn policy(written: Option<&str>) -> Result<Policy, String> {
    let Some(written) = written else { return Ok(Policy::builtin()) };
    let read = load::read(written, Utf8Path::new(POLICY_NAME), Catalog::builtin());
    Ok(read.map_err(|mistakes| mistakes.first().map_or_else(String::new, ToString::to_string))?.0)
}

/// A call as an example states it, taken as seen in the example's file.
fn call_fact(call: &str, file: &str) -> Option<Fact> {
    let mut words = call.split_ascii_whitespace();
    let (provider, method, path) = (words.next()?, words.next()?, words.next()?);
    let subject = words.next().map(str::to_owned);
    let operation = Operation { method: method.to_owned(), path: path.to_owned(), subject };
    let text = SourceText::new(call);
    let span = Span::of(0, call.len());
    Some(Fact {
        rule: "scope/call".parse().ok()?,
        at: Location { path: file.into(), origin: Origin::Example, region: text.region(span) },
        excerpt: cut(&text, span, &[]),
        line_hash: None,
        role: Role::Product,
        confidence: Confidence::High,
        persona: Persona::Regular,
        why: Vec::new(),
        related: Vec::new(),
        seen: Seen::Call(ApiCall { provider: ProviderId::new(provider), operation: Some(operation), via: Via::Http }),
    })
}

/// The name under which the policy of an example is read.
const POLICY_NAME: &str = "overscope.yaml";

/// The day on which examples are judged.
const EXAMPLE_DAY: Date = date(2026, 11, 24);
