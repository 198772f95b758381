//! The text of a URL as far as a file tells it: constants, templates, formats, joins.

use crate::syntax::tree::{Code, Kind, NodeId, Slot};
use crate::syntax::value::Value;

/// The text that an expression gives; what is not known of it stands as `{}`. `None`: it is no text at all.
pub(super) fn compose(code: &Code<'_>, id: NodeId) -> Option<String> {
    composed(code, id, 0)
}

fn composed(code: &Code<'_>, id: NodeId, depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    if let Value::Text(text) = code.value(id) {
        return Some(text.text);
    }
    let id = code.resolve(id);
    match code.kind(id) {
        // `"...%s" % id`
        Kind::Binary if code.mark(id) == "%" => {
            code.children(id).next().and_then(|left| composed(code, left, depth + 1))
        }
        Kind::Call => of_call(code, id, depth),
        // A choice between two URLs: the first speaks for both.
        Kind::Choice => {
            let ways = code.children(id).filter(|&child| code.node(child).slot != Slot::Condition);
            ways.filter_map(|way| composed(code, way, depth + 1)).find(|text| text.contains('/'))
        }
        _ => None,
    }
}

fn of_call(code: &Code<'_>, call: NodeId, depth: usize) -> Option<String> {
    let method = code.method(call);
    let part = |id: NodeId| composed(code, id, depth + 1);
    let arguments = code.arguments(call);
    let values: Vec<NodeId> = arguments.iter().map(|argument| argument.value).collect();
    if FORMATS.contains(&method) {
        let texts = code.receiver(call).into_iter().chain(values).filter_map(part);
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
        return values.first().copied().or_else(|| code.receiver(call)).and_then(part);
    }
    // `URI(base).resolve(path)`, `base.replace("a", b)`: what is done to a URL leaves most of it as it is.
    if matches!(
        method,
        "replace" | "replaceAll" | "Replace" | "trimEnd" | "rstrip" | "removesuffix" | "toLowerCase" | "query"
    ) {
        return code.receiver(call).and_then(part);
    }
    None
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
