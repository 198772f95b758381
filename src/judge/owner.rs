//! Whose a place is: an integration by client id, by the most specific path, or as the only one of its provider.

use camino::Utf8Path;

use crate::policy::Policy;
use crate::policy::glob::specificity;
use crate::scope::ProviderId;

/// The integrations of a policy, as owners of places.
pub(super) struct Owners<'p> {
    policy: &'p Policy,
}

impl<'p> Owners<'p> {
    pub(super) fn new(policy: &'p Policy) -> Self {
        Self { policy }
    }

    /// The integration of a request: by its client id, else by place, else the only one of its provider that speaks
    /// for no other place.
    pub(super) fn of_request(
        &self,
        path: &Utf8Path,
        provider: Option<&ProviderId>,
        client: Option<&str>,
    ) -> Option<usize> {
        let of_client = client.and_then(|client| {
            self.policy.integrations.iter().position(|one| one.client_ids.iter().any(|id| id.value == client))
        });
        of_client.or_else(|| self.of_place(path, provider))
    }

    /// The integration whose most specific glob matches a path; of equal ones the first in the file. With a provider
    /// only its own are asked.
    pub(super) fn of_place(&self, path: &Utf8Path, provider: Option<&ProviderId>) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        for (index, integration) in self.policy.integrations.iter().enumerate() {
            if provider.is_some_and(|provider| provider.as_str() != integration.provider.value) {
                continue;
            }
            let Some(glob) = integration.paths.best(path) else { continue };
            let exact = specificity(&glob.value);
            if best.is_none_or(|(_, held)| exact > held) {
                best = Some((index, exact));
            }
        }
        best.map(|(index, _)| index)
    }
}
