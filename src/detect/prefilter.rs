//! One pass over a text that tells where the words stand that any detector waits for.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// The words that detectors wait for. Detectors ask for them once, when the engine is made.
#[derive(Debug, Default)]
pub struct Words {
    known: BTreeMap<String, WordId>,
    list: Vec<String>,
}

/// A word that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(u32);

impl Words {
    /// Asks for a word; it is found in any ASCII case. Asking twice gives the same id.
    pub fn ask(&mut self, word: &str) -> WordId {
        let word = word.to_ascii_lowercase();
        if let Some(&id) = self.known.get(&word) {
            return id;
        }
        let id = WordId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.known.insert(word.clone(), id);
        self.list.push(word);
        id
    }
}

/// Finds all words of a text in one pass.
#[derive(Debug)]
pub struct Prefilter {
    automaton: Option<AhoCorasick>,
    count: usize,
}

impl Prefilter {
    /// A prefilter for these words.
    #[must_use]
    pub fn new(words: &Words) -> Self {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&words.list);
        Self { automaton: automaton.ok(), count: words.list.len() }
    }

    /// Where the words stand in a text.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Hits {
        let mut hits = Vec::new();
        if let Some(automaton) = &self.automaton {
            for found in automaton.find_overlapping_iter(bytes) {
                let at = u32::try_from(found.start()).unwrap_or(u32::MAX);
                hits.push((WordId(found.pattern().as_u32()), at));
            }
        }
        hits.sort_unstable();
        debug_assert!(hits.iter().all(|(word, _)| (word.0 as usize) < self.count), "only words that were asked for");
        Hits { hits }
    }
}

/// Where words stand in one text.
#[derive(Debug, Default)]
pub struct Hits {
    hits: Vec<(WordId, u32)>,
}

impl Hits {
    /// Whether no word was found at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Whether a word was found.
    #[must_use]
    pub fn has(&self, word: WordId) -> bool {
        !self.slice(word).is_empty()
    }

    /// Whether one of the words was found.
    #[must_use]
    pub fn any(&self, words: &[WordId]) -> bool {
        words.iter().any(|&word| self.has(word))
    }

    /// The words that were found, ascending.
    pub fn words(&self) -> impl Iterator<Item = WordId> + '_ {
        self.hits.chunk_by(|a, b| a.0 == b.0).map(|hits| hits[0].0)
    }

    /// The offsets of a word, ascending.
    pub fn of(&self, word: WordId) -> impl Iterator<Item = u32> + '_ {
        self.slice(word).iter().map(|&(_, at)| at)
    }

    fn slice(&self, word: WordId) -> &[(WordId, u32)] {
        let start = self.hits.partition_point(|&(held, _)| held < word);
        let end = self.hits.partition_point(|&(held, _)| held <= word);
        &self.hits[start..end]
    }
}

#[cfg(test)]
mod tests {
    use super::{Prefilter, Words};

    #[test]
    fn words_are_found_in_any_case_and_inside_each_other() {
        let mut words = Words::default();
        let token = words.ask("token");
        let oken = words.ask("OKEN");
        assert_eq!(words.ask("TOKEN"), token);
        let hits = Prefilter::new(&words).scan(b"a Token and a tOKEN");
        assert_eq!(hits.of(token).collect::<Vec<_>>(), [2, 14]);
        assert_eq!(hits.of(oken).collect::<Vec<_>>(), [3, 15]);
        assert!(hits.any(&[token]));
    }

    #[test]
    fn no_words_find_nothing() {
        assert!(Prefilter::new(&Words::default()).scan(b"abc").is_empty());
    }
}
