//! How much a value reads like language: letters that follow each other as they do in words.

use std::sync::OnceLock;

use super::words;

/// The mean surprise of a letter after the two before it, in bits: about 3 for words, 6 for random letters. `None` for
/// a value with too few letters in a row.
#[must_use]
pub fn surprise(value: &str) -> Option<f32> {
    let table = table();
    let mut sum = 0.0;
    let mut count = 0_u32;
    for run in value.as_bytes().split(|byte| !byte.is_ascii_alphabetic()) {
        let mut before = (START, START);
        for byte in run.iter().take(LONGEST) {
            let letter = usize::from(byte.to_ascii_lowercase() - b'a');
            // The first letter of a run tells little.
            if before.1 != START {
                sum += table[(before.0 * SIDE + before.1) * SIDE + letter];
                count += 1;
            }
            before = (before.1, letter);
        }
    }
    (count >= 2).then(|| sum / count as f32)
}

/// `-log2 P(letter | two letters before)`, from the list of words.
fn table() -> &'static [f32] {
    static TABLE: OnceLock<Vec<f32>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut counts = vec![0_u32; SIDE * SIDE * SIDE];
        for word in words::list() {
            let mut before = (START, START);
            for byte in word.bytes().filter(u8::is_ascii_lowercase) {
                let letter = usize::from(byte - b'a');
                counts[(before.0 * SIDE + before.1) * SIDE + letter] += 1;
                before = (before.1, letter);
            }
        }
        let bits = |row: &[u32]| -> Vec<f32> {
            let total: u32 = row.iter().sum();
            row.iter().map(|&count| -((count as f32 + 0.3) / (total as f32 + 0.3 * 26.0)).log2()).collect()
        };
        counts.chunks(SIDE).flat_map(bits).collect()
    })
}

/// What stands before the first letter.
const START: usize = 26;
const SIDE: usize = 27;
const LONGEST: usize = 256;

#[cfg(test)]
mod tests {
    use super::surprise;

    #[test]
    fn words_surprise_less_than_noise() {
        let of = |value| surprise(value).unwrap_or_default();
        assert!(of("configuration") + 2.0 < of("xkqvzjwpfh"));
        assert_eq!(surprise("1a2b3c"), None);
    }
}
