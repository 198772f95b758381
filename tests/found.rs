//! No finding is lost: what a rule catches it catches wherever it stands in a file, however the file is written, and tells
//! its place. `OVERSCOPE_FOUND=all` takes every rule; without it every 23rd is taken.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests")]

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use overscope::detect::engine::Engine;
use overscope::fact::{Fact, Seen};
use overscope::origin::Origin;
use overscope::rule::example::fill;
use overscope::rule::{RuleSet, builtin};
use overscope::source::reader::{Piece, Reader};

static RULES: LazyLock<RuleSet> = LazyLock::new(builtin::rules);
static ENGINE: LazyLock<Engine<'static>> = LazyLock::new(|| Engine::new(&RULES));

/// A line and a column, both from one.
type At = (u32, u32);

/// A rule, the name of the file that its example stands in, and the example.
struct Planted {
    rule: String,
    file: String,
    text: String,
    /// Where the rule sees it in its own file.
    at: Vec<At>,
}

fn look(file: &str, bytes: &[u8], rule: &str) -> Vec<At> {
    let seeing = ENGINE.look(file.into(), &Origin::WorkTree, bytes).expect("this is text");
    places(&seeing.facts, rule)
}

fn places(facts: &[Fact], rule: &str) -> Vec<At> {
    let mine = facts.iter().filter(|fact| fact.rule.as_str() == rule);
    let mut places: Vec<_> = mine.map(|fact| (fact.at.region.start.line, fact.at.region.start.column)).collect();
    places.sort_unstable();
    places
}

/// One example of every rule whose example is seen before anything is judged; those for credentials all are.
fn planted() -> Vec<Planted> {
    let mut planted = Vec::new();
    for rule in RULES.iter().step_by(if all() { 1 } else { 23 }) {
        let Some(page) = RULES.page(&rule.id) else { continue };
        let Some(number) = page.examples.iter().position(|example| example.caught.is_some()) else { continue };
        let example = &page.examples[number];
        let file = example.file.as_ref().map_or("example.txt", |file| file.value.as_str()).to_owned();
        let template = &example.caught.as_ref().expect("it was asked for").value;
        let text = fill(template, &format!("{}\n{}", rule.id, number + 1)).expect("examples fill");
        let at = look(&file, text.as_bytes(), rule.id.as_str());
        assert!(rule.seeks.secret.is_empty() || !at.is_empty(), "{}: its example is not seen: {file}", rule.id);
        if !at.is_empty() {
            planted.push(Planted { rule: rule.id.as_str().to_owned(), file, text, at });
        }
    }
    planted
}

/// Lost where they stand as strings of a notebook: what tells them is spread over several lines, each then a string.
const APART_IN_NOTEBOOKS: [&str; 3] =
    ["secret/bundled-password", "secret/google-service-account-key", "secret/hubspot-personal-access-key"];

/// Known by standing at the beginning of a line.
const ALONE_ON_A_LINE: [&str; 1] = ["secret/npm-basic-auth"];

/// Seen in plain text by what stands around them; inside another form only what tells itself is.
const TOLD_BY_CONTEXT: [&str; 3] = ["secret/authorization-header", "secret/client-secret", "secret/generic-api-key"];

/// Told by another rule, made for that form.
const ITS_OWN_RULE_IN_BASE64: [&str; 1] = ["secret/private-key"];

fn all() -> bool {
    std::env::var_os("OVERSCOPE_FOUND").is_some_and(|wanted| wanted == "all")
}

/// The same places some lines further down.
fn lower(at: &[At], lines: u32) -> Vec<At> {
    at.iter().map(|&(line, column)| (line + lines, column)).collect()
}

#[track_caller]
fn none_lost(lost: &[String]) {
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn an_example_is_found_wherever_it_stands_and_however_its_file_is_written() {
    let mut lost = Vec::new();
    for Planted { rule, file, text, at } in planted() {
        let mut expect = |form: &str, bytes: &[u8], expected: Vec<At>| {
            let found = look(&file, bytes, &rule);
            if found != expected {
                lost.push(format!("{rule} in {file}, {form}: {found:?}, not {expected:?}"));
            }
        };
        // What stands around it must be nothing in every language: empty lines are.
        let lines = "\n".repeat(2_000);
        let ended = format!("{}\n", text.trim_end_matches('\n'));
        // What must stand first, such as `#!` or `<?xml`, is not moved.
        let first = ["#!", "<?", "---", "FROM ", "{"].iter().any(|head| text.starts_with(head));
        expect("at the start", format!("{ended}{lines}").as_bytes(), at.clone());
        if !first {
            expect("in the middle", format!("{lines}{ended}{lines}").as_bytes(), lower(&at, 2_000));
            expect("on the last line", format!("{lines}{}", text.trim_end_matches('\n')).as_bytes(), lower(&at, 2_000));
        }
        expect("after a byte order mark", format!("\u{feff}{text}").as_bytes(), at.clone());
        expect("with CR LF", text.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes(), at.clone());
        for (form, mark, bytes) in [
            ("in UTF-16, little end first", [0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ("in UTF-16, big end first", [0xFE, 0xFF], u16::to_be_bytes),
        ] {
            let units: Vec<u8> = mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect();
            expect(form, &units, at.clone());
        }
    }
    none_lost(&lost);
}

#[test]
fn a_credential_is_found_in_other_forms_than_its_own() {
    let mut lost = Vec::new();
    for Planted { rule, text, .. } in planted().into_iter().step_by(if all() { 1 } else { 4 }) {
        let text = text.trim_end_matches('\n');
        if TOLD_BY_CONTEXT.contains(&rule.as_str()) {
            continue;
        }
        let seeing = ENGINE.look("example.txt".into(), &Origin::WorkTree, text.as_bytes()).expect("this is text");
        let mine = |fact: &&Fact| fact.rule.as_str() == rule && matches!(fact.seen, Seen::Secret(_));
        let Some(plain) = seeing.facts.iter().find(mine) else { continue };
        let (start, line) = (plain.at.region.span.start as usize, plain.at.region.start.line);
        // Where the value starts, as the line and column of what is written around it.
        let mut expect = |form: &str, file: &str, written: &str, at: usize| {
            let before = &written[..at];
            let line = u32::try_from(before.matches('\n').count() + 1).expect("small");
            let column =
                u32::try_from(before.rsplit('\n').next().unwrap_or_default().chars().count() + 1).expect("small");
            let found = look(file, written.as_bytes(), &rule);
            if !found.contains(&(line, column)) {
                lost.push(format!("{rule}, {form}: {found:?}, not {line}:{column}"));
            }
        };
        // Nothing stands beside it: its words are inside only.
        if !ITS_OWN_RULE_IN_BASE64.contains(&rule.as_str()) {
            expect("in Base64", "example.txt", &format!("{}\n", STANDARD.encode(text)), start / 3 * 4);
        }
        let percent = |text: &str| {
            text.bytes().fold(String::new(), |mut out, byte| {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(char::from(byte));
                } else {
                    let _ = write!(out, "%{byte:02X}");
                }
                out
            })
        };
        let url = "https://example.com/callback?";
        if text.len() < 1_000 {
            expect(
                "percent-encoded",
                "example.txt",
                &format!("{url}{}\n", percent(text)),
                url.len() + percent(&text[..start]).len(),
            );
        }
        // A cell keeps a line as a string.
        let quoted = |text: &str| {
            let quoted = serde_json::to_string(text).expect("a string");
            quoted[1..quoted.len() - 1].to_owned()
        };
        let cell = "{\"cells\": [{\"cell_type\": \"code\", \"metadata\": {}, \"outputs\": [], \"source\": [\n";
        let (mut book, mut at) = (cell.to_owned(), None);
        let mut offset = 0;
        for (number, part) in text.split_inclusive('\n').enumerate() {
            book.push_str(if number == 0 { "  \"" } else { ",\n  \"" });
            if (offset..offset + part.len()).contains(&start) {
                at = Some(book.len() + quoted(&part[..start - offset]).len());
            }
            book.push_str(&quoted(part));
            book.push('"');
            offset += part.len();
        }
        book.push_str("]}], \"nbformat\": 4, \"nbformat_minor\": 5}\n");
        if APART_IN_NOTEBOOKS.contains(&rule.as_str()) {
            continue;
        }
        expect("in a notebook", "example.ipynb", &book, at.expect("it stands on a line"));
        if line == 1 && !ALONE_ON_A_LINE.contains(&rule.as_str()) && !text.contains('\n') {
            let long = "lorem ipsum dolor ".repeat(6_000);
            let found = look("example.txt", format!("{long}; {text} ; {long}\n").as_bytes(), &rule);
            let column = u32::try_from(long.len() + 2).expect("small") + plain.at.region.start.column;
            if !found.contains(&(1, column)) {
                lost.push(format!("{rule}, on a very long line: {found:?}, not 1:{column}"));
            }
        }
    }
    none_lost(&lost);
}

#[test]
fn an_example_is_found_across_the_bounds_of_windows() {
    // Windows are cut some tens of thousands of bytes before the end of what was read.
    let mut lost = Vec::new();
    for Planted { rule, file, text, at } in planted().into_iter().step_by(if all() { 1 } else { 30 }) {
        for before in [4 << 20, (4 << 20) - 20, (4 << 20) - (32 << 10), (4 << 20) - (32 << 10) - 20, 6 << 20] {
            let before: usize = before;
            let mut bytes = vec![b'\n'; before];
            bytes.extend(text.as_bytes());
            bytes.resize(bytes.len().max((4 << 20) + 1), b'\n');
            let mut found = Vec::new();
            let mut look = |piece: Piece<'_>| {
                if let Piece::Window { text, core } = piece {
                    let seeing = ENGINE.look_at(file.as_str().into(), &Origin::WorkTree, text, None);
                    let mine: Vec<Fact> =
                        seeing.facts.into_iter().filter(|fact| core.contains(&fact.at.region.span.start)).collect();
                    found.extend(places(&mine, &rule));
                }
                Ok(())
            };
            Reader::default().read(&mut bytes.as_slice(), &mut look).expect("it is read");
            let expected = lower(&at, u32::try_from(before).expect("small"));
            if found != expected {
                lost.push(format!("{rule} in {file}, {before} bytes before: {found:?}, not {expected:?}"));
            }
        }
    }
    none_lost(&lost);
}
