//! The words of detection: what a detector is shown, and what it says it saw.

mod alphabet;
pub mod call;
pub mod code;
pub mod decode;
pub mod engine;
pub mod entropy;
pub mod flaws;
pub mod generic;
pub mod idiom;
pub mod ignore;
mod keyfile;
pub mod lanes;
mod mail;
pub mod note;
mod number;
pub mod pair;
pub mod prefilter;
pub mod promise;
pub mod proof;
pub mod role;
pub mod runs;
pub mod scope;
pub mod secret;
pub mod text;
pub mod token;
pub mod trial;
pub mod value;
pub mod watch;
mod wrapped;

#[cfg(test)]
mod reference;

use std::cell::{OnceCell, RefCell};

use camino::Utf8Path;

use self::note::Noted;
use self::prefilter::Hits;
use self::watch::Watch;
use crate::fact::{Role, Seen};
use crate::finding::{Confidence, Persona, RuleId};
use crate::origin::Origin;
use crate::settings::Settings;
use crate::span::Span;
use crate::syntax;
use crate::syntax::language::Language;
use crate::syntax::tree::Code;
use crate::text::SourceText;

/// One text as a detector is shown it.
pub struct View<'a> {
    /// Its path, relative to the root.
    pub path: &'a Utf8Path,
    /// Where it came from.
    pub origin: &'a Origin,
    /// What the file is for.
    pub role: Role,
    /// The text.
    pub text: &'a SourceText,
    /// Where the prefilter found the words that detectors asked for.
    pub hits: &'a Hits,
    /// Who wants to know what looking costs.
    pub watch: Option<&'a Watch>,
    /// What is said of scopes for other texts, with its places.
    notes: RefCell<Vec<Noted>>,
    lower: OnceCell<String>,
    code: OnceCell<Option<Code<'a>>>,
    settings: OnceCell<Option<Settings<'a>>>,
}

impl<'a> View<'a> {
    /// A view of a text; nothing is parsed yet.
    #[must_use]
    pub fn new(path: &'a Utf8Path, origin: &'a Origin, role: Role, text: &'a SourceText, hits: &'a Hits) -> Self {
        let (lower, code, settings) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let notes = RefCell::default();
        Self { path, origin, role, text, hits, watch: None, notes, lower, code, settings }
    }

    /// The text in lower case, made on the first question.
    pub fn lower(&self) -> &str {
        self.lower.get_or_init(|| self.text.as_str().to_ascii_lowercase())
    }

    /// The text as source code, parsed on the first question; `None` for what is no source code, or does not parse
    /// within its bounds.
    pub fn code(&self) -> Option<&Code<'a>> {
        let parse = || syntax::parse(self.text.as_str(), Language::of(self.path, self.text.as_str())?);
        self.code.get_or_init(parse).as_ref()
    }

    /// The text as a configuration file, read on the first question; `None` for what is none.
    pub fn settings(&self) -> Option<&Settings<'a>> {
        self.settings.get_or_init(|| Settings::read(self.text, self.path)).as_ref()
    }
}

/// Something seen in a text, before it gets its place and its excerpt.
#[derive(Debug)]
pub struct Sight {
    /// The rule that saw it.
    pub rule: RuleId,
    /// What is pointed at: the smallest thing at fault.
    pub span: Span,
    /// What must never be shown; empty for anything but secrets. Wider than `span` where a secret reaches further.
    pub hide: Vec<Span>,
    /// How exactly the rule knows the thing: of two secrets that overlap, the higher rank stays.
    pub rank: Rank,
    /// How sure.
    pub confidence: Confidence,
    /// The calmest reader who should see it.
    pub persona: Persona,
    /// How it was seen: context, score, filters passed.
    pub why: Vec<String>,
    /// Other places in the same text that belong to it, with a few words each.
    pub related: Vec<(Span, String)>,
    /// The thing.
    pub seen: Seen,
}

/// How exactly a rule knows what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// By a name such as `password` beside it.
    Generic,
    /// By the provider's name beside it.
    Named,
    /// By its own form.
    Form,
    /// By its own form, and by the provider's name beside it: more than a form that several share, such as `sk_live_`.
    FormAndName,
    /// By its own form, proved by a checksum or by decoding.
    Proved,
    /// Proved, and by the provider's name beside it: more than a form that many share, such as a JWT.
    ProvedAndName,
}

/// An eye: sees facts in one text and knows nothing of policy or of other files.
pub trait Detector: Sync + Send {
    /// Looks at a text and adds what it sees.
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>);
}
