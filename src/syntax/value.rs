//! What an expression surely is: constants followed within the file, strings joined, numbers reckoned.

use std::collections::HashMap;

use super::language::Language;
use super::tree::{Code, Kind, NodeId, Slot};

/// What is known about the value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(Text),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// Nothing.
    Null,
    /// A list; ask `items`.
    List(NodeId),
    /// An object; ask `members`.
    Object(NodeId),
    /// Not known.
    Unknown,
}

/// A text and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text; a part that is not known stands as `{}`.
    pub text: String,
    /// Whether every part is known.
    pub whole: bool,
    /// Whether it is what is taken when something else is missing: `process.env.KEY || "text"`.
    pub fallback: bool,
    /// The literals that it is made of.
    pub literals: Vec<NodeId>,
}

impl Value {
    /// The text, if every part is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if text.whole => Some(&text.text),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth value.
    #[must_use]
    pub const fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

impl<'t> Code<'t> {
    /// What a node surely is.
    #[must_use]
    pub fn value(&self, id: NodeId) -> Value {
        self.reckon(id, 0)
    }

    fn reckon(&self, id: NodeId, depth: usize) -> Value {
        if depth > 24 || !self.spend(1) {
            return Value::Unknown;
        }
        let id = self.resolve(id);
        match self.kind(id) {
            Kind::String => Value::Text(self.string(id, depth)),
            Kind::Number => number(self.text(id)).map_or(Value::Unknown, Value::Number),
            Kind::Bool => Value::Bool(self.text(id).eq_ignore_ascii_case("true")),
            Kind::Null => Value::Null,
            Kind::List => Value::List(id),
            Kind::Object => Value::Object(id),
            Kind::Join => self.join(id, depth),
            Kind::Binary => self.binary(id, depth),
            Kind::Unary => self.unary(id, depth),
            Kind::Call => self.call(id, depth),
            // Ruby's `"text".freeze`: a call without arguments reads as a member.
            Kind::Member if CONVERSIONS.contains(&self.mark(id)) => {
                self.child(id, Slot::Of).map_or(Value::Unknown, |of| self.reckon(of, depth + 1))
            }
            _ => Value::Unknown,
        }
    }

    fn string(&self, id: NodeId, depth: usize) -> Text {
        let mark = self.node(id).mark;
        let mut text = Text { whole: true, ..Text::default() };
        let (mut at, mut own, mut others) = (mark.start, false, Vec::new());
        for child in self.children(id) {
            let span = self.span(child);
            // The braces and the sign around it belong to it.
            let before = self.slice(crate::span::Span::new(at, span.start));
            let before = before.trim_end_matches(['{', '$', '#', '(', '\\']);
            own |= !before.is_empty();
            text.text.push_str(before);
            match self.reckon(child, depth + 1) {
                Value::Text(part) if part.whole && text.text.len() + part.text.len() <= LONGEST_TEXT => {
                    text.text.push_str(&part.text);
                    others.extend(part.literals);
                }
                Value::Number(part) => text.text.push_str(&part.to_string()),
                _ => {
                    text.text.push_str("{}");
                    text.whole = false;
                }
            }
            let rest = self.slice(crate::span::Span::new(span.end, mark.end));
            at = span.end + u32::from(rest.starts_with('}') || rest.starts_with(')'));
        }
        let rest = self.slice(crate::span::Span::new(at, mark.end));
        text.text.push_str(rest);
        // `"$SECRET"` adds nothing to what it names.
        text.literals = if own || !rest.is_empty() || others.is_empty() { vec![id] } else { others };
        text
    }

    fn join(&self, id: NodeId, depth: usize) -> Value {
        let parts: Vec<Value> = self
            .children(id)
            .filter(|&child| self.kind(child) != Kind::Comment)
            .map(|child| self.reckon(child, depth + 1))
            .collect();
        if let Some(sum) = parts.iter().map(Value::number).sum::<Option<f64>>() {
            return Value::Number(sum);
        }
        if !parts.iter().any(|part| matches!(part, Value::Text(_))) {
            return Value::Unknown;
        }
        let mut text = Text { whole: true, ..Text::default() };
        for part in parts {
            match part {
                Value::Text(part) if text.text.len() + part.text.len() > LONGEST_TEXT => {
                    text.whole = part.text.is_empty();
                }
                Value::Text(part) => {
                    text.text.push_str(&part.text);
                    text.whole &= part.whole;
                    text.fallback |= part.fallback;
                    text.literals.extend(part.literals);
                }
                Value::Number(part) => text.text.push_str(&part.to_string()),
                _ => {
                    text.text.push_str("{}");
                    text.whole = false;
                }
            }
        }
        Value::Text(text)
    }

    fn binary(&self, id: NodeId, depth: usize) -> Value {
        let operands: Vec<NodeId> = self.children(id).filter(|&child| self.kind(child) != Kind::Comment).collect();
        let (Some(&left), Some(&right)) = (operands.first(), operands.last()) else { return Value::Unknown };
        let operator = self.mark(id);
        let (left, right) = (self.reckon(left, depth + 1), self.reckon(right, depth + 1));
        if matches!(operator, "||" | "??" | "or" | "?:") {
            return match left {
                Value::Unknown | Value::Null => fallback(right),
                known => known,
            };
        }
        let (Some(left), Some(right)) = (left.number(), right.number()) else { return Value::Unknown };
        let number = match operator {
            "*" => left * right,
            "-" => left - right,
            "/" if right != 0.0 => left / right,
            "**" => left.powf(right),
            "<<" if (0.0..53.0).contains(&right) => left * right.exp2(),
            _ => return Value::Unknown,
        };
        if number.is_finite() { Value::Number(number) } else { Value::Unknown }
    }

    fn unary(&self, id: NodeId, depth: usize) -> Value {
        let Some(inner) = self.children(id).next() else { return Value::Unknown };
        match (self.mark(id), self.reckon(inner, depth + 1)) {
            ("-", Value::Number(number)) => Value::Number(-number),
            ("!" | "not", Value::Bool(value)) => Value::Bool(!value),
            // `!0`, `!1` of minifiers.
            ("!", Value::Number(number)) => Value::Bool(number == 0.0),
            ("&", value) => value,
            _ => Value::Unknown,
        }
    }

    fn call(&self, id: NodeId, depth: usize) -> Value {
        if let Some(init) = self.child(id, Slot::Init) {
            return self.reckon(init, depth + 1);
        }
        let path = self.callee(id);
        let method = self.method(id);
        let arguments: Vec<NodeId> = self.arguments(id).iter().map(|argument| argument.value).collect();
        if let Some(&default) = arguments.last()
            && (arguments.len() >= 2 && reads_setting(&path, method)
                || arguments.len() == 3 && method == "getattr"
                || matches!(method, "unwrap_or" | "unwrap_or_else" | "getOrElse" | "orElse" | "orElseGet"))
        {
            let default = match self.kind(default) {
                // `|_| "x".to_owned()`: the value is what the closure ends with.
                Kind::Function => self.children(default).last().unwrap_or(default),
                _ => default,
            };
            return fallback(self.reckon(default, depth + 1));
        }
        if let Some(text) = self.joined(id, method, &arguments, depth) {
            return text;
        }
        // `Decoders.BASE64.decode("…")`, `Base64.getDecoder().decode("…")`.
        let decodes = method == "decode" && path.to_ascii_lowercase().contains("base64");
        if CONVERSIONS.contains(&method) || decodes || self.is_bytes(id) {
            let from_receiver = self.receiver(id).map(|receiver| self.reckon(receiver, depth + 1));
            if let Some(text @ Value::Text(_)) = from_receiver {
                return text;
            }
            // `key.toString('hex')`: what is unknown does not become the name of its encoding.
            let takes =
                !matches!(method, "toString" | "getBytes" | "to_s" | "toByteArray") || self.receiver(id).is_none();
            if let Some(&first) = arguments.first().filter(|_| takes) {
                return self.reckon(first, depth + 1);
            }
        }
        if self.items(id).is_some() {
            return Value::List(id);
        }
        if let Some(returned) = self.returned(&path, method) {
            return self.reckon(returned, depth + 1);
        }
        if self.members(id).is_empty() { Value::Unknown } else { Value::Object(id) }
    }

    /// What a function of the file or of this object gives back, where it gives back one thing.
    fn returned(&self, path: &str, method: &str) -> Option<NodeId> {
        let own = path == method || path.split_once('.').is_some_and(|(of, name)| is_own(of) && name == method);
        let function = self.function(method).filter(|_| own)?;
        if self.size(function) > 60 || !self.spend(60) {
            return None;
        }
        let mut returns = self.below(function).filter(|&id| {
            self.kind(id) == Kind::Other
                && self.text(id).strip_prefix("return").is_some_and(|rest| rest.starts_with([' ', '(']))
        });
        match (returns.next(), returns.next()) {
            (Some(one), None) => self.children(one).find(|&child| self.kind(child) != Kind::Comment),
            // `const key = () => "text"`, `fun key() = "text"`.
            (None, _) => {
                // In Rust what a function ends with is what it gives.
                let calls = self.language() == Language::Rust;
                self.children(function).last().filter(|&last| match self.kind(last) {
                    Kind::String | Kind::Binary => true,
                    kind => calls && kind == Kind::Call,
                })
            }
            _ => None,
        }
    }

    /// `["a", "b"].join(" ")`, `" ".join([...])`, `strings.Join([]string{...}, " ")`, `implode(" ", [...])`.
    fn joined(&self, id: NodeId, method: &str, arguments: &[NodeId], depth: usize) -> Option<Value> {
        if !matches!(method, "join" | "Join" | "implode" | "joinToString") {
            return None;
        }
        let candidates = self.receiver(id).into_iter().chain(arguments.iter().copied());
        let mut separator = None;
        let mut items = None;
        for candidate in candidates {
            match self.reckon(candidate, depth + 1) {
                Value::Text(text) => separator = separator.or(Some(text.text)),
                Value::List(list) => items = items.or_else(|| self.items(list)),
                _ => {}
            }
        }
        let separator = separator.unwrap_or_else(|| ",".to_owned());
        let mut text = Text { whole: true, ..Text::default() };
        for (index, item) in items?.into_iter().enumerate() {
            if index > 0 {
                text.text.push_str(&separator);
            }
            match self.reckon(item, depth + 1) {
                Value::Text(part) => {
                    text.text.push_str(&part.text);
                    text.whole &= part.whole;
                    text.literals.extend(part.literals);
                }
                _ => {
                    text.text.push_str("{}");
                    text.whole = false;
                }
            }
        }
        Some(Value::Text(text))
    }

    /// Go's `[]byte("text")`.
    fn is_bytes(&self, call: NodeId) -> bool {
        let text = self.text(call);
        text.starts_with("[]byte(") || text.starts_with("string(")
    }

    /// The node that a name stands for, where the file gives it one value: constants, fields, enum members, members of
    /// an object. The node itself where it does not.
    #[must_use]
    pub fn resolve(&self, id: NodeId) -> NodeId {
        self.resolve_at(id, 0)
    }

    fn resolve_at(&self, id: NodeId, depth: usize) -> NodeId {
        let mut at = id;
        for _ in 0..8 {
            let next = match self.kind(at) {
                Kind::Name => self.assigned(self.mark(at), at),
                Kind::Member => self.resolve_member(at, depth),
                _ => None,
            };
            match next {
                Some(next) if next != at => at = next,
                _ => break,
            }
        }
        at
    }

    fn resolve_member(&self, id: NodeId, depth: usize) -> Option<NodeId> {
        let of = self.child(id, Slot::Of)?;
        let name = self.mark(id);
        // `config.jwt.secret`: the object inside of an object.
        let object = match self.kind(of) {
            Kind::Name if is_own(self.mark(of)) => return self.field(name, id),
            Kind::Name => self.assigned(self.mark(of), of),
            // Objects may hold each other.
            Kind::Member if depth < 4 && self.spend(1) => {
                Some(self.resolve_at(of, depth + 1)).filter(|&found| found != of)
            }
            _ => return None,
        };
        // `Config{TTL: 600}`, `new Options { Ttl = 600 }`: what is made with names holds them.
        let made = object.filter(|&object| self.kind(object) == Kind::Call && self.child(object, Slot::Init).is_some());
        if let Some(init) = made.and_then(|object| self.child(object, Slot::Init)) {
            return self.member(init, name);
        }
        if let Some(object) = object.filter(|&object| self.kind(object) == Kind::Object) {
            let entry = self.children(object).find(|&child| self.kind(child) == Kind::Pair && self.mark(child) == name);
            return entry.and_then(|entry| self.child(entry, Slot::Value));
        }
        if self.kind(of) != Kind::Name || !self.spend(self.nodes.len() / 64) {
            return None;
        }
        let class = self.of_kind(Kind::Class).find(|&class| self.mark(class) == self.mark(of))?;
        let inside = |id: &NodeId| self.holds(class, *id);
        let assigns = self.names().get(name)?;
        let assign = assigns.iter().copied().find(inside)?;
        self.child(assign, Slot::Value)
    }

    /// The one value of a field of this object: given where it is declared, or by any method as `this.x = …`.
    fn field(&self, name: &str, from: NodeId) -> Option<NodeId> {
        let all = self.names().get(name).filter(|all| all.len() <= MOST_VALUES)?;
        if !self.spend(4 * all.len()) {
            return None;
        }
        let class = self.class_of(from);
        let is_field = |&assign: &NodeId| {
            let target = self.child(assign, Slot::Target).map(|target| self.kind(target));
            let declared = target != Some(Kind::Member) && self.function_of(assign).is_none();
            (declared || target == Some(Kind::Member)) && !self.holds(assign, from)
        };
        let mut values = all
            .iter()
            .copied()
            .filter(|assign| class.is_none_or(|class| self.holds(class, *assign)) && is_field(assign))
            .filter_map(|assign| self.child(assign, Slot::Value));
        let first = values.next()?;
        values.all(|other| self.text(other) == self.text(first)).then_some(first)
    }

    /// The one value that the file gives a name, as seen from a node.
    fn assigned(&self, name: &str, from: NodeId) -> Option<NodeId> {
        // A name that is given hundreds of values has none that is sure, and looking at all each time would take long.
        let all = self.names().get(name).filter(|all| all.len() <= MOST_VALUES)?;
        if !self.spend(4 * all.len()) {
            return None;
        }
        // The innermost function that holds both decides; what other functions do to their own names is no matter.
        let mut best: Vec<NodeId> = Vec::new();
        let mut best_depth = 0;
        for &assign in all {
            let function = self.function_of(assign);
            if function.is_some_and(|function| !self.holds(function, from)) || self.holds(assign, from) {
                continue;
            }
            let depth = function.map_or(0, |function| function.0 + 1);
            if depth > best_depth {
                best.clear();
                best_depth = depth;
            }
            if depth == best_depth {
                best.push(assign);
            }
        }
        let first = *best.first()?;
        let value = self.child(first, Slot::Value)?;
        let same =
            |&other: &NodeId| self.child(other, Slot::Value).is_some_and(|other| self.text(other) == self.text(value));
        best[1..].iter().all(same).then_some(value)
    }

    fn names(&self) -> &HashMap<&'t str, Vec<NodeId>> {
        self.names.get_or_init(|| {
            let mut names: HashMap<&'t str, Vec<NodeId>> = HashMap::new();
            for assign in self.of_kind(Kind::Assign) {
                let name = self.mark(assign);
                if !name.is_empty() && self.child(assign, Slot::Target).is_none_or(|target| self.is_owned(target)) {
                    names.entry(name).or_default().push(assign);
                }
            }
            names
        })
    }

    /// Whether an assignment's target is a name of this file or of this object: `x`, `this.x`, not `other.x`.
    fn is_owned(&self, target: NodeId) -> bool {
        match self.kind(target) {
            Kind::Member | Kind::Index => {
                let of = self.child(target, Slot::Of).map(|of| self.mark(of)).unwrap_or_default();
                is_own(of) && self.kind(target) == Kind::Member
            }
            _ => true,
        }
    }
}

/// Whether a name stands for the object or class itself.
fn is_own(name: &str) -> bool {
    matches!(name, "this" | "self" | "cls" | "static" | "Self" | "Companion" | "$this")
}

/// Texts that are put together of parts are no longer.
const LONGEST_TEXT: usize = 64 * 1024;

fn fallback(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(Text { fallback: true, ..text }),
        other => other,
    }
}

/// A number in any spelling: `3_600`, `0x10`, `1000L`, `1e3`, `5n`, `10f64`.
fn number(text: &str) -> Option<f64> {
    let bare: String = text.chars().filter(|&c| c != '_').collect();
    let lower = bare.to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] {
        if let Some(digits) = lower.strip_prefix(prefix) {
            let digits = digits.trim_end_matches(['l', 'n']);
            return u64::from_str_radix(digits, radix).ok().map(|number| number as f64);
        }
    }
    let end = lower.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | 'e' | '-' | '+'))).unwrap_or(lower.len());
    lower.get(..end)?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a call with two arguments reads a setting and takes the second where it is missing.
fn reads_setting(path: &str, method: &str) -> bool {
    matches!(method, "getenv" | "env" | "getOrDefault" | "getProperty" | "fetch" | "config" | "GetValue")
        || (method == "get" && ["environ", "env", "config", "onfig", "settings"].iter().any(|word| path.contains(word)))
}

/// A name in one file has fewer values than this.
const MOST_VALUES: usize = 400;

/// Calls that give their text back in another form.
const CONVERSIONS: [&str; 43] = [
    "getBytes",
    "encode",
    "toByteArray",
    "as_bytes",
    "to_string",
    "to_owned",
    "into",
    "from",
    "GetBytes",
    "encodeToByteArray",
    "b64decode",
    "b64encode",
    "urlsafe_b64decode",
    "base64_decode",
    "decode64",
    "strict_decode64",
    "urlsafe_decode64",
    "FromBase64String",
    "DecodeString",
    "b64",
    "bytes",
    "str",
    "String",
    "trim",
    "trim_end",
    "strip",
    "toString",
    "as_ref",
    "as_str",
    "toCharArray",
    "createSecretKey",
    "hmacShaKeyFor",
    "SymmetricSecurityKey",
    "SecretKeySpec",
    "OctetSequenceKey",
    "from_secret",
    "from_base64_secret",
    "to_vec",
    "to_s",
    "freeze",
    "SecretStr",
    "utf8",
    "unquote",
];
