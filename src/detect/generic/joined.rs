//! A name and the operator that joins it to what follows, as most languages write them.

use super::Context;
use super::line::line_before;
use super::literal::blanks;
use crate::detect::idiom::{Way, way};
use crate::span::Span;

/// A name and how it is joined to what follows.
#[derive(Clone, Copy, Debug)]
pub struct Joined {
    /// The name.
    pub name: Span,
    /// How it is joined.
    pub context: Context,
    /// Where what follows starts.
    pub from: usize,
}

/// The name that a hit lies in, where an operator or the like follows it.
#[must_use]
pub fn joined(text: &str, at: usize) -> Option<Joined> {
    let bytes = text.as_bytes();
    let (start, end) = name_around(bytes, at)?;
    // The folder that a shell works in, and what is put in from elsewhere: see `substituted`.
    if bytes[start..end].ends_with(b"PWD") && bytes[start] == b'$' || bytes[..start].ends_with(b"${") {
        return None;
    }
    let (mut context, mut from) = operator(bytes, start, end).or_else(|| idiom(bytes, start, end))?;
    if context == Context::Entry && (in_resource_name(bytes, start) || names_media_type(bytes, start)) {
        return None;
    }
    // `password.equals("x")`
    let name = &bytes[start..end];
    let end = [".equals", ".equalsIgnoreCase", ".contentEquals", ".eql?"]
        .iter()
        .find_map(|verb| name.strip_suffix(verb.as_bytes()))
        .map_or(end, |name| {
            context = Context::Comparison;
            start + name.len()
        });
    // `password: string = "x"`: what stands after the colon is a type.
    if context == Context::Entry
        && let Some(after) = after_type(bytes, from)
    {
        context = Context::Assignment;
        from = after;
    }
    Some(Joined { name: Span::of(start, end), context, from })
}

/// `arn:aws:secretsmanager:…:secret:x`: the colons of a resource name part it, they give nothing.
fn in_resource_name(bytes: &[u8], name: usize) -> bool {
    let before = &bytes[name.saturating_sub(LONGEST_NAME * 2)..name];
    let part = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b',' | b'(' | b'=');
    let length = before.iter().rev().take_while(|byte| part(byte)).count();
    let run = &before[before.len() - length..];
    run.ends_with(b":") && (run.starts_with(b"arn:") || run.starts_with(b"urn:"))
}

/// `application/x-pw:*.pw`: a type of files and the names that such have.
fn names_media_type(bytes: &[u8], name: usize) -> bool {
    let before = &bytes[name.saturating_sub(16)..name];
    MEDIA.iter().any(|kind| before.strip_suffix(b"/").is_some_and(|before| before.ends_with(kind.as_bytes())))
}

/// The name that a byte lies in.
pub(super) fn name_around(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$');
    let mut start = at;
    while start > 0 && part(bytes[start - 1]) && at - start < LONGEST_NAME {
        start -= 1;
    }
    let mut end = at;
    while end < bytes.len() && part(bytes[end]) && end - at < LONGEST_NAME {
        end += 1;
    }
    // An escape such as `\npassword` lends its letter to the name.
    if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes.get(start), Some(b'n' | b't' | b'r')) {
        start += 1;
    }
    while end > start && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    (end > at && end - start < LONGEST_NAME).then_some((start, end))
}

/// How a name without an operator is given its literal.
fn idiom(bytes: &[u8], start: usize, end: usize) -> Option<(Context, usize)> {
    let (way, from) = way(bytes, start, end)?;
    let context = match way {
        Way::Assigned => Context::Assignment,
        Way::Default => Context::Default,
        Way::Tag => Context::Tag,
    };
    Some((context, from))
}

/// How the name is joined to what follows, and where that starts.
fn operator(bytes: &[u8], start: usize, end: usize) -> Option<(Context, usize)> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b'\n');
    let mut at = end;
    let before = start.checked_sub(1).map_or(b'\n', |i| bytes[i]);
    let mut quoted_name = false;
    if byte(at) == b'\\' && matches!(byte(at + 1), b'"' | b'\'') {
        quoted_name = true;
        at += 2;
    } else if matches!(byte(at), b'"' | b'\'' | b'`') {
        quoted_name = byte(at) == before;
        at += 1;
    }
    // `"Add Token" = "…"`: a label of several words, not a name.
    if at > end && before == b' ' && byte(end) != b'\\' {
        return None;
    }
    while matches!(byte(at), b']' | b')' | b'}' | b'?' | b'*') && at - end < 4 {
        if byte(at) == b')' && !quoted_name {
            break;
        }
        at += 1;
    }
    // `"${password}" ==`
    if at > end && bytes[at - 1] == b'}' && byte(at) == b'"' {
        at += 1;
    }
    let spaced = blanks(bytes, at);
    let after = |length: usize| spaced + length;
    match (byte(spaced), byte(spaced + 1)) {
        (b'=', b'>') => Some((Context::Entry, after(2))),
        (b'=' | b'!', b'=') => Some((Context::Comparison, after(if byte(spaced + 2) == b'=' { 3 } else { 2 }))),
        (b'=', _) => Some((Context::Assignment, after(1))),
        (b':', b'=') | (b'?', b'=') | (b'+', b'=') => Some((Context::Assignment, after(2))),
        (b'|', b'|') | (b'?', b'?') if byte(spaced + 2) == b'=' => Some((Context::Assignment, after(3))),
        (b':', b':') => None,
        (b':', _) => Some((Context::Entry, after(1))),
        // A pair of Kotlin and Scala.
        (b't', b'o') if quoted_name && spaced > at && byte(spaced + 2) == b' ' => Some((Context::Entry, after(2))),
        (b'-', b'>') if quoted_name => Some((Context::Entry, after(2))),
        (b',', _)
            if quoted_name
                && start >= 2
                && (matches!(bytes[start - 2], b'(' | b'{')
                    || FIELDS.iter().any(|field| memchr::memmem::find(line_before(bytes, start), field).is_some())) =>
        {
            Some((Context::Argument, after(1)))
        }
        (b'(', _) if spaced == end => Some((Context::Setter, after(1))),
        (b'>', _) if before == b'<' || quoted_name => Some((Context::Tag, after(1))),
        (b'%', b'3') if byte(spaced + 2).eq_ignore_ascii_case(&b'd') => Some((Context::Assignment, after(3))),
        _ if spaced > at && !quoted_name && before == b'-' => Some((Context::Flag, spaced)),
        // `--password x`, `-Password x`: the dashes were taken for the name.
        _ if spaced > at && !quoted_name && bytes[start] == b'-' => Some((Context::Flag, spaced)),
        _ => None,
    }
}

/// After a type annotation and its `=`, where there is one.
fn after_type(bytes: &[u8], from: usize) -> Option<usize> {
    let start = blanks(bytes, from);
    let mut at = start;
    while at < bytes.len()
        && at - start < 40
        && (bytes[at].is_ascii_alphanumeric() || b"_&'<>[]?.:".contains(&bytes[at]))
    {
        at += 1;
    }
    let mut spaced = blanks(bytes, at);
    // `string | undefined`
    if bytes[spaced..].starts_with(b"| ") {
        at = spaced + 2;
        at += bytes[at..].iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        spaced = blanks(bytes, at);
    }
    let is = at > start
        && bytes[start..at].iter().any(u8::is_ascii_alphabetic)
        && bytes.get(spaced) == Some(&b'=')
        && bytes.get(spaced + 1) != Some(&b'=')
        && spaced > at;
    is.then_some(spaced + 1)
}

/// What Gradle builds into a program: type, name, value.
const FIELDS: [&[u8]; 2] = [b"buildConfigField", b"resValue"];

/// The kinds of media types, as IANA registers them, and those that desktops add.
const MEDIA: &[&str] =
    &["application", "audio", "chemical", "font", "image", "inode", "message", "model", "multipart", "text", "video"];

/// Longer ones are no names.
pub(super) const LONGEST_NAME: usize = 96;
