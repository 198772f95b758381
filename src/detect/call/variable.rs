//! Variables of scripts and request files that hold a URL: `API=https://…`, `$base = "https://…"`, `@host = https://…`.

use std::collections::BTreeMap;

/// Names, lower case, with the text that each is given first.
#[derive(Debug, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Reads the assignments of a text, one a line.
    pub(super) fn of(text: &str) -> Self {
        let mut variables = Self::default();
        for line in text.lines().filter(|line| line.len() < LONGEST && line.contains('=')) {
            let Some((name, value)) = line.split_once('=') else { continue };
            let name = name.trim().rsplit([' ', '\t', ']']).next().unwrap_or_default();
            let name = name.trim_start_matches(['$', '@']).trim_start_matches("env:");
            let value = value.trim().trim_end_matches(';');
            let value = value.strip_prefix(['"', '\'']).map_or_else(
                || value.split_whitespace().next().unwrap_or_default(),
                |rest| rest.split(['"', '\'']).next().unwrap_or_default(),
            );
            let word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if word && value.contains('/') && variables.0.len() < MOST {
                // Each may hold the one before it twice: what grows is no URL.
                let value = variables.filled(value);
                if value.len() < LONGEST {
                    variables.0.entry(name.to_ascii_lowercase()).or_insert(value);
                }
            }
        }
        variables
    }

    /// A text with the variables that are known; the others as `{}`.
    pub(super) fn filled(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['$', '{']) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let doubled = from.starts_with("{{");
            let brace = from.starts_with("${");
            if from.starts_with('{') && !doubled {
                out.push('{');
                rest = &from[1..];
                continue;
            }
            let inner = &from[if doubled || brace { 2 } else { 1 }..];
            let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
            // `${NAME:-default}`, `$(command)`, `{{$guid}}`
            let close = if doubled {
                inner.find("}}").map_or(inner.len(), |at| at + 2)
            } else if brace {
                inner.find('}').map_or(inner.len(), |at| at + 1)
            } else if inner.starts_with('(') {
                inner.find(')').map_or(inner.len(), |at| at + 1)
            } else {
                end
            };
            match self.0.get(&inner[..end].to_ascii_lowercase()) {
                Some(value) => out.push_str(value),
                None if close == 0 => out.push('$'),
                None => out.push_str("{}"),
            }
            rest = &inner[close.max(end)..];
        }
        out.push_str(rest);
        out
    }
}

const LONGEST: usize = 500;
const MOST: usize = 200;

#[cfg(test)]
mod tests {
    use super::Variables;

    #[test]
    fn known_variables_are_filled_and_the_others_are_open() {
        let held = Variables::of("export API=https://a.example\n$Base = \"$API/v1\"\n@host = https://b.example\n");
        assert_eq!(held.filled("$API/x/${ID}"), "https://a.example/x/{}");
        assert_eq!(held.filled("$base/x?a=$(date)"), "https://a.example/v1/x?a={}");
        assert_eq!(held.filled("{{host}}/{id}/{{other}}"), "https://b.example/{id}/{}");
        assert_eq!(held.filled("cost $ 5"), "cost $ 5");
        let chain: String = (1..150).map(|at| format!("a{at}=/$a{}$a{}\n", at - 1, at - 1)).collect();
        assert!(Variables::of(&chain).filled("$a149").len() < 1000);
    }
}
