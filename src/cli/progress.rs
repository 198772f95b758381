//! A line on the terminal that tells how far a long scan is.

use std::io::{self, Write};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::scan::Progress;

/// Does the work, and shows how far it is when it takes longer than a second.
pub fn watch<T>(shown: bool, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !shown {
        return work();
    }
    let (done, waiting) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut patience = Duration::from_secs(1);
            let mut drawn = false;
            while waiting.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                patience = Duration::from_millis(100);
                drawn = true;
                draw(&line(progress));
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

fn line(progress: &Progress) -> String {
    let all = progress.files.load(Ordering::Relaxed);
    let read = progress.read.load(Ordering::Relaxed);
    let mebibytes = progress.bytes.load(Ordering::Relaxed) >> 20;
    if all == 0 {
        return "listing files".to_owned();
    }
    let full = usize::try_from(read * WIDTH / all.max(1)).unwrap_or(0);
    let bar = format!("{}{}", "#".repeat(full), "-".repeat(usize::try_from(WIDTH).unwrap_or(0).saturating_sub(full)));
    format!("[{bar}] {read}/{all} files, {mebibytes} MiB")
}

fn draw(line: &str) {
    let mut stream = io::stderr().lock();
    let _ = write!(stream, "\r\x1b[2K{line}");
    let _ = stream.flush();
}

const WIDTH: u64 = 24;
