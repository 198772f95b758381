//! All names of a text, found without parsing it: what is none of them is no name in its tree either.

use crate::detect::number::number;

/// The names of a text, each by a number. Two names may share one, so that a name may be told that is none; never the
/// other way round.
pub(super) struct Names {
    written: Bits,
    bare: Bits,
}

impl Names {
    /// Reads a text once.
    pub(super) fn of(text: &str) -> Self {
        let mut names = Self { written: Bits::of(text.len()), bare: Bits::of(text.len()) };
        for run in text.as_bytes().split(|&byte| !is_sign(byte) && byte != b'-').filter(|run| !run.is_empty()) {
            for part in run.split(|&byte| byte == b'-') {
                names.written.insert(number(part.iter().copied()));
                names.bare.insert(number(bare(part)));
            }
            // A key may be written with `-`.
            names.bare.insert(number(bare(run)));
        }
        names
    }

    /// Whether a name stands in the text as it is written.
    pub(super) fn hold(&self, name: &str, text: &str) -> bool {
        if is_name(name) { self.written.contains(number(name.bytes())) } else { text.contains(name) }
    }

    /// Whether a name in lower case and without `_` and `-` stands in the text in some spelling.
    pub(super) fn hold_bare(&self, name: &str) -> bool {
        !is_name(name) || self.bare.contains(number(name.bytes()))
    }
}

/// Two bits of a word for each number.
struct Bits(Vec<u64>);

impl Bits {
    /// Room for the names of a text of this length.
    fn of(length: usize) -> Self {
        Self(vec![0; (length / 8).next_power_of_two().clamp(1 << 6, 1 << 14)])
    }

    fn insert(&mut self, number: u64) {
        let place = self.place(number);
        self.0[place] |= bits(number);
    }

    fn contains(&self, number: u64) -> bool {
        self.0[self.place(number)] & bits(number) == bits(number)
    }

    const fn place(&self, number: u64) -> usize {
        (number >> 40) as usize & (self.0.len() - 1)
    }
}

const fn bits(number: u64) -> u64 {
    1 << (number >> 12 & 63) | 1 << (number >> 18 & 63)
}

fn bare(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().filter(|byte| !matches!(byte, b'_' | b'-')).map(u8::to_ascii_lowercase)
}

/// Whether a text is made of nothing but what names are made of.
pub(super) fn is_name(text: &str) -> bool {
    text.bytes().all(is_sign)
}

const fn is_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn whole_names_are_told_in_their_spellings() {
        let text = "jwt.sign(x, { 'Expires-In': 5 }); express(a-b_c)";
        let names = Names::of(text);
        for name in ["jwt", "sign", "express", "b_c"] {
            assert!(names.hold(name, text), "{name}");
        }
        assert!(!names.hold("exp", text));
        for name in ["expiresin", "bc", "a"] {
            assert!(names.hold_bare(name), "{name}");
        }
        assert!(!names.hold_bare("exp"));
    }
}
