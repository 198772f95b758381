//! Reads and looks: every entry of a source through every eye.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::time::Instant;

use camino::Utf8Path;
use rayon::prelude::*;

use super::{Progress, Sights, Trip};
use crate::detect::engine::{Engine, Seeing};
use crate::detect::pair;
use crate::detect::trial::Clues;
use crate::fact::{Fact, Seen};
use crate::judge::project::Projects;
use crate::origin::Origin;
use crate::source::archive::Kind;
use crate::source::archive::walk::{Input, Walked, walk};
use crate::source::reader::{Piece, Reader};
use crate::source::regular;
use crate::source::strings::Strings;
use crate::source::{Entry, Handle, Skipped, SourceError, Why};
use crate::span::Span;
use crate::text::Encoding;

/// Reads and looks: everything that was seen, in order of path.
///
/// # Errors
/// When the source cannot be listed at all.
pub fn see(trip: &Trip<'_>) -> Result<Sights, SourceError> {
    let clock = trip.progress.clock.as_ref();
    let started = Instant::now();
    let listing = trip.source.entries()?;
    let listed = Instant::now();
    trip.progress.files.store(listing.entries.len() as u64, Ordering::Relaxed);
    let engine = Engine::new(trip.bench.rules).watched(clock.map(|clock| &clock.watch));
    // Of most files nothing is to be said: they take no room while the others are looked at.
    let seen: Vec<Option<Box<Result<Looked, Skipped>>>> = listing
        .entries
        .par_iter()
        .map_init(Reader::default, |reader, entry| {
            let since = clock.map(|_| Instant::now());
            let seen = look(trip, &engine, reader, entry);
            if let (Some(clock), Some(since)) = (clock, since) {
                clock.file(&entry.path, since.elapsed());
            }
            trip.progress.read.fetch_add(1, Ordering::Relaxed);
            match seen {
                Ok(looked) if looked.is_empty() => None,
                seen => Some(Box::new(seen.map_err(|why| Skipped { path: entry.path.clone(), why }))),
            }
        })
        .collect();
    if let Some(clock) = clock {
        clock.phase("list", listed - started);
        clock.phase("look", listed.elapsed());
    }
    let projects = Projects::of(listing.entries.iter().map(|entry| entry.path.as_path()));
    let mut sights = Sights { skipped: listing.skipped.clone(), projects, ..Sights::default() };
    let mut clues = Clues::default();
    for seen in seen {
        let mut seen = seen.map_or_else(|| Ok(Looked::default()), |seen| *seen);
        if let Ok(looked) = &mut seen {
            clues.append(&mut looked.seeing.clues);
        }
        sights.add(seen);
    }
    // Keys and tokens stand in different files: what they prove together shows only now.
    clues.prove(&mut sights.facts);
    sights.skipped.sort_unstable();
    let proposed = trip.proposal.and_then(|proposal| proposal.baseline);
    for (_, file) in [trip.baseline, proposed].into_iter().flatten() {
        sights.facts.retain(|fact| fact.at.path != file);
    }
    if let Some(proposal) = trip.proposal {
        // A policy speaks about scopes; it asks for none, also before it is in force.
        let mine = |fact: &Fact| proposal.policy.is_from(&fact.at.path);
        sights.facts.retain(|fact| !(matches!(fact.seen, Seen::Scope(_)) && mine(fact)));
    }
    Ok(sights)
}

impl Sights {
    fn add(&mut self, seen: Result<Looked, Skipped>) {
        match seen {
            Ok(mut looked) => {
                self.facts.append(&mut looked.seeing.facts);
                self.ignores.append(&mut looked.seeing.ignores);
                self.skipped.append(&mut looked.unread);
                self.files += 1;
            }
            Err(skipped) => self.skipped.push(skipped),
        }
    }
}

/// What one entry came to.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// What was seen.
    pub(super) seeing: Seeing,
    /// Members of an archive that were not read.
    pub(super) unread: Vec<Skipped>,
}

impl Looked {
    fn is_empty(&self) -> bool {
        let Seeing { facts, ignores, clues } = &self.seeing;
        facts.is_empty() && ignores.is_empty() && clues.is_empty() && self.unread.is_empty()
    }
}

/// Looks at one entry.
fn look(trip: &Trip<'_>, engine: &Engine<'_>, reader: &mut Reader, entry: &Entry) -> Result<Looked, Why> {
    let stream = trip.source.open(entry)?;
    let input = match &entry.handle {
        // A file can be read anywhere, as some archives have to be.
        Handle::Path(path) if trip.archives && Kind::of(entry.path.as_str()).is_some() => {
            Input::File(regular::opened(path).map_err(|error| Why::Unreadable(error.to_string()))?)
        }
        _ => Input::Stream(stream),
    };
    look_into(trip, engine, reader, entry, input)
}

/// Looks at what was opened, and at every member if it is an archive.
pub(super) fn look_into(
    trip: &Trip<'_>,
    engine: &Engine<'_>,
    reader: &mut Reader,
    entry: &Entry,
    input: Input<'_>,
) -> Result<Looked, Why> {
    let kind = Kind::of(entry.path.as_str()).filter(|_| trip.archives);
    let mut content: Box<dyn Read + '_> = match (input, kind) {
        (Input::File(file), None) => Box::new(file),
        (Input::Stream(stream), None) => stream,
        (input, Some(kind)) => {
            let mut seeing = Seeing::default();
            let mut each = |name: &str, content: &mut dyn Read| {
                let member = look_through(trip, engine, reader, &inside(entry, name, '/'), content)?;
                add_member(&mut seeing, member, &inside(entry, name, '!').path);
                Ok(())
            };
            match walk(kind, entry.path.as_str(), input, &mut each)? {
                Walked::Other(content) => content,
                Walked::Read(unread) => {
                    let shown = |name: &str| {
                        if name.is_empty() { entry.path.clone() } else { inside(entry, name, '!').path }
                    };
                    let unread = unread.into_iter().map(|(name, why)| Skipped { path: shown(&name), why }).collect();
                    return Ok(Looked { seeing, unread });
                }
            }
        }
    };
    let seeing = look_through(trip, engine, reader, entry, &mut content)?;
    Ok(Looked { seeing, unread: Vec::new() })
}

/// A member as an entry. What a file is, its name and its directories tell: so it is looked at as if it lay in a directory.
fn inside(entry: &Entry, name: &str, mark: char) -> Entry {
    let origin = if entry.origin == Origin::WorkTree { Origin::Archive } else { entry.origin.clone() };
    Entry { path: format!("{}{mark}{name}", entry.path).into(), origin, size: None, handle: Handle::Only }
}

/// Adds what was seen in a member, under the name by which it is told.
fn add_member(seeing: &mut Seeing, mut member: Seeing, path: &Utf8Path) {
    for fact in &mut member.facts {
        path.clone_into(&mut fact.at.path);
        fact.related.iter_mut().for_each(|label| path.clone_into(&mut label.at.path));
    }
    member.ignores.iter_mut().for_each(|ignore| path.clone_into(&mut ignore.at.path));
    seeing.facts.append(&mut member.facts);
    seeing.ignores.append(&mut member.ignores);
}

/// Looks at what was opened, whole or window after window.
fn look_through(
    trip: &Trip<'_>,
    engine: &Engine<'_>,
    reader: &mut Reader,
    entry: &Entry,
    input: &mut dyn Read,
) -> Result<Seeing, Why> {
    let mut head = Vec::new();
    if trip.binary {
        let most = Encoding::HEAD as u64;
        input.take(most).read_to_end(&mut head).map_err(|error| Why::Unreadable(error.to_string()))?;
    }
    let binary = Encoding::sniff(&head).is_err();
    let mut input = Cursor::new(head).chain(input);
    if binary {
        read(trip.progress, engine, reader, entry, &mut Strings(input))
    } else {
        read(trip.progress, engine, reader, entry, &mut input)
    }
}

/// Looks at text, whole or window after window.
///
/// # Errors
/// [`Why`] it was not read.
pub fn read(
    progress: &Progress,
    engine: &Engine<'_>,
    reader: &mut Reader,
    entry: &Entry,
    input: &mut dyn Read,
) -> Result<Seeing, Why> {
    let mut seeing = Seeing::default();
    let bytes = reader.read(input, &mut |piece| {
        match piece {
            Piece::Whole(bytes) => {
                seeing = survived(|| {
                    let mut seeing = engine.look(&entry.path, &entry.origin, bytes).map_err(|_| Why::Binary)?;
                    let (halves, mut short) = pair::halves(&entry.path, &entry.origin, bytes, !seeing.facts.is_empty());
                    seeing.clues.halves(halves);
                    seeing.facts.append(&mut short);
                    Ok(seeing)
                })?;
            }
            Piece::Window { text, core } => {
                let mut part = survived(|| Ok(engine.look_at(&entry.path, &entry.origin, text, None)))?;
                part.facts.retain(|fact| core.contains(&fact.at.region.span.start));
                part.ignores.retain(|ignore| core.contains(&ignore.at.region.span.start));
                let shift = |span: &mut Span| *span = moved(*span, text.offset());
                for fact in &mut part.facts {
                    shift(&mut fact.at.region.span);
                    fact.related.iter_mut().for_each(|label| shift(&mut label.at.region.span));
                }
                part.ignores.iter_mut().for_each(|ignore| shift(&mut ignore.at.region.span));
                seeing.facts.append(&mut part.facts);
                seeing.ignores.append(&mut part.ignores);
            }
        }
        Ok(())
    })?;
    progress.bytes.fetch_add(bytes, Ordering::Relaxed);
    Ok(seeing)
}

/// Should an eye have a fault, it costs one text and not the run; where the fault is was told when it happened.
fn survived<T>(look: impl FnOnce() -> Result<T, Why>) -> Result<T, Why> {
    let fault = |_| Err(Why::Unreadable("overscope has a fault that this text shows".to_owned()));
    catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(fault)
}

/// A span of a window as a span of its file; past 4 GiB it stands at the end of what can be counted.
fn moved(span: Span, offset: u64) -> Span {
    let by = |at: u32| u32::try_from(u64::from(at) + offset).unwrap_or(u32::MAX);
    Span::new(by(span.start), by(span.end))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::{Entry, Handle, read, survived};
    use crate::detect::engine::Engine;
    use crate::origin::Origin;
    use crate::rule::builtin;
    use crate::rule::example::fill;
    use crate::scan::Progress;
    use crate::source::Why;
    use crate::source::reader::{Reader, Sizes};

    #[test]
    fn a_fault_costs_one_text_and_is_told() {
        let broken = survived(|| Ok(Vec::<u8>::new()[std::hint::black_box(3)]));
        assert!(matches!(broken, Err(Why::Unreadable(why)) if why.contains("fault")));
        assert_eq!(survived(|| Ok(1)), Ok(1));
        assert_eq!(survived(|| Err::<u8, _>(Why::Binary)), Err(Why::Binary));
    }

    #[test]
    fn what_stands_at_any_byte_around_the_bounds_of_windows_is_told_once_and_at_its_place() {
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let token = fill("ZOHO_REFRESH_TOKEN='1000.{{hex 32}}.{{hex 32}}'", "bounds").expect("a template");
        let value = token.find('1').expect("the value");
        let packed = STANDARD.encode(&token);
        let entry = Entry { path: "a.txt".into(), origin: Origin::WorkTree, size: None, handle: Handle::Only };
        let units = |text: &str| [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        // What fills the file, what stands in it, where in that the value begins, and how text becomes bytes.
        type Bytes = dyn Fn(&str) -> Vec<u8>;
        let forms: [(&str, &str, usize, &Bytes); 4] = [
            (" ", &token, value, &|text| text.as_bytes().to_vec()),
            ("\r\n", &token, value, &|text| text.as_bytes().to_vec()),
            (" ", &token, value, &units),
            (" ", &packed, value / 3 * 4, &|text| text.as_bytes().to_vec()),
        ];
        for (filler, planted, value, bytes) in forms {
            let mut reader = Reader::sized(Sizes { whole: 2_500, step: 2_048, overlap: 512 });
            for before in (1_300..2_100).step_by(filler.len()) {
                let head = filler.repeat(before / filler.len());
                let text = format!("{head}{planted}{}", filler.repeat(2_000));
                let seeing = read(&Progress::default(), &engine, &mut reader, &entry, &mut bytes(&text).as_slice());
                let facts = seeing.expect("this is text").facts;
                let told: Vec<_> = facts.iter().map(|fact| (fact.rule.as_str(), fact.at.region.span.start)).collect();
                let at = u32::try_from(head.len() + value).expect("small");
                assert_eq!(told, [("secret/zoho-refresh-token", at)], "{filler:?} {before}");
            }
        }
    }
}
