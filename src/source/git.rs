//! The `git` program, started with nothing of the repository's own wishes: no hooks, no monitors, no pagers, no network.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

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
        Self::ended(what, self.command(args))
    }

    /// What a subcommand prints that holds the work tree against something. Git would first put each file through the
    /// filters that the repository names, which are programs: without them a file may be read in vain, never missed.
    ///
    /// # Errors
    /// When it cannot be started or says that it failed.
    pub fn compare(&self, args: &[&str]) -> Result<Vec<u8>, SourceError> {
        let what = args.first().copied().unwrap_or_default();
        let mut command = self.command(args);
        // It fails where there is none.
        let names = self.output(&["config", "--null", "--name-only", "--get-regexp", r"^filter\."]).unwrap_or_default();
        let mut count = 0;
        for key in names.split(|&byte| byte == 0) {
            if key.is_empty() {
                continue;
            }
            let key = std::str::from_utf8(key).map_err(|_| SourceError::Git {
                what: what.to_owned(),
                why: "its configuration names a filter that is no UTF-8".to_owned(),
            })?;
            let value = if key.ends_with(".required") { "false" } else { "" };
            command.env(format!("GIT_CONFIG_KEY_{count}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{count}"), value);
            count += 1;
        }
        command.env("GIT_CONFIG_COUNT", count.to_string());
        Self::ended(what, command)
    }

    fn ended(what: &str, mut command: Command) -> Result<Vec<u8>, SourceError> {
        let fail = |why: String| SourceError::Git { what: what.to_owned(), why };
        let output = command.stdin(Stdio::null()).output().map_err(|error| fail(error.to_string()))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(fail(first_line(&output.stderr)))
    }

    /// A subcommand whose output is read while it works.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, args: &[&str]) -> Result<Running, SourceError> {
        let what = args.first().copied().unwrap_or_default().to_owned();
        let mut command = self.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().map_err(|error| SourceError::Git { what: what.clone(), why: error.to_string() })?;
        let output = child.stdout.take().map(|output| BufReader::with_capacity(1 << 16, output));
        // Read beside the output: who waits for one pipe must not be waited for by the other.
        let said = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut said = Vec::new();
                let _ = stderr.by_ref().take(1 << 16).read_to_end(&mut said);
                let _ = io::copy(&mut stderr, &mut io::sink());
                said
            })
        });
        Ok(Running { what, child, output, said })
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

/// A running `git cat-file --batch`. It answers in the order in which it was asked.
#[derive(Debug)]
pub struct CatFile {
    child: Child,
    ask: Option<ChildStdin>,
    answer: BufReader<ChildStdout>,
}

/// What git says of an object before its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whether it is a blob; else a tree, a commit or a tag.
    pub blob: bool,
    /// Its size in bytes.
    pub size: u64,
}

impl CatFile {
    /// Asks for an object and gives its size; its content has to be read to the end before the next is asked for.
    ///
    /// # Errors
    /// What git answered instead.
    pub fn ask(&mut self, id: &str) -> Result<u64, String> {
        self.ask_ahead(&[id]).map_err(|error| error.to_string())?;
        match self.answer().map_err(|error| error.to_string())? {
            Some(head) => Ok(head.size),
            None => Err(format!("git has no object {id}")),
        }
    }

    /// Asks for objects whose answers are read later. No more than [`CatFile::AHEAD`] may be asked for and not read, or
    /// both sides wait for each other.
    ///
    /// # Errors
    /// When git has ended.
    pub fn ask_ahead(&mut self, ids: &[&str]) -> io::Result<()> {
        let ask = self.ask.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = ids.join("\n");
        lines.push('\n');
        ask.write_all(lines.as_bytes()).and_then(|()| ask.flush())
    }

    /// As many object names fit into the smallest pipe there is.
    pub const AHEAD: usize = 128;

    /// What comes next: the head of an object, whose content follows; `None` for one that git does not have.
    ///
    /// # Errors
    /// When git has ended.
    pub fn answer(&mut self) -> io::Result<Option<Head>> {
        let mut line = String::new();
        if self.answer.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut words = line.trim_end().rsplit(' ');
        let size = words.next().and_then(|word| word.parse().ok());
        Ok(size.map(|size| Head { blob: words.next() == Some("blob"), size }))
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

/// A running subcommand whose output is read while it works.
#[derive(Debug)]
pub struct Running {
    what: String,
    child: Child,
    output: Option<BufReader<ChildStdout>>,
    said: Option<thread::JoinHandle<Vec<u8>>>,
}

impl Running {
    /// The next line without its end; `None` at the end of the output.
    ///
    /// # Errors
    /// What the system says.
    pub fn line<'l>(&mut self, line: &'l mut Vec<u8>) -> Result<Option<&'l [u8]>, SourceError> {
        line.clear();
        let Some(output) = &mut self.output else { return Ok(None) };
        let read = output.read_until(b'\n', line);
        let read = read.map_err(|error| SourceError::Git { what: self.what.clone(), why: error.to_string() })?;
        Ok((read > 0).then(|| line.strip_suffix(b"\n").unwrap_or(line)))
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it says that it failed.
    pub fn finish(mut self) -> Result<(), SourceError> {
        self.output = None;
        let ended = self.child.wait();
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if ended.is_ok_and(|status| status.success()) {
            return Ok(());
        }
        Err(SourceError::Git { what: std::mem::take(&mut self.what), why: first_line(&said) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.output = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first line that git said, without its own words for trouble.
fn first_line(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    first.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()
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
