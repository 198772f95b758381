//! Constants that only demand scopes: what is granted is compared with them, or a table gives them to operations.

use std::collections::{BTreeMap, BTreeSet};

use super::constant::{filled, is_reference};
use super::frame::{Frames, Manner};
use super::guard::wants;
use super::lex::{Kind, Token};
use super::name::{Says, has_word, last, of_callee, of_lead};
use super::site;
use crate::span::Span;

/// The constants of a program that nobody is asked for by.
#[derive(Debug, Default)]
pub(super) struct Demands<'t> {
    /// Those that are used for nothing but demands.
    pub(super) only: BTreeSet<&'t str>,
    /// Those that are used nowhere: others may use them.
    pub(super) idle: BTreeSet<&'t str>,
}

/// How a program uses names of other files that are named after scopes: whether each is only compared.
pub(super) fn foreign<'n>(
    text: &str,
    tokens: &[Token],
    frames: &Frames,
    names: &BTreeSet<&'n str>,
) -> Vec<(&'n str, Span, bool)> {
    let sizes = Vec::new();
    let mut uses: BTreeMap<&str, (Span, bool)> = BTreeMap::new();
    let mut statement = false;
    for (at, token) in tokens.iter().enumerate() {
        let word = if token.kind == Kind::Word { &text[token.span.range()] } else { "" };
        match word {
            "import" | "require" => statement = true,
            "" if matches!(token.kind, Kind::Break | Kind::Text | Kind::Mark([b';', 0])) => statement = false,
            _ => {}
        }
        let Some(name) = names.get(word).filter(|_| !statement) else { continue };
        let after = tokens.get(at + 1).map(|token| token.kind);
        // `const { SCOPES } = require("./scopes")`
        if after == Some(Kind::Close(b'}')) || after == Some(Kind::Mark([b',', 0])) && is_bound(tokens, at) {
            continue;
        }
        let checked = match use_of(text, tokens, frames, &sizes, at) {
            Use::Checked => true,
            Use::Told => continue,
            _ => false,
        };
        let held = uses.entry(name).or_insert((token.span, true));
        held.1 &= checked;
    }
    uses.into_iter().filter_map(|(name, (span, checked))| Some((*names.get(name)?, span, checked))).collect()
}

/// Whether a name stands in braces to which something is given: `{ A, B } = …`.
fn is_bound(tokens: &[Token], at: usize) -> bool {
    let close = tokens[at..].iter().take(FARTHEST).position(|token| token.kind == Kind::Close(b'}'));
    close.is_some_and(|close| tokens.get(at + close + 1).map(|token| token.kind) == Some(Kind::Mark([b'=', 0])))
}

/// Reads how a program uses its constants.
pub(super) fn read<'t>(text: &'t str, tokens: &[Token], frames: &Frames, sizes: &[u32]) -> Demands<'t> {
    let declared = declared(text, frames);
    let mut uses: BTreeMap<&str, Vec<Use<'t>>> = BTreeMap::new();
    if declared.is_empty() {
        return Demands::default();
    }
    let mut shown = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Word) {
        let name = &text[token.span.range()];
        let Some(places) = declared.get(name) else { continue };
        let found = if places.contains(&token.span.end) {
            let open = exported(text, tokens, at);
            shown.extend(open.then_some(name));
            open.then_some(Use::Other)
        } else {
            Some(use_of(text, tokens, frames, sizes, at))
        };
        uses.entry(name).or_default().extend(found);
    }
    for value in frames.values.iter().filter(|value| value.text) {
        for name in filled(&text[value.span.range()]) {
            uses.entry(name).or_default().push(Use::Other);
        }
    }
    let tables = tables(&uses);
    let mut demanded = BTreeSet::new();
    // A constant may stand in the list of another.
    for _ in 0..DEEPEST {
        let before = demanded.len();
        let demands = |used: &Use<'_>| match used {
            Use::Checked => true,
            Use::Row(table) => tables.contains(table),
            Use::Part(list) => demanded.contains(list),
            Use::Told | Use::Other => false,
        };
        let only =
            |uses: &[Use<'_>]| uses.iter().any(demands) && uses.iter().all(|used| *used == Use::Told || demands(used));
        let more: Vec<&str> = uses.iter().filter(|(_, uses)| only(uses)).map(|(&name, _)| name).collect();
        demanded.extend(more.into_iter().filter_map(|name| declared.get_key_value(name).map(|(&name, _)| name)));
        if demanded.len() == before {
            break;
        }
    }
    let unused = |name: &&str| {
        let others = uses.get(name).into_iter().flatten().filter(|used| **used != Use::Told).count();
        others == usize::from(shown.contains(name))
    };
    let idle = declared.keys().copied().filter(unused).collect();
    Demands { only: demanded, idle }
}

/// How a constant is used in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use<'t> {
    /// Something is compared with it.
    Checked,
    /// A key of the object at this level is given it.
    Row(usize),
    /// It is an item of the list of this name.
    Part(&'t str),
    /// It is printed.
    Told,
    Other,
}

/// The constants that are named after scopes or hold one, with the ends of the names where they are given a value.
fn declared<'t>(text: &'t str, frames: &Frames) -> BTreeMap<&'t str, BTreeSet<u32>> {
    let mut declared: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    let mut note = |lead: Option<Span>| {
        let Some(lead) = lead.filter(|lead| lead.len() <= LONGEST) else { return };
        let name = last(&text[lead.range()]);
        if is_constant(name) || wants(name) && of_lead(name) != Says::Nothing {
            declared.entry(name).or_default().insert(lead.end);
        }
    };
    let given = |value: &&super::frame::Value| value.manner == Manner::Given;
    for value in frames.values.iter().filter(given) {
        note(value.lead);
        let mut at = value.level;
        for _ in 0..DEEPEST {
            let level = &frames.levels[at];
            if level.open == b'{' && level.callee.is_some() {
                break;
            }
            note(level.lead);
            at = level.parent;
        }
    }
    declared
}

/// Whether a name is spelled as a constant.
fn is_constant(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_uppercase()) && !name.bytes().any(|b| b.is_ascii_lowercase())
}

/// Whether others may use a constant: `export const SCOPES = …`.
fn exported(text: &str, tokens: &[Token], at: usize) -> bool {
    let before = tokens[..at].iter().rev().take(FEW).take_while(|token| token.kind == Kind::Word);
    before.into_iter().any(|token| matches!(&text[token.span.range()], "export" | "public" | "pub"))
}

fn use_of<'t>(text: &'t str, tokens: &[Token], frames: &Frames, sizes: &[u32], at: usize) -> Use<'t> {
    let code = Code { text, tokens };
    if code.is_compared(at) {
        return Use::Checked;
    }
    let span = tokens[at].span;
    let first = frames.values.partition_point(|value| value.span.end < span.end);
    let value = frames.values[first..].iter().take(1).find(|value| value.span.end == span.end && is_reference(value));
    let Some(value) = value else { return Use::Other };
    let site = site::of(text, frames, sizes, value);
    let mut level = &frames.levels[value.level];
    match site.says {
        Says::Checks | Says::Looks => return Use::Checked,
        _ if level.callee.is_some_and(|callee| has_word(last(&text[callee.range()]), &TELLING)) => return Use::Told,
        _ => {}
    }
    if let Some(name) = site.named.filter(|_| site.says == Says::Asks) {
        return Use::Part(last(&text[name.range()]));
    }
    // `search: read(READ_SCOPES)` in a table
    let mut lead = value.lead;
    let mut row = value.level;
    if lead.is_none() && level.open == b'(' {
        lead = level.lead;
        row = level.parent;
        level = &frames.levels[row];
    }
    let plain = lead.is_some_and(|lead| of_lead(&text[lead.range()]) == Says::Nothing);
    if plain && level.open == b'{' { Use::Row(row) } else { Use::Other }
}

/// The objects that give few lists to many keys: each key is an operation.
fn tables(uses: &BTreeMap<&str, Vec<Use<'_>>>) -> BTreeSet<usize> {
    let mut rows: BTreeMap<usize, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for (name, uses) in uses {
        for used in uses {
            if let Use::Row(table) = used {
                let held = rows.entry(*table).or_default();
                held.0 += 1;
                held.1.insert(name);
            }
        }
    }
    rows.retain(|_, (count, names)| *count >= MANY_ROWS && names.len() * 2 <= *count);
    rows.into_keys().collect()
}

struct Code<'c> {
    text: &'c str,
    tokens: &'c [Token],
}

impl<'c> Code<'c> {
    fn word(&self, at: usize) -> &'c str {
        match self.tokens.get(at) {
            Some(token) if token.kind == Kind::Word => &self.text[token.span.range()],
            _ => "",
        }
    }

    fn mark(&self, at: usize) -> [u8; 2] {
        match self.tokens.get(at).map(|token| token.kind) {
            Some(Kind::Mark(mark)) => mark,
            _ => [0, 0],
        }
    }

    fn is_joint(&self, at: usize) -> bool {
        matches!(&self.mark(at), [b'.', 0] | b"?." | b"::" | b"->")
    }

    /// Whether the name at a token is compared with something where it stands.
    fn is_compared(&self, at: usize) -> bool {
        let mut start = at;
        while start >= 2 && self.is_joint(start - 1) && !self.word(start - 2).is_empty() {
            start -= 2;
        }
        if self.is_in(at + 1) || is_equality(self.mark(at + 1)) || self.is_looked_into(at + 1) {
            return true;
        }
        let Some(before) = start.checked_sub(1) else { return false };
        if is_equality(self.mark(before)) {
            return true;
        }
        if matches!(self.word(before), "in" | "of") {
            return self.is_sought(before, at);
        }
        // `set(SCOPES) <= granted`, `set(SCOPES) - granted`, `new Set(SCOPES).isSubsetOf(…)`
        let wrapped = before.checked_sub(1).is_some_and(|name| matches!(self.word(name), "set" | "frozenset" | "Set"));
        if wrapped && matches!(self.tokens.get(at + 1).map(|token| token.kind), Some(Kind::Close(_))) {
            let ahead = self.mark(before.saturating_sub(2));
            return self.is_looked_into(at + 2) || is_order(self.mark(at + 2)) || before >= 2 && is_order(ahead);
        }
        false
    }

    /// `in` or `not in`.
    fn is_in(&self, at: usize) -> bool {
        self.word(at) == "in" || self.word(at) == "not" && self.word(at + 1) == "in"
    }

    /// `.every(`, `.issubset(`
    fn is_looked_into(&self, at: usize) -> bool {
        self.is_joint(at) && LOOKING.contains(&self.word(at + 1))
    }

    /// Whether what stands before `in` is sought in the name, or the items of the name are sought elsewhere.
    fn is_sought(&self, keyword: usize, at: usize) -> bool {
        let Some(item) = keyword.checked_sub(1) else { return false };
        let item = if self.word(item) == "not" { item.saturating_sub(1) } else { item };
        let name = self.word(item);
        let runs = item.checked_sub(1).is_some_and(|before| {
            matches!(self.word(before), "for" | "const" | "let" | "var" | "foreach" | "val")
                || matches!(self.tokens[before].kind, Kind::Open(b'(')) && self.word(keyword) == "of"
        });
        if !runs {
            return self.word(keyword) == "in";
        }
        let near = at.saturating_sub(NEAR)..(at + NEAR).min(self.tokens.len());
        near.filter(|&near| near != item && self.word(near) == name && !name.is_empty()).any(|near| {
            let before = near.saturating_sub(1);
            // `has_scope(scope)`, `has_scopes([scope])`
            let listed = usize::from(self.tokens[before].kind == Kind::Open(b'['));
            let opening = before.checked_sub(listed).map(|at| self.tokens[at].kind);
            let argument = near >= 2 + listed && opening == Some(Kind::Open(b'('));
            self.is_in(near + 1) || argument && of_callee_looks(self.word(near - 2 - listed))
        })
    }
}

/// Whether a call asks whether its argument is there.
fn of_callee_looks(name: &str) -> bool {
    LOOKING.contains(&name) || of_callee(name) == Says::Checks
}

const fn is_equality(mark: [u8; 2]) -> bool {
    matches!(&mark, b"==" | b"!=")
}

const fn is_order(mark: [u8; 2]) -> bool {
    matches!(&mark, [b'-' | b'<' | b'>' | b'&', 0] | b"<=" | b">=")
}

/// What tells whether something is among scopes.
const LOOKING: [&str; 17] = [
    "includes",
    "contains",
    "has",
    "some",
    "every",
    "filter",
    "indexOf",
    "issubset",
    "issuperset",
    "isSubsetOf",
    "isSupersetOf",
    "difference",
    "intersection",
    "isdisjoint",
    "containsAll",
    "include",
    "Contains",
];

const TELLING: [&str; 9] = ["log", "error", "warn", "info", "debug", "print", "println", "echo", "warning"];

const MANY_ROWS: usize = 8;
const DEEPEST: usize = 4;
/// So many tokens may stand before the end of braces.
const FARTHEST: usize = 60;
/// So many words may stand between `export` and a name.
const FEW: usize = 5;
/// So far from a loop its item is sought.
const NEAR: usize = 20;
/// Longer names are none.
const LONGEST: u32 = 80;
