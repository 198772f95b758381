//! Constants of source code, read as settings: `SIMPLE_JWT = {"LEEWAY": 600}` says what `simple_jwt.leeway: 600` says.

use std::sync::Arc;

use crate::settings::Settings;
use crate::settings::entry::{Kind as Said, Segment, Setting};
use crate::span::Span;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};
use crate::syntax::value::Value;

/// The names of a file that are given a literal, under the names around them.
#[must_use]
pub fn settings<'t>(code: &Code<'t>) -> Settings<'t> {
    let mut entries = Vec::new();
    for id in code.all().filter(|&id| matches!(code.kind(id), Kind::Assign | Kind::Pair)) {
        let Some(value) = code.child(id, Slot::Value) else { continue };
        let key = code.mark(id);
        if key.is_empty() || entries.len() > MOST || !code.spend(2) {
            continue;
        }
        let path = path(code, id);
        match code.kind(value) {
            Kind::List => {
                let items = code.children(value).filter(|&item| code.kind(item) == Kind::String).take(50);
                for (index, item) in items.enumerate() {
                    let mut path = path.clone();
                    path.push(Segment::Index(u32::try_from(index).unwrap_or(u32::MAX)));
                    entries.extend(entry(code, item, path, code.node(id).mark));
                }
            }
            _ => entries.extend(entry(code, value, path, code.node(id).mark)),
        }
    }
    Settings::made_of(entries)
}

fn entry<'t>(code: &Code<'t>, value: NodeId, path: Vec<Segment>, key_span: Span) -> Option<Setting<'t>> {
    let (span, kind) = match code.kind(value) {
        Kind::Number => (code.span(value), Said::Number),
        Kind::Bool => (code.span(value), Said::Bool),
        Kind::Null => (code.span(value), Said::Null),
        // `env('TTL', '3600')`, `os.getenv("ALG", "HS256")`, `process.env.URL || "http://…"`: what holds where nothing is set.
        Kind::String | Kind::Call | Kind::Binary => match code.value(value) {
            Value::Text(text) => {
                let [literal] = text.literals[..] else { return None };
                let mark = code.node(literal).mark;
                let whole = text.whole && code.holds(value, literal) && code.slice(mark) == text.text;
                whole.then_some((mark, Said::String))?
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(Setting { path, value: code.slice(span), span, key_span, kind })
}

/// The names around a name, from the outermost: classes, variables, keys, calls, and the object that it belongs to.
fn path(code: &Code<'_>, id: NodeId) -> Vec<Segment> {
    let key = |name: &str| Segment::Key(Arc::from(name));
    let mut path = vec![key(code.mark(id))];
    let target = code.child(id, Slot::Target).and_then(|target| code.child(target, Slot::Of));
    if let Some(of) = target {
        path.extend(code.path(of).split('.').rev().take(4).filter(|name| !name.is_empty()).map(key));
    }
    for outer in code.ancestors(id).take(DEEPEST) {
        let name = match code.kind(outer) {
            Kind::Assign | Kind::Pair | Kind::Class => code.mark(outer),
            Kind::Call => code.method(outer),
            // `requestPasswordReset() { sign(claims, { expiresIn: '1d' }) }` makes no token that stands for its user.
            Kind::Function if has_purpose(code.mark(outer)) => code.mark(outer),
            _ => "",
        };
        if !name.is_empty() {
            path.push(key(name));
        }
    }
    path.reverse();
    path
}

/// Whether the name of a function says that what it makes is no access token.
fn has_purpose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["reset", "verif", "confirm", "invit", "activat", "remember", "refresh"].iter().any(|word| lower.contains(word))
}

/// A file with more names is data.
const MOST: usize = 5_000;

/// Names further out say nothing of a value.
const DEEPEST: usize = 24;

#[cfg(test)]
mod tests {
    use super::settings;
    use crate::syntax::language::Language;
    use crate::syntax::parse;

    #[test]
    fn names_that_are_given_literals_read_as_settings() {
        for (language, text, wanted) in [
            (Language::Python, "A = {'B': {'C_D': 'x'}}\n", "A.B.C_D=x"),
            (Language::JavaScript, "const a = { b: { c: process.env.C || 'x' } };", "a.b.c=x"),
            (Language::CSharp, "class A { void M() { o.B.C = false; } }", "A.o.B.C=false"),
            (Language::Php, "<?php return ['a' => ['b' => env('B', 'x')]];", "a.b=x"),
            (Language::Go, "package a\nvar c = Config{A: 600}\n", "c.Config.A=600"),
            (Language::Python, "def reset():\n    a = 'x'\ndef f():\n    pass\n", "reset.a=x"),
        ] {
            let code = parse(text, language).expect("it parses");
            let found: Vec<String> =
                settings(&code).entries().iter().map(|entry| format!("{}={}", entry.name(), entry.value)).collect();
            assert_eq!(found, [wanted], "{text}");
        }
    }
}
