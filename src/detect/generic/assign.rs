//! From a name to the literal that it is given, as most languages write it.

use std::ops::Range;

use super::joined::{Joined, LONGEST_NAME, name_around};
use super::key::promise;
use super::kind::Kind;
use super::line::{commented, from, inside_quotes, opens_line};
use super::literal::{Continued, adjacent, blanks, continued, string};
use super::{Candidate, Context, Family, call};
use crate::detect::value::words::pieces;
use crate::span::Span;

/// The candidate of a name, if the name promises something and a literal follows. Looks at a bounded number of bytes.
#[must_use]
pub fn candidate(text: &str, joined: &Joined, kind: Kind) -> Option<Candidate> {
    let name = text.get(joined.name.range())?;
    let new = |family, strength, value, quoted, context| Candidate {
        key: joined.name,
        family,
        strength,
        value,
        quoted,
        context,
        inner: None,
    };
    if joined.context == Context::Setter && call::takes_by_position(name) {
        let value = call::by_position(text, name, joined.from - 1)?;
        return Some(new(Family::Password, 2, value, true, Context::Position));
    }
    // `auth=("bob", "x")`, `'auth' => ['bob', 'x']`.
    if kind == Kind::Code
        && matches!(joined.context, Context::Assignment | Context::Entry)
        && name.ends_with("auth")
        && let Some(value) = call::pair(text, blanks(text.as_bytes(), joined.from))
    {
        return Some(new(Family::Password, 2, value, true, Context::Position));
    }
    let (family, strength) = promise(name)?;
    if joined.context == Context::Setter && is_macro(name) || gives_verdict(text, joined) {
        return None;
    }
    if joined.context == Context::Argument {
        if let Some(value) = call::named_default(text, joined.from) {
            return Some(new(family, strength, value, true, Context::Default));
        }
        let callee = callee(text, joined.name);
        if call::has_default(callee) {
            let value = literal(text, joined, kind).filter(|(_, quoted)| *quoted)?.0;
            return Some(new(family, strength, value, true, Context::Default));
        }
        if asks(callee) {
            return None;
        }
    }
    if joined.context == Context::Setter && (strength < 2 || asks(name)) {
        return None;
    }
    if let Some(value) = stand_in(text, joined.from) {
        return Some(new(family, strength, value, true, Context::Default));
    }
    if let Some((value, quoted)) = literal(text, joined, kind) {
        if !quoted {
            return Some(new(family, strength, value, quoted, joined.context));
        }
        // `` `key:"name,string"` ``: a tag on a field of a Go structure.
        if joined.context == Context::Entry
            && joined.from + 1 == value.start as usize
            && around(text.as_bytes(), joined.name) == Some(b'`')
        {
            return None;
        }
        let found = new(family, strength, value, quoted, joined.context);
        return match continued(text, value) {
            Continued::Alone => Some(found),
            Continued::Joined(value, whole) => Some(Candidate { value, inner: Some(whole), ..found }),
            // A piece of something that is put together elsewhere.
            Continued::Piece => None,
        };
    }
    let from = blanks(text.as_bytes(), joined.from);
    if kind == Kind::Code
        && text.as_bytes().get(from) == Some(&b'(')
        && let Some((value, whole)) = adjacent(text, from + 1)
    {
        return Some(Candidate { inner: Some(whole), ..new(family, strength, value, true, joined.context) });
    }
    let inside =
        call::field(text, from).or_else(|| call::wrapped(text, from)).or_else(|| call::fallback(text, from))?;
    let context = if inside.default { Context::Default } else { joined.context };
    Some(new(family, strength, inside.value, true, context))
}

/// `I915_PW("display")`, `test_result_pass("ok")`: a macro, or a test that passes. What takes a password by call is written
/// `setPassword`, or is the function of SQL, `PASSWORD('x')`.
fn is_macro(name: &str) -> bool {
    let called = name.rsplit(['.', ':']).next().unwrap_or(name);
    called.contains('_')
        && (!called.bytes().any(|byte| byte.is_ascii_lowercase())
            || called.ends_with("_pass") && !called.starts_with("set"))
}

/// `"PASS: the tunnel is up"`: what a test says, not what it is given.
fn gives_verdict(text: &str, joined: &Joined) -> bool {
    joined.context == Context::Entry && matches!(text.get(joined.name.range()), Some("PASS" | "Pass"))
}

/// `checkPassword(…)`, `writeToken(…)`: what is passed is compared, hashed or a name.
fn asks(name: &str) -> bool {
    let called = name.rsplit(['.', ':', '(']).next().unwrap_or(name);
    pieces(called).next().is_some_and(|verb| ASKING.contains(&verb.as_str()))
}

/// What stands in for a variable wherever it is put in: `--password ${DB_PASSWORD:-x}`.
#[must_use]
pub fn substituted(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let (start, end) = name_around(bytes, at)?;
    let open = start.checked_sub(2).filter(|&open| bytes[open..].starts_with(b"${"))?;
    let (family, strength) = promise(text.get(start..end)?)?;
    let value = stand_in(text, open)?;
    let key = Span::of(start, end);
    Some(Candidate { key, family, strength, value, quoted: true, context: Context::Default, inner: None })
}

/// The literal that a name is compared with from behind: `"x".equals(password)`.
#[must_use]
pub fn compared(text: &str, at: usize) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let (start, end) = name_around(bytes, at)?;
    let before = &bytes[start.saturating_sub(40)..start];
    let verb = ["\".equals(", "\".equalsIgnoreCase(", "\".contentEquals("];
    let verb = verb.iter().find(|verb| before.ends_with(verb.as_bytes()))?;
    let close = start - verb.len();
    let from = close.saturating_sub(LONGEST_NAME * 2);
    let open = from + memchr::memrchr2(b'"', b'\n', &bytes[from..close])?;
    let (family, strength) = promise(text.get(start..end)?)?;
    let value = Span::of(open + 1, close);
    (bytes[open] == b'"' && !value.is_empty() && strength > 0).then_some(Candidate {
        key: Span::of(start, end),
        family,
        strength,
        value,
        quoted: true,
        context: Context::Comparison,
        inner: None,
    })
}

/// What is called with a quoted name as its first argument.
fn callee(text: &str, name: Span) -> &str {
    let end = (name.start as usize).saturating_sub(2);
    let length = text.as_bytes()[..end].iter().rev().take(LONGEST_NAME);
    let length = length.take_while(|byte| byte.is_ascii_alphanumeric() || b"_.:()".contains(byte)).count();
    text.get(end - length..end).unwrap_or_default()
}

/// The literal at a place, and whether it stands in quotes.
fn literal(text: &str, joined: &Joined, kind: Kind) -> Option<(Span, bool)> {
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, joined.from);
    // Prefixes of strings: `b"x"`, `@"x"`, `N'x'`, and `String("x")`.
    while at < bytes.len()
        && matches!(bytes[at], b'b' | b'r' | b'u' | b'f' | b'N' | b'L' | b'@' | b'R')
        && matches!(bytes.get(at + 1), Some(b'"' | b'\'' | b'@'))
    {
        at += 1;
    }
    let escaped = bytes.get(at) == Some(&b'\\') && matches!(bytes.get(at + 1), Some(b'"' | b'\''));
    if escaped {
        at += 1;
    }
    match bytes.get(at)? {
        // `"password = " + other`: the quote closes what holds the name.
        quote @ (b'"' | b'\'' | b'`')
            if kind == Kind::Code && !escaped && around(bytes, joined.name) == Some(*quote) =>
        {
            None
        }
        // `` :meth:`text <check_password>` ``: a reference, whose end looks like a tag.
        b'`' if joined.context == Context::Tag => None,
        b'"' | b'\'' | b'`' => string(text, at).map(|span| (unquoted(text, span), true)),
        _ => bare(text, at, kind, joined).map(|span| (span, false)),
    }
}

/// A literal without quotes inside its quotes: `'"x"'`, `"\"x\""`, as Gradle and JSON in a string have it.
fn unquoted(text: &str, span: Span) -> Span {
    let value = &text[span.range()];
    for quote in ["\\\"", "\""] {
        let inner = value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
        if inner.is_some_and(|inner| !inner.is_empty() && !inner.contains('"')) {
            return Span::of(span.start as usize + quote.len(), span.end as usize - quote.len());
        }
    }
    span
}

/// What stands in for a variable that is not set: `${NAME:-x}` of shells, `${NAME:x}` of Spring.
fn stand_in(text: &str, from: usize) -> Option<Span> {
    let bytes = text.as_bytes();
    let mut at = blanks(bytes, from);
    if matches!(bytes.get(at), Some(b'"' | b'\'')) {
        at += 1;
    }
    let name = text.get(at..)?.strip_prefix("${")?;
    let length =
        name.bytes().take(LONGEST_NAME).take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
    let rest = name[length..].strip_prefix(':')?;
    // `${env:NAME, 'x'}` of the Serverless Framework: where it comes from, not what it is.
    if SOURCES.contains(&&name[..length]) {
        return None;
    }
    if length == 0 || rest.starts_with(['?', '+', '}']) {
        return None;
    }
    let value = rest.strip_prefix('-').unwrap_or(rest);
    let end = value.bytes().take(LONGEST_BARE).position(|byte| matches!(byte, b'}' | b'\n' | b'$' | b'{'))?;
    let start = value.as_ptr() as usize - text.as_ptr() as usize;
    (end > 0 && value.as_bytes()[end] == b'}').then(|| Span::of(start, start + end))
}

/// The quote that is open where a name stands. The quotes of the name itself do not count.
fn around(bytes: &[u8], name: Span) -> Option<u8> {
    let (start, end) = (name.start as usize, name.end as usize);
    let before = start.checked_sub(1).and_then(|at| bytes.get(at)).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let own = before.is_some() && before == bytes.get(end);
    inside_quotes(bytes, start - usize::from(own))
}

/// A literal without quotes, where the language has such.
fn bare(text: &str, start: usize, kind: Kind, joined: &Joined) -> Option<Span> {
    let bytes = text.as_bytes();
    let (context, name) = (joined.context, joined.name.start as usize);
    if matches!(context, Context::Setter | Context::Argument) || context == Context::Comparison {
        return None;
    }
    let closer = around(bytes, joined.name);
    // A part of a query: `?user=bob&password=x&ssl=true`.
    let query = context == Context::Assignment && name > 0 && matches!(bytes[name - 1], b'?' | b'&');
    if kind == Kind::Code && closer.is_none() && !commented(bytes, name) {
        return None;
    }
    let mut end = start;
    while end < bytes.len() && end - start <= LONGEST_BARE {
        let byte = bytes[end];
        let stops = byte.is_ascii_whitespace()
            || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | b'\\')
            || byte == b'|' && closer.is_none();
        if stops
            || query && byte == b'&'
            || matches!(byte, b'&' | b')' | b'}' | b']') && (closer.is_some() || kind != Kind::Data)
        {
            break;
        }
        end += 1;
    }
    if end - start > LONGEST_BARE {
        return None;
    }
    // `io.jsonwebtoken:jjwt-gson`: the coordinates of a package.
    let dotted = context == Context::Entry && kind != Kind::Data && start == from(bytes, start);
    if dotted && bytes[name..start].contains(&b'.') {
        return None;
    }
    // `password: Enter your password`: the rest of the line is one value.
    let whole = match context {
        Context::Entry => matches!(kind, Kind::Data | Kind::Text),
        // In a comment of a program, or in a text.
        Context::Assignment => kind != Kind::Shell,
        _ => false,
    };
    if whole
        && opens_line(bytes, name)
        && matches!(bytes.get(blanks(bytes, end)), Some(b) if end > start && b.is_ascii_alphabetic())
    {
        return None;
    }
    if names_only(bytes, start..end, joined, closer) || ends_clause(bytes, start..end, joined) {
        return None;
    }
    // What is cut short is no whole value.
    if bytes[start..].starts_with(b"...") || bytes[start..end].ends_with(b"...") || text[end..].starts_with('…') {
        return None;
    }
    // `mongodb://<USER>:<PASSWORD>@host`: a place for a value; a tag's value ends at the next tag.
    if context == Context::Tag && bytes.get(end) != Some(&b'<') {
        return None;
    }
    // A full stop or a comma ends a sentence.
    while end > start && matches!(bytes[end - 1], b'.' | b',' | b':') {
        end -= 1;
    }
    // `token = foo(bar)`, `token = a + b`: a program, wherever it stands.
    let next = blanks(bytes, end);
    if bytes[start..end].contains(&b'(')
        || matches!(bytes.get(end), Some(b'['))
        || matches!(bytes.get(next), Some(b'+' | b'?'))
        // `pw20: cpu-pw20 {`: a block with a name.
        || next > end && bytes.get(next) == Some(&b'{')
    {
        return None;
    }
    (end > start && text.is_char_boundary(start) && text.is_char_boundary(end)).then(|| Span::of(start, end))
}

/// `"passwd:gecos"`, `"user= password= host="`: names alone, whether two are joined or each waits for a value.
fn names_only(bytes: &[u8], value: Range<usize>, joined: &Joined, closer: Option<u8>) -> bool {
    let (name, from) = (joined.name.range(), joined.from);
    let word = &bytes[value.clone()];
    let plain = |word: &[u8]| word.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
    match joined.context {
        Context::Entry => {
            closer.is_some()
                && value.start == from
                && name.start > 0
                && bytes.get(name.start - 1) == bytes.get(value.end)
                && plain(word)
                && word.iter().all(|byte| !byte.is_ascii_uppercase())
        }
        Context::Assignment => {
            let attached = from == name.end + 1 && value.start > from;
            attached && word.strip_suffix(b"=").is_some_and(|next| !next.is_empty() && plain(next))
        }
        _ => false,
    }
}

/// `how it picks each next token: probabilities, attention`: the name ends the clause of a sentence, and a list of words
/// follows.
fn ends_clause(bytes: &[u8], value: Range<usize>, joined: &Joined) -> bool {
    let name = joined.name.start as usize;
    joined.context == Context::Entry
        && name > 1
        && bytes[name - 1] == b' '
        && bytes[name - 2].is_ascii_alphabetic()
        && bytes[value.clone()].iter().all(u8::is_ascii_lowercase)
        && bytes.get(value.end) == Some(&b',')
        && bytes.get(value.end + 1) == Some(&b' ')
        && bytes.get(value.end + 2).is_some_and(u8::is_ascii_lowercase)
}

/// Verbs before a password or a token that is not given away by the call.
const ASKING: &[&str] = &[
    "hash", "check", "verify", "validate", "compare", "match", "matches", "encrypt", "is", "has", "get", "find",
    "write", "read", "parse", "generate", "create", "make", "delete", "remove", "lookup", "by", "expect", "assert",
    "test",
];

/// <https://www.serverless.com/framework/docs/guides/variables>
const SOURCES: &[&str] = &["env", "opt", "self", "ssm", "file", "cf", "s3", "param", "sls", "aws"];

const LONGEST_BARE: usize = 1024;

#[cfg(test)]
mod tests {
    use super::candidate;
    use crate::detect::generic::Context;
    use crate::detect::generic::joined::joined;
    use crate::detect::generic::kind::Kind;

    fn read(text: &str, word: &str, kind: Kind) -> Option<(String, Context)> {
        let found = candidate(text, &joined(text, text.find(word)?)?, kind)?;
        Some((text[found.value.range()].to_owned(), found.context))
    }

    #[test]
    fn macros_and_verdicts_of_tests_are_given_none() {
        for (text, word) in [
            ("I915_PW(\"V@l-1\", &other)", "I915_PW"),
            ("test_result_pass(\"V@l-1\")", "test_result_pass"),
            ("\"PASS: V@l-1\"", "PASS"),
        ] {
            assert_eq!(read(text, word, Kind::Code), None, "{text}");
        }
        assert!(read("PASSWORD('V@l-1')", "PASSWORD", Kind::Code).is_some());
    }

    #[test]
    fn names_of_resources_media_and_fields_are_given_none() {
        for (text, word, kind) in [
            ("\"arn:aws:secretsmanager:*:*:secret:aws/ssm/3p\"", "secret", Kind::Code),
            ("urn:ietf:params:oauth:token:V4l-1", "token", Kind::Text),
            ("application/x-pw:V4l-1", "x-pw", Kind::Text),
            ("    \"passwd:gecos\",", "passwd", Kind::Code),
            ("comp \"user= passphrase= scm= $(x)\"", "passphrase", Kind::Shell),
            ("how it picks each next token: odds, logits", "token", Kind::Data),
        ] {
            assert_eq!(read(text, word, kind), None, "{text}");
        }
        for (text, word, kind) in [
            ("carn:secret:V4l-1", "secret", Kind::Text),
            ("note/x-pw:V4l-1", "x-pw", Kind::Text),
            ("    \"passwd:V4l-1\",", "passwd", Kind::Code),
            ("comp \"user= passphrase=V4l-1 scm=\"", "passphrase", Kind::Shell),
            ("the next token: V4l-1, logits", "token", Kind::Data),
        ] {
            assert_eq!(read(text, word, kind).map(|found| found.0), Some("V4l-1".to_owned()), "{text}");
        }
    }

    #[test]
    fn the_second_of_a_pair_is_the_password() {
        let found = read("get(url, auth=(\"bob\", \"V@l-1\"))", "auth", Kind::Code);
        assert_eq!(found, Some(("V@l-1".to_owned(), Context::Position)));
        assert_eq!(read("get(url, auth=(user, word))", "auth", Kind::Code), None);
        assert_eq!(read("auth = ['first', 'second', 'third']", "auth", Kind::Code), None);
    }

    #[test]
    fn places_for_values_and_blocks_with_names_hold_none() {
        for (text, kind) in [
            ("placeholder: 'mongodb://<USER>:<PASSWORD>@localhost:27017/?appname=n8n'", Kind::Data),
            ("cpu_pw20: cpu-pw20 {", Kind::Data),
            ("cpu_pw20: cpu-pw20 {", Kind::Text),
        ] {
            let word = if text.contains("PASSWORD") { "PASSWORD" } else { "cpu_pw20" };
            assert_eq!(read(text, word, kind), None, "{text}");
        }
    }

    #[test]
    fn literals_are_found_in_every_spelling() {
        for (text, kind, context) in [
            ("password = 'V@l-1'", Kind::Code, Context::Assignment),
            ("string password = @\"V@l-1\";", Kind::Code, Context::Assignment),
            ("password: string = 'V@l-1'", Kind::Code, Context::Assignment),
            ("let password: &str = \"V@l-1\";", Kind::Code, Context::Assignment),
            ("{\"password\": \"V@l-1\"}", Kind::Data, Context::Entry),
            ("{\\\"password\\\": \\\"V@l-1\\\"}", Kind::Data, Context::Entry),
            (":password => 'V@l-1'", Kind::Code, Context::Entry),
            ("map.put(\"password\", \"V@l-1\")", Kind::Code, Context::Argument),
            ("d['password'] = 'V@l-1'", Kind::Code, Context::Assignment),
            ("setPassword(\"V@l-1\")", Kind::Code, Context::Setter),
            ("if password == 'V@l-1':", Kind::Code, Context::Comparison),
            ("run --password V@l-1 -x", Kind::Shell, Context::Flag),
            ("run --password=V@l-1 -x", Kind::Shell, Context::Assignment),
            ("<password>V@l-1</password>", Kind::Data, Context::Tag),
            ("export DB_PASSWORD=V@l-1", Kind::Shell, Context::Assignment),
            ("const u = 'db;password=V@l-1;x=1'", Kind::Code, Context::Assignment),
            ("# password: V@l-1", Kind::Code, Context::Entry),
            ("add(\"--password\", default=\"V@l-1\")", Kind::Code, Context::Default),
        ] {
            let word = if text.contains("Password") {
                "Password"
            } else if text.contains("PASSWORD") {
                "PASSWORD"
            } else {
                "password"
            };
            assert_eq!(read(text, word, kind), Some(("V@l-1".to_owned(), context)), "{text}");
        }
    }

    #[test]
    fn a_variable_in_code_is_no_literal() {
        assert_eq!(read("password = other", "password", Kind::Code), None);
        assert_eq!(read("password: string,", "password", Kind::Code), None);
        assert_eq!(read("password = read(x)", "password", Kind::Shell), None);
    }
}
