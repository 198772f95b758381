//! Paths of an API as the catalogue writes them, and whether a path somebody wrote is one of them.

/// One operation's method and path, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) method: Box<str>,
    /// The path as the catalogue writes it.
    pub(super) path: Box<str>,
    parts: Vec<Part>,
    /// Names that client libraries give the operation.
    pub(super) names: Vec<Box<str>>,
    /// Which need of the file it has.
    pub(super) need: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Folded text.
    Text(Box<str>),
    /// A place, by name.
    Place(Box<str>),
    /// Text around places: what comes before, between and after them.
    Mixed(Vec<Box<str>>),
    /// Whatever is left.
    Rest,
}

/// One part of a path somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Plain text.
    Text(String),
    /// A value that is known only when the program runs, with the text around it; `HOLE` marks each such value.
    Open(String),
}

/// What stands in the places of a path, by their names.
pub(super) type Places<'g> = Vec<(&'g str, &'g Given)>;

/// How well a written path fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    /// Parts that are equal text.
    pub(super) equal: usize,
    /// Parts that are text around a value.
    pub(super) partly: usize,
    /// Less is better, hence negated: parts swallowed by `{+rest}`.
    pub(super) rest: isize,
}

impl Route {
    /// Reads `GET /crm/{version}/Leads name name`.
    pub(super) fn new(line: &str, need: usize) -> Option<Self> {
        let mut words = line.split(' ');
        let (method, path) = (words.next()?, words.next()?);
        let parts = path.split('/').filter(|part| !part.is_empty()).map(Part::new).collect();
        let names = words.map(Into::into).collect();
        Some(Self { method: method.into(), path: path.into(), parts, names, need })
    }

    /// Whether the written path is this one, and how well. The second is what stands in the place of this name.
    pub(super) fn fit<'g>(
        &'g self,
        given: &'g [Given],
        variable: &dyn Fn(&str, &str) -> bool,
    ) -> Option<(Fit, Places<'g>)> {
        self.fit_from(0, given, variable)
    }

    /// The same for a path whose start is not known: it has to end as this does, and to begin with plain text.
    pub(super) fn fit_tail<'g>(
        &'g self,
        given: &'g [Given],
        variable: &dyn Fn(&str, &str) -> bool,
    ) -> Option<(Fit, Places<'g>)> {
        let start = self.parts.len().checked_sub(given.len()).filter(|start| *start > 0)?;
        if self.parts.contains(&Part::Rest) {
            return None;
        }
        match (self.parts.get(start)?, given.first()?) {
            (Part::Text(_), Given::Text(_)) => {}
            (Part::Place(name), Given::Text(text)) if name.as_ref() == MODULE && variable(name, text) => {}
            _ => return None,
        }
        self.fit_from(start, given, variable)
    }

    fn fit_from<'g>(
        &'g self,
        start: usize,
        given: &'g [Given],
        variable: &dyn Fn(&str, &str) -> bool,
    ) -> Option<(Fit, Places<'g>)> {
        let mut fit = Fit { equal: 0, partly: 0, rest: 0 };
        let mut places = Vec::new();
        let mut at = 0;
        for part in &self.parts[start..] {
            if *part == Part::Rest {
                fit.rest -= isize::try_from(given.len().saturating_sub(at)).unwrap_or(isize::MIN / 2) + 1;
                return Some((fit, places));
            }
            let given = given.get(at)?;
            at += 1;
            match (part, given) {
                (Part::Text(text), Given::Text(written)) if text.eq_ignore_ascii_case(written) => fit.equal += 1,
                (Part::Place(name), Given::Text(written)) if variable(name, written) => {
                    places.push((name.as_ref(), given))
                }
                (Part::Place(name), Given::Open(_)) => places.push((name.as_ref(), given)),
                (Part::Mixed(texts), Given::Text(written) | Given::Open(written)) if around(texts, written) => {
                    fit.partly += 1
                }
                _ => return None,
            }
        }
        (at == given.len()).then_some((fit, places))
    }

    /// Names of the texts at this place of the path, for those that are text.
    pub(super) fn text_at(&self, at: usize) -> Option<&str> {
        match self.parts.get(at)? {
            Part::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Where the place of this name stands.
    pub(super) fn position(&self, place: &str) -> Option<usize> {
        self.parts.iter().position(|part| matches!(part, Part::Place(name) if name.as_ref() == place))
    }
}

impl Part {
    fn new(text: &str) -> Self {
        if !text.contains('{') {
            return Self::Text(text.to_ascii_lowercase().into());
        }
        let mut texts: Vec<Box<str>> = Vec::new();
        let mut names = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            texts.push(before.to_ascii_lowercase().into());
            names.push(name);
            rest = after;
        }
        texts.push(rest.to_ascii_lowercase().into());
        match names.as_slice() {
            [name] if name.starts_with('+') => Self::Rest,
            [name] if texts.iter().all(|text| text.is_empty()) => Self::Place((*name).into()),
            _ => Self::Mixed(texts),
        }
    }
}

/// Takes a written path or URL apart: without scheme, host, query; values that only the running program knows become
/// holes.
pub(super) fn given(path: &str) -> Vec<Given> {
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = cut_query(path);
    holes(path)
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| if part.contains(HOLE) { Given::Open(part.to_owned()) } else { Given::Text(part.to_owned()) })
        .collect()
}

/// A question mark inside a placeholder (`${a ? b : c}`) does not start a query.
fn cut_query(path: &str) -> &str {
    let mut depth = 0_usize;
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'?' if depth == 0 => return &path[..at],
            _ => {}
        }
    }
    path
}

/// Replaces what the running program fills in by `HOLE`: `{x}`, `${x}`, `#{x}`, `{{x}}`, `<x>`, `:x`, `%s`, `$x`, `*`.
fn holes(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let word = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let skipped = match bytes[at] {
            b'{' | b'<' => closing(bytes, at),
            b'$' | b'#' if bytes.get(at + 1) == Some(&b'{') => closing(bytes, at + 1).map(|end| end + 1),
            b'$' if word(at + 1) > 0 && !ODATA.contains(&&path[at + 1..][..word(at + 1)]) => Some(1 + word(at + 1)),
            b':' if (at == 0 || bytes[at - 1] == b'/') && word(at + 1) > 0 => Some(1 + word(at + 1)),
            b'%' if matches!(bytes.get(at + 1), Some(b's' | b'd' | b'v')) => Some(2),
            b'*' => Some(1),
            _ => None,
        };
        if let Some(length) = skipped {
            out.push(HOLE);
            at += length;
        } else {
            let next = (at + 1..=bytes.len()).find(|next| path.is_char_boundary(*next)).unwrap_or(bytes.len());
            out.push_str(&path[at..next]);
            at = next;
        }
    }
    out
}

/// How long the bracketed text at this place is. `None`: it is not closed before its part of the path is long over.
fn closing(bytes: &[u8], at: usize) -> Option<usize> {
    let (open, close) = if bytes[at] == b'{' { (b'{', b'}') } else { (b'<', b'>') };
    let mut depth = 0_usize;
    for (length, byte) in bytes[at..].iter().take(LONGEST_PLACE).enumerate() {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(length + 1);
            }
        }
    }
    None
}

/// Whether the texts stand in the written part, in order, with anything between them.
fn around(texts: &[Box<str>], written: &str) -> bool {
    let written = written.to_ascii_lowercase();
    let [first, middle @ .., last] = texts else { return false };
    let Some(mut rest) = written.strip_prefix(first.as_ref()) else { return false };
    for text in middle {
        match rest.split_once(text.as_ref()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last.as_ref())
}

/// Stands for a value that only the running program knows.
pub(super) const HOLE: char = '\u{1}';

/// The place of a path that names a part of the scope, in most files.
const MODULE: &str = "module";

/// Parts of OData paths that begin with a dollar sign and are plain text.
const ODATA: [&str; 6] = ["all", "batch", "count", "metadata", "ref", "value"];

/// A placeholder is a name or a short expression.
const LONGEST_PLACE: usize = 200;

#[cfg(test)]
mod tests {
    use super::{Given, Route, given};

    fn fits(route: &str, path: &str) -> bool {
        Route::new(route, 0).expect("a route").fit(&given(path), &|_, _| true).is_some()
    }

    #[test]
    fn a_path_fits_its_route_however_its_places_are_written() {
        for path in [
            "/crm/v8/Leads/123",
            "https://www.zohoapis.com/crm/v2/leads/{id}?fields=a",
            "/crm/${version}/Leads/${lead.id ? lead.id : 1}",
            "crm/%s/Leads/:id",
            "/crm/{{v}}/Leads/<id>/",
            "/crm/$v/Leads/#{id}",
        ] {
            assert!(fits("GET /crm/{version}/Leads/{id}", path), "{path}");
        }
        assert!(!fits("GET /crm/{version}/Leads/{id}", "/crm/v8/Leads"));
        assert!(
            !fits("GET /crm/{version}/Leads", "/crm/v8/{module}"),
            "a value may be anything: not this text for sure"
        );
        assert!(fits("GET /v1/{+rest}", "/v1/charges/ch_1") && fits("GET /v1/{+rest}", "/v1"));
        assert!(fits("GET /a/{id}.json", "/a/7.json") && fits("GET /a/{id}.json", "/a/${x}.json"));
        assert!(!fits("GET /a/{id}.json", "/a/7.xml"));
        assert!(fits("GET /t/{a}:policy", "/t/${x}:policy"));
        assert!(fits("GET /a/{id}/$ref", "/a/$id/$ref"));
    }

    #[test]
    fn broken_paths_are_taken_as_they_are() {
        assert_eq!(given("https://a.b"), []);
        assert_eq!(given("é/${x"), [Given::Text("é".to_owned()), Given::Text("${x".to_owned())]);
    }
}
