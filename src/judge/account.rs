//! One account: what one integration requests, what it calls, what that needs, and where nobody can see.

use std::collections::BTreeSet;

use super::Bench;
use super::request::Request;
use super::words::place;
use crate::fact::{ApiCall, Fact, Operation, Role, Via};
use crate::finding::{Confidence, Fix};
use crate::scope::access::Kind;
use crate::scope::need::{Excess, Need};
use crate::scope::provider::Provider;

/// What one integration requests and calls.
pub(super) struct Account<'f> {
    pub(super) provider: &'f Provider,
    /// Scopes that product code asks for, in the catalogue's spelling.
    pub(super) requested: BTreeSet<String>,
    /// Scopes that the projects around it ask for: its calls may be made with them.
    pub(super) around: BTreeSet<String>,
    pub(super) calls: Vec<Call<'f>>,
    pub(super) excess: Vec<Excess>,
    /// Whether scopes are asked for that the catalogue does not know.
    pub(super) strange: bool,
}

/// One call.
#[derive(Clone)]
pub(super) struct Call<'f> {
    pub(super) fact: &'f Fact,
    pub(super) seen: &'f ApiCall,
    pub(super) operation: Option<&'f Operation>,
    /// What it needs; `None` where that cannot be told.
    pub(super) need: Option<Need>,
    pub(super) bond: Bond,
}

/// How closely a call belongs to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bond {
    /// It is made in the same project, or in one inside it that requests nothing.
    Own,
    /// It is made in another project, and this account's is the only one that requests anything.
    Only,
    /// Other accounts may make it as well: it shows that a scope is used, never that one is missing.
    Shared,
    /// It is made in a test: it is shown and not counted.
    Beside,
}

impl Bond {
    /// Whether the call shows that a scope is used.
    pub(super) const fn counts(self) -> bool {
        !matches!(self, Self::Beside)
    }

    /// Whether the account must have the scopes that the call needs.
    pub(super) const fn binds(self) -> bool {
        matches!(self, Self::Own | Self::Only)
    }
}

impl<'f> Account<'f> {
    pub(super) fn new(provider: &'f Provider) -> Self {
        Self {
            provider,
            requested: BTreeSet::new(),
            around: BTreeSet::new(),
            calls: Vec::new(),
            excess: Vec::new(),
            strange: false,
        }
    }

    /// Draws the balance, once everything is entered.
    pub(super) fn close(&mut self) {
        self.join_bases();
        let asked: Vec<&str> = self.requested.iter().map(String::as_str).collect();
        let needs: Vec<Need> = self.counted().filter_map(|call| call.need.clone()).collect();
        self.excess = self.provider.excess(&asked, &needs);
        // Of several that would do one is called for by name: what is needed is never told to be too much.
        let needed = self.provider.least(&needs);
        self.excess.retain(|excess| !excess.instead.is_empty() || !needed.contains(&excess.scope));
        if self.is_sparse() {
            self.excess.retain(|excess| !excess.instead.is_empty());
        }
    }

    /// Base URLs that other files call with hide nothing: their calls are told by their paths.
    fn join_bases(&mut self) {
        let by_path = |call: &Call<'f>| call.seen.via == Via::Http && call.fact.confidence == Confidence::Medium;
        if self.counted().any(|call| call.need.is_some() && by_path(call)) {
            self.calls.retain(|call| call.seen.via != Via::Base);
        }
    }

    /// Whether so few of many scopes have a call that those of the others are likely made in a way that nobody sees.
    fn is_sparse(&self) -> bool {
        let idle = self.excess.iter().filter(|excess| excess.instead.is_empty()).count();
        let told = self.counted().filter(|call| call.need.is_some());
        let kinds: BTreeSet<&Operation> = told.filter_map(|call| call.operation).collect();
        idle >= MANY_IDLE && kinds.len() * 3 < idle
    }

    /// The calls that count.
    pub(super) fn counted(&self) -> impl Iterator<Item = &Call<'f>> {
        self.calls.iter().filter(|call| call.bond.counts())
    }

    /// What the calls need, as far as that can be told: all of what binds, and what else the requested scopes are for.
    pub(super) fn needs(&self) -> Vec<Need> {
        let asked: Vec<&str> = self.requested.iter().map(String::as_str).collect();
        let granted = self.provider.cover_all(&asked);
        let mine = |call: &Call<'f>, need: &Need| call.bond.binds() || need.is_met(self.provider, &granted);
        self.counted().filter_map(|call| call.need.as_ref().filter(|need| mine(call, need))).cloned().collect()
    }

    /// The narrowest scopes that are enough for the calls.
    pub(super) fn needed(&self) -> BTreeSet<String> {
        self.provider.least(&self.needs())
    }

    /// The requested scopes that some call makes use of.
    pub(super) fn used(&self) -> Vec<String> {
        let provider = self.provider;
        let needs: Vec<&Need> = self.counted().filter_map(|call| call.need.as_ref()).collect();
        let used = |scope: &&String| {
            let cover = provider.cover(scope);
            needs.iter().any(|need| need.sets.iter().flatten().any(|other| cover.meets(&provider.cover(other))))
        };
        let excess =
            |scope: &String| self.excess.iter().any(|excess| excess.scope == *scope && excess.instead.is_empty());
        self.requested.iter().filter(|scope| !excess(scope)).filter(used).cloned().collect()
    }

    /// What a call needs and nobody requests.
    pub(super) fn lacking(&self, call: &Call<'f>) -> Vec<String> {
        if self.requested.is_empty() || !call.bond.binds() || call.fact.role != Role::Product {
            return Vec::new();
        }
        let asked: Vec<&str> = self.requested.iter().chain(&self.around).map(String::as_str).collect();
        let need = call.need.as_slice();
        self.provider.missing(&asked, need).into_iter().collect()
    }

    /// Of the scopes that would be left those that open the calls which a scope opens.
    pub(super) fn enough_beside(&self, scope: &str) -> Vec<String> {
        let provider = self.provider;
        let granted = provider.cover(scope);
        let opened: Vec<Need> = self
            .counted()
            .filter_map(|call| call.need.clone())
            .filter(|need| !need.is_free() && need.is_met(provider, &granted))
            .collect();
        let beside = |left: &String| {
            let cover = provider.cover(left);
            opened.iter().any(|need| need.is_met(provider, &cover))
        };
        self.left().into_iter().filter(beside).collect()
    }

    /// The scopes as they would be without what is too much, and with what is missing.
    fn left(&self) -> BTreeSet<String> {
        let over = |scope: &&String| self.excess.iter().any(|excess| excess.scope == **scope);
        let kept = self.requested.iter().filter(|scope| !over(scope)).cloned();
        let instead = self.excess.iter().flat_map(|excess| excess.instead.iter().cloned());
        let lacking = self.calls.iter().flat_map(|call| self.lacking(call));
        kept.chain(instead).chain(lacking).collect()
    }

    /// The same as one text, where several scopes are requested and nothing is in doubt.
    pub(super) fn list(&self) -> Option<String> {
        if self.requested.len() < 2 || self.blind() > 0 || self.strange {
            return None;
        }
        let left: Vec<String> = self.left().into_iter().collect();
        (!left.is_empty()).then(|| left.join(self.provider.grammar().separator()))
    }

    /// What to put in the place of a request, where that is certain.
    pub(super) fn fix(&self, request: &Request<'_>, instead: &[String]) -> Option<Fix> {
        let [one] = instead else { return None };
        // What opens some items or fields only may not be enough, and nobody sees which are used.
        let certain = self.blind() == 0 && !self.strange && !self.provider.grammar().is_partial(one);
        if !certain || request.fact.confidence < Confidence::High {
            return None;
        }
        Some(Fix { replacement: spelled(request, one)?, title: format!("ask for `{one}` instead") })
    }

    /// How many calls could not be resolved and where the first of them stands; `None` where all could.
    pub(super) fn unresolved(&self) -> Option<String> {
        let mut blind = self.counted().filter(|call| call.need.is_none());
        let first = place(blind.next()?.fact);
        Some(match blind.count() {
            0 => format!("the call at {first} could not be resolved"),
            more => format!("{} calls could not be resolved, the first at {first}", more + 1),
        })
    }

    /// Calls of which it can be told what they need.
    pub(super) fn told(&self) -> usize {
        self.counted().filter(|call| call.need.is_some()).count()
    }

    /// Calls of which it cannot.
    pub(super) fn blind(&self) -> usize {
        self.counted().count() - self.told()
    }
}

impl<'f> Call<'f> {
    pub(super) fn new(fact: &'f Fact, seen: &'f ApiCall, provider: &Provider, bond: Bond, bench: &Bench<'_>) -> Self {
        Self { fact, seen, operation: seen.operation.as_ref(), need: need(seen, provider, bench), bond }
    }
}

/// A scope in the spelling of the one whose place it takes: with the same prefix, percent-coded where that is. `None`: the
/// place does not hold the scope as it stands.
fn spelled(request: &Request<'_>, one: &str) -> Option<String> {
    let (written, canonical) = (request.asked.scope.as_str(), request.scope());
    let tail = |long: &str, short: &str| -> Option<usize> {
        let at = long.len().checked_sub(short.len())?;
        long.get(at..).filter(|tail| tail.eq_ignore_ascii_case(short)).map(|_| at)
    };
    let plain = match (tail(written, canonical), tail(canonical, written)) {
        (Some(at), _) => format!("{}{one}", &written[..at]),
        (None, Some(at)) => one.strip_prefix(&canonical[..at])?.to_owned(),
        (None, None) => one.to_owned(),
    };
    if request.asked.replaceable {
        return Some(plain);
    }
    let excerpt = &request.fact.excerpt;
    let text = excerpt.text.get(excerpt.mark.range())?;
    let (colon, slash) = if text.contains("%3a") || text.contains("%2f") { ("%3a", "%2f") } else { ("%3A", "%2F") };
    let coded = |plain: &str| plain.replace(':', colon).replace('/', slash);
    (text.contains('%') && coded(written) == text).then(|| coded(&plain))
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

/// From so many scopes without a call on it is asked whether calls are seen at all.
const MANY_IDLE: usize = 6;
