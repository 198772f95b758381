//! What an editor is told about a file: findings, and mistakes in the policy, as diagnostics.

use std::path::Path;

use serde_json::{Value, json};

use super::place::{range, uri};
use crate::finding::{Finding, Severity};
use crate::mistake::Mistake;
use crate::text::SourceText;

/// A finding as a diagnostic.
#[must_use]
pub fn finding(finding: &Finding, root: &Path) -> Value {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push('\n');
        message.push_str(help);
    }
    let related = finding.related.iter().take(10).map(|label| {
        let text = if label.text.is_empty() { "belongs to it" } else { &label.text };
        json!({"location": {"uri": uri(root, &label.at.path), "range": range(&label.at.region)}, "message": text})
    });
    json!({
        "range": range(&finding.primary.at.region),
        "severity": match finding.severity {
            Severity::Critical | Severity::High => 1,
            Severity::Medium => 2,
            Severity::Low => 3,
            Severity::Note => 4,
        },
        "code": finding.rule.as_str(),
        "source": "overscope",
        "message": message,
        "relatedInformation": related.collect::<Vec<_>>(),
        "data": finding.fingerprint.0,
    })
}

/// A mistake in a policy as a diagnostic.
#[must_use]
pub fn mistake(mistake: &Mistake, text: &SourceText) -> Value {
    let help = mistake.help.as_ref().map_or(String::new(), |help| format!("\n{help}"));
    json!({
        "range": range(&text.region(mistake.span)),
        "severity": if mistake.fatal { 1 } else { 2 },
        "source": "overscope",
        "message": format!("{}{help}", mistake.message),
    })
}
