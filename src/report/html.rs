//! One HTML file that stands alone: no script, nothing from elsewhere, good on paper.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use camino::Utf8Path;

use super::Report;
use super::plain::{line, place, plural, size};
use super::tally::{Tally, open};
use crate::finding::{Finding, Label, Severity, State};
use crate::rule::RuleSet;
use crate::source::{Coverage, Why};

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    let mut page = String::new();
    let tally = Tally::of(report);
    let title = match tally.total() {
        0 => "No findings".to_owned(),
        count => plural(count, "finding"),
    };
    let _ = write!(
        page,
        "{HEAD}<title>overscope: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    about(report, &tally, &mut page);
    for (path, findings) in by_file(report) {
        let _ = writeln!(page, "<section>\n<h2>{}</h2>", text(path.as_str()));
        for finding in findings {
            card(finding, rules, &mut page);
        }
        page.push_str("</section>\n");
    }
    accepted(report, &mut page);
    skipped(report, &mut page);
    page.push_str("</main>\n</body>\n</html>\n");
    out.write_all(page.as_bytes())
}

/// The files with open findings, the file with the worst first, in a file the worst first.
fn by_file(report: &Report) -> Vec<(&Utf8Path, Vec<&Finding>)> {
    let mut files: BTreeMap<&Utf8Path, Vec<&Finding>> = BTreeMap::new();
    for finding in open(report) {
        files.entry(&finding.primary.at.path).or_default().push(finding);
    }
    let mut files: Vec<_> = files.into_iter().collect();
    for (_, findings) in &mut files {
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    files.sort_by_key(|(_, findings)| std::cmp::Reverse(findings.first().map(|finding| finding.severity)));
    files
}

fn about(report: &Report, tally: &Tally, page: &mut String) {
    let run = &report.run;
    let files = usize::try_from(run.files).unwrap_or(usize::MAX);
    let mut about = format!("overscope looked at {}, {}", plural(files, "file"), size(run.bytes));
    if run.coverage == Coverage::Partial {
        about.push_str(", a part of the repository");
    }
    let policy = run.policy.as_ref().map_or("the built-in defaults".to_owned(), |path| code(path.as_str()));
    let _ = writeln!(page, "<p class=\"faint\">{about}, and judged by {policy}.</p>");
    if !tally.open.is_empty() {
        page.push_str("<ul class=\"counts\">");
        for (severity, count) in &tally.open {
            let _ = write!(page, "<li class=\"{severity}\">{count} {severity}</li>");
        }
        page.push_str("</ul>\n");
    }
    if tally.incomplete > 0 {
        let count = plural(tally.incomplete, "file");
        let _ = writeln!(page, "<p class=\"high\">The scan is incomplete: {count} could not be read.</p>");
    }
    for note in &report.notes {
        let _ = writeln!(page, "<p class=\"faint\">{}</p>", prose(note));
    }
}

fn card(finding: &Finding, rules: &RuleSet, page: &mut String) {
    let severity = finding.severity;
    let title = rules.get(&finding.rule).map_or("", |rule| rule.title.as_str());
    let _ = writeln!(
        page,
        "<article>\n<header><span class=\"{severity}\">{severity}</span><span>{}</span><span><code>{}</code></span></header>",
        text(title),
        finding.rule,
    );
    let _ = writeln!(page, "<p>{}</p>", prose(&finding.message));
    figure(&finding.primary, page);
    for label in finding.related.iter().take(RELATED) {
        figure(label, page);
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(page, "<p class=\"help\">{}</p>", prose(help));
    }
    page.push_str("</article>\n");
}

/// A place with its code and its mark.
fn figure(label: &Label, page: &mut String) {
    let excerpt = &label.excerpt;
    let words = if label.text.is_empty() { String::new() } else { format!(": {}", prose(&label.text)) };
    let _ = write!(page, "<figure><figcaption>{}{words}</figcaption>", text(&place(&label.at)));
    let (start, end) = (excerpt.mark.start as usize, excerpt.mark.end as usize);
    let parts = (excerpt.text.get(..start), excerpt.text.get(start..end), excerpt.text.get(end..));
    if let (Some(before), Some(marked), Some(after)) = parts {
        let _ = write!(page, "<pre><i>{}</i>", excerpt.first_line);
        let _ = write!(page, "{}<mark>{}</mark>{}</pre>", lines(before), lines(marked), lines(after));
    }
    page.push_str("</figure>\n");
}

fn accepted(report: &Report, page: &mut String) {
    let settled: Vec<&Finding> = report.findings.iter().filter(|finding| finding.state != State::Open).collect();
    if settled.is_empty() {
        return;
    }
    let _ = writeln!(page, "<details><summary>{} accepted</summary>", settled.len());
    page.push_str("<table><tr><th>severity</th><th>rule</th><th>where</th><th>why</th></tr>\n");
    for finding in settled {
        let why = match &finding.state {
            State::Open => continue,
            State::Ignored { reason } => format!("ignored inline: {}", prose(reason)),
            State::Baselined => "in the baseline".to_owned(),
            State::Exempt { id, reason, until } => format!("{} until {}: {}", text(id), text(until), prose(reason)),
        };
        let severity = severity(finding.severity);
        let place = text(&place(&finding.primary.at));
        let _ = writeln!(
            page,
            "<tr><td>{severity}</td><td><code>{}</code></td><td>{place}</td><td>{why}</td></tr>",
            finding.rule
        );
    }
    page.push_str("</table></details>\n");
}

fn skipped(report: &Report, page: &mut String) {
    if report.skipped.is_empty() {
        return;
    }
    let _ = writeln!(page, "<details><summary>{} not read</summary>", plural(report.skipped.len(), "file"));
    page.push_str("<table><tr><th>path</th><th>why</th></tr>\n");
    for skipped in report.skipped.iter().take(SKIPPED) {
        let why = match &skipped.why {
            Why::Unreadable(detail) | Why::Limit(detail) => format!("{}: {}", skipped.why.word(), text(detail)),
            why => why.word().to_owned(),
        };
        let _ = writeln!(page, "<tr><td>{}</td><td>{why}</td></tr>", text(skipped.path.as_str()));
    }
    if let Some(more) = report.skipped.len().checked_sub(SKIPPED).filter(|more| *more > 0) {
        let _ = writeln!(page, "<tr><td>and {more} more</td><td></td></tr>");
    }
    page.push_str("</table></details>\n");
}

fn severity(severity: Severity) -> String {
    format!("<span class=\"{severity}\">{severity}</span>")
}

/// Text with its code spans.
pub(super) fn prose(plain: &str) -> String {
    let plain = line(plain);
    let parts: Vec<&str> = plain.split('`').collect();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        let paired = index % 2 == 1 && index + 1 < parts.len();
        match (paired, index % 2) {
            (true, _) => out.push_str(&code(part)),
            (false, 1) => out.push_str(&format!("`{}", text(part))),
            _ => out.push_str(&text(part)),
        }
    }
    out
}

pub(super) fn code(plain: &str) -> String {
    format!("<code>{}</code>", text(plain))
}

fn lines(plain: &str) -> String {
    plain.split('\n').map(text).collect::<Vec<_>>().join("\n")
}

/// One line of text, with nothing left that HTML would read.
pub(super) fn text(plain: &str) -> String {
    let plain = line(plain);
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <meta name=\"referrer\" content=\"no-referrer\">\n";
pub(super) const STYLE: &str = include_str!("html.css");
const RELATED: usize = 3;
const SKIPPED: usize = 200;
