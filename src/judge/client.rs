//! What an integration says of its client, held against what stands in its code: a public client has no secret, and a
//! data centre is one.

use super::owner::Owners;
use super::{Bench, Draft};
use crate::fact::{Fact, Role, Seen};
use crate::finding::Label;

/// Secrets of public clients, in the code of integrations that say that they are public.
pub(super) fn drafts(facts: &[Fact], owners: &Owners<'_>, bench: &Bench<'_>) -> Vec<Draft> {
    facts.iter().filter(|fact| fact.role == Role::Product).filter_map(|fact| secret(fact, owners, bench)).collect()
}

fn secret(fact: &Fact, owners: &Owners<'_>, bench: &Bench<'_>) -> Option<Draft> {
    if !matches!(fact.seen, Seen::Secret(_)) || !fact.rule.as_str().contains("client-secret") {
        return None;
    }
    let integration = bench.policy.integrations.get(owners.of_place(&fact.at.path, None)?)?;
    let kind = integration.client_type.as_ref().filter(|kind| PUBLIC.contains(&kind.value.as_str()))?;
    let name = &integration.name.value;
    let message = format!(
        "{name} is a public client ({}), and a client secret stands in its code: everybody who has the code has it.",
        bench.policy.line(kind.span)
    );
    let primary = Label { at: fact.at.clone(), text: String::new(), excerpt: fact.excerpt.clone() };
    let mut draft = bench.draft("oauth/secret-in-public-client", primary, message, name.clone());
    draft.related.extend(bench.policy.label(kind.span, "a public client"));
    draft.line_hash.clone_from(&fact.line_hash);
    draft.confidence = fact.confidence;
    Some(draft)
}

/// Kinds of clients whose code is in everybody's hands (RFC 6749, section 2.1).
const PUBLIC: [&str; 7] = ["public", "spa", "browser", "mobile", "native", "desktop", "cli"];
