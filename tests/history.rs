//! What commits have brought in, and what of it still stands.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use repository::{Repository, scrub, token};
use serde_json::Value;

fn run(repository: &Repository, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    scrub(&mut command).current_dir(repository.path()).arg("scan").args(args).output().expect("it starts")
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("the output is JSON: {error}; {}", String::from_utf8_lossy(&output.stderr));
    })
}

/// The findings as `path:line origin stands`.
fn told(repository: &Repository, args: &[&str]) -> Vec<String> {
    let output = run(repository, &[args, &["--format", "json"]].concat());
    let report = report(&output);
    let of = |finding: &Value| {
        let place = &finding["place"];
        let origin = &place["origin"];
        let stands = match origin["stands"].as_bool() {
            Some(true) => " stands",
            Some(false) => " gone",
            None => "",
        };
        let path = place["path"].as_str().unwrap_or("?");
        format!("{path}:{} {}{stands}", place["start"]["line"], origin["kind"].as_str().unwrap_or("?"))
    };
    report["findings"].as_array().expect("a list").iter().map(of).collect()
}

#[test]
fn a_deleted_secret_is_told_with_the_commit_that_brought_it_in() {
    let repository = Repository::new();
    repository.write("a.py", "x = 1\n");
    repository.commit();
    repository.write("a.py", &format!("x = 1\n{}", token("deleted")));
    repository.commit();
    let id = repository.git_says(&["rev-parse", "HEAD"]);
    for number in 0..5 {
        repository.write("a.py", &format!("x = 1\n{}y = {number}\n", token("deleted")));
        repository.commit();
    }
    repository.write("a.py", "x = 1\n");
    repository.commit();
    assert_eq!(told(&repository, &[]), [""; 0]);
    assert_eq!(told(&repository, &["--history"]), ["a.py:2 history gone"], "seven versions, one finding");
    let output = run(&repository, &["--history", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report = report(&output);
    let finding = &report["findings"][0];
    assert_eq!(finding["place"]["origin"]["commit"], id.as_str());
    assert_eq!(finding["place"]["origin"]["date"], "2026-02-03");
    let message = finding["message"].as_str().expect("a text");
    let expected = format!("In the history since commit {} of 2026-02-03. It no longer stands in the tree.", &id[..10]);
    assert!(message.contains(&expected), "{message}");
    assert_eq!(report["run"]["history"]["commits"], 8);
    assert_eq!(report["run"]["history"]["versions"], 7, "each content once");
    let sarif = run(&repository, &["--history", "--format", "sarif-full"]);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).expect("it is JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["properties"]["commit"], id.as_str());
    assert_eq!(result["properties"]["stands"], false);
    assert_eq!(result["partialFingerprints"]["overscope/v1"], finding["fingerprint"]);
}

#[test]
fn what_stands_in_the_tree_is_told_there_and_since_when() {
    let repository = Repository::new();
    repository.write("old.py", &token("moved"));
    repository.commit();
    repository.git(&["mv", "old.py", "new.py"]);
    repository.commit();
    assert_eq!(told(&repository, &["--history"]), ["new.py:1 work-tree"], "a rename is no other secret");
    let output = run(&repository, &["--history", "--format", "json"]);
    let why = report(&output)["findings"][0]["why"].to_string();
    assert!(why.contains("in the history since commit ") && why.contains("of 2026-02-03, first in old.py"), "{why}");
}

#[test]
fn a_range_tells_what_its_commits_brought_in() {
    let repository = Repository::new();
    repository.write("before.py", &token("before"));
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("kept.py", &token("kept"));
    repository.write("gone.py", &token("gone"));
    repository.commit();
    repository.git(&["rm", "-q", "gone.py"]);
    repository.commit();
    let expected = ["gone.py:1 history gone", "kept.py:1 history stands"];
    assert_eq!(told(&repository, &["--history", "main..topic"]), expected);
    assert_eq!(told(&repository, &["--history", "--since", "main"]), expected);
    assert_eq!(told(&repository, &["--history", "main..topic", "--exclude", "gone.py"]), expected[1..]);
    fs::create_dir(repository.path().join("empty")).expect("created");
    assert_eq!(told(&repository, &["--history", "empty"]), [""; 0], "a path is no range");
    repository.write("kept.py", "rotated\n");
    assert_eq!(told(&repository, &["--history", "main..topic"])[1], "kept.py:1 history gone");
    for wrong in ["main", "main..topic..x", "main..nothing"] {
        let code = run(&repository, &["--history", wrong]).status.code();
        assert!(matches!(code, Some(2 | 5)), "{wrong}: {code:?}");
    }
}

#[test]
fn a_secret_that_comes_again_is_told_by_its_first_commit() {
    let repository = Repository::new();
    repository.write("a.py", &token("again"));
    repository.commit();
    let first = repository.git_says(&["rev-parse", "HEAD"]);
    for (name, content) in [("a.py", "x\n"), ("b.py", &token("again")), ("b.py", "y\n")] {
        repository.write(name, content);
        repository.commit();
    }
    let output = run(&repository, &["--history", "--format", "json"]);
    let findings = report(&output)["findings"].clone();
    assert_eq!(findings.as_array().map(Vec::len), Some(1));
    assert_eq!(findings[0]["place"]["path"], "a.py");
    assert_eq!(findings[0]["place"]["origin"]["commit"], first.as_str());
}

#[test]
fn every_branch_is_read_and_what_a_merge_brings_in_too() {
    let repository = Repository::new();
    repository.write("a.py", "x\n");
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "side"]);
    repository.write("side.py", &token("side"));
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.write("b.py", "y\n");
    repository.commit();
    repository.git(&["merge", "-q", "--no-commit", "side"]);
    repository.git(&["rm", "-qf", "side.py"]);
    repository.write("merged.py", &token("merged"));
    repository.commit();
    repository.git(&["rm", "-q", "merged.py"]);
    repository.commit();
    repository.git(&["checkout", "-q", "--orphan", "apart"]);
    repository.write("apart.py", &token("apart"));
    repository.git(&["add", "apart.py"]);
    repository.git(&["commit", "-q", "-m", "x"]);
    repository.git(&["checkout", "-q", "-f", "main"]);
    let expected = ["apart.py:1 history gone", "merged.py:1 history gone", "side.py:1 history gone"];
    assert_eq!(told(&repository, &["--history"]), expected);
}

#[test]
fn what_is_not_in_the_clone_is_no_clean_end() {
    let repository = Repository::new();
    repository.write("a.py", &token("one"));
    repository.commit();
    repository.write("a.py", "x\n");
    repository.commit();
    let url = format!("file://{}", repository.path().display());
    let clone = Repository::new();
    clone.git(&["clone", "-q", "--depth", "1", &url, "shallow"]);
    let shallow = clone.path().join("shallow");
    let scan = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        scrub(&mut command).current_dir(&shallow).arg("scan").args(args).output().expect("it starts")
    };
    let output = scan(&["--history"]);
    assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("the clone is shallow"));
    // An object that is gone, as in a partial clone.
    let id = repository.git_says(&["rev-parse", "HEAD~:a.py"]);
    let (head, tail) = id.split_at(2);
    fs::remove_file(repository.path().join(".git/objects").join(head).join(tail)).expect("it was there");
    let output = run(&repository, &["--history"]);
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 object is not in this clone"));
}

#[test]
fn a_broken_object_does_not_hide_the_others() {
    let repository = Repository::new();
    let mut names = Vec::new();
    for number in 0..9 {
        repository.write(&format!("{number}.py"), &token(&format!("{number}")));
        repository.commit();
        names.push(repository.git_says(&["rev-parse", &format!("HEAD:{number}.py")]));
        repository.git(&["rm", "-q", &format!("{number}.py")]);
        repository.commit();
    }
    let (head, tail) = names[4].split_at(2);
    let file = repository.path().join(".git/objects").join(head).join(tail);
    fs::remove_file(&file).expect("it was there");
    fs::write(&file, "no object").expect("written");
    let output = run(&repository, &["--history", "--format", "json"]);
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(report(&output)["findings"].as_array().map(Vec::len), Some(8));
}

#[test]
fn messages_are_read_where_that_is_wanted() {
    let repository = Repository::new();
    repository.write("a.py", "x\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "-q", "-m", &format!("subject\n\n{}", token("message"))]);
    assert_eq!(told(&repository, &["--history"]), [""; 0]);
    let found = told(&repository, &["--history", "--history-messages"]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with(".git/commit/") && found[0].ends_with(":3 history gone"), "{found:?}");
}

#[test]
fn an_ignored_secret_of_the_past_stays_ignored_and_a_submodule_is_passed_over() {
    let repository = Repository::new();
    let line = token("ignored").trim_end().to_owned();
    repository.write("a.py", &format!("{line}  # overscope: ignore[secret/*] revoked in May\n"));
    let head = "1".repeat(40);
    repository.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},sub")]);
    repository.commit();
    repository.write("a.py", "x\n");
    repository.commit();
    let output = run(&repository, &["--history", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report = report(&output);
    assert_eq!(report["findings"][0]["state"]["kind"], "ignored");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "an old comment is no fault of today");
}

#[test]
fn two_thousand_commits_are_read_with_any_number_of_threads_alike() {
    let repository = Repository::new();
    let mut stream = String::new();
    for number in 0..2000 {
        let name = format!("dir{}/file{}.py", number % 7, number % 50);
        let secret = if number % 400 == 399 { token(&number.to_string()) } else { String::new() };
        let text = format!("x = {number}\n{secret}");
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter A <a@b> {} +0000\ndata 1\nm\nM 100644 inline {name}\ndata {}\n{text}\n",
            1_700_000_000 + number * 60,
            text.len()
        );
    }
    let mut command = Command::new("git");
    let mut git = scrub(&mut command)
        .current_dir(repository.path())
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is there");
    git.stdin.take().expect("a pipe").write_all(stream.as_bytes()).expect("written");
    assert!(git.wait().expect("it ends").success());
    repository.git(&["reset", "-q", "--hard"]);
    let outputs: Vec<Vec<u8>> =
        ["1", "2", "7"].map(|jobs| run(&repository, &["--history", "--format", "json", "--jobs", jobs]).stdout).into();
    let report: Value = serde_json::from_slice(&outputs[0]).expect("it is JSON");
    assert_eq!(report["run"]["history"]["commits"], 2000);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(5));
    assert!(outputs.iter().all(|output| *output == outputs[0]));
}

#[test]
fn outside_of_a_repository_there_is_no_history() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut command).current_dir(home.path()).args(["scan", "--history"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(5));
    let bare = Repository::new();
    assert_eq!(run(&bare, &["--history"]).status.code(), Some(0), "no commit, no finding");
}
