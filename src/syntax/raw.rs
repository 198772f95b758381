//! A grammar's tree as it is: children with their fields, and the leaves that stand for a node.

use tree_sitter::Node as Raw;

use crate::span::Span;

/// A child with the field it stands in.
#[derive(Clone, Copy)]
pub(super) struct Child<'n> {
    pub(super) node: Raw<'n>,
    pub(super) field: &'n str,
}

/// The children of a node, in order.
pub(super) struct Children<'n> {
    pub(super) all: Vec<Child<'n>>,
}

impl<'n> Children<'n> {
    pub(super) fn of(node: Raw<'n>) -> Self {
        let mut all = Vec::with_capacity(node.child_count() as usize);
        let mut cursor = node.walk();
        if cursor.goto_first_child() {
            loop {
                let field = cursor.field_name().unwrap_or_default();
                all.push(Child { node: cursor.node(), field });
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        Self { all }
    }

    pub(super) fn named(&self) -> impl DoubleEndedIterator<Item = Raw<'n>> {
        self.all.iter().map(|child| child.node).filter(|node| node.is_named() && !node.is_extra())
    }

    pub(super) fn field(&self, name: &str) -> Option<Raw<'n>> {
        if name.is_empty() {
            return None;
        }
        self.all.iter().find(|child| child.field == name && child.node.is_named()).map(|child| child.node)
    }

    /// The child of a field, else the first.
    pub(super) fn first(&self, name: &str) -> Option<Raw<'n>> {
        if name.is_empty() { self.named().next() } else { self.field(name) }
    }

    /// The child of a field, else the last.
    pub(super) fn last(&self, name: &str) -> Option<Raw<'n>> {
        if name.is_empty() { self.named().next_back() } else { self.field(name) }
    }

    /// What follows an anonymous token.
    pub(super) fn after(&self, tokens: &[&str]) -> Option<Raw<'n>> {
        let at = self.all.iter().position(|child| tokens.contains(&child.node.kind()))?;
        self.all[at + 1..].iter().map(|child| child.node).find(|node| node.is_named() && !node.is_extra())
    }
}

/// The bytes that a node covers.
pub(super) fn span(node: Raw<'_>) -> Span {
    Span::of(node.start_byte(), node.end_byte())
}

/// The last name inside a node: `c` of `a.b.c`.
pub(super) fn last_leaf(mut node: Raw<'_>) -> Raw<'_> {
    for _ in 0..16 {
        let Some(last) = Children::of(node).named().next_back() else { break };
        node = last;
    }
    node
}

/// The key itself of wrappers around it; a string keeps its quotes.
pub(super) fn last_leaf_of_key(mut node: Raw<'_>) -> Raw<'_> {
    while matches!(node.kind(), "literal_element" | "expression" | "variable_expr" | "literal_value" | "argument")
        || node.kind() == "element_binding_expression"
    {
        let Some(inner) = Children::of(node).named().next() else { break };
        node = inner;
    }
    node
}
