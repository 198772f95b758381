//! Reads files that are told by their name, such as `.gitignore`: a stranger may have put a pipe, a device or a link there.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Opens a file; links are followed. It waits for nobody: a pipe may have taken the file's place since it was listed.
///
/// # Errors
/// What the system says, and what is no file.
pub fn opened(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, NO_WAITING);
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(none()) }
}

fn none() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a file")
}

/// `O_NONBLOCK`, which files do not heed and pipes do.
#[cfg(any(target_os = "linux", target_os = "android"))]
const NO_WAITING: i32 = 0o4000;
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const NO_WAITING: i32 = 4;

/// The bytes of a file; links are followed.
///
/// # Errors
/// When it is no file, such as a pipe that nobody writes to or a device that never ends, or larger than `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // A device is asked before it is opened: to open one can do something.
    if !fs::metadata(path)?.is_file() {
        return Err(none());
    }
    let mut bytes = Vec::new();
    opened(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
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

#[cfg(all(test, unix))]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::opened;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "a pipe is made by a program")]
    fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let pipe = home.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("it starts").success());
        let (send, receive) = channel();
        std::thread::spawn(move || send.send(opened(&pipe).is_err()));
        assert_eq!(receive.recv_timeout(Duration::from_secs(60)), Ok(true));
    }
}
