//! Scopes named in prose: instructions to enter them somewhere. They ask for nothing by themselves, but whoever follows
//! the text does.

use super::token::Written;
use super::{Asked, Group};
use crate::fact::Context;
use crate::span::Span;

/// The scopes of a text for people, each by itself; only a plain shape tells them from other words.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut since = usize::MAX;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let lower = line.to_ascii_lowercase();
        // Headers of an answer say what a token has, and what would have done.
        if ANSWERS.iter().any(|header| lower.contains(header)) {
            start += line.len();
            continue;
        }
        since = if lower.contains("scope") || lower.contains("permission") { 0 } else { since.saturating_add(1) };
        if since <= REACH {
            for (from, word) in words(line) {
                groups.push(group(start + from, word));
            }
        }
        start += line.len();
        if groups.len() > MOST {
            break;
        }
    }
    groups
}

/// Whether a file is prose.
pub(super) fn is_prose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let ending = name.rsplit('.').next().unwrap_or_default();
    matches!(ending, "md" | "mdx" | "markdown" | "rst" | "adoc" | "asciidoc" | "txt" | "org" | "textile")
        || name.starts_with("readme")
        || matches!(name.as_str(), "pkg-info" | "metadata")
}

fn group(start: usize, word: &str) -> Group {
    let written =
        Written { span: Span::of(start, start + word.len()), scope: word.to_owned(), plain: true, named: false };
    Group {
        written: vec![written],
        context: Context::Docs,
        name: None,
        asked: Asked::ByShape,
        hints: Vec::new(),
        around: Vec::new(),
        host: None,
        provider: None,
        client_id: None,
    }
}

/// Words that have the signs of a scope in them, with their places.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '/' | '_' | '-' | '*');
    line.split(move |c: char| !is_word(c)).filter_map(move |word| {
        let at = word.as_ptr() as usize - line.as_ptr() as usize;
        let trimmed = word.trim_end_matches(['.', ':', '-', '_', '*']);
        let inner = trimmed.trim_start_matches(['.', ':', '-', '_', '*', '/']);
        let at = at + (trimmed.len() - inner.len());
        let signs = inner.len() >= 6 && inner.len() <= 200 && inner.contains(['.', ':', '_']);
        signs.then_some((at, inner))
    })
}

/// <https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps>
const ANSWERS: [&str; 2] = ["x-oauth-scopes", "x-accepted-oauth-scopes"];
/// How many lines after the word "scope" a list of them may stand.
const REACH: usize = 25;
/// A longer text is a reference.
const MOST: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::{groups, is_prose};

    #[test]
    fn words_stand_near_the_word_scope() {
        let text = "Enter the scope `ZohoCRM.modules.ALL`, please.\n";
        let found: Vec<String> =
            groups(text).into_iter().map(|group| text[group.written[0].span.range()].to_owned()).collect();
        assert_eq!(found, ["ZohoCRM.modules.ALL"]);
        assert!(groups("see ZohoCRM.modules.ALL\n").is_empty());
        assert!(
            groups("[('X-OAuth-Scopes', 'admin:gpg_key, repo:status')]\n").is_empty(),
            "an answer asks for nothing"
        );
        assert!(is_prose("README") && is_prose("docs/a.MD") && !is_prose("a.py"));
    }
}
