//! The eye for shapes of source code: `detect.code`, each tried only where its words stand.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::around::{Around, is_compared};
use super::bound::Imports;
use super::cause::{Cause, one_cause};
use super::handed::handed_in;
use super::names::{self, Names};
use super::{Found, Spot, check};
use crate::detect::prefilter::{Promise, WordId, WordSet, Words};
use crate::detect::{Detector, Rank, Sight, View, role};
use crate::fact::{Flaw, Role, Seen};
use crate::rule::code::{Clause, CodeForm, Mark, Path, Target, bare};
use crate::rule::is::{Is, Unit};
use crate::rule::secret::Pattern;
use crate::rule::{Rule, RuleSet};
use crate::span::Span;
use crate::syntax::language::Language;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};
use crate::syntax::value::Value;

/// Looks for the code shapes of all rules.
pub struct CodeForms<'r> {
    forms: Vec<Waiting<'r>>,
    /// The words of all forms.
    words: WordSet,
}

/// A form that waits for its words, by its place in its rule.
struct Waiting<'r> {
    rule: &'r Rule,
    form: usize,
    anchors: Vec<WordId>,
}

/// A form whose words stand in the file.
#[derive(Clone, Copy)]
struct Entry<'r> {
    rule: &'r Rule,
    form: &'r CodeForm,
}

impl<'r> CodeForms<'r> {
    /// Takes the shapes of all rules and asks for their words; not `all`: of those that may see a key.
    #[must_use]
    pub fn new(rules: &'r RuleSet, words: &mut Words, all_forms: bool) -> Self {
        let mut forms = Vec::new();
        let mut all = WordSet::default();
        for rule in rules.iter() {
            for (form, anchors) in rule.seeks.code.iter().enumerate() {
                if !all_forms && !rule.detect().code.get(form).is_some_and(CodeForm::sees_keys) {
                    continue;
                }
                let anchors: Vec<WordId> =
                    anchors.iter().map(|anchor| words.ask_gated(anchor, Promise::Once.into())).collect();
                all.extend(anchors.iter().copied());
                forms.push(Waiting { rule, form, anchors });
            }
        }
        Self { forms, words: all }
    }
}

impl Detector for CodeForms<'_> {
    fn look(&self, view: &View<'_>, sights: &mut Vec<Sight>) {
        if view.role == Role::Generated || !view.hits.meet(&self.words) || role::only_declares(view.path) {
            return;
        }
        let Some(language) = Language::of(view.path, view.text.as_str()) else { return };
        let text = view.text.as_str();
        let names = OnceCell::new();
        let has = |word: &String| view.lower().contains(word.as_str());
        let names = || names.get_or_init(|| Names::of(text));
        let marked = |mark: &Mark| match mark {
            Mark::Written(paths) => paths.iter().any(|path| {
                let Some((last, before)) = path.split_last() else { return true };
                names().hold(last, text)
                    && before.iter().all(|name| !names::is_name(name) || text.contains(name.as_str()))
            }),
            Mark::Bare(list) => list.iter().any(|name| names().hold_bare(name)),
            Mark::Anycase(words) => words.iter().any(has),
        };
        // All that can be told before parsing is told before parsing.
        let admitted = |form: &CodeForm| {
            // HCL is read as settings, unless a rule asks for its code.
            (form.languages.contains(&language) || form.languages.is_empty() && language != Language::Hcl)
                && (form.imports.is_empty() || form.imports.iter().any(|module| names_module(text, module)))
                && (form.words.is_empty() || form.words.iter().any(has))
                && !form.without.iter().any(has)
                && form.marks.iter().all(marked)
        };
        let wanted: Vec<Entry<'_>> = self
            .forms
            .iter()
            .filter(|waiting| view.hits.any(&waiting.anchors) && waiting.rule.gate.admits(view.path.as_str()))
            .filter_map(|Waiting { rule, form, .. }| Some(Entry { rule, form: rule.detect().code.get(*form)? }))
            .filter(|entry| admitted(entry.form))
            .collect();
        if wanted.is_empty() {
            return;
        }
        let Some(code) = view.code() else { return };
        let imports = Imports::of(code);
        let wanted: Vec<&Entry<'_>> = wanted.iter().filter(|entry| imports.has(&entry.form.imports)).collect();
        let mut seen = Look { code, imports: &imports, found: Vec::new() };
        seen.all(&wanted);
        sights.extend(one_cause(code, seen.found));
    }
}

/// Whether a text names a module at all; a path may be written with a group: `Firebase\JWT\{JWT, Key}`.
fn names_module(text: &str, module: &str) -> bool {
    text.contains(module)
        || module.rsplit(['/', '.', '\\']).next().is_some_and(|last| last.len() > 2 && text.contains(last))
}

struct Look<'a, 't> {
    code: &'a Code<'t>,
    imports: &'a Imports<'t>,
    found: Vec<Cause>,
}

impl<'a, 't> Look<'a, 't> {
    fn around(&self) -> Around<'a, 't> {
        Around { code: self.code, imports: self.imports }
    }

    fn all(&mut self, wanted: &[&Entry<'_>]) {
        let (mut calls, mut names, mut sets) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (mut objects, mut strings) = (BTreeMap::new(), Vec::new());
        for entry in wanted {
            match &entry.form.target {
                Target::Call(paths) => {
                    for path in paths {
                        calls.entry(path.last()).or_insert_with(Vec::new).push((*entry, path));
                    }
                }
                Target::Name(paths) => {
                    for path in paths {
                        names.entry(path.last()).or_insert_with(Vec::new).push((*entry, path));
                    }
                }
                Target::Set(known) => {
                    for name in known {
                        sets.entry(name.as_str()).or_insert_with(Vec::new).push(*entry);
                    }
                }
                Target::Object(known) => {
                    for name in known {
                        objects.entry(name.as_str()).or_insert_with(Vec::new).push(*entry);
                    }
                }
                Target::String(pattern) => strings.push((*entry, pattern)),
                Target::Pattern(pattern) => self.pattern(entry, pattern),
            }
        }
        for id in self.code.all() {
            match self.code.kind(id) {
                Kind::Call => self.call(id, &calls),
                Kind::Assign | Kind::Pair => {
                    let Some(entries) = sets.get(bare(self.code.mark(id)).as_str()) else { continue };
                    let Some(value) = self.code.child(id, Slot::Value) else { continue };
                    for entry in entries {
                        if self.around().within(id, entry.form) {
                            self.clauses(entry, id, value, self.code.node(id).mark);
                        }
                    }
                }
                Kind::Name | Kind::Member => self.name(id, &names),
                Kind::Object if !objects.is_empty() => self.object(id, &objects),
                Kind::String | Kind::Join if !strings.is_empty() => self.string(id, &strings),
                _ => {}
            }
        }
    }

    fn call(&mut self, id: NodeId, calls: &BTreeMap<&str, Vec<(&Entry<'_>, &Path)>>) {
        let method = self.code.method(id);
        let by_method = calls.get(method).into_iter().flatten();
        // `@`: the import itself is called, under any name.
        let by_import = calls.get("").into_iter().flatten();
        let mut path = None;
        for (entry, wanted) in by_method.chain(by_import) {
            let path = path.get_or_insert_with(|| self.code.callee(id));
            if self.imports.matches(wanted, path, entry.form) && self.around().within(id, entry.form) {
                let callee = self.code.child(id, Slot::Callee);
                // A chain may be long: its last name is what is pointed at.
                let mark = callee.map_or_else(
                    || self.code.span(id),
                    |callee| match self.code.kind(callee) {
                        Kind::Member => self.code.node(callee).mark,
                        _ => self.code.span(callee),
                    },
                );
                self.clauses(entry, id, id, mark);
            }
        }
    }

    fn name(&mut self, id: NodeId, names: &BTreeMap<&str, Vec<(&Entry<'_>, &Path)>>) {
        let Some(entries) = names.get(self.code.mark(id)) else { return };
        // The name of a longer path, of an import, of a key, or of what is only compared.
        if matches!(self.code.node(id).slot, Slot::Key | Slot::Target) || is_compared(self.code, id) {
            return;
        }
        let path = self.code.path(id);
        for (entry, wanted) in entries {
            if self.imports.matches(wanted, &path, entry.form) && self.around().within(id, entry.form) {
                self.clauses(entry, id, id, self.code.span(id));
            }
        }
    }

    fn object(&mut self, id: NodeId, objects: &BTreeMap<&str, Vec<&Entry<'_>>>) {
        let pairs: Vec<NodeId> = self.code.children(id).filter(|&child| self.code.kind(child) == Kind::Pair).collect();
        for pair in pairs {
            for entry in objects.get(bare(self.code.mark(pair)).as_str()).into_iter().flatten() {
                if self.around().within(id, entry.form) {
                    self.clauses(entry, id, id, self.code.span(pair));
                }
            }
        }
    }

    fn string(&mut self, id: NodeId, strings: &[(&Entry<'_>, &Pattern)]) {
        let parent = self.code.parent(id).map(|parent| self.code.kind(parent));
        if matches!(parent, Some(Kind::Join | Kind::Import)) || self.code.node(id).slot == Slot::Key {
            return;
        }
        if self.code.is_prose(id) {
            return;
        }
        let Value::Text(text) = self.code.value(id) else { return };
        for (entry, pattern) in strings {
            let found = pattern.regex().and_then(|regex| regex.captures(text.text.as_bytes()));
            let Some(found) = found else { continue };
            if is_compared(self.code, id) || !self.around().within(id, entry.form) {
                continue;
            }
            // The matched words where the text stands as written, else the whole literal.
            let mark = found.name("mark").or_else(|| found.get(0));
            let words = mark.map(|mark| String::from_utf8_lossy(mark.as_bytes()).into_owned()).unwrap_or_default();
            let content = if self.code.kind(id) == Kind::String { self.code.node(id).mark } else { self.code.span(id) };
            let here = self.code.slice(content).find(&words).filter(|_| !words.is_empty());
            // What is only put in by name is found where it stands.
            if here.is_none() && !words.is_empty() && self.code.children(id).next().is_some() {
                continue;
            }
            let span = here
                .map_or(content, |at| Span::of(content.start as usize + at, content.start as usize + at + words.len()));
            self.clauses(entry, id, id, span);
        }
    }

    fn pattern(&mut self, entry: &Entry<'_>, pattern: &str) {
        for found in crate::syntax::pattern::find(self.code, pattern) {
            let mut all = Vec::new();
            for clause in &entry.form.clauses {
                let variable = clause.at.first().and_then(|name| found.variables.get(name.trim_start_matches('$')));
                let spot = match variable {
                    Some(span) => Spot::At(self.code.covering(*span)),
                    None if clause.at.is_empty() => Spot::At(self.code.covering(found.span)),
                    None => Spot::Missing,
                };
                let bare = crate::rule::code::Clause { key: clause.key.clone(), ..Default::default() };
                let spot = match spot {
                    Spot::At(node) if !clause.key.is_empty() => check::spot(self.code, &bare, node),
                    other => other,
                };
                let Some(held) = check::holds(self.code, clause, spot, self.code.covering(found.span)) else { break };
                all.push(held);
            }
            if all.len() == entry.form.clauses.len() {
                let node = self.code.covering(found.span);
                self.note(entry, node, found.span, all);
            }
        }
    }

    /// All clauses of an entry at a call or a value; notes what they find together.
    fn clauses(&mut self, entry: &Entry<'_>, node: NodeId, base: NodeId, mark: Span) {
        if self.around().is_excused(node, entry.form) {
            return;
        }
        if let Some(all) = self.held(entry, node, base, None) {
            self.note(entry, node, mark, all);
            return;
        }
        // A value that is handed in is what the calls of the function give.
        let named = entry.form.clauses.iter().find_map(|clause| match check::spot(self.code, clause, base) {
            // A parameter with a default resolves to that.
            Spot::At(spot) => {
                [self.code.resolve(spot), spot].into_iter().find(|&spot| self.code.kind(spot) == Kind::Name)
            }
            _ => None,
        });
        let arguments = named.map(|parameter| handed_in(self.code, parameter)).unwrap_or_default();
        let Some(parameter) = named.filter(|_| !arguments.is_empty()) else {
            self.moments(entry, node, base, mark);
            return;
        };
        for argument in arguments {
            if let Some(mut all) = self.held(entry, node, base, Some((parameter, argument))) {
                for found in all.iter_mut().filter(|found| found.seconds.is_some()) {
                    found.span = Some(self.code.span(argument));
                }
                self.note(entry, node, mark, all);
            }
        }
    }

    /// A lifetime that is reckoned from now and a parameter: `now() + ttl`, where a call gives the `ttl`.
    fn moments(&mut self, entry: &Entry<'_>, node: NodeId, base: NodeId, mark: Span) {
        let [clause] = entry.form.clauses.as_slice() else { return };
        let Spot::At(spot) = check::spot(self.code, clause, base) else { return };
        let whole = self.code.resolve(spot);
        if clause.is != [Is::Lifetime] || self.code.size(whole) > 40 {
            return;
        }
        let text = self.code.text(whole);
        let counts_milliseconds =
            ["currentTimeMillis", "Date.now()", "getTime()"].iter().any(|clock| text.contains(clock))
                && !text.contains("1000");
        let unit = if counts_milliseconds { Unit::Milliseconds } else { clause.unit };
        let span = Clause { is: vec![Is::Lifetime], unit, over: clause.over, ..Clause::default() };
        let names: Vec<NodeId> = self.code.below(whole).filter(|&id| self.code.kind(id) == Kind::Name).collect();
        for argument in names.into_iter().flat_map(|name| handed_in(self.code, name)) {
            if let Some(mut found) = check::holds(self.code, &span, Spot::At(argument), node) {
                found.span = Some(self.code.span(argument));
                self.note(entry, node, mark, vec![found]);
            }
        }
    }

    /// What all clauses of an entry find, with an argument in the place of a parameter; `None` where one does not hold.
    fn held(
        &self,
        entry: &Entry<'_>,
        node: NodeId,
        base: NodeId,
        handed: Option<(NodeId, NodeId)>,
    ) -> Option<Vec<Found>> {
        let clauses = entry.form.clauses.iter();
        clauses
            .map(|clause| {
                let spot = match (check::spot(self.code, clause, base), handed) {
                    (Spot::At(spot), Some((parameter, argument)))
                        if spot == parameter || self.code.resolve(spot) == parameter =>
                    {
                        Spot::At(argument)
                    }
                    (spot, _) => spot,
                };
                check::holds(self.code, clause, spot, node)
            })
            .collect()
    }

    fn note(&mut self, entry: &Entry<'_>, node: NodeId, mark: Span, all: Vec<Found>) {
        let told =
            all.iter().find(|found| found.subject.is_some() || found.seconds.is_some() || !found.hide.is_empty());
        // What is missing has no place: the call is pointed at, not what else was asked of it.
        let whole = matches!(entry.form.target, Target::String(_));
        let first = told.or_else(|| all.first().filter(|_| !whole));
        let span = first.and_then(|found| found.span).unwrap_or(mark);
        let subject = first.and_then(|found| found.subject.clone()).or_else(|| entry.form.subject.clone());
        let seconds = first.and_then(|found| found.seconds);
        let hide: Vec<Span> = all.iter().flat_map(|found| found.hide.iter().copied()).collect();
        let shown = subject.clone().unwrap_or_default();
        let flaw = Flaw {
            subject,
            seconds,
            message: entry.form.message.as_ref().map(|message| message.replace("{}", &shown)),
            help: entry.form.help.clone(),
            value: None,
        };
        // A constant far from its use: both places are shown.
        let apart = !self.code.span(node).contains(span) && !mark.overlaps(span);
        let related = if apart { vec![(mark, "used here".to_owned())] } else { Vec::new() };
        self.found.push(Cause {
            node,
            sight: Sight {
                rule: entry.rule.id.clone(),
                span,
                hide,
                rank: Rank::Form,
                confidence: entry.rule.confidence,
                persona: entry.rule.persona,
                why: vec!["seen in the syntax tree".to_owned()],
                related,
                seen: if entry.rule.id.family() == "oauth" { Seen::OAuth(flaw) } else { Seen::Jwt(flaw) },
            },
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::detect::engine::Engine;
    use crate::origin::Origin;
    use crate::rule::{RuleSet, load};

    const RULE: &str = r#"
rules:
  - id: jwt/own-wrapper
    title: Our wrapper signs with a symmetric algorithm
    severity: high
    about: {what: Our wrapper is called so., why: It forges tokens., fix: Pass another algorithm.}
    gate: {keywords: [makeToken]}
    detect:
      code:
        - languages: [javascript]
          pattern: makeToken($CLAIMS, $ALG)
          where: [{at: ["$ALG"], is: [symmetric]}]
    examples:
      - caught: "makeToken(c, 'HS256')"
      - quiet: "makeToken(c, 'RS256')"
"#;

    #[test]
    fn a_users_pattern_of_code_is_found_with_its_variables_tested() {
        let mut rules = RuleSet::default();
        for rule in load::read(RULE, "own.yaml").expect("the rule is valid") {
            rules.add(rule).expect("its id is free");
        }
        let engine = Engine::new(&rules);
        let text = "const ALG = 'HS256';\nmakeToken(claims, ALG);\nmakeToken(claims, 'RS256');\n";
        let seeing = engine.look("a.js".into(), &Origin::WorkTree, text.as_bytes()).expect("this is text");
        let seen: Vec<&str> = seeing.facts.iter().map(|fact| &text[fact.at.region.span.range()]).collect();
        assert_eq!(seen, ["HS256"]);
    }

    #[test]
    fn a_pattern_that_does_not_read_is_told_at_its_place() {
        let broken = RULE.replace("makeToken($CLAIMS, $ALG)", "makeToken($CLAIMS $ALG) )(");
        let rule = broken.replace("is: [symmetric]", "is: [symetric]");
        let errors = load::read(&rule, "own.yaml").expect_err("the test has no such name");
        let place = errors.iter().map(|error| &rule[error.span.range()]).next_back();
        assert_eq!(place, Some("symetric"), "{errors:?}");
    }
}
