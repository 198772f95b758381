//! Google's generated clients: the API by how the file makes its client, the operation by the names of the call.

use std::collections::BTreeMap;

use crate::scope::catalog::Catalog;
use crate::scope::operation::{Operation, Operations};
use crate::syntax::language::Language;

/// The APIs that a file makes clients of.
pub(super) struct Apis {
    operations: Option<&'static Operations>,
    apis: Vec<&'static str>,
    /// The version of each API that the file names.
    versions: BTreeMap<&'static str, String>,
    /// Of Ruby's clients: the names of operations by those of methods, squeezed.
    methods: BTreeMap<String, &'static str>,
}

impl Apis {
    /// Reads a file, lower case.
    pub(super) fn new(lower: &str, language: Language) -> Self {
        let operations = Catalog::builtin().operations("google");
        let made = |api: &&str| {
            let api = api.to_ascii_lowercase();
            // `directory` and `reports` are asked for under the name of the whole.
            let family = match api.as_str() {
                "directory" | "reports" | "datatransfer" => "admin",
                other => other,
            };
            FORMS.iter().any(|(before, after)| lower.contains(&format!("{before}{family}{after}")))
        };
        let apis: Vec<&'static str> =
            operations.map(|operations| operations.apis().into_iter().filter(made).collect()).unwrap_or_default();
        let versions = apis.iter().filter_map(|api| Some((*api, version(lower, &api.to_ascii_lowercase())?))).collect();
        let methods = match (operations, language) {
            (Some(operations), Language::Ruby) => methods(operations, &apis),
            _ => BTreeMap::new(),
        };
        Self { operations, apis, versions, methods }
    }

    /// The operation of a call: `service.files().create`, `drive.files.create`, `srv.Files.Create`.
    pub(super) fn look(&self, callee: &str) -> Option<(&'static str, Option<Operation>)> {
        // Python cannot say `import`: `messages().import_`
        let callee = callee.trim_end_matches('_');
        let parts: Vec<&str> = callee.split('.').map(|part| part.trim_end_matches("()")).collect();
        // `service.list_events`
        let method = parts.last().filter(|_| parts.len() > 1).map(|last| squeezed(last.split('_')));
        if let Some(name) = method.and_then(|method| self.methods.get(&method)) {
            return self.named(name).map(|operation| ("google", Some(operation)));
        }
        let longest = parts.len().saturating_sub(1).min(MOST_PARTS);
        for length in (1..=longest).rev() {
            let mut tail: Vec<String> = parts[parts.len() - length..].iter().map(|part| (*part).to_owned()).collect();
            for api in &self.apis {
                let name = format!("{api}.{}", tail.join("."));
                if let Some(operation) = self.named(&name).filter(|_| length > 1 || name.matches('.').count() > 1) {
                    return Some(("google", Some(operation)));
                }
            }
            // PHP: `files->listFiles`; C#: `Files.ListAsync`.
            if let Some(last) =
                tail.last_mut().filter(|last| last.to_ascii_lowercase().starts_with("list") && last.len() > 4)
            {
                last.truncate(4);
                let found = self.apis.iter().find_map(|api| self.named(&format!("{api}.{}", tail.join("."))));
                if let Some(operation) = found.filter(|_| length > 1) {
                    return Some(("google", Some(operation)));
                }
            }
        }
        self.spelled_out(&parts)
    }

    /// A client that was made elsewhere and bears the name of its API: `gmail.users.settings.filters.create`.
    fn spelled_out(&self, parts: &[&str]) -> Option<(&'static str, Option<Operation>)> {
        let parts = parts.strip_prefix(&["this"]).or_else(|| parts.strip_prefix(&["self"])).unwrap_or(parts);
        let is_api = parts.len() > 2 && self.operations?.apis().contains(parts.first()?);
        is_api.then(|| self.named(&parts.join("."))).flatten().map(|operation| ("google", Some(operation)))
    }
}

impl Apis {
    /// The operation of this name, in the version that the file names, else in the newest.
    fn named(&self, name: &str) -> Option<Operation> {
        let operations = self.operations?;
        let mut all = operations.all_named(name);
        let api = name.split('.').next().unwrap_or_default();
        let version = self.versions.iter().find(|(held, _)| held.eq_ignore_ascii_case(api)).map(|(_, version)| version);
        if let Some(version) = version
            && all.iter().any(|operation| is_of(operation, version))
        {
            all.retain(|operation| is_of(operation, version));
        }
        let newest = all.iter().map(number).max()?;
        all.retain(|operation| number(operation) == newest);
        let mut first = all.first()?.clone();
        first.ambiguous = !all.iter().all(|other| operations.need_the_same(&first, other));
        Some(first)
    }
}

/// Whether an operation is of a version: `/drive/v3/files`.
fn is_of(operation: &Operation, version: &str) -> bool {
    operation.path.split('/').any(|part| part == version)
}

/// The number of an operation's version, 0 where its path has none.
fn number(operation: &Operation) -> u32 {
    let version = operation.path.split('/').find_map(|part| part.strip_prefix('v')?.parse().ok());
    version.unwrap_or_default()
}

/// The version that stands behind an API's name: `build('drive', 'v3')`, `api/drive/v3`, `drive_v3`, `{ version: 'v3'`.
fn version(lower: &str, api: &str) -> Option<String> {
    memchr::memmem::find_iter(lower.as_bytes(), api).take(MOST_PLACES).find_map(|at| {
        let rest = &lower.as_bytes()[at + api.len()..];
        let rest = &rest[..rest.len().min(NEAR)];
        let found = rest.windows(2).position(|pair| pair[0] == b'v' && pair[1].is_ascii_digit())?;
        let between = &rest[..found];
        // Only signs and the words that stand there may come between.
        let words: Vec<&[u8]> = between.split(|b| !b.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
        let plain = words.iter().all(|word| [b"version".as_slice(), b"api", b"apis"].contains(word));
        let line = !between.contains(&b'\n');
        let end = rest[found + 1..].iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len() - found - 1);
        (plain && line).then(|| String::from_utf8_lossy(&rest[found..found + 1 + end]).into_owned())
    })
}

const NEAR: usize = 40;
const MOST_PLACES: usize = 50;

/// `calendar.events.list` by `listevent`, as Ruby's clients name it.
fn methods(operations: &'static Operations, apis: &[&'static str]) -> BTreeMap<String, &'static str> {
    let mut methods = BTreeMap::new();
    for name in operations.names() {
        let mut parts = name.split('.');
        let of_api = parts.next().is_some_and(|first| apis.iter().any(|api| api.eq_ignore_ascii_case(first)));
        if let Some(verb) = parts.next_back().filter(|_| of_api) {
            methods.entry(squeezed(std::iter::once(verb).chain(parts))).or_insert(name);
        }
    }
    methods
}

/// Words in the singular, one after the other.
fn squeezed<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(|word| word.trim_end_matches('!')).map(|word| word.strip_suffix('s').unwrap_or(word)).collect()
}

/// What stands before and after an API's name where its client is made or imported, lower case.
const FORMS: [(&str, &str); 15] = [
    ("build('", "'"),
    ("build(\"", "\""),
    ("google.", "("),
    ("serviceName='", "'"),
    ("servicename=\"", "\""),
    ("google.golang.org/api/", "/"),
    ("google.apis.", "."),
    ("google.apis.", ";"),
    ("com.google.api.services.", "."),
    ("google\\service\\", ""),
    ("google_service_", ""),
    ("@googleapis/", "'"),
    ("@googleapis/", "\""),
    ("gapi.client.", "."),
    ("google/apis/", "_v"),
];

const MOST_PARTS: usize = 6;
