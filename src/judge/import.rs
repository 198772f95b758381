//! What other tools have accepted, as they write it down: a gitleaks report, a `.gitleaksignore`, a detect-secrets
//! baseline. Places are taken over, never values: what stands at a place now is what is accepted.

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use serde_json::Value;

use crate::finding::Finding;

/// A place at which another tool knows a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The file, relative to the root.
    pub path: Utf8PathBuf,
    /// First and last line, from 1.
    pub lines: (u32, u32),
    /// What somebody found when they looked; `unreviewed` where nobody did.
    pub status: &'static str,
    /// Where it was known from.
    pub note: String,
}

impl Known {
    /// Whether a finding is the one that is known.
    #[must_use]
    pub fn is(&self, finding: &Finding) -> bool {
        let at = &finding.primary.at;
        finding.rule.family() == "secret"
            && at.path == self.path
            && (self.lines.0..=self.lines.1).contains(&at.region.start.line)
    }
}

/// Reads a file of another tool, by what is in it.
///
/// # Errors
/// What it is not, where it is none of the three.
pub fn read(text: &str) -> Result<Vec<Known>, String> {
    let trimmed = text.trim_start();
    if trimmed.starts_with('[') {
        report(text)
    } else if trimmed.starts_with('{') {
        detect_secrets(text)
    } else {
        gitleaks_ignore(text)
    }
}

/// One leak of a gitleaks report. Its `Secret` and `Match` are not read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Leak {
    #[serde(rename = "RuleID", default)]
    rule: String,
    file: String,
    start_line: u32,
    #[serde(default)]
    end_line: u32,
}

fn report(text: &str) -> Result<Vec<Known>, String> {
    let leaks: Vec<Leak> = serde_json::from_str(text).map_err(|error| wrong("a gitleaks report", &error))?;
    let known = |leak: Leak| Known {
        path: path(&leak.file),
        lines: (leak.start_line, leak.end_line.max(leak.start_line)),
        status: UNREVIEWED,
        note: format!("gitleaks {}", leak.rule),
    };
    Ok(leaks.into_iter().map(known).collect())
}

/// Lines of `COMMIT:FILE:RULE:LINE` or `FILE:RULE:LINE`.
fn gitleaks_ignore(text: &str) -> Result<Vec<Known>, String> {
    let mut known = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let commit = |head: &str| head.len() >= 7 && head.bytes().all(|byte| byte.is_ascii_hexdigit());
        let line = line.split_once(':').filter(|(head, _)| commit(head)).map_or(line, |(_, rest)| rest);
        let parts = line.rsplit_once(':').and_then(|(head, at)| Some((head.rsplit_once(':')?, at.parse().ok()?)));
        let Some(((file, rule), at)) = parts else {
            return Err(format!("line {} is no `FILE:RULE:LINE`, as a .gitleaksignore has them", number + 1));
        };
        known.push(Known { path: path(file), lines: (at, at), status: UNREVIEWED, note: format!("gitleaks {rule}") });
    }
    Ok(known)
}

fn detect_secrets(text: &str) -> Result<Vec<Known>, String> {
    let whole: Value = serde_json::from_str(text).map_err(|error| wrong("a detect-secrets baseline", &error))?;
    let results =
        whole.get("results").and_then(Value::as_object).ok_or("this JSON has no `results`: it is no baseline")?;
    let mut known = Vec::new();
    for (file, secrets) in results {
        for secret in secrets.as_array().into_iter().flatten() {
            let line = secret.get("line_number").and_then(Value::as_u64).and_then(|line| u32::try_from(line).ok());
            let Some(line) = line else { continue };
            let status = match secret.get("is_secret").and_then(Value::as_bool) {
                Some(false) => "false-positive",
                Some(true) => "to-revoke",
                None => UNREVIEWED,
            };
            let kind = secret.get("type").and_then(Value::as_str).unwrap_or("secret");
            known.push(Known { path: path(file), lines: (line, line), status, note: format!("detect-secrets {kind}") });
        }
    }
    Ok(known)
}

/// The status of what nobody has looked at.
pub(super) const UNREVIEWED: &str = "unreviewed";

fn path(text: &str) -> Utf8PathBuf {
    let text = text.replace('\\', "/");
    Utf8Path::new(text.trim_start_matches("./")).to_owned()
}

/// What the parser says, without the place that only it knows, and never what it read.
fn wrong(what: &str, error: &serde_json::Error) -> String {
    format!("this is not {what}: line {} is wrong", error.line())
}

#[cfg(test)]
mod tests {
    use super::read;

    fn told(text: &str) -> Vec<String> {
        let line = |known: &super::Known| {
            format!("{}:{}-{} {} {}", known.path, known.lines.0, known.lines.1, known.status, known.note)
        };
        read(text).expect("it is one of the three").iter().map(line).collect()
    }

    #[test]
    fn a_gitleaks_report_is_read() {
        let text = r#"[{"RuleID": "zoho", "StartLine": 3, "EndLine": 4, "File": "./src/a.py", "Secret": "x", "Fingerprint": "f"}]"#;
        assert_eq!(told(text), ["src/a.py:3-4 unreviewed gitleaks zoho"]);
        assert_eq!(told("[]"), [""; 0]);
    }

    #[test]
    fn a_gitleaksignore_is_read_with_and_without_commits() {
        let text = "# ours\n0123456789abcdef0123456789abcdef01234567:a b.py:rule-x:12\n\nsrc\\c.py:rule-y:3\n";
        assert_eq!(told(text), ["a b.py:12-12 unreviewed gitleaks rule-x", "src/c.py:3-3 unreviewed gitleaks rule-y"]);
        assert_eq!(read("hello\n"), Err("line 1 is no `FILE:RULE:LINE`, as a .gitleaksignore has them".to_owned()));
    }

    #[test]
    fn a_baseline_of_detect_secrets_is_read_with_its_verdicts() {
        let text = r#"{"version": "1.5.0", "results": {"a.py": [
            {"type": "Secret Keyword", "hashed_secret": "0", "is_verified": false, "line_number": 2},
            {"type": "Hex", "hashed_secret": "1", "line_number": 9, "is_secret": false}]}}"#;
        assert_eq!(
            told(text),
            ["a.py:2-2 unreviewed detect-secrets Secret Keyword", "a.py:9-9 false-positive detect-secrets Hex"]
        );
        assert!(read("{}").is_err() && read("{").is_err());
    }
}
