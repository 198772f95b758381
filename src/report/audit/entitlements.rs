//! One row an integration and scope, for spreadsheets and auditors' tools.

use crate::audit::Snapshot;
use crate::audit::review::Worksheet;
use crate::report::csv::row;

/// The table, RFC 4180.
#[must_use]
pub fn write(snapshot: &Snapshot, sheet: Option<&Worksheet>) -> String {
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = row(&COLUMNS, &mut out);
    for holder in &snapshot.integrations {
        for scope in &holder.scopes {
            let decided = sheet.and_then(|sheet| sheet.row(&holder.name, &scope.scope)).cloned().unwrap_or_default();
            let environments =
                if holder.environments.is_empty() { "all".to_owned() } else { holder.environments.join("; ") };
            let cells = [
                snapshot.population.repository.as_str(),
                &holder.name,
                &holder.provider,
                &environments,
                &scope.scope,
                holder.owner.as_deref().unwrap_or_default(),
                holder.purpose.as_deref().unwrap_or_default(),
                &scope.access,
                &scope.class,
                if scope.broad { "yes" } else { "no" },
                scope.allowed.word(),
                scope.requested.word(),
                scope.used.word(),
                scope.granted.word(),
                scope.reason.as_deref().unwrap_or_default(),
                scope.ticket.as_deref().unwrap_or_default(),
                scope.places.first().map_or("", String::as_str),
                holder.review.last.as_deref().unwrap_or_default(),
                &decided.reviewer,
                &decided.decision,
                &decided.due,
            ];
            let _ = row(&cells, &mut out);
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

const COLUMNS: [&str; 21] = [
    "repository",
    "integration",
    "provider",
    "environments",
    "scope",
    "owner",
    "purpose",
    "access",
    "class",
    "broad",
    "allowed",
    "requested",
    "used",
    "granted",
    "reason",
    "ticket",
    "place",
    "last review",
    "reviewer",
    "decision",
    "due",
];
