//! Standard input as the only thing to read.

use std::borrow::Cow;
use std::io::{self, Read};

use camino::{Utf8Path, Utf8PathBuf};

use super::{Entry, Handle, Listing, Source, SourceError, Why};
use crate::origin::Origin;

/// Reads standard input once.
#[derive(Debug)]
pub struct Stdin {
    path: Utf8PathBuf,
}

impl Stdin {
    /// Standard input under the name of a file: its name tells the language and what the file is for.
    #[must_use]
    pub fn new(name: Option<&Utf8Path>) -> Self {
        Self { path: name.map_or_else(|| "stdin".into(), |name| name.as_str().replace('\\', "/").into()) }
    }
}

impl Source for Stdin {
    fn entries(&self) -> Result<Cow<'_, Listing>, SourceError> {
        let entry = Entry { path: self.path.clone(), origin: Origin::Stdin, size: None, handle: Handle::Only };
        Ok(Cow::Owned(Listing { entries: vec![entry], skipped: Vec::new() }))
    }

    fn open(&self, _: &Entry) -> Result<Box<dyn Read + '_>, Why> {
        Ok(Box::new(io::stdin().lock()))
    }
}
