//! Every built-in rule does what its examples say.
#![allow(clippy::tests_outside_test_module, reason = "integration tests")]

use overscope::rule::{builtin, load};
use overscope::selftest::{self, Verdict};

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
