//! What git knows: staged, changed, since a revision, under a hook; with a real git in a directory of its own.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::fs;
use std::process::Command;

use repository::{Repository, scrub, token};

#[test]
fn what_is_staged_is_read_as_it_is_staged() {
    let repository = Repository::new();
    repository.write("first.py", &token("first"));
    repository.git(&["add", "."]);
    assert_eq!(repository.seen(&["scan", "--staged"]), ["first.py:1 staged"], "before the first commit");
    repository.commit();
    assert_eq!(repository.seen(&["scan", "--staged"]), [""; 0], "what is committed is not staged");
    repository.write("src/b c.py", &format!("x\n{}", token("b")));
    repository.git(&["add", "."]);
    repository.write("src/b c.py", "clean\n");
    repository.write("new.py", &token("new"));
    assert_eq!(repository.seen(&["scan", "--staged"]), ["src/b c.py:2 staged"]);
    assert_eq!(repository.seen(&["scan", "--staged", "--exclude", "*.py"]), [""; 0]);
    // Packed objects are git's to find.
    repository.git(&["repack", "-adkq"]);
    repository.git(&["prune-packed"]);
    assert_eq!(repository.seen(&["scan", "--staged"]), ["src/b c.py:2 staged"]);
}

#[test]
fn what_has_changed_is_staged_unstaged_and_new() {
    let repository = Repository::new();
    for name in ["same.py", "edited.py", "gone.py", "moved.py"] {
        repository.write(name, &token(name));
    }
    repository.write(".gitignore", "*.log\n");
    repository.commit();
    repository.write("edited.py", &format!("x\n{}", token("edited.py")));
    repository.write("new dir/new.py", &token("new"));
    repository.write("trace.log", &token("log"));
    repository.write("twice.py", &token("one"));
    repository.git(&["add", "twice.py"]);
    repository.write("twice.py", "x = 1\n");
    fs::remove_file(repository.path().join("gone.py")).expect("it was there");
    repository.git(&["mv", "moved.py", "to.py"]);
    let expected = ["edited.py:2 work-tree", "new dir/new.py:1 work-tree", "to.py:1 work-tree", "twice.py:1 staged"];
    assert_eq!(repository.seen(&["scan", "--changed"]), expected);
}

#[test]
fn what_differs_since_a_revision_is_held_against_the_merge_base() {
    let repository = Repository::new();
    repository.write("old.py", &token("old"));
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("topic.py", &token("topic"));
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.write("main.py", &token("main"));
    repository.commit();
    repository.git(&["checkout", "-q", "topic"]);
    assert_eq!(repository.seen(&["scan", "--since", "main"]), ["topic.py:1 work-tree"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut command).current_dir(repository.path()).args(["scan", "--since", "--output=x"]).output();
    assert_eq!(output.expect("it starts").status.code(), Some(2), "a revision is no flag");
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut command).current_dir(repository.path()).args(["scan", "--since", "nothing"]).output();
    assert_eq!(output.expect("it starts").status.code(), Some(5), "what git cannot tell is not clean");
}

#[test]
fn a_hook_reads_the_index_that_will_be_committed() {
    let repository = Repository::new();
    repository.write("a.py", &token("a"));
    repository.write("b.py", "x\n");
    repository.git(&["add", "."]);
    repository.write("a.py", "clean\n");
    repository.write("b.py", &token("b"));
    let index = [("GIT_INDEX_FILE", ".git/index")];
    assert_eq!(repository.seen_with(&["hook", "a.py", "b.py"], &index), ["a.py:1 staged"]);
    assert_eq!(repository.seen(&["hook", "a.py", "b.py"]), ["b.py:1 work-tree"]);
    assert_eq!(repository.seen(&["hook"]), [""; 0]);
    // Part of a split index stands in another file, which git alone can put together.
    repository.git(&["update-index", "--split-index"]);
    repository.write("b.py", &token("c"));
    repository.git(&["add", "b.py"]);
    repository.write("b.py", "clean\n");
    assert_eq!(repository.seen_with(&["hook", "a.py", "b.py"], &index), ["a.py:1 staged", "b.py:1 staged"]);
}

#[test]
fn a_tracked_file_is_read_though_its_name_is_ignored() {
    let repository = Repository::new();
    repository.write(".env", &token("env"));
    repository.write("out/forced.py", &token("forced"));
    repository.write("out/other.py", &token("other"));
    repository.git(&["add", ".env", "out/forced.py"]);
    repository.write(".gitignore", ".env*\nout/\n");
    repository.write(".env.local", &token("local"));
    let expected = [".env:1 work-tree", ".env.local:1 local-only", "out/forced.py:1 work-tree"];
    assert_eq!(repository.seen(&["scan"]), expected);
    repository.git(&["update-index", "--index-version", "4"]);
    assert_eq!(repository.seen(&["scan"]), expected, "version 4 of the index folds paths");
    repository.git(&["update-index", "--split-index"]);
    repository.git(&["update-index", "--force-remove", "out/forced.py"]);
    repository.write("out/later.py", &token("later"));
    repository.git(&["add", "-f", "out/later.py"]);
    let seen = repository.seen(&["scan"]);
    for tracked in [".env:1 work-tree", ".env.local:1 local-only", "out/later.py:1 work-tree"] {
        assert!(seen.iter().any(|one| one == tracked), "{tracked} in a split index: {seen:?}");
    }
}

#[test]
fn programs_that_a_repository_names_are_not_started() {
    let repository = Repository::new();
    repository.write("a.py", "x\n");
    repository.commit();
    repository.write("a.py", &token("a"));
    let trap = repository.path().join("trap");
    let command = format!("touch '{}'; true", trap.display());
    for key in ["core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"] {
        repository.git(&["config", key, &command]);
    }
    repository.git(&["-c", "core.fsmonitor=false", "add", "."]);
    let _ = fs::remove_file(&trap);
    for args in [["scan", "--staged"], ["scan", "--changed"], ["hook", "a.py"]] {
        assert_eq!(repository.seen(&args).len(), 1);
    }
    assert_eq!(repository.seen(&["scan", "--since", "HEAD"]).len(), 1);
    assert!(!trap.exists());
}

/// What a run says, and how it ends.
#[track_caller]
fn said(repository: &Repository, code: i32, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut command).current_dir(repository.path()).args(args).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n--- out\n{out}\n--- err\n{err}");
    out + &err
}

/// A text without its line breaks.
fn flat(told: &str) -> String {
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}

const EXCEPTION: &str = "\
exceptions:
  - {id: EX-1, rules: [\"secret/*\"], paths: [\"*.py\"], reason: revoked with the migration, approver: ciso, created: 2026-06-01, expires: 2026-06-30}
";

#[test]
fn nobody_opens_the_gate_in_the_change_that_needs_it_open() {
    let repository = Repository::new();
    repository.write("overscope.yaml", "version: 1\nowner: security@acme.example\n");
    repository.write("app.py", "print()\n");
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "feature"]);
    // An exception.
    repository.write("app.py", &token("a"));
    repository.write("overscope.yaml", &format!("version: 1\nowner: security@acme.example\n{EXCEPTION}"));
    repository.commit();
    said(&repository, 0, &["scan"]);
    let told = said(&repository, 1, &["scan", "--policy-ref", "main"]);
    for wanted in [
        "This change widens access: exception EX-1 added (29 days). Owners: security.",
        "exceptions: - -> EX-1 until 2026-06-30 (29 days)",
        "Exception EX-1 is proposed by this change and holds once it is merged.",
        "proposed; does not hold yet",
    ] {
        assert!(flat(&told).contains(wanted), "{wanted}\n{told}");
    }
    assert_eq!(told, said(&repository, 1, &["scan", "--policy-ref", "auto"]));
    said(&repository, 1, &["hook", "--policy-ref", "auto", "app.py"]);
    assert_eq!(
        said(&repository, 1, &["policy", "diff", "main"]),
        "exceptions: - -> EX-1 until 2026-06-30 (29 days)  (overscope.yaml:4)\n"
    );
    // Once it is merged it holds.
    repository.git(&["branch", "-f", "main", "feature"]);
    said(&repository, 0, &["scan", "--policy-ref", "main"]);
}

#[test]
fn a_comment_or_a_baseline_of_the_change_itself_does_not_hold() {
    let repository = Repository::new();
    let known = token("known").trim_end().to_owned() + "  # overscope: ignore[secret/*] revoked sample\n";
    repository.write("known.py", &known);
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "feature"]);
    repository.write("known.py", &format!("# moved\n\n{known}"));
    said(&repository, 0, &["scan", "--policy-ref", "main"]);
    // The same comment beside another value is another comment.
    let swapped = token("other").trim_end().to_owned() + "  # overscope: ignore[secret/*] revoked sample\n";
    repository.write("known.py", &swapped);
    said(&repository, 0, &["scan"]);
    let told = said(&repository, 1, &["scan", "--policy-ref", "main"]);
    assert!(flat(&told).contains("The comment beside it is proposed by this change"), "{told}");
    assert!(told.contains("widens access: comment `ignore[secret/*]` at known.py:1."), "{told}");
    repository.write("known.py", &known);
    repository.write("new.py", &token("new"));
    said(&repository, 0, &["baseline", "create"]);
    said(&repository, 0, &["scan"]);
    let told = said(&repository, 1, &["scan", "--policy-ref", "main"]);
    assert!(flat(&told).contains("Its entry in the baseline is proposed by this change"), "{told}");
    assert!(told.contains("widens access: 1 finding added to the baseline."), "{told}");
    repository.commit();
    repository.git(&["branch", "-f", "main", "feature"]);
    said(&repository, 0, &["scan", "--policy-ref", "main"]);
}

#[test]
fn a_change_that_drops_the_policy_or_a_denial_is_judged_by_what_it_drops() {
    let repository = Repository::new();
    let policy = "version: 1\nowner: security@acme.example\ndefaults: {undeclared: high, deny: [\"ZohoCRM.settings.ALL\"]}\ngates: {fail_on: medium}\n";
    repository.write("overscope.yaml", policy);
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "feature"]);
    repository.write("app.py", "scope = \"ZohoCRM.modules.deals.READ\"\n");
    fs::remove_file(repository.path().join("overscope.yaml")).expect("it was there");
    let told = said(&repository, 1, &["scan", "--policy-ref", "main"]);
    assert!(told.contains("the policy - `overscope.yaml`"), "{told}");
    assert!(told.contains("scope/undeclared-integration"), "{told}");
    repository.write("overscope.yaml", "version: 1\nowner: security@acme.example\ndefaults: {undeclared: high}\n");
    let told = said(&repository, 1, &["scan", "--policy-ref", "main"]);
    assert!(told.contains("defaults.deny: ZohoCRM.settings.ALL -> -"), "{told}");
    assert!(told.contains("gates.fail_on: medium -> -"), "{told}");
    // A policy that only gets stricter widens nothing.
    repository.write("overscope.yaml", &policy.replace("medium", "low"));
    let told = said(&repository, 1, &["scan", "--policy-ref", "main"]);
    assert!(!told.contains("policy/widened"), "{told}");
    said(&repository, 5, &["scan", "--policy-ref", "nowhere"]);
}

#[test]
fn a_hook_says_what_it_read() {
    let repository = Repository::new();
    repository.write("a.py", "x = 1\n");
    repository.write("b.py", "y = 1\n");
    repository.git(&["add", "."]);
    let says = |index: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        let command = scrub(&mut command).envs(index.iter().copied()).current_dir(repository.path());
        let output = command.args(["hook", "a.py", "b.py"]).output().expect("it starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(says(&[("GIT_INDEX_FILE", ".git/index")]).contains("scanned: 2 files, 12 B from the index\n"));
    assert!(says(&[]).contains("scanned: 2 files, 12 B as they stand in the tree\n"));
}

#[test]
fn a_base_is_vendored_from_a_clone_and_pinned() {
    let security = Repository::new();
    security.write("base.yaml", "version: 1\nowner: security\ngates: {fail_on: low}\n");
    security.commit();
    security.write("base.yaml", "version: 1\nowner: security\ngates: {fail_on: critical}\n");
    security.git(&["remote", "add", "origin", "https://somebody@git.example/security/policy"]);
    let team = Repository::new();
    team.write("a.py", "print()\n");
    let from = security.path().to_string_lossy().into_owned();
    let told = said(&team, 0, &["policy", "vendor", &from, "base.yaml"]);
    assert!(told.contains("git: \"https://git.example/security/policy\"\n"), "{told}");
    let entry: String =
        told.lines().skip_while(|line| !line.starts_with("extends:")).take(5).map(|line| format!("{line}\n")).collect();
    team.write("overscope.yaml", &format!("version: 1\nowner: team\n{entry}"));
    let shown = said(&team, 0, &["policy", "show", "--origin"]);
    assert!(shown.contains("gates.fail_on: low  # base.yaml:3"), "what is committed, not what lies there: {shown}");
    // A vendored file that was touched is refused.
    let file = fs::read_dir(team.path().join(".overscope/vendor")).expect("it was made").next();
    let file = file.expect("a file").expect("readable").path();
    fs::write(file, "version: 1\nowner: security\n").expect("written");
    assert!(said(&team, 4, &["scan"]).contains("is not the file that is meant"));
    said(&team, 2, &["policy", "vendor", &from, "none.yaml"]);
    said(&team, 2, &["policy", "vendor", &from, "base.yaml", "--rev", "nowhere"]);
}

#[test]
fn baselines_of_two_branches_merge_and_know_what_both_know() {
    for trial in 0..4 {
        let repository = Repository::new();
        repository.write("old.py", &token("old"));
        repository.write(".gitattributes", ".overscope/baseline.jsonl merge=union\n");
        said(&repository, 0, &["baseline", "create"]);
        repository.commit();
        for branch in ["left", "right"] {
            repository.git(&["checkout", "-q", "-b", branch, "main"]);
            repository.write(&format!("{branch}.py"), &token(&format!("{branch} {trial}")));
            said(&repository, 0, &["baseline", "update"]);
            repository.commit();
        }
        repository.git(&["merge", "-q", "--no-edit", "left"]);
        assert_eq!(said(&repository, 0, &["scan", "--quiet"]), "", "trial {trial}");
        // What the merge has put together in any order is written in its own again.
        said(&repository, 0, &["baseline", "update"]);
        let file = fs::read_to_string(repository.path().join(".overscope/baseline.jsonl")).expect("it is there");
        let entries: Vec<&str> = file.lines().skip(1).collect();
        assert!(entries.len() == 3 && entries.is_sorted(), "{file}");
    }
}

/// A commit as a person makes it, with the program on the path or without.
fn commits(repository: &Repository, with_program: bool) -> (bool, String) {
    let mut command = Command::new("git");
    let command = scrub(&mut command).current_dir(repository.path());
    if with_program {
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_overscope")).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", program.display()));
    }
    command.args([
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "commit.gpgsign=false",
        "commit",
        "-a",
        "-m",
        "x",
    ]);
    let output = command.output().expect("git is there");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
#[cfg(unix)]
fn a_hook_without_a_framework_is_installed_scans_and_is_taken_away() {
    let repository = Repository::new();
    repository.write("a.py", "x = 1\n");
    repository.commit();
    assert!(said(&repository, 0, &["hook", "install"]).contains("every commit is scanned as it is staged"));
    assert!(said(&repository, 0, &["hook", "install"]).contains("installed already"));
    repository.write("a.py", &token("a"));
    let (passed, told) = commits(&repository, true);
    assert!(!passed && told.contains("secret/zoho-refresh-token") && told.contains("scanned: 1 file"), "{told}");
    let (passed, told) = commits(&repository, false);
    assert!(!passed && told.contains("nothing was scanned"), "{told}");
    repository.write("a.py", "x = 2\n");
    let (passed, told) = commits(&repository, true);
    assert!(passed && told.contains("scanned: 1 file"), "{told}");
    assert!(said(&repository, 0, &["hook", "uninstall"]).contains("removed"));
    assert!(!repository.path().join(".git/hooks/pre-commit").exists());
    assert!(said(&repository, 0, &["hook", "uninstall"]).contains("no hook is installed"));
}

#[test]
fn a_hook_of_somebody_else_stays_as_it_is() {
    let repository = Repository::new();
    repository.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 0\n");
    assert!(flat(&said(&repository, 2, &["hook", "install"])).contains("there is another hook"));
    assert!(flat(&said(&repository, 2, &["hook", "uninstall"])).contains("is not overscope's"));
    repository.git(&["config", "core.hooksPath", "tools/hooks"]);
    said(&repository, 0, &["hook", "install"]);
    assert!(repository.path().join("tools/hooks/pre-commit").exists());
    // A file of that name is meant where a hook hands it over, and never passes unread.
    repository.write("install", &token("b"));
    assert!(said(&repository, 2, &["hook", "install"]).contains("is a file here, too"));
    assert!(said(&repository, 1, &["hook", "--", "install"]).contains("secret/zoho-refresh-token"));
    assert!(said(&repository, 1, &["hook", "--no-progress", "install"]).contains("secret/zoho-refresh-token"));
    let nowhere = tempfile::tempdir().expect("a temporary directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut command).current_dir(nowhere.path()).args(["hook", "install"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_file_that_is_called_like_a_flag_is_read_and_not_obeyed() {
    let repository = Repository::new();
    repository.write("--exit-zero", &token("flag"));
    repository.write("plain.py", &token("plain"));
    for args in [
        ["hook", "--no-progress", "--exit-zero", "plain.py"],
        ["hook", "--no-progress", "plain.py", "--exit-zero"],
        ["--no-progress", "hook", "--exit-zero", "plain.py"],
    ] {
        let told = said(&repository, 1, &args);
        assert!(told.contains("scanned: 2 files"), "{told}");
    }
    said(&repository, 1, &["hook", "--", "--exit-zero"]);
    fs::remove_file(repository.path().join("--exit-zero")).expect("it was there");
    said(&repository, 0, &["hook", "--exit-zero", "--", "plain.py"]);
}
