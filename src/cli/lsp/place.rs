//! Places as editors tell them: URIs of files, lines and columns from 0 in UTF-16 units.

use std::ops::Range;
use std::path::{Path, PathBuf};

use camino::Utf8Path;
use serde_json::{Value, json};

use crate::report::uri;
use crate::span::{Position, Region};

/// The path of a `file:` URI.
#[must_use]
pub fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let mut bytes = Vec::with_capacity(rest.len());
    let mut left = rest.as_bytes();
    while let Some((&first, tail)) = left.split_first() {
        let hex = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                left = &tail[2..];
            }
            _ => {
                bytes.push(first);
                left = tail;
            }
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    // `/c:/x` on Windows.
    let drive = text.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if drive && cfg!(windows) { &text[1..] } else { &text }))
}

/// The URI of a path below a root.
#[must_use]
pub fn uri(root: &Path, path: &Utf8Path) -> String {
    let full = root.join(path).to_string_lossy().replace('\\', "/");
    format!("file://{}{}", if full.starts_with('/') { "" } else { "/" }, uri::path(Utf8Path::new(&full)))
}

/// A region as a range.
#[must_use]
pub fn range(region: &Region) -> Value {
    let end = |at: &Position| json!({"line": at.line.saturating_sub(1), "character": at.utf16.saturating_sub(1)});
    json!({"start": end(&region.start), "end": end(&region.end)})
}

/// A range in one line, in bytes of that line.
#[must_use]
pub fn in_line(line: u32, text: &str, bytes: &Range<usize>) -> Value {
    let at = |byte: usize| text.get(..byte).unwrap_or(text).encode_utf16().count();
    json!({"start": {"line": line, "character": at(bytes.start)}, "end": {"line": line, "character": at(bytes.end)}})
}

/// The line that a position names, and the byte in it.
#[must_use]
pub fn find<'t>(text: &'t str, position: &Value) -> Option<(u32, &'t str, usize)> {
    let number = u32::try_from(position["line"].as_u64()?).ok()?;
    let line = text.split('\n').nth(number as usize)?.trim_end_matches('\r');
    let wanted = usize::try_from(position["character"].as_u64()?).ok()?;
    let mut units = 0;
    for (at, character) in line.char_indices() {
        if units >= wanted {
            return Some((number, line, at));
        }
        units += character.len_utf16();
    }
    Some((number, line, line.len()))
}

/// The word at a byte of a line that may be a scope.
#[must_use]
pub fn word(line: &str, at: usize) -> Range<usize> {
    let apart = |character: char| character.is_whitespace() || "\"'`,;()[]{}<>|&=\\".contains(character);
    let start =
        line[..at].rfind(apart).map_or(0, |found| found + line[found..].chars().next().map_or(1, char::len_utf8));
    let end = line[at..].find(apart).map_or(line.len(), |found| at + found);
    start..end
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{find, path, uri, word};

    #[test]
    fn a_path_is_a_uri_and_back() {
        let told = uri("/home/a b".as_ref(), "src/ü#.py".into());
        assert_eq!(told, "file:///home/a%20b/src/%C3%BC%23.py");
        assert_eq!(path(&told), Some("/home/a b/src/ü#.py".into()));
        assert_eq!(path("untitled:1"), None);
        assert_eq!(path("file:///a%zz"), Some("/a%zz".into()));
    }

    #[test]
    fn a_word_is_found_behind_wide_characters() {
        let text = "x\r\n\"😀\", \"ZohoCRM.modules.ALL,b\"\r\n";
        let (number, line, at) = find(text, &json!({"line": 1, "character": 10})).expect("it is there");
        assert_eq!((number, &line[word(line, at)]), (1, "ZohoCRM.modules.ALL"));
        assert!(find(text, &json!({"line": 9, "character": 0})).is_none());
        assert_eq!(word("", 0), 0..0);
    }
}
