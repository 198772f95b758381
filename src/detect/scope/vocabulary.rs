//! Entries of a vocabulary: objects that tell of one scope each what it opens or what people call it.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Frames, Manner};
use super::name::{Says, last, of_lead};

/// The objects of a program that are entries of a vocabulary; one alone is none.
pub(super) fn entries(text: &str, frames: &Frames) -> BTreeSet<usize> {
    let mut objects: BTreeMap<usize, Entry> = BTreeMap::new();
    for value in frames.values.iter().filter(|value| frames.levels[value.level].open == b'{') {
        let key = if value.manner == Manner::Key { Some(value.span) } else { value.lead };
        if let Some(key) = key.filter(|key| key.len() <= LONGEST) {
            objects.entry(value.level).or_default().note(&text[key.range()]);
        }
    }
    for level in frames.levels.iter().filter(|level| frames.levels[level.parent].open == b'{') {
        if let Some(key) = level.lead.filter(|key| key.len() <= LONGEST) {
            objects.entry(level.parent).or_default().note(&text[key.range()]);
        }
    }
    objects.retain(|_, entry| entry.is_of_vocabulary());
    if objects.len() < 2 { BTreeSet::new() } else { objects.into_keys().collect() }
}

/// What the members of an object are for.
#[derive(Debug, Default)]
struct Entry {
    scope: bool,
    opens: bool,
    label: bool,
    describes: bool,
    asks: bool,
}

impl Entry {
    fn note(&mut self, key: &str) {
        let name: String = last(key).chars().filter(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "tools" | "httpmethods" | "methods" | "endpoints" | "operations" | "routes" | "actions" => {
                self.opens = true
            }
            "label" | "title" | "displayname" => self.label = true,
            "description" | "desc" | "help" | "summary" => self.describes = true,
            "clientid" | "clientsecret" | "authurl" | "authorizeurl" | "authorizationurl" | "authorization"
            | "tokenurl" | "redirecturi" | "callbackurl" => self.asks = true,
            // One scope, not several.
            "scope" | "scopename" | "oauthscope" => self.scope = true,
            _ if of_lead(key) == Says::Asks => self.asks = true,
            _ => {}
        }
    }

    const fn is_of_vocabulary(&self) -> bool {
        self.scope && !self.asks && (self.opens || self.label && self.describes)
    }
}

const LONGEST: u32 = 40;
