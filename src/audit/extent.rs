//! How far a set of scopes reaches over one scope. Coverage, never spelling.

use serde::{Deserialize, Serialize};

use crate::scope::pattern::ScopePattern;
use crate::scope::provider::Provider;

/// How far a set of scopes reaches over one scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// Nobody can tell.
    #[default]
    Unknown,
    /// Not at all.
    No,
    /// Over a part of it.
    Partly,
    /// Over all of it.
    Yes,
}

impl Extent {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::No => "no",
            Self::Partly => "partly",
            Self::Yes => "yes",
        }
    }

    /// How far `set` reaches over `scope`. A pattern stands for the scopes that the catalogue has for it; what the
    /// catalogue does not know is compared by its spelling.
    #[must_use]
    pub fn of(provider: Option<&Provider>, scope: &str, set: &[String]) -> Self {
        let Some(provider) = provider else {
            return if set.iter().any(|other| other == scope) { Self::Yes } else { Self::No };
        };
        let wanted = expanded(provider, scope);
        let held: Vec<String> = set.iter().flat_map(|other| expanded(provider, other)).collect();
        let held: Vec<&str> = held.iter().map(String::as_str).collect();
        let covered = wanted.iter().filter(|scope| provider.covered_by(scope, &held)).count();
        if covered == wanted.len() && !wanted.is_empty() {
            return Self::Yes;
        }
        let whole = provider.cover_all(&held);
        let meets = covered > 0 || wanted.iter().any(|scope| whole.meets(&provider.cover(scope)));
        if meets { Self::Partly } else { Self::No }
    }
}

/// The scopes that a text stands for.
#[must_use]
pub fn expanded(provider: &Provider, text: &str) -> Vec<String> {
    match ScopePattern::parse(text) {
        Ok(pattern) if !pattern.is_exact() => {
            let scopes = provider.expand(&pattern);
            if scopes.is_empty() { vec![text.to_owned()] } else { scopes }
        }
        _ => vec![text.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::Extent;
    use crate::scope::catalog::Catalog;

    fn of(scope: &str, set: &[&str]) -> Extent {
        let set: Vec<String> = set.iter().map(|&text| text.to_owned()).collect();
        Extent::of(Catalog::builtin().provider("zoho-crm"), scope, &set)
    }

    #[test]
    fn a_set_reaches_over_what_it_covers_and_partly_over_what_it_meets() {
        assert_eq!(of("ZohoCRM.modules.leads.READ", &["ZohoCRM.modules.ALL"]), Extent::Yes);
        assert_eq!(of("ZohoCRM.modules.ALL", &["ZohoCRM.modules.leads.READ"]), Extent::Partly);
        assert_eq!(of("ZohoCRM.users.READ", &["ZohoCRM.modules.ALL"]), Extent::No);
        assert_eq!(of("ZohoCRM.modules.deals.READ", &["ZohoCRM.modules.*.READ"]), Extent::Yes);
        assert_eq!(of("ZohoCRM.users.READ", &[]), Extent::No);
    }

    #[test]
    fn without_a_catalogue_only_the_same_spelling_counts() {
        let set = vec!["a.read".to_owned()];
        assert_eq!(Extent::of(None, "a.read", &set), Extent::Yes);
        assert_eq!(Extent::of(None, "a", &set), Extent::No);
    }
}
