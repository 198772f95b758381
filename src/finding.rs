//! What is said: a finding is plain owned data with a rule *id*; nothing here knows any rule.

pub mod excerpt;

use std::fmt;
use std::str::FromStr;

use crate::origin::Location;
use crate::span::Span;

/// The name of a rule: `family/fault` in lower-case kebab words, such as `jwt/alg-none`. Never renamed, only retired.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Box<str>);

impl RuleId {
    /// The family: the part before the slash.
    #[must_use]
    pub fn family(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RuleId {
    type Err = InvalidRuleId;

    fn from_str(text: &str) -> Result<Self, InvalidRuleId> {
        let word = |w: &str| {
            !w.is_empty()
                && !w.starts_with('-')
                && !w.ends_with('-')
                && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        match text.split_once('/') {
            Some((family, fault)) if word(family) && word(fault) => Ok(Self(text.into())),
            _ => Err(InvalidRuleId),
        }
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not of the form `family/fault`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rule id reads `family/fault` in lower-case words joined by `-`")]
pub struct InvalidRuleId;

/// How bad it is, when it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Untidy; no way in by itself.
    Low,
    /// A way in together with something else.
    Medium,
    /// A way in.
    High,
    /// A way in that stays open until somebody closes it.
    Critical,
}

impl Severity {
    /// All, from the mildest.
    pub const ALL: [Self; 5] = [Self::Note, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure we are that it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Looks like it.
    Low,
    /// Very probably.
    Medium,
    /// Sure, by the form of the thing or by the tree of the code.
    High,
}

impl Confidence {
    /// All, from the weakest.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Who is reading: the third dial beside severity and confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persona {
    /// What everybody should see.
    #[default]
    Regular,
    /// More, with more doubt.
    Pedantic,
    /// Everything, for incident response and audits.
    Auditor,
}

impl Persona {
    /// All, from the calmest.
    pub const ALL: [Self; 3] = [Self::Regular, Self::Pedantic, Self::Auditor];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Pedantic => "pedantic",
            Self::Auditor => "auditor",
        }
    }
}

macro_rules! words {
    ($type:ident, $what:literal) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.into_iter().find(|word| word.as_str() == text).ok_or_else(|| UnknownWord {
                    what: $what,
                    known: Self::ALL.iter().map(|word| word.as_str()).collect(),
                })
            }
        }
    };
}

words!(Severity, "severity");
words!(Confidence, "confidence");
words!(Persona, "persona");

/// A word that is none of the known ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what}; one of {}", known.join(", "))]
pub struct UnknownWord {
    /// What kind of word was wanted.
    pub what: &'static str,
    /// The known ones.
    pub known: Vec<&'static str>,
}

/// What a rule or a check has to say about a place, after judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// One or two sentences: what and where, which policy line. Never a secret.
    pub message: String,
    /// The place.
    pub primary: Label,
    /// Other places that belong to it: the policy line, the call, the client id.
    pub related: Vec<Label>,
    /// What to do, as an imperative; one line.
    pub help: Option<String>,
    /// A replacement that is certain, for the primary region.
    pub fix: Option<Fix>,
    /// Why it was reported: rule, context, score, filters passed. Shown by `-v`, JSON and `explain`.
    pub why: Vec<String>,
    /// Identity across runs.
    pub fingerprint: Fingerprint,
    /// GitHub's `primaryLocationLineHash` of the primary line; absent where a file came in windows.
    pub line_hash: Option<String>,
    /// Open, or accepted by somebody.
    pub state: State,
}

/// A place with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub at: Location,
    /// A few words; may be empty.
    pub text: String,
    /// The code at the place, already redacted.
    pub excerpt: Excerpt,
}

/// What a related place is called that holds the value of the finding once more.
pub const SAME_VALUE: &str = "the same value";

/// Lines of a text, redacted when they were cut; renderers never open a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excerpt {
    /// Number of the first line, from 1.
    pub first_line: u32,
    /// The lines, without the last line end.
    pub text: String,
    /// What is marked, in bytes of `text`.
    pub mark: Span,
}

/// A replacement for the primary region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The new text.
    pub replacement: String,
    /// What it does, as an imperative.
    pub title: String,
}

/// Identity of a finding across runs: 32 lower-case hex digits that depend on rule, value and path, never on a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a finding is open or somebody took it on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody has spoken for it.
    #[default]
    Open,
    /// An inline comment, with its reason.
    Ignored {
        /// The reason written beside it.
        reason: String,
    },
    /// An entry of the baseline.
    Baselined,
    /// An exception of the policy.
    Exempt {
        /// The exception's id.
        id: String,
        /// Its reason.
        reason: String,
        /// Its last day, `YYYY-MM-DD`.
        until: String,
    },
}

#[cfg(test)]
mod tests {
    use super::{RuleId, Severity};

    #[test]
    fn a_rule_id_has_a_family_and_a_fault() {
        let id: RuleId = "jwt/alg-none".parse().expect("this is an id");
        assert_eq!(id.family(), "jwt");
        for wrong in ["jwt", "jwt/", "/none", "JWT/none", "jwt/alg_none", "jwt/a/b", "jwt/-a"] {
            assert!(wrong.parse::<RuleId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn severities_are_ordered_and_round_trip() {
        assert!(Severity::Note < Severity::Critical);
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().parse(), Ok(severity));
        }
        let unknown = "hihg".parse::<Severity>().expect_err("no such word");
        assert_eq!(unknown.to_string(), "unknown severity; one of note, low, medium, high, critical");
    }
}
