//! What a pattern surely contains: the literals by which the prefilter finds the few places worth a regex.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Literals in lower case of which at least one stands in every match of the pattern, in some case; the rarest set that
/// the pattern proves. Empty when it proves none of at least [`MIN_LENGTH`] bytes.
#[must_use]
pub fn anchors(pattern: &str) -> Vec<String> {
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).multi_line(true).build().parse(pattern);
    let Ok(hir) = parsed else { return Vec::new() };
    match required(&hir) {
        Some(set) if score(&set) >= MIN_LENGTH => {
            let mut literals: Vec<String> =
                set.into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
            literals.sort();
            literals.dedup();
            literals
        }
        _ => Vec::new(),
    }
}

type Set = Vec<Vec<u8>>;

/// A set of literals of which one is required, or nothing provable.
fn required(hir: &Hir) -> Option<Set> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Class(class) => folded(class).map(|byte| vec![vec![byte]]),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => best_of_concat(parts),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(required(branch)?);
            }
            (all.len() <= MAX_SET).then_some(all)
        }
        _ => None,
    }
}

/// The best of: runs of neighbouring literals, and what single parts require.
fn best_of_concat(parts: &[Hir]) -> Option<Set> {
    let mut best: Option<Set> = None;
    let mut offer = |set: Set| {
        if set.iter().all(|literal| !literal.is_empty()) && best.as_ref().is_none_or(|held| score(&set) > score(held)) {
            best = Some(set);
        }
    };
    let mut run: Set = vec![Vec::new()];
    for part in parts {
        match exact(part) {
            Some(set) if run.len() * set.len() <= MAX_RUN => {
                run =
                    run.iter().flat_map(|head| set.iter().map(move |tail| [head.as_slice(), tail].concat())).collect();
            }
            exact => {
                offer(std::mem::replace(&mut run, vec![Vec::new()]));
                match exact {
                    Some(set) if set.len() <= MAX_RUN => run = set,
                    _ => {
                        if let Some(set) = required(part) {
                            offer(set);
                        }
                    }
                }
            }
        }
    }
    offer(run);
    best
}

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
    let mut bytes: Vec<u8> = members(class, 8)?.iter().map(u8::to_ascii_lowercase).collect();
    bytes.sort_unstable();
    bytes.dedup();
    Some(bytes.into_iter().map(|byte| vec![byte]).collect())
}

fn members(class: &Class, most: usize) -> Option<Vec<u8>> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()))).collect()
        }
    };
    // Unicode case folding adds `ſ` and the Kelvin sign to `s` and `k`; no secret is spelled with them.
    let ascii = ranges.into_iter().filter(|&(start, _)| start < 128);
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

fn score(set: &[Vec<u8>]) -> usize {
    set.iter().map(Vec::len).min().unwrap_or_default()
}

/// Shorter literals stand everywhere.
pub const MIN_LENGTH: usize = 3;
const MAX_SET: usize = 96;
const MAX_RUN: usize = 32;

#[cfg(test)]
mod tests {
    use super::anchors;

    #[test]
    fn the_longest_certain_literal_is_found() {
        assert_eq!(anchors(r"(?-u:\b)AKIA[0-9A-Z]{16}(?-u:\b)"), ["akia"]);
        assert_eq!(anchors(r"(?-u:\b)1000\.[0-9a-f]{32}\.[0-9a-f]{32}"), ["1000."]);
        assert_eq!(anchors("(?i)client[_-]?secret"), ["client"]);
        assert_eq!(anchors("https?://hooks\\.slack\\.com/services/[A-Z]+"), ["://hooks.slack.com/services/"]);
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
