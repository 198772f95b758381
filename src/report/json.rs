//! JSON for programs: own types, `overscope/v1`, described in `docs/json.md` and `docs/schema/report.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::tally::Tally;
use super::{Options, Report};
use crate::finding::{Finding, Label, State};
use crate::origin::{Location, Origin};
use crate::rule::RuleSet;
use crate::source::{Coverage, Skipped, Why};
use crate::span::Position;

/// The version of the format; a reader that knows it understands everything it needs.
pub const SCHEMA: &str = "overscope/v1";

/// Writes one document.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, rules: &RuleSet, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let document = DocumentOut {
        schema: SCHEMA,
        tool: ToolOut::of(options),
        run: RunOut::of(report),
        summary: SummaryOut::of(report),
        findings: report.findings.iter().map(|finding| FindingOut::of(finding, rules)).collect(),
        skipped: report.skipped.iter().map(SkippedOut::of).collect(),
        notes: &report.notes,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes one object a line: the run, each finding, what was not read, notes, and the summary last, so that a reader
/// knows that nothing was cut off.
///
/// # Errors
/// What the writer says.
pub fn write_lines(report: &Report, rules: &RuleSet, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |of: LineOut<'_>| {
        serde_json::to_writer(&mut *out, &of)?;
        writeln!(out)
    };
    line(LineOut::Run { schema: SCHEMA, tool: ToolOut::of(options), run: RunOut::of(report) })?;
    for finding in &report.findings {
        line(LineOut::Finding(Box::new(FindingOut::of(finding, rules))))?;
    }
    for skipped in &report.skipped {
        line(LineOut::Skipped(SkippedOut::of(skipped)))?;
    }
    for note in &report.notes {
        line(LineOut::Note { text: note })?;
    }
    line(LineOut::Summary(SummaryOut::of(report)))
}

#[derive(Serialize)]
struct DocumentOut<'a> {
    schema: &'static str,
    tool: ToolOut<'a>,
    run: RunOut<'a>,
    summary: SummaryOut,
    findings: Vec<FindingOut<'a>>,
    skipped: Vec<SkippedOut<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum LineOut<'a> {
    Run { schema: &'static str, tool: ToolOut<'a>, run: RunOut<'a> },
    Finding(Box<FindingOut<'a>>),
    Skipped(SkippedOut<'a>),
    Note { text: &'a str },
    Summary(SummaryOut),
}

#[derive(Serialize)]
struct ToolOut<'a> {
    name: &'static str,
    version: &'a str,
}

impl<'a> ToolOut<'a> {
    fn of(options: &'a Options) -> Self {
        Self { name: "overscope", version: &options.version }
    }
}

#[derive(Serialize)]
struct RunOut<'a> {
    targets: &'a [String],
    coverage: &'static str,
    complete: bool,
    files: u64,
    bytes: u64,
    policy: Option<&'a str>,
    fail_on: Option<&'static str>,
    baseline: bool,
    history: Option<PastOut>,
}

#[derive(Serialize)]
struct PastOut {
    commits: u64,
    versions: u64,
}

impl<'a> RunOut<'a> {
    fn of(report: &'a Report) -> Self {
        let run = &report.run;
        let coverage = match run.coverage {
            Coverage::Whole => "whole",
            Coverage::Partial => "partial",
        };
        Self {
            targets: &run.targets,
            coverage,
            complete: !report.skipped.iter().any(|skipped| skipped.why.incomplete()),
            files: run.files,
            bytes: run.bytes,
            policy: run.policy.as_ref().map(|path| path.as_str()),
            fail_on: run.fail_on.map(|severity| severity.as_str()),
            baseline: run.baseline,
            history: run.past.map(|past| PastOut { commits: past.commits, versions: past.versions }),
        }
    }
}

#[derive(Serialize)]
struct SummaryOut {
    open: BTreeMap<&'static str, usize>,
    accepted: AcceptedOut,
    skipped: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct AcceptedOut {
    ignored: usize,
    exempt: usize,
    baselined: usize,
}

impl SummaryOut {
    fn of(report: &Report) -> Self {
        let tally = Tally::of(report);
        Self {
            open: tally.open.iter().map(|(severity, count)| (severity.as_str(), *count)).collect(),
            accepted: AcceptedOut { ignored: tally.ignored, exempt: tally.exempt, baselined: tally.baselined },
            skipped: tally.skipped,
        }
    }
}

#[derive(Serialize)]
struct FindingOut<'a> {
    rule: &'a str,
    title: Option<&'a str>,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    fingerprint: &'a str,
    line_hash: Option<&'a str>,
    state: StateOut<'a>,
    place: PlaceOut<'a>,
    related: Vec<PlaceOut<'a>>,
    fix: Option<FixOut<'a>>,
    why: &'a [String],
}

impl<'a> FindingOut<'a> {
    fn of(finding: &'a Finding, rules: &'a RuleSet) -> Self {
        Self {
            rule: finding.rule.as_str(),
            title: rules.get(&finding.rule).map(|rule| rule.title.as_str()),
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            message: &finding.message,
            help: finding.help.as_deref(),
            fingerprint: &finding.fingerprint.0,
            line_hash: finding.line_hash.as_deref(),
            state: StateOut::of(&finding.state),
            place: PlaceOut::of(&finding.primary),
            related: finding.related.iter().map(PlaceOut::of).collect(),
            fix: finding.fix.as_ref().map(|fix| FixOut { title: &fix.title, replacement: &fix.replacement }),
            why: &finding.why,
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum StateOut<'a> {
    Open,
    Ignored { reason: &'a str },
    Baselined,
    Exempt { id: &'a str, reason: &'a str, until: &'a str },
}

impl<'a> StateOut<'a> {
    fn of(state: &'a State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Ignored { reason } => Self::Ignored { reason },
            State::Baselined => Self::Baselined,
            State::Exempt { id, reason, until } => Self::Exempt { id, reason, until },
        }
    }
}

#[derive(Serialize)]
struct PlaceOut<'a> {
    path: &'a str,
    origin: OriginOut<'a>,
    start: PositionOut,
    end: PositionOut,
    text: &'a str,
    excerpt: ExcerptOut<'a>,
}

impl<'a> PlaceOut<'a> {
    fn of(label: &'a Label) -> Self {
        let Location { path, origin, region } = &label.at;
        Self {
            path: path.as_str(),
            origin: OriginOut::of(origin),
            start: PositionOut::of(region.start, region.span.start),
            end: PositionOut::of(region.end, region.span.end),
            text: &label.text,
            excerpt: ExcerptOut::of(label),
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum OriginOut<'a> {
    WorkTree,
    LocalOnly,
    Stdin,
    Staged,
    History { commit: &'a str, date: &'a str, stands: bool },
    Archive,
    Example,
}

impl<'a> OriginOut<'a> {
    fn of(origin: &'a Origin) -> Self {
        match origin {
            Origin::WorkTree => Self::WorkTree,
            Origin::LocalOnly => Self::LocalOnly,
            Origin::Stdin => Self::Stdin,
            Origin::Staged => Self::Staged,
            Origin::History(commit) => Self::History { commit: &commit.id, date: &commit.date, stands: commit.stands },
            Origin::Archive => Self::Archive,
            Origin::Example => Self::Example,
        }
    }
}

#[derive(Serialize)]
struct PositionOut {
    line: u32,
    column: u32,
    utf16: u32,
    offset: u32,
}

impl PositionOut {
    const fn of(position: Position, offset: u32) -> Self {
        Self { line: position.line, column: position.column, utf16: position.utf16, offset }
    }
}

#[derive(Serialize)]
struct ExcerptOut<'a> {
    first_line: u32,
    text: &'a str,
    mark: MarkOut,
}

/// In characters of the excerpt, from 0: bytes would depend on how the reader decodes.
#[derive(Serialize)]
struct MarkOut {
    start: usize,
    end: usize,
}

impl<'a> ExcerptOut<'a> {
    fn of(label: &'a Label) -> Self {
        let excerpt = &label.excerpt;
        let before = |at: u32| excerpt.text.char_indices().take_while(|(start, _)| *start < at as usize).count();
        let mark = MarkOut { start: before(excerpt.mark.start), end: before(excerpt.mark.end) };
        Self { first_line: excerpt.first_line, text: &excerpt.text, mark }
    }
}

#[derive(Serialize)]
struct FixOut<'a> {
    title: &'a str,
    replacement: &'a str,
}

#[derive(Serialize)]
struct SkippedOut<'a> {
    path: &'a str,
    why: &'static str,
    detail: Option<&'a str>,
    incomplete: bool,
}

impl<'a> SkippedOut<'a> {
    fn of(skipped: &'a Skipped) -> Self {
        let detail = match &skipped.why {
            Why::Unreadable(detail) | Why::Limit(detail) => Some(detail.as_str()),
            Why::Binary | Why::TooLarge | Why::Special | Why::Link => None,
        };
        Self { path: skipped.path.as_str(), why: skipped.why.word(), detail, incomplete: skipped.why.incomplete() }
    }
}
