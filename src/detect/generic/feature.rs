//! What the judge of candidates looks at: one row of numbers, each with a name.

use super::kind::Kind;
use super::{Candidate, Context, Family};
use crate::detect::entropy::shannon;
use crate::detect::value::readable::surprise;
use crate::detect::value::shape::Shape;
use crate::detect::value::words::{explained, pieces};
use crate::detect::value::{Nature, nature};
use crate::fact::Role;

/// What surrounds a candidate.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'t> {
    /// What the file speaks.
    pub kind: Kind,
    /// What the file is for.
    pub role: Role,
    /// The name beside the value.
    pub name: &'t str,
    /// The line up to the value, cut to a bounded length.
    pub before: &'t str,
    /// The line after the value, cut to a bounded length.
    pub after: &'t str,
    /// What the value is nearly, without being it, where that is known.
    pub malformed: Option<&'static str>,
    /// How many candidates the file has.
    pub candidates: usize,
    /// How often the same value stands in the file.
    pub repeated: usize,
    /// Whether the file holds the texts of a program in a language.
    pub labels: bool,
    /// Whether a user is named on the lines beside it.
    pub user: bool,
}

/// How many features there are.
pub const COUNT: usize = 57;

/// The names of the features, in the order of [`row`].
pub const NAMES: [&str; COUNT] = [
    "chosen",
    "token",
    "secret",
    "client-secret",
    "api-key",
    "strength",
    "name-length",
    "name-capitals",
    "name-is-value",
    "assignment",
    "entry",
    "comparison",
    "argument",
    "setter",
    "position",
    "default",
    "flag",
    "tag",
    "setting",
    "command",
    "url",
    "header",
    "quoted",
    "code",
    "data",
    "shell",
    "text",
    "test",
    "docs",
    "generated",
    "length",
    "lower",
    "upper",
    "digits",
    "signs",
    "classes",
    "distinct",
    "entropy",
    "changes",
    "steps",
    "explained",
    "surprise",
    "hex",
    "word-parts",
    "nature",
    "comment",
    "crowd",
    "repeated",
    "key-length",
    "uuid",
    "base64",
    "lower-only",
    "word-and-number",
    "name-sham",
    "name-public",
    "labels",
    "user-near",
];

/// The features of a candidate.
#[must_use]
pub fn row(candidate: &Candidate, value: &str, around: &Surroundings<'_>) -> [f32; COUNT] {
    let shape = Shape::of(value);
    let length = shape.length.max(1) as f32;
    let is = |yes: bool| if yes { 1.0 } else { 0.0 };
    let in_context = |context: Context| is(candidate.context == context);
    let share = |count: usize| count as f32 / length;
    let (inside, letters) = explained(value);
    let lower_name = around.name.to_ascii_lowercase();
    let lower_value = value.to_ascii_lowercase();
    let named = pieces(around.name).filter(|piece| piece.len() >= 3).any(|piece| lower_value.contains(&piece))
        || (lower_value.len() >= 4 && lower_name.contains(&lower_value));
    let capitals = around.name.bytes().filter(u8::is_ascii_uppercase).count();
    let name_letters = around.name.bytes().filter(u8::is_ascii_alphabetic).count().max(1);
    let hex = value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    [
        is(candidate.family.chosen()),
        is(candidate.family == Family::Token || candidate.family == Family::Header),
        is(candidate.family == Family::Secret),
        is(candidate.family == Family::ClientSecret),
        is(candidate.family == Family::ApiKey),
        f32::from(candidate.strength),
        around.name.len().min(40) as f32,
        capitals as f32 / name_letters as f32,
        is(named),
        in_context(Context::Assignment),
        in_context(Context::Entry),
        in_context(Context::Comparison),
        in_context(Context::Argument),
        in_context(Context::Setter),
        in_context(Context::Position),
        in_context(Context::Default),
        in_context(Context::Flag),
        in_context(Context::Tag),
        in_context(Context::Setting),
        in_context(Context::Command),
        in_context(Context::Url),
        in_context(Context::Header),
        is(candidate.quoted),
        is(around.kind == Kind::Code),
        is(around.kind == Kind::Data),
        is(around.kind == Kind::Shell),
        is(around.kind == Kind::Text),
        is(around.role == Role::Test),
        is(around.role == Role::Docs),
        is(around.role == Role::Generated),
        shape.length.min(200) as f32,
        share(shape.lower),
        share(shape.upper),
        share(shape.digits),
        share(shape.signs),
        shape.classes() as f32,
        shape.distinct as f32 / length.min(64.0),
        shannon(value),
        share(shape.changes),
        share(shape.steps),
        if letters == 0 { 0.0 } else { inside as f32 / letters as f32 },
        surprise(value).unwrap_or(5.0),
        is(hex && shape.digits > 0),
        pieces(value).take(30).count() as f32,
        match nature::of(value) {
            Nature::Odd => 4.0,
            Nature::Phrase => 3.0,
            Nature::Words => 2.0,
            Nature::Number => 1.0,
            _ => 0.0,
        },
        is(commented(around.before)),
        around.candidates.min(30) as f32,
        around.repeated.min(5) as f32,
        is(KEY_LENGTHS.contains(&value.trim_end_matches('=').len())),
        is(uuid(value)),
        is(base64(value, &shape)),
        is(shape.lower == shape.length),
        is(word_and_number(value)),
        is(pieces(around.name).any(|piece| SHAM.contains(&piece.as_str()))),
        is(pieces(around.name).any(|piece| PUBLIC.contains(&piece.as_str()))),
        is(around.labels),
        is(around.user),
    ]
}

fn uuid(value: &str) -> bool {
    value.len() == 36
        && value
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn base64(value: &str, shape: &Shape) -> bool {
    let body = value.trim_end_matches('=');
    shape.lower > 0
        && shape.upper > 0
        && shape.digits > 0
        && (body.len() < value.len() || value.len() >= 24)
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

/// `Summer2019!`: one word, then digits and signs.
fn word_and_number(value: &str) -> bool {
    let word = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = value.as_bytes().get(word..).unwrap_or_default();
    word >= 3 && !rest.is_empty() && rest.len() <= 6 && rest.iter().all(|byte| !byte.is_ascii_alphabetic())
}

fn commented(before: &str) -> bool {
    let line = before.trim_start();
    ["//", "#", "*", "/*", ";", "--", "<!--"].iter().any(|mark| line.starts_with(mark))
}

/// Lengths of keys of 10 to 64 bytes in hex and Base64.
const KEY_LENGTHS: &[usize] = &[16, 20, 22, 24, 27, 32, 40, 43, 48, 64, 86, 96, 128];
/// Words of names whose values are made up.
const SHAM: &[&str] = &[
    "example", "sample", "fake", "mock", "dummy", "test", "invalid", "wrong", "bad", "expected", "stub", "foo", "bar",
];
/// Words of names whose values may be known.
const PUBLIC: &[&str] = &[
    "public",
    "hash",
    "hashed",
    "encrypted",
    "cipher",
    "digest",
    "nonce",
    "signature",
    "sign",
    "fingerprint",
    "next",
    "page",
    "cursor",
    "id",
    "checksum",
    "salt",
    "verifier",
];
