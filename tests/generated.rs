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
