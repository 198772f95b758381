//! Whether a policy makes sense: what no single key can say.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;

use super::glob::Globs;
use super::integration::{Environment, Grant, Integration, Lifecycle, ZOHO_CENTRES, is_zoho};
use super::shape::nearest;
use super::{About, EXCEPTION_MAX_DAYS, Policy};
use crate::mistake::Mistake;
use crate::scope::catalog::Catalog;
use crate::scope::pattern::{PatternError, ScopePattern};
use crate::scope::provider::Provider;
use crate::span::Span;
use crate::yaml::At;

/// The mistakes of a policy whose keys are each right.
pub(super) fn check(policy: &Policy, catalog: &Catalog) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut clients: BTreeMap<&str, &str> = BTreeMap::new();
    let mut places: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for integration in &policy.integrations {
        let name = integration.name.value.as_str();
        for client in &integration.client_ids {
            if let Some(other) = clients.insert(&client.value, name).filter(|other| *other != name) {
                let help = "a client id says whose a request is: list it once";
                let message = format!("client id `{}` belongs to `{other}` already", client.value);
                mistakes.push(Mistake::new(message, client.span, help));
            }
        }
        for (glob, _) in &integration.paths.0 {
            if let Some(other) = places.insert((&integration.provider.value, &glob.value), name).filter(|o| *o != name)
            {
                let help = "give the integrations different paths, or client ids";
                let message = format!("`{}` belongs to `{other}` already, of the same provider", glob.value);
                mistakes.push(Mistake::warning(message, glob.span, help));
            }
        }
        one(integration, policy, catalog, &mut mistakes);
    }
    for ceiling in &policy.ceilings {
        if let Some(provider) = provider(&ceiling.provider, catalog, &mut mistakes) {
            for text in &ceiling.patterns {
                pattern(text, provider, &mut mistakes);
            }
        }
    }
    for text in &policy.defaults.deny {
        everywhere(text, policy, catalog, &mut mistakes);
    }
    algorithms(policy, &mut mistakes);
    exceptions(policy, catalog, &mut mistakes);
    mistakes
}

fn one(integration: &Integration, policy: &Policy, catalog: &Catalog, mistakes: &mut Vec<Mistake>) {
    if integration.lifecycle.value == Lifecycle::Deprecated && integration.retire_by.is_none() {
        let message = format!("`{}` is deprecated without `retire_by`", integration.name.value);
        mistakes.push(Mistake::new(message, integration.lifecycle.span, "add `retire_by: YYYY-MM-DD`"));
    }
    for environment in &integration.environments {
        let names = || policy.environments.iter().map(|name| name.value.as_str());
        let name = &environment.name;
        if !policy.environments.is_empty() && !names().any(|known| known == name.value) {
            let help = nearest(&name.value, names()).map_or_else(
                || format!("add it to `environments`, or use {}", names().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            mistakes.push(Mistake::new(format!("`{}` is not among `environments`", name.value), name.span, help));
        }
        centre(environment, integration, mistakes);
    }
    if let Some(flow) = &integration.flow {
        let denied = policy.flows.deny.iter().find(|denied| denied.value == flow.value);
        let apart = policy.flows.allow.as_ref().filter(|list| list.value.iter().all(|known| known.value != flow.value));
        let why = denied
            .map(|denied| format!("is denied by `flows.deny` ({})", policy.line(denied.span)))
            .or_else(|| apart.map(|list| format!("is not among `flows.allow` ({})", policy.line(list.span))));
        if let Some(why) = why {
            let message = format!("the flow `{}` of `{}` {why}", flow.value, integration.name.value);
            mistakes.push(Mistake::warning(message, flow.span, "use another flow, or have it allowed"));
        }
    }
    let apart = policy.audit.reviewer_not_owner.as_ref().is_some_and(|apart| apart.value);
    if let Some(by) = integration.review.by.as_ref().filter(|by| apart && by.value == integration.owner.value) {
        let message = format!("`{}` reviews what it owns", by.value);
        mistakes.push(Mistake::warning(message, by.span, "`audit.reviewer_not_owner` wants somebody else"));
    }
    let Some(provider) = provider(&integration.provider, catalog, mistakes) else { return };
    let lists = || {
        std::iter::once(&integration.scopes).chain(integration.environments.iter().map(|one: &Environment| &one.scopes))
    };
    let denies: Vec<&At<String>> = lists().flat_map(|lists| &lists.deny).collect();
    for text in &denies {
        pattern(text, provider, mistakes);
    }
    for grant in lists().flat_map(|lists| lists.allow.iter().flatten()) {
        allow(grant, provider, policy, mistakes);
    }
}

/// A region that the provider does not have.
fn centre(environment: &Environment, integration: &Integration, mistakes: &mut Vec<Mistake>) {
    let Some(region) = &environment.data_center else { return };
    let known = || ZOHO_CENTRES.iter().map(|(word, _)| *word);
    if is_zoho(&integration.provider.value) && !known().any(|word| region.value.eq_ignore_ascii_case(word)) {
        let message = format!("`{}` is no data centre of Zoho", region.value);
        let help = format!("use one of {}", known().collect::<Vec<_>>().join(", "));
        mistakes.push(Mistake::new(message, region.span, help));
    }
}

fn allow(grant: &Grant, provider: &Provider, policy: &Policy, mistakes: &mut Vec<Mistake>) {
    let Some(read) = pattern(&grant.scope, provider, mistakes) else { return };
    let text = &grant.scope.value;
    if read.covers_everything(provider) {
        let message = format!("`{text}` allows everything that {} offers", provider.name());
        let help = "list what is needed; for a time, an exception can do it, and it ends";
        mistakes.push(Mistake::new(message, grant.scope.span, help));
        return;
    }
    let scopes = provider.expand(&read);
    if let Some(from) = policy.defaults.require_reason_from.as_ref().filter(|_| grant.reason.is_none()) {
        let worst = scopes.iter().map(|scope| provider.class(scope)).max();
        if let Some(worst) = worst.filter(|worst| *worst >= from.value) {
            let message = format!(
                "`{text}` is {}, and `defaults.require_reason_from` wants a reason from {} on",
                worst.word(),
                from.value.word()
            );
            let help = format!("write `{{scope: \"{text}\", reason: ...}}`");
            mistakes.push(Mistake::warning(message, grant.scope.span, help));
        }
    }
    let denied = policy.defaults.deny.iter().find(|deny| {
        ScopePattern::parse(&deny.value).is_ok_and(|deny| {
            read.is_exact() && scopes.iter().any(|scope| provider.denied_by(&[scope], &deny).is_some())
        })
    });
    if let Some(deny) = denied {
        let message = format!("`{text}` is denied by `{}` ({}), and a denial wins", deny.value, policy.line(deny.span));
        mistakes.push(Mistake::warning(message, grant.scope.span, "take one of the two away"));
    }
    for ceiling in policy.ceilings.iter().filter(|ceiling| ceiling.provider.value == provider.id().as_str()) {
        let bounds: Vec<ScopePattern> =
            ceiling.patterns.iter().filter_map(|text| ScopePattern::parse(&text.value).ok()).collect();
        let under: Vec<String> = bounds.iter().flat_map(|bound| provider.expand(bound)).collect();
        let under: Vec<&str> = under.iter().map(String::as_str).collect();
        let above = scopes.iter().find(|scope| {
            !provider.covered_by(scope, &under) && !bounds.iter().any(|bound| bound.matches(provider, scope))
        });
        if let Some(above) = above {
            let line = policy.line(ceiling.provider.span);
            let message = format!("`{above}` lies above the ceiling for {} ({line})", provider.id());
            mistakes.push(Mistake::warning(message, grant.scope.span, "allow less, or have the ceiling raised"));
        }
    }
}

fn provider<'c>(id: &At<String>, catalog: &'c Catalog, mistakes: &mut Vec<Mistake>) -> Option<&'c Provider> {
    let found = catalog.provider(&id.value);
    if found.is_none() {
        let help = catalog.nearest_provider(&id.value).map_or_else(
            || "`overscope scopes list` names those that are known".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        mistakes.push(Mistake::new(format!("`{}` is no known provider", id.value), id.span, help));
    }
    found
}

/// Reads a pattern for a provider, and says where it speaks of nothing.
fn pattern(text: &At<String>, provider: &Provider, mistakes: &mut Vec<Mistake>) -> Option<ScopePattern> {
    let read = parse(text, mistakes)?;
    if provider.expand(&read).is_empty() {
        let help = read.nearest(provider).map_or_else(
            || format!("`overscope scopes show {}` lists them", provider.id()),
            |near| format!("did you mean `{near}`?"),
        );
        let what = if read.is_exact() { "is not a known scope" } else { "matches no known scope" };
        let message = format!("`{}` {what} of {}", text.value, provider.name());
        mistakes.push(Mistake::warning(message, text.span, help));
    }
    Some(read)
}

fn parse(text: &At<String>, mistakes: &mut Vec<Mistake>) -> Option<ScopePattern> {
    match ScopePattern::parse(&text.value) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let help = match &error {
                PatternError::Class { nearest: Some(near), .. } => format!("did you mean `class:{near}`?"),
                PatternError::Risk { nearest: Some(near), .. } => format!("did you mean `risk:<={near}`?"),
                PatternError::Brace(_) => "write `{read,write}`".to_owned(),
                _ => String::new(),
            };
            mistakes.push(Mistake::new(error.to_string(), text.span, help));
            None
        }
    }
}

/// A denial for all providers: it should speak of a scope of at least one.
fn everywhere(text: &At<String>, policy: &Policy, catalog: &Catalog, mistakes: &mut Vec<Mistake>) {
    let Some(read) = parse(text, mistakes) else { return };
    let declared = || {
        let ids: BTreeSet<&str> = policy.integrations.iter().map(|one| one.provider.value.as_str()).collect();
        ids.into_iter().filter_map(|id| catalog.provider(id))
    };
    let known = declared().any(|provider| !provider.expand(&read).is_empty())
        || catalog
            .ids()
            .filter_map(|id| catalog.provider(id.as_str()))
            .any(|provider| !provider.expand(&read).is_empty());
    if known {
        return;
    }
    let near = declared().find_map(|provider| read.nearest(provider)).or_else(|| {
        catalog.ids().filter_map(|id| catalog.provider(id.as_str())).find_map(|provider| read.nearest(provider))
    });
    let help = near.map_or_else(
        || "`overscope scopes search` finds the spelling".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    mistakes.push(Mistake::warning(
        format!("`{}` matches no known scope of any provider", text.value),
        text.span,
        help,
    ));
}

fn algorithms(policy: &Policy, mistakes: &mut Vec<Mistake>) {
    let jwts = std::iter::once(&policy.jwt).chain(policy.integrations.iter().map(|integration| &integration.jwt));
    for jwt in jwts {
        let denied = |word: &At<String>| jwt.deny_alg.iter().any(|denied| denied.value == word.value);
        for word in jwt.allow_alg.iter().flat_map(|list| &list.value) {
            if word.value == "none" {
                let help = "a token without a signature can be forged by anybody; take it away";
                mistakes.push(Mistake::new("`none` cannot be allowed", word.span, help));
            } else if denied(word) {
                let message = format!("`{}` is both allowed and denied, and a denial wins", word.value);
                mistakes.push(Mistake::warning(message, word.span, "take one of the two away"));
            } else if word.value.starts_with("HS") && jwt.symmetric.as_ref().is_some_and(|word| word.value == "deny") {
                let message = format!("`{}` is allowed, but `symmetric` is `deny`", word.value);
                mistakes.push(Mistake::warning(message, word.span, "take one of the two away"));
            }
        }
    }
    for word in policy.flows.allow.iter().flat_map(|list| &list.value) {
        if policy.flows.deny.iter().any(|denied| denied.value == word.value) {
            let message = format!("`{}` is both allowed and denied, and a denial wins", word.value);
            mistakes.push(Mistake::warning(message, word.span, "take one of the two away"));
        }
    }
}

fn exceptions(policy: &Policy, catalog: &Catalog, mistakes: &mut Vec<Mistake>) {
    let (most, line) = match &policy.defaults.exception_max_days {
        Some(most) => (most.value, policy.line(most.span)),
        None => (EXCEPTION_MAX_DAYS, format!("{EXCEPTION_MAX_DAYS}, where nothing is said")),
    };
    let mut ids: BTreeMap<&str, Span> = BTreeMap::new();
    for exception in &policy.exceptions {
        let id = &exception.id;
        if ids.insert(&id.value, id.span).is_some() {
            mistakes.push(Mistake::new(
                format!("exception `{}` exists twice", id.value),
                id.span,
                "give it a name of its own",
            ));
        }
        let (created, expires) = (&exception.created, &exception.expires);
        if expires.value < created.value {
            let message = format!("`{}` ends before it begins", id.value);
            mistakes.push(Mistake::new(message, expires.span, "write a day after `created`"));
        } else if let Ok(term) = created.value.until(expires.value)
            && i64::from(term.get_days()) > most
        {
            let message = format!(
                "`{}` runs {} days, longer than `defaults.exception_max_days` ({line}) lets it",
                id.value,
                term.get_days()
            );
            let help = format!("it does not hold; write a day within {most} days of `created`");
            mistakes.push(Mistake::warning(message, expires.span, help));
        }
        let About::Integration(name) = &exception.about else { continue };
        let Some(integration) = policy.integration(&name.value) else {
            let help = nearest(&name.value, policy.integrations.iter().map(|one| one.name.value.as_str()));
            let help = help
                .map_or_else(|| "declare it under `integrations`".to_owned(), |near| format!("did you mean `{near}`?"));
            mistakes.push(Mistake::new(format!("there is no integration `{}`", name.value), name.span, help));
            continue;
        };
        if let Some(provider) = catalog.provider(&integration.provider.value) {
            for text in &exception.scopes {
                pattern(text, provider, mistakes);
            }
        }
    }
}

/// Globs, and files of evidence, that match none of some paths: they were right once, or never.
#[must_use]
pub fn dead_globs<'p>(policy: &Policy, paths: impl Iterator<Item = &'p Utf8Path>) -> Vec<Mistake> {
    let mut open: Vec<(&At<String>, Globs)> = policy
        .integrations
        .iter()
        .map(|integration| &integration.paths)
        .chain(policy.overrides.iter().map(|entry| &entry.paths))
        .chain(policy.exceptions.iter().filter_map(|exception| match &exception.about {
            About::Paths(globs) => Some(globs),
            _ => None,
        }))
        .flat_map(|globs| globs.0.iter().map(|(glob, _)| glob))
        .chain(policy.integrations.iter().flat_map(|one| [&one.evidence.grants, &one.evidence.usage]).flatten())
        .map(|glob| (glob, Globs::new(vec![glob.clone()])))
        .collect();
    for path in paths {
        open.retain(|(_, globs)| !globs.covers(path));
        if open.is_empty() {
            break;
        }
    }
    let warning = |(glob, _): (&At<String>, Globs)| {
        Mistake::warning(format!("`{}` matches no file", glob.value), glob.span, "correct it, or take it away")
    };
    open.into_iter().map(warning).collect()
}
