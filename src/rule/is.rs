//! What a rule may ask of a value: tests by name, the same in code and in settings.

use std::fmt;
use std::str::FromStr;

/// A test of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Is {
    /// Surely not given.
    Missing,
    /// Given, whatever it is.
    Present,
    /// `true`, `1`, `yes`.
    Enabled,
    /// `false`, `0`, `no`.
    Disabled,
    /// `null`, `undefined`, the empty text, `false`.
    Nothing,
    /// A text that is known.
    Text,
    /// The algorithm `none`, alone or in a list.
    NoneAlgorithm,
    /// A symmetric algorithm, alone or in a list.
    Symmetric,
    /// Symmetric and asymmetric algorithms in one list.
    Mixed,
    /// An asymmetric algorithm.
    Asymmetric,
    /// Taken from the token that it should check.
    FromToken,
    /// A key written as a literal.
    Key,
    /// A key written as a literal that is short or a word of the dictionary.
    WeakKey,
    /// A lifetime longer than the rule's `over`.
    Lifetime,
    /// No end: `0`, `null`, `false`, `never` where a lifetime should stand.
    Forever,
    /// An `http://` address of another machine.
    Http,
    /// A place with a wildcard.
    Wildcard,
    /// A number smaller than the rule's `under`.
    Small,
    /// An object without the claim that the rule names under `claim`.
    Lacks,
    /// Claims with personal or secret data.
    Sensitive,
    /// An address of electronic mail.
    Email,
    /// A whole user or row, not chosen fields.
    Whole,
    /// A function that takes whatever it is given.
    Yielding,
    /// The name of a token: `accessToken`, `jwt`.
    Token,
}

impl Is {
    /// Every test with its word.
    pub const ALL: [(Self, &'static str); 24] = [
        (Self::Missing, "missing"),
        (Self::Present, "present"),
        (Self::Enabled, "enabled"),
        (Self::Disabled, "disabled"),
        (Self::Nothing, "nothing"),
        (Self::Text, "text"),
        (Self::NoneAlgorithm, "none"),
        (Self::Symmetric, "symmetric"),
        (Self::Mixed, "mixed"),
        (Self::Asymmetric, "asymmetric"),
        (Self::FromToken, "from-token"),
        (Self::Key, "key"),
        (Self::WeakKey, "weak-key"),
        (Self::Lifetime, "lifetime"),
        (Self::Forever, "forever"),
        (Self::Http, "http"),
        (Self::Wildcard, "wildcard"),
        (Self::Small, "small"),
        (Self::Lacks, "lacks"),
        (Self::Sensitive, "sensitive"),
        (Self::Email, "email"),
        (Self::Whole, "whole"),
        (Self::Yielding, "yielding"),
        (Self::Token, "token"),
    ];
}

/// The word names no test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such test")]
pub struct NotATest;

impl FromStr for Is {
    type Err = NotATest;

    fn from_str(word: &str) -> Result<Self, NotATest> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(is, _)| *is).ok_or(NotATest)
    }
}

impl fmt::Display for Is {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::ALL.iter().find(|(is, _)| is == self).map_or("", |(_, word)| *word);
        f.write_str(word)
    }
}

/// What a plain number counts where a lifetime stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    #[default]
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Milliseconds where the number is large, else seconds: settings of a program's own.
    Guess,
}

impl FromStr for Unit {
    type Err = NotATest;

    fn from_str(word: &str) -> Result<Self, NotATest> {
        Ok(match word {
            "ms" => Self::Milliseconds,
            "s" => Self::Seconds,
            "min" => Self::Minutes,
            "h" => Self::Hours,
            "d" => Self::Days,
            "guess" => Self::Guess,
            _ => return Err(NotATest),
        })
    }
}
