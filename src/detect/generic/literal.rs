//! String literals as most languages write them.

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

/// The first place from `from` on that is no blank; a long gap is not followed.
#[must_use]
pub fn blanks(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while matches!(bytes.get(at), Some(b' ' | b'\t')) && at - from < 40 {
        at += 1;
    }
    at
}

/// Literals are never longer.
const LONGEST_VALUE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn a_literal_ends_at_its_own_quote() {
        let of = |text: &'static str, at| string(text, at).map(|span| &text[span.range()]);
        assert_eq!(of("'a\\'b' c", 0), Some("a\\'b"));
        assert_eq!(of("\\\"a\\\" b", 1), Some("a"));
        assert_eq!(of("'a\nb'", 0), None);
    }
}
