//! `overscope explain RULE`: everything about a rule.

use super::args::ExplainArgs;
use super::exit::{Exit, Failure};
use super::setup;
use super::stream::Streams;
use crate::report::{Options, page};

/// Tells everything about a rule.
///
/// # Errors
/// When there is no such rule.
pub fn run(args: &ExplainArgs, streams: &Streams) -> Result<Exit, Failure> {
    let rules = setup::rules(&args.rules, streams)?;
    let Some(rule) = rules.find(&args.rule) else {
        let help = match rules.nearest(&args.rule) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`overscope rules list` names them all".to_owned(),
        };
        return Err(Failure::usage(format!("there is no rule `{}`", args.rule), help));
    };
    let options =
        Options { colour: streams.colored(), unicode: streams.unicode(), width: streams.width(), ..Options::default() };
    let mut text = Vec::new();
    page::write(rule, rules.page(&rule.id), &options, &mut text)
        .and_then(|()| streams.out(&text))
        .map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    Ok(Exit::Clean)
}
