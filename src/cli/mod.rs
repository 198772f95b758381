//! The door of the command line: arguments in, streams written, an exit code out.

pub mod args;
pub mod audit;
pub mod baseline;
pub mod completions;
pub mod crash;
pub mod exit;
pub mod explain;
pub mod explain_token;
pub mod fix;
pub mod hook;
pub mod lsp;
pub mod nested;
pub mod output;
pub mod policy;
pub mod policy_args;
pub mod progress;
pub mod reference;
pub mod rules;
pub mod scan;
pub mod scopes;
pub mod setup;
pub mod stats;
pub mod stream;
pub mod variables;
pub mod vendor;
pub mod whole;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

use self::args::{Cli, Command};
use self::exit::{Exit, Failure};
use self::stream::Streams;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    crash::hush();
    crash::survive(run).unwrap_or_else(|| Exit::Incomplete.into())
}

fn run() -> ExitCode {
    let cli = match parsed(hook::words(std::env::args_os().collect())) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8));
        }
    };
    let streams = Streams::new(&cli.talk);
    let done = match cli.command {
        Command::Scan(args) => scan::run(&args, &streams),
        Command::Hook(args) => match &args.command {
            Some(command) => hook::run(command, &streams),
            None => scan::hook(&args.scan, &streams),
        },
        Command::Explain(args) => explain::run(&args, &streams),
        Command::ExplainToken(args) => explain_token::run(&args, &streams),
        Command::Rules(command) => rules::run(&command, &streams),
        Command::Scopes(args) => scopes::run(&args, &streams),
        Command::Policy(command) => policy::run(&command, &streams),
        Command::Baseline(command) => baseline::run(&command, &streams),
        Command::Completions { whom } => completions::run(whom, &streams),
        Command::Lsp(args) => lsp::run(&args, &streams),
        Command::Audit(command) => audit::run(&command, &streams),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            tell(&failure, &streams);
            failure.exit.into()
        }
    }
}

fn parsed(words: Vec<OsString>) -> Result<Cli, clap::Error> {
    let mut command = variables::command();
    let mut matches = command.try_get_matches_from_mut(words)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

fn tell(failure: &Failure, streams: &Streams) {
    if failure.message.is_empty() {
        return;
    }
    let (red, bold) = (anstyle::AnsiColor::Red.on_default().bold(), anstyle::Style::new().bold());
    let mut text = format!("{red}error{red:#}{bold}: {}{bold:#}\n", failure.message);
    if let Some(help) = &failure.help {
        text.push_str(&format!("  {bold}help{bold:#}: {help}\n"));
    }
    streams.tell(&text);
}
