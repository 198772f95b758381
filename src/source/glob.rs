//! Globs of the command line: which paths a scan keeps to, and which it leaves out.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// `--include` and `--exclude`, read as lines of a `.gitignore` at the root.
#[derive(Clone, Debug)]
pub struct Selection {
    include: Option<Gitignore>,
    exclude: Option<Gitignore>,
}

/// A glob that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read the glob `{glob}`: {why}")]
pub struct GlobError {
    /// As it was given.
    pub glob: String,
    /// What is wrong with it.
    pub why: String,
}

impl Selection {
    /// Everything.
    #[must_use]
    pub const fn all() -> Self {
        Self { include: None, exclude: None }
    }

    /// Keeps to `include`, where there is any, and leaves out `exclude`.
    ///
    /// # Errors
    /// The first glob that cannot be read.
    pub fn new(root: &Path, include: &[String], exclude: &[String]) -> Result<Self, GlobError> {
        Ok(Self { include: globs(root, include)?, exclude: globs(root, exclude)? })
    }

    /// Whether nothing is left out.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.include.is_none() && self.exclude.is_none()
    }

    /// Whether a path is left out, whoever named it.
    #[must_use]
    pub fn excludes(&self, path: &Path, directory: bool) -> bool {
        self.exclude.as_ref().is_some_and(|globs| globs.matched_path_or_any_parents(path, directory).is_ignore())
    }

    /// Whether a file that a walk came upon is kept.
    #[must_use]
    pub fn keeps(&self, path: &Path) -> bool {
        self.include.as_ref().is_none_or(|globs| globs.matched_path_or_any_parents(path, false).is_ignore())
    }
}

fn globs(root: &Path, lines: &[String]) -> Result<Option<Gitignore>, GlobError> {
    if lines.is_empty() {
        return Ok(None);
    }
    let mut builder = GitignoreBuilder::new(root);
    for line in lines {
        builder
            .add_line(None, line)
            .map_err(|error| GlobError { glob: line.clone(), why: error.to_string().replace('\n', " ") })?;
    }
    builder.build().map(Some).map_err(|error| GlobError { glob: lines.join(" "), why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Selection;

    #[test]
    fn globs_read_as_in_a_gitignore() {
        let root = Path::new("/r");
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let chosen = Selection::new(root, &words(&["*.py", "/conf/"]), &words(&["vendor/"])).expect("these are globs");
        assert!(chosen.keeps(Path::new("/r/a/b.py")));
        assert!(chosen.keeps(Path::new("/r/conf/x.yaml")));
        assert!(!chosen.keeps(Path::new("/r/a/conf.yaml")));
        assert!(chosen.excludes(Path::new("/r/a/vendor/x.py"), false));
        assert!(!chosen.excludes(Path::new("/r/a/vendor.py"), false));
        let wrong = Selection::new(root, &words(&["a{b"]), &[]).expect_err("the brace is not closed");
        assert_eq!(wrong.glob, "a{b");
    }
}
