//! The words of the policy: what a team allows, why, until when, and who answers for it.

mod build;
pub mod duration;
pub mod file;
pub mod glob;
pub mod integration;
mod join;
pub mod load;
pub mod nested;
pub mod origins;
pub mod schema;
pub mod sense;
pub mod shape;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod widen;
mod words;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;

use self::glob::{Globs, RuleGlob};
use self::integration::Integration;
use self::terms::{Flows, Jwt, Review, Tokens};
use crate::finding::excerpt::cut;
use crate::finding::{Confidence, Finding, Label, Persona, RuleId, Severity};
use crate::origin::{Location, Origin};
use crate::scope::access::Class;
use crate::span::Span;
use crate::text::SourceText;
use crate::yaml::{At, Node};

/// A valid policy. Spans run over the texts of all its files laid end to end; [`Policy::label`] finds the file.
#[derive(Debug, Default)]
pub struct Policy {
    /// The file and the files it extends, the own one first; empty for the built-in default.
    pub texts: Vec<PolicyText>,
    /// The file joined with its bases, as a tree.
    pub tree: Node,
    /// Who answers for the file.
    pub owner: Option<At<String>>,
    /// Its review.
    pub review: Review,
    /// Names of environments.
    pub environments: Vec<At<String>>,
    /// What fails a run.
    pub gates: Gates,
    /// What holds for every integration.
    pub defaults: Defaults,
    /// Outer bounds; each counts for itself.
    pub ceilings: Vec<Ceiling>,
    /// Where secrets may come from.
    pub secrets: Secrets,
    /// How long tokens live.
    pub tokens: Tokens,
    /// How tokens are signed.
    pub jwt: Jwt,
    /// Which flows may be used.
    pub flows: Flows,
    /// In order of the file.
    pub integrations: Vec<Integration>,
    /// In order of the file; later ones win.
    pub overrides: Vec<Override>,
    /// In order of the file.
    pub exceptions: Vec<Exception>,
    /// Settings of single rules or families.
    pub rules: Vec<RuleSetting>,
    /// Files and directories with rules of the team's own, relative to the root.
    pub rule_files: Vec<At<String>>,
    /// Other tools whose markers count.
    pub compat: Vec<At<String>>,
    /// What the audit needs to know.
    pub audit: Audit,
    /// Whether policies in folders below count for their folders.
    pub nests: bool,
    /// Policies that hold for a folder, the deepest folders first: each the whole of what holds there.
    pub nested: Vec<Nested>,
}

/// A policy that holds for a folder: this one, tightened by a file in the folder.
#[derive(Debug)]
pub struct Nested {
    /// The folder, relative to the root.
    pub folder: Utf8PathBuf,
    /// What holds there.
    pub policy: Policy,
}

/// One file of a policy.
#[derive(Debug)]
pub struct PolicyText {
    /// Relative to the root, as it is shown.
    pub path: Utf8PathBuf,
    /// Its text.
    pub text: SourceText,
    /// Where its spans begin.
    pub base: u32,
}

impl Policy {
    /// What holds without a file: nothing is declared, so nothing can be denied; the defaults are those of the words'
    /// `Default`.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// Whether somebody wrote it.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        !self.texts.is_empty()
    }

    /// The path of the policy's own file.
    #[must_use]
    pub fn path(&self) -> Option<&Utf8Path> {
        self.texts.first().map(|text| text.path.as_path())
    }

    /// The file that a span stands in, and the span within it.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<(&PolicyText, Span)> {
        let file = self.texts.iter().rev().find(|file| file.base <= span.start)?;
        Some((file, Span::new(span.start - file.base, span.end - file.base)))
    }

    /// A label at a line of the policy; `None` for what no file says.
    #[must_use]
    pub fn label(&self, span: Span, words: impl Into<String>) -> Option<Label> {
        if span.is_empty() {
            return None;
        }
        let (file, span) = self.place(span)?;
        // A value over several lines is pointed at by its first.
        let line = file.text.line_at(span.start);
        let span = Span::new(span.start, span.end.min(line.end));
        let at = Location { path: file.path.clone(), origin: Origin::WorkTree, region: file.text.region(span) };
        Some(Label { at, text: words.into(), excerpt: cut(&file.text, span, &[]) })
    }

    /// `overscope.yaml:8`, for messages.
    #[must_use]
    pub fn line(&self, span: Span) -> String {
        match self.place(span) {
            Some((file, inner)) if !span.is_empty() => {
                let name = file.path.file_name().unwrap_or(file.path.as_str());
                // Policies of folders all have one name: then the folder tells them apart.
                let alike = self.texts.iter().filter(|text| text.path.file_name() == Some(name)).count() > 1;
                let name = if alike { file.path.as_str() } else { name };
                format!("{name}:{}", file.text.position(inner.start).line)
            }
            _ => "the built-in default".to_owned(),
        }
    }

    /// Whether an open finding fails a run: by a gate that was asked for, else by the one that holds at its place.
    #[must_use]
    pub fn fails(&self, finding: &Finding, asked: Option<Severity>) -> bool {
        let gates = &self.at(&finding.primary.at.path).gates;
        gates.fails(finding, asked.unwrap_or(gates.fail_on.value))
    }

    /// Whether a place stands in the file itself and not in one that it extends.
    #[must_use]
    pub fn is_own(&self, span: Span) -> bool {
        self.texts
            .first()
            .is_none_or(|own| own.base <= span.start && span.end <= own.base + own.text.as_str().len() as u32)
    }

    /// What holds at a path: this policy, or the one of the nearest folder that has its own.
    #[must_use]
    pub fn at(&self, path: &Utf8Path) -> &Self {
        self.nested.iter().find(|nested| path.starts_with(&nested.folder)).map_or(self, |nested| &nested.policy)
    }

    /// Whether a file is one of those that the policy was read from.
    #[must_use]
    pub fn is_from(&self, path: &Utf8Path) -> bool {
        let mut texts = self.texts.iter().chain(self.nested.iter().flat_map(|nested| nested.policy.texts.first()));
        texts.any(|text| text.path == path)
    }

    /// An integration by its name.
    #[must_use]
    pub fn integration(&self, name: &str) -> Option<&Integration> {
        self.integrations.iter().find(|integration| integration.name.value == name)
    }
}

/// What fails a run.
#[derive(Clone, Debug)]
pub struct Gates {
    /// Findings of this severity and above fail the run.
    pub fail_on: At<Severity>,
    /// What a family may do; absent means block.
    pub modes: BTreeMap<Family, At<Mode>>,
}

impl Default for Gates {
    fn default() -> Self {
        Self { fail_on: At { value: Severity::High, span: Span::default() }, modes: BTreeMap::new() }
    }
}

impl Gates {
    /// What the family of a rule may do.
    #[must_use]
    pub fn mode(&self, rule: &RuleId) -> Mode {
        Family::of(rule).and_then(|class| self.modes.get(&class)).map_or(Mode::Block, |mode| mode.value)
    }

    /// Whether an open finding fails a run whose gate is `fail_on`. What a detector is not sure of never does.
    #[must_use]
    pub fn fails(&self, finding: &Finding, fail_on: Severity) -> bool {
        finding.state == crate::finding::State::Open
            && finding.severity >= fail_on
            && finding.confidence > Confidence::Low
            && self.mode(&finding.rule) == Mode::Block
    }
}

/// A family of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// `secret/*`
    Secrets,
    /// `scope/*`
    Scopes,
    /// `jwt/*`
    Jwt,
    /// `oauth/*`
    OAuth,
    /// `policy/*`
    Policy,
}

impl Family {
    /// All, with their words in the policy and the family of their rules.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Secrets, "secrets", "secret"),
        (Self::Scopes, "scopes", "scope"),
        (Self::Jwt, "jwt", "jwt"),
        (Self::OAuth, "oauth", "oauth"),
        (Self::Policy, "policy", "policy"),
    ];

    /// The family of a rule.
    #[must_use]
    pub fn of(rule: &RuleId) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, _, family)| *family == rule.family()).map(|(family, ..)| family)
    }
}

/// What a family of findings may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Fail the run.
    Block,
    /// Be reported.
    Comment,
    /// Be reported as a note.
    Monitor,
}

/// What holds for every integration.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// Severity of a scope that no integration covers.
    pub undeclared: Option<At<Severity>>,
    /// Severity of an unknown scope.
    pub unknown_scope: Option<At<Severity>>,
    /// The class from which a scope is broad.
    pub broad_class: Option<At<Class>>,
    /// Scopes that nobody may ask for.
    pub deny: Vec<At<String>>,
    /// The longest term of an exception; where absent, [`EXCEPTION_MAX_DAYS`].
    pub exception_max_days: Option<At<i64>>,
    /// The class from which an allowed scope must carry a reason.
    pub require_reason_from: Option<At<Class>>,
    /// The highest severity in documentation.
    pub docs_severity: Option<At<Severity>>,
}

/// An outer bound for one provider.
#[derive(Clone, Debug)]
pub struct Ceiling {
    /// The provider's id.
    pub provider: At<String>,
    /// What lies under it.
    pub patterns: Vec<At<String>>,
}

/// Where secrets may come from.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Where code may take them from.
    pub allowed_sources: Vec<At<String>>,
    /// Where none is ever graded down.
    pub forbidden_paths: Globs,
    /// Values that are none.
    pub example_values: Vec<At<String>>,
    /// Files that may hold them while git ignores the files.
    pub local_only_files: Globs,
    /// Days within which a finding must be closed.
    pub max_open_days: BTreeMap<Severity, At<i64>>,
}

/// Severities for some paths.
#[derive(Clone, Debug)]
pub struct Override {
    /// Where.
    pub paths: Globs,
    /// Which, in order of the file.
    pub severity: Vec<(RuleGlob, At<Severity>)>,
    /// The calmest reader.
    pub persona: Option<At<Persona>>,
    /// Why.
    pub reason: At<String>,
}

/// The longest term of an exception in days, where the policy says nothing of it.
pub const EXCEPTION_MAX_DAYS: i64 = 90;

/// A finding that somebody has taken on.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its name.
    pub id: At<String>,
    /// The rules.
    pub rules: Vec<RuleGlob>,
    /// About what.
    pub about: About,
    /// Only these scopes; empty for all.
    pub scopes: Vec<At<String>>,
    /// Why.
    pub reason: At<String>,
    /// Who said yes.
    pub approver: At<String>,
    /// The first day.
    pub created: At<Date>,
    /// The last day.
    pub expires: At<Date>,
    /// Where it was decided.
    pub ticket: Option<At<String>>,
    /// What keeps the harm small.
    pub compensating_control: Option<At<String>>,
}

/// What an exception speaks about.
#[derive(Clone, Debug)]
pub enum About {
    /// An integration.
    Integration(At<String>),
    /// Paths.
    Paths(Globs),
    /// One finding.
    Fingerprint(At<String>),
}

/// Settings of a rule or a family.
#[derive(Clone, Debug)]
pub struct RuleSetting {
    /// Which.
    pub rule: RuleGlob,
    /// Whether it speaks at all.
    pub enabled: Option<At<bool>>,
    /// Its severity.
    pub severity: Option<At<Severity>>,
    /// Why.
    pub reason: At<String>,
}

/// What the audit needs to know.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// The folder of the snapshots.
    pub snapshot_dir: Option<At<String>>,
    /// What the report answers to.
    pub frameworks: Vec<At<String>>,
    /// What it covers.
    pub systems: Option<At<String>>,
    /// Whether an owner may not review.
    pub reviewer_not_owner: Option<At<bool>>,
}
