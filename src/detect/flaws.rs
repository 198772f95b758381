//! The eye for settings of configuration files: `detect.settings`, each tried only where its words stand.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::code::{algorithm, claims, constants, key, text};
use super::prefilter::{Promise, WordId, Words};
use super::{Detector, Rank, Sight, View, role};
use crate::fact::{Flaw, Role, Seen};
use crate::finding::RuleId;
use crate::rule::either::Either;
use crate::rule::is::{Is, Unit};
use crate::rule::settings::SettingsForm;
use crate::rule::{Rule, RuleSet};
use crate::settings::Settings;
use crate::settings::entry::{Kind, Segment, Setting};
use crate::settings::format::Format;
use crate::span::Span;
use crate::syntax::language::Language;
use crate::text::floor;

/// Looks for the settings of all rules.
pub struct SettingForms<'r> {
    forms: Vec<(&'r Rule, usize, Vec<WordId>)>,
    /// The keys of all forms, for files of many settings.
    keys: OnceLock<Either>,
}

impl<'r> SettingForms<'r> {
    /// Takes the settings of all rules and asks for their words; not `all`: of those that may see a key.
    #[must_use]
    pub fn new(rules: &'r RuleSet, words: &mut Words, all: bool) -> Self {
        let mut forms = Vec::new();
        for rule in rules.iter() {
            for (form, anchors) in rule.seeks.settings.iter().enumerate() {
                if !all && !rule.detect().settings.get(form).is_some_and(SettingsForm::sees_keys) {
                    continue;
                }
                forms.push((
                    rule,
                    form,
                    anchors.iter().map(|anchor| words.ask_gated(anchor, Promise::Once.into())).collect(),
                ));
            }
        }
        Self { forms, keys: OnceLock::new() }
    }

    /// The keys of all forms at once, where it pays to ask them so.
    fn keys(&self, questions: usize) -> Option<&Either> {
        let all = || {
            let forms = self.forms.iter().filter_map(|(rule, form, _)| rule.detect().settings.get(*form));
            Either::of(forms.map(|form| &form.keys))
        };
        (questions > MANY).then(|| self.keys.get_or_init(all))
    }
}

impl<'r> Detector for SettingForms<'r> {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        let text = view.text.as_str();
        // Nothing else has settings to look at.
        let is_code = Format::of(view.path, text).is_none();
        if view.role == Role::Generated || is_code && Language::of(view.path, text).is_none() || is_schema(text) {
            return;
        }
        let path = view.path.as_str().to_ascii_lowercase();
        // The forms of a rule stand together: what was said of its first holds for all.
        let mut known: Option<(&RuleId, bool)> = None;
        let mut in_path = |rule: &'r Rule| match known {
            Some((held, is)) if *held == rule.id => is,
            _ => {
                let is = rule.gate.keywords.iter().any(|anchor| path.contains(anchor.as_str()));
                known = Some((&rule.id, is));
                is
            }
        };
        let mut wanted: Vec<(&Rule, &SettingsForm)> = self
            .forms
            .iter()
            .filter(|(rule, _, anchors)| {
                (view.hits.any(anchors) || in_path(rule)) && rule.gate.admits(view.path.as_str())
            })
            .filter_map(|(rule, form, _)| Some((*rule, rule.detect().settings.get(*form)?)))
            .filter(|(_, form)| form.code || !is_code)
            .collect();
        if wanted.is_empty() {
            return;
        }
        let made;
        let (settings, in_code) = match view.settings() {
            Some(settings) => (settings, false),
            None => {
                let Some(found) = constants_of(view, &mut wanted) else { return };
                made = found;
                (&made, true)
            }
        };
        if settings.entries().len() > MOST_ENTRIES {
            return;
        }
        let names: Vec<String> = settings.entries().iter().map(normal).collect();
        let keys = self.keys(names.len() * wanted.len());
        let mut found = Vec::new();
        for (index, entry) in settings.entries().iter().enumerate() {
            if keys.is_some_and(|keys| !keys.may_match(&names[index])) {
                continue;
            }
            for (rule, form) in &wanted {
                let Some(one) = holds(form, settings, &names, index, view) else { continue };
                found.push(sight(rule, form, entry, one));
            }
        }
        let mut found = one_cause(found);
        if in_code {
            // What a shape of code has said is not said again.
            let is_said = |one: &Sight| {
                sights.iter().any(|known| {
                    known.span.overlaps(one.span)
                        && (known.rule == one.rule
                            || EXPLAINS.contains(&(known.rule.as_str(), one.rule.as_str()))
                            || EXPLAINS.contains(&(one.rule.as_str(), known.rule.as_str())))
                })
            };
            found.retain(|one| !is_said(one));
        }
        sights.extend(found);
    }
}

/// Whether a file says what other files may hold: its values are words, not settings.
fn is_schema(text: &str) -> bool {
    text[..floor(text, 400)].contains("json-schema.org/")
}

/// The constants of a file of source code that speaks of tokens, for those forms that count there.
fn constants_of<'a>(view: &View<'a>, wanted: &mut Vec<(&Rule, &SettingsForm)>) -> Option<Settings<'a>> {
    wanted.retain(|(_, form)| form.code);
    if wanted.is_empty()
        || role::only_declares(view.path)
        || matches!(Language::of(view.path, view.text.as_str())?, Language::Hcl | Language::Bash)
    {
        return None;
    }
    let lower = view.lower();
    if !SPEAKS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    view.code().map(constants::settings)
}

/// Source code without any of these words sets up no tokens.
const SPEAKS: [&str; 9] =
    ["jwt", "oauth", "oidc", "openid", "keycloak", "auth0", "cognito", "identityserver", "access_token"];

/// As many questions cost more than putting all keys together.
const MANY: usize = 20_000;
/// Larger files are data.
const MOST_ENTRIES: usize = 50_000;

/// The key path in lower case, without `_`, `-` and list places.
fn normal(entry: &Setting<'_>) -> String {
    let mut name = String::new();
    for key in entry.path.iter().filter_map(Segment::key) {
        if !name.is_empty() {
            name.push('.');
        }
        name.extend(key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()));
    }
    name
}

struct One {
    span: Span,
    subject: Option<String>,
    seconds: Option<u64>,
    hide: Vec<Span>,
}

fn holds(form: &SettingsForm, settings: &Settings<'_>, names: &[String], index: usize, view: &View<'_>) -> Option<One> {
    let (entry, name) = (settings.entries().get(index)?, names.get(index)?);
    let matches = |pattern: &crate::rule::secret::Pattern, text: &str| {
        pattern.regex().is_some_and(|regex| regex.is_match(text.as_bytes()))
    };
    if !matches(&form.keys, name) || form.not_keys.as_ref().is_some_and(|not| matches(not, name)) {
        return None;
    }
    if form.alone && names.iter().filter(|other| *other == name).count() > 1 {
        return None;
    }
    let (value, fallback) = value(entry);
    let mut one = One { span: within(entry, value), subject: None, seconds: None, hide: Vec::new() };
    let quoted = entry.kind == Kind::String && is_quoted(view.text.as_str(), entry.span);
    let unit = unit(form, settings, names, index);
    let test = |is: Is| test(is, form, unit, value, entry, quoted, fallback);
    if form.not.iter().any(|&is| test(is).is_some()) {
        return None;
    }
    if !form.is.is_empty() {
        let found = form.is.iter().find_map(|&is| test(is))?;
        one = One { span: found.span.unwrap_or(one.span), ..found.into_one(one.span) };
    }
    if form.matches.as_ref().is_some_and(|pattern| !matches(pattern, value))
        || form.unlike.as_ref().is_some_and(|pattern| matches(pattern, value))
    {
        return None;
    }
    if let Some(span) = form.mark_key.as_ref().and_then(|key| key_around(view.text.as_str(), entry, key)) {
        one.span = span;
    }
    if let Some(near) = &form.near {
        let around = entry.parent().split_last().map(|(_, around)| around);
        let beside = || {
            settings.entries().iter().zip(names).skip(index.saturating_sub(NEAR)).take(2 * NEAR).any(|(other, name)| {
                let says = other.value.len() < 200 && matches(near, &other.value.to_ascii_lowercase());
                other.parent() == entry.parent() && (matches(near, name) || says)
                    // `name: openid-connect` beside the `config` that the setting stands in.
                    || says && Some(other.parent()) == around && other.key().is_some_and(|key| NAMES.contains(&key))
            })
        };
        let path = view.path.as_str().to_ascii_lowercase();
        if !matches(near, name) && !matches(near, &path) && !beside() {
            return None;
        }
    }
    Some(one)
}

/// What a plain number counts: what a key beside it says, else what the rule says.
fn unit(form: &SettingsForm, settings: &Settings<'_>, names: &[String], index: usize) -> Unit {
    let Some(regex) = form.unit_key.as_ref().and_then(|pattern| pattern.regex()) else { return form.unit };
    let around = names.get(index).and_then(|name| name.rsplit_once('.')).map_or("", |(around, _)| around);
    let all = names.iter().zip(settings.entries()).skip(index.saturating_sub(NEAR)).take(2 * NEAR);
    let told =
        all.filter(|(name, _)| name.starts_with(around) && regex.is_match(name.as_bytes())).find_map(|(_, entry)| {
            match entry.value.trim().to_ascii_lowercase().as_str() {
                "seconds" => Some(Unit::Seconds),
                "minutes" => Some(Unit::Minutes),
                "hours" => Some(Unit::Hours),
                "days" => Some(Unit::Days),
                _ => None,
            }
        });
    told.unwrap_or(form.unit)
}

/// Where a key around a setting stands: the last place of its name before the setting's own key.
fn key_around(text: &str, entry: &Setting<'_>, key: &str) -> Option<Span> {
    let end = entry.key_span.start as usize;
    let start = (end.saturating_sub(4000)..=end).find(|&at| text.is_char_boundary(at))?;
    let at = start + text.get(start..end)?.rfind(key)?;
    Some(Span::of(at, at + key.len()))
}

/// What says of which kind the thing is that is configured beside it.
const NAMES: [&str; 5] = ["name", "plugin", "type", "kind", "provider"];

/// How many settings before and after are looked at for context.
const NEAR: usize = 40;

/// The value, or the default inside of `${NAME:default}` and `${NAME:-default}`.
fn value<'t>(entry: &Setting<'t>) -> (&'t str, bool) {
    let text = entry.value.trim();
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match inner.and_then(|inner| inner.split_once(':')) {
        // `${NAME:?message}`: no default, but what is said where it is missing.
        Some((_, default)) if default.starts_with('?') => (text, false),
        Some((_, default)) => (default.strip_prefix(['-', '=']).unwrap_or(default), true),
        None => (text, false),
    }
}

/// Where a part of the value stands.
fn within(entry: &Setting<'_>, part: &str) -> Span {
    let offset = (part.as_ptr() as usize).wrapping_sub(entry.value.as_ptr() as usize);
    if part.is_empty() || offset > entry.value.len() {
        return if entry.span.is_empty() { entry.key_span } else { entry.span };
    }
    let start = entry.span.start as usize + offset;
    Span::of(start, start + part.len())
}

fn is_quoted(text: &str, span: Span) -> bool {
    let before = text.as_bytes().get((span.start as usize).wrapping_sub(1));
    matches!(before, Some(b'"' | b'\''))
}

#[derive(Default)]
struct Tested {
    span: Option<Span>,
    subject: Option<String>,
    seconds: Option<u64>,
    hide: Vec<Span>,
}

impl Tested {
    fn into_one(self, span: Span) -> One {
        One { span, subject: self.subject, seconds: self.seconds, hide: self.hide }
    }
}

fn test(
    is: Is,
    form: &SettingsForm,
    unit: Unit,
    value: &str,
    entry: &Setting<'_>,
    quoted: bool,
    fallback: bool,
) -> Option<Tested> {
    let plain = || Some(Tested::default());
    let by_class = |class: algorithm::Class| {
        value.split([',', ' ', ';', '[', ']', '"', '\'']).filter(|part| !part.is_empty()).find_map(|part| {
            let (known, name) = algorithm::read(part)?;
            (known == class).then(|| Tested {
                span: Some(within(entry, part)),
                subject: Some(name),
                ..Tested::default()
            })
        })
    };
    match is {
        Is::Present => (!value.is_empty()).then(Tested::default),
        Is::Enabled if text::truth(value) == Some(true) => plain(),
        Is::Disabled if text::truth(value) == Some(false) => plain(),
        Is::Nothing if value.is_empty() || entry.kind == Kind::Null => plain(),
        Is::Text if !value.is_empty() => plain(),
        // YAML's `None` is a text, and `null` is nothing.
        // Python's `None` is nothing.
        Is::NoneAlgorithm if entry.kind != Kind::Null => by_class(algorithm::Class::None),
        Is::Symmetric => by_class(algorithm::Class::Symmetric),
        Is::Asymmetric => by_class(algorithm::Class::Asymmetric),
        Is::Mixed => {
            let (a, b) = (by_class(algorithm::Class::Symmetric)?, by_class(algorithm::Class::Asymmetric)?);
            let subject = Some(format!("{} with {}", a.subject?, b.subject?));
            Some(Tested { subject, ..Tested::default() })
        }
        Is::Key | Is::WeakKey => {
            // `jwtSecretKey: jwt-secret`: under which name the cluster keeps it.
            let bare = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
            if entry.key().and_then(|key| bare(key).strip_suffix("key").map(|name| name == bare(value))) == Some(true) {
                return None;
            }
            let known = entry.kind != Kind::Null
                && (entry.kind == Kind::String || quoted || entry.kind == Kind::Number)
                && key::is_key(value)
                && (!value.contains("${")
                    && !value.contains("{{")
                    && !value.contains("$(")
                    && !value.starts_with('$')
                    && !value.starts_with('%'))
                && (fallback || !entry.value.contains("${"));
            if !known || is == Is::WeakKey && !key::is_weak(value) {
                return None;
            }
            Some(Tested { hide: vec![within(entry, value)], ..Tested::default() })
        }
        Is::Lifetime => {
            let seconds = text::seconds(value, unit)?;
            (seconds > form.over).then(|| Tested { seconds: Some(seconds), ..Tested::default() })
        }
        Is::Forever => text::is_forever(value).then(|| Tested { seconds: Some(u64::MAX), ..Tested::default() }),
        Is::Http if text::is_http(value) => plain(),
        Is::Wildcard if text::is_wildcard(value) => plain(),
        Is::Small => {
            let number: f64 = value.parse().ok()?;
            (number > 0.0 && number < form.under as f64)
                .then(|| Tested { subject: Some(value.to_owned()), ..Tested::default() })
        }
        Is::Sensitive if claims::is_sensitive(value) => {
            Some(Tested { subject: Some(value.to_owned()), ..Tested::default() })
        }
        Is::Email if value.to_ascii_lowercase().contains("email") || value.contains('@') => plain(),
        _ => None,
    }
}

fn sight(rule: &Rule, form: &SettingsForm, entry: &Setting<'_>, one: One) -> Sight {
    let subject = one.subject.or_else(|| form.subject.clone());
    let shown = subject.clone().unwrap_or_default();
    let flaw = Flaw {
        subject,
        seconds: one.seconds,
        message: form.message.as_ref().map(|message| message.replace("{}", &shown)),
        help: form.help.clone(),
        value: None,
    };
    Sight {
        rule: rule.id.clone(),
        span: one.span,
        hide: one.hide,
        rank: Rank::Form,
        confidence: rule.confidence,
        persona: rule.persona,
        why: vec![format!("setting {}", entry.name())],
        related: Vec::new(),
        seen: if rule.id.family() == "oauth" { Seen::OAuth(flaw) } else { Seen::Jwt(flaw) },
    }
}

/// One cause, one finding: of what was seen at one value, what explains the rest stays.
fn one_cause(found: Vec<Sight>) -> Vec<Sight> {
    let seen: BTreeSet<(RuleId, Span)> = found.iter().map(|sight| (sight.rule.clone(), sight.span)).collect();
    let explained = |sight: &Sight| {
        EXPLAINS.iter().any(|(rule, weaker)| {
            *weaker == sight.rule.as_str() && rule.parse().is_ok_and(|rule: RuleId| seen.contains(&(rule, sight.span)))
        })
    };
    let mut known = BTreeSet::new();
    found
        .into_iter()
        .filter(|sight| !explained(sight))
        .filter(|sight| known.insert((sight.rule.clone(), sight.span)))
        .collect()
}

/// A rule, and one that says no more at the same value.
const EXPLAINS: [(&str, &str); 5] = [
    ("jwt/hardcoded-key", "jwt/weak-key"),
    ("oauth/access-lifetime", "jwt/long-lifetime"),
    ("oauth/refresh-lifetime", "jwt/long-lifetime"),
    ("oauth/no-reuse-detection", "jwt/clock-skew"),
    ("jwt/jwks-http", "oauth/http-endpoint"),
];
