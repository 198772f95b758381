//! The report as one HTML file that stands alone: nothing from elsewhere, complete without its script, good on paper.

use std::fmt::Write as _;

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::heat::{self, KINDS, SETS};
use super::tiles::{tiles, verdict};
use super::{chart, controls};
use crate::audit::Headline;
use crate::audit::review::Worksheet;
use crate::audit::{Change, ExceptionRow, Holder, Item, List, ReviewState, ScopeRow, Snapshot};
use crate::report::html::{STYLE, code, prose, text};

/// The page. `sheet` tells what was decided already.
#[must_use]
pub fn write(snapshot: &Snapshot, before: Option<&Headline>, sheet: Option<&Worksheet>) -> String {
    let name = text(&snapshot.population.repository);
    let mut page = head(&format!("Scope audit {}: {name}", snapshot.period));
    let _ = write!(
        page,
        "<header>\n<p class=\"over\">Scope audit <b>{}</b>, as of {}</p>\n<h1>{name}</h1>\n<p class=\"verdict\">{}</p>\n</header>\n<main>\n",
        snapshot.period,
        snapshot.as_of,
        text(&verdict(&snapshot.headline))
    );
    numbers(snapshot, before, &mut page);
    map(snapshot, &mut page);
    to_do(&snapshot.items, &mut page);
    growth(snapshot, &mut page);
    page.push_str("<section aria-labelledby=\"integrations\">\n<h2 id=\"integrations\">Integrations</h2>\n");
    for holder in &snapshot.integrations {
        integration(holder, sheet, &mut page);
    }
    page.push_str("</section>\n");
    exceptions(snapshot, &mut page);
    findings(snapshot, &mut page);
    controls(snapshot, &mut page);
    about(snapshot, &mut page);
    page.push_str(SIGN);
    page.push_str("</main>\n");
    let _ = write!(page, "<script>{SCRIPT}</script>\n</body>\n</html>\n");
    page
}

/// The beginning of a page, up to its body. Only the own script may run.
pub(super) fn head(title: &str) -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(SCRIPT.as_bytes()));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'sha256-{hash}'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n\
         <style>\n{STYLE}{OWN_STYLE}</style>\n</head>\n<body class=\"audit\">\n"
    )
}

fn numbers(snapshot: &Snapshot, before: Option<&Headline>, page: &mut String) {
    page.push_str("<section aria-label=\"Headline numbers\">\n<dl class=\"tiles\">\n");
    for tile in tiles(&snapshot.headline, before) {
        let class = if tile.worse { " class=\"worse\"" } else { "" };
        let then = tile.before.map_or_else(String::new, |then| format!("<small>before: {}</small>", text(&then)));
        let _ = writeln!(page, "<div{class}><dt>{}</dt><dd>{}{then}</dd></div>", tile.label, text(&tile.value));
    }
    page.push_str("</dl>\n</section>\n");
}

/// Integrations by kind of access.
fn map(snapshot: &Snapshot, page: &mut String) {
    page.push_str("<section aria-labelledby=\"access\">\n<h2 id=\"access\">Who reaches what</h2>\n");
    page.push_str("<p class=\"legend\" aria-hidden=\"true\">");
    for set in SETS {
        let _ = write!(page, "<span><i class=\"box {set} yes\"></i>{set}</span>");
    }
    page.push_str(
        "<span><i class=\"box allowed partly\"></i>a part</span><span><i class=\"box granted unknown\"></i>not known</span>\
         <span><i class=\"ring\"></i>beyond the policy</span></p>\n",
    );
    page.push_str("<table class=\"heat\"><thead><tr><th scope=\"col\">integration</th>");
    for kind in KINDS {
        let _ = write!(page, "<th scope=\"col\">{kind}</th>");
    }
    page.push_str("</tr></thead><tbody>\n");
    for holder in &snapshot.integrations {
        let owner = holder.owner.as_deref().unwrap_or("in no policy");
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}<small>{}, {}</small></th>",
            text(&holder.name),
            text(&holder.provider),
            text(owner)
        );
        for kind in KINDS {
            let cell = heat::cell(holder, kind);
            let beyond = heat::beyond(holder, kind);
            let class = if beyond { " class=\"beyond\"" } else { "" };
            let said = if beyond { ", beyond the policy" } else { "" };
            let _ = write!(page, "<td{class}><span class=\"boxes\" aria-hidden=\"true\">");
            for (set, extent) in SETS.into_iter().zip(cell) {
                let _ = write!(page, "<i class=\"box {set} {}\"></i>", extent.word());
            }
            let _ = write!(page, "</span><span class=\"unseen\">{}{said}</span></td>", heat::words(cell));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table>\n</section>\n");
}

fn to_do(items: &[Item], page: &mut String) {
    page.push_str("<section aria-labelledby=\"todo\">\n<h2 id=\"todo\">What to do</h2>\n");
    if items.is_empty() {
        page.push_str("<p>Nothing.</p>\n");
    }
    for (list, title, action) in List::ALL {
        let rows: Vec<&Item> = items.iter().filter(|item| item.list == list).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = write!(
            page,
            "<h3>{title} <span class=\"count\">{}</span></h3>\n<p class=\"faint\">{}</p>\n<ul class=\"todo\">\n",
            rows.len(),
            prose(action)
        );
        for item in rows {
            let scope = item.scope.as_deref().map_or_else(String::new, |scope| format!(" {}", code(scope)));
            let owner = item
                .owner
                .as_deref()
                .map_or_else(String::new, |owner| format!(" <span class=\"faint\">{}</span>", text(owner)));
            let _ = writeln!(page, "<li><b>{}</b>{scope}: {}{owner}</li>", text(&item.subject), prose(&item.what));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
}

/// The timeline: one line an integration, and the commits that changed anything.
fn growth(snapshot: &Snapshot, page: &mut String) {
    page.push_str("<section aria-labelledby=\"growth\">\n<h2 id=\"growth\">What grew and what shrank</h2>\n");
    let (first, last) = (snapshot.timeline.first(), snapshot.timeline.last());
    if let (Some(first), Some(last)) = (first, last) {
        let _ = write!(
            page,
            "<p class=\"legend\"><span><i class=\"dash allowed\"></i>allowed</span><span><i class=\"dash requested\"></i>requested</span>\
             <span><i class=\"dash used\"></i>used</span><span class=\"faint\">how many scopes each opens</span></p>\n\
             <table class=\"lines\"><thead><tr><td></td><td class=\"faint ends\"><span>{0}</span><span>{1}</span></td>\
             <td></td></tr></thead><tbody>\n",
            first.period, last.period
        );
        let mut names: Vec<&String> = snapshot.timeline.iter().flat_map(|moment| moment.integrations.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            if let Some(cells) = chart::line(&snapshot.timeline, name) {
                let _ = writeln!(page, "<tr><th scope=\"row\">{}</th>{cells}</tr>", text(name));
            }
        }
        page.push_str("</tbody></table>\n");
    }
    let (mine, earlier) = changes_of(snapshot);
    if mine.is_empty() {
        let _ = writeln!(page, "<p>Nothing grew and nothing shrank in {}.</p>", snapshot.period);
    } else {
        changes(&mine, page);
    }
    if !earlier.is_empty() {
        let _ = writeln!(page, "<details><summary>{} changes in earlier quarters</summary>", earlier.len());
        changes(&earlier, page);
        page.push_str("</details>\n");
    }
    page.push_str("</section>\n");
}

fn changes(changes: &[&Change], page: &mut String) {
    page.push_str(
        "<table class=\"sort\"><thead><tr><th scope=\"col\">date</th><th scope=\"col\">integration</th><th scope=\"col\">what</th>\
         <th scope=\"col\">scope</th><th scope=\"col\">commit</th><th scope=\"col\">by</th></tr></thead><tbody>\n",
    );
    for change in changes {
        let (class, word) = if change.grew { ("grew", "+ ") } else { ("shrank", "− ") };
        let place = change.place.as_deref().map_or_else(String::new, |place| format!("<small>{}</small>", text(place)));
        let request = change
            .request
            .as_deref()
            .filter(|name| !change.subject.contains(*name))
            .map_or_else(String::new, |request| format!(" {}", text(request)));
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td class=\"{class}\">{word}{}</td><td>{}{place}</td><td>{}{request}<small>{}</small></td><td>{}</td></tr>",
            change.date,
            text(&change.integration),
            change.set,
            code(&change.scope),
            code(change.commit.get(..10).unwrap_or(&change.commit)),
            text(&change.subject),
            text(&change.author)
        );
    }
    page.push_str("</tbody></table>\n");
}

fn integration(holder: &Holder, sheet: Option<&Worksheet>, page: &mut String) {
    let declared = if holder.declared { "" } else { " <span class=\"medium\">in no policy</span>" };
    let _ = write!(page, "<article>\n<h3>{}{declared}</h3>\n<dl class=\"facts\">\n", text(&holder.name));
    for (label, value) in facts(holder) {
        let _ = writeln!(page, "<div><dt>{label}</dt><dd>{}</dd></div>", prose(&value));
    }
    page.push_str("</dl>\n");
    if !holder.scopes.is_empty() {
        page.push_str(
            "<table class=\"sort\"><thead><tr><th scope=\"col\">scope</th><th scope=\"col\">access</th><th scope=\"col\">class</th>\
             <th scope=\"col\">allowed</th><th scope=\"col\">requested</th><th scope=\"col\">used</th><th scope=\"col\">granted</th>\
             <th scope=\"col\">decision</th></tr></thead><tbody>\n",
        );
        for row in &holder.scopes {
            let decision =
                sheet.and_then(|sheet| sheet.row(&holder.name, &row.scope)).map_or("", |row| row.decision.as_str());
            let place = row.places.first().map_or_else(String::new, |place| format!("<small>{}</small>", text(place)));
            let reason = reasoned(row).map_or_else(String::new, |reason| format!("<small>{}</small>", text(&reason)));
            let broad = if row.broad { " <span class=\"medium\">broad</span>" } else { "" };
            let _ = write!(
                page,
                "<tr><td>{}{place}{reason}</td><td>{}</td><td>{}{broad}</td>",
                code(&row.scope),
                row.access,
                row.class
            );
            for extent in [row.allowed, row.requested, row.used, row.granted] {
                let _ = write!(page, "<td class=\"{}\">{}</td>", extent.word(), extent.word());
            }
            let _ = writeln!(page, "<td>{}</td></tr>", text(decision));
        }
        page.push_str("</tbody></table>\n");
    }
    page.push_str("</article>\n");
}

/// Why a scope is allowed, and where that was decided.
pub(super) fn reasoned(row: &ScopeRow) -> Option<String> {
    match (&row.reason, &row.ticket) {
        (Some(reason), Some(ticket)) => Some(format!("{reason} ({ticket})")),
        (reason, ticket) => reason.clone().or_else(|| ticket.clone()),
    }
}

fn exceptions(snapshot: &Snapshot, page: &mut String) {
    page.push_str("<section aria-labelledby=\"exceptions\">\n<h2 id=\"exceptions\">Exceptions</h2>\n");
    if snapshot.exceptions.is_empty() {
        page.push_str("<p>None.</p>\n</section>\n");
        return;
    }
    page.push_str(
        "<table class=\"sort\"><thead><tr><th scope=\"col\">id</th><th scope=\"col\">state</th><th scope=\"col\">rules</th>\
         <th scope=\"col\">until</th><th scope=\"col\">approver</th><th scope=\"col\">reason</th><th scope=\"col\">renewed</th></tr></thead><tbody>\n",
    );
    for row in &snapshot.exceptions {
        let class = match row.state.as_str() {
            "expired" => "high",
            "active" => "note",
            _ => "medium",
        };
        let _ = writeln!(
            page,
            "<tr><td>{}</td><td class=\"{class}\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            text(&row.id),
            row.state,
            code(&row.rules.join(", ")),
            row.expires,
            text(&row.approver),
            prose(&why(row)),
            row.renewed
        );
    }
    page.push_str("</tbody></table>\n</section>\n");
}

/// Why an exception stands, with what keeps the harm small and where it was decided.
pub(super) fn why(row: &ExceptionRow) -> String {
    let mut told = row.reason.clone();
    if let Some(control) = &row.compensating_control {
        let _ = write!(told, "; meanwhile: {control}");
    }
    if let Some(ticket) = &row.ticket {
        let _ = write!(told, " ({ticket})");
    }
    told
}

fn findings(snapshot: &Snapshot, page: &mut String) {
    page.push_str("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Secrets and token set-up</h2>\n");
    if snapshot.findings.is_empty() {
        page.push_str("<p>None.</p>\n</section>\n");
        return;
    }
    page.push_str(
        "<table class=\"sort\"><thead><tr><th scope=\"col\">severity</th><th scope=\"col\">rule</th><th scope=\"col\">where</th>\
         <th scope=\"col\">state</th><th scope=\"col\">since</th><th scope=\"col\">days</th></tr></thead><tbody>\n",
    );
    for row in &snapshot.findings {
        let late = if row.late { " <span class=\"high\">too long</span>" } else { "" };
        let _ = writeln!(
            page,
            "<tr><td class=\"{0}\">{0}</td><td>{1}</td><td>{2}:{3}</td><td>{4}</td><td>{5}</td><td>{6}{late}</td></tr>",
            row.severity,
            code(&row.rule),
            text(&row.path),
            row.line,
            row.state,
            row.since.as_deref().unwrap_or("not known"),
            row.days.map_or_else(String::new, |days| days.to_string()),
        );
    }
    page.push_str("</tbody></table>\n</section>\n");
}

/// What the frameworks of the policy ask for, and where this report answers.
fn controls(snapshot: &Snapshot, page: &mut String) {
    let rows = controls::rows(&snapshot.population.frameworks);
    if rows.is_empty() {
        return;
    }
    page.push_str(
        "<section aria-labelledby=\"controls\">\n<h2 id=\"controls\">What it is evidence for</h2>\n<table><thead><tr>\
         <th scope=\"col\">control</th><th scope=\"col\">asks for</th><th scope=\"col\">shown by</th></tr></thead><tbody>\n",
    );
    for row in rows {
        let _ = writeln!(page, "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", row.control, row.asks, prose(row.shown));
    }
    page.push_str("</tbody></table>\n</section>\n");
}

fn about(snapshot: &Snapshot, page: &mut String) {
    page.push_str("<section aria-labelledby=\"population\">\n<h2 id=\"population\">Of what this was taken</h2>\n<dl class=\"facts\">\n");
    for (label, value) in population(snapshot) {
        let _ = writeln!(page, "<div><dt>{label}</dt><dd>{}</dd></div>", prose(&value));
    }
    page.push_str(
        "</dl>\n</section>\n<section aria-labelledby=\"limits\">\n<h2 id=\"limits\">What it cannot say</h2>\n<ul>\n",
    );
    for limit in LIMITS {
        let _ = writeln!(page, "<li>{}</li>", prose(limit));
    }
    page.push_str("</ul>\n</section>\n");
}

/// The changes of the quarter, and those before it.
pub(super) fn changes_of(snapshot: &Snapshot) -> (Vec<&Change>, Vec<&Change>) {
    let first = snapshot.period.parse::<crate::audit::period::Quarter>().map(|quarter| quarter.first().to_string());
    let first = first.unwrap_or_default();
    snapshot.changes.iter().rev().partition(|change| change.date >= first)
}

/// What is known of an integration, as label and value.
pub(super) fn facts(holder: &Holder) -> Vec<(&'static str, String)> {
    let mut facts = vec![("provider", holder.provider.clone())];
    let mut push = |label, value: Option<String>| {
        facts.extend(value.filter(|value| !value.is_empty()).map(|value| (label, value)))
    };
    push("owner", holder.owner.clone().or_else(|| Some("nobody".to_owned())));
    push("purpose", holder.purpose.clone());
    let life = match &holder.retire_by {
        Some(day) => format!("{}, to be gone by {day}", holder.lifecycle),
        None => holder.lifecycle.clone(),
    };
    push("lifecycle", holder.declared.then_some(life));
    push("client", Some(holder.client.join(", ")));
    push("data", Some(holder.data.join(", ")));
    push("environments", Some(holder.environments.join(", ")));
    push("review", Some(reviewed(&holder.review)));
    let blind = match holder.blind_spots {
        0 => String::new(),
        1 => "; 1 more cannot be told".to_owned(),
        many => format!("; {many} more cannot be told"),
    };
    let calls = if holder.calls == 1 { "1 call site".to_owned() } else { format!("{} call sites", holder.calls) };
    push("calls", Some(format!("{calls}{blind}")));
    let evidence = |file: &Option<crate::audit::Digested>| file.as_ref().map(|file| format!("`{}`", file.path));
    push("granted", evidence(&holder.grants).or_else(|| holder.declared.then(|| "not evidenced".to_owned())));
    push("usage", evidence(&holder.usage));
    facts
}

/// `2026-10-05 by j.rivera, next due 2027-01-05 (SEC-412; GRC-2026-Q3)`; empty where nothing is known of a review.
fn reviewed(review: &ReviewState) -> String {
    let by = review.by.as_deref().map_or_else(String::new, |by| format!(" by {by}"));
    let mut told = match (&review.last, &review.due) {
        (Some(last), Some(due)) => format!("{last}{by}, next due {due}"),
        (Some(last), None) => format!("{last}{by}"),
        (None, _) if review.overdue => "never".to_owned(),
        (None, _) => String::new(),
    };
    let records: Vec<&str> = review.ticket.iter().chain(&review.evidence).map(String::as_str).collect();
    if !records.is_empty() {
        let _ = write!(told, " ({})", records.join("; "));
    }
    if review.overdue { format!("{told} (overdue)") } else { told }
}

/// The population statement, as label and value.
pub(super) fn population(snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let of = &snapshot.population;
    let digested = |file: &crate::audit::Digested| format!("`{}`, SHA-256 `{}`", file.path, file.sha256);
    let mut files = format!("{} considered, {} read", of.considered, of.read);
    for (why, count) in &of.not_read {
        let _ = write!(files, ", {count} {why}");
    }
    if of.incomplete {
        files.push_str(". Something that should have been read could not be: this snapshot is incomplete");
    }
    let mut rows = vec![("repository", of.repository.clone())];
    rows.extend(of.systems.clone().map(|systems| ("systems", systems)));
    let commit = of.commit.as_deref().unwrap_or("none");
    rows.push(("commit", format!("`{commit}` of {}", of.committed.as_deref().unwrap_or("an unknown day"))));
    rows.extend(of.owner.clone().map(|owner| ("answers for the policy", owner)));
    rows.extend(Some(reviewed(&of.review)).filter(|told| !told.is_empty()).map(|told| ("review of the policy", told)));
    rows.push(("policy", of.policy.as_ref().map_or_else(|| "none: the built-in defaults".to_owned(), digested)));
    rows.push(("files", files));
    rows.push((
        "program",
        format!("overscope {}, rules SHA-256 `{}`, catalogue SHA-256 `{}`", of.version, of.rules, of.catalogue),
    ));
    rows.push(("again", format!("`{}`", of.command)));
    rows
}

/// What a static audit cannot know.
pub(super) const LIMITS: [&str; 5] = [
    "Used: only calls in this repository, and what an imported log says, can be seen. Calls made elsewhere with the same client cannot.",
    "Granted: as good as the imported export. Without one it is not evidenced, which does not mean that nothing is granted.",
    "Zoho refresh tokens carry no list of scopes: what is granted there is what somebody typed.",
    "A credential is told by its place and a keyed identity. Nobody has tried it.",
    "Only files that git keeps were read; each version once.",
];

const SIGN: &str = "<section aria-labelledby=\"sign\" class=\"sign\">\n<h2 id=\"sign\">Sign-off</h2>\n\
    <p>I have looked over the integrations and scopes above and decided on every row of <code>review.yaml</code>.</p>\n\
    <table><thead><tr><th scope=\"col\">role</th><th scope=\"col\">name</th><th scope=\"col\">date</th><th scope=\"col\">signature</th></tr></thead>\
    <tbody><tr><td>reviewer</td><td></td><td></td><td></td></tr><tr><td>approver</td><td></td><td></td><td></td></tr></tbody></table>\n</section>\n";
pub(super) const SCRIPT: &str = include_str!("page.js");
const OWN_STYLE: &str = include_str!("page.css");
