//! What every format says of one report.

mod formats;
mod human;
mod sarif;

use proptest::prelude::*;

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_can_be_told(text in "(?s).{0,60}", path in "(?s).{0,20}", words in "(?s).{0,40}", marks in any::<[u8; 4]>(), width in 0_usize..130, line in any::<u32>(), flags in any::<[bool; 3]>()) {
        let mut report = sample::report();
        let finding = &mut report.findings[2];
        finding.message.clone_from(&words);
        finding.help = Some(words.clone());
        finding.why = vec![words.clone()];
        for (label, mark) in [(&mut finding.primary, &marks[..2]), (&mut finding.related[0], &marks[2..])] {
            label.excerpt.text.clone_from(&text);
            label.excerpt.mark = Span::new(mark[0].into(), mark[1].into());
            label.excerpt.first_line = line;
            label.at.path = path.clone().into();
            label.text.clone_from(&words);
            label.at.region.start.line = line;
        }
        report.skipped[3].path = path.into();
        report.notes = vec![words];
        let [unicode, colour, verbose] = flags;
        let options = Options { width, unicode, colour, verbose, ..options() };
        for format in Format::ALL {
            let told = rendered(&report, format, &options);
            match format {
                Format::Json | Format::Sarif | Format::SarifFull | Format::GitLabSast => { json(&told); }
                Format::Human if !colour => prop_assert_eq!(told.find('\u{1b}'), None),
                Format::GitHub => prop_assert!(told.lines().filter(|line| line.starts_with("::")).count() <= 10),
                _ => {}
            }
        }
    }
}
