//! `overscope policy`: check a policy, print its schema.

use super::args::PolicyCommand;
use super::exit::{Exit, Failure};
use super::stream::Streams;

/// Does what was asked.
///
/// # Errors
/// A policy that cannot be used.
pub fn run(command: &PolicyCommand, _: &Streams) -> Result<Exit, Failure> {
    match command {
        PolicyCommand::Check { .. } | PolicyCommand::Schema => {
            Err(Failure::policy("policies cannot be read yet", "scan with `--no-policy`"))
        }
    }
}
