//! How bad a finding is here: the rule's severity, the policy's word, and what the file is for.

use super::{Bench, Draft};
use crate::fact::Role;
use crate::finding::{Persona, Severity};
use crate::policy::{Family, Mode, RuleSetting};

/// Grades a draft; `false` where the policy has switched its rule off.
pub(super) fn grade(draft: &mut Draft, bench: &Bench<'_>) -> bool {
    let policy = bench.policy;
    let settings = || policy.rules.iter().filter(|setting| setting.rule.covers(&draft.rule));
    let exact_last = |wanted: &dyn Fn(&RuleSetting) -> bool| {
        let mut found: Vec<&RuleSetting> = settings().filter(|setting| wanted(setting)).collect();
        found.sort_by_key(|setting| setting.rule.is_exact());
        found.pop()
    };
    if let Some(setting) = exact_last(&|setting| setting.enabled.is_some()) {
        match setting.enabled {
            Some(ref enabled) if !enabled.value => return false,
            // Whoever names a rule wants to see it.
            Some(_) if setting.rule.is_exact() => draft.persona = Persona::Regular,
            _ => {}
        }
    }
    if let Some(severity) = exact_last(&|setting| setting.severity.is_some()).and_then(|s| s.severity.clone()) {
        draft.severity = severity.value;
        let rule = format!("severity {}: {}", severity.value, policy.line(severity.span));
        draft.why.push(rule);
    }
    let path = draft.primary.at.path.clone();
    let forbidden = Family::of(&draft.rule) == Some(Family::Secrets)
        && policy.secrets.forbidden_paths.covers(&path)
        && draft.role != Role::Generated;
    if forbidden {
        draft.why.push("secrets.forbidden_paths: never graded down here".to_owned());
    } else {
        by_role(draft, bench);
    }
    // What a base has set may be raised by the file that builds on it, and not lowered.
    let mut least = None;
    for entry in policy.overrides.iter().filter(|entry| entry.paths.covers(&path)) {
        let mut found: Vec<_> = entry.severity.iter().filter(|(rule, _)| rule.covers(&draft.rule)).collect();
        found.sort_by_key(|(rule, _)| rule.is_exact());
        if let Some((_, severity)) = found.pop() {
            if !policy.is_own(severity.span) {
                least = Some(severity.value);
            }
            draft.severity = least.map_or(severity.value, |least| severity.value.max(least));
            draft.why.push(format!("severity {}: {}", severity.value, policy.line(severity.span)));
        }
        if let Some(persona) = &entry.persona {
            draft.persona = persona.value;
        }
    }
    if policy.gates.mode(&draft.rule) == Mode::Monitor {
        draft.severity = Severity::Note;
    }
    true
}

/// What stands in a test or in documentation is graded down, never dropped.
fn by_role(draft: &mut Draft, bench: &Bench<'_>) {
    let before = draft.severity;
    let docs = bench.policy.defaults.docs_severity.as_ref().map_or(Severity::Low, |severity| severity.value);
    draft.severity = match draft.role {
        Role::Product => before,
        Role::Docs => before.min(docs),
        Role::Test => down(before, 2),
        Role::Generated => down(before, 1),
    };
    if draft.severity != before {
        let role = match draft.role {
            Role::Test => "a test",
            Role::Docs => "documentation",
            _ => "generated",
        };
        draft.why.push(format!("{before} graded down to {}: {role}", draft.severity));
    }
}

fn down(severity: Severity, steps: usize) -> Severity {
    let index = Severity::ALL.iter().position(|known| *known == severity).unwrap_or_default();
    Severity::ALL[index.saturating_sub(steps)]
}
