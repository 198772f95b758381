//! Scopes whose common beginning stands elsewhere: `f"{BASE}drive"`, `BASE + "drive"`, `` `${BASE}/drive` ``.

use std::collections::BTreeMap;

use super::frame::{Frames, Manner, Value};
use super::name::last;
use super::token::Written;
use crate::span::Span;

/// The constants of a file that hold what scopes begin with.
#[derive(Debug)]
pub(super) struct Prefixes<'t>(BTreeMap<&'t str, &'t str>);

impl<'t> Prefixes<'t> {
    /// The constants of a program.
    pub(super) fn of(text: &'t str, frames: &Frames) -> Self {
        let mut prefixes = BTreeMap::new();
        for value in frames.values.iter().filter(|value| value.text && value.manner == Manner::Given) {
            let content = &text[value.span.range()];
            if let (Some(lead), true) = (value.lead, is_prefix(content)) {
                prefixes.insert(last(&text[lead.range()]), content);
            }
        }
        Self(prefixes)
    }

    /// The scope that a text is together with what stands before it or at its beginning.
    pub(super) fn spell(&self, text: &str, value: &Value) -> Option<Written> {
        let content = text.get(value.span.range())?;
        let (prefix, rest) = self.inside(content).or_else(|| Some((self.before(text, value)?, content)))?;
        let rest = if prefix.ends_with('/') { rest.trim_start_matches('/') } else { rest };
        let whole = prefix.ends_with('/') || rest.starts_with('/');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
        if !whole || rest.len() < 2 || rest.len() > LONGEST || !rest.bytes().all(plain) {
            return None;
        }
        let end = value.span.end as usize;
        let span = Span::of(end - rest.len(), end);
        Some(Written { span, scope: format!("{prefix}{rest}"), plain: false, named: false })
    }

    /// `{BASE}drive`, `#{BASE}drive`, `$base/drive`: the prefix and the rest.
    fn inside<'c>(&self, content: &'c str) -> Option<(&'t str, &'c str)> {
        let start = content.trim_start_matches(['$', '#', '{']);
        if start.len() == content.len() || self.0.is_empty() {
            return None;
        }
        let end = start.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))?;
        let braced = content[..content.len() - start.len()].contains('{');
        let rest = if braced { start[end..].strip_prefix('}')? } else { &start[end..] };
        Some((self.0.get(last(&start[..end])).copied()?, rest))
    }

    /// `BASE + "drive"`, `` `${BASE}drive` ``, `"https://…/auth/" + "drive"`.
    fn before<'a>(&self, text: &'a str, value: &Value) -> Option<&'a str>
    where
        't: 'a,
    {
        let at = value.span.start as usize;
        let from = (at.saturating_sub(FARTHEST)..=at).find(|&from| text.is_char_boundary(from))?;
        let before = &text[from..at];
        let name = |held: &str| {
            let start = held.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
            self.0.get(&held[start..]).copied()
        };
        if let Some(inner) = before.strip_suffix('}') {
            return name(inner.trim_end()).filter(|_| inner.contains("${"));
        }
        let joined = before.trim_end_matches(['"', '\'', '`']).trim_end();
        let joined = joined.strip_suffix(['+', '.'])?.trim_end();
        name(joined).or_else(|| {
            let inner = joined.strip_suffix(['"', '\''])?;
            let start = inner.rfind(['"', '\''])? + 1;
            Some(&inner[start..]).filter(|held| is_prefix(held))
        })
    }
}

/// Whether a text is what the scopes of a provider begin with.
fn is_prefix(text: &str) -> bool {
    PREFIXES.contains(&text.trim_end_matches('/'))
}

const PREFIXES: [&str; 5] = [
    "https://www.googleapis.com/auth",
    "https://graph.microsoft.com",
    "https://graph.microsoft.us",
    "https://outlook.office.com",
    "https://outlook.office365.com",
];

/// Longer is no rest of a scope.
const LONGEST: usize = 80;
/// A prefix stands no farther before the rest.
const FARTHEST: usize = 90;
