//! `overscope explain RULE`: everything about a rule.

use super::args::ExplainArgs;
use super::exit::{Exit, Failure};
use super::setup;
use super::stream::Streams;
use crate::rule::{Page, Rule};

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
    let text = rules.page(&rule.id).map_or_else(|| format!("{}\n", rule.title), |page| told(rule, page));
    streams.out(text.as_bytes()).map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    Ok(Exit::Clean)
}

fn told(rule: &Rule, page: &Page) -> String {
    let bold = anstyle::Style::new().bold();
    let about = &page.about;
    let mut text = format!("{bold}{}{bold:#}: {}\n", rule.id, rule.title);
    text.push_str(&format!("severity {}, confidence {}\n\n", rule.severity, rule.confidence));
    for (word, sentence) in [("What", &about.what), ("Why", &about.why), ("Fix", &about.fix)] {
        text.push_str(&format!("{bold}{word}{bold:#}  {sentence}\n"));
    }
    if !about.cwe.is_empty() {
        let list: Vec<String> = about.cwe.iter().map(|number| format!("CWE-{number}")).collect();
        text.push_str(&format!("\n{}\n", list.join(", ")));
    }
    for reference in &about.references {
        text.push_str(&format!("{reference}\n"));
    }
    text
}
