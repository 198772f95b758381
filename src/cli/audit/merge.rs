//! `overscope audit merge`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::exit::{Exit, Failure};
use super::super::setup;
use super::super::stream::Streams;
use super::folder::{self, SNAPSHOT};
use crate::audit::merge::{Organisation, read};
use crate::audit::state::sha256;
use crate::report::audit::{canonical, organisation};

/// Joins snapshots into one report, one at a time: memory does not grow with their size.
///
/// # Errors
/// No snapshot at all, one that is none, a report that cannot be written.
pub(super) fn merge(places: &[PathBuf], out: &Path, streams: &Streams) -> Result<Exit, Failure> {
    let mut files = BTreeSet::new();
    for place in places {
        find(place, &mut files)?;
    }
    if files.is_empty() {
        return Err(Failure::usage(format!("there is no `{SNAPSHOT}` there"), "`overscope audit run` writes them"));
    }
    let mut whole = Organisation::new();
    let mut exit = Exit::Clean;
    for file in &files {
        let text = setup::read(file)?;
        match read(&text) {
            Ok(snapshot) => whole.add(&snapshot, &sha256(text.as_bytes())),
            Err(why) => {
                streams.tell(&format!("error: `{}` is no snapshot: {why}\n", file.display()));
                exit = Exit::Incomplete;
            }
        }
    }
    let whole = whole.finish();
    let files = [
        ("organisation.json", canonical::write(&whole)),
        ("organisation.md", organisation::markdown(&whole)),
        ("organisation.html", organisation::page(&whole)),
        ("organisation.csv", organisation::table(&whole)),
    ];
    let written = folder::write(out, &files)?;
    streams.note(&format!(
        "{}; {}",
        match whole.repositories.len() {
            1 => "1 repository".to_owned(),
            many => format!("{many} repositories"),
        },
        if written == 0 { format!("`{}` is as it was", out.display()) } else { format!("wrote `{}`", out.display()) }
    ));
    Ok(exit)
}

fn find(place: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::usage(format!("cannot read `{}`: {error}", place.display()), "name folders with snapshots")
    };
    if fs::metadata(place).map_err(failed)?.is_file() {
        files.insert(place.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(place).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            find(&entry.path(), files)?;
        } else if kind.is_file() && entry.file_name() == SNAPSHOT {
            files.insert(entry.path());
        }
    }
    Ok(())
}
