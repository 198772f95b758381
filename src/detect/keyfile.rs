//! Keys as files hold them, in PEM and as JSON Web Keys: their public half, and whether they are too short.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use der::asn1::AnyRef;
use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use memchr::memmem;
use serde_json::{Map, Value};

use crate::span::Span;

/// What is known of a key.
pub(super) struct Key {
    /// What both halves have in common: the modulus or the point.
    pub(super) public: Vec<u8>,
    /// Whether it is the half that must not be shown.
    pub(super) private: bool,
    /// Whether it stands in a certificate.
    pub(super) certified: bool,
    /// Its length, where it is too short.
    pub(super) short: Option<String>,
}

impl Key {
    fn rsa(modulus: &[u8]) -> Option<Self> {
        let modulus = strip(modulus);
        let bits = modulus.len() * 8 - modulus.first()?.leading_zeros() as usize;
        (bits >= 256).then(|| Self {
            public: [b"r", modulus].concat(),
            private: false,
            certified: false,
            short: (bits < 2048).then(|| format!("{bits} bits, and RSA needs 2048")),
        })
    }

    fn point(point: &[u8]) -> Option<Self> {
        let half = point.len() / 2;
        (16..=80).contains(&half).then(|| Self {
            public: [b"e", point].concat(),
            private: false,
            certified: false,
            short: (half < 32).then(|| format!("{} bits, and curves need 256", half * 8)),
        })
    }

    fn private(self) -> Self {
        Self { private: true, ..self }
    }
}

/// The keys in PEM, no more than two hundred: also where a text of a program holds them in one line.
pub(super) fn armoured(text: &str) -> Vec<(Span, Key)> {
    let mut found = Vec::new();
    for start in memmem::find_iter(text.as_bytes(), "-----BEGIN ").take(MOST_KEYS) {
        let rest = &text[start + 11..];
        let Some((label, body)) = rest
            .get(..40.min(rest.len()))
            .and_then(|head| head.split_once("-----"))
            .map(|(label, _)| (label, &rest[label.len() + 5..]))
        else {
            continue;
        };
        let Some(length) = memmem::find(&body.as_bytes()[..body.len().min(LONGEST)], b"-----END ") else { continue };
        let end = start + 11 + label.len() + 5 + length;
        let key = body.get(..length).and_then(bytes_of).and_then(|bytes| read(label, &bytes));
        found.extend(key.map(|key| (Span::of(start, end), key)));
    }
    found
}

/// The bytes of an armour; escapes and quotes of a program's text are passed over.
fn bytes_of(body: &str) -> Option<Vec<u8>> {
    let mut kept = String::new();
    let mut letters = body.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '+' | '/' => kept.push(letter),
            _ if letter.is_ascii_alphanumeric() => kept.push(letter),
            _ => {}
        }
    }
    STANDARD_NO_PAD.decode(kept).ok()
}

/// The key of an armour under its label.
pub(super) fn read(label: &str, der: &[u8]) -> Option<Key> {
    let whole = inside(der)?;
    match label {
        "RSA PRIVATE KEY" => Key::rsa(integer(&whole, 1)?).map(Key::private),
        "RSA PUBLIC KEY" => Key::rsa(integer(&whole, 0)?),
        "EC PRIVATE KEY" => ec_private(&whole),
        "PRIVATE KEY" => {
            let inner = whole.iter().find(|part| part.tag() == Tag::OctetString)?.value();
            let parts = inside(inner)?;
            match parts.len() {
                // PKCS#1 holds nine numbers, SEC1 a number and the secret.
                9.. => Key::rsa(integer(&parts, 1)?).map(Key::private),
                _ => ec_private(&parts),
            }
        }
        "PUBLIC KEY" => spki(&whole),
        "CERTIFICATE" => {
            let body = items(whole.first()?.value())?;
            let subject_key = body.iter().filter(|part| part.tag() == Tag::Sequence).nth(4)?;
            spki(&items(subject_key.value())?).map(|key| Key { certified: true, ..key })
        }
        _ => None,
    }
}

fn ec_private(parts: &[AnyRef<'_>]) -> Option<Key> {
    let tag = Tag::ContextSpecific { constructed: true, number: TagNumber(1) };
    let point = parts.iter().find(|part| part.tag() == tag)?;
    let bits = AnyRef::from_der(point.value()).ok().filter(|bits| bits.tag() == Tag::BitString)?;
    uncompressed(bits.value()).and_then(Key::point).map(Key::private)
}

/// The key of a `SubjectPublicKeyInfo`: an algorithm, and a string of bits.
fn spki(parts: &[AnyRef<'_>]) -> Option<Key> {
    let bits = parts.get(1).filter(|part| part.tag() == Tag::BitString)?.value();
    if let Some(point) = uncompressed(bits) {
        return Key::point(point);
    }
    Key::rsa(integer(&inside(bits.get(1..)?)?, 0)?)
}

/// The coordinates of a point: no unused bits, and a 4.
fn uncompressed(bits: &[u8]) -> Option<&[u8]> {
    bits.strip_prefix(&[0, 4]).filter(|point| point.len() % 2 == 0 && point.len() >= 32)
}

/// The parts of the one sequence that the bytes are.
fn inside(der: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let whole = AnyRef::from_der(der).ok().filter(|whole| whole.tag() == Tag::Sequence)?;
    items(whole.value())
}

fn items(bytes: &[u8]) -> Option<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let mut parts = Vec::new();
    while !reader.is_finished() && parts.len() < 40 {
        parts.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(parts)
}

fn integer<'a>(parts: &[AnyRef<'a>], place: usize) -> Option<&'a [u8]> {
    parts.get(place).filter(|part| part.tag() == Tag::Integer).map(|part| part.value())
}

fn strip(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    &number[zeros..]
}

/// JSON Web Keys, wherever one stands as an object of its own.
pub(super) fn jwks(text: &str) -> Vec<(Span, Key)> {
    let mut found = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), "\"kty\"").take(MOST_KEYS) {
        let before = at.saturating_sub(LONGEST_JWK);
        let Some(start) = text.as_bytes()[before..at].iter().rposition(|&b| b == b'{').map(|open| before + open) else {
            continue;
        };
        let after = (at + LONGEST_JWK).min(text.len());
        let Some(end) = text.as_bytes()[at..after].iter().position(|&b| b == b'}').map(|close| at + close + 1) else {
            continue;
        };
        let object = text.get(start..end).and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
        found.extend(object.and_then(|object| jwk(&object)).map(|key| (Span::of(start, end), key)));
    }
    found
}

fn jwk(object: &Map<String, Value>) -> Option<Key> {
    let member = |name: &str| {
        let text = object.get(name)?.as_str()?;
        URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
    };
    let key = match object.get("kty")?.as_str()? {
        "RSA" => Key::rsa(&member("n")?)?,
        "EC" => Key::point(&[member("x")?, member("y")?].concat())?,
        _ => return None,
    };
    Some(Key { private: object.contains_key("d"), ..key })
}

/// More keys of one file are not read.
pub(super) const MOST_KEYS: usize = 200;

/// No armour is longer.
const LONGEST: usize = 16 * 1024;

/// No JSON Web Key is longer.
const LONGEST_JWK: usize = 8 * 1024;
