//! The identity of a finding across runs: what it is about and in which file, never where in the file.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use rayon::prelude::*;
use sha2::Sha256;

use super::{Draft, Key};
use crate::fact::{Fact, Seen};
use crate::finding::Fingerprint;
use crate::secret::ValueId;

/// The stretched identities of all values of a scan, each made once.
pub(super) struct Stretched(BTreeMap<ValueId, [u8; 32]>);

impl Stretched {
    /// Stretches the values of some facts, on all cores: it is dear on purpose.
    pub(super) fn of(facts: &[Fact]) -> Self {
        let value = |fact: &Fact| match &fact.seen {
            Seen::Secret(secret) => Some(secret.value),
            _ => None,
        };
        let values: BTreeSet<ValueId> = facts.iter().filter_map(value).collect();
        let values: Vec<ValueId> = values.into_iter().collect();
        Self(values.into_par_iter().map(|value| (value, stretched(VALUE, &value, ROUNDS))).collect())
    }

    /// The short name of a secret's value, the same wherever it stands; safe to show, because it is stretched.
    pub(super) fn name(&self, value: ValueId) -> String {
        hex(&self.get(value)[..6])
    }

    fn get(&self, value: ValueId) -> [u8; 32] {
        self.0.get(&value).copied().unwrap_or_else(|| stretched(VALUE, &value, ROUNDS))
    }

    /// The fingerprints of drafts, which stand in order of place. Equal things in one file are numbered in that order,
    /// so that lines may move and blocks may be inserted; another value, rule or path is another finding.
    pub(super) fn fingerprints(&self, drafts: &[Draft]) -> Vec<Fingerprint> {
        let mut seen: BTreeMap<(&str, &str, [u8; 32]), u32> = BTreeMap::new();
        let mut names = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let what = match &draft.key {
                Key::Value(value) => self.get(*value),
                Key::Text(text) => mac(TEXT, &[text.as_bytes()]),
            };
            let (rule, path) = (draft.rule.as_str(), draft.primary.at.path.as_str());
            let number = seen.entry((rule, path, what)).and_modify(|number| *number += 1).or_insert(1);
            let name = mac(NAME, &[rule.as_bytes(), &what, path.as_bytes(), &number.to_be_bytes()]);
            names.push(Fingerprint(hex(&name[..16])));
        }
        names
    }
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

/// Hashes for each value of a scan, and for each guess at one: few enough that a tree with thousands of values is scanned
/// in seconds.
const ROUNDS: u32 = 2048;
const VALUE: &[u8] = b"overscope fingerprint of a value, version 1";
const TEXT: &[u8] = b"overscope fingerprint of a text, version 1";
const NAME: &[u8] = b"overscope fingerprint, version 1";
