//! The effective policy, value by value, each with the file and line that says it.

use std::fmt::Write as _;

use super::Policy;
use super::widen::shown;
use crate::yaml::{Node, Value};

/// The lines, in the order of the file; with the origin of each value, or without.
#[must_use]
pub fn values(policy: &Policy, origin: bool) -> String {
    let mut out = String::new();
    walk(&policy.tree, "", policy, origin, &mut out);
    out
}

fn walk(node: &Node, path: &str, policy: &Policy, origin: bool, out: &mut String) {
    match &node.value {
        Value::Map(entries) => {
            for (name, inner) in entries {
                let path = if path.is_empty() { name.value.clone() } else { format!("{path}.{}", name.value) };
                walk(inner, &path, policy, origin, out);
            }
        }
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &format!("{path}[{number}]"), policy, origin, out);
            }
        }
        _ => {
            let from = if origin { format!("  # {}", policy.line(node.span)) } else { String::new() };
            let _ = writeln!(out, "{path}: {}{from}", shown(node));
        }
    }
}
