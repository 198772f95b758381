//! JSON Web Tokens: known by decoding them, graded by what they say of themselves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Candidate, Context, Family};
use crate::finding::{Confidence, Persona};
use crate::span::Span;

/// The token that starts at `at`, where `eyJ` stands. Dotted names of programs are none: header and claims must be JSON.
#[must_use]
pub fn candidate(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || b"_-.+/".contains(&bytes[at - 1])) {
        return None;
    }
    let end = at
        + bytes[at..]
            .iter()
            .take(LONGEST + 1)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.=".contains(byte))
            .count();
    if end - at > LONGEST {
        return None;
    }
    let mut end = end;
    while end > at
        && matches!(bytes[end - 1], b'.' | b'-')
        && !text[at..end - 1].ends_with('.')
        && text[at..end - 1].matches('.').count() >= 2
    {
        end -= 1;
    }
    let token = Token::read(&text[at..end])?;
    token.header.get("alg").or_else(|| token.header.get("enc"))?;
    Some(Candidate {
        key: Span::of(at, at),
        family: Family::WebToken,
        strength: 2,
        value: Span::of(at, end),
        quoted: true,
        context: Context::Form,
        inner: None,
    })
}

/// How much a token is worth: who should see it, how sure that is, and why.
#[must_use]
pub fn grade(value: &str) -> (Persona, Confidence, &'static str) {
    let Some(token) = Token::read(value) else { return (Persona::Auditor, Confidence::Low, "cannot be decoded") };
    let claims = token.claims.as_ref();
    let is = |name: &str, wanted: &[&str]| {
        claims.and_then(|claims| claims.get(name)).and_then(Value::as_str).is_some_and(|value| wanted.contains(&value))
    };
    if !token.signed
        || token.header.get("alg").and_then(Value::as_str).is_some_and(|alg| alg.eq_ignore_ascii_case("none"))
    {
        return (Persona::Pedantic, Confidence::Low, "it is not signed, so it opens nothing that checks");
    }
    if is("sub", &["1234567890", "0123456789"]) || is("name", &["John Doe"]) || is("iss", &["joe"]) {
        return (Persona::Pedantic, Confidence::Low, "it is an example of the documentation");
    }
    if is("role", &["anon"]) {
        return (Persona::Pedantic, Confidence::Low, "its role is public by design");
    }
    let expires = claims.and_then(|claims| claims.get("exp")).and_then(Value::as_f64);
    if expires.is_some_and(|expires| expires < LONG_PAST) {
        return (Persona::Pedantic, Confidence::Medium, "it has long expired");
    }
    if expires.is_none() {
        return (Persona::Regular, Confidence::High, "it never expires");
    }
    (Persona::Regular, Confidence::High, "it decodes, is signed and expires")
}

struct Token {
    header: Map<String, Value>,
    /// Absent in an encrypted token.
    claims: Option<Map<String, Value>>,
    signed: bool,
}

impl Token {
    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let object = |part: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?).ok()
        };
        let header = object(parts.first()?)?;
        match parts.as_slice() {
            [_, claims, signature] => {
                Some(Self { header, claims: Some(object(claims)?), signed: signature.len() >= 16 })
            }
            [_, _, vector, encrypted, tag] if [vector, encrypted, tag].iter().all(|part| part.len() >= 8) => {
                Some(Self { header, claims: None, signed: true })
            }
            _ => None,
        }
    }
}

/// 2026-01-01: what expired before is past for every reader of this program.
const LONG_PAST: f64 = 1_767_225_600.0;

const LONGEST: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::{candidate, grade};
    use crate::finding::Persona;

    fn token(header: &str, claims: &str, signature: &str) -> String {
        format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_ends_where_its_signature_ends() {
        let token = token(r#"{"alg":"HS256"}"#, r#"{"sub":"bob"}"#, &"s1G".repeat(14));
        let text = format!("see {token}.");
        let found = candidate(&text, 4).expect("a token");
        assert_eq!(&text[found.value.range()], token);
        assert_eq!(grade(&token).0, Persona::Regular);
    }

    #[test]
    fn names_with_dots_are_no_tokens() {
        assert!(candidate("eyJhbGci.abcdefgh.ijklmnop", 0).is_none());
    }

    #[test]
    fn tokens_that_open_nothing_weigh_less() {
        let signature = "s1G".repeat(14);
        for (header, claims, signature) in [
            (r#"{"alg":"none"}"#, r#"{"sub":"bob"}"#, ""),
            (r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890"}"#, signature.as_str()),
            (r#"{"alg":"HS256"}"#, r#"{"role":"anon"}"#, signature.as_str()),
            (r#"{"alg":"HS256"}"#, r#"{"exp":1500000000}"#, signature.as_str()),
        ] {
            assert_eq!(grade(&token(header, claims, signature)).0, Persona::Pedantic, "{claims}");
        }
    }
}
