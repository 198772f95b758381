//! Tests of plain texts, the same for string literals and for settings.

use crate::rule::is::Unit;

/// A lifetime as a text spells it, in seconds: `7d`, `30 days`, `PT1H`, `P30D`, `1.00:00:00`, `3600`.
#[must_use]
pub fn seconds(text: &str, unit: Unit) -> Option<u64> {
    let text = text.trim().trim_start_matches('+');
    if text.is_empty() || text.len() > 40 {
        return None;
    }
    if let Ok(number) = text.replace('_', "").parse::<f64>() {
        return counted(number, unit);
    }
    let lower = text.to_ascii_lowercase();
    if let Some(iso) = lower.strip_prefix('p') {
        return iso_8601(iso);
    }
    if lower.contains(':') {
        return clock(&lower);
    }
    words(&lower)
}

/// So many of a unit, in seconds.
#[must_use]
pub fn counted(number: f64, unit: Unit) -> Option<u64> {
    let factor = match unit {
        Unit::Milliseconds => 0.001,
        Unit::Seconds => 1.0,
        Unit::Minutes => 60.0,
        Unit::Hours => 3600.0,
        Unit::Days => 86_400.0,
        // An hour is 3,600,000 ms; days of seconds, as 2,592,000 is thirty, make no whole minutes of milliseconds.
        Unit::Guess if number >= 300_000.0 && number % 1000.0 == 0.0 => {
            let days = number % 86_400.0 == 0.0 && number % 60_000.0 != 0.0;
            if days { 1.0 } else { 0.001 }
        }
        Unit::Guess => 1.0,
    };
    let seconds = number * factor;
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds as u64)
}

/// The seconds of a unit by its name.
#[must_use]
pub fn of_unit(name: &str) -> Option<f64> {
    let name = name.to_ascii_lowercase();
    Some(match name.trim_end_matches('s') {
        "m" if name == "ms" => 0.001,
        "milli" | "millisecond" | "msec" => 0.001,
        "" | "sec" | "second" if name.starts_with('s') => 1.0,
        "m" | "min" | "minute" => 60.0,
        "h" | "hr" | "hour" => 3600.0,
        "d" | "day" => 86_400.0,
        "w" | "week" => 604_800.0,
        "month" => 2_592_000.0,
        "y" | "yr" | "year" => 31_557_600.0,
        _ => return None,
    })
}

/// `7d`, `1h30m`, `2 weeks`.
fn words(text: &str) -> Option<u64> {
    let mut sum = 0.0;
    let mut rest = text.trim();
    let mut any = false;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let number: f64 = rest.get(..end)?.parse().ok()?;
        rest = rest.get(end..)?.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        sum += number * of_unit(rest.get(..end)?)?;
        rest = rest.get(end..)?.trim_start_matches([' ', ',']);
        any = true;
    }
    (any && sum >= 0.0 && sum.is_finite()).then_some(sum as u64)
}

fn iso_8601(text: &str) -> Option<u64> {
    let (days, time) = text.split_once('t').unwrap_or((text, ""));
    let mut sum = 0.0;
    for (part, in_time) in [(days, false), (time, true)] {
        let mut rest = part;
        while !rest.is_empty() {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
            let number: f64 = rest.get(..end)?.parse().ok()?;
            let factor = match (rest.as_bytes().get(end)?, in_time) {
                (b'y', false) => 31_557_600.0,
                (b'm', false) => 2_592_000.0,
                (b'w', false) => 604_800.0,
                (b'd', false) => 86_400.0,
                (b'h', true) => 3600.0,
                (b'm', true) => 60.0,
                (b's', true) => 1.0,
                _ => return None,
            };
            sum += number * factor;
            rest = rest.get(end + 1..)?;
        }
    }
    (!text.is_empty()).then_some(sum as u64)
}

/// `1.00:00:00`, `12:30:00`.
fn clock(text: &str) -> Option<u64> {
    let (days, time) = match text.split_once('.') {
        Some((days, time)) if time.contains(':') => (days.parse::<u64>().ok()?, time),
        _ => (0, text),
    };
    let parts: Vec<u64> = time.split(':').map(|part| part.split('.').next()?.parse().ok()).collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [hours, minutes, seconds] => {
            hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?
        }
        [hours, minutes] => hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?,
        _ => return None,
    };
    days.checked_mul(86_400)?.checked_add(seconds)
}

/// An `http://` address of another machine.
#[must_use]
pub fn is_http(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("http://") else { return false };
    let host = rest.split(['/', ':', '?', '#', ',', ' ']).next().unwrap_or_default();
    let host = if rest.starts_with('[') { rest.split(']').next().unwrap_or_default() } else { host };
    let local = host.is_empty()
        || host == "localhost"
        || host.starts_with("127.")
        || host == "0.0.0.0"
        || host == "[::1"
        || host == "10.0.2.2"
        || host == "host.docker.internal"
        || host.ends_with(".localhost")
        || host.ends_with(".local")
        || host.ends_with(".test")
        || host.ends_with(".internal")
        || host.ends_with(".svc")
        || host.contains(".svc.")
        // A service of one compose file or cluster.
        || !host.contains('.')
        || host.starts_with(['$', '{', '%', '<']);
    // XML namespaces and schemas are names, not addresses.
    !local && !["www.w3.org", "schemas.", "json-schema.org", "xml.org"].iter().any(|name| host.starts_with(name))
}

/// Whether a redirect or origin holds a wildcard.
#[must_use]
pub fn is_wildcard(text: &str) -> bool {
    let text = text.trim();
    // Keycloak's own clients lead back to paths of the server itself; what runs on this machine is somebody's own.
    let host = text.split_once("://").map_or("", |(_, rest)| rest.split(['/', ':']).next().unwrap_or_default());
    if text.len() > 2 && text.starts_with('/') || matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0") {
        return false;
    }
    text == "*"
        || text == "/*"
        || text.starts_with("*.")
        || text.contains("://*")
        || text.ends_with("/*")
        || text.contains(".*")
}

/// Truth as settings spell it.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.as_str() {
        "true" | "1" | "yes" | "on" | "enabled" => Some(true),
        "false" | "0" | "no" | "off" | "disabled" => Some(false),
        _ => None,
    }
}

/// Whether a text says that something never ends.
#[must_use]
pub fn is_forever(text: &str) -> bool {
    matches!(
        text.trim().to_ascii_lowercase().as_str(),
        "never" | "none" | "null" | "0" | "-1" | "false" | "infinite" | "nil"
    )
}

#[cfg(test)]
mod tests {
    use super::{is_http, seconds};
    use crate::rule::is::Unit;

    #[test]
    fn lifetimes_are_read_in_every_spelling() {
        for (text, wanted) in [
            ("7d", 604_800),
            ("30 days", 2_592_000),
            ("1h30m", 5400),
            ("15m", 900),
            ("PT1H", 3600),
            ("P30D", 2_592_000),
            ("1.00:00:00", 86_400),
            ("3600", 3600),
            ("2 weeks", 1_209_600),
            ("60s", 60),
            ("500ms", 0),
        ] {
            assert_eq!(seconds(text, Unit::Seconds), Some(wanted), "{text}");
        }
        assert_eq!(seconds("86400000", Unit::Milliseconds), Some(86_400));
        assert_eq!(seconds("24", Unit::Hours), Some(86_400));
        for (text, wanted) in
            [("3600000", 3600), ("86400000", 86_400), ("2592000", 2_592_000), ("31536000", 31_536_000)]
        {
            assert_eq!(seconds(text, Unit::Guess), Some(wanted), "{text}");
        }
        for text in ["", "soon", "HS256", "p", "::", "7 parsecs"] {
            assert_eq!(seconds(text, Unit::Seconds), None, "{text}");
        }
    }

    #[test]
    fn http_to_this_machine_or_cluster_is_no_matter() {
        assert!(is_http("http://auth.example.com/jwks"));
        for text in [
            "https://a.b",
            "http://localhost:3000",
            "http://127.0.0.1",
            "http://keycloak:8080/realms",
            "http://${HOST}/x",
            "http://www.w3.org/2001/XMLSchema",
        ] {
            assert!(!is_http(text), "{text}");
        }
    }
}
