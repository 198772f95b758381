//! The words of a scan: what a trip needs, how far it is, what was seen on it.

pub mod past;
pub mod see;
pub mod whole;

use std::sync::atomic::AtomicU64;

use camino::Utf8Path;

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
