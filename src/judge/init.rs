//! A first policy, written from what the code asks for and needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};

use super::Bench;
use super::ledger::Ledger;
use super::owner::Owners;
use super::project::Projects;
use super::request::{Request, requests};
use crate::fact::Fact;
use crate::policy::Policy;
use crate::scope::provider::Provider;

/// How strict a new policy is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Fails on what is high; reports the rest.
    #[default]
    Balanced,
    /// What CRM data deserves: short lives, asymmetric keys, nothing broad.
    CrmStrict,
    /// Reports everything and fails nothing: the first month.
    InventoryOnly,
}

impl Preset {
    /// All, with their words.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Balanced, "balanced"), (Self::CrmStrict, "crm-strict"), (Self::InventoryOnly, "inventory-only")];

    /// The preset of a word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, name)| *name == word).map(|(preset, _)| preset)
    }

    fn text(self) -> &'static str {
        match self {
            Self::Balanced => BALANCED,
            Self::CrmStrict => CRM_STRICT,
            Self::InventoryOnly => INVENTORY_ONLY,
        }
    }
}

/// Writes a policy for a repository. `owners` is the text of its CODEOWNERS file, empty where there is none. With an
/// `existing` policy only integrations that it does not cover are added, and nothing else is touched: a second run
/// changes nothing.
#[must_use]
pub fn init(
    facts: &[Fact],
    projects: &Projects,
    preset: Preset,
    owners: &str,
    existing: Option<&str>,
    bench: &Bench<'_>,
) -> String {
    let places = Owners::new(bench.policy);
    let asked = requests(facts, &places, projects, bench);
    let ledger = Ledger::new(facts, &asked, &places, projects, bench);
    let codeowners = CodeOwners::read(owners);
    let mut entries = String::new();
    for (name, group) in groups(&asked, bench.policy) {
        entries.push_str(&entry(&name, &group, &ledger, &codeowners));
    }
    match existing {
        Some(text) => added(text, &entries),
        None => {
            let owner = codeowners.of(Utf8Path::new("overscope.yaml")).unwrap_or(TODO_OWNER);
            let head = format!("{HEAD}\nversion: 1\nowner: {}\n{}", quoted(owner), preset.text());
            if entries.is_empty() { head } else { format!("{head}\n{INTEGRATIONS}{entries}") }
        }
    }
}

/// Requests of the product that no integration covers, by provider and common folder, under a name of their own.
fn groups<'r, 'f>(asked: &'r [Request<'f>], policy: &Policy) -> BTreeMap<String, Vec<&'r Request<'f>>> {
    let mut by_provider: BTreeMap<&str, Vec<&Request<'f>>> = BTreeMap::new();
    for request in asked {
        if request.counts() && request.integration.is_none() {
            by_provider.entry(request.provider.id().as_str()).or_default().push(request);
        }
    }
    let taken: BTreeSet<&str> = policy.integrations.iter().map(|one| one.name.value.as_str()).collect();
    let mut named = BTreeMap::new();
    for (provider, requests) in by_provider {
        let mut by_folder: BTreeMap<String, Vec<&Request<'f>>> = BTreeMap::new();
        for request in requests {
            by_folder.entry(top(&request.fact.at.path)).or_default().push(request);
        }
        let single = by_folder.len() == 1;
        for (folder, requests) in by_folder {
            let last = folder.rsplit('/').next().unwrap_or_default();
            let slug: String =
                last.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
            let slug = slug.trim_matches('-');
            let mut name = if single || slug.is_empty() { provider.to_owned() } else { format!("{slug}-{provider}") };
            while taken.contains(name.as_str()) || named.contains_key(&name) {
                name.push_str("-2");
            }
            named.insert(name, requests);
        }
    }
    named
}

/// The folder that speaks for a file: two levels deep below folders that only collect others.
fn top(path: &Utf8Path) -> String {
    let folders: Vec<&str> = path.parent().map_or_else(Vec::new, |parent| parent.as_str().split('/').collect());
    let depth = match folders.first() {
        Some(&("apps" | "packages" | "services" | "libs" | "src" | "jobs" | "infra" | "cmd" | "crates")) => 2,
        _ => 1,
    };
    folders.iter().take(depth).copied().collect::<Vec<_>>().join("/")
}

fn entry<'f>(name: &str, group: &[&Request<'f>], ledger: &Ledger<'f>, owners: &CodeOwners<'_>) -> String {
    let first = group[0];
    let provider = first.provider;
    let paths = paths(group);
    let owner = owners.of(&first.fact.at.path).unwrap_or(TODO_OWNER);
    let mut text = format!(
        "  {name}:\n    provider: {}\n    purpose: \"TODO: what it is for, in a sentence\"\n    owner: {}\n    paths: [{}]\n",
        provider.id(),
        quoted(owner),
        paths.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(", ")
    );
    let asked: BTreeSet<String> = group.iter().filter_map(|request| request.canonical.clone()).collect();
    let (scopes, known) = needed(first, &asked, provider, ledger);
    let comment = if known { "what its calls need" } else { "what it asks for today; no call of it could be told" };
    let _ = write!(text, "    scopes:\n      allow:  # {comment}\n");
    for scope in &scopes {
        let _ = writeln!(text, "        - {{scope: {}, reason: \"TODO: why\"}}", quoted(scope));
    }
    let over: Vec<&String> = asked.iter().filter(|scope| known && !scopes.contains(*scope)).collect();
    for scope in over {
        let _ = writeln!(text, "        # asked for at {} and not needed: {scope}", at(group, scope));
    }
    text
}

/// The scopes to allow, and whether the calls tell them.
fn needed<'f>(
    request: &Request<'f>,
    asked: &BTreeSet<String>,
    provider: &Provider,
    ledger: &Ledger<'f>,
) -> (BTreeSet<String>, bool) {
    let account = ledger.of(request).filter(|account| account.told() > 0 && account.blind() == 0);
    match account.map(|account| provider.least(&account.needs())) {
        Some(needed) if !needed.is_empty() => {
            let cover = provider.cover_all(&asked.iter().map(String::as_str).collect::<Vec<_>>());
            let needed: BTreeSet<String> =
                needed.into_iter().filter(|scope| cover.holds(&provider.cover(scope))).collect();
            if needed.is_empty() { (asked.clone(), false) } else { (needed, true) }
        }
        _ => (asked.clone(), false),
    }
}

fn at(group: &[&Request<'_>], scope: &str) -> String {
    let found = group.iter().find(|request| request.canonical.as_deref() == Some(scope));
    found.map_or_else(String::new, |request| super::words::place(request.fact))
}

/// Globs for the files of a group: their folder, or the files themselves at the root.
fn paths(group: &[&Request<'_>]) -> BTreeSet<String> {
    let glob = |request: &&Request<'_>| {
        let path: &Utf8PathBuf = &request.fact.at.path;
        match top(path) {
            folder if folder.is_empty() => path.to_string(),
            folder => format!("{folder}/**"),
        }
    };
    group.iter().map(glob).collect()
}

/// An existing policy with entries added at the end of its `integrations`.
fn added(text: &str, entries: &str) -> String {
    if entries.is_empty() {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let Some(start) = lines.iter().position(|line| line.trim_end() == "integrations:") else {
        return format!("{text}\n{INTEGRATIONS}{entries}");
    };
    // The map ends before the next key that stands at the margin.
    let inside = |line: &&str| line.trim().is_empty() || line.starts_with([' ', '#']);
    let mut end = start + 1 + lines[start + 1..].iter().take_while(|line| inside(line)).count();
    while end > start + 1 && !lines[end - 1].starts_with(' ') {
        end -= 1;
    }
    [&lines[..end].concat(), entries, &lines[end..].concat()].concat()
}

/// The owners of a repository as GitHub and GitLab read them: the last pattern that matches a path wins.
struct CodeOwners<'t>(Vec<(crate::policy::glob::Globs, &'t str)>);

impl<'t> CodeOwners<'t> {
    fn read(text: &'t str) -> Self {
        let line = |line: &'t str| {
            let line = line.split('#').next().unwrap_or_default().trim();
            let (pattern, owner) = line.split_once(char::is_whitespace)?;
            let owner = owner.split_ascii_whitespace().next()?;
            let glob = crate::yaml::At { value: pattern.to_owned(), span: crate::span::Span::default() };
            Some((crate::policy::glob::Globs::new(vec![glob]), owner))
        };
        Self(text.lines().filter_map(line).collect())
    }

    fn of(&self, path: &Utf8Path) -> Option<&'t str> {
        self.0.iter().rev().find(|(globs, _)| globs.covers(path)).map(|(_, owner)| *owner)
    }
}

/// A text as a double-quoted scalar, where a plain one would not do.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if text.chars().all(plain) && text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains(": ") {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

const TODO_OWNER: &str = "TODO: team or address";

const HEAD: &str = "\
# yaml-language-server: $schema=.overscope/policy.schema.json
# Which integration may ask for what, why, until when, and who answers for it.";

const INTEGRATIONS: &str = "\
# Every client of a provider's API. What is not allowed here is denied.
integrations:
";

const BALANCED: &str = "
# Findings of this severity and above fail the run.
gates: {fail_on: high}

defaults:
  # Scopes at places that no integration covers.
  undeclared: medium
  # From this class on a scope needs a reason beside it: non-sensitive, sensitive, restricted, group.
  broad_class: restricted
  # An exception ends after at most so many days.
  exception_max_days: 90

jwt:
  # HS256 and its kin: deny, single-service or allow.
  symmetric: single-service
  require_claims: [iss, sub, aud, exp]
  max_lifetime: PT1H

flows: {deny: [password, implicit]}
";

const CRM_STRICT: &str = "
# Findings of this severity and above fail the run.
gates: {fail_on: medium}

# Scopes are looked over every quarter; write the day into `last` when it is done.
review: {cadence: quarterly, grace_days: 14}

defaults:
  undeclared: high
  unknown_scope: medium
  # From this class on a scope needs a reason beside it: non-sensitive, sensitive, restricted, group.
  broad_class: restricted
  require_reason_from: sensitive
  # Whole groups of scopes are never right, and nothing deletes.
  deny: [\"class:group\", \"ZohoCRM.**.DELETE\"]
  exception_max_days: 30

secrets:
  allowed_sources: [env, vault, github-actions]
  local_only_files: [\".env\", \".env.local\"]

tokens: {access_max: PT1H, refresh_max_age: P90D, refresh_rotation: provider-manual, grant_code_max: PT10M}

jwt:
  allow_alg: [RS256, ES256, EdDSA]
  symmetric: deny
  require_claims: [iss, sub, aud, exp]
  max_lifetime: PT1H
  assertion_max: PT5M
  require_verify: true
  min_rsa_bits: 2048

flows: {deny: [password, implicit], pkce: required}
";

const INVENTORY_ONLY: &str = "
# The first month: everything is reported, nothing fails the run. Take the modes away one by one.
gates:
  fail_on: critical
  modes: {secrets: comment, scopes: comment, jwt: comment, oauth: comment, policy: comment}

defaults:
  undeclared: low
  exception_max_days: 90
";
