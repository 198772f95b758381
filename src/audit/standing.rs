//! What each integration asks for and needs, as sets of scopes: the part of the inventory that an audit speaks of.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::Fact;
use crate::judge::Bench;
use crate::judge::inventory::{Integration, inventory};
use crate::judge::project::Projects;

/// One integration, or what uses a provider without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name in the policy, else the provider's id, with `@project` below the root.
    pub name: String,
    /// The integration, by its place in the policy.
    pub integration: Option<usize>,
    /// The provider's id.
    pub provider: String,
    /// Scopes that the product asks for, in the catalogue's spelling where it has one, with the places: `path:line`.
    pub requested: BTreeMap<String, BTreeSet<String>>,
    /// The narrowest scopes that its calls need, as far as that can be told.
    pub used: BTreeSet<String>,
    /// Calls of which it can be told what they need.
    pub calls: u32,
    /// Calls of which it cannot.
    pub blind: u32,
}

/// The standings of a tree, those of the policy's integrations in its order, then the others. What stands in tests and
/// documentation is left out, and what uses a provider in tests only.
#[must_use]
pub fn standings(facts: &[Fact], projects: &Projects, bench: &Bench<'_>) -> Vec<Standing> {
    let all = inventory(facts, projects, bench).into_iter().map(|one| Standing::of(one, bench));
    let stands = |one: &Standing| one.integration.is_some() || !one.requested.is_empty() || one.calls > 0;
    all.filter(stands).collect()
}

impl Standing {
    fn of(one: Integration, bench: &Bench<'_>) -> Self {
        let index = bench.policy.integrations.iter().position(|integration| integration.name.value == one.name);
        let mut requested: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for request in one.requests.into_iter().filter(|request| request.counts) {
            let place = format!("{}:{}", request.place.path, request.place.line);
            requested.entry(request.canonical.unwrap_or(request.scope)).or_default().insert(place);
        }
        let count = |calls: usize| u32::try_from(calls).unwrap_or(u32::MAX);
        Self {
            name: one.name,
            integration: index.filter(|_| one.declared),
            provider: one.provider,
            requested,
            used: one.needed.into_iter().collect(),
            calls: count(one.calls.iter().filter(|call| call.counts).count()),
            blind: count(one.blind_spots.iter().filter(|call| call.counts).count()),
        }
    }
}
