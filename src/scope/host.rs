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
    use super::{fits, of};

    #[test]
    fn hosts_are_read_only_where_plain() {
        assert_eq!(of("https://api.hubapi.com:443/crm"), Some("api.hubapi.com"));
        assert_eq!(of("https://user@api.hubapi.com?a"), Some("api.hubapi.com"));
        assert_eq!(of("https://{org}.example.com/a"), None);
        assert_eq!(of("/crm/v8"), None);
    }

    #[test]
    fn a_star_stands_for_labels_before_the_rest() {
        assert!(
            fits("*.okta.com", "a.b.OKTA.com") && !fits("*.okta.com", "okta.com") && !fits("*.okta.com", "xokta.com")
        );
        assert!(fits("slack.com", "Slack.com") && !fits("slack.com", "api.slack.com"));
    }
}
