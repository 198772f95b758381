//! Lists of scopes in one text, cut at what stands between them.

use std::ops::Range;

/// Cuts a list of scopes at white space, commas, semicolons, plus signs and their percent-encoded forms.
pub fn split(list: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let bytes = list.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && between(bytes, at) > 0 {
            at += between(bytes, at);
        }
        let start = at;
        while at < bytes.len() && between(bytes, at) == 0 {
            at += 1;
        }
        (start < at).then(|| (start..at, &list[start..at]))
    })
}

/// How many bytes at this place stand between scopes.
fn between(bytes: &[u8], at: usize) -> usize {
    match bytes[at] {
        b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' | b'+' => 1,
        b'%' => match bytes.get(at + 1..at + 3) {
            Some(
                [b'2', b'0' | b'c' | b'C' | b'b' | b'B']
                | [b'0', b'a' | b'A' | b'd' | b'D' | b'9']
                | [b'3', b'b' | b'B'],
            ) => 3,
            _ => 0,
        },
        _ => 0,
    }
}
