//! A revision of a repository, read file by file: what held before a change.

use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};

use super::SourceError;
use super::git::Git;
use super::root::work_tree;

/// A commit.
#[derive(Clone, Debug)]
pub struct Revision {
    git: Git,
    /// The full name of the commit.
    id: String,
    /// From the work tree to the root that paths are told from: empty, or with a `/` at its end.
    prefix: String,
}

impl Revision {
    /// The merge base of a revision with what is checked out. `auto` is the branch that the change goes to: `target`
    /// where it is known, else the default branch of `origin`, else `main` or `master`.
    ///
    /// # Errors
    /// When git fails: no repository, no such revision, no merge base in a shallow clone.
    pub fn base(git: Git, root: &Path, name: &str, target: Option<&str>) -> Result<Self, SourceError> {
        let fail = |why: &str| SourceError::Git { what: "merge-base".to_owned(), why: why.to_owned() };
        let tree = work_tree(root).ok_or_else(|| fail("not in a work tree of git"))?;
        let name = match name {
            "auto" => default_branch(&git, target).ok_or_else(|| fail("nobody can tell the default branch"))?,
            name => name.to_owned(),
        };
        let id = git.output(&["merge-base", "--end-of-options", &name, "HEAD"])?;
        Ok(Self::new(git, root, tree, &id))
    }

    /// A revision itself.
    ///
    /// # Errors
    /// When git fails: no repository, no such revision.
    pub fn at(git: Git, root: &Path, name: &str) -> Result<Self, SourceError> {
        let name = format!("{name}^{{commit}}");
        let id = git.output(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
        Ok(Self::new(git, root, work_tree(root).unwrap_or(root), &id))
    }

    fn new(git: Git, root: &Path, tree: &Path, id: &[u8]) -> Self {
        let inside =
            root.strip_prefix(tree).map_or(String::new(), |inside| inside.to_string_lossy().replace('\\', "/"));
        let prefix = if inside.is_empty() { inside } else { format!("{inside}/") };
        Self { git, id: String::from_utf8_lossy(id).trim().to_owned(), prefix }
    }

    /// The full name of the commit: 40 hex digits, or 64.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A short name of the commit, for messages.
    #[must_use]
    pub fn short(&self) -> &str {
        self.id.get(..10).unwrap_or(&self.id)
    }

    /// The bytes of a file as it was; `None` where there was no such file.
    ///
    /// # Errors
    /// When git fails.
    pub fn read(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, SourceError> {
        let path = format!("{}{path}", self.prefix);
        let listed = self.git.output(&["ls-tree", "-z", "--full-tree", &self.id, "--", &path])?;
        // `MODE blob ID TAB PATH NUL`.
        let listed = String::from_utf8_lossy(&listed);
        let mut words = listed.split([' ', '\t']);
        match (words.next(), words.next(), words.next()) {
            (Some(_), Some("blob"), Some(id)) => self.git.output(&["cat-file", "blob", id]).map(Some),
            _ => Ok(None),
        }
    }

    /// The files below a directory, in order; of a file itself.
    ///
    /// # Errors
    /// When git fails.
    pub fn below(&self, path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, SourceError> {
        let path = format!("{}{path}", self.prefix);
        let listed = self.git.output(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &self.id, "--", &path])?;
        let inside = |name: &[u8]| {
            let name = String::from_utf8_lossy(name);
            name.strip_prefix(&self.prefix).filter(|name| !name.is_empty()).map(Utf8PathBuf::from)
        };
        Ok(listed.split(|&byte| byte == 0).filter_map(inside).collect())
    }
}

fn default_branch(git: &Git, target: Option<&str>) -> Option<String> {
    let known = |name: &str| git.output(&["rev-parse", "--verify", "--quiet", "--end-of-options", name]).is_ok();
    if let Some(target) = target {
        let names = [format!("refs/remotes/origin/{target}"), format!("refs/heads/{target}")];
        return names.into_iter().find(|name| known(name));
    }
    let head = git.output(&["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"]).ok();
    let head = head.map(|name| String::from_utf8_lossy(&name).trim().to_owned()).filter(|name| known(name));
    let usual = ["refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"];
    head.or_else(|| usual.into_iter().find(|name| known(name)).map(str::to_owned))
}
