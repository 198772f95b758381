//! What a file imports.

use super::language::Language;
use super::tree::{Code, Kind, Slot};

/// One import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import<'t> {
    /// The module or package as written: `jsonwebtoken`, `github.com/golang-jwt/jwt/v5`, `io.jsonwebtoken`.
    pub module: &'t str,
    /// What is taken from it; empty for the whole.
    pub name: &'t str,
    /// What it is called in this file; empty where the language decides.
    pub alias: &'t str,
}

impl<'t> Code<'t> {
    /// The imports of the file in reading order.
    #[must_use]
    pub fn imports(&self) -> Vec<Import<'t>> {
        let mut imports = Vec::new();
        for id in self.of_kind(Kind::Import) {
            read(self.language(), self.text(id), &mut imports);
        }
        match self.language() {
            Language::JavaScript | Language::TypeScript | Language::Tsx => {
                self.required(&["require", "import"], &mut imports);
                self.taken_apart(&mut imports);
            }
            Language::Ruby => self.required(&["require", "require_relative", "gem"], &mut imports),
            Language::Php => self.required(&["require", "require_once", "include"], &mut imports),
            _ => {}
        }
        imports
    }

    /// `const { a } = b`, where `b` is a module as a whole.
    fn taken_apart(&self, imports: &mut Vec<Import<'t>>) {
        let whole: Vec<Import<'t>> = imports.iter().filter(|import| import.name.is_empty()).cloned().collect();
        for assign in self.of_kind(Kind::Assign) {
            let Some(value) = self.child(assign, Slot::Value).filter(|&value| self.kind(value) == Kind::Name) else {
                continue;
            };
            let Some((target, _)) = self.text(assign).strip_prefix('{').and_then(|text| text.split_once('}')) else {
                continue;
            };
            if let Some(of) = whole.iter().find(|import| import.alias == self.mark(value)) {
                names(target, of.module, ":", imports);
            }
        }
    }

    /// `const { a } = require("b")`.
    fn required(&self, functions: &[&str], imports: &mut Vec<Import<'t>>) {
        for call in self.calls() {
            if !functions.contains(&self.method(call)) {
                continue;
            }
            let Some(first) = self.arguments(call).first().map(|argument| argument.value) else { continue };
            if self.kind(first) != Kind::String {
                continue;
            }
            let module = self.mark(first);
            let assign = self.ancestors(call).take(4).find(|&id| self.kind(id) == Kind::Assign);
            match assign.and_then(|assign| self.child(assign, Slot::Target).map(|target| (assign, target))) {
                Some((assign, _)) if !self.mark(assign).is_empty() => {
                    imports.push(Import { module, name: "", alias: self.mark(assign) });
                }
                Some((_, target)) => names(self.text(target).trim_matches(['{', '}']), module, ":", imports),
                None => imports.push(Import { module, name: "", alias: "" }),
            }
        }
    }
}

fn read<'t>(language: Language, text: &'t str, into: &mut Vec<Import<'t>>) {
    let text = text.trim().trim_end_matches(';').trim();
    match language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => javascript(text, into),
        Language::Python => python(text, into),
        Language::Go => {
            let (alias, module) = text.rsplit_once([' ', '\t']).unwrap_or(("", text));
            into.push(Import { module: module.trim_matches(['"', '`']), name: "", alias: alias.trim() });
        }
        Language::Java | Language::Kotlin => {
            let text = text.strip_prefix("import").unwrap_or(text).trim();
            let text = text.strip_prefix("static ").unwrap_or(text).trim();
            let (path, alias) = text.split_once(" as ").unwrap_or((text, ""));
            let (module, name) = path.trim().rsplit_once('.').unwrap_or(("", path));
            into.push(Import { module, name: name.trim(), alias: alias.trim() });
        }
        Language::CSharp => {
            let text = text.strip_prefix("global ").unwrap_or(text);
            let text = text.strip_prefix("using").unwrap_or(text).trim();
            let text = text.strip_prefix("static ").unwrap_or(text).trim();
            let (alias, module) = text.split_once('=').unwrap_or(("", text));
            into.push(Import { module: module.trim(), name: "", alias: alias.trim() });
        }
        Language::Php => php(text, into),
        Language::Rust => rust(text, into),
        Language::Bash | Language::Hcl | Language::Ruby => {}
    }
}

fn javascript<'t>(text: &'t str, into: &mut Vec<Import<'t>>) {
    let text = text.strip_prefix("import").unwrap_or(text).trim_start();
    let text = text.strip_prefix("type ").unwrap_or(text);
    let (what, module) = match text.rsplit_once("from") {
        Some((what, module)) if module.trim_start().starts_with(['"', '\'']) => (what.trim(), module),
        _ => ("", text),
    };
    let module = module.trim().trim_matches(['"', '\'']);
    if what.is_empty() {
        into.push(Import { module, name: "", alias: "" });
        return;
    }
    let (default, named) = match what.split_once('{') {
        Some((default, named)) => (default, named.trim_end().trim_end_matches('}')),
        None => (what, ""),
    };
    for one in default.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let alias = one.strip_prefix('*').map_or(one, |rest| rest.trim().trim_start_matches("as").trim());
        into.push(Import { module, name: "", alias });
    }
    names(named, module, " as ", into);
}

fn python<'t>(text: &'t str, into: &mut Vec<Import<'t>>) {
    if let Some(rest) = text.strip_prefix("from")
        && let Some((module, what)) = rest.split_once(" import")
    {
        let what = what.trim().trim_start_matches('(').trim_end_matches(')');
        return names(what, module.trim(), " as ", into);
    }
    for one in text.strip_prefix("import").unwrap_or(text).split(',').map(str::trim) {
        let (module, alias) = one.split_once(" as ").unwrap_or((one, ""));
        into.push(Import { module: module.trim(), name: "", alias: alias.trim() });
    }
}

fn php<'t>(text: &'t str, into: &mut Vec<Import<'t>>) {
    let text = text.strip_prefix("use").unwrap_or(text).trim();
    let text = text.strip_prefix("function ").or_else(|| text.strip_prefix("const ")).unwrap_or(text).trim();
    if let Some((module, group)) = text.split_once('{') {
        return names(group.trim_end_matches('}'), module.trim().trim_matches('\\'), " as ", into);
    }
    for one in text.split(',').map(str::trim) {
        let (path, alias) = one.split_once(" as ").unwrap_or((one, ""));
        let path = path.trim().trim_start_matches('\\');
        let (module, name) = path.rsplit_once('\\').unwrap_or((path, ""));
        into.push(Import { module, name, alias: alias.trim() });
    }
}

fn rust<'t>(text: &'t str, into: &mut Vec<Import<'t>>) {
    let text = text.rsplit_once("use ").map_or(text, |(_, rest)| rest).trim().trim_start_matches("::");
    if let Some((module, group)) = text.split_once("::{") {
        return names(group.trim_end().trim_end_matches('}'), module.trim(), " as ", into);
    }
    let (path, alias) = text.split_once(" as ").unwrap_or((text, ""));
    let (module, name) = path.trim().rsplit_once("::").unwrap_or((path.trim(), ""));
    into.push(Import { module, name, alias: alias.trim() });
}

/// `a, b as c` (or `b: c`), each an import of its own.
fn names<'t>(list: &'t str, module: &'t str, by: &str, into: &mut Vec<Import<'t>>) {
    for one in list.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let one = one.strip_prefix("type ").unwrap_or(one);
        let (name, alias) = one.split_once(by).unwrap_or((one, ""));
        into.push(Import { module, name: name.trim(), alias: alias.trim() });
    }
}
