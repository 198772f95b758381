//! Hostile input: whatever a stranger puts into a tree, a run ends soon, in little memory, and says what it did not read.
//! `OVERSCOPE_TORTURE=full` makes everything as large as it can get.
#![cfg(target_os = "linux")]
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]
#![allow(clippy::print_stdout, reason = "what a run took is told to whoever asks")]

mod repository;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use repository::{Repository, scrub, token};
use serde_json::Value;
use tempfile::TempDir;

/// How a run ended, and what it took.
struct Ran {
    code: Option<i32>,
    out: Vec<u8>,
    err: String,
    /// Peak of resident memory, in MiB.
    memory: u64,
    took: Duration,
    /// Time of all processors, in hundredths of a second.
    processor: u64,
}

impl Ran {
    fn report(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {:?} {}", self.code, self.err))
    }

    /// The findings as `path:line:column`.
    fn places(&self) -> Vec<String> {
        let report = self.report();
        let findings = report["findings"].as_array().expect("a list").clone();
        let place = |finding: Value| {
            let (path, at) = (&finding["place"]["path"], &finding["place"]["start"]);
            format!("{}:{}:{}", path.as_str().unwrap_or("?"), at["line"], at["column"])
        };
        findings.into_iter().map(place).collect()
    }

    /// What was not read, as `path: why`.
    fn unread(&self) -> Vec<String> {
        let report = self.report();
        let skipped = report["skipped"].as_array().expect("a list").clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        skipped.iter().map(|one| format!("{}: {}", text(&one["path"]), text(&one["why"]))).collect()
    }
}

/// Runs the program, and fails where it takes longer than [`PATIENCE`] or more than `most` MiB.
#[track_caller]
fn run(directory: &Path, args: &[&str], most: u64) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    scrub(&mut command).current_dir(directory).args(args).stdin(Stdio::null());
    let (out, err) = (tempfile::tempfile().expect("a file"), tempfile::tempfile().expect("a file"));
    command.stdout(out.try_clone().expect("a file")).stderr(err.try_clone().expect("a file"));
    let started = Instant::now();
    let mut child = command.spawn().expect("it starts");
    let (status, stat) = (format!("/proc/{}/status", child.id()), format!("/proc/{}/stat", child.id()));
    let (mut memory, mut processor) = (0, 0);
    let code = loop {
        let peak = fs::read_to_string(&status).ok().and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().trim_end_matches(" kB").parse::<u64>().ok()
        });
        memory = memory.max(peak.unwrap_or(0) / 1024);
        let spent = fs::read_to_string(&stat).ok().and_then(|text| {
            // The name in brackets may hold anything; user and system time are the 12th and 13th word behind it.
            let words: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
            Some(words.get(11)?.parse::<u64>().ok()? + words.get(12)?.parse::<u64>().ok()?)
        });
        processor = processor.max(spent.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status.code();
        }
        if started.elapsed() > PATIENCE || memory > most {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{args:?}: {memory} MiB of {most}, {:?}", started.elapsed());
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = |mut file: File| {
        let mut bytes = Vec::new();
        std::io::Seek::rewind(&mut file).expect("a file");
        file.read_to_end(&mut bytes).expect("a file");
        bytes
    };
    let err = String::from_utf8_lossy(&text(err)).into_owned();
    println!("{args:?}: {memory} MiB, {processor}0 ms of processor time, {:?}, {code:?}", started.elapsed());
    Ran { code, out: text(out), err, memory, took: started.elapsed(), processor }
}

/// A scan as JSON that must not fail.
#[track_caller]
fn scan(directory: &Path, code: i32, args: &[&str]) -> Ran {
    let ran = run(directory, &[&["scan", "--format", "json", "--exit-zero"], args].concat(), MEMORY);
    assert_eq!(ran.code, Some(code), "{args:?}: {}", ran.err);
    ran
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn full() -> bool {
    std::env::var_os("OVERSCOPE_TORTURE").is_some_and(|size| size == "full")
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("it starts").success());
}

/// Whatever happens, a run ends by then, on a busy machine, without optimisation.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a scan may take, in MiB.
const MEMORY: u64 = 400;

#[test]
fn a_line_of_any_length_is_read_in_bounded_memory_and_told_at_its_column() {
    let home = home();
    let mebibytes = if full() { 300 } else { 16 };
    let piece = "var a=function(b,c){return b+c};".repeat(1 << 15);
    let mut file = File::create(home.path().join("all.min.js")).expect("created");
    (0..mebibytes).for_each(|_| file.write_all(piece.as_bytes()).expect("written"));
    file.write_all(token("a").trim_end().as_bytes()).expect("written");
    let ran = scan(home.path(), 0, &[]);
    let column = (mebibytes << 20) + 1 + "refresh_token = \"1000.".len();
    let places = ran.places();
    assert_eq!(places.len(), 1, "{places:?}");
    let at: usize = places[0].rsplit(':').next().and_then(|at| at.parse().ok()).expect("a column");
    assert!(places[0].starts_with("all.min.js:1:") && at.abs_diff(column) <= 10, "{places:?}, not {column}");
}

#[test]
fn a_sparse_file_is_binary_and_costs_nothing() {
    let home = home();
    let file = File::create(home.path().join("disk.img")).expect("created");
    file.set_len(if full() { 16 << 30 } else { 1 << 30 }).expect("sparse");
    let ran = scan(home.path(), 0, &[]);
    assert_eq!(ran.unread(), ["disk.img: binary"]);
    assert!(ran.memory < 100, "{} MiB", ran.memory);
}

#[test]
fn very_many_files_and_very_deep_directories_are_all_read() {
    let home = home();
    let count = if full() { 100_000 } else { 5_000 };
    for number in 0..count {
        let directory = home.path().join(format!("d{}", number % 100));
        fs::create_dir_all(&directory).expect("created");
        fs::write(directory.join(format!("{number}.py")), "x = 1\n").expect("written");
    }
    fs::write(home.path().join("d7/last.py"), token("many")).expect("written");
    assert_eq!(scan(home.path(), 0, &[]).places().len(), 1);
    let deep = tempfile::tempdir().expect("a temporary directory");
    // Deeper than a path may be long: what cannot be read is said.
    let half = "d/".repeat(1_900);
    fs::create_dir_all(deep.path().join(&half)).expect("created");
    fs::create_dir_all(deep.path().join("e").join(&half)).expect("created");
    fs::rename(deep.path().join("e/d"), deep.path().join(&half).join("d")).expect("moved");
    fs::write(deep.path().join("d/d/d/a.py"), token("deep")).expect("written");
    let ran = scan(deep.path(), 5, &[]);
    assert_eq!(ran.places().len(), 1);
    let unread = ran.unread();
    assert!(unread.len() == 1 && unread[0].ends_with(": unreadable"), "{}", unread.len());
}

#[test]
fn what_is_no_file_is_never_opened_and_links_lead_nowhere() {
    let (home, outside) = (home(), home());
    let at = |name: &str| home.path().join(name);
    fs::write(outside.path().join("b.py"), token("outside")).expect("written");
    fs::write(at("a.py"), token("inside")).expect("written");
    symlink(".", at("loop")).expect("linked");
    symlink(outside.path(), at("out")).expect("linked");
    symlink(outside.path().join("b.py"), at("out.py")).expect("linked");
    symlink("/dev/zero", at("zero.py")).expect("linked");
    symlink("nothing", at("gone.py")).expect("linked");
    fifo(&at("pipe.py"));
    let _socket = UnixListener::bind(at("socket.py")).expect("bound");
    let ran = scan(home.path(), 0, &[]);
    assert_eq!(ran.places().len(), 1, "{:?}", ran.places());
    let links = ["gone.py: link", "out: link", "out.py: link"].map(str::to_owned).to_vec();
    let special = vec!["pipe.py: special file".to_owned(), "socket.py: special file".to_owned()];
    let expected = [links, special, vec!["zero.py: link".to_owned()]].concat();
    assert_eq!(ran.unread(), expected);
    for named in ["pipe.py", "zero.py"] {
        assert_eq!(scan(home.path(), 0, &[named]).unread().len(), 1, "{named}");
    }
}

#[test]
fn rules_of_git_that_are_pipes_or_devices_are_not_waited_for() {
    type Make = fn(&Path);
    let devices: [Make; 2] = [|path| symlink("/dev/zero", path).expect("linked"), fifo];
    for make in devices {
        for name in
            [".gitignore", "sub/.gitignore", ".git/info/exclude", ".git/index", ".git/commondir", ".git/shallow"]
        {
            let repository = Repository::new();
            repository.write("sub/a.py", &token(name));
            repository.write(".git/info/x", "");
            let path = repository.path().join(name);
            let _ = fs::remove_file(&path);
            make(&path);
            assert_eq!(scan(repository.path(), 0, &[]).places().len(), 1, "{name}");
        }
        let home = home();
        fs::write(home.path().join("a.py"), token("no repository")).expect("written");
        make(&home.path().join(".git"));
        assert_eq!(scan(home.path(), 0, &["a.py"]).places().len(), 1);
    }
}

#[test]
fn no_program_that_a_repository_names_is_ever_run() {
    let repository = Repository::new();
    let evil = repository.path().join("evil");
    let ran = home();
    let mark = ran.path().join("it was run");
    fs::write(&evil, format!("#!/bin/sh\necho \"$@\" >> '{}'\ncat\n", mark.display())).expect("written");
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).expect("set");
    repository.write(".gitattributes", "* filter=evil diff=evil\nb.py filter=a=b.c\n");
    repository.write("a.py", "x = 1\n");
    repository.write("b.py", "x = 1\n");
    let inner = repository.path().join("inner");
    repository.git(&["init", "-q", "-b", "main", "inner"]);
    fs::write(inner.join("c.py"), "x = 1\n").expect("written");
    fs::write(inner.join(".gitattributes"), "* filter=evil\n").expect("written");
    repository.git(&["-C", "inner", "add", "-A"]);
    repository.git(&["-C", "inner", "commit", "-q", "-m", "x"]);
    repository.git(&["-c", "advice.addEmbeddedRepo=false", "add", "-A"]);
    repository.git(&["commit", "-q", "-m", "x"]);
    let program = evil.display().to_string();
    let keys = [
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "filter.a=b.c.clean",
        "diff.evil.textconv",
        "diff.evil.command",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "core.alternateRefsCommand",
        "gpg.program",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "core.editor",
    ];
    for key in keys {
        repository.git(&["config", key, &program]);
        repository.git(&["-C", "inner", "config", key, &program]);
    }
    for (key, value) in [
        ("filter.evil.required", "true"),
        ("log.showSignature", "true"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("status.submoduleSummary", "true"),
        ("diff.submodule", "diff"),
    ] {
        repository.git(&["config", key, value]);
    }
    repository.git(&["config", "remote.origin.url", &format!("ext::{program}")]);
    for hook in ["post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman", "post-checkout"] {
        let hook = repository.path().join(".git/hooks").join(hook);
        fs::create_dir_all(hook.parent().expect("it has one")).expect("created");
        fs::copy(&evil, hook).expect("copied");
    }
    let found = token("hostile");
    for file in ["a.py", "b.py", "inner/c.py"] {
        fs::write(repository.path().join(file), &found).expect("written");
    }
    let told = |args: &[&str]| {
        let ran = run(repository.path(), args, MEMORY);
        assert!(!mark.exists(), "{args:?} ran {:?}", fs::read_to_string(&mark));
        ran
    };
    for args in [&["--changed"][..], &["--since", "HEAD"]] {
        let ran = told(&[&["scan", "--format", "json", "--exit-zero"], args].concat());
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
        let places = ran.places();
        assert!(places.len() >= 2 && places[0].starts_with("a.py:1:"), "{args:?}: {places:?}");
    }
    for args in [
        &["scan"][..],
        &["scan", "--staged"],
        &["scan", "--history", "--history-messages"],
        &["scan", "--policy-ref", "HEAD"],
        &["hook", "a.py", "b.py"],
        &["audit", "run"],
        &["scopes"],
        &["policy", "diff", "HEAD"],
        &["baseline", "create"],
        &["policy", "init", "--print"],
    ] {
        told(args);
    }
}

#[test]
fn names_of_every_kind_are_told_without_harm() {
    let home = home();
    let long = "x".repeat(251) + ".env";
    let names: [&[u8]; 8] =
        [b"a\nb.env", b"\xff\xfe.env", b"CON.env", b"nul.env", b"a\x1b[2Jb.env", b"-n.env", b" .env", long.as_bytes()];
    for name in names {
        fs::write(home.path().join(std::ffi::OsStr::from_bytes(name)), token("name")).expect("written");
    }
    assert_eq!(scan(home.path(), 0, &[]).places().len(), names.len());
    for format in ["human", "github", "markdown", "csv", "html", "junit", "sarif", "jsonl"] {
        let ran = run(home.path(), &["scan", "--exit-zero", "--format", format], MEMORY);
        assert_eq!(ran.code, Some(0), "{format}: {}", ran.err);
        assert!(!ran.out.contains(&b'\x1b'), "{format} hands a terminal what a file name says");
    }
}

#[test]
fn very_many_secrets_are_each_told_in_time_that_grows_with_their_number() {
    let home = home();
    let most = if full() { 50_000 } else { 2_000 };
    let [some, all] = [most / 4, most].map(|count| {
        let mut text = String::new();
        (0..count).for_each(|number| text.push_str(&token(&number.to_string())));
        fs::write(home.path().join("a.env"), text).expect("written");
        let ran = scan(home.path(), 0, &[]);
        assert_eq!(ran.places().len(), count);
        ran.processor
    });
    // Four times as many: four times as long, not sixteen times.
    assert!(all < 8 * some.max(10), "{some}0 ms for a quarter, {all}0 ms for all");
}

#[test]
fn nests_and_bombs_end_soon_and_hide_nothing() {
    let home = home();
    let token = token("nest");
    let (name, value) = token.trim_end().split_once(" = ").expect("both");
    let line = |head: &str, tail: &str| format!("{head}{name} = {value}{tail}\n");
    let mut bomb = line("", "").replace(" = ", ": ") + "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for level in 1..12 {
        let _ = writeln!(bomb, "a{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 9].join(","));
    }
    let many = |piece: &str| piece.repeat(20_000 / piece.len());
    let mut files = vec![
        ("bomb.yaml", bomb),
        ("a.yaml", line("", "").replace(" = ", ": ") + "b: " + &many("[")),
        ("a.toml", line("", "") + "a = " + &many("[")),
        ("dots.toml", line("", "") + &many("a.") + "b = 1"),
        ("a.json", format!("{{\"{name}\": {value}, \"a\": {}", many("{\"a\":"))),
        ("a.xml", format!("<a><b {name}={value}/>{}", many("<a>"))),
        ("a.rs", format!("const {name}: &str = {value};\nfn f() {{ {}", many("!("))),
        ("a.php", line("<?php $", ";") + &many("if(1){")),
    ];
    for (file, piece) in [
        ("a.go", "when{"),
        ("a.js", "case a:"),
        ("b.js", "{["),
        ("a.ts", "`${"),
        ("a.py", "("),
        ("b.py", "a + "),
        ("a.rb", "foo(["),
        ("a.kt", "a?.let{"),
        ("a.tf", "a = ["),
        ("a.cs", "("),
        ("a.java", "a("),
    ] {
        files.push((file, line("", "") + &many(piece)));
    }
    for (file, text) in &files {
        fs::write(home.path().join(file), text).expect("written");
        let ran = scan(home.path(), 0, &[file]);
        assert!(!ran.places().is_empty(), "{file}: {}", ran.err);
    }
}

#[test]
fn bytes_that_are_no_proper_text_are_read_as_far_as_they_are() {
    let home = home();
    let token = token("bytes");
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let files: [(&str, Vec<u8>, &str); 5] = [
        ("cr.env", format!("a=1\ra=2\r{token}").into_bytes(), "3"),
        ("mixed.env", format!("a=1\r\na=2\na=3\r{token}").into_bytes(), "4"),
        ("latin.env", [b"# \xe9\xff\n".as_slice(), token.as_bytes()].concat(), "2"),
        ("utf16.env", [b"\xff\xfe".to_vec(), units("a=1\n"), units(&token), vec![0, 0xD8, b'x']].concat(), "2"),
        ("end.env", format!("a=1\n{}", token.trim_end()).into_bytes(), "2"),
    ];
    for (file, bytes, line) in files {
        fs::write(home.path().join(file), bytes).expect("written");
        let places = scan(home.path(), 0, &[file]).places();
        assert!(places.len() == 1 && places[0].starts_with(&format!("{file}:{line}:")), "{file}: {places:?}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_said_and_leaves_nothing_behind() {
    let home = home();
    fs::write(home.path().join("a.env"), token("full")).expect("written");
    let ran = run(home.path(), &["scan", "--output", "json=/dev/full"], MEMORY);
    assert!(ran.code == Some(5) && ran.err.contains("cannot write"), "{}", ran.err);
    let ran = run(home.path(), &["scan", "--output", "json=no/such/folder/a.json"], MEMORY);
    assert!(ran.code == Some(5) && ran.err.contains("cannot write"), "{}", ran.err);
    assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 1);
    // A reader that goes away is no trouble.
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    scrub(&mut command).current_dir(home.path()).args(["scan", "--format", "json"]).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).contains("panic")), (Some(1), false));
}

#[test]
fn a_full_disk_leaves_no_half_file_and_a_full_stream_is_said() {
    let home = home();
    for number in 0..150 {
        fs::write(home.path().join(format!("{number}.env")), token(&number.to_string())).expect("written");
    }
    let shell = |line: &str| {
        let mut command = Command::new("bash");
        scrub(&mut command).current_dir(home.path()).env("PROGRAM", env!("CARGO_BIN_EXE_overscope"));
        command.args(["-c", line]).stdin(Stdio::null()).output().expect("bash is there")
    };
    for format in ["human", "json", "sarif", "html"] {
        let ended = shell(&format!("exec \"$PROGRAM\" scan --format {format} >/dev/full"));
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code() == Some(5) && said.contains("cannot write to standard output"), "{format}: {said}");
    }
    // A disk of its own, and a small one.
    let disk = "mkdir -p full && mount -t tmpfs -o size=16k none full";
    if !shell(&format!("unshare -rm bash -c '{disk}'")).status.success() {
        println!("skipped: nobody may mount a small disk here");
        return;
    }
    for run in [
        "scan --exit-zero --output json=full/a",
        "scan --exit-zero --output html=full/a",
        "baseline create --baseline full/a",
    ] {
        let ended =
            shell(&format!("unshare -rm bash -c '{disk} && \"$PROGRAM\" {run} >/dev/null; echo $?; ls -A full'"));
        let (out, said) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert!(out == "5\n" && said.contains("No space left"), "{run}: {out}{said}");
    }
}

#[test]
fn signals_that_interrupt_a_run_change_nothing_of_it() {
    let home = home();
    for number in 0..150 {
        fs::write(home.path().join(format!("{number}.env")), token("signal").repeat(3)).expect("written");
    }
    let wanted = scan(home.path(), 0, &[]).out;
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    scrub(&mut command).current_dir(home.path()).args(["scan", "--format", "json", "--exit-zero"]);
    let out = tempfile::tempfile().expect("a file");
    let mut child = command.stdout(out.try_clone().expect("a file")).spawn().expect("it starts");
    let id = child.id().to_string();
    let mut sent = 0;
    let status = loop {
        // A terminal that changes its size, and a shell that stops the run and goes on.
        for signal in ["-WINCH", "-STOP", "-CONT"] {
            let kill = Command::new("kill").args([signal, &id]).stderr(Stdio::null()).status();
            sent += u32::from(kill.is_ok_and(|status| status.success()));
        }
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
    };
    let (mut file, mut told) = (out, Vec::new());
    std::io::Seek::rewind(&mut file).expect("a file");
    file.read_to_end(&mut told).expect("a file");
    assert!(status.code() == Some(0) && told == wanted && sent > 3, "{status} after {sent} signals");
}

#[test]
fn a_tree_that_changes_while_it_is_read_never_breaks_a_run() {
    let home = home();
    let path = |number: usize| home.path().join(format!("{number}.env"));
    (0..200).for_each(|number| fs::write(path(number), token("moving").repeat(200)).expect("written"));
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0_usize.. {
                if done.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                let path = path(round % 200);
                let _ = match round % 3 {
                    0 => fs::remove_file(&path),
                    1 => fs::write(&path, "x=1\n"),
                    _ => fs::write(&path, token("grown").repeat(400)),
                };
            }
        });
        for _ in 0..3 {
            let ran = run(home.path(), &["scan", "--format", "jsonl", "--exit-zero"], MEMORY);
            assert!(matches!(ran.code, Some(0 | 5)), "{:?}: {}", ran.code, ran.err);
            assert!(ran.took < PATIENCE && !ran.err.contains("panic"), "{}", ran.err);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn the_same_tree_gives_the_same_bytes_whatever_the_threads_and_the_order_of_names() {
    let (one, other) = (home(), home());
    for number in 0..40 {
        let write = |home: &TempDir, number: usize| {
            let text = token(&number.to_string()) + "scope = \"ZohoCRM.modules.ALL\"\n";
            fs::write(home.path().join(format!("{number}.py")), text).expect("written");
        };
        write(&one, number);
        write(&other, 39 - number);
    }
    for format in ["json", "sarif", "human", "csv", "html"] {
        let told = |home: &TempDir, jobs: &str| {
            run(home.path(), &["scan", "--exit-zero", "--jobs", jobs, "--format", format], MEMORY).out
        };
        let first = told(&one, "1");
        for jobs in ["1", "2", "8"] {
            assert!(told(&one, jobs) == first && told(&other, jobs) == first, "{format} on {jobs}");
        }
    }
}
