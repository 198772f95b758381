//! Which method of HTTP a call uses, and whether it is a call of HTTP at all.

use crate::syntax::tree::{Code, Kind, NodeId};
use crate::syntax::value::Value;

/// What a call says about the method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// This method.
    Known(&'static str),
    /// A call of HTTP whose method is not told.
    Open,
    /// Nothing here says that this is a call of HTTP.
    None,
}

/// The methods of HTTP that operations have.
pub(super) const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/// What the call that is given a URL says about the method.
pub(super) fn of(code: &Code<'_>, call: NodeId) -> Verb {
    let mut at = call;
    for _ in 0..MOST_STEPS {
        match here(code, at) {
            Verb::None => {}
            found => return found,
        }
        // A URL, a request, a builder made here is given to the call around it.
        match code.enclosing_call(code.chain_end(at)) {
            Some((outer, _)) if outer != at => at = outer,
            _ => break,
        }
    }
    by_request(code, call)
}

fn here(code: &Code<'_>, call: NodeId) -> Verb {
    if let Some(method) = told(code, call) {
        return Verb::Known(method);
    }
    let end = code.chain_end(call);
    let chain = code.chain(end);
    for &link in &chain {
        if let Some(method) = exact(code.method(link)) {
            return Verb::Known(method);
        }
        if code.method(link) == "method"
            && let Some(method) = told(code, link)
        {
            return Verb::Known(method);
        }
    }
    let method = code.method(call);
    if method == "new"
        && let Some(owner) = code.receiver(call)
        && let Some(verb) = exact(code.mark(owner))
    {
        // `Net::HTTP::Post.new(uri)`
        return Verb::Known(verb);
    }
    if let Some(method) = named(method) {
        return Verb::Known(method);
    }
    if let Some(default) = default(code, call, method) {
        return default;
    }
    if chain.iter().any(|&link| BUILDERS.contains(&code.method(link)) || builds(code, link)) {
        return Verb::Known("GET");
    }
    Verb::None
}

/// Whether the call starts a request whose method is GET unless another call of its chain says else.
fn builds(code: &Code<'_>, call: NodeId) -> bool {
    let path = code.callee(call);
    path.ends_with("Request.Builder") || path.ends_with("HttpRequest.newBuilder")
}

/// Clients whose one function does all: GET, unless an option says else.
fn default(code: &Code<'_>, call: NodeId, method: &str) -> Option<Verb> {
    if !DEFAULTS.contains(&method) {
        return None;
    }
    let arguments = code.arguments(call);
    // Options that are built elsewhere may hold another method.
    let unknown = arguments.iter().skip(1).any(|argument| {
        !matches!(code.kind(code.resolve(argument.value)), Kind::Object | Kind::Function | Kind::String | Kind::Null)
            && argument.name.is_none()
    });
    let spread = arguments.iter().any(|argument| {
        let object = code.resolve(argument.value);
        code.kind(object) == Kind::Object && code.children(object).any(|child| code.kind(child) == Kind::Spread)
    });
    Some(if unknown || spread { Verb::Open } else { Verb::Known("GET") })
}

/// The method as an argument: `"POST"`, `HttpMethod.Post`, `http.MethodPost`, `{ method: "post" }`, `method="post"`.
pub(super) fn told(code: &Code<'_>, call: NodeId) -> Option<&'static str> {
    for argument in code.arguments(call).iter().take(MOST_ARGUMENTS) {
        let named = argument.name.is_some_and(|name| KEYS.contains(&name.to_ascii_lowercase().as_str()));
        if (named || argument.name.is_none())
            && let Some(method) = value(code, argument.value)
        {
            return Some(method);
        }
        let object = code.resolve(argument.value);
        if code.kind(object) == Kind::Object {
            for entry in code.members(object).iter().take(MOST_MEMBERS) {
                if KEYS.contains(&entry.key.trim_start_matches(':').to_ascii_lowercase().as_str())
                    && let Some(method) = value(code, entry.value)
                {
                    return Some(method);
                }
            }
        }
    }
    None
}

/// A method of HTTP as an expression.
fn value(code: &Code<'_>, id: NodeId) -> Option<&'static str> {
    if let Value::Text(text) = code.value(id) {
        return METHODS.into_iter().find(|method| text.text.trim_start_matches(':').eq_ignore_ascii_case(method));
    }
    let name = match code.kind(id) {
        Kind::Member | Kind::Name => code.mark(id),
        _ => return None,
    };
    let bare = name
        .trim_start_matches(':')
        .trim_start_matches("Method")
        .trim_start_matches("HTTP_")
        .trim_start_matches("METHOD_");
    let method = METHODS.into_iter().find(|method| bare.eq_ignore_ascii_case(method))?;
    // `data.get` is no method of HTTP, `Method.GET` and `:post` are.
    let owner = code.path(id).to_ascii_lowercase();
    (owner.contains("method") || owner.contains("http") || name.starts_with(':') || bare == method).then_some(method)
}

/// A name that is a method and nothing else: `get`, `Post`, `PutAsync`, `getForObject`, `HttpPost`, `MethodGet`.
pub(super) fn exact(name: &str) -> Option<&'static str> {
    let mut bare = name.to_ascii_lowercase();
    for ending in ENDINGS {
        if let Some(start) = bare.strip_suffix(ending) {
            bare.truncate(start.len());
        }
    }
    let bare = bare.strip_prefix("http_").or_else(|| bare.strip_prefix("http")).unwrap_or(&bare);
    let bare = bare.trim_matches('_');
    METHODS.into_iter().find(|method| bare.eq_ignore_ascii_case(method))
}

/// A wrapper's name with one method among its words: `api_get`, `_postJson`, `deleteContact`.
fn named(name: &str) -> Option<&'static str> {
    let words = words(name);
    if words.len() > MOST_WORDS {
        return None;
    }
    let mut found =
        words.iter().filter_map(|word| METHODS.into_iter().find(|method| word.eq_ignore_ascii_case(method)));
    let method = found.next()?;
    (found.next().is_none() && words.iter().any(|word| REQUESTING.contains(&word.as_str()))).then_some(method)
}

/// The words of a name in camelCase or snake_case, folded.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut low = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            low = false;
            words.push(String::new());
            continue;
        }
        if (c.is_ascii_uppercase() && low) || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
        low = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A request made with a URL and told its method later, in the same function: `curl_setopt`, `request.Method = "POST"`.
fn by_request(code: &Code<'_>, call: NodeId) -> Verb {
    let method = code.method(call);
    let opens = matches!(
        method,
        "curl_init" | "Create" | "CreateHttp" | "openConnection" | "curl_setopt" | "curl_setopt_array" | "CURLOPT_URL"
    );
    if !opens {
        return Verb::None;
    }
    let Some(function) = code.function_of(call) else { return Verb::Open };
    let text = code.text(function);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    for method in METHODS {
        let told = [
            format!("CURLOPT_CUSTOMREQUEST, '{method}'"),
            format!("CURLOPT_CUSTOMREQUEST, \"{method}\""),
            format!("CURLOPT_CUSTOMREQUEST => '{method}'"),
            format!("CURLOPT_CUSTOMREQUEST => \"{method}\""),
            format!("Method = \"{method}\""),
            format!("setRequestMethod(\"{method}\")"),
        ];
        if told.iter().any(|told| text.contains(told.as_str())) {
            return Verb::Known(method);
        }
    }
    if has(&["CURLOPT_CUSTOMREQUEST", "setRequestMethod(", ".Method = "]) {
        return Verb::Open;
    }
    Verb::Known(if has(&["CURLOPT_POST", "CURLOPT_POSTFIELDS"]) { "POST" } else { "GET" })
}

/// Names of options that hold the method.
const KEYS: [&str; 7] =
    ["method", "type", "verb", "httpmethod", "http_method", "requestmethod", "curlopt_customrequest"];

/// Functions that GET unless told else.
pub(super) const DEFAULTS: [&str; 13] = [
    "fetch",
    "axios",
    "got",
    "ky",
    "urlopen",
    "file_get_contents",
    "request",
    "$fetch",
    "ofetch",
    "wretch",
    "needle",
    "superagent",
    "ajax",
];

/// Calls of builders that only a request has.
const BUILDERS: [&str; 2] = ["newBuilder", "UrlFetch"];

/// What may follow a method in the name of a function.
const ENDINGS: [&str; 16] = [
    "async",
    "forobject",
    "forentity",
    "asjson",
    "fromjson",
    "json",
    "string",
    "bytes",
    "bytearray",
    "stream",
    "mapping",
    "request",
    "forlocation",
    "_request",
    "call",
    "abs",
];

/// Words beside a method that make a name one of a wrapper around HTTP.
const REQUESTING: [&str; 13] =
    ["api", "request", "http", "call", "json", "do", "send", "fetch", "rest", "make", "auth", "authed", "remote"];

const MOST_STEPS: usize = 4;
const MOST_ARGUMENTS: usize = 6;
const MOST_MEMBERS: usize = 30;
const MOST_WORDS: usize = 5;

#[cfg(test)]
mod tests {
    use super::{exact, named, words};

    #[test]
    fn names_tell_their_method() {
        for (name, method) in [
            ("get", "GET"),
            ("PostAsync", "POST"),
            ("getForObject", "GET"),
            ("HttpPut", "PUT"),
            ("DELETE", "DELETE"),
            ("http_post", "POST"),
        ] {
            assert_eq!(exact(name), Some(method), "{name}");
        }
        assert_eq!(exact("getLeads"), None);
        assert_eq!(
            (named("api_get"), named("sendPostRequest"), named("getter"), named("get_post_api")),
            (Some("GET"), Some("POST"), None, None)
        );
        assert_eq!(words("_doGetJSON"), ["do", "get", "json"]);
    }
}
