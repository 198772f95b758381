//! Everything that fuzzers have kept, and mutations of it, through the doors that strangers' bytes come in by. On stable
//! Rust, the same on every machine; `OVERSCOPE_FUZZ=100000` sets the number of mutations a door (`OVERSCOPE_DOOR=engine`
//! takes one door), and `OVERSCOPE_SEEDS=FOLDER` writes what they begin with, for `cargo fuzz run DOOR FOLDER/DOOR`.
#![allow(clippy::tests_outside_test_module, reason = "integration tests")]
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a test that was asked for more says what it did")]

#[path = "../fuzz/doors.rs"]
#[allow(unreachable_pub, clippy::str_to_string, reason = "a fuzzer's library, too")]
mod doors;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use doors::{DOORS, Door, NAMES};
use overscope::rule::builtin;
use overscope::rule::example::fill;

/// Numbers in no order, the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit.max(1)
    }

    /// A case and what a careless hand makes of it.
    fn mutated(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(40)).min(bytes.len());
            match self.below(8) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let again = bytes[at..end].repeat(1 + self.below(30));
                    bytes.splice(at..at, again);
                }
                3 => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(200)).min(other.len());
                    bytes.splice(at..at, other[from..to].iter().copied());
                }
                4 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
                5 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                6 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap_or_default(),
                _ => bytes[at..end].reverse(),
            }
        }
        bytes
    }
}

/// What grammars stumble over.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"'",
    b"\"\"\"",
    b"\\",
    b"\\u{",
    b"${",
    b"{{",
    b"}",
    b"[[",
    b"(",
    b"<![CDATA[",
    b"-->",
    b"/*",
    b"\r",
    b"\n\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    "é😀".as_bytes(),
    b"&a *a",
    b"eyJ",
    b"-----BEGIN ",
    b"%00",
];

/// What a door's mutations begin with: what was kept, and for doors that take files the examples of the rules.
fn seeds(door: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/kept").join(door);
    let mut files: Vec<_> = fs::read_dir(folder)
        .map(|files| files.filter_map(|file| Some(file.ok()?.path())).collect())
        .unwrap_or_default();
    files.sort();
    let mut seeds: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).expect("it is there")).collect();
    if matches!(door, "engine" | "settings" | "syntax") {
        let rules = builtin::rules();
        for page in rules.iter().filter_map(|rule| rules.page(&rule.id)) {
            for example in &page.examples {
                let Some(text) = example.caught.as_ref().or(example.quiet.as_ref()) else { continue };
                let Ok(text) = fill(&text.value, "seed") else { continue };
                let file = example.file.as_ref().map_or("a.txt", |file| file.value.as_str());
                let ending = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
                let name = NAMES.iter().position(|name| ending(name) == ending(file)).unwrap_or_default();
                seeds.push([&[u8::try_from(name).unwrap_or_default()], text.as_bytes()].concat());
            }
        }
    }
    seeds.push(b"\0".to_vec());
    seeds.push((0..=255).collect());
    seeds
}

/// Takes a case through a door; a case that breaks is kept where fuzzers keep theirs.
fn take((name, door): Door, bytes: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| door(bytes))).is_err() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/artifacts").join(name);
        fs::create_dir_all(&folder).expect("created");
        fs::write(folder.join("broken"), bytes).expect("written");
        panic!("the door `{name}` broke; the case is {}/broken", folder.display());
    }
}

#[test]
fn what_was_kept_goes_through_every_door() {
    for door in DOORS {
        let cases = seeds(door.0);
        if let Some(folder) = std::env::var_os("OVERSCOPE_SEEDS") {
            let folder = Path::new(&folder).join(door.0);
            fs::create_dir_all(&folder).expect("created");
            for (number, case) in cases.iter().enumerate() {
                fs::write(folder.join(number.to_string()), case).expect("written");
            }
        }
        // Of the examples, which have a test of their own, a few.
        let step = if matches!(door.0, "engine" | "settings" | "syntax") { 16 } else { 1 };
        cases.iter().step_by(step).for_each(|case| take(door, case));
    }
}

#[test]
fn mutations_go_through_every_door() {
    let asked = std::env::var("OVERSCOPE_FUZZ").ok().and_then(|rounds| rounds.parse().ok());
    let only = std::env::var("OVERSCOPE_DOOR").unwrap_or_default();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/artifacts/last");
    for door in DOORS.into_iter().filter(|door| only.is_empty() || only == door.0) {
        let (seeds, started) = (seeds(door.0), Instant::now());
        let mut random = Random(7);
        let rounds = asked.unwrap_or(100);
        for _ in 0..rounds {
            let case = random.mutated(&seeds);
            // An overflow of the stack leaves no time to keep its case.
            if asked.is_some() {
                fs::create_dir_all(&kept).expect("created");
                fs::write(kept.join(door.0), &case).expect("written");
            }
            take(door, &case);
        }
        if asked.is_some() {
            println!("{}: {rounds} mutations of {} cases, {:?}", door.0, seeds.len(), started.elapsed());
        }
    }
}
