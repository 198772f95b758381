//! The words of an audit: what every integration may, asks for, uses and holds at one commit, and of what that was taken.

pub mod changes;
pub mod compare;
pub mod derive;
pub mod extent;
pub mod grants;
mod headline;
pub mod merge;
pub mod period;
pub mod review;
pub mod standing;
pub mod state;
#[cfg(test)]
mod tests;
pub mod usage;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::extent::Extent;

/// The version of the format; a reader refuses another.
pub const SCHEMA: &str = "overscope-audit/1";

/// The state of a repository's integrations at one commit. Written as canonical JSON: keys in order, no clock, no path of
/// a machine, so that the same commit and the same version give the same bytes anywhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`SCHEMA`].
    pub schema: String,
    /// The quarter: `2026Q4`.
    pub period: String,
    /// The day that terms and reviews are held against, `YYYY-MM-DD`.
    pub as_of: String,
    /// Of what it was taken.
    pub population: Population,
    /// The numbers that a manager reads.
    pub headline: Headline,
    /// In order of name and provider.
    pub integrations: Vec<Holder>,
    /// In order of id.
    pub exceptions: Vec<ExceptionRow>,
    /// Open findings, in order of path and line.
    pub findings: Vec<FindingRow>,
    /// What grew and what shrank since the period before, oldest first.
    pub changes: Vec<Change>,
    /// The state at the end of each period that was looked back to, oldest first.
    pub timeline: Vec<Moment>,
    /// What follows from the sets, in order of list and integration.
    pub items: Vec<Item>,
}

/// What an auditor asks for beside a generated list: where it is from, how it was made, and counts that add up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// The repository's name.
    pub repository: String,
    /// What the policy says it is a part of.
    pub systems: Option<String>,
    /// Who answers for the policy.
    #[serde(default)]
    pub owner: Option<String>,
    /// The review of the policy as a whole.
    #[serde(default)]
    pub review: ReviewState,
    /// The frameworks that the report answers to, by the policy's words.
    #[serde(default)]
    pub frameworks: Vec<String>,
    /// The commit; none where the work tree was read.
    pub commit: Option<String>,
    /// Its committer date, `YYYY-MM-DD`, in UTC.
    pub committed: Option<String>,
    /// The command that makes this snapshot again.
    pub command: String,
    /// The program.
    pub version: String,
    /// SHA-256 of its rules.
    pub rules: String,
    /// SHA-256 of its catalogue of scopes.
    pub catalogue: String,
    /// The policy's path, and the SHA-256 of its text.
    pub policy: Option<Digested>,
    /// Files considered: those read and those not read.
    pub considered: u64,
    /// Files read.
    pub read: u64,
    /// Files not read, by reason.
    pub not_read: BTreeMap<String, u64>,
    /// Whether something could not be read that should have been.
    pub incomplete: bool,
}

/// A file and the SHA-256 of its content, in lower-case hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digested {
    /// Relative to the root.
    pub path: String,
    /// 64 digits.
    pub sha256: String,
}

/// The numbers that a manager reads. Shares are per cent of the scopes that are requested or granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// Integrations that the policy has, but for retired ones.
    pub integrations: u32,
    /// What asks for scopes or holds them without an integration.
    pub undeclared: u32,
    /// Integrations whose review is not overdue; those that need none count.
    pub reviewed: u32,
    /// Scopes that are requested or granted.
    pub scopes: u32,
    /// Of them, by class.
    pub by_class: BTreeMap<String, u32>,
    /// Of them, broad ones.
    pub broad: u32,
    /// Per cent of them with which nothing can be changed.
    pub read_only: Option<u32>,
    /// Per cent of them that no call uses, where that can be told.
    pub unused: Option<u32>,
    /// Scopes that are requested or granted beyond the policy.
    pub beyond: u32,
    /// Exceptions by state.
    pub exceptions: BTreeMap<String, u32>,
    /// Open secrets.
    pub secrets: u32,
    /// Their median age in days.
    pub secrets_age: Option<i64>,
    /// Open findings of JWT and OAuth rules.
    pub tokens: u32,
    /// Integrations with evidence of what was granted.
    pub evidenced: u32,
}

/// An integration, or what asks for a provider's scopes without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its name in the policy; where there is none, the folder and the provider.
    pub name: String,
    /// The provider's id.
    pub provider: String,
    /// Whether the policy has it.
    pub declared: bool,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What it is for.
    pub purpose: Option<String>,
    /// `proposed`, `active`, `deprecated` or `retired`.
    pub lifecycle: String,
    /// The day by which it must be gone.
    pub retire_by: Option<String>,
    /// What kind of client, and by which flow it gets tokens.
    pub client: Vec<String>,
    /// Which data it touches.
    pub data: Vec<String>,
    /// Its environments, each with organization and region where the policy names them.
    pub environments: Vec<String>,
    /// Its review.
    pub review: ReviewState,
    /// The file with what the provider granted; none means that nothing is known of it.
    pub grants: Option<Digested>,
    /// The file with what was used at run time.
    pub usage: Option<Digested>,
    /// Calls whose operation can be told.
    pub calls: u32,
    /// Calls whose operation cannot: where nobody can see.
    pub blind_spots: u32,
    /// One row a scope that is allowed, requested, used or granted, in order.
    pub scopes: Vec<ScopeRow>,
}

/// When an integration was looked over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewState {
    /// The last day.
    pub last: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// The day by which the next is due; none where the policy asks for none.
    pub due: Option<String>,
    /// Whether that day is past.
    pub overdue: bool,
    /// Where it was decided.
    #[serde(default)]
    pub ticket: Option<String>,
    /// Where its record is kept.
    #[serde(default)]
    pub evidence: Option<String>,
}

/// A scope of an integration, and how far each set reaches over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeRow {
    /// The scope in the catalogue's spelling, or a pattern of the policy.
    pub scope: String,
    /// `read`, `write`, `delete`, `admin`, `identity` or `unknown`: the most that it lets one do.
    pub access: String,
    /// How it is sorted, by the words of the policy; `unknown` where the catalogue does not have it.
    pub class: String,
    /// Whether it gives more than most apps should hold.
    pub broad: bool,
    /// What the policy allows of it.
    pub allowed: Extent,
    /// Why.
    pub reason: Option<String>,
    /// Where that was decided.
    #[serde(default)]
    pub ticket: Option<String>,
    /// What code and configuration ask for of it.
    pub requested: Extent,
    /// Where: `path:line`, in order.
    pub places: Vec<String>,
    /// What the calls need of it.
    pub used: Extent,
    /// How that is known: `static`, `runtime`, or both.
    pub used_by: Vec<String>,
    /// What the provider says it granted of it.
    pub granted: Extent,
    /// Whether the provider names this very scope.
    pub named: bool,
}

/// A finding that somebody has taken on until a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRow {
    /// Its name.
    pub id: String,
    /// `active`, `expiring`, `expired` or `unused`.
    pub state: String,
    /// Rules that it is about.
    pub rules: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who said yes.
    pub approver: String,
    /// The first day.
    pub created: String,
    /// The last day.
    pub expires: String,
    /// Where it was decided.
    pub ticket: Option<String>,
    /// What keeps the harm small meanwhile.
    #[serde(default)]
    pub compensating_control: Option<String>,
    /// In how many periods before this one it stood with another last day.
    pub renewed: u32,
}

/// An open finding. Never a secret: rule, place and identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// Its identity.
    pub fingerprint: String,
    /// The rule.
    pub rule: String,
    /// How bad.
    pub severity: String,
    /// Where.
    pub path: String,
    /// The line.
    pub line: u32,
    /// `open`, `baseline`, `exempt` or `ignored`.
    pub state: String,
    /// The day on which its line came in, as far as git tells.
    pub since: Option<String>,
    /// Days from then to the day of the snapshot.
    pub days: Option<i64>,
    /// Whether that is longer than the policy lets it stay open.
    pub late: bool,
}

/// Something that grew or shrank, with the commit that did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The integration.
    pub integration: String,
    /// The provider's id.
    pub provider: String,
    /// `allowed`, `requested` or `used`.
    pub set: String,
    /// Whether it grew.
    pub grew: bool,
    /// The scope.
    pub scope: String,
    /// Full object name.
    pub commit: String,
    /// Author date, `YYYY-MM-DD`, in UTC.
    pub date: String,
    /// The author.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// The pull or merge request that the message names.
    pub request: Option<String>,
    /// `path:line` where it came in.
    pub place: Option<String>,
}

/// What the integrations allowed, asked for and used at the end of one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The quarter.
    pub period: String,
    /// The commit that was current then; none before the first.
    pub commit: Option<String>,
    /// By integration.
    pub integrations: BTreeMap<String, Sets>,
}

/// Three sets of scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sets {
    /// The provider's id.
    pub provider: String,
    /// What the policy allows, as it is written there.
    pub allowed: Vec<String>,
    /// What is asked for.
    pub requested: Vec<String>,
    /// What the calls need.
    pub used: Vec<String>,
    /// How many scopes of the catalogue each of the three opens: allowed, requested, used.
    pub breadth: [u32; 3],
}

/// One line of what is to be looked at or done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Item {
    /// Which list it stands in.
    pub list: List,
    /// The integration, the exception or the rule.
    pub subject: String,
    /// The scope, where it is about one.
    pub scope: Option<String>,
    /// What is so.
    pub what: String,
    /// What to do.
    pub action: String,
    /// Who should.
    pub owner: Option<String>,
}

/// The lists that follow from the sets, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// Granted and not allowed.
    OverGranted,
    /// Asked for and not allowed.
    NotAllowed,
    /// Asked for or granted, and no integration of the policy.
    Undocumented,
    /// Retired or to be gone, and still there.
    RetiredButPresent,
    /// Granted and asked for by nobody.
    StaleGrant,
    /// Asked for or granted, and used by no call.
    Unused,
    /// Used, and neither asked for nor granted.
    LatentFailure,
    /// Allowed, and neither asked for nor granted nor used.
    OverAllowed,
    /// Not looked over in time.
    Unreviewed,
    /// Past its last day, without use, or close to its end.
    Exception,
    /// Open for longer than the policy lets it.
    OpenTooLong,
    /// Nothing is known of what the provider granted.
    NotEvidenced,
}

impl List {
    /// All, with their titles and what to do about their rows.
    pub const ALL: [(Self, &'static str, &'static str); 12] = [
        (
            Self::OverGranted,
            "Granted beyond the policy",
            "Revoke or narrow it at the provider, or allow it with a reason.",
        ),
        (Self::NotAllowed, "Requested beyond the policy", "Ask for less, or allow it with a reason."),
        (Self::Undocumented, "Without an integration", "Add it to the policy with an owner, or remove it."),
        (Self::RetiredButPresent, "Retired but present", "Remove the code and revoke the grant."),
        (Self::StaleGrant, "Granted, requested by nobody", "Revoke it at the provider."),
        (Self::Unused, "Not used, or not all of it", "Narrow it to what is used."),
        (Self::LatentFailure, "Used, not requested", "Request it, or remove the call: it fails with a scope error."),
        (Self::OverAllowed, "Allowed, needed by nobody", "Take it out of the policy."),
        (Self::Unreviewed, "Not reviewed in time", "Review it and write the day into the policy."),
        (Self::Exception, "Exceptions to look at", "Close them or decide anew."),
        (Self::OpenTooLong, "Open for too long", "Rotate, mend, or take it on with a dated exception."),
        (
            Self::NotEvidenced,
            "Granted: not evidenced",
            "Export what the provider granted and name it in `evidence.grants`.",
        ),
    ];

    /// Its title and what to do about its rows.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        Self::ALL.into_iter().find(|(list, ..)| *list == self).map_or(("", ""), |(_, title, action)| (title, action))
    }
}
