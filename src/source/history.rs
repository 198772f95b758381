//! The history of a repository: every version of every file once, told with the commit that brought it in.
//!
//! `git rev-list` names the objects commit after commit, the oldest first, so that the commit before an object is the one
//! that brought it in. Several `git cat-file` processes send the content. Nothing is held but what is on its way.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, BufRead, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use camino::Utf8PathBuf;

use super::git::{CatFile, Git, Head};
use super::glob::Selection;
use super::regular::{self, SMALL};
use super::root::{Root, common_dir};
use super::{Skipped, SourceError, Why};

/// All versions of files that commits have brought in.
#[derive(Debug)]
pub struct History {
    git: Git,
    root: Root,
    selection: Selection,
    /// `A..B`; without one, everything that any reference reaches.
    range: Option<String>,
    /// Whether commit messages are read, too.
    messages: bool,
    most_bytes: Option<u64>,
}

/// An earlier version of a file, or a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Old {
    /// Its place in the order of history; of two versions the lower came first.
    pub number: u64,
    /// Where it stood first, relative to the root.
    pub path: Utf8PathBuf,
    /// The commit that brought it in.
    pub commit: Arc<str>,
    id: String,
    message: bool,
}

/// How far the reading is.
#[derive(Debug, Default)]
pub struct Passed {
    /// Commits whose objects have been named.
    pub commits: AtomicU64,
    /// Versions of files that were read.
    pub versions: AtomicU64,
}

/// What is done with each version, by one of several workers.
pub type Look<'l> = Box<dyn FnMut(&Old, &mut dyn Read) -> Result<(), Why> + 'l>;

impl History {
    /// The history of a repository, or the part of it that a range names.
    #[must_use]
    pub const fn new(git: Git, root: Root, selection: Selection, range: Option<String>) -> Self {
        Self { git, root, selection, range, messages: false, most_bytes: None }
    }

    /// Reads the messages of commits and tags, too.
    #[must_use]
    pub const fn with_messages(mut self, messages: bool) -> Self {
        self.messages = messages;
        self
    }

    /// Passes over larger files.
    #[must_use]
    pub const fn up_to(mut self, most_bytes: Option<u64>) -> Self {
        self.most_bytes = most_bytes;
        self
    }

    /// Whether all of it is read, and not only a range.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.range.is_none()
    }

    /// How many commits there are.
    ///
    /// # Errors
    /// When git fails: there is no such revision.
    pub fn commits(&self) -> Result<u64, SourceError> {
        let output = self.git.output(&[&["rev-list", "--count"], &self.revisions()[..]].concat())?;
        Ok(String::from_utf8_lossy(&output).trim().parse().unwrap_or(0))
    }

    /// Reads every version once, in as many workers as `threads`; what each makes of it is told by its place in history.
    /// Gives what was not read.
    ///
    /// # Errors
    /// When git fails before it has named anything: there is no such revision.
    pub fn read<'l>(
        &self,
        threads: usize,
        passed: &Passed,
        worker: &(dyn Fn() -> Look<'l> + Sync),
    ) -> Result<BTreeSet<Skipped>, SourceError> {
        let unread = Mutex::new(self.cut_off());
        let (send, receive) = sync_channel::<Vec<Old>>(2 * threads);
        let receive = Arc::new(Mutex::new(receive));
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    let (receive, unread) = (Arc::clone(&receive), &unread);
                    scope.spawn(move || self.work(&receive, passed, worker(), unread))
                })
                .collect();
            // When the last worker has gone, whoever names must not wait for it.
            drop(receive);
            let named = self.name(send, passed, &unread);
            let mut done = Ok(());
            for worker in workers {
                // A worker that panicked has found a fault of ours; it is not hidden.
                done = done.and(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            named.and(done)
        })?;
        Ok(unread.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// The author dates of some commits, `YYYY-MM-DD` in UTC.
    ///
    /// # Errors
    /// When git fails.
    pub fn dates(&self, commits: &BTreeSet<Arc<str>>) -> Result<BTreeMap<Arc<str>, String>, SourceError> {
        let mut dates = BTreeMap::new();
        let all: Vec<&Arc<str>> = commits.iter().collect();
        // So many names fit on every system's command line.
        for some in all.chunks(256) {
            let ids: Vec<&str> = some.iter().map(|id| id.as_ref()).collect();
            let args = [&["show", "--no-patch", "--no-show-signature", "--format=%H %at"], &ids[..]].concat();
            for line in self.git.output(&args)?.lines() {
                let line = line.unwrap_or_default();
                let Some((id, seconds)) = line.split_once(' ') else { continue };
                let time = seconds.parse().ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
                let day = time.map(|time| time.to_zoned_datetime(jiff::tz::TimeZone::UTC).date().to_string());
                dates.insert(Arc::from(id), day.unwrap_or_default());
            }
        }
        Ok(dates)
    }

    fn revisions(&self) -> Vec<&str> {
        match &self.range {
            None => vec!["--all"],
            Some(range) => vec!["--end-of-options", range, "--"],
        }
    }

    /// A shallow clone ends before the history does.
    fn cut_off(&self) -> BTreeSet<Skipped> {
        let file = common_dir(self.git.work_tree()).map(|directory| directory.join("shallow"));
        let ends = file.and_then(|file| regular::text(&file, SMALL).ok()).unwrap_or_default();
        let ends: BTreeSet<&str> = ends.lines().collect();
        let reached = !ends.is_empty()
            && self
                .git
                .output(&[&["rev-list"], &self.revisions()[..]].concat())
                .is_ok_and(|output| String::from_utf8_lossy(&output).lines().any(|commit| ends.contains(commit)));
        let why = "the clone is shallow: earlier commits are not here; fetch them with `git fetch --unshallow`";
        let skipped = Skipped { path: ".git/shallow".into(), why: Why::Unreadable(why.to_owned()) };
        if reached { BTreeSet::from([skipped]) } else { BTreeSet::new() }
    }

    /// Names all versions, in bundles, and gives up when nobody takes them.
    fn name(
        &self,
        send: SyncSender<Vec<Old>>,
        passed: &Passed,
        unread: &Mutex<BTreeSet<Skipped>>,
    ) -> Result<(), SourceError> {
        let mut args =
            vec!["rev-list", "--objects", "--in-commit-order", "--reverse", "--topo-order", "--missing=print"];
        args.extend(self.revisions());
        let mut git = self.git.start(&args)?;
        let mut namer = Namer { history: self, send, bundle: Vec::new(), held: None, commit: Arc::from(""), number: 0 };
        let mut missing = 0_u64;
        let mut line = Vec::new();
        while let Some(line) = git.line(&mut line)? {
            if line.starts_with(b"?") {
                missing += 1;
            } else if !namer.take(line, passed) {
                return Ok(());
            }
        }
        namer.release();
        let (named, open) = (namer.number, namer.flush());
        drop(namer);
        if missing > 0 {
            let objects = if missing == 1 { "1 object is" } else { &format!("{missing} objects are") };
            let why = format!("{objects} not in this clone, which is partial; fetch with `git fetch --refetch`");
            insert(unread, Skipped { path: ".git/objects".into(), why: Why::Unreadable(why) });
        }
        match git.finish() {
            Err(SourceError::Git { why, .. }) if named > 0 && open => {
                insert(unread, Skipped { path: ".git/objects".into(), why: Why::Unreadable(why) });
                Ok(())
            }
            ended => ended,
        }
    }

    /// Takes bundles and reads them, always with some asked for ahead, so that git never waits.
    fn work(
        &self,
        bundles: &Mutex<Receiver<Vec<Old>>>,
        passed: &Passed,
        mut look: Look<'_>,
        unread: &Mutex<BTreeSet<Skipped>>,
    ) -> Result<(), SourceError> {
        let mut cat = self.git.cat_file()?;
        let mut asked: VecDeque<Old> = VecDeque::new();
        loop {
            if asked.len() + BUNDLE <= CatFile::AHEAD
                && let Some(bundle) = next(bundles, asked.is_empty())
            {
                let ids: Vec<&str> = bundle.iter().map(|old| old.id.as_str()).collect();
                // Where git has ended, the answer tells.
                let _ = cat.ask_ahead(&ids);
                asked.extend(bundle);
            }
            let Some(old) = asked.pop_front() else { return Ok(()) };
            let why = match self.one(&mut cat, &old, passed, &mut look) {
                Ok(Ok(())) => continue,
                Ok(Err(why)) => why,
                // Git ends at an object that is broken. The others are not to suffer for it.
                Err(error) => {
                    cat = self.git.cat_file()?;
                    let ids: Vec<&str> = asked.iter().map(|old| old.id.as_str()).collect();
                    if !ids.is_empty() {
                        let _ = cat.ask_ahead(&ids);
                    }
                    Why::Unreadable(format!("git cannot read its object {}: {error}", old.id))
                }
            };
            insert(unread, Skipped { path: old.path, why });
        }
    }

    /// Reads one version. The outer error is git's, after which nothing more comes.
    fn one(&self, cat: &mut CatFile, old: &Old, passed: &Passed, look: &mut Look<'_>) -> io::Result<Result<(), Why>> {
        let Some(Head { blob, size }) = cat.answer()? else {
            return Ok(Err(Why::Unreadable(format!("git has no object {}", old.id))));
        };
        let mut content = cat.content().take(size);
        let mut result = Ok(());
        if blob && self.most_bytes.is_some_and(|most| size > most) {
            result = Err(Why::TooLarge);
        } else if blob || old.message {
            passed.versions.fetch_add(1, Ordering::Relaxed);
            result = if old.message { look(old, &mut body(&mut content)?) } else { look(old, &mut content) };
        }
        io::copy(&mut content, &mut io::sink())?;
        if content.limit() > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        cat.content().read_exact(&mut [0])?;
        Ok(result)
    }

    /// The path as it is told, where it is wanted.
    fn shown(&self, path: &[u8]) -> Option<Utf8PathBuf> {
        let path = self.git.work_tree().join(PathBuf::from(String::from_utf8_lossy(path).into_owned()));
        let wanted = !self.selection.excludes(&path, false)
            && self.selection.keeps(&path)
            && self.root.targets.iter().any(|target| path.starts_with(target));
        let inside = path.strip_prefix(&self.root.path).ok().filter(|_| wanted)?;
        Some(inside.to_string_lossy().replace('\\', "/").into())
    }
}

/// Reads what `git rev-list` prints.
struct Namer<'h> {
    history: &'h History,
    send: SyncSender<Vec<Old>>,
    bundle: Vec<Old>,
    /// The object before: a directory, if the next lies in it.
    held: Option<(String, Vec<u8>)>,
    commit: Arc<str>,
    number: u64,
}

impl Namer<'_> {
    /// Takes one line: `ID` of a commit, `ID ` of its directory, `ID PATH`. `false` where nobody listens any more.
    fn take(&mut self, line: &[u8], passed: &Passed) -> bool {
        let Some(blank) = line.iter().position(|&byte| byte == b' ') else {
            self.release();
            let id = String::from_utf8_lossy(line).into_owned();
            self.commit = Arc::from(id.as_str());
            passed.commits.fetch_add(1, Ordering::Relaxed);
            if self.history.messages {
                self.add(id, format!(".git/commit/{}", &self.commit[..self.commit.len().min(12)]).into(), true);
            }
            return self.bundle.len() < BUNDLE || self.flush();
        };
        let (id, path) = (&line[..blank], &line[blank + 1..]);
        match &self.held {
            // Most directories are known by what follows them, and need not be asked for.
            Some((_, above)) if path.starts_with(above) && path.get(above.len()) == Some(&b'/') => self.held = None,
            _ => self.release(),
        }
        if !path.is_empty() {
            self.held = Some((String::from_utf8_lossy(id).into_owned(), path.to_vec()));
        }
        self.bundle.len() < BUNDLE || self.flush()
    }

    /// Lets go of the object before, which may be a file.
    fn release(&mut self) {
        if let Some((id, path)) = self.held.take()
            && let Some(path) = self.history.shown(&path)
        {
            self.add(id, path, false);
        }
    }

    fn add(&mut self, id: String, path: Utf8PathBuf, message: bool) {
        self.bundle.push(Old { number: self.number, path, commit: self.commit.clone(), id, message });
        self.number += 1;
    }

    fn flush(&mut self) -> bool {
        self.send.send(std::mem::take(&mut self.bundle)).is_ok()
    }
}

/// The next bundle; waits for one only where there is nothing else to do.
fn next(bundles: &Mutex<Receiver<Vec<Old>>>, wait: bool) -> Option<Vec<Old>> {
    loop {
        let bundles = if wait { bundles.lock().ok()? } else { bundles.try_lock().ok()? };
        let bundle = if wait {
            bundles.recv().ok()?
        } else {
            match bundles.try_recv() {
                Ok(bundle) => bundle,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return None,
            }
        };
        if !bundle.is_empty() {
            return Some(bundle);
        }
    }
}

fn insert(unread: &Mutex<BTreeSet<Skipped>>, skipped: Skipped) {
    unread.lock().unwrap_or_else(PoisonError::into_inner).insert(skipped);
}

/// The message of a commit or tag: what follows the first empty line.
fn body(content: &mut impl Read) -> io::Result<io::Cursor<Vec<u8>>> {
    let mut all = Vec::new();
    content.take(MESSAGE).read_to_end(&mut all)?;
    let start = memchr::memmem::find(&all, b"\n\n").map_or(0, |at| at + 2);
    all.drain(..start);
    Ok(io::Cursor::new(all))
}

/// Versions that are handed on at once.
const BUNDLE: usize = 32;
/// No message is longer.
const MESSAGE: u64 = 1 << 20;
