//! Whose scopes they are: by shape, by the URL or manifest they stand in, by their neighbours, by what the file speaks
//! of. Never by a guess among the vocabularies of `word:word`.

use std::collections::{BTreeMap, BTreeSet};

use super::constant::owner;
use super::likeness::{IDENTITY, looks_like_scope, squeeze, zoho_like};
use super::name::last;
use super::token::Written;
use super::vendor::{family, named_beside, named_by, named_in};
use super::{Asked, Group};
use crate::finding::Confidence;
use crate::scope::ProviderId;
use crate::scope::catalog::Catalog;
use crate::scope::entry::ScopeEntry;

/// What one file says about providers.
pub(super) struct Evidence<'t> {
    catalog: &'static Catalog,
    text: &'t str,
    path: &'t str,
    /// Providers that the path names.
    by_path: Option<Vec<&'static str>>,
    /// Places of hosts that the catalogue knows, with their providers.
    hosts: Option<Vec<(u32, Vec<&'static str>)>>,
    /// Providers whose names stand in the file as words.
    named: Option<BTreeMap<&'static str, u32>>,
    /// The provider that the whole file speaks of.
    spoken: Option<Vec<&'static str>>,
}

/// A scope with its provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    pub(super) provider: Option<ProviderId>,
    pub(super) confidence: Confidence,
    pub(super) why: String,
}

impl<'t> Evidence<'t> {
    pub(super) fn new(text: &'t str, path: &'t str) -> Self {
        Self { catalog: Catalog::builtin(), text, path, by_path: None, hosts: None, named: None, spoken: None }
    }

    /// Whose each scope of the group is; `None` for what is no scope, or nobody's that can be told.
    pub(super) fn owners(&mut self, group: &Group) -> Vec<Option<Owned>> {
        let proven: Vec<Vec<&'static str>> = group.written.iter().map(|written| self.proven(&written.scope)).collect();
        if group.asked == Asked::ByShape {
            // Among other words it is prose.
            let all = proven
                .iter()
                .zip(&group.written)
                .all(|(ids, written)| !ids.is_empty() || IDENTITY.contains(&written.scope.as_str()));
            let owner = |(ids, written): (&Vec<&'static str>, &Written)| {
                // A method of a team is no permission: where nothing else speaks, case does.
                let id = ids.first().filter(|id| **id != "microsoft-graph" || is_capital(&written.scope))?;
                Some(owned(id, Confidence::Medium, "by its shape")).filter(|_| all)
            };
            return proven.iter().zip(&group.written).map(owner).collect();
        }
        let context = self.context(group, &proven);
        let mut owners: Vec<Option<Owned>> = Vec::new();
        for (written, ids) in group.written.iter().zip(&proven) {
            owners.push(self.owner(group, written, ids, &context));
        }
        // A list of which nothing is known to be a scope is a list of something else.
        let sure = owners.iter().flatten().any(|owned| owned.provider.is_some());
        if !sure && group.asked != Asked::Plainly {
            let known = |written: &Written| !self.catalog.holders(&written.scope).is_empty();
            let all = group.written.iter().all(known);
            let telling = group.written.iter().filter(|written| written.scope.contains([':', '.', '_', '-'])).count();
            if !all || telling == 0 || group.written.len() < 2 || !self.speaks_of_oauth() {
                owners.iter_mut().for_each(|owner| *owner = None);
            }
        }
        owners
    }

    /// Understands the names of SDK constants in a group; what is not understood is dropped.
    pub(super) fn understand(&mut self, group: &mut Group) {
        if !group.written.iter().any(|written| written.named) {
            return;
        }
        let at = group.written.first().map_or(0, |written| written.span.start);
        let mut providers: Vec<&'static str> = Vec::new();
        for hint in group.written.iter().map(|written| &written.scope).chain(&group.hints).chain(&group.around) {
            providers.extend(named_in(hint));
        }
        providers.extend(self.nearby(at, NEAR));
        providers.extend(self.in_file());
        // Google's libraries have constants for all scopes, in every language; `CalendarScopes` does not say Google.
        let google = [b"Google".as_slice(), b"google"];
        let plain = |written: &Written| owner(&written.scope).is_some_and(|owner| owner.ends_with("Scopes"));
        if group.written.iter().any(plain)
            || google.iter().any(|word| memchr::memmem::find(self.text.as_bytes(), word).is_some())
        {
            providers.push("google");
        }
        // Whom else the file names, the most frequent first: a constant fits few.
        let mut others: Vec<(&'static str, u32)> = self.named().iter().map(|(id, count)| (*id, *count)).collect();
        others.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
        providers.extend(others.into_iter().map(|(id, _)| id));
        let mut seen = BTreeSet::new();
        providers.retain(|id| seen.insert(*id));
        group.written.retain_mut(|written| {
            if !written.named {
                return true;
            }
            let wanted = squeeze(last(&written.scope));
            let found = providers.iter().find_map(|id| self.constant(id, &wanted));
            let Some(scope) = found else { return false };
            written.scope = scope;
            written.named = false;
            true
        });
    }

    /// The names that Google's tools have for scopes of its cloud, spelled out.
    pub(super) fn spell_out(&self, group: &mut Group, owners: &[Option<Owned>]) {
        for (written, owner) in group.written.iter_mut().zip(owners) {
            let google =
                owner.as_ref().and_then(|owner| owner.provider.as_ref()).is_some_and(|id| id.as_str() == "google");
            if let Some((_, scope)) = ALIASES.iter().find(|(name, _)| google && *name == written.scope) {
                written.scope = format!("https://www.googleapis.com/auth/{scope}");
                written.plain = false;
            }
        }
    }

    /// The scope of a provider that a constant is named after: `drive.file` for `DRIVE_FILE`.
    fn constant(&self, id: &str, wanted: &str) -> Option<String> {
        if wanted.len() < 3 {
            return None;
        }
        let provider = self.catalog.provider(id)?;
        let short = |id: &str| squeeze(id.trim_start_matches("https://www.googleapis.com/auth/"));
        let whole = provider.entries().iter().find(|entry| short(&entry.id) == wanted);
        let found = whole.or_else(|| {
            let mut ends = provider.entries().iter().filter(|entry| {
                entry
                    .id
                    .rsplit(['.', '/'])
                    .next()
                    .is_some_and(|end| end.len() < entry.id.len() && squeeze(end) == wanted)
            });
            ends.next().filter(|_| ends.next().is_none() && id != "google")
        });
        // `MODULES_ALL`: several parts from the end on; of several scopes the shortest, if it is one.
        let found = found.or_else(|| {
            let mut ends: Vec<&ScopeEntry> = provider
                .entries()
                .iter()
                .filter(|entry| wanted.len() >= SHORTEST_END && id != "google" && short(&entry.id).ends_with(wanted))
                .collect();
            ends.sort_by_key(|entry| entry.id.len());
            let alone = ends.get(1).is_none_or(|second| second.id.len() > ends[0].id.len());
            ends.first().copied().filter(|_| alone)
        })?;
        Some(if id == "google" && !found.id.contains("://") && !IDENTITY.contains(&found.id.as_str()) {
            format!("https://www.googleapis.com/auth/{}", found.id)
        } else {
            found.id.clone()
        })
    }

    fn proven(&self, scope: &str) -> Vec<&'static str> {
        let mut proven: Vec<&'static str> = self.catalog.recognise(scope).into_iter().map(ProviderId::as_str).collect();
        // An address of an API is no scope, though it begins as one.
        if scope.contains("://") {
            proven.retain(|id| *id == "google" || self.knows(id, scope) || scope.ends_with("/.default"));
        }
        proven
    }

    fn owner(&self, group: &Group, written: &Written, proven: &[&'static str], context: &[Source]) -> Option<Owned> {
        let scope = written.scope.as_str();
        // The shape decides, unless the place knows better: two providers may share a shape.
        if let Some(first) = proven.first() {
            let place = context.iter().find_map(|source| source.providers.iter().find(|id| proven.contains(id)));
            // `mail.read` may be anything's, unless something else speaks of Microsoft.
            if *first == "microsoft-graph" && place.is_none() && !is_capital(scope) {
                return None;
            }
            return Some(owned(place.unwrap_or(first), Confidence::High, "by its shape"));
        }
        let holders: Vec<&'static str> = self.catalog.holders(scope).into_iter().map(ProviderId::as_str).collect();
        for source in context {
            if let Some(id) = source.providers.iter().find(|id| holders.contains(id)) {
                return Some(owned(id, source.confidence, source.why));
            }
            if let Some(id) = source.providers.iter().find(|id| self.knows(id, scope)) {
                return Some(owned(id, source.confidence, source.why));
            }
            // Unknown to whom it is plainly asked of: a typing error, or newer than the catalogue.
            if source.plain && (looks_like_scope(scope) || group.provider.is_some()) {
                let near = |id: &&&'static str| {
                    self.catalog.provider(id).is_some_and(|provider| provider.nearest(scope).is_some())
                };
                let id = source.providers.iter().find(near).or(source.providers.first())?;
                return Some(owned(id, Confidence::Medium, source.why));
            }
        }
        // What API version 1 of Zoho took: `crmapi`, `booksapi`.
        if let Some(product) = scope.trim_start_matches("ZohoCRM/").strip_suffix("api")
            && let Some(row) =
                self.catalog.index().iter().find(|row| row.id.as_str().strip_prefix("zoho-") == Some(product))
        {
            return Some(owned(row.id.as_str(), Confidence::Medium, "by what Zoho once took"));
        }
        if zoho_like(scope) && self.catalog.provider("zoho-crm").is_some_and(|zoho| zoho.nearest(scope).is_some()) {
            return Some(owned("zoho-crm", Confidence::Medium, "by its likeness to a known scope"));
        }
        // Nothing tells whose it is; that it is one is still certain where a URL asks for it.
        let telling = scope.contains([':', '.', '_', '-']) && group.asked == Asked::Plainly;
        let stays = looks_like_scope(scope) && (telling || !holders.is_empty());
        stays.then(|| Owned { provider: None, confidence: Confidence::Low, why: "no provider can be told".to_owned() })
    }

    /// What may tell the provider, the surest first.
    fn context(&mut self, group: &Group, proven: &[Vec<&'static str>]) -> Vec<Source> {
        let mut sources = Vec::new();
        let mut add = |providers: Vec<&'static str>, plain: bool, confidence: Confidence, why: &'static str| {
            if !providers.is_empty() {
                sources.push(Source { providers, plain, confidence, why });
            }
        };
        if let Some(provider) = &group.provider
            && let Some(row) = self.catalog.index().iter().find(|row| row.id == *provider)
        {
            add(vec![row.id.as_str()], true, Confidence::High, "by the kind of file");
        }
        if let Some(host) = &group.host {
            add(self.on_host(host), true, Confidence::High, "by the URL it stands in");
        }
        // What its neighbours in the list are, the most frequent first.
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (ids, written) in proven.iter().zip(&group.written) {
            let Some(id) = ids.first().filter(|id| **id != "microsoft-graph" || is_capital(&written.scope)) else {
                continue;
            };
            *counts.entry(id).or_default() += 1;
        }
        let mut neighbours: Vec<&'static str> = counts.keys().copied().collect();
        neighbours.sort_by_key(|id| std::cmp::Reverse(counts[id]));
        add(neighbours, true, Confidence::High, "by its neighbours in the list");
        let named: Vec<&'static str> = group.hints.iter().flat_map(|hint| named_in(hint)).collect();
        add(named, false, Confidence::High, "by the names around it");
        let around: Vec<&'static str> = group.around.iter().flat_map(|name| named_beside(name)).collect();
        add(around, false, Confidence::High, "by what stands beside it");
        let at = group.written.first().map_or(0, |written| written.span.start);
        // What every provider knows is his whose URL stands right beside it.
        let common = group.written.iter().all(|written| IDENTITY.contains(&written.scope.as_str()));
        let reach = if common { BESIDE } else { NEAR };
        add(self.nearby(at, reach), false, Confidence::High, "by a URL near it");
        add(self.in_path(), false, Confidence::High, "by the file's path");
        // A common word in a file that mentions somebody is no scope of his.
        let telling = |written: &Written| {
            written.scope.contains([':', '.', '_', '-']) && !IDENTITY.contains(&written.scope.as_str())
        };
        if group.written.iter().any(telling) {
            add(self.in_file(), false, Confidence::Medium, "by what the file speaks of");
        }
        let together = self.together(group);
        add(together, false, Confidence::Medium, "by all scopes of the list together");
        // Weak evidence counts only where most of the list is known to the provider.
        for source in &mut sources {
            if source.plain {
                continue;
            }
            let known = |id: &&'static str| {
                let known = |written: &&Written| self.knows(id, &written.scope);
                let count = group.written.iter().filter(known).count();
                count > 0 && count * 2 >= group.written.len()
            };
            source.providers.retain(known);
            // Of a list that it knows the provider is asked for the rest, too.
            source.plain = group.written.len() > 1 && !source.providers.is_empty();
        }
        sources.retain(|source| !source.providers.is_empty());
        sources
    }

    fn knows(&self, id: &str, scope: &str) -> bool {
        // The template of Dataverse fits the address of any resource.
        if id == "dynamics365" && !scope.contains("dynamics") {
            return false;
        }
        self.catalog.provider(id).is_some_and(|provider| provider.canonical(scope).is_some())
    }

    fn on_host(&self, host: &str) -> Vec<&'static str> {
        self.catalog.on_host(host).into_iter().map(ProviderId::as_str).collect()
    }

    /// The only provider whose list holds all scopes, if they are enough to tell.
    fn together(&self, group: &Group) -> Vec<&'static str> {
        let mut left: Option<BTreeSet<&'static str>> = None;
        let mut telling = 0;
        for written in group.written.iter().take(50) {
            let scope = written.scope.as_str();
            if IDENTITY.contains(&scope) {
                continue;
            }
            let held: BTreeSet<&'static str> =
                self.catalog.holders(scope).into_iter().map(ProviderId::as_str).filter(|id| *id != "google").collect();
            telling += usize::from(scope.len() > 5 && scope.contains([':', '.', '_', '-']));
            left = Some(match left {
                None => held,
                Some(left) => left.intersection(&held).copied().collect(),
            });
        }
        match left {
            Some(left) if left.len() == 1 && telling >= 2 => left.into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Providers of hosts within reach, the nearest first.
    fn nearby(&mut self, at: u32, reach: u32) -> Vec<&'static str> {
        let hosts = self.hosts();
        let first = hosts.partition_point(|(place, _)| place.saturating_add(reach) < at);
        let end = hosts.partition_point(|(place, _)| *place < at.saturating_add(reach));
        let mut near: Vec<(u32, Vec<&'static str>)> = hosts[first..end.max(first)]
            .iter()
            .map(|(place, ids)| (place.abs_diff(at), ids.clone()))
            .filter(|(distance, _)| *distance < reach)
            .collect();
        near.sort();
        let mut seen = BTreeSet::new();
        near.into_iter().flat_map(|(_, ids)| ids).filter(|id| seen.insert(*id)).collect()
    }

    /// Providers that the file's path names.
    fn in_path(&mut self) -> Vec<&'static str> {
        self.by_path.get_or_insert_with(|| named_in(self.path)).clone()
    }

    /// The provider that the whole file speaks of, if it is one.
    fn in_file(&mut self) -> Vec<&'static str> {
        if let Some(spoken) = &self.spoken {
            return spoken.clone();
        }
        let spoken = self.spoken_of();
        self.spoken = Some(spoken.clone());
        spoken
    }

    fn spoken_of(&mut self) -> Vec<&'static str> {
        let mut all: BTreeSet<&'static str> = self.hosts().iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
        if all.is_empty() {
            let named = self.named();
            // One provider, or one that is named far more often.
            let most = named.values().max().copied().unwrap_or_default();
            all = named.iter().filter(|(_, count)| **count * 4 > most).map(|(id, _)| *id).collect();
        }
        let families: BTreeSet<&str> = all.iter().map(|id| family(id)).collect();
        if families.len() == 1 { all.into_iter().collect() } else { Vec::new() }
    }

    fn speaks_of_oauth(&self) -> bool {
        let window = &self.text.as_bytes()[..self.text.len().min(LONGEST_READ)];
        ["oauth", "OAuth", "OAUTH", "client_id", "clientId", "CLIENT_ID"]
            .iter()
            .any(|word| memchr::memmem::find(window, word.as_bytes()).is_some())
    }

    fn hosts(&mut self) -> &[(u32, Vec<&'static str>)] {
        if self.hosts.is_none() {
            let mut known: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
            let mut found = Vec::new();
            for at in memchr::memmem::find_iter(self.text.as_bytes(), b"://").take(MOST_HOSTS) {
                let rest = &self.text[at + 3..];
                let end = rest.bytes().take(100).position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')));
                let Some(host) = rest.get(..end.unwrap_or(rest.len().min(100))) else { continue };
                let ids = known
                    .entry(host)
                    .or_insert_with(|| self.catalog.on_host(host).into_iter().map(ProviderId::as_str).collect());
                if !ids.is_empty() {
                    found.push((u32::try_from(at).unwrap_or(u32::MAX), ids.clone()));
                }
            }
            self.hosts = Some(found);
        }
        self.hosts.as_deref().unwrap_or_default()
    }

    fn named(&mut self) -> &BTreeMap<&'static str, u32> {
        let text = self.text;
        self.named.get_or_insert_with(|| {
            let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
            let window = &text.as_bytes()[..text.len().min(LONGEST_READ)];
            let words = window.split(|b| !b.is_ascii_alphanumeric()).filter(|word| (3..=24).contains(&word.len()));
            for word in words {
                let Ok(word) = std::str::from_utf8(word) else { continue };
                for id in named_by(word, false) {
                    *counts.entry(id).or_default() += 1;
                }
            }
            counts
        })
    }
}

/// Whether a permission is written as Microsoft writes them.
fn is_capital(scope: &str) -> bool {
    scope.starts_with(|c: char| c.is_ascii_uppercase()) || scope.contains("://")
}

/// One thing that tells a provider.
struct Source {
    providers: Vec<&'static str>,
    /// Whether a scope that the provider does not know is still one that it is asked for.
    plain: bool,
    confidence: Confidence,
    why: &'static str,
}

fn owned(id: &str, confidence: Confidence, why: &str) -> Owned {
    Owned { provider: Some(ProviderId::new(id)), confidence, why: why.to_owned() }
}

/// https://cloud.google.com/sdk/gcloud/reference/compute/instances/set-service-account
const ALIASES: [(&str, &str); 20] = [
    ("bigquery", "bigquery"),
    ("cloud-platform", "cloud-platform"),
    ("cloud-source-repos", "source.full_control"),
    ("cloud-source-repos-ro", "source.read_only"),
    ("compute-ro", "compute.readonly"),
    ("compute-rw", "compute"),
    ("datastore", "datastore"),
    ("logging-write", "logging.write"),
    ("monitoring", "monitoring"),
    ("monitoring-read", "monitoring.read"),
    ("monitoring-write", "monitoring.write"),
    ("pubsub", "pubsub"),
    ("service-control", "servicecontrol"),
    ("service-management", "service.management.readonly"),
    ("sql-admin", "sqlservice.admin"),
    ("storage-full", "devstorage.full_control"),
    ("storage-ro", "devstorage.read_only"),
    ("storage-rw", "devstorage.read_write"),
    ("taskqueue", "taskqueue"),
    ("trace", "trace.append"),
];

/// Shorter ends of a scope are no name for it.
const SHORTEST_END: usize = 8;

const NEAR: u32 = 1200;
/// A few lines.
const BESIDE: u32 = 400;
const MOST_HOSTS: usize = 2000;
const LONGEST_READ: usize = 512 * 1024;
