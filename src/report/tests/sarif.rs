//! SARIF: valid by the standard, complete for code scanning.

use super::{json, options, rendered, shown};
use crate::finding::{Label, Severity};
use crate::report::render::Format;
use crate::report::{Options, sample};

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
    let schema = json(include_str!("../../../tests/data/sarif-2.1.0.json"));
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
fn whole_sarif_leads_from_a_request_to_its_calls() {
    let mut report = sample::report();
    let call = report.findings[0].primary.clone();
    let finding = report.findings.iter_mut().find(|one| one.rule.family() == "scope" && !one.related.is_empty());
    let finding = finding.expect("a scope that a line of the policy speaks of");
    finding.related.push(Label { text: "GET /Leads".to_owned(), ..call });
    let (rule, beside) = (finding.rule.to_string(), finding.related.len());
    let flows = |format| {
        let log = json(&rendered(&report, format, &options()));
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        let id = |result: &serde_json::Value| result["ruleId"].as_str().is_some_and(|id| id.starts_with(&rule));
        results.into_iter().filter(id).map(|result| result["codeFlows"].clone()).next().expect("its result")
    };
    let steps = flows(Format::SarifFull)[0]["threadFlows"][0]["locations"].clone();
    assert_eq!(steps.as_array().map(Vec::len), Some(beside), "the line of the policy is no step: {steps}");
    assert_eq!(steps[1]["location"]["message"]["text"], "GET /Leads.");
    assert!(flows(Format::Sarif).is_null());
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
