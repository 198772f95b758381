//! Turns the YAML that people write under `rules/` into what the program reads: JSON, once, at build time.
//!
//! Knows no rule type, so it never changes with the rules. `rules.json` holds what a scan needs; `pages.json` what only
//! a person asks for (texts and examples), so that a commit hook never parses it.
#![allow(clippy::disallowed_methods, reason = "cargo speaks to a build script through the environment")]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut rules = Vec::new();
    let mut pages = serde_json::Map::new();
    for room in ROOMS {
        for path in yaml_files(&root.join("rules").join(room))? {
            let file: Value = serde_saphyr::from_str(&fs::read_to_string(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            let shown = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
            for rule in file.get("rules").and_then(Value::as_array).ok_or_else(|| format!("{shown}: no `rules`"))? {
                let mut rule = rule.clone();
                let fields = rule.as_object_mut().ok_or_else(|| format!("{shown}: a rule is a map"))?;
                let page = json!({
                    "file": shown,
                    "about": fields.remove("about"),
                    "examples": fields.remove("examples"),
                });
                let id =
                    fields.get("id").and_then(Value::as_str).ok_or_else(|| format!("{shown}: a rule has no id"))?;
                if pages.insert(id.to_owned(), page).is_some() {
                    return Err(format!("{shown}: rule `{id}` exists twice").into());
                }
                rules.push(rule);
            }
        }
    }
    fs::write(out.join("rules.json"), serde_json::to_vec(&json!({ "rules": rules }))?)?;
    fs::write(out.join("pages.json"), serde_json::to_vec(&pages)?)?;
    Ok(())
}

/// The YAML files of a folder and the folders in it, in order of name.
fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(yaml_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Folders with rules. `scopes` and `calls` hold catalogues, embedded in another way.
const ROOMS: [&str; 4] = ["jwt", "oauth", "policy", "secrets"];
