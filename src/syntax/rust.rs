//! The same door for Rust, over `syn`.
//!
//! Longer than other files: `syn` has one method a node kind.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::language::Language;
use super::mark::content;
use super::tree::{Builder, Code, Kind, Node, Slot};
use crate::span::Span;

/// Parses a Rust file; `None` for what does not parse, or nests so deep that only a program wrote it.
pub(super) fn parse(text: &str) -> Option<Code<'_>> {
    if !is_shallow(text) {
        return None;
    }
    // `syn` recurses, also when it drops its tree; a stack of its own holds what `is_shallow` admits. The thread also
    // takes the crate's map of spans with it when it ends.
    let nodes = std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || read(text)).ok()?.join().ok()?
    })?;
    let comments = comments(text, &nodes);
    Some(Code::new(text, Language::Rust, nodes, comments))
}

/// Stack of the parsing thread; touched only as far as it is used.
const STACK: usize = 64 << 20;

fn read(text: &str) -> Option<Vec<Node>> {
    // `#!/usr/bin/env run-cargo-script` is not Rust; an inner attribute is.
    let skipped = match text.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => text.find('\n').unwrap_or(text.len()),
        _ => 0,
    };
    let file: syn::File = syn::parse_str(text.get(skipped..)?).ok()?;
    let mut lower = Lower { out: Builder::new(text), skipped, slot: Slot::Item, formats: false };
    lower.visit_file(&file);
    Some(lower.out.finish(Language::Rust).nodes)
}

/// Whether the recursion of `syn` stays within its stack: brackets nest little, statements are short.
fn is_shallow(text: &str) -> bool {
    let (mut depth, mut run, mut elses) = (0_usize, 0_usize, 0_usize);
    let mut last = b' ';
    for &byte in text.as_bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'>' if last != b'-' && last != b'=' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b';' | b',' | b'{' | b'"' => run = 0,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b' ' | b'\n' | b'\t' | b'\r' => {}
            // Comments are runs of signs too.
            b'/' | b'*' | b'.' | b':' if last == byte => {}
            _ => run += 1,
        }
        if byte == b'}' {
            elses += 1;
        } else if byte == b';' {
            elses = 0;
        }
        if depth > 200 || run > 2_000 || elses > 3_000 {
            return false;
        }
        last = byte;
    }
    true
}

struct Lower<'t> {
    out: Builder<'t>,
    skipped: usize,
    slot: Slot,
    /// Whether texts stand in a macro that formats: `{name}` in them is a name.
    formats: bool,
}

impl Lower<'_> {
    fn span(&self, of: &impl Spanned) -> Span {
        let range = of.span().byte_range();
        Span::of(range.start + self.skipped, range.end + self.skipped)
    }

    fn slot(&mut self) -> Slot {
        std::mem::replace(&mut self.slot, Slot::Item)
    }

    fn in_slot(&mut self, slot: Slot, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.slot, slot);
        visit(self);
        self.slot = before;
    }

    fn expr(&mut self, slot: Slot, expr: &syn::Expr) {
        self.in_slot(slot, |lower| lower.visit_expr(expr));
    }

    fn around(&mut self, kind: Kind, span: Span, mark: Span, inside: impl FnOnce(&mut Self)) {
        let slot = self.slot();
        self.out.open(kind, slot, span, mark);
        inside(self);
        self.out.close();
    }

    fn leaf(&mut self, kind: Kind, span: Span, mark: Span) {
        let slot = self.slot();
        self.out.leaf(kind, slot, span, mark);
    }

    /// `a::b::c` as nested members.
    fn path(&mut self, path: &syn::Path) {
        let slot = self.slot();
        let spans: Vec<Span> = path.segments.iter().map(|segment| self.span(&segment.ident)).collect();
        let Some(first) = spans.first().copied() else { return };
        for (index, mark) in spans.iter().enumerate().skip(1).rev() {
            let slot = if index + 1 == spans.len() { slot } else { Slot::Of };
            self.out.open(Kind::Member, slot, Span::new(first.start, mark.end), *mark);
        }
        let slot = if spans.len() == 1 { slot } else { Slot::Of };
        self.out.leaf(Kind::Name, slot, first, first);
        for _ in 1..spans.len() {
            self.out.close();
        }
    }

    fn assign(&mut self, span: Span, mark: Span, target: Span, value: &syn::Expr) {
        self.around(Kind::Assign, span, mark, |lower| {
            lower.out.leaf(Kind::Name, Slot::Target, target, mark);
            lower.expr(Slot::Value, value);
        });
    }

    fn tokens(&mut self, tokens: TokenStream) {
        if let Ok(list) = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated.parse2(tokens.clone()) {
            for item in &list {
                self.expr(Slot::Item, item);
            }
        } else {
            self.json(&tokens.into_iter().collect::<Vec<_>>(), 0);
        }
    }

    /// `{ "key": value }` as `json!` takes it.
    fn json(&mut self, tokens: &[TokenTree], depth: usize) {
        if depth > 64 {
            return;
        }
        if let [TokenTree::Group(group)] = tokens {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let span = self.span(group);
            match group.delimiter() {
                Delimiter::Brace => self.around(Kind::Object, span, Span::default(), |lower| {
                    for pair in inner.split(|token| is_punct(token, ',')) {
                        lower.json_pair(pair, depth);
                    }
                }),
                Delimiter::Bracket => self.around(Kind::List, span, Span::default(), |lower| {
                    for item in inner.split(|token| is_punct(token, ',')) {
                        lower.json(item, depth + 1);
                    }
                }),
                Delimiter::Parenthesis | Delimiter::None => self.json(&inner, depth + 1),
            }
            return;
        }
        let stream: TokenStream = tokens.iter().cloned().collect();
        if let Ok(expr) = syn::parse2::<syn::Expr>(stream) {
            let slot = self.slot();
            return self.expr(slot, &expr);
        }
        for token in tokens {
            match token {
                TokenTree::Group(_) => self.json(std::slice::from_ref(token), depth + 1),
                TokenTree::Literal(literal) if literal.to_string().contains('"') => {
                    let span = self.span(literal);
                    self.out.leaf(Kind::String, Slot::Item, span, content(self.out.text, span));
                }
                _ => {}
            }
        }
    }

    fn json_pair(&mut self, pair: &[TokenTree], depth: usize) {
        let Some(colon) = pair.iter().position(|token| is_punct(token, ':')) else {
            if !pair.is_empty() {
                self.json(pair, depth + 1);
            }
            return;
        };
        let (Some(key), Some(last)) = (pair.first(), pair.last()) else { return };
        let (key, last) = (self.span(key), self.span(last));
        let mark = content(self.out.text, key);
        self.around(Kind::Pair, Span::new(key.start, last.end), mark, |lower| {
            let kind = if mark == key { Kind::Name } else { Kind::String };
            lower.out.leaf(kind, Slot::Key, key, mark);
            lower.in_slot(Slot::Value, |lower| lower.json(&pair[colon + 1..], depth + 1));
        });
    }
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

impl<'a> Visit<'a> for Lower<'_> {
    fn visit_expr(&mut self, expr: &'a syn::Expr) {
        let span = self.span(expr);
        match expr {
            syn::Expr::Lit(literal) => self.visit_lit(&literal.lit),
            syn::Expr::Path(path) => self.path(&path.path),
            syn::Expr::Call(call) => self.around(Kind::Call, span, Span::default(), |lower| {
                lower.expr(Slot::Callee, &call.func);
                for argument in &call.args {
                    lower.expr(Slot::Argument, argument);
                }
            }),
            syn::Expr::MethodCall(call) => self.around(Kind::Call, span, Span::default(), |lower| {
                let name = lower.span(&call.method);
                lower.out.open(Kind::Member, Slot::Callee, Span::new(span.start, name.end), name);
                lower.expr(Slot::Of, &call.receiver);
                lower.out.close();
                for argument in &call.args {
                    lower.expr(Slot::Argument, argument);
                }
            }),
            syn::Expr::Field(field) => {
                let name = self.span(&field.member);
                self.around(Kind::Member, span, name, |lower| lower.expr(Slot::Of, &field.base));
            }
            syn::Expr::Index(index) => self.around(Kind::Index, span, Span::default(), |lower| {
                lower.expr(Slot::Of, &index.expr);
                lower.expr(Slot::Key, &index.index);
            }),
            syn::Expr::Struct(literal) => self.around(Kind::Call, span, Span::default(), |lower| {
                lower.in_slot(Slot::Callee, |lower| lower.path(&literal.path));
                let path = lower.span(&literal.path);
                lower.out.open(Kind::Object, Slot::Init, Span::new(path.end, span.end), Span::default());
                for field in &literal.fields {
                    let (whole, name) = (lower.span(field), lower.span(&field.member));
                    lower.around(Kind::Pair, whole, name, |lower| {
                        lower.out.leaf(Kind::Name, Slot::Key, name, name);
                        lower.expr(Slot::Value, &field.expr);
                    });
                }
                if let Some(rest) = &literal.rest {
                    let span = lower.span(rest);
                    lower.around(Kind::Spread, span, Span::default(), |lower| lower.expr(Slot::Item, rest));
                }
                lower.out.close();
            }),
            syn::Expr::Array(array) => self.around(Kind::List, span, Span::default(), |lower| {
                array.elems.iter().for_each(|item| lower.expr(Slot::Item, item));
            }),
            syn::Expr::Tuple(tuple) => match named(tuple) {
                // `("grant_type", value)`: so Rust writes forms, headers and queries.
                Some((name, value)) => {
                    let name_span = self.span(name);
                    let mark = content(self.out.text, name_span);
                    self.around(Kind::Pair, span, mark, |lower| {
                        lower.out.leaf(Kind::String, Slot::Key, name_span, mark);
                        lower.expr(Slot::Value, value);
                    });
                }
                None => self.around(Kind::List, span, Span::default(), |lower| {
                    tuple.elems.iter().for_each(|item| lower.expr(Slot::Item, item));
                }),
            },
            syn::Expr::Reference(inner) => self.visit_expr(&inner.expr),
            syn::Expr::Paren(inner) => self.visit_expr(&inner.expr),
            syn::Expr::Group(inner) => self.visit_expr(&inner.expr),
            syn::Expr::Try(inner) => self.visit_expr(&inner.expr),
            syn::Expr::Await(inner) => self.visit_expr(&inner.base),
            syn::Expr::Cast(inner) => self.visit_expr(&inner.expr),
            syn::Expr::Binary(binary) => {
                let operator = self.span(&binary.op);
                let kind = if matches!(binary.op, syn::BinOp::Add(_)) { Kind::Join } else { Kind::Binary };
                self.around(kind, span, operator, |lower| {
                    lower.expr(Slot::Left, &binary.left);
                    lower.expr(Slot::Right, &binary.right);
                });
            }
            syn::Expr::Unary(unary) => {
                let operator = self.span(&unary.op);
                self.around(Kind::Unary, span, operator, |lower| lower.expr(Slot::Item, &unary.expr));
            }
            syn::Expr::Assign(assign) => {
                let target = self.span(&assign.left);
                let mark = match &*assign.left {
                    syn::Expr::Field(field) => self.span(&field.member),
                    _ => target,
                };
                self.around(Kind::Assign, span, mark, |lower| {
                    lower.expr(Slot::Target, &assign.left);
                    lower.expr(Slot::Value, &assign.right);
                });
            }
            syn::Expr::Closure(closure) => self.around(Kind::Function, span, Span::default(), |lower| {
                lower.expr(Slot::Item, &closure.body);
            }),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_lit(&mut self, literal: &'a syn::Lit) {
        let span = self.span(literal);
        match literal {
            syn::Lit::Str(_) if self.formats => {
                let content = content(self.out.text, span);
                self.around(Kind::String, span, content, |lower| {
                    for name in captured(lower.out.text, content) {
                        lower.out.leaf(Kind::Name, Slot::Item, name, name);
                    }
                });
            }
            syn::Lit::Str(_) | syn::Lit::ByteStr(_) | syn::Lit::CStr(_) => {
                self.leaf(Kind::String, span, content(self.out.text, span));
            }
            syn::Lit::Int(_) | syn::Lit::Float(_) => self.leaf(Kind::Number, span, span),
            syn::Lit::Bool(_) => self.leaf(Kind::Bool, span, span),
            _ => {}
        }
    }

    fn visit_macro(&mut self, node: &'a syn::Macro) {
        let span = self.span(node);
        let name = node.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if name == "vec" {
            return self.around(Kind::List, span, Span::default(), |lower| lower.tokens(node.tokens.clone()));
        }
        self.around(Kind::Call, span, Span::default(), |lower| {
            lower.in_slot(Slot::Callee, |lower| lower.path(&node.path));
            let before = std::mem::replace(&mut lower.formats, FORMATS.contains(&name.as_str()));
            lower.in_slot(Slot::Argument, |lower| lower.tokens_as_arguments(node.tokens.clone()));
            lower.formats = before;
        });
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        let span = self.span(local);
        let pattern = match &local.pat {
            syn::Pat::Type(typed) => &typed.pat,
            other => other,
        };
        match (&local.init, pattern) {
            (Some(init), syn::Pat::Ident(name)) => {
                let mark = self.span(&name.ident);
                self.assign(span, mark, mark, &init.expr);
                if let Some((_, otherwise)) = &init.diverge {
                    self.visit_expr(otherwise);
                }
            }
            _ => visit::visit_local(self, local),
        }
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        let (span, mark) = (self.span(item), self.span(&item.ident));
        self.assign(span, mark, mark, &item.expr);
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        let (span, mark) = (self.span(item), self.span(&item.ident));
        self.assign(span, mark, mark, &item.expr);
    }

    fn visit_impl_item_const(&mut self, item: &'a syn::ImplItemConst) {
        let (span, mark) = (self.span(item), self.span(&item.ident));
        self.assign(span, mark, mark, &item.expr);
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        let span = self.span(item);
        self.leaf(Kind::Import, span, span);
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        let (span, mark) = (self.span(item), self.span(&item.sig.ident));
        self.around(Kind::Function, span, mark, |lower| visit::visit_item_fn(lower, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        let (span, mark) = (self.span(item), self.span(&item.sig.ident));
        self.around(Kind::Function, span, mark, |lower| visit::visit_impl_item_fn(lower, item));
    }

    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        let (span, mark) = (self.span(item), self.span(&item.ident));
        self.around(Kind::Class, span, mark, |lower| visit::visit_item_struct(lower, item));
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let (span, mark) = (self.span(item), self.span(&item.self_ty));
        self.around(Kind::Class, span, mark, |lower| visit::visit_item_impl(lower, item));
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        let (span, mark) = (self.span(item), self.span(&item.ident));
        self.around(Kind::Class, span, mark, |lower| visit::visit_item_mod(lower, item));
    }

    fn visit_field(&mut self, field: &'a syn::Field) {
        visit::visit_field(self, field);
        if let Some(name) = &field.ident {
            let span = self.span(name);
            self.out.leaf(Kind::Name, Slot::Item, span, span);
        }
    }

    // Documentation is a comment to everybody but the parser.
    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if !attribute.path().is_ident("doc") {
            visit::visit_attribute(self, attribute);
        }
    }
}

impl Lower<'_> {
    fn tokens_as_arguments(&mut self, tokens: TokenStream) {
        if let Ok(list) = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated.parse2(tokens.clone()) {
            for item in &list {
                self.expr(Slot::Argument, item);
            }
        } else {
            self.json(&tokens.into_iter().collect::<Vec<_>>(), 0);
        }
    }
}

/// The text and the value of a pair whose first half is a text.
fn named(tuple: &syn::ExprTuple) -> Option<(&syn::LitStr, &syn::Expr)> {
    let mut elems = tuple.elems.iter();
    let (Some(syn::Expr::Lit(name)), Some(value), None) = (elems.next(), elems.next(), elems.next()) else {
        return None;
    };
    let syn::Lit::Str(name) = &name.lit else { return None };
    Some((name, value))
}

/// The names that a format string takes from around it: `{token}`, `{token:?}`.
fn captured(text: &str, content: Span) -> Vec<Span> {
    let bytes = text.as_bytes();
    let (mut at, end) = (content.start as usize, (content.end as usize).min(bytes.len()));
    let mut names = Vec::new();
    while let Some(found) = bytes.get(at..end).and_then(|rest| memchr::memchr(b'{', rest)) {
        let from = at + found + 1;
        let to = from + bytes[from..end].iter().take_while(|&&b| b.is_ascii_alphanumeric() || b == b'_').count();
        let named = bytes.get(from).is_some_and(|first| !first.is_ascii_digit());
        if to > from && to < end && named && matches!(bytes[to], b'}' | b':') {
            names.push(Span::of(from, to));
        }
        // `{{` is a brace.
        at = if bytes.get(from) == Some(&b'{') { from + 1 } else { to.max(from) };
    }
    names
}

/// The macros whose texts take names from around them.
const FORMATS: [&str; 18] = [
    "format",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "info",
    "debug",
    "warn",
    "error",
    "trace",
    "log",
    "bail",
    "anyhow",
    "ensure",
    "format_args",
];

/// Comments, which `syn` does not keep.
fn comments(text: &str, nodes: &[Node]) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut strings = nodes.iter().filter(|node| node.kind == Kind::String).map(|node| node.span).peekable();
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'/', bytes.get(at..).unwrap_or_default()) {
        let start = at + found;
        while strings.peek().is_some_and(|string| string.end as usize <= start) {
            strings.next();
        }
        if let Some(string) = strings.peek().filter(|string| (string.start as usize) <= start) {
            at = string.end as usize;
            continue;
        }
        let end = match bytes.get(start + 1) {
            Some(b'/') => memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |end| start + end),
            Some(b'*') => memchr::memmem::find(&bytes[start + 2..], b"*/").map_or(bytes.len(), |end| start + 4 + end),
            _ => start + 1,
        };
        if end > start + 1 {
            comments.push(Span::of(start, end));
        }
        at = end.max(start + 1);
    }
    comments
}
