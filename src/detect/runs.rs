//! Long runs of bytes of one class, found 64 bytes at a time.

/// A class of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What most tokens are made of: letters, digits, `_` and `-`.
    Narrow,
    /// Those and the signs of base64 and URLs.
    Wide,
    /// The bytes of Base64 in both alphabets.
    Base64,
}

impl Class {
    /// Whether a byte belongs to the class. Comparisons only: the compiler makes them of many bytes at once.
    #[inline(always)]
    #[must_use]
    pub const fn holds(self, byte: u8) -> bool {
        let alphanumeric = (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10;
        let narrow = alphanumeric | (byte == b'_') | (byte == b'-');
        let base64 = narrow | (byte == b'+') | (byte == b'/') | (byte == b'=');
        match self {
            Self::Narrow => narrow,
            Self::Base64 => base64,
            Self::Wide => base64 | (byte == b'~') | (byte == b'%') | (byte == b'.'),
        }
    }
}

/// All runs of at least `least` bytes of a class, from their start to their end; `least` is at least 16.
#[must_use]
pub fn runs(bytes: &[u8], least: usize, class: Class) -> Vec<(usize, usize)> {
    match class {
        Class::Narrow => find(bytes, least, |byte| Class::Narrow.holds(byte)),
        Class::Wide => find(bytes, least, |byte| Class::Wide.holds(byte)),
        Class::Base64 => find(bytes, least, |byte| Class::Base64.holds(byte)),
    }
}

#[inline(always)]
fn find(bytes: &[u8], least: usize, holds: impl Fn(u8) -> bool + Copy) -> Vec<(usize, usize)> {
    debug_assert!(least >= 16, "shorter runs are passed over inside a block");
    let mut found = Vec::new();
    // How many bytes before the block belong to a run that reaches up to it.
    let mut before = 0;
    let (blocks, rest) = bytes.as_chunks::<64>();
    for (number, block) in blocks.iter().enumerate() {
        let bits = mask(block, holds);
        before = step(bits, number * 64, before, least, &mut found);
    }
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    let bits = if rest.is_empty() { 0 } else { mask(&last, holds) };
    // No class holds a NUL, so that a run at the end ends here.
    let before = step(bits, blocks.len() * 64, before, least, &mut found);
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
    if eight & eight >> 8 != 0 {
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

/// A bit for every byte of a block that belongs to a class.
#[inline(always)]
#[must_use]
pub fn mask(block: &[u8; 64], holds: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0_u8; 64];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(holds(byte));
    }
    let mut bits = 0;
    for (place, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bit of each byte in the highest byte.
        bits |= (u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * place);
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Class, runs};

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
