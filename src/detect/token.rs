//! The eye for tokens themselves: every JWT in a text is decoded, offline, and held against what a token should be.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::code::{algorithm, claims};
use super::prefilter::{WordId, Words};
use super::{Detector, Rank, Sight, View};
use crate::fact::{Flaw, Role, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::span::Span;

/// Decodes the tokens of a text.
#[derive(Debug)]
pub struct Tokens {
    start: WordId,
}

impl Tokens {
    /// Asks for the beginning of every token: `{"` in base64.
    #[must_use]
    pub fn new(words: &mut Words) -> Self {
        Self { start: words.ask("eyJ") }
    }
}

impl Detector for Tokens {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        if view.role == Role::Generated {
            return;
        }
        let text = view.text.as_str();
        let mut after = 0;
        for at in view.hits.of(self.start).take(MOST_TOKENS) {
            if at < after {
                continue;
            }
            let Some(token) = Token::at(text, at as usize) else { continue };
            after = token.span.end;
            token.look(view.role, sights);
        }
    }
}

/// A text with more tokens is data.
const MOST_TOKENS: usize = 2_000;

/// A decoded token; what it says is not shown, but for names of claims and the algorithm.
struct Token {
    span: Span,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Token {
    /// The token that starts at a byte: two JSON objects, and a signature that may be empty.
    fn at(text: &str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if start > 0 && bytes.get(start - 1).is_some_and(|b| is_part(b) || *b == b'.') {
            return None;
        }
        let part = |from: usize| {
            let rest = bytes.get(from..)?;
            let rest = &rest[..rest.len().min(LONGEST_PART)];
            let length = rest.iter().position(|b| !is_part(b)).unwrap_or(rest.len());
            Some(from + length)
        };
        let header_end = part(start)?;
        if bytes.get(header_end) != Some(&b'.') {
            return None;
        }
        let claims_end = part(header_end + 1)?;
        if bytes.get(claims_end) != Some(&b'.') {
            return None;
        }
        let end = part(claims_end + 1)?;
        let decode = |from: usize, to: usize| -> Option<Map<String, Value>> {
            let bytes = URL_SAFE_NO_PAD.decode(text.get(from..to)?).ok()?;
            match serde_json::from_slice(&bytes).ok()? {
                Value::Object(object) => Some(object),
                _ => None,
            }
        };
        let header = decode(start, header_end)?;
        let claims = decode(header_end + 1, claims_end)?;
        header.contains_key("alg").then_some(Self { span: Span::of(start, end), header, claims })
    }

    fn look(&self, role: Role, sights: &mut Vec<Sight>) {
        if self.is_example() {
            return;
        }
        let alg = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        let class = algorithm::read(alg).map(|(class, _)| class);
        // The token of a test is made for the test: only what tells of the program that made it is said.
        let calm = if role == Role::Product { Persona::Regular } else { Persona::Pedantic };
        let mut flaws = Vec::new();
        if class == Some(algorithm::Class::None) {
            flaws.push((0, calm, "none".to_owned(), None));
        }
        if class == Some(algorithm::Class::Symmetric) {
            flaws.push((1, Persona::Pedantic, alg.to_owned(), None));
        }
        let number = |name: &str| self.claims.get(name).and_then(Value::as_f64);
        match (number("exp"), number("iat").or_else(|| number("nbf"))) {
            // A token that names nobody is a sample of the form.
            (None, _)
                if !["sub", "iss", "aud", "iat", "user_id", "client_id"]
                    .iter()
                    .any(|name| self.claims.contains_key(*name)) => {}
            (None, _) => flaws.push((2, calm, "exp".to_owned(), Some(u64::MAX))),
            (Some(exp), Some(iat))
                if exp - iat > 900.0 && self.claims.get("typ").and_then(Value::as_str) != Some("Refresh") =>
            {
                flaws.push((3, calm, "exp".to_owned(), Some((exp - iat) as u64)));
            }
            _ => {}
        }
        if let Some(name) = self.claims.keys().find(|name| claims::is_sensitive(name)) {
            flaws.push((4, calm, name.clone(), None));
        }
        if self.claims.get("sub").and_then(Value::as_str).is_some_and(|sub| sub.contains('@')) {
            flaws.push((5, Persona::Pedantic, "sub".to_owned(), None));
        }
        for (rule, persona, subject, seconds) in flaws {
            sights.push(Sight {
                rule: rules()[rule].clone(),
                span: self.span,
                hide: vec![self.span],
                rank: Rank::Proved,
                confidence: Confidence::Medium,
                persona,
                why: vec![format!("decoded from the token itself, algorithm {}", algorithm_word(alg))],
                related: Vec::new(),
                seen: Seen::Jwt(Flaw { subject: Some(subject), seconds, ..Flaw::default() }),
            });
        }
    }

    /// The token of every tutorial.
    fn is_example(&self) -> bool {
        let is = |name: &str, wanted: &str| self.claims.get(name).and_then(Value::as_str) == Some(wanted);
        is("sub", "1234567890") || is("name", "John Doe") || is("sub", "example") || is("iss", "joe")
    }
}

/// The algorithm as it may be shown: the header is the sender's, and may hold anything.
fn algorithm_word(alg: &str) -> String {
    algorithm::read(alg).map_or_else(|| "unknown".to_owned(), |(_, name)| name)
}

/// Longer parts are not tokens.
const LONGEST_PART: usize = 16 * 1024;

/// The rules that tokens can break, in the order that `look` counts them.
fn rules() -> &'static [RuleId; 6] {
    static RULES: OnceLock<[RuleId; 6]> = OnceLock::new();
    RULES.get_or_init(|| {
        [
            "jwt/alg-none",
            "jwt/symmetric-algorithm",
            "jwt/missing-expiry",
            "jwt/long-lifetime",
            "jwt/sensitive-claim",
            "jwt/subject-is-email",
        ]
        .map(|id| id.parse().expect("a constant id"))
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::{Token, Tokens};
    use crate::detect::prefilter::{Prefilter, Words};
    use crate::detect::{Detector as _, Sight, View};
    use crate::fact::{Role, Seen};
    use crate::origin::Origin;
    use crate::text::SourceText;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims), "c2lnbmF0dXJl".repeat(3))
    }

    fn look(text: &str) -> Vec<(String, Option<u64>)> {
        let mut words = Words::default();
        let tokens = Tokens::new(&mut words);
        let text = SourceText::new(text);
        let hits = Prefilter::new(&words).scan(text.as_str().as_bytes());
        let view = View::new("a.js".into(), &Origin::WorkTree, Role::Product, &text, &hits);
        let mut sights: Vec<Sight> = Vec::new();
        tokens.look(&view, &mut sights);
        sights
            .into_iter()
            .map(|sight| {
                assert_eq!(sight.hide, [sight.span], "the token is hidden");
                let Seen::Jwt(flaw) = sight.seen else { panic!("a flaw") };
                (sight.rule.to_string(), flaw.seconds)
            })
            .collect()
    }

    #[test]
    fn a_token_tells_its_own_faults() {
        let text = format!("const t = '{}';", token(r#"{"alg":"none"}"#, r#"{"sub":"7","iat":1000,"exp":87400}"#));
        assert_eq!(look(&text), [("jwt/alg-none".to_owned(), None), ("jwt/long-lifetime".to_owned(), Some(86_400))]);
        let text = format!("t: {}", token(r#"{"alg":"RS256"}"#, r#"{"sub":"7","password":"x"}"#));
        let rules: Vec<String> = look(&text).into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, ["jwt/missing-expiry", "jwt/sensitive-claim"]);
    }

    #[test]
    fn a_good_token_a_tutorial_and_a_dotted_name_tell_nothing() {
        for text in [
            token(r#"{"alg":"ES256"}"#, r#"{"sub":"7","iat":1000,"exp":1600}"#),
            token(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#),
            "eyJhb.eyJjb.eyJkb".to_owned(),
            "eyJ".repeat(1000),
        ] {
            assert!(look(&text).is_empty(), "{text}");
        }
    }

    #[test]
    fn no_cut_of_a_token_is_trouble() {
        let text = token(r#"{"alg":"none"}"#, r#"{"a":1}"#);
        for end in 0..text.len() {
            let _ = Token::at(&text[..end], 0);
        }
    }
}
