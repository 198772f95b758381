//! The identity of a finding across runs: what it is about and in which file, never where in the file.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Draft, Key};
use crate::finding::Fingerprint;
use crate::secret::ValueId;

/// The fingerprints of drafts, which stand in order of place. Equal things in one file are numbered in that order, so
/// that lines may move and blocks may be inserted; another value, rule or path is another finding.
pub(super) fn fingerprints(drafts: &[Draft]) -> Vec<Fingerprint> {
    let mut stretched: BTreeMap<ValueId, [u8; 32]> = BTreeMap::new();
    let mut seen: BTreeMap<(&str, &str, [u8; 32]), u32> = BTreeMap::new();
    drafts
        .iter()
        .map(|draft| {
            let what = match &draft.key {
                Key::Value(value) => *stretched.entry(*value).or_insert_with(|| stretch(value)),
                Key::Text(text) => mac(TEXT, &[text.as_bytes()]),
            };
            let (rule, path) = (draft.rule.as_str(), draft.primary.at.path.as_str());
            let number = seen.entry((rule, path, what)).and_modify(|number| *number += 1).or_insert(1);
            let name = mac(NAME, &[rule.as_bytes(), &what, path.as_bytes(), &number.to_be_bytes()]);
            Fingerprint(hex(&name[..16]))
        })
        .collect()
}

/// The short name of a secret's value, the same wherever it stands; safe to show, because it is stretched.
pub(super) fn value_name(value: &ValueId) -> String {
    hex(&stretch(value)[..6])
}

/// A value's identity made dear to guess: each guess at a value from its fingerprint costs [`ROUNDS`] hashes.
fn stretch(value: &ValueId) -> [u8; 32] {
    stretched(VALUE, value, ROUNDS)
}

/// PBKDF2 with HMAC-SHA-256 and one block: the value is the password, so that no two guesses share their work, and the
/// salt is what sets the uses apart.
pub(super) fn stretched(salt: &[u8], value: &ValueId, rounds: u32) -> [u8; 32] {
    let password = Hmac::<Sha256>::new_from_slice(value.bytes()).expect("HMAC takes a key of any length");
    let round = |text: &[u8]| -> [u8; 32] {
        let mut mac = password.clone();
        mac.update(text);
        mac.finalize().into_bytes().into()
    };
    let mut block = round(&[salt, &1_u32.to_be_bytes()].concat());
    let mut out = block;
    for _ in 1..rounds {
        block = round(&block);
        for (byte, add) in out.iter_mut().zip(block) {
            *byte ^= add;
        }
    }
    out
}

/// A keyed hash of parts; each part with its length, so that no two lists of parts read alike.
pub(super) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Under a millisecond on one core, for each value of a scan; as much for each guess.
const ROUNDS: u32 = 2048;
const VALUE: &[u8] = b"overscope fingerprint of a value, version 1";
const TEXT: &[u8] = b"overscope fingerprint of a text, version 1";
const NAME: &[u8] = b"overscope fingerprint, version 1";
