//! A table for spreadsheets, RFC 4180: all findings, a row each.

use std::io::{self, Write};

use super::plain::line;
use super::{Options, Report};
use crate::finding::State;
use crate::rule::RuleSet;

/// Writes the table.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, rules: &RuleSet, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if options.byte_order_mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    row(&COLUMNS, out)?;
    for finding in &report.findings {
        let at = &finding.primary.at;
        let (state, reason, until) = match &finding.state {
            State::Open => ("open", "", ""),
            State::Ignored { reason } => ("ignored", reason.as_str(), ""),
            State::Baselined => ("baselined", "", ""),
            State::Exempt { reason, until, .. } => ("exempt", reason.as_str(), until.as_str()),
        };
        let cells = [
            finding.severity.as_str(),
            finding.rule.as_str(),
            rules.get(&finding.rule).map_or("", |rule| rule.title.as_str()),
            at.path.as_str(),
            &at.region.start.line.to_string(),
            &at.region.start.column.to_string(),
            &finding.message,
            finding.help.as_deref().unwrap_or_default(),
            finding.confidence.as_str(),
            state,
            reason,
            until,
            &finding.fingerprint.0,
        ];
        row(&cells, out)?;
    }
    Ok(())
}

pub(super) fn row(cells: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = line(text);
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if text.contains(['"', ',']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

const COLUMNS: [&str; 13] = [
    "severity",
    "rule",
    "title",
    "path",
    "line",
    "column",
    "message",
    "help",
    "confidence",
    "state",
    "reason",
    "until",
    "fingerprint",
];

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", " =HYPERLINK(1)", "\t=1", "\r\n@x"] {
            assert!(cell(text).starts_with('\''), "{text:?} gives {}", cell(text));
        }
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("two\nlines"), "two lines");
    }
}
