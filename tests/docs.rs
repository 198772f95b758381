//! What the pages say holds: their links lead somewhere, their commands run, their examples are valid, and the tests that
//! they name exist.
#![cfg(unix)]
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use repository::{Repository, scrub, token};

/// Everything that people read, by its path in the project.
fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut folders = vec![PathBuf::from(".")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("it is there") {
            let path = entry.expect("it is read").path();
            let name = path.strip_prefix(".").expect("all stand below").to_str().expect("a name in UTF-8").to_owned();
            if path.is_dir() {
                let hidden = name.starts_with('.') || ["target", "fixtures", "fuzz/corpus"].contains(&name.as_str());
                folders.extend((!hidden).then_some(path));
            } else if name.ends_with(".md") {
                pages.insert(name, fs::read_to_string(path).expect("pages are UTF-8"));
            }
        }
    }
    pages
}

/// The pages that were written by hand.
fn written() -> BTreeMap<String, String> {
    let is_made = |name: &str| name.starts_with("docs/rules/") || name.starts_with("docs/scopes/");
    pages().into_iter().filter(|(name, _)| !is_made(name)).collect()
}

/// The fenced blocks of a page with what stands behind their fences, and the rest of it.
fn parts(page: &str) -> (Vec<(String, String)>, String) {
    let (mut blocks, mut prose) = (Vec::new(), String::new());
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.trim_start().strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(form), None) => open = Some((form.trim().to_owned(), String::new())),
            (None, Some((_, block))) => *block += &format!("{line}\n"),
            (None, None) => prose += &format!("{line}\n"),
        }
    }
    assert!(open.is_none(), "a block is never closed");
    (blocks, prose)
}

/// What stands between back quotes in a text, with lines joined.
fn quoted(prose: &str) -> Vec<String> {
    let paragraphs = prose.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs
        .flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// The name that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(kept).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn anchors(page: &str) -> BTreeSet<String> {
    let headings = parts(page).1;
    headings.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_exist() {
    let mut broken = Vec::new();
    let mut count = 0;
    for (name, page) in pages() {
        let prose: String = parts(&page).1.split('`').step_by(2).collect();
        for piece in prose.split("](").skip(1) {
            let link = piece.split([')', ' ']).next().unwrap_or_default();
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let target = Path::new(&name).parent().unwrap_or(Path::new("")).join(file);
            let target = if file.is_empty() { PathBuf::from(&name) } else { target };
            let led = match heading {
                _ if !target.exists() => false,
                Some(heading) => fs::read_to_string(&target).is_ok_and(|page| anchors(&page).contains(heading)),
                None => true,
            };
            if !led {
                broken.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(count > 500 && broken.is_empty(), "{count} links, {} broken:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn every_file_that_a_page_names_exists() {
    let heads = ["src/", "tests/", "docs/", "rules/", "tools/", "benches/", "fuzz/", ".ci/", ".github/", "packaging/"];
    let mut missing = Vec::new();
    for (name, page) in written() {
        for word in quoted(&parts(&page).1) {
            let word = word.split(' ').next().unwrap_or_default();
            let open = word.contains(['*', '<', '{', '$', '…']) || !heads.iter().any(|head| word.starts_with(head));
            if !open && !Path::new(word).exists() && !name.starts_with("CHANGELOG") {
                missing.push(format!("{name}: {word}"));
            }
        }
    }
    // A reader's own.
    missing.retain(|one| !["src/sync.py", "rules/acme.yaml"].iter().any(|own| one.contains(own)));
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_test_that_is_named_as_a_proof_exists() {
    let mut code = String::new();
    let mut folders = vec![PathBuf::from("tests"), PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("it is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                code += &fs::read_to_string(path).expect("code is UTF-8");
            }
        }
    }
    let page = fs::read_to_string("docs/reliability.md").expect("it is there");
    let is_test = |word: &String| {
        word.matches('_').count() >= 3 && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    let named: Vec<String> = quoted(&page).into_iter().filter(is_test).collect();
    // The last word of a command that runs a test.
    let run = quoted(&page).into_iter().filter(|command| command.starts_with("cargo test "));
    let run = run
        .filter_map(|command| command.split(" -- ").next()?.rsplit(' ').next()?.rsplit("::").next().map(str::to_owned));
    let named: Vec<String> = named.into_iter().chain(run.filter(is_test)).collect();
    let unknown: Vec<&String> = named.iter().filter(|name| !code.contains(&format!("fn {name}("))).collect();
    assert!(named.len() > 20 && unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_sentence_of_the_readme_that_is_quoted_stands_there() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let readme = words(&fs::read_to_string("README.md").expect("it is there").replace("**", ""));
    let page = fs::read_to_string("docs/reliability.md").expect("it is there");
    let table = page.split("## What the README says").nth(1).expect("the section is there");
    let quotes: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| \"")?.split('"').next()).collect();
    let unknown: Vec<&&str> = quotes.iter().filter(|quote| !readme.contains(&words(quote))).collect();
    assert!(quotes.len() > 10 && unknown.is_empty(), "{unknown:?}");
}

/// A repository in which what the pages show can be done: an integration that asks for too much, and rules of its own.
fn scratch() -> Repository {
    let repository = Repository::new();
    let call = "import requests\n\n\ndef leads(token):\n    head = {'Authorization': f'Zoho-oauthtoken {token}'}\n    return requests.get('https://www.zohoapis.com/crm/v8/Leads', headers=head)\n";
    repository.write("src/sync.py", &format!("{call}\n\n\n\n\nscope = 'ZohoCRM.modules.ALL'\n"));
    repository.write("config.yaml", "zoho:\n  scope: ZohoCRM.modules.ALL\n");
    repository.write("settings.env", &token("scratch"));
    let rule = fs::read_to_string("docs/adding-a-rule.md").expect("it is there");
    let rule = parts(&rule).0.into_iter().find(|(form, block)| form == "yaml" && block.starts_with("rules:"));
    repository.write("my-rules/acme.yaml", &rule.expect("the page shows a rule").1);
    repository.git(&["add", "-A"]);
    let mut commit = Command::new("git");
    scrub(&mut commit).current_dir(repository.path()).env("GIT_COMMITTER_DATE", "2026-08-03T12:00:00+0000");
    commit.args(["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "x"]);
    assert!(commit.status().expect("git is there").success());
    repository
}

/// What needs the project itself, another program or minutes: continuous integration runs it, or the page says what it takes.
const ELSEWHERE: [&str; 8] = [
    "cargo ",
    "UPDATE=1 cargo ",
    ".ci/",
    "tools/",
    "benches/",
    "target/release/overscope ",
    "OVERSCOPE_",
    "git config ",
];

/// The lines of the blocks that show commands.
fn commands(page: &str) -> Vec<String> {
    let blocks = parts(page).0.into_iter().filter(|(form, _)| form == "console");
    let lines = blocks.flat_map(|(_, block)| block.lines().map(str::to_owned).collect::<Vec<_>>());
    lines.map(|line| line.trim_start_matches("$ ").to_owned()).filter(|line| !line.trim().is_empty()).collect()
}

#[test]
fn every_command_of_a_page_runs() {
    let program = Path::new(env!("CARGO_BIN_EXE_overscope")).parent().expect("it stands in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let has_jq = Command::new("jq").arg("--version").stdout(Stdio::null()).status().is_ok();
    let mut ran = 0;
    for (name, page) in written() {
        let repository = scratch();
        for command in commands(&page) {
            if ELSEWHERE.iter().any(|head| command.starts_with(head)) {
                assert!(exists_here(&command), "{name}: {command}");
                continue;
            }
            assert!(command.starts_with("overscope "), "{name}: nothing is known of `{command}`");
            if command.contains("| jq") && !has_jq {
                continue;
            }
            let mut shell = Command::new("bash");
            scrub(&mut shell)
                .env("PATH", &path)
                .env("OVERSCOPE_TODAY", "2026-11-20")
                .env("GITHUB_STEP_SUMMARY", "summary.md");
            shell.args(["-o", "pipefail", "-c", &command]).current_dir(repository.path()).stdin(Stdio::null());
            let output = shell.output().expect("bash is there");
            let said = String::from_utf8_lossy(&output.stderr);
            let well = matches!(output.status.code(), Some(0 | 1)) && !said.contains("error:");
            assert!(well, "{name}: {command}: {:?} {said}", output.status.code());
            ran += 1;
        }
    }
    assert!(ran > 20, "{ran}");
}

/// Whether a script, or what `cargo` is to build, is there.
fn exists_here(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let after = |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1));
    let script = words.iter().find(|word| [".ci/", "tools/", "benches/"].iter().any(|head| word.starts_with(head)));
    after("--test").is_none_or(|test| Path::new(&format!("tests/{test}.rs")).exists())
        && after("--bench").is_none_or(|bench| Path::new(&format!("benches/{bench}.rs")).exists())
        && script.is_none_or(|script| Path::new(script).exists())
}

#[test]
fn every_command_that_is_named_in_a_sentence_is_known_with_its_flags() {
    let mut unknown = Vec::new();
    let mut asked = BTreeSet::new();
    for (name, page) in written().into_iter().filter(|(name, _)| !name.starts_with("CHANGELOG")) {
        for command in quoted(&parts(&page).1) {
            let Some(rest) = command.strip_prefix("overscope ") else { continue };
            let rest = rest
                .split(" | ")
                .next()
                .unwrap_or_default()
                .replace("FORMAT=FILE", "json=FILE")
                .replace("K/N", "1/8")
                .replace(['[', ']'], "");
            if !asked.insert(rest.clone()) {
                continue;
            }
            let mut program = Command::new(env!("CARGO_BIN_EXE_overscope"));
            scrub(&mut program).args(rest.split_whitespace()).arg("--help").stdin(Stdio::null());
            let output = program.output().expect("it starts");
            if !output.status.success() {
                unknown.push(format!("{name}: {command}: {}", String::from_utf8_lossy(&output.stderr)));
            }
        }
    }
    assert!(asked.len() > 20 && unknown.is_empty(), "{}: {}", asked.len(), unknown.join("\n"));
}

#[test]
fn every_script_and_test_that_is_named_in_a_sentence_exists() {
    for (name, page) in written() {
        for command in quoted(&parts(&page).1).iter().filter(|word| word.contains("cargo ") || word.starts_with(".ci/"))
        {
            assert!(exists_here(command), "{name}: {command}");
        }
    }
}

#[test]
fn what_the_readme_says_of_leads() {
    let repository = scratch();
    let mut program = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut program).args(["scopes"]).current_dir(repository.path()).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("ZohoCRM.modules.ALL  too much: use ZohoCRM.modules.leads.READ"), "{said}");
}

#[test]
fn every_policy_that_a_page_shows_whole_is_valid() {
    let mut count = 0;
    for (name, page) in written() {
        for (_, block) in
            parts(&page).0.into_iter().filter(|(form, block)| form == "yaml" && block.starts_with("version: 1"))
        {
            let repository = Repository::new();
            repository.write("overscope.yaml", &block);
            let mut program = Command::new(env!("CARGO_BIN_EXE_overscope"));
            let output = scrub(&mut program).args(["policy", "check"]).current_dir(repository.path()).output();
            let output = output.expect("it starts");
            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
            count += 1;
        }
    }
    assert!(count > 0, "the README shows one");
}

#[test]
fn the_report_that_is_shown_is_one_by_the_schema() {
    let page = fs::read_to_string("docs/json.md").expect("it is there");
    let shown = parts(&page).0.into_iter().find(|(form, _)| form == "json").expect("the page shows a report").1;
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("it is JSON");
    let schema = fs::read_to_string("docs/schema/report.json").expect("it is there");
    let schema =
        jsonschema::validator_for(&serde_json::from_str(&schema).expect("it is JSON")).expect("it is a schema");
    let errors: Vec<String> = schema.iter_errors(&shown).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}
