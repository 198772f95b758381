//! Counts of a value's characters: what the judges of values look at.

/// Counts of a value's characters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shape {
    /// Bytes.
    pub length: usize,
    /// `a-z`.
    pub lower: usize,
    /// `A-Z`.
    pub upper: usize,
    /// `0-9`.
    pub digits: usize,
    /// Everything else that is ASCII.
    pub signs: usize,
    /// Bytes that are not ASCII.
    pub foreign: usize,
    /// Different bytes.
    pub distinct: usize,
    /// Neighbours of different classes, where a capital before a small letter is no change.
    pub changes: usize,
    /// Neighbours that are equal or count up or down by one.
    pub steps: usize,
    /// The longest run of one byte.
    pub longest_run: usize,
}

impl Shape {
    /// Counts the characters of a value.
    #[must_use]
    pub fn of(value: &str) -> Self {
        let mut shape = Self { length: value.len(), ..Self::default() };
        let mut seen = [false; 256];
        let mut last: Option<u8> = None;
        let mut run = 0;
        for byte in value.bytes() {
            match class(byte) {
                Class::Lower => shape.lower += 1,
                Class::Upper => shape.upper += 1,
                Class::Digit => shape.digits += 1,
                Class::Sign => shape.signs += 1,
                Class::Foreign => shape.foreign += 1,
            }
            if !std::mem::replace(&mut seen[usize::from(byte)], true) {
                shape.distinct += 1;
            }
            run = if last == Some(byte) { run + 1 } else { 1 };
            shape.longest_run = shape.longest_run.max(run);
            if let Some(last) = last {
                let (a, b) = (class(last), class(byte));
                shape.changes += usize::from(a != b && (a, b) != (Class::Upper, Class::Lower));
                let near = byte.to_ascii_lowercase().wrapping_sub(last.to_ascii_lowercase());
                shape.steps += usize::from(matches!(near, 0 | 1 | 255));
            }
            last = Some(byte);
        }
        shape
    }

    /// Letters of both cases.
    #[must_use]
    pub const fn letters(&self) -> usize {
        self.lower + self.upper
    }

    /// How many of the four classes occur.
    #[must_use]
    pub fn classes(&self) -> usize {
        [self.lower, self.upper, self.digits, self.signs].iter().filter(|&&count| count > 0).count()
    }
}

/// Whether a long value is hexadecimal but for a letter or two, `most` at most: a key that was mistyped, or changed to be
/// none. By chance no value is.
#[must_use]
pub fn mangled(value: &str, most: usize) -> bool {
    let body = value.strip_prefix("0x").unwrap_or(value);
    // `m214-…`, `na1-…`: what says whose key it is.
    let body = body.split_once('-').filter(|(before, _)| before.len() < LONGEST_PREFIX).map_or(body, |(_, key)| key);
    let others = body.bytes().filter(|byte| !byte.is_ascii_hexdigit() && *byte != b'-');
    let letters = body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    letters && body.len() >= 32 && (1..=most).contains(&others.count())
}

/// A longer part before a hyphen belongs to the key.
const LONGEST_PREFIX: usize = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Digit,
    Sign,
    Foreign,
}

const fn class(byte: u8) -> Class {
    match byte {
        b'a'..=b'z' => Class::Lower,
        b'A'..=b'Z' => Class::Upper,
        b'0'..=b'9' => Class::Digit,
        0..=127 => Class::Sign,
        _ => Class::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, mangled};

    #[test]
    fn a_letter_beyond_the_alphabet_spoils_a_hexadecimal_value() {
        let hex = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
        assert!(!mangled(hex, 2) && mangled(&hex.replacen('5', "J", 1), 1) && mangled(&hex.replace("82", "gz"), 2));
        assert!(!mangled(&hex.replace("82", "gz"), 1) && !mangled(&format!("0x{hex}"), 2));
        assert!(!mangled(&hex.replace("8293", "ghij"), 2) && !mangled("c0ffee-x", 2));
        assert!(!mangled(&format!("u-{hex}"), 1) && !mangled(&format!("m2145814-{hex}"), 1));
        assert!(mangled(&format!("u-{}", hex.replacen('5', "J", 1)), 1));
    }

    #[test]
    fn characters_are_counted_by_class() {
        let shape = Shape::of("aB1-éé");
        assert_eq!((shape.lower, shape.upper, shape.digits, shape.signs, shape.foreign), (1, 1, 1, 1, 4));
        assert_eq!(shape.classes(), 4);
    }

    #[test]
    fn steps_and_runs_are_seen() {
        let shape = Shape::of("0123aaaa");
        assert_eq!(shape.steps, 6);
        assert_eq!(shape.longest_run, 4);
    }
}
