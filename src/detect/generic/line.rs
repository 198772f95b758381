//! Where a place stands in its line: in quotes, in a comment, at its start.

/// Where what is joined starts, blanks included.
pub(super) fn from(bytes: &[u8], at: usize) -> usize {
    let mut at = at;
    while at > 0 && matches!(bytes[at - 1], b' ' | b'\t') {
        at -= 1;
    }
    at
}

/// The quote that is open at a place of its line, if one is.
pub(super) fn inside_quotes(bytes: &[u8], at: usize) -> Option<u8> {
    let mut open = None;
    let mut i = line_start(bytes, at);
    while i < at {
        match (open, bytes[i]) {
            (_, b'\\') => i += 1,
            (None, byte @ (b'"' | b'\'' | b'`')) => open = Some(byte),
            (Some(quote), byte) if quote == byte => open = None,
            _ => {}
        }
        i += 1;
    }
    open
}

/// Whether nothing but signs stands before a place of its line.
pub(super) fn opens_line(bytes: &[u8], at: usize) -> bool {
    !bytes[line_start(bytes, at)..at].iter().any(u8::is_ascii_alphanumeric)
}

/// Whether the line is a comment up to this place.
pub(super) fn commented(bytes: &[u8], at: usize) -> bool {
    let line = bytes[line_start(bytes, at)..at].trim_ascii_start();
    [b"#".as_slice(), b"//", b"*", b"/*", b"--", b";", b"<!--"].iter().any(|mark| line.starts_with(mark))
}

/// The line up to a place.
pub(super) fn line_before(bytes: &[u8], at: usize) -> &[u8] {
    &bytes[line_start(bytes, at)..at]
}

/// The start of the line, not looked for further than a bounded number of bytes.
pub(super) fn line_start(bytes: &[u8], at: usize) -> usize {
    let least = at.saturating_sub(LOOK_BACK);
    memchr::memrchr2(b'\n', b'\r', &bytes[least..at]).map_or(least, |found| least + found + 1)
}

/// A line that begins further back was not written by a person; what stands before does not matter then.
const LOOK_BACK: usize = 512;
