//! A run opens no socket, starts nothing but git, and writes nothing but what it was told to: watched from outside by
//! `strace`. Where that is not to be had the test says so and passes.
#![cfg(target_os = "linux")]
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]
#![allow(clippy::print_stdout, reason = "a test that cannot run says so")]

mod repository;

use std::fs;
use std::process::Command;

use repository::{Repository, scrub, token};

/// What a run called of the system, one call a line; `None` where nobody can watch.
fn calls(repository: &Repository, args: &[&str]) -> Option<Vec<String>> {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut command = Command::new("strace");
    scrub(&mut command).current_dir(repository.path());
    command.args([
        "-f",
        "-qq",
        "-s",
        "200",
        "-e",
        "trace=%network,execve,open,openat,creat,rename,renameat,renameat2,unlink,unlinkat",
    ]);
    command.arg("-o").arg(log.path()).arg(env!("CARGO_BIN_EXE_overscope")).args(args);
    let ran = command.stdin(std::process::Stdio::null()).output().ok()?;
    let text = fs::read_to_string(log.path()).expect("a log");
    if !text.contains("execve(") {
        return None;
    }
    assert!(matches!(ran.status.code(), Some(0 | 1)), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    Some(text.lines().map(str::to_owned).collect())
}

/// The first text in quotes after `call(`.
fn named<'l>(line: &'l str, call: &str) -> Option<&'l str> {
    line.split_once(call)?.1.split('"').nth(1)
}

#[test]
fn no_command_opens_a_socket_or_starts_anything_but_git_or_writes_elsewhere() {
    let repository = Repository::new();
    repository.write("a.py", &token("a"));
    repository.write("b.py", "scope = \"ZohoCRM.modules.ALL\"\n");
    repository.commit();
    repository.write("a.py", &token("changed"));
    repository.git(&["add", "a.py"]);
    repository.write("b.py", "scope = \"ZohoCRM.modules.READ\"\n");
    let commands: [&[&str]; 9] = [
        &["scan", "--output", "sarif=out.sarif", "--stats"],
        &["scan", "--staged"],
        &["scan", "--changed"],
        &["scan", "--since", "HEAD"],
        &["scan", "--history"],
        &["hook", "a.py"],
        &["scopes"],
        &["rules", "list"],
        &["baseline", "create"],
    ];
    for args in commands {
        let Some(calls) = calls(&repository, args) else {
            println!("skipped: nobody can be watched here (apt-get install strace, and the right to trace)");
            return;
        };
        for call in &calls {
            for network in ["socket(", "connect(", "sendto(", "bind(", "listen(", "accept4("] {
                assert!(!call.contains(network), "{args:?}: {call}");
            }
            if let Some(program) = named(call, "execve(").filter(|_| call.ends_with("= 0")) {
                let name = program.rsplit('/').next().unwrap_or(program);
                assert!(matches!(name, "overscope" | "git"), "{args:?}: {call}");
            }
            let writes = call.contains("O_WRONLY") || call.contains("O_RDWR") || call.contains("O_CREAT");
            if let Some(file) = named(call, "openat(").filter(|_| writes && !call.contains("= -1")) {
                let wanted = ["out.sarif", ".overscope/"].iter().any(|name| file.contains(name));
                assert!(wanted || file == "/dev/null" || file == "/dev/tty", "{args:?}: {call}");
            }
        }
    }
}
