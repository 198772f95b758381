//! How a run ends: exit codes, and what a person is told when it could not be done.

use std::process::ExitCode;

/// How a run ends. The same in every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Finished, nothing at or above `--fail-on`.
    Clean = 0,
    /// Finished, with findings at or above `--fail-on`.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Finished, but there was nothing to look at (only with `--require-files`).
    Nothing = 3,
    /// Policy, rules or baseline cannot be used.
    Policy = 4,
    /// Something could not be read: what was found is told, what was not is unknown.
    Incomplete = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A run that could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub exit: Exit,
    /// What is wrong: lower case, no full stop. Empty where it has been told already.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Failure {
    /// A command line that cannot be followed.
    #[must_use]
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: Some(help.into()) }
    }

    /// A policy or rules that cannot be used.
    #[must_use]
    pub fn policy(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Policy, message: message.into(), help: Some(help.into()) }
    }

    /// Something that could not be read or written.
    #[must_use]
    pub fn incomplete(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Incomplete, message: message.into(), help: Some(help.into()) }
    }

    /// A failure of which everything has been told.
    #[must_use]
    pub const fn told(exit: Exit) -> Self {
        Self { exit, message: String::new(), help: None }
    }
}

/// What `-h` says of them: `--help` has the table.
pub const BRIEF: &str = "\
Exit codes: 0 clean, 1 findings at the gate, 2 usage, 3 nothing to scan, 4 policy, 5 incomplete.
Every flag, and what each means: --help";

/// The table in `--help` and in the manual; a test holds it against [`Exit`].
pub const TABLE: &str = "\
Exit codes:
  0    finished, nothing at or above --fail-on
  1    finished, findings at or above --fail-on
  2    the command line is wrong
  3    finished, but there was nothing to look at (only with --require-files)
  4    policy, rules or baseline cannot be used
  5    something could not be read or, with --fix, mended; what was found is still printed
  130  interrupted";

#[cfg(test)]
mod tests {
    use super::{Exit, TABLE};

    #[test]
    fn the_table_tells_every_code() {
        let all = [Exit::Clean, Exit::Findings, Exit::Usage, Exit::Nothing, Exit::Policy, Exit::Incomplete]
            .map(|exit| exit as u8);
        let told: Vec<u8> =
            TABLE.lines().skip(1).filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect();
        assert_eq!(told, [&all[..], &[130]].concat());
    }
}
