//! The catalogue: every provider, opened when it is first asked for.

use std::collections::HashMap;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::DeflateDecoder;
use regex::{Regex, RegexSet};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::access::Kind;
use super::file::{CallsFile, Case, IdsFile, Proof, ScopesFile};
use super::host::{fits as host_fits, may_fit as host_may_fit};
use super::operation::Operations;
use super::provider::Provider;
use super::{ProviderId, spelling};

/// All providers. Cheap to have: only the index is read until a provider is asked for.
#[derive(Debug)]
pub struct Catalog {
    index: Vec<IndexRow>,
    providers: Vec<OnceLock<Option<Provider>>>,
    operations: Vec<OnceLock<Option<Operations>>>,
    shapes: OnceLock<RegexSet>,
    holders: OnceLock<HashMap<String, Vec<usize>>>,
    ids: OnceLock<HashMap<String, Permission>>,
}

/// What is known of a provider before its scopes are opened.
#[derive(Clone, Debug)]
pub struct IndexRow {
    /// Its id.
    pub id: ProviderId,
    /// Its name.
    pub name: String,
    /// Hosts of the API; `*` stands for one or more labels.
    pub hosts: Vec<String>,
    /// Hosts of the authorize URLs.
    pub authorize_hosts: Vec<String>,
    /// Hosts of the token URLs.
    pub token_hosts: Vec<String>,
    /// Authorize URLs.
    pub authorize: Vec<String>,
    /// Token URLs.
    pub token: Vec<String>,
    /// What proves the provider without context.
    pub proof: Option<Proof>,
    /// The pattern of one scope.
    pub shape: Option<String>,
    folds: bool,
}

/// What the id of a permission in a manifest stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The scope.
    pub scope: String,
    /// Who holds it.
    pub kind: Kind,
}

impl Catalog {
    /// The catalogue inside the binary.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| {
            let rows: Vec<RawRow> = serde_json::from_slice(INDEX).expect("the build wrote the index");
            let mut index: Vec<IndexRow> = rows.into_iter().map(IndexRow::from).collect();
            index.sort_by(|a, b| a.id.cmp(&b.id));
            let providers = index.iter().map(|_| OnceLock::new()).collect();
            let operations = index.iter().map(|_| OnceLock::new()).collect();
            let (shapes, holders, ids) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
            Self { index, providers, operations, shapes, holders, ids }
        })
    }

    /// The catalogue as the binary has it, for a digest.
    #[must_use]
    pub fn bytes() -> Vec<u8> {
        BLOCKS.iter().map(|(.., block)| *block).chain([INDEX, NAMES]).collect::<Vec<_>>().concat()
    }

    /// The ids of all providers, in order.
    pub fn ids(&self) -> impl Iterator<Item = &ProviderId> {
        self.index.iter().map(|row| &row.id)
    }

    /// What is known of each provider before its scopes are opened, in order of id.
    #[must_use]
    pub fn index(&self) -> &[IndexRow] {
        &self.index
    }

    /// A provider by id, opened on demand.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        let at = self.place(id)?;
        self.providers[at].get_or_init(|| opened("scopes", id).map(|file: ScopesFile| Provider::new(file))).as_ref()
    }

    /// The operations of a provider's API, opened on demand. `None`: the catalogue knows none.
    #[must_use]
    pub fn operations(&self, id: &str) -> Option<&Operations> {
        let at = self.place(id)?;
        self.operations[at].get_or_init(|| opened("calls", id).map(|file: CallsFile| Operations::new(file))).as_ref()
    }

    /// The id of a provider that somebody who wrote this most likely meant.
    #[must_use]
    pub fn nearest_provider(&self, written: &str) -> Option<&str> {
        let written = written.trim().replace([' ', '_'], "-");
        let rank = |row: &IndexRow| {
            let id = row.id.as_str();
            let part = id.split('-').any(|part| part.eq_ignore_ascii_case(&written));
            let name = row.name.replace(' ', "-").eq_ignore_ascii_case(&written);
            let edits = spelling::distance(id, &written);
            if name {
                0
            } else if part {
                edits.min(1)
            } else {
                edits
            }
        };
        let (edits, id) = self.index.iter().map(|row| (rank(row), row.id.as_str())).min()?;
        (edits <= 1 + written.len() / 5).then_some(id)
    }

    /// The providers that the spelling of a scope alone proves. Common vocabularies (`read`, `repo`, `users:read`) prove
    /// none.
    #[must_use]
    pub fn recognise(&self, scope: &str) -> Vec<&ProviderId> {
        let scope = scope.trim();
        if !(4..=300).contains(&scope.len()) || scope.contains(char::is_whitespace) {
            return Vec::new();
        }
        let shapes = self.shapes.get_or_init(|| {
            let shape =
                |row: &IndexRow| row.shape.clone().filter(|_| row.proof.is_some()).unwrap_or_else(|| NEVER.to_owned());
            RegexSet::new(self.index.iter().map(shape)).expect("the tests compile every shape")
        });
        let fits = shapes.matches(scope);
        let proven = |at: &usize| {
            let row = &self.index[*at];
            row.proof == Some(Proof::Shape) || scope.contains("://") || self.lists(scope, *at)
        };
        fits.iter().filter(proven).map(|at| &self.index[at].id).collect()
    }

    /// The providers whose list holds exactly this scope: one or many for a common vocabulary, which proves nothing by
    /// itself.
    #[must_use]
    pub fn holders(&self, scope: &str) -> Vec<&ProviderId> {
        let held = |key: &str| self.names().get(key).into_iter().flatten();
        let folded = scope.to_ascii_lowercase();
        let mut found: Vec<usize> = held(scope).copied().collect();
        found.extend(held(&folded).filter(|at| self.index[**at].folds));
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| &self.index[at].id).collect()
    }

    /// The providers with an API, authorize or token URL on this host.
    #[must_use]
    pub fn on_host(&self, host: &str) -> Vec<&ProviderId> {
        let on = |row: &&IndexRow| {
            let mut all = row.hosts.iter().chain(&row.authorize_hosts).chain(&row.token_hosts);
            all.any(|pattern| host_fits(pattern, host))
        };
        self.index.iter().filter(on).map(|row| &row.id).collect()
    }

    /// The providers whose API answers on this host; `{}` stands for what is not known of it.
    #[must_use]
    pub fn with_api_on(&self, host: &str) -> Vec<&ProviderId> {
        let on = |row: &&IndexRow| row.hosts.iter().any(|pattern| host_may_fit(pattern, host));
        self.index.iter().filter(on).map(|row| &row.id).collect()
    }

    /// What the id of a Microsoft Graph permission in an app manifest stands for.
    #[must_use]
    pub fn permission(&self, id: &str) -> Option<&Permission> {
        let ids = self.ids.get_or_init(|| {
            let file: IdsFile = opened("scopes", "microsoft-graph-ids").expect("the build embeds this file");
            let permission = |(id, text): (String, String)| {
                let (scope, kind) = text.split_once(' ').unwrap_or((&text, ""));
                let kind = match kind {
                    "delegated" => Kind::Delegated,
                    "application" => Kind::Application,
                    _ => Kind::Both,
                };
                (id, Permission { scope: scope.to_owned(), kind })
            };
            file.ids.into_iter().map(permission).collect()
        });
        ids.get(id.to_ascii_lowercase().as_str())
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.index.binary_search_by(|row| row.id.as_str().cmp(id)).ok()
    }

    fn lists(&self, scope: &str, at: usize) -> bool {
        let key = if self.index[at].folds { scope.to_ascii_lowercase() } else { scope.to_owned() };
        self.names().get(&key).is_some_and(|held| held.contains(&at))
    }

    /// Every listed scope, folded where the provider folds, to the providers that list it.
    fn names(&self) -> &HashMap<String, Vec<usize>> {
        self.holders.get_or_init(|| {
            let listed: HashMap<String, Vec<String>> = read(NAMES);
            let mut holders: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, row) in self.index.iter().enumerate() {
                for name in listed.get(row.id.as_str()).into_iter().flatten() {
                    let key = if row.folds { name.to_ascii_lowercase() } else { name.clone() };
                    holders.entry(key).or_default().push(at);
                }
            }
            holders
        })
    }
}

impl IndexRow {
    /// The pattern of one scope, ready.
    #[must_use]
    pub fn pattern(&self) -> Option<Regex> {
        self.shape.as_deref().and_then(|shape| Regex::new(shape).ok())
    }
}

impl From<RawRow> for IndexRow {
    fn from(raw: RawRow) -> Self {
        let hosts = |urls: &[String]| {
            let mut hosts: Vec<String> = urls.iter().filter_map(|url| host_of(url)).collect();
            hosts.sort();
            hosts.dedup();
            hosts
        };
        let (authorize, token) = (raw.authorize.unwrap_or_default(), raw.token.unwrap_or_default());
        Self {
            id: ProviderId::new(&raw.provider),
            name: raw.name,
            hosts: raw.hosts.unwrap_or_default(),
            authorize_hosts: hosts(&authorize),
            token_hosts: hosts(&token),
            authorize,
            token,
            proof: raw.proof,
            shape: raw.shape,
            folds: raw.case == Some(Case::Fold),
        }
    }
}

#[derive(Deserialize)]
struct RawRow {
    provider: String,
    name: String,
    hosts: Option<Vec<String>>,
    authorize: Option<Vec<String>>,
    token: Option<Vec<String>>,
    proof: Option<Proof>,
    shape: Option<String>,
    case: Option<Case>,
}

/// The host of a URL of the catalogue; a place in it (`<account>.gorgias.com`) becomes `*`.
fn host_of(url: &str) -> Option<String> {
    let host = url.split_once("://")?.1.split('/').next()?;
    let Some(open) = host.find(['{', '<']) else { return Some(host.to_owned()) };
    let close = host.find(['}', '>'])?;
    let host = format!("*{}", host.get(close + 1..)?);
    (open == 0 && host.len() > 1).then_some(host)
}

/// One file of the catalogue. `None`: the build embeds none of this name.
pub(super) fn opened<T: DeserializeOwned>(room: &str, stem: &str) -> Option<T> {
    let (.., block) = BLOCKS.iter().find(|(r, s, _)| *r == room && *s == stem)?;
    Some(read(block))
}

fn read<T: DeserializeOwned>(block: &[u8]) -> T {
    let mut json = Vec::new();
    DeflateDecoder::new(block).read_to_end(&mut json).expect("the build deflated this block");
    serde_json::from_slice(&json).expect("the tests read every file of the catalogue")
}

/// Room, name and deflated JSON of every file of the catalogue.
static BLOCKS: &[(&str, &str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.json"));
static NAMES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.z"));

/// Matches nothing.
const NEVER: &str = r"[^\s\S]";
