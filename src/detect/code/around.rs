//! What stands around a node: the calls and names that it is in, and what else its function does.

use super::bound::Imports;
use crate::rule::code::{CodeForm, Path, bare};
use crate::rule::secret::Pattern;
use crate::syntax::language::Language;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};

/// A file, asked for what stands around.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a, 't> {
    /// Its code.
    pub code: &'a Code<'t>,
    /// Its imports.
    pub imports: &'a Imports<'t>,
}

impl Around<'_, '_> {
    /// Whether a node stands where a form wants it: inside of calls, not inside of others, under names.
    #[must_use]
    pub fn within(&self, id: NodeId, form: &CodeForm) -> bool {
        let is_one = |outer: &NodeId, wanted: &[Path]| {
            self.code.kind(*outer) == Kind::Call && {
                let path = self.code.callee(*outer);
                wanted.iter().any(|wanted| self.imports.matches(wanted, &path, form))
            }
        };
        let mut around = self.code.ancestors(id);
        if !form.within.is_empty() && !around.any(|outer| is_one(&outer, &form.within)) {
            return false;
        }
        // What stands in a handler does not belong to the call that takes the handler.
        let mut near = self.code.ancestors(id).take_while(|&outer| self.code.kind(outer) != Kind::Function);
        (form.not_within.is_empty() || !near.any(|outer| is_one(&outer, &form.not_within)))
            && form.under.as_ref().is_none_or(|pattern| self.stands_under(id, pattern))
    }

    /// Whether the names around a node match: `config.jwt` around `secret` of `const config = {jwt: {secret: …}}`.
    fn stands_under(&self, id: NodeId, pattern: &Pattern) -> bool {
        let mut names: Vec<String> = Vec::new();
        let target = self.code.child(id, Slot::Target).filter(|&target| self.code.kind(target) != Kind::Name);
        if let Some(of) = target.and_then(|target| self.code.child(target, Slot::Of)) {
            names.push(bare(&self.code.path(of)));
        }
        for outer in self.code.ancestors(id).take(40) {
            match self.code.kind(outer) {
                Kind::Pair | Kind::Assign | Kind::Class => names.push(bare(self.code.mark(outer))),
                Kind::Call => names.push(bare(self.code.method(outer))),
                _ => {}
            }
        }
        names.reverse();
        names.push(String::new());
        pattern.regex().is_some_and(|regex| regex.is_match(names.join(".").as_bytes()))
    }

    /// Whether what else the function does makes a form no fault.
    #[must_use]
    pub fn is_excused(&self, node: NodeId, form: &CodeForm) -> bool {
        self.does(node, &form.unless)
            || form.unless_checked && self.is_checked(node)
            || is_refused(self.code, node)
            || is_piped(self.code, node)
    }

    /// Whether the function around a node calls or reads one of these names. Outside of functions only what stands
    /// outside of functions counts, and only where it speaks of the same thing.
    fn does(&self, node: NodeId, names: &[String]) -> bool {
        if names.is_empty() {
            return false;
        }
        let named = |id: NodeId| match self.code.kind(id) {
            Kind::Name | Kind::Member | Kind::Pair => names.iter().any(|name| {
                let called = name.strip_suffix("()");
                called.unwrap_or(name) == self.code.mark(id) && (called.is_none() || self.is_called(id))
            }),
            _ => false,
        };
        let function = self.code.function_of(node);
        // Out of steps: what cannot be ruled out is not claimed.
        if !self.code.spend(self.code.size(function.unwrap_or(self.code.root()))) {
            return true;
        }
        let Some(function) = function else {
            let things = self.things(node);
            return self.code.children(self.code.root()).any(|statement| {
                self.code.below(statement).any(|id| named(id) && self.code.function_of(id).is_none())
                    && self.code.below(statement).any(|id| {
                        matches!(self.code.kind(id), Kind::Name | Kind::Assign) && things.contains(&self.code.mark(id))
                    })
            });
        };
        self.code.below(function).any(named)
    }

    /// Whether a name is called, not made as Go's `jwt.Claims{}` is.
    fn is_called(&self, id: NodeId) -> bool {
        let made = |call: NodeId| self.code.child(call, Slot::Init).is_some();
        self.code.node(id).slot == Slot::Callee && self.code.parent(id).is_some_and(|call| !made(call))
    }

    /// What a call is about: the names among its arguments, and the variable that its result is kept in.
    fn things(&self, node: NodeId) -> Vec<&str> {
        let arguments = self.code.arguments(node);
        let names = arguments.iter().map(|argument| argument.value).filter(|&id| self.code.kind(id) == Kind::Name);
        let kept = self.code.ancestors(node).take(4).find(|&outer| self.code.kind(outer) == Kind::Assign);
        let mut things: Vec<&str> = names.chain(kept).map(|id| self.code.mark(id)).collect();
        things.retain(|thing| !thing.is_empty());
        things
    }

    /// Whether the same function reads the same token by the same call once more, and checks it: the first reading only
    /// finds out which key to take.
    fn is_checked(&self, node: NodeId) -> bool {
        let call = std::iter::once(node).chain(self.code.ancestors(node).take(8));
        let Some(call) = call.into_iter().find(|&id| self.code.kind(id) == Kind::Call && self.token_of(id).is_some())
        else {
            return false;
        };
        let scope = self.code.function_of(call).unwrap_or(self.code.root());
        if !self.code.spend(self.code.size(scope)) {
            return true;
        }
        let token = self.token_of(call);
        self.code.below(scope).any(|other| {
            self.code.kind(other) == Kind::Call
                && other != call
                && self.code.method(other) == self.code.method(call)
                && self.token_of(other) == token
                && is_whole_check(self.code, other)
        })
    }

    /// The code of the first argument, where it is a name.
    fn token_of(&self, call: NodeId) -> Option<&str> {
        let first = self.code.arguments(call).first().map(|argument| argument.value)?;
        matches!(self.code.kind(first), Kind::Name | Kind::Member).then(|| self.code.text(first))
    }
}

/// Whether a call that reads a token checks it: it has a key, and nothing is switched off.
fn is_whole_check(code: &Code<'_>, call: NodeId) -> bool {
    let arguments = code.arguments(call);
    let key = arguments.iter().find(|argument| argument.position == Some(1) || argument.name == Some("key"));
    let off: String = code.text(call).chars().filter(|c| c.is_ascii_alphanumeric()).take(2000).collect();
    key.is_some_and(|key| !matches!(code.text(key.value), "nil" | "None" | "null" | "\"\"" | "''"))
        && !off.to_ascii_lowercase().contains("verifysignaturefalse")
        && !arguments.iter().any(|argument| code.text(argument.value).eq_ignore_ascii_case("false"))
}

/// Whether a test says that what stands here is refused: `expect(() => verify(t)).toThrow()`, `with pytest.raises(…):`, a
/// `forged` token that an assertion follows.
fn is_refused(code: &Code<'_>, id: NodeId) -> bool {
    let mut inner = id;
    for outer in code.ancestors(id).take(14) {
        if code.kind(outer) == Kind::Assign
            && FORGED.iter().any(|word| code.mark(outer).to_ascii_lowercase().contains(word))
        {
            let function = code.function_of(outer).filter(|&function| code.size(function) < 2_000);
            if let Some(function) = function {
                let text = code.text(function);
                return ["assert", "expect", "raises", "should", "Assert", "t.Error", "t.Fatal"]
                    .iter()
                    .any(|word| text.contains(word));
            }
        }
        let text = code.text(outer);
        let head = text.get(..60).unwrap_or(text).trim_start();
        let tail = code.slice(crate::span::Span::new(code.span(inner).end, code.span(outer).end));
        let tail = tail.get(..120).unwrap_or(tail);
        if [
            "with pytest.raises(",
            "with self.assertRaises",
            "with raises(",
            "assertThrows",
            "Assert.Throws",
            "assertFailsWith",
        ]
        .iter()
        .any(|start| head.starts_with(start) || head.contains("Assertions.assertThrows"))
            || head.starts_with("expect")
                && ["toThrow", "rejects", "raise_error"].iter().any(|word| tail.contains(word))
        {
            return true;
        }
        inner = outer;
    }
    false
}

/// What tests call a token that must not be taken.
const FORGED: [&str; 9] =
    ["forged", "tampered", "malicious", "evil", "unsigned", "invalidtoken", "invalid_token", "badtoken", "bad_token"];

/// Whether the output of a shell's command goes to the next command, not to a person: `echo "$JWT" | cut -d. -f2`.
fn is_piped(code: &Code<'_>, id: NodeId) -> bool {
    if code.language() != Language::Bash || !matches!(code.method(id), "echo" | "printf") {
        return false;
    }
    let after = code.source().get(code.span(id).end as usize..).unwrap_or_default().trim_start_matches([' ', '\t']);
    after.starts_with('|') && !after.starts_with("||")
}

/// Whether an expression is only compared: `if alg == "none"`, `case None:`, `x instanceof Y`.
#[must_use]
pub fn is_compared(code: &Code<'_>, id: NodeId) -> bool {
    let mut at = id;
    for outer in code.ancestors(id).take(6) {
        match code.kind(outer) {
            Kind::Binary => {
                if matches!(
                    code.mark(outer),
                    "==" | "===" | "!=" | "!==" | "in" | "not" | "is" | "instanceof" | "eq" | "ne" | "<>" | "=~"
                ) {
                    return true;
                }
            }
            Kind::Choice if code.node(at).slot == Slot::Condition => return true,
            Kind::Call if code.node(at).slot == Slot::Argument => {
                return matches!(
                    code.method(outer),
                    "matches"
                        | "assert_eq"
                        | "assert_ne"
                        | "assert"
                        | "equals"
                        | "equalsIgnoreCase"
                        | "Equals"
                        | "includes"
                        | "contains"
                        | "indexOf"
                );
            }
            Kind::Assign | Kind::Pair | Kind::Function => return false,
            Kind::Other if asks(code, outer, id) => return true,
            _ => {}
        }
        at = outer;
    }
    false
}

/// Whether a node stands in the brackets of an `if`: `if (req.query.token) refuse()` takes nothing from there.
fn asks(code: &Code<'_>, statement: NodeId, id: NodeId) -> bool {
    let text = code.text(statement);
    let at = code.span(id).start.saturating_sub(code.span(statement).start) as usize;
    let Some(before) = text.strip_prefix("if").and_then(|_| text.get(2..at)).filter(|before| before.len() < 400) else {
        return false;
    };
    let mut depth = 0_u32;
    for byte in before.trim_start().bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return false;
        }
    }
    depth > 0
}
