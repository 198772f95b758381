//! What every format says of one report.

use super::render::{Format, render};
use super::{Options, Report, sample};
use crate::mistake::Mistake;
use crate::span::Span;
use crate::text::SourceText;

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
fn a_person_sees_both_places_and_what_to_do() {
    insta::assert_snapshot!("human", shown(Format::Human));
}

#[test]
fn a_narrow_terminal_without_unicode_is_enough() {
    let narrow = Options { width: 60, unicode: false, verbose: true, ..options() };
    let text = rendered(&sample::report(), Format::Human, &narrow);
    insta::assert_snapshot!("human_narrow", text);
    let drawn: String = text.lines().filter(|line| !line.contains("Gr")).collect();
    assert!(drawn.is_ascii(), "{drawn}");
    let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 60).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn colour_and_links_only_when_asked() {
    assert!(!shown(Format::Human).contains('\u{1b}'));
    let all = Options { colour: true, links: Some("file:///r/".to_owned()), ..options() };
    let text = rendered(&sample::report(), Format::Human, &all);
    assert!(
        text.contains("\u{1b}]8;;file:///r/jobs/zoho%20sync.py\u{1b}\\jobs/zoho sync.py:2:18\u{1b}]8;;\u{1b}\\"),
        "{text}"
    );
    assert!(text.contains("\u{1b}["));
}

#[test]
fn a_clean_run_says_what_it_read() {
    insta::assert_snapshot!(rendered(&sample::empty(), Format::Human, &options()), @r"
    no findings
    scanned: 1 file, 12 B
    policy: built-in defaults
    ");
}

#[test]
fn a_path_cannot_steer_the_terminal() {
    let mut report = sample::report();
    report.findings[0].primary.at.path = "a\u{1b}[2J\nb".into();
    report.findings[0].message = "says \u{1b}]0;x\u{7} and \u{202e}more".to_owned();
    report.findings[0].primary.excerpt.text = "\u{1b}[31mSCOPES\u{202e}".to_owned();
    let text = rendered(&report, Format::Human, &options());
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
}

#[test]
fn json_is_a_document_of_its_own() {
    insta::assert_snapshot!("json", shown(Format::Json));
}

#[test]
fn json_lines_say_the_same() {
    insta::assert_snapshot!("jsonl", shown(Format::Jsonl));
    let lines: Vec<serde_json::Value> =
        shown(Format::Jsonl).lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(lines.first().map(|line| &line["type"]), Some(&"run".into()));
    assert_eq!(lines.last().map(|line| &line["type"]), Some(&"summary".into()));
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

#[test]
fn a_mistake_is_drawn_at_its_place() {
    let text = SourceText::new("version: 1\ndefualts:\n  deny: [\"ZohoCRM.**.ALL\"]\nowner: [a\n");
    let mistakes = [
        Mistake::new("unclosed list", Span::new(54, 56), ""),
        Mistake::new("unknown key `defualts`", Span::new(11, 19), "did you mean `defaults`?"),
        Mistake::warning("`ZohoCRM.**.ALL` denies a part of every service", Span::new(30, 46), "name the service"),
    ];
    let mut out = Vec::new();
    super::mistake::write("overscope.yaml".into(), &text, &mistakes, &options(), &mut out).expect("memory");
    insta::assert_snapshot!("mistakes", String::from_utf8(out).expect("UTF-8"));
}
