//! What the prefilter is asked and what it answers: words, the gates before them, the places where they stand.
//!
//! Words that stand everywhere (`key`, `token`) are kept only where what stands around them promises something: see
//! [`Gate`].

pub mod sieve;

mod grams;
mod table;

use std::collections::HashMap;

use super::number::number;
use super::promise::Run;

/// The words that detectors wait for. Detectors ask for them once, when the engine is made.
#[derive(Debug, Default)]
pub struct Words {
    /// Words by a number made of their letters; a number that is taken leads to the next.
    known: HashMap<u64, WordId>,
    list: Vec<(String, Gate)>,
}

/// A word that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(u32);

/// Many words, one of which is asked after.
#[derive(Clone, Debug, Default)]
pub struct WordSet {
    bits: Vec<u64>,
}

impl Extend<WordId> for WordSet {
    fn extend<T: IntoIterator<Item = WordId>>(&mut self, words: T) {
        for word in words {
            let index = word.index();
            if self.bits.len() <= index / 64 {
                self.bits.resize(index / 64 + 1, 0);
            }
            self.bits[index / 64] |= 1 << (index % 64);
        }
    }
}

/// What must stand around a word for its place to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gate {
    /// No letter right before it.
    pub starts: bool,
    /// What stands behind it.
    pub promise: Promise,
}

/// What stands behind a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Anything.
    Nothing,
    /// Anything; only the first place is told.
    Once,
    /// An operator after the name that holds the word.
    Joined,
    /// A run of bytes that tokens are made of.
    Run(Run),
    /// So many bytes that tokens are made of, at once; `true` where the signs of base64 and URLs are among them.
    Tail(u32, bool),
}

impl From<Promise> for Gate {
    fn from(promise: Promise) -> Self {
        Self { starts: false, promise }
    }
}

impl Words {
    /// Asks for a word; it is found in any ASCII case. Asking twice gives the same id.
    pub fn ask(&mut self, word: &str) -> WordId {
        self.ask_gated(word, Promise::Nothing.into())
    }

    /// Asks for a word where a gate is open.
    pub fn ask_gated(&mut self, word: &str, gate: Gate) -> WordId {
        // In any case; thousands are asked for at each start.
        let mut number = number(word.bytes().map(|byte| byte.to_ascii_lowercase()));
        while let Some(&id) = self.known.get(&number) {
            let (held, its) = &self.list[id.index()];
            if *its == gate && held.eq_ignore_ascii_case(word) {
                return id;
            }
            number = number.wrapping_add(1);
        }
        let id = WordId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.known.insert(number, id);
        self.list.push((word.to_ascii_lowercase(), gate));
        id
    }
}

/// Where words stand in one text.
#[derive(Debug, Default)]
pub struct Hits {
    hits: Vec<(WordId, u32)>,
    /// A bit for every word that was found.
    seen: Vec<u64>,
    has_long_run: bool,
}

impl Hits {
    /// Whether no word was found at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Whether so many letters and digits stand in a row somewhere that they may be a text in Base64 or hex.
    #[must_use]
    pub const fn has_long_run(&self) -> bool {
        self.has_long_run
    }

    /// Whether a word was found.
    #[must_use]
    pub fn has(&self, word: WordId) -> bool {
        let index = word.index();
        self.seen.get(index / 64).is_some_and(|bits| bits >> (index % 64) & 1 != 0)
    }

    /// Whether one of the words was found.
    #[must_use]
    pub fn any(&self, words: &[WordId]) -> bool {
        words.iter().any(|&word| self.has(word))
    }

    /// Whether one of many words was found.
    #[must_use]
    pub fn meet(&self, words: &WordSet) -> bool {
        self.seen.iter().zip(&words.bits).any(|(seen, asked)| seen & asked != 0)
    }

    /// The words that were found, ascending.
    pub fn words(&self) -> impl Iterator<Item = WordId> + '_ {
        self.hits.chunk_by(|a, b| a.0 == b.0).map(|hits| hits[0].0)
    }

    /// Every place of every word, whatever stands around it: what a pass without gates would tell.
    #[cfg(test)]
    pub(super) fn naive(words: &Words, bytes: &[u8]) -> Self {
        let lower = bytes.to_ascii_lowercase();
        let mut all = Self { seen: vec![0; words.list.len().div_ceil(64)], ..Self::default() };
        for (index, (word, _)) in words.list.iter().enumerate() {
            for at in memchr::memmem::find_iter(&lower, word.as_bytes()) {
                all.seen[index / 64] |= 1 << (index % 64);
                let number = |n: usize| u32::try_from(n).expect("texts here are short");
                all.hits.push((WordId(number(index)), number(at)));
            }
        }
        all.hits.sort_unstable();
        all
    }

    /// The offsets of a word, ascending.
    pub fn of(&self, word: WordId) -> impl Iterator<Item = u32> + '_ {
        self.slice(word).iter().map(|&(_, at)| at)
    }

    fn slice(&self, word: WordId) -> &[(WordId, u32)] {
        let start = self.hits.partition_point(|&(held, _)| held < word);
        let end = start + self.hits[start..].partition_point(|&(held, _)| held <= word);
        &self.hits[start..end]
    }
}

impl WordId {
    /// The number of the word, from 0 in the order in which words were asked for.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests;
