//! What held before a change: policy, rules and baseline as they were at another revision.

use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};

use super::args::ScanArgs;
use super::baseline::PLACE;
use super::exit::{Exit, Failure};
use super::stream::Streams;
use super::{nested, setup};
use crate::judge::baseline::Baseline;
use crate::judge::names;
use crate::policy::Policy;
use crate::policy::load::{self, Base};
use crate::rule::RuleSet;
use crate::scope::catalog::Catalog;
use crate::source::SourceError;
use crate::source::git::Git;
use crate::source::revision::Revision;
use crate::source::root::work_tree;

/// What is in force while a change is looked at.
pub struct Reference {
    /// Where it was read from.
    pub revision: Revision,
    /// The policy; the built-in one where the revision has none.
    pub policy: Policy,
    /// The baseline and its file.
    pub baseline: Option<(Baseline, Utf8PathBuf)>,
}

impl Reference {
    /// Adds the policies of folders, as they were.
    ///
    /// # Errors
    /// Mistakes in one of them.
    pub fn nest<'p>(&mut self, paths: impl Iterator<Item = &'p Utf8Path>, streams: &Streams) -> Result<(), Failure> {
        let revision = &self.revision;
        let read = |path: &Utf8Path| {
            let bytes = revision.read(path).ok().flatten()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        };
        if !self.policy.nests {
            return Ok(());
        }
        // A folder whose files are all new has nothing that was in force; asking git about each is slow.
        let known: Vec<Utf8PathBuf> = nested::among(
            revision.below(Utf8Path::new("")).map_err(|error| gone(&error))?.iter().map(Utf8PathBuf::as_path),
        );
        let held: Vec<&Utf8Path> = paths.collect();
        let folders = known.iter().filter(|file| {
            let folder = file.parent().unwrap_or(file);
            held.iter().any(|path| path.starts_with(folder))
        });
        nested::add(&mut self.policy, folders.map(Utf8PathBuf::as_path), &read, streams)
    }
}

/// Reads what was in force. The rules that the policy names are added to `rules`.
///
/// # Errors
/// A revision that is not there; a policy, rules or a baseline of it that cannot be used.
pub fn of(
    name: &str,
    args: &ScanArgs,
    root: &Path,
    rules: &mut RuleSet,
    streams: &Streams,
) -> Result<Reference, Failure> {
    let tree = work_tree(root).unwrap_or(root).to_owned();
    let git = Git::new(tree, setup::surroundings());
    let revision = Revision::base(git, root, name, setup::target_branch().as_deref()).map_err(|error| gone(&error))?;
    let reader = Reader { revision: &revision, streams };
    let policy = reader.policy(args, root, rules)?;
    let baseline = reader.baseline(args, root)?;
    Ok(Reference { revision, policy, baseline })
}

/// The policy of a revision, with its bases, for comparing.
///
/// # Errors
/// A policy of it that cannot be used.
pub fn policy_at(revision: &Revision, streams: &Streams) -> Result<Policy, Failure> {
    let reader = Reader { revision, streams };
    match reader.found()? {
        Some((path, text)) => reader.read_policy(&path, &text, &mut setup::rules(&[], streams)?),
        None => Ok(Policy::builtin()),
    }
}

struct Reader<'a> {
    revision: &'a Revision,
    streams: &'a Streams,
}

impl Reader<'_> {
    fn policy(&self, args: &ScanArgs, root: &Path, rules: &mut RuleSet) -> Result<Policy, Failure> {
        if args.by.no_policy {
            return Ok(Policy::builtin());
        }
        let found = match &args.by.policy {
            Some(file) => match inside(file, root) {
                Some(path) => self.text(&path)?.map(|text| (path, text)),
                // What lies elsewhere is no part of the change.
                None => return setup::policy(file, root, rules, self.streams),
            },
            None => self.found()?,
        };
        match found {
            Some((path, text)) => self.read_policy(&path, &text, rules),
            None => Ok(Policy::builtin()),
        }
    }

    /// The policy at the root.
    fn found(&self) -> Result<Option<(Utf8PathBuf, String)>, Failure> {
        for path in setup::POLICIES {
            if let Some(text) = self.text(Utf8Path::new(path))? {
                return Ok(Some((path.into(), text)));
            }
        }
        Ok(None)
    }

    fn read_policy(&self, path: &Utf8Path, text: &str, rules: &mut RuleSet) -> Result<Policy, Failure> {
        let fetch = |base: &Base| {
            let path = match base {
                Base::Path(path) => path.clone(),
                Base::Digest(hex) => format!(".overscope/vendor/{hex}.yaml").into(),
            };
            match self.text(&path) {
                Ok(Some(text)) => Ok(text),
                Ok(None) => Err(format!("{} has no such file", self.revision.short())),
                Err(failure) => Err(failure.message),
            }
        };
        let named = match load::read_with(text, path, Catalog::builtin(), &fetch) {
            Ok((policy, doubts)) => {
                setup::add_rule_texts(rules, &self.rule_texts(&policy)?, self.streams)?;
                names::check(policy, doubts, rules)
            }
            Err(mistakes) => Err(mistakes),
        };
        // What is only doubtful is told where the policy of the change is read.
        named.map(|(policy, _)| policy).map_err(|mistakes| {
            let wrong: Vec<_> = mistakes.into_iter().filter(|mistake| mistake.fatal).collect();
            setup::draw(&self.shown(path), text, &wrong, self.streams);
            Failure::told(Exit::Policy)
        })
    }

    fn rule_texts(&self, policy: &Policy) -> Result<Vec<(String, String)>, Failure> {
        let mut texts = Vec::new();
        for named in &policy.rule_files {
            let named = Utf8Path::new(named.value.trim_start_matches("./").trim_end_matches('/'));
            for path in self.revision.below(named).map_err(|error| gone(&error))? {
                let rules = path == named || path.extension().is_some_and(|end| end == "yaml" || end == "yml");
                if let Some(text) = self.text(&path)?.filter(|_| rules) {
                    texts.push((self.shown(&path), text));
                }
            }
        }
        Ok(texts)
    }

    fn baseline(&self, args: &ScanArgs, root: &Path) -> Result<Option<(Baseline, Utf8PathBuf)>, Failure> {
        if args.by.no_baseline {
            return Ok(None);
        }
        let file = args.by.baseline.clone().unwrap_or_else(|| root.join(PLACE));
        let Some(path) = inside(&file, root) else { return Ok(None) };
        let Some(text) = self.text(&path)? else { return Ok(None) };
        match Baseline::read(&text) {
            Ok(baseline) => Ok(Some((baseline, path))),
            Err(mistakes) => {
                setup::draw(&self.shown(&path), &text, &mistakes, self.streams);
                Err(Failure::told(Exit::Policy))
            }
        }
    }

    fn text(&self, path: &Utf8Path) -> Result<Option<String>, Failure> {
        let bytes = self.revision.read(path).map_err(|error| gone(&error))?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn shown(&self, path: &Utf8Path) -> String {
        format!("{path} at {}", self.revision.short())
    }
}

/// A file below the root, told from there; it need not be there any more.
fn inside(file: &Path, root: &Path) -> Option<Utf8PathBuf> {
    let file = match (file.canonicalize(), file.parent().map(Path::canonicalize), file.file_name()) {
        (Ok(file), ..) => file,
        (_, Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => PathBuf::from(file),
    };
    Some(file.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/").into())
}

fn gone(error: &SourceError) -> Failure {
    Failure::incomplete(
        error.to_string(),
        "`--policy-ref` needs git and the history up to the merge base (in CI: fetch-depth: 0)",
    )
}
