//! The eye for scope requests: gates, readers by kind of file, whose scopes they are.

use std::collections::{BTreeMap, BTreeSet};

use super::lex::Style;
use super::whose::{Evidence, Owned};
use super::{Asked, Group, code, manifest, setting, url};
use crate::detect::prefilter::{WordId, Words};
use crate::detect::{Detector, Rank, Sight, View};
use crate::fact::{Context, Role, ScopeRequest, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::scope::Scope;

/// Looks for scopes that are asked for.
#[derive(Debug)]
pub struct ScopeRequests {
    scope: WordId,
    shapes: Vec<WordId>,
    rule: RuleId,
}

impl ScopeRequests {
    /// Asks for the words that stand in every text with a request.
    #[must_use]
    pub fn new(words: &mut Words) -> Self {
        Self {
            scope: words.ask("scope"),
            shapes: SHAPES.iter().map(|shape| words.ask(shape)).collect(),
            rule: "scope/request".parse().expect("a constant id"),
        }
    }

    fn sights(
        &self,
        group: &Group,
        owners: Vec<Option<Owned>>,
        view: &View<'_>,
        taken: &mut BTreeSet<u32>,
    ) -> Vec<Sight> {
        let mut sights = Vec::new();
        for (written, owner) in group.written.iter().zip(owners) {
            let Some(owner) = owner else { continue };
            if !taken.insert(written.span.start) {
                continue;
            }
            sights.push(Sight {
                rule: self.rule.clone(),
                span: written.span,
                hide: Vec::new(),
                rank: Rank::Form,
                // A test says what it checks more often than what it needs.
                confidence: if view.role == Role::Test { Confidence::Low } else { owner.confidence },
                persona: if owner.provider.is_some() { Persona::Regular } else { Persona::Pedantic },
                why: why(group, &owner),
                related: Vec::new(),
                seen: Seen::Scope(ScopeRequest {
                    scope: Scope::new(&written.scope),
                    provider: owner.provider,
                    context: if view.role == Role::Docs { Context::Docs } else { group.context },
                    client_id: group.client_id.clone(),
                    replaceable: written.plain,
                }),
            });
        }
        sights
    }
}

impl Detector for ScopeRequests {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        if view.role == Role::Generated || !view.hits.has(self.scope) && !view.hits.any(&self.shapes) {
            return;
        }
        let text = view.text.as_str();
        if is_bundle(view) {
            return;
        }
        let mut groups: Vec<Group> =
            view.hits.of(self.scope).take(MOST_PARAMETERS).filter_map(|at| url::group(text, at as usize)).collect();
        if let Some(settings) = view.settings() {
            let manifest = manifest::groups(text, view.path, settings);
            groups.extend(manifest.unwrap_or_else(|| setting::groups(text, settings)));
        } else if let Some(style) = view.path.extension().and_then(Style::of) {
            groups.extend(code::groups(text, style));
        }
        if groups.is_empty() {
            return;
        }
        drop_operations(&mut groups);
        let mut evidence = Evidence::new(text, view.path.as_str());
        let mut taken = BTreeSet::new();
        for group in &mut groups {
            evidence.understand(group);
            let owners = evidence.owners(group);
            sights.extend(self.sights(group, owners, view, &mut taken));
        }
    }
}

/// Whether a program was packed by a program: nobody asks for anything there that is not asked for in its source.
fn is_bundle(view: &View<'_>) -> bool {
    let script = matches!(view.path.extension(), Some("js" | "mjs" | "cjs" | "css"));
    script && view.text.as_str().len() > 20_000 && view.text.as_str().len() / view.text.lines().len() > 400
}

/// A file that names scopes for every one of its operations lists what each needs and asks for none.
fn drop_operations(groups: &mut Vec<Group>) {
    let mut counts: BTreeMap<(String, Vec<String>), usize> = BTreeMap::new();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let key = |group: &Group| group.hints.first().cloned().unwrap_or_default();
    let scopes = |group: &Group| group.written.iter().map(|written| written.scope.clone()).collect::<Vec<_>>();
    let named = |group: &&Group| group.asked == Asked::ByName && !group.hints.is_empty();
    for group in groups.iter().filter(named) {
        *counts.entry((key(group), scopes(group))).or_default() += 1;
        *names.entry(key(group)).or_default() += 1;
    }
    // As many lists as operations, and the same list again and again.
    let distinct = |name: &str| counts.keys().filter(|(held, _)| held == name).count();
    let many: BTreeSet<String> = names
        .iter()
        .filter(|(name, count)| **count >= MANY_LISTS && distinct(name) * 4 <= **count * 3)
        .map(|(name, _)| name.clone())
        .collect();
    groups.retain(|group| !named(&group) || !many.contains(&key(group)));
}

fn why(group: &Group, owner: &Owned) -> Vec<String> {
    let mut why = vec![format!("asked for in {}", place(group.context))];
    why.extend(group.hints.first().map(|name| format!("given to `{name}`")));
    why.push(owner.why.clone());
    why
}

const fn place(context: Context) -> &'static str {
    match context {
        Context::Code => "code",
        Context::Config => "a configuration file",
        Context::Url => "a URL",
        Context::Manifest => "a manifest",
        Context::Docs => "documentation",
    }
}

/// Words that only stand where scopes do, for lists whose names say something else.
const SHAPES: [&str; 9] = [
    "zohocrm.",
    "zohobooks.",
    "googleapis.com/auth/",
    "crm.objects.",
    "mail.readwrite",
    "user.read",
    "requiredresourceaccess",
    "default_permissions",
    "permissions:",
];

/// From so many lists of one name on they may belong to operations.
const MANY_LISTS: usize = 8;

/// A text with more `scope` than this is a table.
const MOST_PARAMETERS: usize = 4000;

#[cfg(test)]
mod tests;
