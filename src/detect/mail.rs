//! Parts of a mail that are written in Base64, each over many lines (RFC 2045, section 6.8).

use base64::Engine as _;
use camino::Utf8Path;

use super::alphabet::STANDARD;
use super::decode::Piece;
use crate::span::Span;

/// Whether a file is a mail by its name: then it is read though no word of a rule stands in it as it is written.
pub(super) fn is_mail(path: &Utf8Path) -> bool {
    path.extension()
        .is_some_and(|kind| ["eml", "mbox", "mht", "mhtml"].iter().any(|mail| kind.eq_ignore_ascii_case(mail)))
}

/// What the parts say that are text. Linear in the length of the mail; what is decoded is bounded.
pub(super) fn parts(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut rest = MOST;
    for at in memchr::memmem::find_iter(bytes, b"ransfer-").take(MOST_PARTS) {
        let said = bytes.get(at + "ransfer-".len()..).unwrap_or_default();
        if !begins(said, "encoding: base64") {
            continue;
        }
        // The body begins behind the first blank line.
        let Some(body) = body(bytes, at) else { continue };
        let part = part(bytes, body, rest);
        rest -= part.as_ref().map_or(0, |part| part.text.len());
        found.extend(part);
    }
    found
}

fn begins(text: &[u8], with: &str) -> bool {
    text.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
}

fn body(bytes: &[u8], header: usize) -> Option<usize> {
    let mut line = header;
    for _ in 0..MOST_HEADERS {
        line += memchr::memchr(b'\n', bytes.get(line..)?)? + 1;
        match bytes.get(line..)? {
            [b'\n', ..] => return Some(line + 1),
            [b'\r', b'\n', ..] => return Some(line + 2),
            _ => {}
        }
    }
    None
}

fn part(bytes: &[u8], start: usize, most: usize) -> Option<Piece> {
    // The signs of the alphabet in whole groups, and where each of them stands; the first line of anything else ends them.
    let most = most / 4 * 4;
    let (mut signs, mut places) = (Vec::new(), Vec::new());
    let mut line = start;
    while line < bytes.len() && signs.len() < most {
        let end = memchr::memchr(b'\n', &bytes[line..]).map_or(bytes.len(), |length| line + length);
        let content = bytes[line..end].trim_ascii_end();
        let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        if content.is_empty() || !content.iter().all(is_sign) {
            break;
        }
        let fit = most - signs.len();
        for (offset, sign) in content.iter().enumerate().filter(|(_, sign)| **sign != b'=').take(fit) {
            signs.push(*sign);
            places.push(u32::try_from(line + offset).ok()?);
        }
        line = end + 1;
    }
    let end = places.last()? + 1;
    // What does not begin as text is a picture or a program.
    let head = STANDARD.decode(signs.get(..16)?).ok()?;
    if head.iter().any(|&byte| byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')) {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(&signs).ok()?).ok()?;
    // A byte begins in the sign that has its first bit.
    let place = |offset: usize| places.get(offset * 4 / 3).copied().unwrap_or(end);
    let mut each: Vec<u32> = (0..plain.len()).map(place).collect();
    each.push(end);
    Some(Piece::each(Span::new(places[0], end), plain, "Base64", each))
}

/// Parts of one mail.
const MOST_PARTS: usize = 100;
/// Lines of the headers of one part.
const MOST_HEADERS: usize = 200;
/// What the parts may say together, in signs.
const MOST: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(body: &str) -> String {
        STANDARD.encode(body)
    }

    fn mail(body: &str, end: &str) -> String {
        let written = written(body);
        let lines: Vec<&str> =
            written.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        let head = ["MIME-Version: 1.0", "Content-Transfer-Encoding: BASE64", "X-More: y", ""].join(end);
        format!("{head}{end}{}{end}--boundary{end}", lines.join(end))
    }

    #[test]
    fn a_part_is_read_over_its_lines_and_its_places_lead_back() {
        let body = format!("Hello,\n{}\nthe password=V@l-1 is new.\n", "a line of words. ".repeat(12));
        for end in ["\n", "\r\n"] {
            let text = mail(&body, end);
            let found = parts(&text);
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].text, body);
            let at = body.find("V@l-1").expect("it is there");
            let place = found[0].place(Span::of(at, at + 5));
            let before: String =
                text[..place.start as usize].split_ascii_whitespace().last().unwrap_or_default().to_owned();
            let line = text[..place.start as usize].lines().count();
            let signs = (line - 5) * 76 + before.len();
            assert_eq!(signs, at * 4 / 3, "{end:?}");
            let shown: String = text[place.range()].split_ascii_whitespace().collect();
            assert_eq!(written(&body)[signs..signs + 6], shown, "{end:?}");
        }
    }

    #[test]
    fn what_is_decoded_is_bounded_however_long_a_line_is() {
        let line = STANDARD.encode("a word ".repeat(400_000));
        let part = format!("Content-Transfer-Encoding: base64\n\n{line}\n\n");
        let said: usize = parts(&part.repeat(3)).iter().map(|part| part.text.len()).sum();
        assert!((1..=MOST).contains(&said), "{said}");
    }

    #[test]
    fn pictures_and_cut_mails_say_nothing() {
        let picture = String::from_utf8_lossy(&[0x89, b'P', b'N', b'G', 13, 10, 26, 10].repeat(30)).into_owned();
        assert!(parts(&mail(&picture, "\n")).is_empty());
        for text in ["Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: base64\n\n", "ransfer-", ""] {
            assert!(parts(text).is_empty(), "{text}");
        }
    }
}
