//! What a literal is, by its own characters.

use super::shape::Shape;
use super::words::{explained, pieces};
use super::{Nature, placeholder};

/// What a value is.
#[must_use]
pub fn of(value: &str) -> Nature {
    let value = value.trim();
    if value.len() < SHORTEST {
        return Nature::Short;
    }
    if placeholder::reason(value).is_some() {
        return Nature::Placeholder;
    }
    let shape = Shape::of(value);
    if refers(value) {
        return Nature::Reference;
    }
    if counts(value, &shape) || lasts(value) {
        return Nature::Number;
    }
    if is_place(value) {
        return Nature::Place;
    }
    if is_code(value) || is_bytes(value) {
        return Nature::Code;
    }
    if is_identifier(value) || names_algorithm(value) {
        return Nature::Words;
    }
    let (inside, letters) = explained(value);
    let spaces = value.bytes().filter(u8::is_ascii_whitespace).count();
    if spaces > 0 && (spaces >= 3 || shape.foreign > 0 || inside * 2 > letters) {
        return Nature::Prose;
    }
    if shape.foreign * 2 > shape.length {
        return Nature::Prose;
    }
    let plain = letters > 0 && inside * 10 >= letters * 8;
    let joined = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:/ ".contains(&b));
    if plain && joined && shape.digits <= 2 {
        return Nature::Words;
    }
    if plain && letters * 2 > shape.length {
        return Nature::Phrase;
    }
    Nature::Odd
}

/// Names a variable, a secret store or an encrypted value instead of holding one.
fn refers(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    STORES.iter().any(|start| lower.starts_with(start))
        || ["process.env", "os.environ", "getenv", "secrets.", "config.", "settings.", "self.", "this."]
            .iter()
            .any(|word| lower.starts_with(word))
        || (value.starts_with('&') || value.starts_with('@'))
            && value[1..].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// `legacy_x2apic_available`, `V1001_TODAY_MUSIC`: a name as programs have them, however odd its words.
fn is_identifier(value: &str) -> bool {
    let mut parts = 0;
    let small = value.starts_with(|c: char| c.is_ascii_lowercase());
    let named = value.split('_').all(|part| {
        parts += 1;
        part.len() <= 14
            && part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|b| b.is_ascii_digit() || if small { b.is_ascii_lowercase() } else { b.is_ascii_uppercase() })
    });
    if !small && parts >= 3 && named {
        let (inside, letters) = explained(value);
        return inside * 10 >= letters * 7;
    }
    named && parts >= 3 && value.bytes().filter(u8::is_ascii_digit).count() <= 3
}

fn counts(value: &str, shape: &Shape) -> bool {
    if shape.digits == 0 {
        return false;
    }
    let numeric = value.bytes().all(|b| b.is_ascii_digit() || b".,:-+/ _TZxX%".contains(&b));
    numeric
        || (value.starts_with("0x") && value.len() <= 18)
        || (shape.letters() <= 2
            && shape.signs == 0
            && value.len() <= 8
            && value.starts_with(|c: char| c.is_ascii_digit())
            && shape.digits + shape.letters() == value.len()
            && shape.lower <= 2
            && shape.digits >= 3
            && value.ends_with(|c: char| c.is_ascii_alphabetic()))
}

/// `\xdf\xa6\xbf\x4d`: bytes and nothing else, as test vectors of ciphers are written. A key that a program was given by
/// somebody has letters among them.
fn is_bytes(value: &str) -> bool {
    let mut units = value.as_bytes().chunks(4);
    let is_unit =
        |unit: &[u8]| matches!(unit, [b'\\', b'x', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    value.len() >= 16 && units.all(is_unit)
}

/// `720h`, `1d12h`, `30 minutes`: a length of time.
#[must_use]
pub fn lasts(value: &str) -> bool {
    let mut rest = value;
    let mut parts = 0;
    while !rest.is_empty() && parts < 4 {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let after = rest[digits..].trim_start_matches(' ');
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        if digits == 0 || digits > 8 || !UNITS.iter().any(|unit| after[..letters].eq_ignore_ascii_case(unit)) {
            return false;
        }
        rest = after[letters..].trim_start_matches(' ');
        parts += 1;
    }
    parts > 0 && rest.is_empty()
}

/// `A128CBC-HS256`, `AES/CBC/PKCS5Padding`, `RSA-OAEP-256`: an algorithm by its name.
#[must_use]
pub fn names_algorithm(value: &str) -> bool {
    let known = |piece: String| ALGORITHMS.contains(&piece.as_str());
    let sized = |run: &str| run.is_empty() || SIZES.contains(&run);
    (5..=40).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/+. ".contains(&byte))
        && pieces(value).all(known)
        && value.split(|c: char| !c.is_ascii_digit()).all(sized)
        && pieces(value).any(|piece| piece.len() >= 2)
}

fn is_place(value: &str) -> bool {
    let bytes = value.as_bytes();
    let drive =
        bytes.len() > 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    if drive
        || value.contains("://")
        || value.starts_with("./")
        || value.starts_with("../")
        || value.starts_with("~/")
        || value.starts_with("www.")
        || value.starts_with("mailto:")
    {
        return true;
    }
    if let Some(rest) = value.strip_prefix('/') {
        // Base64 may begin with a slash, too, but does not consist of short words.
        let (inside, letters) = explained(value);
        return value.len() < 20 || inside * 2 > letters || rest.starts_with("etc/");
    }
    let ending = value.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
        return true;
    }
    let dotted = value.contains('.')
        && value
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let host =
        dotted && value.rsplit('.').next().is_some_and(|last| HOSTS.contains(&last.to_ascii_lowercase().as_str()));
    let mail = value.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.contains('.')
            && host
                .rsplit('.')
                .next()
                .is_some_and(|last| (2..=6).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_lowercase()))
            && user.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b))
    });
    host || mail
}

fn is_code(value: &str) -> bool {
    // Base64 ends in the signs of a comparison.
    if value.trim_end_matches('=').bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte)) {
        return value.starts_with("--") && !value.starts_with("---");
    }
    // `C{str}`: markup of documentation.
    if value.len() <= 24 && value.ends_with('}') && value.find('{').is_some_and(|at| at > 0) {
        return true;
    }
    let call = value.find('(').is_some_and(|at| at > 0 && value[at..].contains(')'));
    call || [
        "=>", "->", "::", "&&", "||", "==", "!=", "</", "/>", "\\d", "\\w", "\\s", "(?", "[a-z", "[A-Z", "[0-9", "%s",
        "%d", "%v", "{0}", "{}", "();", "function", "\\u", "<br",
    ]
    .iter()
    .any(|mark| value.contains(mark))
        || (value.starts_with('^') && value.ends_with('$'))
        || ["String!", "ID!", "Int!", "Boolean!"].contains(&value)
        || value.starts_with("0x") && value.contains(',')
        || value.contains("0x%")
        || value.starts_with('.') && value[1..].bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_')
        || value.starts_with('#') && value.len() <= 9
        || (value.starts_with("--") && !value.starts_with("---"))
        || value.starts_with('[')
        || value.starts_with('{')
        || value.starts_with('(')
        || value.ends_with([':', '(', '{', '[', ',', ';', '|'])
        || value.ends_with(['&', '?']) && !value.bytes().any(|byte| byte.is_ascii_digit())
}

const SHORTEST: usize = 4;

const STORES: &[&str] = &[
    "vault:",
    "$ansible_vault",
    "op://",
    "arn:",
    "ssm:",
    "secret://",
    "secrets://",
    "keyvault",
    "akv://",
    "gcp:",
    "sops:",
    "enc[",
    "{cipher}",
    "env:",
    "file:",
    "ref+",
    "aws:",
    "kms:",
    "!vault",
    "!secret",
    "!ref",
    "!sub",
    "var.",
    "env.",
    "lookup(",
];
const ENDINGS: &[&str] = &[
    "pem",
    "key",
    "crt",
    "cer",
    "p12",
    "pfx",
    "jks",
    "json",
    "yaml",
    "yml",
    "xml",
    "txt",
    "toml",
    "ini",
    "conf",
    "cfg",
    "properties",
    "js",
    "ts",
    "tsx",
    "jsx",
    "py",
    "rb",
    "go",
    "java",
    "php",
    "sh",
    "html",
    "css",
    "png",
    "jpg",
    "svg",
    "gif",
    "md",
    "sql",
    "db",
    "log",
    "csv",
    "zip",
    "gz",
    "jar",
    "exe",
    "dll",
    "so",
    "env",
    "keystore",
    "pub",
    "asc",
    "gpg",
    "rs",
    "cs",
    "vue",
];
const UNITS: &[&str] = &[
    "ns", "us", "ms", "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr",
    "hrs", "hour", "hours", "d", "day", "days", "w", "week", "weeks", "month", "months", "y", "year", "years",
];
/// What names of algorithms are put together of.
const ALGORITHMS: &[&str] = &[
    "a",
    "aes",
    "and",
    "blake",
    "b",
    "cbc",
    "ccm",
    "cfb",
    "chacha",
    "cmac",
    "ctr",
    "des",
    "dsa",
    "ec",
    "ecb",
    "ecdh",
    "ecdhe",
    "ecdsa",
    "ecies",
    "ed",
    "ede",
    "eddsa",
    "encryption",
    "es",
    "gcm",
    "gcmkw",
    "hkdf",
    "hmac",
    "hs",
    "in",
    "keccak",
    "kw",
    "md",
    "mgf",
    "nistp",
    "no",
    "none",
    "oaep",
    "ofb",
    "p",
    "padding",
    "pbes",
    "pbkdf",
    "pkcs",
    "poly",
    "prime",
    "ps",
    "pss",
    "r",
    "rs",
    "rsa",
    "rsaes",
    "rsassa",
    "secp",
    "sha",
    "shake",
    "siv",
    "t",
    "triple",
    "v",
    "with",
    "x",
    "xchacha",
    "xts",
];
/// Their lengths of keys, blocks and digests, and their versions.
const SIZES: &[&str] = &[
    "1", "2", "3", "4", "5", "7", "8", "12", "15", "16", "20", "25519", "32", "64", "128", "160", "192", "224", "256",
    "384", "448", "512", "521", "1024", "1305", "2048", "3072", "4096",
];
const HOSTS: &[&str] = &[
    "com",
    "org",
    "net",
    "io",
    "dev",
    "local",
    "localhost",
    "internal",
    "app",
    "cloud",
    "co",
    "de",
    "uk",
    "eu",
    "ru",
    "cn",
    "jp",
    "fr",
    "edu",
    "gov",
    "tld",
    "test",
];

#[cfg(test)]
mod tests {
    use super::of;
    use crate::detect::value::Nature;

    #[test]
    fn literals_have_their_nature() {
        for (value, nature) in [
            ("kd8Fq2LmXw", Nature::Odd),
            ("b7c9e2d41f0a4c6e", Nature::Odd),
            ("correct-answer-7", Nature::Words),
            ("Welcome2024!", Nature::Phrase),
            (r"\xdf\xa6\xbf\x4d\xed\x81\xdb\x03", Nature::Code),
            (r"\xdfkd8Fq2\xa6LmXw\xbf", Nature::Odd),
            ("refreshToken", Nature::Words),
            ("application_secret", Nature::Words),
            ("client_credentials", Nature::Words),
            ("vmware_legacy_x2apic_available", Nature::Words),
            ("${DB_PASSWORD}", Nature::Placeholder),
            ("process.env.TOKEN", Nature::Reference),
            ("vault:kv/data/app", Nature::Reference),
            ("/run/secrets/db", Nature::Place),
            ("certs/server.key", Nature::Place),
            ("https://auth.host/token", Nature::Place),
            ("2024-01-31", Nature::Number),
            ("720h", Nature::Number),
            ("1d12h30m", Nature::Number),
            ("A128CBC-HS256", Nature::Words),
            ("A256GCMKW", Nature::Words),
            ("AES/CBC/PKCS5Padding", Nature::Words),
            ("RSA-OAEP-256", Nature::Words),
            ("A128CBC-HS257", Nature::Odd),
            ("Enter the password of the user", Nature::Prose),
            ("getToken()", Nature::Code),
            ("ERR_DETECT=0x%08x", Nature::Code),
            ("C{str}", Nature::Code),
            ("^[a-z]+$", Nature::Code),
            ("abc", Nature::Short),
        ] {
            assert_eq!(of(value), nature, "{value}");
        }
    }
}
