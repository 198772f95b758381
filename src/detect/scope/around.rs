//! Names around a value that may tell whose scopes it holds, farther out than those that say what it is: siblings such as
//! `Endpoint: github.Endpoint`, arguments before it such as `provider :github`, keys and calls that enclose it.

use std::collections::BTreeMap;

use super::constant::owner;
use super::frame::{Frames, Value};
use super::name::{last, words};
use crate::span::Span;

/// The telling members of every object of a program.
#[derive(Debug)]
pub(super) struct Around<'f> {
    frames: &'f Frames,
    members: BTreeMap<usize, Vec<usize>>,
    /// The calls that made what a name holds: `ms = new OAuthProvider("microsoft.com")`.
    makers: BTreeMap<&'f str, usize>,
}

impl<'f> Around<'f> {
    /// Reads the members of a program once.
    pub(super) fn new(text: &'f str, frames: &'f Frames) -> Self {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, value) in frames.values.iter().enumerate() {
            let telling = value.lead.is_some_and(|lead| is_telling(&text[lead.range()]));
            if telling && value.level > 0 && value.span.len() <= LONGEST {
                members.entry(value.level).or_default().push(index);
            }
        }
        let calls = frames.levels.iter().enumerate().filter(|(_, level)| level.open == b'(' && level.callee.is_some());
        let makers = calls.filter_map(|(at, level)| Some((last(&text[level.lead?.range()]), at))).collect();
        Self { frames, members, makers }
    }

    /// The names around a value, the nearest first.
    pub(super) fn of(&self, text: &str, value: &Value) -> Vec<String> {
        let mut names = Vec::new();
        let mut note = |index: usize| {
            let other = &self.frames.values[index];
            if other.span.len() <= LONGEST {
                names.push(text[other.span.range()].to_owned());
            }
            other.before
        };
        let mut before = value.before;
        let mut at = value.level;
        let mut enclosing = Vec::new();
        for _ in 0..DEEPEST {
            for _ in 0..MOST_BEFORE {
                before = before.and_then(&mut note);
            }
            for &member in self.members.get(&at).into_iter().flatten().take(MOST_MEMBERS) {
                note(member);
            }
            let level = &self.frames.levels[at];
            enclosing.extend([level.callee, level.lead].into_iter().flatten());
            if level.parent == at {
                break;
            }
            before = level.before;
            at = level.parent;
        }
        let callee = self.frames.levels[value.level].callee;
        let makers = callee.map(|callee| self.maker(text, &text[callee.range()])).unwrap_or_default();
        names.extend(makers.into_iter().map(|span| text[span.range()].to_owned()));
        names.extend(enclosing.into_iter().map(|span| last(&text[span.range()])).map(str::to_owned));
        names
    }
}

impl Around<'_> {
    /// What made the thing whose method is called, and the first text that it was given: `ms.addScope(…)`.
    fn maker(&self, text: &str, callee: &str) -> Vec<Span> {
        let Some(owner) = owner(callee) else { return Vec::new() };
        let Some(&at) = self.makers.get(owner) else { return Vec::new() };
        let first = self.frames.values.partition_point(|value| value.span.start < self.start(at));
        let given = self.frames.values[first..].iter().take(FEW).find(|value| value.level == at && value.text);
        let given =
            given.map(|value| value.span).filter(|span| span.len() <= LONGEST && !text[span.range()].is_empty());
        given.into_iter().chain(self.frames.levels[at].callee).collect()
    }

    /// Where the name that is called stands.
    fn start(&self, at: usize) -> u32 {
        self.frames.levels[at].callee.map_or(0, |callee| callee.start)
    }
}

/// Whether a member of this name tells whose object it is.
fn is_telling(name: &str) -> bool {
    let name = last(name);
    TELLING.contains(&name.to_ascii_lowercase().as_str())
        || words(name).last().is_some_and(|last| matches!(last.as_str(), "provider" | "endpoint" | "strategy"))
}

/// Whether an object with these members is the answer of a token endpoint, or a token as an API lists it: what it was
/// granted nobody asks for here.
pub(super) fn is_answer<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let (mut token, mut answers) = (false, 0);
    for name in names {
        let name: String = last(name).chars().filter(char::is_ascii_alphanumeric).collect();
        match name.to_ascii_lowercase().as_str() {
            "clientid" | "clientsecret" | "authurl" | "authorizeurl" | "tokenurl" | "tokenuri" => return false,
            "accesstoken" | "hashedtoken" | "token" | "refreshtoken" | "idtoken" => token = true,
            "tokentype" | "expiresin" | "tokenlasteight" | "createdat" | "updatedat" | "expiresat" => answers += 1,
            _ => {}
        }
    }
    token && answers > 0 || answers > 1
}

/// Names of members that tell whose object it is.
pub(super) const TELLING: [&str; 17] = [
    "provider",
    "type",
    "name",
    "id",
    "service",
    "driver",
    "strategy",
    "kind",
    "platform",
    "connector",
    "integration",
    "slug",
    "app",
    "title",
    "resource",
    "audience",
    "issuer",
];

/// So many values behind a call the first that it was given is looked for.
const FEW: usize = 6;
const DEEPEST: usize = 6;
const MOST_BEFORE: usize = 3;
const MOST_MEMBERS: usize = 8;
/// Longer texts name nobody.
const LONGEST: u32 = 60;
