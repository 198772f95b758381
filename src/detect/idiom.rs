//! Ways of giving a name its literal that no single operator shows: `#define NAME "x"`, `param name string = 'x'`,
//! `env("NAME") ?? "x"`, `<key>Name</key><string>x</string>`.

/// How a name is given its literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is assigned.
    Assigned,
    /// It stands in where nothing is set outside.
    Default,
    /// It stands in the next tag.
    Tag,
}

/// How the name from `start` to `end` is given a literal, and where that begins. Looks at a bounded number of bytes.
#[must_use]
pub fn way(bytes: &[u8], start: usize, end: usize) -> Option<(Way, usize)> {
    let rest = bytes.get(end..)?;
    // Most names are followed by nothing of the kind.
    match rest.first()? {
        b'<' => tag(rest, end),
        b'{' => braced(bytes, start, end),
        b' ' | b'\t' => match rest.get(blanks(rest, 0))? {
            b'"' | b'@' | b'L' => defined(bytes, start, end),
            b'|' | b'?' | b'/' | b'o' | b'.' => fallback(bytes, start, end),
            b'{' | b'*' | b's' | b'S' | b'a' | b'A' | b't' | b'T' | b'v' | b'V' | b'n' | b'N' => typed(rest, end),
            _ => None,
        },
        b'[' => array(rest, end),
        b'"' | b'\'' | b')' | b']' | b'}' | b'.' => fallback(bytes, start, end),
        b',' => variable(bytes, start, end),
        _ => None,
    }
}

/// `#define NAME "x"`
fn defined(bytes: &[u8], start: usize, end: usize) -> Option<(Way, usize)> {
    let before = &bytes[start.saturating_sub(NEAR)..start];
    let word = before.trim_ascii_end();
    let at = blanks(bytes, end);
    let literal = matches!(bytes.get(at), Some(b'"' | b'@' | b'L'));
    (word.len() < before.len() && word.ends_with(b"define") && literal).then_some((Way::Assigned, at))
}

/// `std::string name{"x"}`
fn braced(bytes: &[u8], start: usize, end: usize) -> Option<(Way, usize)> {
    let typed = start >= 2
        && matches!(bytes[start - 1], b' ' | b'*' | b'&')
        && (bytes[start - 2].is_ascii_alphanumeric() || matches!(bytes[start - 2], b'>' | b'*'));
    (typed && bytes.get(end + 1) == Some(&b'"')).then_some((Way::Assigned, end + 1))
}

/// `char name[] = "x"`, `char name[64] = "x"`
fn array(rest: &[u8], end: usize) -> Option<(Way, usize)> {
    let close = rest.iter().take(NEAR).position(|byte| *byte == b']')?;
    let size = rest[1..close].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let at = blanks(rest, close + 1);
    (size && assigns(rest, at)).then(|| (Way::Assigned, end + at + 1))
}

/// `param name string = 'x'`, `Dim name As String = "x"`, `string Name { get; set; } = "x"`
fn typed(rest: &[u8], end: usize) -> Option<(Way, usize)> {
    let at = blanks(rest, 0);
    let word = TYPES.iter().find(|word| starts(&rest[at..], word))?;
    let mut after = at + word.len();
    if word.ends_with(b"(") {
        after += rest[after..].iter().take(NEAR).position(|byte| *byte == b')')? + 1;
    }
    let sign = blanks(rest, after);
    (assigns(rest, sign)).then(|| (Way::Assigned, end + sign + 1))
}

/// A sign that assigns a literal in quotes.
fn assigns(bytes: &[u8], at: usize) -> bool {
    bytes.get(at) == Some(&b'=')
        && matches!(bytes.get(blanks(bytes, at + 1)), Some(b'"' | b'\'' | b'@' | b'N' | b'L' | b'u' | b'R'))
}

/// `process.env.NAME || 'x'`, `getenv("NAME") ?: "x"`, `env::var("NAME").unwrap_or("x".into())`
fn fallback(bytes: &[u8], start: usize, end: usize) -> Option<(Way, usize)> {
    let mut at = end;
    while matches!(bytes.get(at), Some(b'"' | b'\'' | b')' | b']' | b'}')) && at - end < 4 {
        at += 1;
    }
    at = blanks(bytes, at);
    let sign = FALLBACKS.iter().find(|sign| bytes[at..].starts_with(sign))?;
    let before = &bytes[start.saturating_sub(NEAR)..end];
    let before = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let outside = before.windows(3).any(|three| three.eq_ignore_ascii_case(b"env"));
    let mut at = blanks(bytes, at + sign.len());
    if let Some(wrapper) = WRAPPERS.iter().find(|wrapper| bytes[at..].starts_with(wrapper)) {
        at += wrapper.len();
    }
    (outside && matches!(bytes.get(at), Some(b'"' | b'\'' | b'`'))).then_some((Way::Default, at))
}

/// `${env:NAME, 'x'}`
fn variable(bytes: &[u8], start: usize, end: usize) -> Option<(Way, usize)> {
    let at = blanks(bytes, end + 1);
    (bytes[..start].ends_with(b"${env:") && matches!(bytes.get(at), Some(b'"' | b'\''))).then_some((Way::Default, at))
}

/// `<key>Name</key><string>x</string>`, on one line or two
fn tag(rest: &[u8], end: usize) -> Option<(Way, usize)> {
    let after = rest.strip_prefix(b"</key>")?;
    let gap = after.iter().take(NEAR).take_while(|byte| byte.is_ascii_whitespace()).count();
    let length = b"</key>".len() + gap + b"<string>".len();
    after[gap..].starts_with(b"<string>").then_some((Way::Tag, end + length))
}

fn starts(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    from + bytes[from.min(bytes.len())..].iter().take(NEAR).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Types that stand behind a name: Bicep, Go, Visual Basic, SQL, and the accessors of C#.
const TYPES: [&[u8]; 12] = [
    b"string ",
    b"*string ",
    b"as string ",
    b"text ",
    b"varchar(",
    b"nvarchar(",
    b"{ get; set; }",
    b"{ get; init; }",
    b"{ get; private set; }",
    b"{ get; }",
    b"{get;set;}",
    b"{get;}",
];
const FALLBACKS: [&[u8]; 10] = [
    b"||",
    b"??",
    b"?:",
    b"or ",
    b"//",
    b".unwrap_or(",
    b".unwrap_or_else(|_| ",
    b".unwrap_or_else(|_e| ",
    b".getOrElse(",
    b".orElse(",
];
const WRAPPERS: [&[u8]; 3] = [b"String::from(", b"string(", b"Some("];
/// Nothing of this is longer than a piece of a line.
const NEAR: usize = 48;

#[cfg(test)]
mod tests {
    use super::{Way, way};

    #[test]
    fn a_name_is_given_its_literal_in_many_ways() {
        for (text, expected) in [
            ("#define KEY \"x\"", Some((Way::Assigned, "\"x\""))),
            ("#define KEY @\"x\"", Some((Way::Assigned, "@\"x\""))),
            ("redefine the KEY \"x\"", None),
            ("std::string KEY{\"x\"};", Some((Way::Assigned, "\"x\"};"))),
            ("KEY{\"x\"};", None),
            ("char KEY[] = \"x\";", Some((Way::Assigned, " \"x\";"))),
            ("char KEY[64] = \"x\";", Some((Way::Assigned, " \"x\";"))),
            ("KEY[i] = \"x\";", None),
            ("param KEY string = 'x'", Some((Way::Assigned, " 'x'"))),
            ("var KEY string = other", None),
            ("Dim KEY As String = \"x\"", Some((Way::Assigned, " \"x\""))),
            ("DECLARE @KEY nvarchar(50) = N'x'", Some((Way::Assigned, " N'x'"))),
            ("string KEY { get; set; } = \"x\";", Some((Way::Assigned, " \"x\";"))),
            ("process.env.KEY || 'x'", Some((Way::Default, "'x'"))),
            ("process.env['KEY'] ?? 'x'", Some((Way::Default, "'x'"))),
            ("names.KEY || 'x'", None),
            ("env::var(\"KEY\").unwrap_or(\"x\".into())", Some((Way::Default, "\"x\".into())"))),
            ("env::var(\"KEY\").unwrap_or_else(|_| String::from(\"x\"))", Some((Way::Default, "\"x\"))"))),
            ("$ENV{KEY} // 'x'", Some((Way::Default, "'x'"))),
            ("os.environ.get(\"KEY\") or \"x\"", Some((Way::Default, "\"x\""))),
            ("${env:KEY, 'x'}", Some((Way::Default, "'x'}"))),
            ("${self:KEY, 'x'}", None),
            ("<key>KEY</key>\n  <string>x</string>", Some((Way::Tag, "x</string>"))),
            ("<key>KEY</key><true/>", None),
        ] {
            let start = text.find("KEY").expect("each has one");
            let found = way(text.as_bytes(), start, start + 3).map(|(way, at)| (way, &text[at..]));
            assert_eq!(found, expected, "{text}");
        }
    }
}
