//! The sieve against a plain search, and its laws.

use proptest::prelude::*;

use super::sieve::Prefilter;
use super::{Gate, Promise, WordSet, Words};
use crate::detect::promise::Run;

#[test]
fn words_are_found_in_any_case_and_inside_each_other() {
    let mut words = Words::default();
    let token = words.ask("token");
    let oken = words.ask("OKEN");
    assert_eq!(words.ask("TOKEN"), token);
    let absent = words.ask("absent");
    let hits = Prefilter::new(&words).scan(b"a Token and a tOKEN");
    assert_eq!(hits.of(token).collect::<Vec<_>>(), [2, 14]);
    assert_eq!(hits.of(oken).collect::<Vec<_>>(), [3, 15]);
    assert!(hits.any(&[token]));
    let (mut met, mut missed) = (WordSet::default(), WordSet::default());
    met.extend([absent, oken]);
    missed.extend([absent]);
    assert!(hits.meet(&met) && !hits.meet(&missed));
}

#[test]
fn a_run_that_may_be_text_in_base64_is_noted_wherever_it_stands() {
    let prefilter = Prefilter::new(&Words::default());
    for before in 0..140 {
        let text = |length: usize| format!("{}{}/+ aZ0", " ".repeat(before), "aZ0".repeat(100).split_at(length).0);
        assert!(
            prefilter.scan(text(24).as_bytes()).has_long_run() && prefilter.scan(text(200).as_bytes()).has_long_run()
        );
        assert!(!prefilter.scan(text(23).as_bytes()).has_long_run(), "{before}");
    }
}

#[test]
fn no_words_find_nothing() {
    assert!(Prefilter::new(&Words::default()).scan(b"abc").is_empty());
}

#[test]
fn a_gate_keeps_a_common_word_to_where_it_promises_something() {
    let mut words = Words::default();
    let name = words.ask_gated("key", Promise::Joined.into());
    let run = words.ask_gated("key", Promise::Run(Run { length: 12, wide: false, before: 0, after: 40 }).into());
    let hits = Prefilter::new(&words).scan(b"the key is here; api_key: x; key abcdef012345");
    assert_eq!(hits.of(name).collect::<Vec<_>>(), [21]);
    assert_eq!(hits.of(run).collect::<Vec<_>>(), [21, 29]);
}

#[test]
fn a_word_that_starts_has_no_letter_before_it() {
    let mut words = Words::default();
    let start = words.ask_gated("box", Gate { starts: true, promise: Promise::Nothing });
    let tail = words.ask_gated("sk_", Gate { starts: true, promise: Promise::Tail(4, false) });
    let once = words.ask_gated("mail", Promise::Once.into());
    let hits = Prefilter::new(&words).scan(b"BOX mailbox _box 1box sk_a-b2 sk_a/b2 Mail");
    assert_eq!(hits.of(start).collect::<Vec<_>>(), [0, 13, 18]);
    assert_eq!(hits.of(tail).collect::<Vec<_>>(), [22]);
    assert_eq!(hits.of(once).collect::<Vec<_>>(), [4]);
}

#[test]
fn what_fills_the_last_block_up_is_no_text() {
    let mut words = Words::default();
    let id = words.ask("o.z");
    assert_eq!(Prefilter::new(&words).scan(b"O.Z").of(id).collect::<Vec<_>>(), [0]);
}

#[test]
fn a_word_that_is_asked_for_twice_is_one_word() {
    let mut words = Words::default();
    let plain = words.ask("scope");
    let starting = words.ask_gated("scope", Gate { starts: true, promise: Promise::Nothing });
    assert_ne!(plain, starting);
    assert_eq!((words.ask("Scope"), words.ask("SCOPE")), (plain, plain));
    assert_eq!(words.ask_gated("sCope", Gate { starts: true, promise: Promise::Nothing }), starting);
    assert_ne!(words.ask("scopes"), plain);
}

proptest! {
    /// The same as looking for each word at each place.
    #[test]
    fn every_word_is_found_wherever_it_stands(
        list in proptest::collection::vec(("[a-zA-Z0-9_.=:-]{1,9}", any::<bool>()), 1..40),
        pieces in proptest::collection::vec((0_usize..40, "[a-e \n=]{0,70}"), 0..12),
    ) {
        let mut words = Words::default();
        let gate = |starts| Gate { starts, promise: Promise::Nothing };
        let ids: Vec<_> = list.iter().map(|(word, starts)| words.ask_gated(word, gate(*starts))).collect();
        let mut text = String::new();
        for (word, filler) in &pieces {
            text.push_str(filler);
            text.push_str(&list[word % list.len()].0.to_ascii_uppercase());
        }
        let hits = Prefilter::new(&words).scan(text.as_bytes());
        let lower = text.to_ascii_lowercase();
        for ((word, starts), id) in list.iter().zip(ids) {
            let word = word.to_ascii_lowercase();
            let expected: Vec<u32> = (0..lower.len())
                .filter(|&at| lower.as_bytes()[at..].starts_with(word.as_bytes()))
                .filter(|&at| !starts || at == 0 || !lower.as_bytes()[at - 1].is_ascii_alphabetic())
                .map(|at| u32::try_from(at).expect("texts here are short"))
                .collect();
            prop_assert_eq!(hits.of(id).collect::<Vec<_>>(), expected, "{} in {:?}", word, text);
        }
    }
}
