//! Certain replacements as a unified diff. It is drawn from the excerpts of findings, in which no secret stands.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Options;
use super::plain::line;
use crate::finding::{Fix, Label};

/// A replacement and its place.
#[derive(Clone, Copy, Debug)]
pub struct Mend<'a> {
    /// The place, with its line.
    pub label: &'a Label,
    /// The replacement of what is marked.
    pub fix: &'a Fix,
}

/// Writes the diff; the replacements come in order of place.
///
/// # Errors
/// What the writer says.
pub fn write(mends: &[Mend<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let paint =
        |style: Style, text: &str| if options.colour { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let (gone, new) = (AnsiColor::Red.on_default(), AnsiColor::Green.on_default());
    let (head, place) = (Style::new().bold(), AnsiColor::Cyan.on_default());
    let mut path = None;
    let mut rest = mends;
    while let [first, ..] = rest {
        let at = &first.label.at;
        let number = at.region.start.line;
        let same = |mend: &&Mend<'_>| mend.label.at.path == at.path && mend.label.at.region.start.line == number;
        let (here, later) = rest.split_at(rest.iter().take_while(same).count());
        rest = later;
        if path != Some(&at.path) {
            path = Some(&at.path);
            let shown = line(at.path.as_str());
            writeln!(out, "{}", paint(head, &format!("--- a/{shown}")))?;
            writeln!(out, "{}", paint(head, &format!("+++ b/{shown}")))?;
        }
        writeln!(out, "{}", paint(place, &format!("@@ -{number} +{number} @@")))?;
        // Excerpts of a long line are cut at different places: each is then shown for itself.
        let groups: Vec<&[Mend<'_>]> = if here.iter().all(|mend| mend.label.excerpt.text == first.label.excerpt.text) {
            vec![here]
        } else {
            here.chunks(1).collect()
        };
        for group in groups {
            let before = &group[0].label.excerpt.text;
            writeln!(out, "{}", paint(gone, &format!("-{}", line(before))))?;
            writeln!(out, "{}", paint(new, &format!("+{}", line(&after(group)))))?;
        }
    }
    Ok(())
}

/// The line with all its replacements.
fn after(group: &[Mend<'_>]) -> String {
    let mut text = group[0].label.excerpt.text.clone();
    let mut edits: Vec<_> = group.iter().map(|mend| (mend.label.excerpt.mark.range(), &mend.fix.replacement)).collect();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    edits.dedup();
    for (range, replacement) in edits {
        if text.get(range.clone()).is_some() {
            text.replace_range(range, replacement);
        }
    }
    text
}
