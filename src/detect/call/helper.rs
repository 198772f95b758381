//! Small functions that put a URL together for their callers: `def _get(self, path): return requests.get(BASE + path)`.

use super::compose::Reader;
use super::home::holed;
use super::verb::{DEFAULTS, METHODS, Verb, told};
use crate::syntax::language::Language;
use crate::syntax::tree::{Kind, NodeId};

/// A function whose parameter is a part of a URL.
#[derive(Clone, Debug)]
pub(super) struct Helper {
    name: String,
    function: NodeId,
    /// Place and name of the parameter.
    position: usize,
    parameter: String,
    /// The URL, with `{}` for the parameter and for what else is not known.
    text: String,
    pub(super) verb: Verb,
    /// Whether it calls a client that GETs unless the caller's options say else.
    hands_on: bool,
}

/// A call of a helper.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) call: NodeId,
    pub(super) node: NodeId,
    /// The argument's text.
    pub(super) text: String,
    /// The method, where the caller names it.
    pub(super) verb: Option<&'static str>,
}

/// The helper that a call with an unknown part in its URL makes of the function around it.
pub(super) fn of(code: &Reader<'_, '_>, call: NodeId, url: NodeId, text: &str, verb: Verb) -> Option<Helper> {
    if !text.contains("{}") {
        return None;
    }
    let function = code.ancestors(call).find(|&id| code.kind(id) == Kind::Function && !code.mark(id).is_empty())?;
    let parameters = parameters(code.language(), code.text(function));
    // The parameter stands in the URL itself, or in what the URL's name was assigned.
    let whole = code.resolve(url);
    let names: Vec<&str> = [url, whole]
        .into_iter()
        .flat_map(|node| std::iter::once(node).chain(code.below(node)))
        .filter(|&id| code.kind(id) == Kind::Name)
        .map(|id| code.mark(id))
        .collect();
    let (position, parameter) =
        parameters.iter().enumerate().rev().find(|(_, parameter)| names.contains(&parameter.as_str()))?;
    let verb = if matches!(verb, Verb::None) { Verb::Open } else { verb };
    Some(Helper {
        name: code.mark(function).to_owned(),
        function,
        position,
        parameter: parameter.clone(),
        text: text.to_owned(),
        hands_on: verb == Verb::Open && DEFAULTS.contains(&code.method(call)),
        verb,
    })
}

/// The calls of a helper within the file whose argument is known.
pub(super) fn callers(code: &Reader<'_, '_>, helper: &Helper) -> Vec<Caller> {
    let mut found = Vec::new();
    for call in code.calls() {
        if code.method(call) != helper.name || code.holds(helper.function, call) || found.len() >= MOST_CALLERS {
            continue;
        }
        let Some(node) = code.argument(call, helper.position, &[helper.parameter.as_str()]) else { continue };
        let Some(text) = code.compose(node) else { continue };
        let text = holed(text.trim());
        if text.contains(char::is_whitespace) || text.is_empty() {
            continue;
        }
        // A helper that hands its options on to a client that GETs does so where it is given none.
        let alone = helper.hands_on && code.arguments(call).len() <= helper.position + 1;
        let verb = method(code, call, node).or(alone.then_some("GET"));
        found.push(Caller { call, node, text, verb });
    }
    found
}

impl Helper {
    /// The URL with the argument in the parameter's place, which is the last unknown one.
    pub(super) fn filled(&self, argument: &str) -> String {
        if argument.contains("://") {
            return argument.to_owned();
        }
        let Some((before, after)) = self.text.rsplit_once("{}") else { return self.text.clone() };
        // `BASE + "/" + path` and `BASE + path` are meant alike.
        let argument = if before.ends_with('/') { argument.trim_start_matches('/') } else { argument };
        format!("{before}{argument}{after}")
    }
}

/// The method that a caller names: `_request("POST", path)`, `api(path, { method: "POST" })`.
fn method(code: &Reader<'_, '_>, call: NodeId, url: NodeId) -> Option<&'static str> {
    let named = code.arguments(call).iter().filter(|argument| argument.value != url).find_map(|argument| {
        let text = code.compose(argument.value)?;
        METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(text.trim_start_matches(':')))
    });
    named.or_else(|| told(code, call))
}

/// The names of a function's parameters, without the receiver.
fn parameters(language: Language, function: &str) -> Vec<String> {
    let Some(open) = opening(language, function) else { return Vec::new() };
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for c in function[open..].chars().take(LONGEST_HEADER) {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            ',' if depth == 1 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if depth >= 1
            && !(depth == 1 && c == '(')
            && let Some(part) = parts.last_mut()
        {
            part.push(c);
        }
    }
    let names = parts.iter().map(|part| name(language, part));
    names.filter(|name| !name.is_empty() && !matches!(name.as_str(), "self" | "this" | "cls")).collect()
}

/// Where the list of parameters begins; a method of Go has its receiver before it.
fn opening(language: Language, function: &str) -> Option<usize> {
    let first = function.find('(')?;
    if language == Language::Go && function[..first].trim() == "func" {
        let after = function[first..].find(')')? + first;
        return function[after..].find('(').map(|at| at + after);
    }
    Some(first)
}

/// The name in one parameter as written.
fn name(language: Language, part: &str) -> String {
    let part = part.split('=').next().unwrap_or_default();
    let word = |text: &str| -> String { text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect() };
    match language {
        Language::Java | Language::CSharp => word(part.split_whitespace().last().unwrap_or_default()),
        Language::Php => word(part.split('$').nth(1).unwrap_or_default().split_whitespace().next().unwrap_or_default()),
        Language::Go => word(part.split_whitespace().next().unwrap_or_default()),
        _ => word(part.split(':').next().unwrap_or_default().split_whitespace().last().unwrap_or_default()),
    }
}

const MOST_CALLERS: usize = 200;
const LONGEST_HEADER: usize = 2000;

#[cfg(test)]
mod tests {
    use super::parameters;
    use crate::syntax::language::Language;

    #[test]
    fn parameters_are_read_in_every_language() {
        for (language, header, names) in [
            (Language::Python, "def get(self, path: str, params=None): pass", vec!["path", "params"]),
            (Language::TypeScript, "private async get<T>(path: string, o: Map<a, b>) {}", vec!["path", "o"]),
            (Language::JavaScript, "function call(method, path) {}", vec!["method", "path"]),
            (Language::Java, "Response get(String path, Map<String, String> q) {}", vec!["path", "q"]),
            (Language::Go, "func (c *Client) get(ctx context.Context, path string) error {}", vec!["ctx", "path"]),
            (Language::Php, "private function get(string $path, array $q = []) {}", vec!["path", "q"]),
            (Language::Ruby, "def get(path)\nend", vec!["path"]),
            (Language::Rust, "async fn get(&self, path: &str) -> A {}", vec!["path"]),
        ] {
            assert_eq!(parameters(language, header), names, "{header}");
        }
    }
}
