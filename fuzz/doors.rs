//! The doors through which strangers' bytes come in, and the law behind each: no panic, no place outside of the text, and
//! outputs that their schema accepts. Fuzzers push bytes through them, and `tests/corpus.rs` all that was kept of those.

use std::io::Cursor;
use std::sync::LazyLock;

use camino::Utf8Path;
use jiff::civil::date;
use overscope::audit::{grants, usage};
use overscope::cli::lsp::{place, wire};
use overscope::detect::engine::Engine;
use overscope::finding::Persona;
use overscope::judge::baseline::Baseline;
use overscope::judge::court::judge;
use overscope::judge::project::Projects;
use overscope::judge::{Bench, import};
use overscope::mistake::Mistake;
use overscope::origin::Origin;
use overscope::policy::file::POLICY;
use overscope::policy::shape::{Object, Shape};
use overscope::policy::{Policy, load as policy_file};
use overscope::report::render::{Format, render};
use overscope::report::{Options, Report, mistake};
use overscope::rule::{RuleSet, builtin, load as rule_file};
use overscope::scope::catalog::Catalog;
use overscope::settings::Settings;
use overscope::settings::notebook::cells;
use overscope::source::Coverage;
use overscope::source::archive::Kind;
use overscope::source::archive::walk::{Input, walk};
use overscope::source::changes::{by_diff, by_status};
use overscope::source::git::{Git, Surroundings};
use overscope::source::index::Index;
use overscope::source::reader::{Piece, Reader};
use overscope::syntax::language::Language;
use overscope::syntax::parse;
use overscope::text::SourceText;
use serde_json::Value;

/// A name, and what takes the bytes.
pub type Door = (&'static str, fn(&[u8]));

/// All doors.
pub const DOORS: [Door; 12] = [
    ("archive", archive),
    ("baseline", baseline),
    ("editor", editor),
    ("engine", engine),
    ("git", git),
    ("policy", policy),
    ("policy_shape", policy_shape),
    ("rules", rules),
    ("rules_shape", rules_shape),
    ("settings", settings),
    ("syntax", syntax),
    ("tables", tables),
];

/// A file of any name: what is seen in it lies in it, and every format can tell it.
pub fn engine(bytes: &[u8]) {
    let (name, bytes) = named(bytes);
    let Ok(seeing) = ENGINE.look(name.into(), &Origin::WorkTree, bytes) else { return };
    let text = SourceText::decode(bytes).expect("what was looked at is text");
    for fact in &seeing.facts {
        let span = fact.at.region.span;
        assert!(text.as_str().get(span.range()).is_some(), "{}: {span:?} is no place", fact.rule);
    }
    let policy = Policy::builtin();
    let bench = Bench {
        policy: &policy,
        rules: &RULES,
        catalog: Catalog::builtin(),
        coverage: Coverage::Whole,
        today: date(2026, 11, 24),
        persona: Persona::Auditor,
    };
    let judgement = judge(&seeing.facts, &seeing.ignores, &Projects::default(), &bench);
    let report = Report { findings: judgement.findings, ..Report::default() };
    for format in Format::ALL {
        let mut out = Vec::new();
        render(&report, &RULES, format, &Options::default(), &mut out).expect("memory takes everything");
        if matches!(format, Format::Sarif | Format::SarifFull) {
            let sarif: Value = serde_json::from_slice(&out).expect("SARIF is JSON");
            assert!(SARIF.is_valid(&sarif), "{format}: {}", String::from_utf8_lossy(&out));
        }
    }
}

/// A configuration file: its values lie in it.
pub fn settings(bytes: &[u8]) {
    let (name, bytes) = named(bytes);
    let Ok(text) = SourceText::decode(bytes) else { return };
    if let Some(settings) = Settings::read(&text, Utf8Path::new(name)) {
        for entry in settings.entries() {
            assert!(text.as_str().get(entry.span.range()).is_some(), "{name}: {:?} is no place", entry.span);
        }
    }
    for cell in cells(text.as_str()) {
        let end = u32::try_from(cell.text.len()).expect("small");
        assert!(cell.outer(end) as usize <= text.as_str().len(), "a cell ends behind its file");
    }
}

/// A source file in any language: its nodes lie in it, and each below its parent.
pub fn syntax(bytes: &[u8]) {
    let (name, bytes) = named(bytes);
    let Ok(text) = SourceText::decode(bytes) else { return };
    let Some(language) = Language::of(Utf8Path::new(name), text.as_str()) else { return };
    let Some(code) = parse(text.as_str(), language) else { return };
    for node in code.all() {
        assert!(text.as_str().get(code.span(node).range()).is_some(), "{name}: {:?} is no place", code.span(node));
        assert!(code.parent(node).is_none_or(|parent| parent != node), "{name}: a node holds itself");
    }
}

/// Bytes as an archive of any kind: bounded, and no name leads out.
pub fn archive(bytes: &[u8]) {
    const NAMES: [&str; 8] = ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.tar.zst", "a.gz", "a.jar"];
    let Some((first, bytes)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let Some(kind) = Kind::of(name) else { return };
    let mut each = |name: &str, content: &mut dyn std::io::Read| {
        assert!(!name.starts_with('/') && !name.split(['/', '!']).any(|part| part == ".."), "{name} leads out");
        let most = std::io::copy(content, &mut std::io::sink()).unwrap_or_default();
        assert!(most <= 2 << 30, "{most} bytes came out of {}", bytes.len());
        Ok(())
    };
    let _ = walk(kind, name, Input::Stream(Box::new(Cursor::new(bytes))), &mut each);
}

/// What git keeps and prints: its index, what has changed, and bytes that go through windows.
pub fn git(bytes: &[u8]) {
    let git = Git::new("/nonexistent".into(), Surroundings::default());
    for listing in [by_status(&git, bytes), by_diff(&git, bytes, true), by_diff(&git, bytes, false)] {
        assert!(listing.entries.len() + listing.skipped.len() <= bytes.len(), "more files than bytes");
    }
    assert!(Index::told(bytes).iter().count() <= bytes.len());
    for name in [20, 32] {
        if let Some(index) = Index::parse(bytes, name) {
            assert!(index.iter().count() <= bytes.len());
        }
    }
    let mut look = |piece: Piece<'_>| {
        if let Piece::Window { text, core } = piece {
            assert!(core.end as usize <= text.as_str().len(), "a window ends behind its text");
        }
        Ok(())
    };
    let _ = Reader::default().read(&mut &bytes[..], &mut look);
}

/// A policy as somebody wrote it.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(mistakes) = policy_file::read(text, "overscope.yaml".into(), Catalog::builtin()) {
        tell(text, &mistakes);
    }
}

/// A policy made of its own keys, with values that mostly fit.
pub fn policy_shape(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let mut text = String::from("version: 1\nowner: team\n");
    object(&POLICY, 0, &mut draw, &mut text);
    policy(text.as_bytes());
}

/// A rule file as somebody wrote it, and the engine that it makes.
pub fn rules(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match rule_file::read(text, "rules.yaml") {
        Ok(rules) => {
            let patterns = rules.len();
            assert!(patterns <= text.len(), "more rules than letters");
        }
        Err(mistakes) => tell(text, &mistakes),
    }
}

/// Rules made of their own keys, with patterns of any kind.
pub fn rules_shape(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let pieces = [
        "[a-z]{8}",
        "(?i)key",
        "\\b",
        "x{1,1000}",
        "(a|b)*",
        "abcdef",
        "^",
        "$",
        "(?P<value>",
        ")",
        "[",
        ".",
        "\\d+",
        "(?-u:\\b)",
        "é",
        "\\p{L}",
        "(",
        "{2}",
        "token_",
        "?",
    ];
    let mut pattern = String::new();
    for _ in 0..draw.below(8) {
        pattern.push_str(draw.of(&pieces));
    }
    let detect = match draw.below(4) {
        0 => format!("secret: [{{form: '{pattern}'}}]"),
        1 => format!("text: [{{pattern: '{pattern}', message: x}}]"),
        2 => format!("settings: [{{key: '{pattern}', value: '{}'}}]", draw.word()),
        _ => format!("code: [{{languages: [{}], pattern: '{pattern}'}}]", draw.of(&["python", "go", "x"])),
    };
    let text = format!(
        "rules:\n  - id: my/{}\n    title: x\n    severity: {}\n    about: {{what: x, why: x, fix: x}}\n    gate: {{keywords: \
         [{}]}}\n    detect: {{{detect}}}\n    examples: [{{caught: '{}'}}, {{quiet: '{}'}}]\n",
        draw.word(),
        draw.of(&["low", "high", "x"]),
        draw.word(),
        draw.word(),
        draw.word()
    );
    rules(text.as_bytes());
}

/// A baseline, and the files of other tools that one is made from.
pub fn baseline(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Baseline::read(text) {
        Ok(baseline) => {
            let written = baseline.write();
            let again = Baseline::read(&written).expect("what was written is read");
            assert_eq!(again.write(), written, "a baseline keeps what it says");
        }
        Err(mistakes) => tell(text, &mistakes),
    }
    let _ = import::read(text);
}

/// What an editor sends.
pub fn editor(bytes: &[u8]) {
    let mut input = Cursor::new(bytes);
    while let Ok(Some(message)) = wire::read(&mut input) {
        let position = &message["params"]["position"];
        let text = message["params"]["text"].as_str().unwrap_or_default();
        if let Some((_, line, at)) = place::find(text, position) {
            assert!(line.get(place::word(line, at)).is_some(), "a word is no place");
        }
        let _ = place::path(message["uri"].as_str().unwrap_or_default());
    }
}

/// Tables and lists that providers export.
pub fn tables(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let catalog = Catalog::builtin();
    let provider = catalog.provider("zoho-crm").expect("there is one");
    let _ = usage::read(text, provider, catalog);
    for name in ["a.csv", "a.json", "a.yaml"] {
        let _ = grants::read(name, text, &["one"], provider, catalog);
    }
}

/// Mistakes with their places and pictures.
fn tell(text: &str, mistakes: &[Mistake]) {
    assert!(!mistakes.is_empty(), "refused without a word");
    let mut out = Vec::new();
    mistake::write("a.yaml".into(), &SourceText::new(text), mistakes, &Options::default(), &mut out)
        .expect("memory takes everything");
}

/// The first byte picks a name, the rest is the file.
fn named(bytes: &[u8]) -> (&'static str, &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return (NAMES[0], bytes) };
    (NAMES[usize::from(*first) % NAMES.len()], rest)
}

/// Choices, made by bytes; all are the first where they have ended.
struct Draw<'b>(&'b [u8]);

impl Draw<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % limit.max(1)
    }

    fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }

    fn word(&mut self) -> &'static str {
        self.of(&[
            "a",
            "x-y",
            "2026-01-01",
            "9999-99-99",
            "PT1H",
            "P",
            "-1",
            "99999999999999999999",
            "true",
            "~",
            "''",
            "\"\\u0000\"",
            "src/**",
            "[",
            "secret/*",
            "*",
            "ZohoCRM.modules.ALL",
            "zoho-crm",
            "&a",
            "*a",
            "é😀",
            "sha256:00",
            "!",
            "low",
        ])
    }
}

fn object(object: &Object, depth: usize, draw: &mut Draw<'_>, out: &mut String) {
    for key in object.keys {
        // Most keys stay away, or every policy would be refused for the same one.
        if (depth == 0 && matches!(key.name, "version" | "owner")) || (!key.needed && draw.below(4) != 1) {
            continue;
        }
        out.push_str(&"  ".repeat(depth));
        out.push_str(key.name);
        out.push(':');
        value(&key.shape, depth + 1, draw, out);
    }
}

fn value(shape: &Shape, depth: usize, draw: &mut Draw<'_>, out: &mut String) {
    if draw.below(16) == 15 || depth > 12 {
        out.push_str(&format!(" {}\n", draw.word()));
        return;
    }
    let indent = "  ".repeat(depth);
    match shape {
        Shape::Words(words) => out.push_str(&format!(" {}\n", words[draw.below(words.len())].word)),
        Shape::Whole(low, high) => out.push_str(&format!(" {}\n", [*low, *high, 0, 1][draw.below(4)])),
        Shape::Truth => out.push_str([" true\n", " false\n"][draw.below(2)]),
        Shape::Date => out.push_str(&format!(" 2026-{:02}-{:02}\n", draw.below(13), draw.below(32))),
        Shape::Duration => out.push_str(&format!(" {}\n", draw.of(&["PT1H", "P30D", "P1Y", "PT0S", "P9999999999D"]))),
        Shape::Glob => {
            out.push_str(&format!(" '{}'\n", draw.of(&["src/**", "**", "a/{b,c}", "[a-z]*", "/", "a\\b", "{"])))
        }
        Shape::Rule => out.push_str(&format!(" {}\n", draw.of(&["secret/*", "jwt/alg-none", "x", "no/such"]))),
        Shape::Name | Shape::Id => out.push_str(&format!(" {}\n", draw.of(&["zoho-crm", "google", "a", "a.b_c"]))),
        Shape::Scope => {
            out.push_str(&format!(" {}\n", draw.of(&["ZohoCRM.modules.ALL", "ZohoCRM.*", "\"*\"", "a b", "repo"])))
        }
        Shape::Hex(head, length) => out.push_str(&format!(" {head}{}\n", "0".repeat(*length))),
        Shape::Text | Shape::Sentence(_) => {
            out.push_str(&format!(" {}\n", draw.of(&["because it is needed for the nightly export", "x", "team"])));
        }
        Shape::List(inner, least) => {
            out.push('\n');
            for _ in 0..(*least).max(1) + draw.below(3) {
                out.push_str(&indent);
                out.push('-');
                value(inner, depth + 1, draw, out);
            }
        }
        Shape::Map(key, inner) => {
            out.push('\n');
            for _ in 0..1 + draw.below(3) {
                let mut name = String::new();
                value(key, 20, draw, &mut name);
                out.push_str(&format!("{indent}{}:", name.trim()));
                value(inner, depth + 1, draw, out);
            }
        }
        Shape::Object(inner) | Shape::Either(_, inner) => {
            out.push('\n');
            self::object(inner, depth, draw, out);
        }
    }
}

static RULES: LazyLock<RuleSet> = LazyLock::new(builtin::rules);
static ENGINE: LazyLock<Engine<'static>> = LazyLock::new(|| Engine::new(&RULES));
static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = include_str!("../tests/data/sarif-2.1.0.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
});

/// One name of every kind of file; the place in this list is the first byte of a kept case, so new ones go to its end.
pub const NAMES: [&str; 40] = [
    "a.txt",
    "a.py",
    "a.js",
    "a.ts",
    "a.tsx",
    "a.go",
    "a.java",
    "a.kt",
    "a.cs",
    "a.php",
    "a.rb",
    "a.rs",
    "a.sh",
    "a.tf",
    "a.json",
    "a.yaml",
    "a.toml",
    ".env",
    "a.properties",
    "a.ini",
    "a.xml",
    "a.conf",
    "Dockerfile",
    "a.ipynb",
    "a.eml",
    "a.html",
    "a.md",
    "a.sql",
    "a.pem",
    "a.plist",
    ".npmrc",
    "postman_collection.json",
    "a.http",
    "a.ps1",
    "a.dg",
    ".netrc",
    "a.vue",
    "docker-compose.yml",
    "package.json",
    "tests/a.py",
];
