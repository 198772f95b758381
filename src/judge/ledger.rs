//! For each integration: what is requested, what is called, what the calls need, and where nobody can see.

use std::collections::{BTreeMap, BTreeSet};

use super::Bench;
use super::owner::Owners;
use super::request::Request;
use crate::fact::{ApiCall, Context, Fact, Operation, Role, Seen};
use crate::finding::{Fix, Label};
use crate::origin::Origin;
use crate::scope::ProviderId;
use crate::scope::access::Kind;
use crate::scope::need::{Excess, Need};
use crate::scope::provider::Provider;

/// The accounts of a scan: one for each integration and provider, and one for what no integration covers.
pub(super) struct Ledger<'f> {
    accounts: BTreeMap<(Option<usize>, ProviderId), Account<'f>>,
}

/// What one integration requests and calls.
pub(super) struct Account<'f> {
    pub(super) provider: &'f Provider,
    /// Scopes that product code asks for, in the catalogue's spelling.
    pub(super) requested: BTreeSet<String>,
    pub(super) calls: Vec<Call<'f>>,
    pub(super) excess: Vec<Excess>,
}

/// One call.
pub(super) struct Call<'f> {
    pub(super) fact: &'f Fact,
    pub(super) operation: Option<&'f Operation>,
    /// What it needs; `None` where that cannot be told.
    pub(super) need: Option<Need>,
}

/// What would be enough, as a sentence and as a replacement.
#[derive(Default)]
pub(super) struct Instead {
    pub(super) sentence: String,
    pub(super) fix: Option<Fix>,
}

impl<'f> Ledger<'f> {
    pub(super) fn new(facts: &'f [Fact], requests: &[Request<'f>], owners: &Owners<'_>, bench: &Bench<'f>) -> Self {
        let mut accounts: BTreeMap<_, Account<'f>> = BTreeMap::new();
        for request in requests {
            let key = (request.integration, request.provider.id().clone());
            let account = accounts.entry(key).or_insert_with(|| Account::new(request.provider));
            let asks = request.fact.role == Role::Product && request.asked.context != Context::Docs;
            account.requested.extend(request.canonical.clone().filter(|_| asks));
        }
        for fact in facts {
            let Seen::Call(call) = &fact.seen else { continue };
            if matches!(fact.at.origin, Origin::History(_)) || fact.role == Role::Docs {
                continue;
            }
            let Some(provider) = bench.catalog.provider(call.provider.as_str()) else { continue };
            let key = (owners.of_place(&fact.at.path, Some(&call.provider)), call.provider.clone());
            let account = accounts.entry(key).or_insert_with(|| Account::new(provider));
            account.calls.push(Call { fact, operation: call.operation.as_ref(), need: need(call, provider, bench) });
        }
        for account in accounts.values_mut() {
            let asked: Vec<&str> = account.requested.iter().map(String::as_str).collect();
            account.excess = account.provider.excess(&asked, &account.needs());
        }
        Self { accounts }
    }

    /// The accounts with the integration of each, in order.
    pub(super) fn accounts(&self) -> impl Iterator<Item = (Option<usize>, &Account<'f>)> {
        self.accounts.iter().map(|((integration, _), account)| (*integration, account))
    }

    pub(super) fn of(&self, request: &Request<'_>) -> Option<&Account<'f>> {
        self.accounts.get(&(request.integration, request.provider.id().clone()))
    }

    /// `before` and the operations that are called; nothing where a call cannot be told or there is none.
    pub(super) fn calls_only(&self, request: &Request<'_>, before: &str) -> String {
        let Some(account) = self.of(request).filter(|account| !account.calls.is_empty() && account.blind() == 0) else {
            return String::new();
        };
        let mut names: Vec<String> = account.calls.iter().filter_map(|call| call.operation).map(short).collect();
        names.sort();
        names.dedup();
        match names.as_slice() {
            [one] => format!("{before}{one}"),
            [head @ .., tail] if names.len() <= 3 => format!("{before}{} and {tail}", head.join(", ")),
            [a, b, rest @ ..] => format!("{before}{a}, {b} and {} other operations", rest.len()),
            [] => String::new(),
        }
    }

    /// Where a call stands that needs the scope of a request.
    pub(super) fn needing(&self, request: &Request<'_>) -> Option<String> {
        let provider = request.provider;
        let granted = provider.cover(request.scope());
        let calls = &self.of(request)?.calls;
        let needs = |call: &&Call<'f>| {
            call.need.as_ref().is_some_and(|need| !need.is_free() && need.is_met(provider, &granted))
        };
        calls.iter().find(needs).map(|call| place(call.fact))
    }

    /// What would be enough instead of a request.
    pub(super) fn instead(&self, request: &Request<'_>) -> Instead {
        let Some(account) = self.of(request) else { return Instead::default() };
        let Some(excess) = account.excess.iter().find(|excess| excess.scope == request.scope()) else {
            return Instead::default();
        };
        if account.told() == 0 {
            return Instead::default();
        }
        let blind = account.blind();
        let names: Vec<String> = excess.instead.iter().map(|scope| format!("`{scope}`")).collect();
        let sentence = match (names.as_slice(), blind) {
            ([], 0) => " No call needs it; remove it.".to_owned(),
            ([], _) => format!(" No call that can be told needs it; {} cannot be told.", calls(blind)),
            ([tail], 0) => format!(" Use {tail}."),
            ([head @ .., tail], 0) => format!(" Use {} and {tail}.", head.join(", ")),
            (all, _) => {
                format!(" The calls that can be told need {}; {} cannot be told.", all.join(", "), calls(blind))
            }
        };
        let fix = match excess.instead.as_slice() {
            [one] if blind == 0 && request.asked.replaceable => {
                Some(Fix { replacement: one.clone(), title: format!("ask for `{one}` instead") })
            }
            _ => None,
        };
        Instead { sentence, fix }
    }

    /// The first places of calls, as labels.
    pub(super) fn call_labels(&self, request: &Request<'_>) -> Vec<Label> {
        let label = |call: &Call<'f>| Label {
            at: call.fact.at.clone(),
            text: call.operation.map_or_else(|| "a call that cannot be told".to_owned(), short),
            excerpt: call.fact.excerpt.clone(),
        };
        self.of(request).map_or_else(Vec::new, |account| account.calls.iter().take(MOST_LABELS).map(label).collect())
    }
}

impl<'f> Account<'f> {
    fn new(provider: &'f Provider) -> Self {
        Self { provider, requested: BTreeSet::new(), calls: Vec::new(), excess: Vec::new() }
    }

    /// What the calls need, as far as that can be told.
    pub(super) fn needs(&self) -> Vec<Need> {
        self.calls.iter().filter_map(|call| call.need.clone()).collect()
    }

    /// Calls of which it can be told what they need.
    pub(super) fn told(&self) -> usize {
        self.calls.iter().filter(|call| call.need.is_some()).count()
    }

    /// Calls of which it cannot.
    pub(super) fn blind(&self) -> usize {
        self.calls.len() - self.told()
    }
}

/// What a call needs; `None` where the operation or its module cannot be told or the catalogue does not know it.
fn need(call: &ApiCall, provider: &Provider, bench: &Bench<'_>) -> Option<Need> {
    let seen = call.operation.as_ref()?;
    let operations = bench.catalog.operations(call.provider.as_str())?;
    let mut operation = operations.find(&seen.method, &seen.path)?;
    if let Some(subject) = &seen.subject {
        let named = subject.split(',').filter_map(|subject| operations.module(subject));
        operation.modules.extend(named);
        operation.modules.sort();
        operation.modules.dedup();
    }
    let need = Need::of(provider, operations, &operation, Kind::Both);
    (!need.open && !operation.ambiguous).then_some(need)
}

/// An operation as people say it: `GET /Deals`.
pub(super) fn short(operation: &Operation) -> String {
    let path = &operation.path;
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let version = |segment: &&str| {
        *segment == "{version}"
            || segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let rest = segments.iter().position(version).map_or(segments.as_slice(), |at| &segments[at + 1..]);
    let path = if rest.is_empty() { path.clone() } else { format!("/{}", rest.join("/")) };
    if operation.method.is_empty() { path } else { format!("{} {path}", operation.method) }
}

/// `sync.py:51`.
pub(super) fn place(fact: &Fact) -> String {
    format!("{}:{}", fact.at.path, fact.at.region.start.line)
}

/// `1 call`, `2 calls`.
pub(super) fn calls(number: usize) -> String {
    format!("{number} {}", if number == 1 { "call" } else { "calls" })
}

const MOST_LABELS: usize = 3;
