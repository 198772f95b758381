//! Names around a value that may tell whose scopes it holds, farther out than those that say what it is: siblings such as
//! `Endpoint: github.Endpoint`, arguments before it such as `provider :github`, keys and calls that enclose it.

use std::collections::BTreeMap;

use super::frame::{Frames, Value};
use super::name::{last, words};

/// The telling members of every object of a program.
#[derive(Debug)]
pub(super) struct Around<'f> {
    frames: &'f Frames,
    members: BTreeMap<usize, Vec<usize>>,
}

impl<'f> Around<'f> {
    /// Reads the members of a program once.
    pub(super) fn new(text: &str, frames: &'f Frames) -> Self {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, value) in frames.values.iter().enumerate() {
            let telling = value.lead.is_some_and(|lead| is_telling(&text[lead.range()]));
            if telling && value.level > 0 && value.span.len() <= LONGEST {
                members.entry(value.level).or_default().push(index);
            }
        }
        Self { frames, members }
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
        names.extend(enclosing.into_iter().map(|span| last(&text[span.range()])).map(str::to_owned));
        names
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

const DEEPEST: usize = 6;
const MOST_BEFORE: usize = 3;
const MOST_MEMBERS: usize = 8;
/// Longer texts name nobody.
const LONGEST: u32 = 60;
