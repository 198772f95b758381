//! A client of a provider's API, and what it may ask for.

use jiff::civil::Date;

use super::glob::Globs;
use super::terms::{Jwt, Review, Tokens};
use crate::yaml::At;

/// A client of a provider's API.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Its name.
    pub name: At<String>,
    /// The provider's id.
    pub provider: At<String>,
    /// What it is for.
    pub purpose: At<String>,
    /// Who answers for it.
    pub owner: At<String>,
    /// What kind of client.
    pub client_type: Option<At<String>>,
    /// How it gets its tokens.
    pub flow: Option<At<String>>,
    /// Its client ids.
    pub client_ids: Vec<At<String>>,
    /// Where its code stands.
    pub paths: Globs,
    /// Which data it touches.
    pub data: Vec<At<String>>,
    /// In order of the file.
    pub environments: Vec<Environment>,
    /// What it may ask for in every environment.
    pub scopes: ScopeLists,
    /// Lifetimes that differ.
    pub tokens: Tokens,
    /// Signing that differs.
    pub jwt: Jwt,
    /// Its review.
    pub review: Review,
    /// What the provider says it granted, and what was used.
    pub evidence: Evidence,
    /// Where it stands in its life.
    pub lifecycle: At<Lifecycle>,
    /// The day by which it must be gone.
    pub retire_by: Option<At<Date>>,
}

/// One environment of an integration.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: At<String>,
    /// The organization at the provider.
    pub org: Option<At<String>>,
    /// The provider's region.
    pub data_center: Option<At<String>>,
    /// What may be asked for here.
    pub scopes: ScopeLists,
}

/// What may be asked for and what may not.
#[derive(Clone, Debug, Default)]
pub struct ScopeLists {
    /// May; each layer for itself, the base's first. A scope must be allowed by all of them.
    pub allow: Vec<Vec<Grant>>,
    /// May not.
    pub deny: Vec<At<String>>,
}

/// A scope that may be asked for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The scope or pattern.
    pub scope: At<String>,
    /// Why.
    pub reason: Option<At<String>>,
    /// Where it was decided.
    pub ticket: Option<At<String>>,
}

/// Files with what the provider says.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// What it granted.
    pub grants: Option<At<String>>,
    /// What was used.
    pub usage: Option<At<String>>,
}

/// Where an integration stands in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lifecycle {
    /// Not yet in use.
    Proposed,
    /// In use.
    #[default]
    Active,
    /// To be gone.
    Deprecated,
    /// Gone.
    Retired,
}

/// The data centres of Zoho: the policy's word, and how their domains end.
/// Source: `zoho.com/crm/developer/docs/api/v8/multi-dc.html`.
pub const ZOHO_CENTRES: [(&str, &str); 9] = [
    ("us", "com"),
    ("eu", "eu"),
    ("in", "in"),
    ("au", "com.au"),
    ("jp", "jp"),
    ("ca", "ca"),
    ("sa", "sa"),
    ("cn", "com.cn"),
    ("uk", "uk"),
];

/// Whether a provider is one of Zoho's, which all live in its data centres.
#[must_use]
pub fn is_zoho(provider: &str) -> bool {
    provider.split('-').next() == Some("zoho")
}

impl Integration {
    /// Everything it may ask for, in any environment.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        let environments = self.environments.iter().map(|environment| &environment.scopes);
        std::iter::once(&self.scopes).chain(environments).flat_map(|lists| lists.allow.iter().flatten())
    }
}
