//! The whole trip of the data, on one page: read, look, judge, report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Instant;

use camino::Utf8PathBuf;

use super::past;
use super::see::see;
use super::{Proposal, Sights, Trip};
use crate::detect::engine::Engine;
use crate::fact::Ignore;
use crate::judge::change::{self, Change};
use crate::judge::court::judge;
use crate::judge::inventory::{Integration, inventory as draw_up};
use crate::origin::Origin;
use crate::report::{Past, Report, Run};
use crate::rule::RuleSet;
use crate::source::SourceError;

/// Reads, looks, judges. The order of what comes out is the order of the paths, whatever the number of threads.
///
/// # Errors
/// When the source cannot be listed at all.
pub fn scan(trip: &Trip<'_>) -> Result<Report, SourceError> {
    let sights = match trip.history {
        Some(history) => past::see(history, trip)?,
        None => see(trip)?,
    };
    let progress = trip.progress;
    let looked = Instant::now();
    let run = Run {
        coverage: trip.bench.coverage,
        files: sights.files,
        bytes: progress.bytes.load(Ordering::Relaxed),
        past: trip.history.map(|_| Past {
            commits: progress.passed.commits.load(Ordering::Relaxed),
            versions: progress.passed.versions.load(Ordering::Relaxed),
        }),
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
    if let Some(clock) = &progress.clock {
        clock.phase("judge", looked.elapsed());
    }
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
