//! Which operation of a provider's API a method and a path are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::ProviderId;
use super::file::{CallsFile, NeedRow, SdkRow};
use super::host;
use super::route::{Fit, Given, Places, Route, given};

/// A provider's operations.
#[derive(Debug)]
pub struct Operations {
    provider: ProviderId,
    routes: Vec<Route>,
    needs: Vec<NeedRow>,
    base_paths: Vec<Vec<Given>>,
    same: Vec<(Vec<Given>, Vec<Given>)>,
    variable: Option<String>,
    modules: BTreeMap<String, String>,
    /// Texts that stand where another route has the variable.
    not_modules: BTreeSet<String>,
    api_hosts: BTreeMap<String, String>,
    any_method: bool,
    by_name: BTreeMap<String, Vec<usize>>,
    loosely: OnceLock<BTreeMap<String, Vec<usize>>>,
    sdk: Vec<SdkRow>,
}

/// One operation that somebody calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The method.
    pub method: String,
    /// The path as the catalogue writes it.
    pub path: String,
    /// The provider's own name of the operation.
    pub name: Option<String>,
    /// What the variable part of the path is in scopes: `leads` for `/crm/v8/Leads`. Several, when the body names them.
    pub modules: Vec<String>,
    /// What stands in the variable part of the path, as it was written.
    pub written: Option<String>,
    /// Whether other operations fit as well and need something else.
    pub ambiguous: bool,
    /// How many parts of the path are plain text that is equal.
    pub equal: usize,
    need: usize,
}

impl Operations {
    /// Makes them of their file.
    #[must_use]
    pub fn new(file: CallsFile) -> Self {
        let mut routes = Vec::new();
        for (need, row) in file.needs.iter().enumerate() {
            routes.extend(row.calls.iter().filter_map(|line| Route::new(line, need)));
        }
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, route) in routes.iter().enumerate() {
            for name in &route.names {
                by_name.entry(name.to_ascii_lowercase()).or_default().push(at);
            }
        }
        let modules = file.modules.iter().map(|(from, to)| (from.to_ascii_lowercase(), to.clone())).collect();
        let not_modules = not_modules(&routes, file.variable.as_deref());
        let base = file.base_paths.iter().chain(&file.path_prefixes);
        Self {
            provider: ProviderId::new(&file.provider),
            base_paths: base.map(|path| given(path)).collect(),
            same: file.same_paths.iter().map(|(from, to)| (given(from), given(to))).collect(),
            variable: file.variable,
            modules,
            not_modules,
            api_hosts: file.api_hosts,
            any_method: file.any_method,
            needs: file.needs,
            by_name,
            loosely: OnceLock::new(),
            routes,
            sdk: file.sdk,
        }
    }

    /// Whose operations they are.
    #[must_use]
    pub fn provider(&self) -> &ProviderId {
        &self.provider
    }

    /// The client libraries that are known.
    #[must_use]
    pub fn sdk(&self) -> &[SdkRow] {
        &self.sdk
    }

    /// The operation of this method and path, or URL. Parts of the path that only the running program knows may be
    /// written in any way programs write them. `None`: none is known.
    #[must_use]
    pub fn find(&self, method: &str, url: &str) -> Option<Operation> {
        self.find_whole(method, url).or_else(|| self.find_tail(method, url))
    }

    /// The same, where the path is known from its start.
    #[must_use]
    pub fn find_whole(&self, method: &str, url: &str) -> Option<Operation> {
        self.readings(&given(url)).iter().find_map(|path| self.best(method, path, host::of(url), false))
    }

    /// The same, where what stands before the path is not known.
    #[must_use]
    pub fn find_tail(&self, method: &str, url: &str) -> Option<Operation> {
        self.readings(&given(url)).iter().find_map(|path| self.best(method, path, host::of(url), true))
    }

    /// The operation of a call as facts tell it: method, path, and the modules that the body names, parted by commas.
    #[must_use]
    pub fn of_call(&self, method: &str, path: &str, subject: Option<&str>) -> Option<Operation> {
        let mut operation = self.find(method, path)?;
        for module in subject.into_iter().flat_map(|subject| subject.split(',')).filter_map(|name| self.module(name)) {
            if !operation.modules.contains(&module) {
                operation.modules.push(module);
            }
        }
        Some(operation)
    }

    /// The operation of this name, as the provider or its client libraries call it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Operation> {
        let found = self.by_name.get(&name.to_ascii_lowercase())?;
        let first = &self.routes[*found.first()?];
        let ambiguous = found.iter().any(|at| self.routes[*at].need != first.need);
        Some(self.operation(first, Vec::new(), ambiguous, 0))
    }

    /// All operations of this name: one for each version of an API.
    #[must_use]
    pub fn all_named(&self, name: &str) -> Vec<Operation> {
        let found = self.by_name.get(&name.to_ascii_lowercase()).map(Vec::as_slice).unwrap_or_default();
        found.iter().map(|at| self.operation(&self.routes[*at], Vec::new(), false, 0)).collect()
    }

    /// The same for a name in any language's spelling: `chat_postMessage`, `issues.createComment`.
    #[must_use]
    pub fn named_loosely(&self, name: &str) -> Option<Operation> {
        let names = self.loosely.get_or_init(|| {
            let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (name, routes) in &self.by_name {
                names.entry(bare(name)).or_default().extend(routes);
            }
            names
        });
        let found = names.get(&bare(name))?;
        let first = &self.routes[*found.first()?];
        let ambiguous = found.iter().any(|at| self.differ(first, &self.routes[*at]));
        Some(self.operation(first, Vec::new(), ambiguous, 0))
    }

    /// The names of all operations, lower case.
    #[must_use = "names are what is asked for"]
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// The first parts of all names: the APIs of a provider that has several.
    #[must_use]
    pub fn apis(&self) -> BTreeSet<&str> {
        let names = self.routes.iter().filter_map(|route| route.names.first());
        names.filter_map(|name| name.split_once('.').map(|(api, _)| api)).collect()
    }

    /// The name that a module of a path or a query has in scopes. `None`: it cannot be one.
    #[must_use]
    pub fn module(&self, written: &str) -> Option<String> {
        let folded = written.trim().to_ascii_lowercase();
        if folded.is_empty() || !folded.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            return None;
        }
        if let Some(name) = self.modules.get(&folded) {
            return Some(name.clone());
        }
        let prefixed = |(from, to): (&String, &String)| {
            from.strip_suffix('*').filter(|start| folded.starts_with(start)).map(|start| (start.len(), to.clone()))
        };
        let longest = self.modules.iter().filter_map(prefixed).max();
        longest.map(|(_, name)| name).or(Some(folded))
    }

    /// Whether the scopes of the operation depend on a module that is not known.
    #[must_use]
    pub fn wants_module(&self, operation: &Operation) -> bool {
        let row = &self.needs[operation.need];
        let place = self.place();
        let named = |scope: &String| place.as_ref().is_some_and(|place| scope.contains(place.as_str()));
        operation.modules.is_empty() && row.any.iter().chain(&row.with).chain(&row.all).any(named)
    }

    /// Whether scopes have a module of this name, the one for names of the user's own left aside.
    #[must_use]
    pub fn lists_module(&self, module: &str) -> bool {
        self.modules.iter().any(|(from, to)| to == module && !from.ends_with('*'))
    }

    /// Whether two operations need the same.
    #[must_use]
    pub fn need_the_same(&self, a: &Operation, b: &Operation) -> bool {
        let (x, y) = (&self.needs[a.need], &self.needs[b.need]);
        (a.need == b.need || (&x.any, &x.least, &x.with, &x.all, &x.or) == (&y.any, &y.least, &y.with, &y.all, &y.or))
            && a.modules == b.modules
            || self.any_method
    }

    /// Whether some path begins with this part.
    #[must_use]
    pub fn begins(&self, part: &str) -> bool {
        let bases = self.base_paths.iter().filter_map(|base| base.first());
        self.routes.iter().any(|route| route.text_at(0).is_some_and(|text| text.eq_ignore_ascii_case(part)))
            || bases.into_iter().any(|base| *base == Given::Text(part.to_owned()))
    }

    /// The place of a path whose value is a part of scopes: `{module}`.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        self.variable.as_ref().map(|name| format!("{{{name}}}"))
    }

    pub(super) fn need(&self, operation: &Operation) -> &NeedRow {
        &self.needs[operation.need]
    }

    /// Method, path and need of every operation.
    #[must_use = "rows are what is asked for"]
    pub fn rows(&self) -> impl Iterator<Item = (&str, &str, &NeedRow)> {
        self.routes.iter().map(|route| (route.method.as_ref(), route.path.as_ref(), &self.needs[route.need]))
    }

    fn best(&self, method: &str, path: &[Given], host: Option<&str>, tail: bool) -> Option<Operation> {
        if path.is_empty() {
            return None;
        }
        let variable = |name: &str, value: &str| self.may_stand(name, value, tail);
        let mut best: Option<(Fit, &Route, Places<'_>)> = None;
        let mut ambiguous = false;
        for route in &self.routes {
            let method_fits =
                self.any_method || route.method.eq_ignore_ascii_case(method) || route.method.as_ref() == "*";
            if !method_fits || !self.on(route, host) {
                continue;
            }
            let fit = if tail { route.fit_tail(path, &variable) } else { route.fit(path, &variable) };
            let Some((fit, places)) = fit else { continue };
            match &best {
                Some((held, _, _)) if *held > fit => {}
                Some((held, other, _)) if *held == fit => ambiguous |= self.differ(other, route),
                _ => {
                    ambiguous = false;
                    best = Some((fit, route, places));
                }
            }
        }
        let (fit, route, places) = best?;
        let module = places.iter().find(|(name, _)| self.variable.as_deref() == Some(*name));
        let written = module.and_then(|(_, value)| match value {
            Given::Text(text) => Some(text.clone()),
            Given::Open(_) => None,
        });
        let module = written.as_deref().and_then(|written| self.module(written));
        let operation = self.operation(route, module.into_iter().collect(), ambiguous, fit.equal);
        Some(Operation { written, ..operation })
    }

    fn differ(&self, a: &Route, b: &Route) -> bool {
        a.need != b.need && self.needs[a.need].any != self.needs[b.need].any
    }

    fn operation(&self, route: &Route, modules: Vec<String>, ambiguous: bool, equal: usize) -> Operation {
        Operation {
            method: route.method.as_ref().to_owned(),
            path: route.path.as_ref().to_owned(),
            name: route.names.first().map(|name| name.as_ref().to_owned()),
            modules,
            written: None,
            ambiguous,
            equal,
            need: route.need,
        }
    }

    /// Whether the value may stand in the place of this name.
    fn may_stand(&self, name: &str, value: &str, tail: bool) -> bool {
        if name == "version" {
            return value.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit()) || value == "latest";
        }
        if self.variable.as_deref() == Some(name) {
            let folded = value.to_ascii_lowercase();
            let known = self.modules.contains_key(&folded);
            return known || (!tail && !self.not_modules.contains(&folded) && self.module(value).is_some());
        }
        true
    }

    /// Whether the operation's API answers on the host.
    fn on(&self, route: &Route, host: Option<&str>) -> bool {
        let (Some(host), Some(name)) = (host, route.names.first()) else { return true };
        let api = name.split('.').next().unwrap_or_default();
        self.api_hosts.get(api).is_none_or(|own| host::fits(own, host) || host == SHARED_HOST)
    }

    /// The path without what may stand before it, and every path that leads to the same.
    fn readings(&self, path: &[Given]) -> Vec<Vec<Given>> {
        let mut found = vec![path.to_vec()];
        for base in &self.base_paths {
            let fits = path.len() > base.len() && base.iter().zip(path).all(|(a, b)| same_part(a, b));
            if fits {
                found.insert(0, path[base.len()..].to_vec());
            }
        }
        if let Some(parted) = self.parted(path) {
            found.insert(0, parted);
        }
        let mut at = 0;
        while at < found.len() && found.len() < MOST_READINGS {
            for (from, to) in &self.same {
                if let Some(other) = replaced(&found[at], from, to).filter(|other| !found.contains(other)) {
                    found.push(other);
                }
            }
            at += 1;
        }
        found
    }

    /// `/repos/{full_name}/issues`: one value that holds both the owner and the name of a repository.
    fn parted(&self, path: &[Given]) -> Option<Vec<Given>> {
        let [Given::Text(repos), full @ Given::Open(_), Given::Text(text), ..] = path else { return None };
        let github = self.provider.as_str().starts_with("github") && repos == "repos";
        let follows = |route: &Route| route.text_at(0) == Some("repos") && route.text_at(3) == Some(text.as_str());
        (github && self.routes.iter().any(follows)).then(|| {
            let mut parted = path.to_vec();
            parted.insert(1, full.clone());
            parted
        })
    }
}

/// A name without case and without the signs between its words.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Texts that stand at the variable's place in other routes: `settings` is no module.
fn not_modules(routes: &[Route], variable: Option<&str>) -> BTreeSet<String> {
    let Some(variable) = variable else { return BTreeSet::new() };
    let places: BTreeSet<usize> = routes.iter().filter_map(|route| route.position(variable)).collect();
    let texts =
        |at: &usize| routes.iter().filter_map(move |route| route.text_at(*at)).map(str::to_owned).collect::<Vec<_>>();
    places.iter().flat_map(texts).collect()
}

/// The path with its first run of these parts read as those.
fn replaced(path: &[Given], from: &[Given], to: &[Given]) -> Option<Vec<Given>> {
    if from.is_empty() || path.len() < from.len() {
        return None;
    }
    let at = (0..=path.len() - from.len()).find(|at| from.iter().zip(&path[*at..]).all(|(a, b)| same_part(a, b)))?;
    let mut values = from.iter().zip(&path[at..]).filter(|(a, _)| matches!(a, Given::Open(_))).map(|(_, b)| b);
    let filled = to.iter().map(|part| match part {
        Given::Open(_) => values.next().cloned().unwrap_or_else(|| part.clone()),
        Given::Text(_) => part.clone(),
    });
    let filled: Vec<Given> = filled.collect();
    Some([&path[..at], &filled, &path[at + from.len()..]].concat())
}

/// Whether a part of a pattern of our own fits a written part.
fn same_part(pattern: &Given, written: &Given) -> bool {
    match (pattern, written) {
        (Given::Text(a), Given::Text(b)) => a.eq_ignore_ascii_case(b),
        (Given::Open(_), _) => true,
        (Given::Text(_), Given::Open(_)) => false,
    }
}

/// Google answers for most of its APIs on this host, too.
const SHARED_HOST: &str = "www.googleapis.com";

/// Ways to read one path.
const MOST_READINGS: usize = 12;
