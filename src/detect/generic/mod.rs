//! The words of generic detection: a literal that stands for something called password, secret, token or key.

pub mod assign;
pub mod block;
pub mod call;
pub mod command;
pub mod config;
pub mod eye;
pub mod feature;
pub mod header;
pub mod joined;
pub mod key;
pub mod kind;
pub mod line;
pub mod literal;
pub mod model;
pub mod pair;
pub mod store;
pub mod url;
pub mod value;
pub mod vendor;
pub mod web_token;

use crate::secret::Secret;
use crate::span::Span;

/// What a name or a place promises.
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
    /// The password in a URL.
    Url,
    /// The password of a connection string.
    Connection,
    /// What an `Authorization` header carries.
    Header,
    /// A JSON Web Token.
    WebToken,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 9] = [
        Self::Password,
        Self::ClientSecret,
        Self::Secret,
        Self::ApiKey,
        Self::Token,
        Self::Url,
        Self::Connection,
        Self::Header,
        Self::WebToken,
    ];

    /// The rule that speaks about it.
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Password => "secret/generic-password",
            Self::ClientSecret => "secret/client-secret",
            Self::Secret => "secret/generic-secret",
            Self::ApiKey => "secret/generic-api-key",
            Self::Token => "secret/generic-token",
            Self::Url => "secret/basic-auth-url",
            Self::Connection => "secret/connection-string",
            Self::Header => "secret/authorization-header",
            Self::WebToken => "secret/json-web-token",
        }
    }

    /// Whether people choose such values: then they may be short and made of words.
    #[must_use]
    pub const fn chosen(self) -> bool {
        matches!(self, Self::Password | Self::Url | Self::Connection)
    }
}

/// A literal beside a name, before anybody judges it.
#[derive(Debug)]
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
    /// What the literal holds, where it is encoded.
    pub inner: Option<Secret>,
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
    /// `Credentials("user", "x")`.
    Position,
    /// `getenv("NAME", "x")`.
    Default,
    /// `--name x`.
    Flag,
    /// `<name>x</name>`.
    Tag,
    /// A setting of a configuration file, by its key path.
    Setting,
    /// A command or statement that takes a password: `curl -u a:x`, `IDENTIFIED BY 'x'`.
    Command,
    /// `scheme://user:x@host`.
    Url,
    /// `Authorization: Basic x`.
    Header,
    /// A file that holds credentials by its form: `.netrc`, `.pgpass`.
    Store,
    /// Known by its own form.
    Form,
}

impl Context {
    /// The words for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Assignment => "assigned to",
            Self::Entry => "an entry of",
            Self::Comparison => "compared with",
            Self::Argument => "passed along with",
            Self::Setter => "passed to",
            Self::Position => "passed by position to",
            Self::Default => "the default of",
            Self::Flag => "given to the option",
            Self::Tag => "in the tag",
            Self::Setting => "the setting",
            Self::Command => "given to the command",
            Self::Url => "in a URL, for the user",
            Self::Header => "sent in the header",
            Self::Store => "stored for",
            Self::Form => "known by its form",
        }
    }
}
