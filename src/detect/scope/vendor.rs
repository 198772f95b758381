//! Words that name providers: in names, in paths, in the text of a file.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::name::words;

/// The providers named in a name or a path: `slackScopes`, `config/spotify.yml`.
pub(super) fn named_in(name: &str) -> Vec<&'static str> {
    named(name, &words(name), true)
}

/// The providers named in a text that stands beside a list: an English word names one only where it stands alone.
pub(super) fn named_beside(text: &str) -> Vec<&'static str> {
    let words = words(text);
    named(text, &words, words.len() == 1)
}

fn named(text: &str, words: &[String], short: bool) -> Vec<&'static str> {
    let whole: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut found: Vec<&'static str> = words.iter().rev().flat_map(|word| named_by(word, short)).copied().collect();
    // In the order of the table, each once.
    let inside: BTreeSet<usize> = LONG.1.find_overlapping_iter(&whole).map(|found| LONG.0[found.pattern()]).collect();
    found.extend(inside.into_iter().flat_map(|at| NAMES[at].1));
    found
}

/// The providers that a word names. Words that are English, too, name one only in a `short` text: a name, a path.
pub(super) fn named_by(word: &str, short: bool) -> &'static [&'static str] {
    // Most words fall through by their first letter and their length.
    let Some(first) = word.bytes().next().filter(|_| word.len() < 32) else { return &[] };
    if LENGTHS[usize::from(first.to_ascii_lowercase())] >> word.len() & 1 == 0 {
        return &[];
    }
    let find = |table: &[(&'static str, &'static [&'static str])]| {
        table.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, ids)| *ids)
    };
    find(&NAMES).or_else(|| find(&COMMON).filter(|_| short)).unwrap_or_default()
}

/// A bit for every length of a name that begins with a byte.
static LENGTHS: [u32; 256] = {
    let mut lengths = [0; 256];
    let mut at = 0;
    while at < NAMES.len() + COMMON.len() {
        let name = if at < NAMES.len() { NAMES[at].0 } else { COMMON[at - NAMES.len()].0 };
        lengths[name.as_bytes()[0] as usize] |= 1 << name.len();
        at += 1;
    }
    lengths
};

/// The names of the table that are long enough to be told within other words, by their places, and what finds them.
static LONG: LazyLock<(Vec<usize>, AhoCorasick)> = LazyLock::new(|| {
    let long = || NAMES.iter().enumerate().filter(|(_, (name, _))| name.len() >= 5);
    let matcher = AhoCorasick::builder().ascii_case_insensitive(true).build(long().map(|(_, (name, _))| name));
    (long().map(|(at, _)| at).collect(), matcher.expect("constant names"))
});

/// All Zoho products are one family, and so are Microsoft's two catalogues and GitHub's.
pub(super) fn family(id: &str) -> &str {
    match id {
        "dynamics365" => "microsoft-graph",
        _ if id.starts_with("zoho-") => "zoho",
        _ if id.starts_with("github") => "github",
        _ => id,
    }
}

const ZOHO: &[&str] = &[
    "zoho-crm",
    "zoho-books",
    "zoho-desk",
    "zoho-accounts",
    "zoho-analytics",
    "zoho-bigin",
    "zoho-billing",
    "zoho-campaigns",
    "zoho-cliq",
    "zoho-creator",
    "zoho-inventory",
    "zoho-invoice",
    "zoho-mail",
    "zoho-people",
    "zoho-projects",
    "zoho-recruit",
    "zoho-sign",
    "zoho-workdrive",
];
const GITHUB: &[&str] = &["github", "github-app"];
const GRAPH: &[&str] = &["microsoft-graph"];

/// Words that name a provider wherever they stand.
const NAMES: [(&str, &[&str]); 73] = [
    ("airtable", &["airtable"]),
    ("asana", &["asana"]),
    ("atlassian", &["atlassian"]),
    ("jira", &["atlassian"]),
    ("confluence", &["atlassian"]),
    ("auth0", &["auth0"]),
    ("azure", GRAPH),
    ("azuread", GRAPH),
    ("bitbucket", &["bitbucket"]),
    ("calendly", &["calendly"]),
    ("constantcontact", &["constant-contact"]),
    ("discord", &["discord"]),
    ("docusign", &["docusign"]),
    ("dropbox", &["dropbox"]),
    ("dynamics", &["dynamics365"]),
    ("dynamics365", &["dynamics365"]),
    ("entra", GRAPH),
    ("facebook", &["meta"]),
    ("instagram", &["meta"]),
    ("figma", &["figma"]),
    ("freshsales", &["freshworks"]),
    ("freshworks", &["freshworks"]),
    ("github", GITHUB),
    ("octokit", GITHUB),
    ("gitlab", &["gitlab"]),
    ("gcloud", &["google"]),
    ("gmail", &["google"]),
    ("google", &["google"]),
    ("googleapis", &["google"]),
    ("gorgias", &["gorgias"]),
    ("hubspot", &["hubspot"]),
    ("infusionsoft", &["keap"]),
    ("intuit", &["quickbooks"]),
    ("intuitlib", &["quickbooks"]),
    ("quickbooks", &["quickbooks"]),
    ("klaviyo", &["klaviyo"]),
    ("linkedin", &["linkedin"]),
    ("mailchimp", &["mailchimp"]),
    ("microsoft", GRAPH),
    ("microsoftgraph", GRAPH),
    ("msgraph", GRAPH),
    ("mggraph", GRAPH),
    ("msal", GRAPH),
    ("office365", GRAPH),
    ("outlook", GRAPH),
    ("onedrive", GRAPH),
    ("sharepoint", GRAPH),
    ("o365", GRAPH),
    ("okta", &["okta"]),
    ("paypal", &["paypal"]),
    ("pipedrive", &["pipedrive"]),
    ("salesforce", &["salesforce"]),
    ("sfdc", &["salesforce"]),
    ("jsforce", &["salesforce"]),
    ("salesloft", &["salesloft"]),
    ("shopify", &["shopify"]),
    ("slack", &["slack"]),
    ("spotify", &["spotify"]),
    ("spotipy", &["spotify"]),
    ("squareup", &["square"]),
    ("stripe", &["stripe"]),
    ("twitter", &["x"]),
    ("typeform", &["typeform"]),
    ("xero", &["xero"]),
    ("zendesk", &["zendesk"]),
    ("zoho", ZOHO),
    ("zohocrm", ZOHO),
    ("bigin", &["zoho-bigin"]),
    ("pardot", &["salesforce"]),
    ("youtube", &["google"]),
    ("firebase", &["google"]),
    ("gapi", &["google"]),
    ("gspread", &["google"]),
];

/// Names of providers that are English words, too.
const COMMON: [(&str, &[&str]); 16] = [
    ("box", &["box"]),
    ("close", &["close"]),
    ("copper", &["copper"]),
    ("front", &["front"]),
    ("gh", GITHUB),
    ("gong", &["gong"]),
    ("graph", GRAPH),
    ("intercom", &["intercom"]),
    ("keap", &["keap"]),
    ("linear", &["linear"]),
    ("meta", &["meta"]),
    ("monday", &["monday"]),
    ("notion", &["notion"]),
    ("outreach", &["outreach"]),
    ("square", &["square"]),
    ("zoom", &["zoom"]),
];

#[cfg(test)]
mod tests {
    use super::{family, named_beside, named_in};

    #[test]
    fn names_and_paths_name_providers() {
        assert_eq!(named_in("slackScopes"), ["slack", "slack"]);
        assert_eq!(named_in("config/spotify.yml")[0], "spotify");
        assert_eq!(named_in("spotifyoauth")[0], "spotify");
        assert!(named_in("closeDialog").contains(&"close"));
        assert!(named_in("scopes").is_empty());
        assert!(named_beside("zoom").contains(&"zoom") && named_beside("AddGitHub").contains(&"github"));
        assert!(named_beside("close the box").is_empty());
        assert_eq!(family("zoho-crm"), family("zoho-desk"));
    }
}
