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
        let places = places.get(&draft.key).map(Vec::as_slice).unwrap_or_default();
        let is_named = places.iter().any(|label| label.at == finding.primary.at);
        let others = places.iter().filter(|label| label.at != finding.primary.at);
        finding.related.extend(others.take(if is_named { MOST } else { 1 }).cloned());
    }
}

/// So many places name each other; of one value in thousands of places all others name the first, or a report would be
/// mostly that.
const MOST: usize = 25;
