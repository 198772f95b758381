//! A setting of a configuration file: `detect.settings` as written, and as valid.

use serde::Deserialize;

use super::is::{Is, Unit};
use super::secret::{Pattern, compile};
use crate::mistake::Mistake;
use crate::span::Span;
use crate::yaml::At;

/// One setting, as written.
///
/// Key paths are compared in lower case, without `_`, `-` and list places: `jwt.signing-algorithms[0]` reads
/// `jwt.signingalgorithms`, `JWT_ALGORITHM` reads `jwtalgorithm`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingsEntry {
    /// A regex that the key path must match.
    pub keys: At<String>,
    /// A regex that the key path must not match.
    pub not_keys: Option<At<String>>,
    /// A regex of which a match must stand in the key path, the file's path or a key or value beside it.
    pub near: Option<At<String>>,
    /// Tests of which one must hold of the value.
    #[serde(default)]
    pub is: Vec<At<String>>,
    /// Tests of which none may hold.
    #[serde(default)]
    pub not: Vec<At<String>>,
    /// A regex that the value must match.
    pub matches: Option<At<String>>,
    /// A regex that the value must not match.
    pub unlike: Option<At<String>>,
    /// What a plain number counts: `ms`, `s`, `min`, `h`, `d`, `guess`; default `s`.
    pub unit: Option<At<String>>,
    /// Only where no other setting of the file has this key path.
    #[serde(default)]
    pub alone: bool,
    /// A regex of a key beside it, or below, that names the unit: `token_validity_units.access_token`.
    pub unit_key: Option<At<String>>,
    /// The key that is pointed at instead of the value, where it stands around it: `implicit`.
    pub mark_key: Option<At<String>>,
    /// For `lifetime`: more seconds than these; default 60. The policy decides what is too long.
    pub over: Option<At<u64>>,
    /// For `small`: less than this.
    pub under: Option<At<u64>>,
    /// Whether it counts in source code, too, where a name is given such a value.
    #[serde(default)]
    pub code: bool,
    /// A subject to name where the value gives none.
    pub subject: Option<At<String>>,
    /// The message's first sentence.
    pub message: Option<At<String>>,
    /// What to do.
    pub help: Option<At<String>>,
}

/// One setting.
#[derive(Debug)]
pub struct SettingsForm {
    /// What the key path must match.
    pub keys: Pattern,
    /// What the key path must not match.
    pub not_keys: Option<Pattern>,
    /// What must stand in the key path, the file's path or beside it.
    pub near: Option<Pattern>,
    /// Tests of which one must hold.
    pub is: Vec<Is>,
    /// Tests of which none may hold.
    pub not: Vec<Is>,
    /// What the value must match.
    pub matches: Option<Pattern>,
    /// What the value must not match.
    pub unlike: Option<Pattern>,
    /// What a plain number counts.
    pub unit: Unit,
    /// Whether no other setting of the file may have this key path.
    pub alone: bool,
    /// A key that names the unit.
    pub unit_key: Option<Pattern>,
    /// A key around it that is pointed at.
    pub mark_key: Option<String>,
    /// For `lifetime`.
    pub over: u64,
    /// For `small`.
    pub under: u64,
    /// Whether it counts in source code, too.
    pub code: bool,
    /// A subject to name where the value gives none.
    pub subject: Option<String>,
    /// The message's first sentence.
    pub message: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

impl SettingsForm {
    /// Whether it may see a key that is written out.
    #[must_use]
    pub fn sees_keys(&self) -> bool {
        self.is.iter().any(|is| matches!(is, Is::Key | Is::WeakKey))
    }
}

/// A valid form of what was written; mistakes are noted. `keywords` are the rule's own.
pub(super) fn form(
    entry: SettingsEntry,
    keywords: &[String],
    check: bool,
    errors: &mut Vec<Mistake>,
) -> Option<SettingsForm> {
    if keywords.is_empty() {
        let help = "give the rule `gate: {keywords: [...]}`: keys may be spelt in many ways";
        errors.push(Mistake::new("no word is certain in this setting", entry.keys.span, help));
    }
    let mut tests = |list: Vec<At<String>>| -> Vec<Is> {
        let mut tests = Vec::new();
        for word in list {
            match word.value.parse() {
                Ok(is) => tests.push(is),
                Err(_) => errors.push(unknown("test", &word)),
            }
        }
        tests
    };
    let (is, not) = (tests(entry.is), tests(entry.not));
    let unit = entry.unit.as_ref().map_or(Ok(Unit::default()), |unit| unit.value.parse());
    let unit = unit.unwrap_or_else(|_| {
        errors.extend(entry.unit.as_ref().map(|unit| unknown("unit", unit)));
        Unit::default()
    });
    let mut regex = |source: At<String>| {
        if check && let Err(error) = compile(&source.value) {
            let message = error.to_string();
            let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            errors.push(Mistake::new(format!("the pattern does not compile: {last}"), source.span, ""));
        }
        Pattern::new(source.value)
    };
    Some(SettingsForm {
        keys: regex(entry.keys),
        not_keys: entry.not_keys.map(&mut regex),
        alone: entry.alone,
        code: entry.code,
        unit_key: entry.unit_key.map(&mut regex),
        mark_key: entry.mark_key.map(|key| key.value),
        near: entry.near.map(&mut regex),
        is,
        not,
        matches: entry.matches.map(&mut regex),
        unlike: entry.unlike.map(&mut regex),
        unit,
        over: entry.over.map_or(60, |over| over.value),
        under: entry.under.map_or(0, |under| under.value),
        subject: entry.subject.map(|subject| subject.value),
        message: entry.message.map(|message| message.value),
        help: entry.help.map(|help| help.value),
    })
}

fn unknown(what: &str, word: &At<String>) -> Mistake {
    let known: Vec<&str> = Is::ALL.iter().map(|(_, word)| *word).collect();
    let help =
        if what == "test" { format!("known are {}", known.join(", ")) } else { "such as `s` or `ms`".to_owned() };
    Mistake::new(format!("no such {what} `{}`", word.value), Span::new(word.span.start, word.span.end), help)
}
