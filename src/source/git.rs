//! The `git` program, started with nothing of the repository's own wishes: no hooks, no monitors, no pagers, no network.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::SourceError;

/// What the program is given of the environment; the command line has read it.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Variables that are handed on, such as `PATH` and `HOME`.
    pub variables: Vec<(OsString, OsString)>,
    /// `GIT_INDEX_FILE`: under `git commit -a` the index is another file.
    pub index: Option<PathBuf>,
}

/// Git in one work tree.
#[derive(Clone, Debug)]
pub struct Git {
    work_tree: PathBuf,
    surroundings: Surroundings,
}

impl Git {
    /// Git in a work tree.
    #[must_use]
    pub const fn new(work_tree: PathBuf, surroundings: Surroundings) -> Self {
        Self { work_tree, surroundings }
    }

    /// The work tree.
    #[must_use]
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// The index that is not the usual one.
    #[must_use]
    pub fn index(&self) -> Option<&Path> {
        self.surroundings.index.as_deref()
    }

    /// What a subcommand prints.
    ///
    /// # Errors
    /// When it cannot be started or says that it failed.
    pub fn output(&self, args: &[&str]) -> Result<Vec<u8>, SourceError> {
        let what = args.first().copied().unwrap_or_default();
        let fail = |why: String| SourceError::Git { what: what.to_owned(), why };
        let output = self.command(args).stdin(Stdio::null()).output().map_err(|error| fail(error.to_string()))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        Err(fail(first.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()))
    }

    /// A process that answers object names with their content.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn cat_file(&self) -> Result<CatFile, SourceError> {
        let fail = |why: String| SourceError::Git { what: "cat-file".to_owned(), why };
        let mut command = self.command(&["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| fail(error.to_string()))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answer)) => {
                Ok(CatFile { child, ask: Some(ask), answer: BufReader::with_capacity(1 << 16, answer) })
            }
            _ => Err(fail("no pipe to it".to_owned())),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that starts a program")]
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.env_clear().envs(self.surroundings.variables.iter().map(|(name, value)| (name, value)));
        command.envs(QUIET.map(|(name, value)| (OsStr::new(name), OsStr::new(value))));
        if let Some(index) = &self.surroundings.index {
            command.env("GIT_INDEX_FILE", index);
        }
        command.arg("-C").arg(&self.work_tree).args(HARMLESS).args(args);
        command
    }
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
pub struct CatFile {
    child: Child,
    ask: Option<ChildStdin>,
    answer: BufReader<ChildStdout>,
}

impl CatFile {
    /// Asks for an object and gives its size; its content has to be read to the end before the next is asked for.
    ///
    /// # Errors
    /// What git answered instead.
    pub fn ask(&mut self, id: &str) -> Result<u64, String> {
        let ask = self.ask.as_mut().ok_or_else(|| "git has ended".to_owned())?;
        writeln!(ask, "{id}").and_then(|()| ask.flush()).map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.answer.read_line(&mut line).map_err(|error| error.to_string())?;
        let size = line.trim_end().rsplit(' ').next().and_then(|word| word.parse().ok());
        size.ok_or_else(|| format!("git has no object {}", line.trim_end()))
    }

    /// The content of the object that was asked for, followed by one line end.
    pub fn content(&mut self) -> &mut impl Read {
        &mut self.answer
    }
}

impl Drop for CatFile {
    fn drop(&mut self) {
        // Without input git ends by itself; a process that is not waited for stays behind.
        self.ask = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Configuration that a repository might set to have its own programs run, or to talk to somebody.
const HARMLESS: [&str; 11] = [
    "--no-pager",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.allow=never",
    "-c",
    "diff.external=",
    "--no-optional-locks",
];

const QUIET: [(&str, &str); 4] =
    [("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_NO_REPLACE_OBJECTS", "1")];
