//! Markdown as GitHub and GitLab show it: for job summaries, comments and tickets.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::Report;
use super::plain::{line, plural, size};
use super::tally::{Tally, worst_first};
use crate::finding::Finding;
use crate::source::Coverage;

/// Writes the report, shorter than the 1 MiB at which a job summary is refused.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let tally = Tally::of(report);
    let mut text = match tally.total() {
        0 => "## overscope: no findings\n".to_owned(),
        count => format!("## overscope: {}\n\n{}\n", plural(count, "finding"), tally.open_words()),
    };
    let findings = worst_first(report);
    let (first, rest) = findings.split_at(findings.len().min(OPEN));
    let mut left = table(&mut text, first, LONGEST);
    if !rest.is_empty() {
        let _ = write!(text, "\n<details><summary>{} more</summary>\n", rest.len());
        let room = LONGEST.saturating_sub(text.len());
        left += table(&mut text, rest, room);
        text.push_str("\n</details>\n");
    }
    if left > 0 {
        let _ = write!(text, "\n{} left out, the page would be too long.\n", plural(left, "finding"));
    }
    foot(report, &tally, &mut text);
    out.write_all(text.as_bytes())
}

/// A table of findings; how many found no room.
fn table(text: &mut String, findings: &[&Finding], room: usize) -> usize {
    if findings.is_empty() {
        return 0;
    }
    text.push_str("\n| severity | where | what |\n|---|---|---|\n");
    let mut used = 0;
    for (index, finding) in findings.iter().enumerate() {
        let row = row(finding);
        used += row.len();
        if used > room {
            return findings.len() - index;
        }
        text.push_str(&row);
    }
    0
}

fn row(finding: &Finding) -> String {
    let at = &finding.primary.at;
    let place = code(&format!("{}:{}", line(at.path.as_str()), at.region.start.line));
    let help = finding.help.as_ref().map(|help| format!("<br>{}", prose(help))).unwrap_or_default();
    format!("| {} | {place} | {}{help}<br>`{}` |\n", finding.severity, prose(&finding.message), finding.rule)
}

fn foot(report: &Report, tally: &Tally, text: &mut String) {
    let run = &report.run;
    let files = usize::try_from(run.files).unwrap_or(usize::MAX);
    let _ = write!(text, "\n{} scanned, {}", plural(files, "file"), size(run.bytes));
    if run.coverage == Coverage::Partial {
        text.push_str(" (a part of the repository)");
    }
    if !tally.skipped.is_empty() {
        let _ = write!(text, "; skipped {}", tally.skipped_words());
    }
    let policy = run.policy.as_ref().map_or("built-in defaults".to_owned(), |path| code(&line(path.as_str())));
    let _ = write!(text, "; policy: {policy}");
    if tally.accepted() > 0 {
        let _ = write!(text, "; accepted: {}", tally.accepted_words());
    }
    text.push_str(".\n");
    let unread = report.skipped.iter().filter(|skipped| skipped.why.incomplete());
    let unread = unread.take(UNREAD).map(|skipped| format!("not read: {}", code(&line(skipped.path.as_str()))));
    let notes: Vec<String> = unread.chain(report.notes.iter().map(|note| prose(note))).collect();
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        let _ = writeln!(text, "- {note}");
    }
}

/// Text with its code spans kept and everything else that Markdown would read escaped.
pub(super) fn prose(text: &str) -> String {
    let text = line(text);
    let mut parts: Vec<&str> = text.split('`').collect();
    // A backtick without its partner is text.
    let unpaired = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index % 2 == 1 { out.push_str(&code(part)) } else { escape(part, &mut out) }
    }
    if let Some(part) = unpaired {
        out.push_str("\\`");
        escape(part, &mut out);
    }
    out
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Nobody is to be called by a finding.
            '@' => out.push_str("&#64;"),
            c => out.push(c),
        }
    }
}

/// A code span in a table cell.
pub(super) fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') {
        format!("`` {text} ``")
    } else if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

/// Rows that stand open.
const OPEN: usize = 20;
/// A job summary ends at 1 MiB.
const LONGEST: usize = 900 * 1024;
const UNREAD: usize = 20;

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn text_stays_text() {
        assert_eq!(prose("a|b <img> @all `x|y` *z*"), r"a\|b &lt;img&gt; &#64;all `x\|y` \*z\*");
        assert_eq!(prose("one ` only"), r"one \` only");
    }
}
