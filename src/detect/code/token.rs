//! Values that are tokens: by their names, by what made them, by what the text beside them says.

use crate::rule::code::bare;
use crate::span::Span;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};

/// Whether a name is that of a token: `accessToken`, `refresh_token`, `jwt`; not `csrfToken`, `tokenCount`.
#[must_use]
pub fn is_token(name: &str) -> bool {
    let name = bare(name);
    let name = name.strip_prefix("get").unwrap_or(&name);
    if ["csrf", "xsrf", "cancel", "syntax", "push", "device", "page", "next", "continuation", "sync", "eof", "captcha"]
        .iter()
        .any(|word| name.contains(word))
    {
        return false;
    }
    matches!(
        name,
        "token"
            | "jwt"
            | "authtoken"
            | "bearer"
            | "idtoken"
            | "jwttoken"
            | "usertoken"
            | "sessiontoken"
            | "apitoken"
            | "bearertoken"
            | "tokens"
            | "authheader"
            | "authorizationheader"
            | "tokenstring"
            | "tokenstr"
            | "signedtoken"
            | "rawtoken"
            | "encodedtoken"
            | "logintoken"
    ) || name.ends_with("accesstoken")
        || name.ends_with("refreshtoken")
        || name.ends_with("idtoken")
        || name.ends_with("authtoken")
        || name.ends_with("jwt")
        || name.ends_with("clientsecret")
}

/// Whether the header of a request is read that carries its token: `req.headers.authorization`.
fn is_header(code: &Code<'_>, id: NodeId, name: &str) -> bool {
    let of = || code.child(id, Slot::Of).map(|of| bare(code.mark(of)));
    name.eq_ignore_ascii_case("authorization") && of().is_some_and(|of| matches!(of.as_str(), "headers" | "header"))
}

/// Whether a variable keeps what a signing gave.
fn is_made(code: &Code<'_>, id: NodeId) -> bool {
    let made = code.resolve(id);
    let signs = |of: NodeId| ["jwt", "jsonwebtoken"].iter().any(|name| bare(code.mark(of)).contains(name));
    made != id
        && code.kind(made) == Kind::Call
        && match code.method(made) {
            "SignedString" | "WriteToken" => true,
            "sign" | "encode" | "signAsync" => code.receiver(made).is_some_and(signs),
            _ => false,
        }
}

/// A value that the text before it calls a token: `println("token:", raw)`, `printf("token %s", raw)`.
#[must_use]
pub fn labelled(code: &Code<'_>, call: NodeId) -> Option<NodeId> {
    let arguments = code.arguments(call);
    arguments.iter().enumerate().find_map(|(place, argument)| {
        if code.kind(argument.value) != Kind::String {
            return None;
        }
        let mark = code.node(argument.value).mark;
        // `jwt=${t}`: what is put in is called so by the text before it.
        let put_in = code.children(argument.value).find(|&part| {
            let before = code.slice(Span::new(mark.start, code.span(part).start.max(mark.start)));
            is_raw(code, part) && called(&before.trim_end_matches(['{', '$', '#', '(', '\\']).to_ascii_lowercase())
        });
        if put_in.is_some() {
            return put_in;
        }
        let text = code.slice(mark).to_ascii_lowercase();
        let after = told(&text)?;
        let value = arguments.get(place + 1 + after)?.value;
        is_raw(code, value).then_some(value)
    })
}

fn is_raw(code: &Code<'_>, id: NodeId) -> bool {
    code.kind(id) == Kind::Name && RAW.contains(&bare(code.mark(id)).as_str())
}

/// Whether a text, in lower case, ends in what calls the value behind it a token.
fn called(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '=', '\'', '"', '`']);
    before.ends_with("token") || before.ends_with("jwt")
}

/// Which of the values after a text it calls a token: the next where it ends with the word, else that of the place-holder
/// behind the word.
fn told(text: &str) -> Option<usize> {
    let mut places = text.match_indices(['%', '{']).enumerate();
    if let Some((place, _)) = places.find(|(_, (at, _))| called(&text[..*at])) {
        return Some(place);
    }
    (called(text) && !text.contains('%')).then_some(0)
}

/// Names that say nothing of a value but that it was not taken apart.
const RAW: [&str; 14] =
    ["raw", "signed", "tok", "tkn", "t", "s", "ss", "str", "encoded", "at", "rt", "access", "refresh", "credential"];

/// The first token that an expression hands on by name; what only tests or counts it is no matter.
#[must_use]
pub fn token(code: &Code<'_>, id: NodeId) -> Option<NodeId> {
    match code.kind(id) {
        Kind::Name => (is_token(code.mark(id)) || is_made(code, id)).then_some(id),
        Kind::Member => (is_token(code.mark(id)) || is_header(code, id, code.mark(id))).then_some(id),
        Kind::Index => {
            let key = code.mark(code.child(id, Slot::Key)?);
            (is_token(key) || is_header(code, id, key)).then_some(id)
        }
        Kind::String
        | Kind::Join
        | Kind::Object
        | Kind::Pair
        | Kind::Spread
        | Kind::List
        | Kind::Binary
        | Kind::Choice => {
            if code.kind(id) == Kind::Binary && !matches!(code.mark(id), "||" | "??" | "or" | "%") {
                return None;
            }
            // `{'access_token': value}`: the key says what the value is.
            if code.kind(id) == Kind::Pair
                && is_token(code.mark(id))
                && let Some(value) = code.child(id, Slot::Value)
                && matches!(code.kind(value), Kind::Name | Kind::Index)
            {
                return Some(value);
            }
            code.children(id)
                .filter(|&child| !matches!(code.node(child).slot, Slot::Key | Slot::Condition))
                .find_map(|child| token(code, child))
        }
        Kind::Call => {
            let harmless = [
                "hash",
                "mask",
                "redact",
                "length",
                "len",
                "substring",
                "slice",
                "sha256",
                "digest",
                "substr",
                "Substring",
                "startsWith",
                "includes",
                "typeof",
                "bool",
                "Boolean",
            ];
            if harmless.contains(&code.method(id)) {
                return None;
            }
            let passes = [
                "stringify",
                "dumps",
                "toString",
                "format",
                "String",
                "str",
                "sprintf",
                "Sprintf",
                "json_encode",
                "inspect",
                "to_json",
                "to_s",
                "f",
            ];
            if is_token(code.method(id)) {
                return Some(id);
            }
            // `params.get('access_token')`, `t.access_token().secret()`.
            let reads = matches!(
                code.method(id),
                "get" | "getItem" | "fetch" | "getString" | "GetValue" | "secret" | "expose_secret"
            );
            if reads {
                let named = code
                    .arguments(id)
                    .iter()
                    .any(|argument| code.kind(argument.value) == Kind::String && is_token(code.mark(argument.value)));
                return if named { Some(id) } else { code.receiver(id).and_then(|of| token(code, of)) };
            }
            if !passes.contains(&code.method(id)) {
                return None;
            }
            code.receiver(id)
                .into_iter()
                .chain(code.arguments(id).iter().map(|one| one.value))
                .find_map(|child| token(code, child))
        }
        _ => None,
    }
}
