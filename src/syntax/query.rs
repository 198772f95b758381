//! Questions to a tree: calls and their arguments, members of objects, what stands around a node.

use super::tree::{Code, Kind, NodeId, Slot};

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument<'t> {
    /// Its place among the arguments without a name, from 0; `None` for one with a name.
    pub position: Option<usize>,
    /// Its name, where the language has such.
    pub name: Option<&'t str>,
    /// Its value.
    pub value: NodeId,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'t> {
    /// The key as written, without quotes.
    pub key: &'t str,
    /// The pair, or the whole node of a shorthand.
    pub node: NodeId,
    /// The value.
    pub value: NodeId,
}

/// One step outward from a node: what the node, or something that holds it, is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outward<'t> {
    /// The value of this key of an object or of this named argument.
    Key(&'t str),
    /// What this name is assigned.
    Name(&'t str),
    /// An argument of this call, at this place where it has no name.
    Call(NodeId, Option<usize>),
}

impl<'t> Code<'t> {
    /// All calls in reading order, the outer before the inner.
    pub fn calls(&self) -> impl Iterator<Item = NodeId> {
        self.of_kind(Kind::Call)
    }

    /// What a call calls, as a path: `jwt.verify`, `Jwts.parser().setSigningKey`; the class of a `new`.
    #[must_use]
    pub fn callee(&self, call: NodeId) -> String {
        self.child(call, Slot::Callee).map(|callee| self.path(callee)).unwrap_or_default()
    }

    /// The last name of what a call calls: `verify`.
    #[must_use]
    pub fn method(&self, call: NodeId) -> &'t str {
        let Some(callee) = self.child(call, Slot::Callee) else { return "" };
        match self.kind(callee) {
            Kind::Name | Kind::Member | Kind::String => self.mark(callee),
            Kind::Other if self.span(callee).len() <= 32 => self.text(callee),
            _ => "",
        }
    }

    /// That of which the method is called: `a.b` in `a.b.c()`.
    #[must_use]
    pub fn receiver(&self, call: NodeId) -> Option<NodeId> {
        let callee = self.child(call, Slot::Callee)?;
        (self.kind(callee) == Kind::Member).then(|| self.child(callee, Slot::Of)).flatten()
    }

    /// Names joined by dots, whatever the language joins them with; calls inside as `()`, indexes as `[]`.
    #[must_use]
    pub fn path(&self, id: NodeId) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at.filter(|_| parts.len() < LONGEST_PATH) {
            at = match self.kind(id) {
                Kind::Name | Kind::String => {
                    parts.push(self.mark(id));
                    None
                }
                Kind::Member => {
                    parts.push(self.mark(id));
                    let of = self.child(id, Slot::Of);
                    if of.is_some() {
                        parts.push(".");
                    }
                    of
                }
                Kind::Call => {
                    parts.push("()");
                    self.child(id, Slot::Callee)
                }
                Kind::Index => {
                    parts.push("[]");
                    self.child(id, Slot::Of)
                }
                // A type that is called: Go's `[]byte(x)`.
                _ => {
                    let text = self.text(id);
                    if text.len() <= 32 && !text.contains(char::is_whitespace) {
                        parts.push(text);
                    }
                    None
                }
            };
        }
        parts.reverse();
        parts.concat()
    }

    /// The arguments of a call in reading order.
    #[must_use]
    pub fn arguments(&self, call: NodeId) -> Vec<Argument<'t>> {
        let mut position = 0;
        let mut arguments = Vec::new();
        for node in self.children(call).filter(|&child| self.node(child).slot == Slot::Argument) {
            if self.kind(node) == Kind::Pair {
                if let Some(value) = self.child(node, Slot::Value) {
                    arguments.push(Argument { position: None, name: Some(self.mark(node)), value });
                }
            } else {
                arguments.push(Argument { position: Some(position), name: None, value: node });
                position += 1;
            }
        }
        arguments
    }

    /// The argument with one of these names, else the one at this place.
    #[must_use]
    pub fn argument(&self, call: NodeId, position: usize, names: &[&str]) -> Option<NodeId> {
        let arguments = self.arguments(call);
        let named = arguments.iter().find(|argument| argument.name.is_some_and(|name| names.contains(&name)));
        named
            .or_else(|| arguments.iter().find(|argument| argument.position == Some(position)))
            .map(|argument| argument.value)
    }

    /// The argument with one of these names.
    #[must_use]
    pub fn named_argument(&self, call: NodeId, names: &[&str]) -> Option<NodeId> {
        self.arguments(call)
            .iter()
            .find(|argument| argument.name.is_some_and(|name| names.contains(&name)))
            .map(|argument| argument.value)
    }

    /// The calls of a chain from the inside out: `create`, `withIssuer`, `sign` for `JWT.create().withIssuer(i).sign(a)`.
    #[must_use]
    pub fn chain(&self, call: NodeId) -> Vec<NodeId> {
        let mut calls = vec![call];
        let mut at = self.receiver(call);
        while let Some(id) = at.filter(|_| calls.len() < LONGEST_PATH) {
            at = match self.kind(id) {
                Kind::Call => {
                    calls.push(id);
                    self.receiver(id)
                }
                Kind::Member => self.child(id, Slot::Of),
                _ => None,
            };
        }
        calls.reverse();
        calls
    }

    /// The outermost call of the chain that a call belongs to.
    #[must_use]
    pub fn chain_end(&self, call: NodeId) -> NodeId {
        let mut end = call;
        let mut at = call;
        while let Some(parent) = self.parent(at) {
            match (self.kind(parent), self.node(at).slot) {
                (Kind::Member, Slot::Of) => {}
                (Kind::Call, Slot::Callee) => end = parent,
                _ => break,
            }
            at = parent;
        }
        end
    }

    /// The one function that the file declares by this name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<NodeId> {
        if name.is_empty() || !self.spend(self.size(self.root()) / 16) {
            return None;
        }
        let mut all = self.of_kind(Kind::Function).filter(|&id| self.mark(id) == name);
        all.next().filter(|_| all.next().is_none())
    }

    /// The members of an object literal, of an initializer, of `dict(a=1)`, `mapOf("a" to 1)` or `Map.of("a", 1)`.
    /// Names and spreads are followed within the file.
    #[must_use]
    pub fn members(&self, id: NodeId) -> Vec<Entry<'t>> {
        let mut entries = Vec::new();
        self.collect_members(id, &mut entries, 0);
        entries
    }

    fn collect_members(&self, id: NodeId, entries: &mut Vec<Entry<'t>>, depth: usize) {
        if depth > 4 || !self.spend(1) {
            return;
        }
        let id = self.resolve(id);
        match self.kind(id) {
            Kind::Object => {
                if !self.spend(self.size(id) / 4) {
                    return;
                }
                for child in self.children(id) {
                    self.collect_entry(child, entries, depth);
                }
            }
            Kind::Unary => {
                // Go: `&Options{...}`.
                if let Some(inner) = self.children(id).next() {
                    self.collect_members(inner, entries, depth + 1);
                }
            }
            Kind::Call => {
                if let Some(init) = self.child(id, Slot::Init) {
                    return self.collect_members(init, entries, depth + 1);
                }
                let arguments: Vec<NodeId> =
                    self.children(id).filter(|&child| self.node(child).slot == Slot::Argument).collect();
                let path = self.callee(id);
                if path.ends_with("Map.of") {
                    for two in arguments.chunks_exact(2) {
                        entries.push(Entry { key: self.mark(two[0]), node: two[0], value: two[1] });
                    }
                } else if MAPS.contains(&self.method(id)) || path == "Object.assign" {
                    for child in arguments {
                        self.collect_entry(child, entries, depth);
                    }
                } else if FREEZERS.contains(&self.method(id))
                    && let Some(&first) = arguments.first()
                {
                    self.collect_members(first, entries, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn collect_entry(&self, child: NodeId, entries: &mut Vec<Entry<'t>>, depth: usize) {
        match self.kind(child) {
            Kind::Pair => {
                if let Some(value) = self.child(child, Slot::Value) {
                    entries.push(Entry { key: self.mark(child), node: child, value });
                }
            }
            Kind::Name if self.node(child).slot == Slot::Item => {
                entries.push(Entry { key: self.mark(child), node: child, value: child });
            }
            Kind::Spread => {
                for inner in self.children(child) {
                    self.collect_members(inner, entries, depth + 1);
                }
            }
            Kind::Object | Kind::Call => self.collect_members(child, entries, depth + 1),
            _ => {}
        }
    }

    /// The value of a member of an object; the last one wins, as in every language.
    #[must_use]
    pub fn member(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.members(id).iter().rev().find(|entry| entry.key == key).map(|entry| entry.value)
    }

    /// The items of a list literal, of `listOf(...)`, `Arrays.asList(...)` and the like. Names are followed within the
    /// file. `None` for what is no list.
    #[must_use]
    pub fn items(&self, id: NodeId) -> Option<Vec<NodeId>> {
        self.items_at(id, 0)
    }

    fn items_at(&self, id: NodeId, depth: usize) -> Option<Vec<NodeId>> {
        if depth > 8 || !self.spend(1) {
            return None;
        }
        let id = self.resolve(id);
        match self.kind(id) {
            Kind::List if !self.spend(self.size(id) / 4) => None,
            Kind::List => Some(self.children(id).filter(|&child| self.kind(child) != Kind::Comment).collect()),
            Kind::Unary => self.children(id).next().and_then(|inner| self.items_at(inner, depth + 1)),
            Kind::Call => {
                if let Some(init) = self.child(id, Slot::Init) {
                    return self.items_at(init, depth + 1);
                }
                let arguments: Vec<NodeId> = self.arguments(id).iter().map(|argument| argument.value).collect();
                let path = self.callee(id);
                if let [one] = arguments[..]
                    && (LISTS.contains(&self.method(id)) || FREEZERS.contains(&self.method(id)))
                    && self.kind(one) != Kind::Call
                    && let Some(items) = self.items_at(one, depth + 1)
                {
                    return Some(items);
                }
                (LISTS.contains(&self.method(id)) || path.ends_with("List.of") || path.ends_with("Set.of"))
                    .then_some(arguments)
            }
            _ => None,
        }
    }

    /// The call that a node is an argument of, with the argument's place or name.
    #[must_use]
    pub fn enclosing_call(&self, id: NodeId) -> Option<(NodeId, Argument<'t>)> {
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            if self.kind(at) == Kind::Function {
                return None;
            }
            if self.kind(parent) == Kind::Call && self.node(at).slot == Slot::Argument {
                let inside = |argument: &&Argument<'_>| self.holds(at, argument.value);
                return self.arguments(parent).iter().find(inside).map(|argument| (parent, *argument));
            }
            at = parent;
        }
        None
    }

    /// The variable, field or key that a node is the value of: through lists, joins, choices, fallbacks and calls that
    /// only wrap, not through others.
    #[must_use]
    pub fn assigned_name(&self, id: NodeId) -> Option<&'t str> {
        self.outward(id).into_iter().find_map(|step| match step {
            Outward::Key(name) | Outward::Name(name) => Some(Some(name)),
            Outward::Call(call, _) => (!self.only_wraps(call)).then_some(None),
        })?
    }

    /// Whether a call gives back what it is given, as a list, a map or in another form.
    fn only_wraps(&self, call: NodeId) -> bool {
        let (path, method) = (self.callee(call), self.method(call));
        LISTS.contains(&method)
            || MAPS.contains(&method)
            || FREEZERS.contains(&method)
            || matches!(
                method,
                "join" | "Join" | "getBytes" | "encode" | "to_string" | "to_owned" | "GetBytes" | "from"
            )
            || path.ends_with("List.of")
            || path.ends_with("Set.of")
    }

    /// Everything that a node is given to, from the inside out, to the end of its statement.
    #[must_use]
    pub fn outward(&self, id: NodeId) -> Vec<Outward<'t>> {
        let mut steps = Vec::new();
        let mut at = id;
        while let Some(parent) = self.parent(at) {
            match (self.kind(parent), self.node(at).slot) {
                (Kind::Pair, Slot::Value) => steps.push(Outward::Key(self.mark(parent))),
                (Kind::Assign, Slot::Value) => steps.push(Outward::Name(self.mark(parent))),
                (Kind::Call, Slot::Argument) => {
                    if self.kind(at) != Kind::Pair {
                        let position =
                            self.arguments(parent).iter().find(|one| one.value == at).and_then(|one| one.position);
                        steps.push(Outward::Call(parent, position));
                    } else {
                        steps.push(Outward::Call(parent, None));
                    }
                }
                (
                    Kind::List
                    | Kind::Object
                    | Kind::Join
                    | Kind::Choice
                    | Kind::Binary
                    | Kind::Spread
                    | Kind::String
                    | Kind::Member
                    | Kind::Call
                    | Kind::Unary,
                    _,
                ) => {}
                (_, _) => break,
            }
            at = parent;
        }
        steps
    }
}

/// Calls whose named or paired arguments are the members of a map.
const MAPS: [&str; 9] = [
    "dict",
    "mapOf",
    "mutableMapOf",
    "hashMapOf",
    "linkedMapOf",
    "ofEntries",
    "compact",
    "with_indifferent_access",
    "merge",
];

/// Calls whose arguments are the items of a list.
const LISTS: [&str; 16] = [
    "listOf",
    "setOf",
    "arrayOf",
    "mutableListOf",
    "mutableSetOf",
    "asList",
    "Set",
    "set",
    "frozenset",
    "list",
    "tuple",
    "HashSet",
    "List",
    "EnumSet",
    "singletonList",
    "singleton",
];

/// Calls that give back what they are given.
const FREEZERS: [&str; 5] = ["freeze", "frozen", "deepFreeze", "MappingProxyType", "tuple"];

/// Longer chains of names are cut.
const LONGEST_PATH: usize = 64;
