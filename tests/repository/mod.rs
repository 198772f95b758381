//! A repository in a directory of its own, with a real git, for tests.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test file uses some of it, and git is a program")]

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub(crate) struct Repository {
    home: TempDir,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let repository = Self { home: tempfile::tempdir().expect("a temporary directory") };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("created");
        fs::write(path, content).expect("written");
    }

    pub(crate) fn git(&self, args: &[&str]) {
        self.git_says(args);
    }

    /// What git prints, without the last line end.
    pub(crate) fn git_says(&self, args: &[&str]) -> String {
        let mut command = Command::new("git");
        scrub(&mut command).current_dir(self.path()).args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "commit.gpgsign=false",
        ]);
        command.env("GIT_AUTHOR_DATE", "2026-02-03T23:30:00+0000");
        let output = command.args(args).output().expect("git is there");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
    }

    /// As [`Self::commit`], also where nothing has changed.
    pub(crate) fn commit_quietly(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    }

    /// The findings as `path:line origin`, and what was said beside them.
    #[track_caller]
    pub(crate) fn seen(&self, args: &[&str]) -> Vec<String> {
        self.seen_with(args, &[])
    }

    #[track_caller]
    pub(crate) fn seen_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        scrub(&mut command).envs(variables.iter().copied()).current_dir(self.path()).args(args);
        let output = command.args(["--format", "json", "--exit-zero"]).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {said}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
        let findings = report["findings"].as_array().expect("there is a list of findings");
        let place = |finding: &serde_json::Value| {
            let place = &finding["place"];
            format!(
                "{}:{} {}",
                place["path"].as_str().unwrap_or("?"),
                place["start"]["line"],
                place["origin"]["kind"].as_str().unwrap_or("?")
            )
        };
        findings.iter().map(place).collect()
    }
}

/// Nothing of the machine's git reaches the tests.
pub(crate) fn scrub(command: &mut Command) -> &mut Command {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", "/nonexistent");
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("OVERSCOPE_TODAY", "2026-06-01")
}

pub(crate) fn token(seed: &str) -> String {
    let digest = Sha256::digest(seed);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("refresh_token = \"1000.{}.{}\"\n", &hex[..32], &hex[32..])
}
