//! The report as Markdown: for the pull request that is the sign-off.

use std::fmt::Write as _;

use super::tiles::{tiles, verdict};
use crate::audit::Headline;
use crate::audit::{Change, Holder, Item, List, Snapshot};
use crate::report::markdown::{code, prose};

/// The report.
#[must_use]
pub fn write(snapshot: &Snapshot, before: Option<&Headline>) -> String {
    let name = prose(&snapshot.population.repository);
    let mut text = format!("# Scope audit {}: {name}\n\n**{}**\n", snapshot.period, verdict(&snapshot.headline));
    let quarter = if before.is_some() { "before" } else { "before (no commit yet)" };
    let _ = write!(text, "\n| | now | {quarter} |\n|---|---:|---:|\n");
    for tile in tiles(&snapshot.headline, before) {
        let value = if tile.worse { format!("**{}**", tile.value) } else { tile.value };
        let _ = writeln!(text, "| {} | {value} | {} |", tile.label, tile.before.unwrap_or_default());
    }
    to_do(&snapshot.items, &mut text);
    changes(snapshot, &mut text);
    text.push_str("\n## Integrations\n");
    for holder in &snapshot.integrations {
        integration(holder, &mut text);
    }
    exceptions(snapshot, &mut text);
    findings(snapshot, &mut text);
    controls(snapshot, &mut text);
    population(snapshot, &mut text);
    text
}

fn controls(snapshot: &Snapshot, text: &mut String) {
    let rows = super::controls::rows(&snapshot.population.frameworks);
    if rows.is_empty() {
        return;
    }
    text.push_str("\n## What it is evidence for\n\n| control | asks for | shown by |\n|---|---|---|\n");
    for row in rows {
        let _ = writeln!(text, "| {} | {} | {} |", row.control, row.asks, row.shown);
    }
}

fn to_do(items: &[Item], text: &mut String) {
    text.push_str("\n## What to do\n");
    if items.is_empty() {
        text.push_str("\nNothing.\n");
    }
    for (list, title, action) in List::ALL {
        let rows: Vec<&Item> = items.iter().filter(|item| item.list == list).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = write!(text, "\n**{title}** ({}). {action}\n\n", rows.len());
        for item in rows {
            let scope = item.scope.as_deref().map_or_else(String::new, |scope| format!(" {}", code(scope)));
            let _ = writeln!(text, "- {}{scope}: {}", prose(&item.subject), prose(&item.what));
        }
    }
}

fn changes(snapshot: &Snapshot, text: &mut String) {
    let (mine, earlier) = super::page::changes_of(snapshot);
    let _ = write!(text, "\n## What changed in {}\n", snapshot.period);
    if mine.is_empty() {
        text.push_str("\nNothing grew and nothing shrank.\n");
    }
    table(&mine, text);
    if !earlier.is_empty() {
        let _ = write!(text, "\n<details><summary>{} changes before</summary>\n", earlier.len());
        table(&earlier, text);
        text.push_str("\n</details>\n");
    }
}

fn table(changes: &[&Change], text: &mut String) {
    if changes.is_empty() {
        return;
    }
    text.push_str("\n| date | integration | what | scope | commit | by |\n|---|---|---|---|---|---|\n");
    for change in changes {
        let sign = if change.grew { "+" } else { "−" };
        let place = change.place.as_deref().map_or_else(String::new, |place| format!("<br>{}", code(place)));
        let request = change
            .request
            .as_deref()
            .filter(|name| !change.subject.contains(*name))
            .map_or_else(String::new, |request| format!(" ({request})"));
        let _ = writeln!(
            text,
            "| {} | {} | {sign} {} | {}{place} | {}{request}: {} | {} |",
            change.date,
            prose(&change.integration),
            change.set,
            code(&change.scope),
            code(change.commit.get(..10).unwrap_or(&change.commit)),
            prose(&change.subject),
            prose(&change.author),
        );
    }
}

fn integration(holder: &Holder, text: &mut String) {
    let declared = if holder.declared { "" } else { " (in no policy)" };
    let _ = write!(text, "\n### {}{declared}\n\n", prose(&holder.name));
    for (label, value) in super::page::facts(holder) {
        let _ = writeln!(text, "- {label}: {}", prose(&value));
    }
    if holder.scopes.is_empty() {
        return;
    }
    text.push_str(
        "\n| scope | access | class | allowed | requested | used | granted |\n|---|---|---|---|---|---|---|\n",
    );
    for row in &holder.scopes {
        let place = row.places.first().map_or_else(String::new, |place| format!("<br>{}", code(place)));
        let _ = writeln!(
            text,
            "| {}{place} | {} | {}{} | {} | {} | {} | {} |",
            code(&row.scope),
            row.access,
            row.class,
            if row.broad { ", broad" } else { "" },
            row.allowed.word(),
            row.requested.word(),
            row.used.word(),
            row.granted.word()
        );
    }
}

fn exceptions(snapshot: &Snapshot, text: &mut String) {
    text.push_str("\n## Exceptions\n");
    if snapshot.exceptions.is_empty() {
        text.push_str("\nNone.\n");
        return;
    }
    text.push_str("\n| id | state | rules | until | approver | reason | renewed |\n|---|---|---|---|---|---|---:|\n");
    for row in &snapshot.exceptions {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            prose(&row.id),
            row.state,
            code(&row.rules.join(", ")),
            row.expires,
            prose(&row.approver),
            prose(&super::page::why(row)),
            row.renewed
        );
    }
}

fn findings(snapshot: &Snapshot, text: &mut String) {
    text.push_str("\n## Secrets and token set-up\n");
    if snapshot.findings.is_empty() {
        text.push_str("\nNone.\n");
        return;
    }
    text.push_str("\n| severity | rule | where | state | since | days |\n|---|---|---|---|---|---:|\n");
    for row in &snapshot.findings {
        let days = row.days.map_or_else(String::new, |days| days.to_string());
        let late = if row.late { " (too long)" } else { "" };
        let place = code(&format!("{}:{}", row.path, row.line));
        let since = row.since.as_deref().unwrap_or("not known");
        let _ = writeln!(
            text,
            "| {} | {} | {place} | {} | {since} | {days}{late} |",
            row.severity,
            code(&row.rule),
            row.state
        );
    }
}

fn population(snapshot: &Snapshot, text: &mut String) {
    text.push_str("\n## Of what this was taken\n\n");
    for (label, value) in super::page::population(snapshot) {
        let _ = writeln!(text, "- {label}: {}", prose(&value));
    }
    text.push_str("\n## What it cannot say\n\n");
    for limit in super::page::LIMITS {
        let _ = writeln!(text, "- {}", prose(limit));
    }
    text.push_str("\n## Sign-off\n\n| role | name | date | signature |\n|---|---|---|---|\n| reviewer | | | |\n| approver | | | |\n");
}
