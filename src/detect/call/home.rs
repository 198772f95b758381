//! Which providers' APIs a file speaks of, and under which base URLs.

use super::compose::Reader;
use crate::detect::prefilter::{Hits, WordId, Words};
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;

/// The words whose presence makes a file worth parsing, each with its providers.
#[derive(Debug)]
pub(super) struct Marks {
    words: Vec<(WordId, &'static [&'static str])>,
}

/// What a file says about whose API it calls.
#[derive(Debug, Default)]
pub(super) struct Home {
    /// Providers that the file speaks of, in order of their words.
    pub(super) providers: Vec<&'static str>,
    /// Base URLs in the file, with the providers that answer there.
    pub(super) bases: Vec<(String, Vec<&'static str>)>,
}

impl Marks {
    pub(super) fn new(words: &mut Words) -> Self {
        Self { words: WORDS.iter().map(|(word, ids)| (words.ask(word), *ids)).collect() }
    }

    /// The providers whose words stand in the text.
    pub(super) fn providers(&self, hits: &Hits) -> Vec<&'static str> {
        let mut found = Vec::new();
        for (word, ids) in &self.words {
            if hits.has(*word) {
                found.extend(ids.iter().filter(|id| !found.contains(*id)).copied().collect::<Vec<_>>());
            }
        }
        found
    }
}

impl Home {
    pub(super) fn new(code: &Reader<'_, '_>, providers: Vec<&'static str>) -> Self {
        let mut bases: Vec<(String, Vec<&'static str>)> = Vec::new();
        for string in code.strings() {
            // `f"{HOST}/crm/{VERSION}"` may begin with a host, too.
            let mark = code.mark(string);
            let filled = mark.len() < LONGEST_FILLED && mark.contains('/') && mark.contains(['{', '$', '#']);
            if !(mark.contains("://") || filled) || bases.len() >= MOST_BASES {
                continue;
            }
            let Some(text) = code.compose(string).filter(|text| text.contains("://")) else { continue };
            let text = text.split(['?', '#']).next().unwrap_or_default().trim().to_owned();
            if bases.iter().any(|(base, _)| *base == text) {
                continue;
            }
            let owners = nearest(&text, on(&text));
            if !owners.is_empty() && !is_login(&text) {
                bases.push((text, owners));
            }
        }
        // A base is short: what another one begins with.
        bases.sort_by_key(|(base, _)| base.len());
        Self { providers, bases }
    }

    /// Providers of the file's base URLs, else those of its words.
    pub(super) fn likely(&self) -> Vec<&'static str> {
        let mut found: Vec<&'static str> = Vec::new();
        for id in self.bases.iter().flat_map(|(_, owners)| owners).chain(&self.providers) {
            if !found.contains(id) {
                found.push(id);
            }
        }
        found
    }
}

/// The providers whose API answers on the URL's host, and that have operations.
pub(super) fn on(url: &str) -> Vec<&'static str> {
    let catalog = Catalog::builtin();
    let Some((_, rest)) = url.split_once("://") else { return Vec::new() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    if host.len() < 5 || host.len() > 200 {
        return Vec::new();
    }
    // `${dc}` of a text that is no template stands for something unknown, too.
    let host = holed(host);
    catalog.with_api_on(&host).into_iter().map(ProviderId::as_str).collect()
}

/// Of several APIs on one host those whose paths begin as the URL's does.
fn nearest(url: &str, owners: Vec<&'static str>) -> Vec<&'static str> {
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let first = path.split('/').next().unwrap_or_default();
    let begins = |id: &&'static str| Catalog::builtin().operations(id).is_some_and(|known| known.begins(first));
    if first.is_empty() || owners.len() < 2 {
        return owners;
    }
    let (near, _): (Vec<&'static str>, Vec<&'static str>) = owners.iter().partition(|id| begins(id));
    if near.is_empty() { owners } else { near }
}

/// Whether the URL is one where tokens are fetched: no call that needs a scope.
pub(super) fn is_login(url: &str) -> bool {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    ["oauth", "authorize", "/token", "login", "access_token", ".well-known", "openid"]
        .iter()
        .any(|word| path.contains(word))
        || path == "token"
}

/// Places in any spelling as `{}`.
pub(super) fn holed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '%']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before.trim_end_matches(['$', '#']));
        if from.starts_with("%s") || from.starts_with("%d") || from.starts_with("%v") {
            out.push_str("{}");
            rest = &from[2..];
        } else if let Some(end) = from.find('}').filter(|_| from.starts_with('{')) {
            out.push_str("{}");
            rest = from[end..].trim_start_matches('}');
        } else {
            out.push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

const ZOHO: &[&str] = &[
    "zoho-crm",
    "zoho-books",
    "zoho-desk",
    "zoho-inventory",
    "zoho-bigin",
    "zoho-invoice",
    "zoho-billing",
    "zoho-projects",
    "zoho-people",
    "zoho-mail",
    "zoho-creator",
    "zoho-recruit",
    "zoho-analytics",
    "zoho-campaigns",
    "zoho-cliq",
    "zoho-sign",
    "zoho-workdrive",
];
const CRM: &[&str] = &["zoho-crm"];
const GOOGLE: &[&str] = &["google"];
const GRAPH: &[&str] = &["microsoft-graph"];
const HUBSPOT: &[&str] = &["hubspot"];
const SALESFORCE: &[&str] = &["salesforce"];
const SLACK: &[&str] = &["slack"];
const GITHUB: &[&str] = &["github"];

/// Words that stand in files that call a provider, the surest first.
const WORDS: [(&str, &[&str]); 110] = [
    ("zohocrmsdk", CRM),
    ("@zohocrm/", CRM),
    ("com.zoho.crm", CRM),
    ("com\\zoho\\crm", CRM),
    ("zcrmrestclient", CRM),
    ("zcrmsdk", CRM),
    ("zoho.crm.", CRM),
    ("/crm/v", CRM),
    ("/bigin/v", &["zoho-bigin"]),
    ("/books/v", &["zoho-books"]),
    ("zohoapis", ZOHO),
    ("zoho", ZOHO),
    ("hubapi.com", HUBSPOT),
    ("api.hubspot", HUBSPOT),
    ("@hubspot/", HUBSPOT),
    ("hubspot", HUBSPOT),
    ("/services/data/v", SALESFORCE),
    ("salesforce.com", SALESFORCE),
    ("jsforce", SALESFORCE),
    ("simple_salesforce", SALESFORCE),
    ("restforce", SALESFORCE),
    ("salesforce", SALESFORCE),
    ("googleapi", GOOGLE),
    ("googleapiclient", GOOGLE),
    ("google.golang.org/api", GOOGLE),
    ("@googleapis/", GOOGLE),
    ("gapi.client", GOOGLE),
    ("gspread", GOOGLE),
    ("google.apis", GOOGLE),
    ("com.google.api.services", GOOGLE),
    ("google/apis", GOOGLE),
    ("google\\service", GOOGLE),
    ("google_service_", GOOGLE),
    ("graph.microsoft", GRAPH),
    ("microsoft-graph", GRAPH),
    ("microsoftgraph", GRAPH),
    ("microsoft.graph", GRAPH),
    ("msgraph", GRAPH),
    ("mggraph", GRAPH),
    ("get-mg", GRAPH),
    ("new-mg", GRAPH),
    ("update-mg", GRAPH),
    ("remove-mg", GRAPH),
    ("send-mg", GRAPH),
    ("gmail.users.", GOOGLE),
    ("drive.files.", GOOGLE),
    ("calendar.events.", GOOGLE),
    ("sheets.spreadsheets.", GOOGLE),
    ("docs.documents.", GOOGLE),
    ("gmailapp", GOOGLE),
    ("spreadsheetapp", GOOGLE),
    ("driveapp", GOOGLE),
    ("calendarapp", GOOGLE),
    ("documentapp", GOOGLE),
    ("from github import", GITHUB),
    ("import github", GITHUB),
    ("api.github.com", GITHUB),
    ("octokit", GITHUB),
    ("slack.com", SLACK),
    ("slack_sdk", SLACK),
    ("slackclient", SLACK),
    ("@slack/", SLACK),
    ("slack-go", SLACK),
    ("slack-ruby", SLACK),
    ("com.slack.api", SLACK),
    ("discord.com", &["discord"]),
    ("discordapp.com", &["discord"]),
    ("dropboxapi", &["dropbox"]),
    ("api.box.com", &["box"]),
    ("atlassian", &["atlassian"]),
    ("api.bitbucket", &["bitbucket"]),
    ("gitlab", &["gitlab"]),
    ("myshopify", &["shopify"]),
    ("shopify", &["shopify"]),
    ("app.asana.com", &["asana"]),
    ("api.airtable", &["airtable"]),
    ("api.calendly", &["calendly"]),
    ("api.close.com", &["close"]),
    ("api.cc.email", &["constant-contact"]),
    ("api.copper.com", &["copper"]),
    ("docusign", &["docusign"]),
    ("dynamics.com", &["dynamics365"]),
    ("api.figma", &["figma"]),
    ("freshsales", &["freshworks"]),
    ("myfreshworks", &["freshworks"]),
    ("gong.io", &["gong"]),
    ("gorgias", &["gorgias"]),
    ("api.intercom", &["intercom"]),
    ("infusionsoft", &["keap"]),
    ("klaviyo", &["klaviyo"]),
    ("api.linear.app", &["linear"]),
    ("api.linkedin", &["linkedin"]),
    ("graph.facebook", &["meta"]),
    ("graph.instagram", &["meta"]),
    ("api.monday.com", &["monday"]),
    ("api.notion.com", &["notion"]),
    ("okta", &["okta"]),
    ("outreach.io", &["outreach"]),
    ("paypal.com", &["paypal"]),
    ("pipedrive", &["pipedrive"]),
    ("api.intuit.com", &["quickbooks"]),
    ("salesloft", &["salesloft"]),
    ("api.spotify", &["spotify"]),
    ("squareup", &["square"]),
    ("api.stripe.com", &["stripe"]),
    ("api.typeform", &["typeform"]),
    ("api.twitter.com", &["x"]),
    ("api.xero.com", &["xero"]),
    ("zendesk", &["zendesk"]),
    ("api.zoom.us", &["zoom"]),
];

const MOST_BASES: usize = 400;
/// A longer text is no base that is put together.
const LONGEST_FILLED: usize = 120;

#[cfg(test)]
mod tests {
    use super::{WORDS, holed, is_login, on};
    use crate::scope::catalog::Catalog;

    #[test]
    fn hosts_are_known_with_unknown_parts() {
        assert_eq!(on("https://api.hubapi.com/crm/v3"), ["hubspot"]);
        assert!(on("https://www.zohoapis.{}/crm/v8").contains(&"zoho-crm"));
        assert!(on("https://${domain}.zendesk.com/api/v2").contains(&"zendesk"));
        assert!(on("https://{}/crm/v8").is_empty() && on("https://example.com").is_empty() && on("/crm/v8").is_empty());
        assert_eq!(holed("${a}.b.%s/{c}{{d}}"), "{}.b.{}/{}{}");
    }

    #[test]
    fn where_tokens_are_fetched_nothing_is_called() {
        assert!(
            is_login("https://accounts.zoho.com/oauth/v2/token") && is_login("https://slack.com/api/oauth.v2.access")
        );
        assert!(!is_login("https://www.zohoapis.com/crm/v8/Leads"));
    }

    #[test]
    fn every_word_names_providers_of_the_catalogue() {
        for (word, ids) in WORDS {
            assert!(ids.iter().all(|id| Catalog::builtin().provider(id).is_some()), "{word}");
        }
    }
}
