//! What patterns speak of, with the scopes of real providers.

use super::access::Risk;
use super::catalog::Catalog;
use super::pattern::{PatternError, ScopePattern};
use super::provider::Provider;

fn provider(id: &str) -> &'static Provider {
    Catalog::builtin().provider(id).expect("the provider exists")
}

fn pattern(text: &str) -> ScopePattern {
    ScopePattern::parse(text).expect("the pattern is good")
}

#[test]
fn a_denied_group_does_not_forbid_its_members() {
    let zoho = provider("zoho-crm");
    let all = pattern("ZohoCRM.modules.ALL");
    assert_eq!(zoho.denied_by(&["ZohoCRM.modules.deals.READ"], &all), None);
    assert_eq!(zoho.denied_by(&["zohocrm.Modules.all"], &all).as_deref(), Some("ZohoCRM.modules.ALL"));
    let delete = pattern("ZohoCRM.**.DELETE");
    assert_eq!(
        zoho.denied_by(&["ZohoCRM.modules.deals.ALL"], &delete).as_deref(),
        Some("ZohoCRM.modules.deals.DELETE")
    );
    assert_eq!(zoho.denied_by(&["ZohoCRM.modules.deals.READ"], &delete), None);
    assert_eq!(
        zoho.denied_by(&["ZohoCRM.modules.Machine_Parts.ALL"], &delete).as_deref(),
        Some("ZohoCRM.modules.Machine_Parts.DELETE")
    );
    let group = pattern("ZohoCRM.modules.deals.ALL");
    let split = ["READ", "CREATE", "UPDATE", "DELETE"].map(|verb| format!("ZohoCRM.modules.deals.{verb}"));
    let split: Vec<&str> = split.iter().map(String::as_str).collect();
    assert_eq!(zoho.denied_by(&split, &group).as_deref(), Some("ZohoCRM.modules.deals.ALL"));
    assert_eq!(zoho.denied_by(&split[..3], &group), None);
}

#[test]
fn a_star_stays_in_its_part() {
    let zoho = provider("zoho-crm");
    let reads = pattern("ZohoCRM.modules.*.READ");
    assert!(reads.matches(zoho, "ZohoCRM.modules.leads.READ") && reads.matches(zoho, "zohocrm.MODULES.leads.read"));
    assert!(!reads.matches(zoho, "ZohoCRM.modules.READ") && !reads.matches(zoho, "ZohoCRM.settings.fields.READ"));
    let two = pattern("ZohoCRM.modules.{leads,deals}.{READ,CREATE}");
    assert_eq!(zoho.expand(&two).len(), 4);
    let google = provider("google");
    assert!(
        pattern("https://www.googleapis.com/auth/drive*").matches(google, "https://www.googleapis.com/auth/drive.file")
    );
    assert!(pattern("drive.*").matches(google, "https://www.googleapis.com/auth/drive.file"));
    assert!(!pattern("https://*").matches(google, "https://www.googleapis.com/auth/drive.file"));
    assert!(pattern("https://**").matches(google, "https://www.googleapis.com/auth/drive.file"));
    assert!(pattern("**:read").matches(provider("slack"), "channels:read"));
}

#[test]
fn selectors_choose_by_class_and_risk() {
    let zoho = provider("zoho-crm");
    assert!(pattern("class:read-only").matches(zoho, "ZohoCRM.modules.leads.READ"));
    assert!(!pattern("class:read-only").matches(zoho, "ZohoCRM.modules.leads.UPDATE"));
    assert!(pattern("class:group").matches(zoho, "ZohoCRM.modules.ALL"));
    assert!(pattern("risk:<=medium").matches(zoho, "ZohoCRM.modules.leads.UPDATE"));
    assert!(!pattern("risk:<=medium").matches(zoho, "ZohoCRM.modules.ALL"));
    assert!(
        zoho.expand(&pattern("risk:>=high"))
            .iter()
            .all(|id| zoho.entry(id).is_some_and(|entry| entry.risk >= Risk::High))
    );
}

#[test]
fn what_covers_everything_is_told_apart() {
    let zoho = provider("zoho-crm");
    for everything in ["**", "risk:<=critical", "{ZohoCRM,**}.**"] {
        assert!(pattern(everything).covers_everything(zoho), "{everything}");
    }
    for less in ["ZohoCRM.modules.**", "ZohoCRM.modules.ALL", "*", "class:group"] {
        assert!(!pattern(less).covers_everything(zoho), "{less}");
    }
    assert!(!pattern("developer/v1/all").covers_everything(provider("copper")), "one scope by name is a choice");
}

#[test]
fn a_pattern_that_speaks_of_nothing_has_a_nearest() {
    let zoho = provider("zoho-crm");
    for (written, meant) in [
        ("ZohoCRM.module.*.READ", "ZohoCRM.modules.*.READ"),
        ("CRM.modules.*.READ", "ZohoCRM.modules.*.READ"),
        ("ZohoCRM.modules.lead.READ", "ZohoCRM.modules.leads.READ"),
    ] {
        let pattern = pattern(written);
        assert!(zoho.expand(&pattern).is_empty());
        assert_eq!(pattern.nearest(zoho).as_deref(), Some(meant));
    }
}

#[test]
fn what_is_no_pattern_says_why() {
    assert_eq!(ScopePattern::parse("  "), Err(PatternError::Empty));
    assert!(matches!(ScopePattern::parse("!a"), Err(PatternError::Not(_))));
    assert!(matches!(ScopePattern::parse("a b"), Err(PatternError::Space(_))));
    assert!(matches!(ScopePattern::parse("a.{b"), Err(PatternError::Brace(_))));
    assert!(matches!(ScopePattern::parse("a}.{b}"), Err(PatternError::Brace(_))));
    assert!(matches!(ScopePattern::parse("{a,{b}}"), Err(PatternError::Brace(_))));
    assert!(matches!(ScopePattern::parse(&"{a,b}".repeat(20)), Err(PatternError::TooMany(_))));
    let class = ScopePattern::parse("class:restrictd").expect_err("a slip");
    assert_eq!(class, PatternError::Class { word: "restrictd".to_owned(), nearest: Some("restricted".to_owned()) });
    let risk = ScopePattern::parse("risk:<=hihg").expect_err("a slip");
    assert_eq!(risk, PatternError::Risk { word: "<=hihg".to_owned(), nearest: Some("high".to_owned()) });
}
