//! The rules inside the binary.
//!
//! A start reads of each rule what every scan needs: its name, how bad it is, what the prefilter waits for. What it
//! looks for and what its page says is read when somebody asks for it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::DeflateDecoder;
use serde::Deserialize;

use super::anchor::Extent;
use super::file::{AboutEntry, DetectEntry, ExampleEntry};
use super::sought::Sought;
use super::{Detect, Gate, Lazy, Page, Rule, RuleSet, Seeks, load};
use crate::finding::{Confidence, Persona, RuleId};

/// The built-in rules, without their pages.
#[must_use]
pub fn rules() -> RuleSet {
    let heads: Vec<Head<'static>> = serde_json::from_str(HEADS).expect("the build wrote this");
    let mut set = RuleSet::default();
    for head in heads {
        set.add(head.rule()).expect("the build refuses an id that exists twice");
    }
    set
}

/// What a built-in rule looks for.
pub(super) fn detect(stored: &str, id: &RuleId, gate: &Gate) -> Detect {
    let entry: DetectEntry = serde_json::from_str(stored).expect("the build wrote this");
    load::trusted(entry, id, gate).expect("the tests load every built-in rule")
}

/// The built-in rules as the binary has them, for a digest.
#[must_use]
pub fn bytes() -> Vec<u8> {
    let pages = PAGES.iter().map(|(_, block)| *block);
    std::iter::once(HEADS.as_bytes()).chain(pages).collect::<Vec<_>>().concat()
}

/// The page of a built-in rule; a block of pages is unpacked when one of them is first asked for.
#[must_use]
pub fn page(id: &RuleId) -> Option<&'static Page> {
    static READ: [OnceLock<BTreeMap<String, Page>>; PAGES.len()] = [const { OnceLock::new() }; PAGES.len()];
    // A block begins with the rule that it is entered by.
    let at = PAGES.partition_point(|(first, _)| *first <= id.as_str()).checked_sub(1)?;
    let pages = READ[at].get_or_init(|| unpacked(PAGES[at].1));
    pages.get(id.as_str())
}

fn unpacked(block: &[u8]) -> BTreeMap<String, Page> {
    let mut text = Vec::new();
    DeflateDecoder::new(block).read_to_end(&mut text).expect("the build wrote this");
    let raw: BTreeMap<String, RawPage> = serde_json::from_slice(&text).expect("the build wrote this");
    let page = |raw: RawPage| Page { file: raw.file, about: raw.about, examples: raw.examples.unwrap_or_default() };
    raw.into_iter().map(|(id, raw)| (id, page(raw))).collect()
}

/// What a start reads of a rule, in the order in which `build.rs` writes it.
#[derive(Deserialize)]
struct Head<'t> {
    id: &'t str,
    #[serde(borrow)]
    title: Cow<'t, str>,
    severity: &'t str,
    confidence: Option<&'t str>,
    persona: Option<&'t str>,
    since: Option<&'t str>,
    keywords: Vec<String>,
    secret: Vec<(Vec<String>, Extent, bool)>,
    code: Vec<Vec<String>>,
    settings: usize,
    text: Vec<Vec<String>>,
    builtin: bool,
    /// Where the rest stands in [`DETECTS`].
    at: (usize, usize),
}

impl Head<'static> {
    fn rule(self) -> Rule {
        let known = "the build refuses words that are none";
        Rule {
            id: self.id.parse().expect(known),
            title: self.title.into_owned(),
            severity: self.severity.parse().expect(known),
            confidence: self.confidence.map_or(Confidence::High, |word| word.parse().expect(known)),
            persona: self.persona.map_or(Persona::Regular, |word| word.parse().expect(known)),
            since: self.since.unwrap_or_default().to_owned(),
            seeks: Seeks {
                secret: self
                    .secret
                    .into_iter()
                    .map(|(anchors, extent, named)| Sought { anchors, extent, named })
                    .collect(),
                code: self.code,
                settings: vec![self.keywords.clone(); self.settings],
                text: self.text,
            },
            gate: Gate { keywords: self.keywords, files: None, not_files: None },
            builtin: self.builtin,
            detect: Lazy { stored: &DETECTS[self.at.0..self.at.1], ..Lazy::default() },
            page: None,
        }
    }
}

#[derive(Deserialize)]
struct RawPage {
    file: String,
    about: AboutEntry,
    examples: Option<Vec<ExampleEntry>>,
}

static HEADS: &str = include_str!(concat!(env!("OUT_DIR"), "/heads.json"));
static DETECTS: &str = include_str!(concat!(env!("OUT_DIR"), "/detects.json"));
/// Deflated blocks of pages, each with its first rule.
static PAGES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

#[cfg(test)]
mod tests {
    use super::{DetectEntry, load, page, rules};

    #[test]
    fn every_built_in_rule_loads_and_has_a_page() {
        for rule in rules().iter() {
            assert!(page(&rule.id).is_some(), "{} has no page", rule.id);
            let detect = rule.detect();
            let looks = !detect.secret.is_empty() || !detect.code.is_empty();
            assert!(looks || rule.builtin || !detect.settings.is_empty() || !detect.text.is_empty(), "{}", rule.id);
        }
    }

    #[test]
    fn the_build_derives_what_a_user_s_rule_would_get() {
        for rule in rules().iter() {
            let entry: DetectEntry = serde_json::from_str(rule.detect.stored).expect("the build wrote this");
            assert_eq!(load::seeks(&entry, &rule.gate.keywords), rule.seeks, "{}", rule.id);
        }
    }
}
