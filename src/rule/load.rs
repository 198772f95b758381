//! From rules as written to rules as valid; every mistake with its place.

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::anchor::MIN_LENGTH;
use super::check::{Check, UnknownCheck};
use super::code::CodeEntry;
use super::file::{DetectEntry, GateEntry, RuleEntry, RuleFile};
use super::secret::{Companion, CompanionEntry, Pattern, SecretEntry, SecretForm, compile};
use super::sought::{self, Named};
use super::text::{TextEntry, TextForm};
use super::{Detect, Gate, Page, Rule, Seeks};
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
        match (valid(entry), about, checked) {
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

/// What a rule looks for, from an entry that the tests have read before: its patterns are not compiled again.
///
/// # Errors
/// The mistakes; never for built-in rules.
pub fn trusted(entry: DetectEntry, id: &RuleId, gate: &Gate) -> Result<Detect, Vec<Mistake>> {
    let mut errors = Vec::new();
    let id = At { value: id.as_str().to_owned(), ..At::default() };
    let detect = detect(entry, &id, gate, false, &mut errors);
    if errors.is_empty() { Ok(detect) } else { Err(errors) }
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

fn valid(entry: RuleEntry) -> Result<Rule, Vec<Mistake>> {
    let mut errors = Vec::new();
    let id = entry.id.value.parse::<RuleId>();
    if let Err(error) = &id {
        errors.push(mistake(&error.to_string(), entry.id.span, "such as `secret/acme-token`"));
    }
    let severity = word(&entry.severity, &mut errors);
    let confidence = entry.confidence.as_ref().map_or(Some(Confidence::High), |word_| word(word_, &mut errors));
    let persona = entry.persona.as_ref().map_or(Some(Persona::Regular), |word_| word(word_, &mut errors));
    let gate = gate(&entry.gate, &mut errors);
    let builtin = entry.detect.builtin;
    let seeks = seeks(&entry.detect, &gate.keywords);
    unanchored(&entry.detect, &seeks, &gate, &mut errors);
    let detect = detect(entry.detect, &entry.id, &gate, true, &mut errors);
    let looks = !detect.secret.is_empty() || !detect.text.is_empty() || !detect.code.is_empty();
    if !looks && detect.settings.is_empty() && !builtin && errors.is_empty() {
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
            seeks,
            builtin,
            detect: detect.into(),
            page: None,
        }),
        _ => Err(errors),
    }
}

fn detect(entry: DetectEntry, id: &At<String>, gate: &Gate, check: bool, errors: &mut Vec<Mistake>) -> Detect {
    let mut detect = Detect::default();
    for form in entry.secret {
        detect.secret.extend(secret(form, id, check, errors));
    }
    for form in entry.text {
        detect.text.extend(text(form, check, errors));
    }
    for form in entry.code {
        detect.code.extend(super::code::form(form, &gate.keywords, id.span, check, errors));
    }
    for form in entry.settings {
        detect.settings.extend(super::settings::form(form, &gate.keywords, check, errors));
    }
    detect
}

/// What the forms of a rule wait for.
#[must_use]
pub fn seeks(detect: &DetectEntry, keywords: &[String]) -> Seeks {
    let secret = |form: &SecretEntry| match (&form.pattern, lower(&form.words)) {
        (Some(pattern), _) => sought::of_pattern(&pattern.value, &lower(&form.anchors), keywords),
        (None, words) => {
            let keys = form.keys.as_ref().map(|keys| texts(keys));
            sought::of_named(&named(form, &words, keys.as_deref()), keywords)
        }
    };
    let code = |form: &CodeEntry| {
        let paths = if form.name.is_empty() { texts(&form.call) } else { texts(&form.name) };
        sought::of_code(keywords, &texts(&form.imports), &texts(&form.words), &paths)
    };
    Seeks {
        secret: detect.secret.iter().map(secret).collect(),
        code: detect.code.iter().map(code).collect(),
        text: detect.text.iter().map(|form| sought::of_text(&form.pattern.value, keywords)).collect(),
        settings: detect.settings.iter().map(|_| keywords.to_vec()).collect(),
    }
}

fn named<'r>(form: &'r SecretEntry, words: &'r [String], keys: Option<&'r [String]>) -> Named<'r> {
    Named {
        words,
        keys,
        reach: form.reach.as_ref().map(|reach| reach.value),
        direct: form.direct.as_ref().is_some_and(|direct| direct.value),
        value: form.value.as_ref().map_or("", |value| value.value.as_str()),
    }
}

/// Refuses patterns for which every file would be searched.
fn unanchored(entry: &DetectEntry, seeks: &Seeks, gate: &Gate, errors: &mut Vec<Mistake>) {
    if gate.files.is_some() {
        return;
    }
    let secrets = entry.secret.iter().zip(&seeks.secret).map(|(form, sought)| {
        let place = form.pattern.as_ref().or(form.value.as_ref()).map(|text| text.span);
        (place.unwrap_or_default(), &sought.anchors)
    });
    let texts = entry.text.iter().map(|form| form.pattern.span).zip(&seeks.text);
    for (span, anchors) in secrets.chain(texts) {
        if anchors.iter().all(|anchor| anchor.len() < MIN_LENGTH) {
            let help = "give the rule `gate: {keywords: [...]}` or `gate: {files: [...]}`";
            errors.push(mistake("no literal is certain in this pattern, so every file would be searched", span, help));
        }
    }
}

fn texts(list: &[At<String>]) -> Vec<String> {
    list.iter().map(|text| text.value.clone()).collect()
}

fn lower(list: &[At<String>]) -> Vec<String> {
    list.iter().map(|text| text.value.to_ascii_lowercase()).collect()
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

fn secret(entry: SecretEntry, id: &At<String>, check: bool, errors: &mut Vec<Mistake>) -> Option<SecretForm> {
    let (source, span) = match (&entry.pattern, &entry.value) {
        (Some(pattern), None) => (pattern.value.clone(), pattern.span),
        (None, Some(value)) if !entry.words.is_empty() => {
            let (words, keys) = (lower(&entry.words), entry.keys.as_ref().map(|keys| texts(keys)));
            (sought::assignment(&named(&entry, &words, keys.as_deref())), value.span)
        }
        _ => {
            let help = "write `pattern: REGEX`, or `words: [provider]` with `value: REGEX`";
            errors.push(mistake("a form is either a pattern or words with a value", id.span, help));
            return None;
        }
    };
    let keys = match (&entry.pattern, &entry.keys, &entry.direct) {
        (None, keys, None) => {
            keys.as_ref().map_or_else(|| sought::USUAL_KEYS.map(str::to_owned).to_vec(), |keys| lower(keys))
        }
        _ => Vec::new(),
    };
    let compiles = pattern(source, span, check, errors);
    let mut not = Vec::new();
    for source in entry.not {
        not.extend(pattern(source.value, source.span, check, errors));
    }
    let near = entry.near.map(|near| {
        let words = near.words.iter().map(|word| word.value.to_ascii_lowercase()).collect();
        (words, near.lines.map_or(5, |lines| lines.value))
    });
    let elsewhere = entry.elsewhere.as_ref().and_then(|persona| word(persona, errors)).unwrap_or_default();
    let companion = entry.companion.and_then(|companion| self::companion(companion, check, errors));
    Some(SecretForm {
        pattern: compiles?,
        named: entry.pattern.is_none(),
        keys,
        narrow: entry.value.as_ref().filter(|value| sought::widened(&value.value) != value.value).map(|value| {
            let whole = format!("^(?:{})$", value.value);
            Pattern::new(whole)
        }),
        shaped: entry.value.is_some_and(|value| value.value.starts_with(|c: char| c.is_ascii_alphanumeric())),
        entropy: entry.entropy.map_or(0.0, |entropy| entropy.value),
        not,
        near,
        companion,
        checks: entry.checks.iter().filter_map(|name| known_check(name, errors)).collect(),
        elsewhere,
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

fn text(entry: TextEntry, check: bool, errors: &mut Vec<Mistake>) -> Option<TextForm> {
    let span = entry.pattern.span;
    let near = match entry.near {
        Some(near) => {
            Some((pattern(near.value, near.span, check, errors)?, entry.lines.map_or(10, |lines| lines.value)))
        }
        None => None,
    };
    Some(TextForm { pattern: pattern(entry.pattern.value, span, check, errors)?, near, unparsed: entry.unparsed })
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
