//! Repositories in every state that git, or somebody's hand, leaves them in: what is there is read, what is not is said.
#![cfg(unix)]
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use repository::{Repository, scrub, token};
use serde_json::Value;

/// A run, told as JSON where it is a scan.
struct Ran {
    code: Option<i32>,
    /// The findings as `path:line`.
    found: Vec<String>,
    /// What was not read, as `path: why`.
    unread: Vec<String>,
    said: String,
}

fn ran(output: &Output) -> Ran {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let place = |one: Value| format!("{}:{}", text(&one["place"]["path"]), one["place"]["start"]["line"]);
    let unread = |one: Value| format!("{}: {}", text(&one["path"]), text(&one["why"]));
    Ran {
        code: output.status.code(),
        found: list("findings").into_iter().map(place).collect(),
        unread: list("skipped").into_iter().map(unread).collect(),
        said,
    }
}

fn scan(directory: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    scrub(&mut command).current_dir(directory).args(["scan", "--format", "json", "--exit-zero"]).args(args);
    ran(&command.stdin(Stdio::null()).output().expect("it starts"))
}

/// The same as somebody who owns nothing; whoever is nobody already stays who they are.
fn scan_as_nobody(directory: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    scrub(&mut command).current_dir(directory).args(["scan", "--format", "json", "--exit-zero"]).args(args);
    if is_root() {
        command.uid(65_534).gid(65_534);
    }
    ran(&command.stdin(Stdio::null()).output().expect("it starts"))
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

/// A committed, a staged and a new file, each with a secret.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("committed.py", &token("committed"));
    repository.commit();
    repository.write("staged.py", &token("staged"));
    repository.git(&["add", "staged.py"]);
    repository.write("new.py", &token("new"));
    repository
}

#[test]
fn a_bare_repository_is_read_by_its_history() {
    let (repository, home) = (repository(), tempfile::tempdir().expect("a temporary directory"));
    repository.commit();
    let bare = home.path().join("mirror.git");
    repository.git(&["clone", "-q", "--mirror", ".", bare.to_str().expect("a name in UTF-8")]);
    let told = scan(&bare, &["--history"]);
    assert_eq!(told.code, Some(0), "{}", told.said);
    assert_eq!(told.found, ["committed.py:1", "new.py:1", "staged.py:1"]);
    let told = scan(&bare, &[]);
    assert!(told.found.is_empty() && told.said.contains("--history"), "{}", told.said);
    for args in ["--staged", "--changed"] {
        let told = scan(&bare, &[args]);
        assert!(told.code == Some(5) && told.said.contains("has no work tree"), "{args}: {}", told.said);
    }
    fs::write(bare.join("shallow"), repository.git_says(&["rev-parse", "HEAD"])).expect("written");
    assert_eq!(scan(&bare, &["--history"]).code, Some(5), "a shallow mirror does not hold all there is");
}

#[test]
fn a_second_work_tree_and_borrowed_objects_are_read_like_any_other() {
    let (repository, home) = (repository(), tempfile::tempdir().expect("a temporary directory"));
    let second = home.path().join("second");
    repository.git(&["worktree", "add", "-q", "-b", "other", second.to_str().expect("a name in UTF-8")]);
    fs::write(second.join("b.py"), token("second")).expect("written");
    assert_eq!(scan(&second, &[]).found, ["b.py:1", "committed.py:1"]);
    assert_eq!(scan(&second, &["--changed"]).found, ["b.py:1"]);
    let borrower = home.path().join("borrower");
    repository.git(&["clone", "-q", "--shared", ".", borrower.to_str().expect("a name in UTF-8")]);
    assert_eq!(scan(&borrower, &["--history"]).found, ["committed.py:1"]);
    // What was lent is gone.
    fs::write(borrower.join(".git/objects/info/alternates"), "/nonexistent/objects\n").expect("written");
    assert_eq!(scan(&borrower, &[]).found, ["committed.py:1"]);
    for args in ["--history", "--changed"] {
        let told = scan(&borrower, &[args]);
        assert!(told.code == Some(5) && told.said.contains("alternate"), "{args}: {}", told.said);
    }
}

#[test]
fn a_submodule_is_read_with_the_tree_and_left_to_itself_by_git() {
    let (repository, inner) = (repository(), repository());
    let url = format!("file://{}", inner.path().display());
    repository.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "inner"]);
    assert_eq!(
        scan(repository.path(), &[]).found,
        ["committed.py:1", "inner/committed.py:1", "new.py:1", "staged.py:1"]
    );
    assert_eq!(scan(repository.path(), &["--staged"]).found, ["staged.py:1"]);
    fs::write(repository.path().join("inner/more.py"), token("more")).expect("written");
    assert_eq!(scan(&repository.path().join("inner"), &["--changed"]).found, ["more.py:1"]);
}

#[test]
fn an_index_or_a_head_that_is_broken_is_said_and_hides_no_file() {
    let all = ["committed.py:1", "new.py:1", "staged.py:1"];
    for (file, content) in [(".git/index", "DIRCgarbage"), (".git/index", ""), (".git/HEAD", "garbage\n")] {
        let repository = repository();
        repository.write(file, content);
        assert_eq!(scan(repository.path(), &[]).found, all, "{file}");
        for args in ["--staged", "--changed"] {
            let told = scan(repository.path(), &[args]);
            assert!(told.code == Some(5) && told.said.contains("error: git"), "{file} {args}: {}", told.said);
            assert!(!told.said.contains("unknown option"), "{file} {args}: {}", told.said);
        }
        let mut hook = Command::new(env!("CARGO_BIN_EXE_overscope"));
        scrub(&mut hook).current_dir(repository.path()).args(["hook", "new.py", "staged.py"]);
        assert_eq!(hook.output().expect("it starts").status.code(), Some(1), "{file}: a hook still sees them");
    }
}

#[test]
fn an_object_that_is_missing_makes_the_scan_of_what_is_staged_incomplete() {
    let repository = repository();
    let id = repository.git_says(&["rev-parse", ":staged.py"]);
    let (head, tail) = id.split_at(2);
    fs::remove_file(repository.path().join(".git/objects").join(head).join(tail)).expect("it was there");
    repository.git(&["add", "new.py"]);
    let told = scan(repository.path(), &["--staged"]);
    assert_eq!((told.code, told.found), (Some(5), vec!["new.py:1".to_owned()]), "{}", told.said);
    assert_eq!(told.unread, ["staged.py: unreadable"]);
}

#[test]
fn an_index_in_parts_a_sparse_tree_and_files_only_announced_are_read() {
    let repository = repository();
    repository.git(&["update-index", "--split-index"]);
    assert_eq!(scan(repository.path(), &["--staged"]).found, ["staged.py:1"]);
    repository.git(&["add", "--intent-to-add", "new.py"]);
    assert_eq!(scan(repository.path(), &["--staged"]).found, ["staged.py:1"]);
    assert_eq!(scan(repository.path(), &["--changed"]).found, ["new.py:1", "staged.py:1"]);
    repository.commit();
    repository.git(&["sparse-checkout", "set", "--no-cone", "/new.py"]);
    assert_eq!(scan(repository.path(), &[]).found, ["new.py:1"]);
    assert_eq!(scan(repository.path(), &["--history"]).found, ["committed.py:1", "new.py:1", "staged.py:1"]);
}

#[test]
fn names_of_objects_may_be_longer() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        scrub(&mut command).current_dir(home.path()).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(args);
        command.output().is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "-q", "--object-format=sha256", "."]) {
        return;
    }
    fs::write(home.path().join("a.py"), token("long names")).expect("written");
    assert!(git(&["add", "a.py"]));
    assert_eq!(scan(home.path(), &["--staged"]).found, ["a.py:1"]);
    assert!(git(&["commit", "-q", "-m", "x"]) && git(&["rm", "-q", "a.py"]) && git(&["commit", "-q", "-m", "y"]));
    assert_eq!(scan(home.path(), &["--history"]).found, ["a.py:1"]);
}

#[test]
fn a_repository_of_somebody_else_is_read_as_files_and_git_says_whose_it_is() {
    if !is_root() {
        return;
    }
    let repository = repository();
    fs::set_permissions(repository.path(), fs::Permissions::from_mode(0o755)).expect("set");
    assert_eq!(scan_as_nobody(repository.path(), &[]).found, ["committed.py:1", "new.py:1", "staged.py:1"]);
    for args in ["--staged", "--changed", "--history"] {
        let told = scan_as_nobody(repository.path(), &[args]);
        assert_eq!(told.code, Some(5), "{args}: {}", told.said);
        assert!(
            told.said.contains("dubious ownership") && told.said.contains("safe.directory"),
            "{args}: {}",
            told.said
        );
    }
}

#[test]
fn what_may_not_be_read_is_told_and_makes_the_scan_incomplete() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let at = |name: &str| home.path().join(name);
    fs::create_dir(at("closed")).expect("created");
    for name in ["closed/a.py", "b.py", "open.py"] {
        fs::write(at(name), token(name)).expect("written");
    }
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).expect("set");
    for name in ["closed", "b.py"] {
        fs::set_permissions(at(name), fs::Permissions::from_mode(0o000)).expect("set");
    }
    let told = scan_as_nobody(home.path(), &[]);
    fs::set_permissions(at("closed"), fs::Permissions::from_mode(0o700)).expect("set");
    assert_eq!((told.code, told.found), (Some(5), vec!["open.py:1".to_owned()]), "{}", told.said);
    assert_eq!(told.unread, ["b.py: unreadable", "closed: unreadable"]);
}
