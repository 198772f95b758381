//! What a file is for, told by its path.

use camino::Utf8Path;

use crate::fact::Role;

/// The role of a file.
#[must_use]
pub fn of(path: &Utf8Path) -> Role {
    let lower = path.as_str().to_ascii_lowercase();
    let name = lower.rsplit(['/', '!']).next().unwrap_or_default();
    let folders = || lower.split(['/', '!']).rev().skip(1);
    if GENERATED_NAMES.contains(&name) || GENERATED_ENDS.iter().any(|end| name.ends_with(end)) {
        return Role::Generated;
    }
    if folders().any(|folder| TEST_FOLDERS.contains(&folder)) || is_test(name) {
        return Role::Test;
    }
    if folders().any(|folder| DOCS_FOLDERS.contains(&folder)) || DOCS_ENDS.iter().any(|end| name.ends_with(end)) {
        return Role::Docs;
    }
    Role::Product
}

fn is_test(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || stem == "conftest"
        || name.contains(".test.")
        || name.contains(".spec.")
}

const TEST_FOLDERS: [&str; 13] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "spec",
    "specs",
    "__tests__",
    "__mocks__",
    "fixtures",
    "mocks",
    "e2e",
];
const DOCS_FOLDERS: [&str; 9] =
    ["doc", "docs", "documentation", "example", "examples", "sample", "samples", "demo", "tutorial"];
const DOCS_ENDS: [&str; 9] = [".md", ".rst", ".adoc", ".mdx", ".markdown", ".example", ".sample", ".template", ".dist"];
const GENERATED_NAMES: [&str; 13] = [
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "npm-shrinkwrap.json",
    "bun.lock",
    "cargo.lock",
    "go.sum",
    "poetry.lock",
    "uv.lock",
    "pipfile.lock",
    "composer.lock",
    "gemfile.lock",
    "packages.lock.json",
];
const GENERATED_ENDS: [&str; 8] =
    [".min.js", ".min.css", ".map", ".lock", ".pb.go", "_pb2.py", ".g.dart", ".generated.cs"];

#[cfg(test)]
mod tests {
    use super::of;
    use crate::fact::Role;

    #[test]
    fn paths_tell_what_a_file_is_for() {
        for (path, role) in [
            ("src/app.py", Role::Product),
            ("tests/app.py", Role::Test),
            ("src/app.test.ts", Role::Test),
            ("README.md", Role::Docs),
            ("config/.env.example", Role::Docs),
            ("package-lock.json", Role::Generated),
            ("src/latest/contest.py", Role::Product),
        ] {
            assert_eq!(of(path.into()), role, "{path}");
        }
    }
}
