//! The words of reports: everything that any format may say, after judgement, free of secrets.

pub mod audit;
pub mod csv;
pub mod draw;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod inventory;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod mistake;
pub mod page;
pub mod patch;
pub mod plain;
pub mod render;
pub mod sarif;
pub mod scope_page;
pub mod tally;
pub mod uri;

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
    /// Whether a baseline was given, so that what is not in it is known to be new.
    pub baseline: bool,
    /// Where the files came from, in words, where that is not the tree. Human only.
    pub from: Option<&'static str>,
    /// What was read of the history; `None` where nobody asked for it.
    pub past: Option<Past>,
}

/// What was read of a history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Commits.
    pub commits: u64,
    /// Versions of files, each once.
    pub versions: u64,
}

/// How a report is to look. What only one format asks for says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The version that machine formats name.
    pub version: String,
    /// Columns of the terminal. Human only.
    pub width: usize,
    /// Whether to colour. Human only; the caller knows what the stream can do.
    pub colour: bool,
    /// Whether lines and dots may be drawn with more than ASCII. Human only.
    pub unicode: bool,
    /// The URL of the root, `file:///…/`, where places may be links. Human only.
    pub links: Option<String>,
    /// Whether to say why each finding was reported and to list accepted ones. Human only.
    pub verbose: bool,
    /// Whether to leave the summary out where there is nothing to say. Human only.
    pub quiet: bool,
    /// What sets this upload apart from others of the same commit. SARIF only.
    pub category: Option<String>,
    /// When the run started, in UTC, `YYYY-MM-DDThh:mm:ss`. GitLab only, which wants it; no other format has a time.
    pub started: Option<String>,
    /// When it ended.
    pub ended: Option<String>,
    /// Whether to start with a byte order mark, as spreadsheets want it. CSV only.
    pub byte_order_mark: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            width: 100,
            colour: false,
            unicode: true,
            links: None,
            verbose: false,
            quiet: false,
            category: None,
            started: None,
            ended: None,
            byte_order_mark: false,
        }
    }
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
