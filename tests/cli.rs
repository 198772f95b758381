//! The program as a person meets it: what it reads, what it says, how it ends.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run the program")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A directory of files to scan, with nothing of the machine around it.
struct Place {
    home: TempDir,
}

/// How a run ended.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary directory") }
    }

    /// With a repository of git around it.
    fn repository() -> Self {
        let place = Self::new();
        fs::create_dir(place.path().join(".git")).expect("created");
        fs::write(place.path().join(".git/HEAD"), "ref: refs/heads/main\n").expect("written");
        place
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("created");
        fs::write(path, content).expect("written");
        self
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        command.env_clear().env("HOME", self.path().join("nobody")).env("OVERSCOPE_TODAY", "2026-06-01");
        command.current_dir(self.path()).args(args).stdin(Stdio::null());
        command
    }

    /// Runs the program and fails on another exit code than `code`.
    #[track_caller]
    fn run(&self, code: i32, args: &[&str]) -> Ran {
        ended(code, args, self.command(args).output().expect("it starts"))
    }

    #[track_caller]
    fn run_with(&self, code: i32, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        child.stdin.take().expect("it is piped").write_all(input).expect("it is read");
        ended(code, args, child.wait_with_output().expect("it ends"))
    }
}

#[track_caller]
fn ended(code: i32, args: &[&str], output: Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("outputs are UTF-8");
    let ran = Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
    assert_eq!(ran.code, Some(code), "{args:?}\n--- out\n{}\n--- err\n{}", ran.out, ran.err);
    ran
}

impl Ran {
    /// The findings of a JSON report as `path:line:column`.
    fn places(&self) -> Vec<String> {
        let report: serde_json::Value = serde_json::from_str(&self.out).expect("the output is JSON");
        let findings = report["findings"].as_array().expect("there is a list of findings");
        let place = |finding: &serde_json::Value| {
            let (path, at) = (&finding["place"]["path"], &finding["place"]["start"]);
            format!("{}:{}:{}", path.as_str().unwrap_or("?"), at["line"], at["column"])
        };
        findings.iter().map(place).collect()
    }
}

/// A line with a token that every version of the rules knows.
fn token(seed: &str) -> String {
    let digest = Sha256::digest(seed);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("refresh_token = \"1000.{}.{}\"\n", &hex[..32], &hex[32..])
}

#[test]
fn exit_codes_tell_how_a_run_ended() {
    let place = Place::new();
    place.write("clean/a.py", "print(1)\n").write("found/a.py", token("a")).write("wrong/r.yaml", "rules: [{id: 3}]\n");
    fs::create_dir(place.path().join("empty")).expect("created");
    place.run(0, &["scan", "clean"]);
    place.run(1, &["scan", "found"]);
    place.run(0, &["scan", "found", "--exit-zero"]);
    place.run(2, &["scan", "--no-such-flag"]);
    place.run(2, &["scan", "nowhere"]);
    place.run(2, &["scan", "--format", "runes"]);
    place.run(2, &["scan", "--exclude", "a{b"]);
    place.run(2, &["explain", "secret/nobody-knows"]);
    place.run(0, &["scan", "empty"]);
    place.run(3, &["scan", "empty", "--require-files"]);
    place.run(4, &["scan", "clean", "--rules", "wrong"]);
    place.run(0, &["--help"]);
    place.run(0, &["--version"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_makes_the_scan_incomplete() {
    let place = Place::new();
    place.write("a.py", token("a"));
    // A file of the kernel that opens and refuses to be read, also to the superuser.
    let ran = place.run(5, &["scan", "--format", "json", "a.py", "/proc/self/mem"]);
    assert_eq!(ran.places().len(), 1, "what was found is told all the same: {}", ran.out);
}

#[test]
fn an_error_names_what_mends_it() {
    let place = Place::new();
    let ran = place.run(2, &["explain", "secret/zoho-refresh-tokn"]);
    assert!(ran.err.contains("did you mean `secret/zoho-refresh-token`?"), "{}", ran.err);
    assert!(ran.out.is_empty(), "errors are not data: {}", ran.out);
    let ran = place.run(2, &["scan", "--format", "runes"]);
    assert!(ran.err.contains("one of human"), "{}", ran.err);
}

#[test]
fn a_value_in_many_places_is_drawn_once_with_all_of_them() {
    let place = Place::new();
    place.write("a.py", token("a")).write("b.py", token("a")).write("c.py", token("c"));
    let ran = place.run(1, &["scan", "."]);
    assert_eq!(ran.out.matches("╭▸").count() + ran.out.matches("-->").count(), 2, "{}", ran.out);
    assert!(ran.out.contains("the same value stands at b.py:1"), "{}", ran.out);
    let ran = place.run(1, &["scan", ".", "--format", "json"]);
    assert_eq!(ran.places().len(), 3, "each is a result of its own: {}", ran.out);
}

#[test]
fn a_finding_is_explained_by_its_place_and_by_its_fingerprint() {
    let place = Place::new();
    place.write("a.py", token("a"));
    let by_place = place.run(0, &["explain", "a.py:1"]).out;
    assert!(by_place.contains("why: value") && !by_place.contains("scanned"), "{by_place}");
    let id = by_place.lines().find_map(|line| line.split_once("id: ")).map(|(_, id)| id.trim()).unwrap_or_default();
    assert_eq!(place.run(0, &["explain", id]).out, by_place);
    assert!(place.run(2, &["explain", "a.py:7"]).err.contains("nothing is found there"));
}

#[test]
fn flags_are_heard_from_the_environment() {
    let place = Place::new();
    place.write("a.py", token("a"));
    let mut command = place.command(&["scan"]);
    command.env("OVERSCOPE_EXIT_ZERO", "1").env("OVERSCOPE_FORMAT", "json");
    let ran = ended(0, &["scan"], command.output().expect("it starts"));
    assert_eq!(ran.places(), ["a.py:1:18"]);
    let mut command = place.command(&["scan"]);
    command.env("OVERSCOPE_EXIT_ZERO", "0");
    ended(1, &["scan"], command.output().expect("it starts"));
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let place = Place::repository();
    for number in 0..200 {
        place.write(format!("d{}/f{number}.py", number % 7), token(&number.to_string()).repeat(1 + number % 3));
    }
    let sarif = |jobs: &str| place.run(1, &["scan", "--format", "sarif", "-j", jobs]).out;
    assert_eq!(sarif("1"), sarif("8"));
    let one = place.run(1, &["scan", "--format", "json", "-j", "1"]);
    let eight = place.run(1, &["scan", "--format", "json", "-j", "8"]);
    assert!(one.places().len() >= 200);
    assert_eq!(one.out, eight.out);
}

#[test]
fn standard_input_is_scanned_under_a_name() {
    let place = Place::new();
    let ran = place.run_with(
        1,
        &["scan", "--stdin", "--stdin-filename", "src/app.py", "--format", "json"],
        format!("x\n{}", token("a")).as_bytes(),
    );
    assert_eq!(ran.places(), ["src/app.py:2:18"]);
}

#[test]
fn a_report_can_go_to_many_files_at_once() {
    let place = Place::new();
    place.write("a.py", token("a"));
    place.run(1, &["scan", "--output", "json=out.json", "--output", "jsonl=out.jsonl", "a.py"]);
    for file in ["out.json", "out.jsonl"] {
        assert!(fs::read_to_string(place.path().join(file)).expect("it was written").contains("a.py"));
    }
    assert!(place.run(5, &["scan", "--output", "json=no/such/dir/x", "a.py"]).err.contains("cannot write"));
}

#[test]
fn what_git_ignores_is_passed_over_but_for_carriers_of_secrets() {
    let place = Place::repository();
    place.write(".gitignore", "build/\n.env\n*.log\n!kept.log\n").write("src/.gitignore", "local.py\n");
    for file in ["a.py", ".hidden/b.py", "build/c.py", "d.log", "kept.log", "src/local.py", ".env", ".git/config"] {
        place.write(file, token(file));
    }
    let found = |args: &[&str]| {
        place.run(1, args).places().into_iter().map(|at| at.split(':').next().unwrap_or_default().to_owned()).collect()
    };
    let seen: Vec<String> = found(&["scan", "--format", "json"]);
    assert_eq!(seen, [".env", ".hidden/b.py", "a.py", "kept.log"]);
    let below: Vec<String> = found(&["scan", "--format", "json", "--no-ignore", "src"]);
    assert_eq!(below, ["src/local.py"], "paths are told from the root of the repository");
    let named: Vec<String> = found(&["scan", "--format", "json", "build/c.py", "d.log"]);
    assert_eq!(named, ["build/c.py", "d.log"], "files that are named are always read");
    let chosen: Vec<String> = found(&["scan", "--format", "json", "--include", "*.py", "--exclude", ".hidden"]);
    assert_eq!(chosen, ["a.py"]);
}

#[cfg(unix)]
#[test]
fn odd_names_and_odd_files_do_no_harm() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let place = Place::repository();
    let plain = ["with space.py", "new\nline.py", "-dash.py", "ünï.py", "a%2F#?.py"];
    for name in plain {
        place.write(name, token(name));
    }
    place.write(OsStr::from_bytes(b"bad\xff.py"), token("bad"));
    std::os::unix::fs::symlink(".", place.path().join("loop")).expect("linked");
    std::os::unix::fs::symlink("/etc/passwd", place.path().join("out")).expect("linked");
    std::os::unix::fs::symlink("nowhere", place.path().join("dangling")).expect("linked");
    let fifo = Command::new("mkfifo").arg(place.path().join("pipe")).status().expect("it runs");
    assert!(fifo.success());
    let ran = place.run(1, &["scan", "--format", "json"]);
    assert_eq!(ran.places().len(), 6, "{}", ran.out);
    assert!(ran.out.contains("bad\u{fffd}.py"));
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    let skipped = report["skipped"].to_string();
    for path in ["out", "dangling", "pipe"] {
        assert!(skipped.contains(&format!("\"{path}\"")), "{path} in {skipped}");
    }
    assert!(!skipped.contains("\"loop\""), "what a link inside the tree leads to is read where it stands");
}

#[test]
fn encodings_are_read_and_binaries_are_not() {
    let place = Place::new();
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    place.write("marked.txt", [vec![0xFF, 0xFE], units(&token("a"))].concat());
    place.write("plain.txt", units(&token("b")));
    place.write("latin.txt", [b"caf\xe9 ".to_vec(), token("c").into_bytes()].concat());
    place.write("x.bin", [b"\x7fELF\0\0\0\x01\0\0".to_vec(), token("d").into_bytes()].concat());
    let ran = place.run(1, &["scan", "--format", "json"]);
    assert_eq!(ran.places(), ["latin.txt:1:23", "marked.txt:1:18", "plain.txt:1:18"]);
}

#[test]
fn larger_files_can_be_passed_over() {
    let place = Place::new();
    place.write("big.py", token("a").repeat(100)).write("small.py", token("b"));
    let ran = place.run(1, &["scan", "--format", "json", "--max-file-size", "1K"]);
    assert_eq!(ran.places(), ["small.py:1:18"]);
    assert!(ran.out.contains("too large"), "{}", ran.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_huge_line_is_scanned_in_bounded_memory() {
    let place = Place::new();
    let filler = "[12345678,\"lorem ipsum\",null],".repeat(1 << 16);
    let mut text = String::new();
    while text.len() < 48 << 20 {
        text.push_str(&filler);
    }
    let at = text.len();
    text.push_str(token("deep").trim_end());
    text.push_str(&filler);
    place.write("one.json", &text);
    // The shell's own limit: a run that needs more memory than this ends in an abort.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 400000; exec \"$0\" scan -j 2 --format json one.json"]);
    command.arg(env!("CARGO_BIN_EXE_overscope")).current_dir(place.path()).env_clear();
    let ran = ended(1, &["scan"], command.output().expect("it starts"));
    assert_eq!(ran.places(), [format!("one.json:1:{}", at + 18)]);
}

#[test]
fn a_foreign_tree_does_not_choose_its_own_judge() {
    let place = Place::repository();
    place
        .write("other/.git/HEAD", "x")
        .write("other/overscope.yaml", "version: 1\nowner: a\n")
        .write("other/a.py", "x = 1\n");
    let ran = place.run(0, &["scan", "other"]);
    assert!(ran.err.contains("--policy"), "{}", ran.err);
    let ran = place.run(0, &["scan", "--root", "other", "--format", "json"]);
    assert!(ran.err.is_empty(), "{}", ran.err);
    place.write("other/.overscope.yaml", "version: 1\n");
    let ran = place.run(4, &["scan", "--root", "other"]);
    assert!(ran.err.contains("two policies"), "{}", ran.err);
}

#[test]
fn a_reader_who_goes_away_is_no_trouble() {
    let place = Place::new();
    place.write("a.py", token("a").repeat(3000));
    let mut child = place
        .command(&["scan", "--exit-zero", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    ended(0, &["scan"], child.wait_with_output().expect("it ends"));
}

#[test]
fn a_baseline_takes_on_what_is_known_and_follows_it() {
    let place = Place::repository();
    place.write("old/app.py", token("one"));
    place.run(1, &["scan"]);
    place.run(0, &["baseline", "create"]);
    let file = place.path().join(".overscope/baseline.jsonl");
    let first = fs::read_to_string(&file).expect("it was written");
    assert!(!first.contains(&token("one")[25..31]), "{first}");
    place.run(4, &["baseline", "create"]);
    place.run(0, &["scan"]);
    place.run(1, &["scan", "--no-baseline"]);
    place.write("old/app.py", format!("# one\n# two\n{}", token("one")));
    place.run(0, &["scan"]);
    fs::rename(place.path().join("old"), place.path().join("new")).expect("renamed");
    place.run(0, &["scan"]);
    place.write("new/app.py", token("two"));
    place.run(1, &["scan"]);
    place.run(0, &["baseline", "update"]);
    assert_eq!(fs::read_to_string(&file).expect("it is there").lines().count(), 3);
    place.run(0, &["baseline", "prune"]);
    let pruned = fs::read_to_string(&file).expect("it is there");
    assert_eq!(pruned.lines().count(), 2);
    place.run(0, &["baseline", "update"]);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), pruned, "an update of what has not changed is none");
    assert!(place.run(0, &["baseline", "show"]).out.contains("new/app.py"));
}

#[test]
fn what_other_tools_have_accepted_is_taken_over() {
    let place = Place::repository();
    place.write("app.py", format!("# app\n{}", token("one"))).write("b.py", token("two"));
    place.write(".gitleaksignore", "app.py:zoho:2\ngone.py:zoho:1\n");
    let told = place.run(0, &["baseline", "import", ".gitleaksignore"]).err;
    assert!(told.contains("1 of 2 places taken over; at 1 of them nothing is found"), "{told}");
    let shown = place.run(0, &["baseline", "show"]).out;
    assert!(shown.contains("app.py  secret/zoho-refresh-token  unreviewed  gitleaks zoho"), "{shown}");
    place.run(1, &["scan"]);
    place.write("audit.json", r#"{"results": {"b.py": [{"type": "T", "line_number": 1, "is_secret": false}]}}"#);
    place.run(0, &["baseline", "import", "audit.json"]);
    place.run(0, &["scan"]);
    place.write("wrong.json", "{}");
    assert!(place.run(4, &["baseline", "import", "wrong.json"]).err.contains("cannot take over `wrong.json`"));
    // A changed value is a new finding, and what is gone is told.
    place.write("b.py", token("three"));
    assert!(place.run(1, &["scan"]).out.contains("in b.py is gone"));
}

#[test]
fn a_first_policy_is_written_once_and_explained() {
    let place = Place::repository();
    place.write("jobs/sync.py", "SCOPES = [\"ZohoCRM.modules.deals.READ\"]\n").write("CODEOWNERS", "* @acme/data\n");
    place.run(0, &["policy", "init", "--preset", "crm-strict"]);
    let file = place.path().join("overscope.yaml");
    let first = fs::read_to_string(&file).expect("it was written");
    assert!(first.contains("owner: \"@acme/data\"") && first.contains("ZohoCRM.modules.deals.READ"), "{first}");
    place.run(0, &["policy", "init"]);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), first);
    place.run(0, &["policy", "check"]);
    // The line for editors names a file that is there, and that is no setting of anything.
    assert!(first.starts_with("# yaml-language-server: $schema=.overscope/policy.schema.json\n"), "{first}");
    let schema = fs::read_to_string(place.path().join(".overscope/policy.schema.json")).expect("it was written");
    assert_eq!(schema, place.run(0, &["policy", "schema"]).out);
    place.run(0, &["scan"]);
    let told = place.run(0, &["policy", "explain", "jobs/sync.py", "ZohoCRM.modules.ALL"]).out;
    assert!(told.contains("x deny") && told.contains("(overscope.yaml:"), "{told}");
}

#[test]
fn a_policy_extends_a_file_beside_it() {
    let place = Place::repository();
    place.write("conf/base.yaml", "version: 1\nowner: security\ngates: {fail_on: low}\nlocked: [gates]\n");
    place.write("overscope.yaml", "version: 1\nowner: team\nextends: [{path: conf/base.yaml}]\n");
    place.write("app.py", "print(1)\n");
    place.run(0, &["policy", "check"]);
    place.run(0, &["scan"]);
    let text = "version: 1\nowner: team\nextends: [{path: conf/base.yaml}]\ngates: {fail_on: critical}\n";
    place.write("overscope.yaml", text);
    assert!(place.run(4, &["policy", "check"]).err.contains("`gates` is locked"));
    place.write("overscope.yaml", "version: 1\nowner: team\nextends: [{path: conf/none.yaml}]\n");
    assert!(place.run(4, &["scan"]).err.contains("cannot read the base"));
}

#[test]
fn what_a_change_of_a_policy_opens_is_told() {
    let place = Place::repository();
    place.write("a.yaml", "version: 1\nowner: team\ngates: {fail_on: low}\n");
    place.write("b.yaml", "version: 1\nowner: team\ngates: {fail_on: high}\n");
    assert_eq!(place.run(1, &["policy", "diff", "a.yaml", "b.yaml"]).out, "gates.fail_on: low -> high  (b.yaml:3)\n");
    assert_eq!(place.run(0, &["policy", "diff", "b.yaml", "a.yaml"]).out, "");
    assert!(place.run(0, &["policy", "show", "--origin", "a.yaml"]).out.contains("gates.fail_on: low  # a.yaml:3\n"));
    assert!(place.run(0, &["policy", "show", "a.yaml"]).out.contains("gates.fail_on: low\n"));
}

#[test]
fn a_glob_that_matches_no_file_is_told_where_it_stands() {
    let place = Place::repository();
    place.write("src/a.py", "print(1)\n");
    let policy = "version: 1\nowner: a\noverrides:\n  - {paths: [\"src/**\", \"tests/**\"], severity: {\"secret/*\": low}, reason: fixtures}\n";
    place.write("overscope.yaml", policy);
    let told = place.run(0, &["policy", "check"]).err;
    assert!(told.contains("`tests/**` matches no file") && told.contains("overscope.yaml:4:"), "{told}");
    assert!(!told.contains("`src/**`"), "{told}");
    place.write("src/overscope.yaml", "version: 1\nowner: a\ngates: {fail_on: low}\n");
    assert!(place.run(0, &["policy", "check"]).err.contains("`src/overscope.yaml` is not read"));
}

#[test]
fn the_policy_of_a_folder_tightens_the_gate_for_its_folder() {
    let place = Place::repository();
    let broad = "scope = \"ZohoCRM.modules.ALL\"\n";
    place.write("overscope.yaml", "version: 1\nowner: a\nnested: tighten\ngates: {fail_on: critical}\n");
    place.write("pay/app.py", broad).write("web/app.py", broad);
    place.run(0, &["scan"]);
    place.write("pay/overscope.yaml", "version: 1\nowner: pay\ngates: {fail_on: low}\n");
    place.run(1, &["scan"]);
    place.run(0, &["scan", "web"]);
    place.write("pay/overscope.yaml", "version: 1\nowner: pay\ndefaults: {docs_severity: note}\n");
    assert!(place.run(4, &["scan"]).err.contains("docs_severity"));
}

#[test]
fn what_is_not_told_still_fails_the_run() {
    let place = Place::repository();
    place.write("app.py", token("one")).write("b.py", "scope = \"ZohoCRM.modules.ALL\"\n");
    let ran = place.run(1, &["scan", "--fail-on", "low", "--min-severity", "critical"]);
    assert!(!ran.out.contains("scope/broad"), "{}", ran.out);
    fs::remove_file(place.path().join("app.py")).expect("it was there");
    let ran = place.run(1, &["scan", "--fail-on", "low", "--min-severity", "critical"]);
    assert!(ran.err.contains("1 finding that is not told fails the run"), "{}\n{}", ran.out, ran.err);
}

#[test]
fn a_policy_names_rules_of_its_own() {
    let place = Place::repository();
    let rule = "rules:
  - id: secret/acme-token
    title: Acme token
    severity: high
    about: {what: An Acme token is written in the source., why: It opens Acme., fix: Revoke it at Acme.}
    detect: {secret: [{pattern: '(?-u:\\b)(?P<secret>acme_[0-9a-z]{20})(?-u:\\b)'}]}
    examples: [{caught: 'acme_{{lalnum 20}}'}, {quiet: acme_}]
";
    let value: String = ('a'..='z').rev().step_by(2).zip("0918273645647".chars()).flat_map(|(a, b)| [a, b]).collect();
    place
        .write(
            "overscope.yaml",
            "version: 1\nowner: a\nrule_files: [security]\nrules: {secret/acme-token: {severity: critical, reason: ours}}\n",
        )
        .write("security/acme.yaml", rule)
        .write("a.txt", format!("x acme_{}\n", &value[..20]));
    let ran = place.run(1, &["scan", "--format", "json"]);
    assert!(ran.out.contains("\"secret/acme-token\"") && ran.out.contains("\"critical\""), "{}", ran.out);
    place.run(0, &["policy", "check"]);
    place.write("overscope.yaml", "version: 1\nowner: a\nrule_files: [nowhere]\n");
    let ran = place.run(4, &["scan"]);
    assert!(ran.err.contains("nowhere"), "{}", ran.err);
}

#[test]
fn stats_go_to_standard_error() {
    let place = Place::new();
    place.write("a.py", "print(1)\n");
    let ran = place.run(0, &["scan", "--stats"]);
    assert!(ran.err.contains("stats:") && ran.err.contains("1 files, 9 bytes"), "{}", ran.err);
    assert!(!ran.out.contains("stats:"));
}

#[test]
fn a_policy_is_written_for_one_provider() {
    let place = Place::repository();
    place
        .write("zoho.py", "SCOPES = [\"ZohoCRM.modules.deals.READ\"]\n")
        .write("drive.py", "SCOPES = [\"https://www.googleapis.com/auth/drive.file\"]\n");
    let text = place.run(0, &["policy", "init", "--print", "--add", "google"]).out;
    assert!(text.contains("drive.file") && !text.contains("ZohoCRM"), "{text}");
    let ran = place.run(2, &["policy", "init", "--add", "gogle"]);
    assert!(ran.err.contains("did you mean `google`"), "{}", ran.err);
}

#[test]
fn a_mail_is_read_though_no_word_stands_in_it_as_it_is_written() {
    use base64::Engine as _;
    let body = format!("Hello,\n\nthese are the new ones:\n{}\nBye\n", token("mail"));
    let written = base64::engine::general_purpose::STANDARD.encode(body);
    let lines: Vec<&str> = written.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let mail = format!("Subject: keys\nContent-Transfer-Encoding: base64\n\n{}\n", lines.join("\n"));
    let place = Place::new();
    place.write("keys.eml", mail);
    let told = place.run(1, &["scan"]).out;
    assert!(told.contains("secret/zoho-refresh-token") && told.contains("keys.eml:"), "{told}");
    for part in token("mail").as_bytes().windows(6).skip(20) {
        assert!(!told.contains(std::str::from_utf8(part).expect("ASCII")), "{told}");
    }
}

/// A token without a signature that means anything: what is told comes from its claims.
fn jwt_of(claims: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"k"}"#);
    format!("{head}.{}.{}", URL_SAFE_NO_PAD.encode(claims), URL_SAFE_NO_PAD.encode([7_u8; 32]))
}

#[test]
fn a_token_is_explained_by_the_policy_and_no_value_is_shown() {
    let place = Place::new();
    let token =
        jwt_of(r#"{"iss":"https://id.example.com","sub":"user-4711","iat":1000,"exp":8200,"scope":"read write"}"#);
    let told = place.run_with(1, &["explain-token"], token.as_bytes()).out;
    assert!(told.contains("jwt/long-lifetime") && told.contains("built-in defaults"), "{told}");
    assert!(told.contains("2 hours") && told.contains("read write"), "{told}");
    place.write("wide.yaml", "version: 1\nowner: a\ntokens: {access_max: PT4H}\n");
    let told = place.run_with(0, &["explain-token", "--policy", "wide.yaml"], token.as_bytes()).out;
    assert!(told.contains("nothing is wrong with it") && told.contains("wide.yaml"), "{told}");
    place.write("overscope.yaml", "version: 1\nowner: a\ntokens: {access_max: PT30M}\n");
    let told = place.run_with(1, &["explain-token"], token.as_bytes());
    assert!(told.out.contains("overscope.yaml") && told.out.contains("tokens.access_max PT30M"), "{}", told.out);
    for secret in ["user-4711", "id.example.com", &token[40..60]] {
        assert!(!told.out.contains(secret) && !told.err.contains(secret), "{secret}");
    }
    let ran = place.run_with(2, &["explain-token"], b"no token here");
    assert!(ran.err.contains("holds no JSON Web Token"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_at_once_and_leaves_no_half_file() {
    use std::os::unix::process::ExitStatusExt;

    let place = Place::new();
    let args = ["scan", "--stdin", "--output", "json=out/report.json"];
    place.write("out/report.json", "as it was");
    let mut child = place.command(&args).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    // It waits for its input, which does not end.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill");
    assert!(kill.success());
    let status = child.wait().expect("it ends");
    // A shell tells signal 2 as 130.
    assert!(status.signal() == Some(2) || status.code() == Some(130), "{status}");
    assert_eq!(fs::read_to_string(place.path().join("out/report.json")).expect("it is there"), "as it was");
    let beside = fs::read_dir(place.path().join("out")).expect("it is there").count();
    assert_eq!(beside, 1, "nothing half-written stays");
}
