//! The projects of a repository: folders with a file that says "here begins something that is built by itself".

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

/// The roots of the projects below a root. Without any, everything is one project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projects {
    roots: BTreeSet<Utf8PathBuf>,
}

impl Projects {
    /// The projects among the files of a listing.
    #[must_use]
    pub fn of<'a>(paths: impl IntoIterator<Item = &'a Utf8Path>) -> Self {
        let root = |path: &Utf8Path| {
            let name = path.file_name()?;
            begins(name).then(|| path.parent().unwrap_or(Utf8Path::new("")).to_owned())
        };
        Self { roots: paths.into_iter().filter_map(root).collect() }
    }

    /// The project that a file belongs to: the nearest root around it; the empty path where there is none.
    #[must_use]
    pub fn nearest(&self, path: &Utf8Path) -> &Utf8Path {
        let around = path.ancestors().skip(1).find_map(|folder| self.roots.get(folder));
        around.map_or(Utf8Path::new(""), Utf8PathBuf::as_path)
    }
}

/// Whether a file of this name makes its folder a project.
fn begins(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Files that package managers, build tools and providers look for in the root of what they build.
const NAMES: [&str; 28] = [
    "appsscript.json",
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "cargo.toml",
    "composer.json",
    "deno.json",
    "deno.jsonc",
    "gemfile",
    "go.mod",
    "hsproject.json",
    "mix.exs",
    "package.json",
    "package.swift",
    "packages.config",
    "pipfile",
    "plugin-manifest.json",
    "pom.xml",
    "project.clj",
    "pubspec.yaml",
    "pyproject.toml",
    "requirements.txt",
    "serverless.yml",
    "setup.py",
    "sfdx-project.json",
    "shopify.app.toml",
    "stack.yaml",
    "template.yaml",
];

const ENDS: [&str; 5] = [".csproj", ".fsproj", ".vbproj", ".gemspec", ".cabal"];

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::Projects;

    #[test]
    fn a_file_belongs_to_the_nearest_root() {
        let paths = ["package.json", "services/a/package.json", "services/b/App.csproj", "services/b/src/x.cs"];
        let projects = Projects::of(paths.map(Utf8Path::new));
        let of = |path: &str| projects.nearest(Utf8Path::new(path)).as_str().to_owned();
        assert_eq!(of("services/a/src/deep/x.ts"), "services/a");
        assert_eq!(of("services/b/x.cs"), "services/b");
        assert_eq!(of("services/c/x.py"), "");
        assert_eq!(of("package.json"), "");
        assert_eq!(Projects::default().nearest(Utf8Path::new("a/b/c")), "");
    }
}
