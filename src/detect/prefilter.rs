//! One pass over a text that tells where the words stand that any detector waits for.
//!
//! Most words are entered by two neighbouring grams of four bytes, their rarest ones, so that it is enough to look at every
//! second place of a text: one of the two starts there. A gram is one bit of a small table; the few places whose bit is
//! set are compared with the words themselves. Short words are entered by three bytes that begin where letters begin or
//! where a digit stands, and looked up only there. Words that stand everywhere (`key`, `token`) are kept only where what
//! stands around them promises something: see [`Gate`].

use std::collections::HashMap;

use super::number::number;
use super::promise::{Run, has_run, has_tail, is_joined};
use super::runs::mask;

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

/// Finds all words of a text in one pass.
pub struct Prefilter {
    /// Words that may stand at any place, by four bytes; looked up at every second place.
    anywhere: Table<ANYWHERE>,
    /// Words that begin, or hold, something that begins behind a sign: by its first three bytes; looked up where letters
    /// begin and where digits stand.
    starting: Table<STARTING>,
    words: Vec<(String, Gate)>,
    /// Words too short for a gram; no built-in rule has one.
    short: Vec<usize>,
}

/// Words by one of their grams.
struct Table<const WORDS: usize> {
    /// Two bits of one word for each gram: a gram that is none finds both set by chance far more rarely than one.
    sieve: Box<[u64; WORDS]>,
    /// Where the entries of each bucket start; one more at the end.
    buckets: Box<[u32]>,
    entries: Vec<Entry>,
}

/// A word under one of its grams.
#[derive(Clone, Copy)]
struct Entry {
    /// Up to eight bytes of the word in lower case, and which of them are letters.
    head: u64,
    letters: u64,
    word: u32,
    /// Where the gram stands in the word; -1 where it starts one byte before it.
    at: i8,
    /// How many bits of the head do not count.
    unused: u8,
}

impl<const WORDS: usize> Table<WORDS> {
    fn new(entries: &[(u32, Entry)]) -> Self {
        let mut sieve = Box::new([0_u64; WORDS]);
        let mut buckets = vec![0_u32; BUCKETS + 1].into_boxed_slice();
        for &(key, _) in entries {
            sieve[word_of(key) & (WORDS - 1)] |= 1 << first(key) | 1 << second(key);
            buckets[bucket(key) + 1] += 1;
        }
        for at in 0..BUCKETS {
            buckets[at + 1] += buckets[at];
        }
        let mut next = buckets.clone();
        let nothing = Entry { head: 0, letters: 0, word: 0, at: 0, unused: 0 };
        let mut sorted = vec![nothing; entries.len()];
        for &(key, entry) in entries {
            let place = &mut next[bucket(key)];
            sorted[*place as usize] = entry;
            *place += 1;
        }
        Self { sieve, buckets, entries: sorted }
    }

    /// Whether a gram may be one of the table's.
    #[inline]
    fn has(&self, key: u32) -> bool {
        let word = self.sieve[word_of(key) & (WORDS - 1)];
        (word >> first(key)) & (word >> second(key)) & 1 != 0
    }

    /// The entries of a gram, and a few of others.
    #[inline]
    fn of(&self, key: u32) -> &[Entry] {
        let bucket = bucket(key);
        &self.entries[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize]
    }
}

impl Prefilter {
    /// A prefilter for these words.
    #[must_use]
    pub fn new(words: &Words) -> Self {
        let mut anywhere = Vec::with_capacity(words.list.len() * 4);
        let mut starting = Vec::with_capacity(words.list.len());
        let mut short = Vec::new();
        for (index, (word, gate)) in words.list.iter().enumerate() {
            let bytes = word.as_bytes();
            if let Some(at) = start_of(bytes, gate.starts) {
                starting.extend(starts(bytes, at).map(|gram| (gram, Entry::new(at, index, bytes))));
            } else if bytes.len() < 3 {
                short.extend((!bytes.is_empty()).then_some(index));
            } else {
                anywhere.extend(grams(bytes).into_iter().map(|(gram, at)| (gram, Entry::new(at, index, bytes))));
            }
        }
        Self { anywhere: Table::new(&anywhere), starting: Table::new(&starting), words: words.list.clone(), short }
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
        let mut marks = 0_u32;
        for place in (0..STEP / 2).rev() {
            let at = place * 2;
            let gram = four([block[at], block[at + 1], block[at + 2], block[at + 3]]);
            marks = marks << 1 | u32::from(self.anywhere.has(gram));
        }
        while marks != 0 {
            self.compare(&self.anywhere, four, start + 2 * marks.trailing_zeros() as usize, bytes, hits);
            marks &= marks - 1;
        }
        let (letters, digits) = classes(block);
        hits.has_long_run |= before.ends_long_run(letters | digits);
        let mut starts = digits | letters & !(letters << 1 | before.letter);
        before.letter = letters >> 63;
        while starts != 0 {
            let at = starts.trailing_zeros() as usize;
            if self.starting.has(three([block[at], block[at + 1], block[at + 2], block[at + 3]])) {
                self.compare(&self.starting, three, start + at, bytes, hits);
            }
            starts &= starts - 1;
        }
    }

    /// The words that stand where their gram stands at `place`.
    #[inline]
    fn compare<const WORDS: usize>(
        &self,
        table: &Table<WORDS>,
        key: fn([u8; 4]) -> u32,
        place: usize,
        bytes: &[u8],
        hits: &mut Hits,
    ) {
        // What fills the last block up may look like a gram.
        let Some(rest) = bytes.get(place..) else { return };
        let near = padded(rest).to_le_bytes();
        for entry in table.of(key([near[0], near[1], near[2], near[3]])) {
            let Some(start) = place.checked_add_signed(-isize::from(entry.at)) else { continue };
            let head = padded(bytes.get(start..).unwrap_or_default());
            if (head | entry.letters) << entry.unused == entry.head {
                self.confirm(entry.word as usize, start, bytes, hits);
            }
        }
    }

    fn confirm(&self, index: usize, start: usize, bytes: &[u8], hits: &mut Hits) {
        let (word, gate) = &self.words[index];
        let end = start + word.len();
        if gate.promise == Promise::Once && hits.seen[index / 64] >> (index % 64) & 1 != 0 {
            return;
        }
        if word.len() > 8 && !bytes.get(start..end).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes())) {
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
        let first = self.words[index].0.as_bytes()[0];
        for at in memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes) {
            let word = self.words[index].0.as_bytes();
            if bytes[at..].len() >= word.len() && bytes[at..at + word.len()].eq_ignore_ascii_case(word) {
                self.confirm(index, at, bytes, hits);
            }
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

impl Entry {
    fn new(at: i8, index: usize, word: &[u8]) -> Self {
        let mut head = [0; 8];
        let mut letters = [0; 8];
        let counts = word.len().min(8);
        for (place, &byte) in word.iter().take(counts).enumerate() {
            head[place] = byte;
            letters[place] = if byte.is_ascii_alphabetic() { 0x20 } else { 0 };
        }
        let word = u32::try_from(index).unwrap_or(u32::MAX);
        let unused = u8::try_from(8 * (8 - counts)).unwrap_or(0);
        // Shifted as the text will be: what does not count falls out.
        let head = u64::from_le_bytes(head) << unused;
        Self { head, letters: u64::from_le_bytes(letters), word, at, unused }
    }
}

/// The key of a gram of four bytes, without their case: 24 bits, each of which all of the bytes decide.
#[inline]
const fn four(bytes: [u8; 4]) -> u32 {
    spread(u32::from_le_bytes(bytes) & FOLDED)
}

/// The key of the first three.
#[inline]
const fn three(bytes: [u8; 4]) -> u32 {
    spread(u32::from_le_bytes(bytes) & (FOLDED >> 8))
}

#[inline]
const fn spread(gram: u32) -> u32 {
    ((gram as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u32
}

/// Which word of a sieve tells of a key, and by which two bits.
#[inline]
const fn word_of(key: u32) -> usize {
    (key >> 12) as usize
}

#[inline]
const fn first(key: u32) -> u32 {
    key >> 6 & 63
}

#[inline]
const fn second(key: u32) -> u32 {
    key & 63
}

#[inline]
const fn bucket(key: u32) -> usize {
    (key >> 10) as usize & (BUCKETS - 1)
}

/// A bit for every letter, and one for every digit, among the first 64 bytes of a block.
#[inline]
fn classes(block: &[u8; BLOCK]) -> (u64, u64) {
    let Some(step) = block.first_chunk() else { return (0, 0) };
    (mask(step, |byte| (byte | 0x20).wrapping_sub(b'a') < 26), mask(step, |byte| byte.wrapping_sub(b'0') < 10))
}

/// Where in a word a digit stands first, or letters begin behind a sign; `None` where the rest is too common or too
/// short to be looked up by.
fn start_of(word: &[u8], starts: bool) -> Option<i8> {
    let begins = |at: usize| {
        word[at].is_ascii_digit()
            || word[at].is_ascii_alphabetic() && if at == 0 { starts } else { !word[at - 1].is_ascii_alphabetic() }
    };
    // Longer words are looked up by more bytes than three.
    let places = (0..(word.len() + 1).saturating_sub(2)).filter(|&at| word.len() <= 4 && begins(at));
    let place = places.min_by_key(|&at| (word.len() - at < 3, rarity(&word[at..word.len().min(at + 3)])))?;
    i8::try_from(place).ok()
}

/// The grams by which a word that begins at `at` is looked up: one, or, where only two bytes are left, one for each byte
/// that may follow.
fn starts(word: &[u8], at: i8) -> impl Iterator<Item = u32> {
    let rest = &word[usize::try_from(at).unwrap_or(0)..];
    let (a, b, last) = (rest[0], rest[1], rest.get(2).copied());
    let others = (0..=127_u8).filter(move |other| last.map_or(other & !FOLD == 0, |last| last == *other));
    others.map(move |last| three([a, b, last, 0]))
}

/// The grams by which a word is looked up at every second place, with where they stand in it. At an odd place a short
/// word's gram begins with the byte before it.
fn grams(word: &[u8]) -> Vec<(u32, i8)> {
    let any = || (0..=127_u8).filter(|other| other & !FOLD == 0);
    let before = || any().map(|other| (four([other, word[0], word[1], word[2]]), -1));
    match *word {
        [a, b, c] => any().map(|other| (four([a, b, c, other]), 0)).chain(before()).collect(),
        [a, b, c, d] => std::iter::once((four([a, b, c, d]), 0)).chain(before()).collect(),
        _ => {
            let last = (word.len() - 5).min(100);
            let cost = |at: usize| rarity(&word[at..at + 4]).max(rarity(&word[at + 1..at + 5]));
            let place = (0..=last).min_by_key(|&at| cost(at)).unwrap_or(0);
            let gram = |at: usize| four([word[at], word[at + 1], word[at + 2], word[at + 3]]);
            [place, place + 1].map(|at| (gram(at), i8::try_from(at).unwrap_or(0))).to_vec()
        }
    }
}

/// The first eight bytes; past their end stand NULs.
#[inline]
fn padded(bytes: &[u8]) -> u64 {
    if let Some(head) = bytes.first_chunk() {
        return u64::from_le_bytes(*head);
    }
    let mut head = [0; 8];
    let length = bytes.len().min(8);
    head[..length].copy_from_slice(&bytes[..length]);
    u64::from_le_bytes(head)
}

/// What of a byte counts in a gram: not its case.
const FOLD: u8 = 0x5F;
const FOLDED: u32 = u32::from_le_bytes([FOLD; 4]);

/// How common some bytes are together in source code, as a logarithm.
fn rarity(bytes: &[u8]) -> u32 {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => usize::from(byte - b'a'),
        b'0'..=b'9' => 26,
        b' ' | b'\t' | b'\r' | b'\n' => 27,
        b'_' => 28,
        b'-' => 29,
        _ => 30,
    };
    bytes.windows(2).map(|pair| u32::from(COMMON[class(pair[0])][class(pair[1])] - b'a')).sum()
}

/// How common it is in source code that one byte follows another, from `a` to `z`: letters in any case, digits, blanks, `_`,
/// `-`, other signs.
const COMMON: [&[u8; 31]; 31] = [
    b"qnqnoknhogmppplnlppqnlmkmilnljn",
    b"oijinhhhllenifmhdkkimffdlcjjkho",
    b"pilmokgoljnnkjplgnkpmjfkijmmmhp",
    b"okkmqiihokdklimjdmmjmihijdkpnjp",
    b"pkopmomikgipoplmmqqpjnlolhlqolr",
    b"nijimmhepbelhhoifmkklehdjakokio",
    b"mmjhoijkndcjjlmkdlnjlfddgfinlhn",
    b"niijphefndfhhgnhckiljgjbigjmkgn",
    b"onoononfhfionqpmhnppfmgkdlkklin",
    b"lhgflecdhccbddjeddkdiadaaaegeej",
    b"mjhgmihfkdehhhifdgkhjhiceehllhn",
    b"ojimpnhgoekohhokcinnnjhglcknmjo",
    b"pljkpgggndfklionegojlfhhidjmmin",
    b"oinoomphmikkjlokfippmlfgkekpnlp",
    b"mmnojmlglilnoqmodqnnolmigfinljn",
    b"oikkojhkmcinjgomfolnmhhdlajlmim",
    b"mjhghdbbeabieecgcehdmacbabghjgl",
    b"oknmqkmgpeklmnojjnoonliimdjpnjo",
    b"njnjqjnmpdlkjjnnikoqnikelgkpnkq",
    b"pjmkqkipqehkkkolepnmnikkngkqolp",
    b"mlmloklflefomohmbonoihdjdekkjhl",
    b"ojiioggdmbehjfkhdhggfgcddckjkjl",
    b"nlghledlmceihjlffkjefdieebgklhm",
    b"jjkikjffkabggffmefgmeebijbnklim",
    b"ljigjgfchbeijklnbillffgbgegnlhn",
    b"ihfflecdhbbceeiaabdcebbehfehfbm",
    b"kllkkkfggegihjfhefighgfnefronkq",
    b"poppopnnpklnpooojpqqnnnjklpvlns",
    b"mmonmmllnhjmmmlninnnlmkhgflimaj",
    b"ijjjkkggjfeiiiijeijkgjiedflmaon",
    b"ompopnomokmnononnnponmnmmkptlku",
];

/// How many words of 64 bits the sieves have, at most 2^12.
const ANYWHERE: usize = 1 << 12;
const STARTING: usize = 1 << 10;
const BUCKETS: usize = 1 << 14;
/// How far one block of places reaches, and how many bytes are read for it.
const STEP: usize = 64;
const BLOCK: usize = STEP + 4;

/// Three times the eight that are told at once: the shortest text that is worth decoding.
const LONG_RUN: u32 = 24;

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
