//! What the policy itself needs: reviews, retirements, entries that nobody uses.

use jiff::ToSpan;
use jiff::civil::Date;

use super::ledger::Ledger;
use super::request::Request;
use super::words::place;
use super::{Bench, Draft};
use crate::fact::{Fact, Seen};
use crate::finding::Label;
use crate::policy::integration::{Integration, Lifecycle};
use crate::policy::terms::Review;
use crate::scope::pattern::ScopePattern;
use crate::source::Coverage;
use crate::span::Span;

/// Reviews that are overdue, of the file and of each integration.
pub(super) fn reviews(bench: &Bench<'_>) -> Vec<Draft> {
    let policy = bench.policy;
    let mut drafts = Vec::new();
    let whole = policy.owner.as_ref().map_or(Span::default(), |owner| owner.span);
    drafts.extend(overdue("The policy", whole, &policy.review, &policy.review, bench));
    for integration in &policy.integrations {
        if integration.lifecycle.value != Lifecycle::Retired {
            let name = &integration.name;
            drafts.extend(overdue(&name.value, name.span, &integration.review, &policy.review, bench));
        }
    }
    drafts
}

fn overdue(name: &str, place: Span, own: &Review, file: &Review, bench: &Bench<'_>) -> Option<Draft> {
    let cadence = own.cadence.as_ref().or(file.cadence.as_ref())?.value;
    let grace = own.grace_days.as_ref().or(file.grace_days.as_ref()).map_or(0, |days| days.value);
    let (months, word) = cadence.months();
    let Some(last) = &own.last else {
        let label = bench.policy.label(place, "no `review.last`")?;
        let message = format!("{name} was never reviewed; the policy asks for a {word} review.");
        return Some(bench.draft("policy/review-overdue", label, message, name.to_owned()));
    };
    let due = last.value.checked_add(months.months()).ok()?;
    let late = due.checked_add(grace.days()).unwrap_or(Date::MAX);
    if bench.today <= late {
        return None;
    }
    let with_grace = match grace {
        0 => String::new(),
        1 => " (+1 day grace)".to_owned(),
        days => format!(" (+{days} days grace)"),
    };
    let message = format!("{name} was last reviewed {}; {word} review was due {due}{with_grace}.", last.value);
    Some(bench.draft(
        "policy/review-overdue",
        bench.policy.label(last.span, "the last review")?,
        message,
        name.to_owned(),
    ))
}

/// What the policy's entries and the scanned code say of each other: integrations that are gone or should be, grants
/// that nobody asks for, grants without the reason that the policy wants.
pub(super) fn entries(facts: &[Fact], requests: &[Request<'_>], ledger: &Ledger<'_>, bench: &Bench<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (index, integration) in bench.policy.integrations.iter().enumerate() {
        let mine: Vec<&Request<'_>> = requests.iter().filter(|request| request.integration == Some(index)).collect();
        drafts.extend(still_there(integration, &mine, bench));
        drafts.extend(without_reason(integration, bench));
        if bench.coverage == Coverage::Whole {
            let called = ledger.accounts().any(|(key, account)| key.0 == Some(index) && !account.calls.is_empty());
            if mine.is_empty() && !called {
                drafts.extend(orphaned(integration, facts, bench));
            } else {
                drafts.extend(unused_grants(integration, &mine, bench));
            }
        }
    }
    drafts
}

fn still_there(integration: &Integration, mine: &[&Request<'_>], bench: &Bench<'_>) -> Option<Draft> {
    let name = &integration.name.value;
    let late = integration.retire_by.as_ref().filter(|day| day.value < bench.today);
    let (what, span) = match (integration.lifecycle.value, late) {
        (Lifecycle::Retired, _) => (format!("{name} is retired"), integration.lifecycle.span),
        (Lifecycle::Deprecated, Some(day)) => (format!("{name} was to be gone by {}", day.value), day.span),
        _ => return None,
    };
    let first = mine.first()?;
    let message = format!(
        "{what}, but {} still asks for `{}`. Remove the code and revoke the grant.",
        place(first.fact),
        first.asked.scope
    );
    let primary = Label { at: first.fact.at.clone(), text: String::new(), excerpt: first.fact.excerpt.clone() };
    let mut draft = bench.draft("policy/retired-but-present", primary, message, name.clone());
    draft.related.extend(bench.policy.label(span, "where it stands in its life"));
    draft.line_hash.clone_from(&first.fact.line_hash);
    draft.role = first.fact.role;
    Some(draft)
}

fn orphaned(integration: &Integration, facts: &[Fact], bench: &Bench<'_>) -> Option<Draft> {
    if integration.lifecycle.value != Lifecycle::Active || integration.paths.is_empty() {
        return None;
    }
    let provider = bench.catalog.provider(&integration.provider.value)?;
    // A credential at its place is a sign of life, whosever it is.
    if facts.iter().any(|fact| integration.paths.covers(&fact.at.path) && matches!(fact.seen, Seen::Secret(_))) {
        return None;
    }
    let name = &integration.name;
    let globs: Vec<&str> = integration.paths.0.iter().map(|(glob, _)| glob.value.as_str()).collect();
    let message = format!(
        "{} is active, but no file under {} mentions {} any more. Retire it and revoke the grant.",
        name.value,
        globs.join(", "),
        provider.name()
    );
    let label = bench.policy.label(name.span, "nothing asks for its scopes")?;
    Some(bench.draft("policy/orphaned-integration", label, message, name.value.clone()))
}

fn unused_grants(integration: &Integration, mine: &[&Request<'_>], bench: &Bench<'_>) -> Vec<Draft> {
    let Some(provider) = bench.catalog.provider(&integration.provider.value) else { return Vec::new() };
    let name = &integration.name.value;
    let unused = integration.grants().filter(|grant| {
        let Ok(pattern) = ScopePattern::parse(&grant.scope.value) else { return false };
        let under = provider.expand(&pattern);
        let under: Vec<&str> = under.iter().map(String::as_str).collect();
        let asks = |request: &&Request<'_>| {
            // Who asks for more than is allowed asks for what is allowed, too: the request is at fault, not the grant.
            pattern.matches(provider, request.scope())
                || provider.covered_by(request.scope(), &under)
                || under.iter().any(|scope| provider.covers(request.scope(), scope))
        };
        !mine.iter().any(asks)
    });
    unused
        .filter_map(|grant| {
            let scope = &grant.scope.value;
            let message =
                format!("`{scope}` is allowed for {name}, and no code asks for it. Take it out of the policy.");
            let label = bench.policy.label(grant.scope.span, "nobody asks for it")?;
            Some(bench.draft("policy/grant-unused", label, message, format!("{name} {scope}")))
        })
        .collect()
}

fn without_reason(integration: &Integration, bench: &Bench<'_>) -> Vec<Draft> {
    let Some(from) = &bench.policy.defaults.require_reason_from else { return Vec::new() };
    let Some(provider) = bench.catalog.provider(&integration.provider.value) else { return Vec::new() };
    let name = &integration.name.value;
    integration
        .grants()
        .filter(|grant| grant.reason.is_none())
        .filter_map(|grant| {
            let pattern = ScopePattern::parse(&grant.scope.value).ok()?;
            let worst = provider.expand(&pattern).iter().map(|scope| provider.class(scope)).max()?;
            if worst < from.value {
                return None;
            }
            let scope = &grant.scope.value;
            let message = format!(
                "`{scope}` is allowed for {name} without a reason; it is {}, and defaults.require_reason_from asks for one \
                 from {} on ({}).",
                worst.word(),
                from.value.word(),
                bench.policy.line(from.span)
            );
            let label = bench.policy.label(grant.scope.span, "no reason")?;
            let mut draft = bench.draft("policy/grant-without-reason", label, message, format!("{name} {scope}"));
            draft.related.extend(bench.policy.label(from.span, "from this class on"));
            Some(draft)
        })
        .collect()
}
