//! Takes the snapshot of one repository: its state at a commit, at the ends of the quarters before, and what changed.

use std::collections::BTreeMap;
use std::path::Path;

use camino::Utf8Path;
use jiff::civil::Date;

use super::super::exit::Failure;
use super::super::setup;
use super::super::stream::Streams;
use super::earlier::{self, Written};
use crate::audit::Headline;
use crate::audit::changes::{State, breadth, steps};
use crate::audit::period::Quarter;
use crate::audit::standing::standings;
use crate::audit::state::{self, sha256};
use crate::audit::{Change, ExceptionRow, FindingRow, Holder, Item, Moment, Population, SCHEMA, Snapshot, derive};
use crate::commits::{Past, Walk};
use crate::finding::Persona;
use crate::judge::Bench;
use crate::judge::baseline::Baseline;
use crate::judge::court::judge;
use crate::policy::Policy;
use crate::rule::{RuleSet, builtin};
use crate::scan::{Progress, Sights};
use crate::scope::catalog::Catalog;
use crate::source::blob::Blobs;
use crate::source::commits::{self, Commit, Files};
use crate::source::git::Git;
use crate::source::root::work_tree;
use crate::source::{Coverage, SourceError};

/// What is to be taken.
pub(super) struct Wanted<'a> {
    /// The work tree, or a directory in it.
    pub root: &'a Path,
    /// The quarter.
    pub quarter: Quarter,
    /// The revision; none for what was current.
    pub at: Option<&'a str>,
    /// The first quarter that is looked back to.
    pub since: Option<Quarter>,
    /// What the repository is called.
    pub name: Option<&'a str>,
    /// The day.
    pub today: Date,
}

/// A snapshot, and what belongs to it and is no part of it.
pub(super) struct Taken {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The headline of the quarter before; none where there was no commit yet.
    pub before: Option<Headline>,
    /// The policy at the commit.
    pub policy: Policy,
    /// Evidence that could not be read, policies of the past that cannot be read any more.
    pub notes: Vec<String>,
}

/// Takes a snapshot.
///
/// # Errors
/// No repository, no such commit; a policy at the commit that cannot be used.
pub(super) fn take(wanted: &Wanted<'_>, progress: &Progress, streams: &Streams) -> Result<Taken, Failure> {
    let git = repository(wanted.root)?;
    let as_of = wanted.today.min(wanted.quarter.last());
    let head = commits::resolve(&git, wanted.at.unwrap_or("HEAD")).map_err(|error| failed(&error))?;
    let commit = match wanted.at {
        None if as_of < wanted.today => commits::current_on(&git, &head, as_of).map_err(|error| failed(&error))?,
        _ => Some(head),
    };
    let Some(commit) = commit else {
        let message = format!("there was no commit yet at the end of {}", wanted.quarter);
        return Err(Failure::usage(message, "name a later quarter, or a revision with `--at`"));
    };
    let blobs = Blobs::new(git.clone());
    let files = commits::files(&git, &commit).map_err(|error| failed(&error))?;
    let mut rules = builtin::rules();
    let now = earlier::policy_now(&blobs, &files, &mut rules, streams)?;
    let mut taking = Taking {
        past: Past::new(git.clone(), &rules, progress),
        git: &git,
        blobs: &blobs,
        rules: &rules,
        notes: Vec::new(),
    };
    let (snapshot, before) = taking.snapshot(wanted, &commit, &files, &now, as_of).map_err(|error| failed(&error))?;
    let notes = taking.notes;
    Ok(Taken { snapshot, before, policy: now.policy, notes })
}

/// A snapshot on its way.
struct Taking<'a> {
    past: Past<'a>,
    git: &'a Git,
    blobs: &'a Blobs,
    rules: &'a RuleSet,
    notes: Vec<String>,
}

/// The rows of a snapshot.
struct Rows {
    holders: Vec<Holder>,
    exceptions: Vec<ExceptionRow>,
    findings: Vec<FindingRow>,
    items: Vec<Item>,
    headline: Headline,
}

impl Taking<'_> {
    fn snapshot(
        &mut self,
        wanted: &Wanted<'_>,
        commit: &str,
        files: &Files,
        now: &Written,
        as_of: Date,
    ) -> Result<(Snapshot, Option<Headline>), SourceError> {
        let sights = self.past.see(files);
        let first = wanted.since.unwrap_or_else(|| (0..4).fold(wanted.quarter, |quarter, _| quarter.previous()));
        let mut timeline = Vec::new();
        let mut renewals = Vec::new();
        let mut before = None;
        for quarter in first.to(wanted.quarter.previous()) {
            let Some(then) = commits::current_on(self.git, commit, quarter.last())? else {
                timeline.push(Moment { period: quarter.to_string(), commit: None, integrations: BTreeMap::new() });
                continue;
            };
            let files = commits::files(self.git, &then)?;
            let written = self.policy_then(&files, &then);
            let sights = self.past.see(&files);
            let bench = bench(&written.policy, self.rules, quarter.last());
            timeline.push(moment(quarter, Some(&then), &sights, &bench));
            if quarter == wanted.quarter.previous() {
                before = Some(self.rows(&then, &files, &sights, &bench, &renewals, false).headline);
            }
            let ends = written.policy.exceptions.iter();
            renewals.push(ends.map(|one| (one.id.value.clone(), one.expires.value.to_string())).collect());
        }
        let bench = bench(&now.policy, self.rules, as_of);
        timeline.push(moment(wanted.quarter, Some(commit), &sights, &bench));
        let rows = self.rows(commit, files, &sights, &bench, &renewals, true);
        let changes = self.changes(first, commit)?;
        let snapshot = Snapshot {
            schema: SCHEMA.to_owned(),
            period: wanted.quarter.to_string(),
            as_of: as_of.to_string(),
            population: self.population(wanted, commit, files, &sights, now)?,
            headline: rows.headline,
            integrations: rows.holders,
            exceptions: rows.exceptions,
            findings: rows.findings,
            changes,
            timeline,
            items: rows.items,
        };
        Ok((snapshot, before))
    }

    /// Everything that is told of one commit.
    fn rows(
        &mut self,
        commit: &str,
        files: &Files,
        sights: &Sights,
        bench: &Bench<'_>,
        renewals: &[BTreeMap<String, String>],
        aloud: bool,
    ) -> Rows {
        let mut judged = judge(&sights.facts, &sights.ignores, &sights.projects, bench);
        if let Some(baseline) =
            commits::text(self.blobs, files, BASELINE).ok().and_then(|text| Baseline::read(&text).ok())
        {
            baseline.accept(&mut judged, Coverage::Whole);
        }
        let fetch = |path: &str| commits::text(self.blobs, files, path);
        let (holders, notes) = state::holders(&standings(&sights.facts, &sights.projects, bench), bench, &fetch);
        if aloud {
            self.notes.extend(notes);
        }
        let exceptions = state::exceptions(&judged.findings, bench, renewals);
        let since = |path: &str, line: u32| commits::line_since(self.git, commit, path, line);
        let findings = state::findings(&judged.findings, bench, &since);
        let items = derive::items(&holders, &exceptions, &findings, &bench.today.to_string(), bench.catalog);
        let headline = Headline::of(&holders, &exceptions, &findings, &items);
        Rows { holders, exceptions, findings, items, headline }
    }

    /// What grew and shrank, commit by commit, from the beginning of a quarter on.
    fn changes(&mut self, first: Quarter, to: &str) -> Result<Vec<Change>, SourceError> {
        let from = commits::current_on(self.git, to, first.previous().last())?;
        let commits = commits::commits(self.git, from.as_deref(), to)?;
        let start = from.as_deref().map_or_else(|| Ok(Files::new()), |from| commits::files(self.git, from))?;
        self.past.see(&start);
        self.past.prepare(&commits);
        let mut written = match &from {
            Some(from) => self.policy_then(&start, from),
            None => Written::default(),
        };
        let past = &self.past;
        let mut walk = Walk::from(past, start);
        let mut state = sets(&walk, &written.policy, self.rules, first.first());
        let mut changes = Vec::new();
        for commit in &commits {
            let bases: Vec<&Utf8Path> = written.policy.texts.iter().map(|text| text.path.as_path()).collect();
            let watched = |path: &Utf8Path| setup::POLICIES.contains(&path.as_str()) || bases.contains(&path);
            let touched = commit.changes.iter().any(|(path, _)| watched(path));
            if !walk.step(commit, &watched) {
                continue;
            }
            if touched {
                written = earlier::policy_then(self.blobs, &walk.files, &commit.id, &mut self.notes);
            }
            let next = sets(&walk, &written.policy, self.rules, commit.date);
            changes.extend(told(commit, &state, &next));
            state = next;
        }
        Ok(changes)
    }

    fn policy_then(&mut self, files: &Files, commit: &str) -> Written {
        earlier::policy_then(self.blobs, files, commit, &mut self.notes)
    }

    fn population(
        &self,
        wanted: &Wanted<'_>,
        commit: &str,
        files: &Files,
        sights: &Sights,
        now: &Written,
    ) -> Result<Population, SourceError> {
        let folder = || Some(self.git.work_tree().file_name()?.to_string_lossy().into_owned());
        let name = wanted.name.map(str::to_owned).or_else(|| commits::name(self.git)).or_else(folder);
        let name = name.unwrap_or_else(|| "repository".to_owned());
        let mut not_read: BTreeMap<String, u64> = BTreeMap::new();
        for skipped in &sights.skipped {
            *not_read.entry(skipped.why.word().to_owned()).or_default() += 1;
        }
        let since = wanted.since.map_or_else(String::new, |quarter| format!(" --since {quarter}"));
        Ok(Population {
            command: format!("overscope audit run --quarter {} --at {commit}{since} --name {name}", wanted.quarter),
            repository: name,
            owner: now.policy.owner.as_ref().map(|owner| owner.value.clone()),
            review: state::review(&now.policy.review, &now.policy.review, wanted.today),
            frameworks: now.policy.audit.frameworks.iter().map(|word| word.value.clone()).collect(),
            systems: now.policy.audit.systems.as_ref().map(|text| text.value.clone()),
            commit: Some(commit.to_owned()),
            committed: Some(commits::committed(self.git, commit)?.to_string()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: sha256(&builtin::bytes()),
            catalogue: sha256(&Catalog::bytes()),
            policy: now.digest.clone(),
            considered: files.len() as u64,
            read: sights.files,
            not_read,
            incomplete: sights.skipped.iter().any(|skipped| skipped.why.incomplete()),
        })
    }
}

/// The changes of one commit, with its name and author.
fn told(commit: &Commit, before: &State, after: &State) -> Vec<Change> {
    let change = |step: crate::audit::changes::Step| Change {
        integration: step.integration,
        provider: step.provider,
        set: step.set.to_owned(),
        grew: step.grew,
        scope: step.scope,
        commit: commit.id.clone(),
        date: commit.date.to_string(),
        author: commit.author.clone(),
        subject: commit.subject.clone(),
        request: commit.request.clone(),
        place: step.place,
    };
    steps(before, after, Catalog::builtin()).into_iter().map(change).collect()
}

fn sets(walk: &Walk<'_, '_>, policy: &Policy, rules: &RuleSet, day: Date) -> State {
    let bench = bench(policy, rules, day);
    state::sets(&standings(&walk.facts(), &walk.projects(), &bench), &bench)
}

fn moment(quarter: Quarter, commit: Option<&str>, sights: &Sights, bench: &Bench<'_>) -> Moment {
    let mut sets = state::sets(&standings(&sights.facts, &sights.projects, bench), bench).sets;
    for set in sets.values_mut() {
        let width =
            |scopes: &[String]| u32::try_from(breadth(&set.provider, scopes, bench.catalog)).unwrap_or(u32::MAX);
        set.breadth = [width(&set.allowed), width(&set.requested), width(&set.used)];
    }
    Moment { period: quarter.to_string(), commit: commit.map(str::to_owned), integrations: sets }
}

fn bench<'a>(policy: &'a Policy, rules: &'a RuleSet, today: Date) -> Bench<'a> {
    Bench { policy, rules, catalog: Catalog::builtin(), coverage: Coverage::Whole, today, persona: Persona::Regular }
}

/// Git in the work tree around a directory.
///
/// # Errors
/// Where there is none.
pub(super) fn repository(root: &Path) -> Result<Git, Failure> {
    let here = root.canonicalize().map_err(|error| {
        Failure::usage(format!("cannot read `{}`: {error}", root.display()), "name the repository with `--root`")
    })?;
    let tree = work_tree(&here).ok_or_else(|| {
        let message = format!("`{}` lies in no git repository", root.display());
        Failure::usage(message, "an audit reads commits; name a repository with `--root`")
    })?;
    Ok(Git::new(tree.to_owned(), setup::surroundings()))
}

fn failed(error: &SourceError) -> Failure {
    Failure::usage(error.to_string(), "check the revision with `git log`")
}

/// Where a baseline stands, below the root.
const BASELINE: &str = ".overscope/baseline.jsonl";
