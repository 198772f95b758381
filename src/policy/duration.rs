//! ISO-8601 durations, as policies write them: `PT1H`, `P90D`.

/// The seconds of a duration; a year counts 365 days, a month 30. `None` for anything else.
#[must_use]
pub fn seconds(text: &str) -> Option<u64> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return None,
        None => (rest, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    part(date, &[('Y', 365 * DAY), ('M', 30 * DAY), ('W', 7 * DAY), ('D', DAY)])?
        .checked_add(part(time, &[('H', 3600), ('M', 60), ('S', 1)])?)
}

/// Numbers with units, each unit at most once and in order.
fn part(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut sum = 0_u64;
    let mut units = units.iter();
    while !text.is_empty() {
        let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|&at| at > 0)?;
        let number: u64 = text[..digits].parse().ok()?;
        let unit = text[digits..].chars().next()?;
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        sum = sum.checked_add(number.checked_mul(*size)?)?;
        text = &text[digits + unit.len_utf8()..];
    }
    Some(sum)
}

/// What somebody probably meant by `1h`, `90 days`, `15m`.
#[must_use]
pub fn guess(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_start_matches(['p', 't']);
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    Some(match text[digits..].trim() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => format!("PT{number}S"),
        "m" | "min" | "mins" | "minute" | "minutes" => format!("PT{number}M"),
        "h" | "hr" | "hour" | "hours" => format!("PT{number}H"),
        "d" | "day" | "days" => format!("P{number}D"),
        "w" | "week" | "weeks" => format!("P{number}W"),
        "mo" | "month" | "months" => format!("P{number}M"),
        "y" | "year" | "years" => format!("P{number}Y"),
        _ => return None,
    })
}

/// Seconds as people say them: `30 days`, `1 hour`.
#[must_use]
pub fn words(seconds: u64) -> String {
    let (number, unit) = match seconds {
        n if n >= DAY && n % DAY == 0 => (n / DAY, "day"),
        n if n >= 3600 && n % 3600 == 0 => (n / 3600, "hour"),
        n if n >= 60 && n % 60 == 0 => (n / 60, "minute"),
        n => (n, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

const DAY: u64 = 24 * 3600;

#[cfg(test)]
mod tests {
    use super::{guess, seconds, words};

    #[test]
    fn durations_are_read() {
        for (text, wanted) in
            [("PT1H", 3600), ("P90D", 90 * 86400), ("PT15M", 900), ("P1DT12H", 129_600), ("P1Y", 365 * 86400)]
        {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        for wrong in ["", "P", "PT", "1h", "P1H", "PT1D", "PT1M1H", "P1D1D", "P-1D", "PT99999999999999999999H"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_common_spelling_is_understood_as_a_hint() {
        assert_eq!(guess("1h").as_deref(), Some("PT1H"));
        assert_eq!(guess("90 days").as_deref(), Some("P90D"));
        assert_eq!(guess("soon"), None);
        assert_eq!(words(30 * 86400), "30 days");
        assert_eq!(words(3600), "1 hour");
        assert_eq!(words(90), "90 seconds");
    }
}
