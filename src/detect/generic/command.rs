//! Passwords on command lines and in statements, known by the command: `curl -u a:x`, `IDENTIFIED BY 'x'`.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::{Candidate, Context, Family};
use crate::span::Span;
use crate::text::SourceText;

/// The words that commands are found by; [`candidate`] takes the number of one.
pub fn words() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|command| command.word)
}

/// The candidate of the command whose word stands at `at`. Looks at a bounded piece of the line.
#[must_use]
pub fn candidate(text: &SourceText, number: usize, at: u32) -> Option<Candidate> {
    let command = COMMANDS.get(number)?;
    let line = text.line_at(at);
    let end = text.floor(line.end.min(at.saturating_add(REACH)));
    // What is piped into a command stands before it.
    let at = if command.piped { text.ceiling(line.start.max(at.saturating_sub(REACH))) } else { at };
    // `User-password`: a compound of a text, not an option.
    let joined = |byte: &u8| byte.is_ascii_alphanumeric();
    if command.word.starts_with('-')
        && !command.piped
        && text.as_str().as_bytes()[..at as usize].last().is_some_and(joined)
    {
        return None;
    }
    let piece = text.slice(Span::new(at, end));
    // `the event, identified by its id`: without quotes it is a statement only where one begins on the line.
    let bare = |piece: &str| {
        let before = text.slice(Span::new(line.start.max(at.saturating_sub(REACH)), at)).to_ascii_lowercase();
        !piece.contains(['\'', '"'])
            && !["create ", "alter ", "grant ", "user ", "set password"].iter().any(|verb| before.contains(verb))
    };
    if command.word == "identified by" && bare(piece) {
        return None;
    }
    let found = regexes().get(number)?.as_ref()?.captures(piece.as_bytes())?;
    let secret = found.name("secret").or_else(|| found.name("bare"))?;
    let value = Span::of(at as usize + secret.start(), at as usize + secret.end());
    if text.slice(value).is_empty() {
        return None;
    }
    Some(Candidate {
        key: Span::new(at, at + u32::try_from(command.word.trim_end().len()).unwrap_or(0)),
        family: Family::Password,
        strength: 2,
        value,
        quoted: true,
        context: Context::Command,
        inner: None,
    })
}

fn regexes() -> &'static [Option<Regex>] {
    static COMPILED: OnceLock<Vec<Option<Regex>>> = OnceLock::new();
    COMPILED
        .get_or_init(|| COMMANDS.iter().map(|command| Regex::new(&format!("^(?:{})", command.pattern)).ok()).collect())
}

struct Command {
    word: &'static str,
    pattern: &'static str,
    /// Whether the pattern starts where the line does.
    piped: bool,
}

const fn command(word: &'static str, pattern: &'static str) -> Command {
    Command { word, pattern, piped: false }
}

/// A command whose password stands behind `-p`.
macro_rules! given_behind_p {
    ($words:literal) => {
        command($words, concat!("(?i-u)", $words, r#"\s[^|;\r\n]{0,300}?-p[\s=]["']?(?P<secret>[^\s"'-][^\s"']*)"#))
    };
}

/// A line of a configuration file that holds a directive and its password, and nothing else.
macro_rules! directive {
    ($name:literal) => {
        Command {
            word: concat!($name, " "),
            pattern: concat!(r"(?-u)\s{0,20}", $name, r#"\s+["']?(?P<secret>[^\s"']+)["']?\s*$"#),
            piped: true,
        }
    };
}

const COMMANDS: &[Command] = &[
    command(
        "curl ",
        r#"(?i-u)curl(?:\.exe)?\s(?:[^|;\r\n]{0,400}?\s)?(?-i:-u|--user|--proxy-user|-U)[\s=]{0,2}\\?["']?[^\s:"'\\]{1,64}:(?P<secret>[^\s"'\\]+)"#,
    ),
    command("wget ", r#"(?i-u)wget\s[^|;\r\n]{0,400}?--(?:http-|ftp-)?password[\s=]["']?(?P<secret>[^\s"']+)"#),
    command(
        "mysql",
        r#"(?i-u)mysql(?:dump|admin|import|check|show|sh|pump)?\s(?:[^|;\r\n]{0,300}?\s)?(?-i:-p)["']?(?P<secret>[^\s"'-][^\s"']*)"#,
    ),
    command(
        "mongo",
        r#"(?i-u)mongo(?:dump|restore|export|import|sh)?\s[^|;\r\n]{0,300}?\s-p\s?["']?(?P<secret>[^\s"'-][^\s"']*)"#,
    ),
    given_behind_p!("docker login"),
    given_behind_p!("podman login"),
    given_behind_p!("az login"),
    command("sshpass", r#"(?i-u)sshpass\s[^|;\r\n]{0,40}?-p\s?["']?(?P<secret>[^\s"'-][^\s"']*)"#),
    command("redis-cli", r#"(?i-u)redis-cli\s[^|;\r\n]{0,200}?(?-i:-a)\s?["']?(?P<secret>[^\s"'-][^\s"']*)"#),
    command("sqlcmd", r#"(?i-u)sqlcmd\s[^|;\r\n]{0,300}?(?-i:-P)\s?["']?(?P<secret>[^\s"'-][^\s"']*)"#),
    command("sqlplus ", r#"(?i-u)sqlplus\s[^|;\r\n/]{0,40}?[A-Za-z0-9_]{1,30}/["']?(?P<secret>[^\s"'@/]+)@"#),
    command(
        "convertto-securestring",
        r#"(?i-u)convertto-securestring\s+(?:-asplaintext\s+)?(?:-force\s+)?(?:-string\s+)?["'](?P<secret>[^"'\r\n]+)["']"#,
    ),
    command(
        "identified by",
        r#"(?i-u)identified by\s+(?:password\s+)?(?:["'`](?P<secret>[^"'`\r\n]+)["'`]|(?P<bare>[^\s"'`;,]+)(?:\s*(?:;|$)|\s+(?:default|temporary|quota|profile|container|account|password|replace|require|with)\b))"#,
    ),
    command("password '", r#"(?i-u)password '(?P<secret>[^'\r\n]+)'"#),
    command("pass:", r#"(?-u)pass:(?P<secret>[^\s"'`)]+)(?:\s|$|["'])"#),
    command("net user ", r#"(?i-u)net user\s+[^\s/|;]{1,40}\s+["']?(?P<secret>[^\s"'/]+)["']?(?:\s+/|\s*$)"#),
    command("net use ", r#"(?i-u)net use\s[^|;\r\n]{0,200}?/user:\S{1,60}\s+["']?(?P<secret>[^\s"'/]+)"#),
    command("chpasswd", r#"(?i-u)chpasswd\s*<<<\s*["']?[^\s:]{1,40}:(?P<secret>[^\s"']+)"#),
    command("smbclient", r#"(?i-u)smbclient\s[^|;\r\n]{0,200}?-U\s?["']?[^\s%]{1,60}%(?P<secret>[^\s"']+)"#),
    command("htpasswd -", r#"(?i-u)htpasswd\s-[a-z]*b[a-z]*\s+\S+\s+\S+\s+["']?(?P<secret>[^\s"']+)"#),
    command("ldapsearch", r#"(?i-u)ldapsearch\s[^|;\r\n]{0,200}?(?-i:-w)\s?["']?(?P<secret>[^\s"'-][^\s"']*)"#),
    command("-password ", r#"(?i-u)-password\s+["']?(?P<secret>[^\s"'$(-][^\s"']*)"#),
    command("lftp ", r#"(?i-u)lftp\s[^|;\r\n]{0,100}?-u\s?["']?[^\s,"']{1,60},(?P<secret>[^\s"']+)"#),
    command("jdbc:oracle:", r#"(?i-u)jdbc:oracle:(?:thin|oci8?):[^/\s"'@:$]{1,40}/(?P<secret>[^@\s"']+)@"#),
    command("basic_auth ", r#"(?-u)basic_auth\s+["'][^"'\r\n]{1,60}["']\s*,\s*["'](?P<secret>[^"'\r\n]+)["']"#),
    command("userpwd", r#"(?i-u)userpwd["']?\s*(?:,|=>)\s*["'][^:"'\r\n]{1,60}:(?P<secret>[^"'\r\n]+)["']"#),
    command(
        "dbi->connect(",
        r#"(?i-u)dbi->connect\(\s*[^,\r\n]{1,200},\s*["'][^"'\r\n]*["']\s*,\s*["'](?P<secret>[^"'\r\n]+)["']"#,
    ),
    command("http -a ", r#"(?i-u)http\s-a\s["']?[^\s:"']{1,60}:(?P<secret>[^\s"']+)"#),
    given_behind_p!("registry login"),
    given_behind_p!("buildah login"),
    given_behind_p!("oras login"),
    given_behind_p!("twine upload"),
    command(
        "rabbitmqctl ",
        r#"(?i-u)rabbitmqctl\s[^|;\r\n]{0,60}?(?:add_user|change_password)\s+\S{1,60}\s+["']?(?P<secret>[^\s"'$-][^\s"']*)"#,
    ),
    command("openssl enc ", r#"(?i-u)openssl enc\s[^|;\r\n]{0,200}?\s(?-i:-k)\s+["']?(?P<secret>[^\s"'$-][^\s"']*)"#),
    command("zip -", r#"(?i-u)zip\s-(?:[^|;\r\n]{0,60}?\s-)?(?-i:P)\s*["']?(?P<secret>[^\s"'$-][^\s"']*)\s"#),
    command("mc alias set ", r#"(?i-u)mc alias set(?:\s+\S+){3}\s+["']?(?P<secret>[^\s"'$<]+)"#),
    command("_authtoken ", r#"(?i-u)_authtoken\s+["']?(?P<secret>[A-Za-z0-9_=+/-]{16,})(?:["'\s]|$)"#),
    // A word with a digit in it: `the password is stored hashed` says nothing.
    command(
        "password is ",
        r#"(?i-u)password is (?:["'`](?P<secret>[^\s"'`]+)["'`]|(?P<bare>[a-z]*[0-9][^\s"'`,;()]{3,40}?))(?:[\s,;.)]|$)"#,
    ),
    directive!("requirepass"),
    directive!("bindpw"),
    directive!("masterauth"),
    Command {
        word: "@tcp(",
        pattern: r#"(?-u)(?:[^\r\n]{0,300}?["'`=\s])?[A-Za-z0-9_.-]{1,40}:(?P<secret>[^\s"'`:]+)@tcp\("#,
        piped: true,
    },
    Command {
        word: "chpasswd",
        pattern: r#"(?-u)(?:[^|;\r\n]{0,300}[\s;&])?(?:echo|printf)\s+(?:-[ne]+\s+)?["']?[^\s:"'$]{1,40}:(?P<secret>[^\s"'$|`\\]+)(?:\\n)?["']?\s*\|[^|\r\n]{0,100}chpasswd"#,
        piped: true,
    },
    Command {
        word: "--password-stdin",
        pattern: r#"(?-u)(?:[^|;\r\n]{0,300}[\s;&])?(?:echo|printf)\s+(?:-n\s+)?["']?(?P<secret>[^\s"'$|`]+)["']?\s*\|[^|\r\n]{0,300}--password-stdin"#,
        piped: true,
    },
];

const REACH: u32 = 1024;

#[cfg(test)]
mod tests {
    use super::{COMMANDS, candidate, regexes};
    use crate::text::SourceText;

    fn read(line: &str) -> Option<String> {
        let text = SourceText::new(line);
        COMMANDS.iter().enumerate().find_map(|(number, command)| {
            let at = line.to_ascii_lowercase().find(command.word)?;
            let found = candidate(&text, number, u32::try_from(at).ok()?)?;
            Some(text.slice(found.value).to_owned())
        })
    }

    #[test]
    fn every_pattern_compiles() {
        assert!(regexes().iter().all(Option::is_some));
    }

    #[test]
    fn commands_give_their_password() {
        for line in [
            "curl -s -u bob:V@l-1 https://host",
            "curl --user 'bob:V@l-1' https://host",
            "mysqldump -u root -pV@l-1 db",
            "docker login -u bob -p V@l-1 registry",
            "sshpass -p 'V@l-1' ssh host",
            "sshpass -pV@l-1 ssh host",
            "redis-cli -h x -a V@l-1 ping",
            "$p = ConvertTo-SecureString 'V@l-1' -AsPlainText -Force",
            "ConvertTo-SecureString -String \"V@l-1\" -AsPlainText",
            "CREATE USER bob IDENTIFIED BY 'V@l-1';",
            "alter user sys identified by V@l-1 container=all;",
            "ALTER USER bob WITH PASSWORD 'V@l-1';",
            "openssl rsa -passin pass:V@l-1 -in x",
            "net user bob V@l-1 /add",
            "htpasswd -bc file bob V@l-1",
            "lftp -u bob,V@l-1 host",
            "echo V@l-1 | docker login -u bob --password-stdin host",
            "req.basic_auth 'bob', 'V@l-1'",
            "curl_setopt($c, CURLOPT_USERPWD, 'bob:V@l-1');",
            "DBI->connect($dsn, 'bob', 'V@l-1')",
            "http -a bob:V@l-1 https://host",
            "helm registry login host -u bob -p V@l-1",
            "twine upload -u bob -p V@l-1 dist/*",
            "rabbitmqctl add_user bob V@l-1",
            "openssl enc -aes-256-cbc -k V@l-1 -in a",
            "unzip -P V@l-1 a.zip",
            "zip -r -P V@l-1 a.zip b",
            "mc alias set store https://host bob V@l-1",
            "# the password is `V@l-1` for now",
            "  requirepass V@l-1",
            "bindpw V@l-1",
            "masterauth \"V@l-1\"",
            "dsn := \"bob:V@l-1@tcp(host:3306)/db\"",
            "echo 'bob:V@l-1' | sudo chpasswd",
        ] {
            assert_eq!(read(line), Some("V@l-1".to_owned()), "{line}");
        }
    }

    #[test]
    fn commands_without_a_password_give_none() {
        for line in [
            "curl -u bob https://host:80",
            "mysql -u root -p",
            "mysql -u root -p -h host",
            "docker login -p",
            "identified by",
            "echo \"$PASSWORD\" | docker login -u bob --password-stdin host",
            "jdbc:oracle:thin:@host:1521:orcl",
            "the namespace that is identified by x9net7id on success",
            "Chips are identified by SMB4us7 controller revisions",
            "req.basic_auth user, password",
            "curl_setopt($c, CURLOPT_USERPWD, $user . ':' . $password);",
            "helm registry login host -u bob",
            "rabbitmqctl add_user bob $PASSWORD",
            "openssl enc -aes-256-cbc -kfile key -in a",
            "zip -r a.zip b",
            "mc alias set store https://host bob $KEY",
            "the password is stored as a hash",
            "a password is 8 characters long",
            "# requirepass V@l-1",
            "bindpw is what the server is asked with",
            "user:@tcp(host:3306)/db",
            "cat users | chpasswd",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
