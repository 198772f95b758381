//! YAML by its lines: indentation gives the path, so that templates and broken places cost only themselves.

use super::entry::{Collector, Kind, MAX_DEPTH, lines, trim};
use super::flow;
use crate::span::Span;

/// Reads `text[start..end]`; several documents follow one another.
pub(super) fn read(into: &mut Collector<'_>, start: usize, end: usize) {
    let base = into.depth();
    let lines = lines(into.text, start, end);
    let mut reader = Reader { into, base, end, frames: Vec::new(), lines, next: 0 };
    while reader.next < reader.lines.len() {
        reader.line();
    }
    reader.into.leave_to(base);
}

struct Reader<'r, 't> {
    into: &'r mut Collector<'t>,
    base: usize,
    end: usize,
    frames: Vec<Frame>,
    lines: Vec<(usize, usize)>,
    next: usize,
}

/// An open key or list item.
struct Frame {
    column: usize,
    /// The number of the item; `None` for a key.
    item: Option<usize>,
    key: Span,
    /// Whether a value was read, so that later lines only continue it.
    filled: bool,
}

impl<'t> Reader<'_, 't> {
    fn line(&mut self) {
        let (start, stop) = self.lines[self.next];
        self.next += 1;
        let text = self.into.text;
        let bytes = text.as_bytes();
        let mut at = start + bytes[start..stop].iter().take_while(|&&b| b == b' ' || b == b'\t').count();
        let line = text.get(at..stop).unwrap_or_default().trim_end();
        if line.is_empty() || line.starts_with('#') || is_template(line) {
            return;
        }
        if at == start && (line.starts_with("---") || line == "..." || line.starts_with('%')) {
            self.pop(0, false);
            let Some(rest) = line.strip_prefix("--- ") else { return };
            // A document that starts on the marker's line.
            let rest = rest.trim_start();
            at = start + line.len() - rest.len();
            if rest.is_empty() {
                return;
            }
        }
        // Items: `- `, also several in a row.
        while matches!(bytes.get(at), Some(b'-')) && (at + 1 >= stop || matches!(bytes.get(at + 1), Some(b' ' | b'\t')))
        {
            let column = at - start;
            self.item(column);
            at += 1;
            at += bytes[at.min(stop)..stop].iter().take_while(|&&b| b == b' ' || b == b'\t').count();
            if at >= stop || bytes.get(at) == Some(&b'#') {
                return;
            }
        }
        let column = at - start;
        if let Some(((key_start, key_end), after)) = key(text, at, stop) {
            self.pop(column, true);
            let key_text = text.get(key_start..key_end).unwrap_or_default();
            if self.frames.len() < MAX_DEPTH {
                self.into.enter(key_text);
                self.frames.push(Frame { column, item: None, key: Span::of(key_start, key_end), filled: false });
            }
            self.value(after, stop, column);
            return;
        }
        // No key: the value of the innermost open key or item, or the continuation of one that has its value.
        let filled = self.frames.last().is_none_or(|frame| frame.filled);
        if !filled {
            let column = self.frames.last().map_or(0, |frame| frame.column);
            self.value(at, stop, column);
        } else if self.frames.is_empty() && matches!(bytes.get(at), Some(b'{' | b'[')) {
            // A whole document in flow style.
            self.value(at, stop, 0);
        }
    }

    /// Opens a list item in a column.
    fn item(&mut self, column: usize) {
        while self.frames.last().is_some_and(|frame| frame.column > column) {
            self.frames.pop();
        }
        let number = match self.frames.last() {
            Some(Frame { column: at, item: Some(number), .. }) if *at == column => {
                let number = number.saturating_add(1);
                self.frames.pop();
                number
            }
            _ => 0,
        };
        self.into.leave_to(self.base + self.frames.len());
        let key = self.frames.last().map_or(Span::default(), |frame| frame.key);
        if self.frames.len() < MAX_DEPTH {
            self.into.enter_item(number);
            self.frames.push(Frame { column, item: Some(number), key, filled: false });
        }
    }

    /// Closes what stands in this column or to the right of it. An item at the column of a key stays open only for
    /// lists; `- key:` puts its key to the right.
    fn pop(&mut self, column: usize, _key: bool) {
        while self.frames.last().is_some_and(|frame| frame.column >= column) {
            self.frames.pop();
        }
        self.into.leave_to(self.base + self.frames.len());
    }

    /// Reads the value that starts at or after `at` on a line that ends at `stop`, of a key in `column`.
    fn value(&mut self, at: usize, stop: usize, column: usize) {
        let text = self.into.text;
        let bytes = text.as_bytes();
        let (mut at, mut stop) = trim(text, at, stop);
        let mut local_tag = None;
        // Anchors and tags stand before the value. What a tag of the application's own makes of the value is unknown:
        // `!Ref Name` is no literal, so the tag stays part of it.
        while let Some(&first) = bytes.get(at)
            && at < stop
            && (first == b'&' || first == b'!')
        {
            if first == b'!' && bytes.get(at + 1) != Some(&b'!') && local_tag.is_none() {
                local_tag = Some(at);
            }
            at += bytes[at..stop].iter().take_while(|b| !b.is_ascii_whitespace()).count();
            at += bytes[at..stop].iter().take_while(|b| b.is_ascii_whitespace()).count();
        }
        let key = self.frames.last().map_or(Span::default(), |frame| frame.key);
        match bytes.get(at) {
            _ if at >= stop => {}
            Some(b'#') => {}
            Some(b'|' | b'>') if is_block_header(&bytes[at..stop]) => {
                self.block(column, key);
                self.fill();
            }
            Some(b'"' | b'\'') if local_tag.is_none() => {
                self.quoted(at, stop, column, key);
                self.fill();
            }
            Some(b'{' | b'[')
                if local_tag.is_none()
                    && !text.get(at..stop).unwrap_or_default().starts_with("{{")
                    && !text.get(at..stop).unwrap_or_default().starts_with("{%") =>
            {
                let after = flow::value(self.into, at, self.end, key);
                // The lines that the value took are done.
                while self.next < self.lines.len() && self.lines[self.next].0 < after {
                    self.next += 1;
                }
                self.fill();
            }
            _ => {
                at = local_tag.unwrap_or(at);
                if let Some(comment) = comment(&bytes[at..stop]) {
                    stop = at + comment;
                }
                self.into.push_bare(at, stop, key);
                self.fill();
            }
        }
    }

    fn fill(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.filled = true;
        }
    }

    /// `|` and `>`: all lines that are empty or further right than the key.
    fn block(&mut self, column: usize, key: Span) {
        let text = self.into.text;
        let bytes = text.as_bytes();
        let (mut from, mut to) = (None, 0);
        while let Some(&(start, stop)) = self.lines.get(self.next) {
            let indent = bytes[start..stop].iter().take_while(|&&b| b == b' ' || b == b'\t').count();
            let blank = start + indent == stop;
            if !blank && indent <= column && !(column == 0 && self.frames.is_empty()) {
                break;
            }
            if !blank {
                from.get_or_insert(start + indent);
                to = stop;
            }
            self.next += 1;
        }
        if let Some(from) = from {
            self.into.push(from, to, key, Kind::String);
        }
    }

    /// A value in quotes; it may go on over lines that are further right than its key.
    fn quoted(&mut self, at: usize, stop: usize, column: usize, key: Span) {
        let bytes = self.into.text.as_bytes();
        let quote = bytes[at];
        let (mut from, mut to) = (at + 1, stop);
        for line in self.next..=self.next.saturating_add(MAX_QUOTED_LINES) {
            if let Some(end) = closing(bytes, from, to, quote) {
                self.into.push(at + 1, end, key, Kind::String);
                self.next = line;
                return;
            }
            let Some(&(start, end)) = self.lines.get(line) else { break };
            let indent = bytes[start..end].iter().take_while(|&&b| b == b' ').count();
            if indent <= column && start + indent < end {
                break;
            }
            (from, to) = (start, end);
        }
        // Never closed: the value is what stands on its line.
        self.into.push(at + 1, stop, key, Kind::String);
    }
}

/// Where the quote that closes stands; `''` and `\"` do not.
fn closing(bytes: &[u8], from: usize, to: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    while at < to {
        if bytes[at] == b'\\' && quote == b'"' {
            at += 2;
            continue;
        }
        if bytes[at] == quote {
            if quote == b'\'' && bytes.get(at + 1) == Some(&quote) && at + 1 < to {
                at += 2;
                continue;
            }
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The key of a line, its range without quotes and the place after its colon.
fn key(text: &str, at: usize, stop: usize) -> Option<((usize, usize), usize)> {
    let bytes = text.as_bytes();
    let colon_ends = |colon: usize| {
        bytes.get(colon) == Some(&b':') && (colon + 1 >= stop || matches!(bytes[colon + 1], b' ' | b'\t'))
    };
    let at = if bytes.get(at) == Some(&b'?') && bytes.get(at + 1) == Some(&b' ') { at + 2 } else { at };
    match bytes.get(at)? {
        &quote @ (b'"' | b'\'') => {
            let end = closing(bytes, at + 1, stop, quote)?;
            let mut colon = end + 1;
            while colon < stop && bytes[colon] == b' ' {
                colon += 1;
            }
            (colon < stop && colon_ends(colon)).then_some(((at + 1, end), colon + 1))
        }
        b'{' if text.get(at..stop).is_some_and(|line| line.starts_with("{{")) => {
            // `{{ .Values.name }}: value`.
            let end = memchr::memmem::find(&bytes[at..stop], b"}}").map(|found| at + found + 2)?;
            (end < stop && colon_ends(end)).then_some(((at, end), end + 1))
        }
        b'{' | b'[' | b'|' | b'>' | b'#' | b'&' | b'*' | b'!' | b'@' | b'%' => None,
        _ => {
            let mut from = at;
            loop {
                let colon = from + memchr::memchr(b':', &bytes[from..stop])?;
                if colon_ends(colon) {
                    let (start, end) = trim(text, at, colon);
                    // A comment or prose with a colon far to the right is no key.
                    let plain = !bytes[start..end].windows(2).any(|pair| pair == b" #");
                    return (end > start && plain).then_some(((start, end), colon + 1));
                }
                from = colon + 1;
            }
        }
    }
}

/// Where ` #` starts a comment in a plain value.
fn comment(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'#', bytes).find(|&at| at > 0 && bytes[at - 1].is_ascii_whitespace())
}

/// `|`, `>-`, `|2+`, perhaps with a comment.
fn is_block_header(bytes: &[u8]) -> bool {
    let mut rest = bytes[1..].iter().skip_while(|b| matches!(b, b'+' | b'-' | b'0'..=b'9'));
    rest.next().is_none_or(|b| b.is_ascii_whitespace())
}

/// A line that is only a template's statement.
fn is_template(line: &str) -> bool {
    (line.starts_with("{{") && line.ends_with("}}") && !line.contains("}}:"))
        || (line.starts_with("{%") && line.ends_with("%}"))
        || (line.starts_with("<%") && line.ends_with("%>"))
}

/// A quoted value over more lines is an unclosed quote.
const MAX_QUOTED_LINES: usize = 64;
