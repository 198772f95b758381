//! The module that the body of a call names: of a COQL query, of a bulk job.

use super::compose::Reader;
use crate::scope::operation::{Operation, Operations};
use crate::syntax::tree::NodeId;

/// The modules that stand in the strings around a call, parted by commas. `None`: the path has said it, or nothing does.
pub(super) fn of(
    code: &Reader<'_, '_>,
    call: NodeId,
    operations: &Operations,
    operation: &Operation,
) -> Option<String> {
    if !operations.wants_module(operation) {
        return None;
    }
    let around = code.function_of(call).unwrap_or_else(|| code.ancestors(call).last().unwrap_or(call));
    let mut found: Vec<String> = Vec::new();
    for string in code.below(around).filter(|&id| code.kind(id) == crate::syntax::tree::Kind::String).take(MOST_STRINGS)
    {
        let text = code.compose(string).unwrap_or_default();
        let queried = from(&text);
        let named = code
            .assigned_name(string)
            .is_some_and(|name| KEYS.contains(&name.to_ascii_lowercase().as_str()))
            .then_some(text.as_str());
        for module in queried.into_iter().chain(named) {
            if operations.module(module).is_some() && !found.iter().any(|held| held == module) {
                found.push(module.to_owned());
            }
        }
    }
    // The query may be a constant of the file, or an argument that resolves to one.
    if found.is_empty() {
        let texts = code.arguments(call).into_iter().filter_map(|argument| code.compose(argument.value));
        found.extend(texts.collect::<Vec<_>>().iter().filter_map(|text| from(text)).map(str::to_owned));
    }
    (!found.is_empty()).then(|| found.join(","))
}

/// What a query selects from.
fn from(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let select = lower.find("select ")?;
    let at = lower[select..].find(" from ")? + select + 6;
    let rest = text.get(at..)?.trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// Names beside which a module stands.
const KEYS: [&str; 6] = ["module", "api_name", "module_api_name", "modulename", "module_name", "moduleapiname"];

const MOST_STRINGS: usize = 400;

#[cfg(test)]
mod tests {
    use super::from;

    #[test]
    fn a_query_tells_its_module() {
        assert_eq!(from("select Last_Name from Deals where a = 'b'"), Some("Deals"));
        assert_eq!(from("SELECT a FROM {}"), None);
        assert_eq!(from("take it from here"), None);
    }
}
