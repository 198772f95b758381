//! The words of code rules: where a value stands, and what was found at it.

pub mod algorithm;
pub mod around;
pub mod bound;
pub mod cause;
pub mod check;
pub mod claims;
pub mod constants;
pub mod duration;
pub mod handed;
pub mod key;
pub mod look;
mod names;
pub mod text;
pub mod token;

use crate::span::Span;
use crate::syntax::tree::NodeId;

/// A value that a rule asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// It stands here.
    At(NodeId),
    /// It is surely not given.
    Missing,
    /// It may be given, but not where it can be seen.
    Unknown,
}

/// What a test found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The smallest thing at fault; `None` for something that is missing.
    pub span: Option<Span>,
    /// The words or number at fault.
    pub subject: Option<String>,
    /// A lifetime.
    pub seconds: Option<u64>,
    /// What must not be shown.
    pub hide: Vec<Span>,
}
