//! Runs that go on in the next line: Base64 and hex are wrapped into lines of one length.

use super::lanes::Class;
use crate::span::Span;

/// The lines of what begins with the first of some runs of [`Class::Base64`], in a text that all of them stand in; `limit`
/// bounds how many bytes they have together. One line where nothing is wrapped.
pub(super) fn lines(bytes: &[u8], runs: &[(usize, usize)], limit: usize) -> Vec<Span> {
    let Some(&(start, end)) = runs.first() else { return Vec::new() };
    let mut lines = vec![Span::of(start, end)];
    let width = end - start;
    // Every tool that wraps takes whole groups of four letters, or whole bytes in hex.
    if width < NARROWEST || !width.is_multiple_of(4) || bytes[end - 1] == b'=' {
        return lines;
    }
    let mut last = end;
    while (lines.len() + 1) * width <= limit {
        let Some(next) = next_line(bytes, last) else { break };
        let length = bytes[next..].iter().take(width + 1).take_while(|&&byte| Class::Base64.holds(byte)).count();
        if length == 0 || length > width {
            break;
        }
        last = next + length;
        lines.push(Span::of(next, last));
        if length < width {
            break;
        }
    }
    lines
}

/// Where the next line begins behind what it is indented by, if a line ends at a place.
fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let indent = rest.iter().take(DEEPEST).take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    Some(bytes.len() - rest.len() + indent)
}

/// Shorter lines are words of a list.
const NARROWEST: usize = 40;
const DEEPEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::detect::lanes::Class;
    use crate::detect::runs::runs;

    /// The lines of the first run, as text.
    fn of(text: &str, limit: usize) -> Vec<&str> {
        let lines = lines(text.as_bytes(), &runs(text.as_bytes(), 24, Class::Base64), limit);
        lines.into_iter().map(|line| &text[line.range()]).collect()
    }

    #[test]
    fn lines_of_one_length_belong_together_and_a_shorter_one_ends_them() {
        let (line, other) = ("a".repeat(64), "b".repeat(64));
        assert_eq!(of(&format!("{line}\n  {other}\r\n\tcc==\n{line}"), 1 << 20), [&line, &other, "cc=="]);
        assert_eq!(of(&format!("{line}\n{other}\n{line}"), 150), [&line, &other]);
        for apart in
            [format!("{line}\n\n{other}"), format!("{line} {other}"), format!("{line}\n{other}b"), line.clone()]
        {
            assert_eq!(of(&apart, 1 << 20), [&line], "{apart}");
        }
        assert_eq!(of(&format!("{}\n{}", "a".repeat(63), "b".repeat(63)), 1 << 20).len(), 1);
    }
}
