//! Mistakes in a file that a user wrote, drawn at their place in it.

use std::borrow::Cow;
use std::io::{self, Write};

use camino::Utf8Path;

use super::Options;
use super::draw::{Pen, Picture};
use crate::finding::excerpt;
use crate::finding::{Label, Severity};
use crate::mistake::Mistake;
use crate::origin::{Location, Origin};
use crate::text::SourceText;

/// Draws the mistakes of one file in order of place, the file's text beside them. `path` is the file's name as it was
/// given. What looks like a credential is hidden: a file with a mistake may hold one where it does not belong.
///
/// # Errors
/// What the writer says.
pub fn write(
    path: &Utf8Path,
    text: &SourceText,
    mistakes: &[Mistake],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let pen = Pen::new(options);
    let mut mistakes: Vec<&Mistake> = mistakes.iter().collect();
    mistakes.sort_by_key(|mistake| (mistake.span, mistake.message.as_str()));
    mistakes.dedup();
    for mistake in mistakes {
        let (severity, head) = if mistake.fatal { (Severity::High, "error") } else { (Severity::Medium, "warning") };
        pen.title(pen.of(severity), head, &masked(&mistake.message), out)?;
        let region = text.region(mistake.span);
        let mut cut = excerpt::cut(text, mistake.span, &[]);
        let (before, rest) = cut.text.split_at(cut.mark.start as usize);
        let (marked, after) = rest.split_at(cut.mark.len() as usize);
        let [before, marked, after] = [before, marked, after].map(|piece| masked(piece).into_owned());
        cut.mark = crate::span::Span::of(before.len(), before.len() + marked.len());
        cut.text = [before, marked, after].concat();
        let at = Location { path: path.to_owned(), origin: Origin::WorkTree, region };
        let label = Label { at, text: String::new(), excerpt: cut };
        let mut picture = Picture::of(&label);
        if let Some(help) = &mistake.help {
            picture.notes.push(("help", masked(help).into_owned()));
        }
        pen.picture(&picture, severity, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The text without runs that may be a credential: long, of letters and digits, no path and no date.
fn masked(text: &str) -> Cow<'_, str> {
    let part = |c: char| c.is_ascii_alphanumeric() || "_-+/=.~".contains(c);
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(part) {
        let (head, tail) = rest.split_at(start);
        let end = tail.find(|c| !part(c)).unwrap_or(tail.len());
        out.push_str(head);
        out.push_str(if secret_like(&tail[..end]) { "…" } else { &tail[..end] });
        rest = &tail[end..];
    }
    out.push_str(rest);
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Dense in digits, in changes of case or in all kinds of characters: names of settings are none of it.
fn secret_like(run: &str) -> bool {
    let count = |kind: fn(&u8) -> bool| run.bytes().filter(kind).count();
    let [digits, upper, lower] = [u8::is_ascii_digit, u8::is_ascii_uppercase, u8::is_ascii_lowercase].map(count);
    let letters = upper + lower;
    let longest = run.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len).max().unwrap_or(0);
    let cases: Vec<bool> = run.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.is_ascii_uppercase()).collect();
    let changes = cases.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let dense = longest >= 12 && digits >= 2 && letters >= 2;
    run.len() >= 16 && (dense || changes * 10 > letters * 3 || digits >= 3 && upper >= 3 && lower >= 3)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_credential_in_the_wrong_place_is_hidden_and_names_are_not() {
        assert_eq!(masked("unknown key `a1b2c3d4e5f6a7b8`"), "unknown key `…`");
        assert_eq!(masked("key: aBcDeFgHiJkLmNoPqR"), "key: …");
        for name in [
            "https://www.googleapis.com/auth/calendar.events.readonly",
            "exception_max_days: 90, expires: 2026-12-31",
            "maximumAccessTokenLifetimeSeconds",
            "ZohoCRM.modules.deals.READ",
        ] {
            assert_eq!(masked(name), name);
        }
    }
}
