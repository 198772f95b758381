//! Canonical JSON: keys in order, two spaces, one line end at the end; the same value gives the same bytes anywhere.

use serde::Serialize;

/// The text of a value.
#[must_use]
pub fn write<T: Serialize>(value: &T) -> String {
    // A tree keeps its keys in order.
    let tree = serde_json::to_value(value).unwrap_or_default();
    let mut text = serde_json::to_string_pretty(&tree).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn keys_stand_in_order_and_the_text_ends_with_a_line_end() {
        let text = write(&serde_json::json!({"b": 1, "a": {"d": [], "c": null}}));
        assert_eq!(text, "{\n  \"a\": {\n    \"c\": null,\n    \"d\": []\n  },\n  \"b\": 1\n}\n");
    }
}
