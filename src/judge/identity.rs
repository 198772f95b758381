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
    let mut block = mac(VALUE, &[value.bytes()]);
    let mut out = block;
    for _ in 1..ROUNDS {
        block = mac(VALUE, &[&block]);
        for (byte, add) in out.iter_mut().zip(block) {
            *byte ^= add;
        }
    }
    out
}

/// A keyed hash of parts; each part with its length, so that no two lists of parts read alike.
fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// About a millisecond on one core.
const ROUNDS: u32 = 1024;
const VALUE: &[u8] = b"overscope fingerprint of a value, version 1";
const TEXT: &[u8] = b"overscope fingerprint of a text, version 1";
const NAME: &[u8] = b"overscope fingerprint, version 1";
