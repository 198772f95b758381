//! Passwords and tokens in URLs: `scheme://user:password@host`.

use super::{Candidate, Context, Family};
use crate::span::Span;

/// The candidate of a URL; `at` is where its `://` stands. Looks at a bounded number of bytes.
#[must_use]
pub fn candidate(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let start = at + 3;
    let mut colon = None;
    let mut sign = None;
    for (offset, &byte) in bytes[start..].iter().take(LONGEST).enumerate() {
        match byte {
            b'@' => sign = Some(start + offset),
            b':' if colon.is_none() => colon = Some(start + offset),
            // `http://[user[:password]@]host` says how an address is written.
            b'[' if offset == 0 => return None,
            b'/' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b',' | b'|' => break,
            byte if byte.is_ascii_whitespace() || byte.is_ascii_control() => break,
            _ => {}
        }
    }
    let sign = sign?;
    let host = bytes.get(sign + 1)?;
    if !(host.is_ascii_alphanumeric() || b"[$%({<".contains(host)) {
        return None;
    }
    let scheme = scheme(bytes, at);
    let database = DATABASES.contains(&text.get(scheme..at)?.to_ascii_lowercase().as_str());
    let (key, value) = match colon.filter(|&colon| colon < sign) {
        Some(colon) => (Span::of(start, colon), Span::of(colon + 1, sign)),
        // `https://token@host`.
        None => (Span::of(scheme, at), Span::of(start, sign)),
    };
    let alone = colon.is_none_or(|colon| colon > sign);
    // A user name that stands alone is one unless it is long and odd.
    if value.is_empty() || (alone && value.len() < 20) || text.get(value.range()).is_none() {
        return None;
    }
    let family = if database { Family::Connection } else { Family::Url };
    Some(Candidate {
        key,
        family: if alone { Family::Token } else { family },
        strength: 2,
        value,
        quoted: true,
        context: Context::Url,
        inner: None,
    })
}

fn scheme(bytes: &[u8], at: usize) -> usize {
    let mut start = at;
    while start > 0
        && at - start < 20
        && (bytes[start - 1].is_ascii_alphanumeric() || b"+-.".contains(&bytes[start - 1]))
    {
        start -= 1;
    }
    start
}

const LONGEST: usize = 512;

const DATABASES: &[&str] = &[
    "mongodb",
    "mongodb+srv",
    "postgres",
    "postgresql",
    "mysql",
    "mysql2",
    "mariadb",
    "mssql",
    "sqlserver",
    "oracle",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "smtp",
    "smtps",
    "ldap",
    "ldaps",
    "cassandra",
    "clickhouse",
    "couchdb",
    "neo4j",
    "bolt",
    "db2",
    "influxdb",
    "kafka",
    "nats",
    "mqtt",
    "mqtts",
    "imap",
    "imaps",
    "snowflake",
    "cockroachdb",
    "postgresql+psycopg2",
    "mysql+pymysql",
    "elasticsearch",
];

#[cfg(test)]
mod tests {
    use super::candidate;
    use crate::detect::generic::Family;

    fn read(text: &str) -> Option<(&str, Family)> {
        let found = candidate(text, text.find("://")?)?;
        Some((&text[found.value.range()], found.family))
    }

    #[test]
    fn the_password_of_a_url_is_found() {
        assert_eq!(read("https://bob:s3c-ret@host/x"), Some(("s3c-ret", Family::Url)));
        assert_eq!(read("x='mysql://bob:s3c?ret@db:3306/x'"), Some(("s3c?ret", Family::Connection)));
        assert_eq!(read("redis://:s3c-ret@cache"), Some(("s3c-ret", Family::Connection)));
        assert_eq!(read("https://0123456789abcdefghij@host"), Some(("0123456789abcdefghij", Family::Token)));
    }

    #[test]
    fn an_address_without_password_is_none() {
        for text in [
            "https://host:80/a@b",
            "https://bob@host",
            "ssh://git@host:22/x",
            "https://host/?u=a:b@c",
            "https://a b:c@d",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
