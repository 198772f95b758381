//! Quarters of a year, in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;

/// A quarter of a year: `2026Q4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    number: i8,
}

impl Quarter {
    /// The quarter of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1 }
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        Date::new(self.year, (self.number - 1) * 3 + 1, 1).unwrap_or(Date::MIN)
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.next().first().yesterday().unwrap_or(Date::MAX)
    }

    /// The one before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.first().saturating_sub(1.day()))
    }

    /// The one after.
    #[must_use]
    pub fn next(self) -> Self {
        match self.number {
            4 => Self { year: self.year.saturating_add(1), number: 1 },
            number => Self { year: self.year, number: number + 1 },
        }
    }

    /// The quarters from this one to another, both included; none where that is earlier.
    pub fn to(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |quarter| Some(quarter.next())).take_while(move |quarter| *quarter <= last)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}Q{}", self.year, self.number)
    }
}

/// No quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quarter reads `2026Q4`")]
pub struct NoQuarter;

impl FromStr for Quarter {
    type Err = NoQuarter;

    fn from_str(text: &str) -> Result<Self, NoQuarter> {
        let (year, number) = text.split_once(['Q', 'q']).ok_or(NoQuarter)?;
        match (year.trim_end_matches('-').parse(), number.parse()) {
            (Ok(year @ 1970..=9000), Ok(number @ 1..=4)) => Ok(Self { year, number }),
            _ => Err(NoQuarter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NoQuarter, Quarter};

    fn quarter(text: &str) -> Quarter {
        text.parse().expect("a quarter")
    }

    #[test]
    fn a_quarter_has_a_first_and_a_last_day() {
        let fourth = quarter("2026Q4");
        assert_eq!((fourth.first().to_string(), fourth.last().to_string()), ("2026-10-01".into(), "2026-12-31".into()));
        assert_eq!((fourth.next(), quarter("2027Q1").previous()), (quarter("2027Q1"), fourth));
        assert_eq!(Quarter::of(jiff::civil::date(2024, 2, 29)), quarter("2024Q1"));
        assert_eq!(quarter("2025Q3").to(quarter("2026Q1")).count(), 3);
        assert_eq!(quarter("2026Q2").to(quarter("2026Q1")).count(), 0);
    }

    #[test]
    fn what_is_no_quarter_is_refused() {
        for text in ["2026", "2026Q5", "2026Q0", "26Q1", "Q1", "2026QX", "", "2026Q-1", "99999Q1"] {
            assert_eq!(text.parse::<Quarter>(), Err(NoQuarter), "{text}");
        }
        assert_eq!("2026-q1".parse(), Ok(quarter("2026Q1")));
    }
}
