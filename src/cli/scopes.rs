//! `overscope scopes`: the inventory of integrations, and what is known of OAuth scopes.

use std::fmt::Write as _;
use std::io;

use camino::Utf8Path;

use super::args::{ScopesArgs, ScopesCommand};
use super::exit::{Exit, Failure};
use super::stream::Streams;
use super::whole::Whole;
use crate::report::inventory::{self as report_inventory, Inventory};
use crate::report::{Options, scope_page};
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;
use crate::scope::provider::Provider;

/// Does what was asked.
///
/// # Errors
/// When no such scope or provider is known.
pub fn run(args: &ScopesArgs, streams: &Streams) -> Result<Exit, Failure> {
    let catalog = Catalog::builtin();
    match &args.command {
        None => inventory(args, streams),
        Some(ScopesCommand::Show { name, provider }) => show(catalog, name, provider.as_deref(), streams),
        Some(ScopesCommand::Search { words }) => search(catalog, words, streams),
        Some(ScopesCommand::Providers) => print(&providers(catalog), streams),
    }
}

fn inventory(args: &ScopesArgs, streams: &Streams) -> Result<Exit, Failure> {
    let whole = Whole::of(&args.paths, &args.whole, streams)?;
    let (integrations, sights) = whole.inventory(streams)?;
    let policy = whole.policy.path().map(Utf8Path::as_str);
    let found = Inventory {
        integrations: &integrations,
        coverage: whole.coverage,
        files: sights.files,
        skipped: &sights.skipped,
        policy,
    };
    let mut text = Vec::new();
    let written = match args.format.as_str() {
        "json" => report_inventory::write_json(&found, &Options::default(), &mut text),
        _ => report_inventory::write_table(&found, &options(streams), &mut text),
    };
    told(written)?;
    print_bytes(&text, streams)?;
    Ok(if found.complete() { Exit::Clean } else { Exit::Incomplete })
}

fn options(streams: &Streams) -> Options {
    Options {
        colour: streams.colored(),
        unicode: streams.unicode(),
        width: streams.width(),
        verbose: streams.verbose > 0,
        ..Options::default()
    }
}

fn show(catalog: &Catalog, name: &str, provider: Option<&str>, streams: &Streams) -> Result<Exit, Failure> {
    let options = options(streams);
    let mut text = Vec::new();
    if provider.is_none()
        && let Some(provider) = catalog.provider(name)
    {
        told(scope_page::write_provider(provider, &options, &mut text))?;
        return print_bytes(&text, streams);
    }
    let owners = match provider {
        Some(id) => vec![known(catalog, id)?],
        None => owners(catalog, name),
    };
    for owner in &owners {
        if let Some(page) = scope_page::scope_page(owner, catalog.operations(owner.id().as_str()), name) {
            if !text.is_empty() {
                text.push(b'\n');
            }
            told(scope_page::write_scope(owner, &page, &options, &mut text))?;
        }
    }
    if text.is_empty() {
        let near = owners.iter().find_map(|owner| owner.nearest(name));
        let near = near.or_else(|| catalog.nearest_provider(name).map(str::to_owned));
        let help = near
            .map_or("`overscope scopes search WORD` finds scopes".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Failure::usage(format!("there is no scope or provider `{name}`"), help));
    }
    print_bytes(&text, streams)
}

/// The providers whose scope this may be.
fn owners(catalog: &Catalog, scope: &str) -> Vec<&'static Provider> {
    let mut ids: Vec<&ProviderId> = catalog.recognise(scope);
    ids.extend(catalog.holders(scope));
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(|id| Catalog::builtin().provider(id.as_str())).collect()
}

fn known(catalog: &Catalog, id: &str) -> Result<&'static Provider, Failure> {
    Catalog::builtin().provider(id).ok_or_else(|| {
        let near = catalog.nearest_provider(id);
        let help = near
            .map_or("`overscope scopes providers` names them all".to_owned(), |near| format!("did you mean `{near}`?"));
        Failure::usage(format!("there is no provider `{id}`"), help)
    })
}

fn search(catalog: &Catalog, words: &[String], streams: &Streams) -> Result<Exit, Failure> {
    let hits = scope_page::search(catalog, words);
    let wide = hits.iter().map(|hit| hit.scope.len()).max().unwrap_or(0).min(WIDEST);
    let provider = hits.iter().map(|hit| hit.provider.len()).max().unwrap_or(0);
    let mut text = String::new();
    for hit in &hits {
        let mark = if hit.broad { "broad" } else { "" };
        let _ = writeln!(text, "{:provider$}  {:wide$}  {mark:5}  {}", hit.provider, hit.scope, hit.title);
    }
    if hits.is_empty() {
        streams.tell("no scope has all these words\n");
    }
    print(&text, streams)
}

fn providers(catalog: &Catalog) -> String {
    let wide = catalog.ids().map(|id| id.as_str().len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in catalog.index() {
        let _ = writeln!(text, "{:wide$}  {}", row.id.as_str(), row.name);
    }
    text
}

fn told(result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))
}

fn print(text: &str, streams: &Streams) -> Result<Exit, Failure> {
    print_bytes(text.as_bytes(), streams)
}

fn print_bytes(text: &[u8], streams: &Streams) -> Result<Exit, Failure> {
    told(streams.out(text))?;
    Ok(Exit::Clean)
}

/// No scope pushes its neighbours further to the right.
const WIDEST: usize = 60;
