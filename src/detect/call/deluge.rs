//! Calls in Deluge, the language inside Zoho's apps: `invokeurl [ … ]`, `getUrl(…)` and the integration tasks
//! `zoho.crm.getRecords(…)`.

use super::Found;
use super::home::{holed, is_login, on};
use super::http::told;
use super::verb::METHODS;
use crate::fact::Via;
use crate::finding::Confidence;
use crate::scope::catalog::Catalog;
use crate::span::Span;
use crate::text::floor;

/// The calls of a script.
pub(super) fn calls(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for at in places(text, "invokeurl").take(MOST_CALLS) {
        found.extend(invoked(text, at + "invokeurl".len()));
    }
    for (name, method) in [("getUrl", "GET"), ("postUrl", "POST")] {
        for at in places(text, name).take(MOST_CALLS) {
            let Some(inner) = inside(text, at + name.len(), b'(', b')') else { continue };
            let first = Span::of(inner.start as usize, end_of_argument(text, inner));
            found.extend(call(text, first, method));
        }
    }
    for at in places(text, TASKS).take(MOST_CALLS) {
        found.extend(task(text, at));
    }
    found
}

/// `[ url: "…" type: GET … ]`
fn invoked(text: &str, at: usize) -> Option<Found> {
    let inner = inside(text, at, b'[', b']')?;
    let body = &text[inner.range()];
    let mut url = None;
    let mut method = "GET";
    let mut start = inner.start as usize;
    for line in body.split('\n') {
        if let Some((key, value)) = line.split_once(':') {
            let value_at = start + key.len() + 1;
            match key.trim().to_ascii_lowercase().as_str() {
                "url" => url = Some(Span::of(value_at, value_at + value.trim_end().len())),
                "type" => {
                    let word = value.trim().trim_matches(['"', ';']);
                    method = METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(word)).unwrap_or(method);
                }
                _ => {}
            }
        }
        start += line.len() + 1;
    }
    call(text, url?, method)
}

/// The call of a URL that an expression makes.
fn call(text: &str, expression: Span, method: &str) -> Option<Found> {
    let (url, span) = composed(text, expression)?;
    let known = holed(&url);
    if is_login(&known) {
        return None;
    }
    let owners = on(&known);
    let operation = owners.iter().find_map(|id| {
        let operations = Catalog::builtin().operations(id)?;
        operations.find_whole(method, &known).map(|operation| (*id, told(operations, &operation, None)))
    });
    let why = vec!["Deluge is given a URL".to_owned()];
    match operation {
        Some((provider, operation)) => Some(Found {
            span,
            provider,
            operation: Some(operation),
            via: Via::Http,
            confidence: Confidence::High,
            why,
        }),
        None => owners.first().filter(|_| owners.len() == 1).map(|&provider| Found {
            span,
            provider,
            operation: None,
            via: Via::Http,
            confidence: Confidence::Low,
            why,
        }),
    }
}

/// The text that an expression makes, `{}` for what is not known, and where it stands.
fn composed(text: &str, expression: Span) -> Option<(String, Span)> {
    let part = &text[expression.range()];
    let mut out = String::new();
    let mut first = None;
    let mut last = 0;
    let mut rest = part;
    let mut at = expression.start as usize;
    while let Some(open) = rest.find(['"', '\'']) {
        let between = &rest[..open];
        if first.is_some() && between.chars().any(|c| c.is_ascii_alphanumeric()) {
            out.push_str("{}");
        }
        let quote = rest.as_bytes()[open];
        let inner = &rest[open + 1..];
        let length = inner.bytes().position(|byte| byte == quote)?;
        out.push_str(&inner[..length]);
        first.get_or_insert(at + open + 1);
        last = at + open + 1 + length;
        at += open + length + 2;
        rest = &inner[length + 1..];
    }
    if first.is_some() && rest.chars().any(|c| c.is_ascii_alphanumeric()) {
        out.push_str("{}");
    }
    first.map(|first| (out, Span::of(first, last)))
}

/// `zoho.crm.getRecordById("Leads", id)`
fn task(text: &str, at: usize) -> Option<Found> {
    let rest = &text[at + TASKS.len()..];
    let open = rest.bytes().take(LONGEST_NAME).position(|byte| byte == b'(')?;
    let name = rest[..open].rsplit('.').next().unwrap_or_default().trim();
    let operations = Catalog::builtin().operations("zoho-crm")?;
    let sdk = operations.sdk().iter().find(|sdk| sdk.languages.iter().any(|language| language == "deluge"))?;
    let line = sdk.calls.iter().find_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let same = words.first()?.strip_prefix(TASKS)?.eq_ignore_ascii_case(name);
        same.then_some(words)
    })?;
    let [_, _, method, path, ..] = line.as_slice() else { return None };
    let inner = inside(text, at + TASKS.len() + open, b'(', b')')?;
    let arguments: Vec<&str> = text[inner.range()].split(',').map(str::trim).collect();
    let module = arguments.get(sdk.module_argument.unwrap_or(1).saturating_sub(1));
    let module = module.and_then(|module| module.strip_prefix('"')?.strip_suffix('"'));
    let place = operations.place().unwrap_or_default();
    let path = module.map_or_else(|| (*path).to_owned(), |module| path.replace(&place, module));
    let operation = operations.find_whole(method, &path)?;
    let start = at + TASKS.len() + open - name.len();
    Some(Found {
        span: Span::of(start, start + name.len()),
        provider: "zoho-crm",
        operation: Some(told(operations, &operation, None)),
        via: Via::Sdk,
        confidence: Confidence::High,
        why: vec![format!("`{TASKS}{name}` is an integration task of Deluge")],
    })
}

/// Where a word stands outside of comments.
fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).filter(move |&at| {
        let window = &text[floor(text, at.saturating_sub(LONGEST_LINE))..at];
        let before = window.rsplit('\n').next().unwrap_or_default();
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        !before.trim_start().starts_with("//") && !before.ends_with(inside)
    })
}

/// What stands between the bracket that opens at `at`, blanks aside, and the one that closes it.
fn inside(text: &str, at: usize, open: u8, close: u8) -> Option<Span> {
    let bytes = text.as_bytes();
    let start = at + bytes.get(at..)?.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if bytes[start] != open {
        return None;
    }
    let mut depth = 0_usize;
    let mut quote = None;
    for (offset, &byte) in bytes[start..].iter().take(LONGEST_BODY).enumerate() {
        match quote {
            Some(held) if held == byte => quote = None,
            Some(_) => {}
            None if byte == b'"' => quote = Some(byte),
            None if byte == open => depth += 1,
            None if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(Span::of(start + 1, start + offset));
                }
            }
            None => {}
        }
    }
    None
}

/// Where the first argument ends.
fn end_of_argument(text: &str, inner: Span) -> usize {
    let part = &text[inner.range()];
    inner.start as usize + part.find(',').unwrap_or(part.len())
}

/// What all tasks of the CRM begin with.
const TASKS: &str = "zoho.crm.";

const MOST_CALLS: usize = 2000;
const LONGEST_NAME: usize = 60;
const LONGEST_LINE: usize = 400;
const LONGEST_BODY: usize = 16 * 1024;
