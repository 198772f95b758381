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
    /// Pieces of ids of scopes that open an operation only for some items or some fields: `drive.file`, `.ReadBasic`.
    #[serde(default)]
    pub partial: Vec<String>,
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

/// What one provider's calls need: `rules/calls/<provider>.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CallsFile {
    /// The provider's id.
    pub provider: String,
    /// What may stand before every path.
    #[serde(default)]
    pub base_paths: Vec<String>,
    /// The same, with places.
    #[serde(default)]
    pub path_prefixes: Vec<String>,
    /// Whether the case of a path matters.
    #[serde(default)]
    pub path_case: Case,
    /// Parts of paths that lead to the same: the first may be read as the second.
    #[serde(default)]
    pub same_paths: Vec<(String, String)>,
    /// The place of a path whose value is a part of the scope.
    #[serde(default)]
    pub variable: Option<String>,
    /// What that value becomes in the scope; a name may end in `*`.
    #[serde(default)]
    pub modules: BTreeMap<String, String>,
    /// The host of each API, by the first part of the operation's name.
    #[serde(default)]
    pub api_hosts: BTreeMap<String, String>,
    /// Whether each operation takes any verb of HTTP.
    #[serde(default)]
    pub any_method: bool,
    /// What is needed, with the operations that need it.
    #[serde(default)]
    pub needs: Vec<NeedRow>,
    /// Client libraries.
    #[serde(default)]
    pub sdk: Vec<SdkRow>,
}

/// What some operations need.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NeedRow {
    /// Whether the operations can be called without: the scopes add to what they answer.
    #[serde(default)]
    pub optional: bool,
    /// One of these.
    #[serde(default)]
    pub any: Vec<String>,
    /// Those of them that grant the least; empty when all do.
    #[serde(default)]
    pub least: Vec<String>,
    /// And these.
    #[serde(default)]
    pub with: Vec<String>,
    /// Or all of these together.
    #[serde(default)]
    pub all: Vec<String>,
    /// And one of these.
    #[serde(default)]
    pub besides: Vec<String>,
    /// Or one of these sets.
    #[serde(default)]
    pub or: Vec<Vec<String>>,
    /// `any` for an app on its own, where it differs.
    #[serde(default)]
    pub app_any: Vec<String>,
    /// `least` for an app on its own.
    #[serde(default)]
    pub app_least: Vec<String>,
    /// Who alone may call, where not both.
    #[serde(default)]
    pub flow: Kind,
    /// Whether the provider has retired the operations.
    #[serde(default)]
    pub deprecated: bool,
    /// Where the fact is from.
    #[serde(default)]
    pub source: Option<String>,
    /// What a reader should know.
    #[serde(default)]
    pub note: Option<String>,
    /// The operations: method, path, and the names libraries give them.
    pub calls: Vec<String>,
}

/// A client library.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SdkRow {
    /// Its name.
    pub name: String,
    /// In which languages it exists.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Texts in a file that show that it is used.
    #[serde(default)]
    pub marks: Vec<String>,
    /// Which argument of a call names the module.
    #[serde(default)]
    pub module_argument: Option<usize>,
    /// The calls: name, name in snake case or `-`, method, path, and the access where told.
    pub calls: Vec<String>,
}
