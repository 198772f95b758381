//! Requests for scopes among the facts: whose scope it is, and whose request.

use camino::Utf8Path;

use super::Bench;
use super::owner::Owners;
use super::project::Projects;
use crate::fact::{Context, Fact, Role, ScopeRequest, Seen};
use crate::origin::Origin;
use crate::scope::ProviderId;
use crate::scope::provider::Provider;

/// A request, with its provider and the integration that it belongs to.
#[derive(Clone)]
pub(super) struct Request<'f> {
    pub(super) fact: &'f Fact,
    pub(super) asked: &'f ScopeRequest,
    pub(super) provider: &'f Provider,
    /// As the catalogue spells it; `None` where it does not know the scope.
    pub(super) canonical: Option<String>,
    pub(super) integration: Option<usize>,
    /// The root of the project that it stands in.
    pub(super) project: &'f Utf8Path,
}

impl<'f> Request<'f> {
    /// Whose account it is entered in: its integration's, else its provider's in its project.
    pub(super) fn account(&self) -> (Option<usize>, ProviderId, &'f Utf8Path) {
        let project = if self.integration.is_some() { Utf8Path::new("") } else { self.project };
        (self.integration, self.provider.id().clone(), project)
    }

    /// Whether it is a request of the product, for a scope that the catalogue knows.
    pub(super) fn counts(&self) -> bool {
        self.fact.role == Role::Product && self.asked.context != Context::Docs && self.canonical.is_some()
    }

    /// The scope, in the catalogue's spelling where it has one.
    pub(super) fn scope(&self) -> &str {
        self.canonical.as_deref().unwrap_or_else(|| self.asked.scope.as_str())
    }
}

/// The requests among facts. One whose provider nobody can tell is left out, unless an integration at its place has a
/// provider that knows the scope. What history asked for is not asked for now.
pub(super) fn requests<'f>(
    facts: &'f [Fact],
    owners: &Owners<'_>,
    projects: &'f Projects,
    bench: &Bench<'f>,
) -> Vec<Request<'f>> {
    let mut requests = Vec::new();
    for fact in facts {
        let Seen::Scope(asked) = &fact.seen else { continue };
        // The policy speaks about scopes; it asks for none.
        let in_policy = bench.policy.is_from(&fact.at.path);
        if in_policy || matches!(fact.at.origin, Origin::History(_)) {
            continue;
        }
        let client = asked.client_id.as_deref();
        let (provider, integration) = match &asked.provider {
            Some(id) => (bench.catalog.provider(id.as_str()), owners.of_request(&fact.at.path, Some(id), client)),
            None => {
                let integration = owners.of_request(&fact.at.path, None, client);
                let id = integration.and_then(|index| bench.policy.integrations.get(index));
                let provider = id.and_then(|integration| bench.catalog.provider(&integration.provider.value));
                (provider.filter(|provider| provider.canonical(asked.scope.as_str()).is_some()), integration)
            }
        };
        let Some(provider) = provider else { continue };
        let canonical = provider.canonical(asked.scope.as_str());
        let project = projects.nearest(&fact.at.path);
        requests.push(Request { fact, asked, provider, canonical, integration, project });
    }
    requests
}
