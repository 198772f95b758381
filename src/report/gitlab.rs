//! GitLab's security reports: credentials in one, everything else in the other, as GitLab reads them.
//!
//! The shape: <https://docs.gitlab.com/development/integrations/secure/#report>

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use uuid::Uuid;

use super::plain::line;
use super::tally::{Tally, open};
use super::{Options, Report};
use crate::finding::{Finding, Severity};
use crate::origin::Origin;
use crate::rule::RuleSet;

/// Which of the two reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `artifacts:reports:secret_detection`.
    Secrets,
    /// `artifacts:reports:sast`.
    Sast,
}

/// Writes a report.
///
/// # Errors
/// What the writer says.
pub fn write(report: &Report, rules: &RuleSet, kind: Kind, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let wanted = open(report).filter(|finding| (finding.rule.family() == "secret") == (kind == Kind::Secrets));
    let vulnerabilities = wanted.map(|finding| {
        let count = seen.entry(finding.fingerprint.0.as_str()).or_default();
        *count += 1;
        vulnerability(finding, *count, rules, kind)
    });
    let document =
        Document { version: VERSION, vulnerabilities: vulnerabilities.collect(), scan: scan(report, kind, options) };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn scan<'a>(report: &Report, kind: Kind, options: &'a Options) -> Scan<'a> {
    let tool = || Tool { id: NAME, name: NAME, version: &options.version, vendor: Vendor { name: NAME } };
    let [start_time, end_time] = [&options.started, &options.ended].map(|time| time.as_deref().unwrap_or(NO_TIME));
    let unread = report.skipped.iter().filter(|skipped| skipped.why.incomplete());
    let unread = unread.take(MESSAGES).map(|skipped| format!("Not read: {}", line(skipped.path.as_str())));
    let notes = report.notes.iter().map(|note| line(note).into_owned());
    Scan {
        analyzer: tool(),
        scanner: tool(),
        kind: match kind {
            Kind::Secrets => "secret_detection",
            Kind::Sast => "sast",
        },
        start_time,
        end_time,
        status: if Tally::of(report).incomplete == 0 { "success" } else { "failure" },
        messages: unread.chain(notes).map(|value| Message { level: "warn", value }).collect(),
    }
}

fn vulnerability(finding: &Finding, count: usize, rules: &RuleSet, kind: Kind) -> Vulnerability {
    let about = rules.page(&finding.rule).map(|page| &page.about);
    let rule = finding.rule.to_string();
    // What GitLab tracks a finding by is the first identifier, the file and the line.
    let mut identifiers = vec![Identifier {
        kind: "overscope_rule",
        name: format!("overscope rule {rule}"),
        value: rule.clone(),
        url: None,
    }];
    let cwe = about.map(|about| about.cwe.as_slice()).unwrap_or_default();
    identifiers.extend(cwe.iter().map(|number| Identifier {
        kind: "cwe",
        name: format!("CWE-{number}"),
        value: number.to_string(),
        url: Some(format!("https://cwe.mitre.org/data/definitions/{number}.html")),
    }));
    let references = about.map(|about| about.references.as_slice()).unwrap_or_default();
    let web = references.iter().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let at = &finding.primary.at;
    let sha = match &at.origin {
        Origin::History(commit) => commit.id.clone(),
        _ => "0000000".to_owned(),
    };
    Vulnerability {
        id: id(&finding.fingerprint.0, count),
        name: shortened(rules.get(&finding.rule).map_or(rule.as_str(), |rule| rule.title.as_str()), 255),
        description: line(&finding.message).into_owned(),
        severity: match finding.severity {
            Severity::Critical => "Critical",
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
            Severity::Note => "Info",
        },
        solution: finding.help.as_deref().or(about.map(|about| about.fix.as_str())).map(|text| shortened(text, 7000)),
        identifiers,
        links: web.map(|url| Link { url: url.clone() }).collect(),
        location: Place {
            file: at.path.to_string(),
            start_line: at.region.start.line,
            end_line: at.region.end.line,
            commit: (kind == Kind::Secrets).then_some(Commit { sha }),
        },
    }
}

/// An id of a finding: a version 5 UUID of its fingerprint and the how-manieth of that fingerprint it is.
fn id(fingerprint: &str, count: usize) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{HOME}#{fingerprint}/{count}").as_bytes()).to_string()
}

fn shortened(text: &str, most: usize) -> String {
    line(text).chars().take(most).collect()
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    vulnerabilities: Vec<Vulnerability>,
    scan: Scan<'a>,
}

#[derive(Serialize)]
struct Scan<'a> {
    analyzer: Tool<'a>,
    scanner: Tool<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    start_time: &'a str,
    end_time: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Tool<'a> {
    id: &'static str,
    name: &'static str,
    version: &'a str,
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

/// There is no `raw_source_code_extract`: it would store the credential in GitLab.
#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    solution: Option<String>,
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link>,
    location: Place,
}

#[derive(Serialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Link {
    url: String,
}

#[derive(Serialize)]
struct Place {
    file: String,
    start_line: u32,
    end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<Commit>,
}

#[derive(Serialize)]
struct Commit {
    sha: String,
}

/// Old enough for every GitLab that is maintained; an unknown minor version would not be read at all.
const VERSION: &str = "15.0.7";
const NAME: &str = "overscope";
const HOME: &str = "https://crates.io/crates/overscope";
/// A report must name its times; without a clock it names none that could be taken for real.
const NO_TIME: &str = "1970-01-01T00:00:00";
const MESSAGES: usize = 100;
