//! Secrets, held against the policy: its examples, its files that stay local, its sources and terms.

use super::bounds::tokens;
use super::identity::Stretched;
use super::{Bench, Draft};
use crate::fact::SecretSeen;
use crate::finding::Severity;
use crate::origin::Origin;
use crate::policy::duration;
use crate::policy::integration::Integration;
use crate::secret::ValueId;
use crate::yaml::At;

/// What is to be said of a secret; `false` where the policy calls the value an example.
pub(super) fn draft(
    draft: &mut Draft,
    secret: &SecretSeen,
    values: &Stretched,
    owner: Option<&Integration>,
    bench: &Bench<'_>,
) -> bool {
    let policy = bench.policy;
    let forbidden = policy.secrets.forbidden_paths.covers(&draft.primary.at.path);
    if !forbidden && policy.secrets.example_values.iter().any(|example| ValueId::of(&example.value) == secret.value) {
        return false;
    }
    let name = values.name(secret.value);
    draft.message = format!("{} (id {}…).", draft.message.trim_end_matches('.'), &name[..4]);
    draft.primary.text = secret.shown.to_string();
    draft.why.push(format!("value {name}"));
    if policy.secrets.local_only_files.covers(&draft.primary.at.path) {
        if draft.primary.at.origin == Origin::LocalOnly {
            draft.severity = Severity::Note;
            draft.message.push_str(" The file may hold it, because git ignores it.");
        } else {
            draft.message.push_str(" The file may hold it only while git ignores it, and git does not.");
        }
    }
    let words = |list: &[At<String>]| list.iter().map(|word| word.value.as_str()).collect::<Vec<_>>().join(", ");
    let sources = &policy.secrets.allowed_sources;
    if let (Some(help), Some(first)) = (&mut draft.help, sources.first()) {
        let allowed = format!(" (allowed {}: {})", plural("source", sources.len()), words(sources));
        *help = format!("{}{allowed}.", help.trim_end_matches('.'));
        draft.related.extend(policy.label(first.span, "where secrets may come from"));
    }
    if draft.rule.as_str().contains("refresh-token") {
        let rotation = tokens(owner, bench, |tokens| tokens.refresh_rotation.as_ref());
        let age = tokens(owner, bench, |tokens| tokens.refresh_max_age.as_ref());
        if let (Some(help), Some(rotation), Some(age)) = (&mut draft.help, rotation, age)
            && rotation.value == "provider-manual"
        {
            let line = policy.line(age.span);
            help.push_str(&format!(" Issue it anew every {} ({line}).", duration::words(age.value.seconds)));
        }
        let storage = tokens(owner, bench, |tokens| Some(&tokens.storage).filter(|storage| !storage.is_empty()));
        if let (Some(help), Some(storage)) = (&mut draft.help, storage) {
            help.push_str(&format!(" Keep it in {}.", words(storage)));
        }
    }
    true
}

fn plural(word: &str, number: usize) -> String {
    if number == 1 { word.to_owned() } else { format!("{word}s") }
}
