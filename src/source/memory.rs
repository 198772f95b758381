//! One text that is held in memory, such as a file that is open in an editor.

use std::borrow::Cow;
use std::io::Read;

use camino::Utf8PathBuf;

use super::{Entry, Handle, Listing, Source, SourceError, Why};
use crate::origin::Origin;

/// A text and its path.
#[derive(Clone, Debug)]
pub struct Memory {
    path: Utf8PathBuf,
    text: String,
}

impl Memory {
    /// A text as it would stand at a path of the work tree.
    #[must_use]
    pub const fn new(path: Utf8PathBuf, text: String) -> Self {
        Self { path, text }
    }
}

impl Source for Memory {
    fn entries(&self) -> Result<Cow<'_, Listing>, SourceError> {
        let entry = Entry { path: self.path.clone(), origin: Origin::WorkTree, size: None, handle: Handle::Only };
        Ok(Cow::Owned(Listing { entries: vec![entry], skipped: Vec::new() }))
    }

    fn open(&self, _: &Entry) -> Result<Box<dyn Read + '_>, Why> {
        Ok(Box::new(self.text.as_bytes()))
    }
}
