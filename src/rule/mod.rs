//! The words of rules: a rule is data, valid by construction.

pub mod anchor;
pub mod builtin;
pub mod check;
pub mod code;
pub mod either;
pub mod example;
pub mod file;
pub mod is;
pub mod load;
pub mod mould;
pub mod secret;
pub mod settings;
pub mod sought;
pub mod text;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use globset::GlobSet;

use self::code::CodeForm;
use self::file::{AboutEntry, ExampleEntry};
use self::secret::SecretForm;
use self::settings::SettingsForm;
use self::sought::Sought;
use self::text::TextForm;
use crate::finding::{Confidence, Persona, RuleId, Severity};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// The fault in a few words.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The calmest reader who should see it.
    pub persona: Persona,
    /// The version that brought it.
    pub since: String,
    /// Where it looks at all.
    pub gate: Gate,
    /// What its forms wait for.
    pub seeks: Seeks,
    /// The program itself looks.
    pub builtin: bool,
    /// What it looks for; read when it is first asked for.
    detect: Lazy,
    /// Its texts, for rules that a user wrote; those of built-in rules are read on demand.
    page: Option<Page>,
}

impl Rule {
    /// What it looks for.
    #[must_use]
    pub fn detect(&self) -> &Detect {
        self.detect.read.get_or_init(|| builtin::detect(self.detect.stored, &self.id, &self.gate))
    }
}

/// What a rule looks for: read, or stored in the binary.
#[derive(Debug, Default)]
struct Lazy {
    read: OnceLock<Detect>,
    stored: &'static str,
}

impl From<Detect> for Lazy {
    fn from(detect: Detect) -> Self {
        Self { read: OnceLock::from(detect), stored: "" }
    }
}

/// What the forms of a rule wait for, each by its place in [`Detect`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seeks {
    /// For forms of credentials.
    pub secret: Vec<Sought>,
    /// For shapes of source code: literals in lower case of which one surely stands in the file.
    pub code: Vec<Vec<String>>,
    /// For settings: the same.
    pub settings: Vec<Vec<String>>,
    /// For patterns in any text: literals in lower case of which one surely stands in every match.
    pub text: Vec<Vec<String>>,
}

/// Where a rule looks at all.
#[derive(Debug, Default)]
pub struct Gate {
    /// Literals in lower case of which one must occur in the file.
    pub keywords: Vec<String>,
    /// Files it looks at; `None` for all.
    pub files: Option<GlobSet>,
    /// Files it passes over.
    pub not_files: Option<GlobSet>,
}

impl Gate {
    /// Whether the rule looks at a file of this path.
    #[must_use]
    pub fn admits(&self, path: &str) -> bool {
        self.files.as_ref().is_none_or(|globs| globs.is_match(path))
            && self.not_files.as_ref().is_none_or(|globs| !globs.is_match(path))
    }
}

/// What a rule looks for; every entry of every list is an alternative.
#[derive(Debug, Default)]
pub struct Detect {
    /// Forms of credentials.
    pub secret: Vec<SecretForm>,
    /// Shapes of source code.
    pub code: Vec<CodeForm>,
    /// Settings of configuration files.
    pub settings: Vec<SettingsForm>,
    /// Patterns in any text.
    pub text: Vec<TextForm>,
}

/// The texts of a rule's page, and its examples.
#[derive(Clone, Debug)]
pub struct Page {
    /// The file it stands in, relative to the project for a built-in rule, as given for a user's.
    pub file: String,
    /// The texts.
    pub about: AboutEntry,
    /// What it must find and what it must pass over.
    pub examples: Vec<ExampleEntry>,
}

/// All rules of a run, in order of id.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: BTreeMap<RuleId, Rule>,
}

impl RuleSet {
    /// The rules in order of id.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// The rules themselves, in order of id.
    pub fn into_rules(self) -> impl Iterator<Item = Rule> {
        self.rules.into_values()
    }

    /// A rule by its id.
    #[must_use]
    pub fn get(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// A rule by the text of its id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.rules.get(&id.parse().ok()?)
    }

    /// Adds a rule.
    ///
    /// # Errors
    /// The rule itself when its id is taken.
    pub fn add(&mut self, rule: Rule) -> Result<(), Box<Rule>> {
        if self.rules.contains_key(&rule.id) {
            return Err(Box::new(rule));
        }
        self.rules.insert(rule.id.clone(), rule);
        Ok(())
    }

    /// The page of a rule; built-in pages are read on the first call.
    #[must_use]
    pub fn page(&self, id: &RuleId) -> Option<&Page> {
        self.get(id)?.page.as_ref().or_else(|| builtin::page(id))
    }

    /// The known id nearest to a misspelt one.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&RuleId> {
        let distance = |known: &RuleId| crate::scope::spelling::distance(id, known.as_str());
        let best = self.rules.keys().min_by_key(|known| distance(known))?;
        (distance(best) <= id.len().max(best.as_str().len()) / 3).then_some(best)
    }
}
