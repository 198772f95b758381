//! Patterns in any text: `detect.text`, each tried only where its literals stand.

use super::code::key::is_key;
use super::prefilter::{WordId, WordSet, Words};
use super::{Detector, Rank, Sight, View};
use crate::fact::{Flaw, Role, Seen};
use crate::rule::text::TextForm;
use crate::rule::{Rule, RuleSet};
use crate::settings::format::Format;
use crate::span::Span;
use crate::syntax::language::Language;
use crate::syntax::tree::Place;

/// Looks for the text patterns of all rules.
pub struct TextForms<'r> {
    forms: Vec<Entry<'r>>,
    /// The anchors of all patterns.
    words: WordSet,
}

/// One pattern: its rule, its place there, and the words of which one must stand in a line or in the file.
struct Entry<'r> {
    rule: &'r Rule,
    form: usize,
    anchors: Vec<WordId>,
    gate: Vec<WordId>,
}

impl<'r> TextForms<'r> {
    /// Takes the patterns of all rules and asks for their anchors.
    #[must_use]
    pub fn new(rules: &'r RuleSet, words: &mut Words) -> Self {
        let mut forms = Vec::new();
        let mut all = WordSet::default();
        for rule in rules.iter() {
            for (form, anchors) in rule.seeks.text.iter().enumerate() {
                let mut ask = |list: &[String]| list.iter().map(|word| words.ask(word)).collect::<Vec<_>>();
                let anchors = ask(anchors);
                all.extend(anchors.iter().copied());
                forms.push(Entry { rule, form, anchors, gate: ask(&rule.gate.keywords) });
            }
        }
        Self { forms, words: all }
    }
}

/// Whether other eyes see the text better: a program or a configuration file. Prose shows what not to do.
fn is_parsed(view: &View<'_>) -> bool {
    let text = view.text.as_str();
    view.role == Role::Docs || Language::of(view.path, text).is_some() || Format::of(view.path, text).is_some()
}

/// Whether a match stands in a comment of a program or of a configuration file.
fn is_comment(view: &View<'_>, line: Span, span: Span) -> bool {
    if view.role == Role::Docs {
        return false;
    }
    if let Some(code) = view.code() {
        return code.place(span.start) == Place::Comment || code.is_prose(code.at(span.start));
    }
    view.text.slice(line).trim_start().starts_with(['#', ';']) || view.text.slice(line).trim_start().starts_with("//")
}

impl Detector for TextForms<'_> {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        if !view.hits.meet(&self.words) {
            return;
        }
        for Entry { rule, form, anchors, gate } in &self.forms {
            if !gate.is_empty() && !view.hits.any(gate)
                || !view.hits.any(anchors)
                || !rule.gate.admits(view.path.as_str())
            {
                continue;
            }
            let Some(form) = rule.detect().text.get(*form) else { continue };
            if form.unparsed && is_parsed(view) {
                continue;
            }
            let mut lines: Vec<Span> = anchors
                .iter()
                .flat_map(|&anchor| view.hits.of(anchor))
                .map(|at| view.text.line_at(at))
                .filter(|line| line.len() <= LONGEST_LINE)
                .collect();
            lines.sort_unstable();
            lines.dedup();
            let Some(regex) = form.pattern.regex() else { continue };
            for line in lines {
                let text = view.text.slice(line);
                for found in regex.captures_iter(text.as_bytes()) {
                    let Some(mark) = found.name("key").or_else(|| found.name("mark")).or_else(|| found.get(0)) else {
                        continue;
                    };
                    let span = Span::of(line.start as usize + mark.start(), line.start as usize + mark.end());
                    if is_comment(view, line, span) || !near(view, form, line) {
                        continue;
                    }
                    let key = found.name("key");
                    if key.is_some_and(|key| !is_key(&String::from_utf8_lossy(key.as_bytes()))) {
                        continue;
                    }
                    let place = |group: regex::bytes::Match<'_>| {
                        Span::of(line.start as usize + group.start(), line.start as usize + group.end())
                    };
                    let subject =
                        found.name("subject").map(|group| String::from_utf8_lossy(group.as_bytes()).into_owned());
                    let flaw = Flaw { subject, ..Flaw::default() };
                    sights.push(Sight {
                        rule: rule.id.clone(),
                        span,
                        hide: key.map(place).into_iter().collect(),
                        rank: Rank::Form,
                        confidence: rule.confidence,
                        persona: rule.persona,
                        why: vec!["seen in the text".to_owned()],
                        related: Vec::new(),
                        seen: if rule.id.family() == "oauth" { Seen::OAuth(flaw) } else { Seen::Jwt(flaw) },
                    });
                }
            }
        }
    }
}

fn near(view: &View<'_>, form: &TextForm, line: Span) -> bool {
    let Some((pattern, distance)) = &form.near else { return true };
    let Some(regex) = pattern.regex() else { return false };
    let starts = view.text.lines();
    let at = starts.partition_point(|&start| start <= line.start) - 1;
    let first = starts[at.saturating_sub(*distance as usize)];
    let text_end = u32::try_from(view.text.as_str().len()).unwrap_or(u32::MAX);
    let end = starts.get(at + *distance as usize + 1).copied().unwrap_or(text_end);
    regex.is_match(view.text.slice(Span::new(first, end)).as_bytes())
}

/// A longer line was not written by a person.
const LONGEST_LINE: u32 = 4096;
