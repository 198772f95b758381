//! Constants of a file: lists that are asked for by their name, and members of enumerations that stand for a scope.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Frames, Manner, Value};
use super::name::last;
use crate::span::Span;

/// The names and texts of a file that may stand for each other.
#[derive(Debug, Default)]
pub(super) struct Constants<'t> {
    /// Names without an owner that stand where scopes are asked for.
    asked: BTreeSet<&'t str>,
    /// Names that are handed to some call.
    lent: BTreeSet<&'t str>,
    /// Texts by the name they are given to; `None` where one name has several.
    texts: BTreeMap<&'t str, Option<Span>>,
    /// All names that are given something.
    given: BTreeSet<&'t str>,
    /// Texts by owner and name: `Scopes`, `READ`.
    members: BTreeMap<(&'t str, &'t str), Span>,
}

impl<'t> Constants<'t> {
    /// The texts that names are given in a file.
    pub(super) fn of(text: &'t str, frames: &Frames) -> Self {
        let mut constants = Self::default();
        let leads = frames.values.iter().map(|value| value.lead).chain(frames.levels.iter().map(|level| level.lead));
        constants.given = leads.flatten().map(|lead| last(&text[lead.range()])).collect();
        for value in frames.values.iter().filter(|value| value.text && value.manner == Manner::Given) {
            let Some(name) = value.lead.map(|lead| last(&text[lead.range()])) else { continue };
            if name.is_empty() || value.span.is_empty() || value.span.len() > LONGEST {
                continue;
            }
            let level = &frames.levels[value.level];
            if level.open == b'{'
                && let Some(owner) = level.callee.or(level.lead)
            {
                constants.members.entry((last(&text[owner.range()]), name)).or_insert(value.span);
            }
            let held = constants.texts.entry(name).or_insert(Some(value.span));
            if held.is_some_and(|held| text[held.range()] != text[value.span.range()]) {
                *held = None;
            }
        }
        constants
    }

    /// Notes a name that stands where scopes are asked for.
    pub(super) fn ask(&mut self, path: &'t str) {
        let name = last(path);
        if owner(path).is_none() && !name.is_empty() {
            self.asked.insert(name);
        }
    }

    /// Whether the file itself gives something to the name that a path ends with, or to the object before it.
    pub(super) fn holds(&self, path: &str) -> bool {
        let name = last(path);
        let owned =
            owner(path).is_some_and(|owner| self.given.contains(owner) || self.members.contains_key(&(owner, name)));
        name.is_empty() || owned || owner(path).is_none() && self.given.contains(name)
    }

    /// Notes a name that is handed to some call.
    pub(super) fn lend(&mut self, path: &'t str) {
        let name = last(path);
        if owner(path).is_none() && !name.is_empty() {
            self.lent.insert(name);
        }
    }

    /// Whether what is given to a name is handed to some call in the file.
    pub(super) fn is_lent(&self, name: &str) -> bool {
        self.lent.contains(last(name))
    }

    /// Whether what is given to a name is asked for elsewhere in the file.
    pub(super) fn is_asked(&self, name: &str) -> bool {
        self.asked.contains(last(name))
    }

    /// The text that a member stands for: `Scopes.READ`.
    pub(super) fn member(&self, path: &str) -> Option<Span> {
        let (owner, name) = (owner(path)?, last(path));
        self.members.get(&(owner, name)).copied().or_else(|| self.texts.get(name).copied().flatten())
    }
}

/// The name before the last of a path, unless it only says "this".
pub(super) fn owner(path: &str) -> Option<&str> {
    let name = last(path);
    let before = path.rfind(name).map_or("", |at| &path[..at]);
    let owner = last(before.trim_end_matches(['.', '>', '-', ':', '?', '!', '\\', '$']));
    (!owner.is_empty() && !["this", "self", "cls", "static", "super", "@"].contains(&owner)).then_some(owner)
}

/// The names that a text is filled with behind `scope=`: `f"…?scope={SCOPES}"`, `"…&scope=$scope"`.
pub(super) fn filled(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"scope=").take(MOST_FILLED) {
        let rest = text[at + 6..].trim_start_matches(['$', '{', '#', '@', '(']);
        let filled = text[at + 6..].starts_with(['$', '{', '#']);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if filled && end > 0 {
            names.push(&rest[..end]);
        }
    }
    names
}

/// Whether a value is a name that could stand for a scope.
pub(super) fn is_reference(value: &Value) -> bool {
    !value.text && value.manner == Manner::Given && value.span.len() <= LONGEST
}

const LONGEST: u32 = 200;
const MOST_FILLED: usize = 20;

#[cfg(test)]
mod tests {
    use super::owner;

    #[test]
    fn a_member_has_an_owner() {
        assert_eq!(owner("Scopes.READ"), Some("Scopes"));
        assert_eq!(owner("Google\\Service\\Drive::DRIVE"), Some("Drive"));
        assert_eq!(owner("this.scopes"), None);
        assert_eq!(owner("$this->scopes"), None);
        assert_eq!(owner("SCOPES"), None);
    }
}
