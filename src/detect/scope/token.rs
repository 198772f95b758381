//! One written list of scopes taken apart: separators of all kinds, percent-coding, the place of every scope.

use std::borrow::Cow;

use crate::span::Span;

/// One scope of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The place of its text.
    pub(super) span: Span,
    /// The scope, percent-coding resolved.
    pub(super) scope: String,
    /// Whether the text is the scope as it stands.
    pub(super) plain: bool,
    /// Whether it is the name of an SDK's constant that is still to be understood.
    pub(super) named: bool,
}

/// In what a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// As it is.
    Plain,
    /// In a URL: `+` and `%20` are spaces.
    Url,
}

/// The scopes of `text[span]`. Parts that are computed (`${x}`, `%s`) are left out.
pub(super) fn split(text: &str, span: Span, coding: Coding) -> Vec<Written> {
    let mut found = Vec::new();
    let Some(value) = text.get(span.range()) else { return found };
    let bytes = value.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let width = separator(&bytes[at..], coding);
        if width == 0 {
            at += 1;
            continue;
        }
        take(value, start, at, span.start, coding, &mut found);
        at += width;
        start = at;
    }
    take(value, start, bytes.len(), span.start, coding, &mut found);
    found
}

/// How many bytes of a separator stand here.
fn separator(bytes: &[u8], coding: Coding) -> usize {
    match bytes {
        [b' ' | b'\t' | b'\n' | b'\r' | b',' | b'|' | b';', ..] => 1,
        [b'+', ..] if coding == Coding::Url => 1,
        [b'\\', b'n' | b't' | b'r', ..] => 2,
        [b'%', b'2', b'0' | b'C' | b'c' | b'B' | b'b', ..]
        | [b'%', b'7', b'C' | b'c', ..]
        | [b'%', b'0', b'A' | b'a' | b'D' | b'd' | b'9', ..]
        | [b'%', b'3', b'B' | b'b', ..] => 3,
        [b'&', b'#', b'3', b'2', b';', ..] => 5,
        _ => 0,
    }
}

fn take(value: &str, start: usize, end: usize, offset: u32, coding: Coding, found: &mut Vec<Written>) {
    let Some(piece) = value.get(start..end) else { return };
    // `${SCOPES:-a,b}`: what holds where nothing is set.
    let default = piece.strip_prefix("${").and_then(|rest| rest.find(':')).map_or(0, |at| at + 3);
    let start = start + default + usize::from(default > 0 && piece[default..].starts_with('-'));
    let Some(piece) = value.get(start..end) else { return };
    let piece = if piece.contains('{') { piece } else { piece.trim_end_matches('}') };
    let trimmed = piece.trim_start_matches(QUOTES);
    let from = start + (piece.len() - trimmed.len());
    let trimmed = trimmed.trim_end_matches(QUOTES).trim_end_matches('\\');
    if trimmed.is_empty() || trimmed.len() > LONGEST || trimmed.contains(['{', '}', '$', '<', '>', '(', ')', '"', '\''])
    {
        return;
    }
    let scope = decode(trimmed, coding);
    let span = Span::of(offset as usize + from, offset as usize + from + trimmed.len());
    let plain = scope == trimmed;
    found.push(Written { span, scope: scope.into_owned(), plain, named: false });
}

/// Resolves the percent-coding that scopes contain: `:` and `/`.
fn decode(piece: &str, _coding: Coding) -> Cow<'_, str> {
    if !piece.contains('%') && !piece.contains("\\/") {
        return Cow::Borrowed(piece);
    }
    let mut decoded = piece.replace("\\/", "/");
    for (coded, plain) in
        [("%3A", ":"), ("%3a", ":"), ("%2F", "/"), ("%2f", "/"), ("%2E", "."), ("%2D", "-"), ("%5F", "_")]
    {
        decoded = decoded.replace(coded, plain);
    }
    Cow::Owned(decoded)
}

const QUOTES: [char; 8] = ['"', '\'', '`', '[', ']', '\u{201c}', '\u{201d}', '\\'];

/// Longer is no scope.
const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::{Coding, split};
    use crate::span::Span;

    fn scopes(text: &str, coding: Coding) -> Vec<String> {
        split(text, Span::of(0, text.len()), coding)
            .into_iter()
            .map(|written| {
                if written.plain {
                    assert_eq!(text[written.span.range()], written.scope);
                }
                written.scope
            })
            .collect()
    }

    #[test]
    fn all_separators_part_scopes() {
        assert_eq!(scopes("a.READ, b.READ c|d;e\\nf", Coding::Plain), ["a.READ", "b.READ", "c", "d", "e", "f"]);
        assert_eq!(scopes("a%20b%2Cc+d", Coding::Url), ["a", "b", "c", "d"]);
        assert_eq!(scopes("['a', \"b\"]", Coding::Plain), ["a", "b"]);
    }

    #[test]
    fn percent_coding_is_resolved() {
        assert_eq!(
            scopes("https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fdrive%20openid", Coding::Url),
            ["https://www.googleapis.com/auth/drive", "openid"]
        );
    }

    #[test]
    fn computed_parts_are_left_out() {
        assert_eq!(scopes("openid ${EXTRA} %s{x}", Coding::Plain), ["openid"]);
        assert_eq!(scopes("${SCOPES:-a.READ,b.READ}", Coding::Plain), ["a.READ", "b.READ"]);
        assert_eq!(scopes("${zoho.scope:a.READ}", Coding::Plain), ["a.READ"]);
    }
}
