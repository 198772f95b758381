//! Who has spoken for a finding: inline comments and exceptions, those that hold, those that have ended, those that
//! nobody needs.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::civil::Date;

use super::{Bench, Draft};
use crate::fact::Ignore;
use crate::finding::{Finding, Label, RuleId, State};
use crate::origin::Origin;
use crate::policy::glob::rule_glob;
use crate::policy::{About, EXCEPTION_MAX_DAYS, Exception};
use crate::source::Coverage;

/// Sets the states of findings and returns what there is to say about the comments and exceptions themselves.
pub(super) fn apply(judged: &mut [(Draft, Finding)], ignores: &[Ignore], bench: &Bench<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for exception in &bench.policy.exceptions {
        drafts.extend(one_exception(judged, exception, bench));
    }
    for ignore in ignores.iter().filter(|ignore| counts(ignore, bench)) {
        let about = one_ignore(judged, ignore, bench);
        // A comment in an earlier version cannot be mended any more.
        drafts.extend(about.filter(|_| !matches!(ignore.at.origin, Origin::History(_))));
    }
    drafts
}

/// Whether a comment counts: our own, and those of tools that the policy names.
pub(super) fn counts(ignore: &Ignore, bench: &Bench<'_>) -> bool {
    ignore.tool.is_none_or(|tool| bench.policy.compat.iter().any(|named| named.value == tool))
}

fn one_exception(judged: &mut [(Draft, Finding)], exception: &Exception, bench: &Bench<'_>) -> Option<Draft> {
    let policy = bench.policy;
    let flaw = flaw(exception, bench);
    let matching: Vec<&mut (Draft, Finding)> =
        judged.iter_mut().filter(|(draft, finding)| speaks_for(exception, draft, finding, bench)).collect();
    let id = &exception.id.value;
    let ticket = exception.ticket.as_ref().map_or(String::new(), |ticket| format!(" (ticket {})", ticket.value));
    if matching.is_empty() {
        if bench.coverage != Coverage::Whole {
            return None;
        }
        let label = policy.label(exception.id.span, "nobody needs this")?;
        let message = format!("{id} matched nothing in this scan. Delete it.");
        return Some(bench.draft("policy/exception-unused", label, message, id.clone()));
    }
    if let Some((what, span)) = flaw {
        let related: Vec<Label> = matching
            .iter()
            .take(MOST_RELATED)
            .map(|(_, finding)| Label { text: "active again".to_owned(), ..finding.primary.clone() })
            .collect();
        let (findings, are) = if matching.len() == 1 { ("finding", "is") } else { ("findings", "are") };
        let scopes = matching.iter().all(|(draft, _)| draft.rule.family() == "scope");
        let mend = if scopes { "remove the scope" } else { "mend the cause" };
        let message =
            format!("{id} {what}{ticket}; its {findings} {are} active again. Renew with a new reason or {mend}.");
        let mut draft =
            bench.draft("policy/exception-expired", policy.label(span, "it no longer holds")?, message, id.clone());
        draft.related = related;
        return Some(draft);
    }
    for (_, finding) in matching {
        if finding.state == State::Open {
            finding.state = State::Exempt {
                id: id.clone(),
                reason: exception.reason.value.clone(),
                until: exception.expires.value.to_string(),
            };
        }
    }
    let days = days(bench.today, exception.expires.value);
    if days > SOON {
        return None;
    }
    let label = policy.label(exception.expires.span, "soon")?;
    let in_days = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    let message = format!("{id} expires {in_days}, on {}{ticket}.", exception.expires.value);
    Some(bench.draft("policy/exception-expiring", label, message, id.clone()))
}

/// Why an exception does not hold today, and where that is written.
fn flaw(exception: &Exception, bench: &Bench<'_>) -> Option<(String, crate::span::Span)> {
    let (created, expires) = (exception.created.value, exception.expires.value);
    if bench.today > expires {
        return Some((format!("expired on {expires}"), exception.expires.span));
    }
    if bench.today < created {
        return Some((format!("holds only from {created} on"), exception.created.span));
    }
    let (most, line) = match &bench.policy.defaults.exception_max_days {
        Some(most) => (most.value, bench.policy.line(most.span)),
        None => (EXCEPTION_MAX_DAYS, "the built-in default".to_owned()),
    };
    let term = days(created, expires);
    (term > most).then(|| {
        let what = format!("runs {term} days, longer than the {most} of defaults.exception_max_days ({line})");
        (what, exception.expires.span)
    })
}

/// All conditions of an exception must hold.
fn speaks_for(exception: &Exception, draft: &Draft, finding: &Finding, bench: &Bench<'_>) -> bool {
    // What the policy says about itself is not taken on by the policy's own entries, but by mending it.
    let itself = matches!(draft.rule.as_str(), "policy/exception-expired" | "policy/exception-unused");
    !itself
        && exception.rules.iter().any(|glob| glob.covers(&draft.rule))
        && match &exception.about {
            About::Paths(globs) => globs.covers(&draft.primary.at.path),
            About::Fingerprint(fingerprint) => fingerprint.value == finding.fingerprint.0,
            About::Integration(name) => draft
                .integration
                .and_then(|index| bench.policy.integrations.get(index))
                .is_some_and(|integration| integration.name.value == name.value),
        }
        && (exception.scopes.is_empty() || about_scopes(exception, draft, bench))
}

fn about_scopes(exception: &Exception, draft: &Draft, bench: &Bench<'_>) -> bool {
    let Some((provider, scope)) = &draft.scope else { return false };
    exception.scopes.iter().any(|pattern| super::cover::matches(bench.catalog, provider, &pattern.value, scope))
}

fn one_ignore(judged: &mut [(Draft, Finding)], ignore: &Ignore, bench: &Bench<'_>) -> Option<Draft> {
    let primary = Label { at: ignore.at.clone(), text: String::new(), excerpt: ignore.excerpt.clone() };
    let key = ignore.rules.join(",");
    let draft = |rule: &str, message: String| Some(bench.draft(rule, primary.clone(), message, key.clone()));
    if ignore.rules.is_empty() {
        let message = "This comment names no rule, so it ignores nothing. Write `overscope: ignore[rule] reason`.";
        return draft("policy/ignore-without-reason", message.to_owned());
    }
    let Some(reason) = &ignore.reason else {
        let message = format!("`ignore[{key}]` gives no reason, so it does not hold. Say why after the bracket.");
        return draft("policy/ignore-without-reason", message);
    };
    let matching: Vec<&mut (Draft, Finding)> = judged
        .iter_mut()
        .filter(|(draft, _)| {
            let at = &draft.primary.at;
            at.path == ignore.at.path
                && at.origin == ignore.at.origin
                && (ignore.lines.0..=ignore.lines.1).contains(&at.region.start.line)
                && ignore.rules.iter().any(|glob| rule_glob(glob, &draft.rule))
        })
        .collect();
    if let Some(until) = &ignore.until {
        let flaw = match Date::from_str(until) {
            Ok(date) if bench.today <= date => None,
            Ok(date) => Some(format!("expired on {date}")),
            Err(_) => Some(format!("ends on `{until}`, which is no date")),
        };
        if let Some(flaw) = flaw {
            if matching.is_empty() {
                return draft("policy/ignore-unused", format!("`ignore[{key}]` {flaw} and hides nothing. Delete it."));
            }
            let message = format!(
                "`ignore[{key}]` {flaw}; its finding is active again. Renew with a new reason or mend the cause."
            );
            return draft("policy/exception-expired", message);
        }
    }
    if let Some(tool) = ignore.tool {
        return foreign(tool, ignore, matching, draft);
    }
    if matching.is_empty() {
        return unused(ignore, &key, bench).and_then(|message| draft("policy/ignore-unused", message));
    }
    for (_, finding) in matching {
        if finding.state == State::Open {
            finding.state = State::Ignored { reason: reason.clone() };
        }
    }
    None
}

/// The comment of another tool: it hides findings, and that nobody says why is told.
fn foreign(
    tool: &str,
    ignore: &Ignore,
    matching: Vec<&mut (Draft, Finding)>,
    draft: impl Fn(&str, String) -> Option<Draft>,
) -> Option<Draft> {
    let open =
        matching.into_iter().filter(|(one, finding)| finding.state == State::Open && one.rule.family() != "policy");
    let mut rules = BTreeSet::new();
    for (one, finding) in open {
        finding.state = State::Ignored { reason: ignore.reason.clone().unwrap_or_default() };
        rules.insert(one.rule.to_string());
    }
    let rules: Vec<String> = rules.into_iter().collect();
    let message = format!(
        "A comment of {tool} hides {0} and gives no reason. Write `overscope: ignore[{0}] reason`.",
        rules.join(", ")
    );
    if rules.is_empty() { None } else { draft("policy/ignore-without-reason", message) }
}

/// What to say of a comment that hides nothing; nothing where the scan could not have seen what it hides.
fn unused(ignore: &Ignore, key: &str, bench: &Bench<'_>) -> Option<String> {
    for rule in &ignore.rules {
        let known = rule == "*"
            || rule.strip_suffix("/*").is_some_and(|family| bench.rules.iter().any(|rule| rule.id.family() == family))
            || bench.rules.find(rule).is_some();
        if !known {
            let near = bench.rules.nearest(rule).map(RuleId::as_str);
            let meant = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Some(format!("`ignore[{key}]` hides nothing: there is no rule `{rule}`{meant}"));
        }
    }
    (bench.coverage == Coverage::Whole)
        .then(|| format!("`ignore[{key}]` hides nothing: the rule has nothing to say here. Delete the comment."))
}

/// Whole days from one date to another; negative when the other is earlier.
fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// Days before its end from which an exception is called to mind.
const SOON: i64 = 30;
/// Places of findings that are shown beside an expired exception.
const MOST_RELATED: usize = 5;
