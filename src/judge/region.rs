//! Addresses of a provider's data centres, held against the regions that the policy names.

use camino::Utf8Path;

use super::cover::environment_of;
use super::words::and;
use super::{Bench, Draft};
use crate::fact::Flaw;
use crate::policy::integration::{Integration, ZOHO_CENTRES, is_zoho};

/// What is to be said of an address whose domain ends as the flaw's subject says; `false` where no integration at
/// its place names a region, or one names this.
pub(super) fn undeclared(draft: &mut Draft, flaw: &Flaw, bench: &Bench<'_>) -> bool {
    let Some(ending) = flaw.subject.as_deref().map(str::to_ascii_lowercase) else { return false };
    let Some((centre, _)) = ZOHO_CENTRES.iter().find(|(_, known)| *known == ending) else { return false };
    let path = draft.primary.at.path.clone();
    let covers = |one: &&Integration| is_zoho(&one.provider.value) && one.paths.covers(&path);
    let mut names = Vec::new();
    let mut named = Vec::new();
    for integration in bench.policy.integrations.iter().filter(covers) {
        let regions = regions(integration, &path);
        if !regions.is_empty() {
            names.push(integration.name.value.as_str());
        }
        named.extend(regions);
    }
    let Some(first) = named.first() else { return false };
    if named.iter().any(|region| region.value.eq_ignore_ascii_case(centre)) {
        return false;
    }
    let span = first.span;
    let mut words: Vec<&str> = named.iter().map(|region| region.value.as_str()).collect();
    words.dedup();
    draft.message = format!(
        "Speaks to the data centre {centre} of Zoho; {} {} {} ({}).",
        and(&names),
        if names.len() == 1 { "declares" } else { "declare" },
        and(&words),
        bench.policy.line(span)
    );
    draft.related.extend(bench.policy.label(span, "what is declared"));
    true
}

/// The regions of the environment that a path names, else those of all.
fn regions<'p>(integration: &'p Integration, path: &Utf8Path) -> Vec<&'p crate::yaml::At<String>> {
    let told = environment_of(path, integration);
    let here = integration.environments.iter().enumerate().filter(|(index, _)| told.is_none_or(|told| told == *index));
    here.filter_map(|(_, environment)| environment.data_center.as_ref()).collect()
}
