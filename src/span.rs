//! Where in a text: spans in bytes, positions as people count them.

/// A half-open range of bytes in one [`SourceText`](crate::text::SourceText), `start <= end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`; an `end` before `start` gives the empty span at `start`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// A span from byte offsets as the standard library counts them. Texts are windows of at most
    /// [`MAX_TEXT`](crate::text::MAX_TEXT) bytes, so an offset always fits; one that does not is clamped.
    #[must_use]
    pub fn of(start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self::new(clamp(start), clamp(end))
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range to slice with.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A place as people count it. Lines end at LF, CR LF or a lone CR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: u32,
    /// Column in UTF-16 code units, from 1: what SARIF and editors count.
    pub utf16: u32,
}

impl Position {
    /// The first place of a text.
    pub const START: Self = Self { line: 1, column: 1, utf16: 1 };

    /// The place after a text that starts here. A CR at its very end counts as a line end.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let feeds = memchr::memchr_iter(b'\n', bytes).count();
        let returns = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
        let line = self.line.saturating_add(clamp(feeds + returns));
        let (start, column, utf16) =
            memchr::memrchr2(b'\n', b'\r', bytes).map_or((0, self.column, self.utf16), |at| (at + 1, 1, 1));
        let (characters, units) = widths(&bytes[start..]);
        Self { line, column: column.saturating_add(characters), utf16: utf16.saturating_add(units) }
    }
}

/// A span with both its ends as positions. `end` is the place after the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    /// First character.
    pub start: Position,
    /// The place after the last character.
    pub end: Position,
    /// The same in bytes of the decoded text.
    pub span: Span,
}

/// Characters and UTF-16 units of UTF-8 bytes.
#[must_use]
pub fn widths(bytes: &[u8]) -> (u32, u32) {
    let count = |piece: &[u8]| {
        let starts = piece.iter().map(|byte| u32::from(byte & 0xC0 != 0x80)).sum::<u32>();
        let pairs = piece.iter().map(|byte| u32::from(*byte >= 0xF0)).sum::<u32>();
        (starts, starts + pairs)
    };
    bytes.chunks(1 << 20).map(count).fold((0, 0), |(a, b), (c, d)| (a.saturating_add(c), b.saturating_add(d)))
}

#[cfg(test)]
mod tests {
    use super::{Position, Span};

    #[test]
    fn a_place_moves_over_text() {
        let start = Position { line: 3, column: 5, utf16: 6 };
        assert_eq!(start.after("é😀"), Position { line: 3, column: 7, utf16: 9 });
        assert_eq!(start.after("a\r\nb\rc\nde"), Position { line: 6, column: 3, utf16: 3 });
    }

    #[test]
    fn a_span_never_ends_before_it_starts() {
        assert_eq!(Span::new(5, 2), Span::new(5, 5));
        assert!(Span::new(5, 2).is_empty());
    }

    #[test]
    fn spans_that_touch_do_not_overlap() {
        assert!(!Span::new(0, 3).overlaps(Span::new(3, 5)));
        assert!(Span::new(0, 4).overlaps(Span::new(3, 5)));
    }
}
