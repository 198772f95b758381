//! Paths as relative references of URIs.

use camino::Utf8Path;

/// A relative path percent-encoded segment by segment; a first segment with `:` would read as a scheme and gets `./`.
#[must_use]
pub fn path(path: &Utf8Path) -> String {
    let text = path.as_str();
    let mut out = String::with_capacity(text.len());
    if text.split('/').next().is_some_and(|first| first.contains(':')) {
        out.push_str("./");
    }
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';'
            | b'=' | b':' | b'@' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                for half in [byte >> 4, byte & 15] {
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(half)]));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn paths_are_encoded_segment_by_segment() {
        assert_eq!(path("a b/ü#%?.txt".into()), "a%20b/%C3%BC%23%25%3F.txt");
        assert_eq!(path("c:/x\\y".into()), "./c:/x%5Cy");
    }
}
