//! JUnit's XML, which every CI server shows: a suite a rule, a failure a finding.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Report;
use super::plain::{line, place};
use super::tally::open;
use crate::finding::{Finding, RuleId};

/// Writes a document.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&RuleId, Vec<&Finding>> = BTreeMap::new();
    for finding in open(report) {
        suites.entry(&finding.rule).or_default().push(finding);
    }
    let count: usize = suites.values().map(Vec::len).sum();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="overscope" tests="{}" failures="{count}">"#, count.max(1))?;
    if count == 0 {
        // A server takes a document without a case for a run that broke.
        writeln!(out, r#"  <testsuite name="overscope" tests="1" failures="0">"#)?;
        writeln!(out, r#"    <testcase name="no findings" classname="overscope"/>"#)?;
        writeln!(out, "  </testsuite>")?;
    }
    for (rule, findings) in suites {
        let count = findings.len();
        writeln!(out, r#"  <testsuite name="{rule}" tests="{count}" failures="{count}">"#)?;
        for finding in findings {
            case(finding, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let at = &finding.primary.at;
    let path = xml(at.path.as_str());
    let message = xml(&finding.message);
    let name = xml(&place(at)).into_owned();
    let number = at.region.start.line;
    writeln!(out, r#"    <testcase name="{name}" classname="{path}" file="{path}" line="{number}">"#)?;
    writeln!(out, r#"      <failure message="{message}" type="{}">{name}"#, finding.severity)?;
    for text in finding.primary.excerpt.text.lines() {
        writeln!(out, "{}", xml(text))?;
    }
    if let Some(help) = &finding.help {
        writeln!(out, "help: {}", xml(help))?;
    }
    writeln!(out, "</failure>\n    </testcase>")
}

/// One line of text as XML may hold it.
fn xml(text: &str) -> Cow<'_, str> {
    let text = line(text);
    if !text.contains(['&', '<', '>', '"', '\u{fffe}', '\u{ffff}']) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}
