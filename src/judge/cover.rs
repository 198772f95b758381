//! What an integration may ask for, made ready: patterns read and expanded once for each provider.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::Bench;
use crate::policy::integration::{Grant, Integration};
use crate::policy::{Ceiling, Policy};
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;
use crate::scope::pattern::ScopePattern;
use crate::scope::provider::Provider;
use crate::yaml::At;

/// What holds for the requests of one integration (or of none) to one provider in one environment.
pub(super) struct Terms<'p> {
    /// Denials, the integration's own first.
    pub(super) denies: Vec<Denial<'p>>,
    /// Outer bounds, each for itself.
    pub(super) ceilings: Vec<Bound<'p>>,
    /// Layers of allowances, each for itself; none where no integration covers the request.
    pub(super) layers: Vec<Vec<Allowed<'p>>>,
}

/// A pattern that is denied.
pub(super) struct Denial<'p> {
    /// Where it is written, as a key path.
    pub(super) key: String,
    /// As written.
    pub(super) text: &'p At<String>,
    pub(super) pattern: ScopePattern,
}

/// An outer bound.
pub(super) struct Bound<'p> {
    pub(super) ceiling: &'p Ceiling,
    pub(super) patterns: Vec<ScopePattern>,
    pub(super) scopes: Vec<String>,
}

/// Something that is allowed.
pub(super) struct Allowed<'p> {
    pub(super) grant: &'p Grant,
    pub(super) pattern: ScopePattern,
    pub(super) scopes: Vec<String>,
}

impl Allowed<'_> {
    /// Whether this grant alone allows a scope.
    pub(super) fn allows(&self, provider: &Provider, scope: &str) -> bool {
        self.pattern.matches(provider, scope) || covered(provider, scope, &self.scopes)
    }
}

/// Whether every layer allows a scope.
fn allowed(provider: &Provider, layers: &[Vec<Allowed<'_>>], scope: &str) -> bool {
    layers.iter().all(|layer| {
        layer.iter().any(|allowed| allowed.pattern.matches(provider, scope)) || {
            let scopes: Vec<&str> =
                layer.iter().flat_map(|allowed| allowed.scopes.iter().map(String::as_str)).collect();
            provider.covered_by(scope, &scopes)
        }
    })
}

impl Bound<'_> {
    /// Whether a scope lies under the bound.
    pub(super) fn holds(&self, provider: &Provider, scope: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(provider, scope)) || covered(provider, scope, &self.scopes)
    }
}

fn covered(provider: &Provider, scope: &str, by: &[String]) -> bool {
    let by: Vec<&str> = by.iter().map(String::as_str).collect();
    provider.covered_by(scope, &by)
}

/// The terms of each integration, provider and environment that occurs, made when first asked for; and what they say
/// of each scope, because one scope is asked for at many places.
#[derive(Default)]
pub(super) struct Book<'p> {
    terms: BTreeMap<TermsKey, Terms<'p>>,
    decisions: BTreeMap<(TermsKey, String), Decision>,
}

/// Integration, provider, environment.
type TermsKey = (Option<usize>, ProviderId, Option<usize>);

/// What terms say of one scope.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    /// The denial that holds, and the denied scope that is covered.
    pub(super) denied: Option<(usize, String)>,
    /// The bound that the scope is above.
    pub(super) above: Option<usize>,
    /// Whether every layer allows it.
    pub(super) allowed: bool,
}

impl Decision {
    fn new(terms: &Terms<'_>, provider: &Provider, scope: &str) -> Self {
        let denied = terms.denies.iter().enumerate().filter_map(|(index, denial)| {
            let hit = provider.denied_by(&[scope], &denial.pattern)?;
            Some((!denial.pattern.matches(provider, scope), index, hit))
        });
        Self {
            // The denial that names the scope itself says it best.
            denied: denied.min_by_key(|(beside, index, _)| (*beside, *index)).map(|(_, index, hit)| (index, hit)),
            above: terms.ceilings.iter().position(|bound| !bound.holds(provider, scope)),
            allowed: allowed(provider, &terms.layers, scope),
        }
    }
}

impl<'p> Book<'p> {
    /// The terms for a request, and what they say of its scope.
    pub(super) fn terms(
        &mut self,
        owner: Option<usize>,
        provider: &Provider,
        path: &Utf8Path,
        scope: &str,
        bench: &Bench<'p>,
    ) -> (&Terms<'p>, Decision) {
        let integration = owner.and_then(|index| bench.policy.integrations.get(index));
        let environment = integration.and_then(|integration| environment_of(path, integration));
        let key = (owner, provider.id().clone(), environment);
        let terms = self
            .terms
            .entry(key.clone())
            .or_insert_with(|| Terms::new(integration, environment, provider, bench.policy));
        let decision = self.decisions.entry((key, scope.to_owned()));
        let decision = decision.or_insert_with(|| Decision::new(terms, provider, scope)).clone();
        (terms, decision)
    }
}

impl<'p> Terms<'p> {
    fn new(
        integration: Option<&'p Integration>,
        environment: Option<usize>,
        provider: &Provider,
        policy: &'p Policy,
    ) -> Self {
        let mut denies = Vec::new();
        let mut layers: Vec<Vec<&Grant>> = Vec::new();
        if let Some(integration) = integration {
            let name = &integration.name.value;
            let key = format!("integrations.{name}.scopes.deny");
            denies.extend(integration.scopes.deny.iter().filter_map(|text| denial(key.clone(), text)));
            layers.clone_from(&integration.scopes.allow.iter().map(|layer| layer.iter().collect()).collect());
            for (index, other) in integration.environments.iter().enumerate() {
                // A place that names no environment may be any of them: what one allows is allowed.
                if environment.is_some_and(|environment| environment != index) {
                    continue;
                }
                for (depth, layer) in other.scopes.allow.iter().enumerate() {
                    match layers.get_mut(depth) {
                        Some(held) => held.extend(layer),
                        None => layers.push(layer.iter().collect()),
                    }
                }
                let everywhere = |text: &At<String>| {
                    integration.environments.iter().all(|one| one.scopes.deny.iter().any(|d| d.value == text.value))
                };
                let key = format!("integrations.{name}.environments.{}.scopes.deny", other.name.value);
                let own = other.scopes.deny.iter().filter(|text| environment.is_some() || everywhere(text));
                denies.extend(own.filter_map(|text| denial(key.clone(), text)));
            }
            if layers.is_empty() {
                layers.push(Vec::new());
            }
        }
        denies.extend(policy.defaults.deny.iter().filter_map(|text| denial("defaults.deny".to_owned(), text)));
        let ceilings = policy.ceilings.iter().filter(|ceiling| ceiling.provider.value == provider.id().as_str());
        Self {
            denies,
            ceilings: ceilings.map(|ceiling| bound(ceiling, provider)).collect(),
            layers: layers
                .into_iter()
                .map(|layer| layer.into_iter().filter_map(|grant| allowance(grant, provider)).collect())
                .collect(),
        }
    }
}

fn denial<'p>(key: String, text: &'p At<String>) -> Option<Denial<'p>> {
    Some(Denial { key, text, pattern: ScopePattern::parse(&text.value).ok()? })
}

fn bound<'p>(ceiling: &'p Ceiling, provider: &Provider) -> Bound<'p> {
    let patterns: Vec<ScopePattern> =
        ceiling.patterns.iter().filter_map(|text| ScopePattern::parse(&text.value).ok()).collect();
    let scopes = patterns.iter().flat_map(|pattern| expand(provider, pattern)).collect();
    Bound { ceiling, patterns, scopes }
}

fn allowance<'p>(grant: &'p Grant, provider: &Provider) -> Option<Allowed<'p>> {
    let pattern = ScopePattern::parse(&grant.scope.value).ok()?;
    let scopes = expand(provider, &pattern);
    Some(Allowed { grant, pattern, scopes })
}

/// The scopes of a pattern; one that the catalogue does not know stands for itself.
fn expand(provider: &Provider, pattern: &ScopePattern) -> Vec<String> {
    let scopes = provider.expand(pattern);
    if scopes.is_empty() && pattern.is_exact() { vec![pattern.as_str().to_owned()] } else { scopes }
}

/// The environment whose name stands in a path as a word of its own: `config/production.yml`, `.env.sandbox`.
pub(super) fn environment_of(path: &Utf8Path, integration: &Integration) -> Option<usize> {
    let path = path.as_str().to_ascii_lowercase();
    let words: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let mut named = integration.environments.iter().enumerate().filter(|(_, environment)| {
        let name: Vec<&str> = environment.name.value.split('-').collect();
        words.windows(name.len()).any(|window| window == name.as_slice())
    });
    let first = named.next()?.0;
    named.next().is_none().then_some(first)
}

/// Whether a pattern speaks of a scope.
pub(super) fn matches(catalog: &Catalog, provider: &ProviderId, pattern: &str, scope: &str) -> bool {
    let Ok(pattern) = ScopePattern::parse(pattern) else { return false };
    catalog.provider(provider.as_str()).is_some_and(|provider| pattern.matches(provider, scope))
}
