//! An organisation's sums: per team, per provider, per repository, the worst first.

use std::fmt::Write as _;

use super::page::{SCRIPT, head};
use crate::audit::merge::{Organisation, RepositoryRow, Sum};
use crate::report::csv::row;
use crate::report::html::{code, text};
use crate::report::markdown::{code as span, prose};

/// The report as Markdown.
#[must_use]
pub fn markdown(whole: &Organisation) -> String {
    let mut out = format!("# Scope audit of {} repositories\n\n{}\n", whole.repositories.len(), prose(&periods(whole)));
    let head = COLUMNS.join(" | ");
    let rule = "---:|".repeat(COLUMNS.len());
    for (title, rows) in parts(whole) {
        let _ = write!(out, "\n## {title}\n\n| | {head} |\n|---|{rule}\n");
        for (name, sum) in rows {
            let cells: Vec<String> = cells(&sum).iter().map(u32::to_string).collect();
            let _ = writeln!(out, "| {} | {} |", prose(&name), cells.join(" | "));
        }
    }
    out.push_str("\n## The widest\n\n| repository | integration | provider | owner | beyond | broad | unused |\n|---|---|---|---|---:|---:|---:|\n");
    for worst in &whole.worst {
        let (beyond, broad, unused) = worst.weight;
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {beyond} | {broad} | {unused} |",
            prose(&worst.repository),
            prose(&worst.integration),
            span(&worst.provider),
            prose(&worst.owner)
        );
    }
    out
}

/// The report as one HTML file that stands alone.
#[must_use]
pub fn page(whole: &Organisation) -> String {
    let title = format!("Scope audit of {} repositories", whole.repositories.len());
    let mut page = head(&title);
    let _ = write!(
        page,
        "<header>\n<h1>{title}</h1>\n<p class=\"verdict\">{}</p>\n</header>\n<main>\n",
        text(&periods(whole))
    );
    let heads = |first: &[&str], rest: &[&str]| {
        let cells: String = first.iter().chain(rest).map(|cell| format!("<th scope=\"col\">{cell}</th>")).collect();
        format!("<table class=\"sort\"><thead><tr>{cells}</tr></thead><tbody>\n")
    };
    page.push_str("<section>\n<h2>The widest</h2>\n");
    page.push_str(&heads(&["repository", "integration", "provider", "owner"], &["beyond", "broad", "unused"]));
    for worst in &whole.worst {
        let (beyond, broad, unused) = worst.weight;
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{beyond}</td><td>{broad}</td><td>{unused}</td></tr>",
            text(&worst.repository),
            text(&worst.integration),
            code(&worst.provider),
            text(&worst.owner)
        );
    }
    page.push_str("</tbody></table>\n</section>\n");
    for (title, rows) in parts(whole) {
        let _ = write!(page, "<section>\n<h2>{title}</h2>\n{}", heads(&["name"], &COLUMNS));
        for (name, sum) in rows {
            let cells: String = cells(&sum).iter().map(|cell| format!("<td>{cell}</td>")).collect();
            let _ = writeln!(page, "<tr><td>{}</td>{cells}</tr>", text(&name));
        }
        page.push_str("</tbody></table>\n</section>\n");
    }
    let _ = write!(page, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
    page
}

/// One row a repository, for spreadsheets.
#[must_use]
pub fn table(whole: &Organisation) -> String {
    let mut out = Vec::new();
    let first = ["repository", "period", "commit", "snapshot sha256", "incomplete"];
    // Writing to memory does not fail.
    let _ = row(&[&first[..], &COLUMNS[..]].concat(), &mut out);
    for one in &whole.repositories {
        let cells: Vec<String> = cells(&one.sum).iter().map(u32::to_string).collect();
        let head = [
            one.repository.as_str(),
            &one.period,
            one.commit.as_deref().unwrap_or_default(),
            &one.sha256,
            if one.incomplete { "yes" } else { "no" },
        ];
        let cells: Vec<&str> = head.into_iter().chain(cells.iter().map(String::as_str)).collect();
        let _ = row(&cells, &mut out);
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Sums by title, each in its order: the worst first.
fn parts(whole: &Organisation) -> [(&'static str, Vec<(String, Sum)>); 3] {
    let by = |map: &std::collections::BTreeMap<String, Sum>| {
        sorted(map.iter().map(|(name, sum)| (name.clone(), *sum)).collect())
    };
    let name = |one: &RepositoryRow| {
        let mark = if one.incomplete { " (incomplete)" } else { "" };
        (format!("{}{mark}", one.repository), one.sum)
    };
    [
        ("By team", by(&whole.teams)),
        ("By provider", by(&whole.providers)),
        ("By repository", sorted(whole.repositories.iter().map(name).collect())),
    ]
}

fn sorted(mut rows: Vec<(String, Sum)>) -> Vec<(String, Sum)> {
    let weight = |sum: &Sum| (sum.beyond, sum.broad, sum.undeclared, sum.unused, sum.scopes);
    rows.sort_by(|(a, x), (b, y)| weight(y).cmp(&weight(x)).then_with(|| a.cmp(b)));
    rows
}

fn periods(whole: &Organisation) -> String {
    let parts: Vec<String> = whole.periods.iter().map(|(period, count)| format!("{count} of {period}")).collect();
    format!("Snapshots: {}.", parts.join(", "))
}

fn cells(sum: &Sum) -> [u32; 8] {
    [sum.integrations, sum.undeclared, sum.scopes, sum.broad, sum.beyond, sum.unused, sum.unreviewed, sum.secrets]
}

const COLUMNS: [&str; 8] =
    ["integrations", "undeclared", "scopes", "broad", "beyond", "unused", "unreviewed", "secrets"];
