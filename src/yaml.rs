//! YAML with the place of every value. The only file that names the YAML crate, besides `build.rs`.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use crate::span::Span;

/// A value and where it stands in its file. Read from JSON it has no place: the empty span at 0.
///
/// Inside `flatten` or `untagged` types the place is lost; write a visitor there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands, in bytes; quotes of a quoted scalar are inside.
    pub span: Span,
}

impl<T> At<T> {
    /// The value with its place kept.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> At<U> {
        At { value: with(self.value), span: self.span }
    }

    /// Borrows the value, with its place.
    pub const fn as_ref(&self) -> At<&T> {
        At { value: &self.value, span: self.span }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok(Self { value: spanned.value, span: place(&spanned.referenced) })
    }
}

impl<T: fmt::Display> fmt::Display for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// A document as a tree, for readers that want to say everything that is wrong with it, not the first thing only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where; quotes of a quoted scalar are inside.
    pub span: Span,
}

/// What stands at a place of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// Nothing, or `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text; a number with a fraction, too.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file.
    Map(Vec<(At<String>, Node)>),
}

impl Node {
    /// The same tree without places.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(value) => (*value).into(),
            Value::Text(value) => value.as_str().into(),
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => entries.iter().map(|(key, value)| (key.value.clone(), value.to_json())).collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let At { value, span } = At::<Value>::deserialize(deserializer)?;
        Ok(Self { value, span })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or_else(|_| Value::Text(value.to_string()), Value::Number))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Value::Map(map))
    }
}

/// A mistake in a YAML file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where, in bytes of the file.
    pub span: Span,
}

/// Reads a YAML document. Duplicate keys are mistakes; anchors and depth are bounded.
///
/// # Errors
/// [`YamlError`] with the place of the first mistake.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: DEEPEST },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| YamlError {
        message: message(&error),
        span: error.location().map_or_else(Span::default, |location| error_place(&location, text)),
    })
}

/// Errors of the scanner know line and column only; they are pointed at by what stands there.
fn error_place(location: &serde_saphyr::Location, text: &str) -> Span {
    let span = place(location);
    if !span.is_empty() || location.line() == 0 {
        return span;
    }
    let line = usize::try_from(location.line() - 1).unwrap_or(usize::MAX);
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    let rest = rest.split('\n').next().unwrap_or_default();
    let column = usize::try_from(location.column().saturating_sub(1)).unwrap_or(usize::MAX);
    let start = rest.char_indices().nth(column).map_or(rest.trim_end().len(), |(at, _)| at);
    let width = rest[start..].chars().next().map_or(0, char::len_utf8);
    Span::of(before + start, before + start + width)
}

/// The crate's message without the place that it appends, which the renderer shows by itself.
fn message(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let text = first.split(" at line ").next().unwrap_or(first);
    let text = text.split_once(": ").filter(|(head, _)| head.starts_with("line ")).map_or(text, |(_, rest)| rest);
    if text.starts_with("budget breached: Depth") || text == "recursion limit exceeded" {
        return format!("this is nested more than {DEEPEST} levels deep");
    }
    if let Some(rest) = text.strip_prefix("duplicate mapping key: ") {
        let key = rest.split(", set ").next().unwrap_or(rest);
        return format!("`{key}` stands twice in this map");
    }
    text.trim_end_matches('.').trim().to_owned()
}

/// Each level takes tens of kilobytes of stack where nothing is optimised; nobody writes half as deep.
const DEEPEST: usize = 32;

fn place(location: &serde_saphyr::Location) -> Span {
    let span = location.span();
    let (start, len) = match (span.byte_offset(), span.byte_len()) {
        (Some(start), Some(len)) => (start, len),
        _ => (0, 0),
    };
    let clamp = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Span::new(clamp(start), clamp(start + len))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{At, Node, Value, parse};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        name: At<String>,
        list: Vec<At<u32>>,
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "# é\nname: \"zoho\"\nlist: [1, 22]\n";
        let file: File = parse(text).expect("this is YAML");
        assert_eq!(&text[file.name.span.range()], "\"zoho\"");
        assert_eq!(&text[file.list[1].span.range()], "22");
    }

    #[test]
    fn a_tree_knows_the_place_of_every_node() {
        let text = "# é\na: {b: [1, 'two', 2026-10-05], c: true}\nd:\n  - e: null\n    f: 1.5\n";
        let tree: Node = parse(text).expect("this is YAML");
        let mut seen = Vec::new();
        walk(&tree, text, &mut seen);
        let wanted = ["a", "b", "1", "'two'", "2026-10-05", "c", "true", "d", "e", "f", "1.5"];
        assert_eq!(seen.iter().filter(|word| *word != "null" && !word.is_empty()).collect::<Vec<_>>(), wanted);
    }

    fn walk(node: &Node, text: &str, seen: &mut Vec<String>) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| walk(item, text, seen)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    seen.push(text[key.span.range()].to_owned());
                    walk(value, text, seen);
                }
            }
            _ => seen.push(text[node.span.range()].to_owned()),
        }
    }

    #[test]
    fn what_is_nested_deeper_than_anybody_writes_is_a_mistake_and_no_overflow() {
        let nest = |depth: usize| format!("a: {}1{}\n", "[".repeat(depth), "]".repeat(depth));
        assert!(parse::<Node>(&nest(25)).is_ok());
        for depth in [40, 63, 100_000] {
            let mistake = parse::<Node>(&nest(depth)).expect_err("that is too deep");
            assert_eq!(mistake.message, "this is nested more than 32 levels deep", "{depth}");
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_a_mistake() {
        assert!(parse::<Node>("a: 1\nb: 2\na: 3\n").is_err());
    }

    #[test]
    fn the_same_types_read_json_without_places() {
        let file: File = serde_json::from_str(r#"{"name": "a", "list": [1]}"#).expect("this is JSON");
        assert_eq!(file.name.value, "a");
        assert!(file.name.span.is_empty());
    }

    #[test]
    fn a_mistake_knows_its_place() {
        let text = "name: a\nlust: []\n";
        let error = parse::<File>(text).expect_err("there is no `lust`");
        assert!(error.message.contains("lust"), "{error}");
        assert_eq!(&text[error.span.range()], "lust");
    }
}
