//! What the policy itself needs: reviews, retirements, entries that nobody uses.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Bench, Draft};
use crate::policy::integration::Lifecycle;
use crate::policy::terms::Review;
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
