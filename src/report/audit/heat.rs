//! Integrations by kind of access: which of the four sets reaches there.

use crate::audit::extent::Extent;
use crate::audit::{Holder, ScopeRow};

/// Kinds of access, the mildest first.
pub(super) const KINDS: [&str; 4] = ["read", "write", "delete", "admin"];
/// The sets, in the order in which they are drawn.
pub(super) const SETS: [&str; 4] = ["allowed", "requested", "used", "granted"];

/// For one kind of access, how far each of the four sets reaches.
pub(super) fn cell(holder: &Holder, kind: &str) -> [Extent; 4] {
    let rows: Vec<&ScopeRow> = holder.scopes.iter().filter(|row| row.access == kind).collect();
    let most = |of: fn(&ScopeRow) -> Extent| rows.iter().map(|row| of(row)).max().unwrap_or(Extent::No);
    let granted = if holder.grants.is_some() { most(|row| row.granted) } else { Extent::Unknown };
    let granted = if rows.is_empty() && holder.grants.is_some() { Extent::No } else { granted };
    [most(|row| row.allowed), most(|row| row.requested), most(|row| row.used), granted]
}

/// Whether there is access of this kind that the policy does not allow.
pub(super) fn beyond(holder: &Holder, kind: &str) -> bool {
    let held = holder.scopes.iter().filter(|row| row.access == kind && row.is_held());
    held.into_iter().any(|row| row.allowed != Extent::Yes)
}

/// The cell in words, for those who do not see it.
pub(super) fn words(cell: [Extent; 4]) -> String {
    let word = |(set, extent): (&str, Extent)| match extent {
        Extent::Yes => set.to_owned(),
        Extent::Partly => format!("partly {set}"),
        Extent::No => format!("not {set}"),
        Extent::Unknown => format!("{set} not known"),
    };
    SETS.into_iter().zip(cell).map(word).collect::<Vec<_>>().join(", ")
}
