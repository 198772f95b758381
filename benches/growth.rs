//! What more rules cost: `cargo bench --bench growth -- FOLDER` looks at the files of a folder with 50, 600 and all rules, in
//! turn, and prints how much slower each is than 50.
#![allow(clippy::print_stdout, missing_docs, reason = "a program for people")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use camino::Utf8Path;
use overscope::detect::engine::Engine;
use overscope::origin::Origin;
use overscope::rule::{RuleSet, builtin};

fn main() {
    let folder = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let Some(folder) = folder else {
        println!("give a folder: cargo bench --bench growth -- FOLDER");
        return;
    };
    let mut texts = Vec::new();
    read(Path::new(&folder), &mut texts);
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    println!("{} files, {:.1} MB, one thread, least of {TURNS} turns", texts.len(), bytes as f64 / 1e6);
    let all = builtin::rules().into_rules().count();
    let sets: Vec<(usize, RuleSet)> = [50, 600, all].map(|count| (count, some(count, all))).into();
    let engines: Vec<Engine<'_>> = sets.iter().map(|(_, rules)| Engine::new(rules)).collect();
    let mut least = vec![Duration::MAX; engines.len()];
    for _ in 0..TURNS {
        for (engine, least) in engines.iter().zip(&mut least) {
            let start = Instant::now();
            for (path, text) in &texts {
                // Binary content is refused, which takes its time as well.
                let _ = engine.look(Utf8Path::new(path), &Origin::WorkTree, text);
            }
            *least = start.elapsed().min(*least);
        }
    }
    for ((count, _), time) in sets.iter().zip(&least) {
        let slower = time.as_secs_f64() / least[0].as_secs_f64();
        println!("{count:5} rules {:8.1} ms, {slower:.2} times", time.as_secs_f64() * 1000.0);
    }
}

/// So many of the built-in rules, from all over the alphabet.
fn some(count: usize, all: usize) -> RuleSet {
    let mut rules = RuleSet::default();
    for (place, rule) in builtin::rules().into_rules().enumerate() {
        if place * count / all != (place + 1) * count / all {
            rules.add(rule).expect("each is there once");
        }
    }
    rules
}

fn read(folder: &Path, texts: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|one| one.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_symlink() {
            continue;
        } else if path.is_dir() {
            read(&path, texts);
        } else if let Ok(text) = fs::read(&path) {
            texts.push((path.to_string_lossy().into_owned(), text));
        }
    }
}

const TURNS: usize = 5;
