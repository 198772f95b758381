//! What a change of a policy opens: every growth of coverage, every limit that is let out, told as before and after.

use std::collections::BTreeSet;

use camino::Utf8Path;

use super::Policy;
use super::duration;
use super::file::POLICY;
use super::integration::{Grant, ScopeLists};
use super::shape::{Join, Key, Object, Shape, Word, text_of};
use crate::scope::catalog::Catalog;
use crate::scope::pattern::ScopePattern;
use crate::scope::provider::Provider;
use crate::span::Span;
use crate::yaml::{At, Node, Value};

/// One growth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The key path: `integrations.sync.scopes.allow`.
    pub path: String,
    /// What was said; `-` for nothing.
    pub before: String,
    /// What is said now; `-` for nothing.
    pub after: String,
    /// Where it is said now, in the new policy; the empty span for what is gone.
    pub span: Span,
    /// Where it was said, in the old policy; the empty span for what is new.
    pub held: Span,
}

/// The growths from one policy to another, in the order of the format. A policy that only gets stricter has none.
#[must_use]
pub fn widened(before: &Policy, after: &Policy, catalog: &Catalog) -> Vec<Growth> {
    let mut growths = Vec::new();
    if let (Some(path), None) = (before.path(), after.path()) {
        let (before, after) = (path.to_string(), NO_ENTRY.to_owned());
        growths.push(Growth {
            path: "the policy".to_owned(),
            before,
            after,
            span: Span::default(),
            held: Span::default(),
        });
    }
    objects(&before.tree, &after.tree, &POLICY, "", &mut growths);
    // Where nothing was declared, nothing was denied.
    if before.is_declared() {
        allowances(before, after, catalog, &mut growths);
    }
    growths.extend(folders(before, after, catalog, &growths));
    growths
}

/// What opens in folders that have, or had, a policy of their own, and nowhere else.
fn folders(before: &Policy, after: &Policy, catalog: &Catalog, told: &[Growth]) -> Vec<Growth> {
    let both = before.nested.iter().chain(&after.nested);
    let folders: BTreeSet<&Utf8Path> = both.map(|nested| nested.folder.as_path()).collect();
    let mut growths = Vec::new();
    for folder in folders {
        let (from, to) = (before.at(folder), after.at(folder));
        let mut found = Vec::new();
        objects(&from.tree, &to.tree, &POLICY, "", &mut found);
        allowances(from, to, catalog, &mut found);
        let known = |growth: &Growth| {
            told.iter().any(|other| {
                (&other.path, &other.before, &other.after) == (&growth.path, &growth.before, &growth.after)
            })
        };
        // Its places are those of another file: the table says which.
        growths.extend(found.into_iter().filter(|growth| !known(growth)).map(|growth| Growth {
            path: format!("{folder}: {}", growth.path),
            span: Span::default(),
            held: Span::default(),
            ..growth
        }));
    }
    growths
}

fn objects(before: &Node, after: &Node, object: &Object, path: &str, growths: &mut Vec<Growth>) {
    for key in object.keys {
        let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        // What bases say is in the tree already; what may be asked for is compared by what it covers.
        if matches!(path.as_str(), "extends" | "locked" | "unlocked") || key.name == "allow" && path.contains("scopes")
        {
            continue;
        }
        let fresh = before.value == Value::Null;
        one(get(before, key.name), get(after, key.name), key, &path, fresh, growths);
    }
}

fn one(before: Option<&Node>, after: Option<&Node>, key: &Key, path: &str, fresh: bool, growths: &mut Vec<Growth>) {
    let mut grew = |from: Option<&Node>, to: Option<&Node>| growths.push(growth(path.to_owned(), from, to));
    let lost = || items(before).iter().filter(|item| !holds(after, item));
    let gained = || items(after).iter().filter(|item| !holds(before, item));
    match key.join {
        Join::Keys => match &key.shape {
            Shape::Object(object) => {
                objects(before.unwrap_or(&NOTHING), after.unwrap_or(&NOTHING), object, path, growths);
            }
            Shape::Map(_, Shape::Object(object)) => {
                for (name, inner) in entries(after) {
                    let before = before.and_then(|before| get(before, &name.value)).unwrap_or(&NOTHING);
                    objects(before, inner, object, &format!("{path}.{}", name.value), growths);
                }
                // A rule's setting or an integration that is gone takes its own limits with it.
            }
            _ => {}
        },
        // What is this client's may do what the client may.
        Join::Both if key.name == "client_ids" => {
            if !fresh {
                gained().for_each(|item| grew(None, Some(item)));
            }
        }
        // Losing an entry of a list of prohibitions opens; so does gaining one of a list of permissions.
        Join::Both => lost().for_each(|item| grew(Some(item), None)),
        Join::Common if restricts(path) && before.is_some() && after.is_none() => grew(before, None),
        Join::Common if restricts(path) && before.is_none() => {}
        Join::Common => gained().for_each(|item| grew(None, Some(item))),
        Join::Layers if key.name == "ceiling" => ceilings(before, after, growths),
        Join::Layers => {
            for item in gained() {
                let held = get(item, "id").and_then(text_of).and_then(|id| {
                    items(before).iter().find(|other| get(other, "id").and_then(text_of).as_ref() == Some(&id))
                });
                if held.is_none_or(|held| !only_sooner(held, item)) {
                    grew(held, Some(item));
                }
            }
        }
        // What a rule says by itself is not known here: whatever is not its strictest may be weaker.
        Join::First | Join::True if before.is_none() && path.starts_with("rules.") => {
            if rank(after, key).is_some_and(|rank| rank > 0) {
                grew(None, after);
            }
        }
        Join::Least | Join::Most | Join::First | Join::True => {
            let (from, to) = (rank(before, key).or_else(|| default(path, key)), rank(after, key));
            let weaker = match (from, to.or_else(|| default(path, key))) {
                (Some(from), Some(to)) => to > from,
                (Some(_), None) => true,
                _ => false,
            };
            if weaker {
                grew(before, after);
            }
        }
        Join::Own => own(before, after, key, path, fresh, &mut grew),
    }
}

/// What opens among the keys that a file says for itself.
fn own(
    before: Option<&Node>,
    after: Option<&Node>,
    key: &Key,
    path: &str,
    fresh: bool,
    grew: &mut dyn FnMut(Option<&Node>, Option<&Node>),
) {
    let lost = || items(before).iter().filter(|item| !holds(after, item));
    let gained = || items(after).iter().filter(|item| !holds(before, item));
    let text = |node: Option<&Node>| node.and_then(text_of);
    let place = |node: Option<&Node>, words: &[Word]| {
        text(node).and_then(|text| words.iter().position(|word| word.word == text))
    };
    let integration = path.starts_with("integrations.") && !fresh;
    let grows = match (key.name, &key.shape) {
        // More code, or more data, under the same grant.
        ("paths" | "data", _) if integration => return gained().for_each(|item| grew(None, Some(item))),
        ("rule_files", _) => return lost().for_each(|item| grew(Some(item), None)),
        ("lifecycle", Shape::Words(words)) => integration && place(before, words) > place(after, words).or(Some(1)),
        ("retire_by", _) => integration && before.is_some() && (after.is_none() || text(after) > text(before)),
        _ => false,
    };
    if grows {
        grew(before, after);
    }
}

/// A ceiling that is gone or raised.
fn ceilings(before: Option<&Node>, after: Option<&Node>, growths: &mut Vec<Growth>) {
    for (name, list) in entries(before) {
        let path = format!("ceiling.{}", name.value);
        let Some(now) = after.and_then(|after| get(after, &name.value)) else {
            growths.push(growth(path, Some(list), None));
            continue;
        };
        for item in items(Some(now)).iter().filter(|item| !holds(Some(list), item)) {
            growths.push(growth(path.clone(), None, Some(item)));
        }
    }
}

fn growth(path: String, before: Option<&Node>, after: Option<&Node>) -> Growth {
    let say = |node: Option<&Node>| node.map_or_else(|| NO_ENTRY.to_owned(), shown);
    let place = |node: Option<&Node>| node.map_or(Span::default(), head);
    Growth { path, before: say(before), after: say(after), span: place(after), held: place(before) }
}

/// The rank of what holds where a policy says nothing.
fn default(path: &str, key: &Key) -> Option<u64> {
    let word = match path {
        "gates.fail_on" => "high",
        "defaults.docs_severity" => "low",
        "nested" => "ignore",
        _ if path.starts_with("gates.modes.") => "block",
        _ => return None,
    };
    rank(Some(&Node { value: Value::Text(word.to_owned()), span: Span::default() }), key)
}

/// How weak a value is, for values that have an order.
fn rank(node: Option<&Node>, key: &Key) -> Option<u64> {
    let node = node?;
    match (key.join, &key.shape, &node.value) {
        (Join::True, _, Value::Bool(value)) => Some(u64::from(!value)),
        (Join::Most, _, Value::Number(number)) => Some(u64::MAX - u64::try_from(*number).unwrap_or(0)),
        (_, Shape::Duration, Value::Text(text)) => duration::seconds(text),
        (_, _, Value::Number(number)) => u64::try_from(*number).ok(),
        (_, Shape::Words(words), Value::Text(text)) => {
            words.iter().position(|word| word.word == text).and_then(|at| u64::try_from(at).ok())
        }
        _ => None,
    }
}

/// Lists that restrict by being there; the others permit.
fn restricts(path: &str) -> bool {
    ["allow_alg", "flows.allow", "allowed_sources", "storage"].iter().any(|end| path.ends_with(end))
}

/// Grants that open what was not open before, in every environment or in one.
fn allowances(before: &Policy, after: &Policy, catalog: &Catalog, growths: &mut Vec<Growth>) {
    for integration in &after.integrations {
        let Some(provider) = catalog.provider(&integration.provider.value) else { continue };
        let name = &integration.name.value;
        let held = before.integration(name).filter(|held| held.provider.value == integration.provider.value);
        let everywhere: Vec<&Grant> = held.map_or_else(Vec::new, |held| held.scopes.allow.iter().flatten().collect());
        let mut compare = |lists: &ScopeLists, held: &[&Grant], path: String| {
            let texts: Vec<&str> = held.iter().map(|grant| grant.scope.value.as_str()).collect();
            let open: Vec<String> = texts.iter().flat_map(|text| expand(provider, text)).collect();
            let open: Vec<&str> = open.iter().map(String::as_str).collect();
            for grant in lists.allow.iter().flatten() {
                let text = &grant.scope.value;
                let covered = |scope: &String| provider.covered_by(scope, &open);
                if !texts.contains(&text.as_str()) && !expand(provider, text).iter().all(covered) {
                    growths.push(Growth {
                        path: path.clone(),
                        before: NO_ENTRY.to_owned(),
                        after: text.clone(),
                        span: grant.scope.span,
                        held: Span::default(),
                    });
                }
            }
        };
        compare(&integration.scopes, &everywhere, format!("integrations.{name}.scopes.allow"));
        for environment in &integration.environments {
            let place = &environment.name.value;
            let there = held.and_then(|held| held.environments.iter().find(|one| one.name.value == *place));
            let there = there.iter().flat_map(|one| one.scopes.allow.iter().flatten());
            let known: Vec<&Grant> = everywhere.iter().copied().chain(there).collect();
            compare(&environment.scopes, &known, format!("integrations.{name}.environments.{place}.scopes.allow"));
        }
    }
}

/// The scopes of a pattern; the text itself where the catalogue knows none.
fn expand(provider: &Provider, text: &str) -> Vec<String> {
    match ScopePattern::parse(text) {
        Ok(pattern) if provider.expand(&pattern).is_empty() => vec![text.to_owned()],
        Ok(pattern) => provider.expand(&pattern),
        Err(_) => Vec::new(),
    }
}

/// What stands for nothing in the table.
const NO_ENTRY: &str = "-";

static NOTHING: Node = Node { value: Value::Null, span: Span { start: 0, end: 0 } };

fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entries(Some(node)).iter().find(|(name, _)| name.value == key).map(|(_, node)| node)
}

fn entries(node: Option<&Node>) -> &[(At<String>, Node)] {
    match node.map(|node| &node.value) {
        Some(Value::Map(entries)) => entries,
        _ => &[],
    }
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// Whether a list has an item that says the same, wherever it stands.
fn holds(list: Option<&Node>, item: &Node) -> bool {
    items(list).iter().any(|other| other.to_json() == item.to_json())
}

/// What is pointed at for a whole value: of an entry its first value, of a list its first item.
fn head(node: &Node) -> Span {
    match &node.value {
        Value::Map(entries) => entries.first().map_or(node.span, |(_, value)| value.span),
        Value::List(items) => items.first().map_or(node.span, |item| item.span),
        _ => node.span,
    }
}

/// A value in a few words.
pub(super) fn shown(node: &Node) -> String {
    match &node.value {
        Value::Bool(value) => value.to_string(),
        Value::List(_) => shown_list(Some(node)),
        Value::Map(_) => entry(node),
        _ => text_of(node).unwrap_or_default(),
    }
}

fn shown_list(node: Option<&Node>) -> String {
    items(node).iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// Whether an exception is the same but ends sooner.
fn only_sooner(before: &Node, after: &Node) -> bool {
    let rest = |node: &Node| {
        let mut rest = node.to_json();
        rest.as_object_mut().map(|map| map.remove("expires"));
        rest
    };
    let ends = |node: &Node| get(node, "expires").and_then(text_of);
    rest(before) == rest(after) && ends(after) <= ends(before)
}

/// An exception or an override in a few words.
fn entry(node: &Node) -> String {
    let text = |key: &str| get(node, key).and_then(text_of);
    match (text("id"), text("created"), text("expires")) {
        (Some(id), Some(created), Some(expires)) => {
            let days = match (created.parse::<jiff::civil::Date>(), expires.parse::<jiff::civil::Date>()) {
                (Ok(from), Ok(to)) => from.until(to).map_or(0, |span| span.get_days()),
                _ => 0,
            };
            format!("{id} until {expires} ({days} days)")
        }
        _ => get(node, "paths").map_or_else(|| "an entry".to_owned(), |paths| shown_list(Some(paths))),
    }
}
