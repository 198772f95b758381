//! `overscope explain RULE`: everything about a rule. `overscope explain FILE:LINE`: how what is found there was made.

use std::path::Path;

use clap::Parser as _;

use super::args::{Cli, Command, ExplainArgs};
use super::exit::{Exit, Failure};
use super::stream::Streams;
use super::{scan, setup};
use crate::finding::Finding;
use crate::report::{Options, page};

/// Tells everything about a rule or a finding.
///
/// # Errors
/// When there is no such rule and nothing is found there.
pub fn run(args: &ExplainArgs, streams: &Streams) -> Result<Exit, Failure> {
    let rules = setup::rules(&args.rules, streams)?;
    let Some(rule) = rules.find(&args.rule) else {
        if let Some(found) = finding(args, streams) {
            return found;
        }
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

/// Tells how a finding was made, where the argument names one: a line of a file that is there, or a fingerprint. What is
/// meant for other readers is told, too.
fn finding(args: &ExplainArgs, streams: &Streams) -> Option<Result<Exit, Failure>> {
    let name = args.rule.as_str();
    let line = name.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse::<u32>().ok()?)));
    // `FILE:LINE:COLUMN`, as the picture of a finding has it.
    let line = match line {
        Some((file, _)) if !Path::new(file).is_file() => {
            file.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse::<u32>().ok()?)))
        }
        line => line,
    };
    let line = line.filter(|(file, _)| Path::new(file).is_file());
    let fingerprint = (8..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let place = match line {
        Some((file, _)) => file,
        None if fingerprint => ".",
        None => return None,
    };
    let only = |finding: &Finding| match line {
        Some((_, line)) => {
            let region = finding.primary.at.region;
            (region.start.line..=region.end.line).contains(&line)
        }
        None => finding.fingerprint.0.starts_with(&name.to_ascii_lowercase()),
    };
    let mut words = vec!["overscope", "scan", "--persona", "auditor", "--exit-zero"];
    let rules: Vec<String> = args.rules.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    words.extend(rules.iter().flat_map(|path| ["--rules", path]));
    words.extend(["--", place]);
    let Ok(Cli { command: Command::Scan(scanning), .. }) = Cli::try_parse_from(words) else { return None };
    Some(scan::only(&scanning, &only, &streams.thorough()))
}
