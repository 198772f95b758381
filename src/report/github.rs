//! Annotations of a GitHub workflow: the ten worst, because a step shows no more; the rest is for the job summary.

use std::io::{self, Write};

use super::Report;
use super::plain::{line, plural};
use super::tally::{Tally, worst_first};
use crate::finding::{Finding, Severity};

/// Writes workflow commands.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = worst_first(report);
    for finding in findings.iter().take(SHOWN) {
        annotate(finding, out)?;
    }
    let tally = Tally::of(report);
    let mut last = format!("overscope: {}", plural(tally.total(), "finding"));
    if tally.total() > 0 {
        last.push_str(&format!(": {}", tally.open_words()));
    }
    if let Some(more) = findings.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        last.push_str(&format!("; {more} not annotated"));
    }
    if tally.incomplete > 0 {
        last.push_str(&format!("; {} could not be read", plural(tally.incomplete, "file")));
    }
    writeln!(out, "{last}")
}

fn annotate(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let command = match finding.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Note => "notice",
    };
    let at = &finding.primary.at;
    let (start, end) = (at.region.start, at.region.end);
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push('\n');
        text.push_str(help);
    }
    let file = property(at.path.as_str());
    let title = property(&format!("{} {}", finding.severity, finding.rule));
    write!(out, "::{command} file={file},line={},endLine={}", start.line, end.line)?;
    // Columns mean something only inside one line.
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    writeln!(out, ",title={title}::{}", data(&text))
}

/// A message: what would end the command is escaped, so that nothing of a scanned file becomes a command.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(line).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// A property: what would end it is escaped, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

const SHOWN: usize = 10;

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("100%\n::error::x\r\ny"), "100%25%0A::error::x%0Ay");
        assert_eq!(property("a,b:c\nd"), "a%2Cb%3Ac%0Ad");
    }
}
