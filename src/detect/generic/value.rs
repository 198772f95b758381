//! How probable it is that a candidate is a credential, with the reasons.

use base64::Engine as _;
use uuid::Uuid;

use super::feature::{Surroundings, row};
use super::key::promise;
use super::kind::Kind;
use super::{Candidate, Context, Family, header, model, web_token};
use crate::detect::value::shape::{Shape, mangled};
use crate::detect::value::words::{bare, pieces};
use crate::detect::value::{Nature, nature, placeholder};
use crate::fact::Role;
use crate::finding::{Confidence, Persona};

/// What the judge says of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How sure.
    pub confidence: Confidence,
    /// The calmest reader who should see it.
    pub persona: Persona,
    /// Why, in words.
    pub why: String,
}

/// Judges a candidate; `None` for what nobody should see.
#[must_use]
pub fn judge(candidate: &Candidate, value: &str, around: &Surroundings<'_>) -> Option<Verdict> {
    if candidate.family == Family::WebToken {
        let (persona, confidence, why) = web_token::grade(value);
        return Some(Verdict { confidence, persona, why: format!("the token decodes; {why}") });
    }
    if placeholder::reason(value).is_some() {
        return None;
    }
    let nature = nature::of(value);
    if matches!(nature, Nature::Short | Nature::Placeholder | Nature::Reference | Nature::Code) {
        return None;
    }
    // `720h`, `A128CBC-HS256`, `I915_FBC_PW2`: surely something else, for every reader.
    let constant = !candidate.quoted && around.kind == Kind::Code && names_constant(value);
    if constant || nature::lasts(value) || nature::names_algorithm(value) {
        return None;
    }
    // `WIFI_PSWD = "wifi_pswd"`, `"apigw_api_key": "NCP_APIGW_API_KEY"`: names of variables and fields.
    if names_itself(around.name, value) || names_constant(value) && promise(value).is_some_and(|(_, firm)| firm == 2) {
        return None;
    }
    let machine = matches!(candidate.family, Family::Token | Family::ApiKey);
    // `("qwen2_omni_token2wav", "qwen2_omni")`
    if machine && is_part_of_name(around.name, value) {
        return None;
    }
    // `'opaquelocktoken': 'RFC 2518'`, `<releaseManagerKey>86fd…`.
    if machine && (candidate.strength > 0 && cites(value) || names_key(around.name) && is_id_of_key(value)) {
        return None;
    }
    let score = model::score(&row(candidate, value, around));
    let chosen = chosen(candidate, value, around);
    let (confidence, persona) = match score {
        s if s >= SURE => (Confidence::High, Persona::Regular),
        s if s >= LIKELY || chosen => (Confidence::Medium, Persona::Regular),
        s if s >= DOUBTFUL => (Confidence::Low, Persona::Pedantic),
        s if s >= FAINT => (Confidence::Low, Persona::Auditor),
        _ => return None,
    };
    let mut why = format!("the value is {}, score {score:.2}", nature.word());
    let doubt = doubt(candidate, value, around);
    if let Some(doubt) = doubt {
        why.push_str("; ");
        why.push_str(doubt);
    }
    let (confidence, persona) = match doubt {
        Some(_) => (Confidence::Low, persona.max(Persona::Pedantic)),
        None => (confidence, persona),
    };
    Some(Verdict { confidence, persona, why })
}

/// Whether it is a password as people choose them, a word with digits, in a file of the product. The development data
/// has few of them (its credentials are random), so the model does not know them well enough.
#[must_use]
pub fn chosen(candidate: &Candidate, value: &str, around: &Surroundings<'_>) -> bool {
    let nature = nature::of(value);
    let given = match candidate.context {
        Context::Comparison | Context::Argument | Context::Setter | Context::Position => false,
        Context::Command => around.kind != Kind::Code,
        _ => true,
    };
    let shape = Shape::of(value);
    let lower = value.to_ascii_lowercase();
    // `super$ecret`: a sign in the place of a letter. In code it may be the sign of a variable.
    let signed = matches!(around.kind, Kind::Data | Kind::Text)
        && candidate.quoted
        && !value.starts_with('$')
        && value.as_bytes().windows(3).any(|three| {
            b"@$!".contains(&three[1]) && three[0].is_ascii_alphabetic() && three[2].is_ascii_alphabetic()
        });
    given
        && candidate.family.chosen()
        && (candidate.strength == 2 || candidate.strength == 1 && around.user)
        && around.role == Role::Product
        && matches!(nature, Nature::Phrase | Nature::Odd)
        && (6..=40).contains(&value.len())
        && (shape.digits > 0 || signed)
        && shape.letters() > shape.signs
        && !["pass", "secret", "token", "key", "test", "user", "hunter2"].iter().any(|word| lower.contains(word))
}

/// What speaks against a value, whatever its score.
#[must_use]
pub fn doubt(candidate: &Candidate, value: &str, around: &Surroundings<'_>) -> Option<&'static str> {
    if says_it_is_none(around.name) {
        return Some("its name says that it is made up");
    }
    if around.labels && !value.bytes().any(|byte| byte.is_ascii_digit()) {
        return Some("the file holds what a program says to people");
    }
    if around.malformed.is_some() {
        return around.malformed;
    }
    // What programs make up to send in headers and URLs keeps to their alphabet; people do not.
    let made = matches!(candidate.family, Family::Token | Family::ApiKey) && candidate.context != Context::Url;
    // A bare `key` may be the key of a cipher, of any characters but of its length.
    let made = made && !of_wordpress(around.name);
    let made = made && !(candidate.strength == 0 && matches!(value.len(), 16 | 24 | 32));
    if made && value.bytes().any(|byte| byte.is_ascii_punctuation() && !b"_-+/=.:~%|".contains(&byte)) {
        return Some("no token has such characters");
    }
    if HASHES.iter().any(|start| value.starts_with(start)) || value.starts_with('$') && value.matches('$').count() >= 3
    {
        return Some("it is the hash of a password");
    }
    if value.ends_with("/*")
        || value.starts_with("*.")
        || value.ends_with('*') && !value.bytes().any(|byte| byte.is_ascii_digit())
    {
        return Some("it is a pattern");
    }
    if Shape::of(value).foreign * 2 > value.len() {
        return Some("it is written in the letters of a language");
    }
    if PUBLIC_HALVES.iter().any(|start| value.starts_with(start)) {
        return Some("it is a public key");
    }
    if matches!(candidate.context, Context::Url) && stands_for_any_host(around) {
        return Some("user and host are words for a user and a host");
    }
    if candidate.context == Context::Url && example_host(around.after) {
        return Some("the host is an example");
    }
    if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && value.matches('.').count() >= 3 {
        return Some("it is the number of an object or an address");
    }
    if !candidate.quoted && matches!(around.kind, Kind::Code | Kind::Text) && nature::of(value) == Nature::Number {
        return Some("it is a number in a text");
    }
    if made && padded_inside(value) {
        return Some("its padding stands in the middle");
    }
    if IDENTIFIERS.iter().any(|start| value.starts_with(start)) {
        return Some("it is an identifier, which is public");
    }
    if aws_secret_key(around.name) && value.len() != 40 {
        return Some("the name is that of an AWS secret access key, which has 40 characters");
    }
    if made && !candidate.quoted && around.kind == Kind::Code && Uuid::try_parse(value).is_ok() {
        return Some("it is an identifier in a comment");
    }
    if is_fingerprint(value, around.before) {
        return Some("it is the fingerprint of a public key");
    }
    if mangled(value, 2) {
        return Some("all of it but a letter is hexadecimal");
    }
    let digits = value.bytes().any(|byte| byte.is_ascii_digit());
    let machine = !candidate.family.chosen() && candidate.family != Family::Header;
    if machine && candidate.strength == 0 && (value.len() < 16 || !digits) {
        return Some("the name promises little, and the value is short or has no digit");
    }
    let key = matches!(candidate.family, Family::Token | Family::ApiKey);
    if key && value.len() < 8 {
        return Some("it is too short for what a program makes up");
    }
    if key && joins_words(value) {
        return Some("it is words in small letters");
    }
    if candidate.strength == 0 && value.len() < 24 && value.contains('/') {
        return Some("the name promises little, and the value has parts");
    }
    if is_hash_of_file(value, around.before) {
        return Some("it is the hash of the file before it");
    }
    if candidate.family == Family::Password && value.len() > LONGEST_PASSWORD {
        return Some("nobody has such a long password");
    }
    if machine && value.len() < 12 && !digits {
        return Some("it is short and has no digit");
    }
    if around.kind == Kind::Code && around.before.len() + around.after.len() >= LONG_LINE && value.len() < 16 {
        return Some("the line was not written by a person, and the value is short");
    }
    if around.before.to_ascii_lowercase().contains("badge") || around.after.to_ascii_lowercase().contains("badge") {
        return Some("the token of a badge is public");
    }
    if candidate.inner.is_none()
        && value.len() >= 8
        && let Some(decoded) = decoded(value)
        && matches!(nature::of(&decoded), Nature::Words | Nature::Prose | Nature::Placeholder | Nature::Reference)
    {
        return Some("decoded, it is words");
    }
    None
}

/// The keys and salts of WordPress: 64 printable signs, whatever they are.
/// <https://developer.wordpress.org/advanced-administration/wordpress/wp-config/#security-keys>
fn of_wordpress(name: &str) -> bool {
    let upper = name.trim_matches(['\'', '"']).to_ascii_uppercase();
    ["AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY"].iter().any(|end| upper.ends_with(end)) || upper.ends_with("_SALT")
}

/// `wifi_pswd` for `WIFI_PSWD`.
fn names_itself(name: &str, value: &str) -> bool {
    let value = bare(value);
    value.len() >= 4 && value == bare(name.rsplit(['.', ':']).next().unwrap_or(name))
}

/// A piece of its own name, of some length.
fn is_part_of_name(name: &str, value: &str) -> bool {
    value.len() >= 6 && name.len() > value.len() && name.to_ascii_lowercase().contains(&value.to_ascii_lowercase())
}

/// `ambiclimate_auth`: no token that a program makes up is so.
fn joins_words(value: &str) -> bool {
    let small = |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-');
    value.len() < 24 && value.contains(['_', '-']) && value.bytes().all(small)
}

/// `"src/token.rs":"57f2…"`
fn is_hash_of_file(value: &str, before: &str) -> bool {
    let hash = matches!(value.len(), 32 | 40 | 64 | 128) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = before.trim_end_matches(['"', '\'', ':', ' ']).rsplit(['"', '\'', ' ', ',']).next().unwrap_or_default();
    hash && key.contains('/') && key.contains('.') && !key.contains("://")
}

/// `DUMMY_SECRET`, `mockToken`.
fn says_it_is_none(name: &str) -> bool {
    pieces(name).any(|word| ["dummy", "fake", "mock", "mocked", "bogus", "placeholder"].contains(&word.as_str()))
}

/// `mysql://username:p@ss@hostname/database`: words for what stands there.
fn stands_for_any_host(around: &Surroundings<'_>) -> bool {
    let user = around.before.trim_end_matches(':').rsplit('/').next().unwrap_or_default();
    ["host", "hostname", "server", "servername", "dbhost", "domain"].contains(&host(around.after).as_str())
        && ["user", "username", "usr", "login", "name"].contains(&user.to_ascii_lowercase().as_str())
}

/// `I915_FBC_PW2`: capitals joined by `_`.
fn names_constant(value: &str) -> bool {
    value.contains('_')
        && value.starts_with(|c: char| c.is_ascii_uppercase())
        && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Base64 has its `=` at the end; `a=b` is no piece of it.
fn padded_inside(value: &str) -> bool {
    let body = value.trim_end_matches('=');
    body.contains('=') && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte))
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html>
fn aws_secret_key(name: &str) -> bool {
    let bare: String = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    ["awssecretkey", "awssecretaccesskey"].iter().any(|end| bare.ends_with(end))
}

/// `RFC 2518`: words and numbers of a text. A scheme before a token is one word, and the token is long.
fn cites(value: &str) -> bool {
    value.contains(' ') && value.split(' ').all(|word| word.len() < 12)
}

/// `Release GPG key: 4C…`: the id or the fingerprint of a key that everybody may have.
fn is_fingerprint(value: &str, before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    is_id_of_key(value) && ["gpg", "pgp", "fingerprint", "thumbprint"].iter().any(|word| lower.contains(word))
}

/// A name that asks for the public key of somebody who signs releases, or for its id.
fn names_key(name: &str) -> bool {
    let bare = bare(name);
    ["releasemanagerkey", "releasekey", "gpgkey", "pgpkey"].iter().any(|end| bare.ends_with(end))
}

/// The lengths that ids and fingerprints of keys have in hexadecimal.
fn is_id_of_key(value: &str) -> bool {
    matches!(value.len(), 8 | 16 | 18 | 32 | 40 | 64)
        && value.trim_start_matches("0x").bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The host behind a user and a password, in small letters.
fn host(after: &str) -> String {
    let host = after.trim_start_matches('@').split(['/', ':', '?', '"', '\'', ' ']).next();
    host.unwrap_or_default().to_ascii_lowercase()
}

/// `example.com` and what else RFC 2606 sets aside.
fn example_host(after: &str) -> bool {
    let host = host(after);
    ["example", "invalid", "test"].iter().any(|end| host.rsplit('.').next() == Some(*end))
        || ["example.com", "example.org", "example.net"].iter().any(|end| host.ends_with(end))
}

/// The text that a value is in base64.
fn decoded(value: &str) -> Option<String> {
    let bytes = header::decoder().decode(value).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.chars().all(|c| c.is_ascii() && !c.is_ascii_control()).then_some(text)
}

const HASHES: &[&str] = &[
    "$argon2", "$2a$", "$2b$", "$2y$", "$1$", "$5$", "$6$", "$y$", "$apr1$", "pbkdf2", "$pbkdf2", "{SHA}", "{SSHA}",
    "{bcrypt}", "bcrypt", "scrypt",
];

const PUBLIC_HALVES: &[&str] =
    &["ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-", "age1", "-----BEGIN PUBLIC", "-----BEGIN CERT"];

/// What clients and applications are called by: the consumer key of Salesforce, publishable keys of Stripe and Langfuse.
const IDENTIFIERS: &[&str] = &["3MVG9", "pk_live_", "pk_test_", "pk-lf-"];

/// A longer one is a piece of a program.
const LONGEST_PASSWORD: usize = 256;

/// Of what is shown of a line on both sides, this much comes only from a line that a program wrote.
const LONG_LINE: usize = 400;
const SURE: f32 = 0.8;
const LIKELY: f32 = 0.5;
const DOUBTFUL: f32 = 0.25;
const FAINT: f32 = 0.05;

#[cfg(test)]
mod tests {
    use super::{
        cites, doubt, is_hash_of_file, is_part_of_name, joins_words, names_itself, names_key, says_it_is_none,
    };
    use crate::detect::generic::feature::Surroundings;
    use crate::detect::generic::kind::Kind;
    use crate::detect::generic::{Candidate, Context, Family};
    use crate::fact::Role;
    use crate::span::Span;

    #[test]
    fn an_identifier_in_a_comment_is_doubted_and_one_in_quotes_is_not() {
        let value = &uuid::Uuid::from_u128(0x2ab7_4924_c335_45f4_9b16_8569_e5b0_8258).to_string();
        let of = |quoted, kind| {
            let candidate = Candidate {
                key: Span::of(0, 8),
                family: Family::Token,
                strength: 2,
                value: Span::of(9, 45),
                quoted,
                context: Context::Assignment,
                inner: None,
            };
            let around = Surroundings {
                kind,
                role: Role::Product,
                name: "vf_token",
                before: "",
                after: "",
                malformed: None,
                candidates: 1,
                repeated: 1,
                labels: false,
                user: false,
            };
            doubt(&candidate, value, &around)
        };
        assert_eq!(of(false, Kind::Code), Some("it is an identifier in a comment"));
        assert_eq!(of(true, Kind::Code), None);
        assert_eq!(of(false, Kind::Data), None);
    }

    #[test]
    fn hashes_of_files_and_joined_words_are_no_tokens() {
        let hash = "8d5e".repeat(16);
        assert!(is_hash_of_file(&hash, "{\"tests/keys/ca.key\":\"") && !is_hash_of_file(&hash, "{\"tests.key\":\""));
        assert!(joins_words("ambiclimate_auth") && !joins_words("ambiclimate_auth7") && !joins_words("ambiclimate"));
    }

    #[test]
    fn a_name_that_says_itself_or_that_it_is_made_up_gives_nothing() {
        assert!(names_itself("WIFI_PSWD", "wifi_pswd") && names_itself("conf.api-key", "API_KEY"));
        assert!(!names_itself("password", "passwords9"));
        assert!(is_part_of_name("qwen2_omni_token2wav", "qwen2_omni") && !is_part_of_name("qwen2_token", "qwen9_omni"));
        assert!(says_it_is_none("DUMMY_SECRET") && says_it_is_none("mockToken") && !says_it_is_none("hammock_token"));
    }

    #[test]
    fn citations_and_keys_of_signers_are_known() {
        assert!(cites("RFC 2518"));
        assert!(!cites("RFC2518"));
        assert!(!cites(&format!("Bearer {}", "a8".repeat(8))));
        assert!(names_key("commons.releaseManagerKey"));
        assert!(!names_key("gpg_secret_key"));
    }
}
