//! The rules of a log: what code scanning shows beside a result. One rule at one severity, because a result cannot say
//! how severe it is.

use std::collections::BTreeMap;

use super::model::{
    Component, ComponentReference, Configuration, Help, Relationship, Rule, RuleProperties, Taxon, TaxonReference, Text,
};
use crate::finding::{Confidence, Finding, RuleId, Severity};
use crate::report::page::exception;
use crate::rule::{Page, RuleSet};

/// The rules that results speak of, in order of id.
pub(super) struct Catalog<'a> {
    rules: &'a RuleSet,
    places: BTreeMap<(&'a RuleId, Severity), usize>,
}

impl<'a> Catalog<'a> {
    /// The rules of these findings.
    pub(super) fn of(findings: impl Iterator<Item = &'a Finding>, rules: &'a RuleSet) -> Self {
        let mut places: BTreeMap<(&RuleId, Severity), usize> =
            findings.map(|finding| ((&finding.rule, finding.severity), 0)).collect();
        for (index, place) in places.values_mut().enumerate() {
            *place = index;
        }
        Self { rules, places }
    }

    /// The place of a finding's rule among the rules.
    pub(super) fn index(&self, finding: &Finding) -> usize {
        self.places.get(&(&finding.rule, finding.severity)).copied().unwrap_or_default()
    }

    /// The id of a rule at a severity: its own where the severity is its own, otherwise with the severity behind it.
    pub(super) fn id(&self, rule: &RuleId, severity: Severity) -> String {
        match self.rules.get(rule) {
            Some(known) if known.severity != severity => format!("{rule}/{severity}"),
            _ => rule.to_string(),
        }
    }

    /// The rules; `weaknesses` where they are to be linked to the taxonomy.
    pub(super) fn rules(&self, weaknesses: Option<&Weaknesses>) -> Vec<Rule> {
        self.places.keys().map(|(id, severity)| self.rule(id, *severity, weaknesses)).collect()
    }

    /// The weaknesses that the rules name.
    pub(super) fn weaknesses(&self) -> Weaknesses {
        let pages = self.places.keys().filter_map(|(id, _)| self.rules.page(id));
        let mut numbers: Vec<u16> = pages.flat_map(|page| page.about.cwe.iter().copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Weaknesses(numbers)
    }

    fn rule(&self, id: &RuleId, severity: Severity, weaknesses: Option<&Weaknesses>) -> Rule {
        let page = self.rules.page(id);
        let known = self.rules.get(id);
        let title = known.map_or_else(|| id.to_string(), |rule| rule.title.clone());
        let cwe = page.map(|page| page.about.cwe.as_slice()).unwrap_or_default();
        let secure = severity > Severity::Note;
        let mut tags = vec![id.family().to_owned()];
        if secure {
            tags.push("security".to_owned());
        }
        tags.extend(cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}")).take(TAGS - tags.len()));
        let full = page.map_or_else(|| title.clone(), |page| format!("{} {}", page.about.what, page.about.why));
        Rule {
            id: self.id(id, severity),
            name: pascal(id, known.is_some_and(|rule| rule.severity != severity).then_some(severity)),
            short_description: Text::new(sentence(&shortened(&title))),
            full_description: Text::new(sentence(&shortened(&full))),
            help: help(id, &title, page),
            help_uri: page.and_then(|page| page.about.references.first().cloned()),
            default_configuration: Configuration { level: level(severity) },
            properties: RuleProperties {
                tags,
                precision: match known.map_or(Confidence::Medium, |rule| rule.confidence) {
                    Confidence::High => "high",
                    Confidence::Medium => "medium",
                    Confidence::Low => "low",
                },
                security_severity: security_severity(severity),
                problem_severity: (!secure).then_some("recommendation"),
            },
            relationships: weaknesses.map(|known| known.relationships(cwe)).unwrap_or_default(),
        }
    }
}

/// Entries of the Common Weakness Enumeration, ascending.
pub(super) struct Weaknesses(Vec<u16>);

impl Weaknesses {
    /// The taxonomy, where any weakness is named.
    pub(super) fn taxonomy(&self) -> Option<Component> {
        let taxon = |number: &u16| Taxon {
            id: number.to_string(),
            help_uri: format!("https://cwe.mitre.org/data/definitions/{number}.html"),
        };
        (!self.0.is_empty()).then(|| Component {
            name: CWE,
            organization: Some("MITRE"),
            information_uri: Some("https://cwe.mitre.org/"),
            short_description: Some(Text::new("The MITRE Common Weakness Enumeration.")),
            is_comprehensive: Some(false),
            taxa: self.0.iter().map(taxon).collect(),
            ..Component::default()
        })
    }

    /// That the tool speaks of the taxonomy.
    pub(super) fn supported(&self) -> Vec<ComponentReference> {
        if self.0.is_empty() { Vec::new() } else { vec![ComponentReference { name: CWE, index: 0 }] }
    }

    fn relationships(&self, cwe: &[u16]) -> Vec<Relationship> {
        let places = cwe.iter().filter_map(|number| Some((number, self.0.binary_search(number).ok()?)));
        let relationship = |(number, index): (&u16, usize)| Relationship {
            target: TaxonReference {
                id: number.to_string(),
                index,
                tool_component: ComponentReference { name: CWE, index: 0 },
            },
            kinds: ["superset"],
        };
        places.map(relationship).collect()
    }
}

/// The level that a severity reads as.
pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Note => "note",
    }
}

/// Numbers well inside the bands that code scanning turns back into words.
const fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.5"),
        Severity::Note => None,
    }
}

/// What is wrong, why it matters, how to mend it, how to accept it.
fn help(id: &RuleId, title: &str, page: Option<&Page>) -> Help {
    let inline = format!("overscope: ignore[{id}] why this one is right");
    let exception = exception(id.as_str());
    let Some(page) = page else {
        let text = format!("{} See `overscope explain {id}`.", sentence(title));
        return Help { text: text.clone(), markdown: text };
    };
    let about = &page.about;
    let text = format!(
        "{} {} Fix: {} To accept it, write `{inline}` in a comment on the line, or an exception with a reason and a last \
         day into the policy.",
        sentence(&about.what),
        sentence(&about.why),
        sentence(&about.fix),
    );
    let mut markdown = format!(
        "## {title}\n\n{}\n\n**Why it matters.** {}\n\n**How to mend it.** {}\n\n**How to accept it.** In a comment on the \
         line or the line above:\n\n```text\n{inline}\n```\n\nor in the policy, until a day:\n\n```yaml\n{exception}```\n",
        sentence(&about.what),
        sentence(&about.why),
        sentence(&about.fix),
    );
    if !about.references.is_empty() {
        markdown.push_str("\n**References**\n\n");
        for reference in &about.references {
            markdown.push_str(&format!("- <{reference}>\n"));
        }
    }
    markdown.push_str(&format!("\n`overscope explain {id}` tells more.\n"));
    Help { text, markdown }
}

/// `secret/zoho-refresh-token` as `SecretZohoRefreshToken`.
fn pascal(id: &RuleId, severity: Option<Severity>) -> String {
    let words = id.as_str().split(['/', '-']).chain(severity.map(Severity::as_str));
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// With a full stop at the end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// At most as long as code scanning takes.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

const CWE: &str = "CWE";
const LONGEST: usize = 1000;
const TAGS: usize = 10;
