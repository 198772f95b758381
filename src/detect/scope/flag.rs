//! Scopes on command lines and in scripts: `--scopes=a,b`, `SCOPES=a,b` without quotes.

use super::name::{Says, of_lead};
use super::token::{Coding, split};
use super::{Asked, Group};
use crate::fact::Context;
use crate::span::Span;
use crate::text::SourceText;

/// The group of the flag or assignment at `at`, where `scope` stands.
pub(super) fn group(text: &SourceText, at: u32, assignments: bool) -> Option<Group> {
    let line = text.line_at(at);
    let window = Span::new(line.start.max(at.saturating_sub(LONGEST_NAME)), line.end.min(at.saturating_add(LONGEST)));
    let whole = text.as_str();
    let before = whole.get(window.start as usize..at as usize)?;
    let name_start =
        before.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).map_or(0, |at| at + 1);
    let after = whole.get(at as usize..window.end as usize)?;
    let name_end = after.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))?;
    let name = whole.get(window.start as usize + name_start..at as usize + name_end)?;
    let flag = name.starts_with("--");
    if !flag && !assignments || of_lead(name.trim_start_matches('-')) != Says::Asks {
        return None;
    }
    let rest = &after[name_end..];
    let joint = rest.chars().next()?;
    if !(joint == '=' || flag && joint == ' ') {
        return None;
    }
    let mut start = at as usize + name_end + 1;
    let value = whole.get(start..window.end as usize)?;
    let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let length = match quoted {
        // A quoted assignment is a string of the script, read elsewhere.
        Some(_) if !flag => return None,
        Some(quote) => {
            start += 1;
            value[1..].find(quote)?
        }
        None => value
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\\' | ')' | '&'))
            .unwrap_or(value.len()),
    };
    let written = split(whole, Span::of(start, start + length), Coding::Plain);
    let beginning = Span::new(line.start, at.min(line.start.saturating_add(LONGEST_NAME * 2)));
    Some(Group {
        written,
        context: Context::Code,
        name: None,
        asked: Asked::ByName,
        hints: vec![name.to_owned(), text.slice(beginning).to_owned()],
        around: Vec::new(),
        host: None,
        provider: None,
        client_id: None,
    })
}

const LONGEST_NAME: u32 = 60;
const LONGEST: u32 = 2000;
