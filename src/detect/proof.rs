//! Offline checks of a value: what its own checksum or encoding proves, and what it rules out.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::rule::check::Check;

/// What a check says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It cannot be what the rule looks for.
    Refuted,
    /// It looks like it, but a checksum does not hold: a sample, or a form that has changed since.
    Doubtful,
    /// Nothing speaks against it.
    Passed,
    /// It is what the rule looks for, but for a chance of one in millions.
    Proved,
}

/// Puts a value to a check.
#[must_use]
pub fn check(check: Check, value: &str) -> Proof {
    match check {
        Check::Age => age(value),
        Check::AwsKeyId => aws_key_id(value),
        Check::AzureStorage => passed(decode(value).is_some_and(|bytes| bytes.len() == 64)),
        Check::Base64 => passed(decode(value).is_some()),
        Check::Base64Json => base64_json(value),
        Check::Basic => passed(decode(value).is_some_and(|bytes| is_user_and_password(&bytes))),
        Check::Digits => passed(luhn(value)),
        Check::Discord => discord(value),
        Check::Github => github(value),
        Check::Gitlab => gitlab(value),
        Check::Grafana => grafana(value),
        Check::Intercom => proved(decode(value).is_some_and(|bytes| bytes.starts_with(b"tok:"))),
        Check::Jwt => proved(jwt(value)),
        Check::LockedKey => passed(locked(value)),
        Check::Mixed => passed(
            value.bytes().any(|byte| byte.is_ascii_digit()) && value.bytes().any(|byte| byte.is_ascii_alphabetic()),
        ),
        Check::Nkey => nkey(value),
        Check::OpenKey => passed(!locked(value)),
        Check::Pem => pem(value),
        Check::Uuid => passed(uuid(value)),
    }
}

fn passed(holds: bool) -> Proof {
    if holds { Proof::Passed } else { Proof::Refuted }
}

fn proved(holds: bool) -> Proof {
    if holds { Proof::Proved } else { Proof::Refuted }
}

/// `ghp_` + 30 random characters + CRC-32 of them in six digits of Base62.
/// <https://github.blog/engineering/behind-githubs-new-authentication-token-formats/>
fn github(value: &str) -> Proof {
    let Some((_, body)) = value.split_once('_') else { return Proof::Doubtful };
    if body.len() != 36 || !body.is_ascii() {
        // Other lengths have no published checksum.
        return Proof::Passed;
    }
    let (random, sum) = body.split_at(30);
    if sum == in_base(u64::from(crc32(random.as_bytes())), BASE62, 6) { Proof::Proved } else { Proof::Doubtful }
}

/// `glpat-` + Base64 + `.` + (version + `.`) + length of the Base64 in two digits of Base36 + CRC-32 of all before it in
/// seven. <https://docs.gitlab.com/security/tokens/>
fn gitlab(value: &str) -> Proof {
    let Some((head, tail)) = value.rsplit_once('.') else { return Proof::Passed };
    if tail.len() != 9 || !value.is_ascii() {
        return Proof::Doubtful;
    }
    let sum = in_base(u64::from(crc32(&value.as_bytes()[..value.len() - 7])), BASE36, 7);
    if tail[2..] == sum && !head.is_empty() { Proof::Proved } else { Proof::Doubtful }
}

/// `glsa_` + 32 random characters + `_` + CRC-32 in hex.
fn grafana(value: &str) -> Proof {
    let Some((head, sum)) = value.rsplit_once('_') else { return Proof::Doubtful };
    let random = head.rsplit('_').next().unwrap_or_default();
    let Ok(sum) = u32::from_str_radix(sum, 16) else { return Proof::Doubtful };
    let sums = [crc32(random.as_bytes()), crc32(head.as_bytes())];
    if sums.iter().any(|&held| held == sum || held.swap_bytes() == sum) { Proof::Proved } else { Proof::Doubtful }
}

/// Sixteen digits of Base32 after the prefix, the first bits of which are the account's number.
fn aws_key_id(value: &str) -> Proof {
    let Some(bytes) = value.get(4..).and_then(base32) else { return Proof::Doubtful };
    let Some(head) = bytes.get(..6) else { return Proof::Doubtful };
    let number = head.iter().fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    // Account numbers have twelve decimal digits; the highest bit and the lowest seven belong to something else.
    if (number & 0x7fff_ffff_ff80) >> 7 < 1_000_000_000_000 { Proof::Passed } else { Proof::Doubtful }
}

/// The first part is the account's number, a snowflake of 17 to 20 decimal digits.
fn discord(value: &str) -> Proof {
    let first = value.split('.').next().unwrap_or_default();
    let digits = |bytes: &[u8]| (17..=20).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit);
    if decode(first).is_some_and(|bytes| digits(&bytes)) { Proof::Proved } else { Proof::Doubtful }
}

/// A part that starts with `eyJ` (`{"`), after a prefix of the provider, is a JSON object.
fn base64_json(value: &str) -> Proof {
    let Some(start) = value.find("eyJ") else { return Proof::Doubtful };
    let part = value[start..].split(['.', '_', '-']).next().unwrap_or_default();
    // The alphabet may hold `_` and `-` itself: then the object ends later.
    let whole = decode(&value[start..]).or_else(|| decode(part));
    if whole.is_some_and(|bytes| is_object(&bytes)) { Proof::Proved } else { Proof::Doubtful }
}

fn jwt(value: &str) -> bool {
    let mut parts = value.split('.');
    let mut object = || -> Option<serde_json::Map<String, serde_json::Value>> {
        serde_json::from_slice(&decode(parts.next()?)?).ok()
    };
    object().is_some_and(|header| header.contains_key("alg")) && object().is_some()
}

fn is_object(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(bytes).is_ok()
}

fn is_user_and_password(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let parts = text.split_once(':');
    parts.is_some_and(|(_, password)| !password.trim().is_empty())
        && !text.chars().any(|c| c.is_control() && !c.is_ascii_whitespace())
}

fn uuid(value: &str) -> bool {
    // A provider's prefix may stand before it: `sdk-…`.
    let bytes = &value.as_bytes()[value.len().saturating_sub(36)..];
    bytes.len() == 36
        && matches!(bytes[14], b'1'..=b'8')
        && matches!(bytes[19].to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b')
}

fn luhn(value: &str) -> bool {
    let digits: Option<Vec<u32>> = value.chars().rev().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let doubled =
            |(place, digit): (usize, u32)| if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 };
        digits.len() > 1 && digits.into_iter().enumerate().map(doubled).sum::<u32>() % 10 == 0
    })
}

/// A seed of NATS: Base32 of two bytes of kind, 32 of seed, and a CRC-16 of them, low byte first.
/// <https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth>
fn nkey(value: &str) -> Proof {
    let Some(bytes) = base32(value) else { return Proof::Refuted };
    let Some((body, sum)) = bytes.split_last_chunk::<2>() else { return Proof::Refuted };
    if body.len() == 34 && crc16(body) == u16::from_le_bytes(*sum) { Proof::Proved } else { Proof::Doubtful }
}

/// Bech32 with the human-readable part `age-secret-key-`.
/// <https://github.com/C2SP/C2SP/blob/main/age.md>
fn age(value: &str) -> Proof {
    let lower = value.to_ascii_lowercase();
    let Some((human, data)) = lower.rsplit_once('1') else { return Proof::Refuted };
    let mut sum = 1_u32;
    let mut feed = |digit: u32| {
        let top = sum >> 25;
        sum = (sum & 0x01ff_ffff) << 5 ^ digit;
        for (bit, generator) in BECH32.iter().enumerate() {
            if top >> bit & 1 == 1 {
                sum ^= generator;
            }
        }
    };
    human.bytes().for_each(|byte| feed(u32::from(byte >> 5)));
    feed(0);
    human.bytes().for_each(|byte| feed(u32::from(byte & 31)));
    for byte in data.bytes() {
        let Some(digit) = "qpzry9x8gf2tvdw0s3jn54khce6mua7l".bytes().position(|known| known == byte) else {
            return Proof::Refuted;
        };
        feed(u32::try_from(digit).unwrap_or(0));
    }
    if sum == 1 { Proof::Proved } else { Proof::Doubtful }
}

/// The body between the armour lines is a DER sequence of the length that it says, or an OpenSSH key.
fn pem(value: &str) -> Proof {
    if !value.starts_with('-') && !value.starts_with("PuTTY") {
        // The whole file in Base64, as variables of continuous integration hold it.
        let inner = decode(value).or_else(|| value.get(..value.len() - value.len() % 4).and_then(decode));
        let text = inner.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        return if text.contains("PRIVATE KEY") && text.starts_with('-') && text.len() > 100 {
            Proof::Proved
        } else {
            Proof::Refuted
        };
    }
    // In source code the lines are often joined by a written `\n`, or quoted and added up.
    let text = value.replace("\\r", "").replace("\\n", "\n");
    // A key that is shown in part.
    if text.contains("\n...") || text.contains('…') {
        return Proof::Refuted;
    }
    let mut body = String::new();
    for line in text.split("-----").nth(2).unwrap_or_default().lines() {
        // Headers of an encrypted key, `Proc-Type: 4,ENCRYPTED`, and of PGP armour, `Version: 1`.
        if !line.contains(": ") {
            // `if !key.starts_with(header) {`: a program that puts the armour around a key.
            if line.contains(['(', '{']) {
                return Proof::Refuted;
            }
            body.extend(line.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')));
        }
    }
    if text.contains("BEGIN PGP") {
        return if body.len() >= 64 { Proof::Passed } else { Proof::Refuted };
    }
    if body.len() < 40 {
        return Proof::Refuted;
    }
    let whole = body.len() - body.len() % 4;
    let Some(bytes) = decode(&body).or_else(|| decode(&body[..whole])) else { return Proof::Doubtful };
    if bytes.starts_with(b"openssh-key-v1\0") || der_sequence(&bytes) || text.contains("ENCRYPTED") {
        Proof::Proved
    } else {
        Proof::Doubtful
    }
}

/// Whether a key in armour is encrypted: by its label or headers, or by the cipher that OpenSSH names inside.
fn locked(value: &str) -> bool {
    if value.contains("ENCRYPTED") || value.contains("Encryption: aes") {
        return true;
    }
    let text = value.replace("\\r", "").replace("\\n", "\n");
    let body = text.split("-----").nth(2).unwrap_or_default();
    let head: String = body.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).take(64).collect();
    decode(&head)
        .and_then(|bytes| Some(bytes.strip_prefix(b"openssh-key-v1\0")?.get(4..8)? != b"none"))
        .unwrap_or(false)
}

fn der_sequence(bytes: &[u8]) -> bool {
    let (length, head) = match bytes {
        [0x30, 0x82, high, low, ..] => (usize::from(u16::from_be_bytes([*high, *low])), 4),
        [0x30, 0x81, length, ..] => (usize::from(*length), 3),
        [0x30, length @ 0..=0x7f, ..] => (usize::from(*length), 2),
        _ => return false,
    };
    length + head == bytes.len()
}

/// Base64 of either alphabet, with or without padding.
fn decode(value: &str) -> Option<Vec<u8>> {
    let value = value.trim_end_matches('=');
    if value.is_empty() {
        return None;
    }
    let alphabet = if value.contains(['-', '_']) { &base64::alphabet::URL_SAFE } else { &base64::alphabet::STANDARD };
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(alphabet, config).decode(value).ok()
}

fn base32(value: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(value.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in value.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        held = held << 5 & 0xffff | u32::from(digit);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

/// A number in the digits of an alphabet, filled up with zeros from the left.
fn in_base(mut number: u64, alphabet: &[u8], length: usize) -> String {
    let base = alphabet.len() as u64;
    let mut digits = vec![b'0'; length];
    for digit in digits.iter_mut().rev() {
        *digit = alphabet[usize::try_from(number % base).unwrap_or_default()];
        number /= base;
    }
    digits.into_iter().map(char::from).collect()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// CRC-16 of XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0_u16, |sum, &byte| {
        (0..8).fold(sum ^ u16::from(byte) << 8, |sum, _| if sum & 0x8000 == 0 { sum << 1 } else { sum << 1 ^ 0x1021 })
    })
}

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BECH32: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

#[cfg(test)]
mod tests {
    use super::{BASE36, BASE62, Proof, check, crc16, crc32, in_base};
    use crate::rule::check::Check;
    use crate::rule::example::fill;

    fn filled(template: &str) -> String {
        fill(template, "proof").expect("a template")
    }

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert_eq!(in_base(61, BASE62, 3), "00z");
    }

    #[test]
    fn a_checksum_at_the_end_of_a_github_token_proves_it() {
        let random = filled("{{alnum 30}}");
        let sum = in_base(u64::from(crc32(random.as_bytes())), BASE62, 6);
        assert_eq!(check(Check::Github, &format!("ghp_{random}{sum}")), Proof::Proved);
        assert_eq!(check(Check::Github, &filled("npm_{{alnum 36}}")), Proof::Doubtful);
        assert_eq!(check(Check::Github, &filled("ghs_{{alnum 60}}")), Proof::Passed);
    }

    #[test]
    fn a_routable_gitlab_token_proves_itself() {
        let head = filled("glpat-{{base64url 27}}.0r");
        let sum = in_base(u64::from(crc32(head.as_bytes())), BASE36, 7);
        assert_eq!(check(Check::Gitlab, &format!("{head}{sum}")), Proof::Proved);
        assert_eq!(check(Check::Gitlab, &filled("glpat-{{base64url 27}}.0r{{lalnum 7}}")), Proof::Doubtful);
        assert_eq!(check(Check::Gitlab, &filled("glpat-{{alnum 20}}")), Proof::Passed);
    }

    #[test]
    fn a_grafana_token_proves_itself() {
        let random = filled("{{alnum 32}}");
        let sum = crc32(random.as_bytes());
        assert_eq!(check(Check::Grafana, &format!("glsa_{random}_{sum:08x}")), Proof::Proved);
        assert_eq!(check(Check::Grafana, &filled("glsa_{{alnum 32}}_{{hex 8}}")), Proof::Doubtful);
    }

    #[test]
    fn an_aws_key_id_is_base32_with_an_account_in_it() {
        assert_eq!(check(Check::AwsKeyId, "AKIAAAAAAAAAAAAAAAAA"), Proof::Passed);
        assert_eq!(check(Check::AwsKeyId, "AKIA7777777777777777"), Proof::Doubtful);
        assert_eq!(check(Check::AwsKeyId, "AKIA0189018901890189"), Proof::Doubtful);
    }

    #[test]
    fn encodings_are_looked_into() {
        use base64::Engine as _;
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        assert_eq!(check(Check::Basic, &encode("user:pass")), Proof::Passed);
        assert_eq!(check(Check::Basic, &encode("user")), Proof::Refuted);
        assert_eq!(check(Check::Intercom, &encode("tok:abc")), Proof::Proved);
        assert_eq!(check(Check::Intercom, &encode("abc:tok")), Proof::Refuted);
        let jwt = format!("{}.{}.c2ln", encode(r#"{"alg":"HS256"}"#), encode(r#"{"sub":1}"#));
        assert_eq!(check(Check::Jwt, &jwt), Proof::Proved);
        assert_eq!(check(Check::Jwt, "eyJhb.eyJhb.c2ln"), Proof::Refuted);
        assert_eq!(check(Check::Base64Json, &format!("ops_{}", encode(r#"{"a":1}"#))), Proof::Proved);
        let discord = format!("{}.{}", encode("123456789012345678"), filled("{{alnum 6}}.{{alnum 27}}"));
        assert_eq!(check(Check::Discord, &discord), Proof::Proved);
    }

    #[test]
    fn numbers_have_their_check_digit() {
        assert_eq!(check(Check::Digits, "79927398713"), Proof::Passed);
        assert_eq!(check(Check::Digits, "79927398714"), Proof::Refuted);
    }

    #[test]
    fn a_uuid_has_a_version() {
        assert_eq!(check(Check::Uuid, &filled("{{uuid}}")), Proof::Passed);
        assert_eq!(check(Check::Uuid, "00000000-0000-0000-0000-000000000000"), Proof::Refuted);
    }

    #[test]
    fn a_key_inside_the_armour_is_read() {
        use base64::Engine as _;
        let mut der = vec![0x30, 0x81, 200];
        der.resize(203, 7);
        let body = base64::engine::general_purpose::STANDARD.encode(der);
        let armour = |body: &str, end: &str| {
            let kind = "RSA PRIVATE KEY";
            format!("-----BEGIN {kind}-----{end}{body}{end}-----END {kind}-----")
        };
        assert_eq!(check(Check::Pem, &armour(&body, "\n")), Proof::Proved);
        assert_eq!(check(Check::Pem, &armour(&body, "\\n")), Proof::Proved);
        assert_eq!(check(Check::Pem, &armour(&filled("{{base64 80}}"), "\n")), Proof::Doubtful);
        assert_eq!(check(Check::Pem, &armour("...", "\n")), Proof::Refuted);
        let program = "\"\n    if not key.startswith(header):\n        key = header + key\n    footer = \"";
        assert_eq!(check(Check::Pem, &armour(program, "\n")), Proof::Refuted);
    }

    #[test]
    fn no_check_minds_odd_input() {
        for known in Check::ALL {
            for odd in ["", "_", ".", "é", "AKIAé", "-----", "eyJ", "1", "glpat-.é", "a.bé345678"] {
                let _ = check(*known, odd);
            }
        }
    }
}
