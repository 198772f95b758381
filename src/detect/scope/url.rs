//! Scope requests in URLs: the `scope` parameter of an authorize or token URL, in any kind of text.

use super::token::{Coding, split};
use super::{Asked, Group};
use crate::fact::Context;
use crate::span::Span;

/// The group that the parameter at `at` (where `scope` stands) asks for.
pub(super) fn group(text: &str, at: usize) -> Option<Group> {
    let bytes = text.as_bytes();
    let rest = bytes.get(at + 5..)?;
    let length = match rest {
        [b'=', ..] => 1,
        [b's', b'=', ..] => 2,
        [b'%', b'3', b'D' | b'd', ..] => 3,
        _ => return None,
    };
    let start = at + 5 + length;
    // A parameter begins the query or follows another; `user_scope=`, `optional_scope=` are parameters, too.
    let from = at.saturating_sub(LONGEST_NAME);
    let before = text.get(from..at).unwrap_or_default();
    let name = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(|found| from + found);
    let opener = name.map(|at| bytes[at])?;
    if !matches!(opener, b'?' | b'&' | b';' | b'"' | b'\'' | b'`' | b'+' | b'\n' | b' ') {
        return None;
    }
    let name = name?;
    // `include_granted_scopes=true`
    if text[name..at].contains("granted") {
        return None;
    }
    if bytes.get(start).is_none_or(|byte| matches!(byte, b'&' | b'"' | b'\'' | b'`' | b'<' | b'$' | b'{')) {
        return None;
    }
    let (quote, url) = around(text, name);
    let parameter = matches!(opener, b'?' | b'&') || opener == b';' && text[..name].ends_with("&amp");
    if !(parameter || quote.is_some() && matches!(opener, b'"' | b'\'' | b'`')) {
        return None;
    }
    let window = &bytes[start..bytes.len().min(start + LONGEST_VALUE)];
    let length = window
        .iter()
        .position(|&byte| match byte {
            b'&' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'#' | b'\n' | b'\r' | b')' | b']' | b'\\' | b'{' | b'$' => true,
            b' ' | b'\t' => quote.is_none(),
            _ => false,
        })
        .unwrap_or(window.len());
    let span = Span::of(start, start + length);
    // What comes back is an answer, no request.
    let after = &bytes[start + length..bytes.len().min(start + length + LONGEST_TAIL)];
    let after = &after[..after.iter().position(|byte| b"\"' \n".contains(byte)).unwrap_or(after.len())];
    let end = start + length + after.len();
    let after = String::from_utf8_lossy(after);
    if ANSWERS.iter().any(|answer| url.contains(answer) || after.contains(answer)) {
        return None;
    }
    let written = split(text, span, Coding::Url);
    let host = host(url);
    Some(Group {
        written,
        context: Context::Url,
        name: None,
        asked: Asked::Plainly,
        hints: Vec::new(),
        around: Vec::new(),
        client_id: parameter_value(text, Span::of(from, end), "client_id="),
        host,
        provider: None,
    })
}

/// The quote that the URL stands in, and the URL up to the parameter.
fn around(text: &str, at: usize) -> (Option<u8>, &str) {
    let from = at.saturating_sub(LONGEST_URL);
    let from = (from..=at).find(|&from| text.is_char_boundary(from)).unwrap_or(at);
    let before = &text[from..at + 1];
    let ends = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b' ' | b'\n' | b'\t' | b'<' | b'>' | b'(');
    let begins = before.as_bytes()[..before.len() - 1].iter().rposition(ends);
    match begins {
        _ if before.ends_with(['"', '\'', '`']) => (before.bytes().last(), ""),
        Some(begins) => {
            let opener = before.as_bytes()[begins];
            let quote = matches!(opener, b'"' | b'\'' | b'`').then_some(opener);
            (quote, &before[begins + 1..])
        }
        None => (None, before),
    }
}

/// The host of a URL.
pub(super) fn host(url: &str) -> Option<String> {
    let rest = &url[url.find("://")? + 3..];
    let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
    let host = &rest[..end];
    (!host.is_empty() && host.contains('.')).then(|| host.to_ascii_lowercase())
}

/// The value of another parameter of the same URL.
fn parameter_value(text: &str, around: Span, name: &str) -> Option<String> {
    let line = text.get(around.range())?;
    let start = line.find(name)? + name.len();
    let value = &line[start..];
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(value.len());
    (end > 3).then(|| value[..end].to_owned())
}

/// Parameters of an answer.
const ANSWERS: [&str; 5] = ["access_token=", "token_type=", "expires_in=", "?code=", "&code="];

const LONGEST_NAME: usize = 40;
const LONGEST_VALUE: usize = 4096;
const LONGEST_URL: usize = 1500;
const LONGEST_TAIL: usize = 400;
