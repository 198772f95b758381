//! Scopes that only one provider can mean, by their shape.

/// Whose scope this is, where the shape leaves no doubt.
pub(super) fn whose(scope: &str) -> Option<&'static str> {
    google(scope).or_else(|| zoho(scope)).or_else(|| graph(scope)).or_else(|| hubspot(scope))
}

/// Whether a text may hold a scope of a plain shape.
pub(super) fn hint(text: &str) -> bool {
    let lower = |needle: &str| {
        text.as_bytes().windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
    };
    ["googleapis.com/auth/", "mail.google.com/", ".read", ".all", "crm.", ".send", ".create", ".update", ".delete"]
        .iter()
        .any(|needle| lower(needle))
}

fn google(scope: &str) -> Option<&'static str> {
    let rest = scope.strip_prefix("https://www.googleapis.com/auth/");
    let found = rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
        || matches!(
            scope,
            "https://mail.google.com/" | "https://www.google.com/m8/feeds/" | "https://www.google.com/m8/feeds"
        );
    found.then_some("google")
}

fn zoho(scope: &str) -> Option<&'static str> {
    let mut parts = scope.split('.');
    let product = parts.next()?.to_ascii_lowercase();
    let operation = parts.next_back()?;
    let middle: Vec<&str> = parts.collect();
    let named = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if middle.is_empty() && !operation.eq_ignore_ascii_case("all") || !middle.iter().all(named) {
        return None;
    }
    // The prefix is often forgotten: `CRM.modules.leads.READ`; what follows it must be Zoho's all the more.
    let areas = ["modules", "settings", "users", "org", "bulk", "coql", "notifications"];
    if product == "crm" && !middle.first().is_some_and(|area| areas.contains(&area.to_ascii_lowercase().as_str())) {
        return None;
    }
    let operation = operation.to_ascii_uppercase();
    if !["ALL", "READ", "CREATE", "UPDATE", "WRITE", "DELETE", "CUSTOM"].contains(&operation.as_str()) {
        return None;
    }
    ZOHO.iter().find(|(known, _)| *known == product).map(|(_, provider)| *provider)
}

const ZOHO: [(&str, &str); 22] = [
    ("zohocrm", "zoho-crm"),
    ("crm", "zoho-crm"),
    ("zohobooks", "zoho-books"),
    ("zohoinvoice", "zoho-invoice"),
    ("zohoinventory", "zoho-inventory"),
    ("zohosubscriptions", "zoho-billing"),
    ("zohobigin", "zoho-bigin"),
    ("zohoanalytics", "zoho-analytics"),
    ("zohocampaigns", "zoho-campaigns"),
    ("zohocliq", "zoho-cliq"),
    ("zohocreator", "zoho-creator"),
    ("desk", "zoho-desk"),
    ("zohomail", "zoho-mail"),
    ("zohopeople", "zoho-people"),
    ("zohoprojects", "zoho-projects"),
    ("zohorecruit", "zoho-recruit"),
    ("zohosign", "zoho-sign"),
    ("workdrive", "zoho-workdrive"),
    ("aaaserver", "zoho-accounts"),
    ("zohosearch", "zoho-crm"),
    ("zohofiles", "zoho-crm"),
    ("salesiq", "zoho-accounts"),
];

fn graph(scope: &str) -> Option<&'static str> {
    let scope = scope.strip_prefix("https://graph.microsoft.com/").unwrap_or(scope);
    if scope == ".default" {
        return Some("microsoft-graph");
    }
    let mut parts = scope.split('.');
    let resource = parts.next()?;
    let verb = parts.next()?;
    let pascal = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let found = pascal(resource)
        && ["Read", "ReadWrite", "ReadBasic", "Send", "Manage", "AccessAsUser"].contains(&verb)
        && parts.all(pascal);
    found.then_some("microsoft-graph")
}

fn hubspot(scope: &str) -> Option<&'static str> {
    let parts: Vec<&str> = scope.split('.').collect();
    let found = matches!(parts.as_slice(), ["crm", "objects" | "schemas" | "lists" | "dealsplits" | "pipelines" | "extensions", rest @ ..]
        if rest.last().is_some_and(|verb| ["read", "write", "read_write"].contains(verb)));
    found.then_some("hubspot")
}

#[cfg(test)]
mod tests {
    use super::whose;

    #[test]
    fn plain_shapes_tell_their_provider() {
        for (scope, provider) in [
            ("ZohoCRM.modules.ALL", Some("zoho-crm")),
            ("zohocrm.files.CREATE", Some("zoho-crm")),
            ("Desk.tickets.READ", Some("zoho-desk")),
            ("CRM.modules.leads.READ", Some("zoho-crm")),
            ("https://www.googleapis.com/auth/drive", Some("google")),
            ("Mail.ReadWrite", Some("microsoft-graph")),
            ("User.Read.All", Some("microsoft-graph")),
            ("crm.objects.contacts.read", Some("hubspot")),
            ("com.zoho.crm.api.modules", None),
            ("desk.zoho.com", None),
            ("user:read", None),
            ("zohoProjects.map", None),
        ] {
            assert_eq!(whose(scope), provider, "{scope}");
        }
    }
}
