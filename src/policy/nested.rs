//! A policy in a folder: it tightens the one at the root for its folder, and may do nothing else.

use camino::{Utf8Path, Utf8PathBuf};

use super::build::build;
use super::file::POLICY;
use super::join::{Terms, join};
use super::shape::{self, Shape};
use super::widen::widened;
use super::{Nested, Policy, PolicyText, load};
use crate::mistake::Mistake;
use crate::scope::catalog::Catalog;
use crate::text::SourceText;
use crate::yaml::{At, Node, Value};

/// Adds the policy of a folder. `path` is its file, relative to the root.
///
/// # Errors
/// Everything in it that is wrong, has no meaning in a folder, or opens what the root closes; each with both places.
pub fn add(root: &mut Policy, text: &str, path: &Utf8Path, catalog: &Catalog) -> Result<(), Vec<Mistake>> {
    let policy = tightened(root, text, path, catalog)?;
    let folder = path.parent().map_or_else(Utf8PathBuf::new, Utf8Path::to_owned);
    root.nested.push(Nested { folder, policy });
    root.nested
        .sort_by(|a, b| (b.folder.components().count(), &a.folder).cmp(&(a.folder.components().count(), &b.folder)));
    Ok(())
}

fn tightened(root: &Policy, text: &str, path: &Utf8Path, catalog: &Catalog) -> Result<Policy, Vec<Mistake>> {
    let own = load::parse(text)?;
    let mut mistakes = Vec::new();
    shape::check(&own, &Shape::Object(&POLICY), &mut mistakes);
    // What the root says of an integration need not be said again.
    mistakes.retain(|mistake| !mistake.message.starts_with("an integration needs `"));
    mistakes.extend(keys(&own).filter_map(meaningless));
    if mistakes.iter().any(|mistake| mistake.fatal) {
        return Err(mistakes);
    }
    // The root's texts follow the own one.
    let by = load::length(text) + 1;
    let mut under = root.tree.clone();
    load::shift(&mut under, by);
    let terms = Terms::of(&under);
    let tree = join(&under, &own, &POLICY, "", &terms, &mut mistakes);
    let mut policy = build(&tree);
    policy.texts.push(PolicyText { path: path.to_owned(), text: SourceText::new(text), base: 0 });
    policy.texts.extend(root.texts.iter().map(|held| PolicyText {
        path: held.path.clone(),
        text: SourceText::new(held.text.as_str()),
        base: held.base + by,
    }));
    load::told(&mut mistakes, &policy);
    // What a base would only not let count is here a mistake: nobody reads a folder's policy for what it does not do.
    for mistake in &mut mistakes {
        mistake.fatal = true;
        mistake.message = mistake.message.replace(", so the base's holds", "").replace("the base", "the root");
        mistake.help = Some(ONLY_TIGHTENS.to_owned());
    }
    mistakes.extend(strangers(root, &policy));
    for growth in widened(root, &policy, catalog) {
        let told = |mistake: &Mistake| mistake.span == growth.span;
        if growth.span.is_empty() || terms.opens(&growth.path) || mistakes.iter().any(told) {
            continue;
        }
        let held = match growth.held.is_empty() {
            true => "the root has nothing of the kind".to_owned(),
            false => format!("the root says {} ({})", growth.before, root.line(growth.held)),
        };
        let message = format!("`{}: {}` opens what the root closes: {held}", growth.path, growth.after);
        mistakes.push(Mistake::new(message, growth.span, ONLY_TIGHTENS));
    }
    mistakes.extend(super::sense::check(&policy, catalog).into_iter().filter(|m| m.fatal && m.span.start < by));
    mistakes.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    mistakes.dedup();
    if mistakes.is_empty() { Ok(policy) } else { Err(mistakes) }
}

fn keys(node: &Node) -> impl Iterator<Item = &At<String>> {
    let entries = match &node.value {
        Value::Map(entries) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|(name, _)| name)
}

fn meaningless(name: &At<String>) -> Option<Mistake> {
    let has = ROOT_ONLY.contains(&name.value.as_str());
    let message = format!("`{}` has no meaning in the policy of a folder", name.value);
    has.then(|| Mistake::new(message, name.span, "say it in the policy at the root"))
}

/// Integrations that the root does not know.
fn strangers(root: &Policy, policy: &Policy) -> Vec<Mistake> {
    let strange = policy.integrations.iter().filter(|one| root.integration(&one.name.value).is_none());
    let mistake = |name: &At<String>| {
        let message = format!("the root has no integration `{}`", name.value);
        Mistake::new(message, name.span, "declare it in the policy at the root; a folder may only tighten it")
    };
    strange.map(|one| mistake(&one.name)).collect()
}

const ONLY_TIGHTENS: &str =
    "the policy of a folder only tightens; say it at the root, or list the key under `unlocked` there";

/// What holds for a whole repository or for none of it.
const ROOT_ONLY: [&str; 11] = [
    "extends",
    "locked",
    "unlocked",
    "review",
    "environments",
    "overrides",
    "exceptions",
    "nested",
    "rule_files",
    "compat",
    "audit",
];
