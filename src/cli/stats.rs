//! `--stats`: what the time went into, on standard error. Never part of a report, whose bytes depend on no clock.

use std::time::{Duration, Instant};

use super::stream::Streams;
use crate::detect::watch::Watched;
use crate::report::Report;
use crate::report::plain::line;
use crate::scan::{Clock, Progress};

/// A watch that notes how long each phase took.
#[derive(Debug)]
pub struct Stopwatch {
    since: Instant,
    phases: Vec<(&'static str, Duration)>,
}

impl Stopwatch {
    /// Starts it.
    #[must_use]
    pub fn start() -> Self {
        Self { since: Instant::now(), phases: Vec::new() }
    }

    /// Ends a phase and begins the next.
    pub fn lap(&mut self, phase: &'static str) {
        let now = Instant::now();
        self.phases.push((phase, now - self.since));
        self.since = now;
    }

    /// Tells the phases, what was read and how fast, what was passed over, and which files took longest.
    pub fn tell(&self, report: &Report, progress: &Progress, streams: &Streams) {
        streams.tell(&self.text(report, progress));
    }

    fn text(&self, report: &Report, progress: &Progress) -> String {
        let mut text = String::from("stats:\n");
        let milliseconds = |took: Duration| format!("{:>10.1} ms", took.as_secs_f64() * 1000.0);
        let inner = progress.clock.as_ref().map(Clock::phases).unwrap_or_default();
        for (phase, took) in &self.phases {
            text.push_str(&format!("  {phase:<10} {}\n", milliseconds(*took)));
            for (part, took) in inner.iter().filter(|_| *phase == SCAN) {
                text.push_str(&format!("    {part:<8} {}\n", milliseconds(*took)));
            }
        }
        let (files, bytes) = (report.run.files, report.run.bytes);
        let scan = self.phases.iter().find(|(phase, _)| *phase == SCAN).map_or(0.0, |(_, took)| took.as_secs_f64());
        let rate = if scan > 0.0 { bytes as f64 / 1_000_000.0 / scan } else { 0.0 };
        text.push_str(&format!("  read       {files:>10} files, {bytes} bytes, {rate:.1} MB a second\n"));
        let mut skipped = std::collections::BTreeMap::new();
        for passed_over in &report.skipped {
            *skipped.entry(passed_over.why.word()).or_insert(0_u64) += 1;
        }
        for (why, count) in skipped {
            text.push_str(&format!("  skipped    {count:>10} {why}\n"));
        }
        for (took, path) in progress.clock.as_ref().map(Clock::slowest).unwrap_or_default() {
            text.push_str(&format!("  slow       {} {}\n", milliseconds(took), line(path.as_str())));
        }
        for (who, cost) in progress.clock.as_ref().map(|clock| clock.watch.costs()).unwrap_or_default() {
            let (kind, name) = match &who {
                Watched::Eye(name) => ("eye", *name),
                Watched::Rule(rule) => ("rule", rule.as_str()),
            };
            text.push_str(&format!("  {kind:<10} {} {:>9} looks {name}\n", milliseconds(cost.took), cost.looks));
        }
        text
    }
}

/// The phase in which files are read, looked at and judged.
pub const SCAN: &str = "scan";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{SCAN, Stopwatch};
    use crate::report::Report;
    use crate::scan::{Clock, Progress};
    use crate::source::{Skipped, Why};

    #[test]
    fn phases_bytes_and_reasons_are_told() {
        let mut watch = Stopwatch::start();
        watch.lap("rules");
        watch.lap(SCAN);
        let skipped = |path: &str| Skipped { path: path.into(), why: Why::Binary };
        let mut report = Report { skipped: vec![skipped("a.png"), skipped("b.png")], ..Report::default() };
        report.run.files = 3;
        report.run.bytes = 10;
        let progress = Progress { clock: Some(Clock::default()), ..Progress::default() };
        if let Some(clock) = &progress.clock {
            clock.phase("judge", Duration::from_millis(7));
            for number in 0..20 {
                clock.file(format!("{number}.py").as_str().into(), Duration::from_millis(number));
            }
        }
        let text = watch.text(&report, &progress);
        assert_eq!(text.matches("  slow ").count(), 5);
        for part in
            ["  rules ", "  scan ", " 3 files, 10 bytes", " 2 binary", "judge           7.0 ms", "19.0 ms 19.py"]
        {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
