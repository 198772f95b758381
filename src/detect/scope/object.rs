//! What the objects of a program are for: answers of a provider, clients with their ids, fields of a form.

use std::collections::{BTreeMap, BTreeSet};

use super::around::is_answer;
use super::frame::{Frames, Level, Manner, Value};
use super::manifest::is_identifier;
use super::name::{Says, of_lead};
use crate::detect::value::words::bare;

/// The objects that are answers of a token endpoint.
pub(super) fn answers(text: &str, frames: &Frames) -> BTreeSet<usize> {
    let mut names: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for value in frames.values.iter().filter(|value| frames.levels[value.level].open == b'{') {
        // A key in quotes is a value of its own.
        let name = if value.manner == Manner::Key { Some(value.span) } else { value.lead };
        if let Some(name) = name.filter(|name| name.len() <= 40) {
            names.entry(value.level).or_default().push(&text[name.range()]);
        }
    }
    names.retain(|_, names| is_answer(names.iter().copied()));
    names.into_keys().collect()
}

/// The client ids that stand as they are, by the object they stand in.
pub(super) fn clients(text: &str, frames: &Frames) -> BTreeMap<usize, String> {
    let mut clients = BTreeMap::new();
    for value in frames.values.iter().filter(|value| value.text && value.manner == Manner::Given) {
        let Some(lead) = value.lead else { continue };
        let content = &text[value.span.range()];
        if bare(&text[lead.range()]).ends_with("clientid") && is_identifier(content) {
            clients.entry(value.level).or_insert_with(|| content.to_owned());
        }
    }
    clients
}

/// Whether brackets describe a field that is named after scopes: `scope: str = Field(default="…")`.
pub(super) fn of_field(text: &str, holder: Level) -> bool {
    holder.open == b'(' && holder.lead.is_some_and(|lead| of_lead(&text[lead.range()]) == Says::Asks)
}

/// The objects that describe a field or an option named after scopes.
pub(super) fn fields(text: &str, frames: &Frames) -> BTreeSet<usize> {
    let names = |value: &Value| match value.lead {
        Some(lead) => ["name", "key", "id", "field"].contains(&&text[lead.range()]),
        // `add_argument("--scopes", default="…")`
        None => frames.levels[value.level].open == b'(' && text[value.span.range()].starts_with("--"),
    };
    let named = |value: &&Value| {
        value.text
            && value.manner == Manner::Given
            && value.span.len() < 40
            && names(value)
            && of_lead(&text[value.span.range()]) == Says::Asks
    };
    frames.values.iter().filter(named).map(|value| value.level).collect()
}

/// Whether a value is the content of an element that is named after scopes.
pub(super) fn is_named_content(text: &str, frames: &Frames, value: &Value) -> bool {
    let before = value.before.map(|before| &frames.values[before]);
    before.is_some_and(|before| before.span.len() < 40 && of_lead(&text[before.span.range()]) == Says::Asks)
}
