//! Calls with an HTTP client and a URL.

use super::Found;
use super::compose::{Reader, joined, only_makes};
use super::helper::{self, Helper};
use super::home::{Home, holed, is_login, on};
use super::subject;
use super::verb::{self, METHODS, Verb};
use crate::fact::{Operation as Told, Via};
use crate::finding::Confidence;
use crate::scope::catalog::Catalog;
use crate::scope::operation::{Operation, Operations};
use crate::syntax::language::Language;
use crate::syntax::tree::{Kind, NodeId};

/// All calls of known APIs, in reading order of their URLs.
pub(super) fn calls(code: &Reader<'_, '_>, home: &Home) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut helpers: Vec<(Helper, Option<Found>)> = Vec::new();
    for call in code.calls().take(MOST_CALLS) {
        if only_makes(code.method(call)) || is_talk(code, call) {
            continue;
        }
        let Some(seen) = look(code, call, home) else { continue };
        match helper::of(code, call, seen.node, &seen.text, seen.verb) {
            Some(helper) => helpers.push((helper, seen.found)),
            None => found.extend(seen.found),
        }
    }
    // A helper's own call says nothing where the calls of the helper say it.
    for (helper, own) in helpers {
        let callers = helper::callers(code, &helper);
        let mut told = Vec::new();
        for caller in &callers {
            let text = helper.filled(&caller.text);
            let verb = caller.verb.map_or(helper.verb, Verb::Known);
            let home_call = Seen { node: caller.node, text, verb, found: None };
            told.extend(resolved(code, caller.call, &home_call, home));
        }
        if told.is_empty() {
            found.extend(own);
        }
        found.extend(told);
    }
    found.sort_by_key(|one| (one.span, one.provider));
    found.dedup_by_key(|one| (one.span, one.provider));
    found
}

/// A call with a URL.
struct Seen {
    node: NodeId,
    text: String,
    verb: Verb,
    found: Option<Found>,
}

fn look(code: &Reader<'_, '_>, call: NodeId, home: &Home) -> Option<Seen> {
    let mut texts: Vec<(NodeId, String)> = Vec::new();
    for node in urls(code, call) {
        texts.extend(code.compose(node).map(|text| (node, holed(text.trim()))));
    }
    // A whole URL says more than any path beside it.
    texts.sort_by_key(|(_, text)| !text.contains("://"));
    for (node, text) in texts {
        if text.is_empty() || text.len() > LONGEST || is_login(&text) {
            continue;
        }
        let absolute = text.contains("://");
        if absolute && on(&text).is_empty() || !absolute && !is_path(&text) {
            continue;
        }
        // `request("GET /repos/{owner}/{repo}")`
        let (told, text) = match text.split_once(' ') {
            Some((method, path)) if path.starts_with('/') => {
                (METHODS.into_iter().find(|known| *known == method), path.to_owned())
            }
            _ => (None, text),
        };
        let verb = told.map_or_else(|| verb::of(code, call), Verb::Known);
        if !absolute && (verb == Verb::None || is_route(code, call) || !text.contains('/') && !is_client(code, call)) {
            continue;
        }
        let mut seen = Seen { node, text, verb, found: None };
        seen.found = resolved(code, call, &seen, home);
        if seen.found.is_none() && seen.text.starts_with("{}") {
            seen.found = blind(code, call, home).and_then(|blind| blind.found);
        }
        if seen.found.is_some() || seen.text.contains("{}") {
            return Some(seen);
        }
    }
    blind(code, call, home)
}

/// A call of an HTTP client whose URL is not known at all, in a file that speaks of one API.
fn blind(code: &Reader<'_, '_>, call: NodeId, home: &Home) -> Option<Seen> {
    let callee = code.callee(call).to_ascii_lowercase();
    let (owner, method) = callee.rsplit_once('.').unwrap_or(("", &callee));
    let client = is_client(code, call);
    let plain = owner.is_empty() && matches!(method, "fetch" | "axios" | "urlopen");
    let provider = family(&home.bases.iter().flat_map(|(_, owners)| owners.first().copied()).collect::<Vec<_>>())?;
    let verb = verb::of(code, call);
    if !(client && verb::exact(method).is_some() || plain) || is_route(code, call) {
        return None;
    }
    let node = urls(code, call).into_iter().next()?;
    // A plain text that leads nowhere is no URL of this API.
    let kind = code.kind(code.resolve(node));
    if code.compose(node).is_some_and(|text| !text.starts_with("{}"))
        || matches!(kind, Kind::Object | Kind::Function | Kind::Number)
    {
        return None;
    }
    let why = vec!["the URL is known only when the program runs".to_owned()];
    let found =
        Found { span: code.span(node), provider, operation: None, via: Via::Http, confidence: Confidence::Low, why };
    Some(Seen { node, text: "{}".to_owned(), verb, found: Some(found) })
}

/// Whether the call is one of an HTTP client, by the name of what it is called of.
fn is_client(code: &Reader<'_, '_>, call: NodeId) -> bool {
    let callee = code.callee(call).to_ascii_lowercase();
    let owner = callee.rsplit_once('.').map_or("", |(owner, _)| owner.rsplit('.').next().unwrap_or_default());
    if ["restrequest", "httprequestmessage"].iter().any(|made| callee.trim_end_matches(".new").ends_with(made)) {
        return true;
    }
    CLIENTS.contains(&owner.trim_start_matches('$'))
}

/// Arguments that may be a URL.
fn urls(code: &Reader<'_, '_>, call: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    // `new URL("…").openConnection()`
    if OPENING.contains(&code.method(call)) {
        found.extend(code.receiver(call));
    }
    for argument in code.arguments(call) {
        match (argument.position, argument.name) {
            (Some(position), _) if position < MOST_POSITIONS => {
                let object = code.resolve(argument.value);
                if code.kind(object) == Kind::Object {
                    let members = code.members(object);
                    let url = members.iter().find(|entry| is_key(entry.key));
                    found.extend(url.map(|entry| entry.value));
                } else {
                    found.push(argument.value);
                }
            }
            (None, Some(name)) if is_key(name) => found.push(argument.value),
            _ => {}
        }
    }
    found
}

fn is_key(name: &str) -> bool {
    URL_KEYS.contains(&name.trim_start_matches(':').to_ascii_lowercase().as_str())
}

/// Whether a text without a host may be the path of a URL.
fn is_path(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once(' ').filter(|(method, _)| METHODS.contains(method)).map_or(path, |(_, path)| path);
    !path.contains(char::is_whitespace)
        && !METHODS.iter().any(|method| path.eq_ignore_ascii_case(method))
        && (path.starts_with('/')
            || path.starts_with("{}/")
            || path.contains('/')
            || path.starts_with(|c: char| c.is_ascii_alphabetic()))
        && path.bytes().filter(u8::is_ascii_alphabetic).count() >= 2
}

/// A route that a server offers, not a call: `app.get("/users", handler)`, `@GetMapping("/users")`, `[HttpGet("users")]`.
pub(super) fn is_route(code: &Reader<'_, '_>, call: NodeId) -> bool {
    let callee = code.callee(call).to_ascii_lowercase();
    let owner = callee.rsplit_once('.').map_or("", |(owner, _)| owner.rsplit('.').next().unwrap_or_default());
    let arguments = code.arguments(call);
    let handler = arguments.len() > 1
        && arguments.last().is_some_and(|last| code.kind(last.value) == Kind::Function)
        && code.arguments(call).first().is_some_and(|first| code.kind(first.value) == Kind::String);
    let attribute = code.language() == Language::CSharp && callee.starts_with("http") && owner.is_empty();
    let mapping = callee.ends_with("mapping") && !code.source().contains("@FeignClient");
    SERVERS.contains(&owner.trim_end_matches("()")) || handler || mapping || attribute
}

/// Calls that only speak of a URL: logs, errors, mocks, assertions.
pub(super) fn is_talk(code: &Reader<'_, '_>, call: NodeId) -> bool {
    let callee = code.callee(call).to_ascii_lowercase();
    callee.split(['.', '(']).any(|part| TALK.contains(&part))
        || callee.ends_with("error")
        || callee.ends_with("exception")
}

fn resolved(code: &Reader<'_, '_>, call: NodeId, seen: &Seen, home: &Home) -> Option<Found> {
    let text = seen.text.as_str();
    let (provider, operation, sure) = if text.contains("://") {
        absolute(text, seen.verb)?
    } else {
        let callee = code.callee(call).to_ascii_lowercase();
        relative(text, seen.verb, home, &callee)?
    };
    let operations = Catalog::builtin().operations(provider)?;
    // Where several operations fit nobody knows which is called.
    let operation = operation.filter(|operation| !operation.ambiguous);
    let mut why = vec![format!("`{}` is given a URL", code.callee(call))];
    let operation = operation.map(|operation| {
        let subject = subject::of(code, call, operations, &operation);
        told(operations, &operation, subject)
    });
    if operation.is_none() {
        why.push("no operation of the catalogue fits".to_owned());
    }
    let confidence = match (&operation, sure) {
        (Some(_), true) => Confidence::High,
        (Some(_), false) => Confidence::Medium,
        (None, _) => Confidence::Low,
    };
    Some(Found { span: code.span(seen.node), provider, operation, via: Via::Http, confidence, why })
}

/// Provider, operation, and whether host and method are sure.
type Resolved = (&'static str, Option<Operation>, bool);

fn absolute(text: &str, verb: Verb) -> Option<Resolved> {
    let owners = on(text);
    for id in &owners {
        let Some(operations) = Catalog::builtin().operations(id) else { continue };
        if let Some(operation) = of_verb(operations, verb, |method| operations.find_whole(method, text)) {
            return Some((id, Some(operation), verb != Verb::None));
        }
    }
    let path = text.split_once("://")?.1.split_once('/').map_or("", |(_, path)| path);
    let first = path.split(['/', '?']).next().unwrap_or_default();
    if first.is_empty() || first == "{}" && owners.len() > 1 || verb == Verb::None {
        return None;
    }
    // Where several APIs share a host the first part of the path tells them apart.
    let begins =
        |id: &&&'static str| Catalog::builtin().operations(id).is_some_and(|operations| operations.begins(first));
    let id = owners.iter().find(begins).or_else(|| owners.first().filter(|_| owners.len() == 1))?;
    Some((id, None, false))
}

fn relative(text: &str, verb: Verb, home: &Home, callee: &str) -> Option<Resolved> {
    let path = text.trim_start_matches("{}");
    for (base, owners) in home.bases.iter().take(MOST_TRIED) {
        // What begins as the path of another URL does stands on the host, not behind that path.
        let begins = |base: &str| base.splitn(4, '/').nth(3).and_then(|path| path.split('/').next()).map(str::to_owned);
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if path.contains('/') && !first.is_empty() && first != "{}" && begins(base).as_deref() == Some(first) {
            continue;
        }
        let url = joined(&[base.clone(), path.to_owned()]);
        for id in owners {
            let Some(operations) = Catalog::builtin().operations(id) else { continue };
            let find = |method: &str| {
                operations.find_whole(method, &url).filter(|found| path.contains('/') || telling(operations, found))
            };
            if let Some(operation) = of_verb(operations, verb, find) {
                return Some((id, Some(operation), true));
            }
        }
    }
    let likely = home.likely();
    let known = |id: &str| likely.contains(&id);
    for id in &likely {
        let Some(operations) = Catalog::builtin().operations(id) else { continue };
        let whole = |method: &str| {
            operations
                .find_whole(method, path)
                .filter(|found| found.equal >= 2 || found.equal == 1 && telling(operations, found))
        };
        if let Some(operation) = of_verb(operations, verb, whole) {
            return Some((id, Some(operation), false));
        }
    }
    for id in likely.iter().filter(|id| known(id)) {
        let Some(operations) = Catalog::builtin().operations(id) else { continue };
        let spoken = id.split('-').any(|word| word.len() > 2 && callee.contains(word));
        let open = text.starts_with("{}") && home.bases.is_empty();
        if (spoken || open)
            && let Some(operation) = of_verb(operations, verb, |method| operations.find_tail(method, path))
        {
            return Some((id, Some(operation), false));
        }
    }
    None
}

/// Whether the path names a module that is listed, or is text.
fn telling(operations: &Operations, operation: &Operation) -> bool {
    operations.place().is_none_or(|place| !operation.path.contains(&place))
        || operation.modules.iter().all(|module| operations.lists_module(module)) && !operation.modules.is_empty()
}

/// The operation for what is known of the method: where it is not told, all that fit have to need the same.
fn of_verb(operations: &Operations, verb: Verb, find: impl Fn(&str) -> Option<Operation>) -> Option<Operation> {
    match verb {
        Verb::Known("HEAD") => find("HEAD").or_else(|| find("GET")),
        Verb::Known(method) => find(method),
        Verb::Open | Verb::None => {
            let all: Vec<Operation> = METHODS.into_iter().filter_map(find).collect();
            let first = all.first()?;
            all.iter().all(|other| operations.need_the_same(first, other)).then(|| first.clone())
        }
    }
}

/// An operation as facts tell it: its module stands in its path.
pub(super) fn told(operations: &Operations, operation: &Operation, subject: Option<String>) -> Told {
    let mut path = operation.path.clone();
    if let (Some(place), Some(written)) = (operations.place(), &operation.written) {
        path = path.replace(&place, written);
    }
    Told { method: operation.method.clone(), path, subject }
}

/// The one provider of a list, if it is one family.
fn family(ids: &[&'static str]) -> Option<&'static str> {
    let first = ids.first()?;
    ids.iter().all(|id| id.split('-').next() == first.split('-').next()).then_some(first)
}

/// Names of options that hold a URL.
const URL_KEYS: [&str; 10] =
    ["url", "uri", "endpoint", "path", "href", "requesturl", "resource", "pathname", "baseurl", "curlopt_url"];

/// Calls that open the URL they are called of.
const OPENING: [&str; 3] = ["openConnection", "openStream", "readText"];

/// Receivers that are servers.
const SERVERS: [&str; 14] = [
    "app",
    "router",
    "server",
    "route",
    "routes",
    "blueprint",
    "bp",
    "express",
    "mux",
    "fastify",
    "hono",
    "group",
    "nock",
    "api_router",
];

/// Parts of a callee that make a call one that only speaks.
const TALK: [&str; 44] = [
    "console",
    "log",
    "logger",
    "logging",
    "logr",
    "print",
    "println",
    "printf",
    "debug",
    "info",
    "warn",
    "warning",
    "expect",
    "assert",
    "assertequal",
    "asserttrue",
    "tobe",
    "toequal",
    "nock",
    "requests_mock",
    "responses",
    "httpretty",
    "respx",
    "mock",
    "mocker",
    "stubfor",
    "stub_request",
    "onget",
    "onpost",
    "describe",
    "it",
    "test",
    "raise",
    "throw",
    "echo",
    "write",
    "include",
    "includes",
    "startswith",
    "contains",
    "split",
    "getenv",
    "environ",
    "addeventlistener",
];

/// Names under which HTTP clients are kept.
const CLIENTS: [&str; 14] = [
    "requests",
    "axios",
    "http",
    "session",
    "client",
    "httpx",
    "httpclient",
    "_http",
    "got",
    "ky",
    "faraday",
    "httparty",
    "restclient",
    "resttemplate",
];

const MOST_CALLS: usize = 20_000;
const MOST_POSITIONS: usize = 3;
const MOST_TRIED: usize = 40;
const LONGEST: usize = 2000;
