//! The policy file as written: every key, what it may hold, what it is for, and how it joins with a base.

use super::shape::{Join, Key, Object, Shape};
use super::words::{
    ALG_WORDS, CADENCES, CLASSES, FRAMEWORKS, GRANTS, LIFECYCLES, MARKERS, MODE_WORDS, NESTED, PERSONAS, PKCE,
    ROTATIONS, SEVERITIES, SEVERITIES_UP, SYMMETRIC,
};

/// The whole file.
pub static POLICY: Object = Object {
    what: "the policy",
    keys: &[
        own("$schema", Shape::Text, "Where editors find the schema of this file."),
        need("version", Shape::Whole(1, 1), Join::Own, "The version of the format: 1."),
        own(
            "extends",
            Shape::List(&Shape::Object(&BASE), 0),
            "Policies that this one builds on, in order. It may only be stricter than they are.",
        ),
        need("owner", Shape::Text, Join::Own, "Who answers for the file: a team or an address."),
        key("locked", KEY_PATHS, Join::Both, "Key paths that a policy which extends this one may not change at all."),
        key("unlocked", KEY_PATHS, Join::Own, "Key paths that a policy which extends this one may also weaken."),
        key(
            "review",
            Shape::Object(&REVIEW),
            Join::Keys,
            "When the whole file was last looked over, and how often it must be.",
        ),
        key(
            "environments",
            Shape::List(&Shape::Name, 0),
            Join::Both,
            "The names under which integrations may list environments.",
        ),
        key("gates", Shape::Object(&GATES), Join::Keys, "What fails a run."),
        key("defaults", Shape::Object(&DEFAULTS), Join::Keys, "What holds for every integration."),
        key(
            "ceiling",
            Shape::Map(&Shape::Name, &SCOPES),
            Join::Layers,
            "For each provider the scopes beyond which no integration may be allowed anything.",
        ),
        key("secrets", Shape::Object(&SECRETS), Join::Keys, "Where secrets may come from, and what is none."),
        key("tokens", Shape::Object(&TOKENS), Join::Keys, "How long tokens live and where they are kept."),
        key("jwt", Shape::Object(&JWT), Join::Keys, "How tokens must be signed and checked."),
        key("flows", Shape::Object(&FLOWS), Join::Keys, "Which OAuth flows may be used."),
        key(
            "integrations",
            Shape::Map(&Shape::Name, &Shape::Object(&INTEGRATION)),
            Join::Keys,
            "Every client of a provider's API: why it exists, who owns it, what it may ask for.",
        ),
        key(
            "overrides",
            Shape::List(&Shape::Object(&OVERRIDE), 0),
            Join::Layers,
            "Severities for some paths, such as tests and documentation.",
        ),
        key(
            "exceptions",
            Shape::List(&Shape::Object(&EXCEPTION), 0),
            Join::Layers,
            "Findings that somebody has taken on, with a reason and a last day.",
        ),
        key("rules", Shape::Map(&Shape::Rule, &Shape::Object(&RULE)), Join::Keys, "Settings of single rules."),
        key(
            "nested",
            Shape::Words(NESTED),
            Join::First,
            "Whether an `overscope.yaml` in a folder below tightens this policy for its folder.",
        ),
        own(
            "rule_files",
            Shape::List(&Shape::Text, 0),
            "Files and directories with rules of your own, relative to the root of the repository.",
        ),
        key(
            "compat",
            Shape::List(&Shape::Words(MARKERS), 0),
            Join::Common,
            "Other tools whose inline markers count, too. They carry no reason, and that is reported.",
        ),
        key("audit", Shape::Object(&AUDIT), Join::Keys, "What the periodic audit needs to know."),
    ],
    one_of: &[],
};

static BASE: Object = Object {
    what: "a base",
    keys: &[
        own("path", Shape::Text, "A file, relative to this one."),
        own("git", Shape::Text, "The repository of a vendored file, for the record; nothing is fetched during a scan."),
        own("rev", Shape::Hex("", 40), "The commit of the vendored file."),
        own("file", Shape::Text, "The path of the file in its repository."),
        own("digest", Shape::Hex("sha256:", 64), "The digest of the vendored file, which is compared on every read."),
    ],
    one_of: &["path", "git"],
};

static REVIEW: Object = Object {
    what: "a review",
    keys: &[
        key("cadence", Shape::Words(CADENCES), Join::First, "How often."),
        own("last", Shape::Date, "The day of the last review."),
        own("by", Shape::Text, "Who reviewed."),
        key("grace_days", Shape::Whole(0, 366), Join::Least, "Days after the due date before it is reported."),
        own("evidence", Shape::Text, "Where the record of the review is kept."),
        own("ticket", Shape::Text, "The ticket of the review."),
    ],
    one_of: &[],
};

static GATES: Object = Object {
    what: "`gates`",
    keys: &[
        key("fail_on", Shape::Words(SEVERITIES_UP), Join::First, "Findings of this severity and above fail the run."),
        key("modes", Shape::Object(&MODES), Join::Keys, "What a family of findings may do."),
    ],
    one_of: &[],
};

static MODES: Object = Object {
    what: "`modes`",
    keys: &[
        key("secrets", Shape::Words(MODE_WORDS), Join::First, "Hardcoded credentials."),
        key("scopes", Shape::Words(MODE_WORDS), Join::First, "Scopes that are asked for."),
        key("jwt", Shape::Words(MODE_WORDS), Join::First, "How tokens are signed and checked."),
        key("oauth", Shape::Words(MODE_WORDS), Join::First, "How authorization is set up."),
        key("policy", Shape::Words(MODE_WORDS), Join::First, "The upkeep of this file."),
    ],
    one_of: &[],
};

static DEFAULTS: Object = Object {
    what: "`defaults`",
    keys: &[
        key("undeclared", Shape::Words(SEVERITIES), Join::First, "Severity of a scope that no integration covers."),
        key(
            "unknown_scope",
            Shape::Words(SEVERITIES),
            Join::First,
            "Severity of a scope that its provider does not know.",
        ),
        key(
            "broad_class",
            Shape::Words(CLASSES),
            Join::First,
            "The class from which a scope is broad: it then needs a reason beside it.",
        ),
        key("deny", SCOPES, Join::Both, "Scopes that no integration may ask for."),
        key(
            "exception_max_days",
            Shape::Whole(1, 366),
            Join::Least,
            "The longest term of an exception in days; 90 where nothing is said.",
        ),
        key(
            "require_reason_from",
            Shape::Words(CLASSES),
            Join::First,
            "The class from which an allowed scope must carry a reason.",
        ),
        key(
            "docs_severity",
            Shape::Words(SEVERITIES),
            Join::First,
            "The highest severity of a finding in documentation.",
        ),
    ],
    one_of: &[],
};

static SECRETS: Object = Object {
    what: "`secrets`",
    keys: &[
        key(
            "allowed_sources",
            TEXTS,
            Join::Common,
            "Where code may take secrets from: env, vault, aws-sm, github-actions, …",
        ),
        key("forbidden_paths", GLOBS, Join::Both, "Files in which no secret is ever graded down."),
        key("example_values", TEXTS, Join::Common, "Values that are no secret wherever they stand."),
        key("local_only_files", GLOBS, Join::Common, "Files that may hold secrets as long as git ignores them."),
        key("max_open_days", Shape::Object(&OPEN_DAYS), Join::Keys, "Days within which a finding must be closed."),
    ],
    one_of: &[],
};

static OPEN_DAYS: Object = Object {
    what: "`max_open_days`",
    keys: &[
        key("critical", DAYS, Join::Least, "For critical findings."),
        key("high", DAYS, Join::Least, "For high findings."),
        key("medium", DAYS, Join::Least, "For medium findings."),
        key("low", DAYS, Join::Least, "For low findings."),
    ],
    one_of: &[],
};

static TOKENS: Object = Object {
    what: "`tokens`",
    keys: &[
        key("access_max", Shape::Duration, Join::Least, "The longest life of an access token."),
        key("refresh_max_age", Shape::Duration, Join::Least, "The age at which a refresh token must be issued anew."),
        key("refresh_rotation", Shape::Words(ROTATIONS), Join::First, "How refresh tokens change."),
        key("grant_code_max", Shape::Duration, Join::Least, "The longest life of an authorization code."),
        key("storage", TEXTS, Join::Common, "Where tokens may be kept."),
    ],
    one_of: &[],
};

static JWT: Object = Object {
    what: "`jwt`",
    keys: &[
        key("allow_alg", ALGS, Join::Common, "Signature algorithms that may be used; all others are reported."),
        key("deny_alg", ALGS, Join::Both, "Signature algorithms that may not be used."),
        key("symmetric", Shape::Words(SYMMETRIC), Join::First, "What holds for HS256 and its kin."),
        key("require_claims", TEXTS, Join::Both, "Claims that every issued token must carry."),
        key("max_lifetime", Shape::Duration, Join::Least, "The longest life of an issued token."),
        key("assertion_max", Shape::Duration, Join::Least, "The longest life of a client assertion."),
        key("require_jwks", Shape::Truth, Join::True, "Whether keys for checking must come from a key set."),
        key("min_rsa_bits", Shape::Whole(2048, 16384), Join::Most, "The shortest RSA key."),
        key("require_verify", Shape::Truth, Join::True, "Whether signatures must be checked; `false` leaves a note."),
    ],
    one_of: &[],
};

static FLOWS: Object = Object {
    what: "`flows`",
    keys: &[
        key(
            "allow",
            Shape::List(&Shape::Words(GRANTS), 0),
            Join::Common,
            "Flows that may be used; all others are reported.",
        ),
        key("deny", Shape::List(&Shape::Words(GRANTS), 0), Join::Both, "Flows that may not be used."),
        key("pkce", Shape::Words(PKCE), Join::First, "Whether the code flow needs a proof key."),
    ],
    one_of: &[],
};

static INTEGRATION: Object = Object {
    what: "an integration",
    keys: &[
        need("provider", Shape::Text, Join::Own, "Whose API: an id such as `zoho-crm` (`overscope scopes list`)."),
        need("purpose", Shape::Text, Join::Own, "What it is for, in a sentence."),
        need("owner", Shape::Text, Join::Own, "Who answers for it."),
        own("client_type", Shape::Text, "What kind of client it is registered as."),
        own("flow", Shape::Words(GRANTS), "How it gets its tokens."),
        key(
            "client_ids",
            TEXTS,
            Join::Both,
            "Its client ids: identifiers, not secrets. A request with one of them is this integration's.",
        ),
        need("paths", Shape::List(&Shape::Glob, 1), Join::Own, "Where its code stands."),
        own("data", TEXTS, "Which data it touches."),
        key(
            "environments",
            Shape::Map(&Shape::Name, &Shape::Object(&ENVIRONMENT)),
            Join::Keys,
            "What differs from environment to environment.",
        ),
        key("scopes", Shape::Object(&SCOPE_LISTS), Join::Keys, "What it may ask for in every environment."),
        key(
            "tokens",
            Shape::Object(&TOKENS),
            Join::Keys,
            "Lifetimes of its tokens, where they differ from the file's.",
        ),
        key("jwt", Shape::Object(&JWT), Join::Keys, "How its tokens are signed, where it differs from the file's."),
        key("review", Shape::Object(&REVIEW), Join::Keys, "When it was last looked over."),
        key("evidence", Shape::Object(&EVIDENCE), Join::Keys, "Exports of the provider that the audit reads."),
        own("lifecycle", Shape::Words(LIFECYCLES), "Where it stands in its life."),
        own("retire_by", Shape::Date, "The day by which a deprecated integration must be gone."),
    ],
    one_of: &[],
};

static ENVIRONMENT: Object = Object {
    what: "an environment",
    keys: &[
        own("org", Shape::Text, "The organization or tenant at the provider."),
        own(
            "data_center",
            Shape::Text,
            "The provider's region. For Zoho one of us, eu, in, au, jp, ca, sa, cn, uk: addresses of others are reported.",
        ),
        key("scopes", Shape::Object(&SCOPE_LISTS), Join::Keys, "What the integration may ask for here."),
    ],
    one_of: &[],
};

static SCOPE_LISTS: Object = Object {
    what: "`scopes`",
    keys: &[
        key(
            "allow",
            Shape::List(&Shape::Either(&Shape::Scope, &ALLOWED), 0),
            Join::Layers,
            "Scopes that may be asked for; everything else may not.",
        ),
        key("deny", SCOPES, Join::Both, "Scopes that may not be asked for, whatever else is allowed."),
    ],
    one_of: &[],
};

static ALLOWED: Object = Object {
    what: "an allowed scope",
    keys: &[
        need("scope", Shape::Scope, Join::Own, "The scope or pattern."),
        need("reason", Shape::Text, Join::Own, "Why it is needed."),
        own("ticket", Shape::Text, "Where it was decided."),
    ],
    one_of: &[],
};

static EVIDENCE: Object = Object {
    what: "`evidence`",
    keys: &[
        own("grants", Shape::Text, "A file with what the provider says it has granted."),
        own("usage", Shape::Text, "A file with what the provider says was used."),
    ],
    one_of: &[],
};

static OVERRIDE: Object = Object {
    what: "an override",
    keys: &[
        need("paths", Shape::List(&Shape::Glob, 1), Join::Own, "Where it holds."),
        own(
            "severity",
            Shape::Map(&Shape::Rule, &Shape::Words(SEVERITIES)),
            "The severity of a rule or family there; an exact id wins over a family, a later entry over an earlier one.",
        ),
        own("persona", Shape::Words(PERSONAS), "The calmest reader who sees findings there."),
        need("reason", Shape::Text, Join::Own, "Why it differs there."),
    ],
    one_of: &[],
};

static EXCEPTION: Object = Object {
    what: "an exception",
    keys: &[
        need("id", Shape::Id, Join::Own, "Its name, for tickets and reports."),
        need("rules", Shape::List(&Shape::Rule, 1), Join::Own, "The rules or families that it speaks about."),
        own("integration", Shape::Text, "The integration that it speaks about."),
        own("paths", Shape::List(&Shape::Glob, 1), "The paths that it speaks about."),
        own("fingerprint", Shape::Hex("", 32), "The one finding that it speaks about."),
        own("scopes", Shape::List(&Shape::Scope, 1), "Only these scopes."),
        need("reason", Shape::Sentence(10), Join::Own, "Why it is acceptable for now."),
        need("approver", Shape::Text, Join::Own, "Who said yes."),
        need("created", Shape::Date, Join::Own, "The first day."),
        need("expires", Shape::Date, Join::Own, "The last day; the finding is back on the next."),
        own("ticket", Shape::Text, "Where it was decided."),
        own("compensating_control", Shape::Text, "What keeps the harm small meanwhile."),
    ],
    one_of: &["integration", "paths", "fingerprint"],
};

static RULE: Object = Object {
    what: "a rule's entry",
    keys: &[
        key("enabled", Shape::Truth, Join::True, "Whether the rule speaks at all."),
        key("severity", Shape::Words(SEVERITIES), Join::First, "Its severity in this repository."),
        need("reason", Shape::Text, Join::Own, "Why it differs from the default."),
    ],
    one_of: &[],
};

static AUDIT: Object = Object {
    what: "`audit`",
    keys: &[
        own("snapshot_dir", Shape::Text, "The folder of the audit's snapshots."),
        own("frameworks", Shape::List(&Shape::Words(FRAMEWORKS), 0), "The frameworks that the report answers to."),
        own("systems", Shape::Text, "What the audit covers, in a sentence."),
        key("reviewer_not_owner", Shape::Truth, Join::True, "Whether an integration's owner may not be its reviewer."),
    ],
    one_of: &[],
};

const fn key(name: &'static str, shape: Shape, join: Join, about: &'static str) -> Key {
    Key { name, about, needed: false, shape, join }
}

const fn need(name: &'static str, shape: Shape, join: Join, about: &'static str) -> Key {
    Key { name, about, needed: true, shape, join }
}

const fn own(name: &'static str, shape: Shape, about: &'static str) -> Key {
    key(name, shape, Join::Own, about)
}

const TEXTS: Shape = Shape::List(&Shape::Text, 0);
const GLOBS: Shape = Shape::List(&Shape::Glob, 0);
const SCOPES: Shape = Shape::List(&Shape::Scope, 0);
const ALGS: Shape = Shape::List(&Shape::Words(ALG_WORDS), 0);
const KEY_PATHS: Shape = Shape::List(&Shape::Text, 0);
const DAYS: Shape = Shape::Whole(0, i64::MAX);
