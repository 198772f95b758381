//! The words that programs are made of, and how much of a value they explain.

use std::collections::HashSet;
use std::sync::OnceLock;

/// Whether a lower-case text is a word.
#[must_use]
pub fn is_word(text: &str) -> bool {
    let known = |word: &str| dictionary().contains(word);
    if known(text) {
        return true;
    }
    // Plurals and forms that the list does not spell out.
    ["s", "es", "ed", "ing", "er", "d", "ly"].iter().any(|end| {
        text.strip_suffix(end).is_some_and(|stem| {
            stem.len() >= 3 && (known(stem) || (*end != "s" && *end != "d" && known(&format!("{stem}e"))))
        })
    })
}

/// A name without its case and without what parts its words: `apikey` for `API_KEY`.
#[must_use]
pub fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The pieces of a value: runs of letters, split where a capital follows a small letter, in lower case.
pub fn pieces(value: &str) -> impl Iterator<Item = String> + '_ {
    let bytes = value.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !bytes[at].is_ascii_alphabetic() {
            at += 1;
        }
        if at >= bytes.len() {
            return None;
        }
        let start = at;
        at += 1;
        while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
            let turn = bytes[at - 1].is_ascii_lowercase() && bytes[at].is_ascii_uppercase();
            let last_of_capitals = bytes[at - 1].is_ascii_uppercase()
                && bytes[at].is_ascii_uppercase()
                && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
            if turn || last_of_capitals {
                break;
            }
            at += 1;
        }
        Some(value[start..at].to_ascii_lowercase())
    })
}

/// The words, in order.
pub fn list() -> impl Iterator<Item = &'static str> {
    include_str!("../../../rules/values/words.txt").lines()
}

/// How many letters of a value stand in words, and how many letters it has.
#[must_use]
pub fn explained(value: &str) -> (usize, usize) {
    let mut inside = 0;
    let mut all = 0;
    for piece in pieces(value) {
        all += piece.len();
        inside += covered(&piece);
    }
    (inside, all)
}

/// The most letters of a piece that words cover, by words of three letters or more. A long piece is cut: what is longer
/// is no word.
fn covered(piece: &str) -> usize {
    if is_word(piece) {
        return piece.len();
    }
    let piece = &piece[..piece.len().min(MOST)];
    // best[i]: letters covered in the first i. Three-letter words are too cheap to explain anything by themselves.
    let mut best = vec![0; piece.len() + 1];
    for end in 1..=piece.len() {
        best[end] = best[end - 1];
        for start in end.saturating_sub(16)..end.saturating_sub(3) {
            if best[start] + (end - start) > best[end] && is_word(&piece[start..end]) {
                best[end] = best[start] + (end - start);
            }
        }
    }
    best[piece.len()]
}

fn dictionary() -> &'static HashSet<&'static str> {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    WORDS.get_or_init(|| list().collect())
}

const MOST: usize = 48;

#[cfg(test)]
mod tests {
    use super::{explained, is_word, pieces};

    #[test]
    fn pieces_follow_case_and_signs() {
        let split: Vec<String> = pieces("getAPIKey_old-2x").collect();
        assert_eq!(split, ["get", "api", "key", "old", "x"]);
    }

    #[test]
    fn words_explain_words_and_not_noise() {
        assert_eq!(explained("refreshToken"), (12, 12));
        assert_eq!(explained("databasepassword"), (16, 16));
        let (inside, all) = explained("qzxvkwpj");
        assert!(inside == 0 && all == 8);
    }

    #[test]
    fn forms_of_words_are_words() {
        assert!(is_word("passwords") && is_word("token"));
        assert!(!is_word("wqkd"));
    }
}
