//! Where reports go: one format on standard output, and as many files beside it as were asked for.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use camino::Utf8Path;

use super::args::TellArgs;
use super::exit::Failure;
use super::stream::Streams;
use crate::report::render::{Format, render};
use crate::report::{Options, Report, uri};
use crate::rule::RuleSet;

/// One output: a format, and a file where it does not go to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    format: Format,
    file: Option<PathBuf>,
}

/// The outputs that were asked for: `format` on standard output, and each `FORMAT=FILE`.
///
/// # Errors
/// A format that does not exist, a text that names no file.
pub fn outputs(format: &str, files: &[String]) -> Result<Vec<Output>, Failure> {
    let mut outputs = vec![Output { format: known(format)?, file: None }];
    for text in files {
        let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
            return Err(Failure::usage(format!("`{text}` names no file"), "write `--output FORMAT=FILE`"));
        };
        outputs.push(Output { format: known(name)?, file: Some(file.into()) });
    }
    Ok(outputs)
}

fn known(name: &str) -> Result<Format, Failure> {
    name.parse().map_err(|_| {
        let all: Vec<&str> = Format::ALL.into_iter().map(Format::as_str).collect();
        Failure::usage(format!("unknown format `{name}`"), format!("one of {}", all.join(", ")))
    })
}

/// Writes a report to all its outputs.
///
/// # Errors
/// The first output that cannot be written.
pub fn write(
    outputs: &[Output],
    report: &Report,
    rules: &RuleSet,
    root: &Path,
    tell: &TellArgs,
    streams: &Streams,
) -> Result<(), Failure> {
    for output in outputs {
        let options = options(output, root, tell, streams);
        let mut bytes = Vec::new();
        let written = render(report, rules, output.format, &options, &mut bytes).and_then(|()| match &output.file {
            None => streams.out(&bytes),
            Some(file) => write_file(file, &bytes),
        });
        written.map_err(|error| {
            let to = output.file.as_ref().map_or("standard output".to_owned(), |file| format!("`{}`", file.display()));
            Failure::incomplete(format!("cannot write to {to}: {error}"), "check that the place exists and has room")
        })?;
    }
    Ok(())
}

fn options(output: &Output, root: &Path, tell: &TellArgs, streams: &Streams) -> Options {
    let shown = output.file.is_none();
    let links = (shown && streams.out_is_terminal() && streams.colored()).then(|| link(root)).flatten();
    Options {
        colour: shown && streams.colored(),
        width: if shown { streams.width() } else { Options::default().width },
        unicode: !shown || streams.unicode(),
        links,
        verbose: streams.verbose > 0,
        quiet: streams.quiet,
        category: tell.category.clone(),
        byte_order_mark: tell.csv_bom,
        ..Options::default()
    }
}

/// The URL of a directory on this machine; only ever for a terminal on it.
fn link(root: &Path) -> Option<String> {
    let path = Utf8Path::from_path(root).filter(|path| path.is_absolute())?;
    Some(format!("file://{}/", uri::path(path)))
}

/// Writes a file whole or not at all: nobody ever reads half a report.
///
/// # Errors
/// What the system says.
pub fn write_file(path: &Path, data: &[u8]) -> io::Result<()> {
    // Not a file, such as `/dev/stdout`: it cannot be replaced, only written to.
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return fs::write(path, data);
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let draft = directory.join(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written =
        fs::File::create_new(&draft).and_then(|mut file| file.write_all(data)).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{outputs, write_file};

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

    #[test]
    fn an_output_names_a_known_format_and_a_file() {
        let words = |text: &str| vec![text.to_owned()];
        assert_eq!(outputs("human", &words("json=a=b.json")).expect("both exist").len(), 2);
        for wrong in ["json", "json=", "jsn=a"] {
            assert!(outputs("human", &words(wrong)).is_err(), "{wrong}");
        }
    }
}
