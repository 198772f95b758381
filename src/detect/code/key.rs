//! Keys written as literals: what is one, and what only stands for one.

use crate::detect::value::nature::names_algorithm;
use crate::span::Span;
use crate::syntax::tree::{Code, NodeId};
use crate::syntax::value::{Text, Value};

/// The literals of which a key is made, and the key.
#[derive(Debug)]
pub struct KeyLiteral {
    /// The places of its text.
    pub spans: Vec<Span>,
    /// Its length in bytes.
    pub length: usize,
    /// Whether it can be guessed: short, or a word of a list.
    pub weak: bool,
    /// Whether it is taken only where a setting is missing.
    pub fallback: bool,
}

/// The key that an expression surely is; `None` where it comes from outside.
#[must_use]
pub fn literal(code: &Code<'_>, id: NodeId) -> Option<KeyLiteral> {
    // A symbol of Ruby is a word of the library, no key.
    if code.text(id).starts_with(':') {
        return None;
    }
    let Value::Text(text) = code.value(id) else { return None };
    of_text(code, &text)
}

fn of_text(code: &Code<'_>, text: &Text) -> Option<KeyLiteral> {
    if let Some(default) = in_place_holder(code, text) {
        return Some(default);
    }
    if !text.whole || text.literals.is_empty() || !is_key(&text.text) {
        return None;
    }
    Some(KeyLiteral {
        spans: text.literals.iter().map(|&literal| code.node(literal).mark).collect(),
        length: text.text.len(),
        weak: is_weak(&text.text),
        fallback: text.fallback,
    })
}

/// The default of Spring's `"${jwt.secret:default}"`.
fn in_place_holder(code: &Code<'_>, text: &Text) -> Option<KeyLiteral> {
    let [literal] = text.literals[..] else { return None };
    let mark = code.node(literal).mark;
    // Kotlin's own `${` is escaped.
    let written = code.slice(mark);
    let inner = written.strip_prefix('\\').unwrap_or(written).strip_prefix("${")?.strip_suffix('}')?;
    let (name, default) = inner.split_once(':')?;
    let default = default.strip_prefix('-').unwrap_or(default);
    if name.is_empty() || default.starts_with('?') || !is_key(default) {
        return None;
    }
    let end = mark.end as usize - 1;
    Some(KeyLiteral {
        spans: vec![Span::of(end - default.len(), end)],
        length: default.len(),
        weak: is_weak(default),
        fallback: true,
    })
}

/// Whether a text may be a key: not a place-holder, a path, an address or a public key.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let text = text.trim();
    if text.len() < 2 || text.contains("PUBLIC KEY") || text.contains("BEGIN CERTIFICATE") {
        return false;
    }
    if text.contains("PRIVATE KEY") {
        return true;
    }
    let lower = text.to_ascii_lowercase();
    let reference = [
        "${",
        "\\${",
        "{{",
        "<",
        "env(",
        "env:",
        "process.env",
        "vault:",
        "arn:",
        "secret:",
        "ssm:",
        "file:",
        "$(",
        "%(",
        "__",
        "!ref",
        "!sub",
        "@",
        "#{",
        "[[",
        "%{",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    let path = [".pem", ".key", ".crt", ".cer", ".pub", ".json", ".p12", ".jks", ".txt"]
        .iter()
        .any(|end| lower.ends_with(end))
        || lower.starts_with("/")
        || lower.starts_with("./")
        || lower.contains("://");
    let same = text.bytes().all(|b| Some(b) == text.bytes().next() || matches!(b, b'x' | b'X' | b'*' | b'.' | b'-'));
    // `JWT_SECRET`: the name of a setting, not its value.
    let name = text.contains('_') && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    // `jwt.secret`, `app.jwt.secret-key`: the path of a setting.
    let setting = text.contains('.')
        && text.split('.').count() <= 5
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_')))
        && ["secret", "key", "jwt", "token"].iter().any(|word| lower.contains(word));
    !reference
        && !lower.contains("placeholder")
        && !names_algorithm(text)
        && !path
        && !same
        && !name
        && !setting
        && !matches!(lower.as_str(), "id_token" | "access_token" | "refresh_token" | "x-access-token" | "authorization")
        && !matches!(lower.as_str(), "utf8" | "utf-8" | "base64" | "hex" | "none" | "hs256" | "rs256")
}

/// Whether a key can be guessed: under 32 bytes, or a phrase that everybody has seen.
#[must_use]
pub fn is_weak(text: &str) -> bool {
    if text.contains("PRIVATE KEY") {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    text.len() < 32 || NOTORIOUS.iter().any(|phrase| lower.contains(phrase))
}

const NOTORIOUS: [&str; 12] = [
    "secret",
    "password",
    "changeme",
    "change-me",
    "change_me",
    "your-",
    "your_",
    "example",
    "default",
    "supersecret",
    "my-key",
    "development",
];

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn what_stands_for_a_key_is_none() {
        for text in [
            "${JWT_SECRET}",
            "<your key>",
            "/etc/keys/private.pem",
            "keys/jwt.key",
            "https://a.b/jwks",
            "xxxxxxxx",
            "JWT_SECRET",
            "app.jwt.secret-key",
            "placeholder-for-a-key",
            "A128CBC-HS256",
            "",
            "x",
        ] {
            assert!(!is_key(text), "{text}");
        }
        for text in ["secret", "s3cr3t", "my super key"] {
            assert!(is_key(text), "{text}");
        }
    }
}
