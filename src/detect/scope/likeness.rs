//! What texts are like: a scope, one of Zoho's, one of OpenID Connect, the name of a constant.

use crate::detect::value::words::bare;

/// Whether a text could be a scope at all.
pub(super) fn looks_like_scope(scope: &str) -> bool {
    (2..=120).contains(&scope.len())
        && scope.starts_with(|c: char| c.is_ascii_alphabetic() || c == '.')
        && scope.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'_' | b'-' | b'/' | b'*'))
        && !scope.ends_with(['.', ':', '/', '_'])
        && !scope.contains("//")
}

/// Whether a scope is built as Zoho builds them, though its product is none: `CRM.modules.leads.READ`.
pub(super) fn zoho_like(scope: &str) -> bool {
    let parts: Vec<&str> = scope.split('.').collect();
    let verbs = ["ALL", "READ", "CREATE", "UPDATE", "WRITE", "DELETE"];
    parts.len() >= 3
        && parts.last().is_some_and(|verb| verbs.contains(verb))
        && parts.iter().all(|part| !part.is_empty())
}

/// A name without case and signs, and without a `Scope` at its end.
pub(super) fn squeeze(name: &str) -> String {
    let squeezed = bare(name);
    let end = squeezed.trim_end_matches("scope");
    // Google's constants for Objective-C and for Ruby.
    let end = end.strip_prefix("kgtlrauthscope").or_else(|| end.strip_prefix("auth")).unwrap_or(end);
    end.to_owned()
}

/// Scopes of OpenID Connect, which every provider has.
pub(super) const IDENTITY: [&str; 6] = ["openid", "profile", "email", "offline_access", "address", "phone"];

#[cfg(test)]
mod tests {
    use super::looks_like_scope;

    #[test]
    fn prose_is_no_scope() {
        assert!(looks_like_scope("crm.objects.contacts.read") && looks_like_scope("user:email"));
        assert!(!looks_like_scope("@acme") && !looks_like_scope("scopes.") && !looks_like_scope("a b"));
    }
}
