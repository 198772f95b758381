//! A value that cannot be printed, and what may be shown in its place.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A credential in the hands of the detector that found it. It has no `Display`, no `Serialize`, no `Clone`, and its
/// `Debug` says nothing of the value, so a leak into a report does not compile.
pub struct Secret(Box<str>);

impl Secret {
    /// Takes the raw value.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// The raw value, for the checks of the detector that found it. Never hand it on.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown: `prefix` is the number of leading characters that belong to the format (such as `ghp_`)
    /// and not to the secret; at most [`Redacted::MAX_PREFIX`] of them are kept.
    #[must_use]
    pub fn redact(&self, prefix: usize) -> Redacted {
        let length = self.0.chars().count();
        // A short value keeps nothing: its prefix would be most of it.
        let keep = if length < 16 { 0 } else { prefix.min(Redacted::MAX_PREFIX) };
        Redacted { prefix: self.0.chars().take(keep).collect(), length: u32::try_from(length).unwrap_or(u32::MAX) }
    }

    /// Identity of the value within the program; see [`ValueId`].
    #[must_use]
    pub fn id(&self) -> ValueId {
        ValueId::of(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // Best effort: the buffer is overwritten before it goes back to the allocator.
        let mut bytes = std::mem::take(&mut self.0).into_string().into_bytes();
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
}

/// What may be shown of a secret: a few characters that belong to its format, and its length.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Redacted {
    prefix: String,
    length: u32,
}

impl Redacted {
    /// No six-character run of a secret is ever shown.
    pub const MAX_PREFIX: usize = 5;

    /// Length of the value in characters.
    #[must_use]
    pub const fn length(&self) -> u32 {
        self.length
    }

    /// The characters that belong to the format; at most [`Self::MAX_PREFIX`].
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

impl std::fmt::Display for Redacted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}…", self.prefix)
    }
}

/// Identity of a value: equal for equal values, and useless to whoever does not run this process. It is never printed;
/// what is printed is stretched from it (see [`Fingerprint`](crate::finding::Fingerprint)).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId([u8; 32]);

impl ValueId {
    /// The identity of a value.
    #[must_use]
    pub fn of(value: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(DOMAIN).expect("HMAC takes a key of any length");
        mac.update(value.as_bytes());
        Self(mac.finalize().into_bytes().into())
    }

    /// The bytes, for the derivation of fingerprints only.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for ValueId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ValueId(..)")
    }
}

/// Separates these identities from every other use of the same hash.
const DOMAIN: &[u8] = b"overscope value identity, version 1";

#[cfg(test)]
mod tests {
    use super::{Secret, ValueId};

    #[test]
    fn nothing_of_a_short_value_is_shown() {
        let shown = Secret::new("hunter2hunter").redact(5);
        assert_eq!(shown.to_string(), "…");
        assert_eq!(shown.length(), 13);
    }

    #[test]
    fn debug_says_nothing_of_the_value() {
        let secret = Secret::new("abcdefghijklmnopqrstuvwxyz");
        assert_eq!(format!("{secret:?} {:?}", secret.id()), "Secret(..) ValueId(..)");
    }

    #[test]
    fn equal_values_have_equal_identities() {
        assert!(ValueId::of("a") == ValueId::of("a"));
        assert!(ValueId::of("a") != ValueId::of("b"));
    }
}
