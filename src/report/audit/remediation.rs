//! What is to be done: what the last review wanted and is not done, what this one decided, what follows from the sets.

use std::fmt::Write as _;

use crate::audit::review::{Row, Worksheet, not_done};
use crate::audit::{List, Snapshot};
use crate::report::markdown::{code, prose as inline};

/// The list as Markdown.
#[must_use]
pub fn write(snapshot: &Snapshot, sheet: Option<&Worksheet>, last: Option<&Worksheet>) -> String {
    let mut text = format!("# Remediation, {} {}\n", inline(&snapshot.population.repository), snapshot.period);
    if let Some(last) = last {
        let wanted: Vec<&Row> =
            last.rows.iter().filter(|row| matches!(row.decision.as_str(), "reduce" | "revoke")).collect();
        let _ = write!(text, "\n## Decided in {}\n\n", last.period);
        if wanted.is_empty() {
            text.push_str("Nothing was to be reduced or revoked.\n");
        }
        for row in wanted {
            let late = row.due < snapshot.as_of;
            let (mark, state) = match not_done(row, snapshot) {
                None => ("x", "done".to_owned()),
                Some(why) if late => (" ", format!("**late**: {why}")),
                Some(why) => (" ", why),
            };
            let _ = writeln!(
                text,
                "- [{mark}] {} {} {}: {state}",
                inline(&row.integration),
                row.decision,
                code(&row.scope)
            );
        }
    }
    let decided: Vec<&Row> = sheet
        .iter()
        .flat_map(|sheet| &sheet.rows)
        .filter(|row| matches!(row.decision.as_str(), "reduce" | "revoke"))
        .collect();
    if !decided.is_empty() {
        text.push_str("\n## Decided in this review\n\n");
        for row in decided {
            let due = if row.due.is_empty() { "no day".to_owned() } else { row.due.clone() };
            let owner = snapshot.integrations.iter().find(|holder| holder.name == row.integration);
            let owner = owner.and_then(|holder| holder.owner.as_deref()).unwrap_or("nobody");
            let _ = writeln!(
                text,
                "- [ ] {} {} {}: by {}, due {due}",
                inline(&row.integration),
                row.decision,
                code(&row.scope),
                inline(owner)
            );
        }
    }
    text.push_str("\n## What follows from the sets\n");
    if snapshot.items.is_empty() {
        text.push_str("\nNothing.\n");
    }
    for (list, title, action) in List::ALL {
        let items: Vec<_> = snapshot.items.iter().filter(|item| item.list == list).collect();
        if items.is_empty() {
            continue;
        }
        let _ = write!(text, "\n### {title}\n\n{action}\n\n");
        for item in items {
            let scope = item.scope.as_deref().map_or_else(String::new, |scope| format!(" {}", code(scope)));
            let owner = item.owner.as_deref().map_or_else(String::new, |owner| format!(" ({})", inline(owner)));
            let _ = writeln!(text, "- [ ] {}{scope}: {}{owner}", inline(&item.subject), inline(&item.what));
        }
    }
    text
}
