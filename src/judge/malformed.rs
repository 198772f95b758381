//! Scopes that are written so that no scope could be meant as it stands, and what is.

use crate::scope::provider::Provider;

/// What is wrong with the form of a scope, and the scope that is meant; `None` where the form is right or nothing near is
/// known.
pub(super) fn fault(provider: &Provider, written: &str) -> Option<(&'static str, String)> {
    let known = |text: &str| provider.canonical(text);
    let trimmed = written.trim_matches(['.', ':', '/', ',', ';', '-']);
    if trimmed != written
        && let Some(meant) = known(trimmed)
    {
        return Some(("has a sign too many at its end", meant));
    }
    for sign in ['.', ':'] {
        let doubled = format!("{sign}{sign}");
        if written.contains(&doubled)
            && let Some(meant) = known(&written.replace(&doubled, &sign.to_string()))
        {
            return Some(("has a sign twice between its parts", meant));
        }
    }
    for (from, to) in [(':', "."), ('/', "."), ('_', "."), ('.', ":"), ('-', "."), ('.', "_")] {
        if written.contains(from)
            && !written.contains("://")
            && let Some(meant) = known(&written.replace(from, to))
        {
            return Some(("has the wrong sign between its parts", meant));
        }
    }
    // A path of Zoho without what may be done there.
    let verbs: Vec<&str> = provider.grammar().all_verbs().collect();
    let has_verb =
        written.rsplit('.').next().is_some_and(|last| verbs.iter().any(|verb| verb.eq_ignore_ascii_case(last)));
    if !verbs.is_empty()
        && !has_verb
        && let Some(meant) = known(&format!("{written}.READ"))
    {
        return Some(("names no operation", meant));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::fault;
    use crate::scope::catalog::Catalog;

    #[test]
    fn the_form_that_is_meant_is_told() {
        let zoho = Catalog::builtin().provider("zoho-crm").expect("known");
        let meant = |written: &str| fault(zoho, written).map(|(_, meant)| meant);
        for (written, wanted) in [
            ("ZohoCRM.modules.leads", "ZohoCRM.modules.leads.READ"),
            ("ZohoCRM:modules:leads:READ", "ZohoCRM.modules.leads.READ"),
            ("ZohoCRM.modules..leads.READ", "ZohoCRM.modules.leads.READ"),
            ("ZohoCRM.modules.leads.READ.", "ZohoCRM.modules.leads.READ"),
        ] {
            assert_eq!(meant(written).as_deref(), Some(wanted), "{written}");
        }
        assert_eq!(meant("ZohoCRM.modules.lead.READ"), None);
        let hubspot = Catalog::builtin().provider("hubspot").expect("known");
        assert!(fault(hubspot, "crm:objects:contacts:read").is_some());
        assert!(fault(hubspot, "crm.objects.kontakte.read").is_none());
    }
}
