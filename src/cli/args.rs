//! What may be typed: commands and flags. What is meant by it is `setup`'s business.

use std::path::PathBuf;

use camino::Utf8PathBuf;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

use super::audit::args::AuditCommand;
use super::exit::{BRIEF, TABLE};
use super::policy_args::{BaselineCommand, ByArgs, ExplainTokenArgs, PolicyCommand, WholeArgs};
use crate::finding::{Confidence, Persona, Severity};

/// Finds hardcoded secrets, over-broad OAuth scopes and weak JWT set-up, and judges them against one policy.
///
/// Every flag can also be set by a variable `OVERSCOPE_` with its name, `OVERSCOPE_FAIL_ON=high`; one that `scan` does
/// not have, with the command before it, `OVERSCOPE_AUDIT_OUT=audits`. Nothing is ever sent anywhere.
#[derive(Debug, Parser)]
#[command(name = "overscope", version, max_term_width = 100, after_help = BRIEF, after_long_help = TABLE)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to talk.
    #[command(flatten)]
    pub talk: TalkArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan files and directories.
    #[command(after_help = BRIEF, after_long_help = TABLE)]
    Scan(Box<ScanArgs>),
    /// Scan the files that a commit hook is given.
    ///
    /// As they are staged under `git commit`, else as they stand.
    #[command(after_help = BRIEF, after_long_help = TABLE)]
    Hook(Box<HookArgs>),
    /// Tell everything about a rule, or how a finding was made.
    ///
    /// Of a rule: what it finds, why it matters, how to mend it.
    Explain(ExplainArgs),
    /// Tell what a JSON Web Token on standard input says of itself, and what is wrong with it.
    ///
    /// No value is shown.
    #[command(after_help = BRIEF, after_long_help = TABLE)]
    ExplainToken(ExplainTokenArgs),
    /// List, show, check and test rules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Tell what each integration requests, calls and needs; and what is known of OAuth scopes.
    Scopes(Box<ScopesArgs>),
    /// Write, check and explain a policy, or print its schema.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Keep what is known already in a file, so that only what is new is reported.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Write and check the quarterly scope audit, as evidence that can be signed.
    ///
    /// Which integration may, asks for, uses and holds what.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Serve an editor with findings of open files and ways to mend them.
    ///
    /// And with what scopes grant, and scopes to write in a policy.
    Lsp(Box<WholeArgs>),
    /// Print completions for a shell, or the manual page.
    Completions {
        /// For whom.
        #[arg(value_name = "SHELL|man")]
        whom: For,
    },
}

/// How to talk, in every command.
#[derive(Clone, Debug, Args)]
pub struct TalkArgs {
    /// Colours: auto (on a terminal), always, never.
    ///
    /// `NO_COLOR` and `CLICOLOR_FORCE` are heard, too.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub color: When,
    /// Only the result.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// How each finding was made, what was accepted, what was not read.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// No progress bar.
    #[arg(long, global = true)]
    pub no_progress: bool,
}

/// `scan`.
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// Files and directories; default: the current directory.
    ///
    /// Files that are named are always read.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// What to read.
    #[command(flatten)]
    pub what: WhatArgs,
    /// By what to judge.
    #[command(flatten)]
    pub by: ByArgs,
    /// Judge by what held at the merge base with a revision.
    ///
    /// Policy, baseline and comments; and tell what the change opens. `auto` for the branch that it goes to.
    #[arg(long, value_name = "REV", help_heading = "What it is judged by")]
    pub policy_ref: Option<String>,
    /// How to tell it.
    #[command(flatten)]
    pub tell: TellArgs,
    /// Replace scopes where that is certain; `--fix=apply` writes.
    ///
    /// As a diff in place of the report, or written with `--fix=apply`.
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "diff")]
    #[arg(value_parser = ["diff", "apply"], hide_possible_values = true, conflicts_with_all = ["staged", "stdin"])]
    pub fix: Option<String>,
}

/// `hook`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HookArgs {
    /// What to do in place of a scan.
    #[command(subcommand)]
    pub command: Option<HookCommand>,
    /// What to scan, as in `scan`.
    #[command(flatten)]
    pub scan: ScanArgs,
}

/// The hook of a repository without a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum HookCommand {
    /// Write a `pre-commit` hook that scans what is staged.
    Install,
    /// Take that hook away.
    Uninstall,
}

/// What to read.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is read")]
pub struct WhatArgs {
    /// Read what is staged, as it is staged.
    #[arg(long, group = "mode")]
    pub staged: bool,
    /// Read what is staged, changed or new, and not ignored.
    #[arg(long, group = "mode")]
    pub changed: bool,
    /// Read what differs from the merge base with a revision.
    ///
    /// With `--history`, every commit since then.
    #[arg(long, value_name = "REV", conflicts_with = "mode")]
    pub since: Option<String>,
    /// Read every version that commits have brought in, and the tree.
    ///
    /// All that any branch or tag reaches, or a range of commits. Only secrets are told of the past.
    #[arg(long, value_name = "A..B", num_args = 0..=1, conflicts_with = "mode")]
    pub history: Option<Option<String>>,
    /// Read the messages of commits and tags, too.
    #[arg(long, requires = "history", hide_short_help = true)]
    pub history_messages: bool,
    /// Read standard input instead of files.
    #[arg(long, group = "mode", conflicts_with = "paths")]
    pub stdin: bool,
    /// The name that standard input is scanned under: it tells the language.
    #[arg(long, value_name = "NAME", requires = "stdin", hide_short_help = true)]
    pub stdin_filename: Option<Utf8PathBuf>,
    /// The root that paths and policy are relative to, and what is scanned when no path is named. Default: the work tree
    /// of git, else the directory that is scanned.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, hide_short_help = true)]
    pub root: Option<PathBuf>,
    /// Keep to files that match.
    ///
    /// As a line of a `.gitignore` would. May be given more than once.
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    pub include: Vec<String>,
    /// Leave out files and directories that match.
    ///
    /// May be given more than once.
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    pub exclude: Vec<String>,
    /// Read files that git ignores, too.
    #[arg(long)]
    pub no_ignore: bool,
    /// Look at the strings of binary files, too.
    #[arg(long, hide_short_help = true)]
    pub binary: bool,
    /// Do not look into archives.
    #[arg(long, hide_short_help = true)]
    pub no_archives: bool,
    /// Pass over larger files: `500K`, `10M`. Default: no file is too large.
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    pub max_file_size: Option<u64>,
    /// Exit with 3 when there was nothing to look at.
    #[arg(long, hide_short_help = true)]
    pub require_files: bool,
    /// Threads; 0 for one a core.
    #[arg(short, long, value_name = "N", default_value_t = 0, hide_short_help = true)]
    pub jobs: usize,
}

/// How to tell it.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it is told")]
pub struct TellArgs {
    /// Format on standard output.
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: String,
    /// One more output, into a file.
    ///
    /// May be given more than once.
    #[arg(long, value_name = "FORMAT=FILE", value_delimiter = ',')]
    pub output: Vec<String>,
    /// What sets a SARIF upload apart from others of the same commit.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    pub category: Option<String>,
    /// Start CSV with a byte order mark, as some spreadsheets want it.
    #[arg(long, hide_short_help = true)]
    pub csv_bom: bool,
    /// Tell only findings of this severity and above.
    ///
    /// What is not told still fails the run where the gate says so.
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub min_severity: Option<Severity>,
    /// Tell only findings of this confidence and above.
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence(), hide_short_help = true)]
    pub min_confidence: Option<Confidence>,
    /// Who is reading: regular, pedantic, auditor.
    ///
    /// What everybody should see, more with more doubt, or everything.
    #[arg(long, value_name = "PERSONA", value_parser = persona(), hide_possible_values = true)]
    pub persona: Option<Persona>,
    /// Exit with 1 when there are findings of this severity or above.
    ///
    /// Default: what the policy says, else `high`.
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub fail_on: Option<Severity>,
    /// Exit with 0 where it would be 1.
    #[arg(long)]
    pub exit_zero: bool,
    /// Tell on standard error what the time went into.
    #[arg(long)]
    pub stats: bool,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The rule, such as `jwt/alg-none`; or a finding, as FILE:LINE or by its fingerprint.
    #[arg(value_name = "RULE|FILE:LINE|FINGERPRINT")]
    pub rule: String,
    /// A directory with more rules.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub rules: Vec<PathBuf>,
}

/// `rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// All rules, one a line.
    List(RulesArgs),
    /// One rule, as `explain` tells it.
    Show(ExplainArgs),
    /// Read rules and tell every mistake in them.
    Check(RulesArgs),
    /// Run the examples inside the rules.
    Test(RulesArgs),
}

/// Which rules.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// Files and directories with rules; default: the built-in ones.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
}

/// `scopes`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ScopesArgs {
    /// What is known of OAuth scopes.
    #[command(subcommand)]
    pub command: Option<ScopesCommand>,
    /// Files and directories; a directory that is called like a command is written `./show`. Default: the current
    /// directory.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// How it is told.
    #[arg(short, long, value_name = "HOW", default_value = "table")]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(["table", "json"]))]
    pub format: String,
    /// The repository.
    #[command(flatten)]
    pub whole: WholeArgs,
}

/// What is known of OAuth scopes.
#[derive(Debug, Subcommand)]
pub enum ScopesCommand {
    /// Show a scope: what it grants, what it includes, for which calls it is the least; or list a provider's scopes.
    Show {
        /// A scope in any spelling, or the id of a provider.
        #[arg(value_name = "SCOPE|PROVIDER")]
        name: String,
        /// Whose scope it is, where several providers have one of this name.
        #[arg(long, value_name = "ID")]
        provider: Option<String>,
    },
    /// Search scopes and what they grant.
    Search {
        /// Words that all occur.
        #[arg(value_name = "WORD", required = true)]
        words: Vec<String>,
    },
    /// List the providers whose scopes are known.
    Providers,
}

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum For {
    /// A completion script for Bash.
    Bash,
    /// For Elvish.
    Elvish,
    /// For fish.
    Fish,
    /// For PowerShell.
    Powershell,
    /// For Zsh.
    Zsh,
    /// The manual page, for `man`.
    Man,
}

/// Where colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

fn severity() -> clap::builder::MapValueParser<clap::builder::PossibleValuesParser, fn(String) -> Severity> {
    words(Severity::ALL.map(Severity::as_str), |word| word.parse().unwrap_or(Severity::Note))
}

fn confidence() -> clap::builder::MapValueParser<clap::builder::PossibleValuesParser, fn(String) -> Confidence> {
    words(Confidence::ALL.map(Confidence::as_str), |word| word.parse().unwrap_or(Confidence::Low))
}

fn persona() -> clap::builder::MapValueParser<clap::builder::PossibleValuesParser, fn(String) -> Persona> {
    words(Persona::ALL.map(Persona::as_str), |word| word.parse().unwrap_or_default())
}

/// Only these words, so that help and mistakes list them.
fn words<T: Clone + Send + Sync + 'static, const N: usize>(
    words: [&'static str; N],
    read: fn(String) -> T,
) -> clap::builder::MapValueParser<clap::builder::PossibleValuesParser, fn(String) -> T> {
    use clap::builder::TypedValueParser;
    clap::builder::PossibleValuesParser::new(words).map(read)
}

/// A number of bytes: `1000`, `64K`, `10M`, `2G`.
fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let (digits, shift) = match text.as_bytes().last().map(u8::to_ascii_uppercase) {
        Some(b'K') => (&text[..text.len() - 1], 10),
        Some(b'M') => (&text[..text.len() - 1], 20),
        Some(b'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let number: u64 = digits.parse().map_err(|_| "a size reads `1000`, `64K`, `10M` or `2G`".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "that is more than can be counted".to_owned())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_units() {
        assert_eq!((size("7"), size("2k"), size("1M")), (Ok(7), Ok(2048), Ok(1 << 20)));
        assert!(size("big").is_err() && size("99999999999G").is_err());
    }
}
