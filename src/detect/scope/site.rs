//! What is said about a value where it stands: asked for, listed, checked, or nothing.

use super::frame::{Frames, Level, Value};
use super::guard::{guards, wants};
use super::name::{Says, has_word, is_demand, last, lists, of_callee, of_lead, spells};
use super::url::host;
use crate::span::Span;

/// What is said about a value where it stands.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) says: Says,
    /// Where nothing is said: whether scopes of a plain shape may be asked for here.
    pub(super) may: bool,
    /// The names around it, the nearest first.
    pub(super) hints: Vec<String>,
    /// The name that the value or its list is given to, where that asks for nothing by itself: it may be asked for by name
    /// elsewhere.
    pub(super) named: Option<Span>,
    /// Whether it is a bare argument of a call whose name says nothing; that name.
    pub(super) bare: Option<Span>,
    /// Whether it is given to a name of its own inside something that asks: `scopes = { mail: "…", crm: "…" }`.
    pub(super) parted: bool,
    /// The host of the URL whose parameter the value is.
    pub(super) host: Option<String>,
}

/// What is said about a value by the walk outward, or by the value before it: `("scope", "…")`, `"…?scope=" + "…"`.
pub(super) fn of(text: &str, frames: &Frames, sizes: &[u32], value: &Value) -> Site {
    let mut site = walk(text, frames, value);
    // `JWTVerifier(required_scopes=["…"])`
    let wanted = site.says == Says::Asks && site.named.is_some_and(|name| wants(&text[name.range()]));
    if wanted && taker(frames, value).is_some_and(|callee| guards(text, callee)) {
        site.says = Says::Checks;
        return site;
    }
    if site.says < Says::Lists && goes_on(text, frames, value) {
        site.says = Says::Asks;
        return site;
    }
    let Some(before) = value.before.map(|before| &frames.values[before]).filter(|before| before.text) else {
        return site;
    };
    let said = text[before.span.range()].trim_end_matches(['"', '\'']);
    if said.to_ascii_lowercase().ends_with("scope=") {
        site.says = Says::Asks;
        site.host = host(said);
        return site;
    }
    let level = &frames.levels[value.level];
    let pair = level.open == b'(' || level.open == b'[' && sizes.get(value.level) == Some(&2);
    let guards = level.callee.is_some_and(|callee| is_demand(&text[callee.range()]));
    let open = !matches!(site.says, Says::Checks | Says::Looks | Says::Asks | Says::Lists) && !guards;
    if pair && open && value.lead.is_none() && before.lead.is_none() && said.len() < 40 && of_lead(said) == Says::Asks {
        site.says = Says::Asks;
        site.hints.insert(0, said.to_owned());
    } else if site.says == Says::Nothing && level.open == b'(' && said.contains("scope=") {
        // `format("…?scope=%s", …, "…")`
        site.may = true;
    }
    site
}

/// Whether the text before a value ends where scopes begin, though other brackets hold it: `.append("&scope=").append("…")`.
fn goes_on(text: &str, frames: &Frames, value: &Value) -> bool {
    let at = frames.values.partition_point(|other| other.span.start < value.span.start);
    let Some(before) = at.checked_sub(1).map(|at| &frames.values[at]).filter(|before| before.text) else {
        return false;
    };
    let between = text.get(before.span.end as usize..value.span.start as usize).unwrap_or_default();
    let joins = between.len() < FARTHEST && !between.contains([';', '{']) && between.contains(['+', '.', '(']);
    joins && text[before.span.range()].to_ascii_lowercase().ends_with("scope=")
}

/// The call that takes a value or the list that it stands in, by name or as a member of an object.
fn taker(frames: &Frames, value: &Value) -> Option<Span> {
    let mut at = value.level;
    for _ in 0..4 {
        let level = &frames.levels[at];
        if level.callee.is_some() && level.open != b'[' {
            return level.callee;
        }
        at = level.parent;
    }
    None
}

/// Walks from a value outward until a name speaks.
fn walk(text: &str, frames: &Frames, value: &Value) -> Site {
    let mut site =
        Site { says: Says::Nothing, may: true, hints: Vec::new(), named: None, bare: None, parted: false, host: None };
    // The value of a key that says nothing of scopes, inside something that may: `scopes: { drive: "…" }`.
    let mut apart = false;
    if let Some(name) = site.note(text, value.lead) {
        match of_lead(name) {
            // A single scope with such a name is one of several to choose from.
            Says::Nothing if is_part(name) && !ACCESS.contains(&last(name).to_ascii_lowercase().as_str()) => {
                site.may = false;
            }
            Says::Nothing => {
                apart = true;
                site.may = is_loose(name) || spells(name);
                site.named = value.lead;
            }
            says => {
                site.says = says;
                site.named = value.lead;
            }
        }
    }
    let mut at = value.level;
    for _ in 0..DEEPEST {
        let level: &Level = &frames.levels[at];
        if level.listing {
            site.says = Says::Lists;
            return site;
        }
        if level.compared {
            site.says = Says::Checks;
            return site;
        }
        let callee = site.note(text, level.callee);
        let calls = callee.map_or(Says::Wraps, of_callee);
        // A demand or an assertion outweighs what stands inside it.
        if calls == Says::Checks {
            site.says = calls;
            return site;
        }
        if site.says == Says::Nothing {
            match calls {
                Says::Asks if apart => (site.says, site.parted) = (Says::Lists, true),
                Says::Asks => site.says = Says::Asks,
                // A bare argument of some call: a message, a name, anything; a list given to it is a list.
                Says::Nothing if level.open == b'(' => {
                    if at == value.level && !apart {
                        site.bare = level.callee;
                        site.may &= callee.is_some_and(is_loose);
                    }
                    // `const SCOPE_BY_OPERATION = new Map([…])`
                    let lead = level.lead.map_or(Says::Nothing, |lead| of_lead(&text[lead.range()]));
                    if matches!(lead, Says::Lists | Says::Checks) {
                        site.says = lead;
                    }
                    return site;
                }
                Says::Looks => {
                    site.says = calls;
                    return site;
                }
                _ => {}
            }
        }
        if let Some(name) = site.note(text, level.lead) {
            if site.says == Says::Nothing {
                match of_lead(name) {
                    Says::Asks if apart => (site.says, site.parted) = (Says::Lists, true),
                    // `scopes: { bot: […], user: […] }`
                    Says::Nothing if !apart && is_part(name) && level.open == b'[' => {
                        site.may = false;
                        at = level.parent;
                        continue;
                    }
                    Says::Nothing => site.may &= is_loose(name),
                    says => site.says = says,
                }
                if !apart {
                    site.named = level.lead;
                }
            }
            // What encloses a named list says no more about it, but for the call that it is handed to.
            if level.open != b'{' && level.open != b'[' {
                return site;
            }
            if frames.levels[level.parent].open != b'(' {
                break;
            }
        }
        if at == level.parent || level.open == b'{' && level.callee.is_some() {
            break;
        }
        at = level.parent;
    }
    // At the outermost level without any name there is prose or data.
    site.may &= value.lead.is_some() || frames.levels[value.level].open != 0;
    site
}

impl Site {
    fn note<'t>(&mut self, text: &'t str, span: Option<Span>) -> Option<&'t str> {
        let name = text.get(span?.range())?;
        // Of a long chain of calls the last one.
        let short = if name.len() <= LONGEST_NAME { name } else { last(name) };
        if short.len() <= LONGEST_NAME {
            self.hints.push(short.to_owned());
        }
        Some(name)
    }
}

fn is_part(name: &str) -> bool {
    // `"Mail.Read": […]` is a scope with others.
    !name.contains('.') && PARTS.contains(&last(name).to_ascii_lowercase().as_str())
}

fn is_loose(name: &str) -> bool {
    !name.contains("://") && has_word(name, &LOOSE) && !lists(name)
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

/// Parts that name a kind of access.
const ACCESS: [&str; 3] = ["read", "write", "admin"];

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
/// Longer between two texts they do not belong together.
const FARTHEST: usize = 120;
/// Longer names tell nothing.
const LONGEST_NAME: usize = 80;
