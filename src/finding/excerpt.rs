//! The code that a finding shows: cut from the text and redacted in one step.

use super::Excerpt;
use crate::span::Span;
use crate::text::SourceText;

/// The line of a span, cut around it where it is long, with everything in `hidden` (ascending, merged) and everything
/// that merely looks like a credential replaced by `…`. The mark follows the replacement.
#[must_use]
pub fn cut(text: &SourceText, span: Span, hidden: &[Span]) -> Excerpt {
    let line = text.line_at(span.start);
    let end = span.end.min(line.end).max(span.start.min(line.end));
    let shown = Span::new(span.start.min(end), end);
    let window = around(text, line, shown);
    // Of a line with thousands of secrets only those of the window matter.
    let first = hidden.partition_point(|secret| secret.end <= window.start);
    let hidden = &hidden[first..first.max(hidden.partition_point(|secret| secret.start < window.end))];
    let mut out = String::new();
    let mut mark = Span::default();
    if window.start > line.start {
        out.push('…');
    }
    let mut at = window.start;
    let length = |out: &String| u32::try_from(out.len()).unwrap_or(u32::MAX);
    while at < window.end {
        if at == shown.start {
            mark.start = length(&out);
        }
        if let Some(secret) = hidden.iter().find(|secret| secret.start <= at && at < secret.end) {
            if shown.start > at && shown.start < secret.end {
                mark.start = length(&out);
            }
            out.push('…');
            at = secret.end.min(window.end);
            if shown.end > secret.start && shown.end <= secret.end {
                mark.end = length(&out);
            }
            continue;
        }
        let next_stop = [shown.start, shown.end, window.end]
            .into_iter()
            .chain(hidden.iter().map(|secret| secret.start))
            .filter(|&stop| stop > at)
            .min()
            .unwrap_or(window.end)
            .min(window.end);
        let piece = text.slice(Span::new(at, next_stop));
        if at >= shown.start && next_stop <= shown.end {
            out.push_str(piece);
        } else {
            push_masked(&mut out, piece);
        }
        at = next_stop;
        if at == shown.end {
            mark.end = length(&out);
        }
    }
    if at == shown.start && shown.is_empty() {
        mark = Span::new(length(&out), length(&out));
    }
    if mark.end < mark.start {
        mark.end = length(&out);
    }
    if window.end < line.end {
        out.push('…');
    }
    Excerpt { first_line: text.position(line.start).line, text: out, mark }
}

/// Adds text, with runs that look like credentials hidden: a neighbour that no rule knows must not be shown either.
fn push_masked(out: &mut String, piece: &str) {
    let mut run = String::new();
    for c in piece.chars() {
        if c.is_ascii_alphanumeric() || "_-+/=.~".contains(c) {
            run.push(c);
        } else {
            push_run(out, &mut run);
            out.push(if c.is_control() && c != '\t' { '\u{fffd}' } else { c });
        }
    }
    push_run(out, &mut run);
}

fn push_run(out: &mut String, run: &mut String) {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
    let words = run.bytes().any(|byte| matches!(byte, b'/' | b'.' | b'-' | b'_'));
    let dense = digits >= 3 && letters >= 3;
    if run.len() >= 12 && dense && (!words || digits * 5 >= run.len()) {
        out.push('…');
    } else {
        out.push_str(run);
    }
    run.clear();
}

/// The part of a line that is shown: all of it, or a window around the mark.
fn around(text: &SourceText, line: Span, shown: Span) -> Span {
    if line.len() <= WIDEST {
        return line;
    }
    let start = text.floor(shown.start.saturating_sub(BESIDE).max(line.start));
    let end = text.floor(shown.end.min(shown.start.saturating_add(WIDEST)).saturating_add(BESIDE).min(line.end));
    Span::new(start, end)
}

const WIDEST: u32 = 240;
const BESIDE: u32 = 60;

#[cfg(test)]
mod tests {
    use super::cut;
    use crate::span::Span;
    use crate::text::SourceText;

    #[test]
    fn a_secret_is_replaced_and_marked() {
        let text = SourceText::new("a\nkey = 'SECRETVALUE'\n");
        let span = Span::new(9, 20);
        let excerpt = cut(&text, span, &[span]);
        assert_eq!(excerpt.text, "key = '…'");
        assert_eq!(&excerpt.text[excerpt.mark.range()], "…");
        assert_eq!(excerpt.first_line, 2);
    }

    #[test]
    fn a_neighbour_is_hidden_too() {
        let text = SourceText::new("id: Ab3dEf6hIj9k, scope: ZohoCRM.modules.ALL");
        let excerpt = cut(&text, Span::new(25, 44), &[]);
        assert_eq!(excerpt.text, "id: …, scope: ZohoCRM.modules.ALL");
        assert_eq!(&excerpt.text[excerpt.mark.range()], "ZohoCRM.modules.ALL");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = SourceText::new(format!("{}MARK{}", "é ".repeat(500), " x".repeat(500)));
        let excerpt = cut(&text, Span::new(1500, 1504), &[]);
        assert_eq!(&excerpt.text[excerpt.mark.range()], "MARK");
        assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
        assert!(excerpt.text.len() < 200);
    }

    #[test]
    fn a_mark_over_several_lines_shows_the_first() {
        let text = SourceText::new("-----BEGIN\nabc\n-----END");
        let span = Span::new(0, 22);
        let excerpt = cut(&text, span, &[span]);
        assert_eq!(excerpt.text, "…");
        assert_eq!(&excerpt.text[excerpt.mark.range()], "…");
    }
}
