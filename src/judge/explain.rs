//! Why a scope at a place is allowed or not: every step of the decision with the line that speaks.

use camino::Utf8Path;

use super::Bench;
use super::cover::Book;
use super::owner::Owners;
use crate::policy::About;
use crate::policy::integration::Integration;
use crate::scope::ProviderId;
use crate::scope::provider::Provider;
use crate::span::Span;

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A file: which integration speaks for it.
    Path(&'a Utf8Path),
    /// An integration by its name.
    Integration(&'a str),
}

/// One step of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `integration`, `scope`, `deny`, `ceiling`, `allow`, `broad`, `exception`, `verdict`.
    pub what: &'static str,
    /// A sentence.
    pub text: String,
    /// `overscope.yaml:8`, where a line of a policy speaks.
    pub line: Option<String>,
    /// Whether the step stops the scope.
    pub stops: bool,
}

/// The steps by which a scope at a place would be judged; without a scope, whose the place is.
#[must_use]
pub fn explain(subject: Subject<'_>, scope: Option<&str>, bench: &Bench<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let (index, path) = match subject {
        Subject::Integration(name) => {
            let index = bench.policy.integrations.iter().position(|one| one.name.value == name);
            if index.is_none() {
                steps.push(step("integration", format!("there is no integration `{name}`"), None, true));
                return steps;
            }
            (index, Utf8Path::new(""))
        }
        Subject::Path(path) => (None, path),
    };
    let provider = provider_of(index, path, scope, bench);
    let owners = Owners::new(bench.policy);
    let index = index.or_else(|| owners.of_place(path, provider.map(Provider::id)));
    let integration = index.and_then(|index| bench.policy.integrations.get(index));
    steps.push(whose(integration, path, bench));
    let Some(scope) = scope else { return steps };
    let Some(provider) = provider else {
        let text = format!("nobody can tell whose scope `{scope}` is");
        steps.push(step("scope", text, None, true));
        return steps;
    };
    let canonical = provider.canonical(scope);
    steps.push(match &canonical {
        Some(canonical) => {
            let text = format!("`{canonical}` of {}, class {}", provider.name(), provider.class(canonical).word());
            step("scope", text, None, false)
        }
        None => {
            let near = provider.nearest(scope).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            step("scope", format!("`{scope}` is no known scope of {}{near}", provider.name()), None, true)
        }
    });
    decide(&mut steps, index, provider, path, canonical.as_deref().unwrap_or(scope), bench);
    steps
}

/// The provider that a scope belongs to: that of the integration, else what its spelling proves, else the only one at
/// the place that knows it.
fn provider_of<'b>(
    index: Option<usize>,
    path: &Utf8Path,
    scope: Option<&str>,
    bench: &Bench<'b>,
) -> Option<&'b Provider> {
    let named = |index: usize| bench.catalog.provider(&bench.policy.integrations.get(index)?.provider.value);
    if let Some(index) = index {
        return named(index);
    }
    let scope = scope?;
    let proven = bench.catalog.recognise(scope);
    let of_place = || {
        let here = bench.policy.integrations.iter().filter(|one| one.paths.covers(path));
        let mut known = here.filter_map(|one| bench.catalog.provider(&one.provider.value));
        known.find(|provider| provider.canonical(scope).is_some())
    };
    let held = || match bench.catalog.holders(scope).as_slice() {
        [one] => bench.catalog.provider(one.as_str()),
        _ => None,
    };
    let first: Option<&ProviderId> = proven.first().copied();
    of_place().or_else(|| first.and_then(|id| bench.catalog.provider(id.as_str()))).or_else(held)
}

fn whose(integration: Option<&Integration>, path: &Utf8Path, bench: &Bench<'_>) -> Step {
    let policy = bench.policy;
    let Some(integration) = integration else {
        let text = if policy.is_declared() {
            format!("no integration covers `{path}`")
        } else {
            "no policy is written; the built-in default holds".to_owned()
        };
        return step("integration", text, None, policy.is_declared());
    };
    let name = &integration.name.value;
    let owner = &integration.owner.value;
    match integration.paths.best(path) {
        Some(glob) if !path.as_str().is_empty() => {
            let text = format!("`{path}` belongs to {name} by `{}`; its owner is {owner}", glob.value);
            step("integration", text, Some(policy.line(glob.span)), false)
        }
        _ => step(
            "integration",
            format!("{name}; its owner is {owner}"),
            Some(policy.line(integration.name.span)),
            false,
        ),
    }
}

fn decide(
    steps: &mut Vec<Step>,
    index: Option<usize>,
    provider: &Provider,
    path: &Utf8Path,
    scope: &str,
    bench: &Bench<'_>,
) {
    let policy = bench.policy;
    let mut book = Book::default();
    let (terms, decision) = book.terms(index, provider, path, scope, bench);
    let line = |span: Span| Some(policy.line(span));
    for (number, denial) in terms.denies.iter().enumerate() {
        let Some(hit) = provider.denied_by(&[scope], &denial.pattern) else { continue };
        let decides = decision.denied.as_ref().is_some_and(|(index, _)| *index == number);
        let text = format!("{} holds `{}`, and the scope covers `{hit}`", denial.key, denial.text.value);
        steps.push(step("deny", text, line(denial.text.span), decides));
    }
    if decision.denied.is_none() {
        steps.push(step("deny", "it covers nothing that is denied".to_owned(), None, false));
    }
    for bound in &terms.ceilings {
        let holds = bound.holds(provider, scope);
        let text = if holds { "it lies under the ceiling" } else { "it lies above the ceiling" };
        let of = format!("{text} for {}", provider.id());
        steps.push(step("ceiling", of, line(bound.ceiling.provider.span), !holds));
    }
    let allowing = terms.layers.iter().flatten().find(|allowed| allowed.allows(provider, scope));
    if index.is_some() {
        let (text, at) = match allowing {
            Some(allowed) => {
                let reason = allowed.grant.reason.as_ref();
                let reason = reason.map_or("without a reason".to_owned(), |reason| format!("\"{}\"", reason.value));
                (format!("`{}` allows it: {reason}", allowed.grant.scope.value), line(allowed.grant.scope.span))
            }
            None if decision.allowed => ("several entries together allow it".to_owned(), None),
            None => ("no entry allows it".to_owned(), None),
        };
        steps.push(step("allow", text, at, !decision.allowed));
    }
    let threshold = policy.defaults.broad_class.as_ref();
    let broad = match threshold {
        Some(threshold) => provider.class(scope) >= threshold.value,
        None => provider.is_broad(scope),
    };
    let reasoned = allowing.is_some_and(|allowed| allowed.grant.reason.is_some());
    if broad {
        let text = if reasoned { "it is broad, and a reason is given" } else { "it is broad, and no reason is given" };
        steps.push(step("broad", text.to_owned(), threshold.and_then(|threshold| line(threshold.span)), !reasoned));
    }
    let stopped = steps.iter().any(|step| step.stops);
    let exempt = exceptions(steps, index, provider, path, scope, bench);
    let verdict = match (stopped, exempt) {
        (false, _) => "nothing is reported",
        (true, true) => "it is reported as accepted by an exception",
        (true, false) => "it is reported",
    };
    steps.push(step("verdict", verdict.to_owned(), None, stopped && !exempt));
}

/// The exceptions that would take a finding on, and why the others that name the scope do not.
fn exceptions(
    steps: &mut Vec<Step>,
    index: Option<usize>,
    provider: &Provider,
    path: &Utf8Path,
    scope: &str,
    bench: &Bench<'_>,
) -> bool {
    let mut exempt = false;
    let name = index.and_then(|index| bench.policy.integrations.get(index)).map(|one| one.name.value.as_str());
    for exception in &bench.policy.exceptions {
        if !exception.rules.iter().any(|glob| glob.0.value.starts_with("scope/")) {
            continue;
        }
        let here = match &exception.about {
            About::Integration(about) => name == Some(about.value.as_str()),
            About::Paths(globs) => globs.covers(path),
            About::Fingerprint(_) => false,
        };
        let named = exception.scopes.is_empty()
            || exception.scopes.iter().any(|p| super::cover::matches(bench.catalog, provider.id(), &p.value, scope));
        let ended = bench.today > exception.expires.value;
        let id = &exception.id.value;
        let text = match (here, named, ended) {
            (true, true, false) => {
                exempt = true;
                format!("{id} takes it on until {}: \"{}\"", exception.expires.value, exception.reason.value)
            }
            (true, true, true) => format!("{id} would take it on, but ended on {}", exception.expires.value),
            (true, false, _) => format!("{id} speaks about this place, but not about this scope"),
            (false, ..) => continue,
        };
        steps.push(step("exception", text, Some(bench.policy.line(exception.id.span)), false));
    }
    exempt
}

fn step(what: &'static str, text: String, line: Option<String>, stops: bool) -> Step {
    Step { what, text, line, stops }
}
