//! Scope requests in program code of any language.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Frames, Level, Manner, Value};
use super::lex::Style;
use super::name::{Says, of_callee, of_lead, words};
use super::token::{Coding, split};
use super::{Asked, Group, frame, lex};
use crate::fact::Context;

/// The groups of scopes that a program asks for.
pub(super) fn groups(text: &str, style: Style) -> Vec<Group> {
    let tokens = lex::read(text, style);
    let frames = frame::read(text, &tokens, style);
    let fields = fields(text, &frames);
    let mut groups: BTreeMap<(usize, u32), Group> = BTreeMap::new();
    for value in &frames.values {
        if !value.text || value.manner != Manner::Given || value.span.len() > LONGEST {
            continue;
        }
        let content = &text[value.span.range()];
        if content.len() < 2 || content.contains("scope=") || !content.bytes().any(|b| b.is_ascii_alphabetic()) {
            continue;
        }
        let mut site = site(text, &frames, value);
        // `{ name: "scope", default: "…" }`
        let lead = value.lead.map_or("", |lead| &text[lead.range()]);
        if fields.contains(&value.level) && ["default", "value", "defaultValue", "initialValue"].contains(&lead) {
            site.says = Says::Asks;
        }
        let asked = match site.says {
            Says::Asks => Asked::ByName,
            Says::Nothing if site.may && may_be_proven(content) => Asked::ByShape,
            _ => continue,
        };
        let written = split(text, value.span, Coding::Plain);
        if written.is_empty() {
            continue;
        }
        // Items of one list belong together; a value with a name of its own stands for itself.
        let key = match value.lead {
            Some(lead) => (value.level, lead.start),
            None => (value.level, u32::MAX),
        };
        let group = groups.entry(key).or_insert_with(|| Group {
            written: Vec::new(),
            context: Context::Code,
            asked,
            hints: site.hints,
            host: None,
            provider: None,
            client_id: None,
        });
        group.asked = group.asked.max(asked);
        group.written.extend(written);
    }
    groups.into_values().collect()
}

/// The objects that describe a field named after scopes.
fn fields(text: &str, frames: &Frames) -> BTreeSet<usize> {
    let named = |value: &&Value| {
        value.text
            && value.manner == Manner::Given
            && value.lead.is_some_and(|lead| ["name", "key", "id", "field"].contains(&&text[lead.range()]))
            && value.span.len() < 40
            && of_lead(&text[value.span.range()]) == Says::Asks
    };
    frames.values.iter().filter(named).map(|value| value.level).collect()
}

/// What is said about a value where it stands.
struct Site {
    says: Says,
    /// Where nothing is said: whether scopes of a plain shape may be asked for here.
    may: bool,
    hints: Vec<String>,
}

fn site(text: &str, frames: &Frames, value: &Value) -> Site {
    let mut hints = Vec::new();
    let mut note = |span: Option<crate::span::Span>| -> Option<&str> {
        let name = text.get(span?.range())?;
        if name.len() <= 80 {
            hints.push(name.to_owned());
        }
        Some(name)
    };
    let mut inner = Says::Nothing;
    let mut may = true;
    if let Some(name) = note(value.lead) {
        match of_lead(name) {
            Says::Nothing if PARTS.contains(&super::name::last(name).to_ascii_lowercase().as_str()) => {}
            Says::Nothing => {
                may = words(name).iter().any(|word| LOOSE.contains(&word.as_str()));
                inner = Says::Lists;
            }
            says => inner = says,
        }
    }
    let mut at = value.level;
    let mut says = Says::Nothing;
    for _ in 0..DEEPEST {
        if inner == Says::Asks {
            says = Says::Asks;
        }
        let level: &Level = &frames.levels[at];
        if level.listing {
            says = Says::Lists;
            break;
        }
        let callee = note(level.callee).map_or(Says::Wraps, of_callee);
        match callee {
            Says::Checks | Says::Lists => {
                says = callee;
                break;
            }
            Says::Asks if says == Says::Nothing => {
                says = if inner == Says::Lists { Says::Lists } else { Says::Asks };
                break;
            }
            Says::Nothing if level.open == b'(' => {
                // A bare argument of some call: a message, a name, anything; a list given to it is a list.
                let name = level.callee.map_or("", |callee| &text[callee.range()]);
                may &= at != value.level || words(name).iter().any(|word| LOOSE.contains(&word.as_str()));
                break;
            }
            _ => {}
        }
        if says != Says::Nothing || inner == Says::Checks {
            break;
        }
        if let Some(name) = note(level.lead) {
            says = match of_lead(name) {
                Says::Asks if inner == Says::Lists => Says::Lists,
                Says::Nothing => {
                    may &= at == value.level || level.open == b'(';
                    may &= words(name).iter().any(|word| LOOSE.contains(&word.as_str()));
                    Says::Nothing
                }
                other => other,
            };
            break;
        }
        if at == level.parent {
            break;
        }
        at = level.parent;
    }
    if says == Says::Nothing && matches!(inner, Says::Checks) {
        says = inner;
    }
    // At the outermost level without any name there is prose or data.
    may &= value.lead.is_some() || frames.levels[value.level].open != 0;
    Site { says, may, hints }
}

/// Whether a text may hold a scope that its shape proves; cheap, for every string of a program passes here.
fn may_be_proven(text: &str) -> bool {
    text.contains("://") || text.bytes().any(|byte| matches!(byte, b'.' | b':' | b'_'))
}

/// Keys inside a list of scopes that only part it: `scopes: { bot: […], user: […] }`.
const PARTS: [&str; 16] = [
    "bot",
    "user",
    "required",
    "optional",
    "conditional",
    "default",
    "delegated",
    "application",
    "value",
    "write",
    "read",
    "admin",
    "extra",
    "additional",
    "base",
    "common",
];

/// Words in the name of a list that do not say scopes, but may hold them.
const LOOSE: [&str; 20] = [
    "login",
    "token",
    "authorize",
    "authenticate",
    "consent",
    "connect",
    "permission",
    "permissions",
    "perms",
    "perm",
    "auth",
    "oauth",
    "oauth2",
    "credentials",
    "access",
    "grants",
    "google",
    "graph",
    "zoho",
    "hubspot",
];

const DEEPEST: usize = 12;
/// Longer strings are documents.
const LONGEST: u32 = 16 * 1024;
