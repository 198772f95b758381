//! From what was typed to what is meant: rules read, the policy found, threads started.

use std::fs;
use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure};
use super::stream::Streams;
use crate::mistake::Mistake;
use crate::rule::{RuleSet, builtin, load};
use crate::span::Span;

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
    let mut wrong = false;
    for file in rule_files(paths)? {
        let text = read(&file)?;
        let shown = file.to_string_lossy().replace('\\', "/");
        let mistakes = match load::read(&text, &shown) {
            Ok(rules) => {
                rules.into_iter().filter_map(|rule| set.add(rule).err()).map(|rule| twice(&rule, &text)).collect()
            }
            Err(mistakes) => mistakes,
        };
        wrong |= !mistakes.is_empty();
        draw(&shown, &text, &mistakes, streams);
    }
    if wrong { Err(Failure::told(Exit::Policy)) } else { Ok(()) }
}

fn twice(rule: &crate::rule::Rule, text: &str) -> Mistake {
    let id = rule.id.as_str();
    let at = text.find(id).unwrap_or(0);
    Mistake::new(format!("rule `{id}` exists already"), Span::of(at, at + id.len()), "give it a name of its own")
}

/// Draws mistakes on standard error, with the line each stands in.
pub fn draw(path: &str, text: &str, mistakes: &[Mistake], streams: &Streams) {
    for mistake in mistakes {
        let line = text[..(mistake.span.start as usize).min(text.len())].matches('\n').count() + 1;
        let word = if mistake.fatal { "error" } else { "warning" };
        let help = mistake.help.as_ref().map_or(String::new(), |help| format!("  help: {help}\n"));
        streams.tell(&format!("{word}: {}\n  --> {path}:{line}\n{help}", mistake.message));
    }
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

/// Starts as many threads as were asked for; 0 is one a core.
pub fn threads(jobs: usize) {
    // A second pool in one process is refused; the first one does as well.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
}
