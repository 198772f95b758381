//! Authorize URLs without a scope, where the provider then grants all that the client is set up for.

use super::url::host;
use crate::detect::prefilter::{WordId, Words};
use crate::detect::{Rank, Sight, View};
use crate::fact::{Flaw, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::scope::catalog::Catalog;
use crate::span::Span;

/// Looks for authorize URLs of providers that take silence for everything.
#[derive(Debug)]
pub(super) struct Unspecified {
    anchors: Vec<(WordId, &'static str)>,
    rule: RuleId,
}

impl Unspecified {
    pub(super) fn new(words: &mut Words) -> Self {
        let anchors = GENEROUS.iter().map(|(path, provider)| (words.ask(path), *provider)).collect();
        Self { anchors, rule: "scope/unspecified".parse().expect("a constant id") }
    }

    /// Adds what is seen in a text.
    pub(super) fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        for (anchor, provider) in &self.anchors {
            for at in view.hits.of(*anchor).take(MOST) {
                let Some(span) = url_without_scope(view.text.as_str(), at as usize) else { continue };
                // A host of somebody else with the same path.
                let ours = host(view.text.slice(span))
                    .is_some_and(|host| Catalog::builtin().on_host(&host).iter().any(|id| id.as_str() == *provider));
                if ours {
                    sights.push(self.sight(span, provider));
                }
            }
        }
    }

    fn sight(&self, span: Span, provider: &str) -> Sight {
        Sight {
            rule: self.rule.clone(),
            span,
            hide: Vec::new(),
            rank: Rank::Form,
            confidence: Confidence::Medium,
            persona: Persona::Regular,
            why: vec!["an authorize URL with a client id and without a scope".to_owned()],
            related: Vec::new(),
            seen: Seen::OAuth(Flaw { subject: Some(provider.to_owned()), ..Flaw::default() }),
        }
    }
}

/// The URL around `at`, if a client id follows and no scope stands near.
fn url_without_scope(text: &str, at: usize) -> Option<Span> {
    let window = |from: usize, to: usize| {
        let from = (from..=at).find(|&from| text.is_char_boundary(from)).unwrap_or(at);
        let to = (at..=to.min(text.len())).rev().find(|&to| text.is_char_boundary(to)).unwrap_or(at);
        (from, &text[from..to])
    };
    let (_, around) = window(at.saturating_sub(NEAR), at + NEAR);
    if around.to_ascii_lowercase().contains("scope") {
        return None;
    }
    let (from, before) = window(at.saturating_sub(200), at);
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')');
    let start = before.rfind(ends).map_or(from, |found| from + found + 1);
    let (_, after) = window(at, at + NEAR);
    let end = at + after.find(ends)?;
    let url = text.get(start..end)?;
    let (_, query) = url.split_once('?')?;
    // The query may go on in the next piece of a concatenation.
    let rest = &after[..after.find(';').unwrap_or(after.len()).min(400.min(after.len()))];
    let whole = query.contains("client_id=") || rest.contains("client_id=") && query.len() < 40;
    (whole && url.contains("://")).then(|| Span::of(start, end))
}

/// Paths of authorize URLs, and the provider that grants everything configured when no scope is asked for.
const GENEROUS: [(&str, &str); 6] = [
    // https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm
    ("services/oauth2/authorize", "salesforce"),
    // https://www.dropbox.com/developers/documentation/http/documentation#oauth2-authorize
    ("dropbox.com/oauth2/authorize", "dropbox"),
    // https://developer.box.com/reference/get-authorize/
    ("box.com/api/oauth2/authorize", "box"),
    // https://developers.asana.com/docs/oauth
    ("asana.com/-/oauth_authorize", "asana"),
    // https://developer.atlassian.com/cloud/bitbucket/oauth-2/
    ("bitbucket.org/site/oauth2/authorize", "bitbucket"),
    // https://developer.monday.com/apps/docs/oauth
    ("monday.com/oauth2/authorize", "monday"),
];

const NEAR: usize = 700;
const MOST: usize = 200;

#[cfg(test)]
mod tests {
    use super::url_without_scope;

    fn seen(text: &str) -> Option<&str> {
        let at = text.find("services/oauth2").expect("the text has the path");
        url_without_scope(text, at).map(|span| &text[span.range()])
    }

    #[test]
    fn a_url_with_a_client_and_no_scope_is_seen() {
        let url = "https://login.salesforce.com/services/oauth2/authorize?response_type=code&client_id=x";
        assert_eq!(seen(&format!("open('{url}')")), Some(url));
        assert_eq!(seen(&format!("open('{url}&scope=api')")), None);
        assert_eq!(seen("AUTHORIZE = 'https://login.salesforce.com/services/oauth2/authorize'"), None);
        assert_eq!(seen(&format!("open('{url}&' + query({{ scope: 'api' }}))")), None);
    }
}
