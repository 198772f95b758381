//! What a report comes to: findings by severity, accepted ones by who took them on, files not read by reason.

use std::collections::BTreeMap;

use super::Report;
use crate::finding::{Finding, Severity, State};

/// The numbers of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Open findings by severity, the worst first; severities without one are left out.
    pub open: Vec<(Severity, usize)>,
    /// Findings that an inline comment took on.
    pub ignored: usize,
    /// Findings that an exception of the policy took on.
    pub exempt: usize,
    /// Findings that stand in the baseline.
    pub baselined: usize,
    /// What was not read, by the word of its reason.
    pub skipped: BTreeMap<&'static str, usize>,
    /// How many of these make the scan incomplete.
    pub incomplete: usize,
}

impl Tally {
    /// Counts.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let mut tally = Self::default();
        for severity in Severity::ALL.into_iter().rev() {
            let count = open(report).filter(|finding| finding.severity == severity).count();
            if count > 0 {
                tally.open.push((severity, count));
            }
        }
        for finding in &report.findings {
            match finding.state {
                State::Open => {}
                State::Ignored { .. } => tally.ignored += 1,
                State::Exempt { .. } => tally.exempt += 1,
                State::Baselined => tally.baselined += 1,
            }
        }
        for skipped in &report.skipped {
            *tally.skipped.entry(skipped.why.word()).or_default() += 1;
            tally.incomplete += usize::from(skipped.why.incomplete());
        }
        tally
    }

    /// Open findings.
    #[must_use]
    pub fn total(&self) -> usize {
        self.open.iter().map(|(_, count)| count).sum()
    }

    /// Accepted findings.
    #[must_use]
    pub const fn accepted(&self) -> usize {
        self.ignored + self.exempt + self.baselined
    }

    /// `2 high, 1 low`; empty where nothing is open.
    #[must_use]
    pub fn open_words(&self) -> String {
        self.open.iter().map(|(severity, count)| format!("{count} {severity}")).collect::<Vec<_>>().join(", ")
    }

    /// `1 ignored, 2 in the baseline`; empty where nothing was accepted.
    #[must_use]
    pub fn accepted_words(&self) -> String {
        let kinds = [(self.ignored, "ignored inline"), (self.exempt, "exempt"), (self.baselined, "in the baseline")];
        let words = kinds.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        words.collect::<Vec<_>>().join(", ")
    }

    /// `3 binary, 1 unreadable`; empty where everything was read.
    #[must_use]
    pub fn skipped_words(&self) -> String {
        self.skipped.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }
}

/// The findings that nobody has taken on, in the report's order.
pub fn open(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.state == State::Open)
}

/// The open findings, the worst first, otherwise in the report's order.
#[must_use]
pub fn worst_first(report: &Report) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = open(report).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}
