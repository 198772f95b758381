//! What the bytes around a common word promise: a name that is given something, a run long enough for a token.
//!
//! Both say yes rather too often than too rarely: a detector looks closer, but nobody looks again where they say no.

use super::idiom::way;

/// A run of bytes that tokens are made of, near a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// How long it is at least.
    pub length: u32,
    /// Whether it may hold the signs of base64 and URLs, besides letters, digits, `_` and `-`.
    pub wide: bool,
    /// How many bytes before the word's start it may start.
    pub before: u32,
    /// How many bytes after the word's start it may end.
    pub after: u32,
}

/// Whether the name that holds the bytes from `start` to `end` is joined to something by an operator.
#[must_use]
pub fn is_joined(bytes: &[u8], start: usize, end: usize) -> bool {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b'\n');
    let mut at = end;
    while is_name(byte(at)) && at - end < FAR {
        at += 1;
    }
    // `key->x`, `key.`: the signs at the end are none of the name's.
    while at > end && matches!(byte(at - 1), b'.' | b'-') {
        at -= 1;
    }
    let name_end = at;
    let mut quoted = false;
    if byte(at) == b'\\' && matches!(byte(at + 1), b'"' | b'\'') {
        quoted = true;
        at += 2;
    } else if matches!(byte(at), b'"' | b'\'' | b'`') {
        quoted = true;
        at += 1;
    }
    while matches!(byte(at), b']' | b')' | b'}' | b'?' | b'*') && at - name_end < 4 {
        at += 1;
    }
    let closed = at;
    while matches!(byte(at), b' ' | b'\t') && at - closed < 40 {
        at += 1;
    }
    let operator = match byte(at) {
        b':' => byte(at + 1) != b':',
        b'=' | b'!' | b'+' | b'|' | b'>' | b'%' => true,
        b'?' => byte(at + 1) == b'=' || byte(at + 1) == b'?',
        b',' => quoted,
        // `"password" to x`, `"x".equals(password)`.
        b't' => quoted && at > closed && byte(at + 1) == b'o' && byte(at + 2) == b' ',
        _ if byte(name_end) == b')' && is_compared(bytes, start) => true,
        b'(' => at == name_end,
        b'-' if byte(at + 1) == b'>' => true,
        // `--password x`: a flag and its value.
        _ if at > closed => {
            let name = bytes[start.saturating_sub(FAR)..start].iter().rev().take_while(|byte| is_name(**byte));
            name.into_iter().any(|byte| *byte == b'-')
        }
        // A place after four closing signs is a place that the reader of names gives up at, too.
        _ => matches!(byte(at), b'?' | b'*'),
    };
    operator || {
        let before = &bytes[start.saturating_sub(FAR)..start];
        let name = before.iter().rev().take_while(|byte| is_name(**byte)).count();
        way(bytes, start - name, name_end).is_some()
    }
}

/// Whether a name around `at` is what a literal before it is compared with: `"x".equals(name`.
fn is_compared(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(FAR)..at];
    let name = before.iter().rev().take_while(|byte| is_name(**byte)).count();
    let before = &before[..before.len() - name];
    [&b"\".equals("[..], b"\".equalsIgnoreCase(", b"\".contentEquals("].iter().any(|verb| before.ends_with(verb))
}

/// Whether a run as it is wanted stands near a word that starts at `start`.
#[must_use]
pub fn has_run(bytes: &[u8], start: usize, run: &Run) -> bool {
    let from = start.saturating_sub(run.before as usize);
    let to = start.saturating_add(run.after as usize).min(bytes.len());
    let class = if run.wide { WIDE } else { NARROW };
    let wanted = run.length as usize;
    // From the back of each possible run: where it ends too early, all of it can be passed over.
    let mut first = from;
    while first + wanted <= to {
        let window = &bytes[first..first + wanted];
        match window.iter().rposition(|byte| CLASS[usize::from(*byte)] & class == 0) {
            None => return true,
            Some(stop) => first += stop + 1,
        }
    }
    false
}

/// Whether bytes that tokens are made of stand from `start` on, `length` of them.
#[must_use]
pub fn has_tail(bytes: &[u8], start: usize, length: u32, wide: bool) -> bool {
    let class = if wide { WIDE } else { NARROW };
    let tail = bytes.get(start..).and_then(|rest| rest.get(..length as usize));
    tail.is_some_and(|tail| tail.iter().all(|byte| CLASS[usize::from(*byte)] & class != 0))
}

const fn is_name(byte: u8) -> bool {
    CLASS[byte as usize] & NAME != 0
}

const NARROW: u8 = 1;
const WIDE: u8 = 2;
const NAME: u8 = 4;

/// What each byte may be part of.
static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let sign = byte as u8;
        if sign.is_ascii_alphanumeric() || matches!(sign, b'_' | b'-') {
            class[byte] = NARROW | WIDE | NAME;
        } else if matches!(sign, b'+' | b'/' | b'=' | b'~' | b'%') {
            class[byte] = WIDE;
        } else if sign == b'.' {
            class[byte] = WIDE | NAME;
        } else if sign == b'$' {
            class[byte] = NAME;
        }
        byte += 1;
    }
    class
};

/// The longest name that anybody reads.
const FAR: usize = 96;

#[cfg(test)]
mod tests {
    use super::{Run, has_run, is_joined};

    #[test]
    fn names_are_joined_by_the_operators_of_most_languages() {
        for (text, joined) in [
            ("password = x", true),
            ("password->x", true),
            ("api_password_v2 := x", true),
            ("\"password\": x", true),
            ("(\"password\", x)", true),
            ("setpassword(x)", true),
            ("<password>x", true),
            ("--password x", true),
            ("#define password \"x\"", true),
            ("param password string = 'x'", true),
            ("the password string is x", false),
            ("d['password'] = x", true),
            ("password, x", false),
            ("the password is x", false),
            ("password::new", false),
            ("password", false),
        ] {
            let at = text.find("password").expect("each has one");
            assert_eq!(is_joined(text.as_bytes(), at, at + 8), joined, "{text}");
        }
    }

    #[test]
    fn a_run_is_found_where_it_may_stand() {
        let run = |length, before, after| Run { length, wide: false, before, after };
        let text = b"aa bbbbbbbb key cccccccccc d";
        assert!(has_run(text, 12, &run(10, 0, 14)));
        assert!(!has_run(text, 12, &run(10, 0, 13)));
        assert!(!has_run(text, 12, &run(11, 0, 40)));
        assert!(has_run(text, 12, &run(8, 9, 0)));
        assert!(!has_run(text, 12, &run(8, 8, 4)));
        assert!(has_run(b"key aaa/bbb=", 0, &Run { length: 8, wide: true, before: 0, after: 12 }));
    }
}
