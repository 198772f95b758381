//! Policies as people write them: examples that load, mistakes that are told with their place.

use camino::Utf8Path;

use super::load::read;
use crate::mistake::Mistake;
use crate::scope::catalog::Catalog;

fn mistakes(text: &str) -> Vec<Mistake> {
    match read(text, Utf8Path::new("overscope.yaml"), Catalog::builtin()) {
        Ok((_, warnings)) => warnings,
        Err(mistakes) => mistakes,
    }
}

fn told(text: &str) -> String {
    let all = mistakes(text);
    let one = |mistake: &Mistake| {
        let place = text.get(mistake.span.range()).unwrap_or("?");
        let word = if mistake.fatal { "error" } else { "warning" };
        let help = mistake.help.as_deref().unwrap_or("-");
        format!("{word}: {} | {} | {help}", mistake.message, place.lines().next().unwrap_or_default())
    };
    all.iter().map(one).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_three_examples_load() {
    for (name, text) in [
        ("small-team", include_str!("../../docs/policies/small-team.yaml")),
        ("monorepo", include_str!("../../docs/policies/monorepo.yaml")),
        ("regulated", include_str!("../../docs/policies/regulated.yaml")),
    ] {
        let (policy, warnings) = read(text, Utf8Path::new("overscope.yaml"), Catalog::builtin())
            .unwrap_or_else(|m| panic!("{name}: {m:#?}"));
        assert!(policy.is_declared());
        assert!(!policy.integrations.is_empty(), "{name}");
        println!(
            "{name}: {}",
            warnings.iter().map(|w| format!("{}: {}", policy.line(w.span), w.message)).collect::<Vec<_>>().join("\n")
        );
    }
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let text =
        "version: 2\nowner: a\ndefalts: {undeclared: hihg}\njwt: {max_lifetime: 1h}\nreview: {last: 2026-13-01}\n";
    insta::assert_snapshot!(told(text));
}

/// Mistakes as people see them. A file whose rule ids are wrong needs the rules, so it is read with them.
fn drawn(text: &str) -> String {
    let path = Utf8Path::new("overscope.yaml");
    let read = crate::judge::names::read(text, path, Catalog::builtin(), &crate::rule::builtin::rules());
    let mistakes = match read {
        Ok((_, warnings)) => warnings,
        Err(mistakes) => mistakes,
    };
    let mut out = Vec::new();
    let source = crate::text::SourceText::new(text);
    crate::report::mistake::write(path, &source, &mistakes, &crate::report::Options::default(), &mut out)
        .expect("memory takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

#[test]
fn every_broken_policy_is_told_what_is_wrong_where_and_what_to_do() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/policy/broken");
    let mut names: Vec<std::path::PathBuf> =
        std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("a file").path()).collect();
    names.sort();
    assert!(names.len() >= 30);
    for path in names {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a readable file").replace("\r\n", "\n");
        let drawn = drawn(&text);
        assert!(!drawn.is_empty(), "{name} has no mistake");
        insta::assert_snapshot!(format!("broken_{name}"), drawn);
    }
}
