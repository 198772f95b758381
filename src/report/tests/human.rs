//! What a person reads: findings, drawn mistakes, pages of rules.

use super::{options, rendered, shown};
use crate::mistake::Mistake;
use crate::report::render::Format;
use crate::report::{Options, mistake, page, sample};
use crate::span::Span;
use crate::text::SourceText;

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
fn a_mistake_is_drawn_at_its_place() {
    let text = SourceText::new("version: 1\ndefualts:\n  deny: [\"ZohoCRM.**.ALL\"]\nowner: [a\n");
    let mistakes = [
        Mistake::new("unclosed list", Span::new(54, 56), ""),
        Mistake::new("unknown key `defualts`", Span::new(11, 19), "did you mean `defaults`?"),
        Mistake::warning("`ZohoCRM.**.ALL` denies a part of every service", Span::new(30, 46), "name the service"),
    ];
    let mut out = Vec::new();
    mistake::write("overscope.yaml".into(), &text, &mistakes, &options(), &mut out).expect("memory");
    insta::assert_snapshot!("mistakes", String::from_utf8(out).expect("UTF-8"));
}

#[test]
fn a_rule_has_one_page_with_two_faces() {
    let rules = sample::rules();
    let mut pages = String::new();
    for rule in rules.iter() {
        let (mut terminal, mut markdown) = (Vec::new(), Vec::new());
        let narrow = Options { width: 60, ..options() };
        page::write(rule, rules.page(&rule.id), &narrow, &mut terminal).expect("memory");
        page::write_markdown(rule, rules.page(&rule.id), &mut markdown).expect("memory");
        for face in [terminal, markdown] {
            pages.push_str(&String::from_utf8(face).expect("UTF-8"));
            pages.push_str("========\n");
        }
    }
    insta::assert_snapshot!("page", pages);
}

#[test]
fn a_long_line_is_cut_to_the_width_of_the_terminal() {
    for unicode in [true, false] {
        let mut report = sample::report();
        report.findings.truncate(1);
        let excerpt = &mut report.findings[0].primary.excerpt;
        excerpt.text = format!("…{}MARK{}…", "before ".repeat(15), " after".repeat(15));
        excerpt.mark = Span::new(108, 112);
        let narrow = Options { width: 60, unicode, ..options() };
        let text = rendered(&report, Format::Human, &narrow);
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 60).collect();
        assert!(wide.is_empty() && text.contains("MARK"), "{text}");
        assert!(unicode || text.is_ascii(), "{text}");
    }
}
