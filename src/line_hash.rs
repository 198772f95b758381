//! GitHub's `primaryLocationLineHash`: the identity that code scanning gives a line, computed exactly as its upload
//! action computes it, so that an alert survives lines inserted above it.
//!
//! A rolling 64-bit polynomial over the 100 characters (UTF-16 units without blanks and tabs) from the start of the
//! line on, and how often that value occurred before in the file. Source: the test vectors of the action's own tests.

use std::collections::HashMap;

/// The hashes of some lines of a file, by line number from 1, `value:occurrence`; a line that is not there is left out.
/// `bytes` is the whole file, undecoded: the action reads it as UTF-8 whatever it is.
#[must_use]
pub fn line_hashes(bytes: &[u8], wanted: &[u32]) -> HashMap<u32, String> {
    let text = String::from_utf8_lossy(bytes);
    let (units, starts) = kept(&text);
    let last = wanted.iter().copied().max().unwrap_or(0) as usize;
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut found = HashMap::new();
    let mut wanted: Vec<u32> = wanted.to_vec();
    wanted.sort_unstable();
    for (index, &start) in starts.iter().enumerate().take(last) {
        let window = (0..WINDOW).map(|at| u64::from(units.get(start + at).copied().unwrap_or(0)));
        let hash = window.fold(0_u64, |hash, unit| hash.wrapping_mul(FACTOR).wrapping_add(unit));
        let count = seen.entry(hash).or_insert(0);
        *count += 1;
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if wanted.binary_search(&line).is_ok() {
            found.insert(line, format!("{hash:x}:{count}"));
        }
    }
    found
}

/// The units that count, and where each line starts among them. A line end is one LF; the text ends with 0xFFFF.
fn kept(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut starts = vec![0];
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let skip = unit == SPACE || unit == TAB || (unit == LF && after_return);
        after_return = unit == CR;
        if skip {
            continue;
        }
        if unit == LF || unit == CR {
            units.push(LF);
            starts.push(units.len());
        } else {
            units.push(unit);
        }
    }
    units.push(END);
    (units, starts)
}

const WINDOW: usize = 100;
const FACTOR: u64 = 37;
const SPACE: u16 = 0x20;
const TAB: u16 = 0x09;
const LF: u16 = 0x0A;
const CR: u16 = 0x0D;
const END: u16 = 0xFFFF;

#[cfg(test)]
mod tests {
    use super::line_hashes;

    fn hashes(text: &str, lines: u32) -> Vec<String> {
        let wanted: Vec<u32> = (1..=lines).collect();
        let found = line_hashes(text.as_bytes(), &wanted);
        wanted.iter().filter_map(|line| found.get(line).cloned()).collect()
    }

    #[test]
    fn the_actions_own_vectors_hold() {
        assert_eq!(hashes("", 1), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            hashes(" a\nb\n  \t\tc\n d", 4),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        assert_eq!(
            hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End", 6),
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1"
            ]
        );
    }

    #[test]
    fn lines_above_do_not_matter_and_lines_below_do() {
        assert_eq!(hashes("ZOHO_SCOPE=ZohoCRM.modules.ALL\n", 2), ["c14b5357bf395797:1", "c129715d7a2bc9a3:1"]);
        assert_eq!(hashes("# a\n# b\nZOHO_SCOPE=ZohoCRM.modules.ALL\n", 3)[2], "c14b5357bf395797:1");
        assert_eq!(hashes("ZOHO_SCOPE=ZohoCRM.modules.ALL\nNEXT=1\n", 1), ["79c3361d149d7d42:1"]);
    }
}
