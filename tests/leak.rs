//! No secret is shown: no six-character run of one in any format, nor in any error.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::process::Command;
use std::sync::LazyLock;

use jiff::civil::date;
use overscope::detect::engine::Engine;
use overscope::fact::Seen;
use overscope::finding::{Finding, Fingerprint, Persona};
use overscope::judge::Bench;
use overscope::judge::court::judge;
use overscope::judge::project::Projects;
use overscope::origin::Origin;
use overscope::policy::{Policy, load as policy};
use overscope::report::render::{Format, render};
use overscope::report::{Options, Report, mistake};
use overscope::rule::example::fill;
use overscope::rule::{RuleSet, builtin, load};
use overscope::scope::catalog::Catalog;
use overscope::source::Coverage;
use overscope::text::SourceText;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use repository::{Repository, scrub, token};

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn no_format_shows_a_secret(seed in any::<u64>(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..5), apart in prop::sample::select(vec!["\n", " ; ", "\n\n\n"])) {
        let rules: &RuleSet = &RULES;
        let templates: &[String] = &CAUGHT;
        let mut text = String::new();
        let mut drawn = Vec::new();
        for (place, pick) in picks.iter().enumerate() {
            let template = pick.get(templates);
            let filled = fill(template, &format!("{seed} {place}")).expect("examples fill");
            drawn.extend(values(template, &filled).into_iter().map(|(start, end)| (text.len() + start, text.len() + end)));
            text.push_str(&filled);
            text.push_str(apart);
        }
        let seeing = ENGINE.look("a/file.env".into(), &Origin::WorkTree, text.as_bytes()).expect("this is text");
        let marks: Vec<_> = seeing.facts.iter().filter(|fact| matches!(fact.seen, Seen::Secret(_))).map(|fact| fact.at.region.span.range()).collect();
        let secrets: Vec<&str> = drawn.iter().filter(|(start, end)| marks.iter().any(|mark| mark.start <= *start && *end <= mark.end)).map(|(start, end)| &text[*start..*end]).collect();
        let policy = Policy::builtin();
        let bench = Bench { policy: &policy, rules, catalog: Catalog::builtin(), coverage: Coverage::Whole, today: date(2026, 11, 24), persona: Persona::Auditor };
        let findings = judge(&seeing.facts, &seeing.ignores, &Projects::default(), &bench).findings.into_iter().map(nameless).collect();
        let report = Report { findings, ..Report::default() };
        for format in Format::ALL {
            let mut out = Vec::new();
            render(&report, rules, format, &Options { verbose: true, ..Options::default() }, &mut out).expect("memory takes everything");
            prop_assert_eq!(leaks(&secrets, &without_ids(&out)), None, "{}", format);
        }
    }

    #[test]
    fn no_mistake_shows_a_secret(seed in any::<u64>(), kind in prop::sample::select(vec!["hex", "alnum", "base64url"]), shape in 0..FILES.len()) {
        let secret = fill(&format!("{{{{{kind} 40}}}}"), &seed.to_string()).expect("a template");
        let file = FILES[shape].replace("SECRET", &secret);
        let mistakes = load::read(&file, "rules.yaml").expect_err("each of these files is wrong");
        let mut out = Vec::new();
        mistake::write("rules.yaml".into(), &SourceText::new(file.as_str()), &mistakes, &Options::default(), &mut out).expect("memory takes everything");
        let text = String::from_utf8_lossy(&out);
        prop_assert!(text.contains("rules.yaml:"), "{}", text);
        prop_assert_eq!(leaks(&[&secret], &text), None);
    }

    #[test]
    fn no_mistake_of_a_policy_shows_a_secret(seed in any::<u64>(), kind in prop::sample::select(vec!["hex", "alnum", "base64url"]), shape in 0..POLICIES.len()) {
        let secret = fill(&format!("{{{{{kind} 40}}}}"), &seed.to_string()).expect("a template");
        let file = POLICIES[shape].replace("SECRET", &secret);
        let mistakes = policy::read(&file, "overscope.yaml".into(), Catalog::builtin()).expect_err("each of these files is wrong");
        let mut out = Vec::new();
        mistake::write("overscope.yaml".into(), &SourceText::new(file.as_str()), &mistakes, &Options::default(), &mut out).expect("memory takes everything");
        let text = String::from_utf8_lossy(&out);
        prop_assert!(text.contains("overscope.yaml:"), "{}", text);
        prop_assert_eq!(leaks(&[&secret], &text), None, "{}", text);
    }
}

static RULES: LazyLock<RuleSet> = LazyLock::new(builtin::rules);
static CAUGHT: LazyLock<Vec<String>> = LazyLock::new(|| caught(&RULES));
static ENGINE: LazyLock<Engine<'static>> = LazyLock::new(|| Engine::new(&RULES));

/// Policies with a credential where none belongs.
const POLICIES: [&str; 7] = [
    "version: SECRET\n",
    "version: 1\nclient_secret: SECRET\n",
    "version: 1\nSECRET: 1\n",
    "version: 1\ngates: {fail_on: SECRET}\n",
    "version: 1\ndefaults: {deny: [SECRET, SECRET]}\ntokens: {access_max: SECRET}\n",
    "version: 1\nintegrations:\n  a: {provider: SECRET, token: SECRET, paths: [src]}\n",
    "version: 1\nexceptions: [{id: SECRET, rules: [SECRET], expires: SECRET}]\n",
];

/// Rule files with a credential where none belongs.
const FILES: [&str; 5] = [
    "rules:\n  - id: SECRET\n    title: x\n    severity: low\n    detect: {builtin: true}\n",
    "rules:\n  - id: a/b\n    title: x\n    severity: SECRET\n    detect: {builtin: true}\n",
    "rules:\n  - {id: a/b, title: SECRET, severity: wrong, detect: {builtin: true}}\n",
    "token: SECRET\n",
    "rules: [\"SECRET\n",
];

/// The examples of all rules for credentials that must be caught, as they are written.
fn caught(rules: &RuleSet) -> Vec<String> {
    let credentials = rules.iter().filter(|rule| !rule.seeks.secret.is_empty());
    let examples = credentials.filter_map(|rule| rules.page(&rule.id)).flat_map(|page| &page.examples);
    examples.filter_map(|example| Some(example.caught.as_ref()?.value.clone())).collect()
}

/// Where the drawn values of a template stand in the filled text.
fn values(template: &str, filled: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut rest, mut at) = (template, 0);
    while let Some((head, tail)) = rest.split_once("{{") {
        at += head.len();
        let Some((inner, after)) = tail.split_once("}}") else { break };
        let number = inner.split(' ').find_map(|word| word.parse::<usize>().ok());
        let drawn = fill(&format!("{{{{{inner}}}}}"), "").expect("examples fill");
        let length = number.unwrap_or(drawn.len());
        if length >= 6 && filled.is_char_boundary(at + length) && !drawn.starts_with("{{") {
            found.push((at, at + length));
        }
        at += length;
        rest = after;
    }
    found
}

/// A finding without its identities: they are hashes, in which six digits of a secret may stand by chance.
fn nameless(finding: Finding) -> Finding {
    Finding { fingerprint: Fingerprint::default(), line_hash: None, ..finding }
}

/// An output without the ids that are made of them.
fn without_ids(out: &[u8]) -> String {
    let text = String::from_utf8_lossy(out);
    text.lines().filter(|line| !line.trim_start().starts_with("\"id\": \"")).collect::<Vec<_>>().join("\n")
}

/// The first run of six characters of a secret that a text shows.
fn leaks(secrets: &[&str], text: &str) -> Option<String> {
    let runs = secrets.iter().flat_map(|secret| secret.as_bytes().windows(6));
    runs.map(|run| String::from_utf8_lossy(run).into_owned()).find(|run| text.contains(run.as_str()))
}

#[test]
fn a_secret_that_is_shown_is_noticed() {
    assert_eq!(leaks(&["abcdefgh"], "xx bcdefg"), Some("bcdefg".to_owned()));
    assert_eq!(leaks(&["abcdefgh"], "xx abcde fgh"), None);
    let template =
        caught(&builtin::rules()).into_iter().find(|template| template.contains("{{hex")).expect("there is one");
    let filled = fill(&template, "x").expect("examples fill");
    assert!(!values(&template, &filled).is_empty());
}

/// The text of a run, and of every file that it wrote below two folders.
fn spoken(repository: &Repository, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut command).current_dir(repository.path()).args(args).output().expect("it starts");
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1 | 4)), "{args:?}: {code:?}: {}", String::from_utf8_lossy(&output.stderr));
    let mut text = [output.stdout, output.stderr].concat();
    let mut folders = vec![repository.path().join("audits"), repository.path().join(".overscope")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => text.extend(fs::read(path).expect("it was written")),
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A run of a secret that a text shows: six characters, and twelve of hex digits and hyphens, of which names of commits
/// and identities are made.
fn shown<'s>(secrets: &'s [String], text: &str) -> Option<&'s str> {
    let held: HashSet<&[u8]> = text.as_bytes().windows(6).chain(text.as_bytes().windows(12)).collect();
    secrets.iter().find_map(|secret| {
        let is_hex = |run: &[u8]| run.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
        let long = if is_hex(secret.as_bytes()) { 12 } else { 6 };
        let is_mere_hex = |run: &[u8]| run.len() < 12 && is_hex(run);
        let mut runs = secret.as_bytes().windows(long);
        runs.any(|run| !is_mere_hex(run) && held.contains(run)).then_some(secret.as_str())
    })
}

#[test]
fn no_command_shows_a_secret() {
    let repository = Repository::new();
    let mut planted = Vec::new();
    let step = if std::env::var_os("OVERSCOPE_LEAK").is_some_and(|wanted| wanted == "all") { 1 } else { 30 };
    for (number, template) in CAUGHT.iter().enumerate().step_by(step) {
        let filled = fill(template, &format!("spoken {number}")).expect("examples fill");
        let path = format!("d{number}/settings.env");
        repository.write(&path, &format!("# above\n{filled}\n# below\n"));
        for (start, end) in values(template, &filled) {
            let line = filled[..start].matches('\n').count() + 2;
            let column = filled[..start].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            planted.push((path.clone(), line, column, filled[start..end].to_owned()));
        }
    }
    repository.write("gone.env", &token("gone"));
    repository.commit();
    fs::remove_file(repository.path().join("gone.env")).expect("it is there");
    repository.commit();
    repository.write("staged.env", &token("staged"));
    repository.git(&["add", "staged.env"]);
    repository.write(
        "wrong.yaml",
        &format!("version: 1\nclient_secret: \"{}\"\n", fill("{{alnum 40}}", "w").expect("a template")),
    );

    let report = spoken(&repository, &["scan", "--persona", "auditor", "--format", "json"]);
    let report: serde_json::Value =
        serde_json::from_str(&report[..=report.rfind("\n}").expect("an object") + 1]).expect("it is JSON");
    let mut marks: HashMap<&str, Vec<[u64; 4]>> = HashMap::new();
    for finding in report["findings"].as_array().expect("a list") {
        let place = &finding["place"];
        let at = ["start", "end"].map(|which| ["line", "column"].map(|part| place[which][part].as_u64().unwrap_or(0)));
        if finding["rule"].as_str().is_some_and(|rule| rule.starts_with("secret/")) {
            let [[line, column], [last, end]] = at;
            marks.entry(place["path"].as_str().unwrap_or_default()).or_default().push([line, column, last, end]);
        }
    }
    let is_marked = |path: &str, line: usize, column: usize, length: usize| {
        let (line, column, length) = (line as u64, column as u64, length as u64);
        marks.get(path).is_some_and(|marks| {
            let holds = |&[first, start, last, end]: &[u64; 4]| {
                (first, start) <= (line, column) && (line, column + length) <= (last, end)
            };
            marks.iter().any(holds)
        })
    };
    let mut secrets: Vec<String> = planted
        .iter()
        .filter(|(path, line, column, value)| is_marked(path, *line, *column, value.chars().count()))
        .map(|(.., value)| value.clone())
        .collect();
    assert!(secrets.len() * 2 > planted.len(), "{} of {} are found", secrets.len(), planted.len());
    secrets.extend([token("gone"), token("staged")].iter().map(|text| text[17..text.len() - 2].to_owned()));
    secrets.push(fill("{{alnum 40}}", "w").expect("a template"));

    assert!(shown(&secrets, &token("gone")).is_some(), "what is shown is noticed");
    let first = format!("{}:{}", planted[0].0, planted[0].1);
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["scan", "-v", "--persona", "auditor", "--stats", "--history"],
        vec!["scan", "--staged", "-v"],
        vec!["scan", "--changed", "-v", "--stats"],
        vec!["scan", "--policy", "wrong.yaml"],
        vec!["hook", "staged.env", "wrong.yaml"],
        vec!["explain", &first],
        vec!["baseline", "create"],
        vec!["baseline", "show"],
        vec!["audit", "run", "--quarter", "2026Q2"],
        vec!["scopes", "--format", "json"],
        vec!["policy", "init", "--print"],
        vec!["policy", "check", "wrong.yaml"],
    ];
    let formats: Vec<String> = Format::ALL.map(|format| format.to_string()).to_vec();
    runs.extend(
        formats.iter().map(|format| vec!["scan", "-v", "--persona", "auditor", "--no-baseline", "--format", format]),
    );
    for args in runs {
        let text = spoken(&repository, &args);
        assert!(!text.is_empty(), "{args:?} says nothing");
        assert_eq!(shown(&secrets, &text), None, "{args:?}");
    }
}
