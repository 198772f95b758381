//! `overscope policy vendor`: a base is copied from a clone, pinned by revision and digest. Nothing is fetched.

use std::fs;
use std::path::Path;

use camino::Utf8Path;

use super::exit::{Exit, Failure};
use super::stream::Streams;
use super::{output, setup};
use crate::policy::load;
use crate::scope::catalog::Catalog;
use crate::source::git::Git;
use crate::source::revision::Revision;
use crate::source::root::{Root, work_tree};

/// Copies the base and prints the entry of `extends` that names it.
///
/// # Errors
/// No clone, no such revision or file; a file that is no policy.
pub fn run(from: &Path, file: &Utf8Path, rev: &str, url: Option<&str>, streams: &Streams) -> Result<Exit, Failure> {
    let help = "name a clone of the repository that has the base; a file of this repository is named by `path:`";
    let from = from
        .canonicalize()
        .map_err(|error| Failure::usage(format!("cannot read `{}`: {error}", from.display()), help))?;
    let tree = work_tree(&from).ok_or_else(|| Failure::usage(format!("`{}` is no clone", from.display()), help))?;
    let git = Git::new(tree.to_owned(), setup::surroundings());
    let revision = Revision::at(git.clone(), &from, rev).map_err(|_| {
        Failure::usage(format!("`{}` has no revision `{rev}`", from.display()), "name a commit, branch or tag")
    })?;
    let bytes = revision.read(file).map_err(|error| Failure::incomplete(error.to_string(), "check the clone"))?;
    let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Err(Failure::usage(format!("{} has no text file `{file}`", revision.short()), "check the path"));
    };
    if let Err(mistakes) = load::read(&text, file, Catalog::builtin()) {
        setup::draw(file.as_str(), &text, &mistakes, streams);
        return Err(Failure::told(Exit::Policy));
    }
    let digest = load::digest(&text);
    let root = Root::here().map_err(|error| Failure::usage(error.to_string(), "stand in the repository"))?.path;
    let place = root.join(VENDOR);
    let unwritable = |error: std::io::Error| {
        Failure::incomplete(format!("cannot write below `{VENDOR}`: {error}"), "check the directory")
    };
    fs::create_dir_all(&place).map_err(unwritable)?;
    output::write_file(&place.join(format!("{digest}.yaml")), text.as_bytes()).map_err(unwritable)?;
    let url = match url {
        Some(url) => url.to_owned(),
        None => origin(&git).unwrap_or_else(|| "TODO: where the repository lives".to_owned()),
    };
    let entry = format!(
        "extends:\n  - git: {}\n    rev: {}\n    file: {file}\n    digest: sha256:{digest}\n",
        quoted(&url),
        revision.id()
    );
    streams.note(&format!("wrote `{VENDOR}/{digest}.yaml`; commit it, and put this into the policy"));
    streams
        .out(entry.as_bytes())
        .map_err(|error| Failure::incomplete(format!("cannot write: {error}"), "check standard output"))?;
    Ok(Exit::Clean)
}

/// Where a clone comes from, without what somebody may have written before the `@`: a password has no place in a policy.
fn origin(git: &Git) -> Option<String> {
    let url = git.output(&["config", "--get", "remote.origin.url"]).ok()?;
    let url = String::from_utf8_lossy(&url).trim().to_owned();
    Some(match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            format!("{scheme}://{host}/{path}")
        }
        None => url,
    })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Where vendored bases stand, below the root.
const VENDOR: &str = ".overscope/vendor";
