//! Calls in collections of Postman: requests with a method and a URL, variables of the collection filled in.

use std::collections::BTreeMap;

use super::Found;
use super::home::{holed, is_login, on};
use super::http::told;
use super::verb::METHODS;
use crate::fact::Via;
use crate::finding::Confidence;
use crate::scope::catalog::Catalog;
use crate::settings::Settings;
use crate::settings::entry::{Segment, Setting};

/// What every collection names.
pub(super) const SCHEMA: &str = "schema.getpostman.com";

/// The calls of a collection.
pub(super) fn calls(settings: &Settings<'_>) -> Vec<Found> {
    let variables = variables(settings);
    let mut methods: BTreeMap<&[Segment], &str> = BTreeMap::new();
    for entry in settings.entries().iter().filter(|entry| entry.key() == Some("method")) {
        if entry.parent().last().and_then(Segment::key) == Some("request") {
            methods.insert(entry.parent(), entry.value);
        }
    }
    settings.entries().iter().filter_map(|entry| call(entry, &methods, &variables)).collect()
}

/// `request.url` or `request.url.raw`.
fn call(entry: &Setting<'_>, methods: &BTreeMap<&[Segment], &str>, variables: &BTreeMap<&str, &str>) -> Option<Found> {
    let last = entry.path.last().and_then(Segment::key)?;
    let request = match last {
        "url" => entry.parent(),
        "raw" => {
            let (url, rest) = entry.parent().split_last()?;
            (url.key() == Some("url")).then_some(rest)?
        }
        _ => return None,
    };
    let method = methods.get(request)?;
    let method = METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(method))?;
    let known = holed(&filled(entry.value, variables));
    if is_login(&known) {
        return None;
    }
    on(&known).into_iter().find_map(|id| {
        let operations = Catalog::builtin().operations(id)?;
        let operation = operations.find_whole(method, &known)?;
        Some(Found {
            span: entry.span,
            provider: id,
            operation: Some(told(operations, &operation, None)),
            via: Via::Http,
            confidence: Confidence::High,
            why: vec!["a request of a collection".to_owned()],
        })
    })
}

/// The variables of the collection: settings have moved each value to the path of its name.
fn variables<'s>(settings: &'s Settings<'_>) -> BTreeMap<&'s str, &'s str> {
    let of_collection = |entry: &&Setting<'_>| entry.path.first().and_then(Segment::key) == Some("variable");
    let named = settings.entries().iter().filter(of_collection);
    named.filter_map(|entry| Some((entry.key()?, entry.value))).collect()
}

/// A text with the variables `{{name}}` that are known.
pub(super) fn filled(text: &str, variables: &BTreeMap<&str, &str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        match variables.get(name.trim()) {
            Some(value) => out.push_str(value),
            None => out.push_str("{}"),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
