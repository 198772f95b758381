//! Bytes decoded once, at the door, and the places in the result.

use std::borrow::Cow;
use std::sync::OnceLock;

use encoding_rs::{Encoding as Charset, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::span::{Position, Region, Span, widths};

/// The largest text that is looked at as one; larger files come as overlapping windows.
pub const MAX_TEXT: usize = 64 * 1024 * 1024;

/// A decoded text, or one window of a large one, with its places.
#[derive(Debug)]
pub struct SourceText {
    text: String,
    encoding: Encoding,
    start: Position,
    offset: u64,
    lines: OnceLock<Vec<u32>>,
    /// Characters and UTF-16 units before every [`MILE`].
    miles: OnceLock<Vec<(u32, u32)>>,
}

/// How the bytes were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// UTF-32, little endian.
    Utf32Le,
    /// UTF-32, big endian.
    Utf32Be,
    /// Windows-1252, the superset of Latin-1 that every byte string fits.
    Windows1252,
    /// Shift-JIS, where the file says so.
    ShiftJis,
    /// GB18030, the superset of GBK and GB2312, where the file says so.
    Gb18030,
}

/// The bytes are no text: they hold NUL or too many control characters, and are not UTF-16 or UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotText;

/// The nearest character boundary of a text at or before a byte; its end for what lies behind it.
#[must_use]
pub fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

impl SourceText {
    /// Decodes a whole file.
    ///
    /// # Errors
    /// [`NotText`] for binary content, recognised in the first 8 KiB.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotText> {
        let encoding = Encoding::detect(bytes)?;
        Ok(Self::with(encoding.decode(bytes).into_owned(), encoding, Position::START, 0))
    }

    /// A text that is already decoded, from its first line on.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self::with(text.into(), Encoding::Utf8, Position::START, 0)
    }

    /// A window of a larger text: `start` is the place of its first character, `offset` the number of bytes (of the
    /// decoded text) before it.
    #[must_use]
    pub fn window(text: impl Into<String>, encoding: Encoding, start: Position, offset: u64) -> Self {
        Self::with(text.into(), encoding, start, offset)
    }

    fn with(text: String, encoding: Encoding, start: Position, offset: u64) -> Self {
        Self { text, encoding, start, offset, lines: OnceLock::new(), miles: OnceLock::new() }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How it was written.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Bytes of decoded text before this window; 0 for a whole file.
    #[must_use]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Another text as the file has it: in the same encoding, with the byte order mark that `like` begins with.
    #[must_use]
    pub fn encode(&self, text: &str, like: &[u8]) -> Vec<u8> {
        self.encoding.encode(text, like)
    }

    /// The text of a span; empty when the span does not lie on character boundaries inside the text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The place of a byte; an offset past the end is the place after the last character.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let lines = self.lines();
        let index = lines.partition_point(|&start| start as usize <= offset) - 1;
        let (column, utf16) = if index == 0 { (self.start.column, self.start.utf16) } else { (1, 1) };
        let (characters, units) = self.widths(lines[index] as usize, offset);
        Position {
            line: self.start.line + u32::try_from(index).unwrap_or(u32::MAX),
            column: column + characters,
            utf16: utf16 + units,
        }
    }

    /// Characters and UTF-16 units between two offsets of a line. A long line is counted once, at its first asking, so
    /// that many places on one line do not cost its length each.
    fn widths(&self, start: usize, end: usize) -> (u32, u32) {
        let bytes = self.text.as_bytes();
        if end - start <= 2 * MILE {
            return widths(&bytes[start..end]);
        }
        let miles = self.miles.get_or_init(|| {
            let mut sum = (0, 0);
            let mut miles = vec![sum];
            for mile in bytes.chunks(MILE) {
                let (characters, units) = widths(mile);
                sum = (sum.0 + characters, sum.1 + units);
                miles.push(sum);
            }
            miles
        });
        let first = start.div_ceil(MILE);
        let last = end / MILE;
        let head = widths(&bytes[start..first * MILE]);
        let tail = widths(&bytes[last * MILE..end]);
        let (from, to) = (miles[first], miles[last]);
        (head.0 + to.0 - from.0 + tail.0, head.1 + to.1 - from.1 + tail.1)
    }

    /// A span with the places of its ends.
    #[must_use]
    pub fn region(&self, span: Span) -> Region {
        Region { start: self.position(span.start), end: self.position(span.end), span }
    }

    /// The span of the line that holds a byte, without its line end.
    #[must_use]
    pub fn line_at(&self, offset: u32) -> Span {
        let offset = (offset as usize).min(self.text.len());
        let lines = self.lines();
        let index = lines.partition_point(|&start| start as usize <= offset) - 1;
        let start = lines[index] as usize;
        let end = lines.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        let line = self.text.as_bytes()[start..end].trim_ascii_end_breaks();
        Span::of(start, start + line.len())
    }

    /// Where each line starts, in bytes; never empty.
    #[must_use]
    pub fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
                if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                    starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
                }
            }
            starts
        })
    }

    /// The nearest character boundary at or before a byte; the end of the text for what lies behind it.
    #[must_use]
    pub fn floor(&self, offset: u32) -> u32 {
        u32::try_from(floor(&self.text, offset as usize)).unwrap_or(u32::MAX)
    }

    /// The nearest character boundary at or behind a byte, at most the end of the text.
    #[must_use]
    pub fn ceiling(&self, offset: u32) -> u32 {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        (offset.min(end)..=end).find(|&at| self.text.is_char_boundary(at as usize)).unwrap_or(end)
    }
}

impl Encoding {
    /// By so many bytes of its head a file is recognised.
    pub const HEAD: usize = HEAD;

    /// Recognises the encoding of a file by its byte order mark, by where its NULs stand, and by whether it is valid
    /// UTF-8.
    ///
    /// # Errors
    /// [`NotText`] for binary content.
    pub fn detect(bytes: &[u8]) -> Result<Self, NotText> {
        let plain = || match std::str::from_utf8(bytes) {
            Ok(_) => Self::Utf8,
            Err(_) => declared(bytes).unwrap_or(Self::Windows1252),
        };
        Ok(Self::sniff(bytes)?.unwrap_or_else(plain))
    }

    /// The same by the head of a file alone: `None` for text that is ASCII or UTF-8 or Windows-1252 without a mark, so
    /// that ASCII words stand in it as they are.
    ///
    /// # Errors
    /// [`NotText`] for binary content.
    pub fn sniff(bytes: &[u8]) -> Result<Option<Self>, NotText> {
        let head = &bytes[..bytes.len().min(HEAD)];
        match head {
            [0xFF, 0xFE, 0, 0, ..] => return Ok(Some(Self::Utf32Le)),
            [0, 0, 0xFE, 0xFF, ..] => return Ok(Some(Self::Utf32Be)),
            [0xFF, 0xFE, ..] => return Ok(Some(Self::Utf16Le)),
            [0xFE, 0xFF, ..] => return Ok(Some(Self::Utf16Be)),
            [0xEF, 0xBB, 0xBF, ..] => return Ok(Some(Self::Utf8)),
            _ => {}
        }
        if memchr::memchr(0, head).is_some() {
            return by_nuls(head).map(Some).ok_or(NotText);
        }
        // Summed in bytes, so that the compiler looks at many at once.
        let is_control = |b: &u8| u8::from(*b < 9 || b.wrapping_sub(14) < 13 || b.wrapping_sub(28) < 4 || *b == 127);
        let control: usize = head.chunks(128).map(|part| usize::from(part.iter().map(is_control).sum::<u8>())).sum();
        if control * 10 > head.len() { Err(NotText) } else { Ok(None) }
    }

    /// Decodes; what cannot be decoded becomes U+FFFD. A byte order mark is dropped.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        let by = |charset: &'static Charset| charset.decode_with_bom_removal(bytes).0;
        match self {
            Self::Utf8 => by(UTF_8),
            Self::Utf16Le => by(UTF_16LE),
            Self::Utf16Be => by(UTF_16BE),
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0,
            Self::ShiftJis => SHIFT_JIS.decode_without_bom_handling(bytes).0,
            Self::Gb18030 => GB18030.decode_without_bom_handling(bytes).0,
            Self::Utf32Le => Cow::Owned(utf32(bytes, u32::from_le_bytes)),
            Self::Utf32Be => Cow::Owned(utf32(bytes, u32::from_be_bytes)),
        }
    }
}

impl Encoding {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Utf32Le | Self::Utf32Be => "UTF-32",
            Self::Windows1252 => "Windows-1252",
            Self::ShiftJis => "Shift-JIS",
            Self::Gb18030 => "GB18030",
        }
    }

    fn encode(self, text: &str, like: &[u8]) -> Vec<u8> {
        let mark = '\u{feff}';
        let unit = |c: char| -> Vec<u8> {
            let mut units = [0; 2];
            match self {
                Self::Utf8 => c.to_string().into_bytes(),
                Self::Utf16Le => c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_le_bytes()).collect(),
                Self::Utf16Be => c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()).collect(),
                Self::Utf32Le => u32::from(c).to_le_bytes().to_vec(),
                Self::Utf32Be => u32::from(c).to_be_bytes().to_vec(),
                Self::Windows1252 | Self::ShiftJis | Self::Gb18030 => Vec::new(),
            }
        };
        let charset = match self {
            Self::Windows1252 => Some(WINDOWS_1252),
            Self::ShiftJis => Some(SHIFT_JIS),
            Self::Gb18030 => Some(GB18030),
            _ => None,
        };
        if let Some(charset) = charset {
            return charset.encode(text).0.into_owned();
        }
        let mut bytes = Vec::with_capacity(like.len());
        if like.starts_with(&unit(mark)) {
            bytes.extend(unit(mark));
        }
        match self {
            Self::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|c| bytes.extend(unit(c))),
        }
        bytes
    }
}

/// The encoding that a file names in its head: `<?xml encoding="…"?>`, `charset=…`, `coding: …`.
fn declared(bytes: &[u8]) -> Option<Encoding> {
    let head = bytes[..bytes.len().min(DECLARATION)].to_ascii_lowercase();
    let mut found = memchr::memmem::find_iter(&head, b"charset").chain(memchr::memmem::find_iter(&head, b"coding"));
    found.find_map(|at| {
        let rest =
            head[at..].iter().position(|&byte| matches!(byte, b'=' | b':')).map(|mark| &head[at + mark + 1..])?;
        let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'"' | b'\''))?;
        let label = rest[start..].split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_')).next()?;
        // Two numbers that are no names of the web, and stand in sources.
        let label: &[u8] = match label {
            b"cp932" => b"shift_jis",
            b"cp936" => b"gbk",
            label => label,
        };
        match Charset::for_label(label)? {
            charset if charset == SHIFT_JIS => Some(Encoding::ShiftJis),
            charset if charset == GBK || charset == GB18030 => Some(Encoding::Gb18030),
            _ => None,
        }
    })
}

trait TrimBreaks {
    fn trim_ascii_end_breaks(&self) -> &Self;
}

impl TrimBreaks for [u8] {
    fn trim_ascii_end_breaks(&self) -> &Self {
        match self {
            [line @ .., b'\r', b'\n'] | [line @ .., b'\n' | b'\r'] => line,
            line => line,
        }
    }
}

/// UTF-16 and UTF-32 of mostly Latin text have NULs at fixed places; anything else with a NUL is binary.
fn by_nuls(head: &[u8]) -> Option<Encoding> {
    let nuls = |step: usize, at: usize| {
        let places = head.iter().skip(at).step_by(step);
        let all = places.len().max(1);
        (places.filter(|&&b| b == 0).count() * 100) / all
    };
    if head.len() >= 8 {
        let [a, b, c, d] = [nuls(4, 0), nuls(4, 1), nuls(4, 2), nuls(4, 3)];
        if a < 10 && b > 90 && c > 90 && d > 90 {
            return Some(Encoding::Utf32Le);
        }
        if d < 10 && a > 90 && b > 90 && c > 90 {
            return Some(Encoding::Utf32Be);
        }
    }
    let (even, odd) = (nuls(2, 0), nuls(2, 1));
    match (even, odd) {
        (0..=5, 60..) => Some(Encoding::Utf16Le),
        (60.., 0..=5) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> String {
    let decoded = bytes.chunks(4).map(|chunk| match chunk.try_into() {
        Ok(unit) => char::from_u32(number(unit)).unwrap_or(char::REPLACEMENT_CHARACTER),
        Err(_) => char::REPLACEMENT_CHARACTER,
    });
    let mut text: String = decoded.collect();
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    text
}

const HEAD: usize = 8 * 1024;
/// Where a file names its encoding, it does so early.
const DECLARATION: usize = 1024;
const MILE: usize = 4 * 1024;

#[cfg(test)]
mod tests {
    use super::{Encoding, NotText, SourceText};
    use crate::span::{Position, Span};

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        let text = SourceText::new("a\nb\r\nc\rd");
        let lines: Vec<u32> = [0, 2, 5, 7].iter().map(|&at| text.position(at).line).collect();
        assert_eq!(lines, [1, 2, 3, 4]);
        assert_eq!(text.slice(text.line_at(2)), "b");
    }

    #[test]
    fn boundaries_never_cut_a_character() {
        let text = SourceText::new("aé😀");
        assert_eq!([0, 1, 2, 3, 5, 7, 9].map(|at| text.floor(at)), [0, 1, 1, 3, 3, 7, 7]);
        assert_eq!([0, 1, 2, 3, 5, 7, 9].map(|at| text.ceiling(at)), [0, 1, 3, 3, 7, 7, 7]);
    }

    #[test]
    fn columns_count_characters_and_utf16_units() {
        let text = SourceText::new("é😀x");
        assert_eq!(text.position(6), Position { line: 1, column: 3, utf16: 4 });
    }

    #[test]
    fn a_long_line_is_counted_in_miles() {
        let text = SourceText::new("aé😀".repeat(9000));
        for (offset, count) in [(0, 0), (7 * 1500, 1500), (7 * 8999, 8999)] {
            let place = Position { line: 1, column: 3 * count + 1, utf16: 4 * count + 1 };
            assert_eq!(text.position(offset), place);
        }
    }

    #[test]
    fn a_window_goes_on_counting() {
        let start = Position { line: 7, column: 4, utf16: 5 };
        let text = SourceText::window("ab\ncd", Encoding::Utf8, start, 100);
        assert_eq!(text.position(1), Position { line: 7, column: 5, utf16: 6 });
        assert_eq!(text.position(4), Position { line: 8, column: 2, utf16: 2 });
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let plain: Vec<u8> = "token = abc\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = [vec![0xFF, 0xFE], plain.clone()].concat();
        for bytes in [plain, marked] {
            let text = SourceText::decode(&bytes).expect("this is text");
            assert_eq!(text.as_str(), "token = abc\n");
            assert_eq!(text.encoding(), Encoding::Utf16Le);
        }
    }

    #[test]
    fn what_was_read_is_written_as_it_was() {
        let text = "a = 'é😀'\r\n";
        let marked = |bytes: Vec<u8>, mark: &[u8]| [mark, &bytes].concat();
        let sixteen = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(text.as_bytes().to_vec(), &[0xEF, 0xBB, 0xBF]),
            marked(sixteen(u16::to_le_bytes), &[0xFF, 0xFE]),
            marked(sixteen(u16::to_be_bytes), &[0xFE, 0xFF]),
            b"caf\xe9\n".to_vec(),
        ] {
            let source = SourceText::decode(&bytes).expect("this is text");
            assert_eq!(source.encode(source.as_str(), &bytes), bytes, "{:?}", source.encoding());
        }
    }

    #[test]
    fn binary_is_not_text_and_latin1_is() {
        assert_eq!(SourceText::decode(b"\x7fELF\x02\x01\x01\0\0\0abc").err(), Some(NotText));
        let latin = SourceText::decode(b"caf\xe9").expect("this is text");
        assert_eq!(latin.as_str(), "café");
    }

    #[test]
    fn what_a_file_says_of_its_encoding_is_believed() {
        let japanese = [b"# coding: cp932\n# ".as_slice(), b"\x93\xfa\x96\x7b", b" x"].concat();
        let text = SourceText::decode(&japanese).expect("this is text");
        assert_eq!((text.encoding(), text.as_str()), (Encoding::ShiftJis, "# coding: cp932\n# 日本 x"));
        let at = u32::try_from(text.as_str().find('x').expect("it is there")).expect("small");
        assert_eq!(text.position(at), Position { line: 2, column: 6, utf16: 6 });
        let chinese = [b"<?xml version=\"1.0\" encoding=\"GBK\"?>".as_slice(), b"\xd6\xd0\xce\xc4"].concat();
        let text = SourceText::decode(&chinese).expect("this is text");
        assert_eq!(text.encoding(), Encoding::Gb18030);
        assert!(text.as_str().ends_with("中文"));
        let plain = SourceText::decode(b"# coding: latin-1\ncaf\xe9").expect("this is text");
        assert_eq!(plain.encoding(), Encoding::Windows1252);
    }

    #[test]
    fn offsets_past_the_end_are_the_end() {
        let text = SourceText::new("ab");
        assert_eq!(text.position(99).column, 3);
        assert_eq!(text.slice(Span::new(1, 99)), "");
    }
}
