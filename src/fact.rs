//! What was seen, before anybody judges it.

use crate::finding::{Confidence, Excerpt, Label, Persona, RuleId};
use crate::origin::Location;
use crate::scope::{ProviderId, Scope};
use crate::secret::{Redacted, ValueId};

/// One thing that a detector saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The rule that saw it. A scope request or a call is no fault by itself: its rule is `scope/request`, `scope/call`.
    pub rule: RuleId,
    /// Where.
    pub at: Location,
    /// The code there, redacted.
    pub excerpt: Excerpt,
    /// GitHub's `primaryLocationLineHash` of the first line; absent where a file came in windows.
    pub line_hash: Option<String>,
    /// What the file is for: a secret in a test weighs less.
    pub role: Role,
    /// How sure the detector is.
    pub confidence: Confidence,
    /// The calmest reader who should see it.
    pub persona: Persona,
    /// How it was seen: context, score, filters passed.
    pub why: Vec<String>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// The thing.
    pub seen: Seen,
}

impl Fact {
    /// The identity of the value that should not be there: a secret, or a key that is written out.
    #[must_use]
    pub const fn value(&self) -> Option<ValueId> {
        match &self.seen {
            Seen::Secret(secret) => Some(secret.value),
            Seen::Jwt(flaw) | Seen::OAuth(flaw) => flaw.value,
            Seen::Scope(_) | Seen::Call(_) => None,
        }
    }
}

/// What a file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Product code or configuration.
    #[default]
    Product,
    /// Tests and their fixtures.
    Test,
    /// Documentation, examples, templates.
    Docs,
    /// Written by a program: lock files, minified or generated code, translations.
    Generated,
}

/// Kinds of things, never rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A credential.
    Secret(SecretSeen),
    /// A scope that is asked for.
    Scope(ScopeRequest),
    /// A call of a provider's API.
    Call(ApiCall),
    /// A flaw in how tokens are made or checked.
    Jwt(Flaw),
    /// A flaw in how authorization is set up.
    OAuth(Flaw),
}

/// A credential, as far as it may be known outside its detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretSeen {
    /// What may be shown.
    pub shown: Redacted,
    /// Equal for equal values.
    pub value: ValueId,
}

/// A scope that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeRequest {
    /// As written.
    pub scope: Scope,
    /// Whose scope it is; `None` where more than one provider may be meant and nothing tells which.
    pub provider: Option<ProviderId>,
    /// In what it stands.
    pub context: Context,
    /// The client id that the request belongs to, where one stands beside it. An identifier, not a secret.
    pub client_id: Option<String>,
    /// Whether the text of the region may be replaced by another scope as it stands.
    pub replaceable: bool,
}

/// In what a scope stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Program code.
    Code,
    /// A configuration file.
    Config,
    /// An authorize or token URL.
    Url,
    /// An application manifest, which the provider itself reads.
    Manifest,
    /// Prose.
    Docs,
    /// The claims of a token that was found.
    Token,
}

/// A call of a provider's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCall {
    /// Whose API.
    pub provider: ProviderId,
    /// The operation as the catalogue spells it, `GET /crm/{version}/Leads`; `None` where it cannot be told: a blind spot.
    pub operation: Option<Operation>,
    /// By what it is called.
    pub via: Via,
}

/// Method and path of a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// HTTP method, upper case; empty where it cannot be told.
    pub method: String,
    /// Path as far as it is known; unknown parts stand as `{}`.
    pub path: String,
    /// What else selects the scope: the module or object named in the body of the call.
    pub subject: Option<String>,
}

/// By what an API is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// An HTTP client and a URL.
    Http,
    /// A method of a provider's SDK.
    Sdk,
    /// A base URL that no call in its file is seen to use: whoever it is handed to calls with it.
    Base,
}

/// A flaw, with what a policy may ask about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaw {
    /// The words or number at fault: `HS256`, `30d`, `aud`, `password`; never a secret.
    pub subject: Option<String>,
    /// A lifetime in seconds, where the flaw is one; `u64::MAX` for ever.
    pub seconds: Option<u64>,
    /// The message's first sentence, where it says more than the rule's title.
    pub message: Option<String>,
    /// What to do, where it is more exact than the rule's fix.
    pub help: Option<String>,
    /// The key, where one is written out: equal for equal keys.
    pub value: Option<ValueId>,
}

/// An inline comment that takes findings on: `overscope: ignore[rule] reason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The comment.
    pub at: Location,
    /// The comment as it may be shown.
    pub excerpt: Excerpt,
    /// The first and last line that it speaks for, from 1.
    pub lines: (u32, u32),
    /// Rule ids or globs of them; empty is a fault that the judge reports.
    pub rules: Vec<String>,
    /// The reason; absent is a fault that the judge reports.
    pub reason: Option<String>,
    /// The last day it holds, `YYYY-MM-DD`, as written.
    pub until: Option<String>,
    /// Equal where the lines that it speaks for are equal, the comment with them.
    pub code: ValueId,
    /// The tool whose comment it is, where it is not ours: it counts only where the policy's `compat` names the tool.
    pub tool: Option<&'static str>,
}
