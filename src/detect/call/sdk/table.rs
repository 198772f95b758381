//! Libraries whose calls the catalogue lists: Zoho's, HubSpot's, Salesforce's.

use std::collections::BTreeMap;

use crate::detect::value::words::bare;
use crate::scope::catalog::Catalog;
use crate::scope::file::SdkRow;
use crate::scope::operation::{Operation, Operations};
use crate::syntax::language::Language;
use crate::syntax::tree::{Code, Kind, NodeId};

/// The calls of one library, by the last part of their names.
pub(super) struct Table {
    provider: &'static str,
    operations: &'static Operations,
    by_method: BTreeMap<String, Vec<Row>>,
    /// Whether the first part of a name is a class whose objects are called.
    classes: bool,
    module_argument: Option<usize>,
}

struct Row {
    /// All parts of the name, bare.
    parts: Vec<String>,
    method: &'static str,
    path: &'static str,
}

/// The tables of a provider's libraries that the file uses. `lower` is its text, lower case.
pub(super) fn of(provider: &&'static str, code: &Code<'_>, lower: &str) -> Vec<Table> {
    let Some(operations) = Catalog::builtin().operations(provider) else { return Vec::new() };
    let language = code.language();
    let uses = |row: &&SdkRow| {
        row.languages.iter().any(|word| speaks(language, word))
            && row.marks.iter().any(|mark| lower.contains(&mark.to_ascii_lowercase()))
    };
    operations.sdk().iter().filter(uses).map(|row| Table::new(provider, operations, row, lower)).collect()
}

impl Table {
    fn new(provider: &'static str, operations: &'static Operations, sdk: &'static SdkRow, lower: &str) -> Self {
        let mut by_method: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        let classes = provider == "zoho-crm";
        for line in &sdk.calls {
            let words: Vec<&'static str> = line.split(' ').collect();
            let [name, snake, method, path, ..] = words.as_slice() else { continue };
            let part = |part: &str| if part.starts_with('<') { ANY.to_owned() } else { bare(part) };
            let parts: Vec<String> = name.split('.').map(part).collect();
            // A class that the file does not speak of is not called in it.
            if classes && parts.len() > 1 && !lower.contains(&parts[0]) && parts[0] != "zoho" {
                continue;
            }
            let names = [parts.last().cloned(), snake.rsplit('.').next().map(bare)];
            let mut names: Vec<String> = names.into_iter().flatten().filter(|name| !name.is_empty()).collect();
            names.dedup();
            for name in names {
                let row = Row { parts: parts.clone(), method, path };
                by_method.entry(name).or_default().push(row);
            }
        }
        Self { provider, operations, by_method, classes, module_argument: sdk.module_argument }
    }

    /// The operation of a call, if it is one of the library.
    pub(super) fn look(
        &self,
        code: &Code<'_>,
        call: NodeId,
        callee: &str,
    ) -> Option<(&'static str, Option<Operation>)> {
        let parts: Vec<String> = callee.split('.').map(bare).collect();
        let rows = self.by_method.get(parts.last()?)?;
        let owner = if self.classes { self.class_of(code, call) } else { None };
        let rank = |row: &&Row| -> usize {
            if self.classes {
                return match &owner {
                    Some(class) => usize::from(row.parts.first() == Some(class)) * 9,
                    None => 1,
                };
            }
            let fits = |(a, b): &(&String, &String)| a == b || *a == ANY;
            let length = row.parts.iter().rev().zip(parts.iter().rev()).take_while(fits).count();
            // Anything has a member that creates: what it is a member of has to be a connection.
            let open = row.parts.iter().any(|part| part == ANY);
            if open && !(length == row.parts.len() && is_connection(&parts[..parts.len() - length + 1])) {
                return 0;
            }
            length
        };
        let best = rows.iter().map(|row| rank(&row)).max().filter(|best| *best > 0)?;
        let mut rows: Vec<&Row> = rows.iter().filter(|row| rank(row) == best).collect();
        // `query` is the whole name of one call and the end of others: the whole one is meant.
        if !self.classes && rows.iter().any(|row| row.parts.len() == best) {
            rows.retain(|row| row.parts.len() == best);
        }
        // A name such as `query` alone is the library's only on something that may be its connection.
        let whole = rows.iter().any(|row| row.parts.len() <= best);
        // A method with a telling name of a library that the file names is the library's on anything.
        let telling =
            DIRECT.contains(&self.provider) && parts.len() > 1 && parts.last().is_some_and(|last| last.len() > 6);
        let connected = telling || is_connection(&parts);
        if !self.classes && best < 2 && !(whole && connected) || !self.classes && !whole && best < 3 {
            return None;
        }
        if self.classes && parts.len() < 2 {
            return None;
        }
        let mut found: Vec<Operation> =
            rows.iter().filter_map(|row| self.operations.find_whole(row.method, &self.path(row, code, call))).collect();
        let first = found.first()?;
        if !found.iter().all(|other| self.operations.need_the_same(first, other)) {
            return Some((self.provider, None));
        }
        let mut first = found.swap_remove(0);
        if first.modules.is_empty() && self.operations.wants_module(&first) {
            first.modules.extend(self.module(code, call).and_then(|module| self.operations.module(&module)));
        }
        Some((self.provider, Some(first)))
    }

    /// The row's path with the object that the call names.
    fn path(&self, row: &Row, code: &Code<'_>, call: NodeId) -> String {
        match self.operations.place() {
            Some(place) if row.path.contains(&place) => match self.module(code, call) {
                Some(module) => row.path.replace(&place, &module),
                None => row.path.to_owned(),
            },
            _ => row.path.to_owned(),
        }
    }

    /// The module that a call names: an argument of it, or of what made the object that it is called of.
    fn module(&self, code: &Code<'_>, call: NodeId) -> Option<String> {
        let text = |id: NodeId| code.value(id).text().map(str::to_owned);
        let arguments =
            |call: NodeId| -> Vec<NodeId> { code.arguments(call).iter().map(|argument| argument.value).collect() };
        if let Some(position) = self.module_argument {
            return arguments(call).get(position.saturating_sub(1)).copied().and_then(text);
        }
        let listed = |name: &String| {
            self.operations
                .module(name)
                .is_some_and(|module| self.operations.lists_module(&module) || module == "custom")
        };
        let made =
            code.receiver(call).map(|receiver| code.resolve(receiver)).filter(|&made| code.kind(made) == Kind::Call);
        let own = made.into_iter().flat_map(arguments).filter_map(text).find(listed);
        own.or_else(|| arguments(call).into_iter().filter_map(text).find(listed))
    }

    /// The class of the object that a call is made on, bare.
    fn class_of(&self, code: &Code<'_>, call: NodeId) -> Option<String> {
        let receiver = code.receiver(call)?;
        let made = code.resolve(receiver);
        let name = match code.kind(made) {
            Kind::Call => {
                let callee = code.callee(made);
                let last = code.method(made);
                if last == "new" {
                    callee.rsplit('.').nth(1).map(bare)
                } else {
                    Some(bare(if last.is_empty() { &callee } else { last }))
                }
            }
            Kind::Name | Kind::Member => Some(bare(code.mark(made))),
            _ => None,
        }?;
        // `ZCRMRestClient.getInstance()`: the class is what it is called of.
        let name = if name == "getinstance" { bare(&code.path(code.receiver(made)?)) } else { name };
        let known = |row: &Row| row.parts.first() == Some(&name);
        self.by_method.values().flatten().any(known).then_some(name)
    }
}

/// Stands for the name of any object.
const ANY: &str = "*";

/// Providers whose libraries have methods with telling names.
const DIRECT: [&str; 2] = ["slack", "github"];

/// Whether the call is made on something that people name a connection to Salesforce.
fn is_connection(parts: &[String]) -> bool {
    let owner = parts.iter().rev().nth(1).map(String::as_str).unwrap_or_default();
    ["conn", "connection", "sf", "salesforce", "client", "org", "jsforce", "restforce", "sfclient", "sfconn", "force"]
        .contains(&owner)
}

fn speaks(language: Language, word: &str) -> bool {
    match language {
        Language::JavaScript => word == "javascript" || word == "typescript",
        Language::TypeScript | Language::Tsx => word == "typescript" || word == "javascript",
        Language::Kotlin => word == "java" || word == "kotlin",
        other => other.word() == word,
    }
}
