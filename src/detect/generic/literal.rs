//! String literals as most languages write them.

use crate::secret::Secret;
use crate::span::Span;

/// The literal whose opening quote stands at a place, without its quotes; an escaped quote is closed by another.
#[must_use]
pub fn string(text: &str, at: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(at)?;
    let escaped = at > 0 && bytes[at - 1] == b'\\';
    let start = at + 1;
    let mut end = start;
    loop {
        match bytes.get(end)? {
            b'\n' | b'\r' => return None,
            b'\\' if escaped && bytes.get(end + 1) == Some(&quote) => break,
            b'\\' => end += 2,
            byte if *byte == quote => break,
            _ => end += 1,
        }
        if end - start > LONGEST_VALUE {
            return None;
        }
    }
    (end > start && text.is_char_boundary(end)).then(|| Span::of(start, end))
}

/// How a literal goes on.
#[derive(Debug)]
pub enum Continued {
    /// It stands by itself.
    Alone,
    /// It goes on in further literals: from where to where, and the whole text.
    Joined(Span, Secret),
    /// It is a piece of something that is put together elsewhere.
    Piece,
}

/// Follows a literal over the operators that join it to others, over lines too.
#[must_use]
pub fn continued(text: &str, first: Span) -> Continued {
    let bytes = text.as_bytes();
    let mut whole = String::new();
    let mut last = first;
    for _ in 0..MOST_PARTS {
        let mut at = last.end as usize + 1;
        at = space(bytes, at);
        let operator = match bytes.get(at) {
            Some(b'+' | b'.') if bytes.get(at + 1) != Some(&b'=') => 1,
            Some(b'&') if bytes.get(at + 1) != Some(&b'&') => 1,
            Some(b'\\') if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => 1,
            _ => 0,
        };
        let concatenates = operator > 0;
        at = space(bytes, at + operator);
        if operator > 0 && bytes.get(at) == Some(&b'\\') && matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) {
            at = space(bytes, at + 1);
        }
        let quote =
            matches!(bytes.get(at), Some(b'"' | b'\'' | b'`')) && bytes.get(at) == bytes.get(first.start as usize - 1);
        if !concatenates {
            break;
        }
        if !quote {
            // `"abc" + name`: what stands here is a piece of something; a method (`"abc".trim()`) leaves it whole.
            let method = bytes[..at].ends_with(b".") && bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
            return if method && whole.is_empty() { Continued::Alone } else { Continued::Piece };
        }
        let Some(next) = string(text, at) else { break };
        if whole.is_empty() {
            whole.push_str(text.get(first.range()).unwrap_or_default());
        }
        whole.push_str(text.get(next.range()).unwrap_or_default());
        last = next;
        if whole.len() > LONGEST_VALUE {
            break;
        }
    }
    if whole.is_empty() {
        return Continued::Alone;
    }
    Continued::Joined(Span::new(first.start, last.end), Secret::new(&whole))
}

/// Literals side by side in brackets, which are one text in Python and C: `("ab"\n "cd")`, and how long they reach. One alone is
/// one, too; what holds a comma is a list.
#[must_use]
pub fn adjacent(text: &str, from: usize) -> Option<(Span, Secret)> {
    let bytes = text.as_bytes();
    let mut whole = String::new();
    let mut at = space(bytes, from);
    let mut place: Option<Span> = None;
    for _ in 0..MOST_PARTS {
        match bytes.get(at)? {
            b'"' | b'\'' => {
                let part = string(text, at)?;
                whole.push_str(text.get(part.range())?);
                place = Some(Span::new(place.map_or(part.start, |first| first.start), part.end));
                at = space(bytes, part.end as usize + 1);
            }
            b')' => return Some((place?, Secret::new(&whole))),
            _ => return None,
        }
        if whole.len() > LONGEST_VALUE {
            return None;
        }
    }
    None
}

/// The first place from `from` on that is no white space; a long gap is not followed.
fn space(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) && at - from < 120 {
        at += 1;
    }
    at
}

/// The first place from `from` on that is no blank; a long gap is not followed.
#[must_use]
pub fn blanks(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while matches!(bytes.get(at), Some(b' ' | b'\t')) && at - from < 40 {
        at += 1;
    }
    at
}

const MOST_PARTS: usize = 64;
/// Literals are never longer.
const LONGEST_VALUE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::{Continued, adjacent, continued, string};
    use crate::span::Span;

    #[test]
    fn a_literal_ends_at_its_own_quote() {
        let of = |text: &'static str, at| string(text, at).map(|span| &text[span.range()]);
        assert_eq!(of("'a\\'b' c", 0), Some("a\\'b"));
        assert_eq!(of("\\\"a\\\" b", 1), Some("a"));
        assert_eq!(of("'a\nb'", 0), None);
    }

    #[test]
    fn literals_are_joined_over_operators_and_lines() {
        let whole = |text: &str| {
            let end = text[1..].find('"').expect("a literal") + 1;
            match continued(text, Span::of(1, end)) {
                Continued::Alone => "alone".to_owned(),
                Continued::Joined(_, whole) => whole.expose().to_owned(),
                Continued::Piece => "a piece".to_owned(),
            }
        };
        assert_eq!(whole("\"ab\" + \"cd\""), "abcd");
        assert_eq!(whole("\"ab\" .\n  \"cd\" . \"ef\";"), "abcdef");
        assert_eq!(whole("\"ab\", \"cd\""), "alone");
        assert_eq!(whole("\"ab\".trim()"), "alone");
        assert_eq!(whole("\"ab\" + name"), "a piece");
    }

    #[test]
    fn literals_side_by_side_in_brackets_are_one() {
        let whole = |text: &str| adjacent(text, 1).map(|(_, whole)| whole.expose().to_owned());
        assert_eq!(whole("(\"ab\"\n  \"cd\")"), Some("abcd".to_owned()));
        assert_eq!(whole("(\"ab\", \"cd\")"), None);
        assert_eq!(whole("(\"ab\" name)"), None);
    }
}
