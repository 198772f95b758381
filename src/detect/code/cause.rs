//! One cause, one finding: what explains the rest stays.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::Sight;
use crate::fact::Seen;
use crate::span::Span;
use crate::syntax::tree::{Code, Kind, NodeId};

/// What was seen at which call or setting.
#[derive(Debug)]
pub struct Cause {
    /// The call or setting.
    pub node: NodeId,
    /// What was seen.
    pub sight: Sight,
}

/// One cause, one finding: of what was seen at one call or setting, what explains the rest stays.
#[must_use]
pub fn one_cause(code: &Code<'_>, found: Vec<Cause>) -> Vec<Sight> {
    let mut stronger: BTreeMap<&str, BTreeSet<NodeId>> = BTreeMap::new();
    for cause in &found {
        // A check of one claim that is switched off says nothing of the others.
        if let Seen::Jwt(flaw) = &cause.sight.seen
            && cause.sight.rule.as_str() == "jwt/verification-disabled"
            && flaw.subject.as_deref() != Some("signature")
        {
            continue;
        }
        if let Some((rule, _)) = SAYS_ALL.iter().find(|(rule, _)| *rule == cause.sight.rule.as_str()) {
            stronger.entry(rule).or_default().insert(cause.node);
        }
    }
    let explained = |cause: &Cause| {
        SAYS_ALL.iter().filter(|(_, weaker)| weaker.contains(&cause.sight.rule.as_str())).any(|(rule, _)| {
            let Some(nodes) = stronger.get(rule) else { return false };
            let inside = nodes.range(cause.node..).next().is_some_and(|&node| code.holds(cause.node, node));
            inside || code.ancestors(cause.node).any(|outer| nodes.contains(&outer))
        })
    };
    let (mut known, mut off) = (BTreeSet::new(), BTreeMap::new());
    let mut kept = Vec::new();
    for cause in found {
        // One place may lack several claims.
        let claim = match &cause.sight.seen {
            Seen::Jwt(flaw) if cause.sight.rule.as_str() == "jwt/missing-claim" => flaw.subject.clone(),
            _ => None,
        };
        // What is switched off at one call twice over is switched off.
        let twice = match &cause.sight.seen {
            Seen::Jwt(flaw) if cause.sight.rule.as_str() == "jwt/verification-disabled" => {
                let call = std::iter::once(cause.node).chain(code.ancestors(cause.node));
                let call = call.into_iter().find(|&id| code.kind(id) == Kind::Call);
                let on_line = |first: Span| {
                    let between =
                        Span::new(first.start.min(cause.sight.span.start), first.end.max(cause.sight.span.end));
                    !code.slice(between).contains('\n')
                };
                call.is_some_and(|call| {
                    let first = *off.entry((call, flaw.subject.clone())).or_insert(cause.sight.span);
                    first != cause.sight.span && on_line(first)
                })
            }
            _ => false,
        };
        if !twice && !explained(&cause) && known.insert((cause.sight.rule.clone(), cause.sight.span, claim)) {
            kept.push(cause.sight);
        }
    }
    kept
}

/// What one rule says makes these others needless at the same place.
const SAYS_ALL: [(&str, &[&str]); 8] = [
    (
        "jwt/alg-none",
        &[
            "jwt/symmetric-algorithm",
            "jwt/algorithm-not-pinned",
            "jwt/verification-disabled",
            "jwt/unverified-decode",
            "jwt/missing-audience",
            "jwt/missing-issuer",
        ],
    ),
    (
        "jwt/verification-disabled",
        &[
            "jwt/unverified-decode",
            "jwt/algorithm-not-pinned",
            "jwt/missing-audience",
            "jwt/missing-issuer",
            "jwt/symmetric-algorithm",
        ],
    ),
    ("jwt/algorithm-not-pinned", &["jwt/symmetric-algorithm"]),
    ("jwt/unverified-decode", &["jwt/missing-audience", "jwt/missing-issuer"]),
    ("jwt/hardcoded-key", &["jwt/weak-key"]),
    ("oauth/implicit-flow", &["oauth/missing-pkce"]),
    ("oauth/access-lifetime", &["jwt/long-lifetime"]),
    ("jwt/assertion-lifetime", &["jwt/long-lifetime"]),
];
