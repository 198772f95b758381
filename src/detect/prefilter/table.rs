//! Words by some of their bytes: a small sieve that most places fall through, and buckets behind it.

use super::grams::{FOLD, Gram};

/// Words by their grams.
pub(super) struct Table {
    /// Two bits of one word for each gram: a gram that is none finds both set by chance far more rarely than one.
    sieve: Box<[u64; WORDS]>,
    /// Where the entries of each bucket start; one more at the end.
    buckets: Box<[u32]>,
    entries: Vec<Entry>,
}

/// A word under one of its grams.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The place of the word in the list of all.
    pub(super) word: u32,
    /// Where the gram stands in the word; -1 where it starts one byte before it.
    at: i8,
    /// How many bits of the head do not count.
    unused: u8,
    /// Up to eight bytes of the word, folded, shifted as a text will be.
    head: u64,
}

impl Table {
    /// A table of words by their grams: the place of the word, its bytes, its gram.
    pub(super) fn new(list: &[(u32, &[u8], Gram)]) -> Self {
        let mut sieve = Box::new([0; WORDS]);
        let mut buckets = vec![0; BUCKETS + 1].into_boxed_slice();
        for (_, _, gram) in list {
            let key = key(gram.bytes, gram.length);
            sieve[place(key)] |= bits(key);
            buckets[bucket(key) + 1] += 1;
        }
        for at in 0..BUCKETS {
            buckets[at + 1] += buckets[at];
        }
        let mut next = buckets.clone();
        let mut entries = vec![Entry { word: 0, at: 0, unused: 0, head: 0 }; list.len()];
        for &(word, bytes, gram) in list {
            let place = &mut next[bucket(key(gram.bytes, gram.length))];
            entries[*place as usize] = Entry::new(word, bytes, gram.at);
            *place += 1;
        }
        Self { sieve, buckets, entries }
    }

    /// Whether a key may be one of the table's.
    #[inline]
    pub(super) fn has(&self, key: u32) -> bool {
        let asked = bits(key);
        self.sieve[place(key)] & asked == asked
    }

    /// The words that stand where their gram stands at `place`, each with its start.
    #[inline]
    pub(super) fn standing<'t>(
        &'t self,
        key: u32,
        place: usize,
        bytes: &'t [u8],
    ) -> impl Iterator<Item = (usize, usize)> + 't {
        let bucket = bucket(key);
        let entries = &self.entries[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize];
        entries.iter().filter_map(move |entry| {
            let start = place.checked_add_signed(-isize::from(entry.at))?;
            let head = folded(padded(bytes.get(start..)?));
            (head << entry.unused == entry.head).then_some((entry.word as usize, start))
        })
    }
}

impl Entry {
    fn new(word: u32, bytes: &[u8], at: i8) -> Self {
        let unused = u8::try_from(8 * 8_usize.saturating_sub(bytes.len())).unwrap_or(0);
        // What does not count falls out.
        Self { word, at, unused, head: folded(padded(bytes)) << unused }
    }
}

/// The key of the first `length` bytes, at most six, without their case.
#[inline]
pub(super) const fn key(bytes: u64, length: u32) -> u32 {
    let counts = u64::from_le_bytes([FOLD; 8]) >> (64 - 8 * length);
    ((bytes & counts).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
}

/// The first eight bytes; past their end stand NULs.
#[inline]
pub(super) fn padded(bytes: &[u8]) -> u64 {
    if let Some(head) = bytes.first_chunk() {
        return u64::from_le_bytes(*head);
    }
    let mut head = [0; 8];
    let length = bytes.len().min(8);
    head[..length].copy_from_slice(&bytes[..length]);
    u64::from_le_bytes(head)
}

/// Letters without their case, and a few signs that are then taken for each other.
const fn folded(bytes: u64) -> u64 {
    bytes | 0x2020_2020_2020_2020
}

#[inline]
const fn place(key: u32) -> usize {
    (key >> 22) as usize & (WORDS - 1)
}

#[inline]
const fn bits(key: u32) -> u64 {
    1 << (key >> 4 & 63) | 1 << (key >> 10 & 63)
}

#[inline]
const fn bucket(key: u32) -> usize {
    (key >> 18) as usize & (BUCKETS - 1)
}

/// How many words of 64 bits the sieve has.
const WORDS: usize = 1 << 10;
const BUCKETS: usize = 1 << 14;
