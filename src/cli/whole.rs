//! The whole repository as commands see it that write about it: a baseline, a first policy.

use std::path::{Path, PathBuf};

use super::args::WholeArgs;
use super::exit::Failure;
use super::setup;
use super::stream::Streams;
use crate::finding::Persona;
use crate::judge::Bench;
use crate::policy::Policy;
use crate::rule::RuleSet;
use crate::scan::{Progress, Sights, Trip, see};
use crate::scope::catalog::Catalog;
use crate::source::open::{Mode, Wanted, open};
use crate::source::root::Root;

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
    today: jiff::civil::Date,
}

impl Whole {
    /// Reads rules and policy.
    ///
    /// # Errors
    /// A root that is not there; rules or a policy that cannot be used.
    pub fn open(args: &WholeArgs, streams: &Streams) -> Result<Self, Failure> {
        let mut rules = setup::rules(&args.by.rules, streams)?;
        let place = root(args.root.as_deref())?.path;
        let file = setup::policy_file(&args.by, &place, args.root.is_some(), streams)?;
        let policy = match &file {
            Some(file) => setup::policy(file, &place, &mut rules, streams)?,
            None => Policy::builtin(),
        };
        Ok(Self { place, file, rules, policy, today: args.by.today.unwrap_or_else(setup::today) })
    }

    /// What it is judged with.
    #[must_use]
    pub fn bench(&self) -> Bench<'_> {
        Bench {
            policy: &self.policy,
            rules: &self.rules,
            catalog: Catalog::builtin(),
            coverage: crate::source::Coverage::Whole,
            today: self.today,
            persona: Persona::Regular,
        }
    }

    /// Everything in it.
    ///
    /// # Errors
    /// What keeps it from being listed.
    pub fn see(&self) -> Result<Sights, Failure> {
        let wanted = Wanted {
            include: Vec::new(),
            exclude: Vec::new(),
            ignored: false,
            most_bytes: None,
            surroundings: setup::surroundings(),
        };
        let failed = |error: &dyn std::fmt::Display| Failure::usage(error.to_string(), "name the root with `--root`");
        let opened = open(&Mode::Paths, root(Some(&self.place))?, &wanted).map_err(|error| failed(&error))?;
        let progress = Progress::default();
        let trip = Trip { source: &*opened.source, bench: self.bench(), baseline: None, progress: &progress };
        see(&trip).map_err(|error| failed(&error))
    }
}

fn root(given: Option<&Path>) -> Result<Root, Failure> {
    let found = match given {
        Some(root) => Root::given(root, &[]),
        None => Root::here(),
    };
    found.map_err(|error| Failure::usage(error.to_string(), "name the root with `--root`"))
}
