//! Which paths and which rules an entry speaks about.

use camino::Utf8Path;
use globset::{GlobBuilder, GlobMatcher};

use crate::finding::RuleId;
use crate::yaml::At;

/// A rule id, or a family with `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleGlob(pub At<String>);

impl RuleGlob {
    /// Whether it speaks about a rule.
    #[must_use]
    pub fn covers(&self, rule: &RuleId) -> bool {
        rule_glob(&self.0.value, rule)
    }

    /// Whether it names one rule exactly.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.value.ends_with('*')
    }
}

/// Whether a rule id, `family/*` or `*` speaks about a rule.
#[must_use]
pub fn rule_glob(glob: &str, rule: &RuleId) -> bool {
    match glob.strip_suffix("/*") {
        Some(family) => rule.family() == family,
        None => glob == "*" || rule.as_str() == glob,
    }
}

/// Globs as in `.gitignore`: without a slash inside they match at any depth, and a folder means what is in it.
#[derive(Clone, Debug, Default)]
pub struct Globs(pub Vec<(At<String>, Vec<GlobMatcher>)>);

impl Globs {
    /// Globs that have been checked before; what does not compile matches nothing.
    #[must_use]
    pub fn new(globs: Vec<At<String>>) -> Self {
        Self(
            globs
                .into_iter()
                .map(|glob| (At { value: glob.value.clone(), span: glob.span }, matchers(&glob.value)))
                .collect(),
        )
    }

    /// The most specific glob that matches: the one with the most literal characters.
    #[must_use]
    pub fn best(&self, path: &Utf8Path) -> Option<&At<String>> {
        let matching = self.0.iter().filter(|(_, matchers)| matchers.iter().any(|glob| glob.is_match(path)));
        matching.map(|(glob, _)| glob).max_by_key(|glob| specificity(&glob.value))
    }

    /// Whether any matches.
    #[must_use]
    pub fn covers(&self, path: &Utf8Path) -> bool {
        self.best(path).is_some()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How exactly a glob speaks: its characters that are no wildcard.
#[must_use]
pub fn specificity(glob: &str) -> usize {
    glob.chars().filter(|c| !"*?[]{}!".contains(*c)).count()
}

fn matchers(glob: &str) -> Vec<GlobMatcher> {
    let trimmed = glob.trim_start_matches("./");
    let inner = trimmed.trim_end_matches('/');
    let anchored = match inner.strip_prefix('/') {
        Some(rest) => rest.to_owned(),
        None if inner.contains('/') => inner.to_owned(),
        None => format!("**/{inner}"),
    };
    let compile =
        |glob: &str| GlobBuilder::new(glob).literal_separator(true).build().ok().map(|glob| glob.compile_matcher());
    [compile(&anchored), compile(&format!("{anchored}/**"))].into_iter().flatten().collect()
}
