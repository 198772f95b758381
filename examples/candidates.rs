//! Prints, for every file below a folder, what the eyes see and what the judge of values was shown: one JSON object a
//! line, with places and features and never a value. The tools under `tools/` measure and train with it.
#![allow(clippy::print_stdout, reason = "this is a program")]

use std::fs;
use std::path::Path;

use camino::Utf8Path;
use overscope::detect::engine::Engine;
use overscope::detect::generic::eye::{GenericSecrets, counts};
use overscope::detect::generic::feature::row;
use overscope::detect::generic::kind;
use overscope::detect::generic::value::{chosen, doubt};
use overscope::detect::prefilter::Words;
use overscope::detect::prefilter::sieve::Prefilter;
use overscope::detect::value::{nature, placeholder};
use overscope::detect::{View, role};
use overscope::origin::Origin;
use overscope::rule::builtin;
use overscope::text::SourceText;
use serde_json::json;

fn main() {
    let rules = builtin::rules();
    let engine = Engine::new(&rules);
    let mut words = Words::default();
    let generic = GenericSecrets::new(&rules, &mut words);
    let prefilter = Prefilter::new(&words);
    let mut seed = 1_u64;
    for root in std::env::args().skip(1) {
        let walk = ignore::WalkBuilder::new(&root).standard_filters(false).sort_by_file_path(Path::cmp).build();
        for entry in walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file())) {
            let Some(path) = Utf8Path::from_path(entry.path()) else { continue };
            let Ok(bytes) = fs::read(path) else { continue };
            let Ok(text) = SourceText::decode(&bytes) else { continue };
            let path = path.strip_prefix(&root).unwrap_or(path);
            for fact in engine.look_at(path, &Origin::WorkTree, &text, None).facts {
                let (start, end) = (fact.at.region.start, fact.at.region.end);
                println!(
                    "{}",
                    json!({"finding": fact.rule.as_str(), "path": path, "line": start.line, "end": end.line, "column": start.column,
                        "persona": fact.persona.as_str(), "confidence": fact.confidence.as_str(), "why": fact.why})
                );
            }
            let hits = prefilter.scan(text.as_str().as_bytes());
            let view = View::new(path, &Origin::WorkTree, role::of(path), &text, &hits);
            let kind = kind::of(path);
            let candidates = generic.candidates(&view, kind);
            let repeated = counts(&view, &candidates);
            for candidate in &candidates {
                let start = text.position(candidate.value.start);
                let literal = text.slice(candidate.value);
                let value = candidate.inner.as_ref().map_or(literal, |inner| inner.expose());
                let around = generic.around(&view, kind, candidate, value, candidates.len(), &repeated);
                let human = candidate.family.chosen().then(|| row(candidate, &human(seed), &around).to_vec());
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                println!(
                    "{}",
                    json!({"candidate": format!("{:?}", candidate.family), "context": format!("{:?}", candidate.context),
                        "path": path, "line": start.line, "column": start.column, "length": literal.chars().count(),
                        "gate": gate(value), "doubt": doubt(candidate, value, &around), "chosen": chosen(candidate, value, &around),
                        "role": format!("{:?}", view.role), "row": row(candidate, value, &around).as_slice(), "human": human})
                );
            }
        }
    }
}

/// A password as people choose them: the labelled credentials are random, and random ones are not all there are.
fn human(seed: u64) -> String {
    let pick = |shift: u32, list: &[&'static str]| list[(seed >> shift) as usize % list.len()];
    let word = pick(33, STEMS);
    let word = match seed >> 29 & 3 {
        0 => word.to_owned(),
        1 => word.replace('a', "@").replace('o', "0").replace('i', "1"),
        _ => word[..1].to_ascii_uppercase() + &word[1..],
    };
    format!("{word}{}{}", pick(41, NUMBERS), pick(49, SIGNS))
}

const STEMS: &[&str] = &[
    "summer", "winter", "welcome", "dragon", "monkey", "tiger", "admin", "root", "oracle", "postgres", "letmein",
    "changeit", "sunshine", "master", "hunter", "shadow", "berlin", "london", "company", "secure", "manager", "system",
    "passw0rd", "football", "ginger", "pepper", "rabbit", "server", "qazwsx", "trustno", "mysql", "spring", "thomas",
];
const NUMBERS: &[&str] =
    &["1", "12", "123", "2019", "2020", "2021", "2023", "01", "007", "99", "1234", "42", "@123", "_11", ""];
const SIGNS: &[&str] = &["", "", "", "", "!", "!", "#", "$", "!!", "@", "?"];

/// What the value is, as far as it is not left to the model.
fn gate(value: &str) -> &'static str {
    if placeholder::reason(value).is_some() { "placeholder" } else { nature::of(value).word() }
}
