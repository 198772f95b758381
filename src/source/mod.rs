//! The words of what comes in: sources, entries, and what could not be read.

pub mod archive;
pub mod blob;
pub mod changes;
pub mod commits;
pub mod git;
pub mod glob;
pub mod history;
pub mod index;
pub mod known;
pub mod listed;
pub mod memory;
pub mod open;
pub mod reader;
pub mod regular;
pub mod revision;
pub mod root;
pub mod stdin;
pub mod strings;
pub mod tree;

use std::borrow::Cow;
use std::io::Read;
use std::path::PathBuf;

use camino::Utf8PathBuf;

use crate::origin::Origin;

/// Something that files can be read from: the work tree, the index, history, standard input, an archive.
pub trait Source: Sync {
    /// What there is to read, sorted by path, each once, and what was passed over with its reason.
    ///
    /// # Errors
    /// When the source itself cannot be opened: a path that does not exist, a failed `git`.
    fn entries(&self) -> Result<Cow<'_, Listing>, SourceError>;

    /// Opens one entry for reading. Called from many threads.
    ///
    /// # Errors
    /// [`Why`] it cannot be read; the scan goes on.
    fn open(&self, entry: &Entry) -> Result<Box<dyn Read + '_>, Why>;
}

/// What a source has.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// In order of path.
    pub entries: Vec<Entry>,
    /// Passed over while listing.
    pub skipped: Vec<Skipped>,
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Relative to the root, with `/`; bytes that are no UTF-8 are shown as U+FFFD.
    pub path: Utf8PathBuf,
    /// Where from.
    pub origin: Origin,
    /// Size in bytes, where the source knows it.
    pub size: Option<u64>,
    /// What the source needs to find it again.
    pub handle: Handle,
}

/// What a source needs to find an entry again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handle {
    /// A path on disk; its name need not be UTF-8.
    Path(PathBuf),
    /// A git object name.
    Object(String),
    /// A member of an archive on disk, by its place in the archive.
    Member(PathBuf, usize),
    /// There is only one thing to read.
    Only,
}

/// Something that was not read. Never silent: counted, shown, and some of it changes the exit code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Relative to the root; bytes that are no UTF-8 are shown as U+FFFD.
    pub path: Utf8PathBuf,
    /// Why.
    pub why: Why,
}

/// Why something was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It holds no text.
    Binary,
    /// Larger than `--max-file-size`.
    TooLarge,
    /// Neither a file nor a directory.
    Special,
    /// A symbolic link out of the tree, or to nothing.
    Link,
    /// It could not be read; what the system says.
    Unreadable(String),
    /// It took longer than the limit, or could not be taken apart.
    Limit(String),
}

impl Why {
    /// Whether the scan is incomplete because of it (exit code 5), or it was passed over on purpose.
    #[must_use]
    pub const fn incomplete(&self) -> bool {
        matches!(self, Self::Unreadable(_) | Self::Limit(_))
    }

    /// The word that summaries count by.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::TooLarge => "too large",
            Self::Special => "special file",
            Self::Link => "link",
            Self::Unreadable(_) => "unreadable",
            Self::Limit(_) => "over a limit",
        }
    }
}

/// How much of the repository a scan sees: checks that speak of absence need the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coverage {
    /// All of it: "nothing requests this" can be said.
    #[default]
    Whole,
    /// Some paths, the index, standard input.
    Partial,
}

/// A source that cannot be opened at all.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path that is not there.
    #[error("cannot read `{path}`: {why}")]
    Path {
        /// As it was given.
        path: String,
        /// What the system says.
        why: String,
    },
    /// `git` failed or is not there.
    #[error("git {what} failed: {why}")]
    Git {
        /// The subcommand.
        what: String,
        /// What it said, first line.
        why: String,
    },
}
