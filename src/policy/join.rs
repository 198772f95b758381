//! How a policy joins with the policies it extends: key by key, and never weaker than they are.

use super::duration;
use super::shape::{Join, Key, Object, Shape, Word, text_of};
use crate::mistake::Mistake;
use crate::yaml::{At, Node, Value};

/// What the base has closed and opened, as key paths.
pub(super) struct Terms {
    locked: Vec<At<String>>,
    unlocked: Vec<At<String>>,
}

impl Terms {
    /// Whether the base lets a key be weakened.
    pub(super) fn opens(&self, path: &str) -> bool {
        open(path, self)
    }

    /// Those of a base's tree.
    pub(super) fn of(base: &Node) -> Self {
        Self { locked: texts(base, "locked"), unlocked: texts(base, "unlocked") }
    }
}

/// A base and the file that extends it as one tree. What would weaken the base is left out and told.
pub(super) fn join(
    base: &Node,
    own: &Node,
    object: &Object,
    path: &str,
    terms: &Terms,
    mistakes: &mut Vec<Mistake>,
) -> Node {
    let (Value::Map(under), Value::Map(over)) = (&base.value, &own.value) else { return own.clone() };
    let base_span = base.span;
    let mut entries: Vec<(At<String>, Node)> = Vec::new();
    for key in object.keys {
        let of = |entries: &[(At<String>, Node)]| entries.iter().find(|(name, _)| name.value == key.name).cloned();
        let (base, own) = (of(under), of(over));
        let path = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        let joined = match (base, own) {
            (base, Some((name, _))) if locked(&path, terms).is_some() => {
                if let Some(lock) = locked(&path, terms) {
                    let message = format!("`{path}` is locked as `{}` by the base", lock.value);
                    let help = "take it away; only the base may say it";
                    mistakes.push(Mistake { also: Some(lock.span), ..Mistake::new(message, name.span, help) });
                }
                base
            }
            (Some((_, base)), Some((name, own))) => {
                let node = one(&base, &own, key, &path, terms, &name, mistakes);
                Some((name, node))
            }
            // Under a key that the base does not have a lock may still stand.
            (None, Some((name, own))) if key.join == Join::Keys => {
                let nothing = Node { value: Value::Map(Vec::new()), span: base_span };
                let node = keys(&nothing, &own, &key.shape, &path, terms, mistakes);
                Some((name, node))
            }
            (None, own) => own,
            (base, None) => base,
        };
        entries.extend(joined);
    }
    Node { value: Value::Map(entries), span: own.span }
}

fn one(
    base: &Node,
    own: &Node,
    key: &Key,
    path: &str,
    terms: &Terms,
    name: &At<String>,
    mistakes: &mut Vec<Mistake>,
) -> Node {
    if open(path, terms) && key.join != Join::Keys {
        return own.clone();
    }
    let mut weaker = |what: &str| {
        let message = format!("`{path}` {what}, so the base's holds");
        let help = "be as strict as the base, or have it listed under `unlocked` there";
        mistakes.push(Mistake { also: Some(base.span), ..Mistake::warning(message, name.span, help) });
    };
    let number = |node: &Node| match (&node.value, &key.shape) {
        (Value::Number(number), _) => u64::try_from(*number).ok(),
        (Value::Text(text), Shape::Duration) => duration::seconds(text),
        _ => None,
    };
    let rank = |node: &Node| match &key.shape {
        Shape::Words(words) => text_of(node).and_then(|text| place(words, &text)),
        _ => None,
    };
    match key.join {
        Join::Own => own.clone(),
        Join::Keys => keys(base, own, &key.shape, path, terms, mistakes),
        Join::Both => list(items(base).iter().chain(items(own)).cloned().collect(), own),
        Join::Layers if matches!(own.value, Value::Map(_)) => {
            let both = entries(base).iter().chain(entries(own)).cloned().collect();
            Node { value: Value::Map(both), span: own.span }
        }
        // Grants count layer by layer; the other lists simply follow each other.
        Join::Layers if key.name == "allow" => list(layers(base).into_iter().chain(layers(own)).collect(), own),
        Join::Layers => list(items(base).iter().chain(items(own)).cloned().collect(), own),
        Join::Common => {
            let held = items(base);
            let (kept, lost): (Vec<Node>, Vec<Node>) =
                items(own).iter().cloned().partition(|item| held.iter().any(|other| other.value == item.value));
            for item in &lost {
                let message =
                    format!("`{}` is not in the base's `{path}` and does not count", text_of(item).unwrap_or_default());
                let help = "take it away, or have it added to the base";
                mistakes.push(Mistake { also: Some(base.span), ..Mistake::warning(message, item.span, help) });
            }
            list(kept, own)
        }
        Join::Least if number(own) > number(base) => {
            weaker("is longer than the base allows");
            base.clone()
        }
        Join::Most if number(own) < number(base) => {
            weaker("is less than the base asks for");
            base.clone()
        }
        Join::First if rank(own) > rank(base) => {
            weaker("is weaker than the base's");
            base.clone()
        }
        Join::True if base.value == Value::Bool(true) && own.value == Value::Bool(false) => {
            weaker("is `true` in the base");
            base.clone()
        }
        Join::Least | Join::Most | Join::First | Join::True => own.clone(),
    }
}

fn keys(base: &Node, own: &Node, shape: &Shape, path: &str, terms: &Terms, mistakes: &mut Vec<Mistake>) -> Node {
    match shape {
        Shape::Object(object) => join(base, own, object, path, terms, mistakes),
        Shape::Map(_, value) => {
            let mut joined: Vec<(At<String>, Node)> = entries(base).to_vec();
            for (name, node) in entries(own) {
                let path = format!("{path}.{}", name.value);
                match joined.iter_mut().find(|(held, _)| held.value == name.value) {
                    Some((held, under)) => {
                        *under = keys(under, node, value, &path, terms, mistakes);
                        *held = name.clone();
                    }
                    None => joined.push((name.clone(), node.clone())),
                }
            }
            Node { value: Value::Map(joined), span: own.span }
        }
        _ => own.clone(),
    }
}

/// The lock that closes a key path: itself or one above.
fn locked<'t>(path: &str, terms: &'t Terms) -> Option<&'t At<String>> {
    terms.locked.iter().find(|lock| at_or_below(path, &lock.value))
}

fn open(path: &str, terms: &Terms) -> bool {
    terms.unlocked.iter().any(|free| at_or_below(path, &free.value))
}

fn at_or_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn place(words: &[Word], text: &str) -> Option<usize> {
    words.iter().position(|word| word.word == text)
}

fn list(items: Vec<Node>, own: &Node) -> Node {
    let mut once: Vec<Node> = Vec::new();
    for item in items {
        if !once.iter().any(|held| held.value == item.value) {
            once.push(item);
        }
    }
    Node { value: Value::List(once), span: own.span }
}

/// A list of grants as layers: what is none yet is one.
fn layers(node: &Node) -> Vec<Node> {
    let nested = items(node).iter().any(|item| matches!(item.value, Value::List(_)));
    if nested { items(node).to_vec() } else { vec![node.clone()] }
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn entries(node: &Node) -> &[(At<String>, Node)] {
    match &node.value {
        Value::Map(entries) => entries,
        _ => &[],
    }
}

fn texts(node: &Node, key: &str) -> Vec<At<String>> {
    let found = entries(node).iter().find(|(name, _)| name.value == key);
    let list = found.map_or(&[][..], |(_, node)| items(node));
    list.iter().filter_map(|item| Some(At { value: text_of(item)?, span: item.span })).collect()
}
