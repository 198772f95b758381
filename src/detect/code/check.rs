//! Clauses of code rules held against a tree: where the value stands, and what the tests say of it.

use super::{Found, Spot, algorithm, claims, duration, key, text, token};
use crate::rule::code::Clause;
use crate::rule::is::Is;
use crate::span::Span;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};
use crate::syntax::value::Value;
use crate::text::floor;

/// Where the value of a clause stands. `base` is the call, or the value of a setting.
#[must_use]
pub fn spot(code: &Code<'_>, clause: &Clause, base: NodeId) -> Spot {
    let mut spot = Spot::At(base);
    if !clause.chain.is_empty() {
        spot = match chained(code, base, &clause.chain) {
            Some(call) if clause.at.is_empty() && clause.key.is_empty() => return Spot::At(call),
            Some(call) => Spot::At(call),
            None => return Spot::Missing,
        };
    }
    if !clause.at.is_empty() {
        let Spot::At(call) = spot else { return spot };
        spot = argument(code, call, &clause.at);
    }
    if clause.key.is_empty() {
        return spot;
    }
    match spot {
        Spot::At(node) => member(code, node, &clause.key),
        other => other,
    }
}

/// The call of one of these methods in the chain of a call, or of the variable that the chain is kept in.
fn chained(code: &Code<'_>, call: NodeId, methods: &[String]) -> Option<NodeId> {
    let end = code.chain_end(call);
    let is_wanted = |&call: &NodeId| methods.iter().any(|method| method == code.method(call));
    if let Some(found) = code.chain(end).into_iter().find(is_wanted) {
        return Some(found);
    }
    let parent = code.parent(end)?;
    let name = (code.kind(parent) == Kind::Assign).then(|| code.mark(parent)).filter(|name| !name.is_empty())?;
    let scope = code.function_of(end);
    if !code.spend(code.size(code.root())) {
        return None;
    }
    code.calls().filter(is_wanted).find(|&call| {
        let first = code.chain(call).first().copied().and_then(|first| code.receiver(first));
        first.is_some_and(|receiver| code.mark(receiver) == name) && code.function_of(call) == scope
    })
}

fn argument(code: &Code<'_>, call: NodeId, at: &[String]) -> Spot {
    let arguments = code.arguments(call);
    for wanted in at {
        // A flag of a shell command: `--secret VALUE`, `--secret="VALUE"`.
        if wanted.starts_with('-') {
            let is_flag = |text: &str| {
                text.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            };
            let Some(place) = arguments.iter().position(|argument| is_flag(code.text(argument.value))) else {
                continue;
            };
            let flag = arguments.get(place).map(|argument| argument.value);
            let value = match flag.filter(|&flag| code.text(flag) != wanted) {
                Some(joined) => code.children(joined).last().or(Some(joined)),
                None => arguments.get(place + 1).map(|argument| argument.value),
            };
            match value {
                Some(value) => return Spot::At(value),
                None => continue,
            }
        }
        let found = match wanted.parse::<usize>() {
            Ok(place) => arguments.iter().find(|argument| argument.position == Some(place)),
            Err(_) => arguments.iter().find(|argument| argument.name == Some(wanted.as_str())),
        };
        if let Some(found) = found {
            return Spot::At(found.value);
        }
    }
    // `f(*args)`, `f(...args)`, `f(**options)`: anything may be given.
    let spread = arguments.iter().any(|argument| code.kind(argument.value) == Kind::Spread);
    if spread { Spot::Unknown } else { Spot::Missing }
}

fn member(code: &Code<'_>, node: NodeId, keys: &[String]) -> Spot {
    let mut answer = Spot::Missing;
    for key in keys {
        let mut at = Spot::At(node);
        for part in key.split('.') {
            at = match at {
                Spot::At(node) => one_member(code, node, part),
                other => other,
            };
        }
        match at {
            Spot::At(_) => return at,
            Spot::Unknown => answer = Spot::Unknown,
            Spot::Missing => {}
        }
    }
    answer
}

fn one_member(code: &Code<'_>, node: NodeId, key: &str) -> Spot {
    member_at(code, node, key, 0)
}

fn member_at(code: &Code<'_>, node: NodeId, key: &str, depth: usize) -> Spot {
    if depth > 6 {
        return Spot::Unknown;
    }
    let object = code.resolve(node);
    if let Some(value) = code.member(object, key) {
        return Spot::At(value);
    }
    match code.kind(object) {
        // A callback stands where the options would.
        Kind::Function | Kind::Null => Spot::Missing,
        Kind::Object => {
            let open = code.children(object).any(|child| code.kind(child) == Kind::Spread);
            if open { Spot::Unknown } else { Spot::Missing }
        }
        Kind::Call if code.child(object, Slot::Init).is_some() => Spot::Missing,
        Kind::Call if !code.members(object).is_empty() => Spot::Missing,
        Kind::Unary => {
            code.children(object).next().map_or(Spot::Unknown, |inner| member_at(code, inner, key, depth + 1))
        }
        _ if matches!(code.text(object), "undefined" | "nil" | "None" | "null") => Spot::Missing,
        // A parameter that is a callback by its name.
        Kind::Name if matches!(code.mark(object), "cb" | "callback" | "done" | "next" | "fn" | "handler") => {
            Spot::Missing
        }
        _ => Spot::Unknown,
    }
}

/// What a clause finds at its spot; `None` where it does not hold.
#[must_use]
pub fn holds(code: &Code<'_>, clause: &Clause, spot: Spot, call: NodeId) -> Option<Found> {
    if clause.not.iter().any(|&is| test(code, is, clause, spot, call).is_some()) {
        return None;
    }
    let mut found = match spot {
        // That a call stands in the chain is a condition, no place of a fault.
        Spot::At(_) if !clause.chain.is_empty() && clause.at.is_empty() && clause.is == [Is::Present] => {
            return Some(Found::default());
        }
        Spot::At(node) => Found { span: Some(shown(code, node)), ..Found::default() },
        _ => Found::default(),
    };
    if !clause.is.is_empty() {
        found = clause.is.iter().find_map(|&is| test(code, is, clause, spot, call))?;
    }
    if let Some(pattern) = &clause.matches {
        let Spot::At(node) = spot else { return None };
        pattern.regex().filter(|regex| words(code, node).iter().any(|word| regex.is_match(word.as_bytes())))?;
    }
    if let (Some(pattern), Spot::At(node)) = (&clause.unlike, spot)
        && pattern.regex().is_some_and(|regex| words(code, node).iter().any(|word| regex.is_match(word.as_bytes())))
    {
        return None;
    }
    Some(found)
}

/// The texts that a pattern is held against: the value, the values of a list, else the code itself.
fn words(code: &Code<'_>, node: NodeId) -> Vec<String> {
    let node = code.resolve(node);
    if let Some(items) = code.items(node).filter(|items| !items.is_empty()) {
        return items.into_iter().take(100).flat_map(|item| words_of(code, item)).collect();
    }
    words_of(code, node)
}

fn words_of(code: &Code<'_>, node: NodeId) -> Vec<String> {
    match code.value(node) {
        Value::Text(text) if text.whole => vec![text.text],
        Value::Text(text) => vec![text.text, code.text(node).to_owned()],
        Value::Number(number) => vec![number.to_string()],
        _ => {
            // A function by its name stands for what it does.
            let named = (code.kind(node) == Kind::Name).then(|| code.function(code.mark(node))).flatten();
            let text = code.text(named.unwrap_or(node));
            vec![text[..floor(text, 4000)].to_owned()]
        }
    }
}

/// What is pointed at: the content of a literal, else the whole expression.
fn shown(code: &Code<'_>, node: NodeId) -> Span {
    match code.kind(node) {
        Kind::String if !code.node(node).mark.is_empty() => code.node(node).mark,
        _ => code.span(node),
    }
}

fn at(code: &Code<'_>, node: NodeId) -> Found {
    Found { span: Some(shown(code, code.resolve(node))), ..Found::default() }
}

fn named(code: &Code<'_>, node: NodeId, subject: impl Into<String>) -> Found {
    Found { subject: Some(subject.into()), ..at(code, node) }
}

fn test(code: &Code<'_>, is: Is, clause: &Clause, spot: Spot, call: NodeId) -> Option<Found> {
    let node = match spot {
        Spot::At(node) => node,
        Spot::Missing => return (is == Is::Missing).then(Found::default),
        Spot::Unknown => return None,
    };
    match is {
        Is::Missing => None,
        Is::Present => Some(at(code, node)),
        Is::Enabled => truth(code, node).filter(|&truth| truth).map(|_| at(code, node)),
        Is::Disabled => truth(code, node).filter(|&truth| !truth).map(|_| at(code, node)),
        Is::Nothing => nothing(code, node).then(|| at(code, node)),
        Is::Text => code.value(node).text().filter(|text| !text.is_empty()).map(|_| at(code, node)),
        Is::NoneAlgorithm => by_class(code, node, algorithm::Class::None),
        Is::Symmetric => by_class(code, node, algorithm::Class::Symmetric),
        Is::Asymmetric => by_class(code, node, algorithm::Class::Asymmetric),
        Is::Mixed => {
            let all = algorithm::named(code, node);
            let has = |class| all.iter().find(|(known, ..)| *known == class);
            let (symmetric, asymmetric) = (has(algorithm::Class::Symmetric)?, has(algorithm::Class::Asymmetric)?);
            Some(named(code, node, format!("{} with {}", symmetric.1, asymmetric.1)))
        }
        Is::FromToken => from_token(code, node).then(|| at(code, node)),
        Is::Key | Is::WeakKey => {
            let key = key::literal(code, node).filter(|key| is == Is::Key || key.weak)?;
            let first = *key.spans.first()?;
            Some(Found { span: Some(first), subject: None, seconds: None, hide: key.spans })
        }
        Is::Lifetime => {
            let seconds = duration::lifetime(code, node, clause.unit)?;
            // `exp` is a moment: a small number of it is long past.
            if code.mark(call) == "exp" && matches!(code.value(node), Value::Number(_)) {
                return None;
            }
            let over = clause.over.max(purpose(code, call));
            (seconds > over).then(|| Found { seconds: Some(seconds), ..at(code, duration::origin(code, node)) })
        }
        Is::Forever => {
            let never = nothing(code, node)
                || code.value(node).number().is_some_and(|number| number <= 0.0)
                || code.value(node).text().is_some_and(text::is_forever);
            never.then(|| Found { seconds: Some(u64::MAX), ..at(code, node) })
        }
        Is::Http => texts(code, node).into_iter().find(|(text, _)| text::is_http(text)).map(|(_, id)| at(code, id)),
        Is::Wildcard => {
            texts(code, node).into_iter().find(|(text, _)| text::is_wildcard(text)).map(|(_, id)| at(code, id))
        }
        Is::Small => {
            let number = code.value(node).number()?;
            (number > 0.0 && number < clause.under as f64).then(|| named(code, node, number.to_string()))
        }
        Is::Lacks => claims::lacks(code, node, call, &clause.claim).then(Found::default),
        Is::Sensitive => {
            let (id, name) = claims::sensitive(code, node)?;
            Some(Found { span: Some(code.span(id)), subject: Some(name), ..Found::default() })
        }
        Is::Email => claims::is_email(code, node).then(|| at(code, node)),
        Is::Whole => claims::whole(code, node).map(|id| Found { span: Some(code.span(id)), ..Found::default() }),
        Is::Yielding => yielding(code, node).then(|| at(code, node)),
        Is::Token => {
            let found = if node == call {
                let named = code.arguments(call).iter().find_map(|argument| token::token(code, argument.value));
                named.or_else(|| token::labelled(code, call))
            } else {
                token::token(code, node)
            };
            found.map(|id| Found {
                span: Some(code.span(id)),
                subject: Some(code.mark(id).to_owned()).filter(|name| !name.is_empty()),
                ..Found::default()
            })
        }
    }
}

/// How long a token may live for what it is for: a refresh token for weeks, the link of an e-mail for days.
fn purpose(code: &Code<'_>, call: NodeId) -> u64 {
    let mut names = code.text(call).to_ascii_lowercase();
    names.truncate(floor(&names, 2000));
    for outer in code.ancestors(call) {
        match code.kind(outer) {
            Kind::Assign | Kind::Pair => names.push_str(code.mark(outer)),
            Kind::Function => {
                names.push_str(code.mark(outer));
                if !code.mark(outer).is_empty() {
                    break;
                }
            }
            _ => {}
        }
        names.push(' ');
    }
    let names = names.to_ascii_lowercase();
    let is_for = |words: &[&str]| words.iter().any(|word| names.contains(word));
    if is_for(&["refresh"]) {
        90 * 86_400
    } else if is_for(&["reset", "verification", "emailverif", "verifyemail", "verify_email", "confirm", "invit"])
        || is_for(&["activat", "unsubscribe", "magic"])
    {
        7 * 86_400
    } else {
        0
    }
}

fn truth(code: &Code<'_>, node: NodeId) -> Option<bool> {
    match code.value(node) {
        Value::Bool(truth) => Some(truth),
        Value::Number(number) if number == 0.0 || number == 1.0 => Some(number == 1.0),
        Value::Text(text) if text.whole => text::truth(&text.text),
        _ => None,
    }
}

fn nothing(code: &Code<'_>, node: NodeId) -> bool {
    match code.value(node) {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Text(text) => text.whole && text.text.is_empty(),
        _ => matches!(code.text(node), "undefined" | "nil" | "null" | "None"),
    }
}

fn by_class(code: &Code<'_>, node: NodeId, class: algorithm::Class) -> Option<Found> {
    let all = algorithm::named(code, node);
    let (_, name, id) = all.into_iter().find(|(known, ..)| *known == class)?;
    Some(Found { span: Some(shown(code, id)), subject: Some(name), ..Found::default() })
}

/// The known texts of an expression or of a list.
fn texts(code: &Code<'_>, node: NodeId) -> Vec<(String, NodeId)> {
    let all = code.items(node).unwrap_or_else(|| vec![node]);
    all.into_iter()
        .filter_map(|id| match code.value(id) {
            Value::Text(text) => Some((text.text, id)),
            _ => None,
        })
        .collect()
}

/// Whether the value is read from the header of the token: `header.alg`, `get_unverified_header(t)["alg"]`.
fn from_token(code: &Code<'_>, node: NodeId) -> bool {
    let all = code.items(node).unwrap_or_else(|| vec![node]);
    all.into_iter().any(|id| {
        let resolved = code.resolve(id);
        let text = code.text(resolved);
        if text.len() > 400 || !text.contains("alg") && !text.contains("Alg") {
            return false;
        }
        let of = match code.kind(resolved) {
            Kind::Member | Kind::Index => code.child(resolved, Slot::Of),
            Kind::Call => code.receiver(resolved),
            _ => None,
        };
        let source = of.map(|of| code.text(code.resolve(of)).to_ascii_lowercase()).unwrap_or_default();
        let own = text.to_ascii_lowercase();
        [own, source].iter().any(|text| text.contains("header") || text.contains("decode"))
    })
}

/// Whether a function takes whatever it is given: it returns `true`, its argument, or an unchecked token.
fn yielding(code: &Code<'_>, node: NodeId) -> bool {
    let node = code.resolve(node);
    let text = code.text(node);
    if text.len() > 400 || code.kind(node) != Kind::Function && !text.contains("=>") {
        return false;
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (head, body) =
        ["=>", "->"].iter().find_map(|arrow| compact.split_once(arrow)).unwrap_or(("", compact.as_str()));
    let body = body.trim_start_matches("{return").trim_start_matches("return").trim_end_matches(['}', ';', ')', ',']);
    let first = head.trim_start_matches('(').split([',', ')']).next().unwrap_or_default();
    let lower = compact.to_ascii_lowercase();
    let unread = ["newjwtsecuritytoken(", "newjsonwebtoken("].iter().any(|made| lower.contains(made))
        && !["validate", "verif"].iter().any(|word| lower.replace("tokenvalidationparameters", "").contains(word));
    unread
        || matches!(body, "true" | "True" | "!0" | "OAuth2TokenValidatorResult.success(")
        || !first.is_empty() && body == first
        || compact.ends_with("{returntrue;}")
}
