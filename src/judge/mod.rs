//! The words of judgement: what it is done with, what comes out, and a finding on its way.

mod account;
pub mod baseline;
mod bounds;
pub mod change;
mod client;
pub mod court;
mod cover;
mod credential;
pub mod explain;
mod flaw;
mod grade;
mod identity;
pub mod import;
pub mod init;
pub mod inventory;
mod ledger;
mod malformed;
pub mod names;
mod owner;
pub mod project;
mod region;
mod request;
mod same;
mod scope;
pub mod standing;
mod suppress;
#[cfg(test)]
mod tests;
mod upkeep;
mod usage;
mod words;

use camino::Utf8Path;
use jiff::civil::Date;

use crate::fact::Role;
use crate::finding::{Confidence, Finding, Fix, Label, Persona, RuleId, Severity};
use crate::policy::Policy;
use crate::rule::RuleSet;
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;
use crate::secret::ValueId;
use crate::source::Coverage;

/// What judgement is done with.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// What the team allows.
    pub policy: &'a Policy,
    /// The rules, for severities and texts.
    pub rules: &'a RuleSet,
    /// What the providers' scopes mean.
    pub catalog: &'a Catalog,
    /// How much was seen: what speaks of absence needs the whole.
    pub coverage: Coverage,
    /// The day, in UTC.
    pub today: Date,
    /// Who reads: what is meant for others is left out.
    pub persona: Persona,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Judgement {
    /// All findings, open and accepted, in order of path, line, column and rule.
    pub findings: Vec<Finding>,
    /// What makes each finding this one, in the same order; never shown.
    keys: Vec<Key>,
}

/// A finding on its way: seen and worded, not yet graded, named or suppressed.
#[derive(Clone, Debug)]
struct Draft {
    rule: RuleId,
    severity: Severity,
    confidence: Confidence,
    persona: Persona,
    message: String,
    primary: Label,
    related: Vec<Label>,
    help: Option<String>,
    fix: Option<Fix>,
    line_hash: Option<String>,
    why: Vec<String>,
    /// What the file is for: tests and documentation weigh less.
    role: Role,
    /// What makes it this finding and no other, besides its rule and path.
    key: Key,
    /// The integration that it belongs to, by its place in the policy.
    integration: Option<usize>,
    /// The scope that it is about, with its provider.
    scope: Option<(ProviderId, String)>,
}

/// What makes a finding this one and no other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The value of a secret.
    Value(ValueId),
    /// A scope in its canonical spelling, an algorithm, the id of an exception.
    Text(String),
}

impl<'a> Bench<'a> {
    /// What judgement is done with at a path: the policy of its folder, where that has one.
    fn at(&self, path: &Utf8Path) -> Self {
        Self { policy: self.policy.at(path), ..*self }
    }

    /// The severity of a rule before any grading.
    fn severity(&self, rule: &RuleId) -> Severity {
        self.rules.get(rule).map_or(Severity::Medium, |rule| rule.severity)
    }

    /// What a rule says is wrong, and how to mend it.
    fn about(&self, rule: &RuleId) -> (&'a str, Option<&'a str>) {
        match self.rules.page(rule) {
            Some(page) => (page.about.what.trim(), Some(page.about.fix.trim())),
            None => (self.rules.get(rule).map_or("", |rule| rule.title.as_str()), None),
        }
    }

    /// A draft of one of the rules whose engine is the judge.
    fn draft(&self, rule: &str, primary: Label, message: String, key: String) -> Draft {
        let rule: RuleId = rule.parse().expect("the judge's rules are spelled as rules are");
        let (_, fix) = self.about(&rule);
        Draft {
            severity: self.severity(&rule),
            confidence: self.rules.get(&rule).map_or(Confidence::High, |rule| rule.confidence),
            persona: self.rules.get(&rule).map_or(Persona::Regular, |rule| rule.persona),
            message,
            primary,
            related: Vec::new(),
            help: fix.map(str::to_owned),
            fix: None,
            line_hash: None,
            why: Vec::new(),
            role: Role::Product,
            key: Key::Text(key),
            integration: None,
            scope: None,
            rule,
        }
    }
}
