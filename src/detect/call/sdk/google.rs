//! Google's generated clients: the API by how the file makes its client, the operation by the names of the call.

use crate::scope::catalog::Catalog;
use crate::scope::operation::{Operation, Operations};

/// The APIs that a file makes clients of.
pub(super) struct Apis {
    operations: Option<&'static Operations>,
    apis: Vec<&'static str>,
}

impl Apis {
    /// Reads a file, lower case.
    pub(super) fn new(lower: &str) -> Self {
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
        let apis =
            operations.map(|operations| operations.apis().into_iter().filter(made).collect()).unwrap_or_default();
        Self { operations, apis }
    }

    /// The operation of a call: `service.files().create`, `drive.files.create`, `srv.Files.Create`.
    pub(super) fn look(&self, callee: &str) -> Option<(&'static str, Option<Operation>)> {
        let operations = self.operations?;
        let parts: Vec<&str> = callee.split('.').map(|part| part.trim_end_matches("()")).collect();
        let longest = parts.len().saturating_sub(1).min(MOST_PARTS);
        for length in (1..=longest).rev() {
            let mut tail: Vec<String> = parts[parts.len() - length..].iter().map(|part| (*part).to_owned()).collect();
            for api in &self.apis {
                let name = format!("{api}.{}", tail.join("."));
                if let Some(operation) = operations.named(&name).filter(|_| length > 1 || name.matches('.').count() > 1)
                {
                    return Some(("google", Some(operation)));
                }
            }
            // PHP: `files->listFiles`; C#: `Files.ListAsync`.
            if let Some(last) =
                tail.last_mut().filter(|last| last.to_ascii_lowercase().starts_with("list") && last.len() > 4)
            {
                last.truncate(4);
                let found = self.apis.iter().find_map(|api| operations.named(&format!("{api}.{}", tail.join("."))));
                if let Some(operation) = found.filter(|_| length > 1) {
                    return Some(("google", Some(operation)));
                }
            }
        }
        None
    }
}

/// What stands before and after an API's name where its client is made or imported, lower case.
const FORMS: [(&str, &str); 14] = [
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
];

const MOST_PARTS: usize = 6;
