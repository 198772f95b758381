//! The dials of a scope: what it lets one do, how much harm that is, how it is sorted, how far the catalogue is sure.

use serde::Deserialize;

/// What a scope lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Learn who the user is.
    Identity,
    /// Get a refresh token.
    Offline,
    /// Look.
    Read,
    /// Add.
    Create,
    /// Change.
    Update,
    /// Remove.
    Delete,
    /// Add, change or remove.
    Write,
    /// All of the above.
    Full,
    /// Manage people, rights or structure.
    Admin,
}

impl Access {
    /// The word as files spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Offline => "offline",
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Write => "write",
            Self::Full => "full",
            Self::Admin => "admin",
        }
    }

    /// Whether nothing can be changed with it.
    #[must_use]
    pub const fn only_reads(self) -> bool {
        matches!(self, Self::Identity | Self::Read)
    }
}

/// How much harm a thief of the token could do, as `risk:<=medium` in a policy means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Nothing to speak of: a name, an e-mail address.
    Info,
    /// Reads some data of one kind.
    Low,
    /// Changes data of one kind.
    Medium,
    /// Reads or changes much, or what is delicate.
    High,
    /// The whole account, money, rights, credentials.
    Critical,
}

impl Risk {
    /// All risks, lowest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word as files spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The risk of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|risk| risk.word() == word)
    }
}

/// How a scope is sorted, mildest first: the words of `broad_class`, `require_reason_from` and `class:` in a policy.
///
/// A provider's own sorting (Google's) is taken as it is. Otherwise: `Group` is a broad scope that stands for a whole
/// family or the whole account (`ZohoCRM.modules.ALL`, `full`, `cloud-platform`); `Restricted` any other broad one
/// (`ZohoCRM.modules.leads.ALL`, `repo`); `Sensitive` one that changes data or reads what is delicate; `NonSensitive`
/// the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Identity, and reading data of one kind.
    NonSensitive,
    /// Changes data, or reads what is delicate.
    Sensitive,
    /// Broad.
    Restricted,
    /// Broad, and stands for a family of scopes or a whole account.
    Group,
}

impl Class {
    /// All classes, mildest first.
    pub const ALL: [Self; 4] = [Self::NonSensitive, Self::Sensitive, Self::Restricted, Self::Group];

    /// The word as policies spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NonSensitive => "non-sensitive",
            Self::Sensitive => "sensitive",
            Self::Restricted => "restricted",
            Self::Group => "group",
        }
    }

    /// The class of this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }
}

/// Who may hold a scope: an app for a signed-in user, or an app on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An app acting for a user.
    Delegated,
    /// An app acting on its own.
    Application,
    /// Either.
    #[default]
    Both,
}

impl Kind {
    /// The word as files spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Delegated => "delegated",
            Self::Application => "application",
            Self::Both => "both",
        }
    }
}

/// How far the catalogue is sure of what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Put together by hand from pages and code; parts may be wrong.
    Weak,
    /// Names are good, what they open is partly derived.
    Fair,
    /// From the provider's own machine-readable description.
    Solid,
}

impl Certainty {
    /// The word as files spell it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Fair => "fair",
            Self::Solid => "solid",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Risk};

    #[test]
    fn words_name_their_risk_and_class() {
        assert!(Risk::ALL.into_iter().all(|risk| Risk::named(risk.word()) == Some(risk)));
        assert!(Class::ALL.into_iter().all(|class| Class::named(class.word()) == Some(class)));
        assert!(Class::NonSensitive < Class::Group && Risk::Info < Risk::Critical);
    }
}
