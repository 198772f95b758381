//! Literals in calls: passed by position, wrapped in a conversion, or as the default of a variable.

use super::literal::{blanks, string};
use crate::span::Span;

/// A literal in the arguments of a call.
pub struct Argument {
    /// The literal, without quotes.
    pub value: Span,
    /// Whether it is the default of a variable.
    pub default: bool,
}

/// Whether a callee is known to take a password by position.
#[must_use]
pub fn takes_by_position(callee: &str) -> bool {
    index(callee).is_some()
}

fn index(callee: &str) -> Option<usize> {
    let last = callee.rsplit(['.', ':']).next().unwrap_or(callee).to_ascii_lowercase();
    POSITIONS.iter().find(|(name, _)| *name == last).map(|&(_, index)| index)
}

/// The literal that a call at `open` (its parenthesis) takes for a password, when the callee is known to take one by
/// position.
#[must_use]
pub fn by_position(text: &str, callee: &str, open: usize) -> Option<Span> {
    arguments(text, open + 1).into_iter().nth(index(callee)?)?
}

/// The literal inside a call that stands where a literal could: `name = wrap("x")`, `name = getenv("NAME", "x")`.
#[must_use]
pub fn wrapped(text: &str, from: usize) -> Option<Argument> {
    let bytes = text.as_bytes();
    let length = bytes[from..]
        .iter()
        .take(LONGEST_CALLEE)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_.[]:&<>".contains(byte) || **byte == b' ')
        .count();
    let open = from + length;
    if bytes.get(open) != Some(&b'(') {
        return None;
    }
    let callee = text.get(from..open)?.trim_end().to_ascii_lowercase();
    let last = callee.trim_end_matches("[]").rsplit(['.', ':', ' ', ']', '&']).next().unwrap_or_default();
    if DEFAULTS.contains(&last) && callee.len() >= 3 {
        let second = arguments(text, open + 1).into_iter().nth(1)??;
        return Some(Argument { value: second, default: true });
    }
    // `secret.lstrip("x")` takes away from a value.
    if ["strip", "replace", "split", "join", "startswith", "endswith"].iter().any(|verb| last.contains(verb)) {
        return None;
    }
    if WRAPPERS.iter().any(|wrapper| last.contains(wrapper))
        && !["get", "to", "with"].iter().any(|start| last.starts_with(start))
    {
        let first = arguments(text, open + 1).into_iter().next()??;
        // `password.decode("utf-8")` names an encoding.
        if ENCODINGS.iter().any(|name| text[first.range()].eq_ignore_ascii_case(name)) {
            return None;
        }
        return Some(Argument { value: first, default: false });
    }
    None
}

/// Whether a callee reads what is set outside and takes a literal for when nothing is: `os.environ.get`, `getEnvOrDefault`.
#[must_use]
pub fn has_default(callee: &str) -> bool {
    let lower = callee.to_ascii_lowercase();
    let last = lower.rsplit(['.', ':', '(']).next().unwrap_or_default();
    DEFAULTS.contains(&last) && OUTSIDE.iter().any(|word| lower.contains(word))
}

/// The literal that stands in where nothing else is set: `os.environ.get("X") or "x"`, `process.env.X || 'x'`.
#[must_use]
pub fn fallback(text: &str, from: usize) -> Option<Argument> {
    let bytes = text.as_bytes();
    let rest = &bytes[from..bytes.len().min(from + LONGEST_CALLEE * 3)];
    let line = &rest[..memchr::memchr2(b'\n', b';', rest).unwrap_or(rest.len())];
    let (at, operator) = FALLBACKS
        .iter()
        .filter_map(|operator| Some((memchr::memmem::find(line, operator.as_bytes())?, operator)))
        .min_by_key(|(at, _)| *at)?;
    let expression = text.get(from..from + at)?.to_ascii_lowercase();
    // Only where something is read from outside: `a || 'b'` chooses between two names.
    if !OUTSIDE.iter().any(|word| expression.contains(word)) {
        return None;
    }
    let mut quote = blanks(bytes, from + at + operator.len());
    if bytes[quote..].starts_with(b"String::from(") {
        quote += b"String::from(".len();
    }
    let value = matches!(bytes.get(quote), Some(b'"' | b'\'' | b'`')).then(|| string(text, quote))??;
    Some(Argument { value, default: true })
}

/// The second of two literals in brackets: `auth=("bob", "x")`, `auth: ['bob', 'x']`.
#[must_use]
pub fn pair(text: &str, from: usize) -> Option<Span> {
    if !matches!(text.as_bytes().get(from), Some(b'(' | b'[')) {
        return None;
    }
    match arguments(text, from + 1).as_slice() {
        [Some(_), Some(second)] => Some(*second),
        _ => None,
    }
}

/// The default among the further arguments of a call: `option("--password", help=y, default="x")`. Looked for up to the
/// end of the line or of the call.
#[must_use]
pub fn named_default(text: &str, from: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let rest = &bytes[from..bytes.len().min(from + LONGEST_CALLEE * 4)];
    let rest = &rest[..memchr::memchr3(b'\n', b')', b'{', rest).unwrap_or(rest.len())];
    let (at, word) = NAMED.iter().find_map(|word| Some((memchr::memmem::find(rest, word)?, word)))?;
    let at = blanks(bytes, from + at + word.len());
    matches!(bytes.get(at), Some(b'"' | b'\'')).then(|| string(text, at))?
}

/// The default of a field that is described by a call: `name: str = Field(default="x")`.
#[must_use]
pub fn field(text: &str, from: usize) -> Option<Argument> {
    let rest = text.as_bytes().get(from..)?;
    let length =
        rest.iter().take(LONGEST_CALLEE).take_while(|b| b.is_ascii_alphanumeric() || b"_.".contains(b)).count();
    if rest.get(length) != Some(&b'(') {
        return None;
    }
    let callee = text.get(from..from + length)?.to_ascii_lowercase();
    if !["field", "option", "setting", "param", "parameter", "secretstr"].iter().any(|end| callee.ends_with(end)) {
        return None;
    }
    Some(Argument { value: named_default(text, from + length + 1)?, default: true })
}

/// The first arguments of a call; `None` for one that is no string.
fn arguments(text: &str, from: usize) -> Vec<Option<Span>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = from;
    let mut depth = 0_u32;
    let mut literal = None;
    let mut plain = true;
    while at < bytes.len() && at - from < LONGEST_ARGUMENTS && found.len() < 6 {
        match bytes[at] {
            quote @ (b'"' | b'\'') if bytes.get(at + 1) == Some(&quote) => at += 1,
            b'"' | b'\'' | b'`' => {
                let Some(span) = string(text, at) else { break };
                // `Some("x")` of Rust is the literal and nothing more.
                if depth == 0 || depth == 1 && bytes[..at].ends_with(b"Some(") {
                    literal = Some(span);
                }
                at = span.end as usize;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => {
                found.push(literal.filter(|_| plain));
                return found;
            }
            b')' | b']' | b'}' => depth -= 1,
            b',' if depth == 0 => {
                found.push(literal.take().filter(|_| plain));
                plain = true;
            }
            b'+' | b'?' | b'%' if depth == 0 => plain = false,
            _ => {}
        }
        at += 1;
    }
    found
}

/// How the argument is called that stands in where nothing is given.
const NAMED: [&[u8]; 3] = [b"default=", b"defaultValue:", b"default:"];

/// Callees that take a password by position, and at which.
const POSITIONS: &[(&str, usize)] = &[
    ("networkcredential", 1),
    ("httpbasicauth", 1),
    ("httpdigestauth", 1),
    ("basicauth", 1),
    ("basic_auth", 1),
    ("setbasicauth", 1),
    ("withbasicauth", 1),
    ("usernamepasswordcredentials", 1),
    ("usernamepasswordcredential", 1),
    ("usernamepasswordauthenticationtoken", 1),
    ("passwordauthentication", 1),
    ("passwordcredential", 1),
    ("credentials", 1),
    ("authenticate", 1),
    ("auth", 1),
    ("auth_password", 1),
    ("withcredentials", 1),
    ("setcredentials", 1),
    ("basicawscredentials", 1),
    ("login", 1),
    ("getconnection", 2),
    ("directoryentry", 2),
    ("plainauth", 2),
    ("mysql_real_connect", 3),
    ("mysql_connect", 2),
    ("mysqli_connect", 2),
    ("mysqli", 2),
    ("pdo", 2),
];

/// Callees whose second argument stands in for a variable that is not set.
const DEFAULTS: &[&str] = &[
    "getenv",
    "env",
    "get",
    "getordefault",
    "getproperty",
    "fetch",
    "config",
    "environ",
    "get_or",
    "lookup",
    "default",
    "getstring",
    "envor",
    "getenvordefault",
    "get_env",
    "getorelse",
];

/// What joins a value that may be missing to the one that stands in for it.
const FALLBACKS: &[&str] = &[
    " or ",
    "||",
    "??",
    "?:",
    ".unwrap_or(",
    ".unwrap_or_else(|| ",
    ".unwrap_or_else(|_| ",
    ".getOrElse(",
    ".orElse(",
];
/// Words of expressions that read what is set outside.
const OUTSIDE: &[&str] = &["env", "config", "args", "argv", "option", "setting", "param", "prop"];

const ENCODINGS: &[&str] = &["utf-8", "utf8", "utf-16", "ascii", "latin-1", "latin1", "iso-8859-1", "base64", "hex"];

/// Callees that give back what they are given.
const WRAPPERS: &[&str] = &[
    "byte",
    "bytes",
    "encode",
    "decode",
    "from",
    "string",
    "str",
    "unhex",
    "hex",
    "base64",
    "buffer",
    "tochararray",
    "secret",
    "key",
    "password",
    "credential",
    "pointer",
    "ptr",
    "sensitive",
    "text",
    "token",
    "valueof",
    "new",
    "some",
    "trim",
    "secure",
];

const LONGEST_CALLEE: usize = 64;
const LONGEST_ARGUMENTS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::{by_position, fallback, named_default, pair, wrapped};

    #[test]
    fn defaults_and_wrappers_give_their_literal() {
        for (text, value) in [
            ("os.getenv(\"X\", \"V@l-1\")", Some("V@l-1")),
            ("process.env.get('X', 'V@l-1')", Some("V@l-1")),
            ("[]byte(\"V@l-1\")", Some("V@l-1")),
            ("base64Decode(\"V@l-1\");", Some("V@l-1")),
            ("Buffer.from('V@l-1', 'hex')", Some("V@l-1")),
            ("os.getenv(\"X\")", None),
            ("getpass(\"V@l-1\")", None),
            ("other.decode(\"UTF-8\")", None),
            ("other.lstrip(b\"V@l-1\")", None),
            ("other", None),
        ] {
            let found = wrapped(text, 0).map(|argument| &text[argument.value.range()]);
            assert_eq!(found, value, "{text}");
        }
    }

    #[test]
    fn what_stands_in_for_something_outside_is_found() {
        for (text, value) in [
            ("os.environ.get(\"X\") or \"V@l-1\"", Some("V@l-1")),
            ("process.env.X || 'V@l-1';", Some("V@l-1")),
            ("config.x ?? 'V@l-1'", Some("V@l-1")),
            ("std::env::var(\"X\").unwrap_or_else(|| \"V@l-1\".into())", Some("V@l-1")),
            ("first || 'second'", None),
            ("process.env.X || other", None),
        ] {
            assert_eq!(fallback(text, 0).map(|argument| &text[argument.value.range()]), value, "{text}");
        }
    }

    #[test]
    fn positions_are_counted() {
        let text = "connect.getConnection(url(a, \"b\"), \"user\", \"V@l-1\")";
        let open = text.find('(').expect("a call");
        let found = by_position(text, "connect.getConnection", open).map(|span| &text[span.range()]);
        assert_eq!(found, Some("V@l-1"));
        assert!(by_position(text, "other", open).is_none());
    }

    #[test]
    fn pairs_and_named_defaults_give_their_literal() {
        let of = |found: Option<crate::span::Span>, text: &'static str| found.map(|span| &text[span.range()]);
        let text = "(\"bob\", \"V@l-1\")";
        assert_eq!(of(pair(text, 0), text), Some("V@l-1"));
        assert_eq!(pair("(user, password)", 0), None);
        let text = "option(\"--password\", help=\"y\", default=\"V@l-1\")";
        assert_eq!(of(named_default(text, 19), text), Some("V@l-1"));
        assert_eq!(named_default("option(\"--password\")\nx(default=\"V@l-1\")", 19), None);
        let text = "client.basic_auth(\"bob\", Some(\"V@l-1\"))";
        assert_eq!(of(by_position(text, "client.basic_auth", 17), text), Some("V@l-1"));
    }
}
