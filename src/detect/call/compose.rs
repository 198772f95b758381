//! The text of a URL as far as a file tells it: constants, templates, formats, joins.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Deref;

use crate::span::Span;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};
use crate::syntax::value::Value;

/// A parsed file that is asked for the texts of its URLs.
pub(super) struct Reader<'c, 't> {
    code: &'c Code<'t>,
    /// Assignments by the name they give a value, in reading order.
    given: OnceCell<HashMap<&'t str, Vec<NodeId>>>,
}

impl<'t> Deref for Reader<'_, 't> {
    type Target = Code<'t>;

    fn deref(&self) -> &Code<'t> {
        self.code
    }
}

impl<'c, 't> Reader<'c, 't> {
    pub(super) fn new(code: &'c Code<'t>) -> Self {
        Self { code, given: OnceCell::new() }
    }

    /// The text that an expression gives; what is not known of it stands as `{}`. `None`: it is no text at all.
    pub(super) fn compose(&self, id: NodeId) -> Option<String> {
        self.composed(id, 0)
    }

    fn composed(&self, id: NodeId, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        let value = self.value(id);
        if let Some(text) = value.text() {
            return Some(text.to_owned());
        }
        let id = self.resolve(id);
        match (self.kind(id), value) {
            (Kind::Name, _) => self.last_given(id).and_then(|value| self.composed(value, depth + 1)),
            (Kind::Member, _) => self.member_given(id).and_then(|value| self.composed(value, depth + 1)),
            (Kind::Join, Value::Text(_)) => {
                let parts = self.children(id).filter(|&child| self.kind(child) != Kind::Comment);
                Some(parts.map(|part| self.part(part, depth)).collect())
            }
            (Kind::String, Value::Text(text)) => Some(self.filled(id, &text.text, depth)),
            (_, Value::Text(text)) => Some(text.text),
            // `"...%s" % id`
            (Kind::Binary, _) if self.mark(id) == "%" => {
                self.children(id).next().and_then(|left| self.composed(left, depth + 1))
            }
            (Kind::Call, _) => self.of_call(id, depth),
            // A choice between two URLs: the first speaks for both.
            (Kind::Choice, _) => {
                let ways = self.children(id).filter(|&child| self.node(child).slot != Slot::Condition);
                ways.filter_map(|way| self.composed(way, depth + 1)).find(|text| text.contains('/'))
            }
            _ => None,
        }
    }

    /// A part of a text; `{}` where it is not known.
    fn part(&self, id: NodeId, depth: usize) -> String {
        match self.value(id) {
            Value::Number(number) => number.to_string(),
            _ => self.composed(id, depth + 1).unwrap_or_else(|| "{}".to_owned()),
        }
    }

    /// An interpolated string whose unknown parts are looked at once more.
    fn filled(&self, string: NodeId, text: &str, depth: usize) -> String {
        let unknown = |child: &NodeId| self.value(*child).text().is_none() && self.value(*child).number().is_none();
        let mut unknown = self.children(string).filter(unknown);
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{}") {
            out.push_str(before);
            out.push_str(&unknown.next().map_or_else(|| "{}".to_owned(), |child| self.part(child, depth)));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// What a name was last given before this place, where it is given several values: in the same block, or in one
    /// around it.
    fn last_given(&self, id: NodeId) -> Option<NodeId> {
        let assigns = self.given().get(self.mark(id))?;
        let start = self.span(id).start;
        let function = self.function_of(id);
        let before = assigns.partition_point(|&assign| self.span(assign).start < start);
        let near = |assign: &NodeId| {
            let block = self.ancestors(*assign).find(|&up| matches!(self.kind(up), Kind::Other | Kind::Function));
            self.function_of(*assign) == function
                && !self.holds(*assign, id)
                && block.is_some_and(|block| self.holds(block, id))
        };
        let last = assigns[..before].iter().rev().take(MOST_ASSIGNS).copied().find(near)?;
        let value = self.child(last, Slot::Value)?;
        (!self.is_appended(last, value) && self.kind(value) != Kind::Null).then_some(value)
    }

    /// What a member of this object is given, where all functions that give it something give it the same.
    fn member_given(&self, id: NodeId) -> Option<NodeId> {
        let of = self.child(id, Slot::Of).map(|of| self.mark(of))?;
        if !matches!(of, "this" | "self" | "cls" | "$this") {
            return None;
        }
        let is_member =
            |assign: &NodeId| self.child(*assign, Slot::Target).is_none_or(|target| self.kind(target) == Kind::Member);
        let assigns = self.given().get(self.mark(id))?;
        let values: Vec<NodeId> = assigns
            .iter()
            .take(MOST_GIVEN)
            .filter(|assign| is_member(assign) && !self.holds(**assign, id))
            .filter_map(|&assign| self.child(assign, Slot::Value))
            .filter(|&value| self.kind(value) != Kind::Null)
            .collect();
        let first = *values.first()?;
        values.iter().all(|&other| self.text(other) == self.text(first)).then_some(first)
    }

    /// `url += "/more"`: the value is a part.
    fn is_appended(&self, assign: NodeId, value: NodeId) -> bool {
        let end = self.child(assign, Slot::Target).map_or(self.span(assign).start, |target| self.span(target).end);
        let between = self.slice(Span::new(end, self.span(value).start.max(end)));
        between.contains("+=") || between.contains(".=")
    }

    fn given(&self) -> &HashMap<&'t str, Vec<NodeId>> {
        self.given.get_or_init(|| {
            let mut given: HashMap<&'t str, Vec<NodeId>> = HashMap::new();
            for assign in self.code.of_kind(Kind::Assign) {
                given.entry(self.code.mark(assign)).or_default().push(assign);
            }
            given
        })
    }

    fn of_call(&self, call: NodeId, depth: usize) -> Option<String> {
        let method = self.method(call);
        let part = |id: NodeId| self.composed(id, depth + 1);
        let arguments = self.arguments(call);
        let values: Vec<NodeId> = arguments.iter().map(|argument| argument.value).collect();
        if FORMATS.contains(&method) {
            let texts = self.receiver(call).into_iter().chain(values).filter_map(part);
            return texts.into_iter().find(|text| text.contains(['/', '{', '%']));
        }
        if JOINS.contains(&method) || (method == "URL" && values.len() == 2) {
            let mut texts: Vec<String> =
                values.iter().map(|&value| part(value).unwrap_or_else(|| "{}".to_owned())).collect();
            // `new URL(path, base)`
            if method == "URL" || method == "parse" {
                texts.reverse();
            }
            return Some(joined(&texts));
        }
        if WRAPS.contains(&method) {
            return values.first().copied().or_else(|| self.receiver(call)).and_then(part);
        }
        // `URI(base).resolve(path)`, `base.replace("a", b)`: what is done to a URL leaves most of it as it is.
        if matches!(
            method,
            "replace" | "replaceAll" | "Replace" | "trimEnd" | "rstrip" | "removesuffix" | "toLowerCase" | "query"
        ) {
            return self.receiver(call).and_then(part);
        }
        None
    }
}

/// Parts of a path, one after the other, with one slash between them.
pub(super) fn joined(parts: &[String]) -> String {
    let mut out = String::new();
    for part in parts {
        if part.contains("://") || out.is_empty() {
            out.clone_from(part);
        } else {
            out = format!("{}/{}", out.trim_end_matches('/'), part.trim_start_matches('/'));
        }
    }
    out
}

/// Whether a call only makes a text or a URL of what it is given, so that the call around it is the one that matters.
pub(super) fn only_makes(method: &str) -> bool {
    FORMATS.contains(&method) || JOINS.contains(&method) || WRAPS.contains(&method)
}

const FORMATS: [&str; 8] =
    ["format", "Format", "sprintf", "Sprintf", "formatted", "format_map", "vsprintf", "interpolate"];

const JOINS: [&str; 8] = ["urljoin", "join", "JoinPath", "resolve", "concat", "urlJoin", "joinPath", "Combine"];

const WRAPS: [&str; 22] = [
    "URI",
    "Uri",
    "URL",
    "create",
    "parse",
    "Parse",
    "encodeURI",
    "encodeURIComponent",
    "quote",
    "toString",
    "to_string",
    "to_s",
    "fromHttpUrl",
    "fromUriString",
    "toHttpUrl",
    "toHttpUrlOrNull",
    "toUri",
    "HttpUrl",
    "Url",
    "strip",
    "trim",
    "build",
];

const DEEPEST: usize = 12;
/// Further back than this many assignments nobody means.
const MOST_ASSIGNS: usize = 100;
/// Nobody gives a member more values and means one.
const MOST_GIVEN: usize = 16;
