//! The effective policy, value by value, each with the file and line that says it.

use std::fmt::Write as _;

use super::Policy;
use super::widen::shown;
use crate::yaml::{Node, Value};

/// The lines, in the order of the file.
#[must_use]
pub fn origins(policy: &Policy) -> String {
    let mut out = String::new();
    walk(&policy.tree, "", policy, &mut out);
    out
}

fn walk(node: &Node, path: &str, policy: &Policy, out: &mut String) {
    match &node.value {
        Value::Map(entries) => {
            for (name, inner) in entries {
                let path = if path.is_empty() { name.value.clone() } else { format!("{path}.{}", name.value) };
                walk(inner, &path, policy, out);
            }
        }
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{number}]"), policy, out);
            }
        }
        _ => {
            let _ = writeln!(out, "{path}: {}  # {}", shown(node), policy.line(node.span));
        }
    }
}
