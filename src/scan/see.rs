//! Reads and looks: every entry of a source through every eye.

use std::io::Read;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::{Progress, Sights, Trip};
use crate::detect::engine::{Engine, Seeing};
use crate::fact::{Fact, Seen};
use crate::judge::project::Projects;
use crate::source::reader::{Piece, Reader};
use crate::source::{Entry, Skipped, SourceError, Why};
use crate::span::Span;

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
    let proposed = trip.proposal.and_then(|proposal| proposal.baseline);
    for (_, file) in [trip.baseline, proposed].into_iter().flatten() {
        sights.facts.retain(|fact| fact.at.path != file);
    }
    if let Some(proposal) = trip.proposal {
        // A policy speaks about scopes; it asks for none, also before it is in force.
        let mine = |fact: &Fact| proposal.policy.texts.iter().any(|text| text.path == fact.at.path);
        sights.facts.retain(|fact| !(matches!(fact.seen, Seen::Scope(_)) && mine(fact)));
    }
    Ok(sights)
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

/// Looks at one entry.
fn look(trip: &Trip<'_>, engine: &Engine<'_>, reader: &mut Reader, entry: &Entry) -> Result<Seeing, Why> {
    look_through(trip.progress, engine, reader, entry, &mut *trip.source.open(entry)?)
}

/// Looks at what was opened, whole or window after window.
pub(super) fn look_through(
    progress: &Progress,
    engine: &Engine<'_>,
    reader: &mut Reader,
    entry: &Entry,
    input: &mut dyn Read,
) -> Result<Seeing, Why> {
    let mut seeing = Seeing::default();
    let bytes = reader.read(input, &mut |piece| {
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
    progress.bytes.fetch_add(bytes, Ordering::Relaxed);
    Ok(seeing)
}

/// A span of a window as a span of its file; past 4 GiB it stands at the end of what can be counted.
fn moved(span: Span, offset: u64) -> Span {
    let by = |at: u32| u32::try_from(u64::from(at) + offset).unwrap_or(u32::MAX);
    Span::new(by(span.start), by(span.end))
}
