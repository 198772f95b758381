//! Inline comments that take findings on: `overscope: ignore[rule] reason`.

use regex::Regex;
use std::sync::OnceLock;

use super::View;
use super::prefilter::{WordId, Words};
use crate::secret::ValueId;
use crate::span::Span;

/// Looks for ignore comments.
pub struct Ignores {
    marker: WordId,
}

/// A comment as it was seen, before it gets its place.
#[derive(Debug, PartialEq, Eq)]
pub struct IgnoreSeen {
    /// The comment from `overscope:` to its end.
    pub span: Span,
    /// First and last line it speaks for.
    pub lines: (u32, u32),
    /// The rules it names.
    pub rules: Vec<String>,
    /// Its reason.
    pub reason: Option<String>,
    /// Its last day as written.
    pub until: Option<String>,
    /// Identity of the lines that it speaks for.
    pub code: ValueId,
}

impl Ignores {
    /// Asks for the marker.
    #[must_use]
    pub fn new(words: &mut Words) -> Self {
        Self { marker: words.ask("overscope:") }
    }

    /// The ignore comments of a text.
    #[must_use]
    pub fn look(&self, view: &View<'_>) -> Vec<IgnoreSeen> {
        // Lines may be long and hold many comments: what was made of one serves for the next.
        let mut last = None;
        view.hits.of(self.marker).filter_map(|at| ignore(view, at, &mut last)).collect()
    }
}

/// Identity of the lines from one place to another.
fn code(view: &View<'_>, lines: Span, last: &mut Option<(Span, ValueId)>) -> ValueId {
    if let Some((_, code)) = last.filter(|(held, _)| *held == lines) {
        return code;
    }
    let trimmed: Vec<&str> = view.text.slice(lines).lines().map(str::trim).collect();
    let code = ValueId::of(&trimmed.join("\n"));
    *last = Some((lines, code));
    code
}

fn ignore(view: &View<'_>, at: u32, last: &mut Option<(Span, ValueId)>) -> Option<IgnoreSeen> {
    static SHAPE: OnceLock<Regex> = OnceLock::new();
    let shape = SHAPE.get_or_init(|| {
        Regex::new(r"^(?i:overscope):\s*ignore(?:\[([^\]\r\n]*)\])?[ \t]*(.*)$").expect("a constant pattern")
    });
    let line = view.text.line_at(at);
    let rest = view.text.slice(Span::new(at, line.end));
    let found = shape.captures(rest)?;
    // A comment on a line of its own speaks for the next line that is not one; beside code, for its own line.
    let before = view.text.slice(Span::new(line.start, at));
    let alone = before.chars().all(|c| c.is_whitespace() || "#/*-;<!%'\"(".contains(c));
    let number = view.text.position(at).line;
    let lines = if alone { (number, number + 1) } else { (number, number) };
    let next = if alone { view.text.line_at(line.end + 1) } else { line };
    let code = code(view, Span::new(line.start, next.end.max(line.end)), last);
    let list = found.get(1).map_or("", |group| group.as_str());
    let rules = list.split(',').map(str::trim).filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    let reason = found.get(2).map_or("", |group| group.as_str());
    let reason = reason.trim().trim_end_matches("*/").trim_end_matches("-->").trim_end_matches("#}").trim();
    let (reason, until) = split_until(reason);
    Some(IgnoreSeen { span: Span::new(at, line.end), lines, rules, reason, until, code })
}

/// Takes ` until 2027-03-31` or `(until 2027-03-31)` off the end of a reason.
fn split_until(reason: &str) -> (Option<String>, Option<String>) {
    static UNTIL: OnceLock<Regex> = OnceLock::new();
    let until = UNTIL.get_or_init(|| {
        Regex::new(r"^(.*?)[ \t]*\(?\buntil[ \t]+(\d{4}-\d{2}-\d{2})\)?\.?$").expect("a constant pattern")
    });
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    match until.captures(reason) {
        Some(found) => (some(&found[1]), some(&found[2])),
        None => (some(reason), None),
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::Ignores;
    use crate::detect::View;
    use crate::detect::prefilter::{Prefilter, Words};
    use crate::fact::Role;
    use crate::origin::Origin;
    use crate::text::SourceText;

    fn look(text: &str) -> Vec<super::IgnoreSeen> {
        let mut words = Words::default();
        let ignores = Ignores::new(&mut words);
        let text = SourceText::new(text);
        let hits = Prefilter::new(&words).scan(text.as_str().as_bytes());
        let view = View::new(Utf8Path::new("a.py"), &Origin::WorkTree, Role::Product, &text, &hits);
        ignores.look(&view)
    }

    #[test]
    fn a_comment_beside_code_speaks_for_its_line() {
        let seen = look("x = 1  # overscope: ignore[jwt/alg-none, secret/*] our own test server\n");
        assert_eq!(seen[0].lines, (1, 1));
        assert_eq!(seen[0].rules, ["jwt/alg-none", "secret/*"]);
        assert_eq!(seen[0].reason.as_deref(), Some("our own test server"));
    }

    #[test]
    fn a_comment_alone_speaks_for_the_next_line() {
        let seen = look("<!-- overscope: ignore[scope/broad] sandbox only until 2027-03-31 -->\nx\n");
        assert_eq!(seen[0].lines, (1, 2));
        assert_eq!(seen[0].reason.as_deref(), Some("sandbox only"));
        assert_eq!(seen[0].until.as_deref(), Some("2027-03-31"));
    }

    #[test]
    fn rule_and_reason_may_be_missing_and_that_is_said() {
        let seen = look("# overscope: ignore\n");
        assert!(seen[0].rules.is_empty());
        assert_eq!(seen[0].reason, None);
    }
}
