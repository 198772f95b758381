//! What a text says of scopes for other texts: constants that it offers, names that it asks for, names that it only checks.

use crate::fact::Fact;
use crate::scope::ProviderId;
use crate::span::Span;

/// What is said, before it gets its place.
#[derive(Debug)]
pub struct Noted {
    /// Where.
    pub span: Span,
    /// How it was seen.
    pub why: Vec<String>,
    /// The client id beside it.
    pub client_id: Option<String>,
    /// What is said.
    pub note: Note,
}

/// A note with its place: a fact that says nothing yet.
#[derive(Debug)]
pub struct Shared {
    /// The place.
    pub fact: Fact,
    /// What is said there.
    pub note: Note,
}

/// What a text says of scopes for other texts.
#[derive(Clone, Debug)]
pub enum Note {
    /// A constant that holds scopes.
    Offer(Offer),
    /// A name of another file that scopes are asked for by.
    Want(Meant),
    /// How a name of another file is used otherwise.
    Use {
        /// The name.
        meant: Meant,
        /// Whether granted scopes are only held against it.
        checked: bool,
    },
}

/// A constant that holds scopes.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The object or class that it is a member of.
    pub owner: Option<String>,
    /// Its name.
    pub name: String,
    /// What it holds.
    pub scopes: Vec<(String, ProviderId)>,
    /// Where its scopes stand.
    pub spans: Vec<Span>,
    /// Whether its scopes are told where they stand.
    pub told: bool,
    /// Whether nothing in its own file uses it.
    pub idle: bool,
}

/// A name of another file that is meant by a name or a path of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The module that has it; `None` where the language imports none by their place.
    pub module: Option<Module>,
    /// The object, class or package that it is a member of.
    pub owner: Option<String>,
    /// The constant.
    pub name: String,
}

/// Where a module stands, seen from the file that imports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// How many folders up from the importing file's own; `None` where its place is told from the root of something.
    pub up: Option<usize>,
    /// Its path from there, without an ending.
    pub parts: Vec<String>,
}
