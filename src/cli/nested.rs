//! Policies in folders: found beside the files that are read, and added to the policy at the root.

use std::collections::BTreeSet;
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};

use super::exit::{Exit, Failure};
use super::setup;
use super::stream::Streams;
use crate::policy::{Policy, nested};
use crate::scope::catalog::Catalog;
use crate::source::regular::{self, SMALL};

/// Adds the policies of the folders that hold some files, where the policy lets folders have their own. `read` finds a
/// file as it counts, on disk or at a revision.
///
/// # Errors
/// Mistakes in one of them, drawn at their place.
pub fn add<'p>(
    policy: &mut Policy,
    paths: impl Iterator<Item = &'p Utf8Path>,
    read: &dyn Fn(&Utf8Path) -> Option<String>,
    streams: &Streams,
) -> Result<(), Failure> {
    if !policy.nests {
        return Ok(());
    }
    let mut folders: BTreeSet<&Utf8Path> = BTreeSet::new();
    for path in paths {
        for folder in path.ancestors().skip(1).filter(|folder| !folder.as_str().is_empty()) {
            if !folders.insert(folder) {
                break;
            }
        }
    }
    let mut wrong = false;
    for folder in folders {
        let named = NAMES.iter().map(|name| folder.join(name)).filter(|path| !policy.is_from(path));
        let Some((path, text)) = named.into_iter().find_map(|path| Some((path.clone(), read(&path)?))) else {
            continue;
        };
        if let Err(mistakes) = nested::add(policy, &text, &path, Catalog::builtin()) {
            setup::draw(path.as_str(), &text, &mistakes, streams);
            wrong = true;
        }
    }
    if wrong { Err(Failure::told(Exit::Policy)) } else { Ok(()) }
}

/// Reads from disk, below a root.
pub fn on_disk(root: &Path) -> impl Fn(&Utf8Path) -> Option<String> + use<> {
    let root = root.to_owned();
    move |path: &Utf8Path| regular::text(&root.join(path), SMALL).ok()
}

/// The names of a folder's policy.
pub const NAMES: [&str; 2] = ["overscope.yaml", "overscope.yml"];

/// The policies of folders among some files.
#[must_use]
pub fn among<'p>(paths: impl Iterator<Item = &'p Utf8Path>) -> Vec<Utf8PathBuf> {
    let is = |path: &&Utf8Path| {
        path.components().count() > 1
            && !path.starts_with(".github")
            && path.file_name().is_some_and(|name| NAMES.contains(&name))
    };
    paths.filter(is).map(Utf8Path::to_owned).collect()
}
