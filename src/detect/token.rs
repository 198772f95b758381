//! The eye for tokens themselves: every JWT in a text is decoded, offline, and held against what a token should be.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::code::{algorithm, claims};
use super::prefilter::{WordId, Words};
use super::{Detector, Rank, Sight, View};
use crate::fact::{Context, Flaw, Role, ScopeRequest, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::scope::{ProviderId, Scope};
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
            token.ask(sights);
            // A token may hold another one as the value of a claim.
            let inner = token.claims.values().filter_map(Value::as_str).filter(|text| text.starts_with("eyJ"));
            for inner in inner.filter_map(|text| Self::within(text, token.span)).take(MOST_INSIDE).collect::<Vec<_>>() {
                inner.look(view.role, sights);
            }
        }
    }
}

impl Tokens {
    /// The token that a claim holds, at the place of the one that holds it.
    fn within(text: &str, span: Span) -> Option<Token> {
        Token::at(text, 0).map(|token| Token { span, ..token })
    }
}

/// More tokens in one token are not looked at.
const MOST_INSIDE: usize = 4;

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

    /// The scopes that it carries were asked for, where the issuer tells whose they are.
    fn ask(&self, sights: &mut Vec<Sight>) {
        let Some(provider) = self.provider().filter(|_| !self.is_example()) else { return };
        let scopes = CARRIERS.iter().filter_map(|name| self.claims.get(*name)).flat_map(scopes_of);
        // One place has one scope: each begins a letter further in.
        let starts = self.span.start..self.span.end;
        for (scope, start) in scopes.zip(starts) {
            sights.push(Sight {
                rule: "scope/request".parse().expect("a constant id"),
                span: Span::new(start, self.span.end),
                hide: vec![self.span],
                rank: Rank::Form,
                confidence: Confidence::Medium,
                persona: Persona::Regular,
                why: vec!["carried by a token".to_owned(), "whose it is, the issuer says".to_owned()],
                related: Vec::new(),
                seen: Seen::Scope(ScopeRequest {
                    scope: Scope::new(&scope),
                    provider: Some(ProviderId::new(provider)),
                    context: Context::Token,
                    client_id: None,
                    replaceable: false,
                }),
            });
        }
    }

    /// Whose token it is, by who issued it and for whom.
    fn provider(&self) -> Option<&'static str> {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let host = |address: &str| {
            address.split("://").nth(1).unwrap_or(address).split('/').next().unwrap_or_default().to_ascii_lowercase()
        };
        let (issuer, audience) = (host(text("iss")), text("aud"));
        let of = |suffix: &str| issuer == suffix || issuer.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
        if of("sts.windows.net") || of("login.microsoftonline.com") {
            let graph = audience.contains("graph.microsoft.com") || audience == GRAPH;
            return graph.then_some("microsoft-graph");
        }
        ISSUERS.iter().find(|(suffix, _)| of(suffix)).map(|(_, provider)| *provider)
    }

    /// The token of every tutorial.
    fn is_example(&self) -> bool {
        let is = |name: &str, wanted: &str| self.claims.get(name).and_then(Value::as_str) == Some(wanted);
        is("sub", "1234567890") || is("name", "John Doe") || is("sub", "example") || is("iss", "joe")
    }
}

/// Claims that carry scopes, or roles that stand for them.
const CARRIERS: [&str; 5] = ["scope", "scp", "scopes", "permissions", "roles"];

/// The id by which tokens name Microsoft Graph.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Who issues tokens whose scopes are known, from the providers' discovery documents.
const ISSUERS: [(&str, &str); 6] = [
    ("accounts.google.com", "google"),
    ("okta.com", "okta"),
    ("oktapreview.com", "okta"),
    ("auth0.com", "auth0"),
    ("accounts.zoho.com", "zoho"),
    ("accounts.zoho.eu", "zoho"),
];

/// The algorithm as it may be shown: the header is the sender's, and may hold anything.
fn algorithm_word(alg: &str) -> String {
    algorithm::read(alg).map_or_else(|| "unknown".to_owned(), |(_, name)| name)
}

/// What a token says of itself, without the values of its claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// The algorithm as it may be shown: a known one, or `unknown`.
    pub algorithm: String,
    /// Whether it is encrypted, so that its claims cannot be read.
    pub encrypted: bool,
    /// Names of the header's members, in order.
    pub header: Vec<String>,
    /// Names of the claims, in order.
    pub claims: Vec<String>,
    /// From `iat` or `nbf` to `exp`, in seconds.
    pub lifetime: Option<u64>,
    /// The scopes that it carries.
    pub scopes: Vec<String>,
    /// Whether its content is a token again: `cty` is `JWT`.
    pub nested: bool,
}

impl Story {
    /// The story of the first token of a text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        text.match_indices("eyJ").take(MOST_TOKENS).find_map(|(at, _)| {
            let token = Token::at(text, at).map(|token| (token.header, token.claims, false));
            let (header, claims, encrypted) =
                token.or_else(|| Some((encrypted_header(text, at)?, Map::new(), true)))?;
            let number = |name: &str| claims.get(name).and_then(Value::as_f64);
            let from = number("iat").or_else(|| number("nbf"));
            let lifetime = number("exp").zip(from).map(|(exp, from)| (exp - from).max(0.0) as u64);
            let names = |object: &Map<String, Value>| object.keys().filter(|name| is_name(name)).cloned().collect();
            let content = header.get("cty").and_then(Value::as_str).unwrap_or_default();
            Some(Self {
                nested: content.eq_ignore_ascii_case("jwt"),
                algorithm: algorithm_word(header.get("alg").and_then(Value::as_str).unwrap_or_default()),
                encrypted,
                header: names(&header),
                claims: names(&claims),
                lifetime,
                scopes: CARRIERS.iter().filter_map(|name| claims.get(*name)).flat_map(scopes_of).collect(),
            })
        })
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn kind(&self) -> String {
        match (self.encrypted, self.algorithm.as_str()) {
            (true, _) if self.nested => {
                "encrypted JSON Web Token (JWE) around a signed one: neither can be read".to_owned()
            }
            (true, _) => "encrypted JSON Web Token (JWE): its claims cannot be read".to_owned(),
            (false, "none") => "JSON Web Token without a signature".to_owned(),
            (false, algorithm) => format!("JSON Web Token, signed with {algorithm}"),
        }
    }
}

/// The header of an encrypted token: five parts, of which only the first can be read.
fn encrypted_header(text: &str, at: usize) -> Option<Map<String, Value>> {
    let rest = text.get(at..)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let whole = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
    let parts: Vec<&str> = whole.split('.').collect();
    let [header, _, vector, content, tag] = parts[..] else { return None };
    if vector.is_empty() || content.is_empty() || tag.is_empty() || header.len() > LONGEST_PART {
        return None;
    }
    let header: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    header.contains_key("enc").then_some(header)
}

/// Scopes of a claim: a text with blanks, or a list.
fn scopes_of(value: &Value) -> Vec<String> {
    let words: Vec<&str> = match value {
        Value::String(text) => text.split([' ', ',']).collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    words.into_iter().filter(|word| is_name(word)).take(MOST_NAMES).map(str::to_owned).collect()
}

/// Whether a text of the sender's may be shown: a name, not a message to the terminal.
fn is_name(text: &str) -> bool {
    (1..=120).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// More scopes are not shown.
const MOST_NAMES: usize = 100;

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

/// The tokens of a text that are signed with an HMAC, but for those of tutorials: where each stands.
#[must_use]
pub fn signed_with_a_shared_key(text: &str, hits: impl Iterator<Item = u32>) -> Vec<Span> {
    let (mut found, mut after) = (Vec::new(), 0);
    for at in hits.take(MOST_TOKENS) {
        if at < after {
            continue;
        }
        let Some(token) = Token::at(text, at as usize) else { continue };
        after = token.span.end;
        let alg = token.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        let class = algorithm::read(alg).map(|(class, _)| class);
        if class == Some(algorithm::Class::Symmetric) && !token.is_example() {
            found.push(token.span);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::{Story, Token, Tokens};
    use crate::detect::prefilter::Words;
    use crate::detect::prefilter::sieve::Prefilter;
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
                assert!(sight.hide[0].contains(sight.span), "the token is hidden");
                match sight.seen {
                    Seen::Jwt(flaw) => (sight.rule.to_string(), flaw.seconds),
                    Seen::Scope(asked) => (asked.scope.as_str().to_owned(), None),
                    other => panic!("{other:?}"),
                }
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
    fn the_scopes_of_a_known_issuer_are_requests_and_others_are_not() {
        let claims = |iss: &str| {
            format!(
                r#"{{"iss":"{iss}","sub":"7","iat":1000,"exp":1600,"scope":"openid okta.users.manage","scp":["x"]}}"#
            )
        };
        let text = token(r#"{"alg":"RS256"}"#, &claims("https://dev-1.okta.com/oauth2/default"));
        let scopes: Vec<String> = look(&text).into_iter().map(|(scope, _)| scope).collect();
        assert_eq!(scopes, ["openid", "okta.users.manage", "x"]);
        assert!(look(&token(r#"{"alg":"RS256"}"#, &claims("https://nokta.com"))).is_empty());
    }

    #[test]
    fn a_token_inside_of_a_token_is_looked_at_too() {
        let inner = token(r#"{"alg":"none"}"#, r#"{"sub":"7","iat":1000,"exp":1600}"#);
        let text = token(r#"{"alg":"RS256"}"#, &format!(r#"{{"sub":"7","iat":1000,"exp":1600,"act":"{inner}"}}"#));
        assert_eq!(look(&text), [("jwt/alg-none".to_owned(), None)]);
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM","cty":"JWT"}"#);
        let story = Story::read(&format!("{head}.a2V5.aXY.Y29udGVudA.dGFn")).expect("a token");
        assert!(story.nested && story.kind().contains("around a signed one"));
    }

    #[test]
    fn a_story_names_what_a_token_holds_and_shows_no_value() {
        let text = format!(
            "Bearer {}",
            token(
                r#"{"alg":"ES256","kid":"k"}"#,
                r#"{"sub":"bob","iat":10,"exp":910,"scope":"read write","scp":["all"]}"#
            )
        );
        let story = Story::read(&text).expect("a token");
        assert_eq!(story.kind(), "JSON Web Token, signed with ES256");
        assert_eq!((story.lifetime, story.scopes.join(" ").as_str()), (Some(900), "read write all"));
        assert_eq!(story.claims, ["exp", "iat", "scope", "scp", "sub"]);
        assert!(!format!("{story:?}").contains("bob"));
        let encrypted =
            format!("{}.a2V5.aXY.Y29udGVudA.dGFn", URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM"}"#));
        assert!(Story::read(&encrypted).is_some_and(|story| story.encrypted));
        assert_eq!(Story::read("eyJhb.eyJjb.eyJkb"), None);
    }

    #[test]
    fn no_cut_of_a_token_is_trouble() {
        let text = token(r#"{"alg":"none"}"#, r#"{"a":1}"#);
        for end in 0..text.len() {
            let _ = Token::at(&text[..end], 0);
        }
    }
}
