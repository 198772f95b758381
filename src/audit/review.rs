//! The worksheet that people fill in: written with what they decided already, read back, and checked.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Deserialize;

use super::extent::Extent;
use super::{Holder, ScopeRow, Snapshot};
use crate::yaml::{self, YamlError};

/// A filled or unfilled worksheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worksheet {
    /// The quarter.
    pub period: String,
    /// One entry a scope of an integration.
    #[serde(default)]
    pub rows: Vec<Row>,
}

/// One scope of an integration, with what was decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The integration.
    pub integration: String,
    /// The scope.
    pub scope: String,
    /// How it stands, for the reader; not read back.
    #[serde(default)]
    pub stands: String,
    /// `keep`, `reduce`, `revoke` or `accept-risk`; empty while undecided.
    #[serde(default)]
    pub decision: String,
    /// Who decided.
    #[serde(default)]
    pub reviewer: String,
    /// The day, `YYYY-MM-DD`.
    #[serde(default)]
    pub date: String,
    /// Why.
    #[serde(default)]
    pub rationale: String,
    /// Where it was decided.
    #[serde(default)]
    pub ticket: String,
    /// The day by which a reduction is done, `YYYY-MM-DD`.
    #[serde(default)]
    pub due: String,
}

impl Worksheet {
    /// Reads a worksheet.
    ///
    /// # Errors
    /// The first mistake with its place.
    pub fn read(text: &str) -> Result<Self, YamlError> {
        yaml::parse(text)
    }

    /// The row of a scope.
    #[must_use]
    pub fn row(&self, integration: &str, scope: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.integration == integration && row.scope == scope)
    }
}

/// The scopes that somebody must decide on: what is requested or granted, and what the policy allows.
fn to_decide(snapshot: &Snapshot) -> impl Iterator<Item = (&Holder, &ScopeRow)> {
    let all = snapshot.integrations.iter().flat_map(|holder| holder.scopes.iter().map(move |row| (holder, row)));
    all.filter(|(_, row)| {
        row.is_held() || row.reason.is_some() || row.allowed == Extent::Yes && row.requested == Extent::No
    })
}

/// The worksheet of a snapshot. What `held` has decided about the same scope of the same integration stays.
#[must_use]
pub fn write(snapshot: &Snapshot, held: Option<&Worksheet>) -> String {
    let mut text = format!("{HEAD}period: {}\nrows:\n", snapshot.period);
    for (holder, scope) in to_decide(snapshot) {
        let kept = held.and_then(|sheet| sheet.row(&holder.name, &scope.scope)).cloned().unwrap_or_default();
        let stands = format!(
            "allowed {}, requested {}, used {}, granted {}",
            scope.allowed.word(),
            scope.requested.word(),
            scope.used.word(),
            scope.granted.word()
        );
        let _ = writeln!(text, "  - integration: {}", quoted(&holder.name));
        let fields = [
            ("scope", scope.scope.as_str()),
            ("stands", stands.as_str()),
            ("decision", kept.decision.as_str()),
            ("reviewer", kept.reviewer.as_str()),
            ("date", kept.date.as_str()),
            ("rationale", kept.rationale.as_str()),
            ("ticket", kept.ticket.as_str()),
            ("due", kept.due.as_str()),
        ];
        for (key, value) in fields {
            let _ = writeln!(text, "    {key}: {}", quoted(value));
        }
    }
    if !text.contains("  - ") {
        text = text.replace("rows:\n", "rows: []\n");
    }
    text
}

/// What is wrong with a filled worksheet, in its order; empty where it can be signed. `before` are the worksheet and
/// period of the last review: what it wanted reduced or revoked must show in this snapshot.
#[must_use]
pub fn check(
    snapshot: &Snapshot,
    sheet: &Worksheet,
    reviewer_not_owner: bool,
    window: (Date, Date),
    before: Option<&Worksheet>,
) -> Vec<String> {
    let mut faults = Vec::new();
    if sheet.period != snapshot.period {
        faults.push(format!("the worksheet is of {}, the snapshot of {}", sheet.period, snapshot.period));
    }
    let mut known: BTreeMap<(&str, &str), ()> = BTreeMap::new();
    for (holder, scope) in to_decide(snapshot) {
        known.insert((&holder.name, &scope.scope), ());
        let name = format!("{} {}", holder.name, scope.scope);
        match sheet.row(&holder.name, &scope.scope) {
            None => faults.push(format!("{name}: no row")),
            Some(row) => faults.extend(
                row_faults(row, holder, reviewer_not_owner, window).into_iter().map(|fault| format!("{name}: {fault}")),
            ),
        }
    }
    for row in &sheet.rows {
        if !known.contains_key(&(row.integration.as_str(), row.scope.as_str())) {
            faults.push(format!("{} {}: the snapshot has no such row", row.integration, row.scope));
        }
    }
    for row in before.into_iter().flat_map(|sheet| &sheet.rows) {
        if let Some(fault) = not_done(row, snapshot) {
            faults.push(format!("{} {}: {fault}", row.integration, row.scope));
        }
    }
    faults
}

fn row_faults(row: &Row, holder: &Holder, reviewer_not_owner: bool, (from, to): (Date, Date)) -> Vec<String> {
    let mut faults = Vec::new();
    if row.decision.is_empty() {
        return vec!["undecided".to_owned()];
    }
    if !DECISIONS.contains(&row.decision.as_str()) {
        faults.push(format!("`{}` is no decision; one of {}", row.decision, DECISIONS.join(", ")));
    }
    if row.rationale.split_whitespace().count() < FEWEST_WORDS {
        faults.push(format!("a rationale needs {FEWEST_WORDS} words or more"));
    }
    if row.reviewer.is_empty() {
        faults.push("no reviewer".to_owned());
    } else if reviewer_not_owner
        && holder.owner.as_deref().is_some_and(|owner| owner.eq_ignore_ascii_case(&row.reviewer))
    {
        faults.push(format!("{} owns the integration and may not review it", row.reviewer));
    }
    match row.date.parse::<Date>() {
        Err(_) => faults.push(format!("`{}` is no day; write YYYY-MM-DD", row.date)),
        Ok(day) if day < from || day > to => faults.push(format!("{day} lies outside {from} to {to}")),
        Ok(_) => {}
    }
    if matches!(row.decision.as_str(), "reduce" | "revoke") && row.due.parse::<Date>().is_err() {
        faults.push("what is to be reduced or revoked needs a `due` day".to_owned());
    }
    faults
}

/// What was to be reduced or revoked and still stands as it stood.
#[must_use]
pub fn not_done(row: &Row, snapshot: &Snapshot) -> Option<String> {
    let holder = snapshot.integrations.iter().find(|holder| holder.name == row.integration)?;
    let scope = holder.scopes.iter().find(|scope| scope.scope == row.scope)?;
    let stands = |extent: Extent| extent == Extent::Yes;
    match row.decision.as_str() {
        "revoke" if stands(scope.requested) || stands(scope.granted) || stands(scope.allowed) => {
            Some(format!("was to be revoked by {}, and is still {}", row.due, still(scope)))
        }
        "reduce" if stands(scope.requested) || stands(scope.granted) => {
            Some(format!("was to be reduced by {}, and is still {}", row.due, still(scope)))
        }
        _ => None,
    }
}

fn still(scope: &ScopeRow) -> String {
    let sets = [("requested", scope.requested), ("granted", scope.granted), ("allowed", scope.allowed)];
    let words: Vec<&str> = sets.iter().filter(|(_, extent)| *extent == Extent::Yes).map(|(word, _)| *word).collect();
    words.join(" and ")
}

/// A text as a YAML scalar that stays a text.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain);
    let reserved =
        ["true", "false", "null", "yes", "no", "on", "off"].iter().any(|other| text.eq_ignore_ascii_case(other));
    if word && !reserved {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

const HEAD: &str = "\
# Decide on every row, then run `overscope audit check`.
# decision: keep, reduce, revoke or accept-risk. What is reduced or revoked needs a `due` day, YYYY-MM-DD.
";

/// What may be decided.
pub const DECISIONS: [&str; 4] = ["keep", "reduce", "revoke", "accept-risk"];

/// A rationale of fewer words explains nothing.
const FEWEST_WORDS: usize = 3;
