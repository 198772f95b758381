//! `overscope hook install` and `uninstall`: the hook for those who have no framework that manages theirs.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::HookCommand;
use super::exit::{Exit, Failure};
use super::stream::Streams;
use super::{output, setup};
use crate::source::git::Git;
use crate::source::root::work_tree;

/// The words of the command line, with what names a file out of the way of what looks like a flag: frameworks hand over
/// file names as they are, and a file that is called `--exit-zero` must not be obeyed.
pub fn words(mut words: Vec<OsString>) -> Vec<OsString> {
    let is_flag = |word: &OsString| word.as_encoded_bytes().starts_with(b"-");
    let command = words.iter().skip(1).position(|word| !is_flag(word)).map(|at| at + 1);
    let Some(command) = command.filter(|&at| words[at] == "hook") else { return words };
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let is_file = |word: &&OsString| is_flag(word) && fs::symlink_metadata(word).is_ok();
    if end < command || !words[command..end].iter().any(|word| is_file(&word)) {
        return words;
    }
    let rest = words.split_off(command + 1);
    let (flags, others) = rest.split_at(end - command - 1);
    let (files, plain): (Vec<&OsString>, Vec<&OsString>) = flags.iter().partition(is_file);
    words.extend(plain.into_iter().cloned());
    words.push("--".into());
    words.extend(files.into_iter().chain(others.iter().skip(1)).cloned());
    words
}

/// Does what was asked.
///
/// # Errors
/// No repository; a hook of somebody else's; a folder of hooks that is not this repository's alone; what cannot be
/// written.
pub fn run(command: &HookCommand, streams: &Streams) -> Result<Exit, Failure> {
    // A hook that is handed a file of that name means the file.
    let word = match command {
        HookCommand::Install => "install",
        HookCommand::Uninstall => "uninstall",
    };
    if Path::new(word).exists() {
        let message = format!("`{word}` is a file here, too");
        let help =
            format!("to scan it write `overscope hook -- {word}`; else run this in another folder of the repository");
        return Err(Failure::usage(message, help));
    }
    let file = folder()?.join("pre-commit");
    let held = match fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unwritable(&file, &error)),
    };
    match (command, held) {
        (HookCommand::Install, Some(text)) if text == SCRIPT => streams.note("the hook is installed already"),
        (HookCommand::Install, Some(text)) if !is_ours(&text) => {
            let message = format!("there is another hook at `{}`", file.display());
            let help = "add the line `overscope scan --staged --no-progress || exit 1` to it, or let its framework run \
                        `overscope hook`";
            return Err(Failure::usage(message, help));
        }
        (HookCommand::Install, _) => {
            write(&file).map_err(|error| unwritable(&file, &error))?;
            streams.note(&format!("wrote `{}`: every commit is scanned as it is staged", file.display()));
        }
        (HookCommand::Uninstall, Some(text)) if is_ours(&text) => {
            fs::remove_file(&file).map_err(|error| unwritable(&file, &error))?;
            streams.note(&format!("removed `{}`", file.display()));
        }
        (HookCommand::Uninstall, Some(_)) => {
            let message = format!("the hook at `{}` is not overscope's", file.display());
            return Err(Failure::usage(message, "take the line with overscope out of it by hand"));
        }
        (HookCommand::Uninstall, None) => streams.note("no hook is installed"),
    }
    Ok(Exit::Clean)
}

/// The folder in which git looks for the hooks of this repository.
fn folder() -> Result<PathBuf, Failure> {
    let here = Path::new(".").canonicalize().map_err(|error| Failure::usage(error.to_string(), "change the folder"))?;
    let none = || Failure::usage("there is no repository here", "run `git init` first");
    let tree = work_tree(&here).ok_or_else(none)?.to_owned();
    let git = Git::new(tree.clone(), setup::surroundings());
    let says = |args: &[&str]| {
        let text = String::from_utf8_lossy(&git.output(args).ok()?).trim_end_matches(['\n', '\r']).to_owned();
        (!text.is_empty()).then_some(text)
    };
    if let Some(own) = says(&["config", "--local", "--type=path", "--get", "core.hooksPath"]) {
        return Ok(tree.join(own));
    }
    for wider in ["--global", "--system"] {
        if let Some(shared) = says(&["config", wider, "--type=path", "--get", "core.hooksPath"]) {
            let message = format!("`core.hooksPath` sends all repositories to the hooks in `{shared}`");
            let help = "add the line `overscope scan --staged --no-progress || exit 1` to the `pre-commit` there, or set \
                        `core.hooksPath` for this repository";
            return Err(Failure::usage(message, help));
        }
    }
    // The work trees of one repository share their hooks.
    let common = says(&["rev-parse", "--git-common-dir"]).ok_or_else(none)?;
    Ok(tree.join(common).join("hooks"))
}

fn is_ours(text: &str) -> bool {
    text.contains(MARK)
}

fn write(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    output::write_file(file, SCRIPT.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(file, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn unwritable(file: &Path, error: &io::Error) -> Failure {
    Failure::incomplete(format!("cannot use `{}`: {error}", file.display()), "check the directory")
}

/// What tells our hook from others.
const MARK: &str = "`overscope hook install`";

/// Without the program nothing passes: who means it says `--no-verify`.
const SCRIPT: &str = "\
#!/bin/sh
# Written by `overscope hook install`; `overscope hook uninstall` takes it away.
if command -v overscope >/dev/null 2>&1; then
  exec overscope scan --staged --no-progress
fi
echo 'overscope is not on the PATH, so nothing was scanned. Install it, or commit once with --no-verify.' >&2
exit 1
";
