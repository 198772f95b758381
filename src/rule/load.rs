//! From rules as written to rules as valid; every mistake with its place.

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::anchor::{Extent, MIN_LENGTH, analyse, anchors};
use super::check::{Check, UnknownCheck};
use super::file::{GateEntry, RuleEntry, RuleFile};
use super::secret::{Companion, CompanionEntry, Pattern, SecretEntry, SecretForm, USUAL_KEYS, compile};
use super::text::{TextEntry, TextForm};
use super::{Detect, Gate, Page, Rule};
use crate::finding::{Confidence, Persona, RuleId};
use crate::mistake::Mistake;
use crate::span::Span;
use crate::yaml::{self, At};

/// Reads a user's rule file. `file` is its name as it was given.
///
/// # Errors
/// All mistakes that were found; a syntax error is the only one of its file.
pub fn read(text: &str, file: &str) -> Result<Vec<Rule>, Vec<Mistake>> {
    let parsed: RuleFile = yaml::parse(text).map_err(|error| vec![Mistake::new(error.message, error.span, "")])?;
    let mut rules = Vec::new();
    let mut errors = Vec::new();
    for mut entry in parsed.rules {
        let examples = std::mem::take(&mut entry.examples);
        let about = entry.about.take();
        let place = entry.id.span;
        let checked = check_page(&entry.id, about.is_some(), &examples);
        match (valid(entry, true), about, checked) {
            (Ok(mut rule), Some(about), None) => {
                rule.page = Some(Page { file: file.to_owned(), about, examples });
                rules.push(rule);
            }
            (Err(found), _, checked) => {
                errors.extend(found);
                errors.extend(checked);
            }
            (Ok(_), _, checked) => errors.push(checked.unwrap_or_else(|| {
                mistake("a rule needs `about`", place, "say what is wrong, why it matters and how to mend it")
            })),
        }
    }
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}

/// A rule that the tests have read before: its patterns are not compiled again.
///
/// # Errors
/// The mistakes; never for built-in rules.
pub fn trusted(entry: RuleEntry) -> Result<Rule, Vec<Mistake>> {
    valid(entry, false)
}

fn check_page(id: &At<String>, about: bool, examples: &[super::file::ExampleEntry]) -> Option<Mistake> {
    if !about {
        let help = "say what is wrong, why it matters and how to mend it";
        return Some(mistake(&format!("rule `{}` has no `about`", id.value), id.span, help));
    }
    let caught = examples.iter().any(|example| example.caught.is_some());
    let quiet = examples.iter().any(|example| example.quiet.is_some());
    if caught && quiet {
        return None;
    }
    let missing = if caught { "quiet" } else { "caught" };
    let help = "add under `examples` what the rule must find and a near miss that it must pass over";
    Some(mistake(&format!("rule `{}` has no `{missing}` example", id.value), id.span, help))
}

fn valid(entry: RuleEntry, check: bool) -> Result<Rule, Vec<Mistake>> {
    let mut errors = Vec::new();
    let id = entry.id.value.parse::<RuleId>();
    if let Err(error) = &id {
        errors.push(mistake(&error.to_string(), entry.id.span, "such as `secret/acme-token`"));
    }
    let severity = word(&entry.severity, &mut errors);
    let confidence = entry.confidence.as_ref().map_or(Some(Confidence::High), |word_| word(word_, &mut errors));
    let persona = entry.persona.as_ref().map_or(Some(Persona::Regular), |word_| word(word_, &mut errors));
    let gate = gate(&entry.gate, &mut errors);
    let mut detect = Detect { builtin: entry.detect.builtin, ..Detect::default() };
    for form in entry.detect.secret {
        if let Some(form) = secret(form, &entry.id, &gate, check, &mut errors) {
            detect.secret.push(form);
        }
    }
    for form in entry.detect.text {
        if let Some(form) = text(form, &gate, check, &mut errors) {
            detect.text.push(form);
        }
    }
    for form in entry.detect.code {
        detect.code.extend(super::code::form(form, &gate.keywords, entry.id.span, check, &mut errors));
    }
    for form in entry.detect.settings {
        detect.settings.extend(super::settings::form(form, &gate.keywords, check, &mut errors));
    }
    let looks = !detect.secret.is_empty() || !detect.text.is_empty() || !detect.code.is_empty();
    if !looks && detect.settings.is_empty() && !detect.builtin && errors.is_empty() {
        let help = "give `detect` a list `secret`, `code`, `settings` or `text`";
        errors.push(mistake("the rule looks for nothing", entry.id.span, help));
    }
    match (id, severity, confidence, persona) {
        (Ok(id), Some(severity), Some(confidence), Some(persona)) if errors.is_empty() => Ok(Rule {
            id,
            title: entry.title.value,
            severity,
            confidence,
            persona,
            since: entry.since.map_or_else(String::new, |since| since.value),
            gate,
            detect,
            page: None,
        }),
        _ => Err(errors),
    }
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(text: &At<String>, errors: &mut Vec<Mistake>) -> Option<T> {
    match text.value.parse() {
        Ok(word) => Some(word),
        Err(error) => {
            errors.push(Mistake::new(format!("`{}`: {error}", text.value), text.span, ""));
            None
        }
    }
}

fn gate(entry: &GateEntry, errors: &mut Vec<Mistake>) -> Gate {
    Gate {
        keywords: entry.keywords.iter().map(|word| word.value.to_ascii_lowercase()).collect(),
        files: globs(&entry.files, errors),
        not_files: globs(&entry.not_files, errors),
    }
}

fn globs(patterns: &[At<String>], errors: &mut Vec<Mistake>) -> Option<GlobSet> {
    if patterns.is_empty() {
        return None;
    }
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        match Glob::new(&pattern.value) {
            Ok(glob) => drop(builder.add(glob)),
            Err(error) => errors.push(mistake(&error.to_string(), pattern.span, "globs read as in .gitignore")),
        }
    }
    builder.build().ok()
}

fn secret(
    entry: SecretEntry,
    id: &At<String>,
    gate: &Gate,
    check: bool,
    errors: &mut Vec<Mistake>,
) -> Option<SecretForm> {
    let given: Vec<String> = entry.anchors.iter().map(|anchor| anchor.value.to_ascii_lowercase()).collect();
    let (source, span, (anchored, extent)) = match (&entry.pattern, &entry.value) {
        (Some(pattern), None) => {
            let known = if given.is_empty() { analyse(&pattern.value, &[]) } else { Some((given, Extent::default())) };
            (pattern.value.clone(), pattern.span, known.unwrap_or_default())
        }
        (None, Some(value)) if !entry.words.is_empty() => {
            let words: Vec<String> = entry.words.iter().map(|word| word.value.to_ascii_lowercase()).collect();
            let source = assignment(&entry, &words);
            let known = analyse(&source, &words).unwrap_or_default();
            (source, value.span, known)
        }
        _ => {
            let help = "write `pattern: REGEX`, or `words: [provider]` with `value: REGEX`";
            errors.push(mistake("a form is either a pattern or words with a value", id.span, help));
            return None;
        }
    };
    let compiles = pattern(source, span, check, errors);
    // A keyword may stand anywhere around a match.
    let (anchors, extent) =
        if gate.keywords.is_empty() { (anchored, extent) } else { (gate.keywords.clone(), Extent::default()) };
    if anchors.iter().all(|anchor| anchor.len() < MIN_LENGTH) && gate.files.is_none() {
        let help = "give the rule `gate: {keywords: [...]}` or `gate: {files: [...]}`";
        errors.push(mistake("no literal is certain in this pattern, so every file would be searched", span, help));
    }
    let mut not = Vec::new();
    for source in entry.not {
        not.extend(pattern(source.value, source.span, check, errors));
    }
    let near = entry.near.map(|near| {
        let words = near.words.iter().map(|word| word.value.to_ascii_lowercase()).collect();
        (words, near.lines.map_or(5, |lines| lines.value))
    });
    let companion = entry.companion.and_then(|companion| self::companion(companion, check, errors));
    Some(SecretForm {
        pattern: compiles?,
        named: entry.pattern.is_none(),
        shaped: entry.value.is_some_and(|value| value.value.starts_with(|c: char| c.is_ascii_alphanumeric())),
        anchors,
        extent,
        entropy: entry.entropy.map_or(0.0, |entropy| entropy.value),
        not,
        near,
        companion,
        checks: entry.checks.iter().filter_map(|name| known_check(name, errors)).collect(),
    })
}

fn companion(entry: CompanionEntry, check: bool, errors: &mut Vec<Mistake>) -> Option<Companion> {
    Some(Companion {
        pattern: pattern(entry.pattern.value, entry.pattern.span, check, errors)?,
        label: entry.label.value,
        lines: entry.lines.map_or(10, |lines| lines.value),
        required: entry.required.is_none_or(|required| required.value),
    })
}

fn known_check(name: &At<String>, errors: &mut Vec<Mistake>) -> Option<Check> {
    match name.value.parse() {
        Ok(check) => Some(check),
        Err(error) => {
            let error: UnknownCheck = error;
            errors.push(mistake(&error.to_string(), name.span, &error.help()));
            None
        }
    }
}

/// One regex for a provider's word, a key, a sign and a value, which may stand on the next line.
fn assignment(entry: &SecretEntry, words: &[String]) -> String {
    let reach = entry.reach.as_ref().map_or(60, |reach| reach.value).min(400);
    let either = |words: &[&str]| {
        let escaped: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
        format!("(?i-u:{})", escaped.join("|"))
    };
    let keys: Vec<&str> = match &entry.keys {
        Some(keys) => keys.iter().map(|key| key.value.as_str()).collect(),
        None => USUAL_KEYS.to_vec(),
    };
    let (short, long): (Vec<&str>, Vec<&str>) =
        words.iter().map(String::as_str).partition(|word| word.len() <= SHORT_WORD);
    let mut heads = Vec::new();
    if !long.is_empty() {
        heads.push(either(&long));
    }
    // A short word counts only where it stands by itself: `box` in `BOX_TOKEN` and `boxToken`, not in `mailbox`.
    let alone = format!("(?:^|(?-u:[^A-Za-z])){}", either(&short));
    if !short.is_empty() {
        heads.push(format!("{alone}(?-u:\\b|[_0-9])"));
    }
    let heads = heads.join("|");
    let before = match (keys.is_empty(), short.is_empty()) {
        (true, _) => format!("(?:{heads})"),
        // In configuration the provider's word is often a line of its own above its keys.
        (false, true) => format!("(?:{heads})(?s-u:.){{0,{reach}}}?{}", either(&keys)),
        (false, false) => {
            let key = either(&keys);
            format!("(?:(?:{heads})(?s-u:.){{0,{reach}}}?{key}|{alone}{key})")
        }
    };
    let sign = "(?:[=:,>(\"'`|\\[{@-]|%3[aAdD]|(?-u:\\s))(?-u:\\s){0,24}[\"'`]?";
    let direct = match &entry.direct {
        Some(direct) if direct.value => format!(
            "|(?:{heads})(?:[\"'\\\\]{{0,2}}(?-u:[ \\t]){{0,3}}(?:=>|:?=|:)(?-u:[ \\t]){{0,3}}[\"'`]?|(?-u:[ \\t]){{1,3}}[\"'`])"
        ),
        _ => String::new(),
    };
    let value = entry.value.as_ref().map(|value| value.value.as_str()).unwrap_or_default();
    format!(
        "(?:{before}(?-u:[^\\r\\n]){{0,{reach}}}?{sign}{direct})\
         (?P<secret>{value})={{0,2}}(?:(?-u:[\\s\"'`<>,;:.)&\\]}}|\\\\#@])|$)"
    )
}

fn text(entry: TextEntry, gate: &Gate, check: bool, errors: &mut Vec<Mistake>) -> Option<TextForm> {
    let span = entry.pattern.span;
    let derived = anchors(&entry.pattern.value);
    let anchors = if gate.keywords.is_empty() { derived } else { gate.keywords.clone() };
    if anchors.is_empty() && gate.files.is_none() {
        let help = "give the rule `gate: {keywords: [...]}` or `gate: {files: [...]}`";
        errors.push(mistake("no literal is certain in this pattern, so every file would be searched", span, help));
    }
    let near = match entry.near {
        Some(near) => {
            Some((pattern(near.value, near.span, check, errors)?, entry.lines.map_or(10, |lines| lines.value)))
        }
        None => None,
    };
    Some(TextForm {
        pattern: pattern(entry.pattern.value, span, check, errors)?,
        anchors,
        near,
        unparsed: entry.unparsed,
    })
}

fn pattern(source: String, span: Span, check: bool, errors: &mut Vec<Mistake>) -> Option<Pattern> {
    if check && let Err(error) = compile(&source) {
        let message = error.to_string();
        let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
        errors.push(mistake(
            &format!("the pattern does not compile: {last}"),
            span,
            "see the syntax of the regex crate",
        ));
        return None;
    }
    Some(Pattern::new(source))
}

/// Words of at most this many letters are parts of many others.
const SHORT_WORD: usize = 4;

fn mistake(message: &str, span: Span, help: &str) -> Mistake {
    Mistake::new(message, span, help)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_unknown_check_is_a_mistake_at_its_place() {
        let text = "rules:\n  - id: secret/acme\n    title: a\n    severity: high\n    about: {what: a, why: b, fix: c}\n    \
                    detect:\n      secret:\n        - {pattern: 'acme_[0-9]{9}', checks: [githbu]}\n    \
                    examples:\n      - caught: a\n      - quiet: b\n";
        let mistakes = read(text, "acme.yaml").expect_err("there is no such check");
        assert_eq!(mistakes[0].message, "unknown check `githbu`");
        assert_eq!(mistakes[0].help.as_deref(), Some("did you mean `github`?"));
        assert_eq!(&text[mistakes[0].span.range()], "githbu");
    }
}
