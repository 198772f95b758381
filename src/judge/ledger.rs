//! For each integration: what is requested, what is called, what the calls need, and where nobody can see.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;

use super::Bench;
use super::account::{Account, Bond, Call};
use super::owner::Owners;
use super::project::Projects;
use super::request::Request;
use super::words::{and, place};
use crate::fact::{ApiCall, Fact, Operation, Role, Seen};
use crate::finding::{Fix, Label};
use crate::origin::Origin;
use crate::scope::ProviderId;
use crate::source::Coverage;

/// The accounts of a scan: one for each integration that the policy declares, and for what no integration covers one for
/// each provider in each project.
pub(super) struct Ledger<'f> {
    accounts: BTreeMap<Key<'f>, Account<'f>>,
    /// Whether everything was seen: only then is the absence of a call known.
    whole: bool,
}

/// Whose account: the integration by its place in the policy, the provider, and the root of the project where no
/// integration is declared.
pub(super) type Key<'f> = (Option<usize>, ProviderId, &'f Utf8Path);

/// What would be enough, as a sentence and as a replacement.
#[derive(Default)]
pub(super) struct Instead {
    pub(super) sentence: String,
    /// All scopes of the account as they would be, ready to be pasted; where there is more than one.
    pub(super) help: Option<String>,
    pub(super) fix: Option<Fix>,
}

impl<'f> Ledger<'f> {
    pub(super) fn new(
        facts: &'f [Fact],
        requests: &[Request<'f>],
        owners: &Owners<'_>,
        projects: &'f Projects,
        bench: &Bench<'f>,
    ) -> Self {
        let mut accounts: BTreeMap<Key<'f>, Account<'f>> = BTreeMap::new();
        for request in requests {
            let account = accounts.entry(request.account()).or_insert_with(|| Account::new(request.provider));
            account.requested.extend(request.canonical.clone().filter(|_| request.counts()));
            account.strange |= request.canonical.is_none() && request.fact.role == Role::Product;
        }
        enclose(&mut accounts);
        for fact in facts {
            let Seen::Call(call) = &fact.seen else { continue };
            if matches!(fact.at.origin, Origin::History(_)) || fact.role == Role::Docs {
                continue;
            }
            let Some(provider) = bench.catalog.provider(call.provider.as_str()) else { continue };
            let owner = owners.of_place(&fact.at.path, Some(&call.provider));
            let homes = match owner {
                Some(_) => vec![((owner, call.provider.clone(), Utf8Path::new("")), Bond::Own)],
                None => homes(projects.nearest(&fact.at.path), call, &accounts),
            };
            for (key, bond) in homes {
                let bond = match fact.role {
                    Role::Test => Bond::Beside,
                    Role::Generated => bond.max(Bond::Shared),
                    Role::Product | Role::Docs => bond,
                };
                let account = accounts.entry(key).or_insert_with(|| Account::new(provider));
                account.calls.push(Call::new(fact, call, provider, bond, bench));
            }
        }
        accounts.values_mut().for_each(Account::close);
        Self { accounts, whole: bench.coverage == Coverage::Whole }
    }

    /// The accounts with whose each is, in order.
    pub(super) fn accounts(&self) -> impl Iterator<Item = (&Key<'f>, &Account<'f>)> {
        self.accounts.iter()
    }

    pub(super) fn of(&self, request: &Request<'f>) -> Option<&Account<'f>> {
        self.accounts.get(&request.account())
    }

    /// `before` and the operations that are called; nothing where a call cannot be told or there is none.
    pub(super) fn calls_only(&self, request: &Request<'f>, before: &str) -> String {
        let Some(account) = self
            .of(request)
            .filter(|account| self.whole && request.counts() && account.told() > 0 && account.blind() == 0)
        else {
            return String::new();
        };
        let mut names: Vec<String> = account.counted().filter_map(|call| call.operation).map(short).collect();
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
    pub(super) fn needing(&self, request: &Request<'f>) -> Option<String> {
        let provider = request.provider;
        let granted = provider.cover(request.scope());
        let account = self.of(request)?;
        let needs = |call: &&Call<'f>| {
            call.need.as_ref().is_some_and(|need| !need.is_free() && need.is_met(provider, &granted))
        };
        account.counted().find(needs).map(|call| place(call.fact))
    }

    /// What would be enough instead of a request.
    pub(super) fn instead(&self, request: &Request<'f>) -> Instead {
        let Some(account) = self.of(request).filter(|account| self.whole && account.told() > 0) else {
            return Instead::default();
        };
        let Some(excess) = account.excess.iter().find(|excess| excess.scope == request.scope()) else {
            return Instead::default();
        };
        let blind = account.unresolved();
        let names: Vec<String> = excess.instead.iter().map(|scope| format!("`{scope}`")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let sentence = match (names.as_slice(), blind) {
            ([], None) => match account.enough_beside(request.scope()).as_slice() {
                [] => " No call needs it; remove it.".to_owned(),
                [one] => format!(" With `{one}` no call needs it; remove it."),
                _ => " The other scopes are enough for the calls; remove it.".to_owned(),
            },
            ([], Some(blind)) => format!(" No call that could be resolved needs it; {blind}."),
            (names, None) => format!(" Use {}.", and(names)),
            (names, Some(blind)) => format!(" {} would do for the calls that could be resolved; {blind}.", and(names)),
        };
        let help = account.list().map(|list| format!("The whole list: `{list}`"));
        Instead { sentence, help, fix: account.fix(request, &excess.instead) }
    }

    /// The first places of calls, as labels.
    pub(super) fn call_labels(&self, request: &Request<'f>) -> Vec<Label> {
        let label = |call: &Call<'f>| Label {
            at: call.fact.at.clone(),
            text: call
                .need
                .as_ref()
                .and(call.operation)
                .map_or_else(|| "a call that could not be resolved".to_owned(), short),
            excerpt: call.fact.excerpt.clone(),
        };
        self.of(request).map_or_else(Vec::new, |account| account.counted().take(MOST_LABELS).map(label).collect())
    }
}

/// Lets every account that no integration declares know what the projects around it ask for.
fn enclose(accounts: &mut BTreeMap<Key<'_>, Account<'_>>) {
    let asked: Vec<(Key<'_>, BTreeSet<String>)> = accounts
        .iter()
        .filter(|(key, _)| key.0.is_none())
        .map(|(key, one)| (key.clone(), one.requested.clone()))
        .collect();
    for ((owner, provider, project), account) in accounts.iter_mut() {
        if owner.is_some() {
            continue;
        }
        for ((_, other, around), scopes) in &asked {
            if other == provider && around != project && project.starts_with(around) {
                account.around.extend(scopes.iter().cloned());
            }
        }
    }
}

/// The accounts in which a call of a project is entered, where no integration is declared for its place.
///
/// A project that requests scopes makes its calls with them, and maybe with those of the projects around it. A project
/// that requests none is a part of the nearest one around it that does. Where none around it does, somebody beside it
/// uses its calls: the only one that requests, or any of several.
fn homes<'f>(project: &'f Utf8Path, call: &ApiCall, accounts: &BTreeMap<Key<'f>, Account<'f>>) -> Vec<(Key<'f>, Bond)> {
    let asks = |(key, account): &(&Key<'f>, &Account<'f>)| key.1 == call.provider && !account.requested.is_empty();
    let asking: Vec<&Key<'f>> = accounts.iter().filter(asks).map(|(key, _)| key).collect();
    let mut around: Vec<&Key<'f>> =
        asking.iter().copied().filter(|key| key.0.is_none() && project.starts_with(key.2)).collect();
    around.sort_by_key(|key| std::cmp::Reverse(key.2.as_str().len()));
    let nearest = around.first().copied();
    let bond = |key: &&Key<'f>| match nearest {
        Some(nearest) if nearest == *key => Bond::Own,
        Some(_) => Bond::Shared,
        None if asking.len() == 1 && key.0.is_none() => Bond::Only,
        None => Bond::Shared,
    };
    let taken = |key: &&&Key<'f>| nearest.is_none() || around.contains(*key) || key.0.is_some();
    let homes: Vec<(Key<'f>, Bond)> = asking.iter().filter(taken).map(|key| ((*key).clone(), bond(key))).collect();
    if homes.is_empty() { vec![((None, call.provider.clone(), project), Bond::Own)] } else { homes }
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

const MOST_LABELS: usize = 3;
