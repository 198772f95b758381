//! A catalogue file as written: `rules/scopes/<provider>.yaml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::access::{Access, Certainty, Class, Kind, Risk};

/// One provider's scopes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScopesFile {
    /// The provider's id; equals the name of the file.
    pub provider: String,
    /// The provider's name as people say it.
    pub name: String,
    /// How far the file may be trusted.
    pub certainty: Certainty,
    /// When the facts were gathered.
    #[serde(default)]
    pub as_of: String,
    /// Under what terms the sources stand.
    #[serde(default)]
    pub licence: String,
    /// Where the facts are from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What a reader should know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Hosts of the API; `*` stands for one or more labels.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Where a user is sent to agree.
    #[serde(default)]
    pub authorize: Vec<String>,
    /// Where tokens are fetched.
    #[serde(default)]
    pub token: Vec<String>,
    /// Files and calls in which the scopes are asked for.
    #[serde(default)]
    pub requested_in: Vec<String>,
    /// How scopes are spelled.
    pub grammar: GrammarEntry,
    /// The scopes.
    #[serde(default)]
    pub scopes: Vec<ScopeRow>,
}

/// How a provider spells its scopes, and what the spelling says about what a scope covers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GrammarEntry {
    /// What stands between the scopes of a list; the first is the usual one.
    #[serde(default)]
    pub separators: Vec<String>,
    /// The signs between the parts of one scope.
    #[serde(default)]
    pub segment: String,
    /// What proves the provider without context: the shape alone, or the shape and being listed.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// The pattern of one scope.
    #[serde(default)]
    pub shape: Option<String>,
    /// Whether case matters.
    #[serde(default)]
    pub case: Case,
    /// What stands before every id of this file that has no `://` of its own.
    #[serde(default)]
    pub prefix: Option<String>,
    /// What may stand before a scope without changing it.
    #[serde(default)]
    pub optional_prefixes: Vec<String>,
    /// Scopes that mean whatever the client is configured for.
    #[serde(default)]
    pub everything_configured: Vec<String>,
    /// Last parts that stand for several others: `ALL: [READ, CREATE, UPDATE, DELETE]`.
    #[serde(default)]
    pub verbs: BTreeMap<String, Vec<String>>,
    /// Last parts that stand for themselves.
    #[serde(default)]
    pub single_verbs: Vec<String>,
    /// Paths whose verb reaches every path below.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Names of a group: `ZohoCRM.send_mail.all` is the group `ZohoCRM.send_mail`.
    #[serde(default)]
    pub group_names: BTreeMap<String, String>,
    /// Paths that stand for every unlisted name beside them.
    #[serde(default)]
    pub custom: Vec<String>,
    /// Other names of a part below a group: `Price_Books: pricebooks`.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Scopes that stand for everything below a path.
    #[serde(default)]
    pub everything: BTreeMap<String, String>,
}

/// What proves a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// The shape alone.
    Shape,
    /// The shape, and that the catalogue lists the scope.
    Listed,
}

/// Whether `READ` and `read` are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// They differ.
    #[default]
    Exact,
    /// They are the same.
    Fold,
}

/// One scope.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScopeRow {
    /// The scope.
    pub id: String,
    /// What it grants, in a few words.
    pub title: String,
    /// What it lets one do.
    pub access: Access,
    /// On what.
    #[serde(default)]
    pub resource: String,
    /// Whether it gives more than most apps should hold.
    #[serde(default)]
    pub broad: bool,
    /// Whether it is so when an app holds it on its own.
    #[serde(default)]
    pub broad_app: bool,
    /// The harm.
    pub risk: Risk,
    /// The provider's own sorting.
    #[serde(default)]
    pub class: Option<Class>,
    /// Why it is broad.
    #[serde(default)]
    pub why: Option<String>,
    /// Whether it reaches only items of the app itself.
    #[serde(default)]
    pub limited: bool,
    /// What may be enough instead, though this scope does not include it.
    #[serde(default)]
    pub narrower: Vec<String>,
    /// What it includes.
    #[serde(default)]
    pub implies: Vec<String>,
    /// Other spellings of the same.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Who may hold it.
    #[serde(default)]
    pub kind: Kind,
    /// For which kind (`d`, `a`) only an administrator may agree.
    #[serde(default)]
    pub admin_consent: String,
    /// Whether the provider has retired it.
    #[serde(default)]
    pub deprecated: bool,
    /// Whether the provider's pages list it, where the file tells.
    #[serde(default)]
    pub documented: Option<bool>,
    /// What a reader should know.
    #[serde(default)]
    pub note: Option<String>,
}

/// Ids under which a manifest names permissions: `rules/scopes/<provider>-ids.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IdsFile {
    /// The provider's id.
    pub provider: String,
    /// The id of the API itself.
    pub resource: String,
    /// Id to scope and kind, as `Mail.Read delegated`.
    pub ids: BTreeMap<String, String>,
}
