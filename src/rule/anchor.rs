//! What a pattern surely contains: the literals by which the prefilter finds the few places worth a regex.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Literals in lower case of which at least one stands in every match of the pattern, in some case; the rarest set that
/// the pattern proves. Empty when it proves none of at least [`MIN_LENGTH`] bytes.
#[must_use]
pub fn anchors(pattern: &str) -> Vec<String> {
    analyse(pattern, &[]).map_or_else(Vec::new, |(literals, _)| literals)
}

/// Where a match lies around its literal, and what it surely holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Extent {
    /// How many bytes of a match may stand before its literal; `None` for no bound.
    pub before: Option<u32>,
    /// How many bytes a match may reach from the start of its literal; `None` for no bound.
    pub after: Option<u32>,
    /// How many bytes a match may have at all; `None` for no bound.
    pub length: Option<u32>,
    /// A run of bytes that tokens are made of which stands in every match: its length.
    pub run: u32,
    /// Whether the run may hold the signs of base64 and URLs, besides letters, digits, `_` and `-`.
    pub wide: bool,
    /// How many bytes that tokens are made of follow the literal at once.
    pub tail: u32,
    /// Whether those may hold the signs of base64 and URLs.
    pub tail_wide: bool,
    /// Whether no letter stands right before the literal.
    pub starts: bool,
}

/// The anchors of a pattern and the extent of its matches around them. With `given` anchors, which the pattern starts
/// with, the extent is told around those.
#[must_use]
pub fn analyse(pattern: &str, given: &[String]) -> Option<(Vec<String>, Extent)> {
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).multi_line(true).build().parse(pattern);
    let hir = parsed.ok()?;
    let whole = hir.properties().maximum_len();
    let bound = |length: Option<usize>| length.and_then(|length| u32::try_from(length).ok());
    let narrow = run(&hir, NARROW);
    let wide = run(&hir, WIDE);
    let held = Extent {
        before: None,
        after: bound(whole),
        length: bound(whole),
        run: u32::try_from(narrow.max(wide)).unwrap_or(0),
        wide: wide > narrow,
        tail: 0,
        tail_wide: false,
        starts: false,
    };
    if !given.is_empty() {
        // A short word may have one byte before it that does not belong to it.
        return Some((given.to_vec(), Extent { before: Some(4), ..held }));
    }
    let found = required(&hir)?;
    if score(&found.set) < MIN_LENGTH {
        return None;
    }
    let mut literals: Vec<String> =
        found.set.into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    literals.sort();
    literals.dedup();
    let [narrow, wide] = found.tail.map(|length| u32::try_from(length).unwrap_or(0));
    let extent = Extent {
        before: bound(found.before),
        tail: narrow.max(wide),
        tail_wide: wide > narrow,
        starts: found.starts,
        ..held
    };
    Some((literals, extent))
}

type Set = Vec<Vec<u8>>;

/// A set of literals of which one is required.
struct Found {
    set: Set,
    /// How many bytes of a match may stand before it.
    before: Option<usize>,
    /// How many narrow and how many wide bytes surely follow it.
    tail: [usize; 2],
    /// Whether nothing else follows in the part that was looked at, so that what follows the part counts, too.
    open: [bool; 2],
    /// Whether no letter stands right before it.
    starts: bool,
}

/// A set of literals of which one is required, or nothing provable.
fn required(hir: &Hir) -> Option<Found> {
    let here = |set: Set| Found { set, before: Some(0), tail: [0; 2], open: [true; 2], starts: false };
    match hir.kind() {
        HirKind::Literal(literal) => Some(here(vec![literal.0.to_ascii_lowercase()])),
        HirKind::Class(class) => folded(class).map(|byte| here(vec![vec![byte]])),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            // The first turn holds one, right at its start or after what stands before it there.
            let once = repetition.max == Some(1);
            required(&repetition.sub).map(|found| Found { open: found.open.map(|open| open && once), ..found })
        }
        HirKind::Concat(parts) => best_of_concat(parts),
        HirKind::Alternation(branches) => {
            let mut all =
                Found { set: Vec::new(), before: Some(0), tail: [usize::MAX; 2], open: [true; 2], starts: true };
            for branch in branches {
                let found = required(branch)?;
                all.set.extend(found.set);
                all.before = all.before.zip(found.before).map(|(a, b)| a.max(b));
                all.tail = [0, 1].map(|class| all.tail[class].min(found.tail[class]));
                all.starts &= found.starts;
                all.open = [0, 1].map(|class| all.open[class] && found.open[class]);
            }
            (all.set.len() <= MAX_SET).then_some(all)
        }
        _ => None,
    }
}

/// The best of: runs of neighbouring literals, and what single parts require.
fn best_of_concat(parts: &[Hir]) -> Option<Found> {
    let mut best: Option<Found> = None;
    let mut offer = |mut found: Found, behind: &[Hir]| {
        for class in [0, 1] {
            if found.open[class] {
                let (length, whole) = lead_of(behind, CLASSES[class]);
                found.tail[class] += length;
                found.open[class] = whole;
            }
        }
        // A word boundary says what stands before a word only where a word begins.
        found.starts &= found.set.iter().all(|literal| literal.first().is_some_and(u8::is_ascii_alphanumeric));
        let better = best.as_ref().is_none_or(|held| score(&found.set) > score(&held.set));
        if found.set.iter().all(|literal| !literal.is_empty()) && better {
            best = Some(found);
        }
    };
    let add = |a: Option<usize>, b: Option<usize>| a.zip(b).map(|(a, b)| a + b);
    let from = |before| Found { set: vec![Vec::new()], before, tail: [0; 2], open: [true; 2], starts: false };
    let mut passed = Some(0);
    let mut run = from(Some(0));
    for (at, part) in parts.iter().enumerate() {
        let barred = at > 0 && bars(&parts[at - 1]);
        if score(&run.set) == 0 && !matches!(part.kind(), HirKind::Look(_)) {
            run.starts = barred;
        }
        match exact(part) {
            Some(set) if run.set.len() * set.len() <= MAX_RUN => {
                let longer =
                    |head: &Vec<u8>| set.iter().map(|tail| [head.as_slice(), tail].concat()).collect::<Vec<_>>();
                run.set = run.set.iter().flat_map(longer).collect();
            }
            exact => {
                offer(std::mem::replace(&mut run, from(passed)), &parts[at..]);
                match exact {
                    Some(set) if set.len() <= MAX_RUN => (run.set, run.starts) = (set, barred),
                    _ => {
                        if let Some(found) = required(part) {
                            let starts = found.starts || found.before == Some(0) && barred;
                            offer(Found { before: add(passed, found.before), starts, ..found }, &parts[at + 1..]);
                        }
                        run.before = add(passed, part.properties().maximum_len());
                    }
                }
            }
        }
        passed = add(passed, part.properties().maximum_len());
    }
    offer(run, &[]);
    best
}

/// Whether a part ends without a letter in every match, or says itself that none stands there.
fn bars(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => {
            matches!(look, Look::Start | Look::StartLF | Look::StartCRLF | Look::WordAscii | Look::WordStartAscii)
        }
        HirKind::Class(class) => ranges(class)
            .iter()
            .all(|&(start, end)| (start.max(65)..=end.min(122)).all(|byte| (91..=96).contains(&byte))),
        HirKind::Literal(literal) => literal.0.last().is_some_and(|byte| !byte.is_ascii_alphabetic()),
        HirKind::Capture(capture) => bars(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && bars(&repetition.sub),
        HirKind::Alternation(branches) => branches.iter().all(bars),
        HirKind::Concat(parts) => parts.last().is_some_and(bars),
        HirKind::Empty => false,
    }
}

/// How many bytes of a class surely stand at the start of every match, and whether nothing else does.
fn lead(hir: &Hir, member: fn(u8) -> bool) -> (usize, bool) {
    if let Some(length) = all_of(hir, member) {
        return (length, true);
    }
    let length = match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().take_while(|byte| member(**byte)).count(),
        HirKind::Capture(capture) => lead(&capture.sub, member).0,
        HirKind::Repetition(repetition) if repetition.min > 0 => lead(&repetition.sub, member).0,
        HirKind::Alternation(branches) => branches.iter().map(|branch| lead(branch, member).0).min().unwrap_or(0),
        HirKind::Concat(parts) => lead_of(parts, member).0,
        _ => 0,
    };
    (length, false)
}

/// The same of parts that stand one behind the other.
fn lead_of(parts: &[Hir], member: fn(u8) -> bool) -> (usize, bool) {
    let mut length = 0;
    for part in parts {
        let (here, whole) = lead(part, member);
        length += here;
        if !whole {
            return (length, false);
        }
    }
    (length, true)
}

/// The longest run of bytes of one class that every match surely holds.
fn run(hir: &Hir, member: fn(u8) -> bool) -> usize {
    if let Some(length) = all_of(hir, member) {
        return length;
    }
    match hir.kind() {
        HirKind::Capture(capture) => run(&capture.sub, member),
        HirKind::Repetition(repetition) if repetition.min > 0 => run(&repetition.sub, member),
        HirKind::Alternation(branches) => branches.iter().map(|branch| run(branch, member)).min().unwrap_or(0),
        HirKind::Concat(parts) => {
            let (mut longest, mut here) = (0, 0);
            for part in parts {
                match all_of(part, member) {
                    Some(length) => here += length,
                    None => {
                        longest = longest.max(run(part, member));
                        here = 0;
                    }
                }
                longest = longest.max(here);
            }
            longest
        }
        _ => 0,
    }
}

/// The least length of a part that matches nothing but bytes of a class.
fn all_of(hir: &Hir, member: fn(u8) -> bool) -> Option<usize> {
    let only = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| member(*byte)),
        HirKind::Class(class) => ranges(class)
            .iter()
            .all(|&(start, end)| end < 128 && (start..=end).all(|byte| u8::try_from(byte).is_ok_and(member))),
        HirKind::Repetition(repetition) => all_of(&repetition.sub, member).is_some(),
        HirKind::Capture(capture) => all_of(&capture.sub, member).is_some(),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(|part| all_of(part, member).is_some()),
    };
    only.then(|| hir.properties().minimum_len()).flatten()
}

const NARROW: fn(u8) -> bool = |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
const WIDE: fn(u8) -> bool = |byte| NARROW(byte) || matches!(byte, b'+' | b'/' | b'=' | b'~' | b'%' | b'.');

const CLASSES: [fn(u8) -> bool; 2] = [NARROW, WIDE];

/// All texts that a part matches, where they are few.
fn exact(hir: &Hir) -> Option<Set> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Class(class) => match folded(class) {
            Some(byte) => Some(vec![vec![byte]]),
            None => few(class),
        },
        HirKind::Look(_) | HirKind::Empty => Some(vec![Vec::new()]),
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Repetition(repetition) if Some(repetition.min) == repetition.max && repetition.min <= 4 => {
            let one = exact(&repetition.sub).filter(|set| set.len() == 1)?;
            Some(vec![one[0].repeat(repetition.min as usize)])
        }
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(exact(branch)?);
            }
            (all.len() <= MAX_RUN).then_some(all)
        }
        HirKind::Concat(parts) => {
            let mut run: Set = vec![Vec::new()];
            for part in parts {
                let set = exact(part)?;
                if run.len() * set.len() > MAX_RUN {
                    return None;
                }
                run =
                    run.iter().flat_map(|head| set.iter().map(move |tail| [head.as_slice(), tail].concat())).collect();
            }
            Some(run)
        }
        _ => None,
    }
}

/// The lower-case letter of a class that holds just one letter in both cases.
fn folded(class: &Class) -> Option<u8> {
    let bytes = members(class, 2)?;
    match bytes.as_slice() {
        [one] => Some(one.to_ascii_lowercase()),
        [a, b] if a.eq_ignore_ascii_case(b) => Some(a.to_ascii_lowercase()),
        _ => None,
    }
}

fn few(class: &Class) -> Option<Set> {
    let mut bytes: Vec<u8> = members(class, 10)?.iter().map(u8::to_ascii_lowercase).collect();
    bytes.sort_unstable();
    bytes.dedup();
    Some(bytes.into_iter().map(|byte| vec![byte]).collect())
}

fn members(class: &Class, most: usize) -> Option<Vec<u8>> {
    // Unicode case folding adds `ſ` and the Kelvin sign to `s` and `k`; no secret is spelled with them.
    let ascii = ranges(class).into_iter().filter(|&(start, _)| start < 128);
    let mut bytes = Vec::new();
    for (start, end) in ascii {
        for byte in start..=end.min(127) {
            bytes.push(u8::try_from(byte).ok()?);
            if bytes.len() > most {
                return None;
            }
        }
    }
    Some(bytes)
}

fn ranges(class: &Class) -> Vec<(u32, u32)> {
    match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
    }
}

fn score(set: &[Vec<u8>]) -> usize {
    set.iter().map(Vec::len).min().unwrap_or_default()
}

/// Shorter literals stand everywhere.
pub const MIN_LENGTH: usize = 3;
const MAX_SET: usize = 96;
const MAX_RUN: usize = 32;

#[cfg(test)]
mod tests {
    use super::{analyse, anchors};

    #[test]
    fn the_longest_certain_literal_is_found() {
        assert_eq!(anchors(r"(?-u:\b)AKIA[0-9A-Z]{16}(?-u:\b)"), ["akia"]);
        assert_eq!(anchors(r"(?-u:\b)1000\.[0-9a-f]{32}\.[0-9a-f]{32}"), ["1000."]);
        assert_eq!(anchors("(?i)client[_-]?secret"), ["client"]);
        assert_eq!(anchors("https?://hooks\\.slack\\.com/services/[A-Z]+"), ["://hooks.slack.com/services/"]);
    }

    #[test]
    fn the_extent_of_a_match_is_told_around_its_literal() {
        let told = |pattern| {
            let extent = analyse(pattern, &[]).expect("it has an anchor").1;
            (extent.before, extent.after, extent.run, extent.wide)
        };
        assert_eq!(told(r"(?-u:\b)AKIA[0-9A-Z]{16}(?-u:\b)"), (Some(0), Some(20), 20, false));
        assert_eq!(told("[a-z]{2,6}_token:[0-9a-f]{32}"), (Some(6), Some(45), 32, false));
        assert_eq!(told("x{0,9}(?:abcde|yy{0,3}fghij)[A-Za-z0-9/+]{40,}"), (Some(13), None, 45, true));
        assert_eq!(told("[0-9]+[.]secret"), (None, None, 8, true));
    }

    #[test]
    fn what_surely_follows_the_literal_is_told() {
        let tail = |pattern| {
            let extent = analyse(pattern, &[]).expect("it has an anchor").1;
            (extent.tail, extent.tail_wide)
        };
        assert_eq!(tail("ghp_[A-Za-z0-9]{36}x"), (37, false));
        assert_eq!(tail("(?P<secret>(?:live|test)_(?:pub_)?[0-9a-f]{35})(?-u:\\b)"), (35, false));
        assert_eq!(tail("abc(?:[0-9]{4}|[a-z]{6,9}[.])[0-9]{9}"), (13, true));
        assert_eq!(tail("(?:abcd){2,}[0-9]{9}"), (0, false));
        assert_eq!(tail("abc:[0-9]{9}"), (9, false));
    }

    #[test]
    fn no_letter_stands_before_a_literal_behind_a_boundary_or_a_sign() {
        let starts = |pattern| analyse(pattern, &[]).expect("it has an anchor").1.starts;
        for pattern in ["(?-u:\\b)ghp_x", "(?:^|[^A-Za-z0-9_])(?P<secret>ghp_x)", "[0-9]+(?:abc|abd)", "(?m:^)abc"] {
            assert!(starts(pattern), "{pattern}");
        }
        for pattern in ["ghp_x", "(?-u:\\b)-us", "(?:^|[^a-z])abc", "(?:-|x)abcd[0-9]", "(?:-)?abc"] {
            assert!(!starts(pattern), "{pattern}");
        }
    }

    #[test]
    fn alternatives_are_all_needed() {
        assert_eq!(anchors("(?:ghp|gho)_[A-Za-z0-9]{36}"), ["gho_", "ghp_"]);
        assert_eq!(anchors("shp(?:at|ca)_[0-9a-f]{32}"), ["shpat_", "shpca_"]);
    }

    #[test]
    fn a_pattern_without_certain_literal_has_no_anchor() {
        assert!(anchors("[0-9a-f]{40}").is_empty());
        assert!(anchors("(?:secret)?[0-9a-f]{40}").is_empty());
    }
}
