//! Whatever a stranger repeats, the time of every rule grows with the text and not with its square. Time is that of the
//! thread on its processor, so that a busy machine does not count. `OVERSCOPE_FOUND=all` takes every rule and thirty-two times
//! the text; without it every 46th rule is taken.
#![cfg(target_os = "linux")]
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests")]
#![allow(clippy::print_stdout, reason = "a test that cannot run says so")]

use std::fs;

use overscope::detect::engine::Engine;
use overscope::origin::Origin;
use overscope::rule::builtin;
use overscope::rule::example::fill;

/// What this thread has had of its processor, in nanoseconds; `None` where the system does not say.
fn spent() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

#[test]
fn the_time_of_every_rule_grows_with_the_text_and_not_with_its_square() {
    // Some systems do not count.
    let before = spent();
    let busy = (0..30_000_000_u64).fold(0, |sum: u64, number| std::hint::black_box(sum ^ number.rotate_left(7)));
    if spent() <= before {
        println!("skipped: nobody counts the time of threads here ({busy})");
        return;
    }
    let all = std::env::var_os("OVERSCOPE_FOUND").is_some_and(|wanted| wanted == "all");
    let size = if all { 256 << 10 } else { 8 << 10 };
    let rules = builtin::rules();
    let engine = Engine::new(&rules);
    let mut slow = Vec::new();
    for rule in rules.iter().step_by(if all { 1 } else { 46 }) {
        let Some(page) = rules.page(&rule.id) else { continue };
        let Some(example) = page.examples.iter().find(|example| example.caught.is_some()) else { continue };
        let file = example.file.as_ref().map_or("example.txt", |file| file.value.as_str());
        let template = &example.caught.as_ref().expect("it was asked for").value;
        let text = fill(template, rule.id.as_str()).expect("examples fill");
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        // What it catches, line after line and in one line; what only begins like it, without an end.
        for (form, piece) in [
            ("in lines", format!("{text}\n")),
            ("in one line", format!("{} ", text.replace('\n', " "))),
            ("begun", half.replace('\n', " ")),
        ] {
            let look = |size: usize| {
                let text = piece.repeat(size.div_ceil(piece.len().max(1)));
                let before = spent().unwrap_or_default();
                let seeing = engine.look(file.into(), &Origin::WorkTree, text.as_bytes());
                drop(seeing);
                spent().unwrap_or_default().saturating_sub(before)
            };
            // Once for what is made at the first look.
            look(1 << 10);
            let (one, four) = (look(size), look(4 * size));
            // Below some milliseconds the clock tells more of the machine than of the rule.
            if four > 9 * one.max(4_000_000) {
                slow.push(format!("{} in {file}, {form}: {} and {} ms", rule.id, one / 1_000_000, four / 1_000_000));
            }
        }
    }
    assert!(slow.is_empty(), "{} grow faster than the text:\n{}", slow.len(), slow.join("\n"));
}
