//! What is said where the program itself has a fault: the place in its own source, never what it was working on.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, set_hook};

/// From here on a fault is told by its place alone: what the standard library says of one may quote the text at hand, and
/// the directories of whoever built the program.
pub fn hush() {
    set_hook(Box::new(|fault| {
        let _ = std::io::stderr().write_all(text(fault.location()).as_bytes());
    }));
}

/// What some work comes to; `None` where it ended by a fault, which was told.
pub fn survive<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn text(place: Option<&Location<'_>>) -> String {
    let place = place.map(|place| format!(" at {}:{}", shown(place.file()), place.line())).unwrap_or_default();
    format!(
        "error: overscope has a fault{place}\n  help: report it with this line; the text that it was looking at is not shown\n"
    )
}

/// The name of a source file without the directories of the machine that built it.
fn shown(file: &str) -> &str {
    let inside = file.split_once("/registry/src/").and_then(|(_, rest)| Some(rest.split_once('/')?.1));
    match inside {
        Some(inside) => inside,
        None if file.starts_with(['/', '\\']) || file.contains(':') => file.rsplit(['/', '\\']).next().unwrap_or(file),
        None => file,
    }
}

#[cfg(test)]
mod tests {
    use super::{shown, survive};

    #[test]
    fn a_place_is_told_without_the_machine_that_built_it() {
        assert_eq!(shown("src/detect/engine.rs"), "src/detect/engine.rs");
        assert_eq!(
            shown("/home/me/.cargo/registry/src/index.crates.io-1/regex-1.0.0/src/a.rs"),
            "regex-1.0.0/src/a.rs"
        );
        assert_eq!(shown("/rustc/0123/library/core/src/str/mod.rs"), "mod.rs");
        assert_eq!(shown("C:\\build\\src\\main.rs"), "main.rs");
    }

    #[test]
    fn what_ends_by_a_fault_comes_to_nothing() {
        assert_eq!(survive(|| 1), Some(1));
        assert_eq!(survive(|| Vec::<u8>::new()[std::hint::black_box(3)]), None);
    }
}
