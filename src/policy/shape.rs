//! What a place of a policy may hold: shapes as data, from which a file is checked and its JSON schema is written.

use std::str::FromStr;

use super::duration;
use crate::mistake::Mistake;
use crate::scope::spelling::distance;
use crate::span::Span;
use crate::yaml::{At, Node, Value};

/// What a place may hold.
#[derive(Debug)]
pub enum Shape {
    /// A text that is not empty.
    Text,
    /// A text of at least so many characters.
    Sentence(usize),
    /// One of some words.
    Words(&'static [Word]),
    /// A whole number between two bounds.
    Whole(i64, i64),
    /// `true` or `false`.
    Truth,
    /// `YYYY-MM-DD`.
    Date,
    /// An ISO-8601 duration such as `PT1H`.
    Duration,
    /// A glob as in `.gitignore`, without a leading `!`.
    Glob,
    /// A rule id, or a family with `*`.
    Rule,
    /// A name of lower-case words joined by `-`.
    Name,
    /// A name of letters, digits, `.`, `_` and `-`.
    Id,
    /// A scope or a pattern of scopes.
    Scope,
    /// Lower-case hex digits after a prefix.
    Hex(&'static str, usize),
    /// A list without repetitions, of at least so many items.
    List(&'static Self, usize),
    /// A map of free keys of one shape to values of one shape.
    Map(&'static Self, &'static Self),
    /// A map of known keys.
    Object(&'static Object),
    /// A text, or a map in its stead.
    Either(&'static Self, &'static Object),
}

/// A word and what it means.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub about: &'static str,
}

/// A map of known keys.
#[derive(Debug)]
pub struct Object {
    /// What it is, for messages: `an exception`.
    pub what: &'static str,
    /// The keys, in the order in which people should meet them.
    pub keys: &'static [Key],
    /// Groups of keys of which exactly one must be there.
    pub one_of: &'static [&'static str],
}

/// A key of a map.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it is for, one or two sentences.
    pub about: &'static str,
    /// Whether it must be there.
    pub needed: bool,
    /// What it may hold.
    pub shape: Shape,
    /// How it joins with the same key of a base.
    pub join: Join,
}

/// How a value joins with the value of a base that the file extends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// The own value counts.
    Own,
    /// Key by key.
    Keys,
    /// Both lists, without repetition.
    Both,
    /// What stands in both lists.
    Common,
    /// The smaller number or duration.
    Least,
    /// The greater number or duration.
    Most,
    /// The word that stands first among the words of the shape: the strictest.
    First,
    /// `true` if either says so.
    True,
    /// The base's list, then the own; each counts for itself.
    Layers,
}

/// Checks a tree against a shape; every mistake is added.
pub fn check(node: &Node, shape: &Shape, mistakes: &mut Vec<Mistake>) {
    match shape {
        Shape::Object(object) => check_object(node, object, mistakes),
        Shape::Either(shape, object) => match &node.value {
            Value::Map(_) => check_object(node, object, mistakes),
            _ => check(node, shape, mistakes),
        },
        Shape::List(item, least) => check_list(node, item, *least, mistakes),
        Shape::Map(key, value) => {
            let Value::Map(entries) = &node.value else {
                return mistakes.push(Mistake::new(
                    format!("a map is wanted, not {}", found(node)),
                    node.span,
                    "write `name: ...` entries",
                ));
            };
            for (name, node) in entries {
                mistakes.extend(scalar(&name.value, name.span, key));
                check(node, value, mistakes);
            }
        }
        Shape::Whole(least, most) => match node.value {
            Value::Number(number) if (*least..=*most).contains(&number) => {}
            Value::Number(number) => {
                let help = match (*least, *most) {
                    (1, 1) => "write `1`".to_owned(),
                    (least, i64::MAX) => format!("write {least} or more"),
                    (least, most) => format!("write a number from {least} to {most}"),
                };
                mistakes.push(Mistake::new(format!("{number} is not possible here"), node.span, help));
            }
            _ => mistakes.push(wanted("a whole number", node, &format!("write it without quotes, such as `{least}`"))),
        },
        Shape::Truth => {
            if !matches!(node.value, Value::Bool(_)) {
                mistakes.push(wanted("`true` or `false`", node, "write one of the two, without quotes"));
            }
        }
        scalar_shape => match text_of(node) {
            Some(text) => mistakes.extend(scalar(&text, node.span, scalar_shape)),
            None => mistakes.push(wanted(noun(scalar_shape), node, "")),
        },
    }
}

fn check_object(node: &Node, object: &Object, mistakes: &mut Vec<Mistake>) {
    let Value::Map(entries) = &node.value else {
        let mut keys: Vec<&Key> = object.keys.iter().filter(|key| !key.name.starts_with('$')).collect();
        keys.sort_by_key(|key| !key.needed);
        let keys: Vec<String> = keys.iter().take(2).map(|key| format!("`{}: ...`", key.name)).collect();
        let message = format!("{} is a map of keys, not {}", object.what, found(node));
        return mistakes.push(Mistake::new(message, head(node), format!("write {}", keys.join(", "))));
    };
    for (name, value) in entries {
        match object.keys.iter().find(|key| key.name == name.value) {
            Some(_) if matches!(value.value, Value::Null) => mistakes.push(Mistake::new(
                format!("`{}` is empty", name.value),
                name.span,
                "give it a value, or take the key away",
            )),
            Some(key) => check(value, &key.shape, mistakes),
            None => mistakes.push(unknown_key(name, object)),
        }
    }
    let has = |wanted: &str| entries.iter().any(|(name, _)| name.value == wanted);
    for key in object.keys.iter().filter(|key| key.needed && !has(key.name)) {
        let help = format!("add `{}: {}`", key.name, example(&key.shape));
        mistakes.push(Mistake::new(format!("{} needs `{}`", object.what, key.name), head(node), help));
    }
    let there: Vec<&At<String>> =
        entries.iter().map(|(name, _)| name).filter(|name| object.one_of.contains(&name.value.as_str())).collect();
    let choice = format!("`{}`", object.one_of.join("`, `"));
    match there.as_slice() {
        [] if !object.one_of.is_empty() => {
            let message = format!("{} needs one of {choice}", object.what);
            mistakes.push(Mistake::new(message, head(node), "say what it speaks about"));
        }
        [_, second, ..] => {
            let message = format!("{} takes only one of {choice}", object.what);
            let help = "all conditions of one entry must hold; write a second entry for the other place";
            mistakes.push(Mistake::new(message, second.span, help));
        }
        _ => {}
    }
}

fn check_list(node: &Node, item: &Shape, least: usize, mistakes: &mut Vec<Mistake>) {
    let Value::List(items) = &node.value else {
        let help = match text_of(node) {
            Some(text) => format!("write `[{text}]`"),
            None => "write `[...]`, or one `- ` line for each".to_owned(),
        };
        return mistakes.push(wanted("a list", node, &help));
    };
    if items.len() < least {
        mistakes.push(Mistake::new("the list is empty", node.span, format!("add {}", noun(item))));
    }
    for (index, each) in items.iter().enumerate() {
        check(each, item, mistakes);
        if let Some(text) = text_of(each)
            && items[..index].iter().any(|other| other.value == each.value)
        {
            mistakes.push(Mistake::new(format!("`{text}` stands twice in this list"), each.span, "take one away"));
        }
    }
}

/// The mistake of a scalar, if it has one.
fn scalar(text: &str, span: Span, shape: &Shape) -> Option<Mistake> {
    let mistake = |message: String, help: &str| Some(Mistake::new(message, span, help));
    match shape {
        Shape::Text | Shape::Scope if text.trim().is_empty() => {
            mistake("the text is empty".to_owned(), "say something")
        }
        Shape::Sentence(least) if text.trim().chars().count() < *least => mistake(
            format!("`{text}` is too short for a reason"),
            "say why in a few words that somebody will understand in a year",
        ),
        Shape::Scope if text.starts_with('!') => {
            mistake(format!("`{text}`: a pattern cannot be turned round with `!`"), "put the scope under `deny`")
        }
        Shape::Words(words) if !words.iter().any(|word| word.word == text) => {
            let known: Vec<&str> = words.iter().map(|word| word.word).collect();
            let help = nearest(text, known.iter().copied()).map_or_else(
                || format!("write one of `{}`", known.join("`, `")),
                |near| format!("did you mean `{near}`? Known: {}", known.join(", ")),
            );
            mistake(format!("`{text}` is not known here"), &help)
        }
        Shape::Date if jiff::civil::Date::from_str(text).is_err() || text.len() != 10 => {
            mistake(format!("`{text}` is not a date"), "write it as `YYYY-MM-DD`, such as `2026-12-31`")
        }
        Shape::Duration if duration::seconds(text).is_none() => mistake(
            format!("`{text}` is not a duration"),
            &format!("write it in ISO-8601, such as `{}`", duration::guess(text).as_deref().unwrap_or("PT1H")),
        ),
        Shape::Glob => glob(text, span),
        Shape::Rule if !rule_shaped(text) => mistake(
            format!("`{text}` is no rule id"),
            "write `family/fault` such as `scope/broad`, or a family such as `secret/*`",
        ),
        Shape::Name if !named(text, "-", true) => {
            mistake(format!("`{text}` is no name"), "use lower-case letters, digits and `-`")
        }
        Shape::Id if !named(text, "-._", false) => {
            mistake(format!("`{text}` is no id"), "use letters, digits, `.`, `_` and `-`")
        }
        Shape::Hex(prefix, length) if !hex(text, prefix, *length) => {
            let head = if prefix.is_empty() { String::new() } else { format!("`{prefix}` and ") };
            mistake(format!("`{text}` is not complete"), &format!("write {head}{length} lower-case hex digits"))
        }
        _ => None,
    }
}

fn glob(text: &str, span: Span) -> Option<Mistake> {
    if text.trim().is_empty() {
        return Some(Mistake::new("the glob is empty", span, "write a path such as `src/**`"));
    }
    if text.starts_with('!') {
        let help = "list the paths that are meant";
        return Some(Mistake::new(format!("`{text}`: a glob cannot be turned round with `!`"), span, help));
    }
    if text.contains('\\') {
        let help = format!("write `{}`", text.replace('\\', "/"));
        return Some(Mistake::new(format!("`{text}`: paths are written with `/`"), span, help));
    }
    let error = globset::Glob::new(text).err()?;
    Some(Mistake::new(format!("`{text}`: {}", error.kind()), span, "globs read as in .gitignore"))
}

fn rule_shaped(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(family, fault)| FAMILIES.contains(&family) && (fault == "*" || named(fault, "-", true)))
}

fn named(text: &str, also: &str, lower: bool) -> bool {
    let inner = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase() || (!lower && c.is_ascii_uppercase());
    text.chars().next().is_some_and(inner) && text.chars().all(|c| inner(c) || also.contains(c))
}

fn hex(text: &str, prefix: &str, length: usize) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

fn unknown_key(name: &At<String>, object: &Object) -> Mistake {
    let known = object.keys.iter().map(|key| key.name);
    let elsewhere = object.keys.iter().find(|key| match &key.shape {
        Shape::Object(inner) => inner.keys.iter().any(|inner| inner.name == name.value),
        _ => false,
    });
    let help = match (elsewhere, nearest(&name.value, known.clone())) {
        (Some(key), _) => format!("it belongs under `{}`", key.name),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
    };
    Mistake::new(format!("{} has no key `{}`", object.what, name.value), name.span, help)
}

/// The known word nearest to a misspelt one, where one is near.
pub fn nearest<'w>(text: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let fold = |word: &str| word.replace('_', "-");
    let best = known.into_iter().min_by_key(|word| distance(&fold(text), &fold(word)))?;
    (distance(&fold(text), &fold(best)) * 3 <= text.chars().count().max(best.chars().count())).then_some(best)
}

fn wanted(what: &str, node: &Node, help: &str) -> Mistake {
    Mistake::new(format!("{what} is wanted here, not {}", found(node)), head(node), help)
}

fn found(node: &Node) -> &'static str {
    match node.value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(_) => "a number",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}

/// The place to point at for a whole node: of a map its first key.
fn head(node: &Node) -> Span {
    match &node.value {
        Value::Map(entries) => entries.first().map_or(node.span, |(name, _)| name.span),
        _ => node.span,
    }
}

/// A scalar as text: a version or a ticket may be a bare number.
pub fn text_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn noun(shape: &Shape) -> &'static str {
    match shape {
        Shape::Date => "a date",
        Shape::Duration => "a duration",
        Shape::Glob => "a path or glob",
        Shape::Rule => "a rule id",
        Shape::Scope => "a scope",
        Shape::Words(_) => "a word",
        Shape::List(..) => "a list",
        Shape::Map(..) | Shape::Object(_) => "a map",
        Shape::Either(shape, _) => noun(shape),
        _ => "a text",
    }
}

fn example(shape: &Shape) -> String {
    match shape {
        Shape::Whole(least, _) => least.to_string(),
        Shape::Date => "2026-12-31".to_owned(),
        Shape::Duration => "PT1H".to_owned(),
        Shape::Glob => "src/**".to_owned(),
        Shape::Rule => "scope/broad".to_owned(),
        Shape::Truth => "true".to_owned(),
        Shape::Words(words) => words.first().map_or_else(String::new, |word| word.word.to_owned()),
        Shape::List(item, _) => format!("[{}]", example(item)),
        _ => "...".to_owned(),
    }
}

/// The families of rules.
pub const FAMILIES: [&str; 5] = ["secret", "scope", "jwt", "oauth", "policy"];
