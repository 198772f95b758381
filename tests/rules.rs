//! Every built-in rule does what its examples say.
#![allow(clippy::tests_outside_test_module, reason = "integration tests")]

use std::collections::BTreeSet;
use std::path::Path;

use camino::Utf8Path;
use overscope::rule::{builtin, load};
use overscope::selftest::{self, Verdict};
use overscope::syntax::language::Language;

#[test]
fn every_example_of_every_rule_goes_right() {
    let rules = builtin::rules();
    let only = option_env!("ONLY_RULES").unwrap_or_default();
    let outcomes = selftest::run(&rules, |rule| rule.id.as_str().contains(only));
    let wrong: Vec<String> = outcomes
        .iter()
        .filter(|outcome| outcome.verdict != Verdict::Right)
        .map(|outcome| format!("{} #{}: {:?}\n    {}", outcome.rule, outcome.number, outcome.verdict, outcome.text))
        .collect();
    assert!(wrong.is_empty(), "{} of {} examples went wrong:\n{}", wrong.len(), outcomes.len(), wrong.join("\n"));
}

#[test]
fn every_rule_file_reads_without_a_mistake() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut wrong = Vec::new();
    for room in ["jwt", "oauth", "policy", "secrets"] {
        let Ok(files) = std::fs::read_dir(root.join(room)) else { continue };
        for path in files.map(|file| file.expect("a readable folder").path()) {
            let text = std::fs::read_to_string(&path).expect("a readable rule file");
            for mistake in load::read(&text, &path.to_string_lossy()).err().unwrap_or_default() {
                let line = text[..mistake.span.start as usize].lines().count().max(1);
                wrong.push(format!("{}:{line}: {}", path.display(), mistake.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_caught_and_a_quiet_example_and_a_whole_page() {
    let rules = builtin::rules();
    for rule in rules.iter() {
        let page = rules.page(&rule.id).expect("a page");
        assert!(page.examples.iter().any(|example| example.caught.is_some()), "{} has no caught example", rule.id);
        assert!(page.examples.iter().any(|example| example.quiet.is_some()), "{} has no quiet example", rule.id);
        for text in [&page.about.what, &page.about.why, &page.about.fix] {
            assert!(text.trim().len() > 10, "{} has an empty text", rule.id);
        }
    }
}

#[test]
fn the_page_about_the_catalogue_shows_files_without_a_mistake() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/catalog.md");
    let page = std::fs::read_to_string(page).expect("the page is there").replace("\r\n", "\n");
    let blocks: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let whole = |key: &str| {
        let block = blocks.iter().find(|block| block.starts_with("provider: acme") && block.contains(key));
        *block.expect("the page shows a whole file")
    };
    let scopes = overscope::yaml::parse(whole("scopes:")).unwrap_or_else(|error| panic!("{error:?}"));
    let calls = overscope::yaml::parse(whole("needs:")).unwrap_or_else(|error| panic!("{error:?}"));
    let found = overscope::scope::check::check(scopes, Some(calls));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_language_that_a_rule_on_tokens_claims_is_shown_caught_and_quiet() {
    let rules = builtin::rules();
    let fixtures = expected_in_fixtures();
    let mut lacking = BTreeSet::new();
    for rule in rules.iter().filter(|rule| matches!(rule.id.family(), "jwt" | "oauth")) {
        let detect = rule.detect();
        let mut claims: BTreeSet<String> =
            detect.code.iter().flat_map(|form| &form.languages).map(|&language| shown(language)).collect();
        if !detect.settings.is_empty() {
            claims.insert("settings".to_owned());
        }
        let examples = &rules.page(&rule.id).expect("a page").examples;
        for claim in claims {
            let mut own =
                examples.iter().filter(|one| one.file.as_ref().is_some_and(|file| read_as(&file.value) == claim));
            let in_fixtures = fixtures.contains(&(rule.id.to_string(), claim.clone()));
            if !in_fixtures && !own.clone().any(|one| one.caught.is_some()) {
                lacking.insert(format!("{} {claim}: caught", rule.id));
            }
            if !own.any(|one| one.quiet.is_some()) {
                lacking.insert(format!("{} {claim}: quiet", rule.id));
            }
        }
    }
    assert!(lacking.is_empty(), "claimed and not shown: {lacking:#?}");
}

/// The rules that fixtures expect, each with what its file is read as.
fn expected_in_fixtures() -> BTreeSet<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut waiting = vec![root.join("jwt"), root.join("oauth")];
    let mut expected = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting
                .extend(path.read_dir().expect("a readable folder").map(|file| file.expect("a readable file").path()));
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.to_string_lossy();
        let (name, beside) = name.strip_suffix(".expect").map_or((&*name, false), |name| (name, true));
        for line in text.lines() {
            let expects = if beside { Some(line) } else { line.split_once("expect: ").map(|(_, rules)| rules) };
            let words = expects.into_iter().flat_map(|rules| rules.split(|c: char| c.is_whitespace() || c == ','));
            expected.extend(words.filter(|word| word.contains('/')).map(|rule| (rule.to_owned(), read_as(name))));
        }
    }
    expected
}

/// What a file is read as: its language, or settings.
fn read_as(file: &str) -> String {
    match Language::of(Utf8Path::new(file), "") {
        Some(language) => shown(language),
        None => "settings".to_owned(),
    }
}

/// A language as rules name it: what holds for JavaScript holds for TypeScript.
fn shown(language: Language) -> String {
    match language {
        Language::TypeScript | Language::Tsx => shown(Language::JavaScript),
        Language::Hcl => "settings".to_owned(),
        other => format!("{other:?}").to_ascii_lowercase(),
    }
}
