//! The form of a credential: `detect.secret` as written, and as valid.

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use std::sync::OnceLock;

use super::check::Check;
use crate::finding::Persona;
use crate::yaml::At;

/// One form of a credential, as written. Either `pattern`, or `words` with `value`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretEntry {
    /// A regex; its group `secret` is the value, else the whole match is.
    pub pattern: Option<At<String>>,
    /// Words that name the provider, in any case; one of them stands before the value.
    #[serde(default)]
    pub words: Vec<At<String>>,
    /// The shape of the whole value, a regex.
    pub value: Option<At<String>>,
    /// Words of which one must stand between the provider's word and the value; empty for none. Left out, they are
    /// [`USUAL_KEYS`](super::sought::USUAL_KEYS).
    pub keys: Option<Vec<At<String>>>,
    /// Whether the value may follow the provider's word with nothing but a sign between them: `acme: "…"`.
    pub direct: Option<At<bool>>,
    /// Literals of which one must stand near every match, in any case; derived from the pattern where left out.
    #[serde(default)]
    pub anchors: Vec<At<String>>,
    /// The most characters between word and key, and between key and value; default 60.
    pub reach: Option<At<u32>>,
    /// The least Shannon entropy of the value, in bits a character.
    pub entropy: Option<At<f32>>,
    /// Regexes that the value must not match.
    #[serde(default)]
    pub not: Vec<At<String>>,
    /// Words of which one must stand within `lines` lines of the match.
    pub near: Option<NearEntry>,
    /// What belongs to the value and stands nearby, such as the client id beside a client secret.
    pub companion: Option<CompanionEntry>,
    /// Offline checks of the value, by name: `github`, `jwt`, `aws-key-id`, `uuid`, `base64`, `pem` ...
    #[serde(default)]
    pub checks: Vec<At<String>>,
    /// The calmest reader who should see it in tests and documentation, where the rule's own is calmer.
    pub elsewhere: Option<At<String>>,
}

/// Words that must stand nearby.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NearEntry {
    /// The words, in any case.
    pub words: Vec<At<String>>,
    /// How many lines away at most; default 5.
    pub lines: Option<At<u32>>,
}

/// What belongs to a value and stands nearby.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanionEntry {
    /// A regex; its group `mark` is what is pointed at, else the whole match is.
    pub pattern: At<String>,
    /// A few words that name it: `the client id`.
    pub label: At<String>,
    /// How many lines away at most; default 10.
    pub lines: Option<At<u32>>,
    /// Whether the value is passed over without it; default true.
    pub required: Option<At<bool>>,
}

/// One form of a credential.
#[derive(Debug)]
pub struct SecretForm {
    /// The pattern, compiled when it is first needed.
    pub pattern: Pattern,
    /// Whether the value is known by the provider's name before it, not by its own form.
    pub named: bool,
    /// Words of which one stands in every match, lower case; empty where none must.
    pub keys: Vec<String>,
    /// Whether a named value has a prefix of its own besides, such as `sk_live_`.
    pub shaped: bool,
    /// The shape of a named value as the provider writes it, where `pattern` takes any value of that length.
    pub narrow: Option<Pattern>,
    /// The least entropy, in bits a character.
    pub entropy: f32,
    /// What the value must not match.
    pub not: Vec<Pattern>,
    /// Words that must stand nearby, lower case, and within how many lines.
    pub near: Option<(Vec<String>, u32)>,
    /// What belongs to the value and stands nearby.
    pub companion: Option<Companion>,
    /// Offline checks.
    pub checks: Vec<Check>,
    /// The calmest reader who should see it in tests and documentation.
    pub elsewhere: Persona,
}

/// What belongs to a value and stands nearby.
#[derive(Debug)]
pub struct Companion {
    /// What it looks like.
    pub pattern: Pattern,
    /// A few words that name it.
    pub label: String,
    /// How many lines away at most.
    pub lines: u32,
    /// Whether the value is passed over without it.
    pub required: bool,
}

/// A regex over bytes that is compiled on its first use.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Keeps a pattern that is known to compile.
    #[must_use]
    pub const fn new(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The regex; `None` only for a pattern that does not compile, which `rules check` refuses.
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.source).ok()).as_ref()
    }
}

/// Compiles a rule's pattern: bytes, `^` and `$` at lines, bounded size.
///
/// # Errors
/// What the regex crate says.
pub fn compile(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(source).multi_line(true).size_limit(8 << 20).dfa_size_limit(128 << 10).build()
}
