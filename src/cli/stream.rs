//! The two streams: data goes to standard output, everything else to standard error.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};

use super::args::{TalkArgs, When};

/// How to talk, once it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    choice: ColorChoice,
    /// Only the result.
    pub quiet: bool,
    /// How much more.
    pub verbose: u8,
    /// Whether a progress bar may be shown.
    pub progress: bool,
}

impl Streams {
    /// What the flags and the terminal say.
    #[must_use]
    pub fn new(args: &TalkArgs) -> Self {
        let choice = match args.color {
            When::Auto => ColorChoice::Auto,
            When::Always => ColorChoice::Always,
            When::Never => ColorChoice::Never,
        };
        let progress = !args.no_progress && !args.quiet && io::stderr().is_terminal();
        Self { choice, quiet: args.quiet, verbose: args.verbose, progress }
    }

    /// Whether standard output takes colours.
    #[must_use]
    pub fn colored(&self) -> bool {
        match self.choice {
            ColorChoice::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            choice => choice != ColorChoice::Never,
        }
    }

    /// Writes data. A reader who has gone away is no trouble: `overscope scan | head` ends quietly.
    ///
    /// # Errors
    /// Any other trouble.
    pub fn out(&self, data: &[u8]) -> io::Result<()> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.choice);
        quietly(stream.write_all(data).and_then(|()| stream.flush()))
    }

    /// Tells something that is not data. What cannot be told is lost: there is nobody to tell it to.
    pub fn tell(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.choice);
        let _ = stream.write_all(text.as_bytes());
    }
}

fn quietly(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes a file whole or not at all: nobody ever reads half a report.
///
/// # Errors
/// What the system says.
pub fn write_file(path: &Path, data: &[u8]) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not a file, such as `/dev/stdout`: it cannot be replaced, only written to.
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return quietly(fs::write(path, data));
    }
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let draft = directory.join(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = fs::File::create_new(&draft)
        .and_then(|mut file| file.write_all(data).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::write_file;

    #[test]
    fn a_file_is_replaced_whole_and_no_draft_stays() {
        let home = tempfile::tempdir().expect("a temporary directory");
        let file = home.path().join("out.json");
        write_file(&file, b"one").expect("written");
        write_file(&file, b"two").expect("written");
        assert_eq!(fs::read(&file).expect("it is there"), b"two");
        assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 1);
        assert!(write_file(&home.path().join("no/such/dir"), b"x").is_err());
    }
}
