//! Constants across files: what one file offers another may ask for, and what others only compare with nobody asks for.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;

use super::Group;
use super::import::module_parts;
use super::likeness::squeeze;
use super::name::{last, words};
use super::whose::Owned;
use crate::detect::note::{Meant, Note, Noted, Offer, Shared};
use crate::fact::{Fact, ScopeRequest, Seen};
use crate::finding::{Confidence, Label, Persona};
use crate::scope::{ProviderId, Scope};
use crate::span::Span;

/// What a group of scopes offers to other texts.
pub(super) fn offer(group: &Group, owners: &[Option<Owned>], told: bool, idle: bool) -> Option<Noted> {
    let name = group.name.as_ref()?;
    let first = group.written.first()?;
    let owned = group.written.iter().zip(owners);
    let scopes: Vec<(String, ProviderId)> =
        owned.filter_map(|(written, owner)| Some((written.scope.clone(), owner.as_ref()?.provider.clone()?))).collect();
    let offer = Offer {
        owner: name.owner.clone(),
        name: name.name.clone(),
        spans: group.written.iter().map(|written| written.span).collect(),
        told,
        idle,
        scopes,
    };
    let held = !offer.scopes.is_empty();
    let note = Note::Offer(offer);
    held.then(|| Noted { span: first.span, why: Vec::new(), client_id: group.client_id.clone(), note })
}

/// Tells what is asked for by constants of other files, and takes back what is only compared there.
pub fn settle(shared: &[Shared], facts: &mut Vec<Fact>) {
    let mut offers: BTreeMap<&str, Vec<(&Shared, &Offer)>> = BTreeMap::new();
    for one in shared {
        if let Note::Offer(offer) = &one.note {
            offers.entry(&offer.name).or_default().push((one, offer));
        }
    }
    if offers.is_empty() {
        return;
    }
    let told: BTreeSet<(&Utf8Path, u32)> = facts
        .iter()
        .filter(|fact| matches!(fact.seen, Seen::Scope(_)))
        .map(|fact| (fact.at.path.as_path(), fact.at.region.span.start))
        .collect();
    let mut more = Vec::new();
    // By place of the constant: whether it is compared, whether it is used otherwise.
    let mut uses: BTreeMap<(&Utf8Path, u32), (bool, bool)> = BTreeMap::new();
    for one in shared {
        let (meant, checked, asks) = match &one.note {
            Note::Want(meant) => (meant, false, true),
            Note::Use { meant, checked } => (meant, *checked, false),
            Note::Offer(_) => continue,
        };
        let Some((place, offer)) = find(&offers, meant, &one.fact.at.path) else { continue };
        let used = uses.entry((&place.fact.at.path, place.fact.at.region.span.start)).or_default();
        if checked {
            used.0 = true
        } else {
            used.1 = true
        }
        let start = one.fact.at.region.span.start;
        if asks && !offer.told && !told.contains(&(one.fact.at.path.as_path(), start)) {
            more.extend(asked(one, place, offer));
        }
    }
    let only_checked: BTreeSet<(&Utf8Path, Span)> = offers
        .values()
        .flatten()
        .filter(|(_, offer)| offer.told && offer.idle)
        .filter(|(place, _)| {
            uses.get(&(place.fact.at.path.as_path(), place.fact.at.region.span.start)) == Some(&(true, false))
        })
        .flat_map(|(place, offer)| offer.spans.iter().map(|span| (place.fact.at.path.as_path(), *span)))
        .collect();
    facts.retain(|fact| {
        !(matches!(fact.seen, Seen::Scope(_)) && only_checked.contains(&(fact.at.path.as_path(), fact.at.region.span)))
    });
    facts.append(&mut more);
}

type Offers<'s> = BTreeMap<&'s str, Vec<(&'s Shared, &'s Offer)>>;

/// The one constant that is meant.
fn find<'s>(offers: &Offers<'s>, meant: &Meant, from: &Utf8Path) -> Option<(&'s Shared, &'s Offer)> {
    let named = offers.get(meant.name.as_str())?;
    let owned = |offer: &Offer| match (&meant.owner, &offer.owner) {
        (Some(wanted), Some(held)) => wanted == held,
        // `const scopes = { READ: … }; export default scopes`
        _ => true,
    };
    let other = |path: &Utf8Path| path != from && language(path) == language(from);
    let candidates: Vec<(&Shared, &Offer)> =
        named.iter().copied().filter(|(place, offer)| owned(offer) && other(&place.fact.at.path)).collect();
    let Some(module) = &meant.module else {
        let holds = |(place, offer): &&(&'s Shared, &'s Offer)| {
            offer.owner.is_some() || meant.owner.as_ref().is_some_and(|owner| is_named(&place.fact.at.path, owner))
        };
        return alone(candidates.iter().filter(holds).copied().collect());
    };
    let there = candidates.iter().filter(|(place, _)| module.is(&place.fact.at.path, from)).copied().collect();
    alone(there).or_else(|| {
        // A file that hands on what others hold: the name tells where there is but one of it.
        let constant = |name: &str| name.len() > 3 && words(name).len() + usize::from(meant.owner.is_some()) > 1;
        let near = module.is_near() && constant(&meant.name);
        alone(candidates).filter(|_| near)
    })
}

/// The only candidate, or the first of those in one file.
fn alone<'s>(candidates: Vec<(&'s Shared, &'s Offer)>) -> Option<(&'s Shared, &'s Offer)> {
    let first = candidates.first()?;
    candidates.iter().all(|(place, _)| place.fact.at.path == first.0.fact.at.path).then_some(*first)
}

/// Whether a file or its folder bears the name of a class, a module or a package.
fn is_named(path: &Utf8Path, owner: &str) -> bool {
    let parts = module_parts(path);
    let wanted = squeeze(last(owner));
    let folder = path.extension() == Some("go");
    let named = if folder { parts.iter().rev().nth(1) } else { parts.last() };
    !wanted.is_empty() && named.is_some_and(|part| squeeze(part) == wanted)
}

/// What languages can import from each other.
fn language(path: &Utf8Path) -> &str {
    match path.extension().unwrap_or_default() {
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "vue" | "svelte" => "js",
        "java" | "kt" | "kts" | "scala" | "groovy" => "java",
        "py" | "pyw" | "ipynb" => "py",
        other => other,
    }
}

/// The requests of a name, with the place of the constant.
fn asked(want: &Shared, place: &Shared, offer: &Offer) -> Vec<Fact> {
    let at = &place.fact.at;
    let label = Label {
        at: at.clone(),
        text: "the constant that is asked for".to_owned(),
        excerpt: place.fact.excerpt.clone(),
    };
    let request = |(scope, provider): &(String, ProviderId)| {
        let mut fact = want.fact.clone();
        fact.seen = match fact.seen {
            Seen::Scope(request) => {
                Seen::Scope(ScopeRequest { scope: Scope::new(scope), provider: Some(provider.clone()), ..request })
            }
            seen => seen,
        };
        fact.why.push(format!("what `{}` stands for at {}:{}", offer.name, at.path, at.region.start.line));
        fact.confidence = Confidence::High;
        fact.persona = Persona::Regular;
        fact.related = vec![label.clone()];
        fact
    };
    offer.scopes.iter().map(request).collect()
}

#[cfg(test)]
mod tests {
    use crate::detect::engine::Engine;
    use crate::detect::trial::Clues;
    use crate::fact::{Fact, Seen};
    use crate::origin::Origin;
    use crate::rule::builtin;

    fn look(files: &[(&str, &str)]) -> Vec<Fact> {
        let rules = builtin::rules();
        let engine = Engine::new(&rules);
        let (mut facts, mut clues) = (Vec::new(), Clues::default());
        for (path, text) in files {
            let mut seeing = engine.look((*path).into(), &Origin::WorkTree, text.as_bytes()).expect("text");
            facts.append(&mut seeing.facts);
            clues.append(&mut seeing.clues);
        }
        clues.prove(&mut facts);
        facts.retain(|fact| matches!(fact.seen, Seen::Scope(_)));
        facts
    }

    /// Where each scope is asked for: `auth.py:2 Mail.Read`.
    fn asked(files: &[(&str, &str)]) -> Vec<String> {
        let line = |fact: &Fact| match &fact.seen {
            Seen::Scope(request) => {
                format!("{}:{} {}", fact.at.path, fact.at.region.start.line, request.scope.as_str())
            }
            _ => String::new(),
        };
        let mut asked: Vec<String> = look(files).iter().map(line).collect();
        asked.sort();
        asked
    }

    const JAVA: &str =
        "final class ScopeConstants {\n  static final String LEADS = \"ZohoCRM.modules.leads.READ\";\n}\n";

    #[test]
    fn a_constant_of_another_file_is_asked_for_where_it_is_named() {
        let leads = "ZohoCRM.modules.leads.READ";
        for (files, place) in [
            (
                [
                    ("a/perm.py", "# scopes\nLEADS = 'ZohoCRM.modules.leads.READ'\n"),
                    ("a/auth.py", "from .perm import LEADS\nlogin(scope=LEADS)\n"),
                ],
                "a/auth.py:2",
            ),
            (
                [
                    ("a/perm.py", "class Scope(Enum):\n    LEADS = 'ZohoCRM.modules.leads.READ'\n"),
                    ("a/auth.py", "from a.perm import Scope\nlogin(scope=Scope.LEADS.value)\n"),
                ],
                "a/auth.py:2",
            ),
            (
                [
                    ("src/perm.ts", "export const Scopes = { LEADS: 'ZohoCRM.modules.leads.READ' } as const;\n"),
                    ("src/auth.ts", "import { Scopes } from './perm';\nconst a = { scope: [Scopes.LEADS] };\n"),
                ],
                "src/auth.ts:2",
            ),
            (
                [
                    (
                        "perm.js",
                        "const LEADS = ['ZohoCRM.modules.leads.READ'];\nmodule.exports = { LEADS }; // scopes\n",
                    ),
                    ("auth.js", "const { LEADS } = require('./perm');\nlogin({ scope: [...LEADS] });\n"),
                ],
                "auth.js:2",
            ),
            (
                [
                    ("x/S.java", JAVA),
                    ("y/A.java", "class A {\n  List<String> scopes = List.of(ScopeConstants.LEADS);\n}\n"),
                ],
                "y/A.java:2",
            ),
            (
                [
                    ("perm/all.go", "package perm // scopes\nconst (\n\tLeads = \"ZohoCRM.modules.leads.READ\"\n)\n"),
                    ("main.go", "package main\nvar c = oauth2.Config{Scopes: []string{perm.Leads}}\n"),
                ],
                "main.go:2",
            ),
        ] {
            assert_eq!(asked(&files), [format!("{place} {leads}")], "{files:?}");
        }
        let facts =
            look(&[("x/S.java", JAVA), ("A.java", "class A { List<String> scopes = List.of(ScopeConstants.LEADS); }")]);
        assert_eq!(facts[0].related[0].at.path, "x/S.java");
        assert!(facts[0].why.iter().any(|why| why.contains("x/S.java:2")), "{:?}", facts[0].why);
    }

    #[test]
    fn what_is_told_already_or_cannot_be_told_is_not_told() {
        let list = ("a/const.py", "SCOPES = ['Mail.Read']\n");
        // The list is told where it stands.
        let once = asked(&[list, ("a/auth.py", "from .const import SCOPES\nlogin(scopes=SCOPES)\n")]);
        assert_eq!(once, ["a/const.py:1 Mail.Read"]);
        // Two classes of one name: which one is meant?
        let twice = [
            ("x/S.java", JAVA),
            ("z/S.java", JAVA),
            ("A.java", "class A { List<String> scopes = List.of(ScopeConstants.LEADS); }"),
        ];
        assert_eq!(asked(&twice), Vec::<String>::new());
        // Another language, another folder, a package of somebody else.
        for (path, text) in [
            ("a.js", "login({ scope: ScopeConstants.LEADS });"),
            ("a.py", "from other.thing import ScopeConstants\nlogin(scope=ScopeConstants.LEADS)\n"),
        ] {
            assert_eq!(asked(&[("x/S.java", JAVA), (path, text)]), Vec::<String>::new(), "{path}");
        }
        let offer = ("a/perm.py", "# scopes\nLEADS = 'ZohoCRM.modules.leads.READ'\n");
        assert_eq!(
            asked(&[offer, ("b/auth.py", "from thing import LEADS\nlogin(scope=LEADS)\n")]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_other_files_only_compare_is_asked_for_by_none() {
        let list = ("a/const.py", "REQUIRED_SCOPES = ['Mail.Read']\n");
        let check =
            ("a/check.py", "from .const import REQUIRED_SCOPES\nok = all(s in have for s in REQUIRED_SCOPES)\n");
        let login = ("a/login.py", "from .const import REQUIRED_SCOPES\nurl = get_url(REQUIRED_SCOPES)\n");
        assert_eq!(asked(&[list, check]), Vec::<String>::new());
        assert_eq!(asked(&[list, check, login]), ["a/const.py:1 Mail.Read"]);
        assert_eq!(asked(&[list]), ["a/const.py:1 Mail.Read"]);
        let script = [
            ("a.ts", "export const MAIL_SCOPES = ['Mail.Read'];\n"),
            ("b.ts", "import { MAIL_SCOPES } from './a';\nif (!MAIL_SCOPES.every((s) => have.includes(s))) fail();\n"),
        ];
        assert_eq!(asked(&script), Vec::<String>::new());
    }

    #[test]
    fn hostile_imports_are_read_in_time() {
        for piece in ["import {", "from a import (", "const {", "import x,\n"] {
            let text = format!("const SCOPES_X = scopes(MAIL_SCOPES);\n{}", piece.repeat(20_000));
            look(&[("a.ts", &text), ("a.py", &text)]);
        }
    }
}
