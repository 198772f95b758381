//! SARIF 2.1.0: for GitHub's code scanning, and whole, for everybody else.
//!
//! What code scanning takes, ignores and refuses:
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>

mod catalog;
mod model;

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::catalog::{Catalog, level, sentence};
use self::model::{
    ArtifactChange, ArtifactLocation, AutomationDetails, CodeFlow, Component, DescriptorReference, Fix, Invocation,
    Location, Log, Notification, NotificationKind, Past, PhysicalLocation, Region, Replacement, Result,
    ResultProperties, Run, Step, Suppression, Text, ThreadFlow, Tool, UriBase,
};
use super::tally::{Tally, open};
use super::{Options, Report, plain, uri};
use crate::finding::{Finding, Label, State};
use crate::origin::Origin;
use crate::rule::RuleSet;
use crate::source::Why;

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// What code scanning uses: open findings, one a rule and line, the worst where there are too many.
    GitHub,
    /// Everything: accepted findings with who accepted them, the taxonomy, fixes, the state against the baseline.
    Full,
}

/// Writes a log.
///
/// # Errors
/// What the writer says.
pub fn write(
    report: &Report,
    rules: &RuleSet,
    profile: Profile,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report, rules, profile, options))?;
    writeln!(out)
}

fn log(report: &Report, rules: &RuleSet, profile: Profile, options: &Options) -> Log {
    let (hits, left_out) = hits(report, profile);
    let catalog = Catalog::of(hits.iter().map(|hit| hit.first), rules);
    let weaknesses = (profile == Profile::Full).then(|| catalog.weaknesses());
    let driver = Component {
        name: "overscope",
        semantic_version: Some(options.version.clone()),
        information_uri: Some(HOME),
        supported_taxonomies: weaknesses.as_ref().map(catalog::Weaknesses::supported).unwrap_or_default(),
        rules: Some(catalog.rules(weaknesses.as_ref())),
        notifications: NOTICES.iter().map(Notice::kind).collect(),
        ..Component::default()
    };
    let category = options.category.as_ref().map(|category| format!("{}/", category.trim_matches('/')));
    let run = Run {
        tool: Tool { driver },
        // The category is what stands before the last slash; without one there is none.
        automation_details: AutomationDetails { id: format!("overscope/{}", category.unwrap_or_default()) },
        invocations: [invocation(report, left_out)],
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            UriBase { description: Text::new("The root of the repository that was scanned.") },
        )]),
        column_kind: "utf16CodeUnits",
        taxonomies: weaknesses.and_then(|weaknesses| weaknesses.taxonomy()).into_iter().collect(),
        results: hits.iter().map(|hit| result(hit, &catalog, report, profile)).collect(),
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

/// What becomes one result: a finding, and others of its rule on its line.
struct Hit<'a> {
    first: &'a Finding,
    others: Vec<&'a Finding>,
}

/// The results, and how many are left out. Two results of one rule on one line would share their identity in code
/// scanning, which then shows one of them.
fn hits(report: &Report, profile: Profile) -> (Vec<Hit<'_>>, usize) {
    let single = |first| Hit { first, others: Vec::new() };
    if profile == Profile::Full {
        return (report.findings.iter().map(single).collect(), 0);
    }
    let mut hits: Vec<Hit<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    for finding in open(report) {
        let at = &finding.primary.at;
        let key = (&finding.rule, finding.severity, &at.path, at.region.start.line, &at.origin);
        match places.get(&key) {
            Some(&index) => {
                let hit: &mut Hit<'_> = &mut hits[index];
                hit.others.push(finding);
            }
            None => {
                places.insert(key, hits.len());
                hits.push(single(finding));
            }
        }
    }
    let left_out = hits.len().saturating_sub(RESULTS);
    if left_out > 0 {
        let mut worst: Vec<(usize, Hit<'_>)> = hits.into_iter().enumerate().collect();
        worst.sort_by_key(|(index, hit)| (std::cmp::Reverse(hit.first.severity), *index));
        worst.truncate(RESULTS);
        worst.sort_by_key(|(index, _)| *index);
        hits = worst.into_iter().map(|(_, hit)| hit).collect();
    }
    (hits, left_out)
}

fn result(hit: &Hit<'_>, catalog: &Catalog<'_>, report: &Report, profile: Profile) -> Result {
    let finding = hit.first;
    let full = profile == Profile::Full;
    let related: Vec<&Label> = finding.related.iter().take(RELATED).collect();
    let mut prints = BTreeMap::from([("overscope/v1", finding.fingerprint.to_string())]);
    if let Some(hash) = &finding.line_hash {
        prints.insert("primaryLocationLineHash", hash.clone());
    }
    Result {
        rule_id: catalog.id(&finding.rule, finding.severity),
        rule_index: catalog.index(finding),
        level: level(finding.severity),
        message: Text::new(message(hit, &related)),
        locations: [location(&finding.primary)],
        related_locations: related.iter().enumerate().map(|(index, label)| beside(label, index + 1)).collect(),
        code_flows: if full { flow(finding, report).into_iter().collect() } else { Vec::new() },
        partial_fingerprints: prints,
        baseline_state: (full && report.run.baseline)
            .then(|| if finding.state == State::Baselined { "unchanged" } else { "new" }),
        suppressions: full.then(|| suppression(&finding.state).into_iter().collect()),
        fixes: if full { fix(finding).into_iter().collect() } else { Vec::new() },
        properties: full.then(|| ResultProperties {
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            why: finding.why.clone(),
            past: past(&finding.primary.at.origin),
        }),
    }
}

/// The way of a scope from where it is requested to the calls that need it, or, where it is missing, the other way round.
fn flow(finding: &Finding, report: &Report) -> Option<CodeFlow> {
    let policy = report.run.policy.as_deref();
    let mut steps: Vec<&Label> =
        finding.related.iter().filter(|label| Some(label.at.path.as_ref()) != policy).collect();
    if finding.rule.family() != "scope" || steps.is_empty() {
        return None;
    }
    steps.insert(0, &finding.primary);
    let step = |label: &Label| Step { location: Location { id: None, ..beside(label, 0) } };
    Some(CodeFlow {
        message: Text::new("The scopes and the calls that they are for."),
        thread_flows: [ThreadFlow { locations: steps.into_iter().map(step).collect() }],
    })
}

/// The commit that brought a thing in, where it was found in the history.
fn past(origin: &Origin) -> Option<Past> {
    let Origin::History(commit) = origin else { return None };
    Some(Past { commit: commit.id.clone(), author_date: commit.date.clone(), stands: commit.stands })
}

/// What is wrong and where, the others of the line, what to do, the places that belong to it as links.
fn message(hit: &Hit<'_>, related: &[&Label]) -> String {
    let finding = hit.first;
    let mut text = sentence(&unlinked(&finding.message));
    let others: Vec<String> = hit.others.iter().take(OTHERS).map(|other| sentence(&unlinked(&other.message))).collect();
    if !others.is_empty() {
        text.push_str(&format!(" Also on this line: {}", others.join(" ")));
    }
    if let Some(more) = hit.others.len().checked_sub(OTHERS).filter(|more| *more > 0) {
        text.push_str(&format!(" And {more} more."));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!(" {}", sentence(&unlinked(help))));
    }
    if !related.is_empty() {
        let link = |(index, label): (usize, &&Label)| format!("[{}]({})", link_text(label), index + 1);
        let links: Vec<String> = related.iter().enumerate().map(link).collect();
        text.push_str(&format!(" See {}.", links.join(", ")));
    }
    text
}

/// A message on one line in which nothing reads as a link of SARIF.
fn unlinked(text: &str) -> String {
    plain::line(text).replace("](", "] (")
}

fn link_text(label: &Label) -> String {
    let text = if label.text.is_empty() { label.at.path.as_str() } else { &label.text };
    plain::line(text).replace(['[', ']'], "'")
}

fn location(label: &Label) -> Location {
    Location { id: None, physical_location: physical(label), message: None }
}

fn beside(label: &Label, id: usize) -> Location {
    Location { id: Some(id), physical_location: physical(label), message: Some(Text::new(sentence(&link_text(label)))) }
}

fn physical(label: &Label) -> PhysicalLocation {
    PhysicalLocation { artifact_location: artifact(label.at.path.as_ref()), region: Some(region(label)) }
}

fn artifact(path: &camino::Utf8Path) -> ArtifactLocation {
    ArtifactLocation { uri: uri::path(path), uri_base_id: ROOT }
}

const fn region(label: &Label) -> Region {
    let region = &label.at.region;
    Region {
        start_line: region.start.line,
        start_column: region.start.utf16,
        end_line: region.end.line,
        end_column: region.end.utf16,
    }
}

fn suppression(state: &State) -> Option<Suppression> {
    let (kind, justification) = match state {
        State::Open => return None,
        State::Ignored { reason } => ("inSource", reason.clone()),
        State::Baselined => ("external", "It stands in the baseline.".to_owned()),
        State::Exempt { id, reason, until } => ("external", format!("{id}, until {until}: {reason}")),
    };
    Some(Suppression { kind, status: "accepted", justification })
}

fn fix(finding: &Finding) -> Option<Fix> {
    let fix = finding.fix.as_ref()?;
    Some(Fix {
        description: Text::new(sentence(&fix.title)),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(finding.primary.at.path.as_ref()),
            replacements: [Replacement {
                deleted_region: region(&finding.primary),
                inserted_content: Text::new(fix.replacement.clone()),
            }],
        }],
    })
}

/// What went wrong on the way, so that a result that is missing can be told from one that is not there.
fn invocation(report: &Report, left_out: usize) -> Invocation {
    let tally = Tally::of(report);
    let mut notifications = Vec::new();
    let unread = report.skipped.iter().filter(|skipped| skipped.why.incomplete());
    for skipped in unread.take(UNREAD) {
        let (Why::Unreadable(why) | Why::Limit(why)) = &skipped.why else { continue };
        let message = format!("Not read: `{}`: {}", plain::line(skipped.path.as_str()), plain::line(why));
        notifications.push(Notification {
            locations: vec![Location {
                id: None,
                physical_location: PhysicalLocation {
                    artifact_location: artifact(skipped.path.as_ref()),
                    region: None,
                },
                message: None,
            }],
            ..notification(Notice::Unread, &message)
        });
    }
    if let Some(more) = tally.incomplete.checked_sub(UNREAD).filter(|more| *more > 0) {
        notifications.push(notification(Notice::Unread, &format!("And {} not read", plain::plural(more, "more file"))));
    }
    if tally.skipped.values().sum::<usize>() > tally.incomplete {
        notifications.push(notification(Notice::Skipped, &format!("Skipped: {}", tally.skipped_words())));
    }
    if left_out > 0 {
        let text = format!("The {RESULTS} most severe results are in this file, {left_out} are left out");
        notifications.push(notification(Notice::LeftOut, &text));
    }
    notifications.extend(report.notes.iter().map(|note| notification(Notice::Note, &plain::line(note))));
    Invocation { execution_successful: tally.incomplete == 0, tool_execution_notifications: notifications }
}

fn notification(notice: Notice, text: &str) -> Notification {
    let index = NOTICES.iter().position(|known| *known == notice).unwrap_or_default();
    Notification {
        descriptor: DescriptorReference { id: notice.words().0, index },
        level: notice.level(),
        message: Text::new(sentence(text)),
        locations: Vec::new(),
    }
}

/// Kinds of notices about the run itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notice {
    Unread,
    Skipped,
    LeftOut,
    Note,
}

impl Notice {
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Unread => ("run/unread", "RunUnread", "A file could not be read, so the scan is incomplete."),
            Self::Skipped => ("run/skipped", "RunSkipped", "Files were passed over on purpose."),
            Self::LeftOut => ("run/left-out", "RunLeftOut", "There are more results than code scanning shows."),
            Self::Note => ("run/note", "RunNote", "Something about the run is worth knowing."),
        }
    }

    const fn level(self) -> &'static str {
        match self {
            Self::Unread => "error",
            Self::LeftOut => "warning",
            Self::Skipped | Self::Note => "note",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Unread => "Make the file readable, or leave it out with `--exclude`.",
            Self::Skipped => "Binary and very large files hold no text to look at; `--max-file-size` moves the limit.",
            Self::LeftOut => {
                "Mend the most severe first, or scan parts of the repository under categories of their own."
            }
            Self::Note => "Read the message.",
        }
    }

    fn kind(&self) -> NotificationKind {
        let (id, name, text) = self.words();
        let [short_description, full_description, help] = [text, text, self.help()].map(Text::new);
        NotificationKind { id, name, short_description, full_description, help }
    }
}

const NOTICES: [Notice; 4] = [Notice::Unread, Notice::Skipped, Notice::LeftOut, Notice::Note];
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME: &str = "https://crates.io/crates/overscope";
const ROOT: &str = "%SRCROOT%";
/// Code scanning shows no more.
const RESULTS: usize = 5000;
const RELATED: usize = 10;
const OTHERS: usize = 10;
const UNREAD: usize = 100;
