//! The rules inside the binary.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::file::{AboutEntry, ExampleEntry, RuleFile};
use super::{Page, RuleSet, load};
use crate::finding::RuleId;

/// The built-in rules, without their pages.
#[must_use]
pub fn rules() -> RuleSet {
    let file: RuleFile = serde_json::from_slice(RULES).expect("the build wrote this from rules that the tests read");
    let mut set = RuleSet::default();
    for entry in file.rules {
        let rule = load::trusted(entry).expect("the tests load every built-in rule");
        set.add(rule).expect("the build refuses an id that exists twice");
    }
    set
}

/// The page of a built-in rule.
#[must_use]
pub fn page(id: &RuleId) -> Option<&'static Page> {
    static READ: OnceLock<BTreeMap<String, Page>> = OnceLock::new();
    let pages = READ.get_or_init(|| {
        let raw: BTreeMap<String, RawPage> =
            serde_json::from_slice(PAGES).expect("the build wrote this from rules that the tests read");
        let page = |raw: RawPage| Page { file: raw.file, about: raw.about, examples: raw.examples.unwrap_or_default() };
        raw.into_iter().map(|(id, raw)| (id, page(raw))).collect()
    });
    pages.get(id.as_str())
}

#[derive(Deserialize)]
struct RawPage {
    file: String,
    about: AboutEntry,
    examples: Option<Vec<ExampleEntry>>,
}

static RULES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.json"));
static PAGES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pages.json"));

#[cfg(test)]
mod tests {
    use super::{page, rules};

    #[test]
    fn every_built_in_rule_loads_and_has_a_page() {
        for rule in rules().iter() {
            assert!(page(&rule.id).is_some(), "{} has no page", rule.id);
        }
    }
}
