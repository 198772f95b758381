//! The words of values: what a literal is, before anybody asks what it is for.

pub mod nature;
pub mod placeholder;
pub mod published;
pub mod readable;
pub mod shape;
pub mod words;

/// What a literal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// Random enough, or odd enough, to be a credential.
    Odd,
    /// Words with digits or signs between them, as people make passwords.
    Phrase,
    /// Words of a language or of programs: `admin`, `refreshToken`, `my_secret`.
    Words,
    /// Stands for a value that somebody else fills in: `xxxx`, `<token>`, `changeme`.
    Placeholder,
    /// Names where the value is: `${TOKEN}`, `env.TOKEN`, `vault:kv/x`.
    Reference,
    /// A piece of program or markup: a call, a pattern, a tag, a format string.
    Code,
    /// A place: a path or a URL.
    Place,
    /// A number, date, version or size.
    Number,
    /// A sentence.
    Prose,
    /// Too short to be anything.
    Short,
}

impl Nature {
    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Odd => "odd",
            Self::Phrase => "phrase",
            Self::Words => "words",
            Self::Placeholder => "placeholder",
            Self::Reference => "reference",
            Self::Code => "code",
            Self::Place => "place",
            Self::Number => "number",
            Self::Prose => "prose",
            Self::Short => "short",
        }
    }
}
