//! Scopes of a team's own that name more than a right: everything (`crm:*`), or one customer (`customer:${id}:read`); and
//! offline access where the flow has no use for it.

use std::sync::LazyLock;

use regex::Regex;

use super::name::words;
use crate::detect::prefilter::WordId;
use crate::detect::{Rank, Sight, View};
use crate::fact::{Flaw, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::span::Span;
use crate::text::floor;

/// Looks at the texts that a name with `scope` in it is given.
#[derive(Debug)]
pub(super) struct Odd {
    scope: WordId,
    wildcard: RuleId,
    dynamic: RuleId,
    offline: RuleId,
}

impl Odd {
    pub(super) fn new(scope: WordId) -> Self {
        let rule = |id: &str| id.parse().expect("a constant id");
        Self {
            scope,
            wildcard: rule("scope/wildcard"),
            dynamic: rule("scope/dynamic-identifier"),
            offline: rule("scope/offline-unneeded"),
        }
    }

    /// Adds what is seen in a text.
    pub(super) fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        let text = view.text.as_str();
        if !speaks_of_oauth(text) || SYNTAX.iter().any(|word| text.contains(word)) {
            return;
        }
        for at in view.hits.of(self.scope).take(MOST) {
            let at = at as usize;
            for span in literals(text, at) {
                for (span, token) in tokens(text, span) {
                    if is_wildcard(token) {
                        sights.push(sight(&self.wildcard, span, token.to_owned(), None, "a name with `scope` in it"));
                    } else if let Some(what) = identifier(token) {
                        let message = format!("The scope `{token}` holds an identifier: `{what}`.");
                        sights.push(sight(&self.dynamic, span, token.to_owned(), Some(message), "a template"));
                    }
                }
            }
            if let Some((span, flow)) = useless_offline(text, at) {
                let message = format!("Asks for `offline_access` with {flow}, which never gives a refresh token.");
                sights.push(sight(&self.offline, span, "offline_access".to_owned(), Some(message), flow));
            }
        }
    }
}

fn sight(rule: &RuleId, span: Span, subject: String, message: Option<String>, why: &str) -> Sight {
    Sight {
        rule: rule.clone(),
        span,
        hide: Vec::new(),
        rank: Rank::Form,
        confidence: Confidence::Medium,
        persona: Persona::Regular,
        why: vec![why.to_owned()],
        related: Vec::new(),
        seen: Seen::OAuth(Flaw { subject: Some(subject), message, ..Flaw::default() }),
    }
}

/// The texts that the name around `at` is given: one, or the items of a list.
fn literals(text: &str, at: usize) -> Vec<Span> {
    let bytes = text.as_bytes();
    let Some(window) = window(text, at, REACH) else { return Vec::new() };
    // `requireScope("…")` checks; `defaultScopes = "…"` asks.
    let inside = at > 0 && bytes[at - 1].is_ascii_alphanumeric();
    let Some(given) = GIVEN.captures(window) else { return Vec::new() };
    if inside && (given.get(1).is_some_and(|sign| sign.as_str() == "(") || !bytes[at].is_ascii_uppercase()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut from = given.get(0).map_or(0, |all| all.end());
    while let Some(literal) = window.get(from..).and_then(|rest| LITERAL.captures(rest)) {
        let (Some(all), Some(inner)) = (literal.get(0), literal.get(2)) else { break };
        found.push(Span::of(at + from + inner.start(), at + from + inner.end()));
        from += all.end();
        if found.len() >= MOST_ITEMS {
            break;
        }
    }
    found
}

/// The parts of a list in a text.
fn tokens(text: &str, span: Span) -> Vec<(Span, &str)> {
    let start = span.start as usize;
    let inner = &text[span.range()];
    let mut found = Vec::new();
    let mut from = 0;
    for piece in inner.split([' ', ',']) {
        if !piece.is_empty() {
            found.push((Span::of(start + from, start + from + piece.len()), piece));
        }
        from += piece.len() + 1;
    }
    found
}

fn is_wildcard(token: &str) -> bool {
    token.contains('*') && WILDCARD.is_match(token)
}

/// The identifier that a scope is made with: a name of one in a template, a number, a UUID.
fn identifier(token: &str) -> Option<&str> {
    let held = DYNAMIC.captures(token)?;
    if let Some(number) = held.get(2) {
        return Some(number.as_str());
    }
    let expression = held.get(1)?.as_str();
    let names = words(expression);
    let last = names.last()?;
    let is_one = IDENTIFIERS.contains(&last.as_str());
    is_one.then_some(expression)
}

/// `offline_access` in an authorize URL of the implicit flow, or beside the grant of a client for itself.
fn useless_offline(text: &str, at: usize) -> Option<(Span, &'static str)> {
    let after = window(text, at, REACH)?;
    let ends = |c: char| matches!(c, '"' | '\'' | '`' | '<' | '>') || c.is_whitespace();
    let offline = after.find(OFFLINE)?;
    let place = Span::of(at + offline, at + offline + OFFLINE.len());
    if after.starts_with("scope=") {
        let end = after.find(ends).unwrap_or(after.len());
        let start = (0..=at)
            .rev()
            .take(REACH)
            .find(|&start| text.as_bytes()[start].is_ascii_whitespace() || b"\"'`".contains(&text.as_bytes()[start]))?;
        let url = text.get(start + 1..at + end)?;
        let implicit = url.contains("response_type=token") || url.contains("response_type=id_token");
        return (offline < end && implicit && !url.contains("code")).then_some((place, "the implicit flow"));
    }
    // The same object or call: nothing between them ends one.
    let (from, to) = (at.saturating_sub(NEAR), (at + NEAR).min(text.len()));
    let near = text.get(floor(text, from)..floor(text, to))?;
    let grants = near.matches("client_credentials").count();
    let whole = near.find("client_credentials").zip(near.find(OFFLINE)).is_some_and(|(a, b)| {
        let between = &near[a.min(b)..a.max(b)];
        !between.contains(['}', ';', ')']) && !between.contains("\n\n")
    });
    let line = after[..offline].matches('\n').count() == 0;
    (grants == 1 && whole && line && !near.contains("authorization_code"))
        .then_some((place, "the client credentials grant"))
}

fn speaks_of_oauth(text: &str) -> bool {
    let window = &text[..floor(text, text.len().min(MOST_READ))];
    OAUTH.iter().any(|word| memchr::memmem::find(window.as_bytes(), word.as_bytes()).is_some())
}

/// The text from `at`, at most so many bytes.
fn window(text: &str, at: usize, most: usize) -> Option<&str> {
    text.get(at..floor(text, (at + most).min(text.len())))
}

/// A name that is given something: `scope = `, `"scopes": [`, `scope => `, `scope(`.
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)^scopes?["'\]]{0,2}[ \t]{0,8}(=>|:=|=|:|\(|,)[ \t]{0,8}[\[({]?[ \t\r\n]{0,40}"#)
        .expect("a constant pattern")
});

/// A text, or the next item of a list.
static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^,?[ \t\r\n]{0,60}[fFrR$@]{0,2}(["'`])([^"'`\r\n]{3,160})["'`]"#).expect("a constant pattern")
});

static WILDCARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\*|[A-Za-z][A-Za-z0-9_-]*)(?:[:.][A-Za-z0-9_-]+)*(?::\*|\.\*)(?:[:.][A-Za-z0-9_*-]+)*$")
        .expect("a constant pattern")
});

static DYNAMIC: LazyLock<Regex> = LazyLock::new(|| {
    let uuid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
    Regex::new(&format!(
        r"^[A-Za-z][A-Za-z_-]*(?:[:.][A-Za-z_-]+)*[:.](?:[$#]?\{{([^{{}}]{{1,60}})\}}|([0-9]{{3,}}|{uuid}))(?:[:.][A-Za-z_-]+)*$"
    ))
    .expect("a constant pattern")
});

/// Last words of names that stand for one customer, user or tenant.
const IDENTIFIERS: [&str; 10] = ["id", "uuid", "guid", "pk", "tid", "uid", "email", "oid", "tenant", "username"];

const OAUTH: [&str; 8] =
    ["oauth", "OAuth", "OAUTH", "client_id", "clientId", "CLIENT_ID", "access_token", "accessToken"];

/// Files that colour programs call something else a scope.
const SYNTAX: [&str; 3] = ["tokenColors", "tmLanguage", "textmate"];

const OFFLINE: &str = "offline_access";
const REACH: usize = 600;
const NEAR: usize = 300;
const MOST: usize = 400;
const MOST_ITEMS: usize = 60;
const MOST_READ: usize = 512 * 1024;

#[cfg(test)]
mod tests {
    use super::{identifier, is_wildcard, literals, tokens, useless_offline};

    fn given(text: &str) -> Vec<&str> {
        let at = text.to_ascii_lowercase().find("scope").expect("the word stands there");
        literals(text, at).into_iter().flat_map(|span| tokens(text, span)).map(|(_, token)| token).collect()
    }

    #[test]
    fn a_name_is_given_a_text_or_a_list() {
        assert_eq!(given("scope = \"crm:* deals:read\""), ["crm:*", "deals:read"]);
        assert_eq!(given("\"scopes\": [\n  \"a:read\",\n  \"b:*\"\n]"), ["a:read", "b:*"]);
        assert_eq!(given("oauthScopes: ['x:*']"), ["x:*"]);
        assert!(given("requireScope('x:*')").is_empty());
        assert!(given("microscope = 'x:*'").is_empty());
    }

    #[test]
    fn a_wildcard_stands_for_a_part_of_a_scope() {
        assert!(["crm:*", "crm.*", "*:*", "shared:*", "a:*:read"].into_iter().all(is_wildcard));
        assert!(!["*", "crm:read", "**/*.js", "a*", "https://x/*"].into_iter().any(is_wildcard));
    }

    #[test]
    fn an_identifier_is_told_by_its_name_or_its_form() {
        assert_eq!(identifier("customer:${customerId}:read"), Some("customerId"));
        assert_eq!(identifier("tenant.{tid}.read"), Some("tid"));
        assert_eq!(identifier("customer:12345:read"), Some("12345"));
        assert_eq!(identifier("ZohoCRM.modules.${module}.READ"), None);
        assert_eq!(identifier("api:v2:read"), None);
        assert_eq!(identifier("api://${clientId}/access"), None);
    }

    #[test]
    fn offline_access_is_of_no_use_without_a_refresh_token() {
        let flow = |text: &str| {
            let at = text.find("scope").expect("the word stands there");
            useless_offline(text, at).map(|(_, flow)| flow)
        };
        assert_eq!(
            flow("open(\"https://a.example/authorize?response_type=token&scope=openid%20offline_access\")"),
            Some("the implicit flow")
        );
        assert_eq!(
            flow("open(\"https://a.example/authorize?response_type=code&scope=openid%20offline_access\")"),
            None
        );
        assert_eq!(
            flow("post(url, {grant_type: 'client_credentials', scope: 'offline_access x'})"),
            Some("the client credentials grant")
        );
        assert_eq!(flow("post(url, {grant_type: 'client_credentials'}); login({scope: 'offline_access x'})"), None);
    }
}
