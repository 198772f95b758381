//! One request for a scope, held against the policy: denied, above the ceiling, not allowed, broad, unknown.

use std::collections::{BTreeMap, BTreeSet};

use super::cover::{Book, Bound, Decision, Terms};
use super::ledger::Ledger;
use super::malformed;
use super::request::Request;
use super::words::{and, list};
use super::{Bench, Draft, Key};
use crate::fact::Role;
use crate::finding::{Confidence, Label, Severity};
use crate::scope::access::Access;
use crate::scope::pattern::ScopePattern;
use crate::scope::provider::Provider;

/// What there is to say of each request, and of all of them together.
pub(super) fn drafts<'f>(requests: &[Request<'f>], ledger: &Ledger<'f>, bench: &Bench<'f>) -> Vec<Draft> {
    let mut book = Book::default();
    let mut drafts = Vec::new();
    for request in requests {
        let path = &request.fact.at.path;
        let (terms, decision) = book.terms(request.integration, request.provider, path, request.scope(), bench);
        drafts.extend(one(request, terms, &decision, ledger, bench));
    }
    drafts.extend(undeclared(requests, bench));
    drafts.extend(together(requests, &mut book, bench));
    drafts
}

/// What there is to say of one request: the gravest, with what else holds in its `why`.
fn one<'f>(
    request: &Request<'f>,
    terms: &Terms<'_>,
    decision: &Decision,
    ledger: &Ledger<'f>,
    bench: &Bench<'_>,
) -> Option<Draft> {
    let (provider, scope) = (request.provider, request.scope());
    let named = |allowed: &super::cover::Allowed<'_>| allowed.pattern.matches(provider, scope);
    let mut found: Vec<Draft> = Vec::new();
    if let Some((denial, hit)) = decision.denied.as_ref().map(|(index, hit)| (&terms.denies[*index], hit)) {
        let line = bench.policy.line(denial.text.span);
        let what = if *hit == scope || denial.pattern.is_exact() {
            String::new()
        } else {
            format!(" as `{}`, which it includes", denial.text.value)
        };
        let message = format!(
            "Requests `{}`, denied by {}{what} ({line}). Remove it{}.",
            request.asked.scope,
            denial.key,
            ledger.calls_only(request, "; this code calls only ")
        );
        let mut draft = draft(request, "scope/denied", message, bench);
        draft.related.extend(bench.policy.label(denial.text.span, "denied here"));
        let instead = ledger.instead(request);
        if instead.sentence.starts_with(" Use ") {
            draft.help = Some(format!("Ask for what the calls need instead:{}", &instead.sentence[" Use".len()..]));
        }
        draft.fix = instead.fix;
        found.push(draft);
    }
    found.extend(decision.above.map(|index| above_ceiling(request, &terms.ceilings[index], bench)));
    if request.integration.is_some() && !decision.allowed {
        found.push(not_allowed(request, terms, ledger, bench));
    }
    if request.canonical.is_none() {
        // Every policy file that allows anything names it: a child cannot make known what its base does not know.
        let names_it = |layer: &Vec<super::cover::Allowed<'_>>| {
            layer.iter().any(|allowed| allowed.pattern.is_exact() && named(allowed))
        };
        let known_here = !terms.layers.is_empty() && terms.layers.iter().all(names_it);
        if !known_here {
            found.push(unknown(request, bench));
        }
    } else {
        found.extend(broad(request, terms, ledger, bench));
        found.extend(deprecated(request, bench));
    }
    let mut found = found.into_iter();
    let mut first = found.next()?;
    for other in found {
        first.why.push(format!("also {}: {}", other.rule, other.message));
    }
    Some(first)
}

/// A draft at the place of a request.
pub(super) fn draft(request: &Request<'_>, rule: &str, message: String, bench: &Bench<'_>) -> Draft {
    let fact = request.fact;
    let primary = Label { at: fact.at.clone(), text: String::new(), excerpt: fact.excerpt.clone() };
    let draft = bench.draft(rule, primary, message, String::new());
    Draft {
        confidence: draft.confidence.min(fact.confidence),
        persona: draft.persona.max(fact.persona),
        related: fact.related.clone(),
        line_hash: fact.line_hash.clone(),
        why: fact.why.clone(),
        role: fact.role,
        key: Key::Text(format!("{} {}", request.provider.id(), request.scope())),
        integration: request.integration,
        scope: Some((request.provider.id().clone(), request.scope().to_owned())),
        ..draft
    }
}

fn above_ceiling(request: &Request<'_>, bound: &Bound<'_>, bench: &Bench<'_>) -> Draft {
    let (provider, scope) = (request.provider, request.scope());
    let cover = provider.cover(scope);
    let meets =
        |pattern: &ScopePattern| provider.expand(pattern).iter().any(|under| cover.meets(&provider.cover(under)));
    let near: Vec<_> = bound.ceiling.patterns.iter().zip(&bound.patterns).filter(|(_, p)| meets(p)).collect();
    // A scope says more than a pattern does.
    let exact = near.iter().any(|(_, pattern)| pattern.is_exact());
    let near = near.iter().filter(|(_, pattern)| pattern.is_exact() || !exact);
    let near: Vec<&str> = near.map(|(text, _)| text.value.as_str()).collect();
    let is = match near.as_slice() {
        [] => " holds nothing of it".to_owned(),
        near => format!(" is {}", list(near)),
    };
    let span = bound.ceiling.patterns.iter().find(|text| near.contains(&text.value.as_str()));
    let span = span.map_or(bound.ceiling.provider.span, |text| text.span);
    let change = match &bench.policy.owner {
        Some(owner) => format!(" A change needs {}.", owner.value),
        None => String::new(),
    };
    let message = format!(
        "Requests `{}`; the organisation ceiling for {}{is} ({}).{change}",
        request.asked.scope,
        provider.id(),
        bench.policy.line(span)
    );
    let mut draft = draft(request, "scope/above-ceiling", message, bench);
    draft.related.extend(bench.policy.label(span, "the ceiling"));
    draft
}

fn not_allowed<'f>(request: &Request<'f>, terms: &Terms<'_>, ledger: &Ledger<'f>, bench: &Bench<'_>) -> Draft {
    let integration = request.integration.and_then(|index| bench.policy.integrations.get(index));
    let (name, name_span) =
        integration.map_or(("the integration", Default::default()), |one| (one.name.value.as_str(), one.name.span));
    let grants = || terms.layers.iter().flatten().map(|allowed| allowed.grant);
    let span = grants().next().map_or(name_span, |grant| grant.scope.span);
    let allows = match allowed_words(request, terms) {
        Some(words) => format!("allows {words} only"),
        None => "allows nothing".to_owned(),
    };
    let drop = match ledger.needing(request) {
        Some(at) => format!("drop the call in {at}"),
        None => "drop it".to_owned(),
    };
    let message = format!(
        "Requests `{}`; {name} {allows} ({}). Add it with a reason, or {drop}.",
        request.asked.scope,
        bench.policy.line(span)
    );
    let mut draft = draft(request, "scope/not-allowed", message, bench);
    draft.related.extend(bench.policy.label(span, "what is allowed"));
    draft
}

/// What an integration allows, in words: the things, where the request is for another thing, else the scopes.
fn allowed_words(request: &Request<'_>, terms: &Terms<'_>) -> Option<String> {
    let provider = request.provider;
    let resource = |scope: &str| provider.entry(scope).map(|entry| entry.resource.clone());
    let things: Option<BTreeSet<String>> =
        terms.layers.iter().flatten().flat_map(|allowed| &allowed.scopes).map(|scope| resource(scope)).collect();
    let patterns: Vec<&str> = terms.layers.iter().flatten().map(|allowed| allowed.grant.scope.value.as_str()).collect();
    if patterns.is_empty() {
        return None;
    }
    if let (Some(things), Some(own)) = (things, resource(request.scope()))
        && !things.is_empty()
        && things.len() <= 3
        && !things.contains(&own)
        && !things.contains("")
    {
        let things: Vec<&str> = things.iter().map(String::as_str).collect();
        return Some(and(&things));
    }
    Some(list(&patterns))
}

fn unknown(request: &Request<'_>, bench: &Bench<'_>) -> Draft {
    let written = request.asked.scope.as_str();
    if written.contains('*') {
        let message = format!("`{written}` is a wildcard, and {} has none in scopes.", request.provider.name());
        return draft(request, "scope/wildcard", message, bench);
    }
    if let Some((fault, meant)) = malformed::fault(request.provider, written) {
        let message = format!("`{written}` {fault}. Write `{meant}`.");
        return draft(request, "scope/malformed", message, bench);
    }
    let near = request.provider.nearest(written);
    let meant = near
        .as_ref()
        .map_or_else(|| format!(" of {}.", request.provider.name()), |near| format!("; did you mean `{near}`?"));
    let mut draft = draft(request, "scope/unknown", format!("`{written}` is not a known scope{meant}"), bench);
    if let Some(severity) = &bench.policy.defaults.unknown_scope {
        draft.severity = severity.value;
        draft.related.extend(bench.policy.label(severity.span, "severity of unknown scopes"));
    }
    if near.is_none() {
        // The catalogue may be behind the provider.
        draft.confidence = draft.confidence.min(Confidence::Medium);
    }
    draft
}

fn broad<'f>(request: &Request<'f>, terms: &Terms<'_>, ledger: &Ledger<'f>, bench: &Bench<'_>) -> Option<Draft> {
    let (provider, scope) = (request.provider, request.scope());
    let threshold = bench.policy.defaults.broad_class.as_ref();
    let is_broad = match threshold {
        Some(threshold) => provider.class(scope) >= threshold.value,
        None => provider.is_broad(scope),
    };
    let reasoned =
        terms.layers.iter().flatten().any(|allowed| allowed.grant.reason.is_some() && allowed.allows(provider, scope));
    if !is_broad || reasoned {
        return None;
    }
    let grants = grants_words(provider, scope);
    let calls = ledger.calls_only(request, " This code calls only ");
    let calls = if calls.is_empty() { calls } else { format!("{calls}.") };
    let instead = ledger.instead(request);
    let message = format!("Requests `{}`{grants}.{calls}{}", request.asked.scope, instead.sentence);
    let mut draft = draft(request, "scope/broad", message, bench);
    draft.fix = instead.fix;
    if !instead.sentence.is_empty() {
        let or = "where it must be broad, allow it in the policy with a reason.";
        draft.help = Some(match &instead.help {
            Some(list) => format!("{list}; {or}"),
            None => format!("W{}", &or[1..]),
        });
    }
    draft.related.extend(ledger.call_labels(request));
    if let Some(threshold) = threshold {
        draft.related.extend(bench.policy.label(threshold.span, "from this class on a scope needs a reason"));
    }
    if provider.class(scope) < crate::scope::access::Class::Restricted {
        // Broad by the policy's word only: everyday scopes are no way in.
        draft.severity = draft.severity.min(Severity::Medium);
    }
    Some(draft)
}

fn deprecated(request: &Request<'_>, bench: &Bench<'_>) -> Option<Draft> {
    let entry = request.provider.entry(request.scope()).filter(|entry| entry.deprecated)?;
    let instead: Vec<&str> = entry.instead.iter().map(String::as_str).collect();
    let mend = if instead.is_empty() { String::new() } else { format!(" Use {}.", list(&instead)) };
    let message = format!("`{}` is deprecated by {}.{mend}", request.asked.scope, request.provider.name());
    Some(draft(request, "scope/deprecated", message, bench))
}

/// `: create, read, update and delete on every CRM module`, where the catalogue knows.
fn grants_words(provider: &Provider, scope: &str) -> String {
    let Some(entry) = provider.entry(scope) else { return String::new() };
    let title = entry.title.trim_end_matches('.');
    match entry.access {
        Access::Full | Access::Admin => match title.rsplit_once(": everything") {
            Some((things, "")) => format!(": create, read, update and delete on {}", lowered(things)),
            _ => format!(": {title}"),
        },
        _ => format!(": {title}"),
    }
}

/// The first letter small, where the first word is no abbreviation.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// Scopes at places that no integration covers: one finding for each provider and file.
fn undeclared(requests: &[Request<'_>], bench: &Bench<'_>) -> Vec<Draft> {
    if !bench.policy.is_declared() {
        return Vec::new();
    }
    let mut groups: BTreeMap<(&str, &str), Vec<&Request<'_>>> = BTreeMap::new();
    for request in requests.iter().filter(|request| request.integration.is_none() && request.fact.role == Role::Product)
    {
        groups.entry((request.provider.id().as_str(), request.fact.at.path.as_str())).or_default().push(request);
    }
    let mut drafts = Vec::new();
    for ((provider, path), requests) in groups {
        let first = requests[0];
        let message = format!(
            "OAuth scopes for {provider} appear in {path}:{}, but no integration covers this path. Run `overscope policy \
             init --add {provider}`.",
            first.fact.at.region.start.line
        );
        let mut one = draft(first, "scope/undeclared-integration", message, bench);
        one.key = Key::Text(provider.to_owned());
        one.scope = None;
        if let Some(severity) = &bench.policy.defaults.undeclared {
            one.severity = severity.value;
            one.related.extend(bench.policy.label(severity.span, "severity of what nobody declared"));
        }
        drafts.push(one);
    }
    drafts
}

/// Denied scopes that no request covers by itself and an integration's requests cover together.
fn together<'f>(requests: &[Request<'f>], book: &mut Book<'f>, bench: &Bench<'f>) -> Vec<Draft> {
    let mut groups: BTreeMap<(Option<usize>, &str), Vec<&Request<'f>>> = BTreeMap::new();
    for request in requests.iter().filter(|request| request.canonical.is_some() && request.fact.role == Role::Product) {
        groups.entry((request.integration, request.provider.id().as_str())).or_default().push(request);
    }
    let mut drafts = Vec::new();
    for ((owner, _), group) in groups {
        let scopes: BTreeSet<&str> = group.iter().map(|request| request.scope()).collect();
        if scopes.len() < 2 {
            continue;
        }
        let provider = group[0].provider;
        let (terms, _) = book.terms(owner, provider, &group[0].fact.at.path, group[0].scope(), bench);
        for denial in &terms.denies {
            let alone = |scope: &&str| provider.denied_by(&[scope], &denial.pattern).is_none();
            let rest: Vec<&str> = scopes.iter().copied().filter(|scope| alone(scope)).collect();
            let Some(hit) = provider.denied_by(&rest, &denial.pattern) else { continue };
            let cover = provider.cover(&hit);
            let part = |request: &&&Request<'f>| {
                rest.contains(&request.scope()) && cover.meets(&provider.cover(request.scope()))
            };
            let parts: Vec<&Request<'f>> = group.iter().filter(part).copied().collect();
            let Some(last) = parts.last() else { continue };
            let names: BTreeSet<&str> = parts.iter().map(|request| request.scope()).collect();
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let message = format!(
                "Together {} cover `{hit}`, denied by {} ({}). Remove what is not needed.",
                and(&names),
                denial.key,
                bench.policy.line(denial.text.span)
            );
            let mut one = draft(last, "scope/denied", message, bench);
            one.key = Key::Text(format!("together {hit}"));
            one.scope = Some((provider.id().clone(), hit));
            one.related.extend(bench.policy.label(denial.text.span, "denied here"));
            one.related.extend(parts.iter().rev().skip(1).map(|request| Label {
                at: request.fact.at.clone(),
                text: "a part".to_owned(),
                excerpt: request.fact.excerpt.clone(),
            }));
            drafts.push(one);
        }
    }
    drafts
}
