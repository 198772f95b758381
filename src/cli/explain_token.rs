//! `overscope explain-token`: what a token says of itself. It is read from standard input only, so that no history of a
//! shell keeps it, and no value of it is shown.

use std::fmt::Write as _;
use std::io::{self, Read as _};

use super::exit::{Exit, Failure};
use super::policy_args::{ByArgs, ExplainTokenArgs};
use super::setup;
use super::stream::Streams;
use crate::detect::engine::Engine;
use crate::detect::token::Story;
use crate::detect::trial::Clues;
use crate::fact::Seen;
use crate::finding::{Finding, Persona};
use crate::judge::Bench;
use crate::judge::court::judge;
use crate::judge::project::Projects;
use crate::origin::Origin;
use crate::policy::{Policy, duration};
use crate::scope::catalog::Catalog;
use crate::source::Coverage;
use crate::source::root::Root;

/// Tells what a token is, and what is wrong with it.
///
/// # Errors
/// When standard input cannot be read or holds no token.
pub fn run(args: &ExplainTokenArgs, streams: &Streams) -> Result<Exit, Failure> {
    let mut text = String::new();
    io::stdin()
        .take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|error| Failure::incomplete(error.to_string(), "pipe the token into the program"))?;
    let Some(story) = Story::read(&text) else {
        let help = "pipe one in: `pbpaste | overscope explain-token`";
        return Err(Failure::usage("standard input holds no JSON Web Token", help));
    };
    let mut rules = setup::rules(&[], streams)?;
    let by = ByArgs {
        policy: args.policy.clone(),
        no_policy: args.no_policy,
        baseline: None,
        no_baseline: true,
        rules: Vec::new(),
        today: args.today,
    };
    let root = Root::here().map_err(|error| Failure::incomplete(error.to_string(), "stand in a directory"))?.path;
    let policy = match setup::policy_file(&by, &root, false, streams)? {
        Some(file) => setup::policy(&file, &root, &mut rules, streams)?,
        None => Policy::builtin(),
    };
    let bench = Bench {
        policy: &policy,
        rules: &rules,
        catalog: Catalog::builtin(),
        coverage: Coverage::Partial,
        today: args.today.unwrap_or_else(setup::today),
        // Who asks about one token wants to hear all of it.
        persona: Persona::Pedantic,
    };
    let faults = faults(&text, &bench);
    streams
        .out(told(&story, &faults, &policy).as_bytes())
        .map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    Ok(if faults.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// What is wrong with the token itself; that it lies here at all is what the user wanted.
fn faults(text: &str, bench: &Bench<'_>) -> Vec<Finding> {
    let Ok(mut seeing) = Engine::new(bench.rules).look("token".into(), &Origin::WorkTree, text.as_bytes()) else {
        return Vec::new();
    };
    let mut facts = std::mem::take(&mut seeing.facts);
    let mut clues = Clues::default();
    clues.append(&mut seeing.clues);
    clues.prove(&mut facts);
    facts.retain(|fact| matches!(fact.seen, Seen::Jwt(_)));
    let mut findings = judge(&facts, &[], &Projects::default(), bench).findings;
    findings.sort_by(|a, b| a.rule.cmp(&b.rule));
    findings.dedup_by(|a, b| a.rule == b.rule && a.message == b.message);
    findings
}

fn told(story: &Story, faults: &[Finding], policy: &Policy) -> String {
    let mut text = format!("{}\n", story.kind());
    let mut line = |name: &str, words: String| {
        if !words.is_empty() {
            let _ = writeln!(text, "  {name:<9} {words}");
        }
    };
    line("header", story.header.join(", "));
    line("claims", story.claims.join(", "));
    line("lifetime", story.lifetime.map(duration::words).unwrap_or_default());
    line("scopes", story.scopes.join(" "));
    line("policy", policy.path().map_or_else(|| "built-in defaults".to_owned(), ToString::to_string));
    text.push('\n');
    for fault in faults {
        // What a finding quotes of a token is hidden in it.
        let message = fault.message.replace("`…`", "its lifetime");
        let _ = writeln!(text, "{} {} {message}", fault.severity, fault.rule);
        for why in fault.why.iter().filter(|why| why.starts_with("proved")) {
            let _ = writeln!(text, "  {why}");
        }
    }
    if faults.is_empty() {
        text.push_str("nothing is wrong with it\n");
    }
    text
}

/// Nobody's token is longer.
const LONGEST: u64 = 1024 * 1024;
