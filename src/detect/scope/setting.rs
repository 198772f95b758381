//! Scope requests in configuration files, by the key they stand under.

use std::collections::BTreeMap;

use super::manifest::ClientIds;
use super::name::{Says, last, of_lead};
use super::token::{Coding, split};
use super::{Asked, Group};
use crate::fact::Context;
use crate::settings::Settings;
use crate::settings::entry::{Kind, Segment, Setting};

/// The groups of scopes that a configuration file asks for.
pub(super) fn groups(text: &str, settings: &Settings<'_>) -> Vec<Group> {
    if describes_an_api(settings) {
        return Vec::new();
    }
    let clients = ClientIds::of(settings);
    let mut groups: BTreeMap<Vec<Segment>, Group> = BTreeMap::new();
    for entry in settings.entries() {
        if entry.kind != Kind::String || says(entry) != Says::Asks {
            continue;
        }
        let written = split(text, entry.span, Coding::Plain);
        if written.is_empty() {
            continue;
        }
        let place = match entry.path.last() {
            Some(Segment::Index(_)) => entry.parent().to_vec(),
            _ => entry.path.clone(),
        };
        let group = groups.entry(place).or_insert_with(|| Group {
            written: Vec::new(),
            context: Context::Config,
            asked: Asked::ByName,
            hints: entry.path.iter().rev().filter_map(Segment::key).map(str::to_owned).collect(),
            host: None,
            provider: None,
            client_id: clients.near(entry),
        });
        group.written.extend(written);
    }
    groups.into_values().collect()
}

/// Whether the file tells of an API instead of using one: what it declares nobody asks for.
fn describes_an_api(settings: &Settings<'_>) -> bool {
    settings.entries().iter().any(|entry| match entry.path.as_slice() {
        [Segment::Key(key)] => matches!(&**key, "openapi" | "swagger" | "discoveryVersion" | "asyncapi"),
        _ => false,
    })
}

fn says(entry: &Setting<'_>) -> Says {
    let mut keys = entry.path.iter().rev().filter_map(Segment::key);
    let Some(key) = keys.next() else { return Says::Nothing };
    match of_lead(key) {
        // `oauth_config.scopes.bot`
        Says::Nothing if PARTS.contains(&last(key).to_ascii_lowercase().as_str()) => {
            keys.next().map_or(Says::Nothing, of_lead)
        }
        says => says,
    }
}

const PARTS: [&str; 10] = [
    "bot",
    "user",
    "required",
    "optional",
    "default",
    "delegated",
    "application",
    "value",
    "additional",
    "bot_optional",
];
