//! One report, any format.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use super::gitlab::Kind;
use super::sarif::Profile;
use super::{Options, Report, csv, github, gitlab, html, human, json, junit, markdown, sarif};
use crate::finding::UnknownWord;
use crate::rule::RuleSet;

/// The formats of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For a person in a terminal.
    #[default]
    Human,
    /// One JSON document, `overscope/v1`.
    Json,
    /// The same, one object a line.
    Jsonl,
    /// SARIF 2.1.0 as GitHub's code scanning takes it.
    Sarif,
    /// SARIF 2.1.0 with everything.
    SarifFull,
    /// Annotations of a GitHub workflow.
    GitHub,
    /// GitLab's secret detection report.
    GitLabSecrets,
    /// GitLab's SAST report, for everything but credentials.
    GitLabSast,
    /// JUnit's XML.
    Junit,
    /// A table for spreadsheets.
    Csv,
    /// A page for job summaries, comments and tickets.
    Markdown,
    /// A page that stands alone.
    Html,
}

impl Format {
    /// All, as they are listed in help.
    pub const ALL: [Self; 12] = [
        Self::Human,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::SarifFull,
        Self::GitHub,
        Self::GitLabSecrets,
        Self::GitLabSast,
        Self::Junit,
        Self::Csv,
        Self::Markdown,
        Self::Html,
    ];

    /// The word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::SarifFull => "sarif-full",
            Self::GitHub => "github",
            Self::GitLabSecrets => "gitlab-secrets",
            Self::GitLabSast => "gitlab-sast",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or_else(|| UnknownWord {
            what: "format",
            known: Self::ALL.iter().map(|format| format.as_str()).collect(),
        })
    }
}

/// Writes a report in a format. The same report gives the same bytes.
///
/// # Errors
/// What the writer says.
pub fn render(
    report: &Report,
    rules: &RuleSet,
    format: Format,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, options, out),
        Format::Json => json::write(report, rules, options, out),
        Format::Jsonl => json::write_lines(report, rules, options, out),
        Format::Sarif => sarif::write(report, rules, Profile::GitHub, options, out),
        Format::SarifFull => sarif::write(report, rules, Profile::Full, options, out),
        Format::GitHub => github::write(report, out),
        Format::GitLabSecrets => gitlab::write(report, rules, Kind::Secrets, options, out),
        Format::GitLabSast => gitlab::write(report, rules, Kind::Sast, options, out),
        Format::Junit => junit::write(report, out),
        Format::Csv => csv::write(report, rules, options, out),
        Format::Markdown => markdown::write(report, out),
        Format::Html => html::write(report, rules, out),
    }
}
