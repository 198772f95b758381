//! What the engine must find: every regex of every rule over every whole text, every word at every place. No prefilter, no
//! gates, no windows. Slow, and only here to be compared with.

use std::fs;
use std::path::{Path, PathBuf};

use camino::Utf8Path;

use super::engine::{Engine, Seeing, others, tell};
use super::ignore::Ignores;
use super::prefilter::{Hits, Words};
use super::secret::{Form, REACH, SecretForms, Waiting};
use super::{View, role};
use crate::origin::Origin;
use crate::rule::example::fill;
use crate::rule::{RuleSet, builtin};
use crate::text::SourceText;

/// What the reference sees in a text.
fn reference(engine: &Engine<'_>, rules: &RuleSet, path: &Utf8Path, text: &SourceText, bytes: &[u8]) -> Seeing {
    let mut words = Words::default();
    let secrets = SecretForms::new(rules, &mut words);
    let others = others(rules, &mut words, true);
    let ignores = Ignores::new(&mut words);
    let hits = Hits::naive(&words, text.as_str().as_bytes());
    let view = View::new(path, &Origin::Example, role::of(path), text, &hits);
    let mut sights = Vec::new();
    let lower = text.as_str().to_ascii_lowercase();
    for &Waiting { rule, form, sought } in &secrets.forms {
        if !rule.gate.admits(path.as_str()) {
            continue;
        }
        // What a rule names itself must stand near; what was derived from its pattern stands in every match anyway.
        let named = sought.extent.before.is_none() && sought.extent.after.is_none();
        let places = |anchor: &String| lower.match_indices(anchor.as_str()).map(|(at, _)| at).collect::<Vec<_>>();
        let places: Vec<usize> = sought.anchors.iter().filter(|_| named).flat_map(places).collect();
        let reach = REACH as usize;
        let near = |from: usize, to: usize| places.iter().any(|&at| at <= from + reach && to <= at + reach);
        let form = Form { rule, form: &rule.detect().secret[form], sought };
        let regex = form.form.pattern.regex().expect("built-in patterns compile");
        for found in regex.captures_iter(text.as_str().as_bytes()) {
            let whole = found.get(0).expect("group 0 is the match");
            if !named || near(whole.start(), whole.end()) {
                sights.extend(form.sight(&view, &found));
            }
        }
    }
    for (_, detector) in &others {
        detector.look(&view, &mut sights);
    }
    engine.look_inside(&view, 1, &mut sights);
    tell(&view, sights, ignores.look(&view), Vec::new(), Some(bytes))
}

/// What differs between the engine and the reference, told by rule and place.
fn difference(engine: &Engine<'_>, rules: &RuleSet, path: &Utf8Path, bytes: &[u8]) -> Vec<String> {
    let Ok(text) = SourceText::decode(bytes) else { return Vec::new() };
    let told = |seeing: Seeing| {
        let fact = |fact: &crate::fact::Fact| {
            let at = fact.at.region.start;
            format!("{path}:{}:{} {} {:?} {:?}", at.line, at.column, fact.rule, fact.confidence, fact.at.region.span)
        };
        seeing.facts.iter().map(fact).collect::<Vec<_>>()
    };
    let found = told(engine.look(path, &Origin::Example, bytes).expect("it was decoded"));
    let wanted = told(reference(engine, rules, path, &text, bytes));
    let missed = wanted.iter().filter(|fact| !found.contains(fact)).map(|fact| format!("missed {fact}"));
    let invented = found.iter().filter(|fact| !wanted.contains(fact)).map(|fact| format!("invented {fact}"));
    missed.chain(invented).collect()
}

/// All files below a folder, in order of name.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            files(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

fn differences_below(folder: &Path) -> Vec<String> {
    let rules = builtin::rules();
    let engine = Engine::new(&rules);
    let mut all = Vec::new();
    files(folder, &mut all);
    let look = |file: &PathBuf| {
        let name = file.strip_prefix(folder).expect("below it").to_string_lossy().replace('\\', "/");
        difference(&engine, &rules, Utf8Path::new(&name), &fs::read(file).expect("a readable file"))
    };
    all.iter().flat_map(look).collect()
}

#[test]
fn the_engine_finds_in_the_fixtures_what_the_reference_finds() {
    let found = differences_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The credentials of all examples, each behind filler of another length, so that they stand across the edges of blocks,
/// windows and lines.
#[test]
fn the_engine_finds_at_every_offset_what_the_reference_finds() {
    let rules = builtin::rules();
    let engine = Engine::new(&rules);
    let mut texts: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut random = 1_u64;
    for rule in rules.iter() {
        let page = rules.page(&rule.id).expect("it has a page");
        for (number, example) in page.examples.iter().enumerate() {
            let Some(raw) = example.caught.as_ref().or(example.quiet.as_ref()) else { continue };
            let Ok(filled) = fill(&raw.value, &format!("{}\n{number}", rule.id)) else { continue };
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let filler = usize::try_from((random >> 33) % 67).expect("less than 67");
            text.push_str(&"a b_c-d.e=f/g 0".repeat(5)[..filler]);
            text.push_str([" ", "\n", "\"", "", "é"][filler % 5]);
            text.push_str(&filled);
            text.push_str(["\n", " ", ";", "\n\n", "'"][filler % 5]);
            if text.len() > 40_000 {
                texts.push(std::mem::take(&mut text));
            }
        }
    }
    texts.push(text);
    let look = |(number, text): (usize, &String)| {
        let path = ["a.txt", "b.py", "c.yaml", "d.ts", "e.env"][number % 5];
        difference(&engine, &rules, Utf8Path::new(path), text.as_bytes())
    };
    let found: Vec<String> = texts.iter().enumerate().flat_map(look).collect();
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}

/// `TREE=/path cargo test --release --lib reference -- --ignored` compares on a tree of one's own.
#[test]
#[ignore = "needs a tree, and minutes"]
#[allow(clippy::disallowed_methods, reason = "a test for people, told by the environment where to look")]
fn the_engine_finds_in_a_tree_what_the_reference_finds() {
    let tree = std::env::var_os("TREE").expect("set TREE to a folder");
    let found = differences_below(Path::new(&tree));
    assert!(found.is_empty(), "{} differ:\n{}", found.len(), found.join("\n"));
}

/// What one family sees does not depend on whether another is there. A secret that another family knows better is told by
/// that family alone, so where one is taken away, only what it told may be told by another instead.
#[test]
fn a_family_less_changes_nothing_in_what_the_others_find() {
    let all = builtin::rules();
    let engine = Engine::new(&all);
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut found);
    for family in ["jwt", "oauth", "secret"] {
        let mut rest = RuleSet::default();
        for rule in builtin::rules().into_rules().filter(|rule| rule.id.family() != family) {
            rest.add(rule).expect("each is there once");
        }
        let without = Engine::new(&rest);
        for file in &found {
            let bytes = fs::read(file).expect("a readable file");
            let name = file.to_string_lossy().replace('\\', "/");
            let look =
                |engine: &Engine<'_>| engine.look(Utf8Path::new(&name), &Origin::Example, &bytes).unwrap_or_default();
            let (whole, part) = (look(&engine), look(&without));
            let known = |facts: &[crate::fact::Fact], fact: &crate::fact::Fact| {
                facts.iter().any(|other| other.rule == fact.rule && other.at.region == fact.at.region)
            };
            let others = |fact: &&crate::fact::Fact| fact.rule.family() != family;
            for fact in whole.facts.iter().filter(others) {
                assert!(known(&part.facts, fact), "{name}: without {family}, {} is lost", fact.rule);
            }
            for fact in part.facts.iter().filter(others).filter(|fact| !known(&whole.facts, fact)) {
                let covered = whole.facts.iter().any(|other| other.at.region.span.overlaps(fact.at.region.span));
                assert!(covered, "{name}: without {family}, {} is new", fact.rule);
            }
        }
    }
}
