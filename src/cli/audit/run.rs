//! `overscope audit run`.

use std::path::{Path, PathBuf};

use super::super::exit::{Exit, Failure};
use super::super::progress::watch;
use super::super::setup;
use super::super::stream::Streams;
use super::args::RunArgs;
use super::folder::{self, DIGEST, REVIEW, SNAPSHOT};
use super::take::{Taken, Wanted, repository, take};
use crate::audit::period::Quarter;
use crate::audit::review;
use crate::audit::state::sha256;
use crate::report::audit::{canonical, entitlements, markdown, page, remediation};
use crate::scan::Progress;

/// Writes the evidence of a quarter, for one repository or a list of them.
///
/// # Errors
/// As [`take`]; what cannot be written.
pub(super) fn run(args: &RunArgs, streams: &Streams) -> Result<Exit, Failure> {
    setup::threads(args.jobs);
    let today = args.today.unwrap_or_else(setup::today);
    let quarter = args.quarter.unwrap_or_else(|| Quarter::of(today));
    if quarter.first() > today {
        return Err(Failure::usage(
            format!("{quarter} has not begun"),
            "name a quarter that has, or a later `--today`",
        ));
    }
    let Some(list) = &args.repositories else {
        let root = args.root.clone().unwrap_or_else(|| PathBuf::from("."));
        let (at, name) = (args.at.as_deref(), args.name.as_deref());
        let wanted = Wanted { root: &root, quarter, at, since: args.since, name, today };
        return one(&wanted, args.out.as_deref(), streams);
    };
    let text = setup::read(list)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (k, n) = args.shard.unwrap_or((1, 1));
    let mine = lines.enumerate().filter(|(at, _)| at % n == k - 1).map(|(_, line)| line);
    let base = list.parent().unwrap_or(Path::new("."));
    let mut exit = Exit::Clean;
    for line in mine {
        let root = base.join(line);
        let name = root.file_name().map_or_else(|| line.to_owned(), |name| name.to_string_lossy().into_owned());
        let out = args.out.as_ref().map(|out| out.join(&name));
        // One repository that cannot be read does not keep the others from being told.
        let wanted = Wanted { root: &root, quarter, at: None, since: args.since, name: Some(&name), today };
        match one(&wanted, out.as_deref(), streams) {
            Ok(Exit::Clean) => {}
            Ok(other) => exit = other,
            Err(failure) => {
                streams.tell(&format!("error: {line}: {}\n", failure.message));
                exit = Exit::Incomplete;
            }
        }
    }
    Ok(exit)
}

fn one(wanted: &Wanted<'_>, out: Option<&Path>, streams: &Streams) -> Result<Exit, Failure> {
    let progress = Progress::default();
    let taken = watch(streams.progress, &progress, || take(wanted, &progress, streams))?;
    let tree = repository(wanted.root)?.work_tree().to_owned();
    let home = folder::home(out, &tree, &taken.policy);
    let place = home.join(wanted.quarter.to_string());
    let (written, files) = write(&taken, &home, &place, wanted.quarter, streams)?;
    for note in &taken.notes {
        streams.note(note);
    }
    let shown = place.strip_prefix(&tree).unwrap_or(&place).display().to_string();
    let headline = &taken.snapshot.headline;
    streams.note(&match written {
        0 => format!("`{shown}` is as it was"),
        _ => format!(
            "wrote {written} of {files} files to `{shown}`: {} integrations, {} scopes, {} beyond the policy, {} things to do",
            headline.integrations + headline.undeclared,
            headline.scopes,
            headline.beyond,
            taken.snapshot.items.len()
        ),
    });
    Ok(if taken.snapshot.population.incomplete { Exit::Incomplete } else { Exit::Clean })
}

fn write(
    taken: &Taken,
    home: &Path,
    place: &Path,
    quarter: Quarter,
    streams: &Streams,
) -> Result<(usize, usize), Failure> {
    let snapshot = &taken.snapshot;
    let held = folder::worksheet(place, streams)?;
    let earlier = folder::before(home, quarter);
    let last = match &earlier {
        Some(folder) => folder::worksheet(folder, streams)?,
        None => None,
    };
    let json = canonical::write(snapshot);
    let digest = format!("{}  {SNAPSHOT}\n", sha256(json.as_bytes()));
    let sheet = review::write(snapshot, held.as_ref());
    let files = [
        (SNAPSHOT, json),
        (DIGEST, digest),
        ("report.md", markdown::write(snapshot, taken.before.as_ref())),
        ("report.html", page::write(snapshot, taken.before.as_ref(), held.as_ref())),
        ("entitlements.csv", entitlements::write(snapshot, held.as_ref())),
        (REVIEW, sheet),
        ("remediation.md", remediation::write(snapshot, held.as_ref(), last.as_ref())),
    ];
    Ok((folder::write(place, &files)?, files.len()))
}
