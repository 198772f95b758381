//! What the values of a form look like from afar: how long they are, of which signs, what they begin with.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Values as one branch of a pattern describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mould {
    /// How long such values are at least and at most, in bytes.
    length: (usize, usize),
    /// What every such value begins with, as far as it is written out.
    prefix: Vec<u8>,
    /// The bytes that such a value is made of.
    signs: [bool; 256],
}

impl Mould {
    /// Whether a value begins as these do and is none of them, or is one of them but for a sign or two: cut short, longer, with a
    /// letter of the other case. Values of other lengths may be anything else that the provider gives out, and signs that
    /// are not known of it may belong to it.
    #[must_use]
    pub fn is_nearly(&self, value: &[u8]) -> bool {
        let (least, most) = self.length;
        let off = least.saturating_sub(value.len()).max(value.len().saturating_sub(most));
        let strangers: Vec<u8> = value.iter().copied().filter(|byte| !self.signs[usize::from(*byte)]).collect();
        if self.prefix.len() >= TELLING_PREFIX && value.starts_with(&self.prefix) {
            return off + strangers.len() > 0;
        }
        if least != most || least < SHORTEST || off > least / SHORTEST || strangers.len() > 2 {
            return false;
        }
        // Where both cases may stand, a value has many letters of each.
        let other_case = |byte: &u8| byte.is_ascii_alphabetic() && self.signs[usize::from(*byte ^ 0x20)];
        off > 0 || strangers.iter().any(other_case)
    }
}

/// The moulds of a pattern's group `secret`, one for each of its branches.
#[must_use]
pub fn moulds(pattern: &str) -> Vec<Mould> {
    let parsed = regex_syntax::ParserBuilder::new().utf8(false).multi_line(true).build().parse(pattern);
    let Some(secret) = parsed.ok().as_ref().and_then(group).cloned() else { return Vec::new() };
    match secret.kind() {
        HirKind::Alternation(branches) => branches.iter().map(mould).collect(),
        _ => vec![mould(&secret)],
    }
}

fn group(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some("secret") => Some(&capture.sub),
        HirKind::Capture(capture) => group(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(group),
        HirKind::Repetition(repetition) => group(&repetition.sub),
        _ => None,
    }
}

fn mould(branch: &Hir) -> Mould {
    let properties = branch.properties();
    let length = (properties.minimum_len().unwrap_or(0), properties.maximum_len().unwrap_or(usize::MAX));
    let mut mould = Mould { length, prefix: Vec::new(), signs: [false; 256] };
    let first = match branch.kind() {
        HirKind::Concat(parts) => parts.first(),
        _ => Some(branch),
    };
    if let Some(HirKind::Literal(literal)) = first.map(Hir::kind) {
        mould.prefix = literal.0.to_vec();
    }
    add_signs(branch, &mut mould.signs);
    mould
}

fn add_signs(hir: &Hir, signs: &mut [bool; 256]) {
    let mut range = |start: u8, end: u8| (start..=end).for_each(|byte| signs[usize::from(byte)] = true);
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().for_each(|byte| range(*byte, *byte)),
        HirKind::Class(Class::Bytes(class)) => class.ranges().iter().for_each(|part| range(part.start(), part.end())),
        HirKind::Class(Class::Unicode(class)) => {
            let byte = |sign: char| u8::try_from(sign).unwrap_or(u8::MAX);
            class.ranges().iter().for_each(|part| range(byte(part.start()), byte(part.end())));
        }
        HirKind::Capture(capture) => add_signs(&capture.sub, signs),
        HirKind::Repetition(repetition) => add_signs(&repetition.sub, signs),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| add_signs(part, signs)),
        HirKind::Empty | HirKind::Look(_) => {}
    }
}

/// A value as long as this may be longer or shorter by one sign, one twice as long by two, and so on.
const SHORTEST: usize = 16;
/// A shorter beginning stands before other values, too.
const TELLING_PREFIX: usize = 3;

#[cfg(test)]
mod tests {
    use super::moulds;

    fn nearly(pattern: &str, value: &str) -> bool {
        moulds(pattern).iter().any(|mould| mould.is_nearly(value.as_bytes()))
    }

    #[test]
    fn a_value_that_lacks_a_sign_or_two_is_nearly_one() {
        let pattern = "acme(?P<secret>[0-9a-z]{32})(?:x|$)";
        let whole = "b7c9e2d41f".repeat(4)[..32].to_owned();
        for (value, is) in [
            (whole.clone(), false),
            (whole[1..].to_owned(), true),
            (format!("{whole}9q"), true),
            (whole.replacen('d', "D", 1), true),
            (whole[3..].to_owned(), false),
            (whole.to_uppercase(), false),
            (format!("{whole}9qz"), false),
            (whole.replacen('d', "_", 1), false),
        ] {
            assert_eq!(nearly(pattern, &value), is, "{value}");
        }
    }

    #[test]
    fn a_known_beginning_must_go_on_as_known() {
        let pattern = "(?P<secret>acme_[0-9]{12}|[a-z]{6}|zed_[a-z]{4,9})";
        for (value, is) in [
            ("acme_123456789012", false),
            ("acme_1234", true),
            ("acme_12345678901x", true),
            ("zed_abcdefg", false),
            ("zed_abcdefghijkl", true),
            ("abcdeF", false),
        ] {
            assert_eq!(nearly(pattern, value), is, "{value}");
        }
        assert!(moulds("[a-z]+").is_empty());
    }
}
