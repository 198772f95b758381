//! What an editor is offered: what a scope grants, scopes to write, and ways to mend a finding or to take it on.

use std::path::Path;

use camino::Utf8Path;
use serde_json::{Value, json};

use super::place::{in_line, range, uri, word};
use crate::finding::Finding;
use crate::report::scope_page::scope_page;
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;

/// What the scope at a byte of a line grants. Where the spelling alone proves no provider, only a policy speaks of
/// scopes.
#[must_use]
pub fn hover(number: u32, line: &str, at: usize, policy: bool) -> Option<Value> {
    let catalog = Catalog::builtin();
    let found = word(line, at);
    let scope = line.get(found.clone())?.trim_end_matches(':');
    let mut ids: Vec<&ProviderId> = catalog.recognise(scope);
    if policy {
        ids.extend(catalog.holders(scope));
    }
    ids.sort_unstable();
    ids.dedup();
    let pages = ids.iter().take(4).filter_map(|id| {
        let provider = catalog.provider(id.as_str())?;
        let page = scope_page(provider, catalog.operations(id.as_str()), scope)?;
        let title = page.entry.map_or("A scope that the provider's grammar allows", |entry| entry.title.as_str());
        let mut text = format!("**`{}`** {title}\n\n{} · {}", page.scope, provider.name(), page.dials);
        if let Some(why) = page.entry.and_then(|entry| entry.why.as_ref()) {
            text.push_str(&format!("\n\n{why}"));
        }
        let instead: Vec<String> = page.instead.iter().map(|scope| (*scope).to_owned()).collect();
        let narrower: Vec<String> = page.narrower.iter().map(|scope| (*scope).to_owned()).collect();
        let lists = [("Includes", &narrower), ("May be enough instead", &instead), ("Is the least for", &page.opens)];
        for (heading, all) in lists {
            if !all.is_empty() {
                let shown: Vec<String> = all.iter().take(FEW).map(|one| format!("`{one}`")).collect();
                let more = all.len().checked_sub(FEW).filter(|more| *more > 0);
                let more = more.map_or(String::new(), |more| format!(" and {more} more"));
                text.push_str(&format!("\n\n{heading}: {}{more}", shown.join(", ")));
            }
        }
        Some(text)
    });
    let pages: Vec<String> = pages.collect();
    let contents = json!({"kind": "markdown", "value": pages.join("\n\n---\n\n")});
    (!pages.is_empty()).then(|| json!({"contents": contents, "range": in_line(number, line, &found)}))
}

/// What may be written at a byte of a line of a policy: providers behind `provider:`, scopes of the integration's
/// provider in its lists.
#[must_use]
pub fn complete(text: &str, number: u32, line: &str, at: usize) -> Vec<Value> {
    let catalog = Catalog::builtin();
    let mut found = word(line, at);
    found.end = found.end.min(at.max(found.start));
    let item = |label: &str, detail: &str| {
        let edit = json!({"range": in_line(number, line, &found), "newText": label});
        json!({"label": label, "kind": 12, "detail": detail, "textEdit": edit, "filterText": label})
    };
    let before: Vec<&str> = text.split('\n').take(number as usize).collect();
    let key = line.trim_start().trim_start_matches("- ");
    if key.starts_with("provider:") {
        let named = |id: &ProviderId| Some(item(id.as_str(), catalog.provider(id.as_str())?.name()));
        return catalog.ids().filter_map(named).collect();
    }
    let in_list = line.contains("scope:")
        || line.contains("allow:")
        || line.contains("deny:")
        || parents(&before, line)
            .any(|parent| ["scopes:", "allow:", "deny:"].iter().any(|name| parent.trim_start().starts_with(name)));
    let Some(provider) = in_list.then(|| provider_of(&before, text, number, line)).flatten() else { return Vec::new() };
    let Some(provider) = catalog.provider(provider) else { return Vec::new() };
    let kept = provider.entries().iter().filter(|entry| !entry.deprecated);
    kept.map(|entry| item(&entry.id, &entry.title)).collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines that a line lies below, the nearest first.
fn parents<'t>(before: &'t [&'t str], line: &str) -> impl Iterator<Item = &'t str> {
    // A list may stand as deep as its key.
    let mut least = indent(line) + usize::from(line.trim_start().starts_with('-'));
    before.iter().rev().copied().filter(move |above| {
        let higher = !above.trim().is_empty() && !above.trim_start().starts_with('#') && indent(above) < least;
        if higher {
            least = indent(above);
        }
        higher
    })
}

/// The provider of the integration that a line lies in.
fn provider_of<'t>(before: &'t [&'t str], text: &'t str, number: u32, line: &str) -> Option<&'t str> {
    let named = |line: &'t str| {
        let rest = line.trim_start().trim_start_matches("- ").strip_prefix("provider:")?;
        Some(rest.split('#').next()?.trim().trim_matches(['"', '\'']))
    };
    let parents: Vec<&str> = parents(before, line).collect();
    // Upward and downward from here, as far as the integration goes: the key below `integrations:`.
    let head = parents.get(parents.len().checked_sub(2)?)?;
    let inside = |line: &&str| line.trim().is_empty() || indent(line) > indent(head);
    let above = before.iter().rev().copied().take_while(inside).find_map(named);
    above.or_else(|| text.split('\n').skip(number as usize + 1).take_while(inside).find_map(named))
}

/// The file in which a finding stands, and the policy.
pub struct Place<'p> {
    /// The file, as the editor calls it.
    pub uri: &'p str,
    /// The root.
    pub root: &'p Path,
    /// What the file holds.
    pub text: &'p str,
    /// The policy's place below the root, and its text.
    pub policy: Option<(&'p Utf8Path, &'p str)>,
}

/// The ways to mend a finding or to take it on. Reasons are for people to write: until there is one, the comment does
/// not count, and the policy says what it lacks.
#[must_use]
pub fn actions(finding: &Finding, diagnostic: &Value, place: &Place<'_>, today: jiff::civil::Date) -> Vec<Value> {
    let (path, rule, here) = (&finding.primary.at.path, finding.rule.as_str(), place.uri);
    let action = |title: &str, uri: &str, range: Value, new: &str, preferred: bool| {
        let edit = json!({"changes": {uri: [{"range": range, "newText": new}]}});
        json!({"title": title, "kind": "quickfix", "diagnostics": [diagnostic], "isPreferred": preferred, "edit": edit})
    };
    let mut offered = Vec::new();
    if let Some(fix) = &finding.fix {
        offered.push(action(&fix.title, here, range(&finding.primary.at.region), &fix.replacement, true));
    }
    let number = finding.primary.at.region.start.line.saturating_sub(1);
    let line = place.text.split('\n').nth(number as usize).unwrap_or_default();
    if let Some((open, close)) = comment(path) {
        let space = &line[..indent(line)];
        let new = format!("{space}{open} overscope: ignore[{rule}] {close}\n");
        let title = format!("Ignore `{rule}` here: write the reason behind it");
        offered.push(action(&title, here, in_line(number, line, &(0..0)), &new, false));
    }
    if let Some((file, held)) = place.policy {
        let until = today.checked_add(jiff::Span::new().days(90)).unwrap_or(today);
        let dash = held.split('\n').skip_while(|line| !line.starts_with("exceptions:")).nth(1).unwrap_or_default();
        let space = if dash.trim_start().starts_with('-') { &dash[..indent(dash)] } else { "  " };
        let quoted = Value::from(path.as_str());
        let id = format!("EX-{}", finding.fingerprint.0.get(..8).unwrap_or("1"));
        let entry = format!(
            "{space}- {{id: {id}, rules: [\"{rule}\"], paths: [{quoted}], reason: \"\", approver: \"\", created: {today}, \
             expires: {until}}}\n"
        );
        let lines = u32::try_from(held.split('\n').count()).unwrap_or(u32::MAX);
        let at = held.split('\n').position(|line| line.trim_end() == "exceptions:");
        let (row, new) = match at {
            Some(at) => (u32::try_from(at + 1).unwrap_or(u32::MAX), entry),
            None if held.lines().any(|line| line.starts_with("exceptions:")) => return offered,
            None if held.is_empty() || held.ends_with('\n') => (lines - 1, format!("exceptions:\n{entry}")),
            None => (lines, format!("\nexceptions:\n{entry}")),
        };
        let title = format!("Add an exception to `{file}`: write reason and approver");
        offered.push(action(&title, &uri(place.root, file), in_line(row, "", &(0..0)), &new, false));
    }
    offered
}

/// How a comment is written in a file; `None` where it cannot have any.
fn comment(path: &Utf8Path) -> Option<(&'static str, &'static str)> {
    Some(match path.extension().unwrap_or_default() {
        "json" | "csv" | "ipynb" | "" if path.file_name() != Some(".env") => return None,
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "java" | "kt" | "kts" | "go" | "cs" | "rs" | "php" | "swift"
        | "dart" | "scala" | "groovy" | "gradle" | "c" | "cc" | "cpp" | "h" | "gs" | "deluge" => ("//", ""),
        "html" | "xml" | "md" | "vue" | "config" | "csproj" => ("<!--", "-->"),
        "sql" | "lua" => ("--", ""),
        _ => ("#", ""),
    })
}

/// As many of a list as a hover shows.
const FEW: usize = 8;

#[cfg(test)]
mod tests {
    use super::{complete, hover};

    const POLICY: &str = "\
version: 1
integrations:
  crm:
    paths: [\"crm/**\"]
    scopes:
      allow:
        - scope: Zoho
    provider: zoho-crm
  code:
    provider: github
    scopes:
      allow:
      - re
";

    fn labels(number: u32) -> Vec<String> {
        let line = POLICY.lines().nth(number as usize).expect("it is there");
        let all = complete(POLICY, number, line, line.len());
        all.iter().map(|item| item["label"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_policy_completes_the_scopes_of_its_own_provider() {
        assert!(labels(6).iter().any(|scope| scope == "ZohoCRM.modules.READ"), "{:?}", labels(6));
        let code = labels(12);
        assert!(code.iter().any(|scope| scope == "repo") && !code.iter().any(|scope| scope.starts_with("Zoho")));
        assert!(labels(9).iter().any(|id| id == "github"));
        assert!(labels(3).is_empty(), "paths are no scopes");
    }

    #[test]
    fn a_common_word_is_a_scope_only_where_scopes_are_spoken_of() {
        assert!(hover(0, "repo = 1", 1, false).is_none());
        assert!(hover(0, "- repo", 3, true).is_some());
        let told = hover(0, "x = \"ZohoCRM.modules.ALL\"", 8, false).expect("its spelling proves it");
        assert!(told["contents"]["value"].as_str().is_some_and(|text| text.contains("Zoho")), "{told}");
    }
}
