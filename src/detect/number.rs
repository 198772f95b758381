//! A number for a word: what tables of words are found by.

/// A number for the letters of a word (FNV-1a, 64 bits). Two words may share one.
#[must_use]
pub(super) fn number(word: impl Iterator<Item = u8>) -> u64 {
    word.fold(0xCBF2_9CE4_8422_2325, |number, byte| (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}
