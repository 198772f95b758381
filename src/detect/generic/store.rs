//! Files that hold credentials by their form: `.netrc`, `.pgpass`, `.git-credentials` and their kin.

use camino::Utf8Path;

use super::{Candidate, Context, Family};
use crate::span::Span;
use crate::text::SourceText;

/// Whether a file is a store, whatever words it holds.
#[must_use]
pub fn is_store(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    matches!(name, ".pgpass" | "pgpass.conf" | ".htpasswd" | "master.key")
        || name.ends_with(".key") && path.as_str().contains("credentials/")
}

/// The candidates of a store, known by its name; empty for any other file.
#[must_use]
pub fn candidates(path: &Utf8Path, text: &SourceText) -> Vec<Candidate> {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    if matches!(name.as_str(), ".netrc" | "_netrc" | "netrc") || name.ends_with(".netrc") {
        return netrc(text);
    }
    if matches!(name.as_str(), ".pgpass" | "pgpass" | "pgpass.conf") {
        return pgpass(text);
    }
    if name == ".htpasswd" || name == "htpasswd" {
        return htpasswd(text);
    }
    if name.ends_with(".key") && (name == "master.key" || path.as_str().contains("credentials/")) {
        return master_key(text);
    }
    Vec::new()
}

/// `USER:HASH`, a line a user.
fn htpasswd(text: &SourceText) -> Vec<Candidate> {
    let mut found = Vec::new();
    for &start in text.lines() {
        let line = text.line_at(start);
        let Some(at) = text.slice(line).find(':') else { continue };
        let at = line.start as usize + at;
        let value = Span::of(at + 1, line.end as usize);
        if !text.slice(line).starts_with('#') && !value.is_empty() {
            found.push(new(Span::of(line.start as usize, at), value));
        }
    }
    found
}

/// The key of the credentials of Rails: 16 bytes in hex, alone.
fn master_key(text: &SourceText) -> Vec<Candidate> {
    let value = text.as_str().trim();
    let start = text.as_str().len() - text.as_str().trim_start().len();
    if value.len() != 32 || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Vec::new();
    }
    let value = Span::of(start, start + value.len());
    vec![Candidate { family: Family::Secret, ..new(Span::of(start, start), value) }]
}

/// `machine HOST login USER password WORD`, in any number of lines.
fn netrc(text: &SourceText) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut last: Option<Span> = None;
    for word in words(text.as_str()) {
        if let Some(key) = last.filter(|&key| matches!(text.slice(key), "password" | "passwd" | "account")) {
            found.push(new(key, word));
            last = None;
        } else {
            last = Some(word);
        }
    }
    found
}

/// `HOST:PORT:DATABASE:USER:PASSWORD`.
fn pgpass(text: &SourceText) -> Vec<Candidate> {
    let mut found = Vec::new();
    for &start in text.lines() {
        let line = text.line_at(start);
        let words = text.slice(line);
        if words.starts_with('#') {
            continue;
        }
        let Some((at, _)) = words.match_indices(':').nth(3) else { continue };
        let at = line.start as usize + at;
        found.push(new(Span::of(line.start as usize, at), Span::of(at + 1, line.end as usize)));
    }
    found
}

fn new(key: Span, value: Span) -> Candidate {
    Candidate { key, family: Family::Password, strength: 2, value, quoted: true, context: Context::Store, inner: None }
}

fn words(text: &str) -> impl Iterator<Item = Span> + '_ {
    let base = text.as_ptr() as usize;
    text.split_ascii_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - base;
        Span::of(start, start + word.len())
    })
}

#[cfg(test)]
mod tests {
    use super::candidates;
    use crate::text::SourceText;

    #[test]
    fn stores_are_read_by_their_form() {
        for (path, content) in [
            (".netrc", "machine h\n  login bob\n  password V@l-1\n"),
            (".pgpass", "# c\nh:5432:db:bob:V@l-1"),
            (".htpasswd", "# c\nbob:V@l-1\n"),
        ] {
            let text = SourceText::new(content);
            let found: Vec<String> =
                candidates(path.into(), &text).iter().map(|candidate| text.slice(candidate.value).to_owned()).collect();
            assert_eq!(found, ["V@l-1"], "{path}");
        }
        assert!(candidates("notes.txt".into(), &SourceText::new("password V@l-1")).is_empty());
    }
}
