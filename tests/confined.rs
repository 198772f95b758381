//! A run opens no socket, starts nothing but git, and writes nothing but what it was told to: watched from outside by
//! `strace`. Where that is not to be had the test says so and passes.
#![cfg(target_os = "linux")]
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]
#![allow(clippy::print_stdout, reason = "a test that cannot run says so")]

mod repository;

use std::fs;
use std::io::{Seek as _, Write as _};
use std::process::Command;

use repository::{Repository, scrub, token};

/// What a run called of the system, one call a line; `None` where nobody can watch.
fn calls(repository: &Repository, args: &[&str], input: &str) -> Option<Vec<String>> {
    let log = tempfile::NamedTempFile::new().expect("a file");
    let mut command = Command::new("strace");
    scrub(&mut command).current_dir(repository.path());
    command.args([
        "-f",
        "-qq",
        "-s",
        "200",
        "-e",
        "trace=%network,execve,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat",
    ]);
    command.arg("-o").arg(log.path()).arg(env!("CARGO_BIN_EXE_overscope")).args(args);
    let mut given = tempfile::tempfile().expect("a file");
    given.write_all(input.as_bytes()).and_then(|()| given.rewind()).expect("written");
    let ran = command.stdin(given).output().ok()?;
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
    repository.write("overscope.yaml", "version: 1\nowner: me\n");
    repository.commit();
    repository.write("a.py", &token("changed"));
    repository.git(&["add", "a.py"]);
    repository.write("b.py", "scope = \"ZohoCRM.modules.READ\"\n");
    let message = |method: &str, id: u32, params: &str| {
        let body = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}");
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let root = repository.path().display();
    let document = format!(
        "{{\"textDocument\":{{\"uri\":\"file://{root}/a.py\",\"languageId\":\"x\",\"version\":1,\"text\":{:?}}}}}",
        token("typed")
    );
    let session = [
        message(
            "initialize",
            1,
            &format!("{{\"capabilities\":{{}},\"workspaceFolders\":[{{\"uri\":\"file://{root}\",\"name\":\"x\"}}]}}"),
        ),
        message("textDocument/didOpen", 2, &document),
        message("shutdown", 3, "null"),
        message("exit", 4, "null"),
    ]
    .concat();
    let commands: [&[&str]; 20] = [
        &["scan", "--output", "sarif=out.sarif", "--stats"],
        &["scan", "--staged"],
        &["scan", "--changed"],
        &["scan", "--since", "HEAD"],
        &["scan", "--history"],
        &["hook", "a.py"],
        &["scopes"],
        &["rules", "list"],
        &["baseline", "create"],
        &["lsp"],
        &["audit", "run"],
        &["audit", "check"],
        &["policy", "init", "--print"],
        &["policy", "diff", "HEAD"],
        &["explain", "a.py:1"],
        &["scan", "--policy-ref", "HEAD"],
        &["scan", "--history", "--history-messages", "--output", "html=out.html"],
        &["scan", "--stdin"],
        &["scan", "--fix=apply", "b.py"],
        &["hook", "install"],
    ];
    for args in commands {
        let input = if args == ["lsp"] { session.as_str() } else { "x = 1\n" };
        let Some(calls) = calls(&repository, args, input) else {
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
            let opened = named(call, "openat(").filter(|_| writes && !call.contains("= -1"));
            // What is renamed, made or taken away is named by its last word in quotes.
            let name = call.split_whitespace().nth(1).unwrap_or_default();
            let moved = ["rename", "mkdir", "unlink"].iter().any(|kind| name.starts_with(kind));
            let moved = moved && !call.contains("= -1");
            let moved = call.rsplit('"').nth(1).filter(|_| moved);
            for file in opened.into_iter().chain(moved) {
                let named = ["out.", ".overscope", "audits", "b.py", "hooks/.pre-commit", "hooks/pre-commit"]
                    .iter()
                    .any(|name| file.contains(name));
                assert!(named || file == "/dev/null" || file == "/dev/tty", "{args:?}: {call}");
            }
        }
    }
}
