//! Candidates among the settings of configuration files: by the key path, also where name and value stand apart.

use std::sync::Arc;

use base64::Engine as _;

use super::header::{self, decoder};
use super::key::promise;
use super::{Candidate, Context, Family};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::settings::entry::{Kind, Segment, Setting};

/// The candidates of a file of settings.
#[must_use]
pub fn candidates(settings: &Settings<'_>) -> Vec<Candidate> {
    let entries = settings.entries();
    let secrets = cluster_secrets(entries);
    let alone = (0..entries.len()).filter_map(|at| lone(entries, at));
    entries.iter().filter_map(|entry| candidate(entry, secrets)).chain(alone).collect()
}

/// `{"name": "API_KEY", "value": "x"}` that stands by itself: of pairs in lists the settings know already.
fn lone(entries: &[Setting<'_>], at: usize) -> Option<Candidate> {
    let entry = &entries[at];
    if entry.key() != Some("value") || entry.value.is_empty() || entry.value.len() > LONGEST {
        return None;
    }
    let beside = &entries[at.saturating_sub(MEMBERS)..entries.len().min(at + MEMBERS + 1)];
    let name = beside.iter().find(|other| {
        matches!(other.key(), Some("name" | "key")) && other.parent() == entry.parent() && other.kind == Kind::String
    })?;
    let (family, strength) = promise(name.value)?;
    Some(Candidate { key: name.span, ..new(entry, family, strength) })
}

fn candidate(entry: &Setting<'_>, secrets: bool) -> Option<Candidate> {
    if entry.value.is_empty() || entry.value.len() > LONGEST || matches!(entry.kind, Kind::Bool | Kind::Null) {
        return None;
    }
    let keys: Vec<&Arc<str>> = entry
        .path
        .iter()
        .filter_map(|segment| if let Segment::Key(key) = segment { Some(key) } else { None })
        .collect();
    let (last, before) = keys.split_last()?;
    if secrets && before.last().is_some_and(|parent| &***parent == "data") {
        let decoded = String::from_utf8(decoder().decode(entry.value.trim()).ok()?).ok()?;
        let decoded = decoded.trim_end_matches('\n');
        let (family, strength) = promise(last)?;
        let inner = Some(Secret::new(decoded));
        return Some(Candidate { inner, ..new(entry, family, strength) });
    }
    // What `docker login` keeps: Base64 of user and password.
    if &***last == "auth" && keys.iter().any(|key| &***key == "auths") {
        let inner = Some(header::password(entry.value)?);
        return Some(Candidate { inner, ..new(entry, Family::Password, 2) });
    }
    let (family, strength) = promise(last).or_else(|| {
        // `password: {value: x}`: the key above says what it is.
        let carries = CARRIERS.iter().any(|carrier| last.eq_ignore_ascii_case(carrier));
        if carries { promise(before.last()?).filter(|(_, strength)| *strength > 0) } else { None }
    })?;
    Some(new(entry, family, strength))
}

fn new(entry: &Setting<'_>, family: Family, strength: u8) -> Candidate {
    Candidate {
        key: entry.key_span,
        family,
        strength,
        value: entry.span,
        quoted: false,
        context: Context::Setting,
        inner: None,
    }
}

/// Whether the file holds a Kubernetes `Secret`, whose `data` is base64.
fn cluster_secrets(entries: &[Setting<'_>]) -> bool {
    entries.iter().any(|entry| entry.value == "Secret" && entry.key() == Some("kind"))
}

const CARRIERS: &[&str] =
    &["value", "default", "defaultValue", "plain", "plaintext", "content", "text", "literal", "#text"];

/// How many members of an object may stand between its name and its value.
const MEMBERS: usize = 4;

const LONGEST: usize = 4096;
