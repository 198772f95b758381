//! A shape of source code: `detect.code` as written, and as valid.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::anchor::anchors;
use super::is::{Is, Unit};
use super::secret::{Pattern, compile};
use crate::mistake::Mistake;
use crate::span::Span;
use crate::syntax::language::Language;
use crate::syntax::pattern;
use crate::yaml::At;

/// One shape of source code, as written. One of `call`, `set`, `name`, `object`, `string` and `pattern`
/// says what is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeEntry {
    /// Languages by name; empty for all.
    #[serde(default)]
    pub languages: Vec<At<String>>,
    /// Modules of which the file must import one: a `decode` is PyJWT's only where PyJWT is imported.
    #[serde(default)]
    pub imports: Vec<At<String>>,
    /// Words of which one must occur in the file, in any case, where no import can tell.
    #[serde(default)]
    pub words: Vec<At<String>>,
    /// Calls: `@.sign` of what is imported from one of `imports`, `*.sign` of anything, `Jwts.parser` as written.
    #[serde(default)]
    pub call: Vec<At<String>>,
    /// Names that are given a value: variables, fields, keys of objects, named arguments; in any case, `_` passed over.
    #[serde(default)]
    pub set: Vec<At<String>>,
    /// Names that are used: `*.HS256`, `@.SigningMethodNone`.
    #[serde(default)]
    pub name: Vec<At<String>>,
    /// Object literals with one of these keys; `key` of a clause then speaks of the object.
    #[serde(default)]
    pub object: Vec<At<String>>,
    /// A regex over the value of string expressions, what is not known in them standing as `{}`.
    pub string: Option<At<String>>,
    /// A pattern of code with `$VARIABLES`, as ast-grep reads it.
    pub pattern: Option<At<String>>,
    /// For `set` and `name`: calls (or classes of `new`) of which one must stand around it.
    #[serde(default)]
    pub within: Vec<At<String>>,
    /// Calls of which none may stand around it.
    #[serde(default)]
    pub not_within: Vec<At<String>>,
    /// A regex over the names around it, joined by dots, lower case, without `_` and `-`: keys of the objects, variables
    /// and classes that it stands in, and the object that it is a member of.
    pub under: Option<At<String>>,
    /// Words of which none may occur in the file, in any case.
    #[serde(default)]
    pub without: Vec<At<String>>,
    /// Names of which none may be called or read in the same function: what is verified there as well is no fault.
    /// A name with `()` must be called.
    #[serde(default)]
    pub unless: Vec<At<String>>,
    /// For `call` and `set`: no fault where the same function reads the same token once more and checks it.
    #[serde(default)]
    pub unless_checked: bool,
    /// What must hold of the values; all of it.
    #[serde(default, rename = "where")]
    pub clauses: Vec<ClauseEntry>,
    /// A subject to name where the values give none.
    pub subject: Option<At<String>>,
    /// The message's first sentence, where it says more than the rule's title.
    pub message: Option<At<String>>,
    /// What to do, where it is more exact than the rule's fix.
    pub help: Option<At<String>>,
}

/// What must hold of one value, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClauseEntry {
    /// The argument: places from 0, names, `$VARIABLES` of the pattern; empty for the value itself of a `set`.
    #[serde(default)]
    pub at: Vec<At<String>>,
    /// Methods of which a call must stand in the same chain: `at` then speaks of its arguments.
    #[serde(default)]
    pub chain: Vec<At<String>>,
    /// Members of the object there, one of them; `a.b` for a member of a member.
    #[serde(default)]
    pub key: Vec<At<String>>,
    /// Tests of which one must hold.
    #[serde(default)]
    pub is: Vec<At<String>>,
    /// Tests of which none may hold.
    #[serde(default)]
    pub not: Vec<At<String>>,
    /// A regex that the text of the value must match.
    pub matches: Option<At<String>>,
    /// A regex that the text of the value must not match.
    pub unlike: Option<At<String>>,
    /// What a plain number counts: `ms`, `s`, `min`, `h`, `d`, `guess`; default `s`.
    pub unit: Option<At<String>>,
    /// For `lifetime`: more seconds than these; default 60. The policy decides what is too long.
    pub over: Option<At<u64>>,
    /// For `small`: less than this.
    pub under: Option<At<u64>>,
    /// For `lacks`: the claim, in its spellings.
    #[serde(default)]
    pub claim: Vec<At<String>>,
}

/// One shape of source code.
#[derive(Debug)]
pub struct CodeForm {
    /// Its languages; empty for all.
    pub languages: Vec<Language>,
    /// Modules of which one must be imported; empty for no condition.
    pub imports: Vec<String>,
    /// Words of which one must occur, lower case; empty for no condition.
    pub words: Vec<String>,
    /// What is looked for.
    pub target: Target,
    /// Texts of which one surely stands in the file where there is something to find.
    pub marks: Vec<Mark>,
    /// Calls of which one must stand around it; empty for no condition.
    pub within: Vec<Path>,
    /// Calls of which none may stand around it.
    pub not_within: Vec<Path>,
    /// What the names around it must match.
    pub under: Option<Pattern>,
    /// Words of which none may occur in the file, lower case.
    pub without: Vec<String>,
    /// Names of which none may be called or read in the same function.
    pub unless: Vec<String>,
    /// Whether a second reading of the same token, with a check, makes it right.
    pub unless_checked: bool,
    /// What must hold of the values.
    pub clauses: Vec<Clause>,
    /// A subject to name where the values give none.
    pub subject: Option<String>,
    /// The message's first sentence.
    pub message: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

impl CodeForm {
    /// Whether it may see a key that is written out.
    #[must_use]
    pub fn sees_keys(&self) -> bool {
        self.clauses.iter().any(|clause| clause.is.iter().any(|is| matches!(is, Is::Key | Is::WeakKey)))
    }
}

/// What is looked for.
#[derive(Debug)]
pub enum Target {
    /// Calls.
    Call(Vec<Path>),
    /// Names that are given a value, in lower case and without `_` and `-`.
    Set(BTreeSet<String>),
    /// Names that are used.
    Name(Vec<Path>),
    /// Object literals with one of these keys, spelt as those of `Set`.
    Object(BTreeSet<String>),
    /// String expressions whose value matches.
    String(Pattern),
    /// A pattern of ast-grep.
    Pattern(String),
}

/// What surely stands in the text of a file where a shape is found; it costs less to look for it than to parse.
#[derive(Debug)]
pub enum Mark {
    /// All names of one of these paths; the last of them as a whole name.
    Written(Vec<Vec<String>>),
    /// One of these as a whole name, in any case, with or without `_` and `-` between its letters.
    Bare(Vec<String>),
    /// One of these in any case.
    Anycase(Vec<String>),
}

/// What surely stands where a target is found and all clauses hold; empty where nothing is sure.
fn marks(target: &Target, clauses: &[Clause]) -> Vec<Mark> {
    let of_target = match target {
        Target::Call(paths) | Target::Name(paths) => {
            let names = |path: &Path| path.rest.split('.').map(str::to_owned).collect::<Vec<_>>();
            // What is imported itself may have any name.
            let sure = paths.iter().all(|path| !path.last().is_empty());
            sure.then(|| Mark::Written(paths.iter().map(names).collect()))
        }
        Target::Set(names) | Target::Object(names) => Some(Mark::Bare(names.iter().cloned().collect())),
        Target::String(pattern) => literals(pattern),
        Target::Pattern(_) => None,
    };
    // A value that must match stands in the file, too.
    of_target.into_iter().chain(clauses.iter().filter_map(|clause| literals(clause.matches.as_ref()?))).collect()
}

fn literals(pattern: &Pattern) -> Option<Mark> {
    // A text may be put together from pieces, but hardly inside of a word.
    let word = |literal: &String| {
        let words = literal.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.max_by_key(|word| word.len()).unwrap_or_default().to_owned()
    };
    let words: Vec<String> = anchors(pattern.as_str()).iter().map(word).collect();
    (!words.is_empty() && words.iter().all(|word| word.len() >= 3)).then_some(Mark::Anycase(words))
}

/// A path of names as a rule writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// How it begins.
    pub root: Root,
    /// The names after that, joined by dots.
    pub rest: String,
}

/// How a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// With what is imported: `@.sign`.
    Import,
    /// With anything or nothing: `*.sign`.
    Any,
    /// As written.
    Written,
}

impl Path {
    fn new(text: &str) -> Self {
        match text.split_once('.') {
            Some(("@", rest)) => Self { root: Root::Import, rest: rest.to_owned() },
            Some(("*", rest)) => Self { root: Root::Any, rest: rest.to_owned() },
            _ if text == "@" => Self { root: Root::Import, rest: String::new() },
            _ => Self { root: Root::Written, rest: text.to_owned() },
        }
    }

    /// The last name, by which it is looked up.
    #[must_use]
    pub fn last(&self) -> &str {
        self.rest.rsplit('.').next().unwrap_or_default()
    }
}

/// What must hold of one value.
#[derive(Debug, Default)]
pub struct Clause {
    /// Places and names of the argument.
    pub at: Vec<String>,
    /// Methods of a call in the same chain.
    pub chain: Vec<String>,
    /// Members of the object there.
    pub key: Vec<String>,
    /// Tests of which one must hold.
    pub is: Vec<Is>,
    /// Tests of which none may hold.
    pub not: Vec<Is>,
    /// What the text must match.
    pub matches: Option<Pattern>,
    /// What the text must not match.
    pub unlike: Option<Pattern>,
    /// What a plain number counts.
    pub unit: Unit,
    /// For `lifetime`.
    pub over: u64,
    /// For `small`.
    pub under: u64,
    /// For `lacks`.
    pub claim: Vec<String>,
}

/// A valid form of what was written; mistakes are noted. `keywords` are the rule's own.
pub(super) fn form(
    entry: CodeEntry,
    keywords: &[String],
    place: Span,
    check: bool,
    errors: &mut Vec<Mistake>,
) -> Option<CodeForm> {
    let mut languages = Vec::new();
    for word in &entry.languages {
        let named = |language: &&Language| language.word() == word.value;
        match Language::ALL.iter().find(named) {
            Some(language) => languages.push(*language),
            None => {
                let known: Vec<&str> = Language::ALL.iter().map(|language| language.word()).collect();
                let help = format!("known are {}", known.join(", "));
                errors.push(Mistake::new(format!("no such language `{}`", word.value), word.span, help));
            }
        }
    }
    // JavaScript and TypeScript are one to a rule.
    if languages.contains(&Language::JavaScript) {
        languages.extend([Language::TypeScript, Language::Tsx]);
    }
    let paths = |list: &[At<String>]| list.iter().map(|path| Path::new(&path.value)).collect::<Vec<_>>();
    let bares = |list: &[At<String>]| list.iter().map(|name| bare(&name.value)).collect::<BTreeSet<_>>();
    let mut targets = Vec::new();
    if !entry.call.is_empty() {
        targets.push(Target::Call(paths(&entry.call)));
    }
    if !entry.set.is_empty() {
        targets.push(Target::Set(bares(&entry.set)));
    }
    if !entry.name.is_empty() {
        targets.push(Target::Name(paths(&entry.name)));
    }
    if !entry.object.is_empty() {
        targets.push(Target::Object(bares(&entry.object)));
    }
    targets.extend(entry.string.clone().map(|source| Target::String(regex(source, check, errors))));
    if let Some(pattern) = &entry.pattern {
        for &language in if languages.is_empty() { &Language::ALL[..0] } else { &languages } {
            if let Some(error) = Some(pattern::check(&pattern.value, language)).filter(|_| check).and_then(Result::err)
            {
                errors.push(Mistake::new(
                    format!("the pattern does not read as {}: {error}", language.word()),
                    pattern.span,
                    "",
                ));
            }
        }
        targets.push(Target::Pattern(pattern.value.clone()));
    }
    let (Some(target), 0) = (targets.pop(), targets.len()) else {
        let help = "write one of `call`, `set`, `name`, `object`, `string` and `pattern`";
        errors.push(Mistake::new("a shape of code looks for one thing", place, help));
        return None;
    };
    let text = |list: Vec<At<String>>| list.into_iter().map(|word| word.value).collect::<Vec<_>>();
    let words: Vec<String> = entry.words.iter().map(|word| word.value.to_ascii_lowercase()).collect();
    let imports = text(entry.imports);
    let paths_of = match &target {
        Target::Call(_) => &entry.call,
        Target::Name(_) => &entry.name,
        _ => &Vec::new(),
    };
    let anchors = super::sought::of_code(keywords, &imports, &words, &text(paths_of.clone()));
    if check && (anchors.iter().any(|anchor| anchor.len() < 3) || anchors.is_empty()) {
        let help = "give `imports`, `words`, or the rule `gate: {keywords: [...]}`";
        errors.push(Mistake::new("no rare word is certain in this shape, so every file would be parsed", place, help));
    }
    let under = entry.under.map(|source| regex(source, check, errors));
    let clauses = entry.clauses.into_iter().map(|one| clause(one, check, errors)).collect::<Option<Vec<_>>>()?;
    Some(CodeForm {
        languages,
        imports,
        words,
        marks: marks(&target, &clauses),
        target,
        within: paths(&entry.within),
        not_within: paths(&entry.not_within),
        under,
        without: entry.without.iter().map(|word| word.value.to_ascii_lowercase()).collect(),
        unless: text(entry.unless),
        unless_checked: entry.unless_checked,
        clauses,
        subject: entry.subject.map(|subject| subject.value),
        message: entry.message.map(|message| message.value),
        help: entry.help.map(|help| help.value),
    })
}

fn clause(entry: ClauseEntry, check: bool, errors: &mut Vec<Mistake>) -> Option<Clause> {
    let mut tests = |list: Vec<At<String>>| {
        let mut tests = Vec::new();
        for word in list {
            match word.value.parse() {
                Ok(is) => tests.push(is),
                Err(_) => {
                    let known: Vec<&str> = Is::ALL.iter().map(|(_, word)| *word).collect();
                    let help = format!("known are {}", known.join(", "));
                    errors.push(Mistake::new(format!("no such test `{}`", word.value), word.span, help));
                }
            }
        }
        tests
    };
    let (is, not) = (tests(entry.is), tests(entry.not));
    let matches = entry.matches.map(|source| regex(source, check, errors));
    let unlike = entry.unlike.map(|source| regex(source, check, errors));
    let text = |list: Vec<At<String>>| list.into_iter().map(|word| word.value).collect();
    let unit = match &entry.unit {
        Some(word) => word.value.parse().ok().or_else(|| {
            errors.push(Mistake::new("no such unit", word.span, "one of `ms`, `s`, `min`, `h`, `d`, `guess`"));
            None
        })?,
        None => Unit::default(),
    };
    Some(Clause {
        at: text(entry.at),
        chain: text(entry.chain),
        key: text(entry.key),
        is,
        not,
        matches,
        unlike,
        unit,
        over: entry.over.map_or(60, |over| over.value),
        under: entry.under.map_or(0, |under| under.value),
        claim: text(entry.claim),
    })
}

fn regex(source: At<String>, check: bool, errors: &mut Vec<Mistake>) -> Pattern {
    if check && let Err(error) = compile(&source.value) {
        let message = error.to_string();
        let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        errors.push(Mistake::new(format!("the pattern does not compile: {last}"), source.span, ""));
    }
    Pattern::new(source.value)
}

/// A name in lower case without `_` and `-`.
#[must_use]
pub fn bare(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
}
