//! What follows from the sets: lists of what is to be looked at or done. By coverage, never by spelling.

use super::extent::Extent::{No, Partly, Unknown, Yes};
use super::{ExceptionRow, FindingRow, Holder, Item, List, ScopeRow};
use crate::scope::catalog::Catalog;
use crate::scope::provider::Provider;

/// The lists, in order. `as_of` is the day of the snapshot, `YYYY-MM-DD`.
#[must_use]
pub fn items(
    holders: &[Holder],
    exceptions: &[ExceptionRow],
    findings: &[FindingRow],
    as_of: &str,
    catalog: &Catalog,
) -> Vec<Item> {
    let mut items = Vec::new();
    for holder in holders {
        scopes(holder, catalog.provider(&holder.provider), &mut items);
        life(holder, as_of, &mut items);
    }
    for exception in exceptions.iter().filter(|row| row.state != "active" || row.renewed >= OFTEN) {
        let what = match exception.state.as_str() {
            "expired" => format!("ended on {}", exception.expires),
            "unused" => format!("no finding needs it, until {}", exception.expires),
            "expiring" => format!("ends on {}", exception.expires),
            _ => format!("renewed {} times, until {}", exception.renewed, exception.expires),
        };
        items.push(item(List::Exception, &exception.id, None, what, Some(&exception.approver)));
    }
    for finding in findings.iter().filter(|finding| finding.late) {
        let what =
            format!("{} at {}:{}, {} days", finding.severity, finding.path, finding.line, finding.days.unwrap_or(0));
        items.push(item(List::OpenTooLong, &finding.rule, None, what, None));
    }
    items.sort();
    items
}

fn scopes(holder: &Holder, provider: Option<&Provider>, items: &mut Vec<Item>) {
    let mut push = |list: List, row: &ScopeRow, what: String| {
        items.push(item(list, &holder.name, Some(&row.scope), what, holder.owner.as_ref()));
    };
    for row in &holder.scopes {
        let wide = if row.broad { format!("{}, broad", row.class) } else { row.class.clone() };
        let at = row.places.first().map_or_else(String::new, |place| format!(" at {place}"));
        if holder.declared && row.named && row.allowed != Yes {
            let part = if row.allowed == Partly { "a part of it is allowed" } else { "nothing of it is allowed" };
            push(List::OverGranted, row, format!("{wide}; {part}"));
        }
        if holder.declared && row.allowed != Yes && !row.places.is_empty() {
            let part = if row.allowed == Partly { "; a part of it is allowed" } else { "" };
            push(List::NotAllowed, row, format!("{wide}; requested{at}{part}"));
        }
        if row.named && row.requested == No {
            push(List::StaleGrant, row, wide.clone());
        }
        if row.is_held() && matches!(row.used, No | Partly) {
            let narrower: Vec<&str> = if row.used == Partly { below(holder, row, provider) } else { Vec::new() };
            let what = match (row.used, narrower.as_slice()) {
                (Partly, []) => "a part of it is used".to_owned(),
                (Partly, all) => format!("used of it: {}", all.join(", ")),
                _ => format!("no call needs it{}", basis(holder)),
            };
            push(List::Unused, row, what);
        }
        let asked = row.requested.max(if row.granted == Unknown { No } else { row.granted });
        if row.used == Yes && asked != Yes && !row.used_by.is_empty() && holder.scopes.iter().any(ScopeRow::is_held) {
            push(List::LatentFailure, row, "a call needs it".to_owned());
        }
        if row.allowed == Yes
            && row.requested == No
            && matches!(row.granted, No | Unknown)
            && matches!(row.used, No | Unknown)
        {
            push(List::OverAllowed, row, wide);
        }
    }
}

/// The scopes that are used of a wider one.
fn below<'h>(holder: &'h Holder, row: &ScopeRow, provider: Option<&Provider>) -> Vec<&'h str> {
    let used = |other: &&ScopeRow| {
        !other.used_by.is_empty()
            && other.used == Yes
            && other.scope != row.scope
            && provider.is_some_and(|provider| provider.covers(&row.scope, &other.scope))
    };
    holder.scopes.iter().filter(used).map(|other| other.scope.as_str()).take(MOST_NAMED).collect()
}

/// What "used" is known from, where that is a part only.
fn basis(holder: &Holder) -> String {
    match &holder.usage {
        Some(_) => " (calls in the code and use at run time)".to_owned(),
        None => format!(" ({} call sites in the code; use elsewhere cannot be seen)", holder.calls),
    }
}

fn life(holder: &Holder, as_of: &str, items: &mut Vec<Item>) {
    let mut push = |list: List, what: String| items.push(item(list, &holder.name, None, what, holder.owner.as_ref()));
    let held: Vec<&ScopeRow> = holder.scopes.iter().filter(|row| row.is_held()).collect();
    if !holder.declared {
        let first = held
            .iter()
            .find_map(|row| row.places.first())
            .map_or_else(String::new, |place| format!(", first at {place}"));
        push(List::Undocumented, format!("{} scopes of {} requested{first}", held.len(), holder.provider));
        return;
    }
    let gone = holder.retire_by.as_deref().is_some_and(|day| day < as_of);
    if !held.is_empty() && (holder.lifecycle == "retired" || (holder.lifecycle == "deprecated" && gone)) {
        let since = match &holder.retire_by {
            Some(day) => format!("{} (to be gone by {day})", holder.lifecycle),
            None => holder.lifecycle.clone(),
        };
        push(List::RetiredButPresent, format!("{since}; {} scopes are still requested or granted", held.len()));
    }
    if holder.review.overdue {
        let what = match (&holder.review.last, &holder.review.due) {
            (Some(last), Some(due)) => format!("last {last}, was due {due}"),
            _ => "never".to_owned(),
        };
        push(List::Unreviewed, what);
    }
    if holder.grants.is_none() && holder.lifecycle != "retired" {
        push(List::NotEvidenced, format!("what {} granted is not known", holder.provider));
    }
}

fn item(list: List, subject: &str, scope: Option<&String>, what: String, owner: Option<&String>) -> Item {
    Item {
        list,
        subject: subject.to_owned(),
        scope: scope.cloned(),
        what,
        action: list.words().1.to_owned(),
        owner: owner.cloned(),
    }
}

/// Renewals from which an exception looks like a rule.
const OFTEN: u32 = 2;
/// Scopes named in one sentence.
const MOST_NAMED: usize = 4;
