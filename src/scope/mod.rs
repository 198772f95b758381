//! The words of OAuth scopes: a scope, the provider that knows it.

pub mod access;
#[cfg(test)]
mod call_tests;
pub mod catalog;
pub mod check;
pub mod cover;
pub mod entry;
pub mod file;
pub mod grammar;
pub mod host;
#[cfg(test)]
mod laws;
pub mod list;
mod nearest;
pub mod need;
pub mod operation;
pub mod pattern;
#[cfg(test)]
mod pattern_tests;
pub mod provider;
mod route;
pub mod spelling;
#[cfg(test)]
mod tests;

use std::fmt;

/// A provider of the catalogue, by its id there: `zoho-crm`, `google`, `microsoft-graph`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(Box<str>);

impl ProviderId {
    /// Takes an id as the catalogue spells it.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One scope as somebody wrote it. Equality is of spelling; whether two spellings mean the same is the provider's
/// grammar's business (the catalogue's `canonical`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Box<str>);

impl Scope {
    /// Takes a scope as written.
    #[must_use]
    pub fn new(scope: &str) -> Self {
        Self(scope.into())
    }

    /// The scope.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
