//! What an operation needs, what several operations need together, what of a request is too much and what is missing.

use std::collections::BTreeSet;

use super::access::{Access, Kind, Risk};
use super::cover::Cover;
use super::file::NeedRow;
use super::operation::{Operation, Operations};
use super::provider::Provider;

/// What one operation needs: any one of some sets of scopes, each complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// The complete sets; the narrow ones first.
    pub sets: Vec<BTreeSet<String>>,
    /// How many of them are narrow.
    pub narrow: usize,
    /// Whether the scopes depend on a module that is not known.
    pub open: bool,
    /// Whether the operation makes an item that stands by itself: what an app made it may reach with less.
    pub makes: bool,
    /// Whether the operation can be called with none of them: they add to what it answers.
    pub optional: bool,
}

/// A requested scope that the calls do not need, or not all of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The scope.
    pub scope: String,
    /// What is enough in its place; empty when nothing calls for it.
    pub instead: Vec<String>,
}

impl Need {
    /// What the operation needs, for an app of this kind.
    #[must_use]
    pub fn of(provider: &Provider, operations: &Operations, operation: &Operation, kind: Kind) -> Self {
        let row = operations.need(operation);
        let mut need = Self { optional: row.optional, ..Self::default() };
        if kind != Kind::Application {
            need.add(row, &row.any, &row.least, true);
        }
        if kind != Kind::Delegated && (!row.app_any.is_empty() || kind == Kind::Application) {
            let (any, least) =
                if row.app_any.is_empty() { (&row.any, &row.least) } else { (&row.app_any, &row.app_least) };
            // Where nobody says which is the least for an app, the least for a user is.
            let says = !least.is_empty() || kind == Kind::Application || row.any.is_empty();
            need.add(row, any, least, says);
        }
        need.fill(provider, operations, operation);
        need.makes = operation.method == "POST" && !operation.path.replace("{version}", "").contains(['{', ':']);
        if operation.method == "GET" {
            need.only_read(provider);
        }
        need
    }

    /// Whether nothing is needed.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.sets.is_empty() && !self.open
    }

    /// Whether one of the sets is granted.
    #[must_use]
    pub fn is_met(&self, provider: &Provider, granted: &Cover) -> bool {
        self.is_free() || self.sets.iter().any(|set| set.iter().all(|scope| granted.holds(&provider.cover(scope))))
    }

    /// Who looks needs no right to write, whatever list names one as the least: where a set that only reads is enough, a
    /// set that does not is none of the narrow ones.
    fn only_read(&mut self, provider: &Provider) {
        let reads = |set: &BTreeSet<String>| provider.only_reads(set);
        let (narrow, wide) = self.sets.split_at(self.narrow);
        let mut found: Vec<BTreeSet<String>> = narrow.iter().filter(|set| reads(set)).cloned().collect();
        if found.len() == narrow.len() {
            return;
        }
        if found.is_empty() {
            let least = wide.iter().filter(|set| reads(set)).min_by_key(|set| (provider.total(set), *set));
            found.extend(least.cloned());
        }
        if found.is_empty() {
            return;
        }
        let rest: Vec<BTreeSet<String>> = self.sets.iter().filter(|set| !found.contains(set)).cloned().collect();
        self.narrow = found.len();
        self.sets = found.into_iter().chain(rest).collect();
    }

    /// The same without narrow sets that are enough only for some items or fields, unless the app made the items or asks
    /// for such a scope already (`trusted`). Where no narrow set is left, the least harmful other one is.
    fn settled(&self, provider: &Provider, trusted: &BTreeSet<String>) -> Self {
        let whole = |set: &&BTreeSet<String>| {
            set.iter().all(|scope| !provider.grammar().is_partial(scope) || trusted.contains(scope))
        };
        let narrow = &self.sets[..self.narrow];
        let mut found: Vec<BTreeSet<String>> = narrow.iter().filter(whole).cloned().collect();
        if found.len() == narrow.len() {
            return self.clone();
        }
        if found.is_empty() {
            // The next wider one of the same kind comes before one that happens to be accepted, too.
            let dropped: Vec<Cover> = narrow.iter().map(|set| provider.cover_of_set(set)).collect();
            let wider = |set: &BTreeSet<String>| {
                let cover = provider.cover_of_set(set);
                dropped.iter().any(|one| cover.holds(one))
            };
            // Who was enough with reading is not led to what writes.
            let read = narrow.iter().all(|set| provider.only_reads(set));
            let writes = |set: &BTreeSet<String>| read && !provider.only_reads(set);
            let harm = |set: &&BTreeSet<String>| (!wider(set), writes(set), provider.total(set), (*set).clone());
            found.extend(self.sets.iter().filter(whole).min_by_key(harm).cloned());
        }
        if found.is_empty() {
            return self.clone();
        }
        let rest: Vec<BTreeSet<String>> = self.sets.iter().filter(|set| !found.contains(set)).cloned().collect();
        Self { narrow: found.len(), sets: found.into_iter().chain(rest).collect(), ..self.clone() }
    }

    /// Adds the sets of one kind of app; it has no narrow ones where nobody says which they are.
    fn add(&mut self, row: &NeedRow, any: &[String], least: &[String], says: bool) {
        let with: BTreeSet<String> = row.with.iter().cloned().collect();
        let each = |scope: &String| -> Vec<BTreeSet<String>> {
            let mut set = with.clone();
            set.insert(scope.clone());
            if row.besides.is_empty() {
                return vec![set];
            }
            let plus = |other: &String| set.iter().cloned().chain([other.clone()]).collect();
            row.besides.iter().map(plus).collect()
        };
        let narrow: Vec<BTreeSet<String>> = least.iter().flat_map(each).collect();
        let wide: Vec<BTreeSet<String>> = any.iter().flat_map(each).collect();
        let others = [&row.all].into_iter().chain(&row.or).filter(|set| !set.is_empty());
        let others: Vec<BTreeSet<String>> = others.map(|set| set.iter().chain(&row.with).cloned().collect()).collect();
        let narrow = match (narrow.is_empty(), wide.is_empty()) {
            (false, _) => narrow,
            (true, false) => wide.clone(),
            (true, true) => others.clone(),
        };
        let narrow = if says { narrow } else { Vec::new() };
        let at = self.narrow;
        self.narrow += narrow.len();
        self.sets.splice(at..at, narrow);
        self.sets.extend(wide.into_iter().chain(others));
    }

    /// Puts the module into the scopes, and drops what is no scope then.
    fn fill(&mut self, provider: &Provider, operations: &Operations, operation: &Operation) {
        let Some(variable) = operations.place() else { return self.tidy(provider) };
        if !self.sets.iter().flatten().any(|scope| scope.contains(&variable)) {
            return self.tidy(provider);
        }
        if operation.modules.is_empty() {
            self.open = true;
            return self.tidy(provider);
        }
        let filled = |set: &BTreeSet<String>| -> Option<BTreeSet<String>> {
            let mut out = BTreeSet::new();
            for scope in set {
                for module in &operation.modules {
                    out.insert(provider.canonical(&scope.replace(&variable, module))?);
                }
            }
            Some(out)
        };
        let all: Vec<Option<BTreeSet<String>>> = self.sets.iter().map(filled).collect();
        self.narrow = all.iter().take(self.narrow).filter(|set| set.is_some()).count();
        self.sets = all.into_iter().flatten().collect();
        // The least may be no scope with this module; what is left is then all there is to choose from.
        if self.narrow == 0 {
            self.narrow = self.sets.len();
        }
        self.open = self.sets.is_empty();
        self.tidy(provider);
    }

    /// The scopes in full, each set once.
    fn tidy(&mut self, provider: &Provider) {
        let mut seen = BTreeSet::new();
        let mut narrow = 0;
        let mut sets = Vec::new();
        let full = |scope: String| provider.entry(&scope).map_or(scope.clone(), |entry| entry.id.clone());
        for (at, set) in std::mem::take(&mut self.sets).into_iter().enumerate() {
            let set: BTreeSet<String> = set.into_iter().map(full).collect();
            if seen.insert(set.clone()) {
                narrow += usize::from(at < self.narrow);
                sets.push(set);
            }
        }
        (self.sets, self.narrow) = (sets, narrow);
    }
}

impl Provider {
    /// The narrowest scopes with which all the operations can be called. What is open or free is left out.
    #[must_use]
    pub fn least(&self, needs: &[Need]) -> BTreeSet<String> {
        let must: Vec<Need> = needs.iter().filter(|need| !need.optional).cloned().collect();
        self.least_trusting(&must, &self.trusted(needs))
    }

    /// Scopes for some items that may be trusted to be enough: those with which an operation makes such items.
    fn trusted(&self, needs: &[Need]) -> BTreeSet<String> {
        let making = needs.iter().filter(|need| need.makes);
        let scopes = making.flat_map(|need| need.sets[..need.narrow].iter().flatten());
        scopes.filter(|scope| self.grammar().is_partial(scope)).cloned().collect()
    }

    fn least_trusting(&self, needs: &[Need], trusted: &BTreeSet<String>) -> BTreeSet<String> {
        let needs: Vec<Need> = needs.iter().map(|need| need.settled(self, trusted)).collect();
        let mut needs: Vec<&Need> = needs.iter().filter(|need| !need.is_free() && !need.open).collect();
        needs.sort_by(|a, b| (a.narrow, &a.sets).cmp(&(b.narrow, &b.sets)));
        needs.dedup();
        let mut chosen = BTreeSet::new();
        // Where there is no choice the choice is made; then, need by need, what adds the least harm.
        for need in needs.iter().filter(|need| need.narrow == 1) {
            if !need.is_met(self, &self.cover_of_set(&chosen)) {
                chosen.extend(need.sets[0].iter().cloned());
            }
        }
        loop {
            let cover = self.cover_of_set(&chosen);
            let open: Vec<&&Need> = needs.iter().filter(|need| !need.is_met(self, &cover)).collect();
            let candidates: BTreeSet<&BTreeSet<String>> =
                open.iter().flat_map(|need| &need.sets[..need.narrow]).collect();
            let rank = |set: &&BTreeSet<String>| {
                let mut with = cover.clone();
                set.iter().for_each(|scope| with.join(&self.cover(scope)));
                let met = open.iter().filter(|need| need.is_met(self, &with)).count();
                let added: u32 =
                    set.iter().filter(|scope| !cover.holds(&self.cover(scope))).map(|scope| self.weight(scope)).sum();
                // Harm per need that is met, in whole numbers; then the names decide.
                (u64::from(added) * 1000 / u64::try_from(met.max(1)).unwrap_or(1), added)
            };
            let Some(best) = candidates.into_iter().min_by_key(|set| (rank(set), *set)) else { break };
            chosen.extend(best.iter().cloned());
        }
        self.pruned(chosen, &needs)
    }

    /// What of the request the operations do not need. Scopes that no operation shows the use of (identity, offline
    /// access, whatever is configured) are never called excess.
    #[must_use]
    pub fn excess(&self, requested: &[&str], needs: &[Need]) -> Vec<Excess> {
        let asked: BTreeSet<String> = requested.iter().filter_map(|scope| self.canonical(scope)).collect();
        let mut trusted = self.trusted(needs);
        trusted.extend(asked.iter().filter(|scope| self.grammar().is_partial(scope)).cloned());
        let judged: Vec<&String> = asked.iter().filter(|scope| self.shows_use(scope)).collect();
        // A call that fails today needs the rest of its set beside what is requested, not in its place. A scope that would
        // make requested ones needless is no such rest: nobody has it.
        let mut kept = asked.clone();
        let over = |rest: &String| judged.iter().any(|scope| self.cover(rest).holds(&self.cover(scope)));
        kept.extend(self.missing(requested, needs).into_iter().filter(|rest| !over(rest)));
        let all = self.cover_of_set(&kept);
        let met: Vec<&Need> =
            needs.iter().filter(|need| !need.is_free() && !need.open && need.is_met(self, &all)).collect();
        let mut found = Vec::new();
        let mut widest_first = judged;
        widest_first.sort_by_key(|scope| (std::cmp::Reverse(self.weight(scope)), *scope));
        for scope in widest_first {
            let without: BTreeSet<String> = kept.iter().filter(|other| *other != scope).cloned().collect();
            let cover = self.cover_of_set(&without);
            let lost: Vec<Need> =
                met.iter().filter(|need| !need.is_met(self, &cover)).map(|need| (*need).clone()).collect();
            if lost.is_empty() {
                kept = without;
                found.push(Excess { scope: scope.clone(), instead: Vec::new() });
                continue;
            }
            let instead = self.least_trusting(&lost, &trusted);
            let enough = self.cover_of_set(&instead);
            if !enough.holds(&self.cover(scope)) && self.total(&instead) < self.weight(scope) {
                let missing = instead.into_iter().filter(|other| !cover.holds(&self.cover(other)));
                let instead: Vec<String> = missing.collect();
                // What the narrower scope does not open the others must still open.
                kept = without;
                kept.extend(instead.iter().cloned());
                found.push(Excess { scope: scope.clone(), instead });
            }
        }
        found.sort_by(|a, b| a.scope.cmp(&b.scope));
        found
    }

    /// The scopes that the operations need and the request does not grant.
    #[must_use]
    pub fn missing(&self, requested: &[&str], needs: &[Need]) -> BTreeSet<String> {
        let asked: BTreeSet<String> = requested.iter().filter_map(|scope| self.canonical(scope)).collect();
        if asked.iter().any(|scope| self.entry(scope).is_some_and(|entry| entry.configured)) {
            return BTreeSet::new();
        }
        let cover = self.cover_of_set(&asked);
        let lost: Vec<Need> =
            needs.iter().filter(|need| !need.open && !need.optional && !need.is_met(self, &cover)).cloned().collect();
        // A set of which all but one are granted is nearer than a narrow one of which none is.
        let nearest = |need: Need| {
            let missing = |set: &BTreeSet<String>| set.iter().filter(|scope| !cover.holds(&self.cover(scope))).count();
            let fewest = need.sets[..need.narrow].iter().map(missing).min().unwrap_or(0);
            let sets: Vec<BTreeSet<String>> =
                need.sets[..need.narrow].iter().filter(|set| missing(set) == fewest).cloned().collect();
            Need { narrow: sets.len(), sets, open: false, ..need }
        };
        let lost: Vec<Need> = lost.into_iter().map(nearest).collect();
        self.least(&lost).into_iter().filter(|scope| !cover.holds(&self.cover(scope))).collect()
    }

    /// Leaves out, widest first, what the others make needless.
    fn pruned(&self, mut chosen: BTreeSet<String>, needs: &[&Need]) -> BTreeSet<String> {
        let mut widest_first: Vec<String> = chosen.iter().cloned().collect();
        widest_first.sort_by_key(|scope| std::cmp::Reverse(self.weight(scope)));
        for scope in widest_first {
            chosen.remove(&scope);
            let cover = self.cover_of_set(&chosen);
            if !needs.iter().all(|need| need.is_met(self, &cover)) {
                chosen.insert(scope);
            }
        }
        chosen
    }

    fn cover_of_set(&self, scopes: &BTreeSet<String>) -> Cover {
        let mut cover = Cover::default();
        scopes.iter().for_each(|scope| cover.join(&self.cover(scope)));
        cover
    }

    fn only_reads(&self, scopes: &BTreeSet<String>) -> bool {
        scopes.iter().all(|scope| self.entry(scope).is_none_or(|entry| entry.access.only_reads()))
    }

    fn total(&self, scopes: &BTreeSet<String>) -> u32 {
        scopes.iter().map(|scope| self.weight(scope)).sum()
    }

    /// The harm of a scope, as a number to compare sets by.
    fn weight(&self, scope: &str) -> u32 {
        let Some(entry) = self.entry(scope) else { return if self.is_broad(scope) { 40 } else { 6 } };
        let risk = match entry.risk {
            Risk::Info => 1,
            Risk::Low => 4,
            Risk::Medium => 8,
            Risk::High => 24,
            Risk::Critical => 60,
        };
        let wider = if entry.broad { 12 } else { 0 } + u32::try_from(entry.implies.len().min(9)).unwrap_or(9);
        (risk + wider + u32::from(entry.deprecated)).saturating_sub(if entry.limited { 3 } else { 0 }).max(1)
    }

    /// Whether calls could show that the scope is used.
    fn shows_use(&self, scope: &str) -> bool {
        self.entry(scope)
            .is_none_or(|entry| !entry.configured && !matches!(entry.access, Access::Identity | Access::Offline))
    }
}
