//! Looks at what commits have brought in. Only secrets count there: code that no longer runs asks for nothing, but a secret
//! that was once told is told for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::see::{look_into, see as see_tree};
use super::{Sights, Trip};
use crate::detect::engine::{Engine, Seeing};
use crate::fact::{Fact, Ignore};
use crate::finding::RuleId;
use crate::origin::{Commit, Origin};
use crate::secret::ValueId;
use crate::source::archive::walk::Input;
use crate::source::history::{History, Old};
use crate::source::reader::Reader;
use crate::source::{Entry, Handle, SourceError};

/// Reads the history and the tree that it is held against. What stands in the tree is found there; of the rest each value
/// is told once, with the commit that brought it in first. Of a range of commits everything it brought in is told, also
/// what still stands.
///
/// # Errors
/// When git or the tree cannot be read at all.
pub fn see(history: &History, trip: &Trip<'_>) -> Result<Sights, SourceError> {
    let watch = trip.progress.clock.as_ref().map(|clock| &clock.watch);
    let engine = Engine::for_secrets(trip.bench.rules).watched(watch);
    trip.progress.commits.store(history.commits()?, Ordering::Relaxed);
    let finds = Mutex::new(Finds::new());
    let missed = Mutex::new(Vec::new());
    let worker = || -> crate::source::history::Look<'_> {
        let mut reader = Reader::default();
        let (engine, finds, missed) = (&engine, &finds, &missed);
        Box::new(move |old, input| {
            let entry = Entry { path: old.path.clone(), origin: origin(old), size: None, handle: Handle::Only };
            let looked = look_into(trip, engine, &mut reader, &entry, Input::Stream(Box::new(input)))?;
            keep(looked.seeing, old.number, finds);
            if !looked.unread.is_empty() {
                missed.lock().unwrap_or_else(PoisonError::into_inner).extend(looked.unread);
            }
            Ok(())
        })
    };
    let started = Instant::now();
    let unread = history.read(rayon::current_num_threads(), &trip.progress.passed, &worker)?;
    if let Some(clock) = &trip.progress.clock {
        clock.phase("history", started.elapsed());
    }
    let mut finds = finds.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut sights = Sights::default();
    if history.is_whole() || !finds.is_empty() {
        sights = see_tree(trip)?;
    }
    let standing: BTreeSet<ValueId> = sights.facts.iter().filter_map(Fact::value).collect();
    if history.is_whole() {
        tell_since(&mut sights.facts, &finds, history)?;
        finds.retain(|(_, value), _| !standing.contains(value));
    } else {
        sights = Sights::default();
    }
    let commits = finds.values().map(|find| find.commit.clone()).collect();
    let dates = history.dates(&commits)?;
    for ((_, value), find) in finds {
        let date = dates.get(&find.commit).cloned().unwrap_or_default();
        let commit = Commit { id: find.commit.to_string(), date, stands: standing.contains(&value) };
        find.settle(&Origin::History(commit), &mut sights);
    }
    sights.skipped.extend(unread);
    sights.skipped.append(&mut missed.into_inner().unwrap_or_else(PoisonError::into_inner));
    sights.skipped.sort_unstable();
    sights.skipped.dedup();
    sights.ignores.sort_by(|a, b| a.at.cmp(&b.at));
    sights.ignores.dedup();
    Ok(sights)
}

/// For each value the first time that a rule saw it.
type Finds = BTreeMap<(RuleId, ValueId), Find>;

struct Find {
    number: u64,
    commit: Arc<str>,
    fact: Fact,
    ignores: Vec<Ignore>,
}

impl Find {
    /// Gives the find its place, now that everything is known of it.
    fn settle(self, origin: &Origin, sights: &mut Sights) {
        let Self { mut fact, mut ignores, .. } = self;
        fact.at.origin = origin.clone();
        fact.related.iter_mut().for_each(|label| label.at.origin = origin.clone());
        ignores.iter_mut().for_each(|ignore| ignore.at.origin = origin.clone());
        sights.facts.push(fact);
        sights.ignores.append(&mut ignores);
    }
}

/// Keeps what was not seen earlier in history. Workers meet versions in any order; the numbers say which came first.
fn keep(seeing: Seeing, number: u64, finds: &Mutex<Finds>) {
    let Seeing { facts, ignores, .. } = seeing;
    if facts.is_empty() {
        return;
    }
    let mut finds = finds.lock().unwrap_or_else(PoisonError::into_inner);
    for fact in facts {
        let (Some(value), Origin::History(commit)) = (fact.value(), &fact.at.origin) else { continue };
        let key = (fact.rule.clone(), value);
        if finds.get(&key).is_some_and(|held| held.number <= number) {
            continue;
        }
        let line = fact.at.region.start.line;
        let speaks = |ignore: &&Ignore| (ignore.lines.0..=ignore.lines.1).contains(&line);
        let ignores = ignores.iter().filter(speaks).cloned().collect();
        let commit = Arc::from(commit.id.as_str());
        finds.insert(key, Find { number, commit, fact, ignores });
    }
}

/// Says of what stands in the tree since when it does.
fn tell_since(facts: &mut [Fact], finds: &Finds, history: &History) -> Result<(), SourceError> {
    let mut first: BTreeMap<ValueId, &Find> = BTreeMap::new();
    for ((_, value), find) in finds {
        let held = first.entry(*value).or_insert(find);
        if find.number < held.number {
            *held = find;
        }
    }
    let of = |fact: &Fact| fact.value().and_then(|value| first.get(&value).copied());
    let dates = history.dates(&facts.iter().filter_map(of).map(|find| find.commit.clone()).collect())?;
    for fact in facts {
        let Some(find) = of(fact) else { continue };
        let (id, path) = (&find.commit[..find.commit.len().min(10)], &find.fact.at.path);
        let date = dates.get(&find.commit).map_or("", String::as_str);
        fact.why.push(format!("in the history since commit {id} of {date}, first in {path}"));
    }
    Ok(())
}

/// Where a version comes from, as far as it is known while it is read.
fn origin(old: &Old) -> Origin {
    Origin::History(Commit { id: old.commit.to_string(), date: String::new(), stands: false })
}
