//! One pass over a text that tells where the words stand that any detector waits for.
//!
//! Most words are entered by two neighbouring grams, their rarest ones, so that it is enough to look at every second
//! place of a text: one of the two starts there. The first look takes four bytes, of eight places at once, and one word
//! of a small table each; what few places are left are looked up by six bytes, and those compared with the words
//! themselves. Short words with a beginning are entered by three bytes and looked up only where letters begin.

use wide::i16x8;

use super::grams::{FOLD, anywhere, beginning};
use super::table::{Table, key, padded};
use super::{Gate, Hits, Promise, WordId, Words};
use crate::detect::lanes::{Class, mask};
use crate::detect::promise::{has_run, has_tail, is_joined};

/// Finds all words of a text in one pass.
pub struct Prefilter {
    /// The first four bytes of the grams of `anywhere`: two bits of one word for each.
    sieve: Box<[u64; WORDS]>,
    /// Words that may stand at any place; looked up at every second place.
    anywhere: Table,
    /// Words that begin, or hold, something that begins behind a sign; looked up where letters begin.
    beginning: Table,
    words: Vec<(String, Gate)>,
    /// Words too short for a gram; no built-in rule has one.
    short: Vec<usize>,
}

impl Prefilter {
    /// A prefilter for these words.
    #[must_use]
    pub fn new(words: &Words) -> Self {
        let mut sieve = Box::new([0; WORDS]);
        let (mut everywhere, mut begun) = (Vec::with_capacity(words.list.len() * 4), Vec::new());
        let mut short = Vec::new();
        for (index, (word, gate)) in words.list.iter().enumerate() {
            let (bytes, place) = (word.as_bytes(), u32::try_from(index).unwrap_or(u32::MAX));
            let grams = beginning(bytes, gate.starts);
            if !grams.is_empty() {
                begun.extend(grams.into_iter().map(|gram| (place, bytes, gram)));
            } else if bytes.len() < 3 {
                short.extend((!bytes.is_empty()).then_some(index));
            } else {
                for gram in anywhere(bytes) {
                    let sum = sum(gram.bytes.to_le_bytes());
                    sieve[place_of(sum)] |= 1 << first(sum) | 1 << second(sum);
                    everywhere.push((place, bytes, gram));
                }
            }
        }
        let (anywhere, beginning) = (Table::new(&everywhere), Table::new(&begun));
        Self { sieve, anywhere, beginning, words: words.list.clone(), short }
    }

    /// Where the words stand in a text.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Hits {
        let mut hits = Hits { hits: Vec::new(), seen: vec![0; self.words.len().div_ceil(64)], has_long_run: false };
        let mut start = 0;
        let mut before = Before::default();
        while let Some(block) = bytes.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>) {
            self.block(block, start, &mut before, bytes, &mut hits);
            start += STEP;
        }
        while start < bytes.len() {
            let rest = &bytes[start..bytes.len().min(start + BLOCK)];
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.block(&block, start, &mut before, bytes, &mut hits);
            start += STEP;
        }
        for &word in &self.short {
            self.find_short(word, bytes, &mut hits);
        }
        hits.hits.sort_unstable();
        hits.hits.dedup();
        hits
    }

    /// Looks at the places of one block.
    #[inline]
    fn block(&self, block: &[u8; BLOCK], start: usize, before: &mut Before, bytes: &[u8], hits: &mut Hits) {
        let mut marks = self.marks(block);
        while marks != 0 {
            let at = 2 * marks.trailing_zeros() as usize;
            marks &= marks - 1;
            let near = padded(&block[at..]);
            for key in [key(near, 6), key(near, 4)] {
                if self.anywhere.has(key) {
                    self.compare(&self.anywhere, key, start + at, bytes, hits);
                }
            }
        }
        let step = block.first_chunk().unwrap_or(&[0; STEP]);
        let letters = mask(step, Class::Letter);
        hits.has_long_run |= before.ends_long_run(mask(step, Class::Alphanumeric));
        let mut begins = letters & !(letters << 1 | before.letter);
        before.letter = letters >> 63;
        while begins != 0 {
            let at = begins.trailing_zeros() as usize;
            begins &= begins - 1;
            let key = key(padded(&block[at..]), 3);
            if self.beginning.has(key) {
                self.compare(&self.beginning, key, start + at, bytes, hits);
            }
        }
    }

    /// A bit for every second place of a block whose four bytes may begin a gram.
    #[inline]
    fn marks(&self, block: &[u8; BLOCK]) -> u32 {
        let mut marks = 0;
        for part in 0..4 {
            // The grams at every fourth place from here on, and those between them.
            for between in 0..2 {
                let at = 16 * part + 2 * between;
                for (number, sum) in sums(block[at..].first_chunk().unwrap_or(&[0; 16])).into_iter().enumerate() {
                    let word = self.sieve[place_of(sum)];
                    let mark = (word >> first(sum)) & (word >> second(sum)) & 1;
                    marks |= u32::from(mark != 0) << (8 * part + 2 * number + between);
                }
            }
        }
        marks
    }

    /// Tells of the words that stand where their gram stands at `place`.
    fn compare(&self, table: &Table, key: u32, place: usize, bytes: &[u8], hits: &mut Hits) {
        for (word, start) in table.standing(key, place, bytes) {
            self.confirm(word, start, bytes, hits);
        }
    }

    fn confirm(&self, index: usize, start: usize, bytes: &[u8], hits: &mut Hits) {
        let (word, gate) = &self.words[index];
        let end = start + word.len();
        if gate.promise == Promise::Once && hits.seen[index / 64] >> (index % 64) & 1 != 0 {
            return;
        }
        if !bytes.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes())) {
            return;
        }
        if gate.starts && start > 0 && bytes[start - 1].is_ascii_alphabetic() {
            return;
        }
        let open = match &gate.promise {
            Promise::Nothing | Promise::Once => true,
            Promise::Joined => is_joined(bytes, start, end),
            Promise::Run(run) => has_run(bytes, start, run),
            Promise::Tail(length, wide) => has_tail(bytes, end, *length, *wide),
        };
        if open {
            hits.seen[index / 64] |= 1 << (index % 64);
            let id = WordId(u32::try_from(index).unwrap_or(u32::MAX));
            hits.hits.push((id, u32::try_from(start).unwrap_or(u32::MAX)));
        }
    }

    fn find_short(&self, index: usize, bytes: &[u8], hits: &mut Hits) {
        let word = self.words[index].0.as_bytes();
        for at in memchr::memchr2_iter(word[0], word[0].to_ascii_uppercase(), bytes) {
            self.confirm(index, at, bytes, hits);
        }
    }
}

/// What stands before a block.
#[derive(Default)]
struct Before {
    /// 1 where a letter does.
    letter: u64,
    /// How many letters and digits in a row.
    run: u32,
}

impl Before {
    /// Whether a run of [`LONG_RUN`] letters and digits ends in a block or goes on behind it, whose letters and digits
    /// are set.
    #[inline]
    const fn ends_long_run(&mut self, block: u64) -> bool {
        let reaches = self.run + block.trailing_ones();
        self.run = if block == u64::MAX { reaches } else { block.leading_ones() };
        let two = block & block >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        reaches >= LONG_RUN || eight & eight >> 8 & eight >> 16 != 0
    }
}

/// A number of each of the four grams of four bytes that begin at every fourth of these bytes: no case counts, every byte
/// does.
#[inline]
fn sums(bytes: &[u8; 16]) -> [u32; 4] {
    let pairs = bytes.as_chunks().0.iter().map(|&[low, high]| i16::from_le_bytes([low & FOLD, high & FOLD]));
    let mut lanes = [0; 8];
    lanes.iter_mut().zip(pairs).for_each(|(lane, pair)| *lane = pair);
    i16x8::new(lanes).dot(i16x8::new([LOW, HIGH, LOW, HIGH, LOW, HIGH, LOW, HIGH])).to_array().map(i32::cast_unsigned)
}

/// The number of one gram: of its first four bytes.
fn sum(bytes: [u8; 8]) -> u32 {
    let mut sixteen = [0; 16];
    sixteen[..8].copy_from_slice(&bytes);
    sums(&sixteen)[0]
}

/// Factors of the two halves of a gram, odd, so that every bit of it counts; no sum overflows.
const LOW: i16 = 0x6A7D;
const HIGH: i16 = 0x5B2F;

/// Which word of the sieve tells of a gram, and by which two bits.
#[inline]
const fn place_of(sum: u32) -> usize {
    (sum >> 16) as usize & (WORDS - 1)
}

#[inline]
const fn first(sum: u32) -> u32 {
    sum >> 4 & 63
}

#[inline]
const fn second(sum: u32) -> u32 {
    sum >> 10 & 63
}

/// How many words of 64 bits the sieve has, at most 2^12.
const WORDS: usize = 1 << 12;
/// How far one block of places reaches, and how many bytes are read for it.
const STEP: usize = 64;
const BLOCK: usize = STEP + 8;

/// Three times the eight that are told at once: the shortest text that is worth decoding.
const LONG_RUN: u32 = 24;
