//! `overscope rules`: list, show, check and test rules.

use std::fmt::Write;

use super::args::{RulesArgs, RulesCommand};
use super::exit::{Exit, Failure};
use super::stream::Streams;
use super::{explain, setup};
use crate::rule::{Rule, RuleSet, builtin};
use crate::scope::check as catalogue;
use crate::selftest::{self, Outcome, Verdict};

/// Does what was asked.
///
/// # Errors
/// Rules that cannot be read, or fail their examples.
pub fn run(command: &RulesCommand, streams: &Streams) -> Result<Exit, Failure> {
    match command {
        RulesCommand::List(args) => list(args, streams),
        RulesCommand::Show(args) => explain::run(args, streams),
        RulesCommand::Check(args) => check(args, streams),
        RulesCommand::Test(args) => test(args, streams),
    }
}

fn list(args: &RulesArgs, streams: &Streams) -> Result<Exit, Failure> {
    let rules = chosen(args, streams)?;
    let wide = rules.iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules.iter() {
        let (id, severity) = (rule.id.as_str(), rule.severity.as_str());
        let _ = writeln!(text, "{id:wide$}  {severity:8}  {}", rule.title);
    }
    print(&text, streams)
}

fn check(args: &RulesArgs, streams: &Streams) -> Result<Exit, Failure> {
    chosen(args, streams)?;
    if args.paths.is_empty()
        && let Some(fault) = catalogue::builtin().first()
    {
        return Err(Failure::usage(fault.clone(), "mend the file under `rules/scopes` or `rules/calls`"));
    }
    if !streams.quiet {
        streams.tell("every rule can be used\n");
    }
    Ok(Exit::Clean)
}

fn test(args: &RulesArgs, streams: &Streams) -> Result<Exit, Failure> {
    let rules = chosen(args, streams)?;
    let outcomes = selftest::run(&rules, |_: &Rule| true);
    let wrong: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Right).collect();
    let mut text = String::new();
    for outcome in &wrong {
        let what = match &outcome.verdict {
            Verdict::Right => continue,
            Verdict::Missed => "should have been caught and was not".to_owned(),
            Verdict::Noisy(mark) => format!("should have been quiet; marked `{mark}`"),
            Verdict::Beside(mark) => format!("caught, but `{mark}` was marked"),
            Verdict::Broken(why) => why.clone(),
        };
        let _ = writeln!(text, "{} example {}: {what}\n    {}", outcome.rule, outcome.number, outcome.text.trim());
    }
    print(&text, streams)?;
    if wrong.is_empty() {
        if !streams.quiet {
            streams.tell("every example does what it says\n");
        }
        return Ok(Exit::Clean);
    }
    Ok(Exit::Findings)
}

/// The rules that were named, else the built-in ones.
fn chosen(args: &RulesArgs, streams: &Streams) -> Result<RuleSet, Failure> {
    if args.paths.is_empty() {
        return Ok(builtin::rules());
    }
    let mut rules = RuleSet::default();
    setup::add_rules(&mut rules, &args.paths, streams)?;
    Ok(rules)
}

fn print(text: &str, streams: &Streams) -> Result<Exit, Failure> {
    streams.out(text.as_bytes()).map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    Ok(Exit::Clean)
}
