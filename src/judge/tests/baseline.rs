//! What is known stays known, and nothing else does.

use super::*;

/// A scan of secrets at `(path, line, value)`.
fn scan(secrets: &[(&str, u32, &str)]) -> Judgement {
    let at = |&(path, line, value): &(&str, u32, &str)| {
        let mut fact = secret(path, value);
        fact.at.region.start.line = line;
        fact
    };
    on("", &secrets.iter().map(at).collect::<Vec<_>>(), &[], TODAY)
}

fn open_of(judgement: &Judgement) -> usize {
    judgement.findings.iter().filter(|finding| finding.state == State::Open).count()
}

#[test]
fn what_is_known_stays_known_when_lines_and_directories_move_and_not_when_the_value_changes() {
    let baseline =
        Baseline::new().update(&scan(&[("old/a.py", 3, "value-one"), ("b.py", 1, "two")]), Coverage::Whole, false);
    let run = |secrets: &[(&str, u32, &str)], coverage: Coverage| {
        let mut judgement = scan(secrets);
        let dead = baseline.accept(&mut judgement, coverage).len();
        (open_of(&judgement), dead)
    };
    let whole = Coverage::Whole;
    assert_eq!(run(&[("old/a.py", 5, "value-one"), ("b.py", 9, "two")], whole), (0, 0), "lines were inserted");
    assert_eq!(run(&[("new/a.py", 3, "value-one"), ("b.py", 1, "two")], whole), (0, 0), "the directory was renamed");
    assert_eq!(run(&[("old/a.py", 3, "value-onf"), ("b.py", 1, "two")], whole), (1, 1), "the value has changed");
    assert_eq!(run(&[("b.py", 1, "two")], whole), (0, 1), "the code is gone");
    let copied = [("new/a.py", 3, "value-one"), ("old/a.py", 3, "value-one"), ("b.py", 1, "two")];
    assert_eq!(run(&copied, whole), (1, 0), "a copy in another file is new");
    assert_eq!(
        run(&[("new/a.py", 3, "value-one")], Coverage::Partial),
        (1, 0),
        "a part cannot tell a copy from a move"
    );
    assert_eq!(run(&[("old/a.py", 5, "value-one")], Coverage::Partial), (0, 0));
}

#[test]
fn a_baseline_is_sorted_line_by_line_and_writing_it_again_changes_nothing() {
    let judgement = scan(&[("b.py", 1, "two"), ("a.py", 1, "one"), ("c.py", 1, "three")]);
    let baseline = Baseline::new().update(&judgement, Coverage::Whole, false);
    let text = baseline.write();
    assert_eq!(Baseline::read(&text).expect("a baseline"), baseline);
    assert_eq!(baseline.update(&judgement, Coverage::Whole, false).write(), text);
    let body: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(body.len(), 3);
    assert!(body.is_sorted() && body.iter().all(|line| line.contains("\"status\":\"unreviewed\"")));
    let merged = format!("{}\n{}\n{}\n{}\n", text.lines().next().expect("a header"), body[2], body[0], body[2]);
    assert_eq!(Baseline::read(&merged).expect("a merge").entries.len(), 2);
    let other = Baseline::new().update(&judgement, Coverage::Whole, false).write();
    assert!(text.lines().skip(1).all(|line| !other.contains(&line[7..39])), "each file has a key of its own");
}

#[test]
fn an_update_keeps_what_somebody_wrote_and_a_prune_drops_what_is_dead() {
    let mut baseline =
        Baseline::new().update(&scan(&[("old/a.py", 1, "one"), ("b.py", 1, "two")]), Coverage::Whole, false);
    baseline.entries.values_mut().for_each(|entry| entry.status = format!("accepted {}", entry.path));
    let next = baseline.update(&scan(&[("new/a.py", 1, "one"), ("c.py", 1, "new")]), Coverage::Whole, false);
    let told = |baseline: &Baseline| {
        let mut told: Vec<(String, String)> =
            baseline.entries.values().map(|entry| (entry.path.clone(), entry.status.clone())).collect();
        told.sort();
        told
    };
    let pair = |path: &str, status: &str| (path.to_owned(), status.to_owned());
    let moved = pair("new/a.py", "accepted old/a.py");
    assert_eq!(told(&next), [pair("b.py", "accepted b.py"), pair("c.py", "unreviewed"), moved.clone()]);
    let pruned = next.update(&scan(&[("new/a.py", 1, "one")]), Coverage::Whole, true);
    assert_eq!(told(&pruned), [moved]);
}

#[test]
fn a_broken_baseline_is_told_by_its_lines() {
    assert!(Baseline::read("").is_err());
    assert!(Baseline::read("{}\n").is_err());
    let text = Baseline::new().write() + "{\"id\": 1}\n";
    let mistakes = Baseline::read(&text).expect_err("no entry");
    assert!(mistakes[0].message.starts_with("this line is no entry"), "{}", mistakes[0].message);
    assert_eq!(&text[mistakes[0].span.range()], "{\"id\": 1}");
}
