//! What is handed in: the values that the calls of a function in the same file give one of its parameters.

use crate::syntax::language::Language;
use crate::syntax::tree::{Code, Kind, NodeId};
use crate::text::floor;

/// What the calls of its function give a parameter, in reading order; nothing for what is no parameter. One level: a
/// parameter that is handed on is not followed further.
#[must_use]
pub fn handed_in(code: &Code<'_>, parameter: NodeId) -> Vec<NodeId> {
    if code.kind(parameter) != Kind::Name {
        return Vec::new();
    }
    let value = code.resolve(parameter);
    let name = code.mark(parameter).trim_start_matches('$');
    let around = code.ancestors(parameter).filter(|&outer| code.kind(outer) == Kind::Function).take(2);
    for function in around {
        let Some(place) = parameters(code, function).iter().position(|known| known.trim_start_matches('$') == name)
        else {
            continue;
        };
        // What a variable of this name holds is no parameter's, the default of a parameter is.
        if value != parameter && !is_in_head(code, function, value) {
            return Vec::new();
        }
        let Some(called) = name_of(code, function) else { return Vec::new() };
        if !code.spend(code.size(code.root()) / 4) {
            return Vec::new();
        }
        let calls = code.calls().filter(|&call| code.method(call) == called && !code.holds(function, call));
        return calls
            .filter_map(|call| {
                let arguments = code.arguments(call);
                let found = arguments.iter().find(|argument| match argument.name {
                    Some(known) => known == name,
                    None => argument.position == Some(place),
                });
                found.map(|argument| argument.value)
            })
            .take(MOST_CALLS)
            .collect();
    }
    Vec::new()
}

/// The name that a function is called by: its own, or that of the variable that keeps it.
fn name_of<'t>(code: &Code<'t>, function: NodeId) -> Option<&'t str> {
    let own = code.mark(function);
    let kept = || {
        let parent = code.parent(function)?;
        matches!(code.kind(parent), Kind::Assign | Kind::Pair).then(|| code.mark(parent))
    };
    Some(own).filter(|name| !name.is_empty()).or_else(kept).filter(|name| !name.is_empty())
}

/// Whether a node stands in the list of a function's parameters.
fn is_in_head(code: &Code<'_>, function: NodeId, node: NodeId) -> bool {
    let from = code.span(node).start.saturating_sub(code.span(function).start) as usize;
    let before = code.text(function).get(..from).filter(|before| before.len() <= LONGEST_HEAD);
    code.holds(function, node)
        && before.and_then(|before| before.split_once('(')).is_some_and(|(_, list)| inside(list).is_none())
}

/// The names of a function's parameters in order, without the object that a method belongs to.
fn parameters<'t>(code: &Code<'t>, function: NodeId) -> Vec<&'t str> {
    let text = code.text(function);
    let mut head = &text[..floor(text, LONGEST_HEAD)];
    // `func (s *Service) Sign(key string)`: what stands first is the receiver.
    if code.language() == Language::Go
        && let Some(rest) = head.strip_prefix("func (")
    {
        head = rest.split_once(')').map_or("", |(_, rest)| rest);
    }
    let Some(list) = head.find('(').and_then(|open| inside(&head[open + 1..])) else { return Vec::new() };
    let mut names: Vec<&str> = pieces(list).into_iter().map(|piece| name_in(piece, code.language())).collect();
    if matches!(names.first(), Some(&("self" | "cls"))) {
        names.remove(0);
    }
    names
}

/// What stands before the parenthesis that closes a list.
fn inside(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => return text.get(..at),
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The parts of a list between commas that stand in no bracket.
fn pieces(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                found.extend(list.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.extend(list.get(start..).filter(|rest| !rest.trim().is_empty()));
    found
}

/// The name that one parameter declares.
fn name_in(piece: &str, language: Language) -> &str {
    let piece = piece.split('=').next().unwrap_or(piece).trim();
    let name = match language {
        Language::Java | Language::CSharp | Language::Php => piece.split_whitespace().next_back().unwrap_or(piece),
        Language::Go => piece.split_whitespace().next().unwrap_or(piece),
        _ => piece.split(':').next().unwrap_or(piece).split_whitespace().next_back().unwrap_or(piece),
    };
    name.trim_start_matches(['&', '*', '.']).trim_end_matches('?')
}

/// More calls of one function are not looked at.
const MOST_CALLS: usize = 20;

/// The parameters of a function stand within so many bytes.
const LONGEST_HEAD: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::handed_in;
    use crate::syntax::language::Language;
    use crate::syntax::parse;
    use crate::syntax::tree::{Code, Kind, Slot};

    fn handed(code: &Code<'_>) -> Vec<String> {
        let sink = code.calls().find(|&call| code.method(call) == "sink").expect("a call of sink");
        let argument = code.arguments(sink).first().map(|argument| argument.value).expect("an argument");
        assert_eq!((code.kind(argument), code.node(argument).slot), (Kind::Name, Slot::Argument));
        handed_in(code, argument).iter().map(|&id| code.text(id).to_owned()).collect()
    }

    #[test]
    fn what_a_function_is_called_with_is_found_in_every_language() {
        for (language, text) in [
            (Language::JavaScript, "function f(a, key) { sink(key); } f(1, 'v');"),
            (Language::JavaScript, "const f = (a, key) => sink(key); f(1, 'v');"),
            (
                Language::TypeScript,
                "class A { f(a: Map<string, X>, key?: string) { sink(key); } g() { this.f(1, 'v'); } }",
            ),
            (
                Language::Python,
                "class A:\n    def f(self, a, key: str):\n        sink(key)\n    def g(self):\n        self.f(1, 'v')\n",
            ),
            (Language::Python, "def f(a, key):\n    sink(key)\nf(1, key='v')\n"),
            (Language::Python, "def f(a, key='d'):\n    sink(key)\nf(1, key='v')\n"),
            (Language::JavaScript, "function f(a, key = 'd') { sink(key); } f(1, 'v');"),
            (Language::Java, "class A { void f(int a, final String key) { sink(key); } void g() { f(1, 'v'); } }"),
            (Language::Kotlin, "fun f(a: Int, key: String) { sink(key) }\nfun g() { f(1, 'v') }\n"),
            (Language::Go, "package a\nfunc (s *S) f(a int, key string) { sink(key) }\nfunc g() { s.f(1, 'v') }\n"),
            (Language::CSharp, "class A { void f(int a, string key) { sink(key); } void g() { f(1, 'v'); } }"),
            (Language::Php, "<?php function f($a, string $key) { sink($key); } f(1, 'v');"),
            (Language::Ruby, "def f(a, key)\n  sink(key)\nend\nf(1, 'v')\n"),
            (Language::Rust, "fn f(a: u8, key: &str) { sink(key); } fn g() { f(1, \"v\"); }"),
        ] {
            let code = parse(text, language).expect("it parses");
            assert_eq!(
                handed(&code).iter().map(|given| given.trim_matches(['\'', '"'])).collect::<Vec<_>>(),
                ["v"],
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_parameter_is_not_followed() {
        let code = parse("const key = x(); function f(a) { sink(key); } f('v');", Language::JavaScript).expect("code");
        assert!(handed(&code).is_empty());
        let code =
            parse("function f(a, key) { const b = 1; { let key = 'x'; sink(key); } } f(1, 'v');", Language::JavaScript);
        assert!(handed(&code.expect("code")).is_empty());
    }
}
