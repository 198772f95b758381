//! Policies as people write them: examples that load, mistakes that are told with their place.

use camino::Utf8Path;

use super::load::read;
use crate::mistake::Mistake;
use crate::scope::catalog::Catalog;

fn mistakes(text: &str) -> Vec<Mistake> {
    match read(text, Utf8Path::new("overscope.yaml"), Catalog::builtin()) {
        Ok((_, warnings)) => warnings,
        Err(mistakes) => mistakes,
    }
}

fn told(text: &str) -> String {
    let all = mistakes(text);
    let one = |mistake: &Mistake| {
        let place = text.get(mistake.span.range()).unwrap_or("?");
        let word = if mistake.fatal { "error" } else { "warning" };
        let help = mistake.help.as_deref().unwrap_or("-");
        format!("{word}: {} | {} | {help}", mistake.message, place.lines().next().unwrap_or_default())
    };
    all.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A policy without its bases: their lines become comments, so that all others keep their numbers.
fn alone(text: &str) -> String {
    let Some(start) = text.find("extends:") else { return text.to_owned() };
    let end = text[start..].find("\nowner:").map_or(text.len(), |at| start + at);
    format!(
        "{}{}{}",
        &text[..start],
        text[start..end].replace("extends:", "# extends:").replace('\n', "\n#"),
        &text[end..]
    )
}

#[test]
fn the_three_examples_load() {
    for (name, text) in [
        ("small-team", include_str!("../../docs/policies/small-team.yaml")),
        ("monorepo", include_str!("../../docs/policies/monorepo.yaml")),
        ("regulated", include_str!("../../docs/policies/regulated.yaml")),
    ] {
        let (policy, warnings) = read(&alone(text), Utf8Path::new("overscope.yaml"), Catalog::builtin())
            .unwrap_or_else(|m| panic!("{name}: {m:#?}"));
        assert!(policy.is_declared());
        assert!(!policy.integrations.is_empty(), "{name}");
        println!(
            "{name}: {}",
            warnings.iter().map(|w| format!("{}: {}", policy.line(w.span), w.message)).collect::<Vec<_>>().join("\n")
        );
    }
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let text =
        "version: 2\nowner: a\ndefalts: {undeclared: hihg}\njwt: {max_lifetime: 1h}\nreview: {last: 2026-13-01}\n";
    insta::assert_snapshot!(told(text));
}

/// Mistakes as people see them. A file whose rule ids are wrong needs the rules, so it is read with them.
fn drawn(text: &str) -> String {
    let path = Utf8Path::new("overscope.yaml");
    let read = crate::judge::names::read(text, path, Catalog::builtin(), &crate::rule::builtin::rules(), &|_| {
        Err("it is not there".to_owned())
    });
    let mistakes = match read {
        Ok((_, warnings)) => warnings,
        Err(mistakes) => mistakes,
    };
    let mut out = Vec::new();
    let source = crate::text::SourceText::new(text);
    crate::report::mistake::write(path, &source, &mistakes, &crate::report::Options::default(), &mut out)
        .expect("memory takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

#[test]
fn every_broken_policy_is_told_what_is_wrong_where_and_what_to_do() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/policy/broken");
    let mut names: Vec<std::path::PathBuf> =
        std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("a file").path()).collect();
    names.sort();
    assert!(names.len() >= 30);
    for path in names {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a readable file").replace("\r\n", "\n");
        let drawn = drawn(&text);
        assert!(!drawn.is_empty(), "{name} has no mistake");
        insta::assert_snapshot!(format!("broken_{name}"), drawn);
    }
}

/// Reads a policy whose base is at `base.yaml`.
fn with_base(own: &str, base: &str) -> Result<(super::Policy, Vec<Mistake>), Vec<Mistake>> {
    let own = format!("version: 1\nowner: team\nextends: [{{path: base.yaml}}]\n{own}");
    let fetch = |wanted: &super::load::Base| {
        assert_eq!(*wanted, super::load::Base::Path("conf/base.yaml".into()));
        Ok(format!("version: 1\nowner: security\n{base}"))
    };
    super::load::read_with(&own, Utf8Path::new("conf/overscope.yaml"), Catalog::builtin(), &fetch)
}

#[test]
fn a_policy_joins_with_its_base_and_never_weakens_it() {
    let base = "gates: {fail_on: medium, modes: {scopes: block}}\njwt: {allow_alg: [RS256, ES256], max_lifetime: PT1H, require_claims: [aud], require_verify: true}\ndefaults: {deny: [full], exception_max_days: 30}\nunlocked: [tokens]\ntokens: {access_max: PT15M}\n";
    let own = "gates: {fail_on: high, modes: {scopes: monitor, jwt: comment}}\njwt: {allow_alg: [RS256, HS256], max_lifetime: PT2H, require_claims: [exp], require_verify: false}\ndefaults: {deny: [web], exception_max_days: 14}\ntokens: {access_max: PT8H}\n";
    let (policy, warnings) = with_base(own, base).expect("both are policies");
    assert_eq!(policy.gates.fail_on.value.as_str(), "medium");
    assert_eq!(policy.gates.modes.len(), 2);
    let words = |list: &[crate::yaml::At<String>]| list.iter().map(|at| at.value.clone()).collect::<Vec<_>>();
    assert_eq!(words(&policy.jwt.allow_alg.as_ref().expect("a list").value), ["RS256"]);
    assert_eq!(words(&policy.jwt.require_claims), ["aud", "exp"]);
    assert_eq!(policy.jwt.max_lifetime.as_ref().map(|at| at.value.seconds), Some(3600));
    assert_eq!(policy.jwt.require_verify.as_ref().map(|at| at.value), Some(true));
    assert_eq!(words(&policy.defaults.deny), ["full", "web"]);
    assert_eq!(policy.defaults.exception_max_days.as_ref().map(|at| at.value), Some(14));
    assert_eq!(policy.tokens.access_max.as_ref().map(|at| at.value.seconds), Some(8 * 3600), "it is unlocked");
    assert_eq!(policy.owner.as_ref().map(|owner| owner.value.as_str()), Some("team"));
    let told: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "`gates.fail_on` is weaker than the base's, so the base's holds (base.yaml:3)",
            "`gates.modes.scopes` is weaker than the base's, so the base's holds (base.yaml:3)",
            "`HS256` is not in the base's `jwt.allow_alg` and does not count (base.yaml:4)",
            "`jwt.max_lifetime` is longer than the base allows, so the base's holds (base.yaml:4)",
            "`jwt.require_verify` is `true` in the base, so the base's holds (base.yaml:4)",
        ]
    );
    let deny = policy.defaults.deny[0].span;
    assert_eq!(policy.line(deny), "base.yaml:5");
    let label = policy.label(deny, "").expect("a place");
    assert_eq!((label.at.path.as_str(), &label.excerpt.text[label.excerpt.mark.range()]), ("conf/base.yaml", "full"));
    assert_eq!(policy.line(policy.defaults.deny[1].span), "overscope.yaml:6");
}

#[test]
fn what_a_base_locks_cannot_be_said_again() {
    let base = "locked: [jwt, defaults.deny]\njwt: {symmetric: deny}\n";
    let mistakes =
        with_base("jwt: {symmetric: deny}\ndefaults: {deny: [full], undeclared: low}\n", base).expect_err("locked");
    let told: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(
        told,
        ["`jwt` is locked as `jwt` by the base", "`defaults.deny` is locked as `defaults.deny` by the base"]
    );
}

#[test]
fn a_base_that_is_wrong_or_missing_is_told_at_the_entry_that_names_it() {
    let wrong = with_base("", "gates: {fail_on: hihg}\n").expect_err("`hihg`");
    assert_eq!(wrong[0].message, "the base is wrong at base.yaml:3: `hihg` is not known here");
    let circle = with_base("", "extends: [{path: overscope.yaml}]\n").expect_err("a circle");
    assert!(circle[0].message.contains("extends itself"), "{circle:?}");
    let alone = mistakes("version: 1\nowner: a\nextends: [{path: b.yaml}]\n");
    assert_eq!(alone[0].message, "cannot read the base `b.yaml`: bases are not read here");
}

#[test]
fn a_vendored_base_must_be_the_file_that_is_meant() {
    let base = "version: 1\nowner: security\ndefaults: {deny: [full]}\n";
    let read = |text: &str, held: &str| {
        let held = held.to_owned();
        super::load::read_with(text, Utf8Path::new("overscope.yaml"), Catalog::builtin(), &move |_| Ok(held.clone()))
    };
    let digest: String =
        <sha2::Sha256 as sha2::Digest>::digest(base).iter().map(|byte| format!("{byte:02x}")).collect();
    let own = format!(
        "version: 1\nowner: a\nextends: [{{git: https://example.com/policy, rev: {}, file: base.yaml, digest: sha256:{digest}}}]\n",
        "a".repeat(40)
    );
    assert_eq!(read(&own, base).expect("the pinned file").0.defaults.deny.len(), 1);
    let other = read(&own, &base.replace("full", "web")).expect_err("another file");
    assert!(other[0].message.starts_with("the vendored `base.yaml` is not the file that is meant"), "{other:?}");
}

/// Growths between two policies, as lines.
fn growths(before: &str, after: &str) -> Vec<String> {
    let read = |text: &str| {
        let text = format!("version: 1\nowner: a\n{text}");
        read(&text, Utf8Path::new("p.yaml"), Catalog::builtin()).expect("a policy").0
    };
    let (before, after) = (read(before), read(after));
    let line = |growth: super::widen::Growth| format!("{}: {} -> {}", growth.path, growth.before, growth.after);
    super::widen::widened(&before, &after, Catalog::builtin()).into_iter().map(line).collect()
}

#[test]
fn every_growth_of_coverage_is_told_and_no_tightening_is() {
    let sync = |allow: &str| {
        format!(
            "integrations:\n  sync: {{provider: zoho-crm, purpose: p, owner: o, paths: [\"a/**\"], scopes: {{allow: [{allow}]}}}}\n"
        )
    };
    let exception = |expires: &str| {
        format!(
            "exceptions: [{{id: EX-80, rules: [scope/broad], paths: [\"a/**\"], reason: until the migration, approver: c, \
             created: 2026-11-01, expires: {expires}}}]\n"
        )
    };
    for (before, after, wanted) in [
        (
            sync("ZohoCRM.modules.deals.READ"),
            sync("ZohoCRM.modules.deals.READ, ZohoCRM.modules.contacts.READ"),
            "integrations.sync.scopes.allow: - -> ZohoCRM.modules.contacts.READ",
        ),
        (
            String::new(),
            sync("ZohoCRM.modules.deals.READ"),
            "integrations.sync.scopes.allow: - -> ZohoCRM.modules.deals.READ",
        ),
        ("defaults: {deny: [full]}\n".to_owned(), String::new(), "defaults.deny: full -> -"),
        (
            exception("2026-11-20"),
            exception("2026-12-01"),
            "exceptions: EX-80 until 2026-11-20 (19 days) -> EX-80 until 2026-12-01 (30 days)",
        ),
        (String::new(), exception("2026-12-01"), "exceptions: - -> EX-80 until 2026-12-01 (30 days)"),
        ("gates: {fail_on: low}\n".to_owned(), "gates: {fail_on: high}\n".to_owned(), "gates.fail_on: low -> high"),
        (
            "jwt: {max_lifetime: PT1H}\n".to_owned(),
            "jwt: {max_lifetime: PT2H}\n".to_owned(),
            "jwt.max_lifetime: PT1H -> PT2H",
        ),
        (
            "jwt: {allow_alg: [RS256]}\n".to_owned(),
            "jwt: {allow_alg: [RS256, HS256]}\n".to_owned(),
            "jwt.allow_alg: - -> HS256",
        ),
        (
            String::new(),
            "rules: {jwt/alg-none: {enabled: false, reason: r}}\n".to_owned(),
            "rules.jwt/alg-none.enabled: - -> false",
        ),
    ] {
        assert_eq!(growths(&before, &after), [wanted], "{before} to {after}");
        let back = growths(&after, &before);
        assert!(
            back.iter().all(|growth| !growth.starts_with("integrations") && !growth.starts_with("exceptions: -")),
            "{back:?}"
        );
    }
    let wide = sync("ZohoCRM.modules.ALL");
    assert!(growths(&wide, &sync("ZohoCRM.modules.deals.READ")).is_empty(), "what was covered is no growth");
}

#[test]
fn more_code_more_clients_and_more_time_are_growths_too() {
    let sync = |more: &str| {
        format!(
            "integrations:\n  sync: {{provider: zoho-crm, purpose: p, owner: o, paths: [\"a/**\"], scopes: {{allow: \
             [ZohoCRM.modules.deals.READ]}}{more}}}\n"
        )
    };
    for (before, after, wanted) in [
        (sync(""), sync("").replace("[\"a/**\"]", "[\"a/**\", \"b/**\"]"), "integrations.sync.paths: - -> b/**"),
        (sync(""), sync(", client_ids: [abc]"), "integrations.sync.client_ids: - -> abc"),
        (sync(""), sync(", data: [names]"), "integrations.sync.data: - -> names"),
        (sync(", lifecycle: retired"), sync(""), "integrations.sync.lifecycle: retired -> -"),
        (
            sync(", lifecycle: deprecated, retire_by: 2026-01-01"),
            sync(", lifecycle: deprecated, retire_by: 2027-01-01"),
            "integrations.sync.retire_by: 2026-01-01 -> 2027-01-01",
        ),
        (
            sync(", environments: {sandbox: {scopes: {allow: [ZohoCRM.users.READ]}}, production: {}}"),
            sync(", environments: {sandbox: {}, production: {scopes: {allow: [ZohoCRM.users.READ]}}}"),
            "integrations.sync.environments.production.scopes.allow: - -> ZohoCRM.users.READ",
        ),
        (
            String::new(),
            "rules: {secret/zoho-refresh-token: {severity: low, reason: r}}\n".to_owned(),
            "rules.secret/zoho-refresh-token.severity: - -> low",
        ),
        (String::new(), "gates: {fail_on: critical}\n".to_owned(), "gates.fail_on: - -> critical"),
        (String::new(), "gates: {modes: {secrets: comment}}\n".to_owned(), "gates.modes.secrets: - -> comment"),
        (
            "ceiling: {zoho-crm: [ZohoCRM.modules.deals.READ]}\n".to_owned(),
            String::new(),
            "ceiling.zoho-crm: ZohoCRM.modules.deals.READ -> -",
        ),
    ] {
        assert_eq!(growths(&before, &after), [wanted], "{before} to {after}");
    }
    assert_eq!(growths("gates: {fail_on: medium}\n", "gates: {fail_on: low}\n"), [""; 0]);
    assert_eq!(growths("", "gates: {fail_on: low}\n"), [""; 0]);
}

#[test]
fn the_effective_policy_names_the_line_of_every_value() {
    let (policy, _) =
        with_base("defaults: {deny: [web]}\n", "defaults: {deny: [full], undeclared: high}\n").expect("both");
    let told = super::origins::values(&policy, true);
    for line in [
        "defaults.undeclared: high  # base.yaml:3",
        "defaults.deny[0]: full  # base.yaml:3",
        "defaults.deny[1]: web  # overscope.yaml:4",
    ] {
        assert!(told.contains(line), "{told}");
    }
}

/// Reads a root and adds the policy of the folder `pay` to it.
fn nested(root: &str, own: &str) -> Result<super::Policy, Vec<String>> {
    let root = format!("version: 1\nowner: a\nnested: tighten\n{root}");
    let mut policy = read(&root, Utf8Path::new("overscope.yaml"), Catalog::builtin()).expect("a policy").0;
    let own = format!("version: 1\nowner: pay\n{own}");
    match super::nested::add(&mut policy, &own, Utf8Path::new("pay/overscope.yaml"), Catalog::builtin()) {
        Ok(()) => Ok(policy),
        Err(mistakes) => {
            let told = |mistake: &Mistake| format!("{} | {}", &own[mistake.span.range()], mistake.message);
            Err(mistakes.iter().map(told).collect())
        }
    }
}

const SYNC: &str = "integrations:\n  sync: {provider: zoho-crm, purpose: p, owner: o, paths: [\"**\"], scopes: {allow: [ZohoCRM.modules.deals.ALL]}}\n";

#[test]
fn the_policy_of_a_folder_holds_for_its_folder() {
    let policy = nested(
        &format!("jwt: {{max_lifetime: PT2H}}\ngates: {{fail_on: high}}\n{SYNC}"),
        "jwt: {max_lifetime: PT1H}\ngates: {fail_on: low}\nintegrations: {sync: {scopes: {deny: [ZohoCRM.modules.deals.DELETE]}}}\n",
    )
    .expect("it only tightens");
    let life = |path: &str| policy.at(Utf8Path::new(path)).jwt.max_lifetime.as_ref().map(|at| at.value.seconds);
    assert_eq!((life("pay/a/b.py"), life("payroll/b.py"), life("b.py")), (Some(3600), Some(7200), Some(7200)));
    let inside = policy.at(Utf8Path::new("pay/b.py"));
    assert_eq!((inside.gates.fail_on.value.as_str(), inside.integrations[0].scopes.deny.len()), ("low", 1));
    assert_eq!(inside.line(inside.integrations[0].scopes.deny[0].span), "pay/overscope.yaml:5");
    assert_eq!(inside.line(inside.integrations[0].scopes.allow[0][0].scope.span), "overscope.yaml:7");
}

#[test]
fn the_policy_of_a_folder_that_opens_anything_is_a_mistake_that_names_both_places() {
    let wrong = |root: &str, own: &str| nested(root, own).expect_err("it opens something");
    assert_eq!(
        wrong("jwt: {max_lifetime: PT1H}\n", "jwt: {max_lifetime: PT2H}\n"),
        ["max_lifetime | `jwt.max_lifetime` is longer than the root allows (overscope.yaml:4)"]
    );
    assert_eq!(
        wrong("flows: {allow: [jwt_bearer]}\n", "flows: {allow: [password]}\n"),
        ["password | `password` is not in the root's `flows.allow` and does not count (overscope.yaml:4)"]
    );
    assert_eq!(
        wrong(SYNC, "integrations: {sync: {scopes: {allow: [ZohoCRM.users.READ]}}}\n"),
        [
            "ZohoCRM.users.READ | `integrations.sync.scopes.allow: ZohoCRM.users.READ` opens what the root closes: the root \
          has nothing of the kind"
        ]
    );
    assert_eq!(wrong("", "exceptions: []\n"), ["exceptions | `exceptions` has no meaning in the policy of a folder"]);
    assert_eq!(
        wrong("", "integrations: {new: {provider: zoho-crm, purpose: p, owner: o, paths: [a]}}\n"),
        ["new | the root has no integration `new`"]
    );
    let free = nested("unlocked: [jwt]\njwt: {max_lifetime: PT1H}\n", "jwt: {max_lifetime: PT2H}\n");
    assert!(free.is_ok(), "{free:?}");
}

#[test]
fn what_a_folder_or_a_base_tightens_is_not_opened_unseen() {
    let growths = |before: &str, after: &str| {
        let (before, after) = (nested("", before).expect("a policy"), nested("", after).expect("a policy"));
        let line = |growth: super::widen::Growth| format!("{}: {} -> {}", growth.path, growth.before, growth.after);
        super::widen::widened(&before, &after, Catalog::builtin()).into_iter().map(line).collect::<Vec<_>>()
    };
    let strict = "jwt: {symmetric: deny}\n";
    assert_eq!(growths(strict, ""), ["pay: jwt.symmetric: deny -> -"]);
    assert_eq!(growths("", strict), [""; 0]);
    let (policy, warnings) = with_base(
        "rules: {jwt/alg-none: {enabled: false, severity: low, reason: r}}\n",
        "rules: {jwt/alg-none: {enabled: true, severity: high, reason: r}}\n",
    )
    .expect("both are policies");
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert_eq!(policy.rules[0].enabled.as_ref().map(|at| at.value), Some(true));
}

#[test]
fn the_flow_of_an_integration_is_held_against_the_flows_of_the_file() {
    let text = |flows: &str| {
        format!(
            "version: 1\nowner: a\nflows: {flows}\nintegrations:\n  x: {{provider: google, purpose: p, owner: o, paths: [a], \
             flow: password}}\n"
        )
    };
    assert_eq!(
        told(&text("{deny: [password]}")),
        "warning: the flow `password` of `x` is denied by `flows.deny` (overscope.yaml:3) | password | use another flow, or \
         have it allowed"
    );
    assert!(told(&text("{allow: [jwt_bearer]}")).contains("is not among `flows.allow` (overscope.yaml:3)"));
    assert_eq!(told(&text("{allow: [password]}")), "");
}
