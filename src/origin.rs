//! Where a text came from, and where in it something stands.

use camino::Utf8PathBuf;

use crate::span::Region;

/// Where a text came from. A value, so that every output can say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A file of the work tree.
    WorkTree,
    /// A file that git ignores: it exists on this machine only.
    LocalOnly,
    /// Standard input.
    Stdin,
    /// The version of a file in git's index.
    Staged,
    /// An earlier version of a file.
    History(Commit),
    /// A member of an archive in the work tree; the path of the location reads `archive!member`.
    Archive,
    /// An example inside a rule.
    Example,
}

/// The commit that first brought a version of a file in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commit {
    /// Full object name, lower-case hex.
    pub id: String,
    /// Author date, `YYYY-MM-DD`, in UTC.
    pub date: String,
    /// Whether the value that was found there still stands in the tree.
    pub stands: bool,
}

/// A place in the scanned tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Relative to the root, always with `/`; members of archives as `archive!member`.
    pub path: Utf8PathBuf,
    /// Where the text came from.
    pub origin: Origin,
    /// Where in the text.
    pub region: Region,
}
