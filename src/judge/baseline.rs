//! Known findings: accepted as they are until somebody reviews them, found again wherever lines and directories move.
//!
//! The file is one header and one line of JSON for each finding, sorted, without a date or a version, so that branches
//! merge (with `merge=union` in `.gitattributes` always, else unless both touch neighbours). What it tells a thief: the
//! identity of a secret is PBKDF2 with HMAC-SHA-256 over the value, salted with the file's own random key, so a guess at
//! a value costs [`ROUNDS`] rounds and no table made for one file serves for another.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hasher};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::identity::{hex, mac, stretched};
use super::import::{Known, UNREVIEWED};
use super::{Judgement, Key};
use crate::finding::State;
use crate::mistake::Mistake;
use crate::secret::ValueId;
use crate::source::Coverage;
use crate::span::Span;

/// A baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    key: String,
    rounds: u32,
    /// In order of id.
    pub entries: BTreeMap<String, Entry>,
}

/// One known finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is about, in which file.
    pub id: String,
    /// What it is about, in whatever file.
    pub value: String,
    /// The rule.
    pub rule: String,
    /// The file, for people.
    pub path: String,
    /// `unreviewed` until somebody writes another word: `false-positive`, `accepted`, `to-revoke`.
    pub status: String,
    /// What somebody wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(rename = "overscope-baseline")]
    format: u32,
    key: String,
    rounds: u32,
}

impl Baseline {
    /// An empty baseline with a key of its own.
    #[must_use]
    pub fn new() -> Self {
        // The standard library seeds each of these from the system's random numbers.
        let word = |n: u64| {
            let mut hasher = RandomState::new().build_hasher();
            hasher.write_u64(n);
            hasher.finish().to_be_bytes()
        };
        Self { key: hex(&[word(1), word(2)].concat()), rounds: ROUNDS, entries: BTreeMap::new() }
    }

    /// Reads a baseline. Lines may stand in any order and twice, as a merge leaves them.
    ///
    /// # Errors
    /// The lines that cannot be read.
    pub fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        let mut lines = lines(text);
        let help = "`overscope baseline create` writes a new one";
        let (span, first) = lines.next().unwrap_or((Span::default(), ""));
        let header: Header = serde_json::from_str(first)
            .map_err(|_| vec![Mistake::new("this is no baseline: it has no header", span, help)])?;
        if header.format != 1 || header.key.len() != 32 || !(1..=10_000_000).contains(&header.rounds) {
            return Err(vec![Mistake::new("this header is of no known baseline", span, help)]);
        }
        let mut baseline = Self { key: header.key, rounds: header.rounds, entries: BTreeMap::new() };
        let mut mistakes = Vec::new();
        for (span, line) in lines {
            match serde_json::from_str::<Entry>(line) {
                Ok(entry) => {
                    // Of two that a merge has left, the one that somebody has looked at.
                    let held = baseline.entries.get(&entry.id);
                    if held.is_none_or(|held| held.status == UNREVIEWED) {
                        baseline.entries.insert(entry.id.clone(), entry);
                    }
                }
                Err(error) => {
                    let message = error.to_string();
                    let message = message.split(" at line ").next().unwrap_or_default();
                    mistakes.push(Mistake::new(
                        format!("this line is no entry: {message}"),
                        span,
                        "delete it, or run `overscope baseline update`",
                    ));
                }
            }
        }
        if mistakes.is_empty() { Ok(baseline) } else { Err(mistakes) }
    }

    /// The text of the file: the same entries give the same bytes.
    #[must_use]
    pub fn write(&self) -> String {
        let header = Header { format: 1, key: self.key.clone(), rounds: self.rounds };
        let line = |value: Result<String, serde_json::Error>| value.expect("texts and numbers are JSON") + "\n";
        let mut text = line(serde_json::to_string(&header));
        self.entries.values().for_each(|entry| text.push_str(&line(serde_json::to_string(entry))));
        text
    }

    /// Marks the findings that are known, and returns the entries that matched nothing; none where the scan was partial.
    ///
    /// An entry whose file no longer has its finding speaks for the same value in another file of a whole scan: that is
    /// how a renamed directory is followed. In a partial scan nobody knows whether the old file still has it.
    pub fn accept(&self, judgement: &mut Judgement, coverage: Coverage) -> Vec<&Entry> {
        let names = self.names(judgement);
        let matches = self.matches(&names, coverage);
        for index in matches.keys() {
            let state = &mut judgement.findings[*index].state;
            if *state == State::Open {
                *state = State::Baselined;
            }
        }
        if coverage == Coverage::Partial {
            return Vec::new();
        }
        let used: BTreeSet<&str> = matches.values().map(|entry| entry.id.as_str()).collect();
        self.entries.values().filter(|entry| !used.contains(entry.id.as_str())).collect()
    }

    /// The baseline with the open findings of a scan: known ones keep what somebody wrote about them, new ones are
    /// unreviewed. Entries that matched nothing stay unless they are pruned.
    #[must_use]
    pub fn update(&self, judgement: &Judgement, coverage: Coverage, prune: bool) -> Self {
        let names = self.names(judgement);
        let matches = self.matches(&names, coverage);
        let mut next = Self { entries: BTreeMap::new(), ..self.clone() };
        for (index, (finding, name)) in judgement.findings.iter().zip(&names).enumerate() {
            let Some((id, value)) = name else { continue };
            let held = matches.get(&index);
            let open = matches!(finding.state, State::Open | State::Baselined);
            if !open && held.is_none() {
                continue;
            }
            let entry = Entry {
                id: id.clone(),
                value: value.clone(),
                rule: finding.rule.to_string(),
                path: finding.primary.at.path.to_string(),
                status: held.map_or_else(|| UNREVIEWED.to_owned(), |held| held.status.clone()),
                note: held.and_then(|held| held.note.clone()),
            };
            next.entries.insert(entry.id.clone(), entry);
        }
        if !prune || coverage == Coverage::Partial {
            let used: BTreeSet<&str> = matches.values().map(|entry| entry.id.as_str()).collect();
            for entry in self.entries.values().filter(|entry| !used.contains(entry.id.as_str())) {
                next.entries.entry(entry.id.clone()).or_insert_with(|| entry.clone());
            }
        }
        next
    }

    /// The baseline with those open findings of a scan that another tool knows, and how many of its places have none.
    #[must_use]
    pub fn take_over(&self, judgement: &Judgement, known: &[Known]) -> (Self, usize) {
        let names = self.names(judgement);
        let mut next = self.clone();
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for (finding, name) in judgement.findings.iter().zip(&names) {
            let found = known.iter().enumerate().filter(|(_, one)| one.is(finding));
            let places: Vec<usize> = found.map(|(index, _)| index).collect();
            let (Some((id, value)), Some(first)) = (name, places.first()) else { continue };
            used.extend(&places);
            if finding.state == State::Open {
                next.entries.entry(id.clone()).or_insert_with(|| Entry {
                    id: id.clone(),
                    value: value.clone(),
                    rule: finding.rule.to_string(),
                    path: finding.primary.at.path.to_string(),
                    status: known[*first].status.to_owned(),
                    note: Some(known[*first].note.clone()),
                });
            }
        }
        (next, known.len() - used.len())
    }

    /// How many of its findings an earlier baseline does not know, in whatever file.
    #[must_use]
    pub fn grown(&self, before: Option<&Self>) -> usize {
        let Some(before) = before.filter(|before| before.key == self.key) else { return self.entries.len() };
        let mut held: BTreeMap<&str, usize> = BTreeMap::new();
        before.entries.values().for_each(|entry| *held.entry(entry.value.as_str()).or_default() += 1);
        let mut new = |entry: &&Entry| match held.get_mut(entry.value.as_str()) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
        self.entries.values().filter(|entry| new(entry)).count()
    }

    /// Which finding is which entry.
    fn matches(&self, names: &[Option<Name>], coverage: Coverage) -> BTreeMap<usize, &Entry> {
        let mut found = BTreeMap::new();
        let mut used = BTreeSet::new();
        for (index, name) in names.iter().enumerate() {
            let Some((id, _)) = name else { continue };
            if let Some(entry) = self.entries.get(id) {
                used.insert(entry.id.as_str());
                found.insert(index, entry);
            }
        }
        if coverage == Coverage::Partial {
            return found;
        }
        let mut moved: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in self.entries.values().rev().filter(|entry| !used.contains(entry.id.as_str())) {
            moved.entry(entry.value.as_str()).or_default().push(entry);
        }
        for (index, name) in names.iter().enumerate().filter(|(_, name)| name.is_some()) {
            let Some((_, value)) = name else { continue };
            if !found.contains_key(&index)
                && let Some(entry) = moved.get_mut(value.as_str()).and_then(Vec::pop)
            {
                found.insert(index, entry);
            }
        }
        found
    }

    /// The names of findings under this baseline's key; none for what the policy says of itself, which is mended and
    /// not accepted.
    fn names(&self, judgement: &Judgement) -> Vec<Option<Name>> {
        let values: BTreeSet<ValueId> = judgement
            .keys
            .iter()
            .filter_map(|key| match key {
                Key::Value(value) => Some(*value),
                Key::Text(_) => None,
            })
            .collect();
        let key = self.key.as_bytes();
        let dear: BTreeMap<ValueId, [u8; 32]> =
            values.into_par_iter().map(|value| (value, stretched(key, &value, self.rounds))).collect();
        let mut seen: BTreeMap<(&str, &str, [u8; 32]), u32> = BTreeMap::new();
        let mut names = Vec::new();
        for (finding, of) in judgement.findings.iter().zip(&judgement.keys) {
            if finding.rule.family() == "policy" {
                names.push(None);
                continue;
            }
            let what = match of {
                Key::Value(value) => dear.get(value).copied().unwrap_or_default(),
                Key::Text(text) => mac(key, &[text.as_bytes()]),
            };
            let (rule, path) = (finding.rule.as_str(), finding.primary.at.path.as_str());
            let number = seen.entry((rule, path, what)).and_modify(|number| *number += 1).or_insert(1);
            let id = mac(key, &[rule.as_bytes(), &what, path.as_bytes(), &number.to_be_bytes()]);
            let value = mac(key, &[rule.as_bytes(), &what]);
            names.push(Some((hex(&id[..16]), hex(&value[..12]))));
        }
        names
    }
}

impl Default for Baseline {
    fn default() -> Self {
        Self::new()
    }
}

/// Id and value of a finding.
type Name = (String, String);

/// Lines that say something, with their places.
fn lines(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(move |line| {
            let start = at;
            at += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            (Span::of(start, start + line.len()), line)
        })
        .filter(|(_, line)| !line.trim().is_empty())
}

/// About five milliseconds on one core for each value of a scan, and for each guess.
pub const ROUNDS: u32 = 16_384;
