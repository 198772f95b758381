//! The grammars: with `lower.rs` and `pattern.rs` the only file that names tree-sitter and ast-grep.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use ast_grep_language::{LanguageExt, SupportLang};
use tree_sitter::{Language as Grammar, ParseOptions, Parser, Tree};

use super::language::Language;

/// The grammar of a language; `None` for Rust, which `syn` reads.
pub(super) fn of(language: Language) -> Option<Grammar> {
    supported(language).map(|language| language.get_ts_language())
}

/// What ast-grep calls a language.
pub(super) const fn supported(language: Language) -> Option<SupportLang> {
    Some(match language {
        Language::Bash => SupportLang::Bash,
        Language::CSharp => SupportLang::CSharp,
        Language::Go => SupportLang::Go,
        Language::Hcl => SupportLang::Hcl,
        Language::Java => SupportLang::Java,
        Language::JavaScript => SupportLang::JavaScript,
        Language::Kotlin => SupportLang::Kotlin,
        Language::Php => SupportLang::Php,
        Language::Python => SupportLang::Python,
        Language::Ruby => SupportLang::Ruby,
        Language::Rust => return None,
        Language::TypeScript => SupportLang::TypeScript,
        Language::Tsx => SupportLang::Tsx,
    })
}

thread_local! {
    static PARSERS: RefCell<BTreeMap<Language, Parser>> = const { RefCell::new(BTreeMap::new()) };
}

/// Parses within a budget of steps, not of time: the same text always gives the same answer.
pub(super) fn parse(text: &str, language: Language) -> Option<Tree> {
    let grammar = of(language)?;
    PARSERS.with_borrow_mut(|parsers| {
        let parser = match parsers.entry(language) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let mut parser = Parser::new();
                parser.set_language(&grammar).ok()?;
                entry.insert(parser)
            }
        };
        let bytes = text.as_bytes();
        let mut steps = bytes.len() / BYTES_PER_STEP + LEAST_STEPS;
        let mut progress = |_: &tree_sitter::ParseState| {
            steps = steps.saturating_sub(1);
            if steps == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        parser.reset();
        tree
    })
}

/// The parser reports every hundred operations; ordinary code needs about one operation a byte, code in error recovery
/// some ten times more.
const BYTES_PER_STEP: usize = 4;

/// Steps that every text has.
const LEAST_STEPS: usize = 20_000;
