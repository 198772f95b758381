//! Judgement on hand-made facts, by theme.

mod baseline;
mod evaluation;
mod first;
mod flaws;
mod grades;
mod laws;
mod scopes;
mod standing;
mod upkeep;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use camino::Utf8Path;
use jiff::civil::{Date, date};
use proptest::prelude::{Just, Strategy, prop_assert, prop_oneof, proptest};

use super::baseline::Baseline;
use super::court::judge;
use super::explain::{Subject, explain};
use super::init::{Preset, init};
use super::project::Projects;
use super::{Bench, Judgement};
use crate::fact::{ApiCall, Context, Fact, Flaw, Ignore, Operation, Role, ScopeRequest, SecretSeen, Seen, Via};
use crate::finding::excerpt::cut;
use crate::finding::{Confidence, Finding, Persona, Severity, State};
use crate::origin::{Location, Origin};
use crate::policy::{Policy, load};
use crate::rule::{RuleSet, builtin};
use crate::scope::catalog::Catalog;
use crate::scope::{ProviderId, Scope};
use crate::secret::Secret;
use crate::source::Coverage;
use crate::span::Span;
use crate::text::SourceText;

const TODAY: Date = date(2026, 11, 24);
const SMALL: &str = include_str!("../../../docs/policies/small-team.yaml");
const MONOREPO: &str = include_str!("../../../docs/policies/monorepo.yaml");
const REGULATED: &str = include_str!("../../../docs/policies/regulated.yaml");

/// A fact at the first place of `mark` in a text of one file.
fn fact(path: &str, text: &str, mark: &str, rule: &str, seen: Seen) -> Fact {
    let source = SourceText::new(text);
    let start = text.find(mark).expect("the mark stands in the text");
    let span = Span::of(start, start + mark.len());
    Fact {
        rule: rule.parse().expect("a rule id"),
        at: Location { path: path.into(), origin: Origin::WorkTree, region: source.region(span) },
        excerpt: cut(&source, span, &[]),
        line_hash: None,
        role: Role::Product,
        confidence: Confidence::High,
        persona: Persona::Regular,
        why: Vec::new(),
        related: Vec::new(),
        seen,
    }
}

fn asks(path: &str, provider: &str, scope: &str) -> Fact {
    let asked = ScopeRequest {
        scope: Scope::new(scope),
        provider: Some(ProviderId::new(provider)),
        context: Context::Code,
        client_id: None,
        replaceable: true,
    };
    fact(path, &format!("scope = \"{scope}\"\n"), scope, "scope/request", Seen::Scope(asked))
}

fn calls(path: &str, provider: &str, method: &str, operation: &str) -> Fact {
    let call = ApiCall {
        provider: ProviderId::new(provider),
        operation: Some(Operation { method: method.to_owned(), path: operation.to_owned(), subject: None }),
        via: Via::Http,
    };
    fact(path, &format!("call({operation})\n"), operation, "scope/call", Seen::Call(call))
}

fn flaw(rule: &str, text: &str, mark: &str, flaw: Flaw) -> Fact {
    fact("src/token.js", text, mark, rule, Seen::Jwt(flaw))
}

fn policy(text: &str) -> Policy {
    if text.is_empty() {
        return Policy::builtin();
    }
    // Bases are of no interest here; their lines become comments, so that all others keep their numbers.
    let text = match (text.find("extends:"), text.find("\nowner:")) {
        (Some(start), Some(end)) if start < end => {
            let comment = text[start..end].replace("extends:", "# extends:").replace('\n', "\n#");
            format!("{}{comment}{}", &text[..start], &text[end..])
        }
        _ => text.to_owned(),
    };
    load::read(&text, Utf8Path::new("overscope.yaml"), Catalog::builtin()).expect("this is a policy").0
}

fn judged(policy_text: &str, facts: &[Fact]) -> Vec<Finding> {
    on(policy_text, facts, &[], TODAY).findings
}

fn on(policy_text: &str, facts: &[Fact], ignores: &[Ignore], today: Date) -> Judgement {
    let policy = policy(policy_text);
    let bench = Bench {
        policy: &policy,
        rules: rules(),
        catalog: Catalog::builtin(),
        coverage: Coverage::Whole,
        today,
        persona: Persona::Regular,
    };
    judge(facts, ignores, &Projects::default(), &bench)
}

fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(builtin::rules)
}

fn of<'f>(findings: &'f [Finding], rule: &str) -> &'f Finding {
    let found = findings.iter().find(|finding| finding.rule.as_str() == rule);
    found.unwrap_or_else(|| {
        let all: Vec<String> = findings.iter().map(|f| format!("{}: {}", f.rule, f.message)).collect();
        panic!("no {rule} among {all:#?}")
    })
}

fn rules_of(findings: &[Finding]) -> Vec<&str> {
    let of_scopes = findings.iter().filter(|finding| finding.rule.family() == "scope");
    of_scopes.map(|finding| finding.rule.as_str()).collect()
}

/// The text that a label of the policy marks.
fn policy_mark(finding: &Finding) -> &str {
    let label = finding.related.iter().find(|label| label.at.path == "overscope.yaml").expect("a label at the policy");
    &label.excerpt.text[label.excerpt.mark.range()]
}

fn secret(path: &str, value: &str) -> Fact {
    let held = Secret::new(value);
    let seen = Seen::Secret(SecretSeen { shown: held.redact(5), value: held.id() });
    let mut fact = fact(path, "token = ''\n", "''", "secret/zoho-refresh-token", seen);
    fact.excerpt.text = "token = '…'".to_owned();
    fact
}

fn bench<'p>(policy: &'p Policy) -> Bench<'p> {
    Bench {
        policy,
        rules: rules(),
        catalog: Catalog::builtin(),
        coverage: Coverage::Whole,
        today: TODAY,
        persona: Persona::Regular,
    }
}
