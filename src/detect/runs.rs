//! Long runs of bytes of one class, found 64 bytes at a time.

use super::lanes::{Class, mask};

/// All runs of at least `least` bytes of a class, from their start to their end; `least` is at least 16.
#[must_use]
pub fn runs(bytes: &[u8], least: usize, class: Class) -> Vec<(usize, usize)> {
    debug_assert!(least >= 16, "shorter runs are passed over inside a block");
    let mut found = Vec::new();
    // How many bytes before the block belong to a run that reaches up to it.
    let mut before = 0;
    let (blocks, rest) = bytes.as_chunks::<64>();
    for (number, block) in blocks.iter().enumerate() {
        before = step(mask(block, class), number * 64, before, least, &mut found);
    }
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    // No class holds a NUL, so that a run at the end ends here.
    let before = step(mask(&last, class), blocks.len() * 64, before, least, &mut found);
    debug_assert_eq!(before, 0, "the last block is not full");
    found
}

/// Adds the runs that end in a block; gives how long the one is that reaches up to its end.
#[inline(always)]
fn step(bits: u64, start: usize, before: usize, least: usize, found: &mut Vec<(usize, usize)>) -> usize {
    if bits == u64::MAX {
        return before + 64;
    }
    let (leading, trailing) = (bits.trailing_ones() as usize, bits.leading_ones() as usize);
    if before + leading >= least {
        found.push((start - before, start + leading));
    }
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    let sixteen = eight & eight >> 8;
    if sixteen & sixteen >> (least.min(32) - 16) != 0 {
        inside(bits, start, leading, least, found);
    }
    trailing
}

/// Adds the runs that neither begin nor end where the block does.
fn inside(bits: u64, start: usize, leading: usize, least: usize, found: &mut Vec<(usize, usize)>) {
    let mut at = leading;
    while at < 64 {
        let rest = bits >> at;
        if rest == 0 {
            return;
        }
        let from = at + rest.trailing_zeros() as usize;
        let length = (bits >> from).trailing_ones() as usize;
        at = from + length;
        if length >= least && at < 64 {
            found.push((start + from, start + at));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::runs;
    use crate::detect::lanes::Class;

    #[test]
    fn runs_are_told_from_end_to_end() {
        let text = b"aaaaaaaaaaaaaaaa bbbb cccccccccccc/dddddddddddddddd eeeeeeeeeeeeeeeee";
        assert_eq!(runs(text, 16, Class::Narrow), [(0, 16), (35, 51), (52, 69)]);
        assert_eq!(runs(text, 17, Class::Wide), [(22, 51), (52, 69)]);
        assert!(runs(b"", 16, Class::Base64).is_empty());
    }

    proptest! {
        /// The same as looking at every byte.
        #[test]
        fn every_long_run_is_found(
            pieces in proptest::collection::vec(("[ .%+]{1,3}", 0_usize..150), 0..12),
            least in 16_usize..90,
        ) {
            let text: String = pieces.iter().map(|(sign, length)| format!("{sign}{}", "a".repeat(*length))).collect();
            for class in [Class::Narrow, Class::Wide, Class::Base64] {
                let mut expected = Vec::new();
                let mut at = 0;
                for part in text.as_bytes().chunk_by(|a, b| class.holds(*a) == class.holds(*b)) {
                    if class.holds(part[0]) && part.len() >= least {
                        expected.push((at, at + part.len()));
                    }
                    at += part.len();
                }
                prop_assert_eq!(runs(text.as_bytes(), least, class), expected, "{:?} in {:?}", class, text);
            }
        }
    }
}
