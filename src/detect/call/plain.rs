//! Calls in files that no grammar here covers: `curl` in scripts, `.http` files, PowerShell, Deluge.

use camino::Utf8Path;

use super::Found;
use super::home::{holed, is_login, on};
use super::http::told;
use super::variable::Variables;
use super::verb::METHODS;
use super::{deluge, powershell};
use crate::fact::Via;
use crate::finding::Confidence;
use crate::scope::catalog::Catalog;
use crate::span::Span;

/// The calls of a text, by the kind of its file.
pub(super) fn calls(path: &Utf8Path, text: &str) -> Vec<Found> {
    match path.extension().unwrap_or_default() {
        "http" | "rest" => requests(text),
        "ps1" | "psm1" => [powershell::calls(text), curls(text)].concat(),
        "dg" | "ds" | "deluge" | "dlg" | "zs" => deluge::calls(text),
        "sh" | "bash" | "zsh" | "yml" | "yaml" | "mk" | "bat" | "cmd" => curls(text),
        "txt" if text.contains("invokeurl") => deluge::calls(text),
        ending if UNPARSED.contains(&ending) => written_out(text),
        _ if matches!(path.file_name(), Some("Makefile" | "makefile" | "Justfile" | "justfile")) => curls(text),
        _ => Vec::new(),
    }
}

/// `POST https://...` lines.
fn requests(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let variables = Variables::of(text);
    for (start, line) in lines(text) {
        let Some((method, rest)) = line.trim_start().split_once(' ') else { continue };
        if let Some(method) = METHODS.into_iter().find(|known| *known == method) {
            let url = rest.split_whitespace().next().unwrap_or_default();
            found.extend(call(text, start, line, url, &variables, method, "a request is written out"));
        }
    }
    found
}

/// `curl` commands, over continued lines.
fn curls(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let variables = Variables::of(text);
    let mut open: Option<(usize, String)> = None;
    for (start, line) in lines(text) {
        let (at, mut command) = open.take().unwrap_or((start, String::new()));
        command.push_str(line);
        // Ends as long as they were, so that places stay.
        if line.trim_end().ends_with(['\\', '`', '^']) && command.len() < LONGEST {
            command.push('\n');
            open = Some((at, command));
            continue;
        }
        if let Some(curl) = word(&command, "curl").or_else(|| word(&command, "http")).or_else(|| word(&command, "wget"))
        {
            let method = method(&command[curl..]);
            for url in urls(&command[curl..]) {
                found.extend(call(text, at + curl, &command[curl..], url, &variables, method, "`curl` is given a URL"));
            }
        }
    }
    found
}

/// Where a word stands as a word.
fn word(text: &str, word: &str) -> Option<usize> {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ':');
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|&at| !text[..at].ends_with(inside) && text[at + word.len()..].starts_with(char::is_whitespace))
}

fn method(command: &str) -> &'static str {
    let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    for (at, word) in words.iter().enumerate() {
        let told = match *word {
            "-X" | "--request" | "--method" => words.get(at + 1).copied(),
            word => {
                word.strip_prefix("--request=").or_else(|| word.strip_prefix("-X")).or(Some(word).filter(|_| at == 1))
            }
        };
        if let Some(method) = told.and_then(|told| METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(told))) {
            return method;
        }
    }
    let sends = |word: &&str| {
        matches!(*word, "-d" | "-F" | "--form" | "--json") || word.starts_with("--data") || word.starts_with("--post-")
    };
    if words.iter().any(|word| *word == "-G" || *word == "--get") {
        return "GET";
    }
    if words.iter().any(sends) { "POST" } else { "GET" }
}

/// URLs in a language without a grammar: a call where the method stands beside it, else a blind spot.
fn written_out(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let lines: Vec<(usize, &str)> = lines(text).collect();
    for (number, (start, line)) in lines.iter().enumerate().filter(|(_, (_, line))| line.contains("://")) {
        let trimmed = line.trim_start();
        if ["//", "#", "*", "--", ";", "%"].iter().any(|mark| trimmed.starts_with(mark)) || line.len() > LONGEST {
            continue;
        }
        let until = lines.len().min(number + NEAR);
        let near: Vec<&str> = lines[number..until].iter().map(|(_, line)| *line).collect();
        let method = method_of(&near.join("\n"));
        for url in urls(line).into_iter().take(MOST_URLS) {
            let known = holed(url.trim_end_matches([')', ']', '}', ',', ';']));
            let Some(at) = line.find(url).filter(|_| !is_login(&known)) else { continue };
            let owners = on(&known);
            let told = method.and_then(|method| {
                owners.iter().find_map(|id| {
                    let operations = Catalog::builtin().operations(id)?;
                    operations.find_whole(method, &known).map(|operation| (*id, told(operations, &operation, None)))
                })
            });
            let Some((provider, operation)) =
                told.map(|(id, operation)| (id, Some(operation))).or_else(|| Some((*owners.first()?, None)))
            else {
                continue;
            };
            let confidence = if operation.is_some() { Confidence::Medium } else { Confidence::Low };
            found.push(Found {
                span: Span::of(start + at, start + at + url.len()),
                provider,
                operation,
                via: Via::Http,
                confidence,
                why: vec!["a URL of the API is written out".to_owned()],
            });
        }
    }
    found
}

/// The one method of HTTP that is named near a URL.
fn method_of(near: &str) -> Option<&'static str> {
    let words = near.split(|c: char| !c.is_ascii_alphabetic());
    let mut named = words.filter_map(|word| {
        let bare = word.strip_prefix("http").or_else(|| word.strip_prefix("HTTP")).unwrap_or(word);
        METHODS.into_iter().find(|method| bare.eq_ignore_ascii_case(method))
    });
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// Endings of languages without a grammar here.
const UNPARSED: [&str; 22] = [
    "dart", "swift", "ex", "exs", "pl", "pm", "cls", "trigger", "apex", "lua", "scala", "clj", "cljs", "m", "mm",
    "cpp", "fs", "vb", "d", "r", "jl", "groovy",
];

/// How many lines belong to a call.
const NEAR: usize = 4;

/// Words that may be a URL: with a host, or beginning with a variable.
fn urls(command: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\');
    let may =
        |word: &&str| word.starts_with("http") && word.contains("://") || word.starts_with('$') && word.contains('/');
    let words = command.split(ends).map(|word| word.strip_prefix("--url=").unwrap_or(word));
    words.filter(may).take(MOST_URLS).collect()
}

fn call(
    text: &str,
    start: usize,
    part: &str,
    url: &str,
    variables: &Variables,
    method: &str,
    why: &str,
) -> Option<Found> {
    let at = start + part.find(url)?;
    let known = holed(&variables.filled(url));
    if is_login(&known) || text.get(at..at + url.len()) != Some(url) {
        return None;
    }
    for id in on(&known) {
        let operations = Catalog::builtin().operations(id)?;
        if let Some(operation) = operations.find_whole(method, &known) {
            return Some(Found {
                span: Span::of(at, at + url.len()),
                provider: id,
                operation: Some(told(operations, &operation, None)),
                via: Via::Http,
                confidence: Confidence::High,
                why: vec![why.to_owned()],
            });
        }
    }
    None
}

/// Lines with their places.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

const LONGEST: usize = 16 * 1024;
const MOST_URLS: usize = 20;
