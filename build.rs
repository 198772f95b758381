//! Turns the YAML that people write under `rules/` into what the program reads: JSON, once, at build time.
//!
//! Knows no rule type, so it never changes with the rules. `rules.json` holds what a scan needs; `pages.json` what only
//! a person asks for (texts and examples), so that a commit hook never parses it. The catalogue (`rules/scopes`,
//! `rules/calls`) is megabytes, of which a run needs one provider or none: one deflated block per file, beside a small
//! index. A block is made again only when its file has changed.
#![allow(clippy::disallowed_methods, reason = "a build script learns from the environment where it stands")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    rules(&root, &out)?;
    catalog(&root, &out)
}

/// `rules.json` and `pages.json`.
fn rules(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut rules = Vec::new();
    let mut pages = Map::new();
    for room in ROOMS {
        for path in yaml_files(&root.join("rules").join(room))? {
            let file: Value = serde_saphyr::from_str(&fs::read_to_string(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            let shown = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
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

/// `catalog.rs`, a table of blocks; `catalog.json`, the index; and the deflated list of every scope's name.
fn catalog(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out.join("catalog"))?;
    let mut index = Vec::new();
    let mut names = Map::new();
    let mut table = String::from("&[\n");
    for room in ["scopes", "calls"] {
        for path in yaml_files(&root.join("rules").join(room))? {
            let stem = path.file_stem().ok_or("a file has a name")?.to_string_lossy().into_owned();
            let made = out.join("catalog").join(format!("{room}-{stem}"));
            if let Some(row) = block(&path, &made).map_err(|error| format!("{}: {error}", path.display()))? {
                if let (Some(id), Some(listed)) = (row["provider"].as_str(), row.get("names")) {
                    names.insert(id.to_owned(), listed.clone());
                }
                index.push(row);
            }
            writeln!(table, "    ({room:?}, {stem:?}, include_bytes!({:?})),", made.with_extension("z"))?;
        }
    }
    for row in &mut index {
        row.as_object_mut().ok_or("a row is a map")?.remove("names");
    }
    table.push_str("]\n");
    fs::write(out.join("catalog.rs"), table)?;
    fs::write(out.join("catalog.json"), serde_json::to_vec(&index)?)?;
    fs::write(out.join("names.z"), deflated(&serde_json::to_vec(&names)?)?)?;
    Ok(())
}

/// Writes one file's block and gives its row of the index, if it describes a provider. Both are kept from the last
/// build when the text is the same.
fn block(path: &Path, made: &Path) -> Result<Option<Value>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let mark = format!("{:016x} {}", hash(text.as_bytes()), text.len());
    let (kept, row_file) = (made.with_extension("mark"), made.with_extension("row"));
    if fs::read_to_string(&kept).is_ok_and(|old| old == mark) && made.with_extension("z").exists() {
        return Ok(serde_json::from_str(&fs::read_to_string(row_file)?)?);
    }
    let file: Value = serde_saphyr::from_str(&text)?;
    let row = file.get("name").map(|_| index_row(&file));
    fs::write(made.with_extension("z"), deflated(&serde_json::to_vec(&file)?)?)?;
    fs::write(row_file, serde_json::to_vec(&row)?)?;
    fs::write(kept, mark)?;
    Ok(row)
}

/// What must be known of a provider before its block is opened.
fn index_row(file: &Value) -> Value {
    let mut row = Map::new();
    for key in ["provider", "name", "hosts", "authorize", "token"] {
        row.insert(key.to_owned(), file.get(key).cloned().unwrap_or(Value::Null));
    }
    for key in ["proof", "shape", "case"] {
        row.insert(key.to_owned(), file["grammar"].get(key).cloned().unwrap_or(Value::Null));
    }
    let names = file["scopes"].as_array().into_iter().flatten().filter_map(|scope| scope["id"].as_str());
    row.insert("names".to_owned(), names.collect());
    Value::Object(row)
}

fn deflated(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// FNV-1a, salted with this script, so that another script makes its own blocks.
fn hash(bytes: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(include_bytes!("build.rs").iter().fold(0xcbf2_9ce4_8422_2325, fold), fold)
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

/// Folders with rules. `scopes` and `calls` hold the catalogue.
const ROOMS: [&str; 4] = ["jwt", "oauth", "policy", "secrets"];
