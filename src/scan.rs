//! The whole trip of the data, on one page: read, look, judge, report.

use std::sync::atomic::{AtomicU64, Ordering};

use camino::Utf8Path;
use rayon::prelude::*;

use crate::detect::engine::{Engine, Seeing};
use crate::fact::{Fact, Ignore};
use crate::judge::Bench;
use crate::judge::baseline::Baseline;
use crate::judge::court::judge;
use crate::judge::inventory::{Integration, inventory as draw_up};
use crate::judge::project::Projects;
use crate::report::{Report, Run};
use crate::source::reader::{Piece, Reader};
use crate::source::{Entry, Skipped, Source, SourceError, Why};
use crate::span::Span;

/// What a trip needs.
pub struct Trip<'a> {
    /// What is read.
    pub source: &'a dyn Source,
    /// What is looked for, and what it is judged by.
    pub bench: Bench<'a>,
    /// What is known already, and the file that says so, which is not looked at.
    pub baseline: Option<(&'a Baseline, &'a Utf8Path)>,
    /// Where somebody may watch how far the trip is.
    pub progress: &'a Progress,
}

/// How far a trip is. Written by all workers, read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files to be read; 0 until they are listed.
    pub files: AtomicU64,
    /// Files read.
    pub read: AtomicU64,
    /// Bytes read.
    pub bytes: AtomicU64,
}

/// Reads, looks, judges. The order of what comes out is the order of the paths, whatever the number of threads.
///
/// # Errors
/// When the source cannot be listed at all.
pub fn scan(trip: &Trip<'_>) -> Result<Report, SourceError> {
    let sights = see(trip)?;
    let run = Run {
        coverage: trip.bench.coverage,
        files: sights.files,
        bytes: trip.progress.bytes.load(Ordering::Relaxed),
        ..Run::default()
    };
    let mut judged = judge(&sights.facts, &sights.ignores, &sights.projects, &trip.bench);
    let mut notes = Vec::new();
    if let Some((baseline, _)) = trip.baseline {
        for entry in baseline.accept(&mut judged, trip.bench.coverage) {
            notes.push(format!("the baseline's {} in {} is gone: `overscope baseline prune`", entry.rule, entry.path));
        }
    }
    Ok(Report { run, findings: judged.findings, skipped: sights.skipped, notes })
}

/// Reads and looks: everything that was seen, in order of path.
///
/// # Errors
/// When the source cannot be listed at all.
pub fn see(trip: &Trip<'_>) -> Result<Sights, SourceError> {
    let listing = trip.source.entries()?;
    trip.progress.files.store(listing.entries.len() as u64, Ordering::Relaxed);
    let engine = Engine::new(trip.bench.rules);
    let seen: Vec<Result<Seeing, Skipped>> = listing
        .entries
        .par_iter()
        .map_init(Reader::default, |reader, entry| {
            let seen = look(trip, &engine, reader, entry);
            trip.progress.read.fetch_add(1, Ordering::Relaxed);
            seen.map_err(|why| Skipped { path: entry.path.clone(), why })
        })
        .collect();
    let projects = Projects::of(listing.entries.iter().map(|entry| entry.path.as_path()));
    let mut sights = Sights { skipped: listing.skipped, projects, ..Sights::default() };
    for seen in seen {
        sights.add(seen);
    }
    sights.skipped.sort_unstable();
    if let Some((_, file)) = trip.baseline {
        sights.facts.retain(|fact| fact.at.path != file);
    }
    Ok(sights)
}

/// Reads, looks, and draws up what each integration requests, calls, needs and has too much of.
///
/// # Errors
/// When the source cannot be listed at all.
pub fn inventory(trip: &Trip<'_>) -> Result<(Vec<Integration>, Sights), SourceError> {
    let sights = see(trip)?;
    Ok((draw_up(&sights.facts, &sights.projects, &trip.bench), sights))
}

/// Everything that was seen, in order of path.
#[derive(Debug, Default)]
pub struct Sights {
    /// What was seen.
    pub facts: Vec<Fact>,
    /// The projects among what was listed.
    pub projects: Projects,
    /// Inline ignores.
    pub ignores: Vec<Ignore>,
    /// What was not read.
    pub skipped: Vec<Skipped>,
    /// Files read.
    pub files: u64,
}

impl Sights {
    fn add(&mut self, seen: Result<Seeing, Skipped>) {
        match seen {
            Ok(mut seeing) => {
                self.facts.append(&mut seeing.facts);
                self.ignores.append(&mut seeing.ignores);
                self.files += 1;
            }
            Err(skipped) => self.skipped.push(skipped),
        }
    }
}

/// Looks at one entry, whole or window after window.
fn look(trip: &Trip<'_>, engine: &Engine<'_>, reader: &mut Reader, entry: &Entry) -> Result<Seeing, Why> {
    let mut input = trip.source.open(entry)?;
    let mut seeing = Seeing::default();
    let bytes = reader.read(&mut input, &mut |piece| {
        match piece {
            Piece::Whole(bytes) => {
                seeing = engine.look(&entry.path, &entry.origin, bytes).map_err(|_| Why::Binary)?;
            }
            Piece::Window { text, core } => {
                let mut part = engine.look_at(&entry.path, &entry.origin, text, None);
                part.facts.retain(|fact| core.contains(&fact.at.region.span.start));
                part.ignores.retain(|ignore| core.contains(&ignore.at.region.span.start));
                let shift = |span: &mut Span| *span = moved(*span, text.offset());
                for fact in &mut part.facts {
                    shift(&mut fact.at.region.span);
                    fact.related.iter_mut().for_each(|label| shift(&mut label.at.region.span));
                }
                part.ignores.iter_mut().for_each(|ignore| shift(&mut ignore.at.region.span));
                seeing.facts.append(&mut part.facts);
                seeing.ignores.append(&mut part.ignores);
            }
        }
        Ok(())
    })?;
    trip.progress.bytes.fetch_add(bytes, Ordering::Relaxed);
    Ok(seeing)
}

/// A span of a window as a span of its file; past 4 GiB it stands at the end of what can be counted.
fn moved(span: Span, offset: u64) -> Span {
    let by = |at: u32| u32::try_from(u64::from(at) + offset).unwrap_or(u32::MAX);
    Span::new(by(span.start), by(span.end))
}
