//! The headline as label, value and the value of the quarter before: the same in every form of the report.

use crate::audit::Headline;

/// One number of the headline.
pub(super) struct Tile {
    pub(super) label: &'static str,
    pub(super) value: String,
    /// What it was; `None` where there was no commit yet.
    pub(super) before: Option<String>,
    /// Whether it is worse than it was.
    pub(super) worse: bool,
}

/// The headline in order of weight.
pub(super) fn tiles(now: &Headline, before: Option<&Headline>) -> Vec<Tile> {
    let plain = |label, of: fn(&Headline) -> u32, less_is_better: bool| Tile {
        label,
        value: of(now).to_string(),
        before: before.map(|then| of(then).to_string()),
        worse: less_is_better && before.is_some_and(|then| of(now) > of(then)),
    };
    let share = |label, of: fn(&Headline) -> Option<u32>, less_is_better: bool| Tile {
        label,
        value: percent(of(now)),
        before: before.map(|then| percent(of(then))),
        worse: before
            .and_then(of)
            .zip(of(now))
            .is_some_and(|(then, now)| if less_is_better { now > then } else { now < then }),
    };
    let of_all = |part: u32, all: u32| format!("{part} of {all}");
    vec![
        plain("integrations", |of| of.integrations, false),
        plain("without an integration", |of| of.undeclared, true),
        Tile {
            label: "reviewed in time",
            value: of_all(now.reviewed, now.integrations),
            before: before.map(|then| of_all(then.reviewed, then.integrations)),
            worse: now.reviewed < now.integrations,
        },
        plain("scopes requested or granted", |of| of.scopes, false),
        plain("broad scopes", |of| of.broad, true),
        plain("beyond the policy", |of| of.beyond, true),
        share("read only", |of| of.read_only, false),
        share("used by no call", |of| of.unused, true),
        plain("expired exceptions", |of| of.exceptions.get("expired").copied().unwrap_or(0), true),
        plain("open secrets", |of| of.secrets, true),
        Tile {
            label: "median age of open secrets",
            value: days(now.secrets_age),
            before: before.map(|then| days(then.secrets_age)),
            worse: false,
        },
        plain("open token findings", |of| of.tokens, true),
    ]
}

/// What there is to say in one sentence.
pub(super) fn verdict(now: &Headline) -> String {
    let expired = now.exceptions.get("expired").copied().unwrap_or(0);
    let all = [
        (now.beyond, "scope beyond the policy", "scopes beyond the policy"),
        (now.undeclared, "use of a provider without an integration", "uses of providers without an integration"),
        (now.integrations.saturating_sub(now.reviewed), "review overdue", "reviews overdue"),
        (expired, "expired exception", "expired exceptions"),
        (now.secrets, "open secret", "open secrets"),
    ];
    let parts: Vec<String> = all
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    match parts.as_slice() {
        [] => "Nothing is beyond the policy, every review is in time, no secret is open.".to_owned(),
        [one] => format!("{one}."),
        [head @ .., tail] => format!("{} and {tail}.", head.join(", ")),
    }
}

fn percent(share: Option<u32>) -> String {
    share.map_or_else(|| "not known".to_owned(), |share| format!("{share} %"))
}

fn days(age: Option<i64>) -> String {
    match age {
        None => "none".to_owned(),
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{days} days"),
    }
}
