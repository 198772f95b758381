//! One report that all formats are tested with, made by hand; its secret is built when the tests run.

use camino::Utf8PathBuf;

use super::{Report, Run};
use crate::finding::excerpt;
use crate::finding::{Confidence, Finding, Fingerprint, Fix, Label, Severity, State};
use crate::line_hash::line_hashes;
use crate::origin::{Commit, Location, Origin};
use crate::rule::example::fill;
use crate::rule::{RuleSet, load};
use crate::source::{Coverage, Skipped, Why};
use crate::span::Span;
use crate::text::SourceText;

/// The rules that the sample speaks of.
pub(super) fn rules() -> RuleSet {
    let mut rules = RuleSet::default();
    for rule in load::read(RULES, "rules/sample.yaml").expect("the sample's rules are valid") {
        rules.add(rule).expect("each stands once");
    }
    rules
}

/// The secret in the sample.
pub(super) fn secret() -> String {
    fill("1000.{{hex 32 #a}}.{{hex 32 #b}}", "sample").expect("a template")
}

/// The report.
pub(super) fn report() -> Report {
    let python = Text::new("jobs/zoho sync.py", &format!("# Größe 😀\nrefresh_token = \"{}\"\n", secret()));
    let yaml = Text::new("config/zoho.yaml", "scopes:\n  - ZohoCRM.modules.ALL\n  - ZohoCRM.settings.ALL\n");
    let list = Text::new(".env", "SCOPES=ZohoCRM.users.ALL,ZohoCRM.org.ALL\n");
    let policy = Text::new("overscope.yaml", "version: 1\ndefaults:\n  deny: [\"ZohoCRM.**.ALL\"]\n");
    let code = Text::new("web/auth.js", "jwt.sign(payload, key, { algorithm: 'HS256' });\n");
    let denied = |finding: Finding, scope: &str| Finding {
        message: format!("Requests `{scope}`, denied by defaults.deny (overscope.yaml:3)."),
        related: vec![policy.label("ZohoCRM.**.ALL", "denied here")],
        ..finding
    };
    let mut findings = vec![
        denied(list.finding("scope/denied", Severity::High, "ZohoCRM.users.ALL"), "ZohoCRM.users.ALL"),
        denied(list.finding("scope/denied", Severity::High, "ZohoCRM.org.ALL"), "ZohoCRM.org.ALL"),
        Finding {
            help: Some("Use `ZohoCRM.modules.deals.READ`; this code calls only GET /Deals.".to_owned()),
            fix: Some(Fix {
                replacement: "ZohoCRM.modules.deals.READ".to_owned(),
                title: "Ask for reading deals only".to_owned(),
            }),
            why: vec!["stands in a list of scopes".to_owned()],
            ..denied(yaml.finding("scope/denied", Severity::High, "ZohoCRM.modules.ALL"), "ZohoCRM.modules.ALL")
        },
        Finding {
            state: State::Exempt {
                id: "EX-7".to_owned(),
                reason: "migration".to_owned(),
                until: "2027-01-31".to_owned(),
            },
            ..yaml.finding("scope/denied", Severity::High, "ZohoCRM.settings.ALL")
        },
        Finding {
            message: "A Zoho refresh token is written in the source. It does not expire by itself.".to_owned(),
            help: Some("Revoke it in the API Console and read the new one from the environment.".to_owned()),
            ..python.hiding("secret/zoho-refresh-token", Severity::Critical, &secret())
        },
        Finding {
            state: State::Baselined,
            ..python.hiding("secret/zoho-refresh-token", Severity::Critical, &secret())
        },
        Finding {
            message: "Signs with HS256: whoever can verify can also sign.".to_owned(),
            confidence: Confidence::Medium,
            ..code.finding("jwt/symmetric-algorithm", Severity::Medium, "HS256")
        },
        Finding {
            message: "Signs with HS256 in a test.".to_owned(),
            ..code.finding("jwt/symmetric-algorithm", Severity::Note, "'HS256'")
        },
        Finding {
            state: State::Ignored { reason: "rotated yesterday".to_owned() },
            ..code.finding("jwt/symmetric-algorithm", Severity::Medium, "algorithm")
        },
    ];
    findings[6].primary.at.origin = Origin::Staged;
    findings[4].primary.at.origin = Origin::LocalOnly;
    findings[7].primary.at.origin = Origin::History(Commit {
        id: "3f6c1e5b9a7d42c0b8f1e2d3c4a5968778695a4b".to_owned(),
        date: "2026-01-02".to_owned(),
        stands: false,
    });
    let skipped = |path: &str, why: Why| Skipped { path: path.into(), why };
    Report {
        run: Run {
            targets: vec![".".to_owned()],
            coverage: Coverage::Whole,
            files: 142,
            bytes: 1_258_291,
            policy: Some("overscope.yaml".into()),
            fail_on: Some(Severity::High),
            baseline: true,
            from: None,
            past: None,
        },
        findings,
        skipped: vec![
            skipped("assets/a.png", Why::Binary),
            skipped("assets/b.png", Why::Binary),
            skipped("data/dump|x.sql", Why::TooLarge),
            skipped("secret/key", Why::Unreadable("permission denied".to_owned())),
        ],
        notes: vec!["`big.log` has more than 1000 matches of `secret/password`; the rest is not shown".to_owned()],
    }
}

/// A report with nothing to say.
pub(super) fn empty() -> Report {
    Report { run: Run { files: 1, bytes: 12, ..Run::default() }, ..Report::default() }
}

/// A text that findings are cut from.
struct Text {
    path: Utf8PathBuf,
    text: SourceText,
}

impl Text {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: SourceText::new(text) }
    }

    fn finding(&self, rule: &str, severity: Severity, mark: &str) -> Finding {
        self.made(rule, severity, mark, &[])
    }

    fn hiding(&self, rule: &str, severity: Severity, mark: &str) -> Finding {
        self.made(rule, severity, mark, &[self.span(mark)])
    }

    fn label(&self, mark: &str, text: &str) -> Label {
        self.cut(self.span(mark), text, &[])
    }

    fn made(&self, rule: &str, severity: Severity, mark: &str, hidden: &[Span]) -> Finding {
        let primary = self.cut(self.span(mark), "", hidden);
        let line = primary.at.region.start.line;
        let shown = if hidden.is_empty() { mark } else { "secret" };
        Finding {
            rule: rule.parse().expect("a rule id"),
            severity,
            confidence: Confidence::High,
            message: format!("Finds a fault of {rule}."),
            related: Vec::new(),
            help: None,
            fix: None,
            why: Vec::new(),
            fingerprint: Fingerprint(fingerprint(&format!("{rule} {} {shown}", self.path))),
            line_hash: line_hashes(self.text.as_str().as_bytes(), &[line]).remove(&line),
            state: State::Open,
            primary,
        }
    }

    fn cut(&self, span: Span, text: &str, hidden: &[Span]) -> Label {
        let at = Location { path: self.path.clone(), origin: Origin::WorkTree, region: self.text.region(span) };
        Label { at, text: text.to_owned(), excerpt: excerpt::cut(&self.text, span, hidden) }
    }

    fn span(&self, mark: &str) -> Span {
        let start = self.text.as_str().find(mark).expect("the mark stands in the text");
        Span::of(start, start + mark.len())
    }
}

/// 32 hex digits that depend on the text; real ones are keyed and stretched.
fn fingerprint(text: &str) -> String {
    fill("{{hex 32}}", text).expect("a template")
}

const RULES: &str = r#"
rules:
  - id: secret/zoho-refresh-token
    title: Zoho OAuth refresh token
    severity: critical
    since: 0.1.0
    about:
      what: A Zoho refresh token is written in the source.
      why: It never expires by itself and mints access tokens for every scope it was granted.
      fix: Revoke it in the Zoho API Console, issue a new one and read it from a secret store.
      references: [https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html]
      cwe: [798]
    gate: {keywords: ["1000."]}
    detect: {secret: [{pattern: '(?P<secret>1000\.[0-9a-f]{32}\.[0-9a-f]{32})'}]}
    examples:
      - caught: 'refresh_token = "1000.{{hex 32 #a}}.{{hex 32 #b}}"'
        at: '1000.{{hex 32 #a}}.{{hex 32 #b}}'
      - quiet: 'refresh_token = os.environ["ZOHO_REFRESH_TOKEN"]'
        file: app.py
  - id: scope/denied
    title: A denied scope
    severity: high
    about:
      what: A scope is requested that the policy denies.
      why: Whoever takes the token can do what nobody here is meant to do.
      fix: Ask for a narrower scope.
      cwe: [250, 272]
    detect: {builtin: true}
    examples:
      - caught: 'scope: ZohoCRM.modules.ALL'
        policy: "version: 1\ndefaults: {deny: [ZohoCRM.modules.ALL]}\n"
      - quiet: 'scope: ZohoCRM.modules.deals.READ'
  - id: jwt/symmetric-algorithm
    title: Symmetric signature
    severity: medium
    confidence: medium
    about:
      what: A token is signed with a key that verifiers hold too.
      why: Every verifier can forge tokens.
      fix: Sign with RS256 or ES256.
      cwe: [327]
    detect: {builtin: true}
    examples:
      - caught: "alg: HS256"
      - quiet: "alg: RS256"
"#;
