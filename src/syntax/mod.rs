//! The one door to parsed source code: `parse` gives a neutral tree for every language.
//!
//! ```
//! use overscope::syntax::{language::Language, parse};
//!
//! let code = parse("const ALG = 'RS256'; sign(body, key, { algorithm: ALG })", Language::JavaScript).expect("parses");
//! let call = code.calls().next().expect("there is a call");
//! assert_eq!(code.callee(call), "sign");
//! let options = code.argument(call, 2, &[]).expect("there are three arguments");
//! let algorithm = code.member(options, "algorithm").expect("it is set");
//! assert_eq!(code.value(algorithm).text(), Some("RS256"));
//! ```

mod grammar;
pub mod import;
pub mod language;
mod lower;
mod mark;
pub mod pattern;
mod query;
mod raw;
mod rust;
mod shape;
mod tangle;
pub mod tree;
pub mod value;

use self::language::Language;
use self::tree::Code;

/// Parses a text; `None` where it is larger than code written by hand, made to be read in very many ways, or takes too
/// long.
#[must_use]
pub fn parse(text: &str, language: Language) -> Option<Code<'_>> {
    if text.len() > MAX_SOURCE {
        return None;
    }
    if language == Language::Rust {
        return rust::parse(text);
    }
    if tangle::is_tangled(text, language) {
        return None;
    }
    let tree = grammar::parse(text, language)?;
    lower::lower(tree.root_node(), text, language)
}

/// Larger files are bundles and generated tables; a tree takes some twenty times the memory of its text.
pub const MAX_SOURCE: usize = 1024 * 1024;

#[cfg(test)]
mod tests;
