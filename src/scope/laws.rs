//! Laws of coverage and need, held by every provider of the catalogue.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

use super::access::Kind;
use super::catalog::Catalog;
use super::need::Need;
use super::operation::Operations;
use super::provider::Provider;

/// Every provider with its operations.
fn providers() -> Vec<(&'static Provider, Option<&'static Operations>)> {
    let catalog = Catalog::builtin();
    let ids: Vec<_> = catalog.ids().cloned().collect();
    ids.iter().filter_map(|id| Some((catalog.provider(id.as_str())?, catalog.operations(id.as_str())))).collect()
}

/// Every provider with what some of its operations need, spread over all of them.
fn examples() -> &'static [(&'static Provider, Vec<Need>)] {
    static EXAMPLES: OnceLock<Vec<(&'static Provider, Vec<Need>)>> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let with = |(provider, operations): (&'static Provider, Option<&'static Operations>)| {
            (provider, operations.map_or_else(Vec::new, |operations| needs(provider, operations)))
        };
        providers().into_iter().map(with).collect()
    })
}

fn needs(provider: &Provider, operations: &Operations) -> Vec<Need> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let step = operations.rows().count().div_ceil(MOST);
    for (method, path, _) in operations.rows().step_by(step.max(1)) {
        // A module that every provider with modules has.
        let path = operations.place().map_or_else(|| path.to_owned(), |place| path.replace(&place, "Contacts"));
        let Some(operation) = operations.find(method, &path) else { continue };
        let need = Need::of(provider, operations, &operation, Kind::Both);
        if !need.is_free() && !need.open && seen.insert(format!("{:?}", need.sets)) {
            found.push(need);
        }
    }
    found
}

fn all<'s>(scopes: impl IntoIterator<Item = &'s String>) -> Vec<&'s str> {
    scopes.into_iter().map(String::as_str).collect()
}

#[test]
fn every_scope_covers_itself_and_what_it_implies_and_is_what_it_is_called() {
    for (provider, _) in providers() {
        for entry in provider.entries() {
            assert!(provider.covers(&entry.id, &entry.id), "{} {}", provider.id(), entry.id);
            for implied in &entry.implies {
                assert!(provider.covers(&entry.id, implied), "{} {} {implied}", provider.id(), entry.id);
            }
            for alias in &entry.aliases {
                let same = provider.covers(&entry.id, alias) && provider.covers(alias, &entry.id);
                assert!(same, "{} {} {alias}", provider.id(), entry.id);
            }
            if provider.grammar().folds() {
                assert!(
                    provider.covers(&entry.id.to_ascii_uppercase(), &entry.id.to_ascii_lowercase()),
                    "{}",
                    entry.id
                );
            }
        }
    }
}

#[test]
fn what_covers_a_cover_covers_what_it_covers() {
    for (provider, _) in providers() {
        for entry in provider.entries() {
            for implied in &entry.implies {
                for last in provider.entry(implied).into_iter().flat_map(|entry| &entry.implies) {
                    assert!(provider.covers(&entry.id, last), "{} {} {last}", provider.id(), entry.id);
                }
            }
        }
    }
}

#[test]
fn the_least_is_enough_for_every_operation_and_none_of_it_is_idle() {
    for (provider, needs) in examples() {
        for need in needs.iter().filter(|need| !need.optional) {
            let least = provider.least(std::slice::from_ref(need));
            assert!(need.is_met(provider, &provider.cover_all(&all(&least))), "{} {need:?}", provider.id());
            for scope in &least {
                let others: Vec<&str> = least.iter().filter(|other| *other != scope).map(String::as_str).collect();
                assert!(!need.is_met(provider, &provider.cover_all(&others)), "{} {scope} is idle", provider.id());
            }
        }
    }
}

#[test]
fn who_only_looks_needs_no_right_to_write_where_one_to_read_is_enough() {
    for (provider, operations) in providers() {
        let Some(operations) = operations else { continue };
        let reads = |set: &BTreeSet<String>| {
            set.iter().all(|scope| provider.entry(scope).is_none_or(|entry| entry.access.only_reads()))
        };
        let gets: Vec<_> = operations.rows().filter(|(method, ..)| *method == "GET").collect();
        for (method, path, _) in gets.iter().step_by(gets.len().div_ceil(MOST).max(1)) {
            let Some(operation) = operations.find(method, path).filter(|operation| operation.method == "GET") else {
                continue;
            };
            let need = Need::of(provider, operations, &operation, Kind::Both);
            let may = need.sets.iter().any(reads);
            assert!(!may || need.sets[..need.narrow].iter().all(reads), "{} GET {path} {need:?}", provider.id());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_left_without_the_excess_is_enough_for_what_worked_before(
        provider in any::<proptest::sample::Index>(),
        chosen in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>()), 1..6),
        more in proptest::collection::vec(any::<proptest::sample::Index>(), 0..4),
    ) {
        let (provider, all_needs) = provider.get(examples());
        if !all_needs.is_empty() && !provider.entries().is_empty() {
            let mut asked: BTreeSet<String> = BTreeSet::new();
            let mut called = Vec::new();
            for (need, set) in &chosen {
                let need = need.get(all_needs);
                asked.extend(set.get(&need.sets).iter().cloned());
                called.push(need.clone());
            }
            asked.extend(more.iter().map(|index| index.get(provider.entries()).id.clone()));
            let excess = provider.excess(&all(&asked), &called);
            let over: BTreeSet<&String> = excess.iter().map(|excess| &excess.scope).collect();
            let mut left: BTreeSet<String> = asked.iter().filter(|scope| !over.contains(scope)).cloned().collect();
            left.extend(excess.iter().flat_map(|excess| excess.instead.iter().cloned()));
            let (before, after) = (provider.cover_all(&all(&asked)), provider.cover_all(&all(&left)));
            for need in &called {
                prop_assert!(!need.is_met(provider, &before) || need.is_met(provider, &after), "{} {asked:?} {left:?}", provider.id());
            }
            let missing = provider.missing(&all(&asked), &called);
            prop_assert!(missing.is_empty(), "{missing:?}");
        }
    }

    #[test]
    fn what_several_scopes_cover_together_each_of_them_covers_in_part(
        provider in any::<proptest::sample::Index>(),
        scopes in proptest::collection::vec(any::<proptest::sample::Index>(), 1..5),
    ) {
        let providers = providers();
        let (provider, _) = *provider.get(&providers);
        if !provider.entries().is_empty() {
            let scopes: Vec<&str> = scopes.iter().map(|index| index.get(provider.entries()).id.as_str()).collect();
            let together = provider.cover_all(&scopes);
            for scope in &scopes {
                prop_assert!(together.holds(&provider.cover(scope)));
                prop_assert!(provider.covered_by(scope, &scopes));
            }
        }
    }
}

/// So many operations of a provider are asked about.
const MOST: usize = 120;
