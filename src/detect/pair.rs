//! Offline proof of key pairs: a private key whose public half stands elsewhere in the same tree is a key in use.
//!
//! Read are PEM (PKCS#1, PKCS#8, SEC1, SPKI, certificates) and JSON Web Keys. No arithmetic is done on curves: a private key
//! that does not carry its public half, such as Ed25519 in PKCS#8, proves nothing. Files over a megabyte and keys past the
//! two hundredth of a file are passed over.

use std::collections::BTreeMap;

use camino::Utf8Path;
use memchr::memmem;

use super::keyfile::{Key, MOST_KEYS, armoured, jwks};
use super::role;
use crate::fact::{Fact, Flaw, Role, Seen};
use crate::finding::excerpt::cut;
use crate::finding::{Confidence, Label, Persona};
use crate::line_hash::line_hashes;
use crate::origin::{Location, Origin};
use crate::span::Span;
use crate::text::SourceText;

/// One half of a pair, and where it stands.
#[derive(Debug)]
pub struct Half {
    public: Vec<u8>,
    private: bool,
    place: Label,
}

/// The keys of a file, and the faults of those that are too short. `suspect` says that something was already seen in it,
/// so that its name need not speak of keys.
#[must_use]
pub fn halves(path: &Utf8Path, origin: &Origin, bytes: &[u8], suspect: bool) -> (Vec<Half>, Vec<Fact>) {
    let none = (Vec::new(), Vec::new());
    if bytes.len() > LARGEST || !suspect && !EXTENSIONS.contains(&path.extension().unwrap_or_default()) {
        return none;
    }
    let finds = |word: &str| memmem::find(bytes, word.as_bytes()).is_some();
    if !finds("-----BEGIN ") && !finds("\"kty\"") {
        return none;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return none };
    let keys: Vec<(Span, Key)> = armoured(text).into_iter().chain(jwks(text)).take(MOST_KEYS).collect();
    let private: Vec<Span> = keys.iter().filter(|(_, key)| key.private).map(|(span, _)| *span).collect();
    let source = SourceText::new(text);
    let (mut halves, mut faults) = (Vec::new(), Vec::new());
    for (span, key) in keys {
        let at = Location { path: path.to_owned(), origin: origin.clone(), region: source.region(span) };
        let excerpt = cut(&source, Span::new(span.start, span.start + 1), &private);
        if let Some(short) = key.short.filter(|_| !key.certified) {
            let mut fact = fault(at.clone(), &short, is_for_tokens(path, text));
            fact.excerpt = excerpt.clone();
            fact.line_hash = line_hashes(bytes, &[fact.at.region.start.line]).remove(&fact.at.region.start.line);
            faults.push(fact);
        }
        let text = if key.certified { "the certificate of this key" } else { "the public half of this key" };
        halves.push(Half {
            public: key.public,
            private: key.private,
            place: Label { at, text: text.to_owned(), excerpt },
        });
    }
    (halves, faults)
}

/// Makes those facts certain that are about a private key whose public half is among the halves.
pub fn prove(halves: Vec<Half>, facts: &mut [Fact]) {
    let mut pairs: BTreeMap<Vec<u8>, (Vec<Label>, Vec<Label>)> = BTreeMap::new();
    for half in halves {
        let (private, public) = pairs.entry(half.public).or_default();
        if half.private { private } else { public }.push(half.place);
    }
    for (private, public) in pairs.values().filter(|(private, public)| !private.is_empty() && !public.is_empty()) {
        for fact in facts.iter_mut().filter(|fact| IS_ABOUT_KEYS.contains(&fact.rule.as_str())) {
            let is_here =
                |place: &Label| place.at.path == fact.at.path && place.at.region.span.overlaps(fact.at.region.span);
            if !private.iter().any(is_here) {
                continue;
            }
            let first = &public[0].at;
            fact.confidence = Confidence::High;
            fact.why
                .push(format!("proved offline: its public half stands at {}:{}", first.path, first.region.start.line));
            fact.related.extend(public.iter().take(MOST_SHOWN).cloned());
        }
    }
}

/// The fault of a key that is too short.
fn fault(at: Location, short: &str, regular: bool) -> Fact {
    Fact {
        rule: "jwt/weak-key".parse().expect("a constant id"),
        excerpt: crate::finding::Excerpt::default(),
        line_hash: None,
        role: role::of(&at.path),
        confidence: Confidence::High,
        persona: if regular { Persona::Regular } else { Persona::Pedantic },
        why: vec!["read from the key itself".to_owned()],
        related: Vec::new(),
        seen: Seen::Jwt(Flaw {
            subject: Some(short.to_owned()),
            message: Some(format!("The key that stands here has {short}.")),
            ..Flaw::default()
        }),
        at,
    }
}

/// Whether a file speaks of tokens: other short keys are the matter of whoever is strict.
fn is_for_tokens(path: &Utf8Path, text: &str) -> bool {
    let lower = format!("{path}\n{text}").to_ascii_lowercase();
    ["jwt", "jwk", "jws", "oauth", "oidc", "openid", "token", "\"kty\""].iter().any(|word| lower.contains(word))
        && role::of(path) != Role::Generated
}

/// Rules whose findings are about a private key.
const IS_ABOUT_KEYS: [&str; 3] = ["secret/private-key", "jwt/jwks-private", "jwt/hardcoded-key"];

/// Files that hold keys though nothing else was seen in them.
const EXTENSIONS: [&str; 18] = [
    "pem",
    "crt",
    "cer",
    "cert",
    "key",
    "pub",
    "json",
    "jwk",
    "jwks",
    "yaml",
    "yml",
    "env",
    "toml",
    "properties",
    "conf",
    "xml",
    "txt",
    "ini",
];

/// Larger files are data.
const LARGEST: usize = 1024 * 1024;

/// No more places are shown.
const MOST_SHOWN: usize = 3;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use camino::Utf8Path;

    use super::{Half, halves, prove};
    use crate::detect::engine::Engine;
    use crate::fact::{Fact, Seen};
    use crate::origin::Origin;
    use crate::rule::builtin;

    fn part(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let head = match length {
            0..128 => vec![tag, length as u8],
            128..256 => vec![tag, 0x81, length as u8],
            _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
        };
        [head, content.to_vec()].concat()
    }

    /// Bytes that look like a number without small factors; the first bit is set.
    fn number(bytes: usize, seed: u8) -> Vec<u8> {
        let mut state = u32::from(seed) + 7;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8 | 1
        };
        let mut number: Vec<u8> = std::iter::repeat_with(next).take(bytes).collect();
        number[0] |= 0x80;
        number
    }

    fn positive(number: &[u8]) -> Vec<u8> {
        part(2, &[&[0], number].concat())
    }

    fn pem(label: &str, der: &[u8]) -> String {
        let body = STANDARD.encode(der);
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("Base64 is ASCII")).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    fn rsa_private(bytes: usize) -> Vec<u8> {
        let modulus = number(bytes, 1);
        let small = positive(&number(bytes / 2, 2));
        let mut parts = vec![part(2, &[0]), positive(&modulus), part(2, &[1, 0, 1]), positive(&number(bytes, 3))];
        parts.extend(std::iter::repeat_n(small, 5));
        part(0x30, &parts.concat())
    }

    fn rsa_spki(bytes: usize) -> Vec<u8> {
        let algorithm = part(0x30, &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0]);
        let key = part(0x30, &[positive(&number(bytes, 1)), part(2, &[1, 0, 1])].concat());
        part(0x30, &[algorithm, part(3, &[vec![0], key].concat())].concat())
    }

    fn certificate(bytes: usize) -> Vec<u8> {
        let one = || part(0x30, &[]);
        let version = part(0xa0, &part(2, &[2]));
        let body = [version, part(2, &[9]), one(), one(), one(), one(), rsa_spki(bytes)].concat();
        part(0x30, &[part(0x30, &body), one(), part(3, &[0, 1])].concat())
    }

    fn ec(bytes: usize) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let (x, y) = (number(bytes, 5), number(bytes, 6));
        let point = part(3, &[&[0, 4], x.as_slice(), y.as_slice()].concat());
        let key = [part(2, &[1]), part(4, &number(bytes, 7)), part(0xa1, &point)].concat();
        (part(0x30, &key), x, y)
    }

    fn look(files: &[(&str, String)]) -> Vec<Fact> {
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let (mut facts, mut all): (Vec<Fact>, Vec<Half>) = (Vec::new(), Vec::new());
        for (path, text) in files {
            let path = Utf8Path::new(path);
            let mut seeing = engine.look(path, &Origin::WorkTree, text.as_bytes()).expect("text");
            let (mut more, mut short) = halves(path, &Origin::WorkTree, text.as_bytes(), !seeing.facts.is_empty());
            facts.append(&mut seeing.facts);
            facts.append(&mut short);
            all.append(&mut more);
        }
        prove(all, &mut facts);
        facts
    }

    fn proved(files: &[(&str, String)]) -> Vec<String> {
        let facts = look(files);
        let why = facts.iter().flat_map(|fact| fact.why.iter().map(move |why| (fact, why)));
        why.filter(|(_, why)| why.starts_with("proved offline"))
            .map(|(fact, why)| format!("{} {} {why}", fact.rule, fact.at.path))
            .collect()
    }

    #[test]
    fn a_private_key_is_proved_by_its_public_half_in_every_form() {
        let pkcs8 = part(0x30, &[part(2, &[0]), part(0x30, &[]), part(4, &rsa_private(256))].concat());
        let jwk = format!(
            r#"{{"keys": [{{"kty": "RSA", "kid": "1", "n": "{}", "e": "AQAB"}}]}}"#,
            URL_SAFE_NO_PAD.encode(number(256, 1))
        );
        let in_code = pem("RSA PRIVATE KEY", &rsa_private(256)).replace('\n', "\\n");
        for private in [
            pem("RSA PRIVATE KEY", &rsa_private(256)),
            pem("PRIVATE KEY", &pkcs8),
            format!("const key = '{in_code}';\n"),
        ] {
            for public in [pem("PUBLIC KEY", &rsa_spki(256)), pem("CERTIFICATE", &certificate(256)), jwk.clone()] {
                let found = proved(&[("config/jwt.key", private.clone()), ("public/jwks.json", public.clone())]);
                let wanted =
                    "secret/private-key config/jwt.key proved offline: its public half stands at public/jwks.json:1";
                assert_eq!(found, [wanted], "{private}{public}");
            }
        }
    }

    #[test]
    fn a_key_on_a_curve_is_proved_where_it_carries_its_point() {
        let (private, x, y) = ec(32);
        let jwk = format!(
            r#"{{"kty": "EC", "crv": "P-256", "x": "{}", "y": "{}"}}"#,
            URL_SAFE_NO_PAD.encode(x),
            URL_SAFE_NO_PAD.encode(y)
        );
        let found = proved(&[("a.key", pem("EC PRIVATE KEY", &private)), ("jwks.json", jwk)]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn keys_of_different_pairs_prove_nothing_and_odd_input_is_no_trouble() {
        let (private, ..) = ec(32);
        assert!(
            proved(&[("a.key", pem("EC PRIVATE KEY", &private)), ("b.pem", pem("PUBLIC KEY", &rsa_spki(256)))])
                .is_empty()
        );
        let whole = pem("CERTIFICATE", &certificate(256)) + r#"{"kty": "RSA", "n": "AQAB"}"#;
        for end in 0..whole.len() {
            let _ = halves("a.pem".into(), &Origin::WorkTree, &whole.as_bytes()[..end], false);
        }
        let der = rsa_spki(64);
        for end in 0..der.len() {
            let _ = crate::detect::keyfile::read("PUBLIC KEY", &der[..end]);
        }
    }

    #[test]
    fn short_keys_are_told_and_their_bytes_are_not() {
        let (short, ..) = ec(24);
        let files = [
            ("jwt/a.key", pem("RSA PRIVATE KEY", &rsa_private(128))),
            ("jwt/b.key", pem("EC PRIVATE KEY", &short)),
            ("jwt/c.key", pem("RSA PRIVATE KEY", &rsa_private(256))),
            ("jwt/d.crt", pem("CERTIFICATE", &certificate(128))),
        ];
        let facts = look(&files);
        let weak: Vec<(&str, &str)> = facts
            .iter()
            .filter(|fact| fact.rule.as_str() == "jwt/weak-key")
            .filter_map(|fact| match &fact.seen {
                Seen::Jwt(flaw) => Some((fact.at.path.as_str(), flaw.subject.as_deref()?)),
                _ => None,
            })
            .collect();
        assert_eq!(
            weak,
            [("jwt/a.key", "1024 bits, and RSA needs 2048"), ("jwt/b.key", "192 bits, and curves need 256")]
        );
        let body = STANDARD.encode(rsa_private(128));
        assert!(facts.iter().all(|fact| !format!("{fact:?}").contains(&body[40..60])));
    }
}
