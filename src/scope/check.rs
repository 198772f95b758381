//! Mistakes in a catalogue file that reading it cannot tell: names that lead nowhere, doubles, patterns that do not
//! compile.

use std::collections::BTreeSet;

use regex::Regex;

use super::catalog::{Catalog, opened};
use super::file::{CallsFile, NeedRow, ScopesFile};
use super::grammar::Grammar;
use super::operation::Operations;
use super::provider::Provider;
use super::route::Route;

/// Every mistake in the built-in catalogue, each with the provider it is in.
#[must_use]
pub fn builtin() -> Vec<String> {
    let mut found = Vec::new();
    for id in Catalog::builtin().ids() {
        if let Some(file) = opened::<ScopesFile>("scopes", id.as_str()) {
            let calls = opened::<CallsFile>("calls", id.as_str());
            found.extend(check(file, calls).into_iter().map(|fault| format!("{id}: {fault}")));
        }
    }
    found
}

/// Every mistake in the files of one provider.
#[must_use]
pub fn check(file: ScopesFile, calls: Option<CallsFile>) -> Vec<String> {
    let mut found = scopes(&file);
    if let Some(calls) = calls {
        if calls.provider != file.provider {
            found.push(format!("the calls are of `{}`", calls.provider));
        }
        found.extend(needs(&Provider::new(file), calls));
    }
    found
}

fn scopes(file: &ScopesFile) -> Vec<String> {
    let mut found = Vec::new();
    let grammar = Grammar::new(file.grammar.clone(), &file.scopes);
    let mut ids = BTreeSet::new();
    for row in &file.scopes {
        if !ids.insert(grammar.key(&row.id)) {
            found.push(format!("scope `{}` stands twice", row.id));
        }
        if row.id.trim() != row.id || row.id.is_empty() || row.title.is_empty() {
            found.push(format!("scope `{}` needs an id without space around it, and a title", row.id));
        }
    }
    for row in &file.scopes {
        for other in row.implies.iter().chain(&row.narrower) {
            if !ids.contains(&grammar.key(other)) {
                found.push(format!("scope `{}` names `{other}`, which is not listed", row.id));
            }
        }
        if row.broad && row.why.is_none() && row.class.is_none() {
            found.push(format!("scope `{}` is broad and does not say why", row.id));
        }
    }
    match (&file.grammar.shape, file.grammar.proof) {
        (Some(shape), _) => {
            if let Err(error) = Regex::new(shape) {
                found.push(format!("the shape is no pattern: {error}"));
            } else if !(shape.contains('^') && shape.contains('$')) {
                found.push("the shape is not held at both ends".to_owned());
            }
        }
        (None, Some(_)) => found.push("there is a proof without a shape".to_owned()),
        (None, None) => {}
    }
    for host in &file.hosts {
        if host.contains(['/', '<', '{']) {
            found.push(format!("host `{host}` is more than a host; `*` stands for labels"));
        }
    }
    found
}

fn needs(provider: &Provider, calls: CallsFile) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, need) in calls.needs.iter().enumerate() {
        for line in &need.calls {
            if Route::new(line, at).is_none_or(|route| !route.path.starts_with('/')) {
                found.push(format!("`{line}` is no method and path"));
            }
            if !seen.insert(line.split(' ').take(3).collect::<Vec<_>>()) {
                found.push(format!("`{line}` stands twice"));
            }
        }
    }
    let lines = calls.sdk.iter().flat_map(|sdk| &sdk.calls);
    for line in lines.filter(|line| line.split(' ').nth(3).is_none_or(|path| !path.starts_with('/'))) {
        found.push(format!("`{line}` is no call, snake case, method and path"));
    }
    let rows: Vec<NeedRow> = calls.needs.clone();
    let operations = Operations::new(calls);
    for need in &rows {
        let sets = [&need.any, &need.least, &need.with, &need.all, &need.besides, &need.app_any, &need.app_least];
        for scope in sets.into_iter().chain(&need.or).flatten() {
            let open = operations.place().is_some_and(|variable| scope.contains(&variable));
            if !open && provider.entry(scope).is_none() {
                found.push(format!("`{}` needs `{scope}`, which is not listed", need.calls[0]));
            }
        }
        if let Some(scope) = need.least.iter().find(|scope| !need.any.contains(scope)) {
            found.push(format!("`{}` has `{scope}` under `least` and not under `any`", need.calls[0]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{builtin, check};

    #[test]
    fn the_catalogue_is_without_mistakes() {
        let found = builtin();
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn each_mistake_is_told() {
        let scopes = serde_json::json!({
            "provider": "acme", "name": "Acme", "certainty": "weak", "hosts": ["<a>.acme.com"],
            "grammar": {"proof": "shape", "shape": "(acme"},
            "scopes": [
                {"id": "read", "title": "Read", "access": "read", "risk": "low", "implies": ["nothing"]},
                {"id": "read", "title": "", "access": "read", "risk": "high", "broad": true},
            ],
        });
        let calls = serde_json::json!({
            "provider": "other",
            "needs": [{"any": ["write"], "least": ["read"], "calls": ["GET a", "GET /a", "GET /a"]}],
            "sdk": [{"name": "acme", "calls": ["a.b"]}],
        });
        let read = |value| serde_json::from_value(value).expect("the form is right");
        let found = check(read(scopes), Some(serde_json::from_value(calls).expect("the form is right"))).join("\n");
        for part in [
            "stands twice",
            "a title",
            "names `nothing`",
            "does not say why",
            "no pattern",
            "more than a host",
            "are of `other`",
            "`GET a` is no method",
            "`GET /a` stands twice",
            "`a.b` is no call",
            "needs `write`",
            "under `least`",
        ] {
            assert!(found.contains(part), "{part} in {found}");
        }
    }
}
