//! Fills the templates of examples: nothing in the repository looks like a live credential.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Replaces every `{{kind length}}` of a text. The same `seed` gives the same text; each place gets its own value, and
/// `{{kind length #name}}` the same value wherever that name stands.
///
/// Kinds: `hex`, `HEX`, `digits`, `lower`, `upper`, `alpha`, `alnum`, `ALNUM` (upper and digits), `lalnum` (lower and
/// digits), `BECH32`, `base64`, `base64url`, `uuid` (no length); `wrapped`, `lalnum` of that length in Base64, and
/// `basic`, the same after `bob:`.
///
/// # Errors
/// The template that is not understood.
pub fn fill(text: &str, seed: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    let mut count = 0_u32;
    while let Some(at) = rest.find("{{") {
        let (head, tail) = rest.split_at(at);
        let Some(end) = tail.find("}}") else { break };
        let inner = &tail[2..end];
        out.push_str(head);
        match value(inner, seed, count) {
            Some(value) => out.push_str(&value?),
            // Somebody else's template, such as Helm's.
            None => out.push_str(&tail[..end + 2]),
        }
        count += 1;
        rest = &tail[end + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The value of one template; `None` when it is none of ours.
fn value(inner: &str, seed: &str, count: u32) -> Option<Result<String, String>> {
    let mut words = inner.split_ascii_whitespace();
    let kind = words.next()?;
    let (alphabet, fixed): (&str, Option<usize>) = match kind {
        "hex" => ("0123456789abcdef", None),
        "HEX" => ("0123456789ABCDEF", None),
        "digits" => ("0123456789", None),
        "lower" => ("abcdefghijklmnopqrstuvwxyz", None),
        "upper" => ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", None),
        "alpha" => ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", None),
        "alnum" => (ALNUM, None),
        "ALNUM" => ("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", None),
        "lalnum" => ("abcdefghijklmnopqrstuvwxyz0123456789", None),
        "BECH32" => ("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", None),
        "base64" => ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", None),
        "base64url" => ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", None),
        "wrapped" | "basic" => ("abcdefghijklmnopqrstuvwxyz0123456789", None),
        "uuid" => ("0123456789abcdef", Some(32)),
        _ => return None,
    };
    // In Base64, as clusters keep secrets and headers send passwords.
    if let ("wrapped" | "basic", Some(length)) = (kind, words.clone().next().and_then(|word| word.parse().ok())) {
        let plain = spread("abcdefghijklmnopqrstuvwxyz0123456789", length, &format!("{seed}\n{kind}\n{count}"));
        let plain = if kind == "basic" { format!("bob:{plain}") } else { plain };
        return Some(Ok(STANDARD.encode(plain)));
    }
    let mut name = None;
    let mut length = fixed;
    for word in words {
        match word.strip_prefix('#') {
            Some(given) => name = Some(given),
            None => match word.parse() {
                Ok(number) if number <= 10_000 => length = Some(number),
                _ => return Some(Err(format!("`{{{{{inner}}}}}` has no length"))),
            },
        }
    }
    let Some(length) = length else { return Some(Err(format!("`{{{{{inner}}}}}` has no length"))) };
    let place = name.map_or_else(|| count.to_string(), |name| format!("#{name}"));
    let value = spread(alphabet, length, &format!("{seed}\n{kind}\n{place}"));
    Some(Ok(if kind == "uuid" { uuid(&value) } else { value }))
}

/// Characters of an alphabet in the order of a hash, with a letter first where a leading digit would read as a number.
fn spread(alphabet: &str, length: usize, seed: &str) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut out = String::with_capacity(length);
    let mut block = 0_u32;
    while out.len() < length {
        let digest = Sha256::digest(format!("{seed}\n{block}"));
        for byte in digest {
            if out.len() < length {
                out.push(letters[usize::from(byte) % letters.len()]);
            }
        }
        block += 1;
    }
    out
}

/// 32 hex digits as a version 4 UUID.
fn uuid(hex: &str) -> String {
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn the_same_seed_gives_the_same_text() {
        let text = fill("a {{hex 8}} {{hex 8}} b", "x").expect("a template");
        assert_eq!(text, fill("a {{hex 8}} {{hex 8}} b", "x").expect("a template"));
        let parts: Vec<&str> = text.split(' ').collect();
        assert_ne!(parts[1], parts[2]);
        assert_eq!(parts[1].len(), 8);
    }

    #[test]
    fn a_name_stands_for_one_value() {
        let text = fill("{{alnum 9 #a}} {{digits 2}} {{alnum 9 #a}}", "x").expect("a template");
        let parts: Vec<&str> = text.split(' ').collect();
        assert_eq!(parts[0], parts[2]);
    }

    #[test]
    fn other_templates_stay() {
        assert_eq!(fill("{{ .Values.token }} {{x", "x").expect("not ours"), "{{ .Values.token }} {{x");
        assert!(fill("{{hex}}", "x").is_err());
        assert_eq!(fill("{{uuid}}", "x").expect("a template").len(), 36);
    }
}
