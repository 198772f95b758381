//! The numbers that a manager reads.

use super::extent::Extent;
use super::{ExceptionRow, FindingRow, Headline, Holder, Item, List, ScopeRow};

impl Headline {
    /// Counts.
    #[must_use]
    pub fn of(holders: &[Holder], exceptions: &[ExceptionRow], findings: &[FindingRow], items: &[Item]) -> Self {
        let alive = |holder: &&Holder| holder.declared && holder.lifecycle != "retired";
        let mut headline = Self {
            integrations: count(holders.iter().filter(alive)),
            undeclared: count(holders.iter().filter(|holder| !holder.declared)),
            reviewed: count(holders.iter().filter(alive).filter(|holder| !holder.review.overdue)),
            evidenced: count(holders.iter().filter(alive).filter(|holder| holder.grants.is_some())),
            beyond: count(items.iter().filter(|item| matches!(item.list, List::OverGranted | List::NotAllowed))),
            ..Self::default()
        };
        let held: Vec<(&Holder, &ScopeRow)> = holders
            .iter()
            .flat_map(|holder| holder.scopes.iter().map(move |row| (holder, row)))
            .filter(|(_, row)| row.is_held())
            .collect();
        headline.scopes = count(held.iter());
        headline.broad = count(held.iter().filter(|(_, row)| row.broad));
        for (_, row) in &held {
            *headline.by_class.entry(row.class.clone()).or_default() += 1;
        }
        let reads = count(held.iter().filter(|(_, row)| matches!(row.access.as_str(), "read" | "identity")));
        headline.read_only = share(reads, headline.scopes);
        let told: Vec<&ScopeRow> = held.iter().map(|(_, row)| *row).filter(|row| row.used != Extent::Unknown).collect();
        headline.unused = share(count(told.iter().filter(|row| row.used == Extent::No)), count(told.iter()));
        for exception in exceptions {
            *headline.exceptions.entry(exception.state.clone()).or_default() += 1;
        }
        let open = |family: &'static [&'static str]| {
            findings.iter().filter(move |row| {
                let of = row.rule.split('/').next().unwrap_or_default();
                family.contains(&of) && matches!(row.state.as_str(), "open" | "baseline")
            })
        };
        headline.secrets = count(open(&["secret"]));
        headline.tokens = count(open(&["jwt", "oauth"]));
        let mut ages: Vec<i64> = open(&["secret"]).filter_map(|row| row.days).collect();
        ages.sort_unstable();
        headline.secrets_age = ages.get(ages.len() / 2).copied();
        headline
    }
}

impl ScopeRow {
    /// Whether somebody asks for this very scope, or the provider names it: not only a wider or a narrower one.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.named || !self.places.is_empty()
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

fn share(part: u32, whole: u32) -> Option<u32> {
    (whole > 0).then(|| (part * 100 + whole / 2) / whole)
}
