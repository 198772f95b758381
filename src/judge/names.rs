//! Rule ids that a policy names: a misspelt one would switch nothing off and nobody would know.

use camino::Utf8Path;

use crate::mistake::Mistake;
use crate::policy::glob::RuleGlob;
use crate::policy::{Policy, load};
use crate::rule::RuleSet;
use crate::scope::catalog::Catalog;

/// Reads a policy as [`load::read_with`] does, and checks the rule ids in it, too. What is not fatal comes beside the policy.
///
/// # Errors
/// All mistakes of the file, in order of place.
pub fn read(
    text: &str,
    path: &Utf8Path,
    catalog: &Catalog,
    rules: &RuleSet,
    fetch: load::Fetch<'_>,
) -> Result<(Policy, Vec<Mistake>), Vec<Mistake>> {
    let (policy, mistakes) = load::read_with(text, path, catalog, fetch)?;
    check(policy, mistakes, rules)
}

/// Checks the rule ids in a policy that was read with some mistakes, none of them fatal.
///
/// # Errors
/// All mistakes of the file, in order of place, where one of them is fatal.
pub fn check(
    policy: Policy,
    mut mistakes: Vec<Mistake>,
    rules: &RuleSet,
) -> Result<(Policy, Vec<Mistake>), Vec<Mistake>> {
    mistakes.extend(unknown(&policy, rules));
    mistakes.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    if mistakes.iter().any(|mistake| mistake.fatal) { Err(mistakes) } else { Ok((policy, mistakes)) }
}

/// The rule ids of a policy that no rule has.
#[must_use]
pub fn unknown(policy: &Policy, rules: &RuleSet) -> Vec<Mistake> {
    let overrides = policy.overrides.iter().flat_map(|entry| entry.severity.iter().map(|(rule, _)| rule));
    let exceptions = policy.exceptions.iter().flat_map(|exception| &exception.rules);
    let settings = policy.rules.iter().map(|setting| &setting.rule);
    let named = overrides.chain(exceptions).chain(settings);
    let mistake = |glob: &RuleGlob| {
        let RuleGlob(id) = glob;
        if !glob.is_exact() || rules.find(&id.value).is_some() {
            return None;
        }
        let help = rules.nearest(&id.value).map_or_else(
            || "`overscope rules list` names them all".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Some(Mistake::new(format!("there is no rule `{}`", id.value), id.span, help))
    };
    named.filter_map(mistake).collect()
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::read;
    use crate::rule::builtin;
    use crate::scope::catalog::Catalog;

    #[test]
    fn a_rule_that_does_not_exist_is_told_with_the_one_that_was_meant() {
        let text = "version: 1\nowner: a\nrules:\n  scope/braod: {severity: low, reason: r}\n  secret/*: {severity: low, reason: r}\n";
        let mistakes =
            read(text, Utf8Path::new("p.yaml"), Catalog::builtin(), &builtin::rules(), &|_| Err(String::new()))
                .expect_err("`braod`");
        assert_eq!(mistakes.len(), 1);
        assert_eq!(mistakes[0].message, "there is no rule `scope/braod`");
        assert_eq!(mistakes[0].help.as_deref(), Some("did you mean `scope/broad`?"));
        assert_eq!(&text[mistakes[0].span.range()], "scope/braod");
    }
}
