//! `overscope audit check`.

use std::fmt::Write as _;

use jiff::ToSpan;

use super::super::exit::{Exit, Failure};
use super::super::setup;
use super::super::stream::Streams;
use super::args::CheckArgs;
use super::folder;
use crate::audit::period::Quarter;
use crate::audit::review;

/// Checks a filled worksheet, and that what the last one wanted has been done.
///
/// # Errors
/// No snapshot or worksheet, or what cannot be read of them.
pub(super) fn check(args: &CheckArgs, streams: &Streams) -> Result<Exit, Failure> {
    let (root, policy) = folder::place(args.root.as_deref(), streams)?;
    let quarter = args.quarter.unwrap_or_else(|| Quarter::of(args.today.unwrap_or_else(setup::today)));
    let home = folder::home(args.out.as_deref(), &root, &policy);
    let place = home.join(quarter.to_string());
    let snapshot = folder::snapshot(&place)?;
    let Some(sheet) = folder::worksheet(&place, streams)? else {
        let message = format!("`{}` has no worksheet", place.display());
        return Err(Failure::policy(message, "`overscope audit run` writes it"));
    };
    let last = match folder::before(&home, quarter) {
        Some(folder) => folder::worksheet(&folder, streams)?,
        None => None,
    };
    let window = (quarter.first(), quarter.last().saturating_add(args.window.days()));
    let apart = policy.audit.reviewer_not_owner.as_ref().is_some_and(|apart| apart.value);
    let faults = review::check(&snapshot, &sheet, apart, window, last.as_ref());
    if faults.is_empty() {
        streams.note(&format!("{} of {quarter} is decided: {} rows", snapshot.population.repository, sheet.rows.len()));
        return Ok(Exit::Clean);
    }
    let mut text = String::new();
    for fault in &faults {
        let _ = writeln!(text, "{fault}");
    }
    streams.out(text.as_bytes()).map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    streams.note(&format!("{} to be mended in {}", faults.len(), place.join(folder::REVIEW).display()));
    Ok(Exit::Findings)
}
