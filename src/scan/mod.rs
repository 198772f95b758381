//! The words of a scan: what a trip needs, how far it is, what was seen on it.

pub mod past;
pub mod see;
pub mod whole;

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use crate::detect::watch::Watch;
use crate::fact::{Fact, Ignore};
use crate::judge::Bench;
use crate::judge::baseline::Baseline;
use crate::judge::project::Projects;
use crate::policy::Policy;
use crate::source::history::{History, Passed};
use crate::source::{Skipped, Source};

/// What a trip needs.
pub struct Trip<'a> {
    /// What is read.
    pub source: &'a dyn Source,
    /// What commits have brought in, where that is wanted; the source is then the tree that it is held against.
    pub history: Option<&'a History>,
    /// What is looked for, and what it is judged by.
    pub bench: Bench<'a>,
    /// What is known already, and the file that says so, which is not looked at.
    pub baseline: Option<(&'a Baseline, &'a Utf8Path)>,
    /// What a change says for itself, where it is not to be its own judge.
    pub proposal: Option<Proposal<'a>>,
    /// Whether archives are opened.
    pub archives: bool,
    /// Whether strings are looked for in what is no text.
    pub binary: bool,
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
    /// Commits whose files are to be read; 0 where nobody asked for them.
    pub commits: AtomicU64,
    /// How many of them have passed.
    pub passed: Passed,
    /// What took how long, where somebody wants to know.
    pub clock: Option<Clock>,
}

/// What took how long. Told beside a report, never in it.
#[derive(Debug, Default)]
pub struct Clock {
    /// What looking costs, by eye and by rule.
    pub watch: Watch,
    phases: Mutex<Vec<(&'static str, Duration)>>,
    files: Mutex<Vec<(Duration, Utf8PathBuf)>>,
}

impl Clock {
    /// Notes how long a phase took.
    pub fn phase(&self, name: &'static str, took: Duration) {
        self.phases.lock().unwrap_or_else(PoisonError::into_inner).push((name, took));
    }

    /// Notes how long a file took; only the slowest are kept.
    pub fn file(&self, path: &Utf8Path, took: Duration) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if files.len() < SLOWEST || files.last().is_some_and(|(least, _)| took > *least) {
            let at = files.partition_point(|(held, _)| *held >= took);
            files.insert(at, (took, path.to_owned()));
            files.truncate(SLOWEST);
        }
    }

    /// The phases in their order.
    #[must_use]
    pub fn phases(&self) -> Vec<(&'static str, Duration)> {
        self.phases.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The slowest files, the slowest first.
    #[must_use]
    pub fn slowest(&self) -> Vec<(Duration, Utf8PathBuf)> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

const SLOWEST: usize = 5;

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
