//! Files that somebody else has listed: what is staged, what has changed, what a hook was given.

use std::borrow::Cow;
use std::io::Read;

use super::blob::Blobs;
use super::regular;
use super::{Entry, Handle, Listing, Source, SourceError, Why};

/// A list of files on disk and of blobs.
#[derive(Debug)]
pub struct Listed {
    listing: Listing,
    blobs: Blobs,
    most_bytes: Option<u64>,
}

impl Listed {
    /// A source of what is in a list. Larger files than `most_bytes` are passed over.
    #[must_use]
    pub fn new(mut listing: Listing, blobs: Blobs, most_bytes: Option<u64>) -> Self {
        listing.entries.sort_unstable();
        listing.entries.dedup();
        listing.skipped.sort_unstable();
        Self { listing, blobs, most_bytes }
    }
}

impl Source for Listed {
    fn entries(&self) -> Result<Cow<'_, Listing>, SourceError> {
        Ok(Cow::Borrowed(&self.listing))
    }

    fn open(&self, entry: &Entry) -> Result<Box<dyn Read + '_>, Why> {
        let (size, content): (u64, Box<dyn Read>) = match &entry.handle {
            Handle::Path(path) => {
                let file = regular::opened(path).map_err(|error| Why::Unreadable(error.to_string()))?;
                let size = self.most_bytes.and_then(|_| file.metadata().ok()).map_or(0, |about| about.len());
                (size, Box::new(file))
            }
            Handle::Object(id) => self.blobs.open(id)?,
            Handle::Member(..) | Handle::Only => return Err(Why::Unreadable("not a file".to_owned())),
        };
        if self.most_bytes.is_some_and(|most| size > most) { Err(Why::TooLarge) } else { Ok(content) }
    }
}
