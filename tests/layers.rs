//! The house keeps its plan: rooms stand on floors, a room imports lower floors and its own folder, and no circle stands
//! between files.
#![allow(clippy::tests_outside_test_module, reason = "integration tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// The floors from the ground up. A room is a file or a folder directly in `src/`.
const FLOORS: [&[&str]; 11] = [
    &["line_hash", "scope", "secret", "span"],
    &["mistake", "origin", "text", "yaml"],
    &["finding", "settings", "source", "syntax"],
    &["fact", "policy", "rule"],
    &["detect", "judge"],
    &["audit"],
    &["report", "selftest"],
    &["scan"],
    &["commits"],
    &["cli"],
    &["lib", "main"],
];

#[test]
fn no_room_imports_upward_or_sideways() {
    let mut breaches = Vec::new();
    for file in files() {
        let room = file.room();
        let floor = floor_of(&room);
        for (path, line) in file.imports() {
            let Some(other) = path.first().filter(|other| **other != room) else { continue };
            let Some(there) = FLOORS.iter().position(|rooms| rooms.contains(&other.as_str())) else { continue };
            if there >= floor {
                breaches.push(format!("{}:{line}: {room} may not import {other}", file.path.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    let rooms: BTreeSet<String> = files().iter().map(File::room).collect();
    let planned: BTreeSet<String> = FLOORS.concat().iter().map(|room| (*room).to_owned()).collect();
    let homeless: Vec<&String> = rooms.difference(&planned).collect();
    assert!(homeless.is_empty(), "name their floor in this test: {homeless:?}");
}

#[test]
fn no_circle_stands_inside_a_room() {
    let files = files();
    let modules: BTreeMap<String, &File> = files.iter().map(|file| (file.module(), file)).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        for (path, _) in file.imports() {
            // The longest prefix that is a module is what is imported.
            let target = (1..=path.len()).rev().map(|n| path[..n].join("::")).find(|name| modules.contains_key(name));
            if let Some(target) = target.filter(|target| *target != file.module()) {
                arrows.entry(file.module()).or_default().insert(target);
            }
        }
    }
    for start in arrows.keys() {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&String> = arrows[start].iter().collect();
        while let Some(at) = open.pop() {
            assert!(at != start, "a circle runs through {start}: {:?}", circle(start, &arrows));
            if seen.insert(at) {
                open.extend(arrows.get(at).into_iter().flatten());
            }
        }
    }
}

/// The files on one circle through `start`, for the message.
fn circle(start: &str, arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut open = vec![vec![start.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(path) = open.pop() {
        for next in path.last().and_then(|last| arrows.get(last)).into_iter().flatten() {
            let longer = [path.clone(), vec![next.clone()]].concat();
            if next == start {
                return longer;
            }
            if seen.insert(next.clone()) {
                open.push(longer);
            }
        }
    }
    Vec::new()
}

struct File {
    path: PathBuf,
    parsed: syn::File,
}

impl File {
    /// The module path without `crate`: `detect::engine`; `detect` for `detect/mod.rs`.
    fn module(&self) -> String {
        let inside = self.path.strip_prefix("src").expect("files stand in src").with_extension("");
        let parts: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let parts = match parts.as_slice() {
            [folder @ .., last] if last == "mod" && !folder.is_empty() => folder.to_vec(),
            _ => parts,
        };
        parts.join("::")
    }

    fn room(&self) -> String {
        self.module().split("::").next().unwrap_or_default().to_owned()
    }

    /// What the file imports: module paths from the crate's root, with their lines. Test modules are passed over: a
    /// test may use what stands beside it.
    fn imports(&self) -> Vec<(Vec<String>, usize)> {
        let mut visitor = Imports { here: self.here(), found: Vec::new() };
        visitor.visit_file(&self.parsed);
        visitor.found
    }

    fn here(&self) -> Vec<String> {
        self.module().split("::").map(str::to_owned).collect()
    }
}

struct Imports {
    here: Vec<String>,
    found: Vec<(Vec<String>, usize)>,
}

impl Imports {
    fn note(&mut self, path: &[String], line: usize) {
        let resolved = match path.first().map(String::as_str) {
            Some("crate" | "overscope") => path[1..].to_vec(),
            Some("self") => [&self.here, &path[1..]].concat(),
            Some("super") => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let keep = self.here.len().saturating_sub(ups);
                [&self.here[..keep], &path[ups..]].concat()
            }
            _ => return,
        };
        self.found.push((resolved, line));
    }

    fn tree(&mut self, tree: &syn::UseTree, prefix: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.tree(&path.tree, prefix);
                prefix.pop();
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(item, prefix)),
            syn::UseTree::Name(name) => self.leaf(&name.ident, prefix),
            syn::UseTree::Rename(rename) => self.leaf(&rename.ident, prefix),
            syn::UseTree::Glob(_) => self.note(&prefix.clone(), 0),
        }
    }

    fn leaf(&mut self, ident: &syn::Ident, prefix: &[String]) {
        let path = [prefix, &[ident.to_string()]].concat();
        self.note(&path, ident.span().start().line);
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
        });
        if !test {
            syn::visit::visit_item_mod(self, module);
        }
    }

    // `pub(super)` says who may look in, not what is imported.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let line = path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
        self.note(&parts, line);
        syn::visit::visit_path(self, path);
    }
}

fn floor_of(room: &str) -> usize {
    FLOORS.iter().position(|rooms| rooms.contains(&room)).unwrap_or(FLOORS.len())
}

fn files() -> Vec<File> {
    let mut found = Vec::new();
    collect(Path::new("src"), &mut found);
    assert!(found.len() > 20, "run from the root of the project");
    found.sort();
    found
        .into_iter()
        // The tests of a room may use what they like.
        .filter(|path| path.file_name().is_none_or(|name| name != "tests.rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("sources are text");
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            File { path, parsed }
        })
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
