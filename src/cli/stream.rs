//! The two streams: data goes to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

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

    /// The same, with every reason told and nothing besides the findings.
    #[must_use]
    pub const fn thorough(&self) -> Self {
        Self { choice: self.choice, quiet: true, verbose: 1, progress: false }
    }

    /// Whether standard output takes colours.
    #[must_use]
    pub fn colored(&self) -> bool {
        self.takes_colors(&io::stdout())
    }

    /// Whether standard error takes colours.
    #[must_use]
    pub fn tells_in_color(&self) -> bool {
        self.takes_colors(&io::stderr())
    }

    fn takes_colors(&self, stream: &impl anstream::stream::RawStream) -> bool {
        match self.choice {
            ColorChoice::Auto => AutoStream::choice(stream) != ColorChoice::Never,
            choice => choice != ColorChoice::Never,
        }
    }

    /// Whether a person sees standard output.
    #[must_use]
    pub fn out_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Columns of the terminal; a pipe has as many as the default of reports.
    #[must_use]
    pub fn width(&self) -> usize {
        let usual = crate::report::Options::default().width;
        match terminal_size::terminal_size_of(io::stdout()) {
            Some((terminal_size::Width(columns), _)) => usize::from(columns).clamp(40, 2 * usual),
            None => usual,
        }
    }

    /// Whether standard output shows more than ASCII. A pipe takes UTF-8 like every file does; a terminal says so by
    /// its locale.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
    pub fn unicode(&self) -> bool {
        if cfg!(windows) || !io::stdout().is_terminal() {
            return true;
        }
        let set = |name: &&str| std::env::var(name).is_ok_and(|value| !value.is_empty());
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(|name| set(name)).and_then(|name| std::env::var(name).ok());
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    }

    /// Writes data. A reader who has gone away is no trouble: `overscope scan | head` ends quietly.
    ///
    /// # Errors
    /// Any other trouble.
    pub fn out(&self, data: &[u8]) -> io::Result<()> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.choice);
        match stream.write_all(data).and_then(|()| stream.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Tells something that is not data. What cannot be told is lost: there is nobody to tell it to.
    pub fn tell(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.choice);
        let _ = stream.write_all(text.as_bytes());
    }

    /// Tells something that a person may want to know, unless only the result is wanted.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let style = anstyle::AnsiColor::Cyan.on_default().bold();
            self.tell(&format!("{style}note{style:#}: {text}\n"));
        }
    }
}
