//! The rows of a snapshot: integrations with their scopes, exceptions, findings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::changes::State;
use super::extent::{Extent, expanded};
use super::standing::Standing;
use super::{Digested, ExceptionRow, FindingRow, Holder, ReviewState, ScopeRow, Sets, grants, usage};
use crate::finding::{Finding, State as Stands};
use crate::judge::Bench;
use crate::judge::standing::allowed;
use crate::policy::integration::{Integration, Lifecycle};
use crate::policy::terms::Review;
use crate::scope::access::Access;
use crate::scope::provider::Provider;
use crate::yaml::At;

/// Reads a file of the repository as it stood: path in, text out.
pub type Fetch<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// The integrations with their scopes, and what evidence could not be read, in words.
#[must_use]
pub fn holders(standings: &[Standing], bench: &Bench<'_>, fetch: &Fetch<'_>) -> (Vec<Holder>, Vec<String>) {
    let mut notes = Vec::new();
    let mut holders: Vec<Holder> = standings.iter().map(|one| holder(one, bench, fetch, &mut notes)).collect();
    holders.sort_by(|a, b| (!a.declared, &a.name, &a.provider).cmp(&(!b.declared, &b.name, &b.provider)));
    (holders, notes)
}

/// The sets alone, for comparing one commit with another.
#[must_use]
pub fn sets(standings: &[Standing], bench: &Bench<'_>) -> State {
    let mut state = State::default();
    for one in standings {
        let (name, integration) = named(one, bench);
        let may =
            |(index, integration)| allowed(index, integration, bench).into_iter().map(|(scope, _)| scope).collect();
        let sets = Sets {
            provider: one.provider.clone(),
            allowed: one.integration.zip(integration).map(may).unwrap_or_default(),
            requested: one.requested.keys().cloned().collect(),
            used: one.used.iter().cloned().collect(),
            breadth: [0; 3],
        };
        for (scope, places) in &one.requested {
            if let Some(place) = places.first() {
                state.places.insert((name.clone(), scope.clone()), place.clone());
            }
        }
        let held =
            state.sets.entry(name).or_insert_with(|| Sets { provider: sets.provider.clone(), ..Sets::default() });
        held.allowed.extend(sets.allowed);
        held.requested.extend(sets.requested);
        held.used.extend(sets.used);
    }
    state
}

fn named<'p>(one: &Standing, bench: &Bench<'p>) -> (String, Option<&'p Integration>) {
    let integration = one.integration.and_then(|index| bench.policy.integrations.get(index));
    (one.name.clone(), integration)
}

fn holder(one: &Standing, bench: &Bench<'_>, fetch: &Fetch<'_>, notes: &mut Vec<String>) -> Holder {
    let (name, integration) = named(one, bench);
    let provider = bench.catalog.provider(&one.provider);
    let mut holder = Holder {
        name,
        provider: one.provider.clone(),
        declared: integration.is_some(),
        lifecycle: lifecycle(integration.map_or(Lifecycle::Active, |integration| integration.lifecycle.value))
            .to_owned(),
        calls: one.calls,
        blind_spots: one.blind,
        ..Holder::default()
    };
    let mut may = Vec::new();
    let (mut granted, mut ran) = (None, BTreeSet::new());
    if let (Some(index), Some(integration)) = (one.integration, integration) {
        may = allowed(index, integration, bench);
        about(integration, bench, &mut holder);
        let mut note = |file: &At<String>, why: String| {
            notes.push(format!(
                "{}: evidence `{}` of {}: {why}",
                bench.policy.line(file.span),
                file.value,
                integration.name.value
            ));
        };
        if let (Some(file), Some(provider)) = (&integration.evidence.grants, provider) {
            let clients: Vec<&str> = integration.client_ids.iter().map(|id| id.value.as_str()).collect();
            let read = |text: &str| {
                grants::read(&file.value, text, &clients, provider, bench.catalog).map_err(|error| error.to_string())
            };
            match fetch(&file.value).and_then(|text| Ok((read(&text)?, digested(&file.value, &text)))) {
                Ok((scopes, digest)) => (granted, holder.grants) = (Some(scopes), Some(digest)),
                Err(why) => note(file, why),
            }
        }
        if let (Some(file), Some(provider)) = (&integration.evidence.usage, provider) {
            let read = |text: &str| usage::read(text, provider, bench.catalog);
            match fetch(&file.value).and_then(|text| Ok((read(&text)?, digested(&file.value, &text)))) {
                Ok(((scopes, unknown), digest)) => {
                    (ran, holder.usage) = (scopes, Some(digest));
                    if unknown > 0 {
                        note(file, format!("{unknown} of its operations are not in the catalogue and were left out"));
                    }
                }
                Err(why) => note(file, why),
            }
        }
    }
    holder.scopes = rows(one, &may, granted.as_ref(), &ran, provider);
    for row in &mut holder.scopes {
        let mut grants = integration.into_iter().flat_map(Integration::grants);
        let grant = grants.find(|grant| grant.scope.value.eq_ignore_ascii_case(&row.scope) && grant.ticket.is_some());
        row.ticket = grant.and_then(|grant| grant.ticket.as_ref()).map(|ticket| ticket.value.clone());
    }
    holder
}

/// One row a scope that stands in any of the sets.
fn rows(
    one: &Standing,
    may: &[(String, Option<String>)],
    granted: Option<&BTreeSet<String>>,
    ran: &BTreeSet<String>,
    provider: Option<&Provider>,
) -> Vec<ScopeRow> {
    let list = |set: &BTreeSet<String>| -> Vec<String> { set.iter().cloned().collect() };
    let allowed: Vec<String> = may.iter().map(|(scope, _)| scope.clone()).collect();
    let requested: Vec<String> = one.requested.keys().cloned().collect();
    let (called, ran) = (list(&one.used), list(ran));
    let used: Vec<String> = called.iter().chain(&ran).cloned().collect();
    let held = granted.map(list);
    let all: BTreeSet<&String> = allowed.iter().chain(&requested).chain(&used).chain(held.iter().flatten()).collect();
    // Where no call can be told, or one cannot, an absence of use proves nothing.
    let sees = (one.calls > 0 && one.blind == 0) || !ran.is_empty();
    let row = |scope: &String| {
        let use_of = Extent::of(provider, scope, &used);
        let by = [("static", &called), ("runtime", &ran)];
        let by = by.iter().filter(|(_, set)| Extent::of(provider, scope, set) != Extent::No);
        let silent = |scope: &str| {
            provider
                .and_then(|known| known.entry(scope))
                .is_some_and(|entry| matches!(entry.access, Access::Identity | Access::Offline) || entry.configured)
        };
        ScopeRow {
            scope: scope.clone(),
            access: access(scope, provider).to_owned(),
            class: class(scope, provider).to_owned(),
            broad: provider.is_some_and(|known| expanded(known, scope).iter().any(|scope| known.is_broad(scope))),
            allowed: Extent::of(provider, scope, &allowed),
            reason: may.iter().find(|(text, _)| text == scope).and_then(|(_, reason)| reason.clone()),
            ticket: None,
            requested: Extent::of(provider, scope, &requested),
            places: one.requested.get(scope).map_or_else(Vec::new, |places| places.iter().cloned().collect()),
            used: if use_of == Extent::No && (!sees || silent(scope)) { Extent::Unknown } else { use_of },
            used_by: by.map(|(word, _)| (*word).to_owned()).collect(),
            granted: held.as_ref().map_or(Extent::Unknown, |held| Extent::of(provider, scope, held)),
            named: held.as_ref().is_some_and(|held| held.contains(scope)),
        }
    };
    all.into_iter().map(row).collect()
}

fn about(integration: &Integration, bench: &Bench<'_>, holder: &mut Holder) {
    let text = |at: &At<String>| at.value.clone();
    holder.owner = Some(text(&integration.owner));
    holder.purpose = Some(text(&integration.purpose));
    holder.retire_by = integration.retire_by.as_ref().map(|day| day.value.to_string());
    holder.client = integration.client_type.iter().chain(&integration.flow).map(text).collect();
    holder.data = integration.data.iter().map(text).collect();
    holder.environments = integration
        .environments
        .iter()
        .map(|one| {
            let more: Vec<String> = one.org.iter().chain(&one.data_center).map(text).collect();
            if more.is_empty() { text(&one.name) } else { format!("{} ({})", one.name.value, more.join(", ")) }
        })
        .collect();
    if integration.lifecycle.value != Lifecycle::Retired {
        holder.review = review(&integration.review, &bench.policy.review, bench.today);
    }
}

/// When something was looked over, and by when it must be again.
#[must_use]
pub fn review(own: &Review, file: &Review, today: Date) -> ReviewState {
    let cadence = own.cadence.as_ref().or(file.cadence.as_ref()).map(|cadence| cadence.value.months().0);
    let grace = own.grace_days.as_ref().or(file.grace_days.as_ref()).map_or(0, |days| days.value);
    let due = |last: Date, months: i32| last.saturating_add(months.months());
    let last = own.last.as_ref().map(|day| day.value);
    let due = cadence.map(|months| last.map(|last| due(last, months)));
    let overdue = match due {
        None => false,
        Some(None) => true,
        Some(Some(due)) => today > due.saturating_add(grace.days()),
    };
    ReviewState {
        last: last.map(|day| day.to_string()),
        by: own.by.as_ref().map(|by| by.value.clone()),
        due: due.flatten().map(|day| day.to_string()),
        overdue,
        ticket: own.ticket.as_ref().map(|ticket| ticket.value.clone()),
        evidence: own.evidence.as_ref().map(|record| record.value.clone()),
    }
}

/// The exceptions of the policy, each with its state on the day. `earlier` are the last days that exceptions had at the
/// ends of earlier periods.
#[must_use]
pub fn exceptions(findings: &[Finding], bench: &Bench<'_>, earlier: &[BTreeMap<String, String>]) -> Vec<ExceptionRow> {
    let used: BTreeSet<&str> = findings
        .iter()
        .filter_map(|finding| match &finding.state {
            Stands::Exempt { id, .. } => Some(id.as_str()),
            _ => None,
        })
        .collect();
    let row = |exception: &crate::policy::Exception| {
        let (id, ends) = (exception.id.value.clone(), exception.expires.value);
        let state = match () {
            () if ends < bench.today => "expired",
            () if !used.contains(id.as_str()) => "unused",
            () if ends <= bench.today.saturating_add(SOON.days()) => "expiring",
            () => "active",
        };
        let last_days: BTreeSet<&String> = earlier.iter().filter_map(|period| period.get(&id)).collect();
        let renewed = last_days.iter().filter(|day| day.as_str() != ends.to_string()).count();
        ExceptionRow {
            id,
            state: state.to_owned(),
            rules: exception.rules.iter().map(|glob| glob.0.value.clone()).collect(),
            reason: exception.reason.value.clone(),
            approver: exception.approver.value.clone(),
            created: exception.created.value.to_string(),
            expires: ends.to_string(),
            ticket: exception.ticket.as_ref().map(|ticket| ticket.value.clone()),
            compensating_control: exception.compensating_control.as_ref().map(|control| control.value.clone()),
            renewed: u32::try_from(renewed).unwrap_or(u32::MAX),
        }
    };
    let mut rows: Vec<ExceptionRow> = bench.policy.exceptions.iter().map(row).collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

/// Findings of secrets and of JWT and OAuth rules with their age. `since` tells on which day a line came in.
#[must_use]
pub fn findings(findings: &[Finding], bench: &Bench<'_>, since: &dyn Fn(&str, u32) -> Option<Date>) -> Vec<FindingRow> {
    let listed = |finding: &&Finding| matches!(finding.rule.family(), "secret" | "jwt" | "oauth");
    let row = |finding: &Finding| {
        let (path, line) = (finding.primary.at.path.to_string(), finding.primary.at.region.start.line);
        let came = since(&path, line).map(|day| day.min(bench.today));
        let days = came.and_then(|day| bench.today.since(day).ok()).map(|span| i64::from(span.get_days()));
        let most = bench.policy.secrets.max_open_days.get(&finding.severity).map(|days| days.value);
        let state = match &finding.state {
            Stands::Open => "open",
            Stands::Baselined => "baseline",
            Stands::Exempt { .. } => "exempt",
            Stands::Ignored { .. } => "ignored",
        };
        FindingRow {
            fingerprint: finding.fingerprint.to_string(),
            rule: finding.rule.to_string(),
            severity: finding.severity.to_string(),
            path,
            line,
            state: state.to_owned(),
            since: came.map(|day| day.to_string()),
            days,
            late: matches!(state, "open" | "baseline") && most.zip(days).is_some_and(|(most, days)| days > most),
        }
    };
    findings.iter().filter(listed).map(row).collect()
}

/// The most that a scope lets one do; of a pattern, the most of what it stands for.
fn access(scope: &str, provider: Option<&Provider>) -> &'static str {
    let Some(provider) = provider else { return "unknown" };
    let scopes = expanded(provider, scope);
    let most = scopes.iter().filter_map(|scope| provider.entry(scope)).map(|entry| entry.access).max();
    match most {
        None => "unknown",
        Some(Access::Identity | Access::Offline) => "identity",
        Some(Access::Read) => "read",
        Some(Access::Create | Access::Update | Access::Write) => "write",
        Some(Access::Delete) => "delete",
        Some(Access::Full | Access::Admin) => "admin",
    }
}

fn class(scope: &str, provider: Option<&Provider>) -> &'static str {
    let Some(provider) = provider else { return "unknown" };
    let known = expanded(provider, scope).into_iter().filter(|scope| provider.entry(scope).is_some());
    known.map(|scope| provider.class(&scope)).max().map_or("unknown", crate::scope::access::Class::word)
}

const fn lifecycle(of: Lifecycle) -> &'static str {
    match of {
        Lifecycle::Proposed => "proposed",
        Lifecycle::Active => "active",
        Lifecycle::Deprecated => "deprecated",
        Lifecycle::Retired => "retired",
    }
}

/// The SHA-256 of a text, in lower-case hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file and its digest.
#[must_use]
pub fn digested(path: &str, text: &str) -> Digested {
    Digested { path: path.to_owned(), sha256: sha256(text.as_bytes()) }
}

/// Days before its end from which an exception is to be looked at.
const SOON: i64 = 30;
