//! Facts and a policy in, findings out.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::Ledger;
use super::owner::Owners;
use super::project::Projects;
use super::request::Request;
use super::{Bench, Draft, Judgement, client, flaw, grade, identity, request, same, scope, suppress, upkeep, usage};
use crate::fact::{Fact, Ignore, Seen};
use crate::finding::{Finding, Persona, State};

/// Holds facts against the policy. The same facts give the same findings, in order of path, line, column and rule.
#[must_use]
pub fn judge(facts: &[Fact], ignores: &[Ignore], projects: &Projects, bench: &Bench<'_>) -> Judgement {
    judge_with(Vec::new(), facts, ignores, projects, bench)
}

/// As [`judge`], with something to say that no fact tells.
pub(super) fn judge_with(
    mut drafts: Vec<Draft>,
    facts: &[Fact],
    ignores: &[Ignore],
    projects: &Projects,
    bench: &Bench<'_>,
) -> Judgement {
    let owners = Owners::new(bench.policy);
    let values = identity::Stretched::of(facts);
    let requests = request::requests(facts, &owners, projects, bench);
    let asked_at: BTreeSet<_> = requests.iter().map(|request| &request.fact.at).collect();
    for fact in facts {
        match &fact.seen {
            Seen::Scope(_) | Seen::Call(_) => {}
            // Whoever knows the provider says it better.
            Seen::OAuth(_) if fact.rule.family() == "scope" && asked_at.contains(&fact.at) => {}
            _ => drafts.extend(flaw::draft(fact, &owners, &values, &bench.at(&fact.at.path))),
        }
    }
    drafts.extend(client::drafts(facts, &owners, bench));
    let ledger = Ledger::new(facts, &requests, &owners, projects, bench);
    let asked = asked(&requests, &ledger, bench);
    let told: BTreeSet<_> = asked.iter().map(|draft| draft.primary.at.clone()).collect();
    drafts.extend(asked);
    drafts.extend(usage::drafts(&requests, &ledger, &told, bench));
    drafts.extend(upkeep::reviews(bench));
    drafts.extend(upkeep::entries(facts, &requests, &ledger, bench));
    let mut judged = settle(drafts, &values, bench);
    let late = suppress::apply(&mut judged, ignores, bench);
    judged.extend(settle(late, &values, bench));
    judged.retain(|(draft, _)| draft.persona <= bench.persona);
    judged.sort_by(|(a, x), (b, y)| order(a, x).cmp(&order(b, y)));
    same::tie(&mut judged);
    let (drafts, findings): (Vec<Draft>, Vec<Finding>) = judged.into_iter().unzip();
    Judgement { findings, keys: drafts.into_iter().map(|draft| draft.key).collect() }
}

/// What there is to say of requests, each by the policy of its folder.
fn asked<'f>(requests: &[Request<'f>], ledger: &Ledger<'f>, bench: &Bench<'f>) -> Vec<Draft> {
    if bench.policy.nested.is_empty() {
        return scope::drafts(requests, ledger, bench);
    }
    let by = |request: &Request<'_>| {
        let path = &request.fact.at.path;
        bench.policy.nested.iter().position(|nested| path.starts_with(&nested.folder))
    };
    let mut groups: BTreeMap<Option<usize>, Vec<Request<'f>>> = BTreeMap::new();
    for request in requests {
        groups.entry(by(request)).or_default().push(request.clone());
    }
    let drafts = |group: &Vec<Request<'f>>| scope::drafts(group, ledger, &bench.at(&group[0].fact.at.path));
    groups.values().flat_map(drafts).collect()
}

/// Grades drafts and gives each its name.
fn settle(mut drafts: Vec<Draft>, values: &identity::Stretched, bench: &Bench<'_>) -> Vec<(Draft, Finding)> {
    drafts.retain_mut(|draft| {
        let bench = bench.at(&draft.primary.at.path);
        grade::grade(draft, &bench)
    });
    drafts.sort_by(|a, b| place(a).cmp(&place(b)));
    let names = values.fingerprints(&drafts);
    let finding = |mut draft: Draft, fingerprint| {
        if draft.persona > Persona::Regular {
            draft.why.push(format!("doubtful enough to be told to the {} reader only", draft.persona));
        }
        let finding = Finding {
            rule: draft.rule.clone(),
            severity: draft.severity,
            confidence: draft.confidence,
            message: draft.message.clone(),
            primary: draft.primary.clone(),
            related: draft.related.clone(),
            help: draft.help.clone(),
            fix: draft.fix.clone(),
            why: draft.why.clone(),
            fingerprint,
            line_hash: draft.line_hash.clone(),
            state: State::Open,
        };
        (draft, finding)
    };
    drafts.into_iter().zip(names).map(|(draft, name)| finding(draft, name)).collect()
}

type Place<'d> = (&'d str, u32, u32, &'d str, &'d str);

fn place(draft: &Draft) -> Place<'_> {
    let at = &draft.primary.at;
    (at.path.as_str(), at.region.start.line, at.region.start.column, draft.rule.as_str(), &draft.message)
}

fn order<'d>(draft: &'d Draft, finding: &'d Finding) -> (Place<'d>, &'d str) {
    (place(draft), &finding.fingerprint.0)
}
