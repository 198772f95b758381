//! Texts over several lines inside source code: what stands in them is written as in a file of settings, without quotes.

use std::cell::OnceCell;

use camino::Utf8Path;

use crate::span::Span;

/// The texts over several lines of one file, looked for on the first question.
pub struct Blocks<'t> {
    text: &'t str,
    marks: &'static [&'static str],
    spans: OnceCell<Vec<Span>>,
}

impl<'t> Blocks<'t> {
    /// The blocks of a text; its path says how the language writes them.
    #[must_use]
    pub fn new(path: &Utf8Path, text: &'t str) -> Self {
        let marks: &[&str] = match path.extension().unwrap_or_default() {
            "py" => &["\"\"\"", "'''"],
            "go" | "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx" | "mts" | "vue" | "svelte" => &["`"],
            "java" | "kt" | "kts" | "scala" | "cs" | "swift" | "dart" | "ex" | "exs" => &["\"\"\""],
            "groovy" | "gradle" => &["\"\"\"", "'''"],
            "rb" | "php" | "pl" => HERE,
            _ => &[],
        };
        Self { text, marks, spans: OnceCell::new() }
    }

    /// Whether a place lies in a block.
    #[must_use]
    pub fn hold(&self, at: u32) -> bool {
        if self.marks.is_empty() {
            return false;
        }
        let find = || if self.marks == HERE { here(self.text) } else { between(self.text, self.marks) };
        let spans = self.spans.get_or_init(find);
        let before = spans.partition_point(|span| span.start <= at);
        spans[..before].last().is_some_and(|span| at < span.end)
    }
}

/// What stands between the same mark twice, over more than one line. One pass for each mark.
fn between(text: &str, marks: &[&str]) -> Vec<Span> {
    let mut places: Vec<(usize, &str)> = Vec::new();
    for &mark in marks {
        places.extend(text.match_indices(mark));
    }
    places.sort_unstable();
    let mut found = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    for (at, mark) in places {
        match open {
            None => open = Some((at + mark.len(), mark)),
            Some((start, opened)) if opened == mark && at >= start => {
                if text[start..at].contains('\n') {
                    found.push(Span::of(start, at));
                }
                open = None;
            }
            Some(_) => {}
        }
    }
    found
}

/// Here-documents: from the line after `<<~WORD` to the line that is the word.
fn here(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        match open {
            Some((word, start)) => {
                let end = line.trim().trim_end_matches([';', ',', ')']);
                if end == word {
                    found.push(Span::of(start, at));
                    open = None;
                }
            }
            None => open = opener(line).map(|word| (word, next)),
        }
        at = next;
    }
    found
}

fn opener(line: &str) -> Option<&str> {
    let rest = &line[line.find("<<")? + 2..];
    let rest = rest.trim_start_matches(['<', '~', '-']).trim_start_matches(['"', '\'', ' ']);
    let length = rest.bytes().take_while(|byte| byte.is_ascii_uppercase() || *byte == b'_').count();
    (length >= 2).then(|| &rest[..length])
}

/// Not a mark but the way of languages with here-documents.
const HERE: &[&str] = &["<<"];

#[cfg(test)]
mod tests {
    use super::Blocks;

    #[test]
    fn texts_over_several_lines_are_blocks_and_others_are_not() {
        for (path, text, held) in [
            ("a.go", "x := `\npassword=y\n`\n", true),
            ("a.go", "x := `a`\npassword=y\nz := `b`\n", false),
            ("a.py", "x = \"\"\"\npassword: y\n\"\"\"\n", true),
            ("a.py", "x = 'a'\npassword: y\n", false),
            ("a.rb", "x = <<~EOF\n  password: y\nEOF\n", true),
            ("a.rb", "x << EOF\npassword: y\n", false),
            ("a.php", "$x = <<<SQL\npassword: y\nSQL;\n", true),
            ("a.c", "`\npassword=y\n`\n", false),
        ] {
            let at = u32::try_from(text.find("password").expect("a name")).expect("a small text");
            assert_eq!(Blocks::new(path.into(), text).hold(at), held, "{text}");
        }
    }
}
