//! A line on the terminal that tells how far a long scan is.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::scan::Progress;

/// Does the work, and shows how far it is when it takes longer than a second.
pub fn watch<T>(shown: bool, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !shown {
        return work();
    }
    let (done, waiting) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let started = Instant::now();
            let mut patience = Duration::from_secs(1);
            let mut drawn = false;
            while waiting.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                patience = Duration::from_millis(100);
                drawn = true;
                draw(&line(progress, started.elapsed()));
            }
            if drawn {
                draw("");
            }
        });
        // Dropped when the work ends, and also when it panics.
        let done = done;
        let result = work();
        drop(done);
        result
    })
}

fn line(progress: &Progress, took: Duration) -> String {
    let of = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let mebibytes = of(&progress.bytes) >> 20;
    let (read, all, what) = match (of(&progress.files), of(&progress.commits)) {
        (0, 0) => return "listing files".to_owned(),
        (0, all) => (of(&progress.passed.commits), all, "commits"),
        (all, _) => (of(&progress.read), all, "files"),
    };
    let full = usize::try_from(read.min(all) * WIDTH / all).unwrap_or(0);
    let bar = format!("{}{}", "#".repeat(full), "-".repeat(usize::try_from(WIDTH).unwrap_or(0).saturating_sub(full)));
    let left = left(took, read, all).map_or(String::new(), |left| format!(", {left} left"));
    format!("[{bar}] {read}/{all} {what}, {mebibytes} MiB{left}")
}

/// How long the rest takes if it goes on like this; nothing while that is anybody's guess.
fn left(took: Duration, read: u64, all: u64) -> Option<String> {
    let rest = all.checked_sub(read).filter(|_| read * 50 > all)?;
    let seconds = took.as_secs_f64() * rest as f64 / read as f64;
    let seconds = seconds.ceil() as u64;
    Some(if seconds < 60 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) })
}

fn draw(line: &str) {
    let mut stream = io::stderr().lock();
    let _ = write!(stream, "\r\x1b[2K{line}");
    let _ = stream.flush();
}

const WIDTH: u64 = 24;

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use super::line;
    use crate::scan::Progress;

    #[test]
    fn the_line_tells_how_far_it_is_and_how_long_it_takes() {
        let progress = Progress::default();
        let minute = Duration::from_secs(60);
        assert_eq!(line(&progress, minute), "listing files");
        progress.commits.store(1000, Ordering::Relaxed);
        assert_eq!(line(&progress, minute), "[------------------------] 0/1000 commits, 0 MiB");
        progress.passed.commits.store(500, Ordering::Relaxed);
        assert_eq!(line(&progress, minute), "[############------------] 500/1000 commits, 0 MiB, 1 min left");
        progress.files.store(4, Ordering::Relaxed);
        progress.read.store(3, Ordering::Relaxed);
        assert_eq!(line(&progress, minute), "[##################------] 3/4 files, 0 MiB, 20 s left");
    }
}
