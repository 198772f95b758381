//! From what was typed to what is meant: rules read, the policy found, threads started.

use std::fs;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};

use super::exit::{Exit, Failure};
use super::policy_args::ByArgs;
use super::stream::Streams;
use crate::judge::names;
use crate::mistake::Mistake;
use crate::policy::Policy;
use crate::policy::load::{self as policy_reader, Base};
use crate::report::{Options, mistake};
use crate::rule::{RuleSet, builtin, load};
use crate::scope::catalog::Catalog;
use crate::source::git::Surroundings;
use crate::source::regular::{self, SMALL};
use crate::span::Span;
use crate::text::SourceText;

/// The built-in rules and those of some files and directories.
///
/// # Errors
/// Mistakes in them, drawn at their place; a file that cannot be read; an id that exists twice.
pub fn rules(paths: &[PathBuf], streams: &Streams) -> Result<RuleSet, Failure> {
    let mut set = builtin::rules();
    add_rules(&mut set, paths, streams)?;
    Ok(set)
}

/// Adds the rules of some files and directories.
///
/// # Errors
/// As [`rules`].
pub fn add_rules(set: &mut RuleSet, paths: &[PathBuf], streams: &Streams) -> Result<(), Failure> {
    let read = |file: PathBuf| Ok((file.to_string_lossy().replace('\\', "/"), read(&file)?));
    let texts = rule_files(paths)?.into_iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    add_rule_texts(set, &texts, streams)
}

/// Adds the rules of some texts, each with the name under which it is shown.
///
/// # Errors
/// As [`rules`].
pub fn add_rule_texts(set: &mut RuleSet, texts: &[(String, String)], streams: &Streams) -> Result<(), Failure> {
    let mut wrong = false;
    for (shown, text) in texts {
        let mistakes = match load::read(text, shown) {
            Ok(rules) => {
                rules.into_iter().filter_map(|rule| set.add(rule).err()).map(|rule| twice(&rule, text)).collect()
            }
            Err(mistakes) => mistakes,
        };
        wrong |= !mistakes.is_empty();
        draw(shown, text, &mistakes, streams);
    }
    if wrong { Err(Failure::told(Exit::Policy)) } else { Ok(()) }
}

fn twice(rule: &crate::rule::Rule, text: &str) -> Mistake {
    let id = rule.id.as_str();
    let at = text.find(id).unwrap_or(0);
    Mistake::new(format!("rule `{id}` exists already"), Span::of(at, at + id.len()), "give it a name of its own")
}

/// Draws mistakes on standard error, with the line each stands in. `path` is the file as it was given.
pub fn draw(path: &str, text: &str, mistakes: &[Mistake], streams: &Streams) {
    let options = Options { colour: streams.tells_in_color(), unicode: streams.unicode(), ..Options::default() };
    let mut drawn = Vec::new();
    // Writing to memory does not fail.
    let _ = mistake::write(Utf8Path::new(path), &SourceText::new(text), mistakes, &options, &mut drawn);
    streams.tell(&String::from_utf8_lossy(&drawn));
}

/// A text file that a person named.
///
/// # Errors
/// What the system says.
pub fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| {
        Failure::policy(format!("cannot read `{}`: {error}", path.display()), "check the path and its permissions")
    })
}

/// The policy of a run: the file that was named, else the one that stands at the root. The policy of a tree that the
/// user does not stand in is not trusted: whoever wrote the tree wrote it.
///
/// # Errors
/// Two files at the root.
pub fn policy_file(args: &ByArgs, root: &Path, given: bool, streams: &Streams) -> Result<Option<PathBuf>, Failure> {
    if let Some(file) = &args.policy {
        return Ok(Some(file.clone()));
    }
    if args.no_policy {
        return Ok(None);
    }
    let Some(first) = policy_at(root)? else { return Ok(None) };
    let here = Path::new(".").canonicalize().unwrap_or_default();
    if !given && !here.starts_with(root) {
        let first = relative(&first, root);
        streams.note(&format!(
            "`{first}` of the scanned tree is not used, since you stand outside of it; name it with `--policy`, or the \
             tree with `--root`"
        ));
        return Ok(None);
    }
    Ok(Some(first))
}

/// The policy that stands at a root.
///
/// # Errors
/// Two of them.
pub fn policy_at(root: &Path) -> Result<Option<PathBuf>, Failure> {
    let mut found = POLICIES.iter().map(|name| root.join(name)).filter(|file| file.is_file());
    let Some(first) = found.next() else { return Ok(None) };
    if let Some(second) = found.next() {
        let (first, second) = (relative(&first, root), relative(&second, root));
        let message = format!("there are two policies, `{first}` and `{second}`");
        return Err(Failure::policy(message, "keep one of them, or name one with `--policy`"));
    }
    Ok(Some(first))
}

/// Reads a policy and adds the rules that it names; what is only doubtful in it is drawn, and the policy used.
///
/// # Errors
/// Mistakes in it or in its rules, drawn at their place; a file that cannot be read.
pub fn policy(file: &Path, root: &Path, rules: &mut RuleSet, streams: &Streams) -> Result<Policy, Failure> {
    let shown = &relative(file, root);
    let text = read(file)?;
    let named = match policy_reader::read_with(&text, shown, Catalog::builtin(), &|base| fetch(base, file, shown)) {
        Ok((policy, doubts)) => {
            let paths: Vec<PathBuf> = policy.rule_files.iter().map(|path| root.join(&path.value)).collect();
            add_rules(rules, &paths, streams)?;
            names::check(policy, doubts, rules)
        }
        Err(mistakes) => Err(mistakes),
    };
    match named {
        Ok((policy, doubts)) => {
            if !doubts.is_empty() {
                draw(shown.as_str(), &text, &doubts, streams);
            }
            Ok(policy)
        }
        Err(mistakes) => {
            draw(shown.as_str(), &text, &mistakes, streams);
            Err(Failure::told(Exit::Policy))
        }
    }
}

/// Every mistake in the text of a policy that stands at `file`, and what is only doubtful.
#[must_use]
pub fn mistakes(text: &str, file: &Path, root: &Path, rules: &RuleSet) -> Vec<Mistake> {
    let shown = &relative(file, root);
    match policy_reader::read_with(text, shown, Catalog::builtin(), &|base| fetch(base, file, shown)) {
        Ok((policy, doubts)) => {
            names::check(policy, doubts, rules).map_or_else(|mistakes| mistakes, |(_, doubts)| doubts)
        }
        Err(mistakes) => mistakes,
    }
}

/// The text of a base: a file beside the policy, or one that was vendored at the root.
fn fetch(base: &Base, file: &Path, shown: &Utf8Path) -> Result<String, String> {
    let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let root = file.ancestors().nth(shown.components().count()).unwrap_or(Path::new("."));
    let at = match base {
        Base::Path(path) => root.join(path),
        Base::Digest(hex) => root.join(".overscope/vendor").join(format!("{hex}.yaml")),
    };
    regular::text(&at, SMALL).map_err(|error| error.to_string())
}

/// The day in UTC.
#[must_use]
pub fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

/// A file as a report names it: relative to the root where it lies below it, else by its name.
#[must_use]
pub fn relative(file: &Path, root: &Path) -> Utf8PathBuf {
    let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let inside = file.strip_prefix(root).ok().or_else(|| file.file_name().map(Path::new)).unwrap_or(&file);
    inside.to_string_lossy().replace('\\', "/").into()
}

/// The branch that a change goes to, where the surroundings of a build say so.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub fn target_branch() -> Option<String> {
    let names = ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "BITBUCKET_PR_DESTINATION_BRANCH"];
    names.into_iter().find_map(|name| std::env::var(name).ok().filter(|branch| !branch.is_empty()))
}

/// Where a policy may stand, below the root.
pub const POLICIES: [&str; 6] = [
    ".github/overscope.yaml",
    ".github/overscope.yml",
    ".overscope.yaml",
    ".overscope.yml",
    "overscope.yaml",
    "overscope.yml",
];

/// Files as they are, directories as the YAML files below them, in order of name.
fn rule_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let fail = |error: std::io::Error| {
            Failure::policy(format!("cannot read rules from `{}`: {error}", path.display()), "check the path")
        };
        if fs::metadata(path).map_err(fail)?.is_file() {
            files.push(path.clone());
            continue;
        }
        let mut open = vec![path.clone()];
        let mut below = Vec::new();
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(&directory).map_err(fail)? {
                let entry = entry.map_err(fail)?;
                let (kind, path) = (entry.file_type().map_err(fail)?, entry.path());
                if kind.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
                    below.push(path);
                }
            }
        }
        if below.is_empty() {
            let message = format!("no rules in `{}`", path.display());
            return Err(Failure::policy(message, "rules are YAML files: NAME.yaml"));
        }
        below.sort();
        files.append(&mut below);
    }
    Ok(files)
}

/// What git is given of the environment: where it finds itself and its user's configuration, and the index that
/// `git commit` may have named. Nothing else, so that no other variable changes what it does.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub fn surroundings() -> Surroundings {
    let names = ["PATH", "HOME", "XDG_CONFIG_HOME", "USERPROFILE", "SystemRoot", "TEMP", "TMPDIR"];
    let variables = names.into_iter().filter_map(|name| Some((name.into(), std::env::var_os(name)?))).collect();
    let index = std::env::var_os("GIT_INDEX_FILE").filter(|file| !file.is_empty());
    // Relative to the current directory, while git is started elsewhere.
    Surroundings { variables, index: index.and_then(|file| std::path::absolute(file).ok()) }
}

/// Starts as many threads as were asked for; 0 is one a core.
pub fn threads(jobs: usize) {
    // A second pool in one process is refused; the first one does as well.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
}
