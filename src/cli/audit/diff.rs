//! `overscope audit diff`.

use std::path::{Path, PathBuf};

use super::super::exit::{Exit, Failure};
use super::super::stream::Streams;
use super::args::DiffFormat;
use super::folder;
use crate::audit::compare::compare;
use crate::audit::period::Quarter;
use crate::report::audit::difference;
use crate::scope::catalog::Catalog;

/// Tells what differs between two snapshots.
///
/// # Errors
/// What is no snapshot.
pub(super) fn diff(
    before: &str,
    after: &str,
    format: DiffFormat,
    root: Option<&Path>,
    streams: &Streams,
) -> Result<Exit, Failure> {
    let mut home = None;
    let mut find = |text: &str| -> Result<PathBuf, Failure> {
        let place = Path::new(text);
        if place.is_file() {
            return Ok(place.parent().unwrap_or(Path::new(".")).to_owned());
        }
        if place.is_dir() || text.parse::<Quarter>().is_err() {
            return Ok(place.to_owned());
        }
        if home.is_none() {
            let (root, policy) = folder::place(root, streams)?;
            home = Some(folder::home(None, &root, &policy));
        }
        Ok(home.as_deref().unwrap_or(Path::new(".")).join(text.to_uppercase()))
    };
    let (before, after) = (find(before)?, find(after)?);
    let (before, after) = (folder::snapshot(&before)?, folder::snapshot(&after)?);
    let steps = compare(&before, &after, Catalog::builtin());
    let text = match format {
        DiffFormat::Table => difference::table(&before, &after, &steps),
        DiffFormat::Markdown => difference::markdown(&before, &after, &steps),
        DiffFormat::Json => difference::json(&before, &after, &steps),
    };
    streams.out(text.as_bytes()).map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    Ok(Exit::Clean)
}
