//! Tar: a head of 512 bytes and the content of a file, one after the other.

use std::io::{self, Read};

use crate::source::Why;

/// Hands each file to `each` until that says `false`.
///
/// # Errors
/// [`Why`] it was not read to its end.
pub fn members(input: &mut dyn Read, each: &mut dyn FnMut(&str, &mut dyn Read) -> bool) -> Result<(), Why> {
    let broken = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Why::Unreadable("it ends early".to_owned()),
        _ => Why::Unreadable(error.to_string()),
    };
    let mut long: Option<String> = None;
    loop {
        let mut head = [0_u8; BLOCK];
        match input.read_exact(&mut head[..1]) {
            // Some writers leave out the empty blocks at the end.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            result => result.map_err(broken)?,
        }
        input.read_exact(&mut head[1..]).map_err(broken)?;
        if head.iter().all(|&byte| byte == 0) {
            return Ok(());
        }
        let (Some(size), true) = (number(&head[124..136]), proved(&head)) else {
            return Err(Why::Unreadable("it is no tar, or a broken one".to_owned()));
        };
        if head[156] == b'S' {
            pass_map(&head, input).map_err(broken)?;
        }
        let mut content = input.take(size);
        match head[156] {
            // A longer name for what follows, as GNU writes it and as POSIX does.
            kind @ (b'L' | b'x') => {
                let mut text = Vec::new();
                content.by_ref().take(NAME).read_to_end(&mut text).map_err(broken)?;
                long = if kind == b'L' { Some(words(&text)) } else { path(&text).or(long) };
            }
            // Links, devices, folders; what holds of all files; where a link leads to.
            b'1'..=b'6' => long = None,
            b'g' | b'K' => {}
            // A file, as is what nobody knows.
            _ => {
                let name = long.take().unwrap_or_else(|| name(&head));
                if !each(&name, &mut content) {
                    return Ok(());
                }
            }
        }
        let rest = content.limit();
        let fill = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
        let passed = io::copy(&mut input.take(rest.saturating_add(fill)), &mut io::sink()).map_err(broken)?;
        if passed < rest {
            return Err(Why::Unreadable("it ends early".to_owned()));
        }
    }
}

/// Passes over the rest of the map of a file with holes, whose other part stands in its head. What is between the holes
/// follows without them.
fn pass_map(head: &[u8; BLOCK], input: &mut dyn Read) -> io::Result<()> {
    let mut goes_on = head[482];
    while goes_on != 0 {
        let mut block = [0_u8; BLOCK];
        input.read_exact(&mut block)?;
        goes_on = block[504];
    }
    Ok(())
}

/// The sum in a head that proves it: of all bytes, its own field taken as blanks.
fn proved(head: &[u8; BLOCK]) -> bool {
    let sum: u64 = head.iter().map(|&byte| u64::from(byte)).sum();
    let own: u64 = head[148..156].iter().map(|&byte| u64::from(byte)).sum();
    number(&head[148..156]) == Some(sum - own + 8 * 32)
}

/// A number in octal digits, or in binary where the first bit says so.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        // The head's own sum has eight bytes, of which the first then carries the mark.
        return field[1..]
            .iter()
            .try_fold(u64::from(field[0] & 0x7f), |sum, &byte| (sum >> 56 == 0).then_some(sum << 8 | u64::from(byte)));
    }
    let digits = words(field);
    let digits = digits.trim();
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

fn name(head: &[u8; BLOCK]) -> String {
    let (name, prefix) = (words(&head[..100]), words(&head[345..500]));
    if head[257..262] == *b"ustar" && !prefix.is_empty() { format!("{prefix}/{name}") } else { name }
}

/// `path` in records of the form `LENGTH KEY=VALUE`.
fn path(records: &[u8]) -> Option<String> {
    let mut rest = records;
    loop {
        let blank = rest.iter().position(|&byte| byte == b' ')?;
        let length: usize = std::str::from_utf8(&rest[..blank]).ok()?.parse().ok()?;
        let record = rest.get(blank + 1..length)?;
        if let Some(path) = record.strip_prefix(b"path=") {
            return Some(words(path.strip_suffix(b"\n").unwrap_or(path)));
        }
        rest = &rest[length..];
    }
}

/// The text before the first NUL.
fn words(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

const BLOCK: usize = 512;
/// No name is longer.
const NAME: u64 = 64 << 10;

#[cfg(test)]
mod tests {
    use super::{BLOCK, members, number};

    #[test]
    fn numbers_of_any_width_are_read_or_refused() {
        assert_eq!(number(b"0000017\0"), Some(15));
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 1, 2]), Some(258));
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]), Some(256));
        assert_eq!(number(&[0xFF; 12]), None);
    }

    #[test]
    fn a_head_of_any_numbers_ends_without_a_panic() {
        for byte in [0x80, 0xFF, b'7', 0] {
            let mut head = [byte; BLOCK];
            // A sum that holds, where octal digits can say it.
            let sum: u64 = head.iter().map(|&byte| u64::from(byte)).sum::<u64>() - 8 * u64::from(byte) + 8 * 32;
            let _ = members(&mut &head[..], &mut |_, _| true);
            head[148..156].copy_from_slice(format!("{sum:07o}\0").as_bytes());
            let _ = members(&mut &head.repeat(2)[..], &mut |_, _| true);
        }
    }
}
