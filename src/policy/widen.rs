//! What a change of a policy opens: every growth of coverage, every limit that is let out, told as before and after.

use std::fmt::Write as _;

use super::Policy;
use super::duration;
use super::file::POLICY;
use super::shape::{Join, Key, Object, Shape, text_of};
use crate::scope::catalog::Catalog;
use crate::scope::pattern::ScopePattern;
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
}

/// The growths from one policy to another, in the order of the format. A policy that only gets stricter has none.
#[must_use]
pub fn widened(before: &Policy, after: &Policy, catalog: &Catalog) -> Vec<Growth> {
    let mut growths = Vec::new();
    objects(&before.tree, &after.tree, &POLICY, "", &mut growths);
    allowances(before, after, catalog, &mut growths);
    growths
}

/// The effective policy, value by value, each with the file and line that says it.
#[must_use]
pub fn origins(policy: &Policy) -> String {
    let mut out = String::new();
    walk(&policy.tree, "", policy, &mut out);
    out
}

fn walk(node: &Node, path: &str, policy: &Policy, out: &mut String) {
    match &node.value {
        Value::Map(entries) => {
            for (name, inner) in entries {
                let path = if path.is_empty() { name.value.clone() } else { format!("{path}.{}", name.value) };
                walk(inner, &path, policy, out);
            }
        }
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{number}]"), policy, out);
            }
        }
        _ => {
            let _ = writeln!(out, "{path}: {}  # {}", shown(node), policy.line(node.span));
        }
    }
}

fn objects(before: &Node, after: &Node, object: &Object, path: &str, growths: &mut Vec<Growth>) {
    for key in object.keys {
        let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        // What bases say is in the tree already; what may be asked for is compared by what it covers.
        if matches!(path.as_str(), "extends" | "locked" | "unlocked") || key.name == "allow" && path.contains("scopes")
        {
            continue;
        }
        one(get(before, key.name), get(after, key.name), key, &path, growths);
    }
}

fn one(before: Option<&Node>, after: Option<&Node>, key: &Key, path: &str, growths: &mut Vec<Growth>) {
    let mut grew = |from: String, to: String, span: Span| {
        growths.push(Growth { path: path.to_owned(), before: from, after: to, span });
    };
    let gone = "-".to_owned();
    let span = |node: Option<&Node>| node.map_or(Span::default(), |node| node.span);
    let both = (before.map_or(&gone, |_| &gone).clone(), gone.clone());
    match key.join {
        Join::Keys => match &key.shape {
            Shape::Object(object) => {
                objects(before.unwrap_or(&NOTHING), after.unwrap_or(&NOTHING), object, path, growths)
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
        // Losing an entry of a list of prohibitions opens; so does gaining one of a list of permissions.
        Join::Both => {
            for item in items(before).iter().filter(|item| !holds(after, item)) {
                grew(shown(item), gone.clone(), Span::default());
            }
        }
        Join::Common if before.is_some() && after.is_none() && restricts(path) => {
            grew(shown_list(before), gone, Span::default())
        }
        Join::Common if before.is_none() && restricts(path) => {}
        Join::Common => {
            for item in items(after).iter().filter(|item| !holds(before, item)) {
                grew(gone.clone(), shown(item), item.span);
            }
        }
        Join::Layers if key.name == "ceiling" => {
            for (name, list) in entries(before) {
                let now = after.and_then(|after| get(after, &name.value));
                match now {
                    None => grew(format!("{}: {}", name.value, shown_list(Some(list))), gone.clone(), Span::default()),
                    Some(now) => {
                        for item in items(Some(now)).iter().filter(|item| !holds(Some(list), item)) {
                            grew(gone.clone(), format!("{}: {}", name.value, shown(item)), item.span);
                        }
                    }
                }
            }
        }
        Join::Layers => {
            for item in items(after).iter().filter(|item| !holds(before, item)) {
                let held = get(item, "id").and_then(text_of).and_then(|id| {
                    items(before).iter().find(|other| get(other, "id").and_then(text_of).as_ref() == Some(&id))
                });
                if held.is_none_or(|held| !only_sooner(held, item)) {
                    grew(held.map_or(gone.clone(), entry), entry(item), head(item));
                }
            }
        }
        Join::Least | Join::Most | Join::First | Join::True => {
            let (from, to) = (rank(before, key), rank(after, key));
            let weaker = match (from, to) {
                (Some(from), Some(to)) => to > from,
                (Some(_), None) => true,
                _ => false,
            };
            if weaker {
                let say = |node: Option<&Node>| node.map_or_else(|| both.1.clone(), shown);
                grew(say(before), say(after), span(after));
            }
        }
        // A rule that is switched off is a gate that is taken away.
        Join::Own if key.name == "enabled" => {
            if after.is_some_and(|node| node.value == Value::Bool(false))
                && before.is_none_or(|node| node.value != Value::Bool(false))
            {
                grew("true".to_owned(), "false".to_owned(), span(after));
            }
        }
        Join::Own => {}
    }
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

/// Grants that open what was not open before.
fn allowances(before: &Policy, after: &Policy, catalog: &Catalog, growths: &mut Vec<Growth>) {
    for integration in &after.integrations {
        let Some(provider) = catalog.provider(&integration.provider.value) else { continue };
        let name = &integration.name.value;
        let held = before.integration(name).filter(|held| held.provider.value == integration.provider.value);
        let held: Vec<&str> =
            held.map_or_else(Vec::new, |held| held.grants().map(|grant| grant.scope.value.as_str()).collect());
        let expand = |text: &str| match ScopePattern::parse(text) {
            Ok(pattern) if provider.expand(&pattern).is_empty() => vec![text.to_owned()],
            Ok(pattern) => provider.expand(&pattern),
            Err(_) => Vec::new(),
        };
        let open: Vec<String> = held.iter().flat_map(|text| expand(text)).collect();
        let open: Vec<&str> = open.iter().map(String::as_str).collect();
        for grant in integration.grants() {
            let text = &grant.scope.value;
            let grows =
                !held.contains(&text.as_str()) && expand(text).iter().any(|scope| !provider.covered_by(scope, &open));
            if grows {
                growths.push(Growth {
                    path: format!("integrations.{name}.scopes.allow"),
                    before: "-".to_owned(),
                    after: text.clone(),
                    span: grant.scope.span,
                });
            }
        }
    }
}

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

fn head(node: &Node) -> Span {
    entries(Some(node)).first().map_or(node.span, |(_, value)| value.span)
}

fn shown(node: &Node) -> String {
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
