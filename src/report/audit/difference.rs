//! What differs between two snapshots, for a terminal, a pull request or a program.

use std::fmt::Write as _;

use serde_json::json;

use crate::audit::Snapshot;
use crate::audit::changes::Step;
use crate::report::markdown::{code, prose};

/// For a terminal: one line a change.
#[must_use]
pub fn table(before: &Snapshot, after: &Snapshot, steps: &[Step]) -> String {
    if steps.is_empty() {
        return format!("{} and {} are alike\n", before.period, after.period);
    }
    let wide = |of: fn(&Step) -> usize| steps.iter().map(of).max().unwrap_or(0);
    let (name, set) = (wide(|step| step.integration.len()), wide(|step| step.set.len()));
    let scope = wide(|step| step.scope.len()).min(WIDEST);
    let mut text = String::new();
    for step in steps {
        let line = format!(
            "{} {:name$}  {:set$}  {:scope$}  {}",
            if step.grew { '+' } else { '-' },
            step.integration,
            step.set,
            step.scope,
            step.place.as_deref().unwrap_or_default()
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// For a pull request.
#[must_use]
pub fn markdown(before: &Snapshot, after: &Snapshot, steps: &[Step]) -> String {
    let mut text = format!("## From {} to {}\n\n", before.period, after.period);
    if steps.is_empty() {
        text.push_str("Nothing grew and nothing shrank.\n");
        return text;
    }
    text.push_str("| | integration | set | scope | where |\n|---|---|---|---|---|\n");
    for step in steps {
        let sign = if step.grew { "+" } else { "−" };
        let place = step.place.as_deref().map_or_else(String::new, code);
        let _ = writeln!(
            text,
            "| {sign} | {} | {} | {} | {place} |",
            prose(&step.integration),
            step.set,
            code(&step.scope)
        );
    }
    text
}

/// For a program.
#[must_use]
pub fn json(before: &Snapshot, after: &Snapshot, steps: &[Step]) -> String {
    let step = |step: &Step| {
        json!({
            "integration": step.integration,
            "provider": step.provider,
            "set": step.set,
            "change": if step.grew { "grew" } else { "shrank" },
            "scope": step.scope,
            "place": step.place,
        })
    };
    let side = |of: &Snapshot| json!({"period": of.period, "as_of": of.as_of, "commit": of.population.commit});
    super::canonical::write(&json!({
        "schema": "overscope-audit-diff/1",
        "before": side(before),
        "after": side(after),
        "changes": steps.iter().map(step).collect::<Vec<_>>(),
    }))
}

const WIDEST: usize = 60;
