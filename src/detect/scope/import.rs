//! What a file imports from other files of its project: names, modules, and where these stand.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use camino::Utf8Path;
use regex::{Captures, Regex};

use crate::detect::note::{Meant, Module};
use crate::text::floor;

/// The imports of one file by the names that they have there.
#[derive(Debug, Default)]
pub(super) struct Imports {
    names: BTreeMap<String, (Module, Import)>,
    /// Modules all of whose names are taken over.
    all: Vec<Module>,
}

/// What is imported under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Import {
    /// A name of the module.
    Name(String),
    /// The module, or what it exports by default.
    Module,
}

impl Imports {
    /// Reads the imports of a file by its ending.
    pub(super) fn of(text: &str, ending: &str) -> Self {
        let mut imports = Self::default();
        let text = &text[..floor(text, LONGEST_READ)];
        match ending {
            "py" | "pyw" | "ipynb" => imports.python(text),
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" => imports.script(text),
            _ => {}
        }
        imports
    }

    /// What a path of names means, where the file does not say it itself: `SCOPES`, `const.SCOPES`, `Scopes.READ`.
    pub(super) fn meant(&self, path: &str, ending: &str) -> Option<Meant> {
        let names: Vec<&str> = path.split(['.', ':', '\\']).filter(|name| !name.is_empty()).collect();
        let names: Vec<&str> = names.iter().map(|name| name.trim_matches(['$', '@', '*', '&'])).collect();
        let (first, rest) = names.split_first()?;
        if let Some((module, import)) = self.names.get(*first) {
            let module = Some(module.clone());
            return match (import, rest) {
                (Import::Name(name), []) => Some(Meant { module, owner: None, name: name.clone() }),
                (Import::Module, []) => Some(Meant { module, owner: None, name: (*first).to_owned() }),
                (Import::Module, [name]) => Some(Meant { module, owner: None, name: (*name).to_owned() }),
                (Import::Module, [.., owner, name]) => {
                    Some(Meant { module, owner: Some((*owner).to_owned()), name: (*name).to_owned() })
                }
                (Import::Name(name), [member]) => {
                    // `from . import const` brings a module.
                    let mut module = module?;
                    let inner = name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && ending == "py";
                    let owner = if inner { None } else { Some(name.clone()) };
                    if inner {
                        module.parts.push(name.clone());
                    }
                    Some(Meant { module: Some(module), owner, name: (*member).to_owned() })
                }
                // `Scope.LEADS.value`
                (Import::Name(name), [member, "value"]) => {
                    Some(Meant { module, owner: Some(name.clone()), name: (*member).to_owned() })
                }
                _ => None,
            };
        }
        if rest.is_empty() {
            let module = self.all.first()?.clone();
            return Some(Meant { module: Some(module), owner: None, name: (*first).to_owned() });
        }
        let free =
            !matches!(ending, "py" | "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte");
        let [.., owner, name] = names.as_slice() else { return None };
        free.then(|| Meant { module: None, owner: Some((*owner).to_owned()), name: (*name).to_owned() })
    }

    /// The names that are imported.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    fn python(&mut self, text: &str) {
        for found in PYTHON_FROM.captures_iter(text).take(MOST) {
            let module = Module::of_python(group(&found, 1));
            for item in group(&found, 2).split(',').take(MOST) {
                let item =
                    item.split('#').next().unwrap_or_default().trim_matches(['(', ')', ' ', '\t', '\n', '\r', '\\']);
                let (name, local) = item.split_once(" as ").unwrap_or((item, item));
                if name.trim() == "*" {
                    self.all.push(module.clone());
                } else {
                    self.add(local, &module, Import::Name(name.trim().to_owned()));
                }
            }
        }
        for found in PYTHON_IMPORT.captures_iter(text).take(MOST) {
            let path = group(&found, 1);
            let local = found.get(2).map_or(path, |local| local.as_str());
            self.add(local, &Module::of_python(path), Import::Module);
        }
    }

    fn script(&mut self, text: &str) {
        for found in SCRIPT_IMPORT.captures_iter(text).take(MOST) {
            let module = Module::of_script(group(&found, 5));
            self.several(group(&found, 2), &module);
            for local in [group(&found, 1), group(&found, 3), group(&found, 4)] {
                self.add(local.trim_matches([',', ' ', '\n', '\t']), &module, Import::Module);
            }
        }
        for found in SCRIPT_REQUIRE.captures_iter(text).take(MOST) {
            let module = Module::of_script(group(&found, 3));
            self.several(group(&found, 1), &module);
            let member = group(&found, 4);
            let import = if member.is_empty() { Import::Module } else { Import::Name(member.to_owned()) };
            self.add(group(&found, 2), &module, import);
        }
    }

    /// `{ A, B as C, D: E }`
    fn several(&mut self, list: &str, module: &Module) {
        for item in list.split(',').take(MOST) {
            let item = item.trim().trim_start_matches("type ");
            let parts = item.split_once(" as ").or_else(|| item.split_once(':')).unwrap_or((item, item));
            self.add(parts.1, module, Import::Name(parts.0.trim().to_owned()));
        }
    }

    fn add(&mut self, local: &str, module: &Module, import: Import) {
        let local = local.trim();
        if !local.is_empty() && local.len() <= LONGEST_NAME {
            self.names.insert(local.to_owned(), (module.clone(), import));
        }
    }
}

impl Module {
    fn of_python(path: &str) -> Self {
        let name = path.trim_start_matches('.');
        let dots = path.len() - name.len();
        let parts = name.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { up: dots.checked_sub(1), parts }
    }

    fn of_script(path: &str) -> Self {
        let mut up = path.starts_with('.').then_some(0);
        let mut parts = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." | "@" | "~" => {}
                ".." => up = up.map(|up| up + 1),
                part => parts.push(part.to_owned()),
            }
        }
        if let Some(last) = parts.last_mut() {
            if let Some(stem) = ENDINGS.iter().find_map(|ending| last.strip_suffix(ending)) {
                *last = stem.to_owned();
            }
            if last == "index" {
                parts.pop();
            }
        }
        Self { up, parts }
    }

    /// Whether the module is told by its place beside the importing file.
    pub(super) const fn is_near(&self) -> bool {
        self.up.is_some()
    }

    /// Whether the module that `from` imports is the file at `path`.
    pub(super) fn is(&self, path: &Utf8Path, from: &Utf8Path) -> bool {
        let parts = module_parts(path);
        match self.up {
            Some(up) => {
                let folder: Vec<&str> =
                    from.parent().map(|folder| folder.as_str().split('/').collect()).unwrap_or_default();
                let folder: Vec<&str> = folder.into_iter().filter(|part| !part.is_empty()).collect();
                let Some(kept) = folder.len().checked_sub(up) else { return false };
                let wanted = folder[..kept].iter().copied().chain(self.parts.iter().map(String::as_str));
                wanted.eq(parts)
            }
            None => {
                !self.parts.is_empty() && parts.ends_with(&self.parts.iter().map(String::as_str).collect::<Vec<_>>())
            }
        }
    }
}

/// The path of a module: without its ending, and without the name of a file that stands for its folder.
pub(super) fn module_parts(path: &Utf8Path) -> Vec<&str> {
    let path = path.as_str();
    let stem = path.rsplit_once('.').filter(|(_, ending)| !ending.contains('/')).map_or(path, |(stem, _)| stem);
    let mut parts: Vec<&str> = stem.split('/').filter(|part| !part.is_empty()).collect();
    if matches!(parts.last(), Some(&"index" | &"__init__" | &"mod")) {
        parts.pop();
    }
    parts
}

fn group<'t>(found: &Captures<'t>, at: usize) -> &'t str {
    found.get(at).map_or("", |found| found.as_str())
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

static PYTHON_FROM: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*from[ \t]+([.A-Za-z0-9_]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n(]*)"));
static PYTHON_IMPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*import[ \t]+([A-Za-z0-9_.]+)(?:[ \t]+as[ \t]+([A-Za-z0-9_]+))?[ \t]*\r?$"));
static SCRIPT_IMPORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^[ \t]*import[ \t\n]+(?:type[ \t]+)?([A-Za-z0-9_$]+[ \t]*,[ \t\n]*)?(?:\{([^}]*)\}|\*[ \t]*as[ \t]+([A-Za-z0-9_$]+)|([A-Za-z0-9_$]+))[ \t\n]*from[ \t]*['"]([^'"\n]+)['"]"#,
    )
});
static SCRIPT_REQUIRE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^[ \t]*(?:const|let|var)[ \t]+(?:\{([^}]*)\}|([A-Za-z0-9_$]+))[ \t]*=[ \t]*require\([ \t]*['"]([^'"\n]+)['"][ \t]*\)(?:\.([A-Za-z0-9_$]+))?"#,
    )
});

/// Endings that an import may write.
const ENDINGS: [&str; 6] = [".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx"];
const MOST: usize = 300;
const LONGEST_NAME: usize = 80;
/// Imports stand in the first part of a file.
const LONGEST_READ: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::Imports;

    fn is(ending: &str, text: &str, path: &str, from: &str, file: &str) -> Option<(bool, Option<String>, String)> {
        let meant = Imports::of(text, ending).meant(path, ending)?;
        let fits = meant.module.as_ref().is_none_or(|module| module.is(file.into(), from.into()));
        Some((fits, meant.owner, meant.name))
    }

    #[test]
    fn imports_say_where_a_name_stands() {
        let some = |owner: Option<&str>, name: &str| Some((true, owner.map(str::to_owned), name.to_owned()));
        for (ending, text, path, from, file, wanted) in [
            (
                "py",
                "from .const import (\n  A,\n  SCOPES as S,\n)\n",
                "S",
                "app/auth.py",
                "app/const.py",
                some(None, "SCOPES"),
            ),
            (
                "py",
                "from ..pkg.const import SCOPES\n",
                "SCOPES",
                "app/a/b.py",
                "app/pkg/const/__init__.py",
                some(None, "SCOPES"),
            ),
            (
                "py",
                "from pkg.const import Scope\n",
                "Scope.LEADS",
                "app/a.py",
                "src/pkg/const.py",
                some(Some("Scope"), "LEADS"),
            ),
            ("py", "from . import const\n", "const.SCOPES", "app/a.py", "app/const.py", some(None, "SCOPES")),
            ("py", "import app.const as c\n", "c.SCOPES", "x.py", "app/const.py", some(None, "SCOPES")),
            ("py", "from .const import *\n", "SCOPES", "app/a.py", "app/const.py", some(None, "SCOPES")),
            (
                "ts",
                "import { type X, SCOPES as S } from './scopes';",
                "S",
                "src/a.ts",
                "src/scopes.ts",
                some(None, "SCOPES"),
            ),
            (
                "ts",
                "import * as s from '../lib/scopes.js';",
                "s.READ",
                "src/a/b.ts",
                "src/lib/scopes.ts",
                some(None, "READ"),
            ),
            (
                "ts",
                "import S from '@/lib/scopes';",
                "S.READ",
                "src/a.ts",
                "src/lib/scopes/index.ts",
                some(None, "READ"),
            ),
            ("js", "const { SCOPES } = require('./config')", "SCOPES", "a.js", "config.js", some(None, "SCOPES")),
            (
                "js",
                "const SCOPES = require('./config').GOOGLE;",
                "SCOPES",
                "a.js",
                "config/index.js",
                some(None, "GOOGLE"),
            ),
            ("java", "", "ScopeConstants.READ", "A.java", "B.java", some(Some("ScopeConstants"), "READ")),
        ] {
            assert_eq!(is(ending, text, path, from, file), wanted, "{text}: {path}");
        }
        assert_eq!(is("py", "", "SCOPES", "a.py", "b.py"), None);
        let (fits, ..) =
            is("ts", "import { S } from './scopes';", "S", "src/a.ts", "lib/scopes.ts").expect("it is imported");
        assert!(!fits, "another folder");
    }
}
