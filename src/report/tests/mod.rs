//! What every format says of one report.

mod formats;
mod human;
mod sarif;

use super::render::{Format, render};
use super::{Options, Report, sample};
use crate::span::Span;

fn options() -> Options {
    Options { version: "0.0.0".to_owned(), ..Options::default() }
}

fn rendered(report: &Report, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    render(report, &sample::rules(), format, options, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("formats are UTF-8")
}

fn shown(format: Format) -> String {
    rendered(&sample::report(), format, &options())
}

#[test]
fn the_same_report_gives_the_same_bytes_and_shows_no_secret() {
    for format in Format::ALL {
        for report in [sample::report(), sample::empty()] {
            let once = rendered(&report, format, &options());
            assert_eq!(once, rendered(&report, format, &options()), "{format}");
            for part in sample::secret().as_bytes().windows(6) {
                let part = std::str::from_utf8(part).expect("ASCII");
                assert!(!once.contains(part), "{format} shows {part}");
            }
        }
        assert_eq!(format.as_str().parse(), Ok(format));
    }
}

#[test]
fn marks_that_lie_nowhere_do_no_harm() {
    let mut report = sample::report();
    for (index, (start, end)) in [(0, 0), (99, 120), (2, 3), (7, 7)].into_iter().enumerate() {
        report.findings[index].primary.excerpt.text = "é…ü\nx\ty".to_owned();
        report.findings[index].primary.excerpt.mark = Span::new(start, end);
    }
    report.findings[4].primary.excerpt = crate::finding::Excerpt::default();
    for format in Format::ALL {
        rendered(&report, format, &options());
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("this is JSON")
}
