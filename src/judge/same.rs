//! One value in many places: each finding names the others, so that whoever reads one sees them all.

use std::collections::BTreeMap;

use super::{Draft, Key};
use crate::finding::{Finding, Label, SAME_VALUE, State};

/// Names in each open finding of a secret the other places of its value, as far as they are told, too.
pub(super) fn tie(judged: &mut [(Draft, Finding)]) {
    let mut places: BTreeMap<Key, Vec<Label>> = BTreeMap::new();
    let is_secret = |finding: &Finding| finding.rule.family() == "secret" && finding.state == State::Open;
    for (draft, finding) in judged.iter().filter(|(_, finding)| is_secret(finding)) {
        let held = places.entry(draft.key.clone()).or_default();
        if held.len() < MOST {
            held.push(Label { text: SAME_VALUE.to_owned(), ..finding.primary.clone() });
        }
    }
    for (draft, finding) in judged.iter_mut().filter(|(_, finding)| is_secret(finding)) {
        let others = places.get(&draft.key).into_iter().flatten().filter(|label| label.at != finding.primary.at);
        finding.related.extend(others.cloned());
    }
}

/// More places of one value are not named: the first ones are named in all of them.
const MOST: usize = 25;
