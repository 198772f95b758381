//! What somebody meant who wrote a scope that does not exist.

use std::collections::BTreeSet;

use super::provider::{Provider, cut};
use super::spelling;

impl Provider {
    /// The known scope that somebody who wrote this most likely meant. `None` for a known scope, too.
    #[must_use]
    pub fn nearest(&self, written: &str) -> Option<String> {
        let written = cut(written).filter(|written| self.canonical(written).is_none())?;
        let bare = self.grammar().bare(written);
        let signs = |c: char| self.grammar().segment().contains(c) || c == '.' || c == ':';
        let parts = |text: &str| text.split(signs).map(str::to_ascii_lowercase).collect::<BTreeSet<_>>();
        let have = parts(bare);
        let mut best: Option<(usize, bool, &str)> = None;
        for entry in self.entries() {
            let id = self.grammar().short(&entry.id).filter(|_| !bare.contains("://")).unwrap_or(&entry.id);
            let tail = id.len() > bare.len() && id.is_char_boundary(id.len() - bare.len()) && {
                let (head, tail) = id.split_at(id.len() - bare.len());
                tail.eq_ignore_ascii_case(bare) || (head.len() < 5 && tail.eq_ignore_ascii_case(bare))
            };
            let score = if tail {
                0
            } else if have.len() > 1 && have.is_subset(&parts(id)) {
                1
            } else if id.len().abs_diff(bare.len()) <= MOST_EDITS {
                let edits = spelling::distance(id, bare);
                if edits > MOST_EDITS.min(1 + id.len() / 6) {
                    continue;
                }
                1 + edits
            } else {
                continue;
            };
            // Of two equally near: what most people ask for, then the shorter, then the order of ids.
            let rare = !self.grammar().is_common(id);
            if best.is_none_or(|(least, held_rare, held)| (score, rare, id.len()) < (least, held_rare, held.len())) {
                best = Some((score, rare, &entry.id));
            }
        }
        best.map(|(.., id)| id.to_owned()).or_else(|| self.respelled(bare))
    }

    /// A scope whose path is nearly a listed one, with the verb it has.
    fn respelled(&self, bare: &str) -> Option<String> {
        let (path, verb) = bare.rsplit_once('.')?;
        let verb = self.grammar().all_verbs().find(|known| spelling::distance(known, verb) <= 1)?;
        self.canonical(&format!("{path}.{verb}"))
    }
}

/// Beyond this a guess helps nobody.
const MOST_EDITS: usize = 4;
