//! The words of settings: one setting, its key path, its kind, and the list that readers fill.

use std::sync::Arc;

use crate::span::Span;
use crate::text::floor;

/// One value of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<'t> {
    /// The keys that lead to it, from the outermost.
    pub path: Vec<Segment>,
    /// The value as written, without its quotes; escapes are not resolved.
    pub value: &'t str,
    /// Where the value stands; its text is `value`, or the flag that switches it on.
    pub span: Span,
    /// Where the last key stands; empty for an item of a list without one.
    pub key_span: Span,
    /// What the value is.
    pub kind: Kind,
}

impl Setting<'_> {
    /// The key path for people: `jwt.keys[0].alg`.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = String::new();
        for segment in &self.path {
            match segment {
                Segment::Key(key) => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(key);
                }
                Segment::Index(index) => name.push_str(&format!("[{index}]")),
            }
        }
        name
    }

    /// The last key of the path, indexes passed over.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.path.iter().rev().find_map(Segment::key)
    }

    /// The path without its last segment: what siblings share.
    #[must_use]
    pub fn parent(&self) -> &[Segment] {
        self.path.split_last().map_or(&[], |(_, rest)| rest)
    }
}

/// One step of a key path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A key as written, without quotes.
    Key(Arc<str>),
    /// A place in a list, from 0.
    Index(u32),
}

impl Segment {
    /// The key, if it is one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Index(_) => None,
        }
    }
}

/// What a value is, by its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Text in quotes, or any other text.
    String,
    /// Text that reads as a number and has no quotes.
    Number,
    /// `true`, `false` and their YAML synonyms, without quotes.
    Bool,
    /// Nothing: empty, `null`, `~`.
    Null,
}

impl Kind {
    /// The kind of a value without quotes.
    #[must_use]
    pub fn of(value: &str) -> Self {
        match value {
            "" | "~" => return Self::Null,
            _ if value.len() <= 5 => {
                let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
                if is(&["true", "false", "yes", "no", "on", "off"]) {
                    return Self::Bool;
                }
                if is(&["null", "nil"]) {
                    return Self::Null;
                }
            }
            _ => {}
        }
        let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
        let number = digits.bytes().next().is_some_and(|b| b.is_ascii_digit())
            && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'e' | b'E'))
            && digits.bytes().filter(|&b| b == b'.').count() <= 1;
        if number { Self::Number } else { Self::String }
    }
}

/// The list that a reader fills, with the path it stands at.
pub(super) struct Collector<'t> {
    pub(super) text: &'t str,
    path: Vec<Segment>,
    entries: Vec<Setting<'t>>,
}

impl<'t> Collector<'t> {
    pub(super) const fn new(text: &'t str, base: Vec<Segment>) -> Self {
        Self { text, path: base, entries: Vec::new() }
    }

    /// How deep the path is.
    pub(super) const fn depth(&self) -> usize {
        self.path.len()
    }

    /// Goes down by a key.
    pub(super) fn enter(&mut self, key: &str) {
        // A key of a megabyte is no key; its beginning tells it as well.
        self.path.push(Segment::Key(key[..floor(key, MAX_KEY)].into()));
    }

    /// Goes down by a place in a list.
    pub(super) fn enter_item(&mut self, index: usize) {
        self.path.push(Segment::Index(u32::try_from(index).unwrap_or(u32::MAX)));
    }

    /// Goes up until the path has `depth` segments.
    pub(super) fn leave_to(&mut self, depth: usize) {
        self.path.truncate(depth);
    }

    /// Notes the value `text[start..end]` at the current path.
    pub(super) fn push(&mut self, start: usize, end: usize, key: Span, kind: Kind) {
        let Some(value) = self.text.get(start..end) else { return };
        self.entries.push(Setting { path: self.path.clone(), value, span: Span::of(start, end), key_span: key, kind });
    }

    /// Notes a value without quotes; white space around it is dropped.
    pub(super) fn push_bare(&mut self, start: usize, end: usize, key: Span) {
        let (start, end) = trim(self.text, start, end);
        if let Some(value) = self.text.get(start..end) {
            self.push(start, end, key, Kind::of(value));
        }
    }

    pub(super) fn finish(self) -> Vec<Setting<'t>> {
        self.entries
    }
}

/// The range without ASCII white space at its ends.
pub(super) fn trim(text: &str, mut start: usize, mut end: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    while start < end && bytes.get(start).is_some_and(u8::is_ascii_whitespace) {
        start += 1;
    }
    while end > start && bytes.get(end - 1).is_some_and(u8::is_ascii_whitespace) {
        end -= 1;
    }
    (start, end)
}

/// Paths are never deeper: what lies below is read at this depth.
pub(super) const MAX_DEPTH: usize = 64;

/// Keys are never longer.
const MAX_KEY: usize = 256;

/// The lines of `text[start..end]` as ranges without their line ends.
pub(super) fn lines(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = start;
    while at < end {
        let stop = memchr::memchr2(b'\n', b'\r', &bytes[at..end]).map_or(end, |found| at + found);
        out.push((at, stop));
        at = stop + 1;
        if bytes.get(stop) == Some(&b'\r') && bytes.get(stop + 1) == Some(&b'\n') {
            at += 1;
        }
    }
    out
}
