//! What has changed, as git tells it: staged, changed at all, since a revision; and what a hook was given.

use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use super::git::Git;
use super::index::Index;
use super::{Entry, Handle, Listing, Skipped, SourceError, Why};
use crate::origin::Origin;

/// What is staged and differs from the last commit, as it is staged.
///
/// # Errors
/// When git fails.
pub fn staged(git: &Git) -> Result<Listing, SourceError> {
    let args =
        ["diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--diff-filter=ACMT"];
    let mut listing = Listing::default();
    // Where there is no repository for it, git takes the same words for others: why there is none is asked apart.
    let output = git.output(&args).map_err(|error| git.output(&["rev-parse", "--git-dir"]).err().unwrap_or(error))?;
    for change in raw(&output) {
        listing.add(git, &change, true);
    }
    Ok(listing)
}

/// What differs from the merge base with a revision, as it stands in the work tree.
///
/// # Errors
/// When git fails: there is no such revision, or no merge base in a shallow clone.
pub fn since(git: &Git, revision: &str) -> Result<Listing, SourceError> {
    let base = git.output(&["merge-base", "--end-of-options", revision, "HEAD"])?;
    let base = String::from_utf8_lossy(&base).trim().to_owned();
    let args = [
        "diff",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--ignore-submodules=all",
        "--diff-filter=ACMT",
        &base,
    ];
    Ok(by_diff(git, &git.compare(&args)?, false))
}

/// The files that `git diff --raw -z` prints, as they are staged or as they stand.
#[must_use]
pub fn by_diff(git: &Git, output: &[u8], staged: bool) -> Listing {
    let mut listing = Listing::default();
    raw(output).iter().for_each(|change| listing.add(git, change, staged));
    listing
}

/// What is staged, changed or new in the work tree, and not ignored. A file that was changed again after it was staged
/// is read twice: as it is staged, and as it stands.
///
/// # Errors
/// When git fails.
pub fn changed(git: &Git) -> Result<Listing, SourceError> {
    let args = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"];
    Ok(by_status(git, &git.compare(&args)?))
}

/// The files that `git status --porcelain=v2 -z` prints.
#[must_use]
pub fn by_status(git: &Git, output: &[u8]) -> Listing {
    let mut listing = Listing::default();
    for line in output.split(|&byte| byte == 0) {
        // `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path`.
        let (kind, fields) = match line.first() {
            Some(b'1') => (b'1', 9),
            Some(b'u') => (b'u', 11),
            Some(b'?') => (b'?', 2),
            _ => continue,
        };
        let parts: Vec<&[u8]> = line.splitn(fields, |&byte| byte == b' ').collect();
        let Some(&path) = parts.get(fields - 1) else { continue };
        let text = |at: usize| parts.get(at).map(|part| String::from_utf8_lossy(part).into_owned()).unwrap_or_default();
        let state = text(1);
        let (index, tree) = (!state.starts_with('.'), !state.get(1..).unwrap_or_default().starts_with('.'));
        if kind == b'1' && index && tree && !state.starts_with('D') {
            listing.add(git, &Change { path: path.to_vec(), mode: text(4), id: text(7) }, true);
        }
        let conflict = kind == b'u';
        let gone = state.ends_with('D') || state == "D." || conflict && !git.work_tree().join(native(path)).exists();
        if !gone {
            let mode = if kind == b'1' { text(5) } else { "100644".to_owned() };
            listing.add(git, &Change { path: path.to_vec(), mode, id: String::new() }, false);
        }
    }
    listing
}

/// What a hook was given. Under `git commit` (the index is named) the index decides what will be committed; otherwise
/// the files are read as they stand.
///
/// # Errors
/// A path that is not there; an index that git cannot read either.
pub fn hooked(git: &Git, files: &[PathBuf]) -> Result<Listing, SourceError> {
    let index = match git.index() {
        Some(file) => match Index::read(git.work_tree(), Some(file)).filter(Index::is_exact) {
            Some(index) => Some(index),
            None => Some(Index::told(&git.output(&["ls-files", "--stage", "-z"])?)),
        },
        None => None,
    };
    let mut listing = Listing::default();
    for file in files {
        let trouble = |why: String| SourceError::Path { path: file.display().to_string(), why };
        // The directory is resolved, the file is not: a link is itself what git would commit.
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = file.file_name().ok_or_else(|| trouble("it is no file".to_owned()))?;
        let path = parent.canonicalize().map_err(|error| trouble(error.to_string()))?.join(name);
        let inside = path.strip_prefix(git.work_tree()).unwrap_or(&path);
        let name = bytes(inside);
        match index.as_ref().and_then(|index| index.get(&name)) {
            Some(staged) => {
                let change = Change { path: name, mode: format!("{:o}", staged.mode), id: staged.id.clone() };
                listing.add(git, &change, true);
            }
            None => {
                std::fs::symlink_metadata(&path).map_err(|error| trouble(error.to_string()))?;
                listing.add(git, &Change { path: name, mode: "100644".to_owned(), id: String::new() }, false);
            }
        }
    }
    Ok(listing)
}

/// A file that git names.
#[derive(Debug)]
struct Change {
    path: Vec<u8>,
    mode: String,
    id: String,
}

impl Listing {
    /// Adds a file, as it is staged or as it stands.
    fn add(&mut self, git: &Git, change: &Change, staged: bool) {
        let path = Utf8PathBuf::from(String::from_utf8_lossy(&change.path).into_owned());
        let on_disk = git.work_tree().join(native(&change.path));
        let kind = std::fs::symlink_metadata(&on_disk).map(|about| about.file_type());
        match change.mode.as_str() {
            // A submodule is a repository of its own.
            "160000" | "040000" => {}
            "120000" => self.skipped.push(Skipped { path, why: Why::Link }),
            _ if staged => {
                let handle = Handle::Object(change.id.clone());
                self.entries.push(Entry { path, origin: Origin::Staged, size: None, handle });
            }
            _ => match kind {
                Ok(kind) if kind.is_file() => {
                    let handle = Handle::Path(on_disk);
                    self.entries.push(Entry { path, origin: Origin::WorkTree, size: None, handle });
                }
                Ok(kind) if kind.is_symlink() => self.skipped.push(Skipped { path, why: Why::Link }),
                // A repository inside the repository that git knows only by its directory.
                Ok(kind) if kind.is_dir() => {}
                Ok(_) => self.skipped.push(Skipped { path, why: Why::Special }),
                Err(error) => self.skipped.push(Skipped { path, why: Why::Unreadable(error.to_string()) }),
            },
        }
    }
}

/// The changes of `git diff --raw -z`: `:MODE MODE ID ID STATUS NUL PATH NUL`.
fn raw(output: &[u8]) -> Vec<Change> {
    let mut fields = output.split(|&byte| byte == 0);
    let mut changes = Vec::new();
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let head = String::from_utf8_lossy(head);
        let words: Vec<&str> = head.split(' ').collect();
        if let [_, mode, _, id, _] = words.as_slice() {
            changes.push(Change { path: path.to_vec(), mode: (*mode).to_owned(), id: (*id).to_owned() });
        }
    }
    changes
}

#[cfg(unix)]
fn native(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn native(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}

/// A path as git keeps it.
#[cfg(unix)]
fn bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// A path as git keeps it.
#[cfg(not(unix))]
fn bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}
