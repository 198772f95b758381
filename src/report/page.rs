//! A rule's reference page: one content, two faces, the terminal of `explain` and the files of `docs/rules/`.

use std::io::{self, Write};

use super::Options;
use super::draw::Pen;
use crate::finding::Persona;
use crate::rule::file::ExampleEntry;
use crate::rule::{Page, Rule, RuleSet};

/// Writes the page for a terminal.
///
/// # Errors
/// What the writer says.
pub fn write(rule: &Rule, page: Option<&Page>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let pen = Pen::new(options);
    pen.title(pen.of(rule.severity), rule.id.as_str(), &rule.title, out)?;
    pen.paragraph(&dials(rule), 0, out)?;
    for (heading, parts) in sections(rule, page) {
        writeln!(out)?;
        if !heading.is_empty() {
            writeln!(out, "{}", pen.strong(heading))?;
        }
        let inset = if heading.is_empty() { 0 } else { 2 };
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) => pen.paragraph(text, inset, out)?,
                Part::Code { note, text, .. } => {
                    if index > 0 {
                        writeln!(out)?;
                    }
                    if !note.is_empty() {
                        pen.paragraph(note, inset, out)?;
                    }
                    pen.code(text, out)?;
                }
            }
        }
    }
    Ok(())
}

/// Writes the page as Markdown.
///
/// # Errors
/// What the writer says.
pub fn write_markdown(rule: &Rule, page: Option<&Page>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n`{}` · {}", rule.title, rule.id, dials(rule))?;
    for (heading, parts) in sections(rule, page) {
        if !heading.is_empty() {
            writeln!(out, "\n## {heading}")?;
        }
        let list = parts.len() > 1 && heading == REFERENCES;
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) => {
                    if index == 0 || !list {
                        writeln!(out)?;
                    }
                    writeln!(out, "{}{}", if list { "- " } else { "" }, linked(text))?;
                }
                Part::Code { note, language, text } => {
                    if !note.is_empty() {
                        writeln!(out, "\n{note}")?;
                    }
                    let fence = fence(text);
                    writeln!(out, "\n{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n'))?;
                }
            }
        }
    }
    Ok(())
}

/// Writes the table of all pages, a family a section.
///
/// # Errors
/// What the writer says.
pub fn write_index(rules: &RuleSet, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Rules\n\nThe same pages in a terminal: `overscope explain RULE`.")?;
    let mut family = "";
    for rule in rules.iter() {
        if rule.id.family() != family {
            family = rule.id.family();
            writeln!(out, "\n## {family}\n\n| rule | fault | severity |\n|---|---|---|")?;
        }
        let title = rule.title.replace('|', "\\|");
        writeln!(out, "| [`{id}`]({id}.md) | {title} | {} |", rule.severity, id = rule.id)?;
    }
    Ok(())
}

/// A piece of a page.
enum Part {
    Text(String),
    Code { note: String, language: String, text: String },
}

fn sections(rule: &Rule, page: Option<&Page>) -> Vec<(&'static str, Vec<Part>)> {
    let Some(Page { about, examples, .. }) = page else { return Vec::new() };
    let text = |text: &str| vec![Part::Text(text.trim().to_owned())];
    let mut sections =
        vec![("", text(&about.what)), ("Why it matters", text(&about.why)), ("How to mend it", text(&about.fix))];
    let caught: Vec<Part> = examples.iter().filter_map(|one| code(one, one.caught.as_ref()?.value.as_str())).collect();
    let quiet: Vec<Part> = examples.iter().filter_map(|one| code(one, one.quiet.as_ref()?.value.as_str())).collect();
    for (heading, parts) in [("Caught", caught), ("Not caught", quiet)] {
        if !parts.is_empty() {
            sections.push((heading, parts));
        }
    }
    sections.push(("How to accept it", accept(rule)));
    let mut references: Vec<Part> = about.references.iter().map(|url| Part::Text(url.clone())).collect();
    let weakness =
        |number: &u16| Part::Text(format!("CWE-{number}: https://cwe.mitre.org/data/definitions/{number}.html"));
    references.extend(about.cwe.iter().map(weakness));
    if !references.is_empty() {
        sections.push((REFERENCES, references));
    }
    sections
}

/// An example as it is written: its templates stay unfilled, so that no page looks like it holds a credential.
fn code(example: &ExampleEntry, text: &str) -> Option<Part> {
    let file = example.file.as_ref().map(|file| file.value.as_str());
    let mut note = file.map(|file| format!("In `{file}`:")).unwrap_or_default();
    let mut shown = text.to_owned();
    if let Some(policy) = &example.policy {
        note = format!(
            "{}, judged by the policy below it:",
            file.map_or("Code".to_owned(), |file| format!("In `{file}`"))
        );
        shown = format!("{}\n---\n{}", text.trim_end(), policy.value.trim_end());
        if let Some(before) = &example.before {
            note = note.replace("the policy below it", "the first policy below it, which a change makes the second");
            shown = format!("{}\n---\n{}\n---\n{}", text.trim_end(), before.value.trim_end(), policy.value.trim_end());
        }
    }
    let language = file.and_then(|file| file.rsplit_once('.')).map_or("text", |(_, extension)| extension);
    let plain = !language.is_empty() && language.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let language = if plain { language } else { "text" }.to_owned();
    (!text.is_empty()).then_some(Part::Code { note, language, text: shown })
}

fn accept(rule: &Rule) -> Vec<Part> {
    let id = &rule.id;
    let code = |note: &str, language: &str, text: String| Part::Code {
        note: note.to_owned(),
        language: language.to_owned(),
        text,
    };
    vec![
        code(
            "In a comment on the line or the line above:",
            "text",
            format!("overscope: ignore[{id}] why this one is right"),
        ),
        code("Or in the policy, until a day:", "yaml", exception(id.as_str())),
    ]
}

/// An exception of the policy that takes a rule's findings on.
pub(super) fn exception(id: &str) -> String {
    format!(
        "exceptions:\n  - id: EX-1\n    rules: [{id}]\n    paths: [path/of/the/file]\n    reason: why this one is right\n    \
         approver: who decided it\n    created: YYYY-MM-DD\n    expires: YYYY-MM-DD\n"
    )
}

fn dials(rule: &Rule) -> String {
    let mut text = format!("severity {}, confidence {}", rule.severity, rule.confidence);
    if rule.persona != Persona::Regular {
        text.push_str(&format!(", for the {} persona", rule.persona));
    }
    if !rule.since.is_empty() {
        text.push_str(&format!(", since {}", rule.since));
    }
    text
}

/// Addresses as links.
fn linked(text: &str) -> String {
    let link = |word: &str| if word.starts_with("https://") { format!("<{word}>") } else { word.to_owned() };
    text.split(' ').map(link).collect::<Vec<_>>().join(" ")
}

/// A fence longer than any in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

const REFERENCES: &str = "References";
