//! Many patterns asked at once, where most texts match none of them.

use regex::bytes::{Regex, RegexBuilder};

use super::secret::Pattern;

/// Tells in one or two passes that none of many patterns matches a text.
#[derive(Debug)]
pub struct Either {
    /// Patterns that end where the text does, read from its end; and those that do not.
    parts: Vec<Regex>,
    /// Whether something did not compile together, so that nothing can be told.
    unknown: bool,
}

impl Either {
    /// Puts patterns together.
    pub fn of<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> Self {
        let (ends, others): (Vec<_>, Vec<_>) = patterns.map(Pattern::as_str).partition(|source| is_ending(source));
        let lists = [ends, others].into_iter().filter(|list| !list.is_empty());
        let compiled: Option<Vec<Regex>> = lists.map(|list| together(&list)).collect();
        Self { unknown: compiled.is_none(), parts: compiled.unwrap_or_default() }
    }

    /// `false` where surely none of the patterns matches.
    #[must_use]
    pub fn may_match(&self, text: &str) -> bool {
        // A pattern's `^` and `$` stand at lines, those here at the ends of the text.
        self.unknown || text.contains('\n') || self.parts.iter().any(|part| part.is_match(text.as_bytes()))
    }
}

fn together(sources: &[&str]) -> Option<Regex> {
    let one = sources.iter().map(|source| format!("(?:{source})")).collect::<Vec<_>>().join("|");
    RegexBuilder::new(&one).size_limit(32 << 20).dfa_size_limit(2 << 20).build().ok()
}

/// Whether every match ends at the end of the text.
fn is_ending(source: &str) -> bool {
    regex_syntax::parse(source)
        .is_ok_and(|pattern| pattern.properties().look_set_suffix().contains(regex_syntax::hir::Look::End))
}

#[cfg(test)]
mod tests {
    use super::Either;
    use crate::rule::builtin;
    use crate::rule::secret::Pattern;

    #[test]
    fn what_none_of_many_patterns_matches_is_told_at_once() {
        let rules = builtin::rules();
        let keys: Vec<&Pattern> =
            rules.iter().flat_map(|rule| rule.detect().settings.iter().map(|form| &form.keys)).collect();
        let either = Either::of(keys.iter().copied());
        assert!(!either.unknown && either.parts.len() <= 2);
        let mut told = 0;
        for name in ["jwt.accesstokenlifetime", "a\njwksuri", "schemas.name.type", "oauth.forcehttps", "", "x.alg", "d"]
        {
            let one = keys.iter().any(|key| key.regex().is_some_and(|key| key.is_match(name.as_bytes())));
            assert!(either.may_match(name) || !one, "{name}");
            told += u32::from(!either.may_match(name));
        }
        assert!(told >= 1, "most names are none");
    }
}
