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
    /// Whether the value begins as a known form of credentials does, without being one.
    pub malformed: bool,
    /// How many candidates the file has.
    pub candidates: usize,
    /// How often the same value stands in the file.
    pub repeated: usize,
}

/// The names of the features, in the order of [`row`].
pub const NAMES: [&str; 48] = [
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
];

/// The features of a candidate.
#[must_use]
pub fn row(candidate: &Candidate, value: &str, around: &Surroundings<'_>) -> [f32; 48] {
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
        around.candidates.min(100) as f32,
        around.repeated.min(20) as f32,
    ]
}

fn commented(before: &str) -> bool {
    let line = before.trim_start();
    ["//", "#", "*", "/*", ";", "--", "<!--"].iter().any(|mark| line.starts_with(mark))
}
