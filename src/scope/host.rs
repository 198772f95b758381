//! Hosts: of a URL somebody wrote, and as the catalogue writes them.

/// Whether a host is one the pattern speaks of: equal, or under `*.`.
#[must_use]
pub fn fits(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => {
            host.len() > end.len()
                && host.get(host.len() - end.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        }
        None => pattern.eq_ignore_ascii_case(host),
    }
}

/// Whether a host of which parts are not known, written `{}`, may be one the pattern speaks of. What is known of it has
/// to tell something.
#[must_use]
pub fn may_fit(pattern: &str, host: &str) -> bool {
    if !host.contains("{}") {
        return fits(pattern, host);
    }
    let known: usize = host.split("{}").map(|part| part.trim_matches('.').len()).filter(|length| *length > 3).sum();
    if known < 6 {
        return false;
    }
    // A `*` may take what an unknown part stands for, and the other way round: what is left has to follow in order.
    let pattern = pattern.trim_start_matches('*').to_ascii_lowercase();
    let mut rest = pattern.as_str();
    for part in host.to_ascii_lowercase().split("{}").filter(|part| !part.is_empty()) {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    host.ends_with("{}") || rest.is_empty()
}

/// The host of a URL, if it is plain.
#[must_use]
pub fn of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    (!host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::{fits, may_fit, of};

    #[test]
    fn hosts_are_read_only_where_plain() {
        assert_eq!(of("https://api.hubapi.com:443/crm"), Some("api.hubapi.com"));
        assert_eq!(of("https://user@api.hubapi.com?a"), Some("api.hubapi.com"));
        assert_eq!(of("https://{org}.example.com/a"), None);
        assert_eq!(of("/crm/v8"), None);
    }

    #[test]
    fn a_host_with_unknown_parts_may_fit() {
        assert!(may_fit("www.zohoapis.com", "www.zohoapis.{}") && may_fit("www.zohoapis.com.au", "{}.zohoapis.com.au"));
        assert!(may_fit("*.zendesk.com", "{}.zendesk.com") && may_fit("*.my.salesforce.com", "{}.salesforce.com"));
        assert!(!may_fit("www.zohoapis.com", "{}.example.com") && !may_fit("slack.com", "{}.com"));
        assert!(!may_fit("slack.com", "{}"));
    }

    #[test]
    fn a_star_stands_for_labels_before_the_rest() {
        assert!(
            fits("*.okta.com", "a.b.OKTA.com") && !fits("*.okta.com", "okta.com") && !fits("*.okta.com", "xokta.com")
        );
        assert!(fits("slack.com", "Slack.com") && !fits("slack.com", "api.slack.com"));
    }
}
