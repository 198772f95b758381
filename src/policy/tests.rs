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
