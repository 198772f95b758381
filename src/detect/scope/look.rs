//! The eye for scope requests: gates, readers by kind of file, whose scopes they are.

use std::collections::BTreeSet;

use super::lex::Style;
use super::{Asked, Group, code, setting, shape, url};
use crate::detect::prefilter::{WordId, Words};
use crate::detect::{Detector, Rank, Sight, View};
use crate::fact::{Context, Role, ScopeRequest, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::scope::{ProviderId, Scope};

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

    fn sights(&self, group: &Group, view: &View<'_>, taken: &mut BTreeSet<u32>, sights: &mut Vec<Sight>) {
        for written in &group.written {
            let shape = || shape::whose(&written.scope).map(ProviderId::new);
            let Some(provider) = group.provider.clone().or_else(shape) else { continue };
            if !taken.insert(written.span.start) {
                continue;
            }
            sights.push(Sight {
                rule: self.rule.clone(),
                span: written.span,
                hide: Vec::new(),
                rank: Rank::Form,
                confidence: if group.asked == Asked::ByShape { Confidence::Medium } else { Confidence::High },
                persona: Persona::Regular,
                why: why(group),
                related: Vec::new(),
                seen: Seen::Scope(ScopeRequest {
                    scope: Scope::new(&written.scope),
                    provider: Some(provider),
                    context: if view.role == Role::Docs { Context::Docs } else { group.context },
                    client_id: group.client_id.clone(),
                    replaceable: written.plain,
                }),
            });
        }
    }
}

impl Detector for ScopeRequests {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        if view.role == Role::Generated || !view.hits.has(self.scope) && !view.hits.any(&self.shapes) {
            return;
        }
        let text = view.text.as_str();
        let mut groups: Vec<Group> =
            view.hits.of(self.scope).take(MOST_PARAMETERS).filter_map(|at| url::group(text, at as usize)).collect();
        if let Some(settings) = view.settings() {
            groups.extend(setting::groups(text, settings));
        } else if let Some(style) = view.path.extension().and_then(Style::of) {
            groups.extend(code::groups(text, style));
        }
        let mut taken = BTreeSet::new();
        for group in &groups {
            self.sights(group, view, &mut taken, sights);
        }
    }
}

fn why(group: &Group) -> Vec<String> {
    let mut why = vec![format!("asked for in {}", place(group.context))];
    why.extend(group.host.as_ref().map(|host| format!("of {host}")));
    why.extend(group.hints.first().map(|name| format!("given to `{name}`")));
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
const SHAPES: [&str; 7] = [
    "zohocrm.",
    "zohobooks.",
    "googleapis.com/auth/",
    "crm.objects.",
    "mail.readwrite",
    "user.read",
    "requiredresourceaccess",
];

/// A text with more `scope` than this is a table.
const MOST_PARAMETERS: usize = 4000;

#[cfg(test)]
mod tests;
