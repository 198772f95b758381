//! One scope of the catalogue, with what is said of it.

use super::access::{Access, Certainty, Class, Kind, Risk};
use super::file::ScopeRow;
use super::grammar::Grammar;

/// One scope of the catalogue.
#[derive(Clone, Debug)]
pub struct ScopeEntry {
    /// The scope, as the catalogue spells it.
    pub id: String,
    /// What it grants, in a few words.
    pub title: String,
    /// What it lets one do.
    pub access: Access,
    /// On what.
    pub resource: String,
    /// Whether it gives more than most apps should hold.
    pub broad: bool,
    /// Whether it is so when an app holds it on its own.
    pub broad_as_application: bool,
    /// The harm.
    pub risk: Risk,
    /// How it is sorted.
    pub class: Class,
    /// Why it is broad.
    pub why: Option<String>,
    /// Whether it reaches only items of the app itself.
    pub limited: bool,
    /// What may be enough instead, though it is not included.
    pub instead: Vec<String>,
    /// What it includes.
    pub implies: Vec<String>,
    /// Other spellings of the same.
    pub aliases: Vec<String>,
    /// Who may hold it.
    pub kind: Kind,
    /// For which kind (`d`, `a`) only an administrator may agree.
    pub admin_consent: String,
    /// Whether the provider has retired it.
    pub deprecated: bool,
    /// Whether it means whatever the client is configured for.
    pub configured: bool,
    /// How far the catalogue is sure of it.
    pub certainty: Certainty,
    /// What a reader should know.
    pub note: Option<String>,
}

impl ScopeEntry {
    pub(super) fn new(row: ScopeRow, grammar: &Grammar, certainty: Certainty) -> Self {
        let full = |ids: Vec<String>| -> Vec<String> { ids.iter().map(|id| grammar.full(id)).collect() };
        let group = grammar.everything(&row.id).is_some()
            || grammar.parse(&row.id).is_some_and(|parsed| Grammar::is_group(&parsed.area))
            || row.risk == Risk::Critical;
        let class = match row.class {
            Some(class) => class,
            None if row.broad && group => Class::Group,
            None if row.broad => Class::Restricted,
            None if row.risk > Risk::Low => Class::Sensitive,
            None => Class::NonSensitive,
        };
        Self {
            id: grammar.full(&row.id),
            title: row.title,
            access: row.access,
            resource: row.resource,
            broad: row.broad,
            broad_as_application: row.broad || row.broad_app,
            risk: row.risk,
            class,
            why: row.why,
            limited: row.limited,
            instead: full(row.narrower),
            implies: full(row.implies),
            aliases: full(row.aliases),
            kind: row.kind,
            admin_consent: row.admin_consent,
            deprecated: row.deprecated,
            configured: false,
            certainty: if row.documented == Some(false) { certainty.min(Certainty::Fair) } else { certainty },
            note: row.note,
        }
    }

    pub(super) fn configured(id: &str, certainty: Certainty) -> Self {
        Self {
            id: id.to_owned(),
            title: "Every permission the app is configured with".to_owned(),
            access: Access::Full,
            resource: "the app's configuration".to_owned(),
            broad: false,
            broad_as_application: false,
            risk: Risk::Medium,
            class: Class::Sensitive,
            why: None,
            limited: false,
            instead: Vec::new(),
            implies: Vec::new(),
            aliases: Vec::new(),
            kind: Kind::Both,
            admin_consent: String::new(),
            deprecated: false,
            configured: true,
            certainty,
            note: Some("what it grants is written where the app is registered, not in the code".to_owned()),
        }
    }
}
