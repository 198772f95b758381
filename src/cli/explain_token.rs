//! `overscope explain-token`: what a token says of itself. It is read from standard input only, so that no history of a
//! shell keeps it, and no value of it is shown.

use std::fmt::Write as _;
use std::io::{self, Read as _};

use super::exit::{Exit, Failure};
use super::setup;
use super::stream::Streams;
use crate::detect::engine::Engine;
use crate::detect::token::Story;
use crate::detect::trial::Clues;
use crate::fact::{Fact, Seen};
use crate::origin::Origin;
use crate::policy::duration;
use crate::rule::RuleSet;

/// Tells what a token is, and what is wrong with it.
///
/// # Errors
/// When standard input cannot be read or holds no token.
pub fn run(streams: &Streams) -> Result<Exit, Failure> {
    let mut text = String::new();
    io::stdin()
        .take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|error| Failure::incomplete(error.to_string(), "pipe the token into the program"))?;
    let Some(story) = Story::read(&text) else {
        let help = "pipe one in: `pbpaste | overscope explain-token`";
        return Err(Failure::usage("standard input holds no JSON Web Token", help));
    };
    let rules = setup::rules(&[], streams)?;
    let faults = faults(&rules, &text);
    streams
        .out(told(&story, &rules, &faults).as_bytes())
        .map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    Ok(if faults.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// What is wrong with the token itself; that it lies here at all is what the user wanted.
fn faults(rules: &RuleSet, text: &str) -> Vec<Fact> {
    let Ok(mut seeing) = Engine::new(rules).look("token".into(), &Origin::WorkTree, text.as_bytes()) else {
        return Vec::new();
    };
    let mut facts = std::mem::take(&mut seeing.facts);
    let mut clues = Clues::default();
    clues.append(&mut seeing.clues);
    clues.prove(&mut facts);
    facts.retain(|fact| match &fact.seen {
        // An hour is what an access token may hold without a word of a policy.
        Seen::Jwt(flaw) => flaw.seconds.is_none_or(|seconds| seconds > 3600),
        _ => false,
    });
    facts.sort_by(|a, b| a.rule.cmp(&b.rule));
    facts.dedup_by(|a, b| a.rule == b.rule);
    facts
}

fn told(story: &Story, rules: &RuleSet, faults: &[Fact]) -> String {
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
    text.push('\n');
    for fact in faults {
        let Some(rule) = rules.find(fact.rule.as_str()) else { continue };
        let said = match &fact.seen {
            Seen::Jwt(flaw) => flaw.message.as_deref().map(|message| message.trim_end_matches('.')),
            _ => None,
        };
        let _ = writeln!(text, "{} {} {}", rule.severity, rule.id, said.unwrap_or(&rule.title));
        for why in fact.why.iter().filter(|why| why.starts_with("proved")) {
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
