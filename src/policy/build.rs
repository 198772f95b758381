//! From a tree that has been checked against its shape to the policy's types.

use std::str::FromStr;

use jiff::civil::Date;

use super::glob::{Globs, RuleGlob};
use super::integration::{Environment, Evidence, Grant, Integration, Lifecycle, ScopeLists};
use super::shape::text_of;
use super::terms::{Cadence, Duration, Flows, Jwt, Review, Tokens};
use super::{
    About, Audit, Ceiling, Defaults, Exception, Family, Gates, Mode, Override, Policy, RuleSetting, Secrets, duration,
};
use crate::finding::{Persona, Severity};
use crate::scope::access::Class;
use crate::yaml::{At, Node, Value};

/// The policy of a tree that has been checked against its shape: what does not fit is passed over.
pub(super) fn build(tree: &Node) -> Policy {
    let map = Map(tree);
    Policy {
        texts: Vec::new(),
        tree: tree.clone(),
        owner: map.text("owner"),
        review: review(map.map("review")),
        environments: map.texts("environments"),
        gates: gates(map.map("gates")),
        defaults: defaults(map.map("defaults")),
        ceilings: ceilings(map.map("ceiling")),
        secrets: secrets(map.map("secrets")),
        tokens: tokens(map.map("tokens")),
        jwt: jwt(map.map("jwt")),
        flows: flows(map.map("flows")),
        integrations: map.map("integrations").entries().map(|(name, node)| integration(name, Map(node))).collect(),
        overrides: map.list("overrides").map(|node| override_(Map(node))).collect(),
        exceptions: map.list("exceptions").filter_map(|node| exception(Map(node))).collect(),
        rules: map.map("rules").entries().filter_map(|(name, node)| rule(name, Map(node))).collect(),
        rule_files: map.texts("rule_files"),
        nests: map.text("nested").is_some_and(|word| word.value == "tighten"),
        compat: map.texts("compat"),
        audit: audit(map.map("audit")),
        nested: Vec::new(),
    }
}

fn gates(map: Map<'_>) -> Gates {
    let modes = map.map("modes");
    Gates {
        fail_on: map.parsed("fail_on").unwrap_or(Gates::default().fail_on),
        modes: Family::ALL
            .into_iter()
            .filter_map(|(class, word, _)| {
                let mode = modes.word(word, |word| match word {
                    "block" => Some(Mode::Block),
                    "comment" => Some(Mode::Comment),
                    "monitor" => Some(Mode::Monitor),
                    _ => None,
                })?;
                Some((class, mode))
            })
            .collect(),
    }
}

fn defaults(map: Map<'_>) -> Defaults {
    let class = |key| map.word(key, Class::named);
    Defaults {
        undeclared: map.parsed("undeclared"),
        unknown_scope: map.parsed("unknown_scope"),
        broad_class: class("broad_class"),
        deny: map.texts("deny"),
        exception_max_days: map.number("exception_max_days"),
        require_reason_from: class("require_reason_from"),
        docs_severity: map.parsed("docs_severity"),
    }
}

fn ceilings(map: Map<'_>) -> Vec<Ceiling> {
    map.entries()
        .map(|(name, node)| Ceiling { provider: name.clone(), patterns: items(node).filter_map(at_text).collect() })
        .collect()
}

fn secrets(map: Map<'_>) -> Secrets {
    let days = map.map("max_open_days");
    Secrets {
        allowed_sources: map.texts("allowed_sources"),
        forbidden_paths: map.globs("forbidden_paths"),
        example_values: map.texts("example_values"),
        local_only_files: map.globs("local_only_files"),
        max_open_days: Severity::ALL
            .into_iter()
            .filter_map(|severity| Some((severity, days.number(severity.as_str())?)))
            .collect(),
    }
}

fn tokens(map: Map<'_>) -> Tokens {
    Tokens {
        access_max: map.duration("access_max"),
        refresh_max_age: map.duration("refresh_max_age"),
        refresh_rotation: map.text("refresh_rotation"),
        grant_code_max: map.duration("grant_code_max"),
        storage: map.texts("storage"),
    }
}

fn jwt(map: Map<'_>) -> Jwt {
    Jwt {
        allow_alg: map.at_texts("allow_alg"),
        deny_alg: map.texts("deny_alg"),
        symmetric: map.text("symmetric"),
        require_claims: map.texts("require_claims"),
        max_lifetime: map.duration("max_lifetime"),
        assertion_max: map.duration("assertion_max"),
        require_jwks: map.truth("require_jwks"),
        min_rsa_bits: map.number("min_rsa_bits"),
        require_verify: map.truth("require_verify"),
    }
}

fn flows(map: Map<'_>) -> Flows {
    Flows { allow: map.at_texts("allow"), deny: map.texts("deny"), pkce: map.text("pkce") }
}

fn integration(name: &At<String>, map: Map<'_>) -> Integration {
    let or_name = |text: Option<At<String>>| text.unwrap_or_else(|| name.clone());
    let lifecycle = map.word("lifecycle", |word| match word {
        "proposed" => Some(Lifecycle::Proposed),
        "active" => Some(Lifecycle::Active),
        "deprecated" => Some(Lifecycle::Deprecated),
        "retired" => Some(Lifecycle::Retired),
        _ => None,
    });
    Integration {
        name: name.clone(),
        provider: or_name(map.text("provider")),
        purpose: or_name(map.text("purpose")),
        owner: or_name(map.text("owner")),
        client_type: map.text("client_type"),
        flow: map.text("flow"),
        client_ids: map.texts("client_ids"),
        paths: map.globs("paths"),
        data: map.texts("data"),
        environments: map.map("environments").entries().map(|(name, node)| environment(name, Map(node))).collect(),
        scopes: scope_lists(map.map("scopes")),
        tokens: tokens(map.map("tokens")),
        jwt: jwt(map.map("jwt")),
        review: review(map.map("review")),
        evidence: Evidence { grants: map.map("evidence").text("grants"), usage: map.map("evidence").text("usage") },
        lifecycle: lifecycle.unwrap_or_default(),
        retire_by: map.date("retire_by"),
    }
}

fn environment(name: &At<String>, map: Map<'_>) -> Environment {
    Environment {
        name: name.clone(),
        org: map.text("org"),
        data_center: map.text("data_center"),
        scopes: scope_lists(map.map("scopes")),
    }
}

fn scope_lists(map: Map<'_>) -> ScopeLists {
    let grant = |node: &Node| match &node.value {
        Value::Map(_) => {
            let map = Map(node);
            Some(Grant { scope: map.text("scope")?, reason: map.text("reason"), ticket: map.text("ticket") })
        }
        _ => Some(Grant { scope: at_text(node)?, reason: None, ticket: None }),
    };
    let layer = |node: &Node| items(node).filter_map(grant).collect();
    let allow = map.get("allow").map_or_else(Vec::new, |node| {
        // Only a policy that extends another has layers; what people write is one.
        if items(node).any(|item| matches!(item.value, Value::List(_))) {
            items(node).map(layer).collect()
        } else {
            vec![layer(node)]
        }
    });
    ScopeLists { allow, deny: map.texts("deny") }
}

fn review(map: Map<'_>) -> Review {
    Review {
        cadence: map.word("cadence", |word| match word {
            "monthly" => Some(Cadence::Monthly),
            "quarterly" => Some(Cadence::Quarterly),
            "semiannual" => Some(Cadence::Semiannual),
            "annual" => Some(Cadence::Annual),
            _ => None,
        }),
        last: map.date("last"),
        by: map.text("by"),
        grace_days: map.number("grace_days"),
        evidence: map.text("evidence"),
        ticket: map.text("ticket"),
    }
}

fn override_(map: Map<'_>) -> Override {
    let severity = map.map("severity").entries().filter_map(|(rule, node)| {
        let severity = at_text(node)?;
        let value = severity.value.parse().ok()?;
        Some((RuleGlob(rule.clone()), At { value, span: severity.span }))
    });
    Override {
        paths: map.globs("paths"),
        severity: severity.collect(),
        persona: map.parsed::<Persona>("persona"),
        reason: map.text("reason").unwrap_or_default(),
    }
}

fn exception(map: Map<'_>) -> Option<Exception> {
    let about = match (map.text("integration"), map.text("fingerprint")) {
        (Some(integration), _) => About::Integration(integration),
        (None, Some(fingerprint)) => About::Fingerprint(fingerprint),
        (None, None) => About::Paths(map.globs("paths")),
    };
    Some(Exception {
        id: map.text("id")?,
        rules: map.texts("rules").into_iter().map(RuleGlob).collect(),
        about,
        scopes: map.texts("scopes"),
        reason: map.text("reason")?,
        approver: map.text("approver")?,
        created: map.date("created")?,
        expires: map.date("expires")?,
        ticket: map.text("ticket"),
        compensating_control: map.text("compensating_control"),
    })
}

fn rule(name: &At<String>, map: Map<'_>) -> Option<RuleSetting> {
    Some(RuleSetting {
        rule: RuleGlob(name.clone()),
        enabled: map.truth("enabled"),
        severity: map.parsed("severity"),
        reason: map.text("reason")?,
    })
}

fn audit(map: Map<'_>) -> Audit {
    Audit {
        snapshot_dir: map.text("snapshot_dir"),
        frameworks: map.texts("frameworks"),
        systems: map.text("systems"),
        reviewer_not_owner: map.truth("reviewer_not_owner"),
    }
}

/// A node read as a map; anything else reads as an empty one.
#[derive(Clone, Copy)]
pub(super) struct Map<'n>(pub(super) &'n Node);

static NOTHING: Node = Node { value: Value::Null, span: crate::span::Span { start: 0, end: 0 } };

impl<'n> Map<'n> {
    fn entries(self) -> impl Iterator<Item = &'n (At<String>, Node)> {
        match &self.0.value {
            Value::Map(entries) => entries.iter(),
            _ => [].iter(),
        }
    }

    fn get(self, key: &str) -> Option<&'n Node> {
        self.entries().find(|(name, _)| name.value == key).map(|(_, node)| node)
    }

    fn map(self, key: &str) -> Self {
        Self(self.get(key).unwrap_or(&NOTHING))
    }

    pub(super) fn list(self, key: &str) -> impl Iterator<Item = &'n Node> {
        items(self.get(key).unwrap_or(&NOTHING))
    }

    pub(super) fn text(self, key: &str) -> Option<At<String>> {
        at_text(self.get(key)?)
    }

    fn texts(self, key: &str) -> Vec<At<String>> {
        self.list(key).filter_map(at_text).collect()
    }

    /// A list with its own place: that of the key, which is what stands on one line.
    fn at_texts(self, key: &str) -> Option<At<Vec<At<String>>>> {
        let (name, _) = self.entries().find(|(name, _)| name.value == key)?;
        Some(At { value: self.texts(key), span: name.span })
    }

    fn globs(self, key: &str) -> Globs {
        Globs::new(self.texts(key))
    }

    fn word<T>(self, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<At<T>> {
        let text = self.text(key)?;
        Some(At { value: read(&text.value)?, span: text.span })
    }

    fn parsed<T: FromStr>(self, key: &str) -> Option<At<T>> {
        self.word(key, |word| word.parse().ok())
    }

    fn date(self, key: &str) -> Option<At<Date>> {
        self.parsed(key)
    }

    fn duration(self, key: &str) -> Option<At<Duration>> {
        self.word(key, |word| Some(Duration { text: word.to_owned(), seconds: duration::seconds(word)? }))
    }

    fn number(self, key: &str) -> Option<At<i64>> {
        let node = self.get(key)?;
        match node.value {
            Value::Number(value) => Some(At { value, span: node.span }),
            _ => None,
        }
    }

    fn truth(self, key: &str) -> Option<At<bool>> {
        let node = self.get(key)?;
        match node.value {
            Value::Bool(value) => Some(At { value, span: node.span }),
            _ => None,
        }
    }
}

fn items(node: &Node) -> std::slice::Iter<'_, Node> {
    match &node.value {
        Value::List(items) => items.iter(),
        _ => [].iter(),
    }
}

fn at_text(node: &Node) -> Option<At<String>> {
    Some(At { value: text_of(node)?, span: node.span })
}
