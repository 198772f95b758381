//! The whole trip of the data, on one page: read, look, judge, report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::detect::engine::{Engine, Seeing};
use crate::fact::{Fact, Ignore, Seen};
use crate::judge::Bench;
use crate::judge::baseline::Baseline;
use crate::judge::change::{self, Change};
use crate::judge::court::judge;
use crate::judge::inventory::{Integration, inventory as draw_up};
use crate::judge::project::Projects;
use crate::origin::Origin;
use crate::policy::Policy;
use crate::report::{Report, Run};
use crate::rule::RuleSet;
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
    /// What a change says for itself, where it is not to be its own judge.
    pub proposal: Option<Proposal<'a>>,
    /// Where somebody may watch how far the trip is.
    pub progress: &'a Progress,
}

/// A change whose own policy, baseline and comments are told and do not count: what counts is what was there before.
#[derive(Clone, Copy)]
pub struct Proposal<'a> {
    /// The policy as the change leaves it.
    pub policy: &'a Policy,
    /// The baseline as the change leaves it, and its file.
    pub baseline: Option<(&'a Baseline, &'a Utf8Path)>,
    /// The bytes of a file as it was.
    pub before: &'a (dyn Fn(&Utf8Path) -> Option<Vec<u8>> + Sync),
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
    let (held, proposed) = match &trip.proposal {
        Some(proposal) => parted(sights.ignores, proposal, trip.bench.rules),
        None => (sights.ignores, Vec::new()),
    };
    let change = trip.proposal.as_ref().map(|proposal| Change {
        policy: proposal.policy,
        baseline: proposal.baseline.map(|(baseline, _)| baseline),
        accepted: proposal.baseline.map_or(0, |(now, _)| now.grown(trip.baseline.map(|(baseline, _)| baseline))),
        projects: &sights.projects,
        held: &held,
        proposed: &proposed,
    });
    let mut judged = match &change {
        Some(change) => change::judge(&sights.facts, change, &trip.bench),
        None => judge(&sights.facts, &held, &sights.projects, &trip.bench),
    };
    let mut notes = Vec::new();
    if let Some((baseline, _)) = trip.baseline {
        let pruned = |id: &String| {
            change.as_ref().is_some_and(|change| !change.baseline.is_some_and(|b| b.entries.contains_key(id)))
        };
        for entry in baseline.accept(&mut judged, trip.bench.coverage) {
            if pruned(&entry.id) {
                continue;
            }
            notes.push(format!("the baseline's {} in {} is gone: `overscope baseline prune`", entry.rule, entry.path));
        }
    }
    if let Some(change) = &change {
        change::tell(&mut judged, &sights.facts, change, &trip.bench);
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

/// Reads, looks, and draws up what each integration requests, calls, needs and has too much of.
///
/// # Errors
/// When the source cannot be listed at all.
pub fn inventory(trip: &Trip<'_>) -> Result<(Vec<Integration>, Sights), SourceError> {
    let sights = see(trip)?;
    Ok((draw_up(&sights.facts, &sights.projects, &trip.bench), sights))
}

/// Comments that were there before, beside the same code, and those that were not.
fn parted(ignores: Vec<Ignore>, proposal: &Proposal<'_>, rules: &RuleSet) -> (Vec<Ignore>, Vec<Ignore>) {
    if ignores.is_empty() {
        return (ignores, Vec::new());
    }
    let engine = Engine::new(rules);
    let paths: BTreeSet<Utf8PathBuf> = ignores.iter().map(|ignore| ignore.at.path.clone()).collect();
    let key = |ignore: &Ignore| {
        let Ignore { at, rules, reason, until, code, .. } = ignore.clone();
        (at.path, rules, reason, until, code)
    };
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for path in paths {
        let seen = (proposal.before)(&path).and_then(|bytes| engine.look(&path, &Origin::WorkTree, &bytes).ok());
        seen.iter().flat_map(|seen| &seen.ignores).for_each(|ignore| *known.entry(key(ignore)).or_default() += 1);
    }
    ignores.into_iter().partition(|ignore| match known.get_mut(&key(ignore)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    })
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
