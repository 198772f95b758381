//! The pictures in the terminal: a place in a text with its mark, and the lines around it.
//!
//! The only file of the room that names the renderer.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use super::Options;
use super::plain::{line, wrap};
use super::uri;
use crate::finding::{Label, Severity};
use crate::text::floor;

/// What a picture shows.
pub(super) struct Picture<'a> {
    /// The place itself.
    pub(super) primary: Cow<'a, Label>,
    /// Places that belong to it.
    pub(super) related: Vec<&'a Label>,
    /// Lines under it: a word and what it says.
    pub(super) notes: Vec<(&'static str, String)>,
}

impl<'a> Picture<'a> {
    /// The picture of one place.
    pub(super) const fn of(primary: &'a Label) -> Self {
        Self { primary: Cow::Borrowed(primary), related: Vec::new(), notes: Vec::new() }
    }
}

/// Draws within a width, with or without colour, with or without Unicode.
pub(super) struct Pen {
    width: usize,
    colour: bool,
    unicode: bool,
    links: Option<String>,
    renderer: Renderer,
}

impl Pen {
    /// The pen that options ask for.
    pub(super) fn new(options: &Options) -> Self {
        let width = options.width.max(NARROWEST);
        let renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
        let decor = if options.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
        let renderer = renderer.term_width(width).decor_style(decor);
        Self { width, colour: options.colour, unicode: options.unicode, links: options.links.clone(), renderer }
    }

    /// `head: message`, wrapped with a hanging indent.
    pub(super) fn title(&self, style: Style, head: &str, message: &str, out: &mut dyn Write) -> io::Result<()> {
        let head = self.plain(head);
        let message = self.plain(message);
        let room = self.width - INDENT;
        let pieces = wrap(&message, room, (head.chars().count() + 2).saturating_sub(INDENT));
        let bold = Style::new().bold();
        for (index, piece) in pieces.iter().enumerate() {
            if index == 0 {
                // A word that does not fit beside a long head still goes there: the line stays greppable.
                writeln!(out, "{}{} {}", self.paint(style, &head), self.paint(bold, ":"), self.paint(bold, piece))?;
            } else {
                writeln!(out, "{:INDENT$}{}", "", self.paint(bold, piece))?;
            }
        }
        Ok(())
    }

    /// A place, the places that belong to it and the notes under it.
    pub(super) fn picture(&self, picture: &Picture<'_>, severity: Severity, out: &mut dyn Write) -> io::Result<()> {
        let labels: Vec<&Label> = std::iter::once(&*picture.primary).chain(picture.related.iter().copied()).collect();
        let places: Vec<Shown> = labels.iter().map(|label| self.shown(label)).collect();
        let mut group = Group::with_level(level(severity));
        for (index, place) in places.iter().enumerate() {
            // A place without an excerpt: there is nothing to draw but where it is.
            if place.source.is_empty() {
                let origin = Origin::path(place.path.as_str()).line(place.line).char_column(place.column);
                group = group.element(origin);
                continue;
            }
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mark: Annotation<'_> = kind.span(place.mark.clone());
            // A label without a word, such as the `…` of a secret, says nothing that the picture does not.
            let mute = !place.text.contains(char::is_alphanumeric);
            let mark = if mute { mark } else { mark.label(place.text.as_str()) };
            let snippet = Snippet::source(place.source.as_str()).line_start(place.first_line);
            group = group.element(snippet.path(place.path.as_str()).annotation(mark));
        }
        let gutter = labels.iter().map(|label| label.excerpt.first_line.to_string().len()).max().unwrap_or(1);
        for (word, text) in &picture.notes {
            // `gutter = word: text`
            let room = self.width.saturating_sub(gutter + word.len() + 5).max(20);
            let text = wrap(&self.plain(text), room, 0).join("\n");
            let level = if *word == "help" { Level::HELP } else { Level::NOTE.with_name(*word) };
            group = group.element(level.message(text));
        }
        let drawn = self.renderer.render(&[group]);
        let mut drawn = if self.unicode { common(&drawn) } else { drawn };
        self.put_places(&mut drawn, labels[0], &places);
        writeln!(out, "{drawn}")
    }

    /// The renderer counts columns in the excerpt, which may start inside its line: puts the columns of the file, and
    /// makes the first place a link where links are wanted.
    fn put_places(&self, drawn: &mut String, primary: &Label, places: &[Shown]) {
        let mut from = 0;
        for (index, place) in places.iter().enumerate() {
            let (line, column) = place.drawn_at();
            let wanted = format!("{}:{}:{}", place.path, place.line, place.column);
            let found = format!("{}:{line}:{column}", place.path);
            let Some(start) = drawn[from..].find(&found).map(|at| from + at) else { continue };
            let put = match &self.links {
                Some(root) if index == 0 => {
                    let url = format!("{root}{}", uri::path(&primary.at.path));
                    format!("\u{1b}]8;;{url}\u{1b}\\{wanted}\u{1b}]8;;\u{1b}\\")
                }
                _ => wanted,
            };
            drawn.replace_range(start..start + found.len(), &put);
            from = start + put.len();
        }
    }

    /// A paragraph, wrapped and set in.
    pub(super) fn paragraph(&self, text: &str, inset: usize, out: &mut dyn Write) -> io::Result<()> {
        for (index, piece) in wrap(&self.plain(text), self.width - inset - 2, 0).iter().enumerate() {
            let hanging = if index > 0 && inset == 0 { 2 } else { inset };
            writeln!(out, "{:hanging$}{piece}", "")?;
        }
        Ok(())
    }

    /// Code, set in, with a bar beside it.
    pub(super) fn code(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let bar = self.paint(Style::new().dimmed(), if self.unicode { "│" } else { "|" });
        for code in text.lines() {
            let code = self.plain(&code.replace('\t', "    ")).into_owned();
            writeln!(out, "{}", format!("  {bar} {code}").trim_end())?;
        }
        Ok(())
    }

    /// The text in a style, where colour is wanted.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// The text in bold.
    pub(super) fn strong(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// The text as good news.
    pub(super) fn good(&self, text: &str) -> String {
        self.paint(AnsiColor::BrightGreen.on_default().bold(), text)
    }

    /// How a severity is painted.
    pub(super) const fn of(&self, severity: Severity) -> Style {
        match severity {
            Severity::Critical | Severity::High => AnsiColor::BrightRed.on_default().bold(),
            Severity::Medium => AnsiColor::Yellow.on_default().bold(),
            Severity::Low => AnsiColor::BrightBlue.on_default().bold(),
            Severity::Note => AnsiColor::BrightGreen.on_default().bold(),
        }
    }

    /// How a warning about the run is painted.
    pub(super) const fn warning(&self) -> Style {
        self.of(Severity::Medium)
    }

    /// How settled things are painted.
    pub(super) const fn quiet(&self) -> Style {
        Style::new().dimmed()
    }

    /// One line without anything that steers a terminal, in ASCII where asked.
    fn plain<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = line(text);
        if self.unicode || text.is_ascii() { text } else { Cow::Owned(text.replace('…', "...")) }
    }

    fn shown(&self, label: &Label) -> Shown {
        let excerpt = &label.excerpt;
        let text = excerpt.text.as_str();
        let (start, end) = (floor(text, excerpt.mark.start as usize), floor(text, excerpt.mark.end as usize));
        let [before, marked, after] = [&text[..start], &text[start..end.max(start)], &text[end.max(start)..]];
        let ascii = |piece: &str| if self.unicode { piece.to_owned() } else { piece.replace('…', "...") };
        let mut source = ascii(before);
        let start = source.len();
        source.push_str(&ascii(marked));
        let mark = start..source.len();
        source.push_str(&ascii(after));
        Shown {
            path: self.plain(label.at.path.as_str()).into_owned(),
            line: label.at.region.start.line as usize,
            column: label.at.region.start.column as usize,
            first_line: excerpt.first_line as usize,
            source,
            mark,
            text: self.plain(&label.text).into_owned(),
        }
    }
}

/// A label as it is drawn.
struct Shown {
    path: String,
    line: usize,
    column: usize,
    first_line: usize,
    source: String,
    mark: Range<usize>,
    text: String,
}

impl Shown {
    /// Line and column that the renderer finds in the excerpt.
    fn drawn_at(&self) -> (usize, usize) {
        if self.source.is_empty() {
            return (self.line, self.column);
        }
        let before = &self.source[..self.mark.start];
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (self.first_line + before.matches('\n').count(), column)
    }
}

/// The sign before a further place in a character that fonts have: few have the renderer's own.
fn common(drawn: &str) -> String {
    let mut out = String::with_capacity(drawn.len());
    for (index, line) in drawn.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        match line.split_once(RARE) {
            // Before it stand only blanks and colours; in a line of code the bar of the margin would.
            Some((head, tail)) if !head.contains('│') => {
                out.push_str(head);
                out.push(COMMON);
                out.push_str(tail);
            }
            _ => out.push_str(line),
        }
    }
    out
}

const fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
        Severity::Note => Level::NOTE,
    }
}

const RARE: char = '⸬';
const COMMON: char = '∷';
const NARROWEST: usize = 40;
const INDENT: usize = 4;
