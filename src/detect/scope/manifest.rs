//! Manifests that a provider itself reads, each with its own spelling.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::token::{Coding, Written, split};
use super::{Asked, Group};
use crate::fact::Context;
use crate::scope::ProviderId;
use crate::settings::Settings;
use crate::settings::entry::{Segment, Setting};
use crate::span::Span;

/// The groups of a manifest, or `None` where the file is none.
pub(super) fn groups(text: &str, path: &Utf8Path, settings: &Settings<'_>) -> Option<Vec<Group>> {
    let lower = path.as_str().to_ascii_lowercase();
    let form = FORMS.iter().find(|form| (form.file)(&lower, settings))?;
    let clients = ClientIds::of(settings);
    let mut groups: BTreeMap<Vec<Segment>, Group> = BTreeMap::new();
    for entry in settings.entries() {
        let names: Vec<&str> = entry.path.iter().filter_map(Segment::key).collect();
        if !form.keys.iter().any(|pattern| fits(pattern, &names)) {
            continue;
        }
        let written = match form.spelling {
            Spelling::List => split(text, entry.span, Coding::Plain),
            Spelling::Metadata => split(text, entry.span, Coding::Plain).into_iter().map(respelled).collect(),
            Spelling::Pair => pair(entry).into_iter().collect(),
        };
        if written.is_empty() {
            continue;
        }
        let group = groups.entry(place(entry, form.spelling)).or_insert_with(|| Group {
            written: Vec::new(),
            context: Context::Manifest,
            name: None,
            asked: Asked::Plainly,
            hints: Vec::new(),
            around: Vec::new(),
            host: None,
            provider: Some(ProviderId::new(form.provider)),
            client_id: clients.near(entry),
        });
        group.written.extend(written);
    }
    Some(groups.into_values().collect())
}

/// A kind of manifest.
struct Form {
    provider: &'static str,
    /// Whether a file, by its path in lower case and its settings, is of this kind.
    file: fn(&str, &Settings<'_>) -> bool,
    /// The key paths of the scopes, without indexes; `*` is any key.
    keys: &'static [&'static str],
    spelling: Spelling,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// Scopes as they are, in lists or joined.
    List,
    /// `contents: write` is the scope `contents:write`.
    Pair,
    /// Salesforce's metadata has names of its own for scopes.
    Metadata,
}

const TEAMS: [&str; 2] =
    ["webApplicationInfo/applicationPermissions", "authorization/permissions/resourceSpecific/name"];

const FORMS: [Form; 12] = [
    Form {
        provider: "github-app",
        file: |path, _| path.contains(".github/workflows/") || path.contains(".gitea/workflows/"),
        keys: &["permissions", "permissions/*", "jobs/*/permissions", "jobs/*/permissions/*"],
        spelling: Spelling::Pair,
    },
    Form {
        provider: "github-app",
        file: |_, settings| has(settings, &["default_permissions/*"]),
        keys: &["default_permissions/*"],
        spelling: Spelling::Pair,
    },
    Form {
        provider: "google",
        file: |path, _| path.ends_with("appsscript.json") || path.ends_with("appscript.json"),
        keys: &["oauthScopes"],
        spelling: Spelling::List,
    },
    Form {
        provider: "google",
        file: |_, settings| has(settings, &["manifest_version"]),
        keys: &["oauth2/scopes"],
        spelling: Spelling::List,
    },
    Form {
        provider: "slack",
        file: |_, settings| has(settings, &["oauth_config/scopes/*", "oauth_config/scopes"]),
        keys: &["oauth_config/scopes/*", "oauth_config/scopes"],
        spelling: Spelling::List,
    },
    Form {
        provider: "shopify",
        file: |path, settings| path.contains("shopify.app") && has(settings, &["access_scopes/*"]),
        keys: &["access_scopes/scopes", "access_scopes/optional_scopes"],
        spelling: Spelling::List,
    },
    Form {
        provider: "hubspot",
        file: |path, settings| {
            let name = path.rsplit('/').next().unwrap_or_default();
            let named = matches!(name, "app.json" | "public-app.json" | "private-app.json") || name.contains("hsmeta");
            named && has(settings, &HUBSPOT)
        },
        keys: &HUBSPOT,
        spelling: Spelling::List,
    },
    Form {
        provider: "salesforce",
        file: |_, settings| has(settings, &SALESFORCE),
        keys: &SALESFORCE,
        spelling: Spelling::Metadata,
    },
    Form {
        provider: "salesforce",
        file: |path, _| path.contains("bootconfig."),
        keys: &["oauthScopes", "*/oauthScopes", "*/*/oauthScopes"],
        spelling: Spelling::List,
    },
    Form {
        provider: "atlassian",
        file: |path, settings| path.contains("manifest.") && has(settings, &["permissions/scopes", "app/id"]),
        keys: &["permissions/scopes"],
        spelling: Spelling::List,
    },
    Form {
        provider: "zoom",
        file: |_, settings| has(settings, &["oauth_information/*", "*/oauth_information/*"]),
        keys: &[
            "scopes",
            "scopes/scope",
            "oauth_information/scopes",
            "oauth_information/scopes/scope",
            "*/oauth_information/scopes",
            "*/oauth_information/scopes/scope",
        ],
        spelling: Spelling::List,
    },
    // https://learn.microsoft.com/microsoftteams/platform/graph-api/rsc/resource-specific-consent
    Form {
        provider: "microsoft-graph",
        file: |_, settings| has(settings, &TEAMS),
        keys: &TEAMS,
        spelling: Spelling::List,
    },
];

const HUBSPOT: [&str; 8] = [
    "auth/requiredScopes",
    "auth/optionalScopes",
    "auth/conditionallyRequiredScopes",
    "config/auth/requiredScopes",
    "config/auth/optionalScopes",
    "config/auth/conditionallyRequiredScopes",
    "scopes",
    "auth/scopes",
];

const SALESFORCE: [&str; 4] = [
    "ConnectedApp/oauthConfig/scopes",
    "ExtlClntAppOauthSettings/commaSeparatedOauthScopes",
    "ExtlClntAppGlobalOauthSettings/commaSeparatedOauthScopes",
    "oauthConfig/scopes",
];

fn has(settings: &Settings<'_>, patterns: &[&str]) -> bool {
    settings.entries().iter().any(|entry| {
        let names: Vec<&str> = entry.path.iter().filter_map(Segment::key).collect();
        patterns.iter().any(|pattern| fits(pattern, &names))
    })
}

/// Whether a key path is the one of a pattern.
fn fits(pattern: &str, names: &[&str]) -> bool {
    let mut parts = pattern.split('/');
    for name in names {
        match parts.next() {
            Some("*") => {}
            Some(part) if part.eq_ignore_ascii_case(name) => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

/// `contents: write`, and `permissions: write-all`.
fn pair(entry: &Setting<'_>) -> Option<Written> {
    let name = entry.key()?;
    if name.eq_ignore_ascii_case("permissions") {
        let all = matches!(entry.value, "read-all" | "write-all");
        return all.then(|| Written { span: entry.span, scope: entry.value.to_owned(), plain: true, named: false });
    }
    if !matches!(entry.value, "read" | "write" | "admin") {
        return None;
    }
    // Workflows write `pull-requests`, apps `pull_requests`; only the token of a workflow has an `id-token`.
    let name = if name == "id-token" { name.to_owned() } else { name.replace('-', "_") };
    let span = if entry.key_span.is_empty() { entry.span } else { Span::new(entry.key_span.start, entry.span.end) };
    Some(Written { span, scope: format!("{name}:{}", entry.value), plain: false, named: false })
}

/// A scope of Salesforce's metadata as an authorize URL spells it.
fn respelled(mut written: Written) -> Written {
    if let Some((_, scope)) = METADATA.iter().find(|(name, _)| *name == written.scope) {
        written.scope = (*scope).to_owned();
        written.plain = false;
    }
    written
}

/// https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_connectedapp.htm
const METADATA: [(&str, &str); 25] = [
    ("Full", "full"),
    ("Api", "api"),
    ("Web", "web"),
    ("RefreshToken", "refresh_token"),
    ("OfflineAccess", "offline_access"),
    ("Basic", "id"),
    ("Chatter", "chatter_api"),
    ("CustomApplications", "visualforce"),
    ("Wave", "wave_api"),
    ("Eclair", "eclair_api"),
    ("Pardot", "pardot_api"),
    ("Lightning", "lightning"),
    ("OpenID", "openid"),
    ("Profile", "profile"),
    ("Email", "email"),
    ("Address", "address"),
    ("Phone", "phone"),
    ("Content", "content"),
    ("CustomPermissions", "custom_permissions"),
    ("Chatbot", "chatbot_api"),
    ("CDP", "cdp_api"),
    ("CDPQuery", "cdp_query_api"),
    ("CDPIngest", "cdp_ingest_api"),
    ("CDPProfile", "cdp_profile_api"),
    ("CDPSegment", "cdp_segment_api"),
];

fn place(entry: &Setting<'_>, spelling: Spelling) -> Vec<Segment> {
    let inner = matches!(entry.path.last(), Some(Segment::Index(_))) || spelling == Spelling::Pair;
    if inner { entry.parent().to_vec() } else { entry.path.clone() }
}

/// The client ids of a file, each with the object that it stands in.
#[derive(Debug)]
pub(super) struct ClientIds<'s, 't>(Vec<&'s Setting<'t>>);

impl<'s, 't> ClientIds<'s, 't> {
    pub(super) fn of(settings: &'s Settings<'t>) -> Self {
        let named = settings.entries().iter().filter(|entry| {
            entry.key().is_some_and(|key| {
                let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
                let key = key.to_ascii_lowercase();
                matches!(key.as_str(), "appid" | "consumerkey") || key.ends_with("clientid")
            }) && is_identifier(entry.value)
        });
        Self(named.take(MOST_CLIENTS).collect())
    }

    /// The client id of the same object or of the nearest around it.
    pub(super) fn near(&self, entry: &Setting<'_>) -> Option<String> {
        let shared =
            |held: &&&Setting<'_>| held.parent().iter().zip(entry.parent()).take_while(|(a, b)| a == b).count();
        let beside = |held: &&&Setting<'_>| shared(held) == held.parent().len();
        self.0.iter().filter(beside).max_by_key(shared).map(|held| held.value.to_owned())
    }
}

/// Whether a value is a client id as it stands, no reference to one.
pub(super) fn is_identifier(value: &str) -> bool {
    (6..=200).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && value.bytes().any(|b| b.is_ascii_digit())
}

/// A file with more clients is a table of them.
const MOST_CLIENTS: usize = 200;
