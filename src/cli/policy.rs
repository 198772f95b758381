//! `overscope policy`: write, check and explain a policy, print its schema.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use camino::Utf8Path;

use super::exit::{Exit, Failure};
use super::policy_args::{PolicyCommand, WholeArgs};
use super::stream::Streams;
use super::whole::Whole;
use super::{nested, output, reference, setup, vendor};
use crate::fact::{Fact, Seen};
use crate::judge::Bench;
use crate::judge::explain::{Subject, explain};
use crate::judge::init::{Preset, init};
use crate::policy::Policy;
use crate::policy::origins::values;
use crate::policy::schema::schema;
use crate::policy::sense::dead_globs;
use crate::policy::widen::widened;
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;
use crate::source::git::Git;
use crate::source::open::{Mode, Wanted, open};
use crate::source::regular::{self, SMALL};
use crate::source::revision::Revision;
use crate::source::root::Root;

/// Does what was asked.
///
/// # Errors
/// A policy that cannot be used; no policy where one is to be checked.
pub fn run(command: &PolicyCommand, streams: &Streams) -> Result<Exit, Failure> {
    match command {
        PolicyCommand::Check { file } => check(file.as_deref(), streams),
        PolicyCommand::Show { origin, file } => out(&values(&named(file.as_deref(), streams)?, *origin), streams),
        PolicyCommand::Diff { before, after } => diff(before, after.as_deref(), streams),
        PolicyCommand::Init { preset, add, print, whole } => first(preset, add, *print, whole, streams),
        PolicyCommand::Explain { place, scope, whole } => told(place, scope.as_deref(), whole, streams),
        PolicyCommand::Vendor { from, file, rev, git } => vendor::run(from, file, rev, git.as_deref(), streams),
        PolicyCommand::Schema => out(&schema(), streams),
    }
}

/// Every mistake of a policy, and what in it speaks of no file of the repository.
fn check(file: Option<&Path>, streams: &Streams) -> Result<Exit, Failure> {
    let mut policy = named(file, streams)?;
    let root = Root::here().map_err(|error| Failure::usage(error.to_string(), "name the policy"))?;
    let place = root.path.clone();
    // The globs of a policy that stands elsewhere speak of another tree.
    let Some(path) = policy.path().map(ToOwned::to_owned).filter(|path| place.join(path).is_file()) else {
        return Ok(Exit::Clean);
    };
    let wanted = Wanted { surroundings: setup::surroundings(), ..Wanted::default() };
    let listing = open(&Mode::Paths, root, &wanted)
        .map_err(|error| error.to_string())
        .and_then(|opened| opened.source.entries().map(Cow::into_owned).map_err(|error| error.to_string()))
        .map_err(|why| Failure::incomplete(why, "name the policy"))?;
    let listed = || listing.entries.iter().map(|entry| entry.path.as_path());
    let skipped = listing.skipped.iter().map(|skipped| skipped.path.as_path());
    let mut doubts = dead_globs(&policy, listed().chain(skipped));
    // What is dead in a base is no business of this file.
    doubts.retain(|doubt| policy.is_own(doubt.span));
    if let Some(text) = policy.texts.first().map(|text| text.text.as_str().to_owned()) {
        setup::draw(path.as_str(), &text, &doubts, streams);
    }
    nested::add(&mut policy, listed(), &nested::on_disk(&place), streams)?;
    if !policy.nests {
        for file in nested::among(listed()).into_iter().take(MOST_NOTES) {
            streams.note(&format!(
                "`{file}` is not read; say `nested: tighten` in `{path}` if it is to tighten its folder"
            ));
        }
    }
    Ok(Exit::Clean)
}

/// The policy that was named, else the one at the root.
fn named(file: Option<&Path>, streams: &Streams) -> Result<Policy, Failure> {
    let root = Root::here().map_err(|error| Failure::usage(error.to_string(), "name the policy"))?.path;
    let found = match file {
        Some(file) => Some(file.to_owned()),
        None => setup::policy_at(&root)?,
    };
    let Some(file) = found else {
        return Err(Failure::policy(
            "there is no policy at the root",
            "name one, or let `overscope policy init` write it",
        ));
    };
    let mut rules = setup::rules(&[], streams)?;
    setup::policy(&file, &root, &mut rules, streams)
}

fn diff(before: &str, after: Option<&str>, streams: &Streams) -> Result<Exit, Failure> {
    let before = at(before, streams)?;
    let after = match after {
        Some(after) => at(after, streams)?,
        None => named(None, streams)?,
    };
    let mut text = String::new();
    let growths = widened(&before, &after, Catalog::builtin());
    for growth in &growths {
        let at = match (growth.span.is_empty(), growth.held.is_empty()) {
            (false, _) => format!("  ({})", after.line(growth.span)),
            (true, false) => format!("  (was {})", before.line(growth.held)),
            (true, true) => String::new(),
        };
        let _ = writeln!(text, "{}: {} -> {}{at}", growth.path, growth.before, growth.after);
    }
    out(&text, streams)?;
    Ok(if growths.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// A policy in a file, else the one at the root as it was at a revision.
fn at(name: &str, streams: &Streams) -> Result<Policy, Failure> {
    let file = Path::new(name);
    if file.exists() {
        return named(Some(file), streams);
    }
    let root = Root::here().map_err(|error| Failure::usage(error.to_string(), "name the policy"))?.path;
    let git = Git::new(root.clone(), setup::surroundings());
    match Revision::at(git, &root, name) {
        Ok(revision) => reference::policy_at(&revision, streams),
        Err(_) => {
            let message = format!("`{name}` is neither a file nor a revision");
            Err(Failure::usage(message, "name two policies, or the revisions that have them"))
        }
    }
}

/// Whose scope or call a fact is.
fn provider_of(fact: &Fact) -> Option<&str> {
    match &fact.seen {
        Seen::Scope(request) => request.provider.as_ref().map(ProviderId::as_str),
        Seen::Call(call) => Some(call.provider.as_str()),
        _ => None,
    }
}

fn known(provider: &str) -> Result<(), Failure> {
    let catalog = Catalog::builtin();
    if catalog.provider(provider).is_some() {
        return Ok(());
    }
    let help = match catalog.nearest_provider(provider) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`overscope scopes providers` lists them".to_owned(),
    };
    Err(Failure::usage(format!("there is no provider `{provider}`"), help))
}

fn first(preset: &str, add: &[String], print: bool, args: &WholeArgs, streams: &Streams) -> Result<Exit, Failure> {
    let whole = Whole::open(args, streams)?;
    let existing = whole.file.as_deref().map(setup::read).transpose()?;
    let mut sights = whole.see()?;
    for provider in add {
        known(provider)?;
    }
    if !add.is_empty() {
        sights.facts.retain(|fact| provider_of(fact).is_some_and(|id| add.iter().any(|wanted| wanted == id)));
    }
    let owners = ["CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS"];
    let owners = owners.iter().find_map(|name| regular::text(&whole.place.join(name), SMALL).ok()).unwrap_or_default();
    let preset = Preset::named(preset).unwrap_or_default();
    let text = init(&sights.facts, &sights.projects, preset, &owners, existing.as_deref(), &whole.bench());
    if print {
        return out(&text, streams);
    }
    let file = whole.file.clone().unwrap_or_else(|| whole.place.join("overscope.yaml"));
    let shown = setup::relative(&file, &whole.place);
    beside(&whole.place)?;
    if existing.as_deref() == Some(text.as_str()) {
        streams.note(&format!("`{shown}` covers everything that asks for scopes already"));
        return Ok(Exit::Clean);
    }
    output::write_file(&file, text.as_bytes())
        .map_err(|error| Failure::incomplete(format!("cannot write `{shown}`: {error}"), "check the directory"))?;
    streams.note(&format!("wrote `{}`; search it for TODO", file.display()));
    Ok(Exit::Clean)
}

/// The schema that the first line of a new policy points editors to: a file of the repository, so that it needs no
/// network and is the one of this version.
fn beside(root: &Path) -> Result<(), Failure> {
    let file = root.join(SCHEMA_FILE);
    let text = schema();
    if fs::read_to_string(&file).is_ok_and(|held| held == text) {
        return Ok(());
    }
    let failed = |error: std::io::Error| {
        Failure::incomplete(format!("cannot write `{SCHEMA_FILE}`: {error}"), "check the directory")
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    output::write_file(&file, text.as_bytes()).map_err(failed)
}

fn told(place: &str, scope: Option<&str>, args: &WholeArgs, streams: &Streams) -> Result<Exit, Failure> {
    let whole = Whole::open(args, streams)?;
    let subject = match place.strip_prefix("integration/").filter(|name| whole.policy.integration(name).is_some()) {
        Some(name) => Subject::Integration(name),
        None => Subject::Path(Utf8Path::new(place)),
    };
    let mut text = String::new();
    let policy = match subject {
        Subject::Path(path) => whole.policy.at(path),
        Subject::Integration(_) => &whole.policy,
    };
    for step in explain(subject, scope, &Bench { policy, ..whole.bench() }) {
        let at = step.line.map_or(String::new(), |line| format!("  ({line})"));
        let mark = if step.stops { "x" } else { " " };
        let _ = writeln!(text, "{mark} {:<12} {}{at}", step.what, step.text);
    }
    out(&text, streams)
}

fn out(text: &str, streams: &Streams) -> Result<Exit, Failure> {
    streams
        .out(text.as_bytes())
        .map_err(|error| Failure::incomplete(format!("cannot write: {error}"), "check standard output"))?;
    Ok(Exit::Clean)
}

/// Where the schema for editors stands.
const SCHEMA_FILE: &str = ".overscope/policy.schema.json";
/// Notes of one kind that are worth reading.
const MOST_NOTES: usize = 5;
