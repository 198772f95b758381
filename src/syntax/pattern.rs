//! Patterns that look like code, with `$VARIABLES`, as ast-grep reads them.

use std::collections::BTreeMap;

use ast_grep_core::AstGrep;
use ast_grep_core::matcher::{MatcherExt, Pattern};
use ast_grep_core::tree_sitter::StrDoc;
use ast_grep_language::SupportLang;

use super::grammar::{parse, supported};
use super::language::Language;
use super::tree::Code;
use crate::span::Span;

/// One match of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Where it stands.
    pub span: Span,
    /// What its variables stand for.
    pub variables: BTreeMap<String, Span>,
}

/// All matches of a pattern in reading order; none in Rust, which is read without a grammar.
#[must_use]
pub fn find(code: &Code<'_>, pattern: &str) -> Vec<Match> {
    let Some(language) = supported(code.language()) else { return Vec::new() };
    let Ok(pattern) = Pattern::try_new(pattern, language) else { return Vec::new() };
    let Some(tree) = parse(code.source(), code.language()) else { return Vec::new() };
    let root: AstGrep<StrDoc<SupportLang>> =
        AstGrep::doc(StrDoc { src: code.source().to_owned(), lang: language, tree });
    let root = root.root();
    let mut found = Vec::new();
    for node in root.dfs() {
        let Some(matched) = pattern.match_node(node) else { continue };
        let range = matched.range();
        let mut variables = BTreeMap::new();
        for variable in matched.get_env().get_matched_variables() {
            let ast_grep_core::meta_var::MetaVariable::Capture(name, _) = variable else { continue };
            if let Some(bound) = matched.get_env().get_match(&name) {
                let range = bound.range();
                variables.insert(name, Span::of(range.start, range.end));
            }
        }
        found.push(Match { span: Span::of(range.start, range.end), variables });
    }
    found
}

/// Whether a pattern can be read in a language.
///
/// # Errors
/// What is wrong with it.
pub fn check(pattern: &str, language: Language) -> Result<(), String> {
    match supported(language) {
        Some(language) => Pattern::try_new(pattern, language).map(|_| ()).map_err(|error| error.to_string()),
        None => Err("patterns are not for Rust; use `call`, `set` or `name`".to_owned()),
    }
}
