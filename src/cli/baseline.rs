//! `overscope baseline`: what is known already, kept in a file.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure};
use super::policy_args::{BaselineCommand, ByArgs};
use super::stream::Streams;
use super::whole::Whole;
use super::{output, setup};
use crate::judge::baseline::Baseline;
use crate::judge::court::judge;
use crate::judge::import;
use crate::source::Coverage;

/// Does what was asked.
///
/// # Errors
/// A baseline that exists and must not, or must and does not; what keeps the scan from being done.
pub fn run(command: &BaselineCommand, streams: &Streams) -> Result<Exit, Failure> {
    let args = match command {
        BaselineCommand::Create(args)
        | BaselineCommand::Update(args)
        | BaselineCommand::Prune(args)
        | BaselineCommand::Show(args) => args,
        BaselineCommand::Import { whole, .. } => whole,
    };
    let whole = Whole::open(args, streams)?;
    let file = args.by.baseline.clone().unwrap_or_else(|| whole.place.join(PLACE));
    let held = match command {
        BaselineCommand::Create(_) if file.exists() => {
            let message = format!("`{}` exists already", file.display());
            return Err(Failure::policy(message, "`overscope baseline update` adds what is new"));
        }
        BaselineCommand::Create(_) => Baseline::new(),
        BaselineCommand::Import { .. } if !file.exists() => Baseline::new(),
        _ => read(&file, streams)?,
    };
    if let BaselineCommand::Show(_) = command {
        streams.out(shown(&held).as_bytes()).map_err(|error| unwritable(&file, &error))?;
        return Ok(Exit::Clean);
    }
    let mut sights = whole.see()?;
    let own = setup::relative(&file, &whole.place);
    sights.facts.retain(|fact| fact.at.path != own);
    let judged = judge(&sights.facts, &sights.ignores, &sights.projects, &whole.bench());
    let next = match command {
        BaselineCommand::Import { file: theirs, .. } => {
            let known = import::read(&setup::read(theirs)?).map_err(|why| {
                let message = format!("cannot take over `{}`: {why}", theirs.display());
                Failure::policy(message, "give a gitleaks report, a .gitleaksignore or a detect-secrets baseline")
            })?;
            let (next, gone) = held.take_over(&judged, &known);
            let new = next.entries.len() - held.entries.len();
            streams.note(&format!("{new} of {} places taken over; at {gone} of them nothing is found", known.len()));
            next
        }
        _ => held.update(&judged, Coverage::Whole, matches!(command, BaselineCommand::Prune(_))),
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| unwritable(&file, &error))?;
    }
    let text = next.write();
    // What has not changed is not written: a clean tree stays clean.
    if fs::read_to_string(&file).is_ok_and(|there| there == text) {
        streams.note("the baseline is as it was");
    } else {
        output::write_file(&file, text.as_bytes()).map_err(|error| unwritable(&file, &error))?;
        streams.note(&format!(
            "wrote `{}`; with `{own} merge=union` in .gitattributes branches always merge",
            file.display()
        ));
    }
    Ok(Exit::Clean)
}

/// The baseline of a scan: the file that was named, else the one at the root, where the tree is the user's own.
///
/// # Errors
/// A file that was named and cannot be read; lines that are none.
pub fn of(by: &ByArgs, place: &Path, own: bool, streams: &Streams) -> Result<Option<(Baseline, PathBuf)>, Failure> {
    let file = match &by.baseline {
        _ if by.no_baseline => return Ok(None),
        Some(file) => file.clone(),
        None => place.join(PLACE),
    };
    let here = Path::new(".").canonicalize().unwrap_or_default();
    if by.baseline.is_none() && (!file.is_file() || !(own || here.starts_with(place))) {
        return Ok(None);
    }
    Ok(Some((read(&file, streams)?, file)))
}

fn read(file: &Path, streams: &Streams) -> Result<Baseline, Failure> {
    let text = setup::read(file)?;
    Baseline::read(&text).map_err(|mistakes| {
        setup::draw(&file.to_string_lossy(), &text, &mistakes, streams);
        Failure::told(Exit::Policy)
    })
}

fn shown(baseline: &Baseline) -> String {
    let mut lines: Vec<_> = baseline.entries.values().collect();
    lines.sort_by(|a, b| (&a.path, &a.rule, &a.id).cmp(&(&b.path, &b.rule, &b.id)));
    let mut text = String::new();
    for entry in lines {
        let note = entry.note.as_deref().map_or(String::new(), |note| format!("  {note}"));
        let _ = writeln!(text, "{}  {}  {}{note}", entry.path, entry.rule, entry.status);
    }
    text
}

fn unwritable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::incomplete(
        format!("cannot write `{}`: {error}", file.display()),
        "check that the place exists and has room",
    )
}

/// Where a baseline stands, below the root.
pub const PLACE: &str = ".overscope/baseline.jsonl";
