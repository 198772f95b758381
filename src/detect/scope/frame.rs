//! What each string of a program is given to: the names it is assigned to, the calls and lists it stands in.

use super::lex::{Kind, Token};
use super::style::Style;
use crate::span::Span;

/// A string or a name that stands where a value stands, with what it is given to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    /// The text without quotes, or the dotted path of names.
    pub(super) span: Span,
    /// Whether it is a string.
    pub(super) text: bool,
    /// The name that it is assigned to within its brackets: a variable, a key, an argument's name.
    pub(super) lead: Option<Span>,
    /// The brackets that it stands in.
    pub(super) level: usize,
    /// How it is used.
    pub(super) manner: Manner,
    /// The value before it in the same brackets and the same statement.
    pub(super) before: Option<usize>,
}

/// How a value is used where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As a value.
    Given,
    /// As the key of another value.
    Key,
    /// It is compared with something, or is one of a type's alternatives.
    Compared,
}

/// A pair of brackets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    /// The brackets around it; the outermost level is its own.
    pub(super) parent: usize,
    /// The opening bracket, 0 for the outermost.
    pub(super) open: u8,
    /// The name that the bracket is assigned to in its parent.
    pub(super) lead: Option<Span>,
    /// The path of names directly before the bracket: what is called or built.
    pub(super) callee: Option<Span>,
    /// Whether it is the body of an `enum`.
    pub(super) listing: bool,
    /// The value before the bracket in its parent, within the same statement.
    pub(super) before: Option<usize>,
    /// Whether something is compared with what it holds: `granted & {…}`, `scope in (…)`, `[…].some(`.
    pub(super) compared: bool,
}

/// All values of a program and the brackets they stand in.
#[derive(Debug)]
pub(super) struct Frames {
    pub(super) values: Vec<Value>,
    pub(super) levels: Vec<Level>,
}

/// Reads tokens in one pass.
pub(super) fn read(text: &str, tokens: &[Token], style: Style) -> Frames {
    let outermost =
        Level { parent: 0, open: 0, lead: None, callee: None, listing: false, before: None, compared: false };
    let mut reader = Reader {
        text,
        tokens,
        style,
        frames: Frames { values: Vec::new(), levels: vec![outermost] },
        level: 0,
        states: vec![State::default()],
    };
    for at in 0..tokens.len() {
        reader.step(at);
    }
    reader.frames
}

/// What is known of the statement or list item that is being read at one level.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The last path of names.
    name: Option<Span>,
    /// Whether the path is still open at its end: a dot or an arrow came last.
    path_open: bool,
    /// What the item is assigned to.
    lead: Option<Span>,
    /// Whether the lead came by a colon: a type may stand between it and `=`.
    by_colon: bool,
    /// A `?` without its `:`.
    question: bool,
    /// A text came after the lead.
    text_since: bool,
    /// The item holds the word `enum`.
    listing: bool,
    /// The name after `def`, `function` and the like, for `return`.
    function: Option<Span>,
    /// The next word is a function's name.
    names_function: bool,
    /// The item began with `return`.
    returns: bool,
    /// The name before the last bracket that closed.
    called: Option<Span>,
    /// The only text of the bracket that was closed last: `x["scope"]`.
    only_text: Option<Span>,
    items: u32,
    /// The last value.
    last: Option<usize>,
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    style: Style,
    frames: Frames,
    level: usize,
    states: Vec<State>,
}

impl Reader<'_> {
    fn step(&mut self, at: usize) {
        let token = self.tokens[at];
        match token.kind {
            Kind::Word => self.word(at, token),
            Kind::Text => self.string(at, token),
            Kind::Open(open) => self.open(at, open),
            Kind::Close(_) => self.close(at),
            Kind::Break => self.end(),
            Kind::Mark(mark) => self.mark(at, mark),
        }
    }

    fn state(&mut self) -> &mut State {
        // There is always the outermost.
        let last = self.states.len() - 1;
        &mut self.states[last]
    }

    fn state_lead(&self) -> Option<Span> {
        self.states.last().and_then(|state| state.lead)
    }

    /// The item ends; what it was given to no longer holds.
    fn end(&mut self) {
        let state = self.state();
        *state = State { function: state.function, ..State::default() };
    }

    fn word(&mut self, at: usize, token: Token) {
        let word = &self.text[token.span.range()];
        let before = at.checked_sub(1).map(|before| self.tokens[before].kind);
        let parameter = self.style.parameters && before == Some(Kind::Mark([b'-', 0]));
        let state = self.state();
        match word {
            "enum" => state.listing = true,
            "def" | "function" | "func" | "fn" | "sub" | "fun" => state.names_function = true,
            "return" => state.returns = true,
            _ => {}
        }
        if state.names_function && !matches!(word, "def" | "function" | "func" | "fn" | "sub" | "fun") {
            state.names_function = false;
            state.function = Some(token.span);
        }
        if parameter {
            state.lead = Some(token.span);
            state.by_colon = false;
            state.name = None;
            return;
        }
        // Go writes the type after the name: `scopes []string`.
        let type_after = before == Some(Kind::Close(b']')) && self.tokens[at - 1].span.end == token.span.start;
        let state = self.state();
        state.name = match state.name {
            Some(name) if type_after => Some(name),
            Some(name) if state.path_open => Some(Span::new(name.start, token.span.end)),
            _ => Some(token.span),
        };
        state.path_open = false;
        self.value_if_name(at);
    }

    /// A path of names that stands alone as a value: `Scopes.READ` in a list.
    fn value_if_name(&mut self, at: usize) {
        let after = self.tokens.get(at + 1).map(|token| token.kind);
        let ends = match after {
            None | Some(Kind::Close(_) | Kind::Break) => true,
            // `SCOPES.join(" ")` hands on what `SCOPES` is.
            Some(Kind::Mark([b'.', 0])) => {
                self.is_word(Some(at + 2), &["join", "to_vec", "into_iter", "clone", "toString"])
            }
            Some(Kind::Mark(mark)) => matches!(&mark, [b',' | b';' | b'+' | b'|', 0] | b"||"),
            _ => false,
        };
        let Some(name) = self.state().name else { return };
        if !ends {
            return;
        }
        // The path must begin where a value begins.
        let begins = self.tokens[..at]
            .iter()
            .rev()
            .take(LONGEST_PATH)
            .find(|token| token.span.end <= name.start)
            .is_none_or(|before| match before.kind {
                Kind::Open(_) => true,
                // `[...SCOPES, "x"]`
                Kind::Mark([b'.', 0]) => self.text[..name.start as usize].ends_with("..."),
                // PowerShell: `-Scopes User.Read`
                Kind::Word => self.style.parameters && self.state_lead() == Some(before.span),
                Kind::Mark(mark) => matches!(
                    &mark,
                    [b',' | b'=' | b':' | b'+' | b'|' | b'&' | b'*' | b'@' | b'\\', 0] | b"=>" | b"+=" | b":=" | b"<<"
                ),
                _ => false,
            });
        if begins {
            self.value(name, false, Manner::Given);
        }
    }

    fn string(&mut self, at: usize, token: Token) {
        let question = self.state().question;
        let mark = |token: Option<&Token>| match token.map(|token| token.kind) {
            Some(Kind::Mark(mark)) => mark,
            _ => [0, 0],
        };
        let before = mark(at.checked_sub(1).and_then(|before| self.tokens.get(before)));
        let after = mark(self.tokens.get(at + 1));
        let manner = match (&before, &after) {
            (b"==" | b"!=" | b"=~", _) | (_, b"==" | b"!=") => Manner::Compared,
            _ if self.is_word(at.checked_sub(1), &["case", "when", "is", "in", "-eq", "eq", "typeof"])
                || self.is_word(Some(at + 1), &["in", "not"]) =>
            {
                Manner::Compared
            }
            (_, b"=>") => Manner::Key,
            (_, [b':', 0]) if !question => Manner::Key,
            ([b'|', 0], _) | (_, [b'|', 0]) => Manner::Compared,
            _ => Manner::Given,
        };
        self.value(token.inner, true, manner);
        let state = self.state();
        state.text_since = true;
        state.name = None;
        state.path_open = false;
        state.only_text = Some(token.inner);
    }

    fn is_word(&self, at: Option<usize>, words: &[&str]) -> bool {
        at.and_then(|at| self.tokens.get(at))
            .is_some_and(|token| token.kind == Kind::Word && words.contains(&&self.text[token.span.range()]))
    }

    fn value(&mut self, span: Span, text: bool, manner: Manner) {
        let level = self.level;
        let lead = self.lead_here();
        let index = self.frames.values.len();
        let state = self.state();
        state.items += 1;
        let before = state.last.replace(index);
        self.frames.values.push(Value { span, text, lead, level, manner, before });
    }

    /// What a value here is given to; what is returned is given to the function's name.
    fn lead_here(&mut self) -> Option<Span> {
        let state = *self.state();
        state.lead.or_else(|| {
            if !state.returns {
                return None;
            }
            self.states.iter().rev().take(DEEPEST).find_map(|state| state.function).or_else(|| {
                // `name() {` without a word that says function.
                self.frames.levels[self.level].callee.filter(|_| self.frames.levels[self.level].open == b'{')
            })
        })
    }

    fn open(&mut self, at: usize, open: u8) {
        let before = at.checked_sub(1).map(|before| self.tokens[before]);
        let lead = self.lead_here();
        let level = self.level;
        // `fn name() -> Type {`
        let bodied = self.style.slashes
            && !self.style.php
            && matches!(before.map(|token| token.kind), Some(Kind::Word | Kind::Mark([b'>', 0])));
        let state = self.state();
        let callee = match before.map(|token| token.kind) {
            _ if open == b'{' && bodied && state.function.is_some() && state.lead.is_none() => state.function,
            Some(Kind::Close(_)) if open == b'{' => state.called,
            Some(Kind::Word) | Some(Kind::Mark([b'!' | b'>', 0])) => state.name,
            // `name<T>(` and `name?.(`
            Some(Kind::Mark(_)) if state.path_open => state.name,
            _ if open == b'{' && state.listing => state.name,
            _ => None,
        };
        let callee = callee.filter(|name| !KEYWORDS.contains(&&self.text[name.range()]));
        let state = self.state();
        let listing = state.listing && open == b'{';
        state.called = callee;
        let before = state.last;
        let compared = callee.is_none() && self.is_compared(at);
        self.frames.levels.push(Level { parent: level, open, lead, callee, listing, before, compared });
        self.level = self.frames.levels.len() - 1;
        self.states.push(State::default());
    }

    /// Whether what stands before a bracket compares with what it holds.
    fn is_compared(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let ahead = before.checked_sub(1).map(|ahead| self.tokens[ahead].kind);
        match self.tokens[before].kind {
            Kind::Mark(mark) if matches!(&mark, b"==" | b"!=" | b"<=" | b">=") => true,
            // `&[…]` borrows, `a & {…}` compares.
            Kind::Mark([b'&', 0]) => matches!(ahead, Some(Kind::Close(_) | Kind::Text)),
            Kind::Word if self.is_word(Some(before), &["in"]) => {
                let statement = self.tokens[..before].iter().enumerate().rev().take(LONGEST_LOOP);
                let mut runs = statement.take_while(|(_, token)| {
                    !matches!(token.kind, Kind::Break | Kind::Open(_) | Kind::Mark([b';' | b',', 0]))
                });
                !runs.any(|(at, _)| self.is_word(Some(at), &["for", "foreach"]))
                    && !self.is_word(before.checked_sub(2), &["for", "foreach"])
            }
            _ => false,
        }
    }

    fn close(&mut self, at: usize) {
        if self.states.len() == 1 {
            return self.end();
        }
        let closed = self.states.pop().unwrap_or_default();
        let joint =
            matches!(self.tokens.get(at + 1).map(|token| token.kind), Some(Kind::Mark([b'.', 0] | [b'?', b'.'])));
        if joint && self.is_word(Some(at + 2), &LOOKING) {
            self.frames.levels[self.level].compared = true;
        }
        let inside = self.frames.levels[self.level];
        self.level = inside.parent;
        let only = closed.only_text.filter(|_| closed.items == 1);
        let slashes = self.style.slashes;
        let state = self.state();
        // `params["scope"] = …`: the text is the name.
        if inside.open == b'[' && inside.callee.is_some() && only.is_some() {
            state.name = only;
        }
        if inside.open != b'{' {
            state.path_open = false;
        } else {
            // A body ends its statement; an object does not, but nothing follows it that needs a name.
            let lead = state.lead;
            let function = state.function.filter(|_| !slashes);
            *state = State { function, lead, text_since: true, ..State::default() };
        }
    }

    /// An arrow function `(a) => …`, `f(a => …)` names nothing; in other languages `=>` gives a value to a key.
    fn is_arrow(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.tokens[before].kind);
        let inside = self.state_lead().is_some() || self.frames.levels[self.level].open == b'(';
        let bare = self.style.slashes && !self.style.php && inside && before == Some(Kind::Word);
        bare || matches!(before, Some(Kind::Close(_)))
    }

    fn mark(&mut self, at: usize, mark: [u8; 2]) {
        let parameters = self.style.parameters;
        let after = self.tokens.get(at + 1).map(|token| token.kind);
        let arrow = mark == *b"=>" && self.is_arrow(at);
        let state = self.state();
        match &mark {
            [b';', 0] => return self.end(),
            [b',', 0] => {
                if parameters && state.lead.is_some() {
                    state.name = None;
                    return;
                }
                let function = state.function;
                let items = state.items + 1;
                let (listing, last) = (state.listing, state.last);
                *state = State { function, items, listing, last, ..State::default() };
                return;
            }
            [b'.', 0] | b"->" | b"::" | b"?." | [b'\\', 0] => {
                state.path_open = state.name.is_some();
                return;
            }
            [b'?', 0] => state.question = after != Some(Kind::Mark([b':', 0])),
            [b':', 0] if state.question => state.question = false,
            [b':', 0] => {
                if let Some(name) = state.name.or(state.only_text.filter(|_| state.lead.is_none())) {
                    state.lead = Some(name);
                    state.by_colon = true;
                    state.text_since = false;
                }
            }
            [b'=', 0] | b":=" | b"+=" | b"=>" | b"<-" | b".=" | b"??" => {
                let typed = state.by_colon && !state.text_since && mark == [b'=', 0];
                let state = self.state();
                if !typed && !arrow && mark != *b"??" {
                    let name = if mark == *b"=>" { state.only_text.or(state.name) } else { state.name };
                    if let Some(name) = name {
                        state.lead = Some(name);
                        state.by_colon = false;
                        state.text_since = false;
                    }
                }
            }
            _ => {}
        }
        let state = self.state();
        state.path_open = false;
        if !matches!(mark, [b'!' | b'>' | b'<' | b'?' | b'$' | b'@', 0]) {
            state.name = None;
            state.only_text = None;
        }
    }
}

/// Words before a bracket that call nothing.
const KEYWORDS: [&str; 20] = [
    "or", "and", "not", "in", "is", "if", "else", "elif", "return", "await", "yield", "throw", "raise", "case",
    "typeof", "import", "from", "assert", "new", "do",
];

/// What looks into a list: `["a", "b"].some(`.
const LOOKING: [&str; 8] = ["includes", "include", "some", "every", "indexOf", "contains", "issubset", "isdisjoint"];

/// Longer heads of a loop are not looked through.
const LONGEST_LOOP: usize = 12;
/// Longer paths of names are not looked at.
const LONGEST_PATH: usize = 64;
/// How far out the function around a `return` is looked for.
const DEEPEST: usize = 64;
