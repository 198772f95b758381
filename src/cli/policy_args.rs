//! What may be typed about policies and baselines.

use std::path::PathBuf;

use camino::Utf8PathBuf;
use clap::{Args, Subcommand, ValueHint};

/// By what to judge.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What it is judged by")]
pub struct ByArgs {
    /// The policy, in place of the `overscope.yaml` at the root.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// Judge by the built-in policy, whatever stands at the root.
    #[arg(long, conflicts_with = "policy", hide_short_help = true)]
    pub no_policy: bool,
    /// The baseline, in place of `.overscope/baseline.jsonl` at the root.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Report what is known, too.
    #[arg(long, conflicts_with = "baseline", hide_short_help = true)]
    pub no_baseline: bool,
    /// A directory with more rules.
    ///
    /// May be given more than once.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, hide_short_help = true)]
    pub rules: Vec<PathBuf>,
    /// The day that reviews and exceptions are held against, in place of the clock's.
    #[arg(long, value_name = "YYYY-MM-DD", hide_short_help = true)]
    pub today: Option<jiff::civil::Date>,
}

/// `explain-token`.
#[derive(Debug, Args)]
pub struct ExplainTokenArgs {
    /// The policy, in place of the `overscope.yaml` at the root.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
    /// Judge by the built-in policy, whatever stands at the root.
    #[arg(long, conflicts_with = "policy")]
    pub no_policy: bool,
    /// The day that exceptions are held against, in place of the clock's.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
}

/// `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Read a policy and tell every mistake in it, and every glob that matches no file.
    Check {
        /// The policy; default: the one at the root.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Write a first policy from what the code asks for and needs; beside an existing one, add what it does not cover.
    Init {
        /// How strict: balanced, crm-strict or inventory-only.
        #[arg(long, value_name = "NAME", default_value = "balanced")]
        #[arg(value_parser = clap::builder::PossibleValuesParser::new(["balanced", "crm-strict", "inventory-only"]))]
        preset: String,
        /// Add only integrations of this provider. May be given more than once.
        #[arg(long, value_name = "PROVIDER")]
        add: Vec<String>,
        /// Print it instead of writing the file.
        #[arg(long)]
        print: bool,
        /// The repository.
        #[command(flatten)]
        whole: WholeArgs,
    },
    /// Tell step by step, with the line that speaks, how a scope at a place is judged.
    Explain {
        /// A path, or `integration/NAME`.
        #[arg(value_name = "PATH")]
        place: String,
        /// The scope; without one, whose the place is.
        #[arg(value_name = "SCOPE")]
        scope: Option<String>,
        /// The repository.
        #[command(flatten)]
        whole: WholeArgs,
    },
    /// Tell what a change of a policy opens, as before and after. Exit code 1 where it opens anything.
    Diff {
        /// The policy as it was: a file, or a revision of the repository.
        #[arg(value_name = "BEFORE", value_hint = ValueHint::FilePath)]
        before: String,
        /// The policy as it is to be; default: the one at the root.
        #[arg(value_name = "AFTER", value_hint = ValueHint::FilePath)]
        after: Option<String>,
    },
    /// Print the effective policy with its bases, value by value.
    Show {
        /// Beside each value the file and line that says it.
        #[arg(long)]
        origin: bool,
        /// The policy; default: the one at the root.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Copy a base from a clone or folder into `.overscope/vendor`, pinned by revision and digest, and print its entry.
    Vendor {
        /// A clone of the repository that has the base, or a folder.
        #[arg(value_name = "FROM", value_hint = ValueHint::DirPath)]
        from: PathBuf,
        /// The path of the base in it.
        #[arg(value_name = "FILE")]
        file: Utf8PathBuf,
        /// The revision; default: what is checked out there.
        #[arg(long, value_name = "REV", default_value = "HEAD")]
        rev: String,
        /// Where the repository lives, for the record; default: the `origin` of the clone.
        #[arg(long, value_name = "URL")]
        git: Option<String>,
    },
    /// Print the JSON schema of policies, for editors.
    Schema,
}

/// `baseline`.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write a new one with everything that is open now.
    Create(WholeArgs),
    /// Add what is new, follow what has moved, keep what somebody wrote.
    Update(WholeArgs),
    /// As `update`, and drop what is gone.
    Prune(WholeArgs),
    /// List what is in it.
    Show(WholeArgs),
    /// Take over what another tool has accepted, where it still stands; a new baseline where there is none.
    Import {
        /// A gitleaks report (JSON), a `.gitleaksignore`, or a detect-secrets baseline.
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The repository.
        #[command(flatten)]
        whole: WholeArgs,
    },
}

/// A repository and what it is judged by.
#[derive(Clone, Debug, Args)]
pub struct WholeArgs {
    /// The root; default: the work tree around the current directory.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// By what to judge.
    #[command(flatten)]
    pub by: ByArgs,
}
