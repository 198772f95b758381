//! Reads files that are told by their name, such as `.gitignore`: a stranger may have put a pipe, a device or a link there.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a file; links are followed.
///
/// # Errors
/// When it is no file, such as a pipe that nobody writes to or a device that never ends, or larger than `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large"));
    }
    Ok(bytes)
}

/// The text of a file; see [`read`].
///
/// # Errors
/// Those of [`read`], and bytes that are no UTF-8.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// No file that a person writes for git comes near.
pub const SMALL: u64 = 16 << 20;
