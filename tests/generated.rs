//! Pages that are made from the program are as the program is. `UPDATE=1 cargo test --test generated` rewrites them.
#![allow(clippy::tests_outside_test_module, reason = "integration tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use overscope::report::{page, scope_page};
use overscope::rule::builtin;
use overscope::scope::catalog::Catalog;

#[test]
fn every_rule_has_its_page_and_no_page_has_lost_its_rule() {
    let rules = builtin::rules();
    let mut pages = BTreeMap::new();
    for rule in rules.iter() {
        let mut text = Vec::new();
        page::write_markdown(rule, rules.page(&rule.id), &mut text).expect("memory takes everything");
        pages.insert(PathBuf::from(format!("{}.md", rule.id)), text);
    }
    let mut index = Vec::new();
    page::write_index(&rules, &mut index).expect("memory takes everything");
    pages.insert("README.md".into(), index);
    compare(Path::new("docs/rules"), &pages);
}

#[test]
fn every_provider_has_its_page_of_scopes() {
    let catalog = Catalog::builtin();
    let mut pages = BTreeMap::new();
    for provider in catalog.ids().filter_map(|id| catalog.provider(id.as_str())) {
        let mut text = Vec::new();
        scope_page::write_markdown(provider, &mut text).expect("memory takes everything");
        pages.insert(PathBuf::from(format!("{}.md", provider.id())), text);
    }
    let mut index = Vec::new();
    scope_page::write_index(catalog, &mut index).expect("memory takes everything");
    pages.insert("README.md".into(), index);
    compare(Path::new("docs/scopes"), &pages);
}

#[test]
fn the_schema_of_policies_is_fresh() {
    let file = Path::new("docs/schema/policy.json");
    let wanted = overscope::policy::schema::schema();
    if rewrites() {
        fs::write(file, wanted).expect("the project can be written");
        return;
    }
    let read = fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n");
    assert!(read == wanted, "run `UPDATE=1 cargo test --test generated` and commit {}", file.display());
}

/// Every claim of the source documents has a rule that answers to it, or a reason why none does.
#[test]
fn every_claim_is_answered_by_a_rule_or_by_a_reason() {
    let rules = builtin::rules();
    let mut by_claim: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for rule in rules.iter() {
        for claim in rules.page(&rule.id).map(|page| page.about.claims.clone()).unwrap_or_default() {
            by_claim.entry(claim).or_default().push(rule.id.to_string());
        }
    }
    let mut text = String::from(
        "# What the source documents claim, and what answers to it\n\nMade from the rules by `UPDATE=1 cargo test --test generated`.\n\n| claim | answer |\n| --- | --- |\n",
    );
    let link = |id: &str| format!("[{id}](rules/{id}.md)");
    for line in include_str!("data/claims.tsv").lines() {
        let (claim, reason) = line.split_once('\t').expect("a claim, a tab, and a reason that may be empty");
        let mut answers: Vec<String> = by_claim.remove(claim).unwrap_or_default();
        if let Some(id) = reason.strip_prefix("rule ") {
            assert!(rules.find(id).is_some(), "{claim}: there is no rule {id}");
            answers.push(id.to_owned());
        }
        let answer = match (answers.as_slice(), reason) {
            ([], "") => panic!("nothing answers to {claim}"),
            ([], reason) => format!("no rule: {reason}"),
            (ids, _) => ids.iter().map(|id| link(id)).collect::<Vec<_>>().join(", "),
        };
        text.push_str(&format!("| {claim} | {answer} |\n"));
    }
    assert!(by_claim.is_empty(), "claims that no document makes: {by_claim:#?}");
    let file = Path::new("docs/seed-coverage.md");
    if rewrites() {
        fs::write(file, text).expect("the project can be written");
        return;
    }
    let read = fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n");
    assert!(read == text, "run `UPDATE=1 cargo test --test generated` and commit {}", file.display());
}

/// How many uses of which library and product are tested, and which faults are found in them.
#[test]
fn the_table_of_libraries_is_fresh() {
    let (root, rules) = (Path::new("fixtures/jwt/libraries"), builtin::rules());
    let mut text = String::from(
        "# Libraries and products whose JWT and OAuth set-up is tested\n\nMade from `fixtures/jwt/libraries` by `UPDATE=1 cargo test --test generated`. A file without faults shows right use.\n\n| file | faults | rules |\n| --- | ---: | --- |\n",
    );
    let mut all = 0;
    for file in files(root).iter().filter(|file| file.extension().is_none_or(|ending| ending != "expect")) {
        let path = root.join(file);
        let mut words = fs::read_to_string(&path).expect("a fixture is text");
        words.push_str(&fs::read_to_string(format!("{}.expect", path.display())).unwrap_or_default());
        let expected = words.split([' ', '\n']).filter(|word| word.starts_with("jwt/") || word.starts_with("oauth/"));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for rule in expected.filter(|word| rules.find(word).is_some()) {
            *counts.entry(rule).or_default() += 1;
        }
        let sum: usize = counts.values().sum();
        all += sum;
        let names: Vec<String> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        let shown = file.display().to_string().replace('\\', "/");
        text.push_str(&format!("| {shown} | {sum} | {} |\n", names.join(", ")));
    }
    text.push_str(&format!("| all | {all} | |\n"));
    let file = Path::new("docs/jwt-coverage.md");
    if rewrites() {
        fs::write(file, text).expect("the project can be written");
        return;
    }
    let read = fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n");
    assert!(read == text, "run `UPDATE=1 cargo test --test generated` and commit {}", file.display());
}

/// Compares a folder with what belongs in it, or makes it so.
fn compare(folder: &Path, wanted: &BTreeMap<PathBuf, Vec<u8>>) {
    let there: Vec<PathBuf> = files(folder);
    if rewrites() {
        there.iter().filter(|file| !wanted.contains_key(*file)).for_each(|file| {
            fs::remove_file(folder.join(file)).expect("it was listed");
        });
        for (file, text) in wanted {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().expect("it stands in the folder")).expect("the project can be written");
            fs::write(file, text).expect("the project can be written");
        }
        return;
    }
    let mut stale: Vec<String> =
        there.iter().filter(|file| !wanted.contains_key(*file)).map(|file| file.display().to_string()).collect();
    for (file, text) in wanted {
        // A checkout on Windows may have other line ends.
        let read = fs::read_to_string(folder.join(file)).unwrap_or_default().replace("\r\n", "\n");
        if read.as_bytes() != text {
            stale.push(file.display().to_string());
        }
    }
    assert!(stale.is_empty(), "run `UPDATE=1 cargo test --test generated` and commit {}: {stale:#?}", folder.display());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        let entries =
            fs::read_dir(&at).into_iter().flatten().map(|entry| entry.expect("the project can be read").path());
        for path in entries {
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).expect("it stands in the folder").to_owned());
            }
        }
    }
    found.sort();
    found
}

#[allow(clippy::disallowed_methods, reason = "a test is told by the environment to rewrite")]
fn rewrites() -> bool {
    std::env::var_os("UPDATE").is_some()
}
