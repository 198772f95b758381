//! The whole repository as commands see it that write about it: a baseline, a first policy.

use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::nested;
use super::policy_args::WholeArgs;
use super::progress::watch;
use super::setup;
use super::stream::Streams;
use crate::finding::Persona;
use crate::judge::Bench;
use crate::judge::inventory::Integration;
use crate::policy::Policy;
use crate::rule::RuleSet;
use crate::scan::see::see;
use crate::scan::whole::inventory;
use crate::scan::{Progress, Sights, Trip};
use crate::scope::catalog::Catalog;
use crate::source::open::{Mode, Wanted, open};
use crate::source::root::Root;
use crate::source::{Coverage, SourceError};

/// A repository, the rules and the policy that it is judged by.
pub struct Whole {
    /// The root.
    pub place: PathBuf,
    /// Where its policy stands, if it has one.
    pub file: Option<PathBuf>,
    /// The rules.
    pub rules: RuleSet,
    /// The policy.
    pub policy: Policy,
    /// How much of it is read.
    pub coverage: Coverage,
    targets: Vec<PathBuf>,
    today: jiff::civil::Date,
}

impl Whole {
    /// Reads rules and policy.
    ///
    /// # Errors
    /// A root that is not there; rules or a policy that cannot be used.
    pub fn open(args: &WholeArgs, streams: &Streams) -> Result<Self, Failure> {
        Self::of(&[], args, streams)
    }

    /// The same for some paths in it; for all of it where none is named and the root is.
    ///
    /// # Errors
    /// As [`Self::open`], and a path that is not there.
    pub fn of(paths: &[PathBuf], args: &WholeArgs, streams: &Streams) -> Result<Self, Failure> {
        let mut rules = setup::rules(&args.by.rules, streams)?;
        let root = root(args.root.as_deref(), paths)?;
        let coverage = if root.is_whole() { Coverage::Whole } else { Coverage::Partial };
        let (place, targets) = (root.path, root.targets);
        let file = setup::policy_file(&args.by, &place, args.root.is_some(), streams)?;
        let mut policy = match &file {
            Some(file) => setup::policy(file, &place, &mut rules, streams)?,
            None => Policy::builtin(),
        };
        if policy.nests {
            let found = listed(&place).map_err(|error| Failure::usage(error, "name the root with `--root`"))?;
            nested::add(
                &mut policy,
                found.iter().map(camino::Utf8PathBuf::as_path),
                &nested::on_disk(&place),
                streams,
            )?;
        }
        let today = args.by.today.unwrap_or_else(setup::today);
        Ok(Self { place, file, rules, policy, coverage, targets, today })
    }

    /// What it is judged with.
    #[must_use]
    pub fn bench(&self) -> Bench<'_> {
        Bench {
            policy: &self.policy,
            rules: &self.rules,
            catalog: Catalog::builtin(),
            coverage: self.coverage,
            today: self.today,
            persona: Persona::Regular,
        }
    }

    /// Everything in it.
    ///
    /// # Errors
    /// What keeps it from being listed.
    pub fn see(&self) -> Result<Sights, Failure> {
        self.read(see)
    }

    /// What each integration in it requests, calls and needs, with all that was seen.
    ///
    /// # Errors
    /// What keeps it from being listed.
    pub fn inventory(&self, streams: &Streams) -> Result<(Vec<Integration>, Sights), Failure> {
        self.read(|trip| watch(streams.progress, trip.progress, || inventory(trip)))
    }

    fn read<T>(&self, work: impl FnOnce(&Trip<'_>) -> Result<T, SourceError>) -> Result<T, Failure> {
        let wanted = Wanted {
            include: Vec::new(),
            exclude: Vec::new(),
            ignored: false,
            most_bytes: None,
            surroundings: setup::surroundings(),
        };
        let failed = |error: &dyn std::fmt::Display| Failure::usage(error.to_string(), "name the root with `--root`");
        let opened =
            open(&Mode::Paths, root(Some(&self.place), &self.targets)?, &wanted).map_err(|error| failed(&error))?;
        let progress = Progress::default();
        let trip = Trip {
            source: &*opened.source,
            bench: self.bench(),
            history: None,
            baseline: None,
            proposal: None,
            archives: true,
            binary: false,
            progress: &progress,
        };
        work(&trip).map_err(|error| failed(&error))
    }
}

/// The files below a root.
fn listed(place: &Path) -> Result<Vec<camino::Utf8PathBuf>, String> {
    let wanted = Wanted { surroundings: setup::surroundings(), ..Wanted::default() };
    let root = Root::given(place, &[]).map_err(|error| error.to_string())?;
    let opened = open(&Mode::Paths, root, &wanted).map_err(|error| error.to_string())?;
    let listing = opened.source.entries().map_err(|error| error.to_string())?;
    Ok(listing.into_owned().entries.into_iter().map(|entry| entry.path).collect())
}

fn root(given: Option<&Path>, paths: &[PathBuf]) -> Result<Root, Failure> {
    let found = match given {
        Some(root) => Root::given(root, paths),
        None if paths.is_empty() => Root::here(),
        None => Root::of(paths),
    };
    let help =
        if paths.is_empty() { "name the root with `--root`" } else { "name files and directories that are there" };
    found.map_err(|error| Failure::usage(error.to_string(), help))
}
