//! XML: text and attributes of elements, and the idioms in which settings are written.

use super::entry::{Collector, Kind, MAX_DEPTH, trim};
use crate::span::Span;

/// Reads `text[start..end]`. Besides plain elements: `<add key="k" value="v"/>`, `<property name="k">v</property>`,
/// `<entry key="k">v</entry>` stand at the path of `k`, and so does `<key>k</key><string>v</string>` of property lists.
pub(super) fn read(into: &mut Collector<'_>, start: usize, end: usize) {
    let base = into.depth();
    let mut open: Vec<Element> = Vec::new();
    let text = into.text;
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        let Some(found) = memchr::memchr(b'<', &bytes[at..end]) else { break };
        let tag = at + found;
        content(into, &mut open, at, tag);
        let rest = &bytes[tag..end];
        if rest.starts_with(b"<!--") {
            at = memchr::memmem::find(rest, b"-->").map_or(end, |n| tag + n + 3);
        } else if rest.starts_with(b"<![CDATA[") {
            let stop = memchr::memmem::find(rest, b"]]>").map_or(end, |n| tag + n);
            content(into, &mut open, tag + 9, stop);
            at = (stop + 3).min(end);
        } else if rest.starts_with(b"<?") || rest.starts_with(b"<!") {
            at = memchr::memchr(b'>', rest).map_or(end, |n| tag + n + 1);
        } else if rest.starts_with(b"</") {
            at = memchr::memchr(b'>', rest).map_or(end, |n| tag + n + 1);
            let name = local(text.get(tag + 2..at.saturating_sub(1)).unwrap_or_default().trim());
            close(into, &mut open, base, name);
        } else {
            at = element(into, &mut open, tag + 1, end);
        }
    }
    into.leave_to(base);
}

struct Element {
    name: String,
    /// Depth of the path before it.
    depth: usize,
    /// In a property list: the key that the next value belongs to.
    pending: Option<Span>,
    /// Whether its text is the value of a named property.
    key: Span,
}

/// Text between tags.
fn content(into: &mut Collector<'_>, open: &mut [Element], start: usize, end: usize) {
    let (start, end) = trim(into.text, start, end);
    if start >= end {
        return;
    }
    let Some((last, above)) = open.split_last_mut() else { return };
    // `<key>name</key>` of a property list names what follows.
    if last.name == "key" && above.last().is_some_and(|parent| parent.name == "dict") {
        if let Some(parent) = above.last_mut() {
            parent.pending = Some(Span::of(start, end));
        }
        return;
    }
    let key = last.key;
    into.push_bare(start, end, key);
}

fn close(into: &mut Collector<'_>, open: &mut Vec<Element>, base: usize, name: &str) {
    // An end tag closes the nearest element of its name; one without a start tag closes nothing.
    if let Some(index) = open.iter().rev().take(MAX_DEPTH).position(|element| element.name == name) {
        let index = open.len() - 1 - index;
        into.leave_to(open[index].depth.max(base));
        open.truncate(index);
    }
}

/// Reads a start tag from its name on; gives the place after `>`.
fn element(into: &mut Collector<'_>, open: &mut Vec<Element>, start: usize, end: usize) -> usize {
    let text = into.text;
    let bytes = text.as_bytes();
    let name_len =
        bytes[start..end].iter().take_while(|&&b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/' | b'<')).count();
    let Some(name) = text.get(start..start + name_len).filter(|name| !name.is_empty()) else { return start };
    let (attributes, mut at, closed) = attributes(text, start + name_len, end);
    let depth = into.depth();
    let name = local(name);
    let attribute = |names: &[&str]| {
        attributes.iter().find(|(key, _)| names.iter().any(|name| name.eq_ignore_ascii_case(local(&text[key.range()]))))
    };
    let named = attribute(&["key", "name"]).map(|&(_, value)| value);
    let value = attribute(&["value", "connectionString"]).map(|&(_, value)| value);
    let pending = open.last_mut().and_then(|parent| if name == "key" { None } else { parent.pending.take() });
    let mut key = Span::of(start, start + name_len);
    if let Some(pending) = pending {
        key = pending;
        push_key(into, &text[pending.range()]);
        // `<true/>` is its own value.
        if closed && matches!(name, "true" | "false") {
            into.push(start, start + name_len, pending, Kind::Bool);
        }
    } else if let Some(named) = named {
        key = named;
        push_key(into, &text[named.range()]);
        if let Some(value) = value {
            let range = value.range();
            into.push(range.start, range.end, named, Kind::String);
        }
    } else if !matches!(name, "value" | "string" | "dict" | "true" | "false") || open.is_empty() {
        push_key(into, name);
    }
    let inner = into.depth();
    for &(attribute, value) in &attributes {
        let attribute_name = local(&text[attribute.range()]);
        let idiom = named.is_some() && matches!(attribute_name.to_ascii_lowercase().as_str(), "key" | "name" | "value");
        if !idiom {
            push_key(into, attribute_name);
            into.push(value.range().start, value.range().end, attribute, Kind::String);
            into.leave_to(inner);
        }
    }
    if closed || open.len() >= MAX_OPEN {
        into.leave_to(depth);
    } else {
        open.push(Element { name: name.to_owned(), depth, pending: None, key });
    }
    at = at.max(start + name_len);
    at
}

fn push_key(into: &mut Collector<'_>, key: &str) {
    if into.depth() < MAX_DEPTH {
        into.enter(key);
    }
}

/// The attributes as (name, value) spans, the place after the tag, and whether it closed itself.
fn attributes(text: &str, mut at: usize, end: usize) -> (Vec<(Span, Span)>, usize, bool) {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    while at < end {
        match bytes[at] {
            b'>' => return (found, at + 1, false),
            b'/' if bytes.get(at + 1) == Some(&b'>') => return (found, (at + 2).min(end), true),
            // A tag that was never closed.
            b'<' => return (found, at, false),
            byte if byte.is_ascii_whitespace() || byte == b'/' => at += 1,
            _ => {
                let name = at;
                while at < end && !bytes[at].is_ascii_whitespace() && !matches!(bytes[at], b'=' | b'>' | b'/' | b'<') {
                    at += 1;
                }
                let name = Span::of(name, at);
                while at < end && bytes[at].is_ascii_whitespace() {
                    at += 1;
                }
                if at < end && bytes[at] == b'=' {
                    at += 1;
                    while at < end && bytes[at].is_ascii_whitespace() {
                        at += 1;
                    }
                    if at < end && matches!(bytes[at], b'"' | b'\'') {
                        let quote = bytes[at];
                        let limit = end.min(at + 1 + MAX_ATTRIBUTE);
                        let Some(close) = memchr::memchr(quote, &bytes[at + 1..limit]) else {
                            return (found, at + 1, false);
                        };
                        found.push((name, Span::of(at + 1, at + 1 + close)));
                        at += close + 2;
                    }
                } else if name.is_empty() {
                    at += 1;
                }
            }
        }
    }
    (found, end, false)
}

/// The name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Longer attribute values are unclosed quotes.
const MAX_ATTRIBUTE: usize = 64 * 1024;

/// More open elements are forgotten.
const MAX_OPEN: usize = 256;
