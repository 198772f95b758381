//! What holds for the catalogue as a whole, and for the providers most code asks for.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;

use super::access::{Class, Kind};
use super::catalog::Catalog;
use super::pattern::ScopePattern;
use super::provider::Provider;

fn provider(id: &str) -> &'static Provider {
    Catalog::builtin().provider(id).expect("the provider exists")
}

fn pattern(text: &str) -> ScopePattern {
    ScopePattern::parse(text).expect("the pattern is good")
}

#[test]
fn every_provider_opens_and_spells_its_own_scopes() {
    let catalog = Catalog::builtin();
    assert!(catalog.ids().count() > 70);
    for row in catalog.index() {
        let provider = provider(row.id.as_str());
        assert_eq!(provider.id(), &row.id);
        if let Some(shape) = &row.shape {
            regex::Regex::new(shape).expect(shape);
        }
        for entry in provider.entries() {
            assert_eq!(provider.canonical(&entry.id).as_deref(), Some(entry.id.as_str()), "{}", row.id);
            for other in entry.implies.iter().chain(&entry.instead) {
                assert!(provider.entry(other).is_some(), "{}: {} names {other}", row.id, entry.id);
            }
        }
    }
}

#[test]
fn zoho_case_and_other_names_are_folded() {
    let zoho = provider("zoho-crm");
    for (written, meant) in [
        ("ZohoCRM.Modules.Leads.read", "ZohoCRM.modules.leads.READ"),
        ("zohocrm.modules.all", "ZohoCRM.modules.ALL"),
        ("ZohoCRM.modules.Price_Books.READ", "ZohoCRM.modules.pricebooks.READ"),
        ("ZohoCRM.modules.Potentials.ALL", "ZohoCRM.modules.deals.ALL"),
        (" ZohoCRM.users.READ ", "ZohoCRM.users.READ"),
        ("ZohoCRM.modules.Machine_Parts.update", "ZohoCRM.modules.Machine_Parts.UPDATE"),
    ] {
        assert_eq!(zoho.canonical(written).as_deref(), Some(meant), "{written}");
    }
    for unknown in [
        "CRM.modules.leads.READ",
        "ZohoCRM.modules.lead.READ",
        "ZohoCRM.modules.leads",
        "crm.*",
        "",
        "ZohoCRM.modules..READ",
    ] {
        assert_eq!(zoho.canonical(unknown), None, "{unknown}");
    }
}

#[test]
fn a_slip_is_led_to_the_scope_that_was_meant() {
    for (id, written, meant) in [
        ("zoho-crm", "CRM.modules.leads.READ", "ZohoCRM.modules.leads.READ"),
        ("zoho-crm", "ZohoCRM.modules.lead.READ", "ZohoCRM.modules.leads.READ"),
        ("zoho-crm", "ZohoCRM.leads.READ", "ZohoCRM.modules.leads.READ"),
        ("zoho-crm", "ZohoCRM.modules.leads.REED", "ZohoCRM.modules.leads.READ"),
        ("google", "https://www.googleapis.com/auth/drive.readonley", "https://www.googleapis.com/auth/drive.readonly"),
        ("microsoft-graph", "Mail.Raed", "Mail.Read"),
        ("hubspot", "crm.objects.contact.read", "crm.objects.contacts.read"),
        ("github", "read:orgs", "read:org"),
    ] {
        assert_eq!(provider(id).nearest(written).as_deref(), Some(meant), "{written}");
    }
    assert_eq!(provider("zoho-crm").nearest("ZohoCRM.modules.leads.READ"), None, "a known scope needs no guess");
    assert_eq!(provider("zoho-crm").nearest("something else entirely"), None);
}

#[test]
fn a_group_covers_its_members_and_not_its_neighbours() {
    let zoho = provider("zoho-crm");
    for (a, b) in [
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.deals.READ"),
        ("ZohoCRM.modules.READ", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.leads.ALL", "ZohoCRM.modules.leads.WRITE"),
        ("ZohoCRM.modules.leads.WRITE", "ZohoCRM.modules.leads.DELETE"),
        ("ZohoCRM.modules.ALL", "ZohoCRM.modules.Machine_Parts.DELETE"),
        ("ZohoCRM.modules.custom.ALL", "ZohoCRM.modules.Machine_Parts.READ"),
        ("ZohoCRM.send_mail.all.CREATE", "ZohoCRM.send_mail.leads.CREATE"),
    ] {
        assert!(zoho.covers(a, b), "{a} {b}");
        assert!(!zoho.covers(b, a), "{b} {a}");
    }
    for (a, b) in [
        ("ZohoCRM.modules.ALL", "ZohoCRM.users.READ"),
        ("ZohoCRM.settings.ALL", "ZohoCRM.org.READ"),
        ("ZohoCRM.modules.leads.WRITE", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.custom.ALL", "ZohoCRM.modules.leads.READ"),
        ("ZohoCRM.modules.Machine_Parts.ALL", "ZohoCRM.modules.Order_Lines.READ"),
    ] {
        assert!(!zoho.covers(a, b), "{a} {b}");
    }
    let split = ["READ", "CREATE", "UPDATE", "DELETE"].map(|verb| format!("ZohoCRM.modules.deals.{verb}"));
    let split: Vec<&str> = split.iter().map(String::as_str).collect();
    assert!(zoho.covered_by("ZohoCRM.modules.deals.ALL", &split));
    assert!(!zoho.covered_by("ZohoCRM.modules.deals.ALL", &split[1..]));
    assert!(provider("zoho-books").covers("ZohoBooks.fullaccess.all", "ZohoBooks.invoices.DELETE"));
}

#[test]
fn write_includes_read_only_where_the_provider_says_so() {
    for (id, write, read, included) in [
        ("hubspot", "crm.objects.contacts.write", "crm.objects.contacts.read", false),
        ("shopify", "write_products", "read_products", true),
        ("microsoft-graph", "Mail.ReadWrite", "Mail.Read", true),
        ("github-app", "contents:write", "contents:read", true),
        ("klaviyo", "profiles:write", "profiles:read", false),
        ("outreach", "prospects.write", "prospects.read", false),
        ("outreach", "prospects.all", "prospects.read", true),
        ("github", "repo", "public_repo", true),
        ("github", "public_repo", "repo", false),
        ("github", "user", "user:email", true),
    ] {
        assert_eq!(provider(id).covers(write, read), included, "{id} {write}");
    }
}

#[test]
fn prefixes_and_short_forms_are_the_same_scope() {
    let google = provider("google");
    let full = "https://www.googleapis.com/auth/drive.readonly";
    assert_eq!(google.canonical("drive.readonly").as_deref(), Some(full));
    assert_eq!(google.canonical(full).as_deref(), Some(full));
    assert!(google.covers("https://www.googleapis.com/auth/drive", full));
    assert!(google.covers("email", "https://www.googleapis.com/auth/userinfo.email"));
    assert!(google.covers("https://www.googleapis.com/auth/userinfo.email", "email"));
    assert_eq!(google.canonical("https://mail.google.com").as_deref(), Some("https://mail.google.com/"));
    let graph = provider("microsoft-graph");
    for written in
        ["https://graph.microsoft.com/Mail.Read", "mail.read", "00000003-0000-0000-c000-000000000000/Mail.Read"]
    {
        assert_eq!(graph.canonical(written).as_deref(), Some("Mail.Read"), "{written}");
    }
    assert!(graph.entry("https://graph.microsoft.com/.default").is_some_and(|entry| entry.configured));
    let dynamics = provider("dynamics365");
    assert!(dynamics.entry("https://contoso.crm4.dynamics.com/user_impersonation").is_some());
    assert!(dynamics.entry("https://contoso.crm4.dynamics.com/a/user_impersonation").is_none());
}

#[test]
fn ids_of_manifests_have_their_scope_and_kind() {
    let catalog = Catalog::builtin();
    let read = catalog.permission("024D486E-B451-40BB-833D-3E66D98C5C73").expect("known");
    assert_eq!((read.scope.as_str(), read.kind), ("Mail.ReadWrite", Kind::Delegated));
    assert_eq!(catalog.permission("00000000-0000-0000-0000-000000000000"), None);
}

#[test]
fn a_distinctive_spelling_proves_its_provider_and_a_common_one_none() {
    let catalog = Catalog::builtin();
    let proven = |scope: &str| catalog.recognise(scope).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    for (scope, provider) in [
        ("ZohoCRM.modules.ALL", "zoho-crm"),
        ("ZohoCRM.modules.nothing_like_it.READ", "zoho-crm"),
        ("CRM.modules.leads.READ", "zoho-crm"),
        ("ZohoSearch.securesearch.READ", "zoho-accounts"),
        ("https://www.googleapis.com/auth/calendar", "google"),
        ("User.Read", "microsoft-graph"),
        ("user.read", "microsoft-graph"),
        ("https://graph.microsoft.com/.default", "microsoft-graph"),
        ("crm.objects.contacts.read", "hubspot"),
        ("read:issue:jira", "atlassian"),
        ("read:jira-work", "atlassian"),
        ("com.intuit.quickbooks.accounting", "quickbooks"),
        ("okta.users.read", "okta"),
    ] {
        assert_eq!(proven(scope), provider, "{scope}");
    }
    for common in [
        "read",
        "api",
        "repo",
        "user:read",
        "users:read",
        "admin",
        "openid",
        "Foo.Bar",
        "System.Text",
        "contacts",
        "java.util",
        "a b",
    ] {
        assert_eq!(proven(common), "", "{common}");
    }
    assert!(catalog.holders("users:read").len() > 1);
    assert_eq!(catalog.on_host("api.hubapi.com").iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["hubspot"]);
    assert!(catalog.on_host("contoso.okta.com").iter().any(|id| id.as_str() == "okta"));
}

#[test]
fn a_provider_misspelled_is_led_home() {
    let catalog = Catalog::builtin();
    for (written, meant) in [
        ("zoho_crm", "zoho-crm"),
        ("Google", "google"),
        ("hubsopt", "hubspot"),
        ("graph", "microsoft-graph"),
        ("Zoho CRM", "zoho-crm"),
    ] {
        assert_eq!(catalog.nearest_provider(written), Some(meant), "{written}");
    }
    assert_eq!(catalog.nearest_provider("nothing-of-the-kind"), None);
}

#[test]
fn lists_are_cut_at_every_sign_people_use() {
    let zoho = provider("zoho-crm");
    let parts =
        |list: &str| zoho.split(list).map(|(at, part)| format!("{}:{part}", at.start)).collect::<Vec<_>>().join(" ");
    assert_eq!(parts("a.READ,b.READ"), "0:a.READ 7:b.READ");
    assert_eq!(parts(" a%20b%2Cc+d\ne%"), "1:a 5:b 9:c 11:d 13:e%");
    assert_eq!(parts(""), "");
    assert_eq!(parts("é,ü"), "0:é 3:ü");
}

#[test]
fn classes_are_those_people_expect() {
    for (id, scope, class) in [
        ("zoho-crm", "ZohoCRM.modules.ALL", Class::Group),
        ("zoho-crm", "ZohoCRM.modules.leads.ALL", Class::Restricted),
        ("zoho-crm", "ZohoCRM.modules.leads.UPDATE", Class::Sensitive),
        ("zoho-crm", "ZohoCRM.modules.leads.READ", Class::NonSensitive),
        ("zoho-crm", "ZohoCRM.modules.Machine_Parts.ALL", Class::Restricted),
        ("google", "https://www.googleapis.com/auth/gmail.readonly", Class::Restricted),
        ("google", "openid", Class::NonSensitive),
        ("google", "https://www.googleapis.com/auth/cloud-platform", Class::Group),
        ("salesforce", "full", Class::Group),
        ("github", "no-such-scope", Class::Sensitive),
    ] {
        assert_eq!(provider(id).class(scope), class, "{scope}");
    }
    assert!(provider("zoho-crm").is_broad("ZohoCRM.modules.Machine_Parts.ALL"));
    assert!(!provider("zoho-crm").is_broad("ZohoCRM.modules.Machine_Parts.READ"));
}

/// Some scopes of providers whose rules of inclusion differ.
fn some() -> Vec<(&'static Provider, String)> {
    let mut all = Vec::new();
    for id in ["zoho-crm", "google", "microsoft-graph", "github", "hubspot", "outreach", "zoho-books"] {
        let provider = provider(id);
        all.extend(provider.entries().iter().step_by(3).map(|entry| (provider, entry.id.clone())));
    }
    let zoho = provider("zoho-crm");
    all.extend(
        ["ZohoCRM.modules.Own_One.ALL", "ZohoCRM.modules.Own_One.READ", "no such scope"]
            .map(|id| (zoho, id.to_owned())),
    );
    all
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn covering_is_an_order(a in select(some()), b in select(some()), c in select(some())) {
        let (provider, a) = a;
        prop_assert!(provider.covers(&a, &a));
        let (b, c) = (b.1, c.1);
        if provider.covers(&a, &b) && provider.covers(&b, &c) {
            prop_assert!(provider.covers(&a, &c));
        }
        if provider.covers(&a, &b) && provider.covers(&b, &a) {
            prop_assert_eq!(provider.cover(&a).holds(&provider.cover(&c)), provider.cover(&b).holds(&provider.cover(&c)));
        }
        if provider.covers(&a, &b) {
            prop_assert!(provider.covered_by(&b, &[&a, &c]));
        }
    }

    #[test]
    fn the_narrower_are_covered(at in select(some())) {
        let (provider, scope) = at;
        for narrower in provider.narrower(&scope).into_iter().take(20) {
            prop_assert!(provider.covers(&scope, narrower) && !provider.covers(narrower, &scope));
            prop_assert!(provider.broader(narrower).contains(&scope.as_str()) || provider.entry(&scope).is_none());
        }
    }

    #[test]
    fn expanding_and_matching_agree(at in select(some()), shape in select(vec!["**", "*.*", "class:sensitive", "risk:<=low", "ZohoCRM.{modules,settings}.**", "https://**.readonly", "*:*"])) {
        let (provider, scope) = at;
        let pattern = pattern(shape);
        let canonical = provider.canonical(&scope);
        let expanded = provider.expand(&pattern);
        if let Some(canonical) = canonical && provider.entry(&canonical).is_some() {
            prop_assert_eq!(expanded.contains(&canonical), pattern.matches(provider, &scope), "{} {}", shape, scope);
        }
    }

    #[test]
    fn no_text_breaks_the_grammar(text in "\\PC{0,60}", dotted in "(ZohoCRM|\\PC{0,4})(\\.[A-Za-z*{},]{0,8}){0,4}") {
        for id in ["zoho-crm", "google", "microsoft-graph", "dynamics365"] {
            let provider = provider(id);
            for text in [&text, &dotted] {
                if let Some(canonical) = provider.canonical(text) {
                    prop_assert_eq!(provider.canonical(&canonical), Some(canonical));
                }
                let _ = (provider.nearest(text), provider.class(text), Catalog::builtin().recognise(text));
                if let Ok(pattern) = ScopePattern::parse(text) {
                    let _ = (provider.expand(&pattern), pattern.nearest(provider));
                }
            }
        }
    }
}
