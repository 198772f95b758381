//! One provider's scopes: which spelling means which, what each grants, which covers which.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

use super::ProviderId;
use super::access::{Certainty, Class};
use super::cover::Cover;
use super::entry::ScopeEntry;
use super::file::ScopesFile;
use super::grammar::Grammar;
use super::list;

/// A provider of the catalogue.
#[derive(Debug)]
pub struct Provider {
    id: ProviderId,
    about: About,
    grammar: Grammar,
    entries: Vec<ScopeEntry>,
    /// Every spelling of a listed scope, aliases too, to its entry.
    by_key: BTreeMap<String, usize>,
    /// Entries whose id has a place for a host: before and after the place.
    templates: Vec<(String, String, usize)>,
    covers: Vec<OnceLock<Cover>>,
}

/// What is known of a provider besides its scopes.
#[derive(Clone, Debug)]
pub struct About {
    /// Its name.
    pub name: String,
    /// How far the catalogue is sure.
    pub certainty: Certainty,
    /// When the facts were gathered.
    pub as_of: String,
    /// Under what terms the sources stand.
    pub licence: String,
    /// Where the facts are from.
    pub sources: Vec<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// Hosts of the API.
    pub hosts: Vec<String>,
    /// Authorize URLs.
    pub authorize: Vec<String>,
    /// Token URLs.
    pub token: Vec<String>,
    /// Files and calls in which the scopes are asked for.
    pub requested_in: Vec<String>,
}

impl Provider {
    /// Makes a provider of its file.
    #[must_use]
    pub fn new(file: ScopesFile) -> Self {
        let certainty = file.certainty;
        let configured = file.grammar.everything_configured.clone();
        let grammar = Grammar::new(file.grammar, &file.scopes);
        let mut entries: Vec<ScopeEntry> =
            file.scopes.into_iter().map(|row| ScopeEntry::new(row, &grammar, certainty)).collect();
        entries.extend(configured.iter().map(|id| ScopeEntry::configured(id, certainty)));
        let mut by_key = BTreeMap::new();
        for (i, entry) in entries.iter().enumerate() {
            by_key.insert(grammar.key(&entry.id), i);
        }
        for (i, entry) in entries.iter().enumerate() {
            for alias in &entry.aliases {
                by_key.entry(grammar.key(alias)).or_insert(i);
            }
        }
        let template = |(i, entry): (usize, &ScopeEntry)| {
            let (before, rest) = entry.id.split_once('{')?;
            let (_, after) = rest.split_once('}')?;
            Some((before.to_owned(), after.to_owned(), i))
        };
        let templates = entries.iter().enumerate().filter_map(template).collect();
        let covers = entries.iter().map(|_| OnceLock::new()).collect();
        let about = About {
            name: file.name,
            certainty,
            as_of: file.as_of,
            licence: file.licence,
            sources: file.sources,
            notes: file.notes,
            hosts: file.hosts,
            authorize: file.authorize,
            token: file.token,
            requested_in: file.requested_in,
        };
        Self { id: ProviderId::new(&file.provider), about, grammar, entries, by_key, templates, covers }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &ProviderId {
        &self.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.about.name
    }

    /// What is known of it besides its scopes.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// How it spells scopes.
    #[must_use]
    pub fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    /// Its scopes, in order of id.
    #[must_use]
    pub fn entries(&self) -> &[ScopeEntry] {
        &self.entries
    }

    /// The catalogue's spelling of a scope, also of one that only the grammar knows (a module of the user's own).
    /// `None`: not a scope of this provider.
    #[must_use]
    pub fn canonical(&self, written: &str) -> Option<String> {
        let written = cut(written)?;
        let entry = self.entry(written).map(|entry| entry.id.clone());
        entry.or_else(|| self.grammar.parse(self.grammar.bare(written)).map(|parsed| parsed.canonical))
    }

    /// The entry of a scope in any spelling. `None` for an unknown scope, and for one that only the grammar knows.
    #[must_use]
    pub fn entry(&self, written: &str) -> Option<&ScopeEntry> {
        self.index(written).map(|i| &self.entries[i])
    }

    /// Whether `a` grants everything that `b` grants.
    #[must_use]
    pub fn covers(&self, a: &str, b: &str) -> bool {
        self.cover(a).holds(&self.cover(b))
    }

    /// Whether the scopes of `by` together grant everything that `scope` grants.
    #[must_use]
    pub fn covered_by(&self, scope: &str, by: &[&str]) -> bool {
        self.cover_all(by).holds(&self.cover(scope))
    }

    /// What several scopes grant together.
    #[must_use]
    pub fn cover_all(&self, scopes: &[&str]) -> Cover {
        let mut all = Cover::default();
        scopes.iter().for_each(|scope| all.join(&self.cover(scope)));
        all
    }

    /// What a scope grants. One that is unknown grants itself.
    #[must_use]
    pub fn cover(&self, written: &str) -> Cover {
        if let Some(i) = self.index(written) {
            return self.covers[i].get_or_init(|| self.cover_of(i)).clone();
        }
        let mut cover = Cover::default();
        match self.grammar.parse(self.grammar.bare(written.trim())) {
            Some(parsed) => cover.area(parsed.area),
            None => cover.name(&self.grammar.key(written.trim())),
        }
        cover
    }

    /// The listed scopes that grant a part of this one and not all of it, in order of id.
    #[must_use]
    pub fn narrower(&self, scope: &str) -> Vec<&str> {
        let cover = self.cover(scope);
        let inside = |other: &str| cover.holds(&self.cover(other)) && !self.cover(other).holds(&cover);
        self.entries.iter().map(|entry| entry.id.as_str()).filter(|id| inside(id)).collect()
    }

    /// The listed scopes that grant this one and more, in order of id.
    #[must_use]
    pub fn broader(&self, scope: &str) -> Vec<&str> {
        let cover = self.cover(scope);
        let around = |other: &str| self.cover(other).holds(&cover) && !cover.holds(&self.cover(other));
        self.entries.iter().map(|entry| entry.id.as_str()).filter(|id| around(id)).collect()
    }

    /// Whether the scope gives more than most apps should hold.
    #[must_use]
    pub fn is_broad(&self, scope: &str) -> bool {
        match self.speaker(scope) {
            Some(entry) => entry.broad,
            None => self.class(scope) >= Class::Restricted,
        }
    }

    /// How the scope is sorted. An unknown scope is `Sensitive`: nobody can say that it is harmless.
    #[must_use]
    pub fn class(&self, scope: &str) -> Class {
        if let Some(entry) = self.speaker(scope) {
            return entry.class;
        }
        let several = |verbs: u16| verbs.count_ones() > 1;
        match self.grammar.parse(self.grammar.bare(scope.trim())) {
            Some(parsed) if Grammar::is_group(&parsed.area) && several(parsed.area.verbs) => Class::Group,
            Some(parsed) if parsed.area.verbs.count_ones() > 3 => Class::Restricted,
            _ => Class::Sensitive,
        }
    }

    /// Cuts a list of scopes at what stands between them, encoded or plain. The places are in bytes.
    pub fn split<'a>(&self, list: &'a str) -> impl Iterator<Item = (Range<usize>, &'a str)> + use<'a> {
        list::split(list)
    }

    /// Whoever speaks for a scope: its entry, or the entry of names of the user's own.
    fn speaker(&self, scope: &str) -> Option<&ScopeEntry> {
        self.entry(scope).or_else(|| {
            let parsed = self.grammar.parse(self.grammar.bare(scope.trim()))?;
            self.grammar.spokesman(&parsed).and_then(|id| self.entry(&id))
        })
    }

    fn index(&self, written: &str) -> Option<usize> {
        let written = cut(written)?;
        let bare = self.grammar.bare(written);
        let listed = |text: &str| self.by_key.get(&self.grammar.key(text)).copied();
        let slash = || bare.contains("://").then(|| listed(bare.strip_suffix('/')?).or(None)).flatten();
        let no_slash = || bare.contains("://").then(|| listed(&format!("{bare}/"))).flatten();
        let known = listed(bare).or_else(|| listed(&self.grammar.full(bare))).or_else(slash).or_else(no_slash);
        known.or_else(|| {
            let fits = |(before, after, _): &&(String, String, usize)| {
                let inner = bare.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(after.as_str()));
                inner
                    .map(|inner| inner.trim_end_matches('/'))
                    .is_some_and(|inner| !inner.is_empty() && !inner.contains('/'))
            };
            self.templates.iter().find(fits).map(|(_, _, i)| *i)
        })
    }

    fn cover_of(&self, start: usize) -> Cover {
        let mut cover = Cover::default();
        let mut open = vec![start];
        let mut seen = BTreeSet::new();
        while let Some(i) = open.pop() {
            if !seen.insert(i) {
                continue;
            }
            let entry = &self.entries[i];
            match self.grammar.parse(&entry.id) {
                Some(parsed) => cover.area(parsed.area),
                None => cover.name(&self.grammar.key(&entry.id)),
            }
            if let Some(area) = self.grammar.everything(&entry.id) {
                cover.area(area);
            }
            // An alias that is also listed by itself is the same in both directions.
            let same = entry.aliases.iter().filter_map(|alias| self.by_key.get(&self.grammar.key(alias)).copied());
            let back = self.entries.iter().enumerate().filter(|(_, other)| other.aliases.contains(&entry.id));
            open.extend(back.map(|(j, _)| j));
            open.extend(same);
            open.extend(entry.implies.iter().filter_map(|id| self.by_key.get(&self.grammar.key(id)).copied()));
        }
        cover
    }
}

/// A scope without the white space around it; nothing longer is one.
pub(super) fn cut(written: &str) -> Option<&str> {
    Some(written.trim()).filter(|written| !written.is_empty() && written.len() <= LONGEST)
}

/// No scope of any provider comes near.
const LONGEST: usize = 300;
