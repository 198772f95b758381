//! Patterns over scopes, as policies write them: `ZohoCRM.modules.*.READ`, `**.DELETE`, `{read,write}`, `class:group`,
//! `risk:<=medium`.

use std::fmt;

use thiserror::Error;

use super::access::{Class, Risk};
use super::entry::ScopeEntry;
use super::provider::Provider;
use super::spelling;

/// A pattern. What a part of a scope is depends on the provider, so a pattern is matched with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopePattern {
    text: Box<str>,
    body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    /// One scope, in any spelling of the provider's.
    Exact,
    /// Alternatives, each a list of pieces.
    Glob(Vec<Vec<Piece>>),
    Class(Class),
    ReadOnly,
    /// From the first to the second.
    Risk(Risk, Risk),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// Anything without a sign that ends a part.
    Star,
    /// Anything.
    Rest,
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PatternError {
    /// Nothing was written.
    #[error("a scope pattern is empty")]
    Empty,
    /// White space inside: two scopes in one text.
    #[error("`{0}` holds white space; write one scope per entry")]
    Space(String),
    /// `!`.
    #[error("`{0}` starts with `!`; write it under `deny` instead")]
    Not(String),
    /// A brace that is not closed, or stands inside another.
    #[error("`{0}` has a brace without its pair")]
    Brace(String),
    /// Too many alternatives, or a text of absurd length.
    #[error("`{0}` stands for too many alternatives")]
    TooMany(String),
    /// `class:` with an unknown word.
    #[error("`{word}` is no class; there are `read-only`, `non-sensitive`, `sensitive`, `restricted` and `group`")]
    Class {
        /// What was written.
        word: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// `risk:` with an unknown word.
    #[error(
        "`{word}` is no risk; there are `info`, `low`, `medium`, `high` and `critical`, also as `<=medium` or `>=high`"
    )]
    Risk {
        /// What was written.
        word: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
}

impl ScopePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let written = text.trim();
        if written.is_empty() {
            return Err(PatternError::Empty);
        }
        if written.starts_with('!') {
            return Err(PatternError::Not(written.to_owned()));
        }
        if written.len() > LONGEST {
            return Err(PatternError::TooMany(format!("{}...", written.chars().take(40).collect::<String>())));
        }
        let body = if let Some(word) = written.strip_prefix("class:") {
            class(word.trim())?
        } else if let Some(word) = written.strip_prefix("risk:") {
            risk(word.trim())?
        } else if written.contains(char::is_whitespace) {
            return Err(PatternError::Space(written.to_owned()));
        } else if written.contains(['*', '{', '}']) {
            glob(written)?
        } else {
            Body::Exact
        };
        Ok(Self { text: written.into(), body })
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names one scope and nothing else.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.body == Body::Exact
    }

    /// Whether the scope, in any spelling, is one the pattern speaks of.
    #[must_use]
    pub fn matches(&self, provider: &Provider, scope: &str) -> bool {
        let canonical = provider.canonical(scope);
        let spelled = canonical.as_deref().unwrap_or_else(|| scope.trim());
        match &self.body {
            Body::Exact => {
                let mine = provider.canonical(&self.text);
                provider.grammar().key(mine.as_deref().unwrap_or(&self.text)) == provider.grammar().key(spelled)
            }
            Body::Glob(_) => self.fits(provider, spelled),
            Body::Class(_) | Body::ReadOnly | Body::Risk(..) => {
                provider.entry(spelled).is_some_and(|entry| self.selects(provider, entry))
            }
        }
    }

    /// Whether it speaks of every scope the provider lists. An exact scope never does.
    #[must_use]
    pub fn covers_everything(&self, provider: &Provider) -> bool {
        let entries = provider.entries();
        !self.is_exact() && !entries.is_empty() && entries.iter().all(|entry| self.selects(provider, entry))
    }

    /// What may have been meant by a pattern that speaks of no scope of the provider.
    #[must_use]
    pub fn nearest(&self, provider: &Provider) -> Option<String> {
        match &self.body {
            Body::Exact => provider.nearest(&self.text),
            Body::Glob(_) => {
                let signs = provider.grammar().segment().chars().next().unwrap_or('.');
                self.respelled(provider, signs)
            }
            _ => None,
        }
    }

    /// Whether a listed scope is one the pattern speaks of.
    fn selects(&self, provider: &Provider, entry: &ScopeEntry) -> bool {
        match &self.body {
            Body::Exact => self.matches(provider, &entry.id),
            Body::Glob(_) => self.fits(provider, &entry.id),
            Body::Class(class) => entry.class == *class,
            Body::ReadOnly => entry.access.only_reads(),
            Body::Risk(from, to) => (*from..=*to).contains(&entry.risk),
        }
    }

    fn fits(&self, provider: &Provider, scope: &str) -> bool {
        let Body::Glob(alternatives) = &self.body else { return false };
        let grammar = provider.grammar();
        let fold = |text: &str| grammar.key(text);
        let full = fold(scope);
        let short = grammar.short(scope).map(fold);
        let ends = |c: char| grammar.segment().contains(c);
        alternatives.iter().any(|pieces| {
            let pieces: Vec<Piece> = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => Piece::Text(fold(text)),
                    other => other.clone(),
                })
                .collect();
            fits(&pieces, &full, &ends) || short.as_deref().is_some_and(|short| fits(&pieces, short, &ends))
        })
    }

    /// The pattern with one of its parts spelled as some part of a listed scope is.
    fn respelled(&self, provider: &Provider, sign: char) -> Option<String> {
        let parts: Vec<&str> = self.text.split(sign).collect();
        let mut best: Option<(usize, String)> = None;
        for (i, part) in parts.iter().enumerate() {
            if part.contains(['*', '{', '}']) || part.len() < 2 {
                continue;
            }
            let mut known: Vec<&str> = provider.entries().iter().flat_map(|entry| entry.id.split(sign)).collect();
            known.sort_unstable();
            known.dedup();
            for other in known {
                let edits = if other.ends_with(part) { 1 } else { spelling::distance(other, part) };
                if edits == 0 || edits > 2 || best.as_ref().is_some_and(|(least, _)| *least <= edits) {
                    continue;
                }
                let mut changed = parts.clone();
                changed[i] = other;
                let text = changed.join(&sign.to_string());
                let fits = Self::parse(&text).is_ok_and(|pattern| !provider.expand(&pattern).is_empty());
                if fits {
                    best = Some((edits, text));
                }
            }
        }
        best.map(|(_, text)| text)
    }
}

impl fmt::Display for ScopePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Provider {
    /// The scopes a pattern speaks of, in order of id: the listed ones, and an exact one that only the grammar knows.
    #[must_use]
    pub fn expand(&self, pattern: &ScopePattern) -> Vec<String> {
        if pattern.is_exact() {
            return self.canonical(pattern.as_str()).into_iter().collect();
        }
        self.entries().iter().filter(|entry| pattern.selects(self, entry)).map(|entry| entry.id.clone()).collect()
    }

    /// The scope a deny pattern speaks of that the requested ones together cover: what a denial is about. Scopes split
    /// to hide (READ, CREATE, UPDATE and DELETE of one module) are seen through, because their union is tested.
    #[must_use]
    pub fn denied_by(&self, requested: &[&str], pattern: &ScopePattern) -> Option<String> {
        let cover = self.cover_all(requested);
        let own =
            requested.iter().filter_map(|scope| self.canonical(scope)).flat_map(|scope| self.with_each_verb(&scope));
        let listed = self.expand(pattern);
        // A module of the user's own is in no list: each verb of what was asked for is tried, too.
        let own: Vec<String> = own.filter(|scope| pattern.matches(self, scope)).collect();
        own.into_iter().chain(listed).find(|scope| cover.holds(&self.cover(scope)))
    }

    /// The scope itself, and the same path with every other verb the grammar knows.
    fn with_each_verb(&self, scope: &str) -> Vec<String> {
        let path = scope.rsplit_once('.').map(|(path, _)| path);
        let others = path.into_iter().flat_map(|path| {
            self.grammar().all_verbs().filter_map(move |verb| self.canonical(&format!("{path}.{verb}")))
        });
        std::iter::once(scope.to_owned()).chain(others).collect()
    }
}

fn class(word: &str) -> Result<Body, PatternError> {
    if word == "read-only" {
        return Ok(Body::ReadOnly);
    }
    Class::named(word).map(Body::Class).ok_or_else(|| PatternError::Class {
        word: word.to_owned(),
        nearest: nearest(word, Class::ALL.into_iter().map(Class::word).chain(["read-only"])),
    })
}

fn risk(word: &str) -> Result<Body, PatternError> {
    let (from, to, name) = match (word.strip_prefix("<="), word.strip_prefix(">=")) {
        (Some(name), _) => (Some(Risk::Info), None, name),
        (_, Some(name)) => (None, Some(Risk::Critical), name),
        _ => (None, None, word),
    };
    let name = name.trim();
    let risk = Risk::named(name).ok_or_else(|| PatternError::Risk {
        word: word.to_owned(),
        nearest: nearest(name, Risk::ALL.into_iter().map(Risk::word)),
    })?;
    Ok(Body::Risk(from.unwrap_or(risk), to.unwrap_or(risk)))
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = known.map(|known| (spelling::distance(known, word), known)).min()?;
    (near.0 <= 3).then(|| near.1.to_owned())
}

/// Writes out the braces, then cuts at the stars.
fn glob(text: &str) -> Result<Body, PatternError> {
    let brace = || PatternError::Brace(text.to_owned());
    let mut alternatives = vec![String::new()];
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        let close = rest[open..].find('}').filter(|_| rest.as_bytes()[open] == b'{').ok_or_else(brace)? + open;
        let inner = &rest[open + 1..close];
        if inner.contains('{') {
            return Err(brace());
        }
        let choices: Vec<&str> = inner.split(',').map(str::trim).collect();
        if alternatives.len() * choices.len() > MOST_ALTERNATIVES {
            return Err(PatternError::TooMany(text.to_owned()));
        }
        let before = &rest[..open];
        alternatives = alternatives
            .iter()
            .flat_map(|start| choices.iter().map(move |choice| format!("{start}{before}{choice}")))
            .collect();
        rest = &rest[close + 1..];
    }
    for alternative in &mut alternatives {
        alternative.push_str(rest);
    }
    Ok(Body::Glob(alternatives.iter().map(|text| pieces(text)).collect()))
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(star) = rest.find('*') {
        if star > 0 {
            pieces.push(Piece::Text(rest[..star].to_owned()));
        }
        let stars = rest[star..].bytes().take_while(|b| *b == b'*').count();
        pieces.push(if stars > 1 { Piece::Rest } else { Piece::Star });
        rest = &rest[star + stars..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

/// Every place in the text at which the pieces so far can end, piece by piece: never worse than pieces times text.
fn fits(pieces: &[Piece], text: &str, ends_part: &dyn Fn(char) -> bool) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for piece in pieces {
        let mut next = vec![false; text.len() + 1];
        match piece {
            Piece::Text(part) => {
                for at in (0..=text.len()).filter(|at| reached[*at]) {
                    if text.as_bytes()[at..].starts_with(part.as_bytes()) {
                        next[at + part.len()] = true;
                    }
                }
            }
            Piece::Star | Piece::Rest => {
                let mut open = false;
                for (at, c) in text.char_indices().chain([(text.len(), '\0')]) {
                    open |= reached[at];
                    next[at] = open;
                    open &= *piece == Piece::Rest || !ends_part(c);
                }
            }
        }
        reached = next;
    }
    reached[text.len()]
}

/// A pattern is a line in a policy, not a list.
const MOST_ALTERNATIVES: usize = 256;

/// No scope and no sensible pattern is longer.
const LONGEST: usize = 512;
