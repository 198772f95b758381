//! What differs between two snapshots.

use std::collections::BTreeMap;

use super::changes::{State, Step, steps};
use super::extent::Extent;
use super::{Holder, ScopeRow, Sets, Snapshot};
use crate::scope::catalog::Catalog;

/// Scopes that came and went between two snapshots, by coverage; what was granted counts, too.
#[must_use]
pub fn compare(before: &Snapshot, after: &Snapshot, catalog: &Catalog) -> Vec<Step> {
    let mut found = steps(&state(before, listed), &state(after, listed), catalog);
    let granted = steps(&state(before, held), &state(after, held), catalog);
    found.extend(granted.into_iter().map(|step| Step { set: "granted", place: None, ..step }));
    found.sort();
    found
}

fn state(snapshot: &Snapshot, sets: fn(&Holder) -> Sets) -> State {
    let mut state = State { sets: BTreeMap::new(), places: BTreeMap::new() };
    for holder in &snapshot.integrations {
        for row in &holder.scopes {
            if let Some(place) = row.places.first() {
                state.places.insert((holder.name.clone(), row.scope.clone()), place.clone());
            }
        }
        state.sets.insert(holder.name.clone(), sets(holder));
    }
    state
}

fn listed(holder: &Holder) -> Sets {
    let of = |chosen: fn(&ScopeRow) -> bool| {
        holder.scopes.iter().filter(|row| chosen(row)).map(|row| row.scope.clone()).collect()
    };
    Sets {
        provider: holder.provider.clone(),
        allowed: of(|row| row.allowed == Extent::Yes),
        requested: of(|row| !row.places.is_empty()),
        used: of(|row| row.used == Extent::Yes),
        breadth: [0; 3],
    }
}

fn held(holder: &Holder) -> Sets {
    let granted = holder.scopes.iter().filter(|row| row.granted == Extent::Yes).map(|row| row.scope.clone());
    Sets { provider: holder.provider.clone(), allowed: granted.collect(), ..Sets::default() }
}
