//! `overscope completions`: what a shell completes, and the manual page; both made from the command line's own words.

use std::io::{self, Write};

use clap_complete::Shell;

use super::args::For;
use super::exit::{Exit, Failure};
use super::stream::Streams;
use super::variables;

/// Prints what was asked for.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(whom: For, streams: &Streams) -> Result<Exit, Failure> {
    let failed = |error: io::Error| Failure::incomplete(format!("cannot write: {error}"), "check standard output");
    streams.out(&text(whom).map_err(failed)?).map_err(failed)?;
    Ok(Exit::Clean)
}

fn text(whom: For) -> io::Result<Vec<u8>> {
    let mut command = variables::command();
    let mut out = Vec::new();
    let shell = match whom {
        For::Bash => Shell::Bash,
        For::Elvish => Shell::Elvish,
        For::Fish => Shell::Fish,
        For::Powershell => Shell::PowerShell,
        For::Zsh => Shell::Zsh,
        For::Man => {
            command.build();
            manual(&command, &mut out)?;
            return Ok(out);
        }
    };
    clap_complete::generate(shell, &mut command, "overscope", &mut out);
    Ok(out)
}

/// One page with every command, its flags and the exit codes.
fn manual(command: &clap::Command, out: &mut dyn Write) -> io::Result<()> {
    let page = clap_mangen::Man::new(command.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    writeln!(out, ".SH COMMANDS")?;
    commands(command, out)?;
    writeln!(out, ".SH \"EXIT STATUS\"")?;
    for line in super::exit::TABLE.lines().skip(1) {
        let (code, words) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        writeln!(out, ".TP\n{code}\n{}", escaped(words.trim()))?;
    }
    Ok(())
}

fn commands(command: &clap::Command, out: &mut dyn Write) -> io::Result<()> {
    for one in command.get_subcommands().filter(|one| !one.is_hide_set() && one.get_name() != "help") {
        let name = one.get_bin_name().unwrap_or(one.get_name());
        let about = one.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(out, ".SS \"{}\"\n{}", escaped(name), escaped(&about))?;
        for flag in one.get_arguments().filter(|flag| !flag.is_hide_set() && !flag.is_global_set()) {
            let Some(help) = flag.get_long_help().or(flag.get_help()) else { continue };
            writeln!(out, ".TP\n\\fB{}\\fR\n{}", escaped(&flag.to_string()), escaped(&help.to_string()))?;
            if let Some(variable) = flag.get_env() {
                writeln!(out, "Variable: {}", escaped(&variable.to_string_lossy()))?;
            }
        }
        commands(one, out)?;
    }
    Ok(())
}

/// Text that `man` shows as it is.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\n', " ");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::super::args::For;
    use super::{escaped, text};

    #[test]
    fn every_shell_and_the_manual_know_every_command() {
        for whom in For::value_variants() {
            let text = String::from_utf8(text(*whom).expect("memory takes it")).expect("it is text");
            for word in ["scan", "hook", "scopes", "policy", "baseline", "audit", "staged"] {
                assert!(text.contains(word), "{whom:?} lacks {word}");
            }
        }
    }

    #[test]
    fn a_line_of_the_manual_is_no_request_of_its_own() {
        assert_eq!(escaped(".x \\ y"), "\\&.x \\e y");
    }
}
