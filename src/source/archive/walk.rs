//! Walks through an archive and the archives in it, within bounds.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use super::unpack::unpack;
use super::{Bounded, Budget, Kind, SPENT, clean, tar, unpacked, zip};
use crate::source::Why;

/// An archive that is read.
pub enum Input<'i> {
    /// A file that can be read anywhere.
    File(File),
    /// A stream.
    Stream(Box<dyn Read + 'i>),
}

/// What is done with each member: its name inside the archive, `a/b` or `inner.zip!a/b`, and its content.
pub type Each<'e> = dyn FnMut(&str, &mut dyn Read) -> Result<(), Why> + 'e;

/// Something in an archive that was not read. The name is empty for the archive itself.
pub type Unread = (String, Why);

/// What has become of an archive.
pub enum Walked<'i> {
    /// It was read, but for this.
    Read(Vec<Unread>),
    /// It is none, whatever its name says.
    Other(Box<dyn Read + 'i>),
}

/// Reads an archive of some name.
///
/// # Errors
/// [`Why`] it cannot be read at all.
pub fn walk<'i>(kind: Kind, name: &str, input: Input<'i>, each: &mut Each<'_>) -> Result<Walked<'i>, Why> {
    let trouble = |error: io::Error| Why::Unreadable(error.to_string());
    let mut walk = Walk { budget: Budget::of(0), each, unread: Vec::new() };
    let mut head = Vec::new();
    match input {
        Input::File(mut file) => {
            (&mut file).take(HEAD).read_to_end(&mut head).map_err(trouble)?;
            file.seek(SeekFrom::Start(0)).map_err(trouble)?;
            if !kind.begins(&head) {
                return Ok(Walked::Other(Box::new(file)));
            }
            walk.budget = Budget::of(file.metadata().map_or(0, |about| about.len()));
            let mut file = BufReader::with_capacity(64 << 10, file);
            if kind == Kind::Zip { walk.zip("", 0, &mut file) } else { walk.stream(kind, name, "", 0, &mut file) }
        }
        Input::Stream(mut stream) => {
            stream.by_ref().take(HEAD).read_to_end(&mut head).map_err(trouble)?;
            let begins = kind.begins(&head);
            let mut stream = Cursor::new(head).chain(stream);
            if !begins {
                return Ok(Walked::Other(Box::new(stream)));
            }
            walk.inner(kind, name, "", 0, &mut stream);
        }
    }
    Ok(Walked::Read(walk.unread))
}

struct Walk<'e, 'f> {
    budget: Budget,
    each: &'e mut Each<'f>,
    unread: Vec<Unread>,
}

impl Walk<'_, '_> {
    /// An archive that can only be read from its start to its end.
    fn inner(&mut self, kind: Kind, name: &str, inside: &str, depth: u32, content: &mut dyn Read) {
        if kind != Kind::Zip {
            return self.stream(kind, name, inside, depth, content);
        }
        let mut held = Vec::new();
        match content.take(HELD + 1).read_to_end(&mut held) {
            Ok(size) if size as u64 <= HELD => self.zip(inside, depth, &mut Cursor::new(held)),
            Ok(_) => self.miss(inside, Why::Limit("it is larger than is held of an archive in an archive".to_owned())),
            Err(error) => self.miss(inside, Why::Unreadable(error.to_string())),
        }
    }

    fn stream(&mut self, kind: Kind, name: &str, inside: &str, depth: u32, content: &mut dyn Read) {
        match kind {
            Kind::Tar => {
                let result = tar::members(content, &mut |member, content| self.member(inside, member, depth, content));
                if let Err(why) = result {
                    self.miss(inside, why);
                }
            }
            Kind::Packed(packing) => match unpack(packing, BufReader::with_capacity(64 << 10, content)) {
                Ok(content) => {
                    let mut content = Bounded::new(content, self.budget.clone());
                    self.member(inside, &unpacked(name), depth, &mut content);
                }
                Err(error) => self.miss(inside, Why::Unreadable(error.to_string())),
            },
            Kind::Zip => {}
        }
    }

    fn zip<F: Read + Seek>(&mut self, inside: &str, depth: u32, file: &mut F) {
        let result = zip::members(file, &mut |member, content| match content {
            Ok(content) => {
                let mut content = Bounded::new(content, self.budget.clone());
                self.member(inside, member, depth, &mut content)
            }
            Err(why) => {
                self.miss(&below(inside, member), why);
                self.budget.take_member()
            }
        });
        if let Err(why) = result {
            self.miss(inside, why);
        }
    }

    /// One member; `false` where no more is read.
    fn member(&mut self, inside: &str, name: &str, depth: u32, content: &mut dyn Read) -> bool {
        if !self.budget.take_member() {
            self.miss(inside, Why::Limit("the archive has more members than are read of one".to_owned()));
            return false;
        }
        let path = below(inside, name);
        let mut head = Vec::new();
        if let Err(error) = content.take(HEAD).read_to_end(&mut head) {
            self.miss(&path, Why::Unreadable(error.to_string()));
            return !self.budget.is_spent();
        }
        let kind = Kind::of(name).filter(|kind| kind.begins(&head));
        let mut content = Cursor::new(head).chain(content);
        match kind {
            Some(_) if depth >= DEPTH => {
                self.miss(&path, Why::Limit(format!("it is packed more than {DEPTH} times over")));
            }
            Some(kind) => self.inner(kind, name, &path, depth + 1, &mut content),
            None => match (self.each)(&path, &mut content) {
                Err(_) if self.budget.is_spent() => self.miss(&path, Why::Limit(SPENT.to_owned())),
                Err(why) => self.miss(&path, why),
                Ok(()) => {}
            },
        }
        !self.budget.is_spent()
    }

    fn miss(&mut self, inside: &str, why: Why) {
        self.unread.push((inside.to_owned(), why));
    }
}

/// The name of a member inside of what it stands in.
fn below(inside: &str, name: &str) -> String {
    let name = clean(name);
    if inside.is_empty() { name } else { format!("{inside}!{name}") }
}

const HEAD: u64 = 8;
/// So deep may archives stand in archives.
const DEPTH: u32 = 4;
/// So much is held of a zip that is no file.
const HELD: u64 = 64 << 20;
