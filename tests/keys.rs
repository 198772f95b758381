//! A key of the policy that does nothing would be a promise that nobody keeps: every key that the schema names changes
//! what the program says.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run the program")]

mod repository;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use repository::{Repository, scrub, token};
use serde_json::Value;

/// Where the difference shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    /// In the findings of a scan, or in how it ends.
    Scan,
    /// In what `policy check` says.
    Check,
    /// In the artefacts of an audit.
    Audit,
}

use Shows::{Audit, Check, Scan};

/// One pair of policies that differ in some keys and in nothing else.
struct Case {
    keys: &'static [&'static str],
    shows: Shows,
    before: String,
    after: String,
}

fn case(keys: &'static [&'static str], shows: Shows, before: impl Into<String>, after: impl Into<String>) -> Case {
    Case { keys, shows, before: before.into(), after: after.into() }
}

/// An integration with these lines.
fn sync(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "integrations:\n  sync:\n    provider: zoho-crm\n    purpose: p\n    owner: o\n    paths: [\"jobs/**\"]\n{lines}"
    )
}

/// An exception with these fields in place of the usual ones.
fn exception(about: &str, more: &str) -> String {
    let mut fields: BTreeMap<&str, &str> = BTreeMap::from([
        ("id", "EX-1"),
        ("rules", "[\"secret/*\"]"),
        ("reason", "until the migration"),
        ("approver", "ciso"),
        ("created", "2026-05-20"),
        ("expires", "2026-07-30"),
    ]);
    fields.extend(more.split(';').filter_map(|field| field.split_once('=')));
    let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{}exceptions:\n  - {{{about}, {}}}\n", sync(""), fields.join(", "))
}

/// The repository that every case is tried on.
fn repository() -> Repository {
    let place = Repository::new();
    place.write(".gitignore", ".env\n/out/\n");
    place.write(".env", &token("local"));
    place.write(
        "jobs/sync.py",
        "import requests\nSCOPES = [\"ZohoCRM.modules.deals.READ\", \"ZohoCRM.modules.deals.CREATE\"]\n\
         requests.get(\"https://www.zohoapis.eu/crm/v8/Deals\")\n",
    );
    place.write("jobs/unknown.py", "SCOPES = [\"ZohoCRM.modules.lead.READ\"]\n");
    place.write("jobs/broad.py", "SCOPES = [\"ZohoCRM.modules.ALL\"]\n");
    place.write(
        "jobs/token.js",
        "const jwt = require('jsonwebtoken');\n\
         const access = jwt.sign({ sub: id, iss: me }, key, { algorithm: 'PS384', expiresIn: '12m' });\n\
         const shared = jwt.sign({ sub: id, iss: me }, process.env.K, { algorithm: 'HS256', expiresIn: '5m' });\n\
         const claims = jwt.verify(access, key, { algorithms: ['RS256'], ignoreExpiration: true, audience: 'a', issuer: 'b' });\n",
    );
    place.write(
        "jobs/assertion.py",
        "import jwt, time\nassertion = jwt.encode({\"iss\": cid, \"sub\": user, \"aud\": \"https://login.salesforce.com\", \
         \"exp\": int(time.time()) + 180}, key, algorithm=\"RS256\")\n",
    );
    place.write(
        "jobs/key.py",
        "import jwt\nkey = rsa.generate_private_key(public_exponent=65537, key_size=2048)\nKEY = \"\"\"-----BEGIN PUBLIC \
         KEY-----\nMIIB\n-----END PUBLIC KEY-----\"\"\"\njwt.decode(token, KEY, algorithms=[\"RS256\"], audience=\"a\")\n",
    );
    place.write(
        "jobs/login.py",
        "import requests\nrequests.post(url, data={\"grant_type\": \"password\", \"username\": u})\n",
    );
    place.write(
        "jobs/pkce.ts",
        "const m = new UserManager({ client_id: a, response_type: \"code\", disablePKCE: true });\n",
    );
    place.write("jobs/hydra.yml", "ttl: {access_token: 20m, auth_code: 5m}\n");
    place.write("jobs/app.properties", "jwt.refresh-token-lifetime=30d\n");
    place.write("jobs/secret.py", &token("one"));
    place.write("jobs/widget.py", &format!("google_client_secret = \"GOCSPX-{}\"\n", &token("two")[22..50]));
    place.write("jobs/allowed.py", &format!("{}  # gitleaks:allow\n", token("three").trim_end()));
    place.write(
        "docs/guide.md",
        "Open https://accounts.zoho.eu/oauth/v2/auth?scope=ZohoCRM.modules.ALL&client_id=1000.A\n",
    );
    place.write("docs/key.md", &token("four"));
    place.write("lib/other.py", "SCOPES = [\"ZohoCRM.modules.leads.READ\"]\n");
    place.write(
        "lib/login.py",
        "URL = \"https://accounts.zoho.eu/oauth/v2/auth?scope=ZohoCRM.modules.leads.READ&client_id=1000.0ABCDEFGHIJKLMNOPQRSTUVWXYZ123\"\n",
    );
    place.write("base.yaml", "version: 1\nowner: b\ndefaults: {deny: [ZohoCRM.modules.deals.CREATE]}\n");
    place.write("locked.yaml", "version: 1\nowner: b\nlocked: [owner]\n");
    place.write("strict.yaml", "version: 1\nowner: b\njwt: {max_lifetime: PT10M}\n");
    place.write("loose.yaml", "version: 1\nowner: b\njwt: {max_lifetime: PT10M}\nunlocked: [jwt]\n");
    place.write("jobs/deep/overscope.yaml", "version: 1\nowner: b\ndefaults: {deny: [ZohoCRM.users.READ]}\n");
    place.write("jobs/deep/users.py", "SCOPES = [\"ZohoCRM.users.READ\"]\n");
    place.write(
        "own/rules.yaml",
        "rules:\n  - id: secret/acme-key\n    title: Acme key\n    severity: high\n    since: 0.1.0\n    about: {what: An Acme key \
         is written in the source., why: It opens Acme., fix: Revoke it., references: [\"https://acme.example\"], cwe: [798]}\n    \
         detect: {secret: [{pattern: 'acme_key_[0-9]{8}'}]}\n    examples:\n      - caught: 'acme_key_{{digits 8}}'\n      - \
         quiet: 'acme_key_short'\n",
    );
    place.write("jobs/acme.py", &format!("K = \"acme_{}_{}\"\n", "key", "12345678"));
    place.write("grants.csv", "integration,scope\nsync,ZohoCRM.modules.deals.READ\nsync,ZohoCRM.settings.ALL\n");
    place.write("usage.csv", "integration,scope\nsync,ZohoCRM.modules.deals.READ\n");
    place.commit();
    place
}

fn cases() -> Vec<Case> {
    let allow = "scopes: {allow: [ZohoCRM.modules.deals.READ]}";
    let deals = "[ZohoCRM.modules.deals.READ, ZohoCRM.modules.deals.CREATE]";
    let value = token("one");
    let value = value.trim_end().trim_start_matches("refresh_token = ").to_owned();
    let mut cases = vec![
        case(&["version"], Check, "", "version: 2\n"),
        case(
            &["owner"],
            Scan,
            "ceiling: {zoho-crm: [ZohoCRM.users.READ]}\n",
            "ceiling: {zoho-crm: [ZohoCRM.users.READ]}\nowner: c\n",
        ),
        case(&["extends", "extends[].path"], Scan, sync(""), format!("{}extends: [{{path: base.yaml}}]\n", sync(""))),
        case(&["locked"], Check, "extends: [{path: strict.yaml}]\n", "extends: [{path: locked.yaml}]\n"),
        case(
            &["unlocked"],
            Scan,
            "extends: [{path: strict.yaml}]\njwt: {max_lifetime: PT2H}\n",
            "extends: [{path: loose.yaml}]\njwt: {max_lifetime: PT2H}\n",
        ),
        case(
            &["nested"],
            Scan,
            sync("scopes: {allow: [ZohoCRM.users.READ]}"),
            format!("{}nested: tighten\n", sync("scopes: {allow: [ZohoCRM.users.READ]}")),
        ),
        case(
            &["review", "review.last"],
            Scan,
            "review: {cadence: quarterly, last: 2026-05-01}\n",
            "review: {cadence: quarterly, last: 2026-01-01}\n",
        ),
        case(
            &["review.cadence"],
            Scan,
            "review: {cadence: annual, last: 2026-01-01}\n",
            "review: {cadence: monthly, last: 2026-01-01}\n",
        ),
        case(
            &["review.grace_days"],
            Scan,
            "review: {cadence: quarterly, last: 2026-02-20, grace_days: 14}\n",
            "review: {cadence: quarterly, last: 2026-02-20, grace_days: 1}\n",
        ),
        case(&["review.by"], Audit, "review: {last: 2026-05-01, by: ann}\n", "review: {last: 2026-05-01, by: bob}\n"),
        case(
            &["review.evidence"],
            Audit,
            "review: {last: 2026-05-01}\n",
            "review: {last: 2026-05-01, evidence: GRC-77}\n",
        ),
        case(&["review.ticket"], Audit, "review: {last: 2026-05-01}\n", "review: {last: 2026-05-01, ticket: SEC-77}\n"),
        case(
            &["environments"],
            Check,
            sync("environments: {prod: {org: a}}"),
            format!("{}environments: [production]\n", sync("environments: {prod: {org: a}}")),
        ),
        case(
            &["gates", "gates.fail_on"],
            Scan,
            "gates: {fail_on: critical, modes: {secrets: comment, jwt: comment, oauth: comment}}\n",
            "gates: {fail_on: note, modes: {secrets: comment, jwt: comment, oauth: comment}}\n",
        ),
        case(&["gates.modes", "gates.modes.secrets"], Scan, "", "gates: {modes: {secrets: monitor}}\n"),
        case(&["gates.modes.scopes"], Scan, "", "gates: {modes: {scopes: monitor}}\n"),
        case(&["gates.modes.jwt"], Scan, "", "gates: {modes: {jwt: monitor}}\n"),
        case(&["gates.modes.oauth"], Scan, "", "gates: {modes: {oauth: monitor}}\n"),
        case(
            &["gates.modes.policy"],
            Scan,
            "review: {cadence: quarterly, last: 2026-01-01}\n",
            "review: {cadence: quarterly, last: 2026-01-01}\ngates: {modes: {policy: monitor}}\n",
        ),
        case(
            &["defaults", "defaults.undeclared"],
            Scan,
            sync(""),
            format!("{}defaults: {{undeclared: critical}}\n", sync("")),
        ),
        case(&["defaults.unknown_scope"], Scan, "", "defaults: {unknown_scope: critical}\n"),
        case(&["defaults.broad_class"], Scan, "", "defaults: {broad_class: non-sensitive}\n"),
        case(&["defaults.deny"], Scan, "", "defaults: {deny: [ZohoCRM.modules.deals.READ]}\n"),
        case(
            &["defaults.exception_max_days"],
            Scan,
            exception("paths: [\"jobs/**\"]", ""),
            format!("{}defaults: {{exception_max_days: 9}}\n", exception("paths: [\"jobs/**\"]", "")),
        ),
        case(
            &["defaults.require_reason_from"],
            Scan,
            sync("scopes: {allow: [ZohoCRM.modules.deals.CREATE]}"),
            format!(
                "{}defaults: {{require_reason_from: non-sensitive}}\n",
                sync("scopes: {allow: [ZohoCRM.modules.deals.CREATE]}")
            ),
        ),
        case(&["defaults.docs_severity"], Scan, "", "defaults: {docs_severity: critical}\n"),
        case(&["ceiling"], Scan, "", "ceiling: {zoho-crm: [ZohoCRM.users.READ]}\n"),
        case(&["secrets", "secrets.allowed_sources"], Scan, "", "secrets: {allowed_sources: [vault]}\n"),
        case(&["secrets.forbidden_paths"], Scan, "", "secrets: {forbidden_paths: [\"docs/**\"]}\n"),
        case(&["secrets.example_values"], Scan, "", format!("secrets: {{example_values: [{value}]}}\n")),
        case(&["secrets.local_only_files"], Scan, "", "secrets: {local_only_files: [\".env\"]}\n"),
        case(
            &["secrets.max_open_days", "secrets.max_open_days.critical"],
            Audit,
            "",
            "secrets: {max_open_days: {critical: 1}}\n",
        ),
        case(&["secrets.max_open_days.high"], Audit, "", "secrets: {max_open_days: {high: 1}}\n"),
        case(&["secrets.max_open_days.medium"], Audit, "", "secrets: {max_open_days: {medium: 1}}\n"),
        case(&["secrets.max_open_days.low"], Audit, "", "secrets: {max_open_days: {low: 1}}\n"),
        case(&["compat"], Scan, "", "compat: [gitleaks]\n"),
        case(&["flows", "flows.allow"], Scan, "", "flows: {allow: [password]}\n"),
        case(&["flows.deny"], Scan, "", "flows: {deny: [password]}\n"),
        case(&["flows.pkce"], Scan, "", "flows: {pkce: optional}\n"),
        case(&["rule_files"], Scan, "", "rule_files: [own]\n"),
        case(&["rules.*.enabled"], Scan, "", "rules: {\"secret/*\": {enabled: false, reason: r}}\n"),
        case(&["rules.*.severity"], Scan, "", "rules: {\"secret/*\": {severity: low, reason: r}}\n"),
        case(
            &["rules", "rules.*.reason"],
            Check,
            "rules: {\"secret/*\": {severity: low, reason: r}}\n",
            "rules: {\"secret/*\": {severity: low}}\n",
        ),
        case(
            &["overrides", "overrides[].severity"],
            Scan,
            "overrides: [{paths: [\"jobs/**\"], reason: r}]\n",
            "overrides: [{paths: [\"jobs/**\"], severity: {\"secret/*\": low}, reason: r}]\n",
        ),
        case(
            &["overrides[].paths"],
            Scan,
            "overrides: [{paths: [\"lib/**\"], severity: {\"secret/*\": low}, reason: r}]\n",
            "overrides: [{paths: [\"jobs/**\"], severity: {\"secret/*\": low}, reason: r}]\n",
        ),
        case(
            &["overrides[].persona"],
            Scan,
            "overrides: [{paths: [\"jobs/**\"], reason: r}]\n",
            "overrides: [{paths: [\"jobs/**\"], persona: auditor, reason: r}]\n",
        ),
        case(
            &["overrides[].reason"],
            Check,
            "overrides: [{paths: [\"jobs/**\"], reason: r}]\n",
            "overrides: [{paths: [\"jobs/**\"]}]\n",
        ),
        case(
            &["exceptions", "exceptions[].paths"],
            Scan,
            exception("paths: [\"lib/**\"]", ""),
            exception("paths: [\"jobs/**\"]", ""),
        ),
        case(
            &["exceptions[].id"],
            Scan,
            exception("paths: [\"jobs/**\"]", ""),
            exception("paths: [\"jobs/**\"]", "id=EX-2"),
        ),
        case(
            &["exceptions[].rules"],
            Scan,
            exception("paths: [\"jobs/**\"]", ""),
            exception("paths: [\"jobs/**\"]", "rules=[\"jwt/*\"]"),
        ),
        case(
            &["exceptions[].reason"],
            Scan,
            exception("paths: [\"jobs/**\"]", ""),
            exception("paths: [\"jobs/**\"]", "reason=until the summer is over"),
        ),
        case(
            &["exceptions[].approver"],
            Audit,
            exception("paths: [\"jobs/**\"]", ""),
            exception("paths: [\"jobs/**\"]", "approver=board"),
        ),
        case(
            &["exceptions[].created"],
            Scan,
            exception("paths: [\"jobs/**\"]", ""),
            exception("paths: [\"jobs/**\"]", "created=2026-06-10"),
        ),
        case(
            &["exceptions[].expires"],
            Scan,
            exception("paths: [\"jobs/**\"]", ""),
            exception("paths: [\"jobs/**\"]", "expires=2026-05-30"),
        ),
        case(
            &["exceptions[].ticket"],
            Scan,
            exception("paths: [\"jobs/**\"]", "expires=2026-05-30"),
            exception("paths: [\"jobs/**\"]", "expires=2026-05-30;ticket=SEC-1"),
        ),
        case(
            &["exceptions[].compensating_control"],
            Audit,
            exception("paths: [\"jobs/**\"]", ""),
            exception("paths: [\"jobs/**\"]", "compensating_control=rotated weekly"),
        ),
        case(
            &["exceptions[].integration"],
            Scan,
            exception("paths: [\"lib/**\"]", "rules=[\"scope/*\"]"),
            exception("integration: sync", "rules=[\"scope/*\"]"),
        ),
        case(
            &["exceptions[].scopes"],
            Scan,
            exception("integration: sync", "rules=[\"scope/*\"]"),
            exception("integration: sync", "rules=[\"scope/*\"];scopes=[ZohoCRM.modules.deals.READ]"),
        ),
        case(
            &["exceptions[].fingerprint"],
            Scan,
            exception("paths: [\"lib/**\"]", ""),
            exception("fingerprint: FINGERPRINT", ""),
        ),
        case(&["audit", "audit.systems"], Audit, "", "audit: {systems: all of it}\n"),
        case(&["audit.frameworks"], Audit, "", "audit: {frameworks: [soc2]}\n"),
        case(&["audit.snapshot_dir"], Audit, "", "audit: {snapshot_dir: out/elsewhere}\n"),
        case(
            &["audit.reviewer_not_owner"],
            Check,
            sync("review: {last: 2026-05-01, by: o}"),
            format!("{}audit: {{reviewer_not_owner: true}}\n", sync("review: {last: 2026-05-01, by: o}")),
        ),
        case(&["integrations"], Scan, "", sync("")),
        case(&["integrations.*.provider"], Scan, sync(""), sync("").replace("zoho-crm", "google")),
        case(&["integrations.*.purpose"], Audit, sync(""), sync("").replace("purpose: p", "purpose: copies deals")),
        case(&["integrations.*.owner"], Audit, sync(""), sync("").replace("owner: o", "owner: data")),
        case(&["integrations.*.paths"], Scan, sync(""), sync("").replace("jobs/**", "lib/**")),
        case(&["integrations.*.client_type"], Scan, sync("client_type: confidential"), sync("client_type: spa")),
        case(
            &["integrations.*.flow"],
            Check,
            format!("{}flows: {{deny: [device_code]}}\n", sync("flow: jwt_bearer")),
            format!("{}flows: {{deny: [device_code]}}\n", sync("flow: device_code")),
        ),
        case(
            &["integrations.*.client_ids"],
            Scan,
            sync("").replace("jobs/**", "x/**"),
            sync("client_ids: [1000.0ABCDEFGHIJKLMNOPQRSTUVWXYZ123]").replace("jobs/**", "x/**"),
        ),
        case(&["integrations.*.data"], Audit, sync(""), sync("data: [deal-amounts]")),
        case(
            &["integrations.*.scopes", "integrations.*.scopes.allow", "integrations.*.scopes.allow[].scope"],
            Scan,
            sync(""),
            sync(&format!("scopes: {{allow: {deals}}}")),
        ),
        case(
            &["integrations.*.scopes.allow[].reason"],
            Scan,
            sync("scopes: {allow: [ZohoCRM.modules.ALL]}"),
            sync("scopes: {allow: [{scope: ZohoCRM.modules.ALL, reason: r}]}"),
        ),
        case(
            &["integrations.*.scopes.allow[].ticket"],
            Audit,
            sync("scopes: {allow: [{scope: ZohoCRM.modules.deals.READ, reason: r}]}"),
            sync("scopes: {allow: [{scope: ZohoCRM.modules.deals.READ, reason: r, ticket: SEC-9}]}"),
        ),
        case(
            &["integrations.*.scopes.deny"],
            Scan,
            sync(allow),
            sync("scopes: {allow: [ZohoCRM.modules.deals.READ], deny: [ZohoCRM.modules.deals.READ]}"),
        ),
        case(
            &[
                "integrations.*.environments",
                "integrations.*.environments.*.scopes",
                "integrations.*.environments.*.scopes.allow",
                "integrations.*.environments.*.scopes.allow[].scope",
            ],
            Scan,
            sync(""),
            sync("environments: {production: {scopes: {allow: [ZohoCRM.modules.deals.READ]}}}"),
        ),
        case(
            &["integrations.*.environments.*.scopes.allow[].reason"],
            Scan,
            sync("environments: {production: {scopes: {allow: [ZohoCRM.modules.ALL]}}}"),
            sync("environments: {production: {scopes: {allow: [{scope: ZohoCRM.modules.ALL, reason: r}]}}}"),
        ),
        case(
            &["integrations.*.environments.*.scopes.allow[].ticket"],
            Audit,
            sync("environments: {production: {scopes: {allow: [{scope: ZohoCRM.modules.deals.READ, reason: r}]}}}"),
            sync(
                "environments: {production: {scopes: {allow: [{scope: ZohoCRM.modules.deals.READ, reason: r, ticket: SEC-9}]}}}",
            ),
        ),
        case(
            &["integrations.*.environments.*.scopes.deny"],
            Scan,
            sync("environments: {production: {scopes: {allow: [ZohoCRM.modules.deals.READ]}}}"),
            sync(
                "environments: {production: {scopes: {allow: [ZohoCRM.modules.deals.READ], deny: [ZohoCRM.modules.deals.READ]}}}",
            ),
        ),
        case(
            &["integrations.*.environments.*.data_center"],
            Scan,
            sync("environments: {production: {data_center: eu}}"),
            sync("environments: {production: {data_center: us}}"),
        ),
        case(
            &["integrations.*.environments.*.org"],
            Audit,
            sync("environments: {production: {org: a}}"),
            sync("environments: {production: {org: acme-prod}}"),
        ),
        case(
            &["integrations.*.evidence", "integrations.*.evidence.grants"],
            Audit,
            sync(""),
            sync("evidence: {grants: grants.csv}"),
        ),
        case(&["integrations.*.evidence.usage"], Audit, sync(""), sync("evidence: {usage: usage.csv}")),
        case(&["integrations.*.lifecycle"], Scan, sync("lifecycle: active"), sync("lifecycle: retired")),
        case(
            &["integrations.*.retire_by"],
            Scan,
            sync("lifecycle: deprecated\nretire_by: 2026-12-31"),
            sync("lifecycle: deprecated\nretire_by: 2026-01-31"),
        ),
        case(
            &["integrations.*.review", "integrations.*.review.last", "integrations.*.review.cadence"],
            Scan,
            sync("review: {cadence: annual, last: 2026-01-01}"),
            sync("review: {cadence: quarterly, last: 2026-01-01}"),
        ),
        case(
            &["integrations.*.review.grace_days"],
            Scan,
            sync("review: {cadence: quarterly, last: 2026-02-20, grace_days: 14}"),
            sync("review: {cadence: quarterly, last: 2026-02-20, grace_days: 1}"),
        ),
        case(
            &["integrations.*.review.by"],
            Audit,
            sync("review: {last: 2026-05-01, by: ann}"),
            sync("review: {last: 2026-05-01, by: bob}"),
        ),
        case(
            &["integrations.*.review.evidence"],
            Audit,
            sync("review: {last: 2026-05-01}"),
            sync("review: {last: 2026-05-01, evidence: GRC-77}"),
        ),
        case(
            &["integrations.*.review.ticket"],
            Audit,
            sync("review: {last: 2026-05-01}"),
            sync("review: {last: 2026-05-01, ticket: SEC-77}"),
        ),
    ];
    // What the file says of tokens, and what an integration says in its place.
    for (keys, before, after) in [
        (&["tokens.access_max", "integrations.*.tokens.access_max"], "", "access_max: PT10M"),
        (&["tokens.refresh_max_age", "integrations.*.tokens.refresh_max_age"], "", "refresh_max_age: P7D"),
        (
            &["tokens.refresh_rotation", "integrations.*.tokens.refresh_rotation"],
            "refresh_max_age: P90D",
            "refresh_max_age: P90D, refresh_rotation: provider-manual",
        ),
        (&["tokens.grant_code_max", "integrations.*.tokens.grant_code_max"], "", "grant_code_max: PT3M"),
        (&["tokens.storage", "integrations.*.tokens.storage"], "", "storage: [vault]"),
    ] {
        cases.push(case(&keys[..1], Scan, format!("tokens: {{{before}}}\n"), format!("tokens: {{{after}}}\n")));
        cases.push(case(
            &keys[1..],
            Scan,
            sync(&format!("tokens: {{{before}}}")),
            sync(&format!("tokens: {{{after}}}")),
        ));
    }
    for (keys, before, after) in [
        (&["jwt.allow_alg", "integrations.*.jwt.allow_alg"], "", "allow_alg: [RS256]"),
        (&["jwt.deny_alg", "integrations.*.jwt.deny_alg"], "", "deny_alg: [PS384]"),
        (&["jwt.symmetric", "integrations.*.jwt.symmetric"], "symmetric: deny", "symmetric: allow"),
        (&["jwt.require_claims", "integrations.*.jwt.require_claims"], "", "require_claims: [aud]"),
        (&["jwt.max_lifetime", "integrations.*.jwt.max_lifetime"], "", "max_lifetime: PT10M"),
        (&["jwt.assertion_max", "integrations.*.jwt.assertion_max"], "", "assertion_max: PT2M"),
        (&["jwt.require_jwks", "integrations.*.jwt.require_jwks"], "", "require_jwks: true"),
        (&["jwt.min_rsa_bits", "integrations.*.jwt.min_rsa_bits"], "", "min_rsa_bits: 3072"),
        (&["jwt.require_verify", "integrations.*.jwt.require_verify"], "", "require_verify: false"),
    ] {
        cases.push(case(&keys[..1], Scan, format!("jwt: {{{before}}}\n"), format!("jwt: {{{after}}}\n")));
        cases.push(case(&keys[1..], Scan, sync(&format!("jwt: {{{before}}}")), sync(&format!("jwt: {{{after}}}"))));
    }
    let vendored = |git: &str, rev: char, file: &str, digest: char| {
        let (rev, digest) = (rev.to_string().repeat(40), digest.to_string().repeat(64));
        format!("extends: [{{git: \"{git}\", rev: \"{rev}\", file: {file}, digest: \"sha256:{digest}\"}}]\n")
    };
    let plain = || vendored("https://git.example/p", 'a', "base.yaml", 'b');
    cases.push(case(&["extends[].git"], Check, plain(), vendored("https://git.example/q", 'a', "base.yaml", 'b')));
    cases.push(case(&["extends[].rev"], Check, plain(), vendored("https://git.example/p", 'c', "base.yaml", 'b')));
    cases.push(case(&["extends[].file"], Check, plain(), vendored("https://git.example/p", 'a', "other.yaml", 'b')));
    cases.push(case(&["extends[].digest"], Check, plain(), vendored("https://git.example/p", 'a', "base.yaml", 'x')));
    cases
}

/// Keys that no output can show, and why.
const SILENT: [(&str, &str); 3] = [
    ("$schema", "it speaks to editors"),
    ("jwt", "its keys are tried one by one"),
    ("tokens", "its keys are tried one by one"),
];

#[test]
fn every_key_of_the_policy_changes_what_the_program_says() {
    let place = repository();
    let fingerprint = fingerprint_of_a_secret(&place);
    let mut cases = cases();
    for case in &mut cases {
        case.after = case.after.replace("FINGERPRINT", &fingerprint);
    }
    // What differs in bytes alone must not count as a difference.
    for shows in [Scan, Audit] {
        let plain = said(&place, shows, &sync(""));
        assert!(!plain.starts_with("BROKEN"), "{plain}");
        assert_eq!(plain, said(&place, shows, &format!("{}# a comment\n", sync(""))), "{shows:?}");
    }
    let halves = cases.split_at(cases.len() / 2);
    let dead: Vec<String> = std::thread::scope(|scope| {
        let other = scope.spawn(|| dead(&repository(), halves.1));
        let mut found = dead(&place, halves.0);
        found.extend(other.join().expect("it ends"));
        found
    });
    assert!(dead.is_empty(), "these keys do nothing:\n{}", dead.join("\n"));
}

/// The keys of cases whose two policies make no difference.
fn dead(place: &Repository, cases: &[Case]) -> Vec<String> {
    let mut known: BTreeMap<(Shows, &str), String> = BTreeMap::new();
    let mut dead = Vec::new();
    for case in cases {
        for policy in [&case.before, &case.after] {
            known.entry((case.shows, policy)).or_insert_with(|| said(place, case.shows, policy));
        }
        let (before, after) = (&known[&(case.shows, case.before.as_str())], &known[&(case.shows, case.after.as_str())]);
        assert!(!before.starts_with("BROKEN"), "{:?}: the policy before it is wrong: {before}", case.keys);
        if before == after || case.shows != Check && after.starts_with("BROKEN") {
            dead.push(format!("{:?}: {}", case.keys, after.lines().next().unwrap_or_default()));
        }
    }
    dead
}

#[test]
fn every_key_of_the_schema_is_tried() {
    let output = Command::new(env!("CARGO_BIN_EXE_overscope")).args(["policy", "schema"]).output().expect("it starts");
    let schema: Value = serde_json::from_slice(&output.stdout).expect("the schema is JSON");
    let mut keys = BTreeSet::new();
    walk(&schema, &schema, "", &mut keys);
    assert!(keys.len() > 140, "{}", keys.len());
    let tried: BTreeSet<String> = cases().iter().flat_map(|case| case.keys).map(|&key| key.to_owned()).collect();
    let silent = |key: &str| {
        let last = key.strip_prefix("integrations.*.").unwrap_or(key);
        SILENT.iter().any(|(silent, _)| *silent == last)
    };
    let missing: Vec<&String> = keys.iter().filter(|key| !tried.contains(*key) && !silent(key)).collect();
    assert!(missing.is_empty(), "no case tries {missing:#?}");
    let unknown: Vec<&String> = tried.iter().filter(|key| !keys.contains(*key)).collect();
    assert!(unknown.is_empty(), "the schema does not have {unknown:#?}");
}

/// The key paths of a schema, in dots.
fn walk(node: &Value, root: &Value, path: &str, keys: &mut BTreeSet<String>) {
    if let Some(name) = node["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return walk(&root["definitions"][name], root, path, keys);
    }
    for (key, child) in node["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        keys.insert(path.clone());
        walk(child, root, &path, keys);
    }
    if node["additionalProperties"].is_object() {
        walk(&node["additionalProperties"], root, &format!("{path}.*"), keys);
    }
    if node["items"].is_object() {
        walk(&node["items"], root, &format!("{path}[]"), keys);
    }
    for other in ["oneOf", "anyOf"] {
        node[other].as_array().into_iter().flatten().for_each(|node| walk(node, root, path, keys));
    }
}

fn run(place: &Repository, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
    let output = scrub(&mut command).current_dir(place.path()).args(args).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn fingerprint_of_a_secret(place: &Repository) -> String {
    let report: Value = serde_json::from_str(&run(place, &["scan", "--format", "json"]).1).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let one = findings.iter().find(|finding| finding["place"]["path"] == "jobs/secret.py").expect("a secret");
    one["fingerprint"].as_str().expect("a fingerprint").to_owned()
}

/// What the program says under a policy.
fn said(place: &Repository, shows: Shows, lines: &str) -> String {
    let head: String = ["version: 1\n", "owner: team\n"]
        .into_iter()
        .filter(|line| {
            !lines.contains(&format!("\n{}", line.split(' ').next().unwrap_or_default()))
                && !lines.starts_with(line.split(' ').next().unwrap_or_default())
        })
        .collect();
    place.write("overscope.yaml", &format!("{head}{lines}"));
    match shows {
        Check => {
            let (code, out, err) = run(place, &["policy", "check"]);
            format!("{code:?} {out} {err}")
        }
        Scan => {
            let (code, out, err) = run(place, &["scan", "--format", "json"]);
            if !matches!(code, Some(0 | 1)) {
                return format!("BROKEN {code:?} {err}");
            }
            let report: Value = serde_json::from_str(&out).expect("JSON");
            format!("{code:?} {:#}", report["findings"])
        }
        Audit => {
            place.commit_quietly();
            let target = place.path().join("out");
            let _ = fs::remove_dir_all(&target);
            let mut args = vec!["audit", "run"];
            if !lines.contains("snapshot_dir") {
                args.extend(["--out", "out"]);
            }
            let (code, _, err) = run(place, &args);
            if !matches!(code, Some(0 | 1)) {
                return format!("BROKEN {code:?} {err}");
            }
            let mut text = String::new();
            gather(&target, &target, &mut text);
            text
        }
    }
}

/// The artefacts of an audit, without the commits and digests, which differ with every byte of the policy.
fn gather(root: &Path, folder: &Path, text: &mut String) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("it is there").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            gather(root, &path, text);
            continue;
        }
        text.push_str(&format!("# {}\n", path.strip_prefix(root).unwrap_or(&path).display()));
        let content = fs::read_to_string(&path).expect("text");
        let words = content.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
        text.extend(words.filter(|word| !is_digest(word)));
    }
}

fn is_digest(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    word.len() >= 10 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}
