//! A repository at earlier commits: every version of a file is looked at once, however many commits have it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::detect::engine::{Engine, Seeing};
use crate::fact::{Fact, Seen};
use crate::judge::project::Projects;
use crate::rule::RuleSet;
use crate::scan::see::read;
use crate::scan::{Progress, Sights};
use crate::source::blob::Blobs;
use crate::source::commits::{Commit, Files, listing};
use crate::source::git::Git;
use crate::source::listed::Listed;
use crate::source::reader::Reader;
use crate::source::{Entry, Handle, Listing, Skipped, Source, Why};

/// A repository at earlier commits.
pub struct Past<'a> {
    source: Listed,
    engine: Engine<'a>,
    progress: &'a Progress,
    /// What was seen in a version of a file: the role of a file depends on its path, and what is seen on both.
    seen: BTreeMap<(Utf8PathBuf, String), Arc<Result<Seeing, Why>>>,
}

impl<'a> Past<'a> {
    /// The past of a repository.
    #[must_use]
    pub fn new(git: Git, rules: &'a RuleSet, progress: &'a Progress) -> Self {
        let source = Listed::new(Listing::default(), Blobs::new(git), None);
        Self { source, engine: Engine::new(rules), progress, seen: BTreeMap::new() }
    }

    /// Everything that was seen in the files of a commit, in order of path.
    pub fn see(&mut self, files: &Files) -> Sights {
        self.learn(listing(files).entries);
        let mut sights = Sights { projects: projects(files), ..Sights::default() };
        for (path, id) in files {
            match self.seen.get(&(path.clone(), id.clone())).map(AsRef::as_ref) {
                Some(Ok(seeing)) => {
                    sights.facts.extend(seeing.facts.iter().cloned());
                    sights.ignores.extend(seeing.ignores.iter().cloned());
                    sights.files += 1;
                }
                Some(Err(why)) => sights.skipped.push(Skipped { path: path.clone(), why: why.clone() }),
                None => {}
            }
        }
        sights
    }

    /// Looks at all versions that commits bring in, so that [`Walk`] finds them.
    pub fn prepare(&mut self, commits: &[Commit]) {
        let changes = commits.iter().flat_map(|commit| &commit.changes);
        let files: BTreeSet<(&Utf8PathBuf, &String)> =
            changes.filter_map(|(path, id)| Some((path, id.as_ref()?))).collect();
        let entry = |(path, id): (&Utf8PathBuf, &String)| Entry {
            path: path.clone(),
            origin: crate::origin::Origin::WorkTree,
            size: None,
            handle: Handle::Object(id.clone()),
        };
        self.learn(files.into_iter().map(entry).collect());
    }

    fn learn(&mut self, entries: Vec<Entry>) {
        use std::sync::atomic::Ordering::Relaxed;
        let key = |entry: &Entry| (entry.path.clone(), object(entry));
        let new: Vec<Entry> = entries.into_iter().filter(|entry| !self.seen.contains_key(&key(entry))).collect();
        self.progress.files.fetch_add(new.len() as u64, Relaxed);
        let looked: Vec<_> = new
            .par_iter()
            .map_init(Reader::default, |reader, entry| {
                let seen = self
                    .source
                    .open(entry)
                    .and_then(|mut input| read(self.progress, &self.engine, reader, entry, &mut input));
                self.progress.read.fetch_add(1, Relaxed);
                (key(entry), Arc::new(seen))
            })
            .collect();
        self.seen.extend(looked);
    }

    /// Requests and calls in a version of a file.
    fn of_scopes(&self, path: &Utf8Path, id: &str) -> Option<Vec<Fact>> {
        let seen = self.seen.get(&(path.to_owned(), id.to_owned()))?;
        let facts = seen.as_ref().as_ref().ok()?.facts.iter();
        let facts: Vec<Fact> =
            facts.filter(|fact| matches!(fact.seen, Seen::Scope(_) | Seen::Call(_))).cloned().collect();
        (!facts.is_empty()).then_some(facts)
    }
}

/// A walk from commit to commit that keeps what they ask for and call.
pub struct Walk<'w, 'a> {
    past: &'w Past<'a>,
    /// The files of the commit that the walk stands at.
    pub files: Files,
    facts: BTreeMap<Utf8PathBuf, Vec<Fact>>,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// A walk that begins at a commit's files, which have been looked at.
    #[must_use]
    pub fn from(past: &'w Past<'a>, files: Files) -> Self {
        let facts = files.iter().filter_map(|(path, id)| Some((path.clone(), past.of_scopes(path, id)?))).collect();
        Self { past, files, facts }
    }

    /// Goes on to the next commit. Whether anything that asks for scopes or calls an API is other than before, or one of
    /// the `watched` files.
    pub fn step(&mut self, commit: &Commit, watched: &dyn Fn(&Utf8Path) -> bool) -> bool {
        let mut changed = false;
        for (path, id) in &commit.changes {
            changed |= watched(path);
            let facts = id.as_ref().and_then(|id| self.past.of_scopes(path, id));
            match id {
                Some(id) => self.files.insert(path.clone(), id.clone()),
                None => self.files.remove(path),
            };
            let held = match facts {
                Some(facts) => {
                    changed |= self.facts.get(path) != Some(&facts);
                    self.facts.insert(path.clone(), facts)
                }
                None => self.facts.remove(path),
            };
            changed |= held.is_some() && !self.facts.contains_key(path);
        }
        changed
    }

    /// The projects of the commit.
    #[must_use]
    pub fn projects(&self) -> Projects {
        projects(&self.files)
    }

    /// What the commit asks for and calls, in order of path.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        self.facts.values().flatten().cloned().collect()
    }
}

fn projects(files: &Files) -> Projects {
    Projects::of(files.keys().map(Utf8PathBuf::as_path))
}

fn object(entry: &Entry) -> String {
    match &entry.handle {
        Handle::Object(id) => id.clone(),
        _ => String::new(),
    }
}
