//! The languages of braces: JSON and its relatives, flow style of YAML, values of TOML, HOCON, HCL, NGINX.

use super::entry::{Collector, Kind, MAX_DEPTH};
use super::format::Format;
use crate::span::Span;
use crate::text::floor;

/// Reads `text[start..end]` as a sequence of members or values.
pub(super) fn read(into: &mut Collector<'_>, start: usize, end: usize, format: Format) {
    let mut reader = Reader { into, at: start, end, blocks: !matches!(format, Format::Json), level: 0 };
    reader.top();
}

/// Reads one value at `at` and tells where it ends. Used for flow style inside YAML and values of TOML.
pub(super) fn value(into: &mut Collector<'_>, at: usize, end: usize, key: Span) -> usize {
    let mut reader = Reader { into, at, end, blocks: false, level: 0 };
    reader.value(key);
    reader.at
}

struct Reader<'r, 't> {
    into: &'r mut Collector<'t>,
    at: usize,
    end: usize,
    /// Whether members may stand without a separator: `server { ... }`, `listen 80;`.
    blocks: bool,
    /// How many brackets are open; deeper ones are passed over.
    level: usize,
}

impl Reader<'_, '_> {
    fn byte(&self) -> Option<u8> {
        self.peek(0)
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        if at < self.end { self.into.text.as_bytes().get(at).copied() } else { None }
    }

    /// What the whole text holds: objects and values one after the other, or members without braces around them.
    fn top(&mut self) {
        loop {
            self.space(true);
            match self.byte() {
                None => return,
                Some(b'{' | b'[') if !self.templated() => self.value(Span::default()),
                Some(_) => self.member(),
            }
        }
    }

    /// One member of an object. Always moves on.
    fn member(&mut self) {
        let before = self.at;
        let depth = self.into.depth();
        let Some((start, end)) = self.key() else {
            if self.at == before {
                self.at += 1;
            }
            return;
        };
        let key = Span::of(start, end);
        let text = self.into.text;
        self.enter(text.get(start..end).unwrap_or_default());
        self.space(false);
        match self.byte() {
            Some(b':') => {
                self.at += 1;
                self.space(true);
                self.value(key);
            }
            Some(b'=') => {
                // `=>` of HCL 1 and Ruby hashes.
                self.at += if self.peek(1) == Some(b'>') { 2 } else { 1 };
                self.space(true);
                self.value(key);
            }
            Some(b'+') if self.peek(1) == Some(b'=') => {
                self.at += 2;
                self.space(true);
                self.value(key);
            }
            Some(b'{') if self.blocks => self.value(key),
            Some(b) if self.blocks && !matches!(b, b'}' | b']' | b',' | b';' | b'\n' | b'\r') => self.block(key),
            _ => {}
        }
        self.into.leave_to(depth);
        if self.at == before {
            self.at += 1;
        }
    }

    /// What follows a key without a separator: labels of a block, or the values of a directive.
    fn block(&mut self, key: Span) {
        let line_end = self.line_end();
        let text = self.into.text;
        let rest = text.get(self.at..line_end).unwrap_or_default();
        let code = rest.split(['#']).next().unwrap_or_default().trim_end();
        if let Some(labels) = code.strip_suffix('{') {
            for label in labels.split_ascii_whitespace() {
                self.enter(label.trim_matches(['"', '\'']));
            }
            self.at += labels.len();
            self.value(Span::default());
            return;
        }
        // A block that opens and closes on its line: `provider "x" { a = 1 }`.
        if let Some(open) = code.find('{').filter(|&open| !code[..open].contains([';', '=', '$'])) {
            for label in code[..open].split_ascii_whitespace() {
                self.enter(label.trim_matches(['"', '\'']));
            }
            self.at += open;
            self.value(Span::default());
            return;
        }
        let stop = self.at + code.find(';').unwrap_or(code.len());
        match self.byte() {
            Some(b'"' | b'\'') => self.string(key),
            _ => self.into.push_bare(self.at, stop, key),
        }
        self.at = stop.max(self.at);
    }

    fn value(&mut self, key: Span) {
        match self.byte() {
            Some(b'{' | b'[') if self.level >= MAX_DEPTH => self.at += 1,
            Some(b'{') if !self.templated() => {
                self.level += 1;
                self.object();
                self.level -= 1;
            }
            Some(b'[') => {
                self.level += 1;
                self.array(key);
                self.level -= 1;
            }
            Some(b'"' | b'\'' | b'`') => self.string(key),
            Some(b'<') if self.blocks && self.peek(1) == Some(b'<') => self.heredoc(key),
            Some(_) => self.bare(key),
            None => {}
        }
    }

    fn object(&mut self) {
        self.at += 1;
        loop {
            self.space(true);
            match self.byte() {
                None => return,
                Some(b'}') => {
                    self.at += 1;
                    return;
                }
                // The bracket of an outer list: this object was never closed.
                Some(b']') => return,
                Some(_) => self.member(),
            }
        }
    }

    fn array(&mut self, key: Span) {
        self.at += 1;
        let depth = self.into.depth();
        let mut index = 0;
        loop {
            self.space(true);
            let before = self.at;
            match self.byte() {
                None => return,
                Some(b']') => {
                    self.at += 1;
                    return;
                }
                Some(b'}') => return,
                Some(_) => {
                    if depth < MAX_DEPTH {
                        self.into.enter_item(index);
                    }
                    self.value(key);
                    self.into.leave_to(depth);
                    index += 1;
                }
            }
            if self.at == before {
                self.at += 1;
            }
        }
    }

    fn string(&mut self, key: Span) {
        let (start, end) = self.quoted();
        self.into.push(start, end, key, Kind::String);
    }

    /// Reads a string and gives the range inside its quotes. Triple quotes may hold line ends; others end at the line's
    /// end where they are not closed before.
    fn quoted(&mut self) -> (usize, usize) {
        let Some(quote) = self.byte() else { return (self.at, self.at) };
        let bytes = self.into.text.as_bytes();
        if self.peek(1) == Some(quote) && self.peek(2) == Some(quote) {
            let start = self.at + 3;
            let triple = [quote; 3];
            if start <= self.end
                && let Some(found) = memchr::memmem::find(&bytes[start..self.end], &triple)
            {
                self.at = start + found + 3;
                return (start, start + found);
            }
        }
        let start = self.at + 1;
        let mut at = start;
        while at < self.end {
            match bytes[at] {
                b'\\' if quote != b'`' => at += 1,
                b'\n' | b'\r' => break,
                byte if byte == quote => {
                    self.at = at + 1;
                    return (start, at);
                }
                // `"${lookup(x, "y")}"`: quotes inside an interpolation do not end the string.
                b'$' | b'{' if self.blocks && bytes.get(at + 1) == Some(&b'{') => {
                    if let Some(stop) = interpolation(&bytes[at..self.end]) {
                        at += stop;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let stop = at.min(self.end);
        self.at = stop;
        let stop = floor(self.into.text, stop);
        (start.min(stop), stop)
    }

    /// `<<EOF` and `<<-EOF`: everything up to the line that holds only the word.
    fn heredoc(&mut self, key: Span) {
        let line_end = self.line_end();
        let text = self.into.text;
        let word =
            text.get(self.at + 2..line_end).unwrap_or_default().trim().trim_start_matches(['-', '~']).trim_matches('"');
        let start = (line_end + 1).min(self.end);
        if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            self.bare(key);
            return;
        }
        let mut at = start;
        while at < self.end {
            let stop = self.line_end_from(at);
            if text.get(at..stop).is_some_and(|line| line.trim() == word) {
                self.into.push(start, at.saturating_sub(1).max(start), key, Kind::String);
                self.at = stop;
                return;
            }
            at = stop + 1;
        }
        self.at = line_end;
    }

    /// A value without quotes: up to a comma, a closing bracket, a comment or the line's end; brackets of calls and
    /// templates inside are passed over. Objects and lists inside a call (`jsonencode({...})`) are read in place.
    fn bare(&mut self, key: Span) {
        let start = self.at;
        let bytes = self.into.text.as_bytes();
        let mut at = start;
        let mut round = 0_u32;
        while at < self.end {
            match bytes[at] {
                b'\n' | b'\r' if round == 0 => break,
                b',' | b'}' | b']' | b';' if round == 0 => break,
                b'#' if at > start && bytes[at - 1].is_ascii_whitespace() => break,
                b'/' if bytes.get(at + 1) == Some(&b'/') && at > start && bytes[at - 1].is_ascii_whitespace() => break,
                b'(' => {
                    round += 1;
                    let inner = at + 1 + bytes[at + 1..self.end].iter().take_while(|b| b.is_ascii_whitespace()).count();
                    if matches!(bytes.get(inner), Some(b'{' | b'['))
                        && inner < self.end
                        && self.into.depth() < MAX_DEPTH
                    {
                        self.at = inner;
                        let depth = self.into.depth();
                        self.value(key);
                        self.into.leave_to(depth);
                        at = self.at;
                        continue;
                    }
                }
                b')' => round = round.saturating_sub(1),
                b'"' | b'\'' => {
                    self.at = at;
                    let _ = self.quoted();
                    at = self.at.max(at + 1);
                    continue;
                }
                b'$' | b'{' if bytes.get(at + 1) == Some(&b'{') => {
                    if let Some(stop) = interpolation(&bytes[at..self.end]) {
                        at += stop;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let stop = floor(self.into.text, at.min(self.end));
        self.at = stop;
        if stop > start {
            self.into.push_bare(start, stop, key);
        }
    }

    /// The range of a key, quotes left out; `None` where none stands.
    fn key(&mut self) -> Option<(usize, usize)> {
        match self.byte()? {
            b'"' | b'\'' | b'`' => Some(self.quoted()),
            b'{' | b'[' => {
                // A value without a key.
                if self.templated() {
                    self.at = interpolation(&self.into.text.as_bytes()[self.at..self.end])
                        .map_or(self.at + 2, |n| self.at + n);
                } else {
                    self.value(Span::default());
                }
                None
            }
            _ => {
                let start = self.at;
                let bytes = self.into.text.as_bytes();
                let mut at = start;
                while at < self.end && !is_key_end(bytes[at]) {
                    at += 1;
                }
                self.at = at;
                (at > start).then_some((start, at))
            }
        }
    }

    fn enter(&mut self, key: &str) {
        if self.into.depth() < MAX_DEPTH {
            self.into.enter(key);
        }
    }

    /// Whether `{{` or `{%` stands here: a template, not an object.
    fn templated(&self) -> bool {
        match (self.byte(), self.peek(1)) {
            (Some(b'{'), Some(b'%')) => true,
            // `{{` opens an object inside an object nowhere but in templates.
            (Some(b'{'), Some(b'{')) => true,
            _ => false,
        }
    }

    /// Passes over white space, commas, semicolons and comments; line ends only where they mean nothing.
    fn space(&mut self, breaks: bool) {
        while let Some(byte) = self.byte() {
            match byte {
                b'\n' | b'\r' if !breaks => return,
                b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C => self.at += 1,
                b',' | b';' if breaks => self.at += 1,
                b'#' if breaks => self.at = self.line_end(),
                b'/' if self.peek(1) == Some(b'/') && breaks => self.at = self.line_end(),
                b'/' if self.peek(1) == Some(b'*') => {
                    let bytes = self.into.text.as_bytes();
                    let from = (self.at + 2).min(self.end);
                    self.at =
                        memchr::memmem::find(&bytes[from..self.end], b"*/").map_or(self.end, |found| from + found + 2);
                }
                _ => return,
            }
        }
    }

    fn line_end(&self) -> usize {
        self.line_end_from(self.at)
    }

    fn line_end_from(&self, at: usize) -> usize {
        let at = at.min(self.end);
        memchr::memchr2(b'\n', b'\r', &self.into.text.as_bytes()[at..self.end]).map_or(self.end, |found| at + found)
    }
}

/// The length of `${...}` or `{{...}}` that starts here, if it is closed on its line.
fn interpolation(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in bytes.iter().take(MAX_INTERPOLATION).enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'\n' | b'\r' => return None,
            _ => {}
        }
    }
    None
}

const fn is_key_end(byte: u8) -> bool {
    matches!(byte, b':' | b'=' | b',' | b';' | b'{' | b'}' | b'[' | b']' | b'"' | b'\'' | b'#' | b'(' | b')')
        || byte.is_ascii_whitespace()
}

/// Longer interpolations are not looked through, so that a line of unclosed ones stays linear.
const MAX_INTERPOLATION: usize = 256;
