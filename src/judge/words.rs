//! Small words that messages are made of.

use crate::fact::Fact;

/// `sync.py:51`.
pub(super) fn place(fact: &Fact) -> String {
    format!("{}:{}", fact.at.path, fact.at.region.start.line)
}

/// `a, b and c`.
pub(super) fn and(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., tail] => format!("{} and {tail}", head.join(", ")),
    }
}

/// `` `a`, `b` and 3 more ``.
pub(super) fn list(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(3).map(|word| format!("`{word}`")).collect();
    match words.len().saturating_sub(3) {
        0 => and(&shown.iter().map(String::as_str).collect::<Vec<_>>()),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `1 call site`, `2 call sites`.
pub(super) fn counted(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
