//! The words of generic detection: a literal that stands for something called password, secret, token or key.

pub mod assign;
pub mod eye;
pub mod key;
pub mod kind;
pub mod value;

use crate::span::Span;

/// What a name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// A password or passphrase.
    Password,
    /// The secret of an OAuth client, an app or a consumer.
    ClientSecret,
    /// A secret of another kind, a signing or encryption key.
    Secret,
    /// An API or access key.
    ApiKey,
    /// A token.
    Token,
}

/// A literal beside a name, before anybody judges it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The name.
    pub key: Span,
    /// What the name promises.
    pub family: Family,
    /// How firmly it promises: 2 `api_key`, 1 `token_for_bob`, 0 a bare `key`.
    pub strength: u8,
    /// The literal, without quotes.
    pub value: Span,
    /// Whether the literal stands in quotes.
    pub quoted: bool,
    /// How name and literal are joined.
    pub context: Context,
}

/// How a name and a literal are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// `name = "x"`.
    Assignment,
    /// `name: "x"`, `"name" => "x"`.
    Entry,
    /// `name == "x"`.
    Comparison,
    /// `set("name", "x")`.
    Argument,
    /// `setName("x")`.
    Setter,
    /// `--name x`.
    Flag,
    /// `<name>x</name>`.
    Tag,
    /// A setting of a configuration file, by its key path.
    Setting,
}

impl Context {
    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Assignment => "an assignment",
            Self::Entry => "an entry",
            Self::Comparison => "a comparison",
            Self::Argument => "an argument",
            Self::Setter => "a setter",
            Self::Flag => "a command line option",
            Self::Tag => "a tag",
            Self::Setting => "a setting",
        }
    }
}
