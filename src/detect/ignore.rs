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
    foreign: Vec<(WordId, &'static Foreign)>,
}

/// A comment of another tool, as that tool documents it.
#[derive(Debug)]
struct Foreign {
    /// The tool, as policies name it under `compat`.
    tool: &'static str,
    /// What the comment reads.
    marker: &'static str,
    /// What it speaks for.
    rules: &'static str,
    /// Whether it speaks for the next line only.
    next: bool,
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
    /// The tool whose comment it is, where it is not ours.
    pub tool: Option<&'static str>,
}

impl Ignores {
    /// Asks for the marker.
    #[must_use]
    pub fn new(words: &mut Words) -> Self {
        let foreign = FOREIGN.iter().map(|foreign| (words.ask(foreign.marker), foreign)).collect();
        Self { marker: words.ask("overscope:"), foreign }
    }

    /// The ignore comments of a text.
    #[must_use]
    pub fn look(&self, view: &View<'_>) -> Vec<IgnoreSeen> {
        // Lines may be long and hold many comments: what was made of one serves for the next.
        let mut last = None;
        let mut seen: Vec<IgnoreSeen> =
            view.hits.of(self.marker).filter_map(|at| ignore(view, at, &mut last)).collect();
        for (word, foreign) in &self.foreign {
            seen.extend(view.hits.of(*word).filter_map(|at| foreign_ignore(view, at, foreign, &mut last)));
        }
        seen
    }
}

/// The comment of another tool. It carries no reason that could be told from the code around it.
fn foreign_ignore(
    view: &View<'_>,
    at: u32,
    foreign: &Foreign,
    last: &mut Option<(Span, ValueId)>,
) -> Option<IgnoreSeen> {
    let end = at + u32::try_from(foreign.marker.len()).ok()?;
    let follows = view.text.as_str().as_bytes().get(end as usize);
    // `nosemgrep` is a word, and no part of another.
    if follows.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return None;
    }
    let (lines, code) = spoken_for(view, at, last);
    let lines = if foreign.next { (lines.0 + 1, lines.0 + 1) } else { lines };
    Some(IgnoreSeen {
        span: Span::new(at, end),
        lines,
        rules: vec![foreign.rules.to_owned()],
        reason: Some(format!("`{}`, which gives no reason", foreign.marker)),
        until: None,
        code,
        tool: Some(foreign.tool),
    })
}

/// The lines that a comment speaks for: on a line of its own the next one, too; beside code, its own.
fn spoken_for(view: &View<'_>, at: u32, last: &mut Option<(Span, ValueId)>) -> ((u32, u32), ValueId) {
    let line = view.text.line_at(at);
    let before = view.text.slice(Span::new(line.start, at));
    let alone = before.chars().all(|c| c.is_whitespace() || "#/*-;<!%'\"(".contains(c));
    let number = view.text.position(at).line;
    let lines = if alone { (number, number + 1) } else { (number, number) };
    let next = if alone { view.text.line_at(line.end + 1) } else { line };
    (lines, code(view, Span::new(line.start, next.end.max(line.end)), last))
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
    let (lines, code) = spoken_for(view, at, last);
    let list = found.get(1).map_or("", |group| group.as_str());
    let rules = list.split(',').map(str::trim).filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    let reason = found.get(2).map_or("", |group| group.as_str());
    let reason = reason.trim().trim_end_matches("*/").trim_end_matches("-->").trim_end_matches("#}").trim();
    let (reason, until) = split_until(reason);
    Some(IgnoreSeen { span: Span::new(at, line.end), lines, rules, reason, until, code, tool: None })
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

const fn foreign(tool: &'static str, marker: &'static str, rules: &'static str) -> Foreign {
    Foreign { tool, marker, rules, next: false }
}

/// What other tools read, by their manuals.
static FOREIGN: &[Foreign] = &[
    foreign("gitleaks", "gitleaks:allow", "secret/*"),
    foreign("betterleaks", "betterleaks:allow", "secret/*"),
    foreign("trufflehog", "trufflehog:ignore", "secret/*"),
    foreign("detect-secrets", "pragma: allowlist secret", "secret/*"),
    Foreign { next: true, ..foreign("detect-secrets", "pragma: allowlist nextline secret", "secret/*") },
    foreign("kingfisher", "kingfisher:ignore", "secret/*"),
    foreign("semgrep", "nosemgrep", "*"),
    foreign("secretlint", "secretlint-disable-line", "secret/*"),
    Foreign { next: true, ..foreign("secretlint", "secretlint-disable-next-line", "secret/*") },
    foreign("ggshield", "ggignore", "secret/*"),
];

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::Ignores;
    use crate::detect::View;
    use crate::detect::prefilter::Words;
    use crate::detect::prefilter::sieve::Prefilter;
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
    fn comments_of_other_tools_are_seen_with_their_tool() {
        let seen = look(
            "a = 1  # gitleaks:allow\n# pragma: allowlist nextline secret\nb = 2\n# nosemgreps\nc = 3 # nosemgrep: x.y\n",
        );
        let told: Vec<_> = seen.iter().map(|one| (one.tool, one.lines, one.rules.join(","))).collect();
        let secrets = || "secret/*".to_owned();
        assert_eq!(
            told,
            [
                (Some("gitleaks"), (1, 1), secrets()),
                (Some("detect-secrets"), (3, 3), secrets()),
                (Some("semgrep"), (5, 5), "*".to_owned()),
            ]
        );
    }

    #[test]
    fn rule_and_reason_may_be_missing_and_that_is_said() {
        let seen = look("# overscope: ignore\n");
        assert!(seen[0].rules.is_empty());
        assert_eq!(seen[0].reason, None);
    }
}
