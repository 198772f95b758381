//! What the spelling of a scope says: its parts, its verb, what it stands for.

use std::collections::{BTreeMap, BTreeSet};

use super::cover::{Area, Reach};
use super::file::{Case, GrammarEntry, ScopeRow};
use super::spelling;

/// A provider's way of spelling, made ready.
#[derive(Debug)]
pub struct Grammar {
    entry: GrammarEntry,
    /// Folded verb to its spelling and the bits of the single verbs it stands for.
    verbs: BTreeMap<String, (String, u16)>,
    /// Folded paths that scopes of the file have, as spelled there.
    paths: BTreeMap<String, String>,
    groups: BTreeSet<String>,
    group_names: BTreeMap<String, String>,
    /// Folded path of the group to the spelled path of its `custom` member.
    customs: BTreeMap<String, String>,
    names: BTreeMap<String, String>,
    everything: BTreeMap<String, String>,
}

/// A scope that consists of a path and a verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    /// As the catalogue spells it.
    pub(super) canonical: String,
    pub(super) area: Area,
}

impl Grammar {
    pub(super) fn new(entry: GrammarEntry, rows: &[ScopeRow]) -> Self {
        let mut verbs: BTreeMap<String, (String, u16)> = BTreeMap::new();
        for (i, verb) in entry.single_verbs.iter().enumerate().take(16) {
            verbs.insert(verb.to_ascii_lowercase(), (verb.clone(), 1 << i));
        }
        for (verb, parts) in &entry.verbs {
            let bits = |part: &String| verbs.get(&part.to_ascii_lowercase()).map_or(0, |(_, bits)| *bits);
            let bits = parts.iter().map(bits).fold(0, |all, bits| all | bits);
            verbs.insert(verb.to_ascii_lowercase(), (verb.clone(), bits));
        }
        let fold = |text: &String| text.to_ascii_lowercase();
        let pairs = |map: &BTreeMap<String, String>| map.iter().map(|(a, b)| (fold(a), b.clone())).collect();
        let mut customs = BTreeMap::new();
        for path in &entry.custom {
            if let Some((group, _)) = path.rsplit_once('.') {
                customs.insert(group.to_ascii_lowercase(), path.clone());
            }
        }
        let mut paths = BTreeMap::new();
        for row in rows {
            if let Some((path, verb)) = row.id.rsplit_once('.')
                && verbs.contains_key(&verb.to_ascii_lowercase())
            {
                paths.entry(path.to_ascii_lowercase()).or_insert_with(|| path.to_owned());
            }
        }
        Self {
            verbs,
            paths,
            groups: entry.groups.iter().map(fold).collect(),
            group_names: entry.group_names.iter().map(|(a, b)| (fold(a), fold(b))).collect(),
            customs,
            names: pairs(&entry.names),
            everything: entry.everything.iter().map(|(a, b)| (fold(a), fold(b))).collect(),
            entry,
        }
    }

    /// The signs between the parts of a scope.
    #[must_use]
    pub fn segment(&self) -> &str {
        &self.entry.segment
    }

    /// What usually stands between the scopes of a list.
    #[must_use]
    pub fn separator(&self) -> &str {
        self.entry.separators.first().map_or(" ", String::as_str)
    }

    /// Whether case is no matter.
    #[must_use]
    pub fn folds(&self) -> bool {
        self.entry.case == Case::Fold
    }

    /// The text under which spellings of the same scope meet.
    pub(super) fn key(&self, text: &str) -> String {
        if self.folds() { text.to_ascii_lowercase() } else { text.to_owned() }
    }

    /// A name of the file in full: with the prefix all of them share.
    pub(super) fn full(&self, id: &str) -> String {
        match &self.entry.prefix {
            Some(prefix) if !id.contains("://") && !OPENID.contains(&id) => format!("{prefix}{id}"),
            _ => id.to_owned(),
        }
    }

    /// What comes after the prefix that all scopes share, if there is one.
    pub(super) fn short<'a>(&self, scope: &'a str) -> Option<&'a str> {
        self.entry.prefix.as_deref().and_then(|prefix| scope.strip_prefix(prefix))
    }

    /// The text without a prefix that changes nothing.
    pub(super) fn bare<'a>(&self, text: &'a str) -> &'a str {
        let starts = |prefix: &&String| text.get(..prefix.len()).is_some_and(|t| t.eq_ignore_ascii_case(prefix));
        self.entry.optional_prefixes.iter().find(starts).map_or(text, |prefix| &text[prefix.len()..])
    }

    /// Where a scope that stands for everything below a path has that path.
    pub(super) fn everything(&self, scope: &str) -> Option<Area> {
        let path = self.everything.get(&scope.to_ascii_lowercase())?;
        Some(Area { path: path.as_str().into(), verbs: u16::MAX, reach: Reach::Below })
    }

    /// Takes a scope of path and verb apart. `None`: it is not of this form, or its path is unknown.
    pub(super) fn parse(&self, text: &str) -> Option<Parsed> {
        let (path, verb) = text.rsplit_once('.')?;
        let (verb, verbs) = self.verbs.get(&verb.to_ascii_lowercase())?;
        let (path, area, reach) = self.place(path)?;
        Some(Parsed { canonical: format!("{path}.{verb}"), area: Area { path: area.into(), verbs: *verbs, reach } })
    }

    /// Whether a scope stands in the group that the file names first, or there is no group.
    pub(super) fn is_common(&self, scope: &str) -> bool {
        self.entry.groups.first().is_none_or(|group| scope.starts_with(group.as_str()))
    }

    /// Whether the verbs of the area reach more than one path.
    pub(super) fn is_group(area: &Area) -> bool {
        area.reach == Reach::Below
    }

    /// The scope of the `custom` member that speaks for a name of the user's own.
    pub(super) fn spokesman(&self, parsed: &Parsed) -> Option<String> {
        let (group, _) = parsed.area.path.rsplit_once('.')?;
        let (_, verb) = parsed.canonical.rsplit_once('.')?;
        (parsed.area.reach == Reach::Own).then(|| Some(format!("{}.{verb}", self.customs.get(group)?)))?
    }

    /// Whether a scope opens operations only for some items or some fields.
    #[must_use]
    pub fn is_partial(&self, id: &str) -> bool {
        self.entry.partial.iter().any(|piece| id.contains(piece.as_str()))
    }

    /// The verbs that stand for several, and all others, as spelled.
    #[must_use = "verbs are what is asked for"]
    pub fn all_verbs(&self) -> impl Iterator<Item = &str> {
        self.verbs.values().map(|(verb, _)| verb.as_str())
    }

    /// Spelled path, path of the area, reach.
    fn place(&self, path: &str) -> Option<(String, String, Reach)> {
        let folded = path.to_ascii_lowercase();
        if let Some(group) = self.group_names.get(&folded) {
            return Some((self.paths.get(&folded)?.clone(), group.clone(), Reach::Below));
        }
        if let Some(spelled) = self.paths.get(&folded) {
            let own = folded.rsplit_once('.').filter(|(group, _)| self.customs.get(*group) == Some(spelled));
            return Some(match own {
                Some((group, _)) => (spelled.clone(), group.to_owned(), Reach::EveryOwn),
                None if self.groups.contains(&folded) => (spelled.clone(), folded, Reach::Below),
                None => (spelled.clone(), folded, Reach::Listed),
            });
        }
        let (group, name) = path.rsplit_once('.')?;
        let group_folded = group.to_ascii_lowercase();
        if let Some(listed) = self.names.get(&name.to_ascii_lowercase()) {
            let path = format!("{group_folded}.{listed}");
            return Some((self.paths.get(&path)?.clone(), path, Reach::Listed));
        }
        let custom = self.customs.get(&group_folded)?;
        let (spelled_group, _) = custom.rsplit_once('.')?;
        self.is_own(&group_folded, name).then(|| (format!("{spelled_group}.{name}"), folded, Reach::Own))
    }

    /// A name of the user's own may be anything, but one letter away from a listed name it is a slip.
    fn is_own(&self, group: &str, name: &str) -> bool {
        let word = name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !name.is_empty();
        let near = |listed: &str| spelling::distance(listed, name) <= 1 + usize::from(name.len() >= 10);
        let below = |path: &String| path.strip_prefix(group).and_then(|rest| rest.strip_prefix('.')).is_some_and(near);
        word && !self.paths.keys().any(below) && !self.names.keys().any(|listed| near(listed))
    }
}

/// Names that OpenID Connect gives to all.
const OPENID: [&str; 6] = ["openid", "email", "profile", "offline_access", "address", "phone"];
