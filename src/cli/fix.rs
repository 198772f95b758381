//! `overscope scan --fix`: certain replacements, shown as a diff or written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use camino::Utf8Path;

use super::exit::{Exit, Failure};
use super::stream::Streams;
use crate::finding::{Confidence, Finding, State};
use crate::origin::Origin;
use crate::report::patch::{self, Mend};
use crate::report::{Options, Report};
use crate::text::{MAX_TEXT, SourceText};

/// What is done with replacements that are certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixing {
    /// They are shown as a diff.
    Show,
    /// They are written.
    Apply,
}

/// Shows or writes the certain replacements of a report. What is written is no finding any more: it leaves the report.
///
/// # Errors
/// When standard output cannot be written. A file that cannot be mended is told, and ends the run as incomplete.
pub fn run(fixing: Fixing, report: &mut Report, root: &Path, streams: &Streams) -> Result<Option<Exit>, Failure> {
    let mut files: BTreeMap<&Utf8Path, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| may(finding)) {
        files.entry(&finding.primary.at.path).or_default().push(finding);
    }
    let mut mended: Vec<&Finding> = Vec::new();
    let mut kept: Vec<String> = Vec::new();
    for (path, findings) in &files {
        let file = root.join(path);
        let done = mend(&file, findings).and_then(|(before, after)| match fixing {
            Fixing::Show => Ok(()),
            Fixing::Apply => replace(&file, root, &before, &after),
        });
        match done {
            Ok(()) => mended.extend(findings),
            Err(why) => kept.push(format!("`{path}` is left as it is: {why}")),
        }
    }
    let mends: Vec<Mend<'_>> = mended
        .iter()
        .filter_map(|finding| Some(Mend { label: &finding.primary, fix: finding.fix.as_ref()? }))
        .collect();
    let options = Options { colour: streams.colored(), ..Options::default() };
    let mut text = Vec::new();
    patch::write(&mends, &options, &mut text)
        .and_then(|()| streams.out(&text))
        .map_err(|error| Failure::incomplete(error.to_string(), "check standard output"))?;
    for why in &kept {
        streams.note(why);
    }
    streams.note(&summary(fixing, &mends));
    if fixing == Fixing::Apply {
        let gone: Vec<String> = mended.iter().map(|finding| finding.fingerprint.0.clone()).collect();
        report.findings.retain(|finding| !gone.contains(&finding.fingerprint.0));
    }
    Ok((!kept.is_empty()).then_some(Exit::Incomplete))
}

/// Whether a finding may be mended by a program: somebody has to answer for it, it is certain, and it stands in a file.
fn may(finding: &Finding) -> bool {
    finding.fix.is_some()
        && finding.state == State::Open
        && finding.confidence == Confidence::High
        && matches!(finding.primary.at.origin, Origin::WorkTree | Origin::LocalOnly)
}

fn summary(fixing: Fixing, mends: &[Mend<'_>]) -> String {
    let mut files: Vec<&Utf8Path> = mends.iter().map(|mend| mend.label.at.path.as_path()).collect();
    files.dedup();
    let word = |number: usize, word: &str| if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") };
    let places = format!("{} in {}", word(mends.len(), "place"), word(files.len(), "file"));
    match (mends.is_empty(), fixing) {
        (true, _) => "nothing can be mended with certainty".to_owned(),
        (false, Fixing::Show) => format!("{places} can be mended; `--fix=apply` writes them"),
        (false, Fixing::Apply) => format!("mended {places}; change the scopes where the client is registered, too"),
    }
}

/// The bytes of a file as they are and as they are to be.
fn mend(file: &Path, findings: &[&Finding]) -> Result<(Vec<u8>, Vec<u8>), String> {
    let about = fs::metadata(file).map_err(|error| error.to_string())?;
    if about.permissions().readonly() {
        return Err("it may not be written".to_owned());
    }
    if about.len() > MAX_TEXT as u64 {
        return Err("it is too large".to_owned());
    }
    let before = fs::read(file).map_err(|error| error.to_string())?;
    let source = SourceText::decode(&before).map_err(|_| "it holds no text".to_owned())?;
    if source.encode(source.as_str(), &before) != before {
        return Err(format!("not all of it is {}", source.encoding().name()));
    }
    let text = source.as_str();
    if text.lines().any(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")) {
        return Err("a merge conflict in it is not resolved".to_owned());
    }
    let mut edits: Vec<(std::ops::Range<usize>, &str)> = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let (region, excerpt) = (finding.primary.at.region, &finding.primary.excerpt);
        let was = excerpt.text.get(excerpt.mark.range()).unwrap_or_default();
        if was.is_empty() || source.slice(region.span) != was || source.region(region.span) != region {
            return Err("it has changed since it was scanned".to_owned());
        }
        edits.push((region.span.range(), &fix.replacement));
    }
    edits.sort_by(|a, b| (a.0.start, a.0.end, a.1).cmp(&(b.0.start, b.0.end, b.1)));
    edits.dedup();
    if edits.windows(2).any(|pair| pair[0].0.end > pair[1].0.start) {
        return Err("two replacements overlap".to_owned());
    }
    let mut after = text.to_owned();
    for (range, replacement) in edits.into_iter().rev() {
        after.replace_range(range, replacement);
    }
    let after = source.encode(&after, &before);
    Ok((before, after))
}

/// Writes a file whole or not at all, with the rights that it has, unless somebody has changed it meanwhile.
fn replace(file: &Path, root: &Path, before: &[u8], after: &[u8]) -> Result<(), String> {
    let told = |error: io::Error| error.to_string();
    // A link is followed: the file is written, the link stays.
    let file: PathBuf = file.canonicalize().map_err(told)?;
    if !file.starts_with(root) {
        return Err("it lies outside the root".to_owned());
    }
    let folder = file.parent().ok_or_else(|| "it has no folder".to_owned())?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = folder.join(format!(".{name}.{}.part", std::process::id()));
    let write = || -> Result<(), String> {
        let mut part = fs::File::create_new(&draft).map_err(told)?;
        part.write_all(after).and_then(|()| part.sync_all()).map_err(told)?;
        fs::set_permissions(&draft, fs::metadata(&file).map_err(told)?.permissions()).map_err(told)?;
        if fs::read(&file).map_err(told)? != before {
            return Err("it has changed since it was scanned".to_owned());
        }
        fs::rename(&draft, &file).map_err(told)
    };
    let written = write();
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}
