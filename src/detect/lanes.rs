//! Which of 64 bytes belong to a class, sixteen at a time.

use wide::u8x16;

/// A class of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// ASCII letters.
    Letter,
    /// Those and digits.
    Alphanumeric,
    /// What most tokens are made of: letters, digits, `_` and `-`.
    Narrow,
    /// Those and the signs of base64 and URLs.
    Wide,
    /// The bytes of Base64 in both alphabets.
    Base64,
}

impl Class {
    /// Whether a byte belongs to the class.
    #[must_use]
    pub const fn holds(self, byte: u8) -> bool {
        match self {
            Self::Letter => byte.is_ascii_alphabetic(),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Narrow => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Base64 => Self::Narrow.holds(byte) || matches!(byte, b'+' | b'/' | b'='),
            Self::Wide => Self::Base64.holds(byte) || matches!(byte, b'~' | b'%' | b'.'),
        }
    }
}

/// A bit for every byte of a block that belongs to a class, the first byte's lowest.
#[inline(always)]
#[must_use]
pub fn mask(block: &[u8; 64], class: Class) -> u64 {
    let mut bits = 0;
    for (place, sixteen) in block.as_chunks().0.iter().enumerate() {
        bits |= u64::from(held(u8x16::new(*sixteen), class).to_bitmask()) << (16 * place);
    }
    bits
}

#[inline(always)]
fn held(bytes: u8x16, class: Class) -> u8x16 {
    let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
    let letter = between(bytes | u8x16::splat(0x20), b'a', b'z');
    let narrow = || letter | between(bytes, b'0', b'9') | is(b'_') | is(b'-');
    // `/` stands right before `0`.
    let base64 = || letter | between(bytes, b'/', b'9') | is(b'_') | is(b'-') | is(b'+') | is(b'=');
    match class {
        Class::Letter => letter,
        Class::Alphanumeric => letter | between(bytes, b'0', b'9'),
        Class::Narrow => narrow(),
        Class::Base64 => base64(),
        Class::Wide => base64() | is(b'~') | is(b'%') | is(b'.'),
    }
}

#[inline(always)]
fn between(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let above = bytes - u8x16::splat(first);
    above.min(u8x16::splat(last - first)).simd_eq(above)
}

#[cfg(test)]
mod tests {
    use super::{Class, mask};

    #[test]
    fn a_bit_stands_for_every_byte_of_the_class() {
        for class in [Class::Letter, Class::Alphanumeric, Class::Narrow, Class::Wide, Class::Base64] {
            for byte in 0..=255_u8 {
                for place in 0..64 {
                    let mut block = [b' '; 64];
                    block[place] = byte;
                    let expected = u64::from(class.holds(byte)) << place;
                    assert_eq!(mask(&block, class), expected, "{class:?} {byte} at {place}");
                }
            }
        }
    }
}
