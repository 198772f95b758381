//! What looking costs, by eye and by rule, where somebody wants to know.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Notes how long eyes and rules look. Shared by all workers.
#[derive(Debug, Default)]
pub struct Watch {
    held: Mutex<BTreeMap<Watched, Cost>>,
}

/// Who looks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watched {
    /// One of the engine's eyes.
    Eye(&'static str),
    /// One rule of the eye for forms of credentials.
    Rule(String),
}

/// What somebody's looking came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// How long it took, in all workers together.
    pub took: Duration,
    /// At how many texts, or how many places of rules, it looked.
    pub looks: u64,
}

impl Watch {
    /// Does what somebody's looking is, and notes what it cost; without a watch nothing is noted.
    pub fn note<T>(watch: Option<&Self>, who: impl FnOnce() -> Watched, looks: usize, look: impl FnOnce() -> T) -> T {
        let Some(watch) = watch else { return look() };
        let since = Instant::now();
        let found = look();
        let took = since.elapsed();
        let mut held = watch.held.lock().unwrap_or_else(PoisonError::into_inner);
        let cost = held.entry(who()).or_default();
        cost.took += took;
        cost.looks += looks as u64;
        found
    }

    /// All eyes, and the costliest rules, what took longest first.
    #[must_use]
    pub fn costs(&self) -> Vec<(Watched, Cost)> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut costs: Vec<(Watched, Cost)> = held.iter().map(|(who, cost)| (who.clone(), *cost)).collect();
        costs.sort_by_key(|(_, cost)| std::cmp::Reverse(cost.took));
        let (eyes, mut rules): (Vec<_>, Vec<_>) =
            costs.into_iter().partition(|(who, _)| matches!(who, Watched::Eye(_)));
        rules.truncate(COSTLIEST);
        eyes.into_iter().chain(rules).collect()
    }
}

const COSTLIEST: usize = 8;

#[cfg(test)]
mod tests {
    use super::{Watch, Watched};

    #[test]
    fn costs_are_told_by_eye_and_by_the_costliest_rules() {
        let watch = Watch::default();
        for number in 0..20 {
            let rule = || Watched::Rule(format!("secret/a{number}"));
            assert_eq!(Watch::note(Some(&watch), rule, 3, || number), number);
        }
        for _ in 0..2 {
            Watch::note(Some(&watch), || Watched::Eye("names"), 1, || ());
        }
        Watch::note(None, || Watched::Eye("nobody"), 1, || ());
        let costs = watch.costs();
        assert_eq!(costs.len(), 1 + super::COSTLIEST);
        assert!(costs[0].0 == Watched::Eye("names") && costs[0].1.looks == 2);
        assert!(costs[1..].windows(2).all(|pair| pair[0].1.took >= pair[1].1.took && pair[0].1.looks == 3));
    }
}
