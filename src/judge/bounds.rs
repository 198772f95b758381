//! What a policy says of tokens at a place: the integration's word, else the file's.

use super::Bench;
use crate::policy::integration::Integration;
use crate::policy::terms::{Jwt, Tokens};

/// What the integration says of tokens, else what the file says.
pub(super) fn jwt<'p, T>(
    owner: Option<&'p Integration>,
    bench: &Bench<'p>,
    get: impl Fn(&'p Jwt) -> Option<&'p T>,
) -> Option<&'p T> {
    owner.and_then(|owner| get(&owner.jwt)).or_else(|| get(&bench.policy.jwt))
}

/// As [`jwt`], of tokens that are not JWTs.
pub(super) fn tokens<'p, T>(
    owner: Option<&'p Integration>,
    bench: &Bench<'p>,
    get: impl Fn(&'p Tokens) -> Option<&'p T>,
) -> Option<&'p T> {
    owner.and_then(|owner| get(&owner.tokens)).or_else(|| get(&bench.policy.tokens))
}
