//! Git's index: what is staged, read without starting a program.

use std::path::Path;

use super::regular::{self, SMALL};
use super::root::{common_dir, git_dir};

/// The entries of an index, in order of path.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Staged>,
    /// The name of the file that holds the rest of a split index.
    shared: Option<String>,
}

/// One file in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// Relative to the work tree, with `/`, as git keeps it.
    pub path: Vec<u8>,
    /// Type and permissions.
    pub mode: u32,
    /// The blob, lower-case hex.
    pub id: String,
}

impl Staged {
    /// Whether it is a file and not a link, a submodule or a folded directory.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

impl Index {
    /// Reads the index of a work tree, or the one that `file` names. `None` where there is none, or where it is of a
    /// kind that only git itself understands. Of a split index the older half is taken whole: it may name files that
    /// are tracked no more.
    #[must_use]
    pub fn read(work_tree: &Path, file: Option<&Path>) -> Option<Self> {
        let own = git_dir(work_tree)?;
        let bytes = regular::read(file.unwrap_or(&own.join("index")), u64::MAX).ok()?;
        let config = common_dir(work_tree).and_then(|directory| regular::text(&directory.join("config"), SMALL).ok());
        let long =
            config.is_some_and(|text| text.to_ascii_lowercase().replace(' ', "").contains("objectformat=sha256"));
        let length = if long { 32 } else { 20 };
        let mut index = Self::parse(&bytes, length)?;
        if let Some(shared) = &index.shared {
            let bytes = regular::read(&own.join(shared), u64::MAX).ok()?;
            index.entries.append(&mut Self::parse(&bytes, length)?.entries);
            // Stable: what stands in the newer half comes first and stays.
            index.entries.sort_by(|one, other| one.path.cmp(&other.path));
            index.entries.dedup_by(|later, first| later.path == first.path);
        }
        Some(index)
    }

    /// Whether every entry is as git would tell it, which is not sure of a split index.
    #[must_use]
    pub const fn is_exact(&self) -> bool {
        self.shared.is_none()
    }

    /// What `git ls-files --stage -z` has told.
    #[must_use]
    pub fn told(output: &[u8]) -> Self {
        let entry = |line: &[u8]| {
            let tab = memchr::memchr(b'\t', line)?;
            let head = std::str::from_utf8(&line[..tab]).ok()?;
            let [mode, id, "0"] = head.split(' ').collect::<Vec<_>>()[..] else { return None };
            let mode = u32::from_str_radix(mode, 8).ok()?;
            Some(Staged { path: line[tab + 1..].to_vec(), mode, id: id.to_owned() })
        };
        let mut entries: Vec<Staged> = output.split(|&byte| byte == 0).filter_map(entry).collect();
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Self { entries, shared: None }
    }

    /// Reads the bytes of an index whose object names are `name` bytes long.
    #[must_use]
    pub fn parse(bytes: &[u8], name: usize) -> Option<Self> {
        let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let version = number(4)?;
        if bytes.get(..4)? != b"DIRC" || !(2..=4).contains(&version) {
            return None;
        }
        let count = number(8)?;
        let mut entries: Vec<Staged> = Vec::new();
        let mut at = 12;
        for _ in 0..count {
            let start = at;
            let mode = number(at + 24)?;
            let id = bytes.get(at + 40..at + 40 + name)?;
            at += 40 + name;
            let flags = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
            at += if version >= 3 && flags & EXTENDED != 0 { 4 } else { 2 };
            let path = if version == 4 {
                let (dropped, length) = varint(bytes.get(at..)?)?;
                at += length;
                let held = entries.last().map_or(&[][..], |last| &last.path);
                let tail = until_nul(bytes.get(at..)?)?;
                at += tail.len() + 1;
                [held.get(..held.len().checked_sub(dropped)?)?, tail].concat()
            } else {
                let path = until_nul(bytes.get(at..)?)?;
                // Entries are padded with one to eight NULs to a multiple of eight.
                at = start + (at + path.len() - start) / 8 * 8 + 8;
                path.to_vec()
            };
            // Kept also in a conflict, so that the prefixes of version 4 fit; told apart below.
            let stage = (flags >> 12) & 3;
            entries.push(Staged { path, mode: if stage == 0 { mode } else { 0 }, id: hex(id) });
        }
        // What a split index leaves out stands in another file; what takes the place of an entry there has no path.
        let shared = match extensions(bytes, at, name).find(|(extension, _)| extension == b"link") {
            Some((_, held)) => Some(format!("sharedindex.{}", hex(held.get(..name)?))),
            None => None,
        };
        entries.retain(|entry| entry.mode != 0 && !entry.path.is_empty());
        Some(Self { entries, shared })
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = &Staged> {
        self.entries.iter()
    }

    /// One file.
    #[must_use]
    pub fn get(&self, path: &[u8]) -> Option<&Staged> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_slice().cmp(path)).ok()?;
        self.entries.get(at)
    }

    /// The files below a directory; its path without the last `/`.
    pub fn below<'i>(&'i self, directory: &[u8]) -> impl Iterator<Item = &'i Staged> {
        let prefix = [directory, b"/"].concat();
        let start = self.entries.partition_point(|entry| entry.path.as_slice() < prefix.as_slice());
        self.entries[start..].iter().take_while(move |entry| entry.path.starts_with(&prefix))
    }
}

/// What follows the entries: four letters and what they hold.
fn extensions(bytes: &[u8], start: usize, name: usize) -> impl Iterator<Item = (&[u8], &[u8])> {
    let end = bytes.len().saturating_sub(name);
    let mut at = start;
    std::iter::from_fn(move || {
        let head = bytes.get(at..at + 8).filter(|_| at + 8 <= end)?;
        let length = u32::from_be_bytes(head[4..].try_into().ok()?);
        let held = bytes.get(at + 8..at.saturating_add(8).saturating_add(length as usize).min(end))?;
        at = at.saturating_add(8).saturating_add(length as usize);
        Some((&head[..4], held))
    })
}

/// Git's variable-length number: seven bits a byte, each further byte one more than it says.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = usize::from(bytes.first()? & 0x7F);
    let mut length = 1;
    while bytes.get(length - 1)? & 0x80 != 0 {
        let byte = *bytes.get(length)?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7F);
        length += 1;
    }
    Some((value, length))
}

fn until_nul(bytes: &[u8]) -> Option<&[u8]> {
    Some(&bytes[..memchr::memchr(0, bytes)?])
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

const EXTENDED: u16 = 0x4000;
