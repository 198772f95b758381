//! Credentials in `Authorization` headers, in any spelling: `Basic`, `Bearer`, `Token` and the schemes of providers.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::joined::Joined;
use super::literal::blanks;
use super::{Candidate, Context, Family};
use crate::secret::Secret;
use crate::span::Span;

/// The candidate after a scheme; `at` is where `Basic ` or `Bearer ` stands, in any case.
#[must_use]
pub fn after_scheme(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'_' | b'-')) {
        return None;
    }
    let end = at + bytes[at..].iter().position(|&byte| byte == b' ')?;
    let basic = bytes[at..end].eq_ignore_ascii_case(b"basic");
    let value = credential(text, end)?;
    let inner = if basic {
        let inner = password(text.get(value.range())?);
        // What does not decode is a credential of some other kind where the header is named.
        if inner.is_none() && !(named(bytes, at) && in_base64(&bytes[value.range()])) {
            return None;
        }
        inner
    } else {
        None
    };
    if !basic && value.len() < 16 {
        return None;
    }
    Some(Candidate {
        key: Span::of(at, end),
        family: Family::Header,
        strength: 2,
        value,
        quoted: true,
        context: Context::Header,
        inner,
    })
}

/// The candidate of a header by its name: what follows the scheme, or all of it.
#[must_use]
pub fn after_name(text: &str, joined: &Joined) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let mut at = joined.from;
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'"' | b'\'' | b'`' | b'\\')) && at - joined.from < 8 {
        at += 1;
    }
    let word = bytes[at..]
        .iter()
        .take(24)
        .take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'))
        .count();
    let scheme = &bytes[at..at + word];
    // `Basic` and `Bearer` are found by themselves, wherever they stand.
    if word == 0
        || bytes.get(at + word) != Some(&b' ')
        || scheme.eq_ignore_ascii_case(b"basic")
        || scheme.eq_ignore_ascii_case(b"bearer")
    {
        return None;
    }
    let value = credential(text, at + word)?;
    (value.len() >= 16 || in_base64(&bytes[value.range()])).then_some(Candidate {
        key: joined.name,
        family: Family::Header,
        strength: 2,
        value,
        quoted: true,
        context: Context::Header,
        inner: None,
    })
}

/// Whether the header is named shortly before a place.
fn named(bytes: &[u8], at: usize) -> bool {
    bytes[at.saturating_sub(24)..at].to_ascii_lowercase().windows(13).any(|word| word == b"authorization")
}

/// Whether a value is base64 with its padding: no word is.
fn in_base64(value: &[u8]) -> bool {
    let body = value.trim_ascii_end().strip_suffix(b"=").unwrap_or(value);
    let body = body.strip_suffix(b"=").unwrap_or(body);
    value.len() >= 8
        && value.len().is_multiple_of(4)
        && body.len() < value.len()
        && body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
}

/// A run of the characters that credentials are sent in, after blanks.
fn credential(text: &str, from: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let mut start = from;
    while bytes.get(start) == Some(&b' ') && start - from < 4 {
        start += 1;
    }
    // `"Basic " + "x"`: the scheme and what follows it are two literals.
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(start).copied() {
        let operator = blanks(bytes, start + 1);
        let next = blanks(bytes, operator + 1);
        if matches!(bytes.get(operator), Some(b'+' | b'.')) && bytes.get(next) == Some(&quote) {
            start = next + 1;
        }
    }
    let run = bytes[start..]
        .iter()
        .take(LONGEST + 1)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=|:!$%{}<>()[]*".contains(byte))
        .count();
    if run == 0 || run > LONGEST {
        return None;
    }
    let mut end = start + run;
    while end > start
        && b".:)]>}".contains(&bytes[end - 1])
        && !bytes[start..end].iter().any(|byte| b"(<[{".contains(byte))
    {
        end -= 1;
    }
    (end - start >= 6).then(|| Span::of(start, end))
}

/// The password inside `base64(user:password)`; `None` for what is no such thing, and for the example of the RFC.
#[must_use]
pub fn password(encoded: &str) -> Option<Secret> {
    // `Basic Osunbit`: a word, whatever it decodes to.
    let word = encoded.get(1..).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase()));
    if encoded.len() % 4 == 1 || word {
        return None;
    }
    let decoded = String::from_utf8(decoder().decode(encoded).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    let printable = decoded.chars().all(|c| !c.is_control());
    (printable && !password.is_empty() && !user.eq_ignore_ascii_case("aladdin")).then(|| Secret::new(password))
}

/// Base64 as it is met: padded or not.
#[must_use]
pub fn decoder() -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&base64::alphabet::STANDARD, config)
}

const LONGEST: usize = 4096;

#[cfg(test)]
mod tests {
    use super::after_scheme;

    fn read(text: &str, word: &str) -> Option<String> {
        let found = after_scheme(text, text.find(word)?)?;
        Some(text[found.value.range()].to_owned())
    }

    #[test]
    fn basic_is_decoded() {
        // dXNlcjpwYXNzMTIz is `user:pass123`.
        assert_eq!(read("Authorization: Basic dXNlcjpwYXNzMTIz", "Basic"), Some("dXNlcjpwYXNzMTIz".to_owned()));
        assert_eq!(read("Authorization: Basic login_and_password", "Basic"), None);
        assert_eq!(read("a Basic understanding", "Basic"), None);
        assert_eq!(read("Basic Osunbit library", "Basic"), None);
        assert_eq!(read("\"Basic \" + \"dXNlcjpwYXNzMTIz\"", "Basic"), Some("dXNlcjpwYXNzMTIz".to_owned()));
        assert_eq!(read("\"Basic \" + encode(user)", "Basic"), None);
    }

    #[test]
    fn bearer_takes_long_runs() {
        let token = "a8".repeat(20);
        assert_eq!(read(&format!("'Bearer {token}'"), "Bearer"), Some(token));
        assert_eq!(read("Bearer token", "Bearer"), None);
    }
}
