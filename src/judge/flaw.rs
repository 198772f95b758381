//! Secrets and flaws of tokens and flows, held against the policy: what it allows is no finding.

use super::bounds::{jwt, tokens};
use super::identity::Stretched;
use super::owner::Owners;
use super::{Bench, Draft, Key, credential, region};
use crate::fact::{Fact, Flaw, Seen};
use crate::finding::{Label, Severity};
use crate::origin::{Commit, Origin};
use crate::policy::duration;
use crate::policy::integration::Integration;
use crate::policy::terms::Duration;
use crate::yaml::At;

/// The draft of a fact; `None` where the policy allows what was seen.
pub(super) fn draft(fact: &Fact, owners: &Owners<'_>, values: &Stretched, bench: &Bench<'_>) -> Option<Draft> {
    let (what, fix) = bench.about(&fact.rule);
    let key = match &fact.seen {
        Seen::Secret(secret) => Key::Value(secret.value),
        Seen::Jwt(flaw) | Seen::OAuth(flaw) => Key::Text(flaw.subject.clone().unwrap_or_default()),
        Seen::Scope(_) | Seen::Call(_) => return None,
    };
    let integration = owners.of_place(&fact.at.path, None);
    let mut draft = Draft {
        severity: bench.severity(&fact.rule),
        confidence: fact.confidence,
        persona: fact.persona,
        message: what.to_owned(),
        primary: Label { at: fact.at.clone(), text: String::new(), excerpt: fact.excerpt.clone() },
        related: fact.related.clone(),
        help: fix.map(str::to_owned),
        fix: None,
        line_hash: fact.line_hash.clone(),
        why: fact.why.clone(),
        role: fact.role,
        key,
        integration,
        scope: None,
        rule: fact.rule.clone(),
    };
    let owner = integration.and_then(|index| bench.policy.integrations.get(index));
    let stands = match &fact.seen {
        Seen::Secret(secret) => credential::draft(&mut draft, secret, values, owner, bench),
        Seen::Jwt(flaw) | Seen::OAuth(flaw) => {
            if let Some(message) = &flaw.message {
                draft.message.clone_from(message);
            }
            if flaw.help.is_some() {
                draft.help.clone_from(&flaw.help);
            }
            flaw_draft(&mut draft, flaw, owner, bench)
        }
        Seen::Scope(_) | Seen::Call(_) => false,
    };
    if let Origin::History(commit) = &fact.at.origin {
        draft.message.push_str(&told(commit));
    }
    stands.then_some(draft)
}

/// What is to be said of something that a commit brought in.
fn told(commit: &Commit) -> String {
    let id = commit.id.get(..10).unwrap_or(&commit.id);
    let now = if commit.stands { "It still stands in the tree." } else { "It no longer stands in the tree." };
    format!(" In the history since commit {id} of {}. {now}", commit.date)
}

/// What the policy says of a flaw; `false` where it allows it.
fn flaw_draft(draft: &mut Draft, flaw: &Flaw, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    let rule = draft.rule.clone();
    match rule.as_str() {
        "jwt/alg-none" => alg_none(draft, owner, bench),
        "jwt/symmetric-algorithm" => return symmetric(draft, flaw, owner, bench),
        "jwt/algorithm-not-allowed" => return other_algorithm(draft, flaw, owner, bench),
        "jwt/missing-claim" => return missing_claim(draft, flaw, owner, bench),
        "jwt/verification-disabled" | "jwt/no-verification" => unverified(draft, owner, bench),
        "jwt/weak-key" => return short_key(draft, flaw, owner, bench),
        "jwt/short-key" => return below_policy(draft, flaw, owner, bench),
        "oauth/undeclared-data-centre" => return region::undeclared(draft, flaw, bench),
        "jwt/static-key" => return static_key(draft, owner, bench),
        "oauth/missing-pkce" if bench.policy.flows.pkce.as_ref().is_some_and(|pkce| pkce.value == "optional") => {
            return false;
        }
        _ if rule.as_str().contains("lifetime") => return lifetime(draft, flaw, owner, bench),
        _ if rule.family() == "oauth" => return flow(draft, flaw, bench),
        _ => {}
    }
    true
}

fn alg_none(draft: &mut Draft, owner: Option<&Integration>, bench: &Bench<'_>) {
    let (pin, label) = match jwt(owner, bench, |jwt| jwt.allow_alg.as_ref()) {
        Some(list) => {
            let line = bench.policy.line(list.span);
            (
                format!("Pin {} (jwt.allow_alg, {line}).", any_of(&list.value)),
                bench.policy.label(list.span, "what may be used"),
            )
        }
        None => ("Pin RS256 or ES256.".to_owned(), None),
    };
    draft.message = format!("{} {pin}", sentence(&draft.message));
    draft.related.extend(label);
}

fn symmetric(draft: &mut Draft, flaw: &Flaw, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    let alg = flaw.subject.clone().unwrap_or_else(|| "HS256".to_owned());
    let policy = bench.policy;
    let denied = jwt(owner, bench, |jwt| jwt.deny_alg.iter().find(|denied| denied.value.eq_ignore_ascii_case(&alg)));
    let allowed = jwt(owner, bench, |jwt| jwt.allow_alg.as_ref());
    let symmetric = jwt(owner, bench, |jwt| jwt.symmetric.as_ref());
    let listed = allowed.is_some_and(|list| list.value.iter().any(|known| known.value.eq_ignore_ascii_case(&alg)));
    let word = symmetric.map_or("", |symmetric| symmetric.value.as_str());
    if denied.is_none() && (listed || (word == "allow" && allowed.is_none())) {
        return false;
    }
    let verb = draft.message.split(' ').next().filter(|verb| ["Signs", "Verifies", "Accepts"].contains(verb));
    let verb = verb.unwrap_or("Signs");
    let and_so = "Every verifier holding this key can also sign.";
    draft.message = match (allowed, denied, symmetric) {
        (Some(list), ..) => format!("{verb} with {alg}; policy allows {}. {and_so}", all_of(&list.value)),
        (None, Some(denied), _) => {
            format!("{verb} with {alg}, denied by jwt.deny_alg ({}). {and_so}", policy.line(denied.span))
        }
        (None, None, Some(symmetric)) if word == "deny" => {
            format!("{verb} with {alg}, denied by jwt.symmetric ({}). {and_so}", policy.line(symmetric.span))
        }
        _ => format!("{verb} with {alg}. {and_so}"),
    };
    if word == "deny" || denied.is_some() {
        draft.severity = draft.severity.max(Severity::High);
    }
    let span = allowed.map(|list| list.span).or(denied.map(|denied| denied.span)).or(symmetric.map(|word| word.span));
    draft.related.extend(span.and_then(|span| policy.label(span, "what may be used")));
    true
}

/// An algorithm that is neither `none` nor symmetric is a fault only where the policy lists others.
fn other_algorithm(draft: &mut Draft, flaw: &Flaw, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    let Some(alg) = &flaw.subject else { return false };
    let same = |known: &At<String>| known.value.eq_ignore_ascii_case(alg);
    let denied = jwt(owner, bench, |jwt| jwt.deny_alg.iter().find(|known| same(known)));
    let allowed = jwt(owner, bench, |jwt| jwt.allow_alg.as_ref()).filter(|list| !list.value.iter().any(same));
    let (message, span) = match (denied, allowed) {
        (Some(denied), _) => {
            (format!("Uses {alg}, denied by jwt.deny_alg ({}).", bench.policy.line(denied.span)), denied.span)
        }
        (None, Some(list)) => (
            format!("Uses {alg}; policy allows {} ({}).", all_of(&list.value), bench.policy.line(list.span)),
            list.span,
        ),
        (None, None) => return false,
    };
    draft.message = message;
    draft.related.extend(bench.policy.label(span, "what may be used"));
    true
}

fn missing_claim(draft: &mut Draft, flaw: &Flaw, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    let Some(claim) = &flaw.subject else { return true };
    let required = jwt(owner, bench, |jwt| jwt.require_claims.iter().find(|known| known.value == *claim));
    let any = jwt(owner, bench, |jwt| jwt.require_claims.first()).is_some();
    let so = match claim.as_str() {
        "aud" => ": it is accepted by any API that trusts the issuer",
        "exp" => ": it never expires",
        "iss" => ": nobody can tell who issued it",
        "sub" => ": nobody can tell for whom it stands",
        "jti" => ": it cannot be revoked by itself",
        "iat" | "nbf" => ": nobody can tell from when on it holds",
        _ => "",
    };
    let by = match required {
        Some(required) => {
            draft.related.extend(bench.policy.label(required.span, "required here"));
            format!(" (required by {})", bench.policy.line(required.span))
        }
        // Without a word of the policy only a token that never ends is a fault.
        None if any || claim != "exp" => return false,
        None => String::new(),
    };
    draft.message = format!("Token issued without `{claim}`{by}{so}.");
    true
}

fn unverified(draft: &mut Draft, owner: Option<&Integration>, bench: &Bench<'_>) {
    if let Some(verify) = jwt(owner, bench, |jwt| jwt.require_verify.as_ref()) {
        if verify.value {
            draft.message = format!(
                "{} Required by jwt.require_verify ({}).",
                sentence(&draft.message),
                bench.policy.line(verify.span)
            );
        } else {
            draft.severity = Severity::Note;
        }
        draft.related.extend(bench.policy.label(verify.span, "what the policy says"));
    }
}

fn short_key(draft: &mut Draft, flaw: &Flaw, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    if let (Some(_), Some(least)) = (bits(flaw), jwt(owner, bench, |jwt| jwt.min_rsa_bits.as_ref())) {
        let line = bench.policy.line(least.span);
        draft.message = format!("{} jwt.min_rsa_bits is {} ({line}).", sentence(&draft.message), least.value);
        draft.related.extend(bench.policy.label(least.span, "the shortest key"));
    }
    true
}

/// A key that is long enough for everybody is a fault only where the policy asks for more.
fn below_policy(draft: &mut Draft, flaw: &Flaw, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    let least = jwt(owner, bench, |jwt| jwt.min_rsa_bits.as_ref());
    let (Some(bits), Some(least)) = (bits(flaw), least) else { return false };
    // Below 2048 another rule speaks.
    if !(2048..least.value).contains(&bits) {
        return false;
    }
    let line = bench.policy.line(least.span);
    draft.message = format!("An RSA key of {bits} bits; jwt.min_rsa_bits is {} ({line}).", least.value);
    draft.related.extend(bench.policy.label(least.span, "the shortest key"));
    true
}

/// The bits that a flaw's subject names.
fn bits(flaw: &Flaw) -> Option<i64> {
    let digits: String = flaw.subject.as_ref()?.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A key in the code instead of a key set is a fault only where the policy wants a key set.
fn static_key(draft: &mut Draft, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    let Some(required) = jwt(owner, bench, |jwt| jwt.require_jwks.as_ref()).filter(|required| required.value) else {
        return false;
    };
    draft.message =
        format!("{} Required by jwt.require_jwks ({}).", sentence(&draft.message), bench.policy.line(required.span));
    draft.related.extend(bench.policy.label(required.span, "keys come from a key set"));
    true
}

fn lifetime(draft: &mut Draft, flaw: &Flaw, owner: Option<&Integration>, bench: &Bench<'_>) -> bool {
    let Some(seconds) = flaw.seconds else { return true };
    let rule = draft.rule.as_str();
    let (name, found, default): (_, Option<&At<Duration>>, _) = if rule.contains("assertion") {
        ("jwt.assertion_max", jwt(owner, bench, |jwt| jwt.assertion_max.as_ref()), ("PT5M", 300))
    } else if rule.contains("refresh") {
        (
            "tokens.refresh_max_age",
            tokens(owner, bench, |tokens| tokens.refresh_max_age.as_ref()),
            ("P90D", 90 * 86_400),
        )
    } else if rule.contains("code") {
        ("tokens.grant_code_max", tokens(owner, bench, |tokens| tokens.grant_code_max.as_ref()), ("PT10M", 600))
    } else if rule.starts_with("oauth/") {
        ("tokens.access_max", tokens(owner, bench, |tokens| tokens.access_max.as_ref()), ("PT1H", 3600))
    } else {
        let own = jwt(owner, bench, |jwt| jwt.max_lifetime.as_ref());
        match own {
            Some(_) => ("jwt.max_lifetime", own, ("PT1H", 3600)),
            None => ("tokens.access_max", tokens(owner, bench, |tokens| tokens.access_max.as_ref()), ("PT1H", 3600)),
        }
    };
    let (text, most) = found.map_or(default, |found| (found.value.text.as_str(), found.value.seconds));
    if seconds <= most {
        return false;
    }
    let excerpt = &draft.primary.excerpt;
    let marked = excerpt.text.get(excerpt.mark.range()).filter(|marked| !marked.is_empty() && marked.len() <= 60);
    let shown = marked.map(str::to_owned).or_else(|| flaw.subject.clone()).unwrap_or_else(|| duration::words(seconds));
    draft.message = match found {
        Some(found) => {
            draft.related.extend(bench.policy.label(found.span, "the longest life"));
            format!("`{shown}` exceeds {name} {text}.")
        }
        None => format!("`{shown}` exceeds {} (the default of {name}).", duration::words(most)),
    };
    true
}

fn flow(draft: &mut Draft, flaw: &Flaw, bench: &Bench<'_>) -> bool {
    let flows = &bench.policy.flows;
    let Some(name) = flaw.subject.as_deref().and_then(|subject| flow_named(subject, draft.rule.as_str())) else {
        return true;
    };
    let same = |known: &&At<String>| known.value == name;
    if let Some(denied) = flows.deny.iter().find(same) {
        draft.message = format!("{} is denied ({}).", shown_flow(draft, name), bench.policy.line(denied.span));
        draft.related.extend(bench.policy.label(denied.span, "denied here"));
    } else if let Some(allowed) = &flows.allow {
        if allowed.value.iter().any(|known| known.value == name) {
            return false;
        }
        let line = bench.policy.line(allowed.span);
        draft.message = format!("{} is not among flows.allow ({line}).", shown_flow(draft, name));
        draft.related.extend(bench.policy.label(allowed.span, "what may be used"));
    }
    true
}

/// The marked code where it is short, else the flow.
fn shown_flow(draft: &Draft, name: &str) -> String {
    let excerpt = &draft.primary.excerpt;
    let marked = excerpt.text.get(excerpt.mark.range()).unwrap_or_default();
    if marked.contains(name) && marked.len() <= 40 && !marked.contains('`') {
        format!("`{marked}`")
    } else {
        match name {
            "password" => "`grant_type=password`".to_owned(),
            "implicit" => "`response_type=token`".to_owned(),
            _ => format!("The flow `{name}`"),
        }
    }
}

/// The policy's word for a flow that a detector names.
fn flow_named(subject: &str, rule: &str) -> Option<&'static str> {
    let known = [
        "authorization_code_pkce",
        "authorization_code",
        "client_credentials",
        "jwt_bearer",
        "device_code",
        "password",
        "implicit",
    ];
    let subject = subject.to_ascii_lowercase().replace('-', "_");
    known.into_iter().find(|word| *word == subject).or(match rule {
        "oauth/password-grant" => Some("password"),
        "oauth/implicit-grant" | "oauth/implicit-flow" => Some("implicit"),
        _ => None,
    })
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}

/// `RS256 and ES256`.
fn all_of(words: &[At<String>]) -> String {
    joined(words, "and")
}

/// `RS256 or ES256`.
fn any_of(words: &[At<String>]) -> String {
    joined(words, "or")
}

fn joined(words: &[At<String>], last: &str) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.value.clone(),
        [head @ .., tail] => {
            let head: Vec<&str> = head.iter().map(|word| word.value.as_str()).collect();
            format!("{} {last} {}", head.join(", "), tail.value)
        }
    }
}
