//! Values that stand for a value: what documentation, templates and tests write where the secret would be.

use super::published::is_published;
use super::shape::Shape;

/// Why a value is a placeholder, in a few words; `None` when nothing says that it is one. Sure enough to be asked about
/// the value of every rule: it looks at what no credential has, not at what few have.
#[must_use]
pub fn reason(value: &str) -> Option<&'static str> {
    stand_in(value).or_else(|| sample(value))
}

/// Why a value can be no credential: it is to be filled in, says what it is, is masked or published.
#[must_use]
pub fn stand_in(value: &str) -> Option<&'static str> {
    let value = body(value);
    if templated(value) {
        return Some("a template to be filled in");
    }
    let lower = value.to_ascii_lowercase();
    if spelled(value, &lower) {
        return Some("the words of a placeholder");
    }
    if is_published(value) {
        return Some("an example of a specification");
    }
    let shape = Shape::of(value);
    if masked(value, &shape) {
        return Some("a mask");
    }
    None
}

/// Why a value looks as if somebody had typed it for the looks: `abcdef1234567890` has the form of a credential, and now and
/// then is one.
#[must_use]
pub fn sample(value: &str) -> Option<&'static str> {
    let value = body(value);
    if repeated(value.as_bytes()) {
        return Some("a repeated piece");
    }
    let lower = value.to_ascii_lowercase();
    if counted(&Shape::of(value)) || keyboard(&lower) || counted_bytes(value.as_bytes()) || interleaved(&lower) {
        return Some("characters in sequence");
    }
    None
}

/// A key in PEM is judged by its body: the dashes are its form.
fn body(value: &str) -> &str {
    if !value.starts_with("-----BEGIN") {
        return value.trim();
    }
    let rest = value[10..].split_once("-----").map_or("", |(_, rest)| rest);
    rest.split("-----").next().unwrap_or_default().trim()
}

fn templated(value: &str) -> bool {
    let bracketed = |open: char, close: char| value.starts_with(open) && value.ends_with(close) && value.len() > 2;
    bracketed('<', '>')
        || bracketed('[', ']')
        || (bracketed('{', '}') && !value.contains([':', '"']))
        || bracketed('%', '%')
        || bracketed('@', '@')
        || (value.starts_with("__") && value.ends_with("__") && value.len() > 5)
        || (value.starts_with("##") && value.ends_with("##"))
        || ["${", "{{", "<%", "%(", "$(", "#{", "$[", "}}", "%>"].iter().any(|mark| value.contains(mark))
        || (value.starts_with('$')
            && value[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b"_:.[]'\">-".contains(&b))
            && value[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// Words that say "not this". In a long value only long words count: short ones come by chance.
fn spelled(value: &str, lower: &str) -> bool {
    // `key_1234`: what it is, and a count. A password may be so.
    let counted = ["key", "token", "secret", "apikey"].iter().find_map(|word| lower.strip_prefix(word));
    let counted = counted.and_then(|rest| rest.strip_prefix(['_', '-']));
    if counted.is_some_and(|digits| !digits.is_empty() && "1234567890".starts_with(digits)) {
        return true;
    }
    if LONG.iter().any(|word| lower.contains(word)) || WHOLE.contains(&lower) {
        return true;
    }
    value.len() <= 64
        && SHORT.iter().any(|word| {
            lower.match_indices(word).any(|(at, _)| {
                let before = at.checked_sub(1).map(|i| lower.as_bytes()[i]);
                let after = lower.as_bytes().get(at + word.len()).copied();
                let edge = |byte: Option<u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
                let turned = value.as_bytes().get(at + word.len()).is_some_and(u8::is_ascii_uppercase)
                    && value.as_bytes()[at + word.len() - 1].is_ascii_lowercase();
                edge(before) && (edge(after) || turned)
            })
        })
}

/// Stars, dots, crosses and the like.
fn masked(value: &str, shape: &Shape) -> bool {
    let mask = |byte: u8| b"*xX.#?_-\xe2\x80\xa2\xa6".contains(&byte);
    let mut run = 0;
    let mut longest = 0;
    let mut last = 0;
    for byte in value.bytes() {
        run = if byte == last && mask(byte) { run + 1 } else { usize::from(mask(byte)) };
        last = byte;
        longest = longest.max(run);
    }
    let ellipsis = value.ends_with("...") || value.ends_with('…') || value.contains("***");
    longest >= 5
        || (longest >= 3 && longest * 2 >= value.len())
        || (ellipsis && value.len() >= 4)
        || (shape.longest_run >= 6 && shape.longest_run * 2 >= value.len())
        || (value.len() >= 12 && shape.distinct <= 3)
}

/// A short piece three times or more, and nothing else.
fn repeated(value: &[u8]) -> bool {
    value.len() >= 9
        && (1..=value.len() / 3)
            .any(|unit| value.len() - unit >= unit * 2 && (unit..value.len()).all(|at| value[at] == value[at - unit]))
}

/// Mostly `abcd` and `1234`.
fn counted(shape: &Shape) -> bool {
    shape.length >= 8 && shape.steps * 10 >= (shape.length - 1) * 7
}

/// `000102030405…`: bytes in hex that count up.
fn counted_bytes(value: &[u8]) -> bool {
    if value.len() < 16 || !value.len().is_multiple_of(2) || value.len() > 256 {
        return false;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let bytes: Option<Vec<u32>> = value.chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect();
    bytes.is_some_and(|bytes| {
        let steps = bytes.windows(2).filter(|pair| matches!(pair[1].wrapping_sub(pair[0]), 0 | 1 | 17)).count();
        steps * 10 >= (bytes.len() - 1) * 7
    })
}

/// `a1b2c3d4e5f6`: letters and digits that count up by turns.
fn interleaved(lower: &str) -> bool {
    let counts = |bytes: Vec<u8>, round: u8| {
        let steps = bytes.windows(2).filter(|pair| pair[1].wrapping_sub(pair[0]) == 1 || pair[0] == round);
        bytes.len() >= 6 && steps.count() * 10 >= (bytes.len() - 1) * 7
    };
    let changes =
        lower.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    changes * 2 >= lower.len()
        && counts(lower.bytes().filter(u8::is_ascii_lowercase).collect(), b'z')
        && counts(lower.bytes().filter(u8::is_ascii_digit).collect(), b'9')
}

fn keyboard(lower: &str) -> bool {
    ROWS.iter().any(|row| lower.find(row).is_some_and(|_| row.len() * 2 >= lower.len()))
}

/// Found anywhere.
const LONG: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "change this",
    "changethis",
    "replaceme",
    "replace-me",
    "replace_me",
    "redacted",
    "removed",
    "dummy",
    "foobar",
    "foo-bar",
    "not-a-real",
    "notarealkey",
    "not_real",
    "notreal",
    "unspecified",
    "insert-",
    "insert_",
    "your-",
    "your_",
    "yourpass",
    "yourtoken",
    "yourkey",
    "yoursecret",
    "my-secret",
    "mysecret",
    "todo:",
    "to-be-",
    "<your",
    "enter-your",
];

/// Found where they are all there is: the name of the thing in its place.
const WHOLE: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "username",
    "string",
    "text",
    "seconds",
    "minutes",
    "hours",
    "days",
    "required",
    "optional",
    "enabled",
    "disabled",
];

/// Found where they stand by themselves.
const SHORT: &[&str] = &[
    "your",
    "sample",
    "fake",
    "mock",
    "todo",
    "tbd",
    "fixme",
    "none",
    "null",
    "nil",
    "undefined",
    "insert",
    "replace",
    "xxx",
    "secret_here",
    "here",
    "hidden",
    "masked",
    "invalid",
    "bogus",
];

/// Rows of the keyboard and what people type without thinking.
const ROWS: &[&str] = &[
    "qwerty", "qwertz", "azerty", "asdfgh", "zxcvbn", "123456", "654321", "1q2w3e", "abc123", "123abc", "abcdef",
    "a1b2c3",
];

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn placeholders_are_known() {
        for value in [
            "xxxxxxxxxxxxxxxx",
            "1000.xxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxx",
            "your-token-here",
            "YOUR_API_KEY",
            "<token>",
            "${TOKEN}",
            "{{ token }}",
            "changeme",
            "AKIAIOSFODNN7EXAMPLE",
            "qwerty123",
            "0123456789abcdef",
            "000102030405060708090A0B0C0D0E0F",
            "deadbeefdeadbeefdeadbeef",
            "********",
            "%TOKEN%",
            "$TOKEN",
            "abcdefghijklmnop",
            "a1b2c3d4e5f6g7h8i9j0k1l2",
            "#{token}",
            "ghp_XXXXXXXXXXXXXXXXXXXX",
            "abc...",
            "REDACTED",
            "###ORACLE_PWD###",
            "sk-...",
            "key_1234",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(reason(value).is_some(), "{value}");
        }
    }

    #[test]
    fn credentials_are_not() {
        for value in [
            "Tr0ub4dor&3",
            "kX9$vQ2!mZ",
            "b7c9e2d41f",
            "pg-Zk81qLx",
            "hunter2",
            "-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkq\n-----END PRIVATE KEY-----",
        ] {
            assert_eq!(reason(value), None, "{value}");
        }
    }
}
