//! The client id that a client secret belongs to, found by its name: `CLIENT_ID` beside `CLIENT_SECRET`.

use std::sync::OnceLock;

use camino::Utf8Path;
use regex::bytes::Regex;

use super::{Candidate, Family};
use crate::detect::value::placeholder;
use crate::span::Span;
use crate::text::SourceText;

/// Where the id of a candidate stands, when it is the secret of a client and its id stands nearby. In a store of
/// variables, such as `.env`, the whole file is near.
#[must_use]
pub fn id_of(path: &Utf8Path, text: &SourceText, candidate: &Candidate) -> Option<Span> {
    let name = text.slice(candidate.key).to_ascii_lowercase();
    if candidate.family != Family::ClientSecret && !name.contains("secret") {
        return None;
    }
    let around = if holds_variables(path) { whole(text, candidate.value) } else { near(text, candidate.value) };
    let family = stem(&name);
    let places = regex()?.captures_iter(text.slice(around).as_bytes()).filter_map(|found| {
        let key = found.name("key")?;
        let mark = found.name("mark")?;
        let place = |range: std::ops::Range<usize>| {
            Span::of(around.start as usize + range.start, around.start as usize + range.end)
        };
        let span = place(mark.range());
        let own = stem(&text.slice(place(key.range())).to_ascii_lowercase()) == family;
        let fits = !span.overlaps(candidate.value) && placeholder::stand_in(text.slice(span)).is_none();
        fits.then_some((!own, span.start.abs_diff(candidate.value.start), span))
    });
    // The one of the same name first, else the nearest.
    places.min_by_key(|&(foreign, distance, span)| (foreign, distance, span.start)).map(|(_, _, span)| span)
}

/// Whether a file holds variables and nothing else.
#[must_use]
pub fn holds_variables(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    name == "credentials"
        || name == ".envrc"
        || name.starts_with(".env")
        || [".env", ".properties", ".tfvars", ".ini"].iter().any(|end| name.ends_with(end))
}

/// What a name is about, without saying id or secret: `acme_client_secret` and `acme.client.id` are of `acmeclient`.
fn stem(name: &str) -> String {
    let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    ["secret", "secretkey", "id", "key"].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(&bare).to_owned()
}

fn near(text: &SourceText, value: Span) -> Span {
    let lines = text.lines();
    let line_of = |offset: u32| lines.partition_point(|&start| start <= offset).saturating_sub(1);
    let first = line_of(value.start).saturating_sub(LINES);
    let last = (line_of(value.end) + LINES).min(lines.len() - 1);
    let start = lines[first].max(value.start.saturating_sub(REACH));
    let end = text.line_at(lines[last]).end.min(value.end.saturating_add(REACH));
    Span::new(text.floor(start), text.floor(end))
}

fn whole(text: &SourceText, value: Span) -> Span {
    Span::new(text.floor(value.start.saturating_sub(WIDEST)), text.floor(value.end.saturating_add(WIDEST)))
}

fn regex() -> Option<&'static Regex> {
    static COMPILED: OnceLock<Option<Regex>> = OnceLock::new();
    COMPILED.get_or_init(|| Regex::new(PATTERN).ok()).as_ref()
}

const PATTERN: &str = concat!(
    r#"(?i-u)(?P<key>[a-z0-9_.-]{0,60}(?:client|consumer|app|application)[_.-]?(?:id|key))["'\\\]]{0,2}\s{0,8}"#,
    r#"(?:=>|:=|[:=,(>])\s{0,8}["'\\]{0,2}(?P<mark>[a-z0-9][a-z0-9._@:-]{4,120}[a-z0-9])"#
);

/// How far an id may stand in a file of code.
const LINES: usize = 12;
const REACH: u32 = 4 * 1024;
/// How far it may stand in a store of variables.
const WIDEST: u32 = 64 * 1024;

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::id_of;
    use crate::detect::generic::{Candidate, Context, Family};
    use crate::span::Span;
    use crate::text::SourceText;

    fn id(path: &str, text: &str) -> Option<String> {
        let key = text.find("acme_client_secret").expect("a name");
        let value = text.find("V4lu3").expect("a value");
        let candidate = Candidate {
            key: Span::of(key, key + "acme_client_secret".len()),
            family: Family::ClientSecret,
            strength: 2,
            value: Span::of(value, value + 5),
            quoted: true,
            context: Context::Assignment,
            inner: None,
        };
        let source = SourceText::new(text);
        id_of(Utf8Path::new(path), &source, &candidate).map(|span| text[span.range()].to_owned())
    }

    #[test]
    fn the_id_of_a_secret_is_the_one_of_its_name() {
        let text =
            "other_client_id = 'abc-778899'\nacme_client_secret = 'V4lu3'\nx = 1\nacme_client_id = 'app-112233'\n";
        assert_eq!(id("a.py", text).as_deref(), Some("app-112233"));
        assert_eq!(id("a.py", "acme_client_secret = 'V4lu3'\n").as_deref(), None);
        assert_eq!(id("a.py", "acme_client_id = '<your-id>'\nacme_client_secret = 'V4lu3'\n").as_deref(), None);
    }

    #[test]
    fn in_a_store_of_variables_the_whole_file_is_near() {
        let text = format!("acme_client_id=app-112233\n{}acme_client_secret=V4lu3\n", "x=1\n".repeat(40));
        assert_eq!(id(".env", &text).as_deref(), Some("app-112233"));
        assert_eq!(id("a.py", &text), None);
    }
}
