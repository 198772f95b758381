//! From the policy as written to the policy as valid; every mistake with its place and a way out.

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};

use super::build::{Map, build};
use super::join::{Terms, join};
use super::shape::{self, Shape};
use super::{Policy, PolicyText, file};
use crate::mistake::Mistake;
use crate::scope::catalog::Catalog;
use crate::span::Span;
use crate::text::SourceText;
use crate::yaml::{self, Node, Value};

/// Reads a policy that stands alone. `path` is its name as it is shown. What is not fatal comes beside the policy.
///
/// # Errors
/// All mistakes that make the file unusable, with those that do not; a syntax error is the only one of its file.
pub fn read(text: &str, path: &Utf8Path, catalog: &Catalog) -> Result<(Policy, Vec<Mistake>), Vec<Mistake>> {
    read_with(text, path, catalog, &|_| Err("bases are not read here".to_owned()))
}

/// Finds the text of a base, by its path relative to the root or by its digest.
pub type Fetch<'f> = &'f dyn Fn(&Base) -> Result<String, String>;

/// A policy that another one extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// A file, relative to the root.
    Path(Utf8PathBuf),
    /// A vendored file, by the SHA-256 of its bytes: 64 hex digits.
    Digest(String),
}

/// Reads a policy and the policies it extends, which `fetch` finds.
///
/// # Errors
/// As [`read`]; a base that cannot be found or used, or that would be weakened where it is locked.
pub fn read_with(
    text: &str,
    path: &Utf8Path,
    catalog: &Catalog,
    fetch: Fetch<'_>,
) -> Result<(Policy, Vec<Mistake>), Vec<Mistake>> {
    let mut files = Files { texts: Vec::new(), fetch };
    let mut mistakes = Vec::new();
    let tree = files.tree(text, path, &mut mistakes);
    let fatal = |mistakes: &[Mistake]| mistakes.iter().any(|mistake| mistake.fatal);
    let Some(tree) = tree.filter(|_| !fatal(&mistakes)) else {
        mistakes.sort_by_key(|mistake| mistake.span);
        return Err(mistakes);
    };
    let mut policy = build(&tree);
    policy.texts = files.texts;
    told(&mut mistakes, &policy);
    let own = length(text);
    // What is doubtful in a base is told where the base is read alone.
    mistakes.extend(super::sense::check(&policy, catalog).into_iter().filter(|m| m.fatal || m.span.start <= own));
    mistakes.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    if fatal(&mistakes) { Err(mistakes) } else { Ok((policy, mistakes)) }
}

/// The files of a policy, laid end to end.
struct Files<'f> {
    texts: Vec<PolicyText>,
    fetch: Fetch<'f>,
}

impl Files<'_> {
    /// The tree of a file, joined with those that it extends; `None` where it has fatal mistakes.
    fn tree(&mut self, text: &str, path: &Utf8Path, mistakes: &mut Vec<Mistake>) -> Option<Node> {
        let base = self.texts.last().map_or(0, |last| last.base + length(last.text.as_str()) + 1);
        self.texts.push(PolicyText { path: path.to_owned(), text: SourceText::new(text), base });
        let mut own = match parse(text) {
            Ok(tree) => tree,
            Err(found) => {
                mistakes.extend(found.into_iter().map(|mistake| moved(mistake, base)));
                return None;
            }
        };
        let mut found = Vec::new();
        shape::check(&own, &Shape::Object(&file::POLICY), &mut found);
        let wrong = found.iter().any(|mistake| mistake.fatal);
        mistakes.extend(found.into_iter().map(|mistake| moved(mistake, base)));
        if wrong {
            return None;
        }
        shift(&mut own, base);
        let mut under: Option<Node> = None;
        for entry in Map(&own).list("extends") {
            let next = self.base(Map(entry), path, mistakes)?;
            under = Some(match under {
                Some(under) => join(&under, &next, &file::POLICY, "", &Terms::of(&under), mistakes),
                None => next,
            });
        }
        Some(match under {
            Some(under) => join(&under, &own, &file::POLICY, "", &Terms::of(&under), mistakes),
            None => own,
        })
    }

    /// The tree of a base. Its mistakes are told at the entry that names it.
    fn base(&mut self, entry: Map<'_>, path: &Utf8Path, mistakes: &mut Vec<Mistake>) -> Option<Node> {
        let (name, base) = match (entry.text("path"), entry.text("digest")) {
            (Some(file), _) => {
                let folder = path.parent().unwrap_or(Utf8Path::new(""));
                let base = Base::Path(folder.join(&file.value));
                (file, base)
            }
            (None, Some(digest)) => {
                let hex = digest.value.trim_start_matches("sha256:").to_owned();
                (digest, Base::Digest(hex))
            }
            (None, None) => {
                let span = entry.text("git").map_or(entry.0.span, |git| git.span);
                mistakes.push(Mistake::new(
                    "a base from git needs `rev`, `file` and `digest`",
                    span,
                    "pin what is meant",
                ));
                return None;
            }
        };
        let shown = match &base {
            Base::Path(file) => file.clone(),
            Base::Digest(_) => entry.text("file").map_or_else(|| name.value.clone(), |file| file.value).into(),
        };
        if self.texts.iter().filter(|text| text.path == shown).count() > 0 || self.texts.len() > MOST_BASES {
            mistakes.push(Mistake::new(format!("`{shown}` extends itself in the end"), name.span, "break the circle"));
            return None;
        }
        let text = match (self.fetch)(&base) {
            Ok(text) => text,
            Err(why) => {
                let help = match &base {
                    Base::Path(_) => "bases are files beside the policy".to_owned(),
                    Base::Digest(_) => {
                        let clone = entry.text("git").map_or_else(|| "it".to_owned(), |git| format!("`{}`", git.value));
                        let rev = entry.text("rev").map_or_else(String::new, |rev| format!(" --rev {}", rev.value));
                        format!(
                            "clone {clone} and run `overscope policy vendor CLONE {shown}{rev}`; a scan fetches nothing"
                        )
                    }
                };
                mistakes.push(Mistake::new(format!("cannot read the base `{shown}`: {why}"), name.span, help));
                return None;
            }
        };
        if let Base::Digest(hex) = &base
            && digest(&text) != *hex
        {
            let message =
                format!("the vendored `{shown}` is not the file that is meant: its digest is sha256:{}", digest(&text));
            mistakes.push(Mistake::new(message, name.span, "vendor the pinned file again"));
            return None;
        }
        let mut found = Vec::new();
        let tree = self.tree(&text, &shown, &mut found);
        for mistake in found.into_iter().filter(|mistake| mistake.fatal) {
            let policy = Policy { texts: std::mem::take(&mut self.texts), ..Policy::default() };
            let message = format!("the base is wrong at {}: {}", policy.line(mistake.span), mistake.message);
            self.texts = policy.texts;
            mistakes.push(Mistake::new(message, name.span, mistake.help.unwrap_or_default()));
        }
        tree
    }
}

/// Names the line of a base in the mistakes that speak about it, too.
pub(super) fn told(mistakes: &mut [Mistake], policy: &Policy) {
    for mistake in mistakes {
        if let Some(also) = mistake.also.take() {
            mistake.message = format!("{} ({})", mistake.message, policy.line(also));
        }
    }
}

fn moved(mistake: Mistake, by: u32) -> Mistake {
    Mistake { span: Span::new(mistake.span.start + by, mistake.span.end + by), ..mistake }
}

/// Moves every place of a tree.
pub(super) fn shift(node: &mut Node, by: u32) {
    let place = |span: &mut Span| {
        // What has no place stays without one.
        if !span.is_empty() {
            *span = Span::new(span.start + by, span.end + by);
        }
    };
    place(&mut node.span);
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Map(entries) => entries.iter_mut().for_each(|(name, value)| {
            place(&mut name.span);
            shift(value, by);
        }),
        _ => {}
    }
}

pub(super) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// The SHA-256 of a text: 64 hex digits.
#[must_use]
pub fn digest(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// More files than any organization needs.
const MOST_BASES: usize = 16;

/// The tree of a policy's text.
pub(super) fn parse(text: &str) -> Result<Node, Vec<Mistake>> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        let help = "start with `version: 1` and `owner: ...`, or let `overscope policy init` write it";
        return Err(vec![Mistake::new("the policy is empty", crate::span::Span::default(), help)]);
    }
    yaml::parse(text).map_err(|error| vec![Mistake::new(error.message, error.span, "")])
}
