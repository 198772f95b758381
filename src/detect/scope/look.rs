//! The eye for scope requests: gates, readers by kind of file, whose scopes they are.

use std::collections::{BTreeMap, BTreeSet};

use super::code::Asking;
use super::name::words;
use super::odd::Odd;
use super::style::Style;
use super::unspecified::Unspecified;
use super::whose::{Evidence, Owned};
use super::{Asked, Group, code, flag, manifest, permission_id, prose, setting, share, url};
use crate::detect::prefilter::{Hits, WordId, Words};
use crate::detect::{Detector, Rank, Sight, View};
use crate::fact::{Context, Role, ScopeRequest, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::scope::Scope;
use crate::settings::notebook::{Cell, cells};
use crate::span::Span;

/// Looks for scopes that are asked for.
#[derive(Debug)]
pub struct ScopeRequests {
    scope: WordId,
    graph: WordId,
    shapes: Vec<WordId>,
    maps: Vec<WordId>,
    unspecified: Unspecified,
    odd: Odd,
    rule: RuleId,
}

impl ScopeRequests {
    /// Asks for the words that stand in every text with a request.
    #[must_use]
    pub fn new(words: &mut Words) -> Self {
        let scope = words.ask("scope");
        Self {
            scope,
            odd: Odd::new(scope),
            graph: words.ask(permission_id::GRAPH),
            shapes: SHAPES.iter().map(|shape| words.ask(shape)).collect(),
            maps: permission_id::MAPS.iter().map(|map| words.ask(map)).collect(),
            unspecified: Unspecified::new(words),
            rule: "scope/request".parse().expect("a constant id"),
        }
    }

    /// Whether a word stands in the text without which nothing is asked for.
    fn is_met(&self, hits: &Hits) -> bool {
        hits.has(self.scope) || hits.has(self.graph) || hits.any(&self.shapes) || hits.any(&self.maps)
    }

    /// All groups of a text, by the readers for its kind of file.
    fn groups(&self, view: &View<'_>) -> Asking {
        let text = view.text.as_str();
        let places = || view.hits.of(self.scope).take(MOST_PARAMETERS);
        let mut groups: Vec<Group> = places().filter_map(|at| url::group(text, at as usize)).collect();
        if view.hits.has(self.graph) || view.hits.any(&self.maps) {
            groups.extend(permission_id::group(text, view.settings()));
        }
        let ending = view.path.extension().unwrap_or_default().to_ascii_lowercase();
        if prose::is_prose(view.path.as_str()) {
            groups.extend(prose::groups(text));
            groups.iter_mut().for_each(|group| group.context = Context::Docs);
            return Asking { groups, ..Asking::default() };
        }
        let mut asking = Asking::default();
        let script = matches!(ending.as_str(), "" | "sh" | "bash" | "zsh" | "mk" | "ps1" | "bat" | "cmd");
        groups.extend(places().filter_map(|at| flag::group(view.text, at, script)));
        if ending == "ipynb" {
            for cell in cells(text) {
                groups.extend(notebook(&cell));
            }
        } else if let Some(settings) = view.settings() {
            let manifest = manifest::groups(text, view.path, settings);
            groups.extend(manifest.unwrap_or_else(|| setting::groups(text, settings)));
        } else {
            let style = Style::of(&ending).unwrap_or_else(Style::unknown);
            let pieces = self.pieces(view);
            let whole = pieces.len() == 1 && pieces[0].len() as usize == text.len();
            if whole {
                asking = code::read(text, style, &ending);
                groups.append(&mut asking.groups);
            }
            for piece in pieces.into_iter().filter(|_| !whole) {
                let mut found = code::groups(view.text.slice(piece), style);
                for written in found.iter_mut().flat_map(|group| &mut group.written) {
                    written.span = Span::new(written.span.start + piece.start, written.span.end + piece.start);
                }
                groups.extend(found);
            }
        }
        groups.truncate(MOST_GROUPS);
        Asking { groups, ..asking }
    }

    /// The parts of a program that are read: all of it, or, of a very large one, what stands around the words.
    fn pieces(&self, view: &View<'_>) -> Vec<Span> {
        let length = u32::try_from(view.text.as_str().len()).unwrap_or(u32::MAX);
        if length <= LARGE {
            return vec![Span::new(0, length)];
        }
        let words = self.shapes.iter().chain([&self.scope]);
        let mut places: Vec<u32> = words.flat_map(|&word| view.hits.of(word)).collect();
        places.sort_unstable();
        let mut pieces: Vec<Span> = Vec::new();
        for at in places {
            let start = view.text.line_at(at.saturating_sub(AROUND)).start;
            let end = view.text.line_at(at.saturating_add(AROUND).min(length)).end;
            match pieces.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => pieces.push(Span::new(start, end)),
            }
        }
        pieces.retain(|piece| piece.len() <= LARGE);
        pieces
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
                confidence: if view.role == Role::Test || group.context == Context::Docs {
                    Confidence::Low
                } else {
                    owner.confidence
                },
                persona: if owner.provider.is_some() { Persona::Regular } else { Persona::Pedantic },
                why: why(group, &owner),
                related: Vec::new(),
                seen: Seen::Scope(ScopeRequest {
                    scope: Scope::new(&written.scope),
                    provider: owner.provider,
                    context: group.context,
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
        if !prose::is_prose(view.path.as_str()) {
            self.unspecified.look(view, sights);
        }
        if view.role == Role::Generated || !self.is_met(view.hits) {
            return;
        }
        let text = view.text.as_str();
        if is_bundle(view) {
            return;
        }
        if !prose::is_prose(view.path.as_str()) {
            self.odd.look(view, sights);
        }
        let Asking { mut groups, notes, idle } = self.groups(view);
        view.notes.borrow_mut().extend(notes);
        if groups.is_empty() {
            return;
        }
        let mut offered: Vec<Group> = groups.extract_if(.., |group| group.asked == Asked::Offered).collect();
        drop_operations(&mut groups);
        offered.extend(drop_constants(&mut groups));
        let mut evidence = Evidence::new(text, view.path.as_str());
        let mut taken = BTreeSet::new();
        for group in &mut groups {
            evidence.understand(group);
            let owners = evidence.owners(group);
            evidence.spell_out(group, &owners);
            let idle = group.name.as_ref().is_some_and(|name| idle.contains(&name.name));
            view.notes.borrow_mut().extend(share::offer(group, &owners, true, idle));
            sights.extend(self.sights(group, owners, view, &mut taken));
        }
        for group in offered.iter_mut().take(MOST_OFFERED) {
            let owners = evidence.owners(group);
            evidence.spell_out(group, &owners);
            view.notes.borrow_mut().extend(share::offer(group, &owners, false, false));
        }
    }
}

/// The groups of one cell of a notebook, placed in the file.
fn notebook(cell: &Cell) -> Vec<Group> {
    let code = || code::groups(&cell.text, Style::of("py").unwrap_or_else(Style::unknown));
    let mut groups = if cell.code { code() } else { prose::groups(&cell.text) };
    let places = memchr::memmem::find_iter(cell.text.as_bytes(), b"scope=").take(MOST_PARAMETERS);
    groups.extend(places.filter_map(|at| url::group(&cell.text, at)));
    for written in groups.iter_mut().flat_map(|group| &mut group.written) {
        let end = written.span.end.max(1) - 1;
        written.span = Span::new(cell.outer(written.span.start), cell.outer(end) + 1);
    }
    groups
}

/// Whether a program was packed by a program: nobody asks for anything there that is not asked for in its source.
fn is_bundle(view: &View<'_>) -> bool {
    let script = matches!(view.path.extension(), Some("js" | "mjs" | "cjs" | "css"));
    script && view.text.as_str().len() > 20_000 && view.text.as_str().len() / view.text.lines().len() > 400
}

/// A file that names scopes for every one of its operations lists what each needs and asks for none.
fn drop_operations(groups: &mut Vec<Group>) {
    // Nobody asks for so much at once: a list of what exists.
    groups.retain(|group| {
        let all = group.hints.iter().any(|hint| words(hint).iter().any(|word| word == "all"));
        group.asked == Asked::Plainly || group.written.len() <= if all { 40 } else { 150 }
    });
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
    let mut distinct: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in counts.keys() {
        *distinct.entry(name).or_default() += 1;
    }
    // Configuration that gives one list again and again repeats its client.
    let config = groups.iter().all(|group| group.context == Context::Config);
    let repeats = |name: &String, count: usize| {
        let lists = distinct[name.as_str()];
        count >= MANY_LISTS && lists * 4 <= count * 3 && !(config && lists == 1)
    };
    let many: BTreeSet<String> =
        names.iter().filter(|(name, count)| repeats(name, **count)).map(|(name, _)| name.clone()).collect();
    groups.retain(|group| !named(&group) || !many.contains(&key(group)));
}

/// A file that gives every scope a name of its own offers them to others; what it asks for itself it names.
fn drop_constants(groups: &mut Vec<Group>) -> Vec<Group> {
    let alone =
        |group: &Group| group.asked == Asked::ByName && group.written.len() == 1 && group.context == Context::Code;
    let name = |group: &Group| group.hints.first().cloned().unwrap_or_default();
    let names: BTreeSet<String> = groups.iter().filter(|group| alone(group)).map(name).collect();
    let scopes: BTreeSet<&str> =
        groups.iter().filter(|group| alone(group)).map(|group| group.written[0].scope.as_str()).collect();
    if names.len() >= MANY_NAMES && scopes.len() >= MANY_NAMES {
        return groups.extract_if(.., |group| alone(group)).collect();
    }
    Vec::new()
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
        Context::Token => "a token",
    }
}

/// Words that only stand where scopes do, for lists whose names say something else.
const SHAPES: [&str; 9] = [
    "graph.microsoft.com/",
    "zohocrm.",
    "zohobooks.",
    "googleapis.com/auth/",
    "crm.objects.",
    "mail.readwrite",
    "user.read",
    "default_permissions",
    "permissions:",
];

/// From so many lists of one name on they may belong to operations.
const MANY_LISTS: usize = 8;

/// Larger programs are tables and bundles: only what stands around the words is read.
const LARGE: u32 = 1024 * 1024;
const AROUND: u32 = 4096;

/// More groups are not looked at.
const MOST_GROUPS: usize = 5000;

/// More constants of one file are not offered to others.
const MOST_OFFERED: usize = 1000;

/// So many single scopes with names of their own are a vocabulary.
const MANY_NAMES: usize = 6;

/// A text with more `scope` than this is a table.
const MOST_PARAMETERS: usize = 4000;

#[cfg(test)]
mod tests;
