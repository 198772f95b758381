//! Snapshots of many repositories as one organisation: only sums and the worst are kept, one snapshot at a time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{List, SCHEMA, Snapshot};

/// An organisation's integrations in sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// [`ORGANISATION`].
    pub schema: String,
    /// The quarters that the snapshots are of, with how many of each.
    pub periods: BTreeMap<String, u32>,
    /// One row a repository.
    pub repositories: Vec<RepositoryRow>,
    /// Sums by owner.
    pub teams: BTreeMap<String, Sum>,
    /// Sums by provider.
    pub providers: BTreeMap<String, Sum>,
    /// The widest holdings, the worst first.
    pub worst: Vec<WorstRow>,
}

/// One repository in sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RepositoryRow {
    /// Its name.
    pub repository: String,
    /// The quarter of its snapshot.
    pub period: String,
    /// The commit of its snapshot.
    pub commit: Option<String>,
    /// SHA-256 of its snapshot.
    pub sha256: String,
    /// Whether something could not be read.
    pub incomplete: bool,
    /// Its sums.
    pub sum: Sum,
}

/// Sums over integrations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sum {
    /// Integrations, declared or not.
    pub integrations: u32,
    /// Those that no policy has.
    pub undeclared: u32,
    /// Scopes that are requested or granted.
    pub scopes: u32,
    /// Of them, broad ones.
    pub broad: u32,
    /// Requested or granted beyond the policy.
    pub beyond: u32,
    /// Used by no call.
    pub unused: u32,
    /// Not reviewed in time.
    pub unreviewed: u32,
    /// Open secrets; by team and provider they are not told apart.
    pub secrets: u32,
}

/// One holding among the worst.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorstRow {
    /// Beyond the policy, then broad, then unused scopes: the larger, the worse.
    pub weight: (u32, u32, u32),
    /// The repository.
    pub repository: String,
    /// The integration.
    pub integration: String,
    /// The provider's id.
    pub provider: String,
    /// Who answers for it.
    pub owner: String,
}

impl Organisation {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { schema: ORGANISATION.to_owned(), ..Self::default() }
    }

    /// Adds the snapshot of one repository; `sha256` is the digest of its file.
    pub fn add(&mut self, snapshot: &Snapshot, sha256: &str) {
        let name = &snapshot.population.repository;
        *self.periods.entry(snapshot.period.clone()).or_default() += 1;
        let mut whole = Sum { secrets: snapshot.headline.secrets, ..Sum::default() };
        for holder in &snapshot.integrations {
            let of = |list: List| {
                let items = snapshot.items.iter().filter(|item| item.list == list && item.subject == holder.name);
                u32::try_from(items.count()).unwrap_or(u32::MAX)
            };
            let held = || holder.scopes.iter().filter(|row| row.is_held());
            let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
            let sum = Sum {
                integrations: 1,
                undeclared: u32::from(!holder.declared),
                scopes: count(held().count()),
                broad: count(held().filter(|row| row.broad).count()),
                beyond: of(List::OverGranted) + of(List::NotAllowed),
                unused: of(List::Unused),
                unreviewed: of(List::Unreviewed),
                secrets: 0,
            };
            let owner = holder.owner.clone().unwrap_or_else(|| NOBODY.to_owned());
            whole.join(&sum);
            self.teams.entry(owner.clone()).or_default().join(&sum);
            self.providers.entry(holder.provider.clone()).or_default().join(&sum);
            self.worst.push(WorstRow {
                weight: (sum.beyond, sum.broad, sum.unused),
                repository: name.clone(),
                integration: holder.name.clone(),
                provider: holder.provider.clone(),
                owner,
            });
        }
        self.repositories.push(RepositoryRow {
            repository: name.clone(),
            period: snapshot.period.clone(),
            commit: snapshot.population.commit.clone(),
            sha256: sha256.to_owned(),
            incomplete: snapshot.population.incomplete,
            sum: whole,
        });
        if self.worst.len() > 4 * MOST_WORST {
            self.tidy();
        }
    }

    /// The same bytes whatever the order in which snapshots were added.
    #[must_use]
    pub fn finish(mut self) -> Self {
        self.tidy();
        self.repositories.sort();
        self
    }

    fn tidy(&mut self) {
        self.worst.retain(|row| row.weight > (0, 0, 0));
        self.worst.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.cmp(b)));
        self.worst.truncate(MOST_WORST);
    }
}

impl Sum {
    fn join(&mut self, other: &Self) {
        self.integrations += other.integrations;
        self.undeclared += other.undeclared;
        self.scopes += other.scopes;
        self.broad += other.broad;
        self.beyond += other.beyond;
        self.unused += other.unused;
        self.unreviewed += other.unreviewed;
        self.secrets += other.secrets;
    }
}

/// Reads a snapshot.
///
/// # Errors
/// What is none, or of another version; in words.
pub fn read(text: &str) -> Result<Snapshot, String> {
    let snapshot: Snapshot = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if snapshot.schema == SCHEMA {
        Ok(snapshot)
    } else {
        Err(format!("its schema is `{}`, this reads `{SCHEMA}`", snapshot.schema))
    }
}

/// The version of the organisation's format.
pub const ORGANISATION: &str = "overscope-organisation/1";
/// Who owns what nobody owns.
pub const NOBODY: &str = "nobody";
/// Holdings that are listed.
const MOST_WORST: usize = 50;
