//! The words of API calls: what a call in the code looks like before it becomes a fact.

mod compose;
mod deluge;
mod helper;
mod home;
mod http;
pub mod look;
mod loose;
mod plain;
mod postman;
mod powershell;
mod sdk;
mod subject;
mod variable;
mod verb;

use crate::fact::{Operation, Via};
use crate::finding::Confidence;
use crate::span::Span;

/// One call of a provider's API.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    /// What is pointed at: the URL, or the method of a library.
    span: Span,
    /// Whose API.
    provider: &'static str,
    /// The operation; `None` for a blind spot.
    operation: Option<Operation>,
    via: Via,
    confidence: Confidence,
    /// How it was seen.
    why: Vec<String>,
}
