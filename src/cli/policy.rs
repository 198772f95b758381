//! `overscope policy`: check a policy, print its schema.

use super::args::PolicyCommand;
use super::exit::{Exit, Failure};
use super::setup;
use super::stream::Streams;
use crate::policy::schema::schema;
use crate::source::root::Root;

/// Does what was asked.
///
/// # Errors
/// A policy that cannot be used; no policy where one is to be checked.
pub fn run(command: &PolicyCommand, streams: &Streams) -> Result<Exit, Failure> {
    match command {
        PolicyCommand::Check { file } => {
            let root = Root::here().map_err(|error| Failure::usage(error.to_string(), "name the policy"))?.path;
            let found = match file {
                Some(file) => Some(file.clone()),
                None => setup::policy_at(&root)?,
            };
            let Some(file) = found else {
                return Err(Failure::policy("there is no policy at the root", "name one, or write `overscope.yaml`"));
            };
            setup::policy(&file, &setup::relative(&file, &root), streams)?;
            Ok(Exit::Clean)
        }
        PolicyCommand::Schema => {
            streams
                .out(schema().as_bytes())
                .map_err(|error| Failure::incomplete(format!("cannot write: {error}"), "check standard output"))?;
            Ok(Exit::Clean)
        }
    }
}
