//! `overscope scan`: from arguments to a report and an exit code.

use std::fmt::Write;
use std::path::PathBuf;

use super::args::ScanArgs;
use super::exit::{Exit, Failure};
use super::progress::watch;
use super::setup;
use super::stream::{Streams, write_file};
use crate::finding::Severity;
use crate::report::Report;
use crate::scan::{Progress, Trip, scan};
use crate::source::open::{Mode, OpenError, Wanted, open, root};
use crate::source::{Coverage, SourceError};

/// Scans and tells.
///
/// # Errors
/// What keeps the scan from being done at all.
pub fn run(args: &ScanArgs, streams: &Streams) -> Result<Exit, Failure> {
    let outputs = outputs(args)?;
    setup::threads(args.what.jobs);
    let rules = setup::rules(&args.by.rules, streams)?;
    let root = root(&args.paths).map_err(unreadable)?;
    let wanted = Wanted {
        include: args.what.include.clone(),
        exclude: args.what.exclude.clone(),
        ignored: args.what.no_ignore,
        most_bytes: args.what.max_file_size,
    };
    let mode = if args.what.stdin { Mode::Stdin(args.what.stdin_filename.clone()) } else { Mode::Paths };
    let opened = open(mode, root, &wanted).map_err(|error| match error {
        OpenError::Source(error) => unreadable(error),
        OpenError::Glob(error) => Failure::usage(error.to_string(), "globs read as lines of a .gitignore"),
    })?;
    let progress = Progress::default();
    let trip = Trip { source: &*opened.source, coverage: opened.coverage, rules: &rules, progress: &progress };
    let mut report = watch(streams.progress, &progress, || scan(&trip)).map_err(unreadable)?;
    let gate = args.tell.fail_on.unwrap_or(Severity::High);
    report.run.fail_on = Some(gate);
    report.run.targets = targets(&args.paths);
    keep(&mut report, args);
    let fails = report.findings.iter().any(|finding| finding.severity >= gate);
    for output in &outputs {
        let bytes = plain(&report);
        match &output.file {
            None => streams.out(bytes.as_bytes()),
            Some(file) => write_file(file, bytes.as_bytes()),
        }
        .map_err(|error| {
            let to = output.file.as_ref().map_or("standard output".to_owned(), |file| format!("`{}`", file.display()));
            Failure::incomplete(format!("cannot write to {to}: {error}"), "check that the place exists and has room")
        })?;
    }
    Ok(exit(&report, fails, args))
}

/// How the run ends. A scan that did not see everything never ends as if it had.
fn exit(report: &Report, fails: bool, args: &ScanArgs) -> Exit {
    if report.skipped.iter().any(|skipped| skipped.why.incomplete()) {
        Exit::Incomplete
    } else if report.run.files == 0 && args.what.require_files {
        Exit::Nothing
    } else if fails && !args.tell.exit_zero {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// Leaves out what the reader does not want to be told.
fn keep(report: &mut Report, args: &ScanArgs) {
    report.findings.retain(|finding| {
        args.tell.min_severity.is_none_or(|least| finding.severity >= least)
            && args.tell.min_confidence.is_none_or(|least| finding.confidence >= least)
    });
}

/// One output: a format, and a file where it does not go to standard output.
struct Output {
    file: Option<PathBuf>,
}

fn outputs(args: &ScanArgs) -> Result<Vec<Output>, Failure> {
    let mut outputs = vec![Output { file: None }];
    format(&args.tell.format)?;
    for text in &args.tell.output {
        let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
            return Err(Failure::usage(format!("`{text}` names no file"), "write `--output FORMAT=FILE`"));
        };
        format(name)?;
        outputs.push(Output { file: Some(file.into()) });
    }
    Ok(outputs)
}

fn format(name: &str) -> Result<(), Failure> {
    if name == "human" { Ok(()) } else { Err(Failure::usage(format!("unknown format `{name}`"), "one of human")) }
}

fn unreadable(error: SourceError) -> Failure {
    match error {
        SourceError::Path { .. } => Failure::usage(error.to_string(), "name files and directories that are there"),
        SourceError::Git { .. } => Failure::incomplete(error.to_string(), "run it inside a git repository"),
    }
}

fn targets(paths: &[PathBuf]) -> Vec<String> {
    let shown = |path: &PathBuf| path.to_string_lossy().replace('\\', "/");
    if paths.is_empty() { vec![".".to_owned()] } else { paths.iter().map(shown).collect() }
}

fn plain(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let at = &finding.primary.at;
        let _ = writeln!(
            text,
            "{}:{}:{}: {}[{}]: {} ({})\n    {}",
            at.path,
            at.region.start.line,
            at.region.start.column,
            finding.severity,
            finding.rule,
            finding.message,
            finding.primary.text,
            finding.primary.excerpt.text.trim(),
        );
    }
    for skipped in &report.skipped {
        let _ = writeln!(text, "{}: {}", skipped.path, skipped.why.word());
    }
    let whole = if report.run.coverage == Coverage::Whole { "" } else { " (partial)" };
    let _ = writeln!(
        text,
        "{} findings in {} files, {} bytes{whole}; {} not read",
        report.findings.len(),
        report.run.files,
        report.run.bytes,
        report.skipped.len()
    );
    text
}
