//! A fault of the program itself shows nothing of what it was working on.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::process::Command;

use overscope::cli::crash::{hush, survive};
use repository::token;

/// Set where this program is its own child.
const CHILD: &str = "OVERSCOPE_CRASH_TEST";

#[test]
fn a_fault_tells_its_place_and_nothing_of_the_text_at_hand() {
    let secret = format!("é{}", token("crash"));
    if std::env::var_os(CHILD).is_some() {
        hush();
        // A slice that begins inside a letter: the standard library would quote the whole text.
        let came = survive(|| secret[std::hint::black_box(1)..].len());
        assert!(came.is_none(), "that is a fault");
        return;
    }
    let mut child = Command::new(std::env::current_exe().expect("it runs"));
    child.args(["--exact", "a_fault_tells_its_place_and_nothing_of_the_text_at_hand", "--nocapture"]);
    let output = child.env(CHILD, "1").env("RUST_BACKTRACE", "full").output().expect("it starts");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("overscope has a fault at tests/crash.rs:"), "{said}");
    assert!(
        secret.as_bytes().windows(6).skip(18).all(|six| !said.as_bytes().windows(6).any(|other| other == six)),
        "{said}"
    );
}
