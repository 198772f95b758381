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
    if folders().any(|folder| TEST_FOLDERS.contains(&folder) || folder.ends_with("test-suite")) || is_test(name) {
        return Role::Test;
    }
    let sample = ["example", "examples", "sample", "samples"]
        .iter()
        .any(|word| name.strip_prefix(word).is_some_and(|rest| rest.starts_with(['.', '-', '_'])))
        // `iam.examples.json`
        || name.contains(".examples.");
    if sample
        || DOCS_NAMES.iter().any(|start| name.starts_with(start))
        || folders().any(|folder| DOCS_FOLDERS.contains(&folder))
        || DOCS_ENDS.iter().any(|end| name.ends_with(end))
        // An installed package keeps its README there.
        || name == "metadata" && folders().next().is_some_and(|folder| folder.ends_with(".dist-info"))
    {
        return Role::Docs;
    }
    Role::Product
}

/// Whether a file only declares what another does, so that a default in it sets up nothing.
#[must_use]
pub fn only_declares(path: &Utf8Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    [".pyi", ".d.ts", ".d.mts", ".d.cts"].iter().any(|end| name.ends_with(end))
}

/// Where the unit tests of a file begin, in bytes; `None` where it holds none, or is one of tests altogether. Rust keeps
/// them at the end of the file they test.
#[must_use]
pub fn tests_begin(path: &Utf8Path, text: &str) -> Option<u32> {
    if path.extension() != Some("rs") {
        return None;
    }
    let marks = memchr::memmem::find_iter(text.as_bytes(), b"\n#[cfg(test)]");
    let module = |rest: &str| {
        let code = rest.lines().skip(1).find(|line| !line.is_empty() && !line.starts_with("#["));
        code.is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
    };
    let at = marks.into_iter().find(|&at| text.get(at + 1..).is_some_and(module))?;
    u32::try_from(at).ok()
}

fn is_test(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem == "tests"
        || stem.ends_with("_spec")
        || stem == "conftest"
        || name.contains(".test.")
        || name.contains(".spec.")
}

const TEST_FOLDERS: [&str; 19] = [
    "benches",
    "benchmarks",
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
    "t",
    "unit",
    "unittests",
    "__fixtures__",
];
const DOCS_FOLDERS: [&str; 9] =
    ["doc", "docs", "documentation", "example", "examples", "sample", "samples", "demo", "tutorial"];
const DOCS_ENDS: [&str; 9] = [".md", ".rst", ".adoc", ".mdx", ".markdown", ".example", ".sample", ".template", ".dist"];
const DOCS_NAMES: [&str; 6] = ["readme", "changelog", "changes.", "history.", "pkg-info", "contributing"];
const GENERATED_NAMES: [&str; 14] = [
    ".cargo-checksum.json",
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
    use super::{of, only_declares, tests_begin};
    use crate::fact::Role;

    #[test]
    fn rust_keeps_its_tests_at_the_end() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests;\n\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n}\n";
        assert_eq!(tests_begin("src/a.rs".into(), text), text.find("\n#[cfg(test)]\n#[allow").map(|at| at as u32));
        assert_eq!(tests_begin("src/a.rs".into(), "#[cfg(test)]\nmod tests;\n"), None);
        assert_eq!(tests_begin("src/a.py".into(), text), None);
    }

    #[test]
    fn stubs_only_declare() {
        for (path, declares) in [
            ("a.pyi", true),
            ("src/a.d.ts", true),
            ("a.d.mts", true),
            ("a.py", false),
            ("d.ts", false),
            ("a.ts", false),
        ] {
            assert_eq!(only_declares(path.into()), declares, "{path}");
        }
    }

    #[test]
    fn paths_tell_what_a_file_is_for() {
        for (path, role) in [
            ("src/app.py", Role::Product),
            ("tests/app.py", Role::Test),
            ("src/app.test.ts", Role::Test),
            ("src/scope/tests.rs", Role::Test),
            ("README.md", Role::Docs),
            ("pkg.egg-info/PKG-INFO", Role::Docs),
            ("site-packages/authlib-1.3.0.dist-info/METADATA", Role::Docs),
            ("site-packages/authlib-1.3.0.dist-info/direct_url.json", Role::Product),
            ("data/METADATA", Role::Product),
            ("t/unit/security/keys.py", Role::Test),
            ("config/.env.example", Role::Docs),
            ("package-lock.json", Role::Generated),
            ("src/latest/contest.py", Role::Product),
        ] {
            assert_eq!(of(path.into()), role, "{path}");
        }
    }
}
