//! Pieces of a text that are written in another form, Base64, hex, escapes, and what they say in plain.

use std::borrow::Cow;

use super::alphabet::{MOST, base64, hex, is_hex, is_plain, opens, readable};
use super::lanes::Class;
use super::wrapped::lines;
use crate::span::Span;

/// A piece of a text, and what it says.
#[derive(Debug)]
pub struct Piece {
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub text: String,
    /// In what it is written, for people.
    pub form: &'static str,
    places: Places,
}

/// Where a byte of what is said stands in what is written.
#[derive(Debug)]
enum Places {
    /// Nowhere in particular: the piece was compressed.
    Whole,
    /// Every `plain` bytes are written as `written` ones, in lines of which all but the last have one length.
    Regular { plain: u32, written: u32, lines: Vec<Span> },
    /// For every byte, and the end.
    Each(Vec<u32>),
}

impl Piece {
    /// A piece with the place of every byte of what it says, and of its end.
    pub(super) const fn each(span: Span, text: String, form: &'static str, places: Vec<u32>) -> Self {
        Self { span, text, form, places: Places::Each(places) }
    }

    /// The place of a part of what is said in what is written.
    #[must_use]
    pub fn place(&self, said: Span) -> Span {
        match &self.places {
            Places::Whole => self.span,
            Places::Regular { plain, written, lines } => {
                let start = said.start / plain * written;
                let end = said.end.div_ceil(*plain) * written;
                let at = |offset: u32| {
                    let width = lines.first().map_or(1, |line| line.len().max(1));
                    let line = lines.get((offset / width) as usize);
                    line.map_or(self.span.end, |line| (line.start + offset % width).min(line.end))
                };
                // What ends with a line does not reach into the next.
                Span::new(at(start), (at(end.saturating_sub(1)) + u32::from(end > 0)).min(self.span.end))
            }
            Places::Each(places) => {
                let at = |offset: u32| places.get(offset as usize).copied().unwrap_or(self.span.end);
                Span::new(at(said.start), at(said.end))
            }
        }
    }
}

/// The pieces of a text that say something in plain, in order of place. Linear in the length of the text; what they say
/// is bounded.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut found = runs(text.as_bytes());
    found.extend(escaped(text));
    found.extend(quoted_printable(text));
    found.sort_by_key(|piece| (piece.span, piece.form));
    let mut rest = MOST;
    found.retain(|piece| {
        let fits = piece.text.len() <= rest;
        rest -= if fits { piece.text.len() } else { 0 };
        fits
    });
    found
}

/// Whether a text in Base64 or hex stands somewhere in a file.
#[must_use]
pub fn holds_text(bytes: &[u8]) -> bool {
    !runs(bytes).is_empty()
}

/// Runs of Base64 and hex, also where they are wrapped into lines; a shorter run is not worth it.
fn runs(bytes: &[u8]) -> Vec<Piece> {
    let runs = super::runs::runs(bytes, SHORTEST, Class::Base64);
    let mut found = Vec::new();
    let mut rest = runs.as_slice();
    while let [(start, end), others @ ..] = rest {
        // Most runs are names, as their first letters say; what is wrapped speaks from its first line on.
        let first = &bytes[*start..*end];
        if !opens(first) && !is_hex(first) {
            rest = others;
            continue;
        }
        let lines = lines(bytes, rest, LONGEST);
        let end = lines.last().map_or(0, |line| line.end as usize);
        let (these, others) = rest.split_at(rest.partition_point(|&(start, _)| start < end).max(1));
        rest = others;
        match (lines.len() > 1).then(|| piece(bytes, lines)).flatten() {
            Some(whole) => found.push(whole),
            None => found.extend(these.iter().filter_map(|&(start, end)| piece(bytes, vec![Span::of(start, end)]))),
        }
    }
    found
}

/// What is written in some lines.
fn piece(bytes: &[u8], lines: Vec<Span>) -> Option<Piece> {
    let span = Span::new(lines.first()?.start, lines.last()?.end);
    let run: Cow<'_, [u8]> = match lines.as_slice() {
        [line] => Cow::Borrowed(&bytes[line.range()]),
        lines => lines.iter().flat_map(|line| &bytes[line.range()]).copied().collect::<Vec<u8>>().into(),
    };
    if run.len() > LONGEST {
        return None;
    }
    if let Some(text) = hex(&run) {
        return Some(Piece { span, text, form: "hex", places: Places::Regular { plain: 1, written: 2, lines } });
    }
    // A part of a JSON Web Token, which is known whole.
    let dotted = |at: Option<&u8>| at == Some(&b'.');
    if dotted(bytes.get(span.end as usize)) || dotted(bytes[..span.start as usize].last()) {
        return None;
    }
    let (text, packed) = base64(&run)?;
    Some(if packed {
        Piece { span, text, form: "gzip and Base64", places: Places::Whole }
    } else {
        Piece { span, text, form: "Base64", places: Places::Regular { plain: 3, written: 4, lines } }
    })
}

/// Words with escapes in them: `%3D`, `\u003d`, `\x3d`, and strings in strings in strings.
fn escaped(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut past = 0;
    for at in memchr::memchr2_iter(b'%', b'\\', bytes) {
        if at < past || unit(bytes, at).is_none() {
            continue;
        }
        // The word around it: what is escaped has no blanks. Of a string in a string in a string, the line.
        let line = bytes[at..].starts_with(NESTED);
        let part = |byte: &u8| {
            if line {
                *byte != b'\n'
            } else {
                !byte.is_ascii_whitespace() && !matches!(byte, b'\'' | b'`' | b'<' | b'>')
            }
        };
        let start = at - bytes[past..at].iter().rev().take(LONGEST_WORD).take_while(|byte| part(byte)).count();
        let end = at + bytes[at..].iter().take(LONGEST_WORD).take_while(|byte| part(byte)).count();
        past = end.max(at + 1);
        if text.is_char_boundary(start) && text.is_char_boundary(end) {
            found.extend(unescape(bytes, start, end));
        }
    }
    found
}

/// A mail or a form of one, `=3D` for `=`, all of it.
fn quoted_printable(text: &str) -> Option<Piece> {
    let bytes = text.as_bytes();
    let head = &bytes[..bytes.len().min(HEADERS)];
    memchr::memmem::find(head, b"uoted-printable")?;
    if bytes.len() > MOST {
        return None;
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut places = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (byte, length) = match rest {
            [b'=', b'\n', ..] => (None, 2),
            [b'=', b'\r', b'\n', ..] => (None, 3),
            [b'=', high, low, ..] => match std::str::from_utf8(&[*high, *low]).map(|two| u8::from_str_radix(two, 16)) {
                Ok(Ok(byte)) => (Some(byte), 3),
                _ => (Some(b'='), 1),
            },
            [byte, ..] => (Some(*byte), 1),
            [] => break,
        };
        if let Some(byte) = byte {
            places.push(u32::try_from(at).ok()?);
            plain.push(byte);
        }
        at += length;
    }
    places.push(u32::try_from(at).ok()?);
    let text = String::from_utf8(plain).ok()?;
    Some(Piece { span: Span::of(0, bytes.len()), text, form: "quoted-printable", places: Places::Each(places) })
}

fn unescape(bytes: &[u8], start: usize, end: usize) -> Option<Piece> {
    let mut plain = Vec::with_capacity(end - start);
    let mut places = Vec::with_capacity(end - start);
    let mut form = "escapes";
    let mut at = start;
    let mut units = 0;
    while at < end {
        places.push(u32::try_from(at).ok()?);
        match unit(bytes, at).filter(|(_, length)| at + length <= end) {
            Some((byte, length)) => {
                if bytes[at] == b'%' {
                    form = "percent escapes";
                }
                units += 1;
                plain.push(byte);
                at += length;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    places.push(u32::try_from(end).ok()?);
    let text = readable(plain)?;
    (units > 0).then_some(Piece { span: Span::of(start, end), text, form, places: Places::Each(places) })
}

/// The byte that is escaped at a place, and how many bytes that takes.
fn unit(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let hex = |from: usize, length: usize| {
        let digits = std::str::from_utf8(bytes.get(from..from + length)?).ok()?;
        u8::try_from(u32::from_str_radix(digits, 16).ok()?).ok().filter(|&byte| is_plain(byte))
    };
    match (bytes[at], bytes.get(at + 1)?) {
        (b'%', next) if !next.is_ascii_hexdigit() => None,
        (b'%', _) => Some((hex(at + 1, 2)?, 3)),
        (b'\\', b'u') if bytes.get(at + 2) == Some(&b'0') => Some((hex(at + 2, 4)?, 6)),
        (b'\\', b'x') => Some((hex(at + 2, 2)?, 4)),
        _ if bytes[at..].starts_with(NESTED) => Some((b'"', NESTED.len())),
        _ => None,
    }
}

/// The quote of a string in a string in a string.
const NESTED: &[u8] = b"\\\\\\\"";
const SHORTEST: usize = 24;
const LONGEST: usize = 512 * 1024;
const LONGEST_WORD: usize = 4096;
/// How far the headers of a mail reach that say how it is written, those of its parts included.
const HEADERS: usize = 16 * 1024;
#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::pieces;
    use crate::span::Span;

    const PLAIN: &str = "db_password=V@l-1 and more of it";

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn every_form_is_read_and_its_places_lead_back() {
        let base64 = STANDARD.encode(PLAIN);
        for (written, form) in [
            (base64.as_str(), "Base64"),
            (&hex(PLAIN), "hex"),
            ("db_password%3DV%40l-1", "percent escapes"),
            ("db_password\\u003dV\\u0040l-1", "escapes"),
            ("db_password\\x3dV\\x40l-1", "escapes"),
            (r#"{\\\"db_password\\\": \\\"V@l-1\\\"}"#, "escapes"),
        ] {
            let text = format!("x = '{written}' # end");
            let found = pieces(&text);
            assert_eq!(found.len(), 1, "{written}");
            assert_eq!(found[0].form, form);
            let at = found[0].text.find("V@l-1").expect("it is in the plain text");
            let place = found[0].place(Span::of(at, at + 5));
            let shown = &text[place.range()];
            let expected = match form {
                "Base64" => STANDARD.encode(&PLAIN[at / 3 * 3..(at + 5).div_ceil(3) * 3]),
                "hex" => hex("V@l-1"),
                _ if written.contains('{') => "V@l-1".to_owned(),
                _ => written[written.find('V').expect("a value")..].to_owned(),
            };
            assert_eq!(shown, expected, "{written}");
        }
    }

    #[test]
    fn what_is_wrapped_is_read_as_one_and_its_places_lead_back() {
        let plain = format!("{} {PLAIN}", "lorem ipsum dolor sit amet ".repeat(5));
        for (whole, form) in [(STANDARD.encode(&plain), "Base64"), (hex(&plain), "hex")] {
            for (width, between) in [(64, "\n"), (76, "\r\n    "), (60, "\n\t")] {
                let lines: Vec<&str> =
                    whole.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
                let text = format!("x: |\n  {}\n  # end", lines.join(between));
                let found = pieces(&text);
                assert_eq!(found.len(), 1, "{text}");
                assert_eq!((found[0].text.as_str(), found[0].form), (plain.as_str(), form));
                for length in [1, 3, 30, plain.len()] {
                    let at = plain.len() - length;
                    let place = &text[found[0].place(Span::of(at, plain.len())).range()];
                    let place: String = place.split_whitespace().collect();
                    let tail = if form == "hex" { at * 2 } else { at / 3 * 4 };
                    assert_eq!(
                        place.trim_end_matches('='),
                        whole[tail..].trim_end_matches('='),
                        "{form} {width} {length}"
                    );
                }
            }
        }
        // What does not go together is read by itself.
        let mixed = format!("{}\n{}", STANDARD.encode(&plain[..48]), STANDARD.encode([255; 48]));
        assert_eq!(pieces(&mixed).iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), [&plain[..48]]);
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(PLAIN.as_bytes()).expect("memory takes everything");
        let text = STANDARD.encode(packer.finish().expect("memory takes everything"));
        let found = pieces(&text);
        assert_eq!((found[0].text.as_str(), found[0].form), (PLAIN, "gzip and Base64"));
        assert_eq!(found[0].place(Span::of(3, 5)), Span::of(0, text.len()));
    }

    #[test]
    fn mail_is_read_with_its_soft_breaks() {
        let text = "Content-Transfer-Encoding: quoted-printable\n\npassword=3DV@=\nl-1\n";
        let found = pieces(text);
        let at = found[0].text.find("V@l-1").expect("it is in the plain text");
        assert_eq!(&text[found[0].place(Span::of(at, at + 5)).range()], "V@=\nl-1");
    }

    #[test]
    fn names_hashes_pictures_and_tokens_say_nothing() {
        let picture = STANDARD.encode([0x89, b'P', b'N', b'G', 13, 10, 26, 10].repeat(9));
        for text in [
            "getConfigurationForSomethingElse",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "a/long/path/to/some/file/in/a/folder",
            "100% of \\users",
            &picture,
            &format!("{}.{}.x", STANDARD.encode("{\"alg\":\"HS256\"} "), STANDARD.encode("{\"sub\":\"bob\"} more")),
        ] {
            assert!(pieces(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn the_shortest_run_is_found_wherever_it_begins() {
        let written = STANDARD.encode(&PLAIN[..18]);
        assert_eq!(written.len(), super::SHORTEST);
        for before in 0..40 {
            let text = format!("{}{written} ", " ".repeat(before));
            let found = pieces(&text);
            assert_eq!(found.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), [&PLAIN[..18]], "{before}");
        }
    }
}
