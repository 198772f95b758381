//! The words of archives: their kinds, how their members are named, and how much of them is read.

pub mod tar;
pub mod unpack;
pub mod walk;
pub mod zip;

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// What a file is packed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Zip, and what is a zip by another name.
    Zip,
    /// Files one after the other.
    Tar,
    /// One stream that is smaller than what it stands for.
    Packed(Packing),
}

/// How a stream is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard.
    Zstd,
}

impl Kind {
    /// The kind that a name promises.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        if end.len() > 5 {
            return None;
        }
        Some(match end.to_ascii_lowercase().as_str() {
            "zip" | "jar" | "war" | "ear" | "aar" | "apk" | "ipa" | "whl" | "egg" | "nupkg" | "vsix" | "xpi" => {
                Self::Zip
            }
            "tar" | "gem" => Self::Tar,
            "gz" | "tgz" | "crate" => Self::Packed(Packing::Gzip),
            "bz2" | "tbz" | "tbz2" => Self::Packed(Packing::Bzip2),
            "xz" | "txz" => Self::Packed(Packing::Xz),
            "zst" | "tzst" => Self::Packed(Packing::Zstd),
            _ => return None,
        })
    }

    /// Whether a file begins as the kind does; a tar has its proof in each of its heads.
    #[must_use]
    pub fn begins(self, head: &[u8]) -> bool {
        let magic: &[u8] = match self {
            Self::Tar => return true,
            // An empty zip has only an end.
            Self::Zip => return head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06"),
            Self::Packed(Packing::Gzip) => b"\x1f\x8b",
            Self::Packed(Packing::Bzip2) => b"BZh",
            Self::Packed(Packing::Xz) => b"\xfd7zXZ\0",
            Self::Packed(Packing::Zstd) => b"\x28\xb5\x2f\xfd",
        };
        head.starts_with(magic)
    }
}

/// The name of the one thing in a packed stream: `a.tar` of `a.tgz` and `a.tar.gz`, `a.log` of `a.log.gz`.
#[must_use]
pub fn unpacked(name: &str) -> String {
    let file = name.rsplit(['/', '!']).next().unwrap_or(name);
    let Some((stem, end)) = file.rsplit_once('.') else { return file.to_owned() };
    match end.to_ascii_lowercase().as_str() {
        "tgz" | "tbz" | "tbz2" | "txz" | "tzst" | "crate" => format!("{stem}.tar"),
        _ => stem.to_owned(),
    }
}

/// A member's name as it is told. It is never the name of a file on this machine, and must not look like one elsewhere:
/// what leads up or to the root is left out.
#[must_use]
pub fn clean(name: &str) -> String {
    let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.collect::<Vec<_>>().join("/").replace('!', "_")
}

/// What is left of what one archive may come to, with everything inside of it. Copies share it.
#[derive(Clone, Debug)]
pub struct Budget {
    bytes: Rc<Cell<u64>>,
    members: Rc<Cell<u32>>,
}

impl Budget {
    /// The budget of an archive of a size: what unpacks to much more than it is holds nothing that a person wrote.
    #[must_use]
    pub fn of(size: u64) -> Self {
        let bytes = size.saturating_mul(RATIO).clamp(LEAST, MOST);
        Self { bytes: Rc::new(Cell::new(bytes)), members: Rc::new(Cell::new(MEMBERS)) }
    }

    /// Takes one member off; `false` where there are too many.
    #[must_use]
    pub fn take_member(&self) -> bool {
        self.members.set(self.members.get().saturating_sub(1));
        self.members.get() > 0
    }

    /// Whether it is used up.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.bytes.get() == 0 || self.members.get() == 0
    }
}

/// A reader that takes what it reads off a budget, and fails when that is used up.
pub struct Bounded<R> {
    input: R,
    budget: Budget,
}

impl<R: Read> Bounded<R> {
    /// Reads on a budget.
    pub const fn new(input: R, budget: Budget) -> Self {
        Self { input, budget }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.bytes.get();
        if left == 0 {
            return Err(io::Error::other(SPENT));
        }
        let room = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.input.read(&mut into[..room])?;
        self.budget.bytes.set(left.saturating_sub(read as u64));
        Ok(read)
    }
}

/// What is said of an archive that comes to more than it may.
pub const SPENT: &str = "the archive unpacks to more than is read of one";

const RATIO: u64 = 200;
const LEAST: u64 = 256 << 20;
const MOST: u64 = 16 << 30;
const MEMBERS: u32 = 200_000;

#[cfg(test)]
mod tests {
    use super::{Kind, Packing, clean, unpacked};

    #[test]
    fn names_tell_kinds() {
        assert_eq!(Kind::of("lib/a.JAR"), Some(Kind::Zip));
        assert_eq!(Kind::of("a.tar.gz"), Some(Kind::Packed(Packing::Gzip)));
        assert_eq!(Kind::of("a.py"), None);
        let names = ["x/a.tgz", "a.tar.zst", "b.zip!a.log.gz"].map(unpacked);
        assert_eq!(names, ["a.tar", "a.tar", "a.log"]);
    }

    #[test]
    fn a_members_name_leads_nowhere() {
        let names = ["../../etc/passwd", "/a//b", "C:\\x\\..\\y", "a!b", ".."].map(clean);
        assert_eq!(names, ["etc/passwd", "a/b", "C:/x/y", "a_b", ""]);
    }
}
