//! Settings that are written as pairs: `{name: k, value: v}` and `KEY=value` items of lists.

use super::entry::{Kind, Segment, Setting};
use crate::span::Span;

/// Moves the value of every pair to the path of its name: `env[3].value` becomes `env.KEY`.
pub(super) fn resolve(entries: &mut [Setting<'_>]) {
    let mut start = 0;
    while start < entries.len() {
        // Siblings stand together.
        let parent = entries[start].parent().to_vec();
        let mut end = start + 1;
        while end < entries.len() && end - start < MAX_MEMBERS && entries[end].parent() == parent {
            end += 1;
        }
        pair(&mut entries[start..end]);
        start = end;
    }
    for at in 0..entries.len() {
        // `--flag` followed by its value as an item of its own is not switched on by standing there.
        let alone = entries.get(at + 1).is_none_or(|next| {
            next.parent() != entries[at].parent() || next.value.starts_with('-') || next.value.contains('=')
        });
        item(&mut entries[at], alone);
    }
}

/// One object: a name and a value among its members.
fn pair(members: &mut [Setting<'_>]) {
    let is = |entry: &Setting<'_>, names: &[&str]| matches!(entry.path.last(), Some(Segment::Key(key)) if names.iter().any(|name| name.eq_ignore_ascii_case(key)));
    // Only objects inside a list: elsewhere `name` and `value` are keys of their own.
    if !members.first().is_some_and(|first| matches!(first.parent().last(), Some(Segment::Index(_)))) {
        return;
    }
    let Some(name) = members.iter().find(|entry| is(entry, &["name", "key", "ParameterKey", "OptionName"])) else {
        return;
    };
    if name.value.is_empty() || name.value.len() > MAX_NAME || name.value.contains(char::is_whitespace) {
        return;
    }
    let (key, span) = (Segment::Key(name.value.into()), name.span);
    for entry in members.iter_mut().filter(|entry| is(entry, &["value", "ParameterValue", "default"])) {
        // Both the member and the number of the item give way to the name.
        entry.path.truncate(entry.path.len().saturating_sub(2));
        entry.path.push(key.clone());
        entry.key_span = span;
    }
}

/// `- KEY=value` of compose files, `--key=value` and `--key` of argument lists.
fn item(entry: &mut Setting<'_>, alone: bool) {
    if !matches!(entry.path.last(), Some(Segment::Index(_))) || entry.value.contains('\n') {
        return;
    }
    let Some((key, value)) = entry.value.split_once('=') else {
        return if alone {
            flag(entry)
        };
    };
    let name = key.trim_start_matches('-');
    let word = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    // An expression of a query or of base64 ends in `=`, an assignment has a value behind it.
    if !word || value.is_empty() || value.starts_with('=') {
        return;
    }
    let value = value.trim_matches(['"', '\'']);
    let Some(offset) = entry.value.rfind(value).filter(|_| !value.is_empty()) else { return };
    let from = entry.span.start as usize;
    let key_start = from + key.len() - name.len();
    entry.key_span = Span::of(key_start, key_start + name.len());
    entry.span = Span::of(from + offset, from + offset + value.len());
    entry.path.pop();
    entry.path.push(Segment::Key(name.into()));
    entry.value = value;
}

/// `--key` of an argument list: it is switched on by standing there.
fn flag(entry: &mut Setting<'_>) {
    let Some(name) = entry.value.strip_prefix("--").filter(|name| name.len() <= MAX_NAME) else { return };
    if name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        entry.key_span = entry.span;
        entry.path.pop();
        entry.path.push(Segment::Key(name.into()));
        entry.value = "true";
        entry.kind = Kind::Bool;
    }
}

/// Names are never longer.
const MAX_NAME: usize = 128;

/// An object with more members is not searched as one, so that a flat file of a million keys stays linear.
const MAX_MEMBERS: usize = 256;
