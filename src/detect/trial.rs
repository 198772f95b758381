//! Offline proof of signing keys: every HMAC token that was seen is tried with every value that looks like a key.
//!
//! Nothing raw leaves this floor: a clue holds the values until all files are read, and what comes out are facts. A
//! repository with more than [`MOST_TOKENS`] tokens or [`MOST_KEYS`] values is tried with the first of them, in order of
//! path, and says so.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rayon::prelude::*;
use sha2::{Sha256, Sha384, Sha512};

use super::note::Shared;
use super::pair::{self, Half};
use super::scope::share;
use crate::fact::{Fact, Flaw, Seen};
use crate::finding::{Confidence, Label, Persona};
use crate::secret::{Secret, ValueId};

/// What one text gives to the trial.
#[derive(Debug, Default)]
pub struct Clues {
    keys: Vec<Secret>,
    tokens: Vec<Signed>,
    halves: Vec<Half>,
    shared: Vec<Shared>,
}

/// A token with an HMAC, and the fact that it becomes where its key is one that everybody knows.
#[derive(Debug)]
pub struct Signed {
    message: Secret,
    signature: Vec<u8>,
    fact: Fact,
}

impl Signed {
    /// A token as written, `header.claims.signature`; `None` where its signature is no HMAC's. `fact` is the place.
    #[must_use]
    pub fn new(token: &str, fact: Fact) -> Option<Self> {
        let (message, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')).ok()?;
        let length = matches!(signature.len(), 32 | 48 | 64);
        length.then(|| Self { message: Secret::new(message), signature, fact })
    }

    fn is_signed_with(&self, key: &[u8]) -> bool {
        let message = self.message.expose().as_bytes();
        match self.signature.len() {
            32 => Hmac::<Sha256>::new_from_slice(key).is_ok_and(|mac| self.holds(mac.chain_update(message))),
            48 => Hmac::<Sha384>::new_from_slice(key).is_ok_and(|mac| self.holds(mac.chain_update(message))),
            _ => Hmac::<Sha512>::new_from_slice(key).is_ok_and(|mac| self.holds(mac.chain_update(message))),
        }
    }

    fn holds(&self, mac: impl Mac) -> bool {
        mac.verify_slice(&self.signature).is_ok()
    }

    fn opens(&self, key: &str) -> bool {
        let decoded = |engine: &base64::engine::GeneralPurpose| {
            let bytes = engine.decode(key.trim_end_matches('=')).ok().filter(|bytes| bytes.len() >= 16);
            bytes.is_some_and(|bytes| self.is_signed_with(&bytes))
        };
        self.is_signed_with(key.as_bytes()) || decoded(&STANDARD_NO_PAD) || decoded(&URL_SAFE_NO_PAD)
    }
}

impl Clues {
    /// Whether nothing was found that proves anything.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.tokens.is_empty() && self.shared.is_empty()
    }

    /// Adds a value that may be a key.
    pub fn key(&mut self, value: &str) {
        if (3..=512).contains(&value.len()) {
            self.keys.push(Secret::new(value));
        }
    }

    /// Adds a token.
    pub fn token(&mut self, token: Signed) {
        self.tokens.push(token);
    }

    /// Adds the halves of key pairs.
    pub fn halves(&mut self, mut halves: Vec<Half>) {
        self.halves.append(&mut halves);
    }

    /// Adds what is said of scopes for other texts.
    pub fn share(&mut self, shared: Shared) {
        self.shared.push(shared);
    }

    /// Takes over the clues of another text.
    pub fn append(&mut self, other: &mut Self) {
        self.keys.append(&mut other.keys);
        self.tokens.append(&mut other.tokens);
        self.halves.append(&mut other.halves);
        self.shared.append(&mut other.shared);
    }

    /// Tries every key on every token. Facts about a key that fits are made certain and show the token; a token with a
    /// key that everybody knows becomes a fact of its own.
    pub fn prove(self, facts: &mut Vec<Fact>) {
        pair::prove(self.halves, facts);
        share::settle(&self.shared, facts);
        let mut keys: BTreeMap<ValueId, Secret> = BTreeMap::new();
        let all = self.keys.len();
        for key in self.keys {
            if keys.len() < MOST_KEYS {
                keys.entry(key.id()).or_insert(key);
            }
        }
        let dropped = self.tokens.len().saturating_sub(MOST_TOKENS);
        let full = dropped > 0 || keys.len() == MOST_KEYS && all > MOST_KEYS;
        let tried = |signed: &Signed| -> (Vec<ValueId>, bool) {
            let fits = keys.iter().filter(|(_, key)| signed.opens(key.expose())).map(|(id, _)| *id).collect();
            (fits, NOTORIOUS.iter().any(|word| signed.is_signed_with(word.as_bytes())))
        };
        let tokens = &self.tokens[..self.tokens.len() - dropped];
        let results: Vec<(Vec<ValueId>, bool)> = tokens.par_iter().map(tried).collect();
        let mut open: BTreeMap<ValueId, Vec<&Fact>> = BTreeMap::new();
        let mut more = Vec::new();
        for (signed, (fits, notorious)) in tokens.iter().zip(results) {
            for id in fits {
                open.entry(id).or_default().push(&signed.fact);
            }
            if notorious {
                more.push(known(signed.fact.clone(), full));
            }
        }
        for fact in facts.iter_mut() {
            if let Some(tokens) = fact.value().and_then(|value| open.get(&value)) {
                certain(fact, tokens, full);
            }
        }
        facts.append(&mut more);
    }
}

/// The fact of a token whose key everybody knows.
fn known(mut fact: Fact, full: bool) -> Fact {
    fact.why = vec!["proved offline: the signature is that of a key from tutorials".to_owned()];
    fact.why.extend(full.then(|| BUDGET.to_owned()));
    fact
}

/// Makes a fact about a key certain: it signs these tokens.
fn certain(fact: &mut Fact, tokens: &[&Fact], full: bool) {
    fact.confidence = Confidence::High;
    fact.persona = Persona::Regular;
    fact.why.push(format!(
        "proved offline: it signs the token at {}:{}",
        tokens[0].at.path, tokens[0].at.region.start.line
    ));
    fact.why.extend(full.then(|| BUDGET.to_owned()));
    fact.related.extend(tokens.iter().take(MOST_SHOWN).map(|token| Label {
        at: token.at.clone(),
        text: "this token is signed with it".to_owned(),
        excerpt: token.excerpt.clone(),
    }));
    if let Seen::Jwt(Flaw { message, .. }) = &mut fact.seen {
        *message = Some("The key that is written here signs a token of this repository.".to_owned());
    }
}

/// A repository with more tokens is tried with the first of them.
const MOST_TOKENS: usize = 500;

/// With more values that look like keys, too.
const MOST_KEYS: usize = 4_000;

/// No more places are shown.
const MOST_SHOWN: usize = 3;

const BUDGET: &str = "not every token was tried with every value: there are more than 500 or 4,000 of them";

/// Keys of tutorials and documentation.
const NOTORIOUS: [&str; 40] = [
    "secret",
    "Secret",
    "SECRET",
    "secretkey",
    "secret-key",
    "secret_key",
    "secretKey",
    "SECRET_KEY",
    "mysecret",
    "my-secret",
    "my_secret",
    "mySecret",
    "mysecretkey",
    "my-secret-key",
    "supersecret",
    "super-secret",
    "super_secret",
    "superSecret",
    "supersecretkey",
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "your_jwt_secret",
    "your-secret-key",
    "your_secret_key",
    "jwtsecret",
    "jwt-secret",
    "jwt_secret",
    "jwtSecret",
    "JWT_SECRET",
    "password",
    "changeme",
    "change-me",
    "123456",
    "test",
    "key",
    "dev",
    "shhhhh",
    "keyboard cat",
];

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use sha2::Sha256;

    use crate::detect::engine::Engine;
    use crate::fact::Fact;
    use crate::finding::{Confidence, Persona};
    use crate::origin::Origin;
    use crate::rule::builtin;
    use crate::rule::example::fill;

    fn token(key: &str) -> String {
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
        let claims = URL_SAFE_NO_PAD.encode(r#"{"sub":"42","iss":"a","exp":4102444800,"iat":4102444200}"#);
        let message = format!("{head}.{claims}");
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length");
        mac.update(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn look(files: &[(&str, &str)]) -> Vec<Fact> {
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let (mut facts, mut clues) = (Vec::new(), super::Clues::default());
        for (path, text) in files {
            let mut seeing = engine.look((*path).into(), &Origin::WorkTree, text.as_bytes()).expect("text");
            facts.append(&mut seeing.facts);
            clues.append(&mut seeing.clues);
        }
        clues.prove(&mut facts);
        facts
    }

    #[test]
    fn a_key_in_one_file_is_proved_by_a_token_in_another() {
        let key = fill("{{alnum 40}}", "trial").expect("a template");
        let env = format!("JWT_SECRET={key}\n");
        let client = format!("const session = '{}';\n", token(&key));
        let facts = look(&[("config/.env", &env), ("src/client.js", &client)]);
        let proved: Vec<&Fact> =
            facts.iter().filter(|fact| fact.why.iter().any(|why| why.starts_with("proved offline"))).collect();
        assert!(!proved.is_empty(), "{facts:?}");
        for fact in proved {
            assert_eq!((fact.confidence, fact.persona), (Confidence::High, Persona::Regular));
            assert_eq!(fact.at.path, "config/.env");
            assert_eq!(fact.related.last().map(|label| label.at.path.as_str()), Some("src/client.js"));
            assert!(!format!("{fact:?}").contains(&key), "the key does not leave");
        }
    }

    #[test]
    fn a_key_of_tutorials_is_known_without_being_written_anywhere() {
        let client = format!("const session = '{}';\n", token("supersecret"));
        let facts = look(&[("src/client.js", &client)]);
        let rules: Vec<&str> = facts
            .iter()
            .filter(|fact| fact.why.iter().any(|why| why.starts_with("proved offline")))
            .map(|fact| fact.rule.as_str())
            .collect();
        assert_eq!(rules, ["jwt/hardcoded-key"]);
    }

    #[test]
    fn a_key_that_signs_nothing_proves_nothing() {
        let key = fill("{{alnum 40}}", "one").expect("a template");
        let other = fill("{{alnum 40}}", "other").expect("a template");
        let env = format!("JWT_SECRET={key}\n");
        let client = format!("const session = '{}';\n", token(&other));
        let facts = look(&[("config/.env", &env), ("src/client.js", &client)]);
        assert!(facts.iter().all(|fact| fact.why.iter().all(|why| !why.starts_with("proved offline"))));
    }
}
