//! The content of git's objects: most that are staged lie in a file of their own, the rest is git's to find.

use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Mutex;

use flate2::bufread::ZlibDecoder;

use super::Why;
use super::git::{CatFile, Git};
use super::regular;
use super::root::common_dir;

/// Opens blobs by their names, from many threads.
#[derive(Debug)]
pub struct Blobs {
    git: Git,
    objects: Option<PathBuf>,
    idle: Mutex<Vec<CatFile>>,
}

impl Blobs {
    /// The blobs of a repository.
    #[must_use]
    pub fn new(git: Git) -> Self {
        let objects = common_dir(git.work_tree()).map(|directory| directory.join("objects"));
        Self { git, objects, idle: Mutex::default() }
    }

    /// Opens a blob; gives its size, too.
    ///
    /// # Errors
    /// [`Why`] it cannot be read.
    pub fn open(&self, id: &str) -> Result<(u64, Box<dyn Read + '_>), Why> {
        if let Some((size, loose)) = self.loose(id) {
            return Ok((size, Box::new(loose)));
        }
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let mut cat = match idle {
            Some(cat) => cat,
            None => self.git.cat_file().map_err(|error| Why::Unreadable(error.to_string()))?,
        };
        let size = cat.ask(id).map_err(Why::Unreadable)?;
        Ok((size, Box::new(Blob { cat: Some(cat), left: size, blobs: self })))
    }

    /// A blob in a file of its own: compressed, `blob SIZE NUL` in front.
    fn loose(&self, id: &str) -> Option<(u64, impl Read + use<>)> {
        let (head, tail) = id.split_at_checked(2)?;
        let file = regular::opened(&self.objects.as_ref()?.join(head).join(tail)).ok()?;
        let mut content = BufReader::new(ZlibDecoder::new(BufReader::new(file)));
        let mut header = Vec::new();
        content.by_ref().take(64).read_until(0, &mut header).ok()?;
        let size = std::str::from_utf8(&header).ok()?.strip_prefix("blob ")?.trim_end_matches('\0').parse().ok()?;
        Some((size, content.take(size)))
    }
}

/// A blob that a process of git sends; the process waits for the next when it is read to its end.
struct Blob<'b> {
    cat: Option<CatFile>,
    left: u64,
    blobs: &'b Blobs,
}

impl Read for Blob<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(cat) = &mut self.cat else { return Ok(0) };
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        if most > 0 {
            let read = cat.content().read(&mut into[..most])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.left -= read as u64;
            return Ok(read);
        }
        if self.left == 0
            && cat.content().read_exact(&mut [0]).is_ok()
            && let (Some(cat), Ok(mut idle)) = (self.cat.take(), self.blobs.idle.lock())
        {
            idle.push(cat);
        }
        Ok(0)
    }
}
