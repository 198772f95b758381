//! From what was asked for to the source that has it.

use std::path::PathBuf;

use camino::Utf8PathBuf;

use super::blob::Blobs;
use super::git::{Git, Surroundings};
use super::glob::{GlobError, Selection};
use super::history::History;
use super::listed::Listed;
use super::root::{Root, is_bare, work_tree};
use super::stdin::Stdin;
use super::tree::{Options, Tree};
use super::{Coverage, Handle, Listing, Source, SourceError, changes};

/// What is to be read.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Files and directories.
    Paths,
    /// Standard input, under this name.
    Stdin(Option<Utf8PathBuf>),
    /// What is staged.
    Staged,
    /// What is staged, changed or new.
    Changed,
    /// What differs from the merge base with a revision.
    Since(String),
    /// What commits have brought in, and the tree as it stands.
    History(Past),
    /// What a hook was given.
    Hook(Vec<PathBuf>),
}

/// Which part of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// `A..B`; without one, all of it.
    pub range: Option<String>,
    /// Whether commit messages are read, too.
    pub messages: bool,
}

/// What a walk keeps to, as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Globs to keep to.
    pub include: Vec<String>,
    /// Globs to leave out.
    pub exclude: Vec<String>,
    /// Whether files that git ignores are read, too.
    pub ignored: bool,
    /// Larger files are passed over.
    pub most_bytes: Option<u64>,
    /// The environment of git.
    pub surroundings: Surroundings,
}

/// A source, ready to be read.
pub struct Opened {
    /// The source.
    pub source: Box<dyn Source>,
    /// How much of the repository it has.
    pub coverage: Coverage,
    /// What commits have brought in, where it was asked for; the source is then the tree that it is held against.
    pub history: Option<History>,
}

/// A source that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A path or git.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A glob.
    #[error(transparent)]
    Glob(#[from] GlobError),
}

/// Opens what was asked for.
///
/// # Errors
/// [`OpenError`].
pub fn open(mode: &Mode, root: Root, wanted: &Wanted) -> Result<Opened, OpenError> {
    let selection = Selection::new(&root.path, &wanted.include, &wanted.exclude)?;
    let bare = is_bare(&root.path);
    let git = || {
        // What has changed is asked of a work tree; of a bare repository there is the past.
        let tree = work_tree(&root.path).or_else(|| Some(root.path.as_path()).filter(|_| past(mode) && bare));
        let why =
            if bare { "a bare repository has no work tree; `--history` reads it" } else { "not in a work tree of git" };
        let fail = || SourceError::Git { what: "status".to_owned(), why: why.to_owned() };
        Ok::<Git, SourceError>(Git::new(tree.ok_or_else(fail)?.to_owned(), wanted.surroundings.clone()))
    };
    let listing = match mode {
        Mode::Paths => {
            let coverage = if root.is_whole() && selection.is_all() { Coverage::Whole } else { Coverage::Partial };
            let options = Options { selection, ignored: wanted.ignored, most_bytes: wanted.most_bytes };
            return Ok(Opened { source: Box::new(Tree::new(root, options)), coverage, history: None });
        }
        Mode::History(past) => {
            let (git, all) = (git()?, past.range.is_none() && root.is_whole() && selection.is_all());
            let history = History::new(git, root.clone(), selection.clone(), past.range.clone())
                .with_messages(past.messages)
                .up_to(wanted.most_bytes);
            let options = Options { selection, ignored: wanted.ignored, most_bytes: wanted.most_bytes };
            let coverage = if all { Coverage::Whole } else { Coverage::Partial };
            return Ok(Opened { source: Box::new(Tree::new(root, options)), coverage, history: Some(history) });
        }
        Mode::Stdin(name) => {
            let source = Box::new(Stdin::new(name.as_deref()));
            return Ok(Opened { source, coverage: Coverage::Partial, history: None });
        }
        Mode::Staged => changes::staged(&git()?)?,
        Mode::Changed => changes::changed(&git()?)?,
        Mode::Since(revision) => changes::since(&git()?, revision)?,
        // Outside of a repository a hook reads files like anybody else.
        Mode::Hook(files) => {
            let git = git().unwrap_or_else(|_| Git::new(root.path.clone(), wanted.surroundings.clone()));
            changes::hooked(&git, files)?
        }
    };
    let git = git().unwrap_or_else(|_| Git::new(root.path.clone(), wanted.surroundings.clone()));
    let listing = chosen(listing, &git, &root, &selection, !matches!(mode, Mode::Hook(_)));
    let source = Box::new(Listed::new(listing, Blobs::new(git), wanted.most_bytes));
    Ok(Opened { source, coverage: Coverage::Partial, history: None })
}

const fn past(mode: &Mode) -> bool {
    matches!(mode, Mode::History(_))
}

/// Of what git listed, what lies below the targets and is not left out, told from the root.
fn chosen(mut listing: Listing, git: &Git, root: &Root, selection: &Selection, below: bool) -> Listing {
    listing.entries.retain_mut(|entry| {
        let path = match &entry.handle {
            Handle::Path(path) => path.clone(),
            _ => git.work_tree().join(&entry.path),
        };
        if selection.excludes(&path, false) || !selection.keeps(&path) {
            return false;
        }
        if let Ok(inside) = path.strip_prefix(&root.path) {
            entry.path = inside.to_string_lossy().replace('\\', "/").into();
        }
        !below || root.targets.iter().any(|target| path.starts_with(target))
    });
    listing
}
