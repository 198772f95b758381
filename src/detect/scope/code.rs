//! Scope requests in program code of any language.

use std::collections::{BTreeMap, BTreeSet};

use super::around::Around;
use super::constant::{Constants, filled, is_reference, owner};
use super::frame::{Frames, Level, Manner, Value};
use super::import::Imports;
use super::lex::{Kind, Token};
use super::likeness::IDENTITY;
use super::name::{Says, has_word, last, lists, of_callee, of_lead, words};
use super::object::{answers, clients, fields, is_named_content, of_field};
use super::prefix::Prefixes;
use super::site::Site;
use super::style::Style;
use super::token::{Coding, Written, split};
use super::{Asked, Group, Name, demand, frame, lex, site, vocabulary};
use crate::detect::note::{Note, Noted};
use crate::fact::Context;
use crate::scope::catalog::Catalog;
use crate::span::Span;

/// What a program asks for.
#[derive(Debug, Default)]
pub(super) struct Asking {
    pub(super) groups: Vec<Group>,
    /// What names of other files it asks for, and which it only compares.
    pub(super) notes: Vec<Noted>,
    /// Constants that hold scopes and that the program itself uses nowhere.
    pub(super) idle: BTreeSet<String>,
}

/// The groups of scopes that a program asks for.
pub(super) fn groups(text: &str, style: Style) -> Vec<Group> {
    let mut groups = read(text, style, "").groups;
    groups.retain(|group| group.asked != Asked::Offered);
    groups
}

/// Reads a program in a file with this ending.
pub(super) fn read(text: &str, style: Style, ending: &str) -> Asking {
    let tokens = lex::read(text, style);
    let frames = frame::read(text, &tokens, style);
    let fields = fields(text, &frames);
    let sizes = sizes(&frames);
    let clients = clients(text, &frames);
    let answers = answers(text, &frames);
    let listed = vocabulary::entries(text, &frames);
    let demands = demand::read(text, &tokens, &frames, &sizes);
    let site_of = |value: &Value| {
        let mut site = site::of(text, &frames, &sizes, value);
        if site.named.is_some_and(|name| demands.only.contains(last(&text[name.range()]))) {
            site.says = Says::Checks;
        }
        site
    };
    let mut constants = Constants::of(text, &frames);
    let prefixes = Prefixes::of(text, &frames);
    let mut wanted = Vec::new();
    let mut gathered =
        Gathered { text, frames: &frames, around: Around::new(text, &frames), groups: BTreeMap::new(), clients };
    for value in &frames.values {
        if value.text {
            filled(&text[value.span.range()]).into_iter().for_each(|name| constants.ask(name));
        }
    }
    for value in frames.values.iter().filter(|value| is_reference(value)) {
        let path = &text[value.span.range()];
        let site = site_of(value);
        let asks = site.says == Says::Asks || fills(text, &frames, value);
        if asks && wanted.len() < MOST_WANTED && !constants.holds(path) {
            wanted.push((value, site.hints.first().cloned()));
        }
        if asks {
            constants.ask(path);
        } else if site.says == Says::Nothing && site.bare.is_some_and(|callee| !tells(&text[callee.range()])) {
            constants.lend(path);
        }
        if let Some(written) = reference(text, value, site.says, &constants) {
            gathered.add(value, Asked::ByName, site, vec![written]);
        }
    }
    for (value, written) in built(text, &frames) {
        let site = site_of(value);
        gathered.add(value, Asked::ByName, site, vec![written]);
    }
    for value in &frames.values {
        if !value.text || value.manner != Manner::Given || value.span.len() > LONGEST {
            continue;
        }
        let spelled = prefixes.spell(text, value);
        let content = spelled.as_ref().map_or(&text[value.span.range()], |written| written.scope.as_str());
        if content.len() < 2
            || CELLS.contains(&content)
            || content.contains("scope=")
            || !content.bytes().any(|b| b.is_ascii_alphabetic())
        {
            continue;
        }
        // The name of a setting is no scope: `getenv("ZOHO_SCOPES", …)`.
        if of_lead(content) != Says::Nothing && !content.contains(['.', ':', ' ', ',', '/']) {
            continue;
        }
        let holder = frames.levels[value.level];
        let object = if holder.open == b'[' && value.lead.is_none() { holder.parent } else { value.level };
        if answers.contains(&object) || listed.contains(&object) {
            continue;
        }
        let site = site_of(value);
        // `{ name: "scope", default: "…" }`
        let lead = value.lead.map_or("", |lead| &text[lead.range()]);
        let field = DEFAULTS.contains(&lead) && (fields.contains(&value.level) || of_field(text, holder));
        // `<meta name="google-signin-scope" content="…">`
        let field = field || lead == "content" && is_named_content(text, &frames, value);
        // The member of an object is reached through the object, never by its bare name.
        let member = holder.open == b'{' && holder.lead.is_some();
        let lent = || {
            !member
                && content.starts_with(GOOGLE)
                && site
                    .named
                    .map(|name| &text[name.range()])
                    .is_some_and(|name| constants.is_lent(name) && !lists(name))
        };
        let asked_by_name = || !member && site.named.is_some_and(|name| constants.is_asked(&text[name.range()]));
        // `@Value("${zoho.scope:…}")`
        let key = content.strip_prefix("${").and_then(|inner| inner.split(':').next()).unwrap_or_default();
        let placed = content.ends_with('}') && of_lead(key) == Says::Asks;
        let asked = match site.says {
            Says::Nothing | Says::Lists if placed => Asked::ByName,
            Says::Asks if asked_by_name() => Asked::ByReference,
            Says::Asks => Asked::ByName,
            Says::Nothing | Says::Lists if asked_by_name() || lent() => Asked::ByReference,
            Says::Nothing | Says::Lists if field => Asked::ByName,
            Says::Lists if site.parted && is_list(content) => Asked::ByName,
            Says::Nothing if site.may && may_be_proven(content) => Asked::ByShape,
            Says::Nothing if site.bare.is_some_and(|callee| takes(&text[callee.range()], content)) => Asked::ByName,
            Says::Nothing | Says::Lists if site.bare.is_none() && is_known(content) => Asked::Offered,
            _ => continue,
        };
        let written = spelled.map_or_else(|| split(text, value.span, Coding::Plain), |written| vec![written]);
        gathered.add(value, asked, site, written);
    }
    let apart = &gathered.mixed();
    gathered.groups.retain(|(level, _), group| group.asked != Asked::ByShape || !apart.contains(level));
    let clients = &gathered.clients;
    let mut notes = Vec::new();
    let names = foreign(text, &tokens, &constants);
    if !(ending.is_empty() || wanted.is_empty() && names.is_empty()) {
        let imports = Imports::of(text, ending);
        for (value, given) in wanted {
            let Some(meant) = imports.meant(&text[value.span.range()], ending) else { continue };
            let why = given.map(|name| format!("given to `{name}`")).into_iter();
            let why = std::iter::once("asked for in code".to_owned()).chain(why).collect();
            let client_id = clients.get(&value.level).cloned();
            notes.push(Noted { span: value.span, why, client_id, note: Note::Want(meant) });
        }
        let names: BTreeSet<&str> = imports.names().filter(|name| names.contains(name)).collect();
        for (name, span, checked) in demand::foreign(text, &tokens, &frames, &names) {
            let Some(meant) = imports.meant(name, ending) else { continue };
            notes.push(Noted { span, why: Vec::new(), client_id: None, note: Note::Use { meant, checked } });
        }
    }
    let idle = demands.idle.into_iter().map(str::to_owned).collect();
    Asking { groups: gathered.groups.into_values().collect(), notes, idle }
}

/// The groups by the list or the name that they belong to.
struct Gathered<'t> {
    text: &'t str,
    frames: &'t Frames,
    around: Around<'t>,
    groups: BTreeMap<(usize, u32), Group>,
    clients: BTreeMap<usize, String>,
}

impl Gathered<'_> {
    /// The brackets of what only a shape tells in which plain words stand beside it: `("mail", "outlook", "Mail.Send")` is a
    /// row of a table.
    fn mixed(&self) -> BTreeSet<usize> {
        let told: BTreeSet<usize> = self
            .groups
            .iter()
            .filter(|(_, group)| group.asked == Asked::ByShape)
            .map(|((level, _), _)| *level)
            .collect();
        let plain = |value: &&Value| {
            let content = &self.text[value.span.range()];
            value.text
                && value.lead.is_none()
                && !content.is_empty()
                && !may_be_proven(content)
                && !IDENTITY.contains(&content)
        };
        let inside = |value: &&Value| told.contains(&value.level) && self.frames.levels[value.level].open != 0;
        self.frames.values.iter().filter(inside).filter(plain).map(|value| value.level).collect()
    }

    fn add(&mut self, value: &Value, asked: Asked, site: Site, written: Vec<Written>) {
        if written.is_empty() {
            return;
        }
        // Items of one list belong together; a value with a name of its own stands for itself.
        let key = (value.level, value.lead.map_or(u32::MAX, |lead| lead.start));
        let name = name(self.text, self.frames, value, site.named);
        // What no name holds nobody can ask for.
        if asked == Asked::Offered && name.is_none() {
            return;
        }
        let group = self.groups.entry(key).or_insert_with(|| Group {
            written: Vec::new(),
            context: Context::Code,
            name,
            asked,
            hints: site.hints,
            around: self.around.of(self.text, value),
            host: site.host,
            provider: None,
            client_id: self.clients.get(&value.level).cloned(),
        });
        group.asked = group.asked.max(asked);
        group.written.extend(written);
    }
}

/// The names of scopes in a program that it gives nothing itself.
fn foreign<'t>(text: &'t str, tokens: &[Token], constants: &Constants<'_>) -> BTreeSet<&'t str> {
    let names = tokens.iter().filter(|token| token.kind == Kind::Word && token.span.len() <= 80);
    let named = |name: &&str| name.bytes().any(|b| b.is_ascii_uppercase()) && of_lead(name) != Says::Nothing;
    names.map(|token| &text[token.span.range()]).filter(named).filter(|name| !constants.holds(name)).collect()
}

/// The name of the constant that holds a value, alone or in a list.
fn name(text: &str, frames: &Frames, value: &Value, named: Option<Span>) -> Option<Name> {
    let lead = named.or(value.lead)?;
    let mut holder = value.level;
    if value.lead != Some(lead) {
        for _ in 0..DEEPEST {
            let level = &frames.levels[holder];
            let found = level.lead == Some(lead);
            if holder == level.parent && !found {
                return None;
            }
            holder = level.parent;
            if found {
                break;
            }
        }
    }
    let level = &frames.levels[holder];
    let owner = level.callee.or(level.lead).filter(|_| level.open == b'{').map(|owner| last(&text[owner.range()]));
    let name = last(&text[lead.range()]);
    let plain = |name: &str| (2..=LONGEST_NAME).contains(&name.len()) && !name.contains(char::is_whitespace);
    plain(name).then(|| Name { owner: owner.filter(|owner| plain(owner)).map(str::to_owned), name: name.to_owned() })
}

/// Whether a text is scopes that the catalogue knows, and nothing else.
fn is_known(content: &str) -> bool {
    let catalog = Catalog::builtin();
    let known = |part: &str| {
        let told = part.contains(['.', ':', '_', '-', '/']);
        // A plain word is a scope only where something says so.
        told && part.len() <= LONGEST_SCOPE
            && (!catalog.recognise(part).is_empty() || !catalog.holders(part).is_empty())
    };
    let mut parts = content.split([' ', ',']).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(|part| IDENTITY.contains(&part) || known(part))
}

/// Whether a name fills a template behind `scope=`: `` `…?scope=${encodeURIComponent(SCOPES)}` ``.
fn fills(text: &str, frames: &Frames, value: &Value) -> bool {
    let mut at = value.level;
    for _ in 0..3 {
        let level = &frames.levels[at];
        if let Some(before) = level.before.map(|before| &frames.values[before])
            && before.text
            && level.open == b'{'
        {
            return text[before.span.range()].ends_with("scope=");
        }
        at = level.parent;
    }
    false
}

/// What a name stands for where scopes are asked for: a member of this file, or a constant of an SDK.
fn reference(text: &str, value: &Value, says: Says, constants: &Constants<'_>) -> Option<Written> {
    let path = &text[value.span.range()];
    // Scripts write scopes without quotes.
    if says == Says::Asks && path.contains('.') && !Catalog::builtin().recognise(path).is_empty() {
        return Some(Written { span: value.span, scope: path.to_owned(), plain: true, named: false });
    }
    let named = of_lead(path) == Says::Nothing;
    // Google's constants for Objective-C and Swift.
    if path.starts_with("kGTLR") && !matches!(says, Says::Checks | Says::Looks) {
        return Some(Written { span: value.span, scope: path.to_owned(), plain: false, named: true });
    }
    let owner = owner(path)?;
    if says == Says::Asks
        && named
        && let Some(member) = constants.member(path)
    {
        let scope = text[member.range()].to_owned();
        return (!scope.contains(char::is_whitespace)).then_some(Written {
            span: value.span,
            scope,
            plain: false,
            named: false,
        });
    }
    // `CalendarScopes.CALENDAR`, `DriveService.Scope.DriveFile`, `drive.DriveFileScope`
    let speaks = of_lead(owner) != Says::Nothing || last(path).ends_with("Scope") && last(path).len() > 5;
    let wanted = says == Says::Asks && named || speaks && !matches!(says, Says::Checks | Says::Looks);
    wanted.then(|| Written { span: value.span, scope: path.to_owned(), plain: false, named: true })
}

/// Scopes that a call puts together of their parts: `BuildScope(Crm, Modules, All)`, `scope("ZohoCRM", "modules", READ)`.
fn built<'f>(text: &str, frames: &'f Frames) -> Vec<(&'f Value, Written)> {
    let asks = |level: &Level| {
        level.open == b'(' && level.callee.is_some_and(|callee| of_callee(&text[callee.range()]) == Says::Asks)
    };
    let mut arguments: BTreeMap<usize, Vec<&'f Value>> = BTreeMap::new();
    for (at, _) in frames.levels.iter().enumerate().filter(|(_, level)| asks(level)) {
        arguments.insert(at, Vec::new());
    }
    for value in frames.values.iter().filter(|value| value.lead.is_none()) {
        if let Some(held) = arguments.get_mut(&value.level) {
            held.push(value);
        }
    }
    let catalog = Catalog::builtin();
    let whole = |parts: &[&'f Value]| {
        let names: Vec<&str> = parts.iter().map(|part| last(&text[part.span.range()])).collect();
        let plain = names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()));
        let joined = names.join(".");
        let known = [format!("Zoho{joined}"), joined].into_iter().find(|scope| !catalog.recognise(scope).is_empty())?;
        let span = Span::new(parts[0].span.start, parts.last()?.span.end);
        plain.then_some((parts[0], Written { span, scope: known, plain: false, named: false }))
    };
    arguments.values().filter(|parts| (3..=5).contains(&parts.len())).filter_map(|parts| whole(parts)).collect()
}

/// How many values stand directly in each pair of brackets.
fn sizes(frames: &Frames) -> Vec<u32> {
    let mut sizes = vec![0; frames.levels.len()];
    for value in &frames.values {
        sizes[value.level] += 1;
    }
    sizes
}

/// Whether a call asks for what its bare argument holds: scopes that can be nothing else, and those given to the builder
/// of an authorize URL.
fn takes(callee: &str, content: &str) -> bool {
    if content.starts_with(GOOGLE) {
        return content.len() > GOOGLE.len() && !content.contains(char::is_whitespace) && !tells(callee);
    }
    let words = words(last(callee));
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let builds = has(&["authorization", "authorize", "auth"]) && has(&["url", "uri", "link"]);
    let catalog = Catalog::builtin();
    builds && content.split([' ', ',']).all(|scope| !catalog.holders(scope).is_empty())
}

/// Whether a text holds several scopes and nothing else: a vocabulary names them one by one.
fn is_list(content: &str) -> bool {
    let mut parts = content.split([' ', ',']).filter(|part| !part.is_empty()).peekable();
    let first = parts.next();
    let known = |part: &str| !Catalog::builtin().recognise(part).is_empty();
    parts.peek().is_some() && first.into_iter().chain(parts).all(known)
}

/// Whether a call only speaks of what it is given.
fn tells(callee: &str) -> bool {
    has_word(last(callee), &TELLING)
}

const GOOGLE: &str = "https://www.googleapis.com/auth/";

/// What `scope` says of the cell of a table.
const CELLS: [&str; 4] = ["col", "row", "colgroup", "rowgroup"];

const TELLING: [&str; 15] = [
    "enumerate",
    "len",
    "zip",
    "log",
    "error",
    "warn",
    "info",
    "debug",
    "print",
    "println",
    "replace",
    "fetch",
    "write",
    "throw",
    "text",
];

/// Keys under which a field's value stands.
const DEFAULTS: [&str; 4] = ["default", "value", "defaultValue", "initialValue"];

/// Whether a text may hold a scope that its shape proves; cheap, for every string of a program passes here.
fn may_be_proven(text: &str) -> bool {
    text.contains("://") || text.bytes().any(|byte| matches!(byte, b'.' | b':' | b'_'))
}

/// More names that are asked for are a table.
const MOST_WANTED: usize = 200;
const DEEPEST: usize = 6;
const LONGEST_NAME: usize = 80;
const LONGEST_SCOPE: usize = 120;

/// Longer strings are documents.
const LONGEST: u32 = 16 * 1024;
