//! What the prefilter waits for on a rule's behalf, derived from what the rule says.
//!
//! The build does it for the rules inside the binary (`build.rs` has this file and `anchor.rs` as its own), the program
//! for a user's rules. So this file knows texts and nothing of how rules are read.

use super::anchor::{Extent, analyse, anchors};

/// What stands where a form of a credential may match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Literals of which one surely stands in or before every match, lower case; found in any case.
    pub anchors: Vec<String>,
    /// Where a match lies around its literal.
    pub extent: Extent,
    /// Whether the literals are words that name a provider: no letter stands before those of at most [`SHORT_WORD`].
    pub named: bool,
}

/// A value that is known by the provider's name before it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'r> {
    /// Words that name the provider, lower case.
    pub words: &'r [String],
    /// Words of which one must stand between the provider's word and the value; `None` for [`USUAL_KEYS`].
    pub keys: Option<&'r [String]>,
    /// The most characters between word and key, and between key and value; default 60.
    pub reach: Option<u32>,
    /// Whether the value may follow the provider's word with nothing but a sign between them.
    pub direct: bool,
    /// The shape of the whole value, a regex.
    pub value: &'r str,
}

/// What a pattern waits for. `given` are anchors that the rule names itself, `keywords` those of its gate, which may
/// stand anywhere around a match.
#[must_use]
pub fn of_pattern(pattern: &str, given: &[String], keywords: &[String]) -> Sought {
    if !keywords.is_empty() {
        return near(keywords, pattern);
    }
    let (anchors, extent) = analyse(pattern, &[]).unwrap_or_default();
    // What the rule names may stand anywhere near; where the pattern surely holds it, it is known where.
    let held = |anchor: &String| given.iter().any(|given| anchor.contains(given.as_str()));
    if given.is_empty() || !anchors.is_empty() && anchors.iter().all(held) {
        return Sought { anchors, extent, named: false };
    }
    near(given, pattern)
}

/// Words that stand anywhere near a match.
fn near(words: &[String], pattern: &str) -> Sought {
    let extent = analyse(pattern, words).map_or_else(Extent::default, |(_, extent)| extent);
    Sought { anchors: words.to_vec(), extent: Extent { before: None, after: None, ..extent }, named: false }
}

/// What a named value waits for.
#[must_use]
pub fn of_named(named: &Named<'_>, keywords: &[String]) -> Sought {
    if !keywords.is_empty() {
        return near(keywords, &assignment(named));
    }
    let (anchors, extent) = analyse(&assignment(named), named.words).unwrap_or_default();
    Sought { anchors, extent, named: true }
}

/// What a pattern in any text waits for: its own literals, by which its lines are found, else the rule's keywords.
#[must_use]
pub fn of_text(pattern: &str, keywords: &[String]) -> Vec<String> {
    let own = anchors(pattern);
    if own.is_empty() { keywords.to_vec() } else { own }
}

/// What a shape of source code waits for: keywords of the rule, modules, words, or the last names of `paths`.
#[must_use]
pub fn of_code(keywords: &[String], imports: &[String], words: &[String], paths: &[String]) -> Vec<String> {
    let lower = |list: &[String]| list.iter().map(|word| word.to_ascii_lowercase()).collect();
    let last = |path: &String| match path.as_str() {
        "@" => String::new(),
        path => path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase(),
    };
    match (keywords, imports, words) {
        ([_, ..], _, _) => keywords.to_vec(),
        (_, [_, ..], _) => lower(imports),
        (_, _, [_, ..]) => lower(words),
        // A name may be written with or without `_`: only the caller's keywords can tell.
        _ => paths.iter().map(last).collect(),
    }
}

/// One regex for a provider's word, a key, a sign and a value, which may stand on the next line.
#[must_use]
pub fn assignment(named: &Named<'_>) -> String {
    let reach = named.reach.unwrap_or(60).min(400);
    let either = |words: &[&str]| {
        let escaped: Vec<String> = words.iter().map(|word| regex_syntax::escape(word)).collect();
        format!("(?i-u:{})", escaped.join("|"))
    };
    let keys: Vec<&str> = match named.keys {
        Some(keys) => keys.iter().map(String::as_str).collect(),
        None => USUAL_KEYS.to_vec(),
    };
    let (short, long): (Vec<&str>, Vec<&str>) =
        named.words.iter().map(String::as_str).partition(|word| word.len() <= SHORT_WORD);
    let mut heads = Vec::new();
    if !long.is_empty() {
        heads.push(either(&long));
    }
    // A short word counts only where it stands by itself: `box` in `BOX_TOKEN` and `boxToken`, not in `mailbox`.
    let alone = format!("(?:^|(?-u:[^A-Za-z])){}", either(&short));
    if !short.is_empty() {
        heads.push(format!("{alone}(?-u:\\b|[_0-9])"));
    }
    let heads = heads.join("|");
    let before = match (keys.is_empty(), short.is_empty()) {
        (true, _) => format!("(?:{heads})"),
        // In configuration the provider's word is often a line of its own above its keys.
        (false, true) => format!("(?:{heads})(?s-u:.){{0,{reach}}}?{}", either(&keys)),
        (false, false) => {
            let key = either(&keys);
            format!("(?:(?:{heads})(?s-u:.){{0,{reach}}}?{key}|{alone}{key})")
        }
    };
    let sign = "(?:[=:,>(\"'`|\\[{@-]|%3[aAdD]|(?-u:\\s))(?-u:\\s){0,24}[\"'`]?";
    let direct = match named.direct {
        true => format!(
            "|(?:{heads})(?:[\"'\\\\]{{0,2}}(?-u:[ \\t]){{0,3}}(?:=>|:?=|:)(?-u:[ \\t]){{0,3}}[\"'`]?|(?-u:[ \\t]){{1,3}}[\"'`])"
        ),
        false => String::new(),
    };
    let value = widened(named.value);
    format!(
        "(?:{before}(?-u:[^\\r\\n]){{0,{reach}}}?{sign}{direct})\
         (?P<secret>{value})={{0,2}}(?:(?-u:[\\s\"'`<>,;:.)&\\]}}|\\\\#@])|$)"
    )
}

/// The shape of a value with digits of any base where it has hexadecimal ones, and a sure length.
///
/// Providers rarely publish the alphabet of their keys: that it is hexadecimal is mostly learnt from a few of them. The length
/// is sure, and nothing else that follows a provider's name has it with letters and digits mixed.
#[must_use]
pub fn widened(value: &str) -> String {
    let sure = |rest: &str| {
        let digits = rest.split('}').next().unwrap_or_default();
        digits.parse::<u32>().is_ok_and(|length| length >= SURE_LENGTH)
    };
    let mut parts = value.split(HEX);
    let mut wide = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        wide.push_str(if sure(part) { LETTERS } else { HEX });
        wide.push_str(part);
    }
    wide
}

/// What credentials are mostly called.
pub const USUAL_KEYS: [&str; 10] =
    ["key", "token", "secret", "auth", "api", "access", "private", "passw", "credential", "bearer"];

/// Words of at most this many letters are parts of many others.
pub const SHORT_WORD: usize = 4;

const HEX: &str = "[0-9a-f]{";
const LETTERS: &str = "[0-9a-z]{";
/// Parts of a UUID are shorter.
const SURE_LENGTH: u32 = 20;
