//! What may be typed behind `overscope audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::audit::period::Quarter;

/// `audit`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Write the evidence of a quarter: snapshot, reports, worksheet.
    Run(RunArgs),
    /// Check a filled worksheet, and that what the last one wanted has been done. Exit code 1 where not.
    Check(CheckArgs),
    /// Tell what differs between two snapshots.
    Diff {
        /// The earlier one: `snapshot.json`, its folder, or a quarter such as `2026Q3`.
        #[arg(value_name = "BEFORE")]
        before: String,
        /// The later one.
        #[arg(value_name = "AFTER")]
        after: String,
        /// How it is told.
        #[arg(short, long, value_name = "HOW", default_value = "table")]
        format: DiffFormat,
        /// The repository; default: the work tree around the current directory.
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        root: Option<PathBuf>,
    },
    /// Join the snapshots of many repositories into one report of an organisation.
    Merge {
        /// Snapshots, or folders that are searched for files of the name `snapshot.json`.
        #[arg(value_name = "DIR", required = true, value_hint = ValueHint::AnyPath)]
        places: Vec<PathBuf>,
        /// Where the report is written.
        #[arg(short, long, value_name = "DIR", default_value = "organisation", value_hint = ValueHint::DirPath)]
        out: PathBuf,
    },
}

/// `audit run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The quarter; default: the one of today.
    #[arg(long, value_name = "2026Q4")]
    pub quarter: Option<Quarter>,
    /// The revision whose state is told. Default: `HEAD`, and for a past quarter the commit that was current at its end.
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// The first quarter that is looked back to. Default: four quarters before.
    #[arg(long, value_name = "2026Q1")]
    pub since: Option<Quarter>,
    /// The folder that gets a folder for the quarter. Default: what the policy says, else `audits`.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// What the report calls the repository. Default: the last part of the URL of `origin`, else the folder's name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The repository; default: the work tree around the current directory.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// A file with one repository a line; each gets a folder of its name in `--out`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["root", "name", "at"], requires = "out")]
    #[arg(value_hint = ValueHint::FilePath)]
    pub repositories: Option<PathBuf>,
    /// Of these repositories only every N-th, beginning with the K-th: `1/8` to `8/8`.
    #[arg(long, value_name = "K/N", value_parser = shard, requires = "repositories")]
    pub shard: Option<(usize, usize)>,
    /// The day, in place of the clock's.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
    /// Threads; 0 for one a core.
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
}

/// `audit check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The quarter; default: the one of today.
    #[arg(long, value_name = "2026Q4")]
    pub quarter: Option<Quarter>,
    /// The folder of the snapshots. Default: what the policy says, else `audits`.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// The repository; default: the work tree around the current directory.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// Days after the quarter's end within which it may be reviewed.
    #[arg(long, value_name = "N", default_value_t = 45)]
    pub window: i64,
    /// The day, in place of the clock's.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<jiff::civil::Date>,
}

/// How a difference is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For a terminal.
    Table,
    /// For a pull request.
    Markdown,
    /// For programs.
    Json,
}

/// `K/N`.
fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    parts.filter(|(k, n)| (1..=*n).contains(k)).ok_or_else(|| "a shard reads `1/8` to `8/8`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::shard;

    #[test]
    fn a_shard_is_one_of_many() {
        assert_eq!((shard("1/8"), shard("8/8"), shard("1/1")), (Ok((1, 8)), Ok((8, 8)), Ok((1, 1))));
        for wrong in ["0/8", "9/8", "1", "a/b", "1/0", ""] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
