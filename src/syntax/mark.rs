//! The part of a name or of a literal that is meant: without sigils, without quotes.

use crate::span::Span;

/// A name without the sigils of PHP and Ruby, the last part of a PHP path.
pub(super) fn name_mark(text: &str, span: Span) -> Span {
    let name = text.get(span.range()).unwrap_or_default();
    let bare = name.trim_start_matches(['$', '@', ':', '#']);
    let bare = bare.rsplit('\\').next().unwrap_or(bare);
    let bare = bare.trim_end_matches([':', '=', '?']);
    let start = span.start as usize + (bare.as_ptr() as usize - name.as_ptr() as usize);
    Span::of(start, start + bare.len())
}

/// What stands between the quotes of a literal; all of it where it has none.
pub(super) fn content(text: &str, span: Span) -> Span {
    let whole = text.get(span.range()).unwrap_or_default();
    let bytes = whole.as_bytes();
    let opening = bytes.iter().take(8).position(|b| matches!(b, b'"' | b'\'' | b'`'));
    let Some(open) = opening.filter(|&at| {
        bytes[..at].iter().all(|b| {
            matches!(b, b'r' | b'R' | b'b' | b'B' | b'f' | b'F' | b'u' | b'U' | b'c' | b'@' | b'$' | b'#' | b':' | b't')
        })
    }) else {
        let skip = usize::from(bytes.first() == Some(&b':') && bytes.len() > 1);
        return Span::of(span.start as usize + skip, span.end as usize);
    };
    let quote = bytes[open];
    let triple = bytes[open..].starts_with(&[quote, quote, quote]) && bytes.len() >= open + 6;
    let quotes = if triple { 3 } else { 1 };
    let mut end = bytes.len();
    while end > open + quotes && bytes[end - 1] == b'#' {
        end -= 1;
    }
    let mut closing = 0;
    while closing < quotes && end > open + quotes && bytes[end - 1] == quote {
        end -= 1;
        closing += 1;
    }
    Span::of(span.start as usize + open + quotes, span.start as usize + end)
}
