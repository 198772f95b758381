//! The folder of a quarter's evidence: where it stands, what is read from it, how it is written.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::exit::Failure;
use super::super::output::write_file;
use super::super::setup;
use super::super::stream::Streams;
use crate::audit::Snapshot;
use crate::audit::merge;
use crate::audit::period::Quarter;
use crate::audit::review::Worksheet;
use crate::audit::state::sha256;
use crate::policy::Policy;
use crate::rule::builtin;
use crate::source::root::Root;

/// Where a repository's snapshots stand.
#[must_use]
pub(super) fn home(given: Option<&Path>, root: &Path, policy: &Policy) -> PathBuf {
    match (given, &policy.audit.snapshot_dir) {
        (Some(folder), _) => folder.to_owned(),
        (None, Some(named)) => root.join(&named.value),
        (None, None) => root.join(HOME),
    }
}

/// The root that was named, else the work tree around the current directory, and the policy that stands there.
///
/// # Errors
/// A root that is not there; a policy that cannot be used.
pub(super) fn place(root: Option<&Path>, streams: &Streams) -> Result<(PathBuf, Policy), Failure> {
    let found = match root {
        Some(root) => Root::given(root, &[]),
        None => Root::here(),
    };
    let root = found.map_err(|error| Failure::usage(error.to_string(), "name the repository with `--root`"))?.path;
    let policy = match setup::policy_at(&root)? {
        Some(file) => setup::policy(&file, &root, &mut builtin::rules(), streams)?,
        None => Policy::builtin(),
    };
    Ok((root, policy))
}

/// Reads the snapshot of a folder and holds it against its digest.
///
/// # Errors
/// What is not there or none; what was changed after it was written.
pub(super) fn snapshot(folder: &Path) -> Result<Snapshot, Failure> {
    let file = folder.join(SNAPSHOT);
    let text = setup::read(&file)?;
    if let Ok(line) = fs::read_to_string(folder.join(DIGEST))
        && line.split_whitespace().next() != Some(sha256(text.as_bytes()).as_str())
    {
        let message = format!("`{}` is not the file that `{DIGEST}` is of", file.display());
        return Err(Failure::policy(message, "run `overscope audit run` again; nobody edits a snapshot"));
    }
    merge::read(&text).map_err(|why| {
        Failure::policy(format!("`{}` is no snapshot: {why}", file.display()), "`overscope audit run` writes one")
    })
}

/// The worksheet of a folder, where it has one.
///
/// # Errors
/// A mistake in it, drawn at its place.
pub(super) fn worksheet(folder: &Path, streams: &Streams) -> Result<Option<Worksheet>, Failure> {
    let file = folder.join(REVIEW);
    if !file.exists() {
        return Ok(None);
    }
    let text = setup::read(&file)?;
    Worksheet::read(&text).map(Some).map_err(|error| {
        let mistake = crate::mistake::Mistake::new(error.message, error.span, "`overscope audit run` writes the form");
        setup::draw(&file.to_string_lossy(), &text, &[mistake], streams);
        Failure::told(super::super::exit::Exit::Policy)
    })
}

/// The latest quarter before one that has a folder.
#[must_use]
pub(super) fn before(home: &Path, quarter: Quarter) -> Option<PathBuf> {
    let folders = fs::read_dir(home).ok()?.filter_map(Result::ok);
    let quarters = folders.filter_map(|folder| folder.file_name().to_str()?.parse::<Quarter>().ok());
    let latest = quarters.filter(|other| *other < quarter).max()?;
    Some(home.join(latest.to_string()))
}

/// Writes files into a folder; what has not changed is not written. How many were.
///
/// # Errors
/// What cannot be written.
pub(super) fn write(folder: &Path, files: &[(&str, String)]) -> Result<usize, Failure> {
    let failed = |file: &Path, error: std::io::Error| {
        Failure::incomplete(
            format!("cannot write `{}`: {error}", file.display()),
            "check that the place exists and has room",
        )
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut written = 0;
    for (name, text) in files {
        let file = folder.join(name);
        if !fs::read(&file).is_ok_and(|there| there == text.as_bytes()) {
            write_file(&file, text.as_bytes()).map_err(|error| failed(&file, error))?;
            written += 1;
        }
    }
    Ok(written)
}

/// Where snapshots stand without a word of the policy.
const HOME: &str = "audits";
/// The evidence.
pub(super) const SNAPSHOT: &str = "snapshot.json";
/// Its digest, as `sha256sum` writes and checks it.
pub(super) const DIGEST: &str = "snapshot.json.sha256";
/// The worksheet.
pub(super) const REVIEW: &str = "review.yaml";
