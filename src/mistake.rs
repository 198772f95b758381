//! A mistake in a file that a user wrote, a policy or a rule, with its place: what is wrong, where, how to mend it.

use crate::span::Span;

/// One mistake. Text is plain; a reporter draws it with the file beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{message}")]
pub struct Mistake {
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where, in bytes of the file; the empty span at 0 where no place is known.
    pub span: Span,
    /// How to mend it, as an imperative.
    pub help: Option<String>,
    /// Whether the file cannot be used because of it.
    pub fatal: bool,
    /// Another place that it is about, in the texts that were read with it; told in the message in the end.
    pub also: Option<Span>,
}

impl Mistake {
    /// A mistake that makes the file unusable.
    #[must_use]
    pub fn new(message: impl Into<String>, span: Span, help: impl Into<String>) -> Self {
        let help = help.into();
        Self { message: message.into(), span, help: (!help.is_empty()).then_some(help), fatal: true, also: None }
    }

    /// Something that is probably not meant, but does no harm.
    #[must_use]
    pub fn warning(message: impl Into<String>, span: Span, help: impl Into<String>) -> Self {
        Self { fatal: false, ..Self::new(message, span, help) }
    }
}
