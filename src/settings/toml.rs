//! TOML by its lines.

use super::entry::{Collector, MAX_DEPTH, lines, trim};
use super::flow;
use crate::span::Span;

/// Reads `text[start..end]`.
pub(super) fn read(into: &mut Collector<'_>, start: usize, end: usize) {
    let base = into.depth();
    let mut table = base;
    let mut numbers = std::collections::BTreeMap::new();
    let lines = lines(into.text, start, end);
    let text = into.text;
    let bytes = text.as_bytes();
    let mut next = 0;
    while let Some(&(from, to)) = lines.get(next) {
        next += 1;
        let (at, stop) = trim(text, from, to);
        let line = text.get(at..stop).unwrap_or_default();
        if line.is_empty() || line.starts_with('#') || line.starts_with("{{") || line.starts_with("{%") {
            continue;
        }
        if let Some(inner) = line.strip_prefix('[') {
            let many = inner.starts_with('[');
            let name = inner.trim_start_matches('[').split(']').next().unwrap_or_default().trim();
            into.leave_to(base);
            enter(into, name);
            if many {
                let number: &mut usize = numbers.entry(name.to_owned()).or_default();
                into.enter_item(*number);
                *number += 1;
            }
            table = into.depth();
            continue;
        }
        let Some((key_start, key_end, value)) = key(text, at, stop) else { continue };
        into.leave_to(table);
        enter(into, text.get(key_start..key_end).unwrap_or_default());
        let (value, _) = trim(text, value, stop);
        let key = Span::of(key_start, key_end);
        let after = if value >= stop {
            stop
        } else if matches!(bytes[value], b'[' | b'{' | b'"' | b'\'') && !line[value - at..].starts_with("{{") {
            flow::value(into, value, end, key)
        } else {
            let comment = memchr::memchr(b'#', &bytes[value..stop]).map_or(stop, |found| value + found);
            into.push_bare(value, comment, key);
            stop
        };
        while lines.get(next).is_some_and(|&(from, _)| from < after) {
            next += 1;
        }
        into.leave_to(table);
    }
    into.leave_to(base);
}

/// Goes down a dotted key, whose parts may stand in quotes.
fn enter(into: &mut Collector<'_>, name: &str) {
    let mut quote = None;
    let mut from = 0;
    let mut parts = Vec::new();
    for (at, character) in name.char_indices() {
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            (_, Some(open)) if open == character => quote = None,
            ('.', None) => {
                parts.push(&name[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&name[from..]);
    for part in parts {
        if into.depth() < MAX_DEPTH {
            into.enter(part.trim().trim_matches(['"', '\'']));
        }
    }
}

/// The range of the key and the place after `=`.
fn key(text: &str, at: usize, stop: usize) -> Option<(usize, usize, usize)> {
    let bytes = text.as_bytes();
    let mut quote = None;
    for (place, &byte) in bytes.iter().enumerate().take(stop).skip(at) {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (b'=', None) => {
                let (start, end) = trim(text, at, place);
                return (end > start).then_some((start, end, place + 1));
            }
            _ => {}
        }
    }
    None
}
