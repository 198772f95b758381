//! What demands the scopes that it is given of its callers: verifiers of tokens, decorators, descriptions of operations.

use super::name::{has_word, last};
use crate::span::Span;

/// Whether what a call takes as `required_scopes` is demanded by what it builds: a verifier of tokens, a decorator, the
/// description of an operation.
pub(super) fn guards(text: &str, callee: Span) -> bool {
    let before = text.as_bytes().get((callee.start as usize).wrapping_sub(1));
    let name = last(&text[callee.range()]);
    let lower = name.to_ascii_lowercase();
    before == Some(&b'@') || GUARDS.iter().any(|guard| lower.contains(guard)) || has_word(name, &OPERATIONS)
}

/// Whether a name says that its scopes are wanted of somebody: `required_scopes`, `acceptedScopes`.
pub(super) fn wants(name: &str) -> bool {
    has_word(last(name), &WANTING)
}

/// Words of names of scopes that are wanted.
const WANTING: [&str; 8] =
    ["required", "requires", "require", "needed", "needs", "acceptable", "accepted", "sufficient"];

/// What the names of those hold who demand scopes of their callers.
const GUARDS: [&str; 8] =
    ["verifier", "validator", "middleware", "guard", "bearer", "introspection", "requirement", "resourceserver"];

/// Words in the names of what describes an operation.
const OPERATIONS: [&str; 6] = ["tool", "operation", "endpoint", "route", "action", "command"];
