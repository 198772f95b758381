//! Pages about scopes: of a provider, of one scope, of what a search found; for a terminal and for `docs/scopes/`.

use std::io::{self, Write};

use super::Options;
use super::draw::Pen;
use crate::scope::access::Kind;
use crate::scope::catalog::Catalog;
use crate::scope::entry::ScopeEntry;
use crate::scope::operation::Operations;
use crate::scope::provider::Provider;

/// Everything there is to say about one scope.
#[derive(Clone, Debug)]
pub struct ScopePage<'a> {
    /// The scope, as the catalogue spells it.
    pub scope: String,
    /// Its entry; `None` where only the grammar knows the scope.
    pub entry: Option<&'a ScopeEntry>,
    /// Access, class, risk, breadth in words.
    pub dials: String,
    /// Listed scopes that it includes.
    pub narrower: Vec<&'a str>,
    /// Listed scopes that include it.
    pub broader: Vec<&'a str>,
    /// What may be enough instead, though it is not included.
    pub instead: Vec<&'a str>,
    /// Operations for which it is the narrowest choice, or a part of it.
    pub opens: Vec<String>,
    /// How many operations take it besides.
    pub more: usize,
}

/// One scope that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Whose.
    pub provider: String,
    /// The scope.
    pub scope: String,
    /// What it grants.
    pub title: String,
    /// Whether it is broad.
    pub broad: bool,
}

/// The page of a scope in any spelling. `None`: the provider knows no such scope.
#[must_use]
pub fn scope_page<'a>(provider: &'a Provider, operations: Option<&Operations>, scope: &str) -> Option<ScopePage<'a>> {
    let scope = provider.canonical(scope)?;
    let entry = provider.entry(&scope);
    let mut opens = Vec::new();
    let mut more = 0;
    for (method, path, row) in operations.into_iter().flat_map(Operations::rows) {
        let named =
            |list: &[String]| list.iter().any(|other| provider.entry(other).is_some_and(|other| other.id == scope));
        let least = if row.least.is_empty() { &row.any } else { &row.least };
        if named(least) || named(&row.with) || named(&row.all) || named(&row.app_least) {
            opens.push(format!("{method} {path}"));
        } else {
            more += usize::from(named(&row.any) || named(&row.app_any));
        }
    }
    opens.sort();
    opens.dedup();
    Some(ScopePage {
        entry,
        dials: dials(provider, &scope),
        narrower: provider.narrower(&scope),
        broader: provider.broader(&scope),
        instead: entry.map(|entry| entry.instead.iter().map(String::as_str).collect()).unwrap_or_default(),
        opens,
        more,
        scope,
    })
}

/// Every scope of every provider in which all words occur, in the scope, its title or its provider.
#[must_use]
pub fn search(catalog: &Catalog, words: &[String]) -> Vec<Hit> {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut hits = Vec::new();
    for provider in catalog.ids().filter_map(|id| catalog.provider(id.as_str())) {
        for entry in provider.entries() {
            let text = format!("{} {} {} {}", provider.id(), provider.name(), entry.id, entry.title).to_lowercase();
            if !words.is_empty() && words.iter().all(|word| text.contains(word)) {
                hits.push(Hit {
                    provider: provider.id().to_string(),
                    scope: entry.id.clone(),
                    title: entry.title.clone(),
                    broad: entry.broad,
                });
            }
        }
    }
    hits
}

/// Writes the page of a scope for a terminal.
///
/// # Errors
/// What the writer says.
pub fn write_scope(
    provider: &Provider,
    page: &ScopePage<'_>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let pen = Pen::new(options);
    let title = page.entry.map_or("A scope that the provider's grammar allows", |entry| entry.title.as_str());
    pen.title(anstyle::Style::new().bold(), &page.scope, title, out)?;
    pen.paragraph(&format!("{} · {}", provider.name(), page.dials), 0, out)?;
    for text in remarks(page) {
        pen.paragraph(&text, 0, out)?;
    }
    let lists =
        [("Includes", &page.narrower), ("Is included in", &page.broader), ("May be enough instead", &page.instead)];
    for (heading, scopes) in lists {
        if !scopes.is_empty() {
            writeln!(out, "\n{}", pen.strong(heading))?;
            for scope in scopes {
                writeln!(out, "  {scope}")?;
            }
        }
    }
    if !page.opens.is_empty() {
        writeln!(out, "\n{}", pen.strong("Is the least for"))?;
        for call in &page.opens {
            writeln!(out, "  {call}")?;
        }
    }
    if page.more > 0 {
        writeln!(out, "\n{}", counted(page.more))?;
    }
    Ok(())
}

/// Writes the page of a provider for a terminal.
///
/// # Errors
/// What the writer says.
pub fn write_provider(provider: &Provider, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::new(options);
    let about = provider.about();
    pen.title(anstyle::Style::new().bold(), provider.id().as_str(), provider.name(), out)?;
    pen.paragraph(&trust(provider), 0, out)?;
    for note in &about.notes {
        pen.paragraph(note, 0, out)?;
    }
    writeln!(out)?;
    let wide = provider.entries().iter().map(|entry| entry.id.len()).max().unwrap_or(0).min(WIDEST);
    for entry in provider.entries() {
        let mark = if entry.broad { "broad" } else { "" };
        writeln!(out, "{:wide$}  {:5}  {}", entry.id, mark, entry.title)?;
    }
    Ok(())
}

/// Writes the page of a provider as Markdown.
///
/// # Errors
/// What the writer says.
pub fn write_markdown(provider: &Provider, out: &mut dyn Write) -> io::Result<()> {
    let about = provider.about();
    writeln!(out, "# {}\n\n`{}` · {}", provider.name(), provider.id(), trust(provider))?;
    if !about.sources.is_empty() {
        writeln!(out, "\nSources:\n")?;
        for source in &about.sources {
            writeln!(out, "- {}", linked(source))?;
        }
    }
    for note in &about.notes {
        writeln!(out, "\n{}", linked(note))?;
    }
    if provider.entries().is_empty() {
        return writeln!(out, "\nThis provider has no OAuth scopes.");
    }
    writeln!(out, "\n| scope | grants | access | class | includes |\n|---|---|---|---|---|")?;
    for entry in provider.entries() {
        let class =
            if entry.broad { format!("**{}**, broad", entry.class.word()) } else { entry.class.word().to_owned() };
        let retired = if entry.deprecated { " (retired)" } else { "" };
        let includes: Vec<String> = entry.implies.iter().take(MOST_SHOWN).map(|id| format!("`{id}`")).collect();
        let rest = if entry.implies.len() > MOST_SHOWN { ", ..." } else { "" };
        let title = linked(&entry.title);
        writeln!(
            out,
            "| `{}` | {title}{retired} | {} | {class} | {}{rest} |",
            entry.id,
            entry.access.word(),
            includes.join(", ")
        )?;
    }
    Ok(())
}

/// Writes the table of all providers as Markdown.
///
/// # Errors
/// What the writer says.
pub fn write_index(catalog: &Catalog, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "# Scopes\n\nThe same in a terminal: `overscope scopes show PROVIDER`, `overscope scopes show SCOPE`."
    )?;
    writeln!(out, "\n| provider | id | the catalogue is |\n|---|---|---|")?;
    for provider in catalog.ids().filter_map(|id| catalog.provider(id.as_str())) {
        let id = provider.id();
        writeln!(out, "| {} | [`{id}`]({id}.md) | {} |", provider.name(), provider.about().certainty.word())?;
    }
    Ok(())
}

/// How far the catalogue may be trusted, in a sentence.
fn trust(provider: &Provider) -> String {
    let about = provider.about();
    let when = if about.as_of.is_empty() { String::new() } else { format!(", as of {}", about.as_of) };
    format!("the catalogue is {}{when}", about.certainty.word())
}

fn dials(provider: &Provider, scope: &str) -> String {
    let class = provider.class(scope).word();
    let broad = if provider.is_broad(scope) { "broad" } else { "not broad" };
    match provider.entry(scope) {
        Some(entry) => {
            let kind = if entry.kind == Kind::Both { String::new() } else { format!(", {} only", entry.kind.word()) };
            let sure = entry.certainty.word();
            format!("{} access, {broad}, {class}, {} risk{kind} · {sure}", entry.access.word(), entry.risk.word())
        }
        None => format!("{broad}, {class}"),
    }
}

fn remarks(page: &ScopePage<'_>) -> Vec<String> {
    let Some(entry) = page.entry else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(why) = entry.why.as_ref().filter(|_| entry.broad) {
        found.push(format!("Broad: {why}."));
    }
    if entry.deprecated {
        found.push("The provider has retired it.".to_owned());
    }
    if entry.limited {
        found.push("It reaches only what the app itself made or was given.".to_owned());
    }
    for (kind, who) in [('d', "for a user"), ('a', "on its own")] {
        if entry.admin_consent.contains(kind) {
            found.push(format!("An administrator must agree before an app may hold it {who}."));
        }
    }
    found.extend(entry.note.iter().map(|note| format!("Note: {note}.")));
    found
}

fn counted(more: usize) -> String {
    if more == 1 {
        "One more operation takes it, and asks for less.".to_owned()
    } else {
        format!("{more} more operations take it, and ask for less.")
    }
}

/// Text that Markdown shows as it is.
fn linked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '<' | '>' | '*' | '_' | '`' | '[' | ']') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// No scope pushes its neighbours further to the right.
const WIDEST: usize = 60;

/// So many included scopes are shown in a table.
const MOST_SHOWN: usize = 6;

#[cfg(test)]
mod tests {
    use super::{Options, scope_page, search, write_scope};
    use crate::scope::catalog::Catalog;

    #[test]
    fn a_scope_tells_what_it_includes_and_opens() {
        let catalog = Catalog::builtin();
        let zoho = catalog.provider("zoho-crm").expect("known");
        let page = scope_page(zoho, catalog.operations("zoho-crm"), "zohocrm.users.all").expect("known");
        assert_eq!(page.scope, "ZohoCRM.users.ALL");
        assert!(page.narrower.contains(&"ZohoCRM.users.READ") && page.broader.is_empty());
        let read = scope_page(zoho, catalog.operations("zoho-crm"), "ZohoCRM.users.READ").expect("known");
        assert!(read.opens.iter().any(|call| call == "GET /crm/{version}/users"), "{:?}", read.opens);
        assert!(read.broader.contains(&"ZohoCRM.users.ALL"));
        assert!(scope_page(zoho, None, "nothing").is_none());
        let mut text = Vec::new();
        write_scope(zoho, &page, &Options::default(), &mut text).expect("memory takes everything");
        let text = String::from_utf8(text).expect("text");
        assert!(text.contains("Includes") && text.contains("admin access, broad"), "{text}");
    }

    #[test]
    fn a_search_wants_all_words() {
        let catalog = Catalog::builtin();
        let hits = search(catalog, &["leads".to_owned(), "zoho-crm".to_owned()]);
        assert!(hits.iter().any(|hit| hit.scope == "ZohoCRM.modules.leads.READ"));
        assert!(hits.iter().all(|hit| hit.provider == "zoho-crm"));
        assert!(search(catalog, &[]).is_empty());
    }
}
