//! How languages write comments and strings, by the ending of a file's name.

/// How a family of languages writes comments and strings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    pub(super) slashes: bool,
    pub(super) hash: bool,
    /// `--` (SQL, Lua, Haskell).
    pub(super) dashes: bool,
    /// A single quote holds one character.
    pub(super) chars: bool,
    /// A single quote opens a comment (Visual Basic).
    pub(super) quote_comment: bool,
    /// Backticks: strings with or without `${}`.
    pub(super) backtick: Backtick,
    /// Three quotes hold lines.
    pub(super) triple: bool,
    /// Strings may run over lines.
    pub(super) long: bool,
    /// `%w[a b]` holds words.
    pub(super) percent_words: bool,
    /// A line end ends a statement.
    pub(super) lines: bool,
    /// A colon at the end of a line opens a block (Python).
    pub(super) blocks: bool,
    /// `-Name value` names a value, and commas only make lists (PowerShell).
    pub(super) parameters: bool,
    /// Only what stands between `<?php` and `?>` is code.
    pub(super) php: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Backtick {
    #[default]
    Mark,
    Raw,
    Template,
    Escape,
}

impl Style {
    /// The style of text that is in no known language: nothing is a comment.
    pub(super) fn unknown() -> Self {
        Self { lines: true, ..Self::default() }
    }

    /// The style of a language by the ending of a file's name; `None` where no code is expected.
    pub(super) fn of(ending: &str) -> Option<Self> {
        let base = Self::default();
        let c = Self { slashes: true, ..base };
        Some(match ending {
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" | "astro" | "gs"
            | "html" | "htm" | "hbs" | "ejs" | "jsp" | "cshtml" | "razor" | "coffee" | "es6" => {
                Self { backtick: Backtick::Template, lines: true, ..c }
            }
            "py" | "pyi" | "pyw" | "bzl" | "star" | "ipynb" => {
                Self { hash: true, triple: true, lines: true, blocks: true, ..base }
            }
            "rb" | "rake" | "gemspec" | "ru" | "podspec" | "jbuilder" | "erb" => {
                Self { hash: true, long: true, lines: true, percent_words: true, ..base }
            }
            "java" | "cls" | "trigger" | "apex" | "c" | "h" | "cc" | "cpp" | "hpp" | "cxx" | "m" | "mm" | "cs" => {
                // Apex writes strings in single quotes; a single character between quotes is a string there, too.
                Self { chars: !matches!(ending, "cls" | "trigger" | "apex"), triple: true, ..c }
            }
            "d" => Self { chars: true, backtick: Backtick::Raw, long: true, ..c },
            "kt" | "kts" | "scala" | "sc" => Self { chars: true, triple: true, lines: true, ..c },
            "groovy" | "gradle" | "swift" => Self { triple: true, lines: true, ..c },
            "dart" => Self { triple: true, ..c },
            "go" => Self { chars: true, backtick: Backtick::Raw, lines: true, ..c },
            "rs" => Self { chars: true, long: true, ..c },
            "php" | "phtml" | "php5" | "inc" | "module" | "ctp" => Self { hash: true, long: true, php: true, ..c },
            "ps1" | "psm1" | "psd1" => {
                Self { hash: true, lines: true, long: true, parameters: true, backtick: Backtick::Escape, ..base }
            }
            "sh" | "bash" | "zsh" | "ksh" | "fish" | "bats" | "pl" | "pm" | "t" | "cgi" | "r" | "jl" | "ex" | "exs"
            | "nix" | "tcl" | "awk" => {
                Self { hash: true, lines: matches!(ending, "r" | "jl" | "ex" | "exs"), triple: true, ..base }
            }
            "lua" | "sql" | "hs" | "elm" | "ada" => Self { dashes: true, lines: true, ..base },
            "vb" | "vbs" | "bas" | "frm" => Self { quote_comment: true, lines: true, ..base },
            "dg" | "ds" | "deluge" | "zs" | "clj" | "cljs" | "edn" | "ml" | "fs" | "fsx" | "erl" | "zig" | "nim"
            | "cr" | "sol" | "pas" | "dpr" | "as" | "hx" | "graphql" | "proto" | "bicep" | "bru" | "http" | "rest" => {
                Self { lines: true, ..c }
            }
            _ => return None,
        })
    }
}
