//! From a grammar's tree to the neutral one.
//!
//! Longer than other files: one function a shape, which all call each other.

use std::sync::OnceLock;

use tree_sitter::Node as Raw;

use super::grammar;
use super::language::Language;
use super::mark::{content, name_mark};
use super::raw::{Child, Children, last_leaf, last_leaf_of_key, span};
use super::shape::{Shape, shapes};
use super::tree::{Builder, Code, Kind, Slot};
use crate::span::Span;

/// Lowers a parsed file. `None` where it has more nodes than anybody wrote by hand.
pub(super) fn lower<'t>(root: Raw<'_>, text: &'t str, language: Language) -> Option<Code<'t>> {
    let mut lower = Lower { out: Builder::new(text), shapes: table(language), deep: 0 };
    for child in Children::of(root).all {
        lower.node(child.node, Slot::Item);
    }
    (lower.out.len() < MAX_NODES).then(|| lower.out.finish(language))
}

/// Nodes nested deeper are left out: nobody writes them, and the recursion must end before the stack does.
const MAX_DEPTH: usize = 180;

/// Files with more nodes are not looked into.
const MAX_NODES: usize = 2_000_000;

/// The shape of every node kind of a language, by the grammar's number for it.
fn table(language: Language) -> &'static [Option<Shape>] {
    static TABLES: [OnceLock<Vec<Option<Shape>>>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    TABLES[language as usize].get_or_init(|| {
        let Some(grammar) = grammar::of(language) else { return Vec::new() };
        let mut table = vec![None; grammar.node_kind_count()];
        for (id, slot) in table.iter_mut().enumerate() {
            let id = u16::try_from(id).unwrap_or(0);
            if grammar.node_kind_is_named(id)
                && let Some(kind) = grammar.node_kind_for_id(id)
            {
                *slot = shapes(language).iter().find(|(name, _)| *name == kind).map(|(_, shape)| *shape);
            }
        }
        table
    })
}

struct Lower<'t> {
    out: Builder<'t>,
    shapes: &'static [Option<Shape>],
    deep: usize,
}

impl<'t> Lower<'t> {
    fn node(&mut self, node: Raw<'_>, slot: Slot) {
        if !node.is_named() || self.deep >= MAX_DEPTH || self.out.len() >= MAX_NODES {
            return;
        }
        self.deep += 1;
        let shape = self.shapes.get(node.kind_id() as usize).copied().flatten();
        match shape {
            Some(shape) => self.shaped(node, shape, slot),
            None => self.other(node, slot),
        }
        self.deep -= 1;
    }

    fn shaped(&mut self, node: Raw<'_>, shape: Shape, slot: Slot) {
        match shape {
            Shape::Comment => self.leaf(node, Kind::Comment, slot),
            Shape::Number => self.leaf(node, Kind::Number, slot),
            Shape::Bool => self.leaf(node, Kind::Bool, slot),
            Shape::Null => self.leaf(node, Kind::Null, slot),
            Shape::Import => self.leaf(node, Kind::Import, slot),
            Shape::Name => self.out.leaf(Kind::Name, slot, span(node), name_mark(self.out.text, span(node))),
            Shape::Text => {
                let mark = content(self.out.text, span(node));
                self.around(node, Kind::String, slot, mark, |_| Some(Slot::Item));
            }
            Shape::Through => self.through(node, slot),
            Shape::Only(field) => self.only(node, field, slot),
            Shape::Object => self.around(node, Kind::Object, slot, Span::default(), |_| Some(Slot::Item)),
            Shape::List => self.around(node, Kind::List, slot, Span::default(), |_| Some(Slot::Item)),
            Shape::Spread => self.around(node, Kind::Spread, slot, Span::default(), |_| Some(Slot::Item)),
            Shape::Join => self.around(node, Kind::Join, slot, Span::default(), |_| Some(Slot::Item)),
            Shape::Member(of, name) => self.member(node, of, name, slot),
            Shape::Index(of, key) => self.index(node, of, key, slot),
            Shape::Call(callee, arguments) => self.call(node, callee, arguments, slot),
            Shape::Method(of, name, arguments) => self.method(node, of, name, arguments, slot),
            Shape::New(class, arguments, init) => self.new_(node, class, arguments, init, slot),
            Shape::Braces => self.braces(node, slot),
            Shape::Pair(key, value) => {
                let children = Children::of(node);
                self.pair(node, children.first(key), children.last(value), slot);
            }
            Shape::MaybePair(name) => self.maybe_pair(node, name, slot),
            Shape::Assign(target, value) => self.assign(node, target, value, slot),
            Shape::Assigns(left, right) => self.assigns(node, left, right, slot),
            Shape::Binary => self.binary(node, slot),
            Shape::Infix => self.infix(node, slot),
            Shape::Unary => {
                let children = Children::of(node);
                let mark = children.all.iter().find(|child| !child.node.is_named()).map(|child| span(child.node));
                self.around(node, Kind::Unary, slot, mark.unwrap_or_default(), |_| Some(Slot::Item));
            }
            Shape::Choice => self.choice(node, slot),
            Shape::Function(name) => self.named(node, Kind::Function, name, slot),
            Shape::Class(name) => self.named(node, Kind::Class, name, slot),
            Shape::Chain => {
                let children = Children::of(node);
                if children.named().count() > 1 { self.member(node, "", "", slot) } else { self.through(node, slot) }
            }
        }
    }

    fn leaf(&mut self, node: Raw<'_>, kind: Kind, slot: Slot) {
        self.out.leaf(kind, slot, span(node), span(node));
    }

    /// A node and those of its children to which `slot_of` gives a slot.
    fn around(
        &mut self,
        node: Raw<'_>,
        kind: Kind,
        slot: Slot,
        mark: Span,
        slot_of: impl Fn(&Child<'_>) -> Option<Slot>,
    ) {
        self.out.open(kind, slot, span(node), mark);
        self.children(node, slot_of);
        self.out.close();
    }

    fn children(&mut self, node: Raw<'_>, slot_of: impl Fn(&Child<'_>) -> Option<Slot>) {
        for child in Children::of(node).all {
            // Comments may stand anywhere.
            if child.node.is_extra() {
                self.node(child.node, Slot::Item);
            } else if let Some(slot) = slot_of(&child) {
                self.node(child.node, slot);
            }
        }
    }

    fn through(&mut self, node: Raw<'_>, slot: Slot) {
        self.children(node, |_| Some(slot));
    }

    fn only(&mut self, node: Raw<'_>, field: &str, slot: Slot) {
        let children = Children::of(node);
        let chosen = match field {
            "last" => children.named().next_back(),
            field => children.first(field),
        };
        if let Some(chosen) = chosen {
            self.node(chosen, slot);
        }
    }

    /// Whatever has no shape of its own: nothing for a leaf, its child for a wrapper of one.
    fn other(&mut self, node: Raw<'_>, slot: Slot) {
        let children = Children::of(node);
        let mut named = children.all.iter().filter(|child| child.node.is_named());
        match (named.next(), named.next()) {
            (None, _) => {}
            (Some(one), None) => self.node(one.node, slot),
            _ => {
                self.out.open(Kind::Other, slot, span(node), Span::default());
                for child in &children.all {
                    self.node(child.node, Slot::Item);
                }
                self.out.close();
            }
        }
    }

    fn member(&mut self, node: Raw<'_>, of: &str, name: &str, slot: Slot) {
        let children = Children::of(node);
        let (of, name) = (children.first(of), children.last(name));
        let mark = name.map(|name| name_mark(self.out.text, span(last_leaf(name)))).unwrap_or_default();
        let of = of.map(|of| of.id());
        self.around(node, Kind::Member, slot, mark, |child| (Some(child.node.id()) == of).then_some(Slot::Of));
    }

    fn index(&mut self, node: Raw<'_>, of: &str, key: &str, slot: Slot) {
        let children = Children::of(node);
        let of = children.first(of).map(|of| of.id());
        self.around(node, Kind::Index, slot, Span::default(), |child| {
            let is_of = Some(child.node.id()) == of;
            let is_key = key.is_empty() || child.field == key;
            if is_of { Some(Slot::Of) } else { is_key.then_some(Slot::Key) }
        });
    }

    fn call(&mut self, node: Raw<'_>, callee: &str, arguments: &str, slot: Slot) {
        let children = Children::of(node);
        let callee = children.first(callee).map(|callee| callee.id());
        self.around(node, Kind::Call, slot, Span::default(), |child| {
            if Some(child.node.id()) == callee {
                return Some(Slot::Callee);
            }
            let types = matches!(child.node.kind(), "type_arguments" | "type_argument_list" | "modifiers");
            let argument = if arguments.is_empty() { !types } else { child.field == arguments };
            argument.then_some(Slot::Argument)
        });
    }

    fn method(&mut self, node: Raw<'_>, of: &str, name: &str, arguments: &str, slot: Slot) {
        let children = Children::of(node);
        let (of, name) = (children.field(of), children.field(name));
        let mark = name.map(|name| name_mark(self.out.text, span(name))).unwrap_or_default();
        let called = children.all.iter().any(|child| child.field == arguments || child.field == "block");
        let callee = Span::of(
            of.or(name).map_or(node.start_byte(), |first| first.start_byte()),
            name.or(of).map_or(node.start_byte(), |last| last.end_byte()),
        );
        if called {
            self.out.open(Kind::Call, slot, span(node), Span::default());
        }
        let slot = if called { Slot::Callee } else { slot };
        match of {
            Some(of) => {
                self.out.open(Kind::Member, slot, callee, mark);
                self.node(of, Slot::Of);
                self.out.close();
            }
            None => self.out.leaf(Kind::Name, slot, callee, mark),
        }
        if called {
            let (of, name) = (of.map(|of| of.id()), name.map(|name| name.id()));
            self.children(node, |child| {
                let id = Some(child.node.id());
                let argument = child.field == arguments || child.field == "block";
                (argument && id != of && id != name).then_some(Slot::Argument)
            });
            self.out.close();
        }
    }

    fn new_(&mut self, node: Raw<'_>, class: &str, arguments: &str, init: &str, slot: Slot) {
        let children = Children::of(node);
        let is_arguments = |child: &Child<'_>| {
            (!arguments.is_empty() && child.field == arguments)
                || matches!(child.node.kind(), "arguments" | "argument_list")
        };
        let is_init = |child: &Child<'_>| {
            (!init.is_empty() && child.field == init)
                || matches!(child.node.kind(), "initializer_expression" | "literal_value")
        };
        let class = children
            .all
            .iter()
            .find(|child| {
                child.node.is_named()
                    && !is_arguments(child)
                    && !is_init(child)
                    && (class.is_empty() || child.field == class)
            })
            .map(|child| child.node.id());
        self.around(node, Kind::Call, slot, Span::default(), |child| {
            if Some(child.node.id()) == class {
                Some(Slot::Callee)
            } else if is_arguments(child) {
                Some(Slot::Argument)
            } else if is_init(child) {
                Some(Slot::Init)
            } else {
                // The body of an anonymous class.
                (child.node.kind() == "class_body").then_some(Slot::Item)
            }
        });
    }

    fn braces(&mut self, node: Raw<'_>, slot: Slot) {
        let children = Children::of(node);
        let twos = |node: Raw<'_>| node.kind() == "initializer_expression" && Children::of(node).named().count() == 2;
        let paired = |node: Raw<'_>| match node.kind() {
            "assignment_expression" | "keyed_element" => true,
            "array_element_initializer" => Children::of(node).after(&["=>"]).is_some(),
            _ => twos(node),
        };
        let object = children.named().any(paired);
        let kind = if object { Kind::Object } else { Kind::List };
        self.out.open(kind, slot, span(node), Span::default());
        for child in &children.all {
            let parts = Children::of(child.node);
            if object && child.node.kind() == "assignment_expression" {
                self.pair(child.node, parts.first("left"), parts.last("right"), Slot::Item);
            } else if object && twos(child.node) {
                self.pair(child.node, parts.first(""), parts.last(""), Slot::Item);
            } else {
                self.node(child.node, Slot::Item);
            }
        }
        self.out.close();
    }

    fn pair(&mut self, node: Raw<'_>, key: Option<Raw<'_>>, value: Option<Raw<'_>>, slot: Slot) {
        let text = self.out.text;
        let mark = key.map_or_else(Span::default, |key| match key.kind() {
            // `[KEYS.jwtSecret]: …` is named by what it names.
            "computed_property_name" => match Children::of(key).named().next() {
                Some(inner) if matches!(inner.kind(), "string" | "identifier" | "member_expression") => name_mark(
                    text,
                    content(text, span(last_leaf_of_key(inner.child_by_field_name("property").unwrap_or(inner)))),
                ),
                _ => Span::default(),
            },
            _ => name_mark(text, content(text, span(last_leaf_of_key(key)))),
        });
        self.out.open(Kind::Pair, slot, span(node), mark);
        if let Some(key) = key {
            self.node(key, Slot::Key);
        }
        if let Some(value) = value.filter(|value| key.is_none_or(|key| key.id() != value.id())) {
            self.node(value, Slot::Value);
        }
        self.out.close();
    }

    fn maybe_pair(&mut self, node: Raw<'_>, name: &str, slot: Slot) {
        let children = Children::of(node);
        let value = children.after(&["=>", "="]);
        match (children.field(name), value) {
            (Some(name), _) => self.pair(node, Some(name), children.last(""), slot),
            (None, Some(value)) => self.pair(node, children.first(""), Some(value), slot),
            (None, None) => self.through(node, slot),
        }
    }

    fn assign(&mut self, node: Raw<'_>, target: &str, value: &str, slot: Slot) {
        let children = Children::of(node);
        let value = match value {
            "" => children.after(&["=", "+=", "-="]),
            field => children.field(field),
        };
        let target = match target {
            // Kotlin puts modifiers first.
            "" => children
                .named()
                .find(|node| !matches!(node.kind(), "modifiers" | "binding_pattern_kind" | "type_parameters")),
            field => children.field(field),
        };
        let (Some(target), Some(value)) = (target, value) else { return self.other(node, slot) };
        let mark = self.target_mark(target);
        let (target, value) = (target.id(), value.id());
        self.around(node, Kind::Assign, slot, mark, |child| {
            let id = child.node.id();
            Some(match id {
                _ if id == target => Slot::Target,
                _ if id == value => Slot::Value,
                _ => Slot::Item,
            })
        });
    }

    /// The name that gets the value: `b` of `a.b`, `k` of `a["k"]`.
    fn target_mark(&self, target: Raw<'_>) -> Span {
        let text = self.out.text;
        match target.kind() {
            "object_pattern" | "array_pattern" | "pattern_list" | "tuple_pattern" | "left_assignment_list" => {
                Span::default()
            }
            "variable_declaration" => {
                Children::of(target).first("").map(|name| name_mark(text, span(name))).unwrap_or_default()
            }
            // `config["KEY"]`: the key is the name.
            "subscript"
            | "subscript_expression"
            | "element_access_expression"
            | "element_reference"
            | "index_expression" => {
                let key = Children::of(target).last("");
                key.map_or_else(Span::default, |key| {
                    let key = match key.kind() {
                        "bracketed_argument_list" => Children::of(key).first("").map_or(key, last_leaf_of_key),
                        _ => key,
                    };
                    name_mark(text, content(text, span(key)))
                })
            }
            "call" | "member_expression" | "attribute" | "field_access" | "member_access_expression" => {
                let children = Children::of(target);
                let name =
                    ["property", "attribute", "field", "name", "method"].iter().find_map(|field| children.field(field));
                name.map(|name| name_mark(text, span(name))).unwrap_or_default()
            }
            _ => name_mark(text, content(text, span(last_leaf(target)))),
        }
    }

    fn assigns(&mut self, node: Raw<'_>, left: &str, right: &str, slot: Slot) {
        let list = |field: &str| -> Vec<Raw<'_>> {
            let mut nodes = Vec::new();
            for child in Children::of(node).all.iter().filter(|child| child.field == field && child.node.is_named()) {
                if child.node.kind() == "expression_list" {
                    nodes.extend(Children::of(child.node).named());
                } else {
                    nodes.push(child.node);
                }
            }
            nodes
        };
        let (targets, values) = (list(left), list(right));
        if values.is_empty() || targets.is_empty() {
            return self.other(node, slot);
        }
        // Every value has a target; one call with two results is the value of its first.
        for (index, value) in values.into_iter().enumerate() {
            let Some(&target) = targets.get(index).or(targets.first()) else { return };
            let whole = if index == 0 { span(node) } else { span(value) };
            let mark = self.target_mark(target);
            self.out.open(Kind::Assign, slot, whole, mark);
            if index == 0 {
                self.node(target, Slot::Target);
            }
            self.node(value, Slot::Value);
            self.out.close();
        }
    }

    fn binary(&mut self, node: Raw<'_>, slot: Slot) {
        let operator = |node: Raw<'_>| {
            Children::of(node).all.iter().find(|child| !child.node.is_named()).map(|child| span(child.node))
        };
        let mark = operator(node).unwrap_or_default();
        let text = |span: Span| self.out.text.get(span.range()).unwrap_or_default();
        if !matches!(text(mark), "+" | "." | "..") {
            let first = Children::of(node).named().next().map(|first| first.id());
            return self.around(node, Kind::Binary, slot, mark, |child| {
                Some(if Some(child.node.id()) == first { Slot::Left } else { Slot::Right })
            });
        }
        // `a + b + c` leans to the left as deep as it is long: flattened without recursion.
        let mut operands = Vec::new();
        let mut left = node;
        loop {
            let children = Children::of(left);
            let (Some(first), Some(last)) = (children.named().next(), children.named().next_back()) else { break };
            if first.id() != last.id() {
                operands.push(last);
            }
            let joins = first.kind_id() == node.kind_id()
                && operator(first).is_some_and(|mark| matches!(text(mark), "+" | "." | ".."));
            if !joins {
                operands.push(first);
                break;
            }
            left = first;
        }
        self.out.open(Kind::Join, slot, span(node), mark);
        for operand in operands.into_iter().rev() {
            self.node(operand, Slot::Item);
        }
        self.out.close();
    }

    fn infix(&mut self, node: Raw<'_>, slot: Slot) {
        let children = Children::of(node);
        let word = children.named().nth(1).map(span).unwrap_or_default();
        if self.out.text.get(word.range()) == Some("to") {
            self.pair(node, children.first(""), children.last(""), slot);
        } else {
            self.around(node, Kind::Binary, slot, word, |_| Some(Slot::Item));
        }
    }

    fn choice(&mut self, node: Raw<'_>, slot: Slot) {
        let children = Children::of(node);
        // Python's grammar names no fields: `then if condition else other`.
        let condition = children.field("condition").or_else(|| children.named().nth(1)).map(|node| node.id());
        self.around(node, Kind::Choice, slot, Span::default(), |child| {
            Some(if Some(child.node.id()) == condition { Slot::Condition } else { Slot::Item })
        });
    }

    fn named(&mut self, node: Raw<'_>, kind: Kind, field: &str, slot: Slot) {
        let children = Children::of(node);
        let name = children.field(field).or_else(|| {
            let declared = matches!(node.kind(), "function_declaration" | "class_declaration" | "object_declaration");
            let names = |node: &Raw<'_>| matches!(node.kind(), "simple_identifier" | "type_identifier" | "identifier");
            children.named().find(names).filter(|_| declared || node.kind() == "block" && kind == Kind::Class)
        });
        let mark = name.map(|name| name_mark(self.out.text, span(name))).unwrap_or_default();
        let name = name.map(|name| name.id());
        self.around(node, kind, slot, mark, |child| (Some(child.node.id()) != name).then_some(Slot::Item));
    }
}
