//! The root that every path is told relative to: the work tree of git, else the directory that was named.

use std::fs;
use std::path::{Path, PathBuf};

use super::SourceError;
use super::regular::{self, SMALL};

/// Targets and their root, all of them canonical paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The root.
    pub path: PathBuf,
    /// Whether it lies in the work tree of a git repository.
    pub git: bool,
    /// What is to be read below it.
    pub targets: Vec<PathBuf>,
}

impl Root {
    /// The root of some targets: the work tree that holds them all, else the nearest directory that does. Links are
    /// resolved, since nothing that a report says about a link can be shown by GitHub.
    ///
    /// # Errors
    /// A target that is not there.
    pub fn of(targets: &[PathBuf]) -> Result<Self, SourceError> {
        let mut canonical = Vec::new();
        for target in targets {
            let path = target
                .canonicalize()
                .map_err(|error| SourceError::Path { path: target.display().to_string(), why: error.to_string() })?;
            canonical.push(path);
        }
        let common = canonical.iter().map(|path| directory(path)).reduce(common).unwrap_or(Path::new("/"));
        Ok(match work_tree(common) {
            Some(tree) => Self { path: tree.to_owned(), git: true, targets: canonical },
            None => Self { path: common.to_owned(), git: false, targets: canonical },
        })
    }

    /// The work tree around the current directory, all of it; else the directory itself.
    ///
    /// # Errors
    /// When the current directory is gone.
    pub fn here() -> Result<Self, SourceError> {
        let mut root = Self::of(&[PathBuf::from(".")])?;
        root.targets = vec![root.path.clone()];
        Ok(root)
    }

    /// A root that a person named, with targets below it; without any, all of it is read.
    ///
    /// # Errors
    /// A path that is not there, a target outside the root.
    pub fn given(root: &Path, targets: &[PathBuf]) -> Result<Self, SourceError> {
        let path = canonical(root)?;
        let mut inside = Vec::new();
        for target in targets {
            let found = canonical(target)?;
            if !found.starts_with(&path) {
                let why = format!("it lies outside the root `{}`", root.display());
                return Err(SourceError::Path { path: target.display().to_string(), why });
            }
            inside.push(found);
        }
        if inside.is_empty() {
            inside.push(path.clone());
        }
        Ok(Self { git: work_tree(&path).is_some(), path, targets: inside })
    }

    /// Whether the targets are all that there is below the root.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.targets.contains(&self.path)
    }
}

/// The work tree of git that a directory lies in.
#[must_use]
pub fn work_tree(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|path| fs::symlink_metadata(path.join(".git")).is_ok())
}

/// The directory where git keeps what all work trees of a repository share; `None` where there is none.
#[must_use]
pub fn common_dir(work_tree: &Path) -> Option<PathBuf> {
    let own = git_dir(work_tree)?;
    match regular::text(&own.join("commondir"), SMALL) {
        Ok(text) => Some(own.join(text.trim_end())),
        Err(_) => Some(own),
    }
}

/// The directory where git keeps what belongs to one work tree: `.git`, what that file names, or a bare repository itself.
#[must_use]
pub fn git_dir(work_tree: &Path) -> Option<PathBuf> {
    let dot = work_tree.join(".git");
    if dot.is_dir() {
        return Some(dot);
    }
    match regular::text(&dot, SMALL) {
        Ok(text) => Some(work_tree.join(text.strip_prefix("gitdir:")?.trim())),
        Err(_) => is_bare(work_tree).then(|| work_tree.to_owned()),
    }
}

/// Whether a directory is a repository without a work tree, such as a mirror.
#[must_use]
pub fn is_bare(directory: &Path) -> bool {
    let is = |name: &str, wanted: fn(&fs::Metadata) -> bool| {
        fs::symlink_metadata(directory.join(name)).is_ok_and(|about| wanted(&about))
    };
    is("HEAD", fs::Metadata::is_file) && ["objects", "refs"].iter().all(|name| is(name, fs::Metadata::is_dir))
}

fn canonical(path: &Path) -> Result<PathBuf, SourceError> {
    path.canonicalize().map_err(|error| SourceError::Path { path: path.display().to_string(), why: error.to_string() })
}

fn directory(path: &Path) -> &Path {
    if path.is_dir() { path } else { path.parent().unwrap_or(path) }
}

fn common<'p>(a: &'p Path, b: &'p Path) -> &'p Path {
    a.ancestors().find(|ancestor| b.starts_with(ancestor)).unwrap_or(a)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Root;

    #[test]
    fn the_root_is_the_work_tree_or_the_nearest_directory() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let at = |path: &str| home.path().canonicalize().expect("it is there").join(path);
        fs::create_dir_all(at("repo/.git")).expect("written");
        fs::create_dir_all(at("repo/src/a")).expect("written");
        fs::create_dir_all(at("other")).expect("written");
        let in_git = Root::of(&[at("repo/src/a")]).expect("it is there");
        assert_eq!((in_git.path.clone(), in_git.git, in_git.is_whole()), (at("repo"), true, false));
        assert!(Root::of(&[at("repo")]).expect("it is there").is_whole());
        let apart = Root::of(&[at("repo/src"), at("other")]).expect("both are there");
        assert_eq!((apart.path, apart.git), (at(""), false));
        assert!(Root::of(&[at("nowhere")]).is_err());
    }
}
