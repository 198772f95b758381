//! The rule file as written: wire types that mirror the YAML, one doc comment a key.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::code::CodeEntry;
use super::secret::SecretEntry;
use super::settings::SettingsEntry;
use super::text::TextEntry;
use crate::yaml::At;

/// A file of rules.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The rules.
    #[serde(default)]
    pub rules: Vec<RuleEntry>,
}

/// One rule as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleEntry {
    /// `family/fault`; never renamed.
    pub id: At<String>,
    /// A few words: the fault.
    pub title: At<String>,
    /// `note`, `low`, `medium`, `high` or `critical`.
    pub severity: At<String>,
    /// `low`, `medium` or `high`; default `high`.
    pub confidence: Option<At<String>>,
    /// `regular`, `pedantic` or `auditor`; default `regular`.
    pub persona: Option<At<String>>,
    /// The version that brought the rule.
    pub since: Option<At<String>>,
    /// The texts of its page. Obligatory; absent only where the program itself left them out of a built-in rule.
    pub about: Option<AboutEntry>,
    /// Where the rule looks at all.
    #[serde(default)]
    pub gate: GateEntry,
    /// What it looks for.
    pub detect: DetectEntry,
    /// What it must find and what it must pass over.
    #[serde(default)]
    pub examples: Vec<ExampleEntry>,
}

/// The texts of a rule's page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AboutEntry {
    /// One sentence, present tense: what is wrong.
    pub what: String,
    /// What an attacker gains.
    pub why: String,
    /// What to do, as an imperative.
    pub fix: String,
    /// Primary sources.
    #[serde(default)]
    pub references: Vec<String>,
    /// Weakness numbers of the Common Weakness Enumeration.
    #[serde(default)]
    pub cwe: Vec<u16>,
    /// The claims of the source documents that the rule answers to.
    #[serde(default)]
    pub claims: Vec<String>,
}

/// Where a rule looks at all.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GateEntry {
    /// Literals of which one must occur in the file, in any case; derived from patterns where left out.
    #[serde(default)]
    pub keywords: Vec<At<String>>,
    /// Globs of the files it looks at; empty for all.
    #[serde(default)]
    pub files: Vec<At<String>>,
    /// Globs of files that it passes over.
    #[serde(default)]
    pub not_files: Vec<At<String>>,
}

/// What a rule looks for; every entry of every list is an alternative.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectEntry {
    /// The form of a credential.
    #[serde(default)]
    pub secret: Vec<SecretEntry>,
    /// A shape of source code.
    #[serde(default)]
    pub code: Vec<CodeEntry>,
    /// A setting of a configuration file.
    #[serde(default)]
    pub settings: Vec<SettingsEntry>,
    /// A pattern in any text.
    #[serde(default)]
    pub text: Vec<TextEntry>,
    /// The program itself looks (Rust code found by the rule's id).
    #[serde(default)]
    pub builtin: bool,
}

/// One example: either `caught` or `quiet`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleEntry {
    /// A text in which the rule must find something. `{{hex 32}}` and its kin are filled in.
    pub caught: Option<At<String>>,
    /// A text in which it must find nothing.
    pub quiet: Option<At<String>>,
    /// The text that must be marked, before filling in.
    pub at: Option<At<String>>,
    /// The file name that the example is scanned under; default `example.txt`.
    pub file: Option<At<String>>,
    /// A policy that the example is judged by.
    pub policy: Option<At<String>>,
    /// The policy as it was before a change: then `policy` is what the change makes of it.
    pub before: Option<At<String>>,
    /// Calls that the judge is to take as seen: `zoho-crm GET /crm/v8/Deals`.
    #[serde(default)]
    pub calls: Vec<At<String>>,
    /// Another file that is judged with it: its name and its text.
    #[serde(default)]
    pub beside: BTreeMap<String, String>,
}
