//! Values beside the name of a provider that are nearly what that provider gives out: damaged, cut short, made up.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::rule::mould::{Mould, moulds};
use crate::rule::sought::SHORT_WORD;
use crate::rule::{Rule, RuleSet};

/// The forms of credentials that are known by the provider's name before them.
#[derive(Debug)]
pub struct Vendors<'r> {
    forms: Vec<Form<'r>>,
    /// The words that name providers, each with the place of its form.
    words: Vec<(&'r str, usize)>,
    matcher: OnceLock<Option<AhoCorasick>>,
}

#[derive(Debug)]
struct Form<'r> {
    rule: &'r Rule,
    at: usize,
    moulds: OnceLock<Vec<Mould>>,
}

impl<'r> Vendors<'r> {
    /// Takes the named forms of all rules.
    #[must_use]
    pub fn new(rules: &'r RuleSet) -> Self {
        let (mut forms, mut words) = (Vec::new(), Vec::new());
        for rule in rules.iter() {
            for (at, sought) in rule.seeks.secret.iter().enumerate().filter(|(_, sought)| sought.named) {
                words.extend(sought.anchors.iter().map(|word| (word.as_str(), forms.len())));
                forms.push(Form { rule, at, moulds: OnceLock::new() });
            }
        }
        Self { forms, words, matcher: OnceLock::new() }
    }

    /// Whether a provider is named in what stands before a value, whose credentials are nearly like it and never quite.
    #[must_use]
    pub fn refuse(&self, before: &str, value: &str) -> bool {
        // The kind that is made fastest: what stands before a value is short.
        let make = || {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::NoncontiguousNFA));
            builder.build(self.words.iter().map(|word| word.0)).ok()
        };
        let Some(matcher) = self.matcher.get_or_init(make) else { return false };
        matcher.find_overlapping_iter(before).any(|found| {
            let (word, form) = self.words[found.pattern().as_usize()];
            let letter = |at: usize| before.as_bytes().get(at).is_some_and(u8::is_ascii_lowercase);
            let alone = !found.start().checked_sub(1).is_some_and(letter) && !letter(found.end());
            (word.len() > SHORT_WORD || alone)
                && self.forms[form].moulds().iter().any(|mould| mould.is_nearly(value.as_bytes()))
        })
    }
}

impl Form<'_> {
    fn moulds(&self) -> &[Mould] {
        let form = || self.rule.detect().secret.get(self.at);
        self.moulds.get_or_init(|| form().map(|form| moulds(form.pattern.as_str())).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::Vendors;
    use crate::rule::builtin;

    #[test]
    fn what_is_nearly_the_key_of_the_provider_named_before_it_is_refused() {
        let rules = builtin::rules();
        let vendors = Vendors::new(&rules);
        let key = format!("{:032x}", 0xb7c9_e2d4_1f08_3a5e_6d92_c1b0_47fa_835e_u128);
        let (short, odd) = (&key[1..], key.replacen('b', "B", 1));
        for (before, value, refused) in [
            ("calling toggl\nusing key=", short, true),
            ("togglKey = \"", &odd, true),
            ("togglKey = \"", &key, false),
            ("calling nobody\nusing key=", short, false),
            // A short word is a part of many others.
            ("mistruck_key=", short, false),
        ] {
            assert_eq!(vendors.refuse(before, value), refused, "{before}");
        }
    }
}
