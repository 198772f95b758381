//! From what was asked for to the source that has it.

use camino::Utf8PathBuf;

use super::glob::{GlobError, Selection};
use super::root::Root;
use super::stdin::Stdin;
use super::tree::{Options, Tree};
use super::{Coverage, Source, SourceError};

/// What is to be read.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Files and directories.
    Paths,
    /// Standard input, under this name.
    Stdin(Option<Utf8PathBuf>),
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
}

/// A source, ready to be read.
pub struct Opened {
    /// The source.
    pub source: Box<dyn Source>,
    /// How much of the repository it has.
    pub coverage: Coverage,
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
pub fn open(mode: Mode, root: Root, wanted: &Wanted) -> Result<Opened, OpenError> {
    let selection = Selection::new(&root.path, &wanted.include, &wanted.exclude)?;
    let whole = root.is_whole() && selection.is_all();
    Ok(match mode {
        Mode::Paths => {
            let options = Options { selection, ignored: wanted.ignored, most_bytes: wanted.most_bytes };
            Opened {
                source: Box::new(Tree::new(root, options)),
                coverage: if whole { Coverage::Whole } else { Coverage::Partial },
            }
        }
        Mode::Stdin(name) => Opened { source: Box::new(Stdin::new(name.as_deref())), coverage: Coverage::Partial },
    })
}
