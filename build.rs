//! Turns the YAML that people write under `rules/` into what the program reads: JSON, once, at build time.
//!
//! `heads.json` holds what every start reads of a rule, with the literals that its patterns surely contain;
//! `detects.json` what it looks for, read rule by rule; `pages.rs` what only a person asks for (texts and examples), in
//! deflated blocks. The catalogue (`rules/scopes`, `rules/calls`) is megabytes, of which a run needs one provider or
//! none: one deflated block per file, beside a small index. A block is made again only when its file has changed.
#![allow(clippy::disallowed_methods, reason = "a build script learns from the environment where it stands")]

#[allow(dead_code, unreachable_pub, reason = "the program asks for more of it")]
#[path = "src/rule/anchor.rs"]
mod anchor;
#[allow(dead_code, unreachable_pub, reason = "the program asks for more of it")]
#[path = "src/rule/sought.rs"]
mod sought;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use anchor::{Extent, MIN_LENGTH};
use sought::{Named, Sought};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/rule/anchor.rs");
    println!("cargo::rerun-if-changed=src/rule/sought.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    rules(&root, &out)?;
    catalog(&root, &out)
}

/// `heads.json`, `detects.json` and `pages.rs`.
fn rules(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut heads = BTreeMap::new();
    let mut pages = BTreeMap::new();
    let mut detects = String::new();
    for room in ROOMS {
        for path in yaml_files(&root.join("rules").join(room))? {
            let file: Value = serde_saphyr::from_str(&fs::read_to_string(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            let shown = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            for rule in file.get("rules").and_then(Value::as_array).ok_or_else(|| format!("{shown}: no `rules`"))? {
                let id = rule["id"].as_str().ok_or_else(|| format!("{shown}: a rule has no id"))?;
                let page = json!({ "file": shown, "about": rule.get("about"), "examples": rule.get("examples") });
                if pages.insert(id.to_owned(), page).is_some() {
                    return Err(format!("{shown}: rule `{id}` exists twice").into());
                }
                let start = detects.len();
                detects.push_str(&rule["detect"].to_string());
                let head = head(rule, (start, detects.len())).map_err(|error| format!("{shown}: {id}: {error}"))?;
                heads.insert(id.to_owned(), head);
            }
        }
    }
    let heads: Vec<&Value> = heads.values().collect();
    fs::write(out.join("heads.json"), serde_json::to_vec(&heads)?)?;
    fs::write(out.join("detects.json"), detects)?;
    fs::write(out.join("pages.rs"), blocks(&pages, out)?)?;
    Ok(())
}

/// What a start reads of a rule, in the order in which `rule/builtin.rs` reads it.
fn head(rule: &Value, at: (usize, usize)) -> Result<Value, Box<dyn Error>> {
    const KNOWN: [&str; 9] = ["id", "title", "severity", "confidence", "persona", "since", "about", "gate", "detect"];
    for key in rule.as_object().ok_or("a rule is a map")?.keys() {
        if !KNOWN.contains(&key.as_str()) && key != "examples" {
            return Err(format!("no such key `{key}`").into());
        }
    }
    for (key, words) in WORDS {
        if rule.get(key).is_some_and(|word| !word.as_str().is_some_and(|word| words.contains(&word))) {
            return Err(format!("`{key}` is none of {}", words.join(", ")).into());
        }
    }
    if ["files", "not-files"].iter().any(|key| rule["gate"].get(*key).is_some()) {
        return Err("a built-in rule is gated by words, not by the names of files".into());
    }
    let keywords = lower(&rule["gate"]["keywords"]);
    let forms = |kind: &str| rule["detect"][kind].as_array().cloned().unwrap_or_default();
    let secret: Vec<Sought> = forms("secret").iter().map(|form| sought_by(form, &keywords)).collect();
    let code = |form: &Value| {
        let paths = if form["name"].is_array() { list(&form["name"]) } else { list(&form["call"]) };
        sought::of_code(&keywords, &list(&form["imports"]), &list(&form["words"]), &paths)
    };
    let code: Vec<Vec<String>> = forms("code").iter().map(code).collect();
    let text = |form: &Value| sought::of_text(form["pattern"].as_str().unwrap_or_default(), &keywords);
    let text: Vec<Vec<String>> = forms("text").iter().map(text).collect();
    let settings = forms("settings").len();
    let all = secret.iter().map(|sought| &sought.anchors).chain(&code).chain(&text);
    let mut all = all.chain((0..settings).map(|_| &keywords));
    if all.any(|anchors| anchors.iter().all(|anchor| anchor.len() < MIN_LENGTH)) {
        return Err("no literal is certain in one of its forms, so every file would be searched".into());
    }
    let secret: Vec<(&Vec<String>, Extent, bool)> =
        secret.iter().map(|one| (&one.anchors, one.extent, one.named)).collect();
    let builtin = rule["detect"]["builtin"].as_bool().unwrap_or(false);
    let [id, title, severity] = [&rule["id"], &rule["title"], &rule["severity"]];
    let [confidence, persona, since] = ["confidence", "persona", "since"].map(|key| rule.get(key));
    Ok(json!([id, title, severity, confidence, persona, since, keywords, secret, code, settings, text, builtin, at]))
}

fn sought_by(form: &Value, keywords: &[String]) -> Sought {
    if let Some(pattern) = form["pattern"].as_str() {
        return sought::of_pattern(pattern, &lower(&form["anchors"]), keywords);
    }
    let (words, keys) = (lower(&form["words"]), form["keys"].as_array().map(|_| list(&form["keys"])));
    let named = Named {
        words: &words,
        keys: keys.as_deref(),
        reach: form["reach"].as_u64().and_then(|reach| u32::try_from(reach).ok()),
        direct: form["direct"].as_bool().unwrap_or(false),
        value: form["value"].as_str().unwrap_or_default(),
    };
    sought::of_named(&named, keywords)
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn lower(value: &Value) -> Vec<String> {
    list(value).iter().map(|word| word.to_ascii_lowercase()).collect()
}

/// Writes the pages in deflated blocks, each of about [`BLOCK`] bytes, and gives the table of them.
fn blocks(pages: &BTreeMap<String, Value>, out: &Path) -> Result<String, Box<dyn Error>> {
    let mut table = String::from("&[\n");
    let mut block = Map::new();
    let mut size = 0;
    let mut made = 0;
    for (number, (id, page)) in pages.iter().enumerate() {
        size += page.to_string().len();
        block.insert(id.clone(), page.clone());
        if size >= BLOCK || number + 1 == pages.len() {
            let file = out.join(format!("pages-{made}.z"));
            fs::write(&file, deflated(&serde_json::to_vec(&block)?)?)?;
            let first = block.keys().next().ok_or("a page was put into the block")?;
            writeln!(table, "    ({first:?}, include_bytes!({file:?})),")?;
            (block, size, made) = (Map::new(), 0, made + 1);
        }
    }
    table.push_str("]\n");
    Ok(table)
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

/// Words that a rule may choose from.
const WORDS: [(&str, &[&str]); 3] = [
    ("severity", &["note", "low", "medium", "high", "critical"]),
    ("confidence", &["low", "medium", "high"]),
    ("persona", &["regular", "pedantic", "auditor"]),
];

/// How many bytes of pages are packed together.
const BLOCK: usize = 32 << 10;
