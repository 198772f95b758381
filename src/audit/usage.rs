//! What was used at run time, as gateways and providers' logs say: a table of operations or scopes.

use std::collections::BTreeSet;

use crate::scope::access::Kind;
use crate::scope::catalog::Catalog;
use crate::scope::need::Need;
use crate::scope::provider::Provider;

/// The scopes that operations in an export need. The table has a column `scope`, or `operation` (`GET /crm/v8/Leads`), or
/// `method` and `path`; rows that the catalogue does not know are counted and left out.
///
/// # Errors
/// A table that cannot be read or has none of these columns; in words.
pub fn read(text: &str, provider: &Provider, catalog: &Catalog) -> Result<(BTreeSet<String>, u32), String> {
    let rows = rows(text)?;
    let heading: Vec<String> =
        rows.first().map_or_else(Vec::new, |row| row.iter().map(|cell| cell.trim().to_ascii_lowercase()).collect());
    let column = |names: &[&str]| heading.iter().position(|cell| names.contains(&cell.as_str()));
    let scope = column(&["scope", "scopes"]);
    let operation = column(&["operation", "api", "endpoint"]);
    let parts = column(&["method", "verb"]).zip(column(&["path", "url", "uri", "resource"]));
    if scope.is_none() && operation.is_none() && parts.is_none() {
        return Err("no column tells what was used; it needs `operation`, `method` and `path`, or `scope`".to_owned());
    }
    let operations = catalog.operations(provider.id().as_str());
    let (mut needs, mut scopes, mut unknown) = (Vec::new(), BTreeSet::new(), 0);
    for row in &rows[1..] {
        let cell = |at: usize| row.get(at).map_or("", |cell| cell.trim());
        if let Some(at) = scope {
            let named = provider.split(cell(at)).map(|(_, scope)| scope);
            scopes.extend(named.map(|scope| provider.canonical(scope).unwrap_or_else(|| scope.to_owned())));
            continue;
        }
        let (method, path) = match (operation, parts) {
            (Some(at), _) => cell(at).split_once(' ').unwrap_or(("", cell(at))),
            (None, Some((method, path))) => (cell(method), cell(path)),
            (None, None) => continue,
        };
        let found =
            operations.and_then(|known| Some((known, known.of_call(&method.to_ascii_uppercase(), path.trim(), None)?)));
        match found {
            Some((known, operation)) => needs.push(Need::of(provider, known, &operation, Kind::Both)),
            None => unknown += 1,
        }
    }
    scopes.extend(provider.least(&needs));
    Ok((scopes, unknown))
}

/// The cells of a table, the heading first. The separator is the one that the heading has most of.
///
/// # Errors
/// What is wrong, in words.
pub fn rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    let separator = [b',', b';', b'\t'].into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        record.map(|record| record.iter().map(str::to_owned).collect()).map_err(|error| error.to_string())
    };
    reader.records().map(row).collect()
}
