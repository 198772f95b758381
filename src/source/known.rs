//! A source whose listing is known already: it is walked once, whoever asks.

use std::borrow::Cow;
use std::io::Read;

use super::{Entry, Listing, Source, SourceError, Why};

/// A source and what it has.
pub struct Known {
    source: Box<dyn Source>,
    listing: Listing,
}

impl Known {
    /// Lists a source.
    ///
    /// # Errors
    /// As [`Source::entries`].
    pub fn new(source: Box<dyn Source>) -> Result<Self, SourceError> {
        let listing = source.entries()?.into_owned();
        Ok(Self { source, listing })
    }

    /// What it has.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }
}

impl Source for Known {
    fn entries(&self) -> Result<Cow<'_, Listing>, SourceError> {
        Ok(Cow::Borrowed(&self.listing))
    }

    fn open(&self, entry: &Entry) -> Result<Box<dyn Read + '_>, Why> {
        self.source.open(entry)
    }
}
