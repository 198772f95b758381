//! A change held against what was in force before it: what it opens, and what it would have accepted by its own word.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use super::project::Projects;
use super::{Bench, Draft, Judgement, court, suppress};
use crate::fact::{Fact, Ignore};
use crate::finding::{Excerpt, Finding, Label, State};
use crate::origin::{Location, Origin};
use crate::policy::Policy;
use crate::policy::widen::{Growth, widened};
use crate::span::Span;
use crate::text::SourceText;

/// What a change says for itself.
pub struct Change<'a> {
    /// The policy as the change leaves it; the bench has the one in force.
    pub policy: &'a Policy,
    /// The baseline as the change leaves it.
    pub baseline: Option<&'a Baseline>,
    /// How many findings the change adds to the baseline.
    pub accepted: usize,
    /// Where projects begin in the tree.
    pub projects: &'a Projects,
    /// Comments that hold, because they were there before.
    pub held: &'a [Ignore],
    /// Comments that do not hold, because the change brings them.
    pub proposed: &'a [Ignore],
}

/// Judges by what was in force, and tells what the change opens.
#[must_use]
pub fn judge(facts: &[Fact], change: &Change<'_>, bench: &Bench<'_>) -> Judgement {
    court::judge_with(opened(change, bench).into_iter().collect(), facts, change.held, change.projects, bench)
}

/// Tells beside each open finding by what the change would have accepted it, after the baseline in force has spoken.
/// What the policy says of its own upkeep is gone where the change mends it and opens nothing.
pub fn tell(judgement: &mut Judgement, facts: &[Fact], change: &Change<'_>, bench: &Bench<'_>) {
    let mends = !same(change.policy, bench.policy);
    if !mends && change.proposed.is_empty() && change.accepted == 0 {
        return;
    }
    let all = [change.held, change.proposed].concat();
    let mut after = court::judge(facts, &all, change.projects, &Bench { policy: change.policy, ..*bench });
    if let Some(baseline) = change.baseline {
        baseline.accept(&mut after, bench.coverage);
    }
    let named: BTreeMap<&str, &Finding> =
        after.findings.iter().map(|finding| (finding.fingerprint.0.as_str(), finding)).collect();
    let open: BTreeSet<&Location> = after
        .findings
        .iter()
        .filter(|finding| finding.state == State::Open)
        .map(|finding| &finding.primary.at)
        .collect();
    let grows = !widened(bench.policy, change.policy, bench.catalog).is_empty();
    let mended = |finding: &Finding| {
        let upkeep = finding.rule.family() == "policy" && finding.rule.as_str() != WIDENED;
        upkeep && mends && !grows && !named.contains_key(finding.fingerprint.0.as_str())
    };
    let keys = std::mem::take(&mut judgement.keys);
    let (findings, keys) = std::mem::take(&mut judgement.findings)
        .into_iter()
        .zip(keys)
        .filter(|(finding, _)| !mended(finding))
        .map(|(mut finding, key)| {
            if finding.state == State::Open && finding.rule.family() != "policy" {
                let later = named.get(finding.fingerprint.0.as_str()).copied();
                propose(&mut finding, later, &open, change);
            }
            (finding, key)
        })
        .unzip();
    *judgement = Judgement { findings, keys };
}

fn propose(finding: &mut Finding, after: Option<&Finding>, open: &BTreeSet<&Location>, change: &Change<'_>) {
    let by = match after.map(|after| &after.state) {
        Some(State::Open) => return,
        Some(State::Ignored { .. }) => "the comment beside it".to_owned(),
        Some(State::Baselined) => "its entry in the baseline".to_owned(),
        Some(State::Exempt { id, .. }) => {
            let exception = change.policy.exceptions.iter().find(|exception| exception.id.value == *id);
            let label = exception.and_then(|one| change.policy.label(one.id.span, "proposed; does not hold yet"));
            finding.related.extend(label);
            format!("exception {id}")
        }
        // Another fault of the same thing takes its place.
        None if open.contains(&finding.primary.at) => return,
        None => "the policy of this change".to_owned(),
    };
    let help = finding.help.take().unwrap_or_default();
    let help = help.trim_end_matches('.');
    let mut letters = by.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let by: String = first.into_iter().chain(letters).collect();
    let stop = if help.is_empty() { "" } else { ". " };
    finding.help = Some(format!("{help}{stop}{by} is proposed by this change and holds once it is merged."));
    finding.why.push("proposed by this change; does not hold yet".to_owned());
}

/// What the change opens: one finding, with every growth as before and after.
fn opened(change: &Change<'_>, bench: &Bench<'_>) -> Option<Draft> {
    let growths = widened(bench.policy, change.policy, bench.catalog);
    let mut words: Vec<String> = growths.iter().map(spoken).collect();
    let mut labels: Vec<Label> = Vec::new();
    for growth in &growths {
        let table = format!("{}: {} -> {}", growth.path, growth.before, growth.after);
        let label = match growth.span.is_empty() {
            false => change.policy.label(growth.span, table),
            // What is gone is shown where it stood.
            true => bench.policy.label(growth.held, table),
        };
        labels.extend(label);
    }
    let counts = |ignore: &&Ignore| suppress::counts(ignore, &Bench { policy: change.policy, ..*bench });
    for ignore in change.proposed.iter().filter(counts) {
        let (path, line) = (&ignore.at.path, ignore.at.region.start.line);
        words.push(format!("comment `ignore[{}]` at {path}:{line}", ignore.rules.join(", ")));
        let text = format!("- -> ignore[{}]", ignore.rules.join(", "));
        labels.push(Label { at: ignore.at.clone(), text, excerpt: ignore.excerpt.clone() });
    }
    match change.accepted {
        0 => {}
        1 => words.push("1 finding added to the baseline".to_owned()),
        more => words.push(format!("{more} findings added to the baseline")),
    }
    if words.is_empty() {
        return None;
    }
    let shown = words.len().min(MOST_WORDS);
    let more = words.len() - shown;
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    let owners = owners(&growths, change.policy, bench.policy);
    let owners = if owners.is_empty() { owners } else { format!(" Owners: {owners}.") };
    let message = format!("This change widens access: {}{more}.{owners}", words[..shown].join("; "));
    let mut labels = labels.into_iter();
    let primary = labels.next().or_else(|| head(change.policy)).or_else(|| head(bench.policy));
    let primary = primary.unwrap_or_else(|| Label {
        at: Location {
            path: "overscope.yaml".into(),
            origin: Origin::WorkTree,
            region: SourceText::new("").region(Span::default()),
        },
        text: String::new(),
        excerpt: Excerpt::default(),
    });
    let mut draft = bench.draft(WIDENED, primary, message, words.join("; "));
    draft.related = labels.collect();
    Some(draft)
}

fn head(policy: &Policy) -> Option<Label> {
    policy.label(policy.owner.as_ref()?.span, "who answers for it")
}

/// A growth as people say it.
fn spoken(growth: &Growth) -> String {
    let Growth { path, before, after, .. } = growth;
    let integration = path.strip_prefix("integrations.").and_then(|rest| rest.split_once('.'));
    match (integration, before.as_str(), after.as_str()) {
        (Some((name, "scopes.allow")), "-", after) => format!("{name} + `{after}`"),
        (Some((name, rest)), "-", after) if rest.ends_with(".scopes.allow") => {
            let environment = rest.trim_start_matches("environments.").trim_end_matches(".scopes.allow");
            format!("{name} + `{after}` in {environment}")
        }
        _ if path == "exceptions" => match (after.split_once(' '), before.as_str()) {
            (Some((id, rest)), "-") => {
                let term = rest.split_once('(').map_or(String::new(), |(_, term)| format!(" ({term}"));
                format!("exception {id} added{term}")
            }
            (Some((id, rest)), _) => format!("exception {id} now {rest}"),
            (None, _) => format!("exception {before} -> {after}"),
        },
        _ if path.ends_with(".enabled") => {
            format!("rule {} switched off", path.trim_start_matches("rules.").trim_end_matches(".enabled"))
        }
        (_, "-", after) => format!("{path} + `{after}`"),
        (_, before, "-") => format!("{path} - `{before}`"),
        (_, before, after) => format!("{path} {before} -> {after}"),
    }
}

/// Who has to look at it: the owners of the integrations that grow, and the owner of the policy in force.
fn owners(growths: &[Growth], after: &Policy, before: &Policy) -> String {
    let mut names: Vec<&str> = Vec::new();
    for growth in growths {
        let name = growth.path.strip_prefix("integrations.").and_then(|rest| rest.split('.').next());
        let held = name.and_then(|name| before.integration(name).or_else(|| after.integration(name)));
        names.extend(held.map(|integration| integration.owner.value.as_str()));
    }
    names.extend(before.owner.as_ref().or(after.owner.as_ref()).map(|owner| owner.value.as_str()));
    let short = |name: &str| {
        name.split_once('@').map_or(name, |(local, _)| if local.is_empty() { name } else { local }).to_owned()
    };
    let mut seen = BTreeSet::new();
    let names: Vec<String> = names.into_iter().map(short).filter(|name| seen.insert(name.clone())).collect();
    names.join(", ")
}

fn same(a: &Policy, b: &Policy) -> bool {
    let texts = |policy: &Policy| policy.texts.iter().map(|text| text.text.as_str().to_owned()).collect::<Vec<_>>();
    texts(a) == texts(b)
}

const WIDENED: &str = "policy/widened";
/// Growths that the sentence names; the table beside it has them all.
const MOST_WORDS: usize = 6;
