//! Calls in PowerShell: `Invoke-RestMethod` and its kin, and the commands of Microsoft Graph's module.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::Found;
use super::home::{holed, is_login, on};
use super::http::told;
use super::variable::Variables;
use super::verb::METHODS;
use crate::fact::Via;
use crate::finding::Confidence;
use crate::scope::catalog::Catalog;
use crate::span::Span;

/// The calls of a script.
pub(super) fn calls(text: &str) -> Vec<Found> {
    let variables = Variables::of(text);
    let mut found = Vec::new();
    let mut comment = false;
    let mut open: Option<(usize, String)> = None;
    let mut start = 0;
    for line in text.split('\n') {
        let here = start;
        start += line.len() + 1;
        let trimmed = line.trim();
        comment |= trimmed.starts_with("<#");
        let closes = trimmed.ends_with("#>");
        if comment || trimmed.starts_with('#') {
            comment &= !closes;
            continue;
        }
        let (at, mut command) = open.take().unwrap_or((here, String::new()));
        command.push_str(line);
        if trimmed.ends_with('`') && command.len() < LONGEST {
            command.push('\n');
            open = Some((at, command));
            continue;
        }
        commands(&command, at, &variables, &mut found);
    }
    found
}

/// The commands of one statement.
fn commands(command: &str, at: usize, variables: &Variables, found: &mut Vec<Found>) {
    let words = words(command);
    for (index, (start, word)) in words.iter().enumerate() {
        let lower = word.trim_start_matches(['(', '{', '@']).to_ascii_lowercase();
        let skipped = word.len() - lower.len();
        if WEB.contains(&lower.as_str()) {
            found.extend(web(command, &words[index + 1..], at, variables));
        } else if let Some((verb, noun)) = lower.split_once("-mg")
            && let Some(operation) = cmdlet(verb, noun)
        {
            found.push(Found {
                span: Span::of(at + start + skipped, at + start + word.len()),
                provider: "microsoft-graph",
                operation: Some(operation),
                via: Via::Sdk,
                confidence: Confidence::High,
                why: vec!["a command of Microsoft Graph's module".to_owned()],
            });
        }
    }
}

/// `Invoke-RestMethod -Method Post -Uri "…"`, in any order.
fn web(command: &str, words: &[(usize, &str)], at: usize, variables: &Variables) -> Option<Found> {
    let mut method = "GET";
    let mut url = None;
    let mut before = "";
    for (start, word) in words {
        if *word == "|" || *word == ";" {
            break;
        }
        match before.to_ascii_lowercase().as_str() {
            "-method" | "-me" => {
                let bare = word.trim_matches(['"', '\'', ',', ')']);
                method = METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(bare)).unwrap_or(method);
            }
            "-uri" | "-u" => url = Some((*start, *word)),
            _ if url.is_none() && word.contains("://") => url = Some((*start, *word)),
            _ => {}
        }
        before = word;
    }
    let (start, word) = url?;
    let inner = word.trim_matches(['"', '\'', '(', ')', ',', '}']);
    let from = start + word.find(inner)?;
    let mut known = holed(&variables.filled(inner));
    // The module's own command takes the path alone.
    let path = known.trim_start_matches('/');
    if path.starts_with("v1.0/") || path.starts_with("beta/") {
        known = format!("https://graph.microsoft.com/{path}");
    }
    if is_login(&known) || command.get(from..from + inner.len()) != Some(inner) {
        return None;
    }
    on(&known).into_iter().find_map(|id| {
        let operations = Catalog::builtin().operations(id)?;
        let operation = operations.find_whole(method, &known)?;
        Some(Found {
            span: Span::of(at + from, at + from + inner.len()),
            provider: id,
            operation: Some(told(operations, &operation, None)),
            via: Via::Http,
            confidence: Confidence::High,
            why: vec!["a web command is given a URL".to_owned()],
        })
    })
}

/// The operation of a command: `get`, `usermessage` for `GET /users/{id}/messages`.
fn cmdlet(verb: &str, noun: &str) -> Option<crate::fact::Operation> {
    static NAMES: OnceLock<BTreeMap<(&'static str, String), String>> = OnceLock::new();
    let operations = Catalog::builtin().operations("microsoft-graph")?;
    let names = NAMES.get_or_init(|| {
        let mut names: BTreeMap<(&'static str, String), String> = BTreeMap::new();
        for (method, path, _) in operations.rows() {
            let Some(method) = METHODS.into_iter().find(|known| *known == method) else { continue };
            let held = names.entry((method, squeezed(path))).or_insert_with(|| path.to_owned());
            if path.len() < held.len() {
                path.clone_into(held);
            }
        }
        names
    });
    let noun = noun.strip_prefix("beta").filter(|rest| !rest.is_empty()).unwrap_or(noun);
    let method = match verb {
        "get" => "GET",
        "new" | "add" | "send" | "invoke" => "POST",
        "update" => "PATCH",
        "set" => "PUT",
        "remove" => "DELETE",
        _ => return None,
    };
    // `Send-MgUserMail` is the action `sendMail`.
    let path = if verb == "send" && noun == "usermail" {
        "/users/{id}/sendMail".to_owned()
    } else {
        let key = |method| (method, noun.to_owned());
        names.get(&key(method)).or_else(|| names.get(&key("PATCH")).filter(|_| verb == "set"))?.clone()
    };
    let method = if verb == "set" && operations.find_whole("PUT", &path).is_none() { "PATCH" } else { method };
    operations.find_whole(method, &path).map(|operation| told(operations, &operation, None))
}

/// A path as the module names it: the parts without their places, in the singular.
fn squeezed(path: &str) -> String {
    let mut out = String::new();
    for part in path.split('/').filter(|part| !part.starts_with('{')) {
        let part = part.to_ascii_lowercase();
        match part.strip_suffix("ies") {
            Some(stem) => {
                out.push_str(stem);
                out.push('y');
            }
            None if part.ends_with("ss") || part.ends_with("us") => out.push_str(&part),
            None => out.push_str(part.strip_suffix('s').unwrap_or(&part)),
        }
    }
    out
}

/// Words with their places; what stands in quotes is one word.
fn words(command: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    for (at, c) in command.char_indices() {
        match quote {
            Some(held) if held == c => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                start.get_or_insert(at);
            }
            None if c.is_whitespace() => {
                if let Some(start) = start.take() {
                    words.push((start, &command[start..at]));
                }
            }
            None => {
                start.get_or_insert(at);
            }
        }
        if words.len() >= MOST_WORDS {
            return words;
        }
    }
    if let Some(start) = start {
        words.push((start, &command[start..]));
    }
    words
}

const WEB: [&str; 8] = [
    "invoke-restmethod",
    "invoke-webrequest",
    "irm",
    "iwr",
    "invoke-mggraphrequest",
    "invoke-graphrequest",
    "invoke-mgrestmethod",
    "invoke-pnpgraphmethod",
];

const LONGEST: usize = 16 * 1024;
const MOST_WORDS: usize = 2000;

#[cfg(test)]
mod tests {
    use super::{calls, squeezed};

    #[test]
    fn commands_of_the_module_are_operations() {
        assert_eq!(squeezed("/identity/conditionalAccess/policies/{id}"), "identityconditionalaccesspolicy");
        let told = |text: &str| {
            let found = calls(text).into_iter().filter_map(|found| found.operation);
            found.map(|operation| format!("{} {}", operation.method, operation.path)).collect::<Vec<_>>()
        };
        assert_eq!(told("Get-MgUserMessage -UserId $id\n"), ["GET /users/{id}/messages"]);
        assert_eq!(told("$x = (Get-MgGroup -All).Count; Connect-MgGraph\n"), ["GET /groups"]);
        assert_eq!(
            told("# Get-MgUser\n<#\nGet-MgUser\n#>\nSend-MgUserMail -UserId a\n"),
            ["POST /users/{id}/sendMail"]
        );
    }
}
