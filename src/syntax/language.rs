//! Which programming language a file is written in.

use camino::Utf8Path;

/// A programming language that can be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// POSIX shell, Bash, Zsh.
    Bash,
    /// C#.
    CSharp,
    /// Go.
    Go,
    /// Terraform and other HCL.
    Hcl,
    /// Java.
    Java,
    /// JavaScript, with JSX.
    JavaScript,
    /// Kotlin.
    Kotlin,
    /// PHP.
    Php,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
}

impl Language {
    /// The language of a file by its name, else by the `#!` of its first line.
    #[must_use]
    pub fn of(path: &Utf8Path, text: &str) -> Option<Self> {
        let name = path.file_name().unwrap_or_default();
        match name {
            "Rakefile" | "Gemfile" | "Vagrantfile" | "Fastfile" | "config.ru" => return Some(Self::Ruby),
            ".bashrc" | ".zshrc" | ".profile" | ".bash_profile" | ".zprofile" => return Some(Self::Bash),
            _ => {}
        }
        match path.extension() {
            Some(ending) => Self::of_ending(&ending.to_ascii_lowercase()),
            None => Self::of_shebang(text),
        }
    }

    /// The language whose files end so, without the dot, lower case.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "sh" | "bash" | "zsh" | "ksh" | "bats" => Self::Bash,
            "cs" | "csx" => Self::CSharp,
            "go" => Self::Go,
            "tf" | "hcl" | "tofu" | "nomad" | "tfvars" => Self::Hcl,
            "java" => Self::Java,
            "js" | "cjs" | "mjs" | "jsx" | "es6" | "gs" => Self::JavaScript,
            "kt" | "kts" => Self::Kotlin,
            "php" | "phtml" | "php5" | "php7" | "inc" => Self::Php,
            "py" | "pyw" | "pyi" => Self::Python,
            "rb" | "rake" | "gemspec" | "ru" => Self::Ruby,
            "rs" => Self::Rust,
            "ts" | "cts" | "mts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            _ => return None,
        })
    }

    fn of_shebang(text: &str) -> Option<Self> {
        let line = text.strip_prefix("#!")?.lines().next()?;
        let program = line.split([' ', '/', '\t']).rfind(|word| !word.is_empty() && !word.starts_with('-'))?;
        Some(match program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" => Self::Bash,
            "node" | "nodejs" | "bun" => Self::JavaScript,
            "deno" | "ts-node" | "tsx" => Self::TypeScript,
            "python" => Self::Python,
            "ruby" => Self::Ruby,
            "php" => Self::Php,
            _ => return None,
        })
    }

    /// The word that rules use: `javascript`, `csharp`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::CSharp => "csharp",
            Self::Go => "go",
            Self::Hcl => "hcl",
            Self::Java => "java",
            Self::JavaScript => "javascript",
            Self::Kotlin => "kotlin",
            Self::Php => "php",
            Self::Python => "python",
            Self::Ruby => "ruby",
            Self::Rust => "rust",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
        }
    }

    /// All languages.
    pub const ALL: [Self; 13] = [
        Self::Bash,
        Self::CSharp,
        Self::Go,
        Self::Hcl,
        Self::Java,
        Self::JavaScript,
        Self::Kotlin,
        Self::Php,
        Self::Python,
        Self::Ruby,
        Self::Rust,
        Self::TypeScript,
        Self::Tsx,
    ];
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_name_tells_the_language_and_so_does_the_first_line() {
        assert_eq!(Language::of("src/app.mjs".into(), ""), Some(Language::JavaScript));
        assert_eq!(Language::of("Rakefile".into(), ""), Some(Language::Ruby));
        assert_eq!(Language::of("bin/run".into(), "#!/usr/bin/env python3\n"), Some(Language::Python));
        assert_eq!(Language::of("bin/run".into(), "#!/bin/sh -e\n"), Some(Language::Bash));
        assert_eq!(Language::of("README".into(), "words"), None);
    }
}
