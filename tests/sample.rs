//! The sample that the README scans: made from templates, and found to hold what the README says.
#![allow(clippy::tests_outside_test_module, reason = "integration tests")]
#![allow(clippy::disallowed_methods, reason = "the tests start the program")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use overscope::rule::example::fill;

const TEMPLATES: &str = "fixtures/templates/sample";
const SAMPLE: &str = "fixtures/sample";

/// Nothing that looks like a credential is typed: the sample's values come from its templates. `UPDATE=1` writes them.
#[test]
fn the_sample_is_what_its_templates_make() {
    let mut wanted = BTreeMap::new();
    read(Path::new(TEMPLATES), Path::new(TEMPLATES), &mut wanted);
    for (path, text) in &mut wanted {
        *text = fill(text, path).expect("the templates of the sample are well formed");
    }
    if updating() {
        if Path::new(SAMPLE).exists() {
            fs::remove_dir_all(SAMPLE).expect("the old sample can be removed");
        }
        for (path, text) in &wanted {
            let path = Path::new(SAMPLE).join(path);
            fs::create_dir_all(path.parent().expect("it stands in a folder")).expect("the folder can be made");
            fs::write(path, text).expect("the file can be written");
        }
    }
    let mut found = BTreeMap::new();
    read(Path::new(SAMPLE), Path::new(SAMPLE), &mut found);
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&wanted), "run `UPDATE=1 cargo test --test sample`");
    for (path, text) in &wanted {
        assert!(found[path] == *text, "{path} is stale: run `UPDATE=1 cargo test --test sample`");
    }
}

fn updating() -> bool {
    std::env::vars_os().any(|(name, _)| name == "UPDATE")
}

fn read(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    for entry in entries {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            read(root, &path, files);
        } else {
            let name = path.strip_prefix(root).expect("it stands below").to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).expect("the sample is text"));
        }
    }
}

/// The picture of the README is what the program prints. `UPDATE=1` draws it anew.
#[test]
fn the_picture_is_what_the_program_prints() {
    let output = Command::new(env!("CARGO_BIN_EXE_overscope"))
        .args(["scan", "--root", SAMPLE, "--color", "always", "--today", "2026-11-24"])
        .env_clear()
        .env("COLUMNS", "110")
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = format!("\u{1b}[1m$ overscope scan\u{1b}[0m\n{}", String::from_utf8_lossy(&output.stdout));
    let drawn = anstyle_svg::Term::new().render_svg(&printed);
    let path = Path::new("docs/sample.svg");
    if updating() {
        fs::write(path, &drawn).expect("the picture can be written");
    }
    let held = fs::read_to_string(path).unwrap_or_default();
    assert!(held == drawn, "docs/sample.svg is stale: run `UPDATE=1 cargo test --test sample`");
}

/// What the sample holds, and nothing else.
#[test]
fn the_sample_holds_what_the_readme_says() {
    let output = Command::new(env!("CARGO_BIN_EXE_overscope"))
        .args(["scan", "--root", SAMPLE, "--format", "json", "--today", "2026-11-24"])
        .env_clear()
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let findings: Vec<String> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|finding| {
            let at = &finding["place"];
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            format!(
                "{}:{}:{} {}",
                text(&at["path"]),
                at["start"]["line"],
                at["start"]["column"],
                text(&finding["rule"])
            )
        })
        .collect();
    assert_eq!(
        findings,
        [
            "config/auth.yaml:6:16 jwt/symmetric-algorithm",
            "config/auth.yaml:9:10 jwt/alg-none",
            "config/zoho.yaml:5:18 secret/zoho-client-secret",
            "config/zoho.yaml:6:18 secret/zoho-refresh-token",
            "config/zoho.yaml:8:7 scope/denied",
            "jobs/export.py:7:61 jwt/verification-disabled",
            "src/session.js:6:66 jwt/symmetric-algorithm",
            "src/session.js:10:69 jwt/alg-none",
            "src/zoho.js:4:68 scope/denied",
            "src/zoho.js:12:48 secret/zoho-access-token",
        ]
    );
}

/// A scope that does not exist is told with the one that was meant.
#[test]
fn a_misspelt_scope_is_told_with_the_right_one() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("zoho.yaml"), "zoho:\n  scopes:\n    - CRM.modules.leads.READ\n")
        .expect("it is written");
    let output = Command::new(env!("CARGO_BIN_EXE_overscope"))
        .args(["scan", "--format", "json", "--root"])
        .arg(folder.path())
        .env_clear()
        .output()
        .expect("the program runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "scope/unknown");
    assert_eq!(
        finding["message"],
        "`CRM.modules.leads.READ` is not a known scope; did you mean `ZohoCRM.modules.leads.READ`?"
    );
    assert_eq!(finding["place"]["start"]["line"], 3);
    assert_eq!(finding["place"]["start"]["column"], 7);
}
