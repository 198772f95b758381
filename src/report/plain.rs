//! Text as a stream may carry it: no control character of a scanned tree reaches a terminal or a log.

use std::borrow::Cow;

use crate::origin::Location;

/// The text with everything that steers a terminal or reorders what is read replaced by U+FFFD. Line ends become
/// blanks: the result is one line.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if steers(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    Cow::Owned(text.chars().map(plain).collect())
}

/// Whether a character steers instead of being shown: controls, and the marks that change the direction of writing.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Breaks a line at blanks so that no piece is wider than `width`, where words allow it; the first line has `first`
/// columns less.
#[must_use]
pub fn wrap(text: &str, width: usize, first: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = width.saturating_sub(first);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        let last = lines.last_mut().expect("there is always a line");
        let used = last.chars().count();
        if used == 0 {
            last.push_str(word);
        } else if used + 1 + length <= room {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
            room = width;
        }
    }
    lines
}

/// `path:line:column`, as editors and `grep -n` write it.
#[must_use]
pub fn place(at: &Location) -> String {
    let start = at.region.start;
    format!("{}:{}:{}", line(at.path.as_str()), start.line, start.column)
}

/// `1 file`, `2 files`.
#[must_use]
pub fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Bytes as people read them: `900 B`, `12 KiB`, `1.4 MiB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    if unit == 0 || tenths >= 1000 {
        format!("{} {}", tenths / 10, UNITS[unit])
    } else {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::{line, size, wrap};

    #[test]
    fn nothing_of_a_scanned_tree_steers_the_terminal() {
        assert_eq!(line("a\u{1b}[31mb\nc\u{202e}d"), "a\u{fffd}[31mb c\u{fffd}d");
        assert_eq!(line("Größe"), "Größe");
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrap("aa bb cc dd", 6, 3), ["aa", "bb cc", "dd"]);
        assert_eq!(wrap("abcdefghij k", 4, 0), ["abcdefghij", "k"]);
    }

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 900, 12 * 1024 + 5, 1_500_000, 3 << 40].map(size);
        assert_eq!(sizes, ["0 B", "900 B", "12 KiB", "1.4 MiB", "3.0 TiB"]);
    }
}
