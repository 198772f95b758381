//! What a person reads in a terminal: one picture a finding, the worst last, then what the run came to.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use camino::Utf8Path;

use super::draw::{Pen, Picture};
use super::plain::{line, place, plural, size};
use super::tally::{Tally, open};
use super::{Options, Past, Report};
use crate::finding::{Finding, Label, SAME_VALUE, Severity, State};
use crate::origin::Origin;
use crate::source::{Coverage, Why};

/// Writes the report.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::new(options);
    let mut told = BTreeSet::new();
    for finding in in_order(report) {
        // One value in many places is drawn once, with all its places.
        let known = others(finding).any(|label| told.contains(&label.at));
        told.insert(&finding.primary.at);
        if known && !options.verbose {
            continue;
        }
        draw(finding, &pen, options, out)?;
    }
    if options.verbose {
        accepted(report, &pen, out)?;
        passed_over(report, &pen, out)?;
    }
    notices(report, &pen, out)?;
    if options.quiet { Ok(()) } else { summary(report, &pen, out) }
}

/// By file, the file with the worst finding last; in a file the worst last: what matters stands where the eye is.
fn in_order(report: &Report) -> Vec<&Finding> {
    let mut worst: BTreeMap<&Utf8Path, Severity> = BTreeMap::new();
    for finding in open(report) {
        let severity = worst.entry(&finding.primary.at.path).or_insert(finding.severity);
        *severity = finding.severity.max(*severity);
    }
    let mut findings: Vec<&Finding> = open(report).collect();
    findings.sort_by_key(|finding| {
        let path = finding.primary.at.path.as_path();
        (worst.get(path), path, finding.severity)
    });
    findings
}

/// The other places of its value.
fn others(finding: &Finding) -> impl Iterator<Item = &Label> {
    finding.related.iter().filter(|label| label.text == SAME_VALUE)
}

fn draw(finding: &Finding, pen: &Pen, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{}[{}]", finding.severity, finding.rule);
    pen.title(pen.of(finding.severity), &head, &finding.message, out)?;
    let mut picture = Picture::of(&finding.primary);
    let related: Vec<&Label> = finding.related.iter().filter(|label| label.text != SAME_VALUE).collect();
    picture.related.extend(related.iter().take(RELATED));
    if let Some(more) = related.len().checked_sub(RELATED).filter(|more| *more > 0) {
        picture.notes.push(("note", format!("and {}", plural(more, "more place"))));
    }
    let same: Vec<String> = others(finding).map(|label| place(&label.at)).collect();
    if !same.is_empty() {
        let shown = same[..same.len().min(SAME)].join(", ");
        let more = same.len().checked_sub(SAME).filter(|more| *more > 0);
        let more = more.map(|more| format!(" and {}", plural(more, "more place"))).unwrap_or_default();
        picture.notes.push(("note", format!("the same value stands at {shown}{more}")));
    }
    if finding.primary.at.origin == Origin::LocalOnly {
        picture.notes.push(("note", "git ignores this file: it is on this machine only".to_owned()));
    }
    if options.verbose {
        picture.notes.extend(finding.why.iter().map(|why| ("why", why.clone())));
        picture.notes.push(("id", finding.fingerprint.to_string()));
    }
    if let Some(help) = finding.help.as_ref().or_else(|| finding.fix.as_ref().map(|fix| &fix.title)) {
        picture.notes.push(("help", help.clone()));
    }
    pen.picture(&picture, finding.severity, out)?;
    writeln!(out)
}

/// One line each: they are settled.
fn accepted(report: &Report, pen: &Pen, out: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for finding in &report.findings {
        let why = match &finding.state {
            State::Open => continue,
            State::Ignored { reason } => format!("ignored inline: {reason}"),
            State::Baselined => "in the baseline".to_owned(),
            State::Exempt { id, reason, until } => format!("exempt by {id} until {until}: {reason}"),
        };
        let place = place(&finding.primary.at);
        pen.title(pen.quiet(), &format!("accepted[{}]", finding.rule), &format!("{place}: {why}"), out)?;
        any = true;
    }
    if any { writeln!(out) } else { Ok(()) }
}

/// One line each: they were left out on purpose.
fn passed_over(report: &Report, pen: &Pen, out: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for skipped in report.skipped.iter().filter(|skipped| !skipped.why.incomplete()) {
        let text = format!("{}: {}", line(skipped.path.as_str()), skipped.why.word());
        pen.title(pen.quiet(), "skipped", &text, out)?;
        any = true;
    }
    if any { writeln!(out) } else { Ok(()) }
}

/// What could not be read, and notices of the run: never silent, but short.
fn notices(report: &Report, pen: &Pen, out: &mut dyn Write) -> io::Result<()> {
    let unread: Vec<_> = report.skipped.iter().filter(|skipped| skipped.why.incomplete()).collect();
    for skipped in unread.iter().take(UNREAD) {
        let (Why::Unreadable(why) | Why::Limit(why)) = &skipped.why else { continue };
        pen.title(pen.warning(), "warning", &format!("not read: `{}`: {why}", skipped.path), out)?;
    }
    if let Some(more) = unread.len().checked_sub(UNREAD).filter(|more| *more > 0) {
        pen.title(pen.warning(), "warning", &format!("and {} not read", plural(more, "more file")), out)?;
    }
    for note in &report.notes {
        pen.title(pen.warning(), "note", note, out)?;
    }
    if unread.is_empty() && report.notes.is_empty() { Ok(()) } else { writeln!(out) }
}

fn summary(report: &Report, pen: &Pen, out: &mut dyn Write) -> io::Result<()> {
    let tally = Tally::of(report);
    let run = &report.run;
    let first = match tally.total() {
        0 => pen.good("no findings"),
        count => pen.strong(&format!("{}: ", plural(count, "finding"))),
    };
    let counts =
        tally.open.iter().map(|(severity, count)| pen.paint(pen.of(*severity), &format!("{count} {severity}")));
    writeln!(out, "{first}{}", counts.collect::<Vec<_>>().join(", "))?;
    if tally.accepted() > 0 {
        pen.paragraph(&format!("accepted: {}", tally.accepted_words()), 0, out)?;
    }
    let files = usize::try_from(run.files).unwrap_or(usize::MAX);
    let mut scanned = format!("scanned: {}, {}", plural(files, "file"), size(run.bytes));
    if let Some(Past { commits, versions }) = run.past {
        let count = |number, word| plural(usize::try_from(number).unwrap_or(usize::MAX), word);
        scanned.push_str(&format!(", {} in {}", count(versions, "version"), count(commits, "commit")));
    }
    if let Some(from) = run.from {
        scanned.push_str(&format!(" {from}"));
    } else if run.coverage == Coverage::Partial {
        scanned.push_str(" (a part of the repository)");
    }
    if !tally.skipped.is_empty() {
        scanned.push_str(&format!("; skipped {}", tally.skipped_words()));
    }
    pen.paragraph(&scanned, 0, out)?;
    let policy = run.policy.as_ref().map_or("built-in defaults", |path| path.as_str());
    let gate = run.fail_on.map(|severity| format!("; fails on {severity} and above")).unwrap_or_default();
    pen.paragraph(&format!("policy: {policy}{gate}"), 0, out)
}

/// Related places drawn with a finding.
const RELATED: usize = 3;
/// Places of the same value that are named.
const SAME: usize = 8;
/// Unread files named one by one.
const UNREAD: usize = 10;
