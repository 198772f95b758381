//! The quarterly audit over a repository with a history of two years, and over many repositories.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use overscope::rule::example::fill;
use serde_json::Value;
use tempfile::TempDir;

/// The repository of a company that keeps its integrations' code, policy and evidence; made from one readable file.
struct Acme {
    home: TempDir,
}

impl Acme {
    fn new() -> Self {
        let acme = Self { home: tempfile::tempdir().expect("a temporary directory") };
        fs::create_dir(acme.path()).expect("created");
        acme.git(&["init", "-q", "-b", "main"], "");
        let history = fs::read_to_string("fixtures/repos/acme-crm/history.fast-import").expect("it is there");
        acme.git(&["fast-import", "--quiet"], &fill(&history, "acme").expect("its templates are known"));
        acme.git(&["reset", "-q", "--hard", "main"], "");
        acme
    }

    fn path(&self) -> PathBuf {
        self.home.path().join("acme-crm")
    }

    fn git(&self, args: &[&str], input: &str) -> String {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]).args(args);
        pipe(scrub(command.current_dir(self.path())), input)
    }

    /// Runs the program; what it said on both streams and its exit code.
    fn run(&self, args: &[&str]) -> (String, String, Option<i32>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        let output = scrub(command.current_dir(self.path()).args(args)).output().expect("it starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr), output.status.code())
    }

    /// The snapshot of a quarter, taken late in 2026.
    #[track_caller]
    fn snapshot(&self, quarter: &str) -> Value {
        let (_, said, code) =
            self.run(&["audit", "run", "--quarter", quarter, "--since", "2024Q4", "--today", "2026-11-25"]);
        assert_eq!(code, Some(0), "{said}");
        self.read(quarter)
    }

    fn read(&self, quarter: &str) -> Value {
        let text = fs::read_to_string(self.path().join("audits").join(quarter).join("snapshot.json"));
        serde_json::from_str(&text.expect("it was written")).expect("it is JSON")
    }

    fn file(&self, quarter: &str, name: &str) -> String {
        fs::read_to_string(self.path().join("audits").join(quarter).join(name)).expect("it was written")
    }
}

fn scrub(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") || name.to_string_lossy().starts_with("OVERSCOPE_") {
            command.env_remove(name);
        }
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1")
}

fn pipe(command: &mut Command, input: &str) -> String {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The rows of a list as `subject scope`.
fn listed(snapshot: &Value, list: &str) -> Vec<String> {
    let items = snapshot["items"].as_array().expect("a list");
    let mine = items.iter().filter(|item| item["list"] == list);
    let row = |item: &Value| {
        let scope = item["scope"].as_str().unwrap_or_default();
        format!("{} {scope}", item["subject"].as_str().unwrap_or_default()).trim_end().to_owned()
    };
    mine.map(row).collect()
}

/// The changes as `date set sign integration scope request`.
fn changed(snapshot: &Value) -> Vec<String> {
    let changes = snapshot["changes"].as_array().expect("a list");
    let text = |change: &Value, key: &str| change[key].as_str().unwrap_or("-").to_owned();
    let row = |change: &Value| {
        let sign = if change["grew"] == true { "+" } else { "-" };
        let [date, set, name, scope, request] =
            ["date", "set", "integration", "scope", "request"].map(|key| text(change, key));
        format!("{date} {sign}{set} {name} {scope} {request}")
    };
    changes.iter().map(row).collect()
}

#[test]
fn the_fourth_quarter_of_2026_tells_what_is_to_be_done() {
    let acme = Acme::new();
    let snapshot = acme.snapshot("2026Q4");
    let lists = [
        ("over-granted", &["report-export https://www.googleapis.com/auth/drive"][..]),
        ("not-allowed", &["lead-sync ZohoCRM.users.ALL"]),
        ("retired-but-present", &["campaigns"]),
        ("unused", &["lead-sync ZohoCRM.users.ALL", "report-export https://www.googleapis.com/auth/drive"]),
        ("unreviewed", &["billing", "lead-sync", "report-export"]),
        ("exception", &["bulk-import"]),
        ("not-evidenced", &["billing", "lead-sync"]),
        ("undocumented", &[]),
        ("latent-failure", &[]),
    ];
    for (list, wanted) in lists {
        assert_eq!(listed(&snapshot, list), wanted, "{list}");
    }
    assert!(listed(&snapshot, "open-too-long").contains(&"secret/stripe-live-key".to_owned()));
    let exception = &snapshot["exceptions"][0];
    assert_eq!((exception["state"].as_str(), exception["renewed"].as_u64()), (Some("expired"), Some(2)));
    let now = &snapshot["headline"];
    let numbers =
        ["integrations", "undeclared", "reviewed", "beyond", "secrets", "evidenced"].map(|key| now[key].as_u64());
    assert_eq!(numbers, [Some(3), Some(0), Some(0), Some(2), Some(1), Some(1)]);
}

#[test]
fn every_widening_and_narrowing_names_its_commit() {
    let acme = Acme::new();
    let snapshot = acme.snapshot("2026Q4");
    let changes = changed(&snapshot);
    for wanted in [
        "2024-11-05 +requested zoho-crm ZohoCRM.modules.leads.READ -",
        "2025-02-10 +allowed lead-sync ZohoCRM.modules.leads.READ -",
        "2025-04-22 +requested lead-sync ZohoCRM.modules.ALL #12",
        "2025-04-22 +allowed lead-sync ZohoCRM.modules.ALL #12",
        "2025-06-30 +requested report-export https://www.googleapis.com/auth/drive #15",
        "2025-09-15 +requested billing api #21",
        "2026-01-20 -requested report-export https://www.googleapis.com/auth/drive #33",
        "2026-08-04 -requested lead-sync ZohoCRM.modules.ALL #41",
        "2026-08-04 -allowed lead-sync ZohoCRM.modules.ALL #41",
        "2026-10-14 +requested lead-sync ZohoCRM.users.ALL #47",
        "2026-10-14 +used lead-sync ZohoCRM.users.READ #47",
    ] {
        assert!(changes.iter().any(|change| change == wanted), "{wanted} is not among\n{}", changes.join("\n"));
    }
    let widening = snapshot["changes"].as_array().and_then(|all| all.iter().rfind(|one| one["set"] == "requested"));
    let widening = widening.expect("there is one");
    let commit = acme.git(&["log", "-1", "--format=%H", "--grep=Name the owners"], "");
    assert_eq!(widening["commit"], commit.trim());
    assert_eq!((&widening["author"], &widening["place"]), (&"Ben Osei".into(), &"sync/zoho.py:8".into()));
    assert!(
        !changes.iter().any(|change| change.starts_with("2025-02-10") && change.contains("requested")),
        "declared, not widened"
    );
}

#[test]
fn a_past_quarter_is_told_from_the_commit_that_was_current_then() {
    let acme = Acme::new();
    let snapshot = acme.snapshot("2025Q2");
    let commit = acme.git(&["log", "-1", "--format=%H", "--grep=Publish the weekly report"], "");
    assert_eq!(snapshot["population"]["commit"], commit.trim());
    assert_eq!(
        (&snapshot["as_of"], &snapshot["population"]["committed"]),
        (&"2025-06-30".into(), &"2025-06-30".into())
    );
    let names: Vec<_> =
        snapshot["integrations"].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["lead-sync", "report-export"]);
    let lead = &snapshot["integrations"][0]["scopes"];
    let of = |scope: &str| lead.as_array().and_then(|rows| rows.iter().find(|row| row["scope"] == scope)).cloned();
    let all = of("ZohoCRM.modules.ALL").expect("it was asked for then");
    assert_eq!((&all["allowed"], &all["requested"], &all["used"]), (&"yes".into(), &"yes".into(), &"partly".into()));
    assert_eq!(snapshot["exceptions"][0]["state"], "expiring");
    let (_, said, code) = acme.run(&["audit", "run", "--quarter", "2024Q3", "--today", "2026-11-25"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("there was no commit yet at the end of 2024Q3"), "{said}");
}

#[test]
fn a_second_run_writes_nothing_and_another_clone_gives_the_same_bytes() {
    let acme = Acme::new();
    acme.snapshot("2026Q3");
    let (_, said, _) = acme.run(&["audit", "run", "--quarter", "2026Q3", "--since", "2024Q4", "--today", "2026-11-26"]);
    assert!(said.contains("is as it was"), "{said}");
    let elsewhere = Acme::new();
    elsewhere.snapshot("2026Q3");
    for name in
        ["snapshot.json", "snapshot.json.sha256", "report.html", "report.md", "entitlements.csv", "remediation.md"]
    {
        assert_eq!(acme.file("2026Q3", name), elsewhere.file("2026Q3", name), "{name}");
    }
}

#[test]
fn no_artefact_holds_a_secret_or_a_path_of_the_machine() {
    let acme = Acme::new();
    acme.snapshot("2026Q4");
    let planted = fs::read_to_string(acme.path().join("billing/settings.py")).expect("it is there");
    let secret = planted.split('"').nth(1).expect("it is quoted").trim_start_matches("sk_live_");
    let machine = acme.home.path().to_string_lossy().into_owned();
    for entry in fs::read_dir(acme.path().join("audits/2026Q4")).expect("it is there") {
        let path = entry.expect("readable").path();
        let text = fs::read_to_string(&path).expect("text");
        assert!(!text.contains(&machine), "{} names the machine", path.display());
        for at in 0..secret.len() - 6 {
            assert!(!text.contains(&secret[at..at + 6]), "{} holds a part of the secret", path.display());
        }
    }
}

#[test]
fn the_page_stands_alone_and_tells_its_pictures_in_words() {
    let acme = Acme::new();
    acme.snapshot("2026Q4");
    let page = acme.file("2026Q4", "report.html");
    assert!(page.contains("default-src 'none'") && page.contains("script-src 'sha256-"));
    for outside in ["src=", "href=", "url(", "@import", "http-equiv=\"refresh\""] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("aria-label=\"2024Q4: 0 allowed, 0 requested, 0 used; "), "the timeline in words");
    assert!(
        page.contains("not allowed, requested, partly used, granted not known, beyond the policy"),
        "the map in words"
    );
    assert_eq!(page.matches("<h1").count(), 1);
    assert_eq!(page.matches("<main>").count(), 1);
}

#[test]
fn a_worksheet_is_signed_only_when_every_row_is_decided_by_somebody_else_in_time_and_done() {
    let acme = Acme::new();
    acme.snapshot("2026Q3");
    let check = |quarter: &str| acme.run(&["audit", "check", "--quarter", quarter, "--today", "2026-11-25"]);
    let (out, _, code) = check("2026Q3");
    assert_eq!(code, Some(1));
    assert!(out.contains("lead-sync ZohoCRM.modules.leads.READ: undecided"), "{out}");
    let sheet = acme.path().join("audits/2026Q3/review.yaml");
    let decided = |text: &str, reviewer: &str, decision: &str, date: &str| {
        text.replace("decision: \"\"", &format!("decision: {decision}"))
            .replace("reviewer: \"\"", &format!("reviewer: {reviewer}"))
            .replace("date: \"\"", &format!("date: {date}"))
            .replace("rationale: \"\"", "rationale: the nightly job needs it")
            .replace("due: \"\"", "due: 2026-10-31")
    };
    let blank = fs::read_to_string(&sheet).expect("it is there");
    fs::write(&sheet, decided(&blank, "dee", "keep", "2026-10-02")).expect("written");
    let (out, said, code) = check("2026Q3");
    assert_eq!((code, out.as_str()), (Some(0), ""), "{said}");
    for (reviewer, decision, date, fault) in [
        ("data@acme.example", "keep", "2026-10-02", "data@acme.example owns the integration and may not review it"),
        ("dee", "keep", "2026-12-24", "2026-12-24 lies outside 2026-07-01 to 2026-11-14"),
        ("dee", "maybe", "2026-10-02", "`maybe` is no decision"),
        ("dee", "keep", "soon", "`soon` is no day"),
    ] {
        fs::write(&sheet, decided(&blank, reviewer, decision, date)).expect("written");
        let (out, _, code) = check("2026Q3");
        assert_eq!(code, Some(1), "{fault}");
        assert!(out.contains(fault), "{fault} is not in\n{out}");
    }
    // What was to be revoked in one quarter must show in the next.
    fs::write(&sheet, decided(&blank, "dee", "revoke", "2026-10-02")).expect("written");
    acme.snapshot("2026Q4");
    let (out, _, code) = check("2026Q4");
    assert_eq!(code, Some(1));
    let fault =
        "report-export https://www.googleapis.com/auth/drive.file: was to be revoked by 2026-10-31, and is still";
    assert!(out.contains(fault), "{out}");
    assert!(acme.file("2026Q4", "remediation.md").contains("**late**"));
    // A second run keeps what people wrote.
    let there = acme.path().join("audits/2026Q4/review.yaml");
    let text = fs::read_to_string(&there).expect("it is there");
    fs::write(&there, decided(&text, "dee", "keep", "2026-11-20")).expect("written");
    acme.snapshot("2026Q4");
    assert!(!acme.file("2026Q4", "review.yaml").contains("decision: \"\""));
    assert!(acme.file("2026Q4", "entitlements.csv").contains(",dee,keep,"));
    // Nobody edits a snapshot.
    let snapshot = acme.path().join("audits/2026Q4/snapshot.json");
    fs::write(&snapshot, acme.file("2026Q4", "snapshot.json").replace("ZohoCRM.users.ALL", "ZohoCRM.users.READ"))
        .expect("written");
    let (_, said, code) = check("2026Q4");
    assert_eq!(code, Some(4));
    assert!(said.contains("is not the file that `snapshot.json.sha256` is of"), "{said}");
}

#[test]
fn two_snapshots_differ_by_what_came_and_went() {
    let acme = Acme::new();
    acme.snapshot("2026Q2");
    acme.snapshot("2026Q4");
    let (out, said, code) = acme.run(&["audit", "diff", "2026Q2", "2026Q4"]);
    assert_eq!(code, Some(0), "{said}");
    for line in ["- lead-sync  allowed    ZohoCRM.modules.ALL", "+ lead-sync  requested  ZohoCRM.users.ALL"] {
        assert!(out.contains(line), "{line} is not in\n{out}");
    }
    let (out, ..) = acme.run(&["audit", "diff", "audits/2026Q2", "audits/2026Q4/snapshot.json", "--format", "json"]);
    let json: Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(json["before"]["period"], "2026Q2");
    let (out, ..) = acme.run(&["audit", "diff", "2026Q4", "2026Q4", "--format", "markdown"]);
    assert!(out.contains("Nothing grew"), "{out}");
}

#[test]
fn shards_of_many_repositories_merge_to_the_same_bytes() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let count = std::env::var("AUDIT_REPOSITORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(12);
    let shards = if count >= 100 { 8 } else { 3 };
    repositories(home.path(), count);
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        scrub(command.current_dir(home.path()).args(args).stdout(Stdio::null()).stderr(Stdio::piped()));
        command.spawn().expect("it starts")
    };
    let audit = |shard: &str, out: &str| {
        run(&[
            "audit",
            "run",
            "--repositories",
            "list.txt",
            "--shard",
            shard,
            "--out",
            out,
            "--today",
            "2026-11-25",
            "-j1",
        ])
    };
    let ended = |child: std::process::Child| {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    ended(audit("1/1", "whole"));
    // One is killed on its way and started again.
    let mut first = audit(&format!("1/{shards}"), "parts");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let _ = first.kill();
    let _ = first.wait();
    let names: Vec<String> = (1..=shards).map(|shard| format!("{shard}/{shards}")).collect();
    for pair in names.chunks(2) {
        let running: Vec<_> = pair.iter().map(|shard| audit(shard, "parts")).collect();
        running.into_iter().for_each(ended);
    }
    ended(run(&["audit", "merge", "whole", "--out", "a"]));
    ended(run(&["audit", "merge", "parts", "--out", "b"]));
    for name in ["organisation.json", "organisation.md", "organisation.html", "organisation.csv"] {
        let read = |out: &str| fs::read(home.path().join(out).join(name)).expect("it was written");
        assert!(read("a") == read("b"), "{name}");
    }
    let whole: Value =
        serde_json::from_slice(&fs::read(home.path().join("a/organisation.json")).expect("written")).expect("JSON");
    assert_eq!(whole["repositories"].as_array().map(Vec::len), Some(count));
    let providers: BTreeMap<String, Value> = serde_json::from_value(whole["providers"].clone()).expect("a map");
    assert_eq!(providers["zoho-crm"]["integrations"].as_u64(), Some(count as u64));
    assert_eq!(whole["worst"][0]["provider"], "zoho-crm");
}

/// Small repositories, every third of which asks for too much.
fn repositories(home: &Path, count: usize) {
    let mut list = String::from("# one a line\n");
    for number in 0..count {
        let name = format!("service-{number:03}");
        let path = home.join("clones").join(&name);
        fs::create_dir_all(&path).expect("created");
        let scope = if number % 3 == 0 { "ZohoCRM.modules.ALL" } else { "ZohoCRM.modules.leads.READ" };
        let url = format!("https://accounts.zoho.com/oauth/v2/auth?scope={scope}&response_type=code");
        let history = format!(
            "commit refs/heads/main\nauthor A <a@b> 1750000000 +0000\ncommitter A <a@b> 1750000000 +0000\ndata <<M\nx\nM\n\
             M 100644 inline app.py\ndata <<T\nAUTHORIZE = \"{url}\"\nT\n\n"
        );
        let git = |args: &[&str], input: &str| pipe(scrub(Command::new("git").current_dir(&path).args(args)), input);
        git(&["init", "-q", "-b", "main"], "");
        git(&["fast-import", "--quiet"], &history);
        list.push_str(&format!("clones/{name}\n"));
    }
    fs::write(home.join("list.txt"), list).expect("written");
}

#[test]
fn what_cannot_be_audited_is_told_with_a_way_out() {
    let acme = Acme::new();
    for (args, code, words) in [
        (&["audit", "run", "--quarter", "2027Q1", "--today", "2026-11-25"][..], 2, "2027Q1 has not begun"),
        (&["audit", "run", "--quarter", "2026"], 2, "a quarter reads `2026Q4`"),
        (&["audit", "run", "--at", "nowhere"], 2, "there is no commit `nowhere`"),
        (&["audit", "run", "--root", ".."], 2, "lies in no git repository"),
        (&["audit", "run", "--repositories", "x", "--out", "y", "--shard", "3/2"], 2, "a shard reads"),
        (&["audit", "check", "--quarter", "2026Q1"], 4, "snapshot.json"),
        (&["audit", "diff", "2026Q1", "2026Q2"], 4, "snapshot.json"),
        (&["audit", "merge", "sync"], 2, "there is no `snapshot.json` there"),
    ] {
        let (_, said, ended) = acme.run(args);
        assert_eq!(ended, Some(code), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}
