//! What language a file speaks, as far as it decides whether a bare word is a literal.

use camino::Utf8Path;

/// What a file speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A programming language: a bare word is a variable, a literal stands in quotes.
    Code,
    /// Settings: a bare word is a literal.
    Data,
    /// Commands: a bare word is a literal.
    Shell,
    /// Prose, logs, anything else.
    Text,
}

/// The kind of a file, by its name.
#[must_use]
pub fn of(path: &Utf8Path) -> Kind {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let name = name.rsplit('!').next().unwrap_or_default();
    let name =
        ["example", "sample", "dist", "template", "tpl", "tmpl", "j2", "erb", "bak", "old", "orig", "default", "in"]
            .iter()
            .find_map(|end| name.strip_suffix(end)?.strip_suffix('.').filter(|inner| inner.contains('.')))
            .unwrap_or(name);
    if name.ends_with("_history") && name.starts_with('.') {
        return Kind::Shell;
    }
    if name.starts_with(".env") || name.starts_with("dockerfile") || name.ends_with("rc") && name.starts_with('.') {
        return Kind::Data;
    }
    let Some((_, ending)) = name.rsplit_once('.') else {
        return match name {
            "makefile" | "vagrantfile" | "rakefile" | "gemfile" | "jenkinsfile" => Kind::Code,
            _ => Kind::Text,
        };
    };
    if CODE.contains(&ending) {
        Kind::Code
    } else if DATA.contains(&ending) {
        Kind::Data
    } else if SHELL.contains(&ending) {
        Kind::Shell
    } else {
        Kind::Text
    }
}

const CODE: &[&str] = &[
    "py", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "java", "kt", "kts", "go", "cs", "php", "rb", "rs",
    "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "swift", "scala", "groovy", "gradle", "dart", "ex", "exs",
    "erl", "hs", "lua", "pl", "pm", "r", "vb", "fs", "clj", "cljs", "coffee", "vue", "svelte", "sol", "pas", "f90",
    "jl", "nim", "zig", "ml", "elm", "cr", "razor", "cshtml", "ipynb", "map",
];
const DATA: &[&str] = &[
    "yml",
    "yaml",
    "json",
    "json5",
    "jsonc",
    "properties",
    "ini",
    "cfg",
    "conf",
    "cnf",
    "toml",
    "env",
    "tf",
    "tfvars",
    "hcl",
    "xml",
    "config",
    "plist",
    "rsp",
    "netrc",
    "npmrc",
    "pypirc",
    "pgpass",
    "settings",
    "har",
    "tfstate",
    "service",
];
const SHELL: &[&str] = &["sh", "bash", "zsh", "fish", "ksh", "ps1", "psm1", "bat", "cmd"];

#[cfg(test)]
mod tests {
    use super::{Kind, of};

    #[test]
    fn a_name_tells_what_a_file_speaks() {
        for (name, kind) in [
            ("a/b.py", Kind::Code),
            ("a/b.yml.example", Kind::Data),
            (".env.prod", Kind::Data),
            ("run.sh", Kind::Shell),
            ("README.md", Kind::Text),
            ("LICENSE", Kind::Text),
        ] {
            assert_eq!(of(name.into()), kind, "{name}");
        }
    }
}
