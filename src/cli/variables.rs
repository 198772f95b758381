//! A variable for every flag, named after it.

use std::collections::BTreeMap;

use clap::builder::FalseyValueParser;
use clap::{Arg, ArgAction, Command, CommandFactory};

use super::args::Cli;

/// The command line with its variables: `OVERSCOPE_FAIL_ON` for `--fail-on`. A flag of another command than `scan` that
/// means something else there, or nothing, has the command in its name: `OVERSCOPE_AUDIT_OUT`.
#[must_use]
pub fn command() -> Command {
    let command = Cli::command();
    let scan = command.find_subcommand("scan").map_or_else(BTreeMap::new, |scan| {
        scan.get_arguments().filter_map(|flag| Some((flag.get_long()?.to_owned(), value_name(flag)))).collect()
    });
    named(command, "", &scan)
}

/// What a flag is for, as far as its value tells.
fn value_name(flag: &Arg) -> Option<String> {
    flag.get_value_names()?.first().map(ToString::to_string)
}

fn named(command: Command, prefix: &str, scan: &BTreeMap<String, Option<String>>) -> Command {
    let command = command.mut_args(|flag| {
        let Some(long) = flag.get_long() else { return flag };
        let shared = flag.is_global_set() || scan.get(long).is_some_and(|value| *value == value_name(&flag));
        let words = if shared { long.to_owned() } else { format!("{prefix}{long}") };
        let flag = match flag.get_action() {
            // Set to `0`, `false` or nothing it is as if it were not there.
            ArgAction::SetTrue => flag.value_parser(FalseyValueParser::new()),
            _ => flag,
        };
        flag.env(format!("OVERSCOPE_{}", words.replace('-', "_").to_uppercase())).hide_env(true)
    });
    command.mut_subcommands(|one| {
        let prefix = match prefix {
            "" => format!("{}-", one.get_name()),
            outer => outer.to_owned(),
        };
        named(one, &prefix, scan)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::Command;

    use super::{command, value_name};

    /// Every command with its path.
    fn all(command: &Command, path: &str, see: &mut dyn FnMut(&str, &Command)) {
        see(path, command);
        for one in command.get_subcommands() {
            all(one, &format!("{path} {}", one.get_name()), see);
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_flag_has_a_variable_that_means_one_thing() {
        let mut command = command();
        command.build();
        let mut meanings = BTreeMap::new();
        all(&command, "overscope", &mut |path, one| {
            let flags = one.get_arguments().filter(|flag| !["help", "version"].contains(&flag.get_id().as_str()));
            for flag in flags.filter(|flag| !flag.is_positional()) {
                let variable = flag.get_env().unwrap_or_else(|| panic!("{path} --{} has none", flag.get_id()));
                let meaning = (flag.get_long().map(str::to_owned), value_name(flag));
                let known = meanings.entry(variable.to_owned()).or_insert_with(|| meaning.clone());
                assert_eq!(*known, meaning, "{path}: {}", variable.display());
            }
        });
        for name in ["OVERSCOPE_FAIL_ON", "OVERSCOPE_AUDIT_OUT", "OVERSCOPE_AUDIT_SINCE", "OVERSCOPE_SINCE"] {
            assert!(meanings.contains_key(std::ffi::OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn the_short_help_of_each_command_fits_a_screen() {
        let mut command = command();
        command.build();
        all(&command, "overscope", &mut |path, one| {
            let lines = one.clone().term_width(100).render_help().to_string().lines().count();
            assert!(lines <= 50, "{path} -h has {lines} lines");
        });
    }
}
