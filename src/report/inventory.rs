//! The inventory of integrations: a table for people, `overscope/scopes/v1` as JSON for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::Options;
use super::draw::Pen;
use super::plain::{line, plural};
use crate::finding::Confidence;
use crate::judge::inventory::{ApiCallSite, Integration, Place};
use crate::source::{Coverage, Skipped};

/// The version of the JSON format; a reader that knows it understands everything it needs.
pub const SCHEMA: &str = "overscope/scopes/v1";

/// An inventory, and how much of the tree it speaks of.
#[derive(Clone, Copy, Debug)]
pub struct Inventory<'a> {
    /// The integrations.
    pub integrations: &'a [Integration],
    /// How much was seen.
    pub coverage: Coverage,
    /// Files looked at.
    pub files: u64,
    /// What was not read.
    pub skipped: &'a [Skipped],
    /// The policy, relative to the root.
    pub policy: Option<&'a str>,
}

impl Inventory<'_> {
    /// Whether everything that should be read was read.
    #[must_use]
    pub fn complete(&self) -> bool {
        !self.skipped.iter().any(|skipped| skipped.why.incomplete())
    }
}

#[derive(Serialize)]
struct DocumentOut<'a> {
    schema: &'static str,
    tool: ToolOut<'a>,
    run: RunOut<'a>,
    integrations: &'a [Integration],
}

#[derive(Serialize)]
struct ToolOut<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct RunOut<'a> {
    coverage: &'static str,
    complete: bool,
    files: u64,
    policy: Option<&'a str>,
}

/// Writes the JSON document, described in `docs/schema/scopes.json`.
///
/// # Errors
/// What the writer says.
pub fn write_json(inventory: &Inventory<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let document = DocumentOut {
        schema: SCHEMA,
        tool: ToolOut { name: "overscope", version: &options.version },
        run: RunOut {
            coverage: match inventory.coverage {
                Coverage::Whole => "whole",
                Coverage::Partial => "partial",
            },
            complete: inventory.complete(),
            files: inventory.files,
            policy: inventory.policy,
        },
        integrations: inventory.integrations,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Writes the table for a terminal.
///
/// # Errors
/// What the writer says.
pub fn write_table(inventory: &Inventory<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::new(options);
    for (index, integration) in inventory.integrations.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        one(integration, &pen, options.verbose, out)?;
    }
    if inventory.integrations.is_empty() {
        writeln!(out, "no integration: no scope is requested and no API of a known provider is called")?;
    }
    if inventory.coverage == Coverage::Partial {
        writeln!(out)?;
        pen.paragraph("Only a part of the repository was seen: calls elsewhere may need more.", 0, out)?;
    }
    Ok(())
}

/// One row: a scope, what there is to say of it, and where it stands.
struct Row {
    scope: String,
    verdict: Verdict,
    place: String,
}

/// What there is to say of a scope.
#[derive(Clone, PartialEq, Eq)]
enum Verdict {
    Needed,
    Instead(Vec<String>, Confidence),
    NotNeeded(Confidence),
    Missing,
    Unknown,
    Untold,
    Beside(&'static str),
}

impl Verdict {
    fn words(&self) -> String {
        let mark = |confidence: &Confidence| if *confidence == Confidence::High { "" } else { "?" };
        match self {
            Self::Needed => "needed".to_owned(),
            Self::Instead(scopes, confidence) => format!("too much{}: use {}", mark(confidence), scopes.join(", ")),
            Self::NotNeeded(confidence) => format!("not needed{}", mark(confidence)),
            Self::Missing => "missing".to_owned(),
            Self::Unknown => "unknown scope".to_owned(),
            Self::Untold => "no call shows its use".to_owned(),
            Self::Beside(role) => format!("in {role} only"),
        }
    }
}

fn one(integration: &Integration, pen: &Pen, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let rows = rows(integration);
    let about = match (&integration.owner, &integration.project) {
        (Some(owner), _) => format!("{}, owner {owner}", integration.provider),
        (None, Some(project)) if project != "." => format!("in {project}, not declared in the policy"),
        _ => "not declared in the policy".to_owned(),
    };
    writeln!(out, "{}  {}", pen.strong(&line(&integration.name)), pen.paint(pen.quiet(), &line(&about)))?;
    let width = |of: fn(&Row) -> usize, most: usize| rows.iter().map(of).max().unwrap_or(0).min(most);
    let (wide, middle) =
        (width(|row| row.scope.len(), WIDEST_SCOPE), width(|row| row.verdict.words().len(), WIDEST_VERDICT));
    for row in &rows {
        let words = row.verdict.words();
        let style = match row.verdict {
            Verdict::Instead(..) | Verdict::NotNeeded(_) | Verdict::Missing | Verdict::Unknown => pen.warning(),
            Verdict::Needed => pen.quiet(),
            Verdict::Untold | Verdict::Beside(_) => pen.quiet(),
        };
        let gap = " ".repeat(middle.saturating_sub(words.chars().count()));
        let place = pen.paint(pen.quiet(), &row.place);
        writeln!(out, "  {:wide$}  {}{gap}  {place}", line(&row.scope), pen.paint(style, &line(&words)))?;
    }
    let counted = integration.calls.iter().filter(|call| call.counts).count();
    let blind: Vec<&ApiCallSite> = integration.blind_spots.iter().filter(|call| call.counts).collect();
    let told = match blind.len() {
        0 => plural(counted, "call"),
        more => format!("{}, and {more} of which nobody can tell what they need:", plural(counted, "call")),
    };
    pen.paragraph(&told, 2, out)?;
    let shown = if verbose { usize::MAX } else { FEW };
    for call in integration.calls.iter().filter(|call| call.counts).take(if verbose { usize::MAX } else { 0 }) {
        writeln!(out, "    {}  {} {}", place(&call.place), call.method, line(&call.path))?;
    }
    for call in blind.iter().take(shown) {
        let what = format!("{} {}", call.method, call.path);
        let what = if what.trim().is_empty() { "?".to_owned() } else { what.trim().to_owned() };
        writeln!(out, "    {}  {}", place(&call.place), pen.paint(pen.quiet(), &format!("? {}", line(&what))))?;
    }
    if let Some(more) = blind.len().checked_sub(shown).filter(|more| *more > 0) {
        writeln!(out, "    and {more} more")?;
    }
    Ok(())
}

/// The rows of an integration: requested scopes, then what is missing.
fn rows(integration: &Integration) -> Vec<Row> {
    let mut places: BTreeMap<(&str, bool), Vec<&Place>> = BTreeMap::new();
    let mut roles: BTreeMap<&str, &'static str> = BTreeMap::new();
    for request in &integration.requests {
        let scope = request.canonical.as_deref().unwrap_or(&request.scope);
        places.entry((scope, request.counts)).or_default().push(&request.place);
        let role = match (request.role, request.context) {
            ("test", _) => "tests",
            ("generated", _) => "generated files",
            _ => "documentation",
        };
        roles.entry(scope).or_insert(role);
    }
    let mut rows = Vec::new();
    for scope in &integration.requested {
        let excess = integration.excess.iter().find(|excess| excess.scope == *scope);
        let known = integration.requests.iter().any(|request| request.canonical.as_deref() == Some(scope));
        let verdict = match excess {
            _ if !known => Verdict::Unknown,
            Some(excess) if excess.instead.is_empty() => Verdict::NotNeeded(excess.confidence),
            Some(excess) => Verdict::Instead(excess.instead.clone(), excess.confidence),
            None if integration.used.contains(scope) => Verdict::Needed,
            None => Verdict::Untold,
        };
        let here = places.get(&(scope.as_str(), true)).map_or(String::new(), |places| shown(places));
        rows.push(Row { scope: scope.clone(), verdict, place: here });
    }
    for missing in &integration.missing {
        let here = shown(&missing.calls.iter().collect::<Vec<_>>());
        rows.push(Row { scope: missing.scope.clone(), verdict: Verdict::Missing, place: here });
    }
    for ((scope, counts), here) in &places {
        if !counts && !integration.requested.iter().any(|asked| asked == scope) {
            let verdict = Verdict::Beside(roles.get(scope).copied().unwrap_or("tests"));
            rows.push(Row { scope: (*scope).to_owned(), verdict, place: shown(here) });
        }
    }
    rows
}

/// The first place, and how many more there are.
fn shown(places: &[&Place]) -> String {
    match places {
        [] => String::new(),
        [one] => place(one),
        [first, rest @ ..] => format!("{} and {} more", place(first), rest.len()),
    }
}

fn place(at: &Place) -> String {
    format!("{}:{}:{}", line(&at.path), at.line, at.column)
}

/// Blind spots that are named one by one.
const FEW: usize = 3;
/// No scope and no verdict pushes its neighbours further to the right.
const WIDEST_SCOPE: usize = 56;
const WIDEST_VERDICT: usize = 44;
