//! One pass over a text that tells where the words stand that any detector waits for.
//!
//! Each word is entered by two neighbouring grams of three bytes, its rarest ones, so that it is enough to look at every
//! second place of a text: one of the two starts there. A gram is one bit of a small table; the few places whose bit is
//! set are compared with the words themselves. Words that stand everywhere (`key`, `token`) are kept only where what
//! stands around them promises something: see [`Gate`].

use std::collections::BTreeMap;

use super::promise::{Run, has_run, is_joined};

/// The words that detectors wait for. Detectors ask for them once, when the engine is made.
#[derive(Debug, Default)]
pub struct Words {
    known: BTreeMap<(String, Gate), WordId>,
    list: Vec<(String, Gate)>,
}

/// A word that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(u32);

/// What must stand around a word for its place to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Nothing.
    Anywhere,
    /// An operator after the name that holds the word.
    Joined,
    /// A run of bytes that tokens are made of.
    Run(Run),
}

impl Words {
    /// Asks for a word; it is found in any ASCII case. Asking twice gives the same id.
    pub fn ask(&mut self, word: &str) -> WordId {
        self.ask_gated(word, Gate::Anywhere)
    }

    /// Asks for a word where a gate is open.
    pub fn ask_gated(&mut self, word: &str, gate: Gate) -> WordId {
        let next = WordId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let key = (word.to_ascii_lowercase(), gate);
        let id = *self.known.entry(key.clone()).or_insert(next);
        if id == next {
            self.list.push(key);
        }
        id
    }
}

/// Finds all words of a text in one pass.
pub struct Prefilter {
    grams: Box<[u64; GRAM_WORDS]>,
    /// Where the entries of a slot start; one more at the end.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    words: Vec<(String, Gate)>,
    /// Words too short for a gram; no built-in rule has one.
    short: Vec<usize>,
}

/// A word under one of its grams.
#[derive(Clone, Copy)]
struct Entry {
    gram: u32,
    /// Where the gram stands in the word; -1 where it starts one byte before it.
    at: i8,
    word: u32,
    /// Up to eight bytes of the word in lower case, which of them are letters, and how many count.
    head: u64,
    letters: u64,
    mask: u64,
}

impl Prefilter {
    /// A prefilter for these words.
    #[must_use]
    pub fn new(words: &Words) -> Self {
        let mut entries = Vec::new();
        let mut short = Vec::new();
        for (index, (word, _)) in words.list.iter().enumerate() {
            let bytes = word.as_bytes();
            match bytes.len() {
                0 => {}
                1 | 2 => short.push(index),
                3 => {
                    entries.push(Entry::new(gram(bytes), 0, index, bytes));
                    // At an odd place the gram starts with the byte before the word, or ends with the one after it.
                    let before = rarity(&bytes[..2]) < rarity(&bytes[1..]);
                    for other in 0..=127_u8 {
                        let (around, at) =
                            if before { ([other, bytes[0], bytes[1]], -1) } else { ([bytes[1], bytes[2], other], 1) };
                        entries.push(Entry::new(gram(&around), at, index, bytes));
                    }
                }
                length => {
                    let last = (length - 4).min(100);
                    let cost = |at: usize| rarity(&bytes[at..at + 3]).max(rarity(&bytes[at + 1..at + 4]));
                    let at = (0..=last).min_by_key(|&at| cost(at)).unwrap_or(0);
                    for at in [at, at + 1] {
                        entries.push(Entry::new(gram(&bytes[at..]), i8::try_from(at).unwrap_or(0), index, bytes));
                    }
                }
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.gram, entry.word, entry.at));
        entries.dedup_by_key(|entry| (entry.gram, entry.word, entry.at));
        let mut grams = Box::new([0; GRAM_WORDS]);
        for entry in &entries {
            grams[(entry.gram >> 6) as usize] |= 1 << (entry.gram & 63);
        }
        let slot = |slot: u32| entries.partition_point(|entry| entry.gram >> SLOT_SHIFT < slot);
        let slots = (0..=GRAMS >> SLOT_SHIFT).map(|at| u32::try_from(slot(at)).unwrap_or(u32::MAX)).collect();
        Self { grams, slots, entries, words: words.list.clone(), short }
    }

    /// Where the words stand in a text.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Hits {
        let mut hits = Vec::new();
        let mut start = 0;
        while let Some(block) = bytes.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            self.take(self.marks(block), start, bytes, &mut hits);
            start += STEP;
        }
        while start < bytes.len() {
            let rest = &bytes[start..bytes.len().min(start + BLOCK)];
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.take(self.marks(&block), start, bytes, &mut hits);
            start += STEP;
        }
        for &word in &self.short {
            self.find_short(word, bytes, &mut hits);
        }
        hits.sort_unstable();
        hits.dedup();
        Hits { hits }
    }

    /// Which even places of a block start a gram of some word.
    #[inline]
    fn marks(&self, block: &[u8; BLOCK]) -> u32 {
        let mut marks = 0;
        for place in 0..STEP / 2 {
            let at = place * 2;
            let gram = mix(u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]));
            let bit = (self.grams[(gram >> 6) as usize] >> (gram & 63)) & 1;
            marks |= (bit as u32) << place;
        }
        marks
    }

    #[inline]
    fn take(&self, mut marks: u32, start: usize, bytes: &[u8], hits: &mut Vec<(WordId, u32)>) {
        while marks != 0 {
            self.compare(start + 2 * marks.trailing_zeros() as usize, bytes, hits);
            marks &= marks - 1;
        }
    }

    /// The words that stand where their gram stands at `place`.
    fn compare(&self, place: usize, bytes: &[u8], hits: &mut Vec<(WordId, u32)>) {
        let gram = gram(&bytes[place..]);
        let slot = (gram >> SLOT_SHIFT) as usize;
        let (from, to) = (self.slots[slot] as usize, self.slots[slot + 1] as usize);
        for entry in &self.entries[from..to] {
            if entry.gram != gram {
                continue;
            }
            let Some(start) = place.checked_add_signed(-isize::from(entry.at)) else { continue };
            let head = match bytes.get(start..).and_then(<[u8]>::first_chunk::<8>) {
                Some(head) => u64::from_le_bytes(*head),
                None => padded(bytes.get(start..).unwrap_or_default()),
            };
            if (head | entry.letters) & entry.mask == entry.head {
                self.confirm(entry.word as usize, start, bytes, hits);
            }
        }
    }

    fn confirm(&self, index: usize, start: usize, bytes: &[u8], hits: &mut Vec<(WordId, u32)>) {
        let (word, gate) = &self.words[index];
        let end = start + word.len();
        if !bytes.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes())) {
            return;
        }
        let open = match gate {
            Gate::Anywhere => true,
            Gate::Joined => is_joined(bytes, start, end),
            Gate::Run(run) => has_run(bytes, start, run),
        };
        if open {
            hits.push((WordId(u32::try_from(index).unwrap_or(u32::MAX)), u32::try_from(start).unwrap_or(u32::MAX)));
        }
    }

    fn find_short(&self, index: usize, bytes: &[u8], hits: &mut Vec<(WordId, u32)>) {
        let first = self.words[index].0.as_bytes()[0];
        for at in memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes) {
            self.confirm(index, at, bytes, hits);
        }
    }
}

impl Entry {
    fn new(gram: u32, at: i8, index: usize, word: &[u8]) -> Self {
        let mut head = [0; 8];
        let mut letters = [0; 8];
        let mut mask = [0; 8];
        for (place, &byte) in word.iter().take(8).enumerate() {
            head[place] = byte;
            letters[place] = if byte.is_ascii_alphabetic() { 0x20 } else { 0 };
            mask[place] = 0xFF;
        }
        let number = u64::from_le_bytes;
        let word = u32::try_from(index).unwrap_or(u32::MAX);
        Self { gram, at, word, head: number(head), letters: number(letters), mask: number(mask) }
    }
}

/// The gram at the start of some bytes; past their end stand NULs.
fn gram(bytes: &[u8]) -> u32 {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    mix(u32::from_le_bytes([byte(0), byte(1), byte(2), 0]))
}

/// Three bytes without their case, spread over the table.
#[inline]
const fn mix(bytes: u32) -> u32 {
    (bytes & 0x005F_5F5F).wrapping_mul(0x9E37_79B1) >> (32 - GRAM_BITS)
}

fn padded(bytes: &[u8]) -> u64 {
    let mut head = [0; 8];
    let length = bytes.len().min(8);
    head[..length].copy_from_slice(&bytes[..length]);
    u64::from_le_bytes(head)
}

/// How common bytes are together, as a logarithm.
fn rarity(bytes: &[u8]) -> u32 {
    let common = |byte: &u8| COMMON.get(usize::from(*byte).wrapping_sub(32)).map_or(0, |digit| u32::from(digit - b'0'));
    bytes.iter().map(common).sum()
}

/// How common each byte from the blank on is in source code, in any case, from 0 to 9.
const COMMON: &[u8; 96] =
    b"803300205541543354333221212424300656675556046566626675544321110706566755560465666266755443231300";

const GRAM_BITS: u32 = 17;
const GRAMS: u32 = 1 << GRAM_BITS;
const GRAM_WORDS: usize = 1 << (GRAM_BITS - 6);
/// Grams that share a slot.
const SLOT_SHIFT: u32 = 5;
/// How far one block of places reaches, and how many bytes are read for it.
const STEP: usize = 64;
const BLOCK: usize = STEP + 2;

/// Where words stand in one text.
#[derive(Debug, Default)]
pub struct Hits {
    hits: Vec<(WordId, u32)>,
}

impl Hits {
    /// Whether no word was found at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Whether a word was found.
    #[must_use]
    pub fn has(&self, word: WordId) -> bool {
        !self.slice(word).is_empty()
    }

    /// Whether one of the words was found.
    #[must_use]
    pub fn any(&self, words: &[WordId]) -> bool {
        words.iter().any(|&word| self.has(word))
    }

    /// The words that were found, ascending.
    pub fn words(&self) -> impl Iterator<Item = WordId> + '_ {
        self.hits.chunk_by(|a, b| a.0 == b.0).map(|hits| hits[0].0)
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
mod tests {
    use proptest::prelude::*;

    use super::{Gate, Prefilter, Words};
    use crate::detect::promise::Run;

    #[test]
    fn words_are_found_in_any_case_and_inside_each_other() {
        let mut words = Words::default();
        let token = words.ask("token");
        let oken = words.ask("OKEN");
        assert_eq!(words.ask("TOKEN"), token);
        let hits = Prefilter::new(&words).scan(b"a Token and a tOKEN");
        assert_eq!(hits.of(token).collect::<Vec<_>>(), [2, 14]);
        assert_eq!(hits.of(oken).collect::<Vec<_>>(), [3, 15]);
        assert!(hits.any(&[token]));
    }

    #[test]
    fn no_words_find_nothing() {
        assert!(Prefilter::new(&Words::default()).scan(b"abc").is_empty());
    }

    #[test]
    fn a_gate_keeps_a_common_word_to_where_it_promises_something() {
        let mut words = Words::default();
        let name = words.ask_gated("key", Gate::Joined);
        let run = words.ask_gated("key", Gate::Run(Run { length: 12, wide: false, before: 0, after: 40 }));
        let hits = Prefilter::new(&words).scan(b"the key is here; api_key: x; key abcdef012345");
        assert_eq!(hits.of(name).collect::<Vec<_>>(), [21]);
        assert_eq!(hits.of(run).collect::<Vec<_>>(), [21, 29]);
    }

    proptest! {
        /// The same as looking for each word at each place.
        #[test]
        fn every_word_is_found_wherever_it_stands(
            list in proptest::collection::vec("[a-zA-Z0-9_.=]{1,9}", 1..40),
            pieces in proptest::collection::vec((0_usize..40, "[a-e \n=]{0,70}"), 0..12),
        ) {
            let mut words = Words::default();
            let ids: Vec<_> = list.iter().map(|word| words.ask(word)).collect();
            let mut text = String::new();
            for (word, filler) in &pieces {
                text.push_str(filler);
                text.push_str(&list[word % list.len()].to_ascii_uppercase());
            }
            let hits = Prefilter::new(&words).scan(text.as_bytes());
            let lower = text.to_ascii_lowercase();
            for (word, id) in list.iter().zip(ids) {
                let word = word.to_ascii_lowercase();
                let expected: Vec<u32> = (0..lower.len())
                    .filter(|&at| lower.as_bytes()[at..].starts_with(word.as_bytes()))
                    .map(|at| u32::try_from(at).expect("texts here are short"))
                    .collect();
                prop_assert_eq!(hits.of(id).collect::<Vec<_>>(), expected, "{} in {:?}", word, text);
            }
        }
    }
}
