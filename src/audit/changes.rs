//! What grew and what shrank from one state to the next: coverage, never spelling.

use std::collections::{BTreeMap, BTreeSet};

use super::Sets;
use super::extent::{Extent, expanded};
use crate::scope::catalog::Catalog;

/// The sets of every integration, by its name, and the places of what is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// By integration.
    pub sets: BTreeMap<String, Sets>,
    /// `path:line` by integration and requested scope.
    pub places: BTreeMap<(String, String), String>,
}

/// One scope that came or went.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The integration.
    pub integration: String,
    /// The provider's id.
    pub provider: String,
    /// `allowed`, `requested` or `used`.
    pub set: &'static str,
    /// Whether it came.
    pub grew: bool,
    /// The scope.
    pub scope: String,
    /// Where it came in.
    pub place: Option<String>,
}

/// What came and what went, in order. A scope that only moved from one integration to another, as when one is declared,
/// neither came nor went.
#[must_use]
pub fn steps(before: &State, after: &State, catalog: &Catalog) -> Vec<Step> {
    let mut steps = BTreeSet::new();
    let names: BTreeSet<&String> = before.sets.keys().chain(after.sets.keys()).collect();
    let nothing = Sets::default();
    for name in names {
        let (old, new) = (before.sets.get(name).unwrap_or(&nothing), after.sets.get(name).unwrap_or(&nothing));
        let provider = if new.provider.is_empty() { &old.provider } else { &new.provider };
        let lists = [
            ("allowed", &old.allowed, &new.allowed),
            ("requested", &old.requested, &new.requested),
            ("used", &old.used, &new.used),
        ];
        for (set, old, new) in lists {
            let known = catalog.provider(provider);
            let mut push = |scope: &String, grew: bool| {
                let place = after.places.get(&(name.clone(), scope.clone())).filter(|_| grew && set == "requested");
                steps.insert(Step {
                    integration: name.clone(),
                    provider: provider.clone(),
                    set,
                    grew,
                    scope: scope.clone(),
                    place: place.cloned(),
                });
            };
            if old != new {
                new.iter()
                    .filter(|scope| Extent::of(known, scope, old) != Extent::Yes)
                    .for_each(|scope| push(scope, true));
                old.iter()
                    .filter(|scope| Extent::of(known, scope, new) != Extent::Yes)
                    .for_each(|scope| push(scope, false));
            }
        }
    }
    let key = |step: &Step| (step.provider.clone(), step.set, step.scope.clone());
    let side = |grew: bool| -> BTreeSet<_> { steps.iter().filter(|step| step.grew == grew).map(key).collect() };
    let (came, went) = (side(true), side(false));
    steps
        .into_iter()
        .filter(|step| step.set == "allowed" || !(came.contains(&key(step)) && went.contains(&key(step))))
        .collect()
}

/// How many scopes of the catalogue a set opens: what a chart draws.
#[must_use]
pub fn breadth(provider: &str, set: &[String], catalog: &Catalog) -> usize {
    let Some(provider) = catalog.provider(provider) else { return set.len() };
    let held: Vec<String> = set.iter().flat_map(|scope| expanded(provider, scope)).collect();
    let held: Vec<&str> = held.iter().map(String::as_str).collect();
    let cover = provider.cover_all(&held);
    let known = provider.entries().iter().filter(|entry| cover.holds(&provider.cover(&entry.id))).count();
    known.max(set.len())
}

#[cfg(test)]
mod tests {
    use super::{State, steps};
    use crate::audit::Sets;
    use crate::scope::catalog::Catalog;

    fn state(name: &str, requested: &[&str]) -> State {
        let requested = requested.iter().map(|&scope| scope.to_owned()).collect();
        let sets = Sets { provider: "zoho-crm".to_owned(), requested, ..Sets::default() };
        State { sets: [(name.to_owned(), sets)].into(), ..State::default() }
    }

    fn told(before: &State, after: &State) -> Vec<String> {
        let sign = |grew: bool| if grew { '+' } else { '-' };
        let steps = steps(before, after, Catalog::builtin());
        steps.iter().map(|step| format!("{}{} {}", sign(step.grew), step.integration, step.scope)).collect()
    }

    #[test]
    fn a_wider_scope_grows_and_a_narrower_one_shrinks() {
        let (narrow, wide) = (state("sync", &["ZohoCRM.modules.leads.READ"]), state("sync", &["ZohoCRM.modules.ALL"]));
        assert_eq!(told(&narrow, &wide), ["+sync ZohoCRM.modules.ALL"]);
        assert_eq!(told(&wide, &narrow), ["-sync ZohoCRM.modules.ALL"]);
        assert!(told(&wide, &wide).is_empty());
    }

    #[test]
    fn declaring_an_integration_changes_no_access() {
        let (before, after) = (state("zoho-crm", &["ZohoCRM.users.READ"]), state("sync", &["ZohoCRM.users.READ"]));
        assert!(told(&before, &after).is_empty());
    }
}
