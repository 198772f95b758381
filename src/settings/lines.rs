//! Formats of one setting a line: dotenv, properties, INI, Apache's directives, and the variables of Dockerfiles.

use super::entry::{Collector, Kind, lines, trim};
use crate::span::Span;

/// `KEY=value`, with `export`, quotes (in which a value may go on over lines) and comments.
pub(super) fn env(into: &mut Collector<'_>, start: usize, end: usize) {
    let text = into.text;
    let lines = lines(text, start, end);
    let mut next = 0;
    while let Some(&(from, to)) = lines.get(next) {
        next += 1;
        let (mut at, stop) = trim(text, from, to);
        let line = text.get(at..stop).unwrap_or_default();
        if line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        for word in ["export ", "set ", "ENV "] {
            if let Some(rest) = line.strip_prefix(word) {
                at = stop - rest.trim_start().len();
            }
        }
        // Some tools write `KEY: value`.
        let Some(separator) = text.as_bytes()[at..stop].iter().position(|&b| b == b'=' || b == b':') else { continue };
        let after = assignment(into, at, at + separator, stop, end, true);
        while lines.get(next).is_some_and(|&(from, _)| from < after) {
            next += 1;
        }
    }
}

/// Java properties: `key=value`, `key: value`, `key value`, continued by a backslash at the line's end.
pub(super) fn properties(into: &mut Collector<'_>, start: usize, end: usize) {
    let text = into.text;
    let bytes = text.as_bytes();
    let lines = lines(text, start, end);
    let mut next = 0;
    while let Some(&(from, to)) = lines.get(next) {
        next += 1;
        let (at, mut stop) = trim(text, from, to);
        if at >= stop || matches!(bytes[at], b'#' | b'!') {
            continue;
        }
        let mut separator = at;
        while separator < stop && !matches!(bytes[separator], b'=' | b':' | b' ' | b'\t') {
            separator += if bytes[separator] == b'\\' { 2 } else { 1 };
        }
        let mut last = stop;
        while bytes[at..last.max(at)].last() == Some(&b'\\') {
            let Some(&(from, to)) = lines.get(next) else { break };
            next += 1;
            last = trim(text, from, to).1.max(from);
            stop = last;
        }
        if separator >= stop {
            continue;
        }
        let mut value = separator;
        while value < stop && matches!(bytes[value], b' ' | b'\t') {
            value += 1;
        }
        if value < stop && matches!(bytes[value], b'=' | b':') {
            value += 1;
        }
        let key = Span::of(at, separator);
        let depth = into.depth();
        into.enter(text.get(at..separator).unwrap_or_default());
        into.push_bare(value, stop, key);
        into.leave_to(depth);
    }
}

/// Sections and `key = value`; comments start with `#` or `;`.
pub(super) fn ini(into: &mut Collector<'_>, start: usize, end: usize) {
    let text = into.text;
    let bytes = text.as_bytes();
    let base = into.depth();
    for (from, to) in lines(text, start, end) {
        let (at, stop) = trim(text, from, to);
        if at >= stop || matches!(bytes[at], b'#' | b';') {
            continue;
        }
        if bytes[at] == b'[' {
            into.leave_to(base);
            let name = text.get(at + 1..stop).unwrap_or_default().split(']').next().unwrap_or_default();
            into.enter(name.trim());
            continue;
        }
        // A URL before the separator (`//registry.example.org/:_authToken=x`) has colons of its own.
        let line = &bytes[at..stop];
        let separator = line.iter().position(|&b| b == b'=').or_else(|| line.windows(2).position(|w| w == b": "));
        let Some(separator) = separator else { continue };
        assignment(into, at, at + separator, stop, stop, false);
    }
    into.leave_to(base);
}

/// `Directive value`; what stands in tags only says where it holds.
pub(super) fn apache(into: &mut Collector<'_>, start: usize, end: usize) {
    let text = into.text;
    for (from, to) in lines(text, start, end) {
        let (at, stop) = trim(text, from, to);
        let line = text.get(at..stop).unwrap_or_default();
        if !line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let Some(space) = line.find([' ', '\t']) else { continue };
        assignment(into, at, at + space, stop, stop, false);
    }
}

/// `ENV key=value other="value"`, `ENV key value`, `ARG key=value`; a backslash continues the line.
pub(super) fn docker(into: &mut Collector<'_>, start: usize, end: usize) {
    let text = into.text;
    let bytes = text.as_bytes();
    let mut continued = false;
    for (from, to) in lines(text, start, end) {
        let (mut at, stop) = trim(text, from, to);
        let line = text.get(at..stop).unwrap_or_default();
        if line.starts_with('#') {
            continue;
        }
        let word = line.split_ascii_whitespace().next().unwrap_or_default();
        let starts =
            word.eq_ignore_ascii_case("env") || word.eq_ignore_ascii_case("arg") || word.eq_ignore_ascii_case("label");
        let goes_on = line.ends_with('\\');
        let stop = if goes_on { stop - 1 } else { stop };
        if !starts && !continued {
            continue;
        }
        continued = goes_on;
        if starts {
            at = (at + word.len()).min(stop);
        }
        variables(into, bytes, at, stop);
    }
}

/// The `key=value` pairs of a range, or `key value` where no `=` stands in the first word.
fn variables(into: &mut Collector<'_>, bytes: &[u8], mut at: usize, stop: usize) {
    let text = into.text;
    loop {
        while at < stop && bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        if at >= stop {
            return;
        }
        let key_start = at;
        while at < stop && bytes[at] != b'=' && !bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        let key = Span::of(key_start, at);
        let depth = into.depth();
        into.enter(text.get(key_start..at).unwrap_or_default());
        if at < stop && bytes[at] == b'=' {
            at += 1;
            if at < stop && matches!(bytes[at], b'"' | b'\'') {
                let close = memchr::memchr(bytes[at], &bytes[at + 1..stop]).map_or(stop, |found| at + 1 + found);
                into.push(at + 1, close, key, Kind::String);
                at = (close + 1).min(stop);
            } else {
                let value = at;
                while at < stop && !bytes[at].is_ascii_whitespace() {
                    at += 1;
                }
                into.push_bare(value, at, key);
            }
        } else {
            let (from, to) = trim(text, at, stop);
            if from < to {
                let quoted = to - from >= 2 && matches!(bytes[from], b'"' | b'\'') && bytes[to - 1] == bytes[from];
                let (from, to) = if quoted { (from + 1, to - 1) } else { (from, to) };
                into.push_bare(from, to, key);
            }
            at = stop;
        }
        into.leave_to(depth);
    }
}

/// One `key = value`; `far` is where a value in quotes has to end at the latest. Gives the end of the value.
fn assignment(into: &mut Collector<'_>, at: usize, separator: usize, stop: usize, far: usize, comments: bool) -> usize {
    let text = into.text;
    let bytes = text.as_bytes();
    let (key_start, key_end) = trim(text, at, separator);
    let key = Span::of(key_start, key_end);
    let (value, stop) = trim(text, (separator + 1).min(stop), stop);
    let depth = into.depth();
    into.enter(text.get(key_start..key_end).unwrap_or_default().trim_matches(['"', '\'']));
    let mut after = stop;
    let quote = bytes.get(value).copied().filter(|quote| value < stop && matches!(quote, b'"' | b'\'' | b'`'));
    match quote.and_then(|quote| closing(bytes, value + 1, stop, far, quote)) {
        Some(end) => {
            into.push(value + 1, end, key, Kind::String);
            after = end + 1;
        }
        None => {
            let mut end = stop;
            if comments && let Some(hash) = bytes[value..stop].windows(2).position(|pair| pair == b" #") {
                end = value + hash;
            }
            into.push_bare(value, end, key);
        }
    }
    into.leave_to(depth);
    after.max(stop)
}

/// Where the closing quote stands: on the line, else within the next lines.
fn closing(bytes: &[u8], from: usize, stop: usize, far: usize, quote: u8) -> Option<usize> {
    let far = far.min(from.saturating_add(MAX_QUOTED)).max(stop);
    let mut at = from;
    while at < far {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Longer values in quotes are unclosed quotes. A private key fits; the bound keeps a file of unclosed quotes cheap.
const MAX_QUOTED: usize = 8 * 1024;
