//! The door of `overscope audit`: the evidence of a quarter, its check, its differences, an organisation's sums.

pub mod args;
mod check;
mod diff;
mod earlier;
mod folder;
mod merge;
mod run;
mod take;

use self::args::AuditCommand;
use super::exit::{Exit, Failure};
use super::stream::Streams;

/// Does what was asked.
///
/// # Errors
/// No repository, no such commit, a policy that cannot be used, files that cannot be read or written.
pub fn run(command: &AuditCommand, streams: &Streams) -> Result<Exit, Failure> {
    match command {
        AuditCommand::Run(args) => run::run(args, streams),
        AuditCommand::Check(args) => check::check(args, streams),
        AuditCommand::Diff { before, after, format, root } => {
            diff::diff(before, after, *format, root.as_deref(), streams)
        }
        AuditCommand::Merge { places, out } => merge::merge(places, out, streams),
    }
}
