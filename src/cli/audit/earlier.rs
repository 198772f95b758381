//! The policy of a commit, with its bases and rules as they stood there.

use crate::audit::Digested;
use crate::audit::state::digested;
use crate::judge::names;
use crate::mistake::Mistake;
use crate::policy::Policy;
use crate::policy::load::{Base, read_with};
use crate::rule::{RuleSet, load};
use crate::scope::catalog::Catalog;
use crate::source::blob::Blobs;
use crate::source::commits::{self, Files};

use super::super::exit::{Exit, Failure};
use super::super::setup;
use super::super::stream::Streams;

/// The policy of a commit and the digest of its file; the built-in one where there is none.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The policy.
    pub policy: Policy,
    /// Its file.
    pub digest: Option<Digested>,
}

/// The policy of the commit that is told of; the rules that it names are added to the others.
///
/// # Errors
/// Mistakes in it, drawn at their place.
pub(super) fn policy_now(
    blobs: &Blobs,
    files: &Files,
    rules: &mut RuleSet,
    streams: &Streams,
) -> Result<Written, Failure> {
    let Some(path) = place(files) else { return Ok(Written::default()) };
    let text = commits::text(blobs, files, path).map_err(|why| {
        Failure::policy(format!("cannot read `{path}` of the commit: {why}"), "it must be UTF-8 text")
    })?;
    let drawn = |mistakes: &[Mistake]| setup::draw(path, &text, mistakes, streams);
    let fail = |mistakes: Vec<Mistake>| {
        drawn(&mistakes);
        Failure::told(Exit::Policy)
    };
    let (policy, doubts) = read(blobs, files, path, &text).map_err(fail)?;
    for named in &policy.rule_files {
        let folder = format!("{}/", named.value.trim_end_matches('/'));
        let yaml = |file: &str| file.ends_with(".yaml") || file.ends_with(".yml");
        let below = files.keys().map(|file| file.as_str()).filter(|file| file.starts_with(&folder) && yaml(file));
        let own = files.keys().map(|file| file.as_str()).filter(|file| *file == named.value);
        for file in own.chain(below) {
            let text = commits::text(blobs, files, file).unwrap_or_default();
            match load::read(&text, file) {
                Ok(found) => found.into_iter().for_each(|rule| drop(rules.add(rule))),
                Err(mistakes) => {
                    setup::draw(file, &text, &mistakes, streams);
                    return Err(Failure::told(Exit::Policy));
                }
            }
        }
    }
    let (policy, doubts) = names::check(policy, doubts, rules).map_err(fail)?;
    if !doubts.is_empty() {
        drawn(&doubts);
    }
    Ok(Written { digest: Some(digested(path, &text)), policy })
}

/// The policy of an earlier commit. What was written for another version may not be readable any more: then the commit
/// counts as one without a policy, and a note says so.
pub(super) fn policy_then(blobs: &Blobs, files: &Files, commit: &str, notes: &mut Vec<String>) -> Written {
    let Some(path) = place(files) else { return Written::default() };
    let read = commits::text(blobs, files, path).and_then(|text| {
        let (policy, _) = read(blobs, files, path, &text).map_err(|mistakes| {
            mistakes.into_iter().find(|mistake| mistake.fatal).map(|mistake| mistake.message).unwrap_or_default()
        })?;
        Ok(Written { digest: Some(digested(path, &text)), policy })
    });
    read.unwrap_or_else(|why| {
        notes.push(format!("{path} of commit {} cannot be read and counts as none: {why}", short(commit)));
        Written::default()
    })
}

/// A commit as people write it.
#[must_use]
pub(super) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

fn place(files: &Files) -> Option<&'static str> {
    setup::POLICIES.into_iter().find(|name| files.contains_key(camino::Utf8Path::new(name)))
}

fn read(blobs: &Blobs, files: &Files, path: &str, text: &str) -> Result<(Policy, Vec<Mistake>), Vec<Mistake>> {
    let fetch = |base: &Base| {
        let at = match base {
            Base::Path(path) => path.to_string(),
            Base::Digest(hex) => format!(".overscope/vendor/{hex}.yaml"),
        };
        commits::text(blobs, files, &at)
    };
    read_with(text, path.into(), Catalog::builtin(), &fetch)
}
