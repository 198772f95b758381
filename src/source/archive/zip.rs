//! Zip: its directory stands at the end and says where each member begins.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::unpack::method;
use crate::source::Why;

/// What is done with each file, by its name; says whether to go on.
pub type Each<'e> = dyn FnMut(&str, Content<'_>) -> bool + 'e;

/// The content of a file, or why it cannot be read.
pub type Content<'c> = Result<&'c mut dyn Read, Why>;

/// Hands each file, or why it cannot be read, to `each` until that says `false`.
///
/// # Errors
/// [`Why`] the directory was not read.
pub fn members<F: Read + Seek>(file: &mut F, each: &mut Each<'_>) -> Result<(), Why> {
    let directory = directory(file).map_err(|error| Why::Unreadable(error.to_string()))?;
    let mut rest = directory.bytes.as_slice();
    while let Some((member, after)) = member(rest) {
        rest = after;
        if member.name.ends_with('/') {
            continue;
        }
        let go_on = match content(file, &member, directory.start) {
            Ok(mut content) => each(&member.name, Ok(&mut content)),
            Err(why) => each(&member.name, Err(why)),
        };
        if !go_on {
            return Ok(());
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(Why::Unreadable("its directory is broken".to_owned())) }
}

struct Directory {
    bytes: Vec<u8>,
    /// Bytes before the archive, where it stands behind a program.
    start: u64,
}

/// A member as the directory has it.
struct Member {
    name: String,
    encrypted: bool,
    method: u16,
    packed: u64,
    at: u64,
}

fn directory<F: Read + Seek>(file: &mut F) -> io::Result<Directory> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "it has no directory, or a broken one");
    let all = file.seek(SeekFrom::End(0))?;
    let tail = all.min(TAIL);
    let end = read_at(file, all - tail, tail)?;
    let at = end.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or_else(broken)?;
    let last = &end[at..];
    let here = all - tail + at as u64;
    let (mut size, mut offset) = (long(last, 12).ok_or_else(broken)?, long(last, 16).ok_or_else(broken)?);
    let mut behind = here;
    if size == u64::from(u32::MAX) || offset == u64::from(u32::MAX) {
        // The larger form has an end of its own, and a sign before this one that says where.
        let sign = read_at(file, here.saturating_sub(20), 20)?;
        let place = longest(&sign, 8).filter(|_| sign.starts_with(b"PK\x06\x07")).ok_or_else(broken)?;
        let large = read_at(file, place, 56)?;
        if !large.starts_with(b"PK\x06\x06") {
            return Err(broken());
        }
        (size, offset) = (longest(&large, 40).ok_or_else(broken)?, longest(&large, 48).ok_or_else(broken)?);
        behind = place;
    }
    if size > DIRECTORY {
        return Err(io::Error::other("its directory is larger than is read"));
    }
    let start = behind.checked_sub(size).and_then(|at| at.checked_sub(offset)).ok_or_else(broken)?;
    Ok(Directory { bytes: read_at(file, start + offset, size)?, start })
}

fn member(rest: &[u8]) -> Option<(Member, &[u8])> {
    if !rest.starts_with(b"PK\x01\x02") {
        return None;
    }
    let lengths = [short(rest, 28)?, short(rest, 30)?, short(rest, 32)?].map(usize::from);
    let name = rest.get(46..46 + lengths[0])?;
    let extra = rest.get(46 + lengths[0]..46 + lengths[0] + lengths[1])?;
    let after = rest.get(46 + lengths.iter().sum::<usize>()..)?;
    let (mut packed, size, mut at) = (long(rest, 20)?, long(rest, 24)?, long(rest, 42)?);
    // What does not fit stands in the extra field, in this order.
    let mut large = field(extra, 1).unwrap_or_default();
    for (value, wanted) in [(&mut size.clone(), false), (&mut packed, true), (&mut at, true)] {
        if *value == u64::from(u32::MAX)
            && let Some(eight) = longest(large, 0)
        {
            if wanted {
                *value = eight;
            }
            large = &large[8..];
        }
    }
    let name = String::from_utf8_lossy(name).into_owned();
    Some((Member { name, encrypted: short(rest, 8)? & 1 != 0, method: short(rest, 10)?, packed, at }, after))
}

fn content<'f, F: Read + Seek>(file: &'f mut F, member: &Member, start: u64) -> Result<Box<dyn Read + 'f>, Why> {
    let broken = |error: io::Error| Why::Unreadable(error.to_string());
    if member.encrypted {
        return Err(Why::Limit("it is encrypted".to_owned()));
    }
    let head = read_at(file, start.saturating_add(member.at), 30).map_err(broken)?;
    let (Some(name), Some(extra), true) = (short(&head, 26), short(&head, 28), head.starts_with(b"PK\x03\x04")) else {
        return Err(Why::Unreadable("it does not stand where the directory says".to_owned()));
    };
    file.seek(SeekFrom::Current(i64::from(name) + i64::from(extra))).map_err(broken)?;
    let packed = BufReader::with_capacity(32 << 10, file.take(member.packed));
    match method(member.method, packed) {
        Some(content) => content.map_err(broken),
        None => Err(Why::Limit(format!("it is packed by method {}, which is not known", member.method))),
    }
}

fn read_at<F: Read + Seek>(file: &mut F, at: u64, size: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(size).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == size { Ok(bytes) } else { Err(io::Error::other("it ends early")) }
}

/// A field of the extra ones, by its number.
fn field(mut extra: &[u8], number: u16) -> Option<&[u8]> {
    loop {
        let length = usize::from(short(extra, 2)?);
        let value = extra.get(4..4 + length)?;
        if short(extra, 0)? == number {
            return Some(value);
        }
        extra = &extra[4 + length..];
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)))
}

fn longest(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// The end of a directory with the longest remark.
const TAIL: u64 = 22 + (64 << 10);
/// The largest directory that is held.
const DIRECTORY: u64 = 64 << 20;
