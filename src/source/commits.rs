//! Commits as git tells them: the tree of one, the one that was current on a day, the changes from one to another.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;

use super::blob::Blobs;
use super::git::Git;
use super::{Entry, Handle, Listing, SourceError};
use crate::origin::Origin;

/// The files of a commit: path to object name. Links and submodules are left out.
pub type Files = BTreeMap<Utf8PathBuf, String>;

/// A commit on the line of first parents, and what it changed there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Full object name.
    pub id: String,
    /// The author's name.
    pub author: String,
    /// Author date in UTC.
    pub date: Date,
    /// The first line of its message.
    pub subject: String,
    /// The pull or merge request that its message names: `#12`, `!12`.
    pub request: Option<String>,
    /// Files that it wrote, with their object names, and files that it removed.
    pub changes: Vec<(Utf8PathBuf, Option<String>)>,
}

/// The object name of a revision.
///
/// # Errors
/// When there is no such commit.
pub fn resolve(git: &Git, revision: &str) -> Result<String, SourceError> {
    let name = format!("{revision}^{{commit}}");
    line(git, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name])
        .map_err(|_| SourceError::Git { what: "rev-parse".to_owned(), why: format!("there is no commit `{revision}`") })
}

/// The commit that was current at the end of a day, on the line of first parents from `head`; none before the first.
///
/// # Errors
/// When git fails.
pub fn current_on(git: &Git, head: &str, day: Date) -> Result<Option<String>, SourceError> {
    let before = format!("--before={day}T23:59:59Z");
    let found = line(git, &["rev-list", "-1", "--first-parent", &before, head])?;
    Ok((!found.is_empty()).then_some(found))
}

/// The committer date of a commit, in UTC.
///
/// # Errors
/// When git fails.
pub fn committed(git: &Git, commit: &str) -> Result<Date, SourceError> {
    Ok(day(&line(git, &["show", "--no-patch", "--no-show-signature", "--format=%ct", commit])?))
}

/// The name of the repository: the last part of the URL of `origin`, without anything that an URL may hide.
#[must_use]
pub fn name(git: &Git) -> Option<String> {
    let url = line(git, &["config", "--get", "remote.origin.url"]).ok()?;
    let last = url.trim_end_matches('/').rsplit(['/', ':', '\\']).next()?.trim_end_matches(".git");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    (!last.is_empty() && last.chars().all(plain)).then(|| last.to_owned())
}

/// The files of a commit.
///
/// # Errors
/// When git fails.
pub fn files(git: &Git, commit: &str) -> Result<Files, SourceError> {
    let output = git.output(&["ls-tree", "-r", "-z", "--full-tree", commit])?;
    let mut files = Files::new();
    for entry in output.split(|&byte| byte == 0) {
        // `mode SP type SP id TAB path`
        let Some(tab) = entry.iter().position(|&byte| byte == b'\t') else { continue };
        let head = String::from_utf8_lossy(&entry[..tab]);
        let mut words = head.split(' ');
        if let (Some(mode), Some("blob"), Some(id)) = (words.next(), words.next(), words.next())
            && mode != LINK
        {
            files.insert(path(&entry[tab + 1..]), id.to_owned());
        }
    }
    Ok(files)
}

/// The commits on the line of first parents after `from`, or from the first one, up to `to`, oldest first.
///
/// # Errors
/// When git fails.
pub fn commits(git: &Git, from: Option<&str>, to: &str) -> Result<Vec<Commit>, SourceError> {
    let range = from.map_or_else(|| to.to_owned(), |from| format!("{from}..{to}"));
    let output = git.output(&[
        "log",
        "--first-parent",
        "--diff-merges=first-parent",
        "--reverse",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--no-show-signature",
        "--no-notes",
        "--no-color",
        "--format=%x01%H%x02%aN%x02%at%x02%s%x02%b%x03",
        &range,
        "--",
    ])?;
    let mut commits: Vec<Commit> = Vec::new();
    let mut fields = output.split(|&byte| byte == 0);
    while let Some(field) = fields.next() {
        if let Some(at) = field.iter().position(|&byte| byte == 1)
            && let Some(head) = field[at + 1..].split(|&byte| byte == 3).next()
        {
            commits.push(head_of(head));
        }
        let Some(colon) = field
            .iter()
            .rposition(|&byte| byte == b':')
            .filter(|at| field[..*at].iter().all(|b| b.is_ascii_whitespace()))
        else {
            continue;
        };
        // `:old new old-id new-id STATUS`, then the path.
        let change = String::from_utf8_lossy(&field[colon + 1..]).into_owned();
        let words: Vec<&str> = change.split(' ').collect();
        let (Some(file), Some(commit)) = (fields.next(), commits.last_mut()) else { break };
        if let [_, mode, _, id, _] = words.as_slice() {
            let held = !matches!(*mode, "000000" | LINK | "160000");
            commit.changes.push((path(file), held.then(|| (*id).to_owned())));
        }
    }
    Ok(commits)
}

/// The day on which a line of a file came in, as far as git can tell.
#[must_use]
pub fn line_since(git: &Git, commit: &str, file: &str, line: u32) -> Option<Date> {
    let range = format!("{line},{line}");
    let output = git.output(&["blame", "--porcelain", "--no-textconv", "-L", &range, commit, "--", file]).ok()?;
    let text = String::from_utf8_lossy(&output);
    text.lines().find_map(|line| line.strip_prefix("author-time ")).map(day)
}

/// The text of a file of a commit.
///
/// # Errors
/// What keeps it from being read, in words.
pub fn text(blobs: &Blobs, files: &Files, path: &str) -> Result<String, String> {
    let id = files.get(Utf8Path::new(path)).ok_or_else(|| "the commit does not have it".to_owned())?;
    let (_, mut input) = blobs.open(id).map_err(|why| why.word().to_owned())?;
    let mut text = String::new();
    std::io::Read::read_to_string(&mut input, &mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

/// A list of files as a source lists them: what a commit has, each under its object name.
#[must_use]
pub fn listing(files: &Files) -> Listing {
    let entry = |(path, id): (&Utf8PathBuf, &String)| Entry {
        path: path.clone(),
        origin: Origin::WorkTree,
        size: None,
        handle: Handle::Object(id.clone()),
    };
    Listing { entries: files.iter().map(entry).collect(), skipped: Vec::new() }
}

fn head_of(bytes: &[u8]) -> Commit {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut fields = text.splitn(5, '\u{2}');
    let mut next = || fields.next().unwrap_or_default().to_owned();
    let (id, author, time, subject, body) = (next(), next(), next(), next(), next());
    let request = request(&subject, &body);
    Commit { id, author: plain(&author), date: day(&time), subject: plain(&subject), request, changes: Vec::new() }
}

/// The request that a message names, as GitHub, GitLab and Bitbucket write it when they merge.
fn request(subject: &str, body: &str) -> Option<String> {
    let digits = |text: &str| -> Option<String> {
        let number: String = text.chars().take_while(char::is_ascii_digit).collect();
        (!number.is_empty()).then_some(number)
    };
    let after = |text: &str, mark: &str| text.split_once(mark).and_then(|(_, rest)| digits(rest));
    if let Some(number) = after(subject, "Merge pull request #").or_else(|| after(subject, "Merged PR ")) {
        return Some(format!("#{number}"));
    }
    if let Some(number) = subject.rsplit_once("(#").and_then(|(_, rest)| digits(rest)) {
        return Some(format!("#{number}"));
    }
    let line = body.lines().find_map(|line| line.strip_prefix("See merge request "))?;
    line.rsplit_once('!').and_then(|(_, rest)| digits(rest)).map(|number| format!("!{number}"))
}

/// One line without control characters.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

fn day(seconds: &str) -> Date {
    let seconds: i64 = seconds.trim().parse().unwrap_or(0);
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

fn line(git: &Git, args: &[&str]) -> Result<String, SourceError> {
    let output = git.output(args)?;
    Ok(String::from_utf8_lossy(&output).lines().next().unwrap_or_default().trim().to_owned())
}

fn path(bytes: &[u8]) -> Utf8PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// The mode of a symbolic link.
const LINK: &str = "120000";

#[cfg(test)]
mod tests {
    use super::request;

    #[test]
    fn a_message_names_its_request_as_the_hosts_write_it() {
        assert_eq!(request("Merge pull request #12 from a/b", ""), Some("#12".to_owned()));
        assert_eq!(request("Widen scopes (#7)", ""), Some("#7".to_owned()));
        assert_eq!(request("Merge branch 'x'", "words\n\nSee merge request team/app!31"), Some("!31".to_owned()));
        assert_eq!(request("Merged PR 88: Widen", ""), Some("#88".to_owned()));
        assert_eq!(request("Fix issue #9", "See issue #9"), None);
    }
}
