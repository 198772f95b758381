//! `overscope scan`: from arguments to a report and an exit code.

use std::path::{Path, PathBuf};

use super::args::ScanArgs;
use super::exit::{Exit, Failure};
use super::fix::{self, Fixing};
use super::progress::watch;
use super::stats::{SCAN, Stopwatch};
use super::stream::Streams;
use super::{baseline, nested, output, reference, setup};
use crate::finding::Finding;
use crate::judge::Bench;
use crate::policy::Policy;
use crate::report::Report;
use crate::scan::whole::scan;
use crate::scan::{Clock, Progress, Proposal, Trip};
use crate::scope::catalog::Catalog;
use crate::source::SourceError;
use crate::source::known::Known;
use crate::source::open::{Mode, OpenError, Past, Wanted, open};
use crate::source::root::{Root, is_bare};

/// `scan`: scans and tells.
///
/// # Errors
/// What keeps the scan from being done at all.
pub fn run(args: &ScanArgs, streams: &Streams) -> Result<Exit, Failure> {
    let what = &args.what;
    if let Some(range) = &what.history {
        let (past, path) = past(range.as_deref(), args)?;
        let paths: Vec<PathBuf> = path.into_iter().chain(args.paths.iter().cloned()).collect();
        return trip(&Mode::History(past), args, &paths, None, streams);
    }
    let mode = match &what.since {
        Some(revision) => Mode::Since(revision.clone()),
        _ if what.stdin => Mode::Stdin(what.stdin_filename.clone()),
        _ if what.staged => Mode::Staged,
        _ if what.changed => Mode::Changed,
        _ => Mode::Paths,
    };
    trip(&mode, args, &args.paths, None, streams)
}

/// Tells of what is found only what passes.
///
/// # Errors
/// As [`run`], and when nothing passes.
pub fn only(args: &ScanArgs, passes: &Passes<'_>, streams: &Streams) -> Result<Exit, Failure> {
    trip(&Mode::Paths, args, &args.paths, Some(passes), streams)
}

/// Which findings are wanted.
pub type Passes<'a> = dyn Fn(&Finding) -> bool + 'a;

/// Which part of the history is meant. What follows `--history` is a range, or already a path.
fn past(range: Option<&str>, args: &ScanArgs) -> Result<(Past, Option<PathBuf>), Failure> {
    let messages = args.what.history_messages;
    let since = args.what.since.as_ref().map(|revision| format!("{revision}..HEAD"));
    match range {
        None | Some("") => Ok((Past { range: since, messages }, None)),
        Some(text) if Path::new(text).exists() => Ok((Past { range: since, messages }, Some(text.into()))),
        Some(_) if since.is_some() => {
            Err(Failure::usage("`--since` and a range both name commits", "give one of them"))
        }
        Some(text) if text.contains("..") => Ok((Past { range: Some(text.to_owned()), messages }, None)),
        Some(text) => Err(Failure::usage(
            format!("`{text}` is neither a range of commits nor a path"),
            format!("write `--history {text}..HEAD` for the commits since then, `--history` alone for all"),
        )),
    }
}

/// `hook`: the same for the files that a hook is given.
///
/// # Errors
/// As [`run`].
pub fn hook(args: &ScanArgs, streams: &Streams) -> Result<Exit, Failure> {
    if args.paths.is_empty() {
        streams.note("nothing to scan: no file was given");
    }
    trip(&Mode::Hook(args.paths.clone()), args, &[], None, streams)
}

fn trip(
    mode: &Mode,
    args: &ScanArgs,
    paths: &[PathBuf],
    passes: Option<&Passes<'_>>,
    streams: &Streams,
) -> Result<Exit, Failure> {
    let outputs = output::outputs(&args.tell.format, &args.tell.output)?;
    setup::threads(args.what.jobs);
    let mut stopwatch = Stopwatch::start();
    let mut rules = setup::rules(&args.by.rules, streams)?;
    stopwatch.lap("rules");
    let root = match &args.what.root {
        Some(root) => Root::given(root, paths),
        None if paths.is_empty() && !matches!(mode, Mode::Paths) => Root::here(),
        None if paths.is_empty() => Root::of(&[PathBuf::from(".")]),
        None => Root::of(paths),
    }
    .map_err(unreadable)?;
    let place = root.path.clone();
    if matches!(mode, Mode::Paths) && is_bare(&place) {
        streams.note("a bare repository keeps its files packed: `overscope scan --history` reads them");
    }
    let given = args.what.root.is_some();
    let file = setup::policy_file(&args.by, &place, given, streams)?;
    let mut reference = match &args.policy_ref {
        Some(name) => Some(reference::of(name, args, &place, &mut rules, streams)?),
        None => None,
    };
    // The rules that count are those of the policy that counts.
    let mut proposed = match &reference {
        Some(_) => setup::rules(&args.by.rules, streams)?,
        None => std::mem::take(&mut rules),
    };
    let mut own = match &file {
        Some(file) => setup::policy(file, &place, &mut proposed, streams)?,
        None => Policy::builtin(),
    };
    if reference.is_none() {
        rules = proposed;
    }
    let wanted = Wanted {
        include: args.what.include.clone(),
        exclude: args.what.exclude.clone(),
        ignored: args.what.no_ignore,
        most_bytes: args.what.max_file_size,
        surroundings: setup::surroundings(),
    };
    let opened = open(mode, root, &wanted).map_err(|error| match error {
        OpenError::Source(error) => unreadable(error),
        OpenError::Glob(error) => Failure::usage(error.to_string(), "globs read as lines of a .gitignore"),
    })?;
    let source = Known::new(opened.source).map_err(unreadable)?;
    let listed = || source.listing().entries.iter().map(|entry| entry.path.as_path());
    nested::add(&mut own, listed(), &nested::on_disk(&place), streams)?;
    if let Some(reference) = &mut reference {
        reference.nest(listed(), streams)?;
    }
    let policy = reference.as_ref().map_or(&own, |reference| &reference.policy);
    stopwatch.lap("policy");
    let progress = Progress { clock: args.tell.stats.then(Clock::default), ..Progress::default() };
    let bench = Bench {
        policy,
        rules: &rules,
        catalog: Catalog::builtin(),
        coverage: opened.coverage,
        today: args.by.today.unwrap_or_else(setup::today),
        persona: args.tell.persona.unwrap_or_default(),
    };
    let known = baseline::of(&args.by, &place, given, streams)?;
    let known = known.as_ref().map(|(known, file)| (known, setup::relative(file, &place)));
    let known = known.as_ref().map(|(known, file)| (*known, file.as_path()));
    let before = |path: &camino::Utf8Path| reference.as_ref()?.revision.read(path).ok().flatten();
    let (baseline, proposal) = match &reference {
        Some(reference) => {
            let held = reference.baseline.as_ref().map(|(held, file)| (held, file.as_path()));
            // A baseline that lies elsewhere is no part of the change.
            let held = held.or(known.filter(|(_, file)| !place.join(file).is_file()));
            (held, Some(Proposal { policy: &own, baseline: known, before: &before }))
        }
        None => (known, None),
    };
    let trip = Trip {
        source: &source,
        history: opened.history.as_ref(),
        bench,
        baseline,
        proposal,
        archives: !args.what.no_archives,
        binary: args.what.binary,
        progress: &progress,
    };
    let mut report = watch(streams.progress, &progress, || scan(&trip)).map_err(unreadable)?;
    stopwatch.lap(SCAN);
    if let Some(passes) = passes {
        report.findings.retain(passes);
        report.skipped.clear();
        if report.findings.is_empty() {
            let help = "`overscope scan --persona auditor` shows what is found at all, with every place";
            return Err(Failure::usage("nothing is found there", help));
        }
    }
    let gate = args.tell.fail_on.unwrap_or(policy.gates.fail_on.value);
    report.run.fail_on = Some(gate);
    report.run.from = from(mode, &wanted);
    report.run.policy = policy.path().map(ToOwned::to_owned);
    report.run.targets = targets(&args.paths);
    let failing =
        |report: &Report| report.findings.iter().filter(|finding| policy.fails(finding, args.tell.fail_on)).count();
    let all = failing(&report);
    keep(&mut report, args);
    let hidden = all - failing(&report);
    let fixing = args.fix.as_deref().map(|how| if how == "apply" { Fixing::Apply } else { Fixing::Show });
    let left = match fixing {
        Some(fixing) => fix::run(fixing, &mut report, &place, streams)?,
        None => None,
    };
    // Beside a diff nothing else goes to standard output.
    let outputs = if fixing.is_some() { &outputs[1..] } else { &outputs[..] };
    let told = report.findings.iter().any(|finding| policy.fails(finding, args.tell.fail_on));
    if hidden > 0 && !told {
        // A run that fails without a word would be a riddle.
        let fail = if hidden == 1 { "finding that is not told fails" } else { "findings that are not told fail" };
        streams.note(&format!("{hidden} {fail} the run (`--min-severity`, `--min-confidence`)"));
    }
    let fails = told || hidden > 0;
    output::write(outputs, &report, &rules, &place, &args.tell, streams)?;
    stopwatch.lap("report");
    if args.tell.stats {
        stopwatch.tell(&report, &progress, streams);
    }
    Ok(left.unwrap_or_else(|| exit(&report, fails, args)))
}

/// Where the files came from, where that is not the tree.
const fn from(mode: &Mode, wanted: &Wanted) -> Option<&'static str> {
    match mode {
        Mode::Staged => Some("from the index"),
        Mode::Hook(_) if wanted.surroundings.index.is_some() => Some("from the index"),
        Mode::Hook(_) => Some("as they stand in the tree"),
        Mode::Stdin(_) => Some("from standard input"),
        Mode::Paths | Mode::Changed | Mode::Since(_) | Mode::History(_) => None,
    }
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

fn unreadable(error: SourceError) -> Failure {
    match error {
        SourceError::Path { .. } => Failure::usage(error.to_string(), "name files and directories that are there"),
        SourceError::Git { ref why, .. } if why.contains("dubious ownership") => Failure::incomplete(
            error.to_string(),
            "the repository belongs to somebody else; if you trust it: `git config --global --add safe.directory DIR`",
        ),
        SourceError::Git { .. } => Failure::incomplete(
            error.to_string(),
            "this needs git, a repository around it, and the history it speaks about (in CI: fetch-depth: 0)",
        ),
    }
}

fn targets(paths: &[PathBuf]) -> Vec<String> {
    let shown = |path: &PathBuf| path.to_string_lossy().replace('\\', "/");
    if paths.is_empty() { vec![".".to_owned()] } else { paths.iter().map(shown).collect() }
}
