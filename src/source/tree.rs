//! Files on disk: directories are walked as git sees them, files that were named are always read.

use std::borrow::Cow;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use camino::Utf8PathBuf;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;

use super::glob::Selection;
use super::index::Index;
use super::regular;
use super::root::{Root, common_dir, work_tree};
use super::{Entry, Handle, Listing, Skipped, Source, SourceError, Why};
use crate::origin::Origin;

/// The files below some targets.
#[derive(Debug)]
pub struct Tree {
    root: Root,
    options: Options,
}

/// What a walk keeps to.
#[derive(Clone, Debug)]
pub struct Options {
    /// `--include` and `--exclude`.
    pub selection: Selection,
    /// Whether files that git ignores are read, too.
    pub ignored: bool,
    /// Larger files are passed over.
    pub most_bytes: Option<u64>,
}

impl Tree {
    /// The files below the targets of a root.
    #[must_use]
    pub const fn new(root: Root, options: Options) -> Self {
        Self { root, options }
    }

    /// What was found beside the walk itself: one level of directories at a time, so that a deep tree needs no stack.
    fn walk(&self, start: Vec<Directory>, found: &mut Found) {
        let mut level = start;
        while !level.is_empty() {
            let seen: Vec<Found> = level.par_iter().map(|directory| self.list(directory)).collect();
            level.clear();
            for mut here in seen {
                level.append(&mut here.below);
                found.entries.append(&mut here.entries);
                found.skipped.append(&mut here.skipped);
                found.ignored.append(&mut here.ignored);
            }
        }
    }

    fn list(&self, directory: &Directory) -> Found {
        let mut found = Found::default();
        let (entries, trouble) = names(&directory.path);
        if let Some(trouble) = trouble {
            let path = if directory.shown.is_empty() { ".".into() } else { directory.shown.clone().into() };
            found.skipped.push(Skipped { path, why: Why::Unreadable(trouble) });
        }
        let rules = self.rules(directory, &entries);
        for (name, kind) in entries {
            if name == ".git" {
                continue;
            }
            let path = directory.path.join(&name);
            if self.options.selection.excludes(&path, kind.is_dir()) {
                continue;
            }
            let name = name.to_string_lossy();
            let ignored = rules.as_ref().is_some_and(|rules| rules.ignore(&path, kind.is_dir()));
            let shown = directory.shown_below(&name);
            if ignored {
                found.ignored.push(shown.clone());
            }
            if kind.is_dir() {
                if !ignored {
                    found.below.push(Directory { path, shown, rules: rules.clone() });
                }
            } else if kind.is_symlink() {
                if !ignored && !self.leads_inside(&path) {
                    found.skipped.push(Skipped { path: shown.into(), why: Why::Link });
                }
            } else if ignored && !is_carrier(&name) || !self.options.selection.keeps(&path) {
                // Passed over on purpose, and not worth a word: git does not have it, or nobody asked for it.
            } else if kind.is_file() {
                let origin = if ignored { Origin::LocalOnly } else { Origin::WorkTree };
                found.entries.push(Entry { path: shown.into(), origin, size: None, handle: Handle::Path(path) });
            } else {
                found.skipped.push(Skipped { path: shown.into(), why: Why::Special });
            }
        }
        found
    }

    /// The ignore rules that hold inside a directory. A repository inside a repository has rules of its own.
    fn rules(&self, directory: &Directory, entries: &[(std::ffi::OsString, fs::FileType)]) -> Option<Arc<Rules>> {
        if self.options.ignored {
            return None;
        }
        let has = |name: &str| entries.iter().any(|(held, _)| held == name);
        let mut rules = directory.rules.clone();
        if has(".git") && directory.path != self.root.path {
            rules = Some(Rules::of_repository(&directory.path));
        }
        let has_rules = entries.iter().any(|(held, kind)| held == ".gitignore" && kind.is_file());
        if rules.is_some() && has_rules { Rules::below(rules, &directory.path) } else { rules }
    }

    /// A file that is tracked is read whatever the rules say, and does not exist on this machine only.
    fn add_tracked(&self, found: &mut Found) {
        let Some(tree) = work_tree(&self.root.path).filter(|_| !found.ignored.is_empty()) else { return };
        let Some(index) = Index::read(tree, None) else {
            // Nobody knows what is tracked: then nothing is played down.
            found.entries.iter_mut().for_each(|entry| entry.origin = Origin::WorkTree);
            return;
        };
        let above = shown(&self.root.path, tree);
        let inside = |path: &str| if above.is_empty() { path.to_owned() } else { format!("{above}/{path}") };
        let mut tracked = Vec::new();
        for path in &found.ignored {
            let path = inside(path);
            tracked.extend(index.get(path.as_bytes()));
            tracked.extend(index.below(path.as_bytes()));
        }
        for staged in tracked.into_iter().filter(|staged| staged.is_file()) {
            let Ok(name) = std::str::from_utf8(&staged.path) else { continue };
            let path = tree.join(name);
            if path.is_file() && !self.options.selection.excludes(&path, false) && self.options.selection.keeps(&path) {
                let entry = Entry {
                    path: shown(&path, &self.root.path).into(),
                    origin: Origin::WorkTree,
                    size: None,
                    handle: Handle::Path(path),
                };
                found.entries.push(entry);
            }
        }
    }

    /// Whether a link leads to something that the walk meets by itself.
    fn leads_inside(&self, link: &Path) -> bool {
        link.canonicalize().is_ok_and(|to| self.root.targets.iter().any(|target| to.starts_with(target)))
    }

    /// A target as the first directory of a walk, with the rules of all directories above it.
    fn first(&self, target: &Path) -> Directory {
        let mut rules = None;
        if self.root.git && !self.options.ignored {
            let tree = work_tree(&self.root.path).unwrap_or(&self.root.path);
            rules = Some(Rules::of_repository(tree));
            let between: Vec<&Path> = target.ancestors().skip(1).take_while(|path| path.starts_with(tree)).collect();
            for directory in between.into_iter().rev() {
                if fs::symlink_metadata(directory.join(".gitignore")).is_ok_and(|about| about.is_file()) {
                    rules = Rules::below(rules, directory);
                }
            }
        }
        Directory { path: target.to_owned(), shown: shown(target, &self.root.path), rules }
    }
}

impl Source for Tree {
    fn entries(&self) -> Result<Cow<'_, Listing>, SourceError> {
        let mut found = Found::default();
        let mut start = Vec::new();
        for target in &self.root.targets {
            let kind = fs::metadata(target)
                .map_err(|error| SourceError::Path { path: target.display().to_string(), why: error.to_string() })?;
            let path = shown(target, &self.root.path);
            if kind.is_dir() {
                start.push(self.first(target));
            } else if !kind.is_file() {
                found.skipped.push(Skipped { path: path.into(), why: Why::Special });
            } else if !self.options.selection.excludes(target, false) {
                let (path, handle) = (path.into(), Handle::Path(target.clone()));
                found.entries.push(Entry { path, origin: Origin::WorkTree, size: Some(kind.len()), handle });
            }
        }
        self.walk(start, &mut found);
        self.add_tracked(&mut found);
        let Found { mut entries, mut skipped, .. } = found;
        entries.par_sort_unstable();
        entries.dedup_by(|a, b| a.handle == b.handle);
        skipped.sort_unstable();
        skipped.dedup();
        entries.shrink_to_fit();
        Ok(Cow::Owned(Listing { entries, skipped }))
    }

    fn open(&self, entry: &Entry) -> Result<Box<dyn Read + '_>, Why> {
        let Handle::Path(path) = &entry.handle else { return Err(Why::Unreadable("not a file on disk".to_owned())) };
        let file = regular::opened(path).map_err(|error| Why::Unreadable(error.to_string()))?;
        if let Some(most) = self.options.most_bytes
            && file.metadata().is_ok_and(|about| about.len() > most)
        {
            return Err(Why::TooLarge);
        }
        Ok(Box::new(file))
    }
}

/// A directory to list.
#[derive(Debug)]
struct Directory {
    path: PathBuf,
    shown: String,
    rules: Option<Arc<Rules>>,
}

impl Directory {
    fn shown_below(&self, name: &str) -> String {
        if self.shown.is_empty() { name.to_owned() } else { format!("{}/{name}", self.shown) }
    }
}

#[derive(Default)]
struct Found {
    entries: Vec<Entry>,
    skipped: Vec<Skipped>,
    below: Vec<Directory>,
    /// What git's rules ignore; it may be tracked all the same.
    ignored: Vec<String>,
}

/// What git ignores below one directory; the nearest rule that speaks about a path decides.
#[derive(Debug)]
struct Rules {
    here: Gitignore,
    above: Option<Arc<Self>>,
}

impl Rules {
    /// The rules that hold in a whole repository: the user's own, below those of `.git/info/exclude`.
    fn of_repository(root: &Path) -> Arc<Self> {
        let (user, _) = GitignoreBuilder::new(root).build_global();
        let user = Arc::new(Self { here: user, above: None });
        let exclude = common_dir(root).map(|directory| directory.join("info/exclude"));
        match exclude.filter(|file| file.is_file()) {
            Some(file) => Arc::new(Self { here: read(root, &file), above: Some(user) }),
            None => user,
        }
    }

    fn below(above: Option<Arc<Self>>, directory: &Path) -> Option<Arc<Self>> {
        Some(Arc::new(Self { here: read(directory, &directory.join(".gitignore")), above }))
    }

    fn ignore(&self, path: &Path, directory: bool) -> bool {
        let mut rules = self;
        loop {
            match rules.here.matched(path, directory) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => match &rules.above {
                    Some(above) => rules = above,
                    None => return false,
                },
            }
        }
    }
}

/// The rules of one file; lines that cannot be read say nothing, as in git.
fn read(root: &Path, file: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(root);
    builder.add(file);
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// What a directory holds, as far as it can be told.
fn names(directory: &Path) -> (Vec<(std::ffi::OsString, fs::FileType)>, Option<String>) {
    let mut names = Vec::new();
    let mut trouble = None;
    match fs::read_dir(directory) {
        Ok(entries) => {
            for entry in entries {
                match entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))) {
                    Ok(named) => names.push(named),
                    Err(error) => trouble = Some(error.to_string()),
                }
            }
        }
        Err(error) => trouble = Some(error.to_string()),
    }
    (names, trouble)
}

/// A path as every output tells it.
fn shown(path: &Path, root: &Path) -> String {
    let parts: Vec<String> = path
        .strip_prefix(root)
        .unwrap_or(path)
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    Utf8PathBuf::from(parts.join("/")).into_string()
}

/// Whether a file of this name is known to carry secrets, so that it is read even where git ignores it.
fn is_carrier(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let starts = |heads: &[&str]| heads.iter().any(|head| name.starts_with(head));
    let ends = |tails: &[&str]| tails.iter().any(|tail| name.ends_with(tail));
    starts(&[".env"])
        || ends(&[".env", ".pem", ".key", ".p8", ".tfvars", ".jwk"])
        || (ends(&[".json"]) && starts(&["token", "credential", "client_secret", "service-account", "service_account"]))
        || [".npmrc", ".pypirc", ".netrc", ".git-credentials", "id_rsa", "id_ed25519"].contains(&name.as_str())
}
