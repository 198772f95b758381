//! What a tree asks of providers: for each integration what is requested, called, needed, too much and missing.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use serde::Serialize;

use super::Bench;
use super::account::{Account, Bond, Call};
use super::ledger::Ledger;
use super::owner::Owners;
use super::project::Projects;
use super::request::{Request, requests};
use crate::fact::{Context, Fact, Role, Via};
use crate::finding::Confidence;
use crate::origin::Location;
use crate::source::Coverage;

/// One integration: an entry of the policy, or what is implied by a provider in a project. What stands in tests and
/// documentation is listed and enters no sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Integration {
    /// The name in the policy; of an implied one the provider's id, with `@project` below the root.
    pub name: String,
    /// Whether the policy declares it.
    pub declared: bool,
    /// The provider's id.
    pub provider: String,
    /// The root of its project, `.` for the root of the tree; `None` for a declared one.
    pub project: Option<String>,
    /// Who answers for it, as the policy says.
    pub owner: Option<String>,
    /// What it is for, as the policy says.
    pub purpose: Option<String>,
    /// The scopes that are requested, in the catalogue's spelling where it has one, sorted.
    pub requested: Vec<String>,
    /// Of the requested scopes those that a call makes use of, sorted. What is neither here nor in `excess` no call can show
    /// the use of: sign-in, offline access, scopes that the catalogue does not know.
    pub used: Vec<String>,
    /// The narrowest scopes that are enough for the calls that can be told, sorted.
    pub needed: Vec<String>,
    /// Requested, and not or not wholly needed by a call that can be told.
    pub excess: Vec<ExcessScope>,
    /// Needed by a call, and not requested.
    pub missing: Vec<MissingScope>,
    /// Every place that requests a scope, in order of place.
    pub requests: Vec<RequestedScope>,
    /// Every call of the provider's API of which it can be told what it needs, in order of place.
    pub calls: Vec<ApiCallSite>,
    /// The calls of which it cannot be told: what they need may be more than `needed` says.
    pub blind_spots: Vec<ApiCallSite>,
}

/// A requested scope that the calls do not need, or not all of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExcessScope {
    /// The scope.
    pub scope: String,
    /// What is enough in its place; empty where no call that can be told needs it.
    pub instead: Vec<String>,
    /// How sure that is: `low` where a call cannot be told or not everything was seen.
    #[serde(serialize_with = "word")]
    pub confidence: Confidence,
}

/// A scope that calls need and nobody requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingScope {
    /// The scope.
    pub scope: String,
    /// The calls that need it, in order of place.
    pub calls: Vec<Place>,
}

/// A place that requests a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestedScope {
    /// Where.
    pub place: Place,
    /// The scope as written.
    pub scope: String,
    /// As the catalogue spells it; `None`: it does not know the scope.
    pub canonical: Option<String>,
    /// Whether the catalogue calls it broad.
    pub broad: bool,
    /// In what it stands: `code`, `configuration`, `url`, `manifest`, `documentation`.
    pub context: &'static str,
    /// What the file is for: `product`, `test`, `documentation`, `generated`.
    pub role: &'static str,
    /// The client id beside it.
    pub client_id: Option<String>,
    /// How sure it is that this is a request, and of this provider.
    #[serde(serialize_with = "word")]
    pub confidence: Confidence,
    /// Whether it enters the sums.
    pub counts: bool,
}

/// A call of a provider's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiCallSite {
    /// Where.
    pub place: Place,
    /// HTTP method; empty where it cannot be told.
    pub method: String,
    /// Path as the catalogue writes it, or as far as it is known.
    pub path: String,
    /// The module or object that the body names.
    pub subject: Option<String>,
    /// `http` or `sdk`.
    pub via: &'static str,
    /// Any one of these sets of scopes is enough; empty where nothing is needed, and for a blind spot.
    pub needs: Vec<Vec<String>>,
    /// What the file is for, as in a request.
    pub role: &'static str,
    /// Whether it enters the sums.
    pub counts: bool,
    /// Whether other integrations may make it as well: it shows what is used, and asks for nothing.
    pub shared: bool,
}

/// A place in the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
}

/// Draws up the inventory: declared integrations in the order of the policy, then the implied ones by provider and
/// project.
#[must_use]
pub fn inventory(facts: &[Fact], projects: &Projects, bench: &Bench<'_>) -> Vec<Integration> {
    let owners = Owners::new(bench.policy);
    let asked = requests(facts, &owners, projects, bench);
    let ledger = Ledger::new(facts, &asked, &owners, projects, bench);
    let mut by_account: BTreeMap<_, Vec<&Request<'_>>> = BTreeMap::new();
    for request in &asked {
        by_account.entry(request.account()).or_default().push(request);
    }
    let mut declared: BTreeMap<usize, Vec<Integration>> = BTreeMap::new();
    let mut implied = Vec::new();
    for (key, account) in ledger.accounts() {
        let mine = by_account.remove(key).unwrap_or_default();
        let one = integration(key.0, key.2, account, &mine, bench);
        match key.0 {
            Some(index) => declared.entry(index).or_default().push(one),
            None => implied.push(one),
        }
    }
    let mut all = Vec::new();
    for (index, written) in bench.policy.integrations.iter().enumerate() {
        match declared.remove(&index) {
            Some(found) => all.extend(found),
            None => all.extend(
                bench
                    .catalog
                    .provider(&written.provider.value)
                    .map(|provider| integration(Some(index), Utf8Path::new(""), &Account::new(provider), &[], bench)),
            ),
        }
    }
    all.extend(implied);
    all
}

fn integration(
    owner: Option<usize>,
    project: &Utf8Path,
    account: &Account<'_>,
    asked: &[&Request<'_>],
    bench: &Bench<'_>,
) -> Integration {
    let written = owner.and_then(|index| bench.policy.integrations.get(index));
    let provider = account.provider.id().to_string();
    let implied = if project.as_str().is_empty() { provider.clone() } else { format!("{provider}@{project}") };
    let counted =
        |request: &&&Request<'_>| request.fact.role == Role::Product && request.asked.context != Context::Docs;
    let requested: BTreeSet<String> = asked.iter().filter(counted).map(|request| request.scope().to_owned()).collect();
    let confidence =
        if account.blind() == 0 && bench.coverage == Coverage::Whole { Confidence::High } else { Confidence::Low };
    let excess = account.excess.iter().filter(|_| account.told() > 0).map(|excess| ExcessScope {
        scope: excess.scope.clone(),
        instead: excess.instead.clone(),
        confidence,
    });
    let mut missing: BTreeMap<String, BTreeSet<Place>> = BTreeMap::new();
    for call in &account.calls {
        for scope in account.lacking(call) {
            missing.entry(scope).or_default().insert(Place::of(&call.fact.at));
        }
    }
    let (calls, blind): (Vec<&Call<'_>>, Vec<&Call<'_>>) = account.calls.iter().partition(|call| call.need.is_some());
    let sorted = |calls: Vec<&Call<'_>>| {
        let mut sites: Vec<ApiCallSite> = calls.into_iter().map(ApiCallSite::of).collect();
        sites.sort_by(|a, b| (&a.place, &a.method, &a.path).cmp(&(&b.place, &b.method, &b.path)));
        sites
    };
    let mut sites: Vec<RequestedScope> = asked.iter().map(|request| RequestedScope::of(request)).collect();
    sites.sort_by(|a, b| (&a.place, &a.scope).cmp(&(&b.place, &b.scope)));
    Integration {
        name: written.map_or(implied, |written| written.name.value.clone()),
        declared: written.is_some(),
        provider,
        project: written
            .is_none()
            .then(|| if project.as_str().is_empty() { ".".to_owned() } else { project.to_string() }),
        owner: written.map(|written| written.owner.value.clone()),
        purpose: written.map(|written| written.purpose.value.clone()),
        requested: requested.into_iter().collect(),
        used: account.used(),
        needed: account.needed().into_iter().collect(),
        excess: excess.collect(),
        missing: missing
            .into_iter()
            .map(|(scope, calls)| MissingScope { scope, calls: calls.into_iter().collect() })
            .collect(),
        requests: sites,
        calls: sorted(calls),
        blind_spots: sorted(blind),
    }
}

impl RequestedScope {
    fn of(request: &Request<'_>) -> Self {
        Self {
            place: Place::of(&request.fact.at),
            scope: request.asked.scope.as_str().to_owned(),
            canonical: request.canonical.clone(),
            broad: request.provider.is_broad(request.scope()),
            context: match request.asked.context {
                Context::Code => "code",
                Context::Config => "configuration",
                Context::Url => "url",
                Context::Manifest => "manifest",
                Context::Docs => "documentation",
                Context::Token => "token",
            },
            role: role(request.fact.role),
            client_id: request.asked.client_id.clone(),
            confidence: request.fact.confidence,
            counts: request.fact.role == Role::Product && request.asked.context != Context::Docs,
        }
    }
}

impl ApiCallSite {
    fn of(call: &Call<'_>) -> Self {
        let operation = call.operation.cloned();
        let needs = call.need.as_ref().map_or(Vec::new(), |need| {
            need.sets[..need.narrow].iter().map(|set| set.iter().cloned().collect()).collect()
        });
        let (method, path, subject) =
            operation.map_or((String::new(), String::new(), None), |one| (one.method, one.path, one.subject));
        Self {
            place: Place::of(&call.fact.at),
            method,
            path,
            subject,
            via: match call.seen.via {
                Via::Http | Via::Base => "http",
                Via::Sdk => "sdk",
            },
            needs,
            role: role(call.fact.role),
            counts: call.bond.counts(),
            shared: call.bond == Bond::Shared,
        }
    }
}

impl Place {
    fn of(at: &Location) -> Self {
        Self {
            path: at.path.to_string(),
            line: at.region.start.line,
            column: at.region.start.column,
            end_line: at.region.end.line,
            end_column: at.region.end.column,
        }
    }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Product => "product",
        Role::Test => "test",
        Role::Docs => "documentation",
        Role::Generated => "generated",
    }
}

fn word<S: serde::Serializer>(confidence: &Confidence, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(confidence.as_str())
}
