//! Whose name a name is: paths held against the imports of the file.

use crate::rule::code::{CodeForm, Path, Root};
use crate::syntax::import::Import;
use crate::syntax::language::Language;
use crate::syntax::tree::Code;

/// The imports of a file, asked often.
#[derive(Debug)]
pub struct Imports<'t> {
    text: &'t str,
    language: Language,
    all: Vec<Import<'t>>,
}

impl<'t> Imports<'t> {
    /// Those of a file.
    #[must_use]
    pub fn of(code: &Code<'t>) -> Self {
        Self { text: code.source(), language: code.language(), all: code.imports() }
    }

    /// Whether the file imports one of these modules.
    #[must_use]
    pub fn has(&self, modules: &[String]) -> bool {
        modules.is_empty() || modules.iter().any(|module| self.has_module(module))
    }

    fn has_module(&self, module: &str) -> bool {
        if self.all.iter().any(|import| is_of(import, module)) {
            return true;
        }
        // Full names may be used without an import; Ruby's frameworks load gems for themselves.
        match self.language {
            Language::CSharp | Language::Php | Language::Rust | Language::Java | Language::Kotlin => {
                module.len() > 3 && self.text.contains(module)
            }
            Language::Ruby => module.chars().next().is_some_and(char::is_uppercase) && self.text.contains(module),
            _ => false,
        }
    }

    /// Whether a path of names in the file is what a rule means.
    #[must_use]
    pub fn matches(&self, wanted: &Path, path: &str, form: &CodeForm) -> bool {
        match wanted.root {
            Root::Written => path == wanted.rest,
            Root::Any => {
                path == wanted.rest
                    || path.strip_suffix(wanted.rest.as_str()).is_some_and(|before| before.ends_with('.'))
            }
            Root::Import => self.bound(path, form).contains(&wanted.rest),
        }
    }

    /// What a path names inside of the form's modules: `decode` for `pyjwt.decode` after `import jwt as pyjwt`.
    fn bound(&self, path: &str, form: &CodeForm) -> Vec<String> {
        let (root, after) = path.split_once('.').unwrap_or((path, ""));
        let root = root.trim_end_matches("()");
        let mut found = Vec::new();
        for import in &self.all {
            if !form.imports.iter().any(|module| is_of(import, module)) {
                continue;
            }
            if import.name == "*" {
                found.push(path.to_owned());
                continue;
            }
            let local = if import.alias.is_empty() { self.local(import) } else { import.alias };
            if local != root {
                // The whole module by its full name: `jwt.api_jwt.decode`, `jsonwebtoken::decode`.
                if let Some(rest) = path.strip_prefix(import.module).and_then(|rest| rest.strip_prefix('.')) {
                    found.push(rest.to_owned());
                }
                continue;
            }
            found.push(match (import.name, after) {
                ("" | "default", after) => after.to_owned(),
                (name, "") => name.to_owned(),
                (name, after) => format!("{name}.{after}"),
            });
        }
        // A crate needs no import; a class of PHP or Java may be written with its whole name.
        for module in &form.imports {
            let written = module.replace("::", ".").replace(['\\', '/'], ".");
            if let Some(rest) = path.strip_prefix(&written).and_then(|rest| rest.strip_prefix('.')) {
                found.push(rest.to_owned());
            }
        }
        if matches!(self.language, Language::Ruby | Language::CSharp | Language::Php) {
            found.push(path.to_owned());
        }
        found
    }

    /// The name that an import without an alias gets.
    fn local(&self, import: &Import<'t>) -> &'t str {
        if !import.name.is_empty() {
            return import.name;
        }
        match self.language {
            Language::Go => {
                let is_version = |part: &&str| {
                    part.strip_prefix('v').is_some_and(|digits| digits.chars().all(|c| c.is_ascii_digit()))
                };
                let last = import.module.rsplit('/').find(|part| !is_version(part)).unwrap_or_default();
                // `gopkg.in/square/go-jose.v2`, `github.com/dgrijalva/jwt-go`.
                let last = last.split(".v").next().unwrap_or(last);
                last.strip_prefix("go-").or_else(|| last.strip_suffix("-go")).unwrap_or(last)
            }
            Language::Python => import.module.split('.').next().unwrap_or_default(),
            _ => import.module.rsplit(['.', ':', '\\', '/']).next().unwrap_or_default(),
        }
    }
}

/// Whether an import is of a module or of something in it.
fn is_of(import: &Import<'_>, module: &str) -> bool {
    let inside = |whole: &str| {
        whole == module || whole.strip_prefix(module).is_some_and(|rest| rest.starts_with(['.', '/', ':', '\\', '@']))
    };
    inside(import.module)
        || (!import.name.is_empty() && {
            // `from a import b` of the module `a.b`; `use a::b`.
            [".", "::", "\\"].iter().any(|by| {
                module
                    .strip_prefix(import.module)
                    .and_then(|rest| rest.strip_prefix(by))
                    .is_some_and(|rest| rest == import.name)
            })
        })
}
