//! Parsed source code as one neutral tree: the same nodes for every language.
//!
//! Nodes stand in one list in reading order, each before its children. What a detector asks in one language it can
//! ask in all: a call is a call, whether its grammar says `method_invocation` or `scoped_call_expression`.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use super::language::Language;
use crate::span::Span;

/// A node of one [`Code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// What a node is, in any language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Anything else: statements, blocks, types.
    Other,
    /// A comment.
    Comment,
    /// A string literal; its children are what is interpolated.
    String,
    /// A number literal.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`, `None`, `nil`.
    Null,
    /// An identifier.
    Name,
    /// `a.b`, `A::B`, `a->b`.
    Member,
    /// `a["b"]`.
    Index,
    /// A call; also `new A()`, an annotation, a command of a shell.
    Call,
    /// An object, map or dictionary literal, an initializer with names.
    Object,
    /// An array, list, tuple or set literal.
    List,
    /// A member of an object, or an argument with a name.
    Pair,
    /// `...x`, `**x`.
    Spread,
    /// A declaration or assignment with a value, also the default of a parameter.
    Assign,
    /// `a + b + c`, or adjacent strings.
    Join,
    /// Any other operator with two sides.
    Binary,
    /// An operator with one side.
    Unary,
    /// `a ? b : c`.
    Choice,
    /// A function, method or closure.
    Function,
    /// A class, struct, trait, module.
    Class,
    /// An import.
    Import,
}

/// What a node is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Nothing special.
    Item,
    /// What is called.
    Callee,
    /// An argument of a call.
    Argument,
    /// The initializer of a `new`.
    Init,
    /// That of which a member is taken.
    Of,
    /// The key of a pair or an index.
    Key,
    /// The value of a pair or an assignment.
    Value,
    /// What is assigned to.
    Target,
    /// The left side of an operator.
    Left,
    /// The right side of an operator.
    Right,
    /// The condition of a choice.
    Condition,
}

/// One node.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// What it is to its parent.
    pub slot: Slot,
    /// Where it stands.
    pub span: Span,
    /// The telling part: the content of a string, the name of a member, function or class, the operator.
    pub mark: Span,
    pub(super) parent: u32,
    /// The first node after its subtree.
    pub(super) end: u32,
}

/// A parsed source file.
#[derive(Debug)]
pub struct Code<'t> {
    pub(super) text: &'t str,
    pub(super) language: Language,
    pub(super) nodes: Vec<Node>,
    /// Comments that are no nodes, ascending: those of Rust, whose parser drops them.
    pub(super) comments: Vec<Span>,
    /// Assignments by the name that they give a value; filled on the first question.
    pub(super) names: OnceCell<HashMap<&'t str, Vec<NodeId>>>,
    /// Steps that questions may still take: names may lead to names a million ways, and no file is worth that.
    pub(super) fuel: Cell<u64>,
}

impl<'t> Code<'t> {
    pub(super) fn new(text: &'t str, language: Language, nodes: Vec<Node>, comments: Vec<Span>) -> Self {
        let fuel = Cell::new(FUEL + FUEL_PER_NODE * nodes.len() as u64);
        Self { text, language, nodes, comments, names: OnceCell::new(), fuel }
    }

    /// Takes steps from those that questions to this file may take; `false` when none are left. The answer to a
    /// question without steps is that nothing is known.
    #[must_use]
    pub fn spend(&self, steps: usize) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(steps as u64));
        left > steps as u64
    }

    /// How many nodes lie below a node.
    #[must_use]
    pub fn size(&self, id: NodeId) -> usize {
        (self.node(id).end - id.0) as usize
    }

    /// In which language it is written.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The whole text.
    #[must_use]
    pub const fn source(&self) -> &'t str {
        self.text
    }

    /// A node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        // Ids come from this tree alone; a foreign one gets the root.
        self.nodes.get(id.0 as usize).unwrap_or(&self.nodes[0])
    }

    /// What a node is.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// Where a node stands.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The text of a node.
    #[must_use]
    pub fn text(&self, id: NodeId) -> &'t str {
        self.slice(self.node(id).span)
    }

    /// The text of a node's telling part: the content of a string, the name of a member.
    #[must_use]
    pub fn mark(&self, id: NodeId) -> &'t str {
        self.slice(self.node(id).mark)
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The node that holds all others.
    #[must_use]
    pub const fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// All nodes in reading order.
    pub fn all(&self) -> impl Iterator<Item = NodeId> + use<> {
        ids(0, self.nodes.len())
    }

    /// All nodes of a kind in reading order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = NodeId> {
        self.all().filter(move |&id| self.kind(id) == kind)
    }

    /// All string literals in reading order.
    pub fn strings(&self) -> impl Iterator<Item = NodeId> {
        self.of_kind(Kind::String)
    }

    /// All nodes below a node in reading order.
    pub fn below(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        ids(id.0 as usize + 1, self.node(id).end as usize)
    }

    /// The children of a node in reading order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.node(id).end;
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            let child = NodeId(next);
            (next < end).then(|| {
                next = self.node(child).end.max(next + 1);
                child
            })
        })
    }

    /// The first child in a slot.
    #[must_use]
    pub fn child(&self, id: NodeId, slot: Slot) -> Option<NodeId> {
        self.children(id).find(|&child| self.node(child).slot == slot)
    }

    /// The parent; `None` for the root.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id.0 != 0).then(|| NodeId(self.node(id).parent))
    }

    /// Parent, its parent and so on, to the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.parent(id), |&id| self.parent(id))
    }

    /// Whether `inner` is `outer` or lies below it.
    #[must_use]
    pub fn holds(&self, outer: NodeId, inner: NodeId) -> bool {
        outer.0 <= inner.0 && inner.0 < self.node(outer).end
    }

    /// The deepest node that holds the byte at `offset`.
    #[must_use]
    pub fn at(&self, offset: u32) -> NodeId {
        // Starts never descend in reading order, so the last node that starts before the byte is below or beside the
        // one wanted.
        let after = self.nodes.partition_point(|node| node.span.start <= offset);
        let mut id = NodeId(u32::try_from(after.saturating_sub(1)).unwrap_or(0));
        while id.0 != 0 && self.node(id).span.end <= offset {
            id = NodeId(self.node(id).parent);
        }
        id
    }

    /// The smallest node that holds a span.
    #[must_use]
    pub fn covering(&self, span: Span) -> NodeId {
        let mut id = self.at(span.start);
        while id.0 != 0 && !self.node(id).span.contains(span) {
            id = NodeId(self.node(id).parent);
        }
        // The outermost of those with the same place.
        while id.0 != 0 && self.node(NodeId(self.node(id).parent)).span == span {
            id = NodeId(self.node(id).parent);
        }
        id
    }

    /// In what the byte at `offset` stands.
    #[must_use]
    pub fn place(&self, offset: u32) -> Place {
        let after = self.comments.partition_point(|comment| comment.start <= offset);
        if self.comments[..after].last().is_some_and(|comment| offset < comment.end) {
            return Place::Comment;
        }
        let id = self.at(offset);
        match self.kind(id) {
            Kind::Comment => Place::Comment,
            Kind::String => Place::String,
            _ => Place::Code,
        }
    }

    /// Whether a string stands for itself as a statement: the documentation of a Python function.
    #[must_use]
    pub fn is_prose(&self, id: NodeId) -> bool {
        let node = self.node(id);
        let parent = NodeId(node.parent);
        node.kind == Kind::String
            && node.slot == Slot::Item
            && matches!(self.kind(parent), Kind::Other | Kind::Function | Kind::Class)
            && self.language == Language::Python
            && self.text(id).contains("\"\"\"")
    }

    /// The innermost function around a node.
    #[must_use]
    pub fn function_of(&self, id: NodeId) -> Option<NodeId> {
        self.ancestors(id).find(|&id| self.kind(id) == Kind::Function)
    }

    /// The innermost class around a node.
    #[must_use]
    pub fn class_of(&self, id: NodeId) -> Option<NodeId> {
        self.ancestors(id).find(|&id| self.kind(id) == Kind::Class)
    }
}

/// In what a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Program code.
    Code,
    /// A comment.
    Comment,
    /// A string literal, not what is interpolated in it.
    String,
}

/// Steps of every file.
const FUEL: u64 = 4_000_000;

/// Steps more for each of its nodes.
const FUEL_PER_NODE: u64 = 20;

fn ids(start: usize, end: usize) -> impl Iterator<Item = NodeId> + use<> {
    (start..end).map(|index| NodeId(u32::try_from(index).unwrap_or(u32::MAX)))
}

/// Fills the list of nodes: open a node, its children, close it.
pub(super) struct Builder<'t> {
    pub(super) text: &'t str,
    nodes: Vec<Node>,
    open: Vec<u32>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let span = Span::of(0, text.len());
        let root = Node { kind: Kind::Other, slot: Slot::Item, span, mark: Span::default(), parent: 0, end: 1 };
        Self { text, nodes: vec![root], open: vec![0] }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn open(&mut self, kind: Kind, slot: Slot, span: Span, mark: Span) {
        let parent = self.open.last().copied().unwrap_or(0);
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        // Reading order is what `at` relies on; a grammar with a child out of order gets it clamped.
        let start = self.nodes.last().map_or(0, |last| last.span.start).max(span.start);
        let span = Span::new(start, span.end.max(start));
        self.nodes.push(Node { kind, slot, span, mark, parent, end: id + 1 });
        self.open.push(id);
    }

    pub(super) fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            self.nodes[id as usize].end = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        }
    }

    /// A node without children.
    pub(super) fn leaf(&mut self, kind: Kind, slot: Slot, span: Span, mark: Span) {
        self.open(kind, slot, span, mark);
        self.close();
    }

    pub(super) fn finish(mut self, language: Language) -> Code<'t> {
        while !self.open.is_empty() {
            self.close();
        }
        Code::new(self.text, language, self.nodes, Vec::new())
    }
}
