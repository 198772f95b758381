//! Lifetimes as code reckons them: numbers with a unit, durations of every library, "now and so long".
//!
//! Longer than other files: half of it is lists of names and examples.

use super::text;
use crate::rule::is::Unit;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};
use crate::syntax::value::Value;

/// A quantity of time on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Quantity {
    /// A plain number.
    Plain(f64),
    /// So many seconds.
    Seconds(f64),
    /// Now, and so many seconds; whether the clock counts milliseconds.
    Now(f64, bool),
}

/// The lifetime that an expression surely is, in seconds; a plain number counts `unit`s.
#[must_use]
pub fn lifetime(code: &Code<'_>, id: NodeId, unit: Unit) -> Option<u64> {
    let seconds = match quantity(code, id, unit, 0)? {
        // A moment, not a span: no token lives for thirty years. Round numbers of milliseconds reach that in days.
        Quantity::Plain(number)
            if number >= 1e9
                && unit != Unit::Milliseconds
                && !(unit == Unit::Guess && number < 1e12 && number % 1e5 == 0.0) =>
        {
            return None;
        }
        Quantity::Plain(number) => return text::counted(number, unit),
        Quantity::Seconds(seconds) | Quantity::Now(seconds, _) => seconds,
    };
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds as u64)
}

/// How far in the future a moment is that an expression reckons from now; `None` where no clock is read.
#[must_use]
pub fn from_now(code: &Code<'_>, id: NodeId) -> Option<u64> {
    match quantity(code, id, Unit::Seconds, 0)? {
        Quantity::Now(seconds, _) if seconds > 0.0 => Some(seconds as u64),
        _ => None,
    }
}

/// The expression that a lifetime comes from: `LIFETIME` of `now() + timedelta(minutes=LIFETIME)`, and what it is.
#[must_use]
pub fn origin(code: &Code<'_>, id: NodeId) -> NodeId {
    let mut at = code.resolve(id);
    for _ in 0..12 {
        // `30 * DAY`: the factor is what is at fault, not the length of a day.
        if code.kind(at) == Kind::Binary
            && code.mark(at) == "*"
            && code.children(at).any(|side| code.kind(side) == Kind::Number)
        {
            break;
        }
        let parts: Vec<NodeId> = match code.kind(at) {
            Kind::Join | Kind::Binary => code.children(at).collect(),
            Kind::Call => {
                let mut parts: Vec<NodeId> = code.arguments(at).iter().map(|argument| argument.value).collect();
                parts.extend(code.receiver(at));
                parts
            }
            Kind::Member => code.child(at, Slot::Of).into_iter().collect(),
            _ => break,
        };
        // Only what is named elsewhere leads on; what stands here is pointed at as a whole.
        let leads = |part: NodeId| {
            let resolved = code.resolve(part);
            let elsewhere = resolved != part && is_span(code, resolved);
            (elsewhere || is_named_inside(code, resolved)).then_some(resolved)
        };
        match parts.into_iter().find_map(leads) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// Whether an expression is a span of time or a number, not the bare clock.
fn is_span(code: &Code<'_>, id: NodeId) -> bool {
    match quantity(code, id, Unit::Seconds, 0) {
        Some(Quantity::Now(seconds, _)) => seconds != 0.0,
        other => other.is_some(),
    }
}

/// Whether a span of time that is given its value elsewhere stands inside.
fn is_named_inside(code: &Code<'_>, id: NodeId) -> bool {
    code.spend(code.size(id).min(200))
        && code.below(id).take(200).any(|inner| {
            matches!(code.kind(inner), Kind::Name | Kind::Member)
                && code.resolve(inner) != inner
                && is_span(code, code.resolve(inner))
        })
}

fn quantity(code: &Code<'_>, id: NodeId, unit: Unit, depth: usize) -> Option<Quantity> {
    if depth > 24 || !code.spend(1) {
        return None;
    }
    let id = code.resolve(id);
    let inner = |id: NodeId| quantity(code, id, unit, depth + 1);
    match code.kind(id) {
        Kind::Number => code.value(id).number().map(Quantity::Plain),
        Kind::String => match code.value(id) {
            Value::Text(value) if value.whole && value.text.trim_start_matches('\\').starts_with("${") => {
                let (name, default) =
                    value.text.trim_start_matches('\\').strip_prefix("${")?.strip_suffix('}')?.split_once(':')?;
                text::seconds(default, named_unit(name).unwrap_or(unit))
                    .map(|seconds| Quantity::Seconds(seconds as f64))
            }
            Value::Text(value) if value.whole => match value.text.trim().parse::<f64>() {
                Ok(number) => Some(Quantity::Plain(number)),
                Err(_) => text::seconds(&value.text, unit).map(|seconds| Quantity::Seconds(seconds as f64)),
            },
            _ => None,
        },
        Kind::Join => {
            let mut sum = None;
            for child in code.children(id).filter(|&child| code.kind(child) != Kind::Comment) {
                let next = inner(child)?;
                sum = Some(match sum {
                    None => next,
                    Some(sum) => add(sum, next, 1.0)?,
                });
            }
            sum
        }
        Kind::Binary => {
            let (left, right) = sides(code, id)?;
            if matches!(code.mark(id), "||" | "??" | "or" | "?:") {
                return inner(left).or_else(|| inner(right));
            }
            combine(code.mark(id), inner(left)?, inner(right)?)
        }
        Kind::Unary => {
            let inner = inner(code.children(id).next()?)?;
            match (code.mark(id), inner) {
                ("-", Quantity::Plain(number)) => Some(Quantity::Plain(-number)),
                ("&" | "+", other) => Some(other),
                _ => None,
            }
        }
        Kind::Member => member(code, id, unit, depth),
        Kind::Call => call(code, id, unit, depth),
        Kind::Choice => {
            // `rememberMe ? "30d" : "1h"`: the longer one counts.
            let longest = code
                .children(id)
                .filter(|&child| code.node(child).slot != Slot::Condition)
                .filter_map(|child| inner(child).map(|quantity| (length(quantity, unit), quantity)))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            longest.map(|(_, quantity)| quantity)
        }
        Kind::Index | Kind::Name | Kind::Other => None,
        _ => None,
    }
}

/// The unit that the name of a setting tells: `jwt.token-validity-in-seconds`.
fn named_unit(name: &str) -> Option<Unit> {
    let name = name.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    Some(match () {
        () if ends(&["ms", "millis", "milliseconds", "msec"]) => Unit::Milliseconds,
        () if ends(&["seconds", "secs", "-s", "-sec"]) => Unit::Seconds,
        () if ends(&["minutes", "mins", "-min"]) => Unit::Minutes,
        () if ends(&["hours", "-h"]) => Unit::Hours,
        () if ends(&["days", "-d"]) => Unit::Days,
        () => return None,
    })
}

fn length(quantity: Quantity, unit: Unit) -> f64 {
    match quantity {
        Quantity::Plain(number) => text::counted(number, unit).map_or(0.0, |seconds| seconds as f64),
        Quantity::Seconds(seconds) | Quantity::Now(seconds, _) => seconds,
    }
}

fn sides(code: &Code<'_>, id: NodeId) -> Option<(NodeId, NodeId)> {
    let operands: Vec<NodeId> = code.children(id).filter(|&child| code.kind(child) != Kind::Comment).collect();
    Some((*operands.first()?, *operands.last()?))
}

fn add(left: Quantity, right: Quantity, sign: f64) -> Option<Quantity> {
    use Quantity::{Now, Plain, Seconds};
    let of_clock = |number: f64, milliseconds: bool| if milliseconds { number / 1000.0 } else { number };
    Some(match (left, right) {
        (Plain(a), Plain(b)) => Plain(a + sign * b),
        (Seconds(a), Seconds(b)) => Seconds(a + sign * b),
        (Now(a, ms), Seconds(b)) | (Seconds(b), Now(a, ms)) => Now(a + sign * b, ms),
        (Now(a, ms), Plain(b)) | (Plain(b), Now(a, ms)) => Now(a + sign * of_clock(b, ms), ms),
        (Seconds(a), Plain(b)) | (Plain(b), Seconds(a)) => Seconds(a + sign * b),
        (Now(..), Now(..)) => return None,
    })
}

fn combine(operator: &str, left: Quantity, right: Quantity) -> Option<Quantity> {
    use Quantity::{Now, Plain, Seconds};
    Some(match (operator, left, right) {
        ("-", left, right) => add(left, right, -1.0)?,
        ("*", Plain(a), Plain(b)) => Plain(a * b),
        ("*", Seconds(a), Plain(b)) | ("*", Plain(b), Seconds(a)) => Seconds(a * b),
        ("*", Seconds(a), Seconds(b)) => Seconds(a * b),
        ("/" | "//", Plain(a), Plain(b)) if b != 0.0 => Plain(a / b),
        // Milliseconds to seconds: the moment stays the same.
        ("/" | "//", Now(a, true), Plain(1000.0)) => Now(a, false),
        ("/" | "//", Seconds(a), Plain(_)) => Seconds(a),
        ("*", Now(a, false), Plain(1000.0)) => Now(a, true),
        ("|" | "^" | ">>" | ">>>", left, Plain(0.0)) => left,
        _ => return None,
    })
}

/// `7.days`, `time.Hour`, `ChronoUnit.DAYS`, `24.hours.from_now`, `x.value`.
fn member(code: &Code<'_>, id: NodeId, unit: Unit, depth: usize) -> Option<Quantity> {
    let name = code.mark(id);
    let of = code.child(id, Slot::Of)?;
    if code.kind(of) == Kind::Name
        && matches!(code.mark(of), "time" | "ChronoUnit" | "TimeUnit" | "DurationUnit" | "Duration")
    {
        return text::of_unit(name).map(Quantity::Seconds);
    }
    if NOWS.contains(&code.path(id).as_str()) {
        return Some(Quantity::Now(0.0, false));
    }
    let inner = quantity(code, of, unit, depth + 1)?;
    match (name, inner) {
        ("from_now" | "since", Quantity::Seconds(seconds)) => Some(Quantity::Now(seconds, false)),
        (_, Quantity::Plain(number)) => text::of_unit(name).map(|factor| Quantity::Seconds(number * factor)),
        (_, other) => PASSING.contains(&name).then_some(other),
    }
}

fn call(code: &Code<'_>, id: NodeId, unit: Unit, depth: usize) -> Option<Quantity> {
    let path = code.callee(id);
    let method = code.method(id);
    let arguments = code.arguments(id);
    let argument = |index: usize| arguments.get(index).map(|argument| argument.value);
    let inner = |id: NodeId| quantity(code, id, unit, depth + 1);
    if MILLISECOND_CLOCKS.contains(&path.as_str()) {
        return Some(Quantity::Now(0.0, true));
    }
    if NOWS.contains(&path.as_str())
        || (NOW_METHODS.contains(&method)
            && (arguments.is_empty() || arguments.iter().all(|argument| inner(argument.value).is_none())))
    {
        let milliseconds = path.starts_with("Date") && code.text(id).starts_with("new");
        return Some(Quantity::Now(0.0, milliseconds));
    }
    // `timedelta(days=7, hours=1)`, `Duration(hours: 2)`, `{ days: 7 }` as arguments.
    if matches!(method, "timedelta" | "relativedelta" | "Duration" | "TimeSpan") && !arguments.is_empty() {
        let mut sum = 0.0;
        for (index, one) in arguments.iter().enumerate() {
            let name = one.name.unwrap_or(if method == "timedelta" { ["days", "seconds"].get(index)? } else { "" });
            let Some(factor) = text::of_unit(name) else { continue };
            let Some(Quantity::Plain(number)) = inner(one.value) else { return None };
            sum += number * factor;
        }
        if sum > 0.0 {
            return Some(Quantity::Seconds(sum));
        }
    }
    // `Duration.ofDays(7)`, `TimeSpan.FromDays(7)`, `Duration::from_secs(60)`, `Duration::days(1)`, `Expiry.days(1)`.
    if let Some(factor) = constructor(method)
        && ["Duration", "TimeSpan", "Delta", "Interval", "Period", "time", "Expir"]
            .iter()
            .any(|word| path.contains(word))
        && let Some(Quantity::Plain(number)) = argument(0).and_then(inner)
    {
        return Some(Quantity::Seconds(number * factor));
    }
    // `TimeUnit.DAYS.toMillis(7)`.
    if method.starts_with("to") && path.starts_with("TimeUnit.") {
        let factor = text::of_unit(path.split('.').nth(1)?)?;
        let Quantity::Plain(number) = argument(0).and_then(inner)? else { return None };
        return Some(Quantity::Seconds(number * factor));
    }
    if let Some(receiver) = code.receiver(id) {
        let of = quantity(code, receiver, unit, depth + 1);
        match of {
            Some(Quantity::Now(start, milliseconds)) => {
                let parts: Vec<Option<f64>> = arguments
                    .iter()
                    .map(|argument| match inner(argument.value) {
                        Some(Quantity::Plain(number)) => Some(number),
                        _ => None,
                    })
                    .collect();
                // `time.Now().AddDate(0, 1, 0)`, `$now->modify('+30 days')`.
                let more = match (method, parts.as_slice(), argument(0).and_then(inner)) {
                    ("AddDate", [Some(years), Some(months), Some(days)], _) => {
                        Some(years * 31_557_600.0 + months * 2_592_000.0 + days * 86_400.0)
                    }
                    ("modify", _, Some(Quantity::Seconds(seconds))) => Some(seconds),
                    _ => moved(code, method, argument(0), argument(1), unit, depth),
                };
                if let Some(more) = more {
                    return Some(Quantity::Now(start + more, milliseconds));
                }
                if PASSING.contains(&method) || arguments.is_empty() {
                    let milliseconds = matches!(method, "getTime" | "toEpochMilli" | "valueOf" | "UnixMilli");
                    return Some(Quantity::Now(start, milliseconds));
                }
            }
            Some(Quantity::Plain(number)) if arguments.is_empty() => {
                return text::of_unit(method).map(|factor| Quantity::Seconds(number * factor));
            }
            Some(other) if PASSING.contains(&method) => return Some(other),
            _ => {}
        }
    }
    if method == "ms" || method == "strtotime" || method == "parse" {
        let first = argument(0)?;
        let quantity = inner(first)?;
        return match (method, quantity) {
            ("strtotime", Quantity::Seconds(seconds)) => Some(Quantity::Now(seconds, false)),
            (_, quantity) => Some(quantity),
        };
    }
    if PASSING.contains(&method) || WRAPPERS.contains(&method) {
        return argument(0).and_then(inner);
    }
    // A setting with a default: `os.getenv("TTL", "3600")`, `env('TTL', 60 * 24)`.
    match code.value(id) {
        Value::Number(number) => Some(Quantity::Plain(number)),
        Value::Text(value) if value.whole && value.fallback => {
            text::seconds(&value.text, unit).map(|seconds| Quantity::Seconds(seconds as f64))
        }
        _ => None,
    }
}

/// By how many seconds a call moves a moment: `plusDays(7)`, `Add(d)`, `plus(7, ChronoUnit.DAYS)`, `add(7, "day")`.
fn moved(
    code: &Code<'_>,
    method: &str,
    first: Option<NodeId>,
    second: Option<NodeId>,
    unit: Unit,
    depth: usize,
) -> Option<f64> {
    let lower = method.to_ascii_lowercase();
    let stem =
        ["plus", "checked_add_signed", "checked_add", "add"].iter().find_map(|start| lower.strip_prefix(start))?;
    let first = first?;
    let amount = quantity(code, first, unit, depth + 1);
    if let Some(factor) = text::of_unit(stem.trim_start_matches('_')) {
        let Some(Quantity::Plain(number)) = amount else { return None };
        return Some(number * factor);
    }
    if let Some(second) = second {
        let name = match code.value(second) {
            Value::Text(text) => text.text,
            _ => code.mark(second).to_owned(),
        };
        let Some(Quantity::Plain(number)) = amount else { return None };
        return text::of_unit(&name).map(|factor| number * factor);
    }
    match amount? {
        Quantity::Seconds(seconds) => Some(seconds),
        Quantity::Plain(number) => Some(number),
        Quantity::Now(..) => None,
    }
}

/// The seconds that a constructor of durations counts: `ofDays`, `FromDays`, `from_secs`, `days`.
fn constructor(method: &str) -> Option<f64> {
    let lower = method.to_ascii_lowercase();
    let stem = ["of", "from_", "from", "standard", "try_", ""]
        .iter()
        .find_map(|start| lower.strip_prefix(start).and_then(text::of_unit));
    stem.or_else(|| (lower == "millis" || lower == "from_millis" || lower == "ofmillis").then_some(0.001))
}

const MILLISECOND_CLOCKS: [&str; 5] =
    ["Date.now", "System.currentTimeMillis", "Clock.System.now", "performance.now", "currentTimeMillis"];

const NOWS: [&str; 30] = [
    "time",
    "time.time",
    "Time.now",
    "Time.current",
    "Time.zone.now",
    "DateTime.now",
    "datetime.utcnow",
    "datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.now",
    "dt.datetime.utcnow",
    "timezone.now",
    "time.Now",
    "time.Now().UTC",
    "Instant.now",
    "LocalDateTime.now",
    "ZonedDateTime.now",
    "OffsetDateTime.now",
    "DateTime.Now",
    "DateTime.UtcNow",
    "DateTimeOffset.UtcNow",
    "DateTimeOffset.Now",
    "Utc.now",
    "chrono.Utc.now",
    "SystemTime.now",
    "Local.now",
    "OffsetDateTime.now_utc",
    "Carbon.now",
    "now",
    "Date.current",
];

/// Methods that read a clock whatever they are called of.
const NOW_METHODS: [&str; 13] = [
    "utcnow",
    "now",
    "_now",
    "utc_now",
    "_utcnow",
    "get_now",
    "UtcNow",
    "currentTimeMillis",
    "get_current_timestamp",
    "moment",
    "dayjs",
    "Date",
    "DateTimeImmutable",
];

/// Methods and functions that leave a moment or a span of time what it is.
const PASSING: [&str; 44] = [
    "to_i",
    "to_f",
    "Unix",
    "UnixMilli",
    "timestamp",
    "getTimestamp",
    "getTime",
    "toInstant",
    "toEpochMilli",
    "getEpochSecond",
    "epochSecond",
    "ToUnixTimeSeconds",
    "toMillis",
    "toSeconds",
    "getSeconds",
    "total_seconds",
    "as_secs",
    "num_seconds",
    "unix",
    "valueOf",
    "toDate",
    "toEpochSecond",
    "utc",
    "UTC",
    "atZone",
    "to_time",
    "inWholeSeconds",
    "inWholeMilliseconds",
    "unix_timestamp",
    "duration_since",
    "unwrap",
    "expect",
    "toJavaDuration",
    "TotalSeconds",
    "TotalMinutes",
    "toDateTime",
    "getMillis",
    "astimezone",
    "replace",
    "checked_add_signed",
    "value",
    "toUnixInteger",
    "toSecs",
    "seconds_since_epoch",
];

/// Functions that give their argument back as another type.
const WRAPPERS: [&str; 27] = [
    "Some",
    "floor",
    "round",
    "ceil",
    "trunc",
    "int",
    "Integer",
    "parseInt",
    "Number",
    "Date",
    "from",
    "NewNumericDate",
    "NumericDate",
    "intdiv",
    "int64",
    "float64",
    "Duration",
    "toInt",
    "long",
    "usize",
    "timegm",
    "calendar.timegm",
    "some",
    "Some",
    "datetime",
    "ofEpochSecond",
    "ofEpochMilli",
];

#[cfg(test)]
mod tests {
    use super::lifetime;
    use crate::rule::is::Unit;
    use crate::syntax::language::Language;
    use crate::syntax::parse;

    /// The first argument of the call of `f`.
    fn read(text: &str, language: Language) -> Option<u64> {
        let code = parse(text, language).expect("it parses");
        let call = code.calls().find(|&call| code.callee(call) == "f").expect("a call of f");
        lifetime(&code, code.argument(call, 0, &[]).expect("an argument"), Unit::Seconds)
    }

    #[test]
    fn durations_are_read_in_every_language() {
        for (language, text, wanted) in [
            (Language::JavaScript, "f('7d')", 604_800),
            (Language::JavaScript, "f(60 * 60 * 24)", 86_400),
            (Language::JavaScript, "f(Math.floor(Date.now() / 1000) + (60 * 60))", 3600),
            (Language::JavaScript, "f(Date.now() + 86400000)", 86_400),
            (Language::JavaScript, "f(remember ? '30d' : '1h')", 2_592_000),
            (Language::JavaScript, "f(dayjs().add(7, 'day').unix())", 604_800),
            (Language::JavaScript, "f(new Date(Date.now() + 3600 * 1000))", 3600),
            (Language::Python, "from datetime import timedelta\nD = timedelta(days=30)\nf(D)\n", 2_592_000),
            (Language::Python, "f(datetime.utcnow() + timedelta(hours=12))\n", 43_200),
            (
                Language::Python,
                "f(datetime.datetime.now(tz=timezone.utc) + datetime.timedelta(minutes=60 * 24 * 8))\n",
                691_200,
            ),
            (Language::Python, "f(int(time.time()) + 3600)\n", 3600),
            (Language::Java, "class X { Object o = f(new Date(System.currentTimeMillis() + 864_000_00)); }", 86_400),
            (Language::Java, "class X { Object o = f(Duration.ofDays(7)); }", 604_800),
            (
                Language::Java,
                "class X { Object o = f(Date.from(Instant.now().plus(30, ChronoUnit.DAYS))); }",
                2_592_000,
            ),
            (Language::Java, "class X { Object o = f(Instant.now().plusSeconds(7200)); }", 7200),
            (Language::Java, "class X { Object o = f(TimeUnit.DAYS.toMillis(1)); }", 86_400),
            (Language::Kotlin, "val x = f(7.days)\n", 604_800),
            (Language::Kotlin, "val x = f(Date(System.currentTimeMillis() + 60_000 * 60))\n", 3600),
            (Language::Go, "package m\nvar x = f(time.Now().Add(time.Hour * 24).Unix())\n", 86_400),
            (Language::Go, "package m\nvar x = f(jwt.NewNumericDate(time.Now().Add(72 * time.Hour)))\n", 259_200),
            (Language::CSharp, "class X { void M() { f(DateTime.UtcNow.AddDays(30)); } }", 2_592_000),
            (Language::CSharp, "class X { void M() { f(TimeSpan.FromHours(12)); } }", 43_200),
            (Language::Php, "<?php f(time() + 3600 * 24);", 86_400),
            (Language::Php, "<?php f(strtotime('+30 days'));", 2_592_000),
            (Language::Ruby, "f(Time.now.to_i + 4 * 3600)\n", 14_400),
            (Language::Ruby, "f(24.hours.from_now.to_i)\n", 86_400),
            (Language::Rust, "fn m() { f(Duration::from_secs(60 * 60 * 2)); }", 7200),
            (Language::Rust, "fn m() { f((Utc::now() + Duration::days(7)).timestamp() as usize); }", 604_800),
        ] {
            assert_eq!(read(text, language), Some(wanted), "{language:?} {text}");
        }
    }

    #[test]
    fn names_that_lead_to_each_other_come_to_an_end() {
        let mut text = String::from("const a0 = 'x' + b;\n");
        for index in 1..40 {
            let before = index - 1;
            text.push_str(&format!("const a{index} = a{before} + a{before} + a{before};\n"));
        }
        text.push_str("const p = { ...q }; const q = { ...p, r: p };\nconst l = Array.of(m); const m = Set(l);\n");
        text.push_str("f(a39); f(p); f(l);");
        let code = parse(&text, Language::JavaScript).expect("it parses");
        for call in code.calls() {
            for argument in code.arguments(call) {
                let _ = (code.value(argument.value), code.members(argument.value), code.items(argument.value));
                let _ = lifetime(&code, argument.value, Unit::Seconds);
                let _ = crate::detect::code::claims::sensitive(&code, argument.value);
                let _ = crate::detect::code::claims::whole(&code, argument.value);
                let _ = crate::detect::code::algorithm::named(&code, argument.value);
            }
        }
    }

    #[test]
    fn what_is_not_known_is_no_lifetime() {
        for (language, text) in [
            (Language::JavaScript, "f(config.ttl)"),
            (Language::Python, "f(now() + delta)\n"),
            (Language::Go, "package m\nvar x = f(ttl * time.Hour)\n"),
        ] {
            assert_eq!(read(text, language), None, "{text}");
        }
    }
}
