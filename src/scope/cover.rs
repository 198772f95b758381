//! What a scope grants, as a set, and whether one set holds another. Pure: knows no provider.

use std::collections::BTreeSet;

/// What one or several scopes grant: names that include nothing but themselves, and areas of a path with verbs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    names: BTreeSet<Box<str>>,
    areas: BTreeSet<Area>,
}

/// Some verbs on one path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area {
    /// The folded path without its verb: `zohocrm.modules.leads`.
    pub path: Box<str>,
    /// One bit per single verb.
    pub verbs: u16,
    /// What else the path stands for.
    pub reach: Reach,
}

/// How far the verbs of an area reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The path itself, which the catalogue lists.
    Listed,
    /// The path itself, a name of the user's own.
    Own,
    /// All names of the user's own beside it; the path is then the one above.
    EveryOwn,
    /// Everything below the path.
    Below,
}

impl Cover {
    /// Adds a name.
    pub fn name(&mut self, name: &str) {
        self.names.insert(name.into());
    }

    /// Adds an area.
    pub fn area(&mut self, area: Area) {
        self.areas.insert(area);
    }

    /// Adds all that another grants.
    pub fn join(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.areas.extend(other.areas.iter().cloned());
    }

    /// Whether everything the other grants is granted here.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.names.is_subset(&self.names) && other.areas.iter().all(|area| self.holds_area(area))
    }

    /// Whether something the other grants is granted here, too.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        !self.names.is_disjoint(&other.names)
            || self.areas.iter().any(|a| other.areas.iter().any(|b| a.verbs & b.verbs != 0 && (a.over(b) || b.over(a))))
    }

    /// Each verb may come from another area.
    fn holds_area(&self, area: &Area) -> bool {
        let held = self.areas.iter().filter(|mine| mine.over(area)).fold(0, |held, mine| held | mine.verbs);
        area.verbs & !held == 0
    }
}

impl Area {
    /// Whether every path the other stands for is one this stands for.
    fn over(&self, other: &Self) -> bool {
        match self.reach {
            Reach::Listed | Reach::Own => self.reach == other.reach && self.path == other.path,
            Reach::EveryOwn => match other.reach {
                Reach::EveryOwn => self.path == other.path,
                Reach::Own => other.path.rsplit_once('.').is_some_and(|(above, _)| above == &*self.path),
                Reach::Listed | Reach::Below => false,
            },
            Reach::Below => {
                let below = other.path.strip_prefix(&*self.path);
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop_assert, prop_oneof, proptest};

    use super::{Area, Cover, Reach};

    fn area() -> impl Strategy<Value = Area> {
        let path = prop_oneof![Just("a"), Just("a.b"), Just("a.b.c"), Just("a.bc"), Just("a.b.d")];
        let reach = prop_oneof![Just(Reach::Listed), Just(Reach::Own), Just(Reach::EveryOwn), Just(Reach::Below)];
        (path, 1_u16..16, reach).prop_map(|(path, verbs, reach)| Area { path: path.into(), verbs, reach })
    }

    fn cover() -> impl Strategy<Value = Cover> {
        let names = proptest::collection::vec(prop_oneof![Just("x"), Just("y"), Just("z")], 0..3);
        (names, proptest::collection::vec(area(), 0..4)).prop_map(|(names, areas)| {
            let mut cover = Cover::default();
            names.into_iter().for_each(|name| cover.name(name));
            areas.into_iter().for_each(|area| cover.area(area));
            cover
        })
    }

    proptest! {
        #[test]
        fn a_cover_holds_itself(a in cover()) {
            prop_assert!(a.holds(&a));
        }

        #[test]
        fn holding_is_handed_on(a in cover(), b in cover(), c in cover()) {
            if a.holds(&b) && b.holds(&c) {
                prop_assert!(a.holds(&c));
            }
        }

        #[test]
        fn a_join_holds_both(a in cover(), b in cover()) {
            let mut both = a.clone();
            both.join(&b);
            prop_assert!(both.holds(&a) && both.holds(&b));
        }

        #[test]
        fn two_that_hold_each_other_hold_the_same(a in cover(), b in cover(), c in cover()) {
            if a.holds(&b) && b.holds(&a) {
                prop_assert!(a.holds(&c) == b.holds(&c) && c.holds(&a) == c.holds(&b));
            }
        }

        #[test]
        fn what_is_held_is_met(a in area(), b in any::<bool>()) {
            let mut one = Cover::default();
            one.area(a);
            let other = if b { one.clone() } else { Cover::default() };
            prop_assert!(!b || one.meets(&other));
        }
    }
}
