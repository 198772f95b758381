//! What every format says of one report.

use super::render::{Format, render};
use super::{Options, Report, sample};
use crate::finding::Severity;
use crate::mistake::Mistake;
use crate::span::Span;
use crate::text::SourceText;

fn options() -> Options {
    Options { version: "0.0.0".to_owned(), ..Options::default() }
}

fn rendered(report: &Report, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    render(report, &sample::rules(), format, options, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("formats are UTF-8")
}

fn shown(format: Format) -> String {
    rendered(&sample::report(), format, &options())
}

#[test]
fn a_person_sees_both_places_and_what_to_do() {
    insta::assert_snapshot!("human", shown(Format::Human));
}

#[test]
fn a_narrow_terminal_without_unicode_is_enough() {
    let narrow = Options { width: 60, unicode: false, verbose: true, ..options() };
    let text = rendered(&sample::report(), Format::Human, &narrow);
    insta::assert_snapshot!("human_narrow", text);
    let drawn: String = text.lines().filter(|line| !line.contains("Gr")).collect();
    assert!(drawn.is_ascii(), "{drawn}");
    let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 60).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn colour_and_links_only_when_asked() {
    assert!(!shown(Format::Human).contains('\u{1b}'));
    let all = Options { colour: true, links: Some("file:///r/".to_owned()), ..options() };
    let text = rendered(&sample::report(), Format::Human, &all);
    assert!(
        text.contains("\u{1b}]8;;file:///r/jobs/zoho%20sync.py\u{1b}\\jobs/zoho sync.py:2:18\u{1b}]8;;\u{1b}\\"),
        "{text}"
    );
    assert!(text.contains("\u{1b}["));
}

#[test]
fn a_clean_run_says_what_it_read() {
    insta::assert_snapshot!(rendered(&sample::empty(), Format::Human, &options()), @r"
    no findings
    scanned: 1 file, 12 B
    policy: built-in defaults
    ");
}

#[test]
fn a_path_cannot_steer_the_terminal() {
    let mut report = sample::report();
    report.findings[0].primary.at.path = "a\u{1b}[2J\nb".into();
    report.findings[0].message = "says \u{1b}]0;x\u{7} and \u{202e}more".to_owned();
    report.findings[0].primary.excerpt.text = "\u{1b}[31mSCOPES\u{202e}".to_owned();
    let text = rendered(&report, Format::Human, &options());
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
}

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
fn the_same_report_gives_the_same_bytes_and_shows_no_secret() {
    for format in Format::ALL {
        for report in [sample::report(), sample::empty()] {
            let once = rendered(&report, format, &options());
            assert_eq!(once, rendered(&report, format, &options()), "{format}");
            for part in sample::secret().as_bytes().windows(6) {
                let part = std::str::from_utf8(part).expect("ASCII");
                assert!(!once.contains(part), "{format} shows {part}");
            }
        }
        assert_eq!(format.as_str().parse(), Ok(format));
    }
}

#[test]
fn marks_that_lie_nowhere_do_no_harm() {
    let mut report = sample::report();
    for (index, (start, end)) in [(0, 0), (99, 120), (2, 3), (7, 7)].into_iter().enumerate() {
        report.findings[index].primary.excerpt.text = "é…ü\nx\ty".to_owned();
        report.findings[index].primary.excerpt.mark = Span::new(start, end);
    }
    report.findings[4].primary.excerpt = crate::finding::Excerpt::default();
    for format in Format::ALL {
        rendered(&report, format, &options());
    }
}

#[test]
fn a_mistake_is_drawn_at_its_place() {
    let text = SourceText::new("version: 1\ndefualts:\n  deny: [\"ZohoCRM.**.ALL\"]\nowner: [a\n");
    let mistakes = [
        Mistake::new("unclosed list", Span::new(54, 56), ""),
        Mistake::new("unknown key `defualts`", Span::new(11, 19), "did you mean `defaults`?"),
        Mistake::warning("`ZohoCRM.**.ALL` denies a part of every service", Span::new(30, 46), "name the service"),
    ];
    let mut out = Vec::new();
    super::mistake::write("overscope.yaml".into(), &text, &mistakes, &options(), &mut out).expect("memory");
    insta::assert_snapshot!("mistakes", String::from_utf8(out).expect("UTF-8"));
}

#[test]
fn sarif_is_complete_for_code_scanning() {
    insta::assert_snapshot!("sarif", shown(Format::Sarif));
}

#[test]
fn whole_sarif_keeps_what_was_accepted() {
    insta::assert_snapshot!("sarif_full", shown(Format::SarifFull));
}

#[test]
fn sarif_is_valid_by_the_standards_schema() {
    let schema = json(include_str!("../../tests/data/sarif-2.1.0.json"));
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for format in [Format::Sarif, Format::SarifFull] {
        for report in [sample::report(), sample::empty()] {
            let log = json(&rendered(&report, format, &options()));
            let errors: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{format}: {errors:#?}");
        }
    }
    assert!(!validator.is_valid(&json(r#"{"version": "2.1.0", "runs": [{"results": []}]}"#)), "the schema is asked");
}

#[test]
fn thirty_thousand_results_stay_within_the_limits_of_code_scanning() {
    let mut report = sample::report();
    let one = report.findings[0].clone();
    report.findings = (0..30_000_u32)
        .map(|index| {
            let mut finding = one.clone();
            finding.primary.at.region.start.line = index + 1;
            finding.primary.at.region.end.line = index + 1;
            finding.severity = if index % 100 == 99 { Severity::Critical } else { Severity::Low };
            finding
        })
        .collect();
    let text = rendered(&report, Format::Sarif, &options());
    let log = json(&text);
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 5000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 300);
    let notices = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notices.contains("5000 most severe results are in this file, 25000 are left out"), "{notices}");
    assert!(text.len() < 10_000_000, "{} bytes even before compression", text.len());
    code_scanning_takes(&log);
}

#[test]
fn what_code_scanning_requires_is_there() {
    for report in [sample::report(), sample::empty()] {
        code_scanning_takes(&json(&rendered(&report, Format::Sarif, &options())));
    }
    let mut unknown = sample::report();
    unknown.findings[0].rule = "secret/nobody-knows".parse().expect("an id");
    code_scanning_takes(&json(&rendered(&unknown, Format::Sarif, &options())));
}

#[test]
fn two_findings_of_a_rule_on_a_line_are_one_result() {
    let log = json(&shown(Format::Sarif));
    let results = log["runs"][0]["results"].as_array().expect("results");
    let env: Vec<_> = results
        .iter()
        .filter(|result| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == ".env")
        .collect();
    assert_eq!(env.len(), 1);
    let message = env[0]["message"]["text"].as_str().expect("a message");
    assert!(message.contains("ZohoCRM.users.ALL") && message.contains("ZohoCRM.org.ALL"), "{message}");
}

#[test]
fn a_category_ends_with_a_slash() {
    let id = |category: Option<&str>| {
        let options = Options { category: category.map(str::to_owned), ..options() };
        json(&rendered(&sample::empty(), Format::Sarif, &options))["runs"][0]["automationDetails"]["id"].clone()
    };
    assert_eq!(id(None), "overscope/");
    assert_eq!(id(Some("web/app/")), "overscope/web/app/");
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("this is JSON")
}

/// Every field that code scanning requires is there and not empty, every limit is kept, nothing tells of the machine.
fn code_scanning_takes(log: &serde_json::Value) {
    let filled = |value: &serde_json::Value| value.as_str().is_some_and(|text| !text.is_empty());
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert!(filled(&log["$schema"]) && filled(&run["tool"]["driver"]["name"]));
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules, even when there are none");
    for rule in rules {
        for text in [&rule["id"], &rule["shortDescription"]["text"], &rule["fullDescription"]["text"]] {
            assert!(filled(text) && text.as_str().is_some_and(|text| text.chars().count() <= 1024), "{rule}");
        }
        assert!(filled(&rule["help"]["text"]) && filled(&rule["help"]["markdown"]), "{rule}");
        assert!(rule["name"].as_str().is_some_and(|name| name.len() <= 255));
        let severity = &rule["properties"]["security-severity"];
        let number: Option<f32> = severity.as_str().and_then(|text| text.parse().ok());
        assert!(severity.is_null() || number.is_some_and(|number| number > 0.0 && number <= 10.0), "{rule}");
        assert!(rule["properties"]["tags"].as_array().is_some_and(|tags| tags.len() <= 10));
    }
    let results = run["results"].as_array().expect("results, even when there are none");
    assert!(results.len() <= 5000);
    let mut prints = std::collections::BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(rules[index]["defaultConfiguration"]["level"], result["level"]);
        assert!(filled(&result["message"]["text"]));
        assert_eq!(result["locations"].as_array().map(Vec::len), Some(1));
        assert!(result["relatedLocations"].as_array().is_none_or(|related| related.len() <= 10));
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("a path");
        assert!(uri.is_ascii() && !uri.starts_with('/') && !uri.contains([' ', '\\']) && !uri.contains("://"), "{uri}");
        let region = &place["region"];
        let [start, end] = ["start", "end"]
            .map(|which| (region[format!("{which}Line")].as_u64(), region[format!("{which}Column")].as_u64()));
        assert!(start.0 >= Some(1) && start.1 >= Some(1) && start <= end, "{region}");
        assert!(filled(&result["partialFingerprints"]["overscope/v1"]));
        assert!(prints.insert((result["ruleId"].to_string(), uri.to_owned(), start.0)), "two of a rule on a line");
        assert!(result.get("suppressions").is_none());
    }
}

#[test]
fn json_is_what_its_schema_says_and_nothing_more() {
    let mut schema = json(include_str!("../../docs/schema/report.json"));
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
    let document = include_str!("../../docs/json.md");
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
fn a_rule_has_one_page_with_two_faces() {
    let rules = sample::rules();
    let mut pages = String::new();
    for rule in rules.iter() {
        let (mut terminal, mut markdown) = (Vec::new(), Vec::new());
        let narrow = Options { width: 60, ..options() };
        super::page::write(rule, rules.page(&rule.id), &narrow, &mut terminal).expect("memory");
        super::page::write_markdown(rule, rules.page(&rule.id), &mut markdown).expect("memory");
        for face in [terminal, markdown] {
            pages.push_str(&String::from_utf8(face).expect("UTF-8"));
            pages.push_str("========\n");
        }
    }
    insta::assert_snapshot!("page", pages);
}
