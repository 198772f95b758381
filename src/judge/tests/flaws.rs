//! Flaws of tokens and flows held against the policy.

use super::*;

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

#[test]
fn an_authorize_url_without_a_scope_says_what_that_grants() {
    let seen = Seen::OAuth(Flaw { subject: Some("salesforce".to_owned()), ..Flaw::default() });
    let url = "https://login.salesforce.com/services/oauth2/authorize?client_id=a";
    let findings = judged(SMALL, &[fact("a.py", &format!("open('{url}')"), url, "scope/unspecified", seen)]);
    assert_eq!(
        of(&findings, "scope/unspecified").message,
        "An authorize URL names no scope, and this provider then grants everything that the client is set up for."
    );
}

#[test]
fn a_committed_token_is_told_with_what_it_can_do_and_where_it_may_live() {
    let told = |rule: &str| {
        let mut seen = secret("jobs/a.py", "1000.x");
        seen.rule = rule.parse().expect("a rule id");
        let findings = judged(SMALL, &[seen]);
        let found = of(&findings, rule);
        let (head, id) = found.message.split_once(" (id ").expect("an id");
        assert!(id.len() == "3fa9…).".len() && id.ends_with("…)."), "{id}");
        (head.to_owned(), found.help.clone().unwrap_or_default())
    };
    assert_eq!(
        told("secret/zoho-refresh-token"),
        (
            "A Zoho refresh token is written in the source".to_owned(),
            "Revoke it in the Zoho API Console, issue a new one and read it from a secret store (allowed sources: env, \
             github-actions). Issue it anew every 90 days (overscope.yaml:13)."
                .to_owned()
        )
    );
    assert_eq!(
        told("secret/zoho-access-token"),
        (
            "A Zoho access token is written in the source".to_owned(),
            "Take it out and let the program ask for one at run time; revoke its refresh token in the Zoho API Console if \
             that leaked too (allowed sources: env, github-actions)."
                .to_owned()
        )
    );
}

#[test]
fn an_address_of_another_data_centre_is_told_with_the_declared_one() {
    let text = "version: 1\nowner: a\nenvironments: [production, sandbox]\nintegrations:\n  sync:\n    provider: zoho-crm\n    purpose: p\n    owner: o\n    paths: [\"jobs/**\"]\n    environments:\n      production: {data_center: eu}\n      sandbox: {data_center: us}\n";
    let run = |path: &str, ending: &str| {
        let seen = Seen::OAuth(Flaw { subject: Some(ending.to_owned()), ..Flaw::default() });
        let host = format!("accounts.zoho.{ending}");
        let findings = judged(text, &[fact(path, &format!("'{host}'"), &host, "oauth/undeclared-data-centre", seen)]);
        findings.iter().find(|f| f.rule.family() == "oauth").map(|f| (f.message.clone(), policy_mark(f).to_owned()))
    };
    assert_eq!(run("jobs/a.py", "eu"), None);
    assert_eq!(run("jobs/a.py", "COM"), None, "the sandbox lives there");
    assert_eq!(run("jobs/config/sandbox.yml", "com"), None);
    assert_eq!(run("lib/a.py", "in"), None, "nothing is declared there");
    let told = "Speaks to the data centre in of Zoho; sync declares eu and us (overscope.yaml:11).";
    assert_eq!(run("jobs/a.py", "in"), Some((told.to_owned(), "eu".to_owned())));
    let told = "Speaks to the data centre us of Zoho; sync declares eu (overscope.yaml:11).";
    assert_eq!(run("jobs/config/production.yml", "com"), Some((told.to_owned(), "eu".to_owned())));
}
