//! The words of reports: everything that any format may say, after judgement, free of secrets.

use camino::Utf8PathBuf;

use crate::finding::{Finding, Severity};
use crate::source::{Coverage, Skipped};

/// What a run has to say.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was done.
    pub run: Run,
    /// All findings, open and accepted, in order of path, line, column and rule.
    pub findings: Vec<Finding>,
    /// What was not read, in order of path.
    pub skipped: Vec<Skipped>,
    /// Notices that belong to no place, such as a cap that was reached.
    pub notes: Vec<String>,
}

/// What was done. Holds no clock and no path of the machine, so that the same input gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Targets as they were given.
    pub targets: Vec<String>,
    /// How much was seen.
    pub coverage: Coverage,
    /// Files looked at.
    pub files: u64,
    /// Bytes looked at.
    pub bytes: u64,
    /// The policy file, relative to the root; `None` where the built-in default was used.
    pub policy: Option<Utf8PathBuf>,
    /// Findings of this severity and above fail the run.
    pub fail_on: Option<Severity>,
}
