//! Things to scan, with what is expected of them written on the line: `fixtures/<family>/…`.
//!
//! A line with a fault ends in a comment `expect: secret/zoho-refresh-token`. Several rules stand one after another; a
//! rule may be followed by what exactly is seen: `expect: scope/request ZohoCRM.modules.ALL@zoho-crm`, or in which columns
//! a secret stands (`12-44`, the second is the one after it). Where a format has
//! no comments, a file of the same name with `.expect` at its end holds lines `12: jwt/alg-none`. The expectation itself
//! is not scanned, and the folder of the family is no part of the path. Values come from templates: `{{hex 32}}`.
//!
//! What is asked for may be followed by what it stands in: `expect: scope/request api@salesforce:url`.
//!
//! What is expected and not seen is *missed*; what is seen and not expected is *noisy*. Both fail.
#![allow(
    clippy::tests_outside_test_module,
    clippy::print_stdout,
    reason = "integration tests; the table is for people"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use camino::Utf8Path;
use jiff::civil::date;
use overscope::detect::engine::Engine;
use overscope::fact::{Fact, Seen};
use overscope::finding::{Persona, RuleId};
use overscope::judge::Bench;
use overscope::judge::court::judge;
use overscope::judge::project::Projects;
use overscope::origin::{Location, Origin};
use overscope::policy::Policy;
use overscope::rule::example::fill;
use overscope::rule::{RuleSet, builtin};
use overscope::scope::catalog::Catalog;
use overscope::source::Coverage;

/// Folders of `fixtures/` that are whole repositories; other tests scan them.
const NO_FAMILIES: [&str; 3] = ["repos", "sample", "templates"];

#[test]
fn every_fixture_shows_what_it_says_and_nothing_else() {
    let rules = builtin::rules();
    let engine = Engine::new(&rules);
    let only = std::env::vars_os().find(|(name, _)| name == "ONLY_FIXTURES");
    let only = only.map(|(_, value)| value.to_string_lossy().into_owned()).unwrap_or_default();
    let mut report = String::new();
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for family in folders(Path::new("fixtures")) {
        let name = family.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if NO_FAMILIES.contains(&name.as_str()) {
            continue;
        }
        for path in files(&family) {
            let shown = path.to_string_lossy().replace('\\', "/");
            if shown.contains(&only) && !shown.ends_with(".expect") {
                let tally = tallies.entry(name.clone()).or_default();
                check(&rules, &engine, &family, &path, &shown, &mut report, tally);
            }
        }
    }
    // Shown by `-- --nocapture`.
    println!("{}", table(&tallies));
    assert!(report.is_empty(), "\n{report}");
}

/// The forms in which people leave credentials, and the fixture that holds one of each and a near miss.
const FORMS: &[(&str, &str)] = &[
    ("an assignment", "src/forms.py"),
    ("a default of a variable", "src/defaults.py"),
    ("a default in Rust", "src/env.rs"),
    ("a default in TypeScript", "src/env.ts"),
    ("a default in Python", "src/env.py"),
    ("a default in Ruby", "src/env.rb"),
    ("a default in PHP", "src/env.php"),
    ("a default in Perl", "src/env.pl"),
    ("a default in Kotlin", "src/Env.kt"),
    ("a default in Scala", "src/env.scala"),
    ("a default in Elixir", "src/env.exs"),
    ("a constant in Swift", "src/Env.swift"),
    ("a constant in Dart", "src/env.dart"),
    ("a variable with its type in Go", "src/env.go"),
    ("a variable with its type in Visual Basic", "src/Settings.vb"),
    ("a property of C#", "src/Settings.cs"),
    ("a macro of C", "src/config.h"),
    ("a property list", "src/Info.plist"),
    ("a field of a build", "src/build.gradle"),
    ("a field of a build in Kotlin", "src/Config.gradle.kts"),
    ("Bicep", "deploy/main.bicep"),
    ("a template of Azure", "deploy/azuredeploy.json"),
    ("a default of the Serverless Framework", "deploy/serverless.yml"),
    ("a command line", "deploy/run.sh"),
    ("PowerShell", "deploy/login.ps1"),
    ("SQL", "deploy/setup.sql"),
    ("a connection string", "deploy/application.properties"),
    ("a header", "deploy/requests.http"),
    ("a Dockerfile", "deploy/Dockerfile"),
    ("a Secret of Kubernetes", "deploy/registry.yaml"),
    ("Ansible", "deploy/playbook.yml"),
    ("Terraform", "deploy/main.tf"),
    ("credentials of Jenkins", "deploy/credentials.xml"),
    ("settings of Maven", "deploy/settings.xml"),
    ("wp-config", "deploy/wp-config.php"),
    ("the master key of Rails", "config/master.key"),
    ("an otpauth address", "src/more.py"),
    (".npmrc", "store/.npmrc"),
    (".pypirc", "store/.pypirc"),
    (".netrc", "store/.netrc"),
    (".pgpass", "store/.pgpass"),
    (".htpasswd", "store/.htpasswd"),
    ("the history of a shell", "store/.bash_history"),
    ("a collection of Postman", "store/api.postman_collection.json"),
    ("a HAR file", "store/calls.har"),
    ("a notebook with outputs", "store/explore.ipynb"),
];

#[test]
fn every_form_of_leaving_credentials_has_a_fixture_with_columns_and_a_near_miss() {
    for (form, file) in FORMS {
        let path = format!("fixtures/secret/generic/{file}");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let sidecar = fs::read_to_string(format!("{path}.expect")).unwrap_or_default();
        let found = text.matches("expect: secret/").count() + sidecar.matches(": secret/").count();
        assert!(found > 0, "{form}: nothing is expected in {path}");
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines > found || *form == "the master key of Rails", "{form}: {path} has no near miss");
    }
}

/// How much of what is expected is seen.
#[derive(Default)]
struct Tally {
    files: usize,
    expected: usize,
    found: usize,
    /// Seen where it is expected, with another provider.
    provider: usize,
    /// Seen where it is expected, in something else.
    context: usize,
    noisy: usize,
}

fn table(tallies: &BTreeMap<String, Tally>) -> String {
    let mut out = String::from(
        "| family | files | expected | found | wrong provider | wrong context | noisy | recall | precision |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for (family, tally) in tallies {
        let Tally { files, expected, found, provider, context, noisy } = tally;
        let share = |part: usize, of: usize| if of == 0 { 1.0 } else { part as f64 / of as f64 };
        let recall = share(*found, *expected);
        let precision = share(*found, found + noisy);
        writeln!(
            out,
            "| {family} | {files} | {expected} | {found} | {provider} | {context} | {noisy} | {recall:.3} | {precision:.3} |"
        )
        .expect("a string takes all");
    }
    out
}

/// The facts of tokens and flows that are faults without a policy: their rules and places.
fn faults(facts: &[Fact], rules: &RuleSet) -> BTreeSet<(RuleId, Location)> {
    let policy = Policy::builtin();
    let bench = Bench {
        policy: &policy,
        rules,
        catalog: Catalog::builtin(),
        coverage: Coverage::Partial,
        today: date(2026, 11, 24),
        persona: Persona::Auditor,
    };
    let facts: Vec<Fact> =
        facts.iter().filter(|fact| matches!(fact.seen, Seen::Jwt(_) | Seen::OAuth(_))).cloned().collect();
    let findings = judge(&facts, &[], &Projects::default(), &bench).findings;
    findings.into_iter().map(|finding| (finding.rule, finding.primary.at)).collect()
}

fn check(
    rules: &RuleSet,
    engine: &Engine<'_>,
    root: &Path,
    path: &Path,
    shown: &str,
    report: &mut String,
    tally: &mut Tally,
) {
    let family = root.file_name().unwrap_or_default().to_string_lossy();
    let text = fs::read_to_string(path).expect("a fixture is text");
    let text = fill(&text, shown).expect("the templates are well formed");
    let (text, mut expected) = take_expectations(&text);
    if let Ok(sidecar) = fs::read_to_string(format!("{}.expect", path.display())) {
        for line in sidecar.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
            let (number, words) = line.split_once(':').expect("a line of a sidecar is `12: rule`");
            let number = number.trim().parse().expect("a line of a sidecar begins with a line number");
            expected.entry(number).or_default().extend(expectations(words));
        }
    }
    tally.files += 1;
    tally.expected += expected.values().map(Vec::len).sum::<usize>();
    let inner = path.strip_prefix(root).expect("it stands below").to_string_lossy().replace('\\', "/");
    let seeing = engine.look(Utf8Path::new(&inner), &Origin::WorkTree, text.as_bytes()).expect("a fixture is text");
    let faults = faults(&seeing.facts, rules);
    let is_fault = |fact: &Fact| {
        !matches!(fact.seen, Seen::Jwt(_) | Seen::OAuth(_)) || faults.contains(&(fact.rule.clone(), fact.at.clone()))
    };
    for fact in seeing.facts.iter().filter(|fact| is_told(fact, &family) && is_fault(fact)) {
        let line = fact.at.region.start.line;
        let seen = detail(fact);
        let here = expected.entry(line).or_default();
        let place = here.iter().position(|(rule, words)| {
            *rule == fact.rule.as_str()
                && words.as_ref().is_none_or(|words| {
                    Some(words) == seen.as_ref() || context(fact).is_some_and(|full| *words == full)
                })
        });
        match place {
            Some(place) => {
                tally.found += 1;
                drop(here.remove(place));
            }
            None => {
                let of = |words: &str, sign: char| words.split(sign).next().unwrap_or_default().to_owned();
                let told = seen.clone().unwrap_or_default();
                let same = |sign: char| {
                    here.iter().any(|(_, words)| words.as_ref().is_some_and(|words| of(words, sign) == of(&told, sign)))
                };
                // The provider stands behind the last `@`, what it stands in behind that.
                tally.context +=
                    usize::from(here.iter().any(|(_, words)| {
                        words.as_ref().is_some_and(|words| words.strip_prefix(told.as_str()).is_some())
                    }));
                tally.provider += usize::from(same('@'));
                tally.noisy += 1;
                writeln!(report, "noisy   {shown}:{line}: {} {told}", fact.rule).expect("a string takes all");
            }
        }
    }
    for (line, (rule, words)) in expected.iter().flat_map(|(line, all)| all.iter().map(move |one| (line, one))) {
        writeln!(report, "missed  {shown}:{line}: {rule} {}", words.clone().unwrap_or_default())
            .expect("a string takes all");
    }
}

/// What a request is, with what it stands in.
fn context(fact: &Fact) -> Option<String> {
    let Seen::Scope(request) = &fact.seen else { return None };
    let context = format!("{:?}", request.context).to_ascii_lowercase();
    Some(format!("{}:{context}", detail(fact)?))
}

/// What is asked for or called is no fault: only its own family tells it.
fn is_told(fact: &Fact, family: &str) -> bool {
    match fact.seen {
        Seen::Scope(_) => family == "scope",
        Seen::Call(_) => family == "call",
        // What a claim is required by, and how requests are sent where only their scopes are looked at.
        Seen::Jwt(_) | Seen::OAuth(_) => {
            fact.rule.as_str() != "jwt/missing-claim"
                && fact.persona == Persona::Regular
                && !matches!(family, "scope" | "call")
        }
        Seen::Secret(_) => true,
    }
}

/// What exactly a fact has seen, as an expectation may say it.
fn detail(fact: &Fact) -> Option<String> {
    match &fact.seen {
        Seen::Scope(request) => {
            let provider = request.provider.as_ref().map_or("?", |id| id.as_str());
            Some(format!("{}@{provider}", request.scope))
        }
        Seen::Call(call) => {
            let operation = call.operation.as_ref().map_or_else(
                || "?".to_owned(),
                |operation| {
                    let subject = operation.subject.as_ref().map(|subject| format!("#{subject}")).unwrap_or_default();
                    format!("{}:{}{subject}", operation.method, operation.path)
                },
            );
            Some(format!("{operation}@{}", call.provider))
        }
        Seen::Jwt(flaw) | Seen::OAuth(flaw) => flaw.subject.clone(),
        Seen::Secret(_) => Some(format!("{}-{}", fact.at.region.start.column, fact.at.region.end.column)),
    }
}

type Expectation = (String, Option<String>);

/// Takes the expectations out of a text: blanks stand where they stood.
fn take_expectations(text: &str) -> (String, BTreeMap<u32, Vec<Expectation>>) {
    let mut expected: BTreeMap<u32, Vec<Expectation>> = BTreeMap::new();
    let mut out = String::new();
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let Some(at) = line.find(MARKER) else {
            out.push_str(line);
            continue;
        };
        let words = &line[at + MARKER.len()..];
        let end = ["-->", "*/", "#>", "%}", "\r", "\n"].iter().filter_map(|end| words.find(end)).min();
        let words = &words[..end.unwrap_or(words.len())];
        expected.entry(number).or_default().extend(expectations(words));
        out.push_str(&line[..at]);
        out.extend(std::iter::repeat_n(' ', MARKER.len() + words.len()));
        out.push_str(&line[at + MARKER.len() + words.len()..]);
    }
    (out, expected)
}

/// `rule`, `rule detail`, `rule detail detail other-rule`.
fn expectations(words: &str) -> Vec<Expectation> {
    let mut found: Vec<Expectation> = Vec::new();
    let mut told = false;
    for word in words.split_whitespace() {
        if word.parse::<RuleId>().is_ok() && !word.contains('@') {
            found.push((word.to_owned(), None));
            told = false;
        } else if let Some((rule, detail)) = found.last_mut() {
            if told {
                let rule = rule.clone();
                found.push((rule, Some(word.to_owned())));
            } else {
                *detail = Some(word.to_owned());
                told = true;
            }
        } else {
            panic!("an expectation begins with a rule: {words}");
        }
    }
    found
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).expect("run from the root of the project");
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

const MARKER: &str = "expect:";
