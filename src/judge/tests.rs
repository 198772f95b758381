//! Judgement on hand-made facts: every sentence of the messages, both places pointed at, and the traps of coverage.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use camino::Utf8Path;
use jiff::civil::{Date, date};
use proptest::prelude::{Just, Strategy, prop_assert, prop_oneof, proptest};

use super::baseline::Baseline;
use super::court::judge;
use super::explain::{Subject, explain};
use super::init::{Preset, init};
use super::project::Projects;
use super::{Bench, Judgement};
use crate::fact::{ApiCall, Context, Fact, Flaw, Ignore, Operation, Role, ScopeRequest, SecretSeen, Seen, Via};
use crate::finding::excerpt::cut;
use crate::finding::{Confidence, Finding, Persona, Severity, State};
use crate::origin::{Location, Origin};
use crate::policy::{Policy, load};
use crate::rule::{RuleSet, builtin};
use crate::scope::catalog::Catalog;
use crate::scope::{ProviderId, Scope};
use crate::secret::Secret;
use crate::source::Coverage;
use crate::span::Span;
use crate::text::SourceText;

const TODAY: Date = date(2026, 11, 24);
const SMALL: &str = include_str!("../../docs/policies/small-team.yaml");
const MONOREPO: &str = include_str!("../../docs/policies/monorepo.yaml");
const REGULATED: &str = include_str!("../../docs/policies/regulated.yaml");

/// A fact at the first place of `mark` in a text of one file.
fn fact(path: &str, text: &str, mark: &str, rule: &str, seen: Seen) -> Fact {
    let source = SourceText::new(text);
    let start = text.find(mark).expect("the mark stands in the text");
    let span = Span::of(start, start + mark.len());
    Fact {
        rule: rule.parse().expect("a rule id"),
        at: Location { path: path.into(), origin: Origin::WorkTree, region: source.region(span) },
        excerpt: cut(&source, span, &[]),
        line_hash: None,
        role: Role::Product,
        confidence: Confidence::High,
        persona: Persona::Regular,
        why: Vec::new(),
        related: Vec::new(),
        seen,
    }
}

fn asks(path: &str, provider: &str, scope: &str) -> Fact {
    let asked = ScopeRequest {
        scope: Scope::new(scope),
        provider: Some(ProviderId::new(provider)),
        context: Context::Code,
        client_id: None,
        replaceable: true,
    };
    fact(path, &format!("scope = \"{scope}\"\n"), scope, "scope/request", Seen::Scope(asked))
}

fn calls(path: &str, provider: &str, method: &str, operation: &str) -> Fact {
    let call = ApiCall {
        provider: ProviderId::new(provider),
        operation: Some(Operation { method: method.to_owned(), path: operation.to_owned(), subject: None }),
        via: Via::Http,
    };
    fact(path, &format!("call({operation})\n"), operation, "scope/call", Seen::Call(call))
}

fn flaw(rule: &str, text: &str, mark: &str, flaw: Flaw) -> Fact {
    fact("src/token.js", text, mark, rule, Seen::Jwt(flaw))
}

fn policy(text: &str) -> Policy {
    if text.is_empty() {
        return Policy::builtin();
    }
    // Bases are of no interest here; their lines become comments, so that all others keep their numbers.
    let text = match (text.find("extends:"), text.find("\nowner:")) {
        (Some(start), Some(end)) if start < end => {
            let comment = text[start..end].replace("extends:", "# extends:").replace('\n', "\n#");
            format!("{}{comment}{}", &text[..start], &text[end..])
        }
        _ => text.to_owned(),
    };
    load::read(&text, Utf8Path::new("overscope.yaml"), Catalog::builtin()).expect("this is a policy").0
}

fn judged(policy_text: &str, facts: &[Fact]) -> Vec<Finding> {
    on(policy_text, facts, &[], TODAY).findings
}

fn on(policy_text: &str, facts: &[Fact], ignores: &[Ignore], today: Date) -> Judgement {
    let policy = policy(policy_text);
    let bench = Bench {
        policy: &policy,
        rules: rules(),
        catalog: Catalog::builtin(),
        coverage: Coverage::Whole,
        today,
        persona: Persona::Regular,
    };
    judge(facts, ignores, &Projects::default(), &bench)
}

fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(builtin::rules)
}

fn of<'f>(findings: &'f [Finding], rule: &str) -> &'f Finding {
    let found = findings.iter().find(|finding| finding.rule.as_str() == rule);
    found.unwrap_or_else(|| {
        let all: Vec<String> = findings.iter().map(|f| format!("{}: {}", f.rule, f.message)).collect();
        panic!("no {rule} among {all:#?}")
    })
}

fn rules_of(findings: &[Finding]) -> Vec<&str> {
    let of_scopes = findings.iter().filter(|finding| finding.rule.family() == "scope");
    of_scopes.map(|finding| finding.rule.as_str()).collect()
}

/// The text that a label of the policy marks.
fn policy_mark(finding: &Finding) -> &str {
    let label = finding.related.iter().find(|label| label.at.path == "overscope.yaml").expect("a label at the policy");
    &label.excerpt.text[label.excerpt.mark.range()]
}

#[test]
fn a_denied_scope_points_at_the_code_and_at_the_line_that_denies() {
    let facts = [
        asks("jobs/zoho_sync/sync.py", "zoho-crm", "ZohoCRM.settings.ALL"),
        calls("jobs/zoho_sync/sync.py", "zoho-crm", "GET", "/crm/{version}/Deals"),
    ];
    let findings = judged(SMALL, &facts);
    let found = of(&findings, "scope/denied");
    assert_eq!(
        found.message,
        "Requests `ZohoCRM.settings.ALL`, denied by defaults.deny (overscope.yaml:8). Remove it; this code calls only \
         GET /Deals."
    );
    assert_eq!(&found.primary.excerpt.text[found.primary.excerpt.mark.range()], "ZohoCRM.settings.ALL");
    assert_eq!(policy_mark(found), "\"ZohoCRM.settings.ALL\"");
    let all = [asks("jobs/zoho_sync/sync.py", "zoho-crm", "ZohoCRM.modules.ALL"), facts[1].clone()];
    let findings = judged(SMALL, &all);
    let found = of(&findings, "scope/denied");
    assert_eq!(found.help.as_deref(), Some("Ask for what the calls need instead: `ZohoCRM.modules.deals.READ`."));
    assert_eq!(found.fix.as_ref().map(|fix| fix.replacement.as_str()), Some("ZohoCRM.modules.deals.READ"));
}

#[test]
fn coverage_decides_and_not_the_spelling() {
    let deny = |pattern: &str| format!("version: 1\nowner: a\ndefaults: {{deny: [\"{pattern}\"]}}\n");
    for (pattern, scope, denied) in [
        // A request that overlaps what is denied and does not cover it passes.
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.deals.READ", false),
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.deals.ALL", false),
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.ALL", true),
        ("ZohoCRM.modules.ALL", "zohocrm.Modules.all", true),
        // One that covers it is denied, although its name says nothing of deleting.
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.deals.ALL", true),
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.ALL", true),
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.deals.WRITE", true),
        ("ZohoCRM.**.DELETE", "ZohoCRM.modules.deals.READ", false),
        ("ZohoCRM.modules.*.READ", "ZohoCRM.modules.deals.READ", true),
        ("ZohoCRM.modules.*.READ", "ZohoCRM.modules.deals.CREATE", false),
        ("ZohoCRM.modules.{deals,leads}.READ", "ZohoCRM.modules.leads.READ", true),
        ("ZohoCRM.modules.{deals,leads}.READ", "ZohoCRM.modules.contacts.READ", false),
        ("class:group", "ZohoCRM.modules.ALL", true),
        ("class:group", "ZohoCRM.modules.deals.READ", false),
        ("risk:>=critical", "ZohoCRM.settings.ALL", true),
        ("risk:>=critical", "ZohoCRM.modules.deals.READ", false),
    ] {
        let findings = judged(&deny(pattern), &[asks("a.py", "zoho-crm", scope)]);
        assert_eq!(rules_of(&findings).contains(&"scope/denied"), denied, "deny {pattern}, request {scope}");
    }
}

#[test]
fn a_scope_split_into_its_parts_is_seen_through() {
    let policy = "version: 1\nowner: a\ndefaults: {deny: [\"ZohoCRM.modules.deals.ALL\"]}\n";
    let verb = |verb: &str| asks(&format!("{verb}.py"), "zoho-crm", &format!("ZohoCRM.modules.deals.{verb}"));
    let parts = ["CREATE", "DELETE", "READ", "UPDATE"].map(verb);
    assert!(!rules_of(&judged(policy, &parts[..3])).contains(&"scope/denied"));
    let findings = judged(policy, &parts);
    let found = of(&findings, "scope/denied");
    assert!(found.message.starts_with("Together `ZohoCRM.modules.deals.CREATE`, "), "{}", found.message);
    assert_eq!(found.related.len(), 4);
}

#[test]
fn a_scope_above_the_ceiling_names_the_ceiling_and_who_may_raise_it() {
    let policy = MONOREPO.replace("integrations:\n", "integrations:\n  archiver: {provider: microsoft-graph, purpose: p, owner: o, paths: [\"mail/**\"], scopes: {allow: [{scope: Mail.ReadWrite, reason: r}]}}\n");
    let findings = judged(&policy, &[asks("mail/a.py", "microsoft-graph", "Mail.ReadWrite")]);
    let found = of(&findings, "scope/above-ceiling");
    assert_eq!(
        found.message,
        "Requests `Mail.ReadWrite`; the organisation ceiling for microsoft-graph is `Mail.Read` (overscope.yaml:22). A \
         change needs security@acme.example."
    );
    assert_eq!(policy_mark(found), "\"Mail.Read\"");
}

#[test]
fn a_scope_that_is_not_allowed_names_what_is() {
    let findings = judged(MONOREPO, &[asks("services/forms/import.py", "hubspot", "crm.objects.companies.read")]);
    let found = of(&findings, "scope/above-ceiling");
    assert!(found.why.iter().any(|why| why.starts_with("also scope/not-allowed")), "{:?}", found.why);
    let open = MONOREPO.replace("{contacts,deals}.{read,write}", "**");
    let findings = judged(&open, &[asks("services/forms/import.py", "hubspot", "crm.objects.companies.read")]);
    let found = of(&findings, "scope/not-allowed");
    assert_eq!(
        found.message,
        "Requests `crm.objects.companies.read`; hubspot-import allows contacts only (overscope.yaml:41). Add it with a \
         reason, or drop it."
    );
    assert_eq!(policy_mark(found), "crm.objects.contacts.write");
}

#[test]
fn an_environment_is_told_by_the_path_and_any_may_be_meant_elsewhere() {
    let open = MONOREPO;
    let read = |path: &str| rules_of(&judged(open, &[asks(path, "hubspot", "crm.objects.contacts.read")])).len();
    assert_eq!(read("services/forms/config/sandbox.yml"), 0);
    assert_eq!(read("services/forms/app.py"), 0);
    assert_eq!(read("services/forms/config/production.yml"), 1);
}

#[test]
fn scopes_that_nobody_declared_are_told_once_for_a_file() {
    let facts = [
        asks("tools/backup.py", "dropbox", "files.content.read"),
        asks("tools/backup.py", "dropbox", "files.metadata.read"),
    ];
    let findings = judged(SMALL, &facts);
    let found = of(&findings, "scope/undeclared-integration");
    assert_eq!(
        found.message,
        "OAuth scopes for dropbox appear in tools/backup.py:1, but no integration covers this path. Run `overscope \
         policy init --add dropbox`."
    );
    assert_eq!(found.severity, Severity::High);
    assert_eq!(findings.iter().filter(|f| f.rule.as_str() == "scope/undeclared-integration").count(), 1);
    assert!(!rules_of(&judged("", &facts)).contains(&"scope/undeclared-integration"), "nothing is declared at all");
}

#[test]
fn an_unknown_scope_is_told_with_the_spelling_that_was_meant() {
    for (written, meant) in [
        ("ZohoCRM.modules.lead.READ", "ZohoCRM.modules.leads.READ"),
        ("CRM.modules.leads.READ", "ZohoCRM.modules.leads.READ"),
    ] {
        let findings = judged("", &[asks("a.py", "zoho-crm", written)]);
        let found = of(&findings, "scope/unknown");
        assert_eq!(found.message, format!("`{written}` is not a known scope; did you mean `{meant}`?"));
    }
}

#[test]
fn a_broad_scope_needs_a_reason_even_when_it_is_allowed() {
    let with = |entry: &str| {
        format!(
            "version: 1\nowner: a\nintegrations:\n  x:\n    provider: zoho-crm\n    purpose: p\n    owner: o\n    paths: \
             [\"**\"]\n    scopes: {{allow: [{entry}]}}\n"
        )
    };
    let asked = [asks("a.py", "zoho-crm", "ZohoCRM.modules.ALL")];
    assert_eq!(rules_of(&judged(&with("ZohoCRM.modules.ALL"), &asked)), ["scope/broad"]);
    assert!(rules_of(&judged(&with("{scope: ZohoCRM.modules.ALL, reason: the backup reads all}"), &asked)).is_empty());
    assert_eq!(rules_of(&judged("", &asked)), ["scope/broad"]);
    assert!(rules_of(&judged("", &[asks("a.py", "zoho-crm", "ZohoCRM.modules.deals.READ")])).is_empty());
}

#[test]
fn an_integration_is_found_by_client_id_then_by_the_most_specific_path() {
    let text = "version: 1\nowner: a\nintegrations:\n  wide: {provider: zoho-crm, purpose: p, owner: o, paths: [\"**\"], scopes: {allow: [ZohoCRM.modules.deals.READ]}}\n  narrow: {provider: zoho-crm, purpose: p, owner: o, paths: [\"jobs/sync/**\"], client_ids: [\"client-7\"], scopes: {allow: [ZohoCRM.modules.leads.READ]}}\n";
    let leads = |path: &str, client: Option<&str>| {
        let mut fact = asks(path, "zoho-crm", "ZohoCRM.modules.leads.READ");
        if let Seen::Scope(asked) = &mut fact.seen {
            asked.client_id = client.map(str::to_owned);
        }
        rules_of(&judged(text, &[fact])).len()
    };
    assert_eq!(leads("jobs/other.py", None), 1);
    assert_eq!(leads("jobs/sync/a.py", None), 0);
    assert_eq!(leads("jobs/other.py", Some("client-7")), 0);
}

#[test]
fn a_flaw_of_a_token_is_held_against_the_policy() {
    let alg = |name: &str, message: &str| Flaw {
        subject: Some(name.to_owned()),
        message: Some(message.to_owned()),
        ..Flaw::default()
    };
    let none = alg("none", "Verification accepts `none`: anyone can forge a token.");
    let findings = judged(SMALL, &[flaw("jwt/alg-none", "algorithms: ['none']", "'none'", none)]);
    assert_eq!(
        of(&findings, "jwt/alg-none").message,
        "Verification accepts `none`: anyone can forge a token. Pin RS256 or ES256 (jwt.allow_alg, overscope.yaml:16)."
    );
    let hs = || flaw("jwt/symmetric-algorithm", "algorithm: 'HS256'", "'HS256'", alg("HS256", "Signs with HS256."));
    let findings = judged(SMALL, &[hs()]);
    let found = of(&findings, "jwt/symmetric-algorithm");
    assert_eq!(
        found.message,
        "Signs with HS256; policy allows RS256 and ES256. Every verifier holding this key can also sign."
    );
    assert_eq!(policy_mark(found), "allow_alg");
    assert!(judged("version: 1\nowner: a\njwt: {symmetric: allow}\n", &[hs()]).is_empty());
    assert!(judged("version: 1\nowner: a\njwt: {allow_alg: [HS256]}\n", &[hs()]).is_empty());
    assert_eq!(judged("", &[hs()]).len(), 1);
    let aud = flaw("jwt/missing-claim", "sign(payload)", "sign", alg("aud", "No `aud`."));
    assert_eq!(
        of(&judged(SMALL, std::slice::from_ref(&aud)), "jwt/missing-claim").message,
        "Token issued without `aud` (required by overscope.yaml:18): it is accepted by any API that trusts the issuer."
    );
    assert!(judged("", &[aud]).is_empty());
    let long = Flaw { subject: Some("30d".to_owned()), seconds: Some(30 * 86_400), ..Flaw::default() };
    let text = "sign(p, k, {expiresIn: \"30d\"})";
    let findings = judged(SMALL, &[flaw("jwt/long-lifetime", text, "expiresIn: \"30d\"", long)]);
    assert_eq!(of(&findings, "jwt/long-lifetime").message, "`expiresIn: \"30d\"` exceeds jwt.max_lifetime PT1H.");
    let short = Flaw { seconds: Some(900), ..Flaw::default() };
    let quiet = judged(SMALL, &[flaw("jwt/long-lifetime", text, "expiresIn", short)]);
    assert!(quiet.iter().all(|f| f.rule.family() != "jwt"));
}

#[test]
fn a_denied_flow_points_at_the_line_that_denies_it() {
    let seen = Seen::OAuth(Flaw { subject: Some("password".to_owned()), ..Flaw::default() });
    let one = fact("a.py", "body = 'grant_type=password'", "grant_type=password", "oauth/password-grant", seen);
    let findings = judged(SMALL, &[one]);
    let found = of(&findings, "oauth/password-grant");
    assert!(found.message.starts_with("`grant_type=password` is denied (overscope.yaml:14)."), "{}", found.message);
    assert_eq!(policy_mark(found), "password");
}

fn secret(path: &str, value: &str) -> Fact {
    let held = Secret::new(value);
    let seen = Seen::Secret(SecretSeen { shown: held.redact(5), value: held.id() });
    let mut fact = fact(path, "token = ''\n", "''", "secret/zoho-refresh-token", seen);
    fact.excerpt.text = "token = '…'".to_owned();
    fact
}

#[test]
fn tests_and_documentation_are_graded_down_and_never_dropped() {
    let with = |role: Role, text: &str| {
        let fact = Fact { role, ..secret("notes.ipynb", "1000.x") };
        judged(text, &[fact])[0].severity
    };
    assert_eq!(with(Role::Product, ""), Severity::Critical);
    assert_eq!(with(Role::Test, ""), Severity::Medium);
    assert_eq!(with(Role::Docs, ""), Severity::Low);
    assert_eq!(with(Role::Docs, "version: 1\nowner: a\ndefaults: {docs_severity: high}\n"), Severity::High);
    let forbidden = "version: 1\nowner: a\nsecrets: {forbidden_paths: [\"**/*.ipynb\"]}\n";
    assert_eq!(with(Role::Docs, forbidden), Severity::Critical);
    let over = "version: 1\nowner: a\noverrides: [{paths: [\"*.ipynb\"], severity: {\"secret/*\": note, secret/zoho-refresh-token: low}, reason: r}]\n";
    assert_eq!(with(Role::Product, over), Severity::Low);
    let monitor = "version: 1\nowner: a\ngates: {modes: {secrets: monitor}}\n";
    assert_eq!(with(Role::Product, monitor), Severity::Note);
}

#[test]
fn a_rule_can_be_switched_off_with_a_reason() {
    let off = "version: 1\nowner: a\nrules: {\"secret/*\": {enabled: false, reason: another tool does it}}\n";
    assert!(judged(off, &[secret("a.py", "1000.x")]).is_empty());
}

#[test]
fn a_value_of_the_manual_is_no_secret() {
    let secrets =
        |value: &str| judged(SMALL, &[secret("a.py", value)]).iter().filter(|f| f.rule.family() == "secret").count();
    assert_eq!((secrets("changeme"), secrets("changeme2")), (0, 1));
}

#[test]
fn identity_follows_the_value_and_the_file_and_never_the_line() {
    let name = |fact: &Fact| judged("", std::slice::from_ref(fact))[0].fingerprint.clone();
    let one = secret("a.py", "value-one");
    let mut moved = one.clone();
    moved.at.region.start.line += 2;
    assert_eq!(name(&one), name(&moved));
    assert_ne!(name(&one), name(&secret("a.py", "value-two")));
    assert_ne!(name(&one), name(&secret("b.py", "value-one")));
    assert_eq!(name(&one).0.len(), 32);
    let mut second = one.clone();
    second.at.region.start.line += 9;
    let both = judged("", &[one.clone(), second]);
    assert_eq!(both[0].fingerprint, name(&one));
    assert_ne!(both[0].fingerprint, both[1].fingerprint);
}

const EXEMPT: &str = "version: 1\nowner: a\nexceptions:\n  - id: EX-2026-031\n    rules: [secret/zoho-refresh-token]\n    paths: [\"legacy/**\"]\n    reason: revoked with the migration\n    approver: ciso\n    created: 2026-11-10\n    expires: 2026-12-15\n    ticket: SEC-527\n";

#[test]
fn an_exception_holds_until_its_last_day_and_then_both_are_told() {
    let facts = [secret("legacy/a.py", "1000.x"), secret("other/a.py", "1000.x")];
    let states = |today: Date| {
        let findings = on(EXEMPT, &facts, &[], today).findings;
        let open = findings.iter().filter(|f| f.rule.family() == "secret" && f.state == State::Open).count();
        let told = findings.iter().find(|f| f.rule.family() == "policy").map(|f| f.message.clone());
        (open, told)
    };
    assert_eq!(states(date(2026, 11, 12)), (1, None));
    let soon = "EX-2026-031 expires in 21 days, on 2026-12-15 (ticket SEC-527).";
    assert_eq!(states(TODAY), (1, Some(soon.to_owned())));
    let last = "EX-2026-031 expires today, on 2026-12-15 (ticket SEC-527).";
    assert_eq!(states(date(2026, 12, 15)), (1, Some(last.to_owned())));
    let over = "EX-2026-031 expired on 2026-12-15 (ticket SEC-527); its finding is active again. Renew with a new reason \
                or mend the cause.";
    assert_eq!(states(date(2026, 12, 16)), (2, Some(over.to_owned())));
    let early = states(date(2026, 11, 9));
    assert_eq!(early.0, 2);
}

#[test]
fn the_sentence_of_an_expired_exception_for_a_scope_says_remove_the_scope() {
    let facts = [asks("services/forms/a.py", "hubspot", "crm.schemas.contacts.write")];
    let before = on(MONOREPO, &facts, &[], TODAY).findings;
    assert!(matches!(of(&before, "scope/above-ceiling").state, State::Exempt { .. }), "{before:#?}");
    let after = on(MONOREPO, &facts, &[], date(2026, 12, 16)).findings;
    assert_eq!(of(&after, "scope/above-ceiling").state, State::Open);
    assert_eq!(
        of(&after, "policy/exception-expired").message,
        "EX-2026-031 expired on 2026-12-15 (ticket SEC-527); its finding is active again. Renew with a new reason or \
         remove the scope."
    );
}

#[test]
fn all_conditions_of_an_exception_must_hold_and_exceptions_add_up() {
    let scopes = MONOREPO.replace("scopes: [crm.schemas.contacts.write]", "scopes: [crm.schemas.contacts.read]");
    let facts = [asks("services/forms/a.py", "hubspot", "crm.schemas.contacts.write")];
    let findings = judged(&scopes, &facts);
    assert_eq!(of(&findings, "scope/above-ceiling").state, State::Open);
    assert_eq!(
        of(&findings, "policy/exception-unused").message,
        "EX-2026-031 matched nothing in this scan. Delete it."
    );
}

#[test]
fn an_exception_longer_than_allowed_does_not_hold() {
    let text = REGULATED.replace("expires: 2026-12-01", "expires: 2027-02-01");
    let mut hs = flaw(
        "jwt/symmetric-algorithm",
        "HS256",
        "HS256",
        Flaw { subject: Some("HS256".to_owned()), ..Flaw::default() },
    );
    hs.at.path = "legacy/portal/a.js".into();
    let findings = judged(&text, &[hs]);
    assert_eq!(of(&findings, "jwt/symmetric-algorithm").state, State::Open);
    assert!(of(&findings, "policy/exception-expired").message.starts_with("EX-77 runs 91 days, longer than the 30 of"));
}

fn ignore(rules: &[&str], reason: Option<&str>, until: Option<&str>) -> Ignore {
    let text = SourceText::new("token = ''  # overscope: ignore\n");
    let span = Span::new(14, 31);
    Ignore {
        at: Location { path: "a.py".into(), origin: Origin::WorkTree, region: text.region(span) },
        excerpt: cut(&text, span, &[]),
        lines: (1, 1),
        rules: rules.iter().map(|&rule| rule.to_owned()).collect(),
        reason: reason.map(str::to_owned),
        until: until.map(str::to_owned),
        code: Secret::new("the line").id(),
        tool: None,
    }
}

#[test]
fn an_inline_comment_needs_a_rule_a_reason_and_something_to_hide() {
    let run = |ignore: Ignore| {
        let findings = on("", &[secret("a.py", "1000.x")], &[ignore], TODAY).findings;
        let state = of(&findings, "secret/zoho-refresh-token").state.clone();
        let told = findings.iter().find(|f| f.rule.family() == "policy").map(|f| f.rule.as_str().to_owned());
        (state == State::Open, told)
    };
    let told = |rule: &str| Some(rule.to_owned());
    assert_eq!(run(ignore(&["secret/zoho-refresh-token"], Some("sample"), None)), (false, None));
    assert_eq!(run(ignore(&["secret/*"], Some("sample"), Some("2026-11-24"))), (false, None));
    assert_eq!(
        run(ignore(&["secret/*"], Some("sample"), Some("2026-11-23"))),
        (true, told("policy/exception-expired"))
    );
    assert_eq!(
        run(ignore(&["secret/*"], Some("sample"), Some("2026-13-23"))),
        (true, told("policy/exception-expired"))
    );
    assert_eq!(run(ignore(&["secret/*"], None, None)), (true, told("policy/ignore-without-reason")));
    assert_eq!(run(ignore(&[], Some("sample"), None)), (true, told("policy/ignore-without-reason")));
    assert_eq!(run(ignore(&["jwt/alg-none"], Some("sample"), None)), (true, told("policy/ignore-unused")));
}

#[test]
fn a_comment_of_another_tool_counts_only_where_the_policy_names_the_tool() {
    let run = |policy: &str| {
        let foreign = Ignore { tool: Some("gitleaks"), ..ignore(&["secret/*"], Some("`gitleaks:allow`"), None) };
        let findings = on(policy, &[secret("a.py", "1000.x")], &[foreign], TODAY).findings;
        let open = of(&findings, "secret/zoho-refresh-token").state == State::Open;
        (open, findings.iter().find(|f| f.rule.family() == "policy").map(|finding| finding.message.clone()))
    };
    assert_eq!(run(""), (true, None));
    assert_eq!(run("version: 1\nowner: a\ncompat: [semgrep]\n"), (true, None));
    let told = "A comment of gitleaks hides secret/zoho-refresh-token and gives no reason. Write `overscope: \
                ignore[secret/zoho-refresh-token] reason`.";
    assert_eq!(run("version: 1\nowner: a\ncompat: [gitleaks]\n"), (false, Some(told.to_owned())));
}

#[test]
fn a_public_client_has_no_secret() {
    let run = |kind: &str| {
        let text = format!(
            "version: 1\nowner: a\nintegrations:\n  widget: {{provider: google, purpose: p, owner: o, paths: [\"web/**\"], \
             client_type: {kind}}}\n"
        );
        let mut found = secret("web/a.js", "GOCSPX-x");
        found.rule = "secret/google-oauth-client-secret".parse().expect("a rule id");
        judged(&text, &[found]).into_iter().find(|finding| finding.rule.as_str() == "oauth/secret-in-public-client")
    };
    assert_eq!(run("confidential"), None);
    let found = run("spa").expect("a finding");
    let told = "widget is a public client (overscope.yaml:4), and a client secret stands in its code: everybody who has the \
                code has it.";
    assert_eq!((found.message.as_str(), policy_mark(&found)), (told, "spa"));
}

/// Every sentence of the upkeep of a policy, word for word, with the place in the policy that it points at.
#[test]
fn every_sentence_of_upkeep_names_its_line() {
    let sync = |more: &str| {
        format!(
            "version: 1\nowner: a\nintegrations:\n  sync: {{provider: hubspot, purpose: p, owner: o, paths: [\"forms/**\"]{more}}}\n"
        )
    };
    let allow = ", scopes: {allow: [crm.objects.contacts.read]}";
    let exception = |expires: &str| {
        format!(
            "version: 1\nowner: a\nexceptions:\n  - {{id: EX-77, rules: [\"secret/*\"], paths: [\"a.py\"], reason: until the \
             migration, approver: c, created: 2026-11-02, expires: {expires}, ticket: SEC-527}}\n"
        )
    };
    let asks = || asks("forms/a.py", "hubspot", "crm.objects.contacts.read");
    for (rule, policy, facts, wanted, mark) in [
        (
            "policy/orphaned-integration",
            sync(allow),
            Vec::new(),
            "sync is active, but no file under forms/** mentions HubSpot any more. Retire it and revoke the grant.",
            "sync",
        ),
        (
            "policy/retired-but-present",
            sync(&format!(", lifecycle: retired{allow}")),
            vec![asks()],
            "sync is retired, but forms/a.py:1 still asks for `crm.objects.contacts.read`. Remove the code and revoke the grant.",
            "retired",
        ),
        (
            "policy/exception-unused",
            exception("2026-12-31"),
            Vec::new(),
            "EX-77 matched nothing in this scan. Delete it.",
            "EX-77",
        ),
        (
            "policy/exception-expired",
            exception("2026-11-20"),
            vec![secret("a.py", "1000.x")],
            "EX-77 expired on 2026-11-20 (ticket SEC-527); its finding is active again. Renew with a new reason or mend the cause.",
            "2026-11-20",
        ),
        (
            "policy/exception-expiring",
            exception("2026-11-25"),
            vec![secret("a.py", "1000.x")],
            "EX-77 expires tomorrow, on 2026-11-25 (ticket SEC-527).",
            "2026-11-25",
        ),
    ] {
        let findings = judged(&policy, &facts);
        let found = of(&findings, rule);
        assert_eq!(found.message, wanted, "{rule}");
        let labels = std::iter::once(&found.primary).chain(&found.related);
        let marks: Vec<&str> = labels
            .filter(|label| label.at.path == "overscope.yaml")
            .map(|label| &label.excerpt.text[label.excerpt.mark.range()])
            .collect();
        assert_eq!(marks, [mark], "{rule}");
    }
}

#[test]
fn an_overdue_review_is_told_with_its_dates() {
    let text = SMALL.replace("last: 2026-10-05, by: s.okafor", "last: 2026-06-30, by: s.okafor");
    let findings = judged(&text, &[]);
    let found = of(&findings, "policy/review-overdue");
    assert_eq!(
        found.message,
        "zoho-deals-sync was last reviewed 2026-06-30; quarterly review was due 2026-09-30 (+14 days grace)."
    );
    assert_eq!(found.primary.at.path, "overscope.yaml");
    assert!(judged(SMALL, &[]).iter().all(|f| f.rule.as_str() != "policy/review-overdue"));
    let early = on(&text, &[], &[], date(2026, 10, 14)).findings;
    assert!(early.iter().all(|f| f.rule.as_str() != "policy/review-overdue"));
}

#[test]
fn findings_come_in_order_of_path_line_and_rule() {
    let facts = [secret("b.py", "x"), asks("a.py", "zoho-crm", "ZohoCRM.modules.ALL"), secret("a.py", "y")];
    let findings = judged("", &facts);
    let order: Vec<(&str, &str)> = findings.iter().map(|f| (f.primary.at.path.as_str(), f.rule.as_str())).collect();
    assert_eq!(order[0].0, "a.py");
    assert_eq!(order[2].0, "b.py");
    let mut reversed = facts.to_vec();
    reversed.reverse();
    assert_eq!(judged("", &reversed), findings);
}

#[test]
fn a_broad_scope_names_the_calls_and_what_is_enough() {
    let facts =
        [asks("sync.py", "zoho-crm", "ZohoCRM.modules.ALL"), calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals")];
    let findings = judged("", &facts);
    let found = of(&findings, "scope/broad");
    assert_eq!(
        found.message,
        "Requests `ZohoCRM.modules.ALL`: create, read, update and delete on every CRM module. This code calls only GET \
         /Deals. Use `ZohoCRM.modules.deals.READ`."
    );
    assert_eq!(found.fix.as_ref().map(|fix| fix.replacement.as_str()), Some("ZohoCRM.modules.deals.READ"));
    assert!(found.related.iter().any(|label| label.text == "GET /Deals"));
}

#[test]
fn a_blind_call_is_named_and_keeps_back_what_is_not_certain() {
    let mut blind = calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals");
    if let Seen::Call(call) = &mut blind.seen {
        call.operation = None;
    }
    let facts = [
        asks("sync.py", "zoho-crm", "ZohoCRM.modules.ALL"),
        asks("sync.py", "zoho-crm", "ZohoCRM.coql.READ"),
        calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals"),
        blind,
    ];
    let findings = judged("", &facts);
    let found = of(&findings, "scope/broad");
    let said = " `ZohoCRM.modules.deals.READ` would do for the calls that could be resolved; the call at sync.py:1 could not \
                be resolved.";
    assert!(found.message.ends_with(said), "{}", found.message);
    assert_eq!(found.fix, None);
    let unused = of(&findings, "scope/unused");
    assert_eq!(unused.confidence, Confidence::Low);
    assert!(unused.message.contains("the call at sync.py:1 could not be resolved."), "{}", unused.message);
}

#[test]
fn an_unused_scope_says_how_many_calls_were_checked() {
    let mut facts = vec![
        asks("sync.py", "zoho-crm", "ZohoCRM.users.READ"),
        asks("sync.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
    ];
    for number in 0..14 {
        facts.push(calls(&format!("{number}.py"), "zoho-crm", "GET", "/crm/v8/Deals"));
    }
    let findings = judged("", &facts);
    let found = of(&findings, "scope/unused");
    assert_eq!(
        found.message,
        "`ZohoCRM.users.READ` is requested, no call in the repository needs it (checked 14 call sites). Usage outside the \
         repository cannot be seen."
    );
    assert_eq!(found.severity, Severity::Note);
    let policy = Policy::builtin();
    let bench = Bench {
        policy: &policy,
        rules: rules(),
        catalog: Catalog::builtin(),
        coverage: Coverage::Partial,
        today: TODAY,
        persona: Persona::Regular,
    };
    assert!(
        judge(&facts, &[], &Projects::default(), &bench).findings.is_empty(),
        "a partial scan does not speak of absence"
    );
}

#[test]
fn a_missing_scope_is_told_at_the_call() {
    let facts = [
        asks("sync.py", "zoho-crm", "ZohoCRM.modules.deals.READ"),
        calls("sync.py", "zoho-crm", "GET", "/crm/v8/Deals"),
        calls("write.py", "zoho-crm", "POST", "/crm/v8/Deals"),
    ];
    let findings = judged("", &facts);
    assert_eq!(
        of(&findings, "scope/missing").message,
        "POST /crm/v8/Deals at write.py:1 needs `ZohoCRM.modules.deals.CREATE`; the requested scopes do not include it. \
         It will fail with a scope error."
    );
    assert!(judged("", &facts[2..]).is_empty(), "where nothing is requested the scopes stand elsewhere");
}

#[test]
fn a_scope_that_is_not_allowed_and_called_for_names_the_call() {
    let open = MONOREPO.replace("{contacts,deals}.{read,write}", "**");
    let facts = [
        asks("services/forms/app.py", "hubspot", "crm.objects.companies.read"),
        calls("services/forms/import.py", "hubspot", "GET", "/crm/v3/objects/companies"),
    ];
    assert_eq!(
        of(&judged(&open, &facts), "scope/not-allowed").message,
        "Requests `crm.objects.companies.read`; hubspot-import allows contacts only (overscope.yaml:41). Add it with a \
         reason, or drop the call in services/forms/import.py:1."
    );
}

#[test]
fn the_worked_examples_of_needs_hold() {
    let needed = |provider: &str, scopes: &[&str], ops: &[(&str, &str)]| {
        let mut facts: Vec<Fact> = scopes.iter().map(|scope| asks("a.py", provider, scope)).collect();
        facts.extend(ops.iter().map(|(method, path)| calls("a.py", provider, method, path)));
        let findings = judged("", &facts);
        findings.iter().map(|f| format!("{}: {}", f.rule, f.message)).collect::<Vec<_>>().join("\n")
    };
    let zoho = needed("zoho-crm", &["ZohoCRM.Modules.Leads.read"], &[("GET", "/crm/v8/Leads")]);
    assert_eq!(zoho, "");
    let graph = needed(
        "microsoft-graph",
        &["Mail.ReadWrite", "Mail.Send", "Files.ReadWrite.All"],
        &[("GET", "/v1.0/me/messages"), ("POST", "/v1.0/me/sendMail")],
    );
    assert!(graph.contains("Files.ReadWrite.All") && graph.contains("`Mail.Read"), "{graph}");
    assert!(!graph.contains("Requests `Mail.Send`"), "{graph}");
}

fn scope() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("ZohoCRM.modules.ALL"),
        Just("ZohoCRM.modules.READ"),
        Just("ZohoCRM.modules.deals.ALL"),
        Just("ZohoCRM.modules.deals.READ"),
        Just("ZohoCRM.modules.deals.CREATE"),
        Just("ZohoCRM.modules.deals.DELETE"),
        Just("ZohoCRM.modules.leads.WRITE"),
        Just("ZohoCRM.modules.My_Module.READ"),
        Just("ZohoCRM.coql.READ"),
        Just("ZohoCRM.users.ALL"),
        Just("ZohoCRM.modules.lead.READ"),
    ]
}

fn pattern() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        scope(),
        Just("ZohoCRM.modules.*.READ"),
        Just("ZohoCRM.**.DELETE"),
        Just("ZohoCRM.modules.{deals,leads}.{READ,CREATE}"),
        Just("class:group"),
        Just("class:read-only"),
        Just("risk:>=high"),
    ]
}

/// The places and scopes that some scope rule speaks about.
fn spoken(allow: &[&str], deny: &[&str], asked: &[&str]) -> BTreeSet<(String, String)> {
    let list = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<BTreeSet<_>>();
    let list = |words: &[&str]| list(words).into_iter().collect::<Vec<_>>().join(", ");
    let policy = format!(
        "version: 1\nowner: a\ndefaults: {{deny: [{}]}}\nintegrations:\n  x: {{provider: zoho-crm, purpose: p, owner: o, \
         paths: [\"**\"], scopes: {{allow: [{}]}}}}\n",
        list(deny),
        list(allow)
    );
    let facts: Vec<Fact> =
        asked.iter().enumerate().map(|(n, scope)| asks(&format!("{n}.py"), "zoho-crm", scope)).collect();
    let findings = judged(&policy, &facts);
    let open = findings.iter().filter(|f| f.rule.family() == "scope" && f.rule.as_str() != "scope/drift");
    open.map(|f| {
        (
            f.primary.at.path.to_string(),
            if f.message.starts_with("Together") { f.message.clone() } else { String::new() },
        )
    })
    .collect()
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn adding_an_allow_never_creates_a_finding(
        allow in proptest::collection::vec(pattern(), 0..4),
        more in pattern(),
        deny in proptest::collection::vec(pattern(), 0..3),
        asked in proptest::collection::vec(scope(), 1..5),
    ) {
        let before = spoken(&allow, &deny, &asked);
        let after = spoken(&[&allow[..], &[more]].concat(), &deny, &asked);
        prop_assert!(after.is_subset(&before), "{after:?} is not in {before:?}");
    }

    #[test]
    fn adding_a_deny_never_removes_a_finding(
        allow in proptest::collection::vec(pattern(), 0..4),
        deny in proptest::collection::vec(pattern(), 0..3),
        more in pattern(),
        asked in proptest::collection::vec(scope(), 1..5),
    ) {
        let before = spoken(&allow, &deny, &asked);
        let after = spoken(&allow, &[&deny[..], &[more]].concat(), &asked);
        let places = |set: &BTreeSet<(String, String)>| set.iter().map(|(place, _)| place.clone()).collect::<BTreeSet<_>>();
        prop_assert!(places(&before).is_subset(&places(&after)), "{before:?} is not in {after:?}");
    }
}

/// A scan of secrets at `(path, line, value)`.
fn scan(secrets: &[(&str, u32, &str)]) -> Judgement {
    let at = |&(path, line, value): &(&str, u32, &str)| {
        let mut fact = secret(path, value);
        fact.at.region.start.line = line;
        fact
    };
    on("", &secrets.iter().map(at).collect::<Vec<_>>(), &[], TODAY)
}

fn open_of(judgement: &Judgement) -> usize {
    judgement.findings.iter().filter(|finding| finding.state == State::Open).count()
}

#[test]
fn what_is_known_stays_known_when_lines_and_directories_move_and_not_when_the_value_changes() {
    let baseline =
        Baseline::new().update(&scan(&[("old/a.py", 3, "value-one"), ("b.py", 1, "two")]), Coverage::Whole, false);
    let run = |secrets: &[(&str, u32, &str)], coverage: Coverage| {
        let mut judgement = scan(secrets);
        let dead = baseline.accept(&mut judgement, coverage).len();
        (open_of(&judgement), dead)
    };
    let whole = Coverage::Whole;
    assert_eq!(run(&[("old/a.py", 5, "value-one"), ("b.py", 9, "two")], whole), (0, 0), "lines were inserted");
    assert_eq!(run(&[("new/a.py", 3, "value-one"), ("b.py", 1, "two")], whole), (0, 0), "the directory was renamed");
    assert_eq!(run(&[("old/a.py", 3, "value-onf"), ("b.py", 1, "two")], whole), (1, 1), "the value has changed");
    assert_eq!(run(&[("b.py", 1, "two")], whole), (0, 1), "the code is gone");
    let copied = [("new/a.py", 3, "value-one"), ("old/a.py", 3, "value-one"), ("b.py", 1, "two")];
    assert_eq!(run(&copied, whole), (1, 0), "a copy in another file is new");
    assert_eq!(
        run(&[("new/a.py", 3, "value-one")], Coverage::Partial),
        (1, 0),
        "a part cannot tell a copy from a move"
    );
    assert_eq!(run(&[("old/a.py", 5, "value-one")], Coverage::Partial), (0, 0));
}

#[test]
fn a_baseline_is_sorted_line_by_line_and_writing_it_again_changes_nothing() {
    let judgement = scan(&[("b.py", 1, "two"), ("a.py", 1, "one"), ("c.py", 1, "three")]);
    let baseline = Baseline::new().update(&judgement, Coverage::Whole, false);
    let text = baseline.write();
    assert_eq!(Baseline::read(&text).expect("a baseline"), baseline);
    assert_eq!(baseline.update(&judgement, Coverage::Whole, false).write(), text);
    let body: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(body.len(), 3);
    assert!(body.is_sorted() && body.iter().all(|line| line.contains("\"status\":\"unreviewed\"")));
    let merged = format!("{}\n{}\n{}\n{}\n", text.lines().next().expect("a header"), body[2], body[0], body[2]);
    assert_eq!(Baseline::read(&merged).expect("a merge").entries.len(), 2);
    let other = Baseline::new().update(&judgement, Coverage::Whole, false).write();
    assert!(text.lines().skip(1).all(|line| !other.contains(&line[7..39])), "each file has a key of its own");
}

#[test]
fn an_update_keeps_what_somebody_wrote_and_a_prune_drops_what_is_dead() {
    let mut baseline =
        Baseline::new().update(&scan(&[("old/a.py", 1, "one"), ("b.py", 1, "two")]), Coverage::Whole, false);
    baseline.entries.values_mut().for_each(|entry| entry.status = format!("accepted {}", entry.path));
    let next = baseline.update(&scan(&[("new/a.py", 1, "one"), ("c.py", 1, "new")]), Coverage::Whole, false);
    let told = |baseline: &Baseline| {
        let mut told: Vec<(String, String)> =
            baseline.entries.values().map(|entry| (entry.path.clone(), entry.status.clone())).collect();
        told.sort();
        told
    };
    let pair = |path: &str, status: &str| (path.to_owned(), status.to_owned());
    let moved = pair("new/a.py", "accepted old/a.py");
    assert_eq!(told(&next), [pair("b.py", "accepted b.py"), pair("c.py", "unreviewed"), moved.clone()]);
    let pruned = next.update(&scan(&[("new/a.py", 1, "one")]), Coverage::Whole, true);
    assert_eq!(told(&pruned), [moved]);
}

#[test]
fn a_broken_baseline_is_told_by_its_lines() {
    assert!(Baseline::read("").is_err());
    assert!(Baseline::read("{}\n").is_err());
    let text = Baseline::new().write() + "{\"id\": 1}\n";
    let mistakes = Baseline::read(&text).expect_err("no entry");
    assert!(mistakes[0].message.starts_with("this line is no entry"), "{}", mistakes[0].message);
    assert_eq!(&text[mistakes[0].span.range()], "{\"id\": 1}");
}

#[test]
fn an_integration_that_nothing_belongs_to_is_told() {
    let findings = judged(
        MONOREPO,
        &[asks("apps/booking/a.ts", "google", "https://www.googleapis.com/auth/calendar.events.readonly")],
    );
    let orphans: Vec<&str> = findings
        .iter()
        .filter(|f| f.rule.as_str() == "policy/orphaned-integration")
        .map(|f| f.message.as_str())
        .collect();
    assert_eq!(
        orphans[0],
        "hubspot-import is active, but no file under services/forms/**, infra/forms/*.tf mentions HubSpot any more. Retire \
         it and revoke the grant."
    );
    assert_eq!(orphans.len(), 2);
}

fn bench<'p>(policy: &'p Policy) -> Bench<'p> {
    Bench {
        policy,
        rules: rules(),
        catalog: Catalog::builtin(),
        coverage: Coverage::Whole,
        today: TODAY,
        persona: Persona::Regular,
    }
}

fn explained(subject: Subject<'_>, scope: &str) -> String {
    let policy = policy(SMALL);
    let line = |step: &super::explain::Step| {
        let mark = if step.stops { "x" } else { "-" };
        let at = step.line.as_deref().map_or(String::new(), |line| format!(" ({line})"));
        format!("{mark} {}: {}{at}", step.what, step.text)
    };
    explain(subject, Some(scope), &bench(&policy)).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_step_of_a_decision_is_explained_with_its_line() {
    insta::assert_snapshot!(explained(Subject::Integration("zoho-deals-sync"), "ZohoCRM.modules.ALL"));
    insta::assert_snapshot!(explained(Subject::Path("jobs/zoho_sync/a.py".into()), "zohocrm.modules.deals.read"));
    insta::assert_snapshot!(explained(Subject::Path("tools/a.py".into()), "ZohoCRM.modules.lead.READ"));
}

#[test]
fn a_first_policy_allows_what_the_calls_need_and_a_second_run_changes_nothing() {
    let facts = [
        asks("jobs/sync/main.py", "zoho-crm", "ZohoCRM.modules.ALL"),
        asks("jobs/sync/main.py", "zoho-crm", "ZohoCRM.users.ALL"),
        calls("jobs/sync/main.py", "zoho-crm", "GET", "/crm/v8/Deals"),
        asks("apps/forms/a.ts", "hubspot", "crm.objects.contacts.read"),
    ];
    let owners = "*  @acme/platform\n/jobs/ @acme/data # nightly\n";
    for (preset, name) in Preset::ALL {
        let builtin = Policy::builtin();
        let text = init(&facts, &Projects::default(), preset, owners, None, &bench(&builtin));
        let (first, mistakes) =
            load::read(&text, Utf8Path::new("overscope.yaml"), Catalog::builtin()).expect("a policy");
        assert!(mistakes.is_empty(), "{name}: {mistakes:#?}");
        assert_eq!(init(&facts, &Projects::default(), preset, owners, Some(&text), &bench(&first)), text, "{name}");
        if preset == Preset::Balanced {
            insta::assert_snapshot!(text);
            let more = [&facts[..], &[asks("tools/b.py", "dropbox", "files.content.read")]].concat();
            let added = init(&more, &Projects::default(), preset, owners, Some(&text), &bench(&first));
            assert!(added.starts_with(&text) && added.contains("\n  dropbox:\n    provider: dropbox\n"), "{added}");
        }
    }
}

#[test]
fn an_entry_is_added_inside_its_map_and_nothing_else_is_touched() {
    let text = "version: 1\nowner: a\nintegrations:\n  x: {provider: zoho-crm, purpose: p, owner: o, paths: [\"a/**\"]}\n\n# the end\njwt: {symmetric: deny}\n";
    let facts = [asks("b/c.py", "zoho-crm", "ZohoCRM.modules.deals.READ")];
    let policy = policy(text);
    let added = init(&facts, &Projects::default(), Preset::Balanced, "", Some(text), &bench(&policy));
    let (head, tail) = text.split_once("\n\n").expect("two parts");
    assert!(added.starts_with(head) && added.ends_with(tail), "{added}");
    assert!(added.contains("  zoho-crm:\n    provider: zoho-crm\n"), "{added}");
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_child_policy_never_widens_its_base(
        allow in proptest::collection::vec(pattern(), 0..4),
        deny in proptest::collection::vec(pattern(), 0..3),
        own_allow in proptest::collection::vec(pattern(), 0..4),
        own_deny in proptest::collection::vec(pattern(), 0..3),
        asked in proptest::collection::vec(scope(), 1..5),
    ) {
        let list = |words: &[&str]| {
            let words: BTreeSet<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            words.into_iter().collect::<Vec<_>>().join(", ")
        };
        let text = |allow: &[&str], deny: &[&str]| {
            format!(
                "version: 1\nowner: a\ndefaults: {{deny: [{}]}}\nintegrations:\n  x: {{provider: zoho-crm, purpose: p, owner: \
                 o, paths: [\"**\"], scopes: {{allow: [{}]}}}}\n",
                list(deny),
                list(allow)
            )
        };
        let base = text(&allow, &deny);
        let own = format!("extends: [{{path: base.yaml}}]\n{}", text(&own_allow, &own_deny));
        let fetch = |_: &load::Base| Ok(base.clone());
        let path = Utf8Path::new("overscope.yaml");
        let child = load::read_with(&own, path, Catalog::builtin(), &fetch).expect("a policy").0;
        let alone = load::read(&base, path, Catalog::builtin()).expect("a policy").0;
        let facts: Vec<Fact> =
            asked.iter().enumerate().map(|(n, scope)| asks(&format!("{n}.py"), "zoho-crm", scope)).collect();
        let places = |policy: &Policy| {
            let findings = judge(&facts, &[], &Projects::default(), &bench(policy)).findings;
            let open = findings.iter().filter(|f| f.rule.family() == "scope" && f.rule.as_str() != "scope/drift");
            open.map(|f| f.primary.at.path.to_string()).collect::<BTreeSet<_>>()
        };
        let (before, after) = (places(&alone), places(&child));
        prop_assert!(before.is_subset(&after), "{before:?} is not in {after:?}");
    }
}
