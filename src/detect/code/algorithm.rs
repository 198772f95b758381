//! Names of signature algorithms in every spelling.

use crate::detect::value::words::bare;
use crate::syntax::tree::{Code, Kind, NodeId};
use crate::syntax::value::Value;

/// What kind of key an algorithm takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// None at all.
    None,
    /// One for signing and checking.
    Symmetric,
    /// A pair.
    Asymmetric,
}

/// An algorithm by its name, in any spelling: `HS256`, `HmacSha256Signature`, `SigningMethodHS256`, `HMAC_SHA256`.
#[must_use]
pub fn read(word: &str) -> Option<(Class, String)> {
    let bare = bare(word);
    if bare.len() > 40 {
        return None;
    }
    let bare = bare.strip_prefix("signingmethod").unwrap_or(&bare);
    let bare = ["algorithm", "signature", "signer", "keypair", "key", "verifier"]
        .iter()
        .find_map(|tail| bare.strip_suffix(tail))
        .unwrap_or(bare);
    if matches!(bare, "none" | "unsafeallownonesignaturetype" | "unsafenone") {
        return Some((Class::None, "none".to_owned()));
    }
    let bits = ["256", "384", "512"].into_iter().find(|bits| bare.contains(bits));
    let name = |prefix: &str| bits.map_or_else(|| prefix.to_owned(), |bits| format!("{prefix}{bits}"));
    let stem = bits.map_or(bare, |bits| bare.split(bits).next().unwrap_or_default());
    let rest = bits.and_then(|bits| bare.split_once(bits)).map_or("", |(_, rest)| rest);
    match (stem, rest) {
        ("hs" | "hmac" | "hmacsha" | "hmacwithsha" | "hmacusingsha" | "hsha", "") if bits.is_some() => {
            Some((Class::Symmetric, name("HS")))
        }
        ("hs" | "hmac", "") if matches!(bare, "hs1" | "hmac") => Some((Class::Symmetric, "HMAC".to_owned())),
        ("rs" | "rsa" | "rsasha" | "rsausingsha" | "sharsa" | "rsassapkcs1v15sha" | "rsapkcs1sha", "")
            if bits.is_some() =>
        {
            Some((Class::Asymmetric, name("RS")))
        }
        ("ps" | "rsapss" | "rsassapsssha" | "rsasspsssha" | "rsapssusingsha", _) if bits.is_some() => {
            Some((Class::Asymmetric, name("PS")))
        }
        ("es" | "ecdsa" | "ecdsasha" | "ecdsausingp", _) if bits.is_some() => Some((Class::Asymmetric, name("ES"))),
        ("eddsa" | "ed" | "ed25519" | "ed448" | "edd", _) if matches!(bare, "eddsa" | "ed25519" | "ed448") => {
            Some((Class::Asymmetric, "EdDSA".to_owned()))
        }
        _ => None,
    }
}

/// The algorithms that an expression names: a text, a constant, a list of them.
#[must_use]
pub fn named(code: &Code<'_>, id: NodeId) -> Vec<(Class, String, NodeId)> {
    let mut found = Vec::new();
    collect(code, id, &mut found, 0);
    found
}

fn collect(code: &Code<'_>, id: NodeId, found: &mut Vec<(Class, String, NodeId)>, depth: usize) {
    if depth > 4 || found.len() > 32 || !code.spend(1) {
        return;
    }
    let id = code.resolve(id);
    if let Some(items) = code.items(id) {
        for item in items {
            collect(code, item, found, depth + 1);
        }
        return;
    }
    if code.kind(id) == Kind::Spread {
        for child in code.children(id) {
            collect(code, child, found, depth + 1);
        }
        return;
    }
    match code.value(id) {
        Value::Text(text) if text.whole => {
            if let Some((class, name)) = read(&text.text) {
                found.push((class, name, text.literals.first().copied().unwrap_or(id)));
            }
        }
        _ => match code.kind(id) {
            Kind::Name | Kind::Member => {
                if let Some((class, name)) = read(code.mark(id)) {
                    found.push((class, name, id));
                }
            }
            Kind::Call => {
                // `Algorithm.HMAC256(key)`, `new HMACSHA256Algorithm()`, `Jwts.SIG.HS256.key()`.
                let path = code.callee(id);
                let named = path.rsplit('.').find_map(|part| read(part.trim_end_matches("()")));
                if let Some((class, name)) = named {
                    found.push((class, name, id));
                } else {
                    for argument in code.arguments(id) {
                        collect(code, argument.value, found, depth + 1);
                    }
                }
            }
            _ => {}
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, read};

    #[test]
    fn every_spelling_of_an_algorithm_is_known() {
        for word in [
            "HS256",
            "hs256",
            "HmacSha256",
            "HmacSha256Signature",
            "SigningMethodHS256",
            "HMAC_SHA256",
            "HMAC256",
            "HS256Key",
            "HMACSHA256Algorithm",
        ] {
            assert_eq!(read(word), Some((Class::Symmetric, "HS256".to_owned())), "{word}");
        }
        for word in ["none", "None", "NONE", "SigningMethodNone", "UnsafeAllowNoneSignatureType", "NoneAlgorithm"] {
            assert_eq!(read(word).map(|(class, _)| class), Some(Class::None), "{word}");
        }
        for word in [
            "RS256",
            "RsaSha256",
            "RSA_USING_SHA256",
            "ES256",
            "ES256K",
            "ECDSA_USING_P256_CURVE_AND_SHA256",
            "EdDSA",
            "Ed25519",
            "PS512",
            "RSA256",
            "EcdsaSha256",
        ] {
            assert_eq!(read(word).map(|(class, _)| class), Some(Class::Asymmetric), "{word}");
        }
        for word in ["sha256", "md5", "nonexistent", "A256GCM", "hash", "key", "", "S256"] {
            assert_eq!(read(word), None, "{word}");
        }
    }
}
