//! What is requested and not needed, needed and not requested, and lists that have drifted apart.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, Bond, Call};
use super::ledger::Ledger;
use super::request::Request;
use super::words::{and, counted, place};
use super::{Bench, Draft, Key};
use crate::finding::{Confidence, Label, Severity};
use crate::origin::Location;
use crate::source::Coverage;

/// What a whole scan has to say about needs. `told` are the places that a graver finding speaks about already.
pub(super) fn drafts<'f>(
    requests: &[Request<'f>],
    ledger: &Ledger<'f>,
    told: &BTreeSet<Location>,
    bench: &Bench<'_>,
) -> Vec<Draft> {
    if bench.coverage != Coverage::Whole {
        return Vec::new();
    }
    let mut drafts = Vec::new();
    for request in requests.iter().filter(|request| request.counts() && !told.contains(&request.fact.at)) {
        drafts.extend(excess(request, ledger, bench));
    }
    for (key, account) in ledger.accounts() {
        let first = requests.iter().find(|request| request.counts() && request.account() == *key);
        drafts.extend(missing(key.0, account, first, bench));
    }
    drafts.extend(drift(requests, bench));
    drafts
}

fn excess<'f>(request: &Request<'f>, ledger: &Ledger<'f>, bench: &Bench<'_>) -> Option<Draft> {
    let account = ledger.of(request)?;
    let excess = account.excess.iter().find(|excess| excess.scope == request.scope())?;
    let (sites, blind) = (account.told(), account.blind());
    // Where no call can be told, nothing is known of what is used.
    if sites == 0 {
        return None;
    }
    let entry = request.provider.entry(request.scope());
    let writes = entry.is_some_and(|entry| !entry.access.only_reads());
    let reads = |scope: &String| request.provider.entry(scope).is_some_and(|entry| entry.access.only_reads());
    // What is enough in its place says what the calls do with it; where nothing calls for it, all that they need does.
    let only_reads = match excess.instead.as_slice() {
        [] => account.needed().iter().all(reads),
        instead => instead.iter().all(reads),
    };
    let instead = ledger.instead(request);
    let (scope, sites) = (&request.asked.scope, counted(sites, "call site"));
    let (rule, message) = if writes && only_reads {
        let message = match excess.instead.as_slice() {
            [] => format!("`{scope}` lets this code write, and no call in the repository writes (checked {sites})."),
            _ => format!("`{scope}` lets this code write, and the calls that it opens only read (checked {sites})."),
        };
        ("scope/write-not-needed", format!("{message}{}", instead.sentence))
    } else if excess.instead.is_empty() {
        let outside = " Usage outside the repository cannot be seen.";
        let message = match account.unresolved() {
            None => format!("`{scope}` is requested, no call in the repository needs it (checked {sites}).{outside}"),
            Some(blind) => format!(
                "`{scope}` is requested, no call that could be resolved needs it (checked {sites}); {blind}.{outside}"
            ),
        };
        ("scope/unused", message)
    } else {
        let message = format!("`{scope}` is more than the calls in the repository need (checked {sites}).");
        ("scope/unused", format!("{message}{}", instead.sentence))
    };
    let mut draft = super::scope::draft(request, rule, message, bench);
    draft.fix = instead.fix;
    draft.help = instead.help.or_else(|| {
        let remove = excess.instead.is_empty().then_some("Remove it, unless something outside the repository uses it.");
        remove
            .map(str::to_owned)
            .or(Some("Change it where it is requested, and where the client is registered.".to_owned()))
    });
    draft.related.extend(ledger.call_labels(request));
    if blind > 0 {
        draft.confidence = Confidence::Low;
        // What nobody can see is no reason to fail a build.
        draft.severity = draft.severity.min(Severity::Low);
        draft.why.push(format!("{} could not be resolved", counted(blind, "call")));
    }
    Some(draft)
}

/// Calls that the requested scopes do not let through. Where nothing is requested the scopes stand elsewhere.
fn missing(
    integration: Option<usize>,
    account: &Account<'_>,
    first: Option<&Request<'_>>,
    bench: &Bench<'_>,
) -> Vec<Draft> {
    let provider = account.provider;
    let mut drafts = Vec::new();
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    for call in &account.calls {
        let Some(operation) = call.operation else { continue };
        let missing = account.lacking(call);
        if missing.is_empty() || !seen.insert(missing.clone()) {
            continue;
        }
        let others =
            account.calls.iter().filter(|other| !std::ptr::eq(*other, call) && account.lacking(other) == missing);
        let names: Vec<String> = missing.iter().map(|scope| format!("`{scope}`")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!(
            "{} {} at {} needs {}; the requested scopes do not include {}. It will fail with a scope error.",
            operation.method,
            operation.path,
            place(call.fact),
            and(&names),
            if names.len() == 1 { "it" } else { "them" }
        );
        let primary = Label { at: call.fact.at.clone(), text: String::new(), excerpt: call.fact.excerpt.clone() };
        let mut draft = bench.draft("scope/missing", primary, message, missing.join(" "));
        draft.related = others.take(MOST_RELATED).map(also).collect();
        if let Some(first) = first {
            draft.help = Some(format!("Add {} to the scopes at {}.", and(&names), place(first.fact)));
            draft.related.push(Label {
                at: first.fact.at.clone(),
                text: "the scopes".to_owned(),
                excerpt: first.fact.excerpt.clone(),
            });
        }
        draft.confidence =
            call.fact.confidence.min(if call.bond == Bond::Own { Confidence::Medium } else { Confidence::Low });
        draft.line_hash.clone_from(&call.fact.line_hash);
        draft.role = call.fact.role;
        draft.integration = integration;
        draft.scope = Some((provider.id().clone(), missing[0].clone()));
        drafts.push(draft);
    }
    drafts
}

fn also(call: &Call<'_>) -> Label {
    Label { at: call.fact.at.clone(), text: "so does this call".to_owned(), excerpt: call.fact.excerpt.clone() }
}

/// Whose lists are compared: those of one client id, or of one declared integration.
type Client<'r> = (Option<usize>, &'r str, Option<&'r str>);

/// Lists of scopes for one client that differ from file to file.
fn drift(requests: &[Request<'_>], bench: &Bench<'_>) -> Vec<Draft> {
    let mut clients: BTreeMap<Client<'_>, BTreeMap<&str, Vec<&Request<'_>>>> = BTreeMap::new();
    for request in requests.iter().filter(|request| request.counts()) {
        let client = request.asked.client_id.as_deref();
        if client.is_none() && request.integration.is_none() {
            continue;
        }
        let key = (request.integration, request.provider.id().as_str(), client);
        clients.entry(key).or_default().entry(request.fact.at.path.as_str()).or_default().push(request);
    }
    let mut drafts = Vec::new();
    for files in clients.values() {
        let mut files = files.iter();
        let Some((first_path, first)) = files.next() else { continue };
        let scopes = |requests: &[&Request<'_>]| -> BTreeSet<String> {
            requests.iter().map(|request| request.scope().to_owned()).collect()
        };
        let there = scopes(first);
        for (_, requests) in files {
            let here = scopes(requests);
            let names = |of: &BTreeSet<String>, not: &BTreeSet<String>| -> Vec<String> {
                of.difference(not).map(|scope| format!("`{scope}`")).collect()
            };
            let (only_here, only_there) = (names(&here, &there), names(&there, &here));
            let parts = [(&only_here, "only here"), (&only_there, "only there")];
            let parts: Vec<String> = parts
                .iter()
                .filter(|(names, _)| !names.is_empty())
                .map(|(names, which)| format!("{} {which}", names.join(", ")))
                .collect();
            if parts.is_empty() {
                continue;
            }
            let message = format!("The scopes asked for here differ from those in {first_path}: {}.", parts.join("; "));
            let mut draft = super::scope::draft(requests[0], "scope/drift", message, bench);
            draft.key = Key::Text(format!("{first_path} {}", parts.join(";")));
            let fact = first[0].fact;
            draft.related.push(Label {
                at: fact.at.clone(),
                text: "the other list".to_owned(),
                excerpt: fact.excerpt.clone(),
            });
            drafts.push(draft);
        }
    }
    drafts
}

const MOST_RELATED: usize = 5;
