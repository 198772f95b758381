//! How evenly the characters of a value are spread.

/// Shannon entropy in bits a byte: 0 for `aaaa`, 4 for evenly spread hex digits.
#[must_use]
pub fn shannon(value: &str) -> f32 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = value.len() as f32;
    let bits = |&count: &u32| {
        let share = count as f32 / total;
        -share * share.log2()
    };
    counts.iter().filter(|&&count| count > 0).map(bits).sum()
}

#[cfg(test)]
mod tests {
    use super::shannon;

    #[test]
    fn sameness_has_no_entropy() {
        assert!(shannon("aaaaaaaa") < 0.001);
        assert!((shannon("0123456789abcdef") - 4.0).abs() < 0.001);
        assert!(shannon("") == 0.0);
    }
}
