//! A loose reading of program text in any language: words, strings, brackets and marks, comments left out.
//!
//! Scopes are asked for in languages that no grammar here covers (PowerShell, D, Dart, Apex, Deluge), and in pieces of
//! code that do not parse. What is needed is little: which strings there are, and what they are given to.

use super::style::{Backtick, Style};
use crate::span::Span;

/// One piece of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The whole of it.
    pub(super) span: Span,
    /// Of a string: what stands between the quotes.
    pub(super) inner: Span,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a number.
    Word,
    /// A string.
    Text,
    /// An opening bracket.
    Open(u8),
    /// A closing bracket.
    Close(u8),
    /// One or two characters of punctuation.
    Mark([u8; 2]),
    /// The end of a line that ends a statement.
    Break,
}

/// Reads `text[start..end]` into tokens.
pub(super) fn read(text: &str, style: Style) -> Vec<Token> {
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        at: 0,
        style,
        out: Vec::new(),
        open: Vec::new(),
        templates: Vec::new(),
        dead: [0; 3],
    };
    if style.php {
        lexer.find_php();
    }
    lexer.run();
    lexer.out
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    style: Style,
    out: Vec<Token>,
    open: Vec<u8>,
    /// How many brackets were open where a template string was left for its `${}`.
    templates: Vec<usize>,
    /// Up to where a quote or a slash was seen to close nothing: it is not tried again before.
    dead: [usize; 3],
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => self.line_end(),
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'"' | b'\'' | b'`' => self.quote(byte),
                b'(' | b'[' | b'{' => self.bracket(byte),
                b')' | b']' | b'}' => self.close(byte),
                b'/' if self.style.slashes && self.comment() => {}
                b'#' if self.style.hash && self.hash() => {}
                b'<' if self.style.parameters && self.next() == b'#' => self.skip_to("#>"),
                b'-' if self.style.dashes && self.next() == b'-' => self.skip_line(),
                b'%' if self.style.percent_words && self.percent_words() => {}
                b'?' if self.style.php && self.next() == b'>' => self.find_php(),
                _ if is_word(byte) => self.word(),
                _ => self.mark(byte),
            }
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let span = Span::of(start, end);
        self.out.push(Token { kind, span, inner: span });
    }

    fn text(&mut self, start: usize, inner: (usize, usize), end: usize) {
        self.out.push(Token { kind: Kind::Text, span: Span::of(start, end), inner: Span::of(inner.0, inner.1) });
    }

    fn next(&self) -> u8 {
        self.bytes.get(self.at + 1).copied().unwrap_or(0)
    }

    fn find(&self, needle: &str, from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        memchr::memmem::find(rest, needle.as_bytes()).map(|found| from + found)
    }

    fn find_php(&mut self) {
        self.at = self.find("<?", self.at).map_or(self.bytes.len(), |found| found + 2);
        if self.bytes[self.at..].starts_with(b"php") {
            self.at += 3;
        }
    }

    fn skip_line(&mut self) {
        self.at = memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |found| self.at + found);
    }

    fn skip_to(&mut self, end: &str) {
        self.at = self.find(end, self.at + 2).map_or(self.bytes.len(), |found| found + end.len());
    }

    /// `//`, `/* */` and, where a value may start, `/regular expressions/`.
    fn comment(&mut self) -> bool {
        match self.next() {
            b'/' => self.skip_line(),
            b'*' => self.skip_to("*/"),
            _ if self.style.backtick == Backtick::Template && self.value_may_start() => return self.pattern(),
            _ => return false,
        }
        true
    }

    fn value_may_start(&self) -> bool {
        self.out.last().is_none_or(|last| match last.kind {
            Kind::Open(_) | Kind::Break => true,
            Kind::Mark(mark) => !matches!(mark[0], b'<' | b'>'),
            Kind::Word | Kind::Text | Kind::Close(_) => false,
        })
    }

    fn pattern(&mut self) -> bool {
        if self.at < self.dead[2] {
            return false;
        }
        let mut at = self.at + 1;
        let mut class = false;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => break,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    self.at = at + 1;
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        self.dead[2] = at;
        false
    }

    /// `#` opens a comment, but `#{`, `$#` and PHP's `#[` do not.
    fn hash(&mut self) -> bool {
        if self.at > 0 && matches!(self.bytes[self.at - 1], b'$' | b'{') || self.style.php && self.next() == b'[' {
            return false;
        }
        self.skip_line();
        true
    }

    fn quote(&mut self, quote: u8) {
        let start = self.at;
        match quote {
            b'`' => match self.style.backtick {
                Backtick::Template => return self.template(start, start + 1),
                Backtick::Escape => {
                    self.at += 2;
                    return;
                }
                Backtick::Mark => return self.mark(quote),
                Backtick::Raw => {}
            },
            b'\'' if self.style.quote_comment => return self.skip_line(),
            b'\'' if self.style.chars => return self.character(),
            b'\'' if self.is_apostrophe() => {
                self.at += 1;
                return;
            }
            _ => {}
        }
        let raw = quote == b'`' || quote == b'\'' && self.style.parameters || self.raw_before(start);
        let three = [quote; 3];
        if self.style.triple && self.bytes[start..].starts_with(&three) {
            let from = start + 3;
            let rest = &self.bytes[from..];
            let end = memchr::memmem::find(rest, &three).map_or(self.bytes.len(), |found| from + found);
            self.at = (end + 3).min(self.bytes.len());
            return self.text(start, (from, end), self.at);
        }
        // Rust's `r#"…"#`, PowerShell's `@"…"@`.
        if start > 0 && self.bytes[start - 1] == b'#' && self.raw_hash(start) {
            return;
        }
        if self.style.parameters && start > 0 && self.bytes[start - 1] == b'@' {
            let closing = if quote == b'"' { "\"@" } else { "'@" };
            let end = self.find(closing, start + 1).unwrap_or(self.bytes.len());
            self.at = (end + 2).min(self.bytes.len());
            return self.text(start, (start + 1, end), self.at);
        }
        let dead = usize::from(quote == b'"');
        if start < self.dead[dead] {
            self.at = start + 1;
            return;
        }
        let mut at = start + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' if !raw && !self.style.parameters => at += 1,
                b'`' if self.style.parameters && quote == b'"' => at += 1,
                // A quote that is none, an apostrophe: what follows is read again.
                b'\n' if !self.style.long && quote != b'`' => break,
                _ if byte == quote => {
                    self.at = at + 1;
                    return self.text(start, (start + 1, at), at + 1);
                }
                _ => {}
            }
            at += 1;
        }
        self.dead[dead] = at;
        // An unclosed quote in a language of long strings: what follows cannot be told from text.
        self.at = if self.style.long { self.bytes.len() } else { start + 1 };
    }

    /// In the prose of a template a quote after a letter is an apostrophe: `don't`.
    fn is_apostrophe(&self) -> bool {
        let touches = self.out.last().filter(|last| last.kind == Kind::Word && last.span.end as usize == self.at);
        self.style.backtick == Backtick::Template
            && touches.is_some_and(|word| {
                let word = &self.bytes[word.span.range()];
                !["return", "case", "in", "of", "from", "import", "typeof", "else"]
                    .iter()
                    .any(|key| key.as_bytes() == word)
            })
    }

    /// Whether the letters before a quote make the string raw: `r"`, `br"`, C#'s `@"`.
    fn raw_before(&self, start: usize) -> bool {
        match start.checked_sub(1).map(|at| self.bytes[at]) {
            Some(b'r' | b'R') => {
                start < 2 || !is_word(self.bytes[start - 2]) || matches!(self.bytes[start - 2], b'b' | b'B')
            }
            Some(b'@') => !self.style.parameters && !self.style.hash,
            _ => false,
        }
    }

    fn raw_hash(&mut self, start: usize) -> bool {
        let hashes = self.bytes[..start].iter().rev().take(32).take_while(|&&byte| byte == b'#').count();
        if start <= hashes || !matches!(self.bytes[start - hashes - 1], b'r') {
            return false;
        }
        let mut closing = vec![b'"'];
        closing.resize(hashes + 1, b'#');
        let rest = &self.bytes[start + 1..];
        let end = memchr::memmem::find(rest, &closing).map_or(self.bytes.len(), |found| start + 1 + found);
        self.at = (end + closing.len()).min(self.bytes.len());
        self.text(start, (start + 1, end), self.at);
        true
    }

    /// `'x'`; a quote that closes nothing near is a lifetime or an apostrophe.
    fn character(&mut self) {
        let rest = &self.bytes[self.at + 1..self.bytes.len().min(self.at + 12)];
        let end = match rest.first() {
            Some(b'\\') => memchr::memchr(b'\'', rest.get(2..).unwrap_or_default()).map(|found| found + 2),
            Some(b'\'' | b'\n') | None => None,
            Some(_) => memchr::memchr(b'\'', rest).filter(|&found| found <= 4),
        };
        self.at += end.map_or(1, |end| end + 2);
    }

    /// A template string from `from` on, up to its end or to the next `${`.
    fn template(&mut self, start: usize, from: usize) {
        let mut at = from;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'`' => {
                    self.at = at + 1;
                    return self.text(start, (from, at), at + 1);
                }
                b'$' if self.bytes.get(at + 1) == Some(&b'{') => {
                    self.text(start, (from, at), at);
                    self.push(Kind::Mark([b'+', 0]), at, at + 1);
                    self.templates.push(self.open.len());
                    self.at = at + 1;
                    return self.bracket(b'{');
                }
                _ => {}
            }
            at += 1;
        }
        self.at = self.bytes.len();
    }

    fn bracket(&mut self, byte: u8) {
        self.open.push(byte);
        self.push(Kind::Open(byte), self.at, self.at + 1);
        self.at += 1;
    }

    fn close(&mut self, byte: u8) {
        self.open.pop();
        self.push(Kind::Close(byte), self.at, self.at + 1);
        self.at += 1;
        if byte == b'}' && self.templates.last() == Some(&self.open.len()) {
            self.templates.pop();
            self.push(Kind::Mark([b'+', 0]), self.at - 1, self.at);
            self.template(self.at - 1, self.at);
        }
    }

    fn percent_words(&mut self) -> bool {
        if !matches!(self.next(), b'w' | b'W' | b'i' | b'I') {
            return false;
        }
        let closing = match self.bytes.get(self.at + 2) {
            Some(b'[') => b']',
            Some(b'(') => b')',
            Some(b'{') => b'}',
            Some(b'<') => b'>',
            Some(&same) if matches!(same, b'|' | b'!' | b'/') => same,
            _ => return false,
        };
        let from = self.at + 3;
        let rest = &self.bytes[from..self.bytes.len().min(from + LONGEST_WORDS)];
        let Some(length) = memchr::memchr(closing, rest) else { return false };
        let start = self.at;
        self.at = from + length + 1;
        self.text(start, (from, from + length), self.at);
        true
    }

    fn word(&mut self) {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|&byte| is_word(byte)) {
            self.at += 1;
        }
        // PowerShell names its commands `Verb-Noun`.
        if self.style.parameters {
            while self.bytes.get(self.at) == Some(&b'-')
                && self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_alphabetic)
            {
                self.at += 1;
                while self.bytes.get(self.at).is_some_and(|&byte| is_word(byte)) {
                    self.at += 1;
                }
            }
        }
        self.push(Kind::Word, start, self.at);
    }

    fn mark(&mut self, byte: u8) {
        let two = [byte, self.next()];
        let start = self.at;
        if TWO.contains(&&two) {
            self.at += 2;
            // `===` and `!==` are comparisons as `==` is.
            if two[1] == b'=' && self.bytes.get(self.at) == Some(&b'=') {
                self.at += 1;
            }
            self.push(Kind::Mark(two), start, self.at);
        } else {
            self.at += 1;
            self.push(Kind::Mark([byte, 0]), start, self.at);
        }
    }

    fn line_end(&mut self) {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        // Python's braces hold no statements.
        let inside = matches!(self.open.last(), Some(b'(' | b'[')) || self.style.blocks && !self.open.is_empty();
        if !self.style.lines || inside {
            return;
        }
        let before = self.out.last().is_some_and(|last| match last.kind {
            Kind::Word | Kind::Text | Kind::Close(_) => true,
            // `x = y!` and `x++` end, `x =` and `x,` go on.
            // `do |connection|`
            Kind::Mark([b'|', 0]) => self.style.percent_words,
            Kind::Mark(mark) => matches!(mark[0], b'!' | b'?' | b';') || self.style.blocks && mark == [b':', 0],
            Kind::Open(_) | Kind::Break => false,
        });
        let goes_on =
            self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b'.' | b'+' | b'|' | b'&' | b'?' | b':' | b'='));
        if before && !goes_on {
            self.push(Kind::Break, start, start + 1);
        }
    }
}

/// A longer `%w[]` is none.
const LONGEST_WORDS: usize = 4096;

/// Marks of two characters that mean one thing.
const TWO: [&[u8; 2]; 18] = [
    b"=>", b"->", b"::", b":=", b"==", b"!=", b"+=", b"<<", b"??", b"?.", b"<-", b"||", b"&&", b"<=", b">=", b"~=",
    b"=~", b".=",
];

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..)
}

#[cfg(test)]
mod tests;
