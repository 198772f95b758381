//! Values that specifications and vendors print as examples: everybody has them, they open nothing.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// Whether a value is known from a specification. The list holds hashes, so that the project itself shows no value.
#[must_use]
pub fn is_published(value: &str) -> bool {
    static KNOWN: OnceLock<Vec<&'static str>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let lines = include_str!("../../../rules/values/published.txt").lines();
        let mut hashes: Vec<&str> =
            lines.filter_map(|line| line.get(..16).filter(|_| !line.starts_with('#'))).collect();
        hashes.sort_unstable();
        hashes
    });
    let digest = Sha256::digest(value.as_bytes());
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    known.binary_search(&hash.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_published;

    #[test]
    fn the_example_of_a_specification_is_known() {
        assert!(is_published(&["2Yotn", "FZFEjr1z", "CsicMWpAA"].concat()));
        assert!(!is_published("anything else"));
    }
}
