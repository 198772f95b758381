//! What other programs read.

use super::{json, options, rendered, shown};
use crate::finding::Severity;
use crate::report::render::Format;
use crate::report::{Options, sample};
use crate::span::Span;

#[test]
fn json_is_a_document_of_its_own() {
    insta::assert_snapshot!("json", shown(Format::Json));
}

#[test]
fn json_lines_say_the_same() {
    insta::assert_snapshot!("jsonl", shown(Format::Jsonl));
    let lines: Vec<serde_json::Value> =
        shown(Format::Jsonl).lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(lines.first().map(|line| &line["type"]), Some(&"run".into()));
    assert_eq!(lines.last().map(|line| &line["type"]), Some(&"summary".into()));
}

#[test]
fn json_is_what_its_schema_says_and_nothing_more() {
    let mut schema = json(include_str!("../../../docs/schema/report.json"));
    close(&mut schema);
    let valid = |schema: &serde_json::Value, value: &serde_json::Value| {
        let validator = jsonschema::validator_for(schema).expect("the schema is one");
        let errors: Vec<String> =
            validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    };
    for report in [sample::report(), sample::empty()] {
        valid(&schema, &json(&rendered(&report, Format::Json, &options())));
        for line in rendered(&report, Format::Jsonl, &options()).lines() {
            let mut line = json(line);
            let fields = line.as_object_mut().expect("an object");
            let kind = fields.remove("type").expect("a type");
            if ["finding", "skipped", "summary"].iter().any(|known| kind == *known) {
                let name = kind.as_str().unwrap_or_default();
                let part = serde_json::json!({ "$ref": format!("#/$defs/{name}"), "$defs": schema["$defs"] });
                valid(&part, &line);
            }
        }
    }
    let document = include_str!("../../../docs/json.md");
    let example = document.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    valid(&schema, &json(example));
}

/// Lets no object have a field that is not described.
fn close(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(|known| known.is_object()) && fields.contains_key("type") {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        serde_json::Value::Array(parts) => parts.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn annotations_are_the_worst_ten() {
    insta::assert_snapshot!("github", shown(Format::GitHub));
    let mut report = sample::report();
    report.findings = vec![report.findings[0].clone(); 12];
    report.findings[11].severity = Severity::Critical;
    let text = rendered(&report, Format::GitHub, &options());
    assert_eq!(text.matches("::error ").count(), 10);
    assert!(text.starts_with("::error file=.env,line=1,endLine=1,col=8,endColumn=25,title=critical "), "{text}");
    assert!(text.ends_with("12 findings: 1 critical, 11 high; 2 not annotated; 1 file could not be read\n"), "{text}");
}

#[test]
fn nothing_of_a_scanned_file_becomes_a_workflow_command() {
    let mut report = sample::report();
    report.findings[0].primary.at.path = "a\n::set-env name=x::y".into();
    report.findings[0].message = "x\r\n::stop-commands::y\r::error::z".to_owned();
    let text = rendered(&report, Format::GitHub, &options());
    let lines = text.lines().filter(|line| line.starts_with("::"));
    assert!(
        lines.clone().all(|line| line.starts_with("::error file=")
            || line.starts_with("::warning file=")
            || line.starts_with("::notice file=")),
        "{text}"
    );
    assert!(!text.contains('\r'));
}

#[test]
fn gitlab_reads_both_reports() {
    insta::assert_snapshot!("gitlab_secrets", shown(Format::GitLabSecrets));
    insta::assert_snapshot!("gitlab_sast", shown(Format::GitLabSast));
    let named =
        serde_json::json!({ "type": "object", "required": ["name"], "properties": { "name": { "minLength": 1 } } });
    let tool = serde_json::json!({ "type": "object", "required": ["id", "name", "version", "vendor"], "properties": { "vendor": named } });
    let time = serde_json::json!({ "type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" });
    let identifier = serde_json::json!({
        "type": "object", "required": ["type", "name", "value"],
        "properties": { "name": { "minLength": 1 }, "value": { "type": "string", "minLength": 1 }, "url": { "pattern": "^https?://" } }
    });
    let vulnerability = |location: &[&str]| {
        serde_json::json!({
            "type": "object", "required": ["id", "identifiers", "location"],
            "not": { "anyOf": [{ "required": ["raw_source_code_extract"] }, { "required": ["scanner"] }] },
            "properties": {
                "id": { "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" },
                "name": { "maxLength": 255 }, "solution": { "maxLength": 7000 },
                "severity": { "enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"] },
                "identifiers": { "minItems": 1, "items": identifier },
                "location": { "type": "object", "required": location, "properties": { "commit": { "required": ["sha"] } } }
            }
        })
    };
    for (format, kind, location) in [
        (Format::GitLabSecrets, "secret_detection", vec!["file", "start_line", "end_line", "commit"]),
        (Format::GitLabSast, "sast", vec!["file", "start_line", "end_line"]),
    ] {
        let schema = serde_json::json!({
            "type": "object", "required": ["scan", "version", "vulnerabilities"],
            "properties": {
                "version": { "const": "15.0.7" },
                "scan": {
                    "type": "object",
                    "required": ["analyzer", "scanner", "start_time", "end_time", "status", "type"],
                    "properties": {
                        "analyzer": tool, "scanner": tool, "start_time": time, "end_time": time,
                        "type": { "const": kind }, "status": { "enum": ["success", "failure"] }
                    }
                },
                "vulnerabilities": { "type": "array", "items": vulnerability(&location) }
            }
        });
        let validator = jsonschema::validator_for(&schema).expect("the schema is one");
        for report in [sample::report(), sample::empty()] {
            let document = json(&rendered(&report, format, &options()));
            let errors: Vec<String> =
                validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{format}: {errors:#?}");
        }
    }
}

#[test]
fn junit_is_a_document_of_suites() {
    insta::assert_snapshot!("junit", shown(Format::Junit));
    insta::assert_snapshot!("junit_clean", rendered(&sample::empty(), Format::Junit, &options()));
}

#[test]
fn a_table_has_a_row_for_every_finding() {
    insta::assert_snapshot!("csv", shown(Format::Csv));
    let marked = Options { byte_order_mark: true, ..options() };
    assert!(rendered(&sample::report(), Format::Csv, &marked).starts_with('\u{feff}'));
}

#[test]
fn markdown_stays_below_the_limit_of_a_job_summary() {
    insta::assert_snapshot!("markdown", shown(Format::Markdown));
    let mut report = sample::report();
    report.findings = vec![report.findings[0].clone(); 30_000];
    let text = rendered(&report, Format::Markdown, &options());
    assert!(text.len() < 1024 * 1024, "{}", text.len());
    assert!(text.contains(" findings left out"), "{}", &text[text.len() - 400..]);
}

#[test]
fn the_page_stands_alone_and_takes_no_markup_from_a_scanned_file() {
    insta::assert_snapshot!("html", shown(Format::Html).replace(include_str!("../html.css"), "(style)"));
    let mut report = sample::report();
    report.findings[0].message = "<script>alert(1)</script> `<b>` ` &".to_owned();
    report.findings[0].primary.at.path = "<img src=x onerror=alert(1)>".into();
    report.findings[0].primary.excerpt.text = "'\"><svg onload=x>".to_owned();
    report.findings[0].primary.excerpt.mark = Span::new(0, 3);
    report.notes = vec!["<iframe>".to_owned()];
    let text = rendered(&report, Format::Html, &options());
    for tag in ["<script", "<img", "<svg", "<b>", "<iframe", "http://", "https://", "url("] {
        assert!(!text.contains(tag), "{tag}");
    }
}
