//! How time is taken, and how it is told.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<String>,
    beyond: usize,
}

impl Report {
    /// One thing against another: how many times as long it may take.
    pub(crate) fn ratio(&mut self, name: &str, pair: (Duration, Duration), most: f64) {
        let (ratio, text) = told(pair);
        self.line(name, &text, &format!("< {most}"), ratio < most);
    }

    /// One thing against another, with no limit.
    pub(crate) fn beside(&mut self, name: &str, pair: (Duration, Duration)) {
        self.line(name, &told(pair).1, "", true);
    }

    /// A time, and the longest it may be.
    pub(crate) fn time(&mut self, name: &str, it: Duration, most: Duration) {
        self.line(
            name,
            &format!("{it:.2?}"),
            &format!("< {most:?}"),
            it < most,
        );
    }

    /// Something else that was measured.
    pub(crate) fn line(&mut self, name: &str, measured: &str, limit: &str, holds: bool) {
        let mark = if holds { "  " } else { "!!" };
        let line = format!("{mark} {name:<62} {measured:<34} {limit}");
        eprintln!("{line}");
        self.lines.push(line);
        self.beyond += usize::from(!holds);
    }

    /// Tells everything at the end.
    pub(crate) fn print(self) {
        println!("\n{}", self.lines.join("\n"));
        println!("\n{} marked !! are beyond their limits", self.beyond);
    }
}

fn told((it, base): (Duration, Duration)) -> (f64, String) {
    let ratio = it.as_secs_f64() / base.as_secs_f64();
    (ratio, format!("{it:>9.2?} / {base:>9.2?} = {ratio:.2}"))
}

/// How long it took.
pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let began = Instant::now();
    let done = work.await;
    (began.elapsed(), done)
}

/// The middle one.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Keeps the processors from sleeping for as long as it is held, where this account may ask for
/// that (Linux, PM quality of service). What is done in many short steps waits for a processor to
/// wake up at each of them: in a virtual machine longer than for the step.
pub(crate) fn keep_awake() -> Option<File> {
    let mut asked = File::options()
        .write(true)
        .open("/dev/cpu_dma_latency")
        .ok()?;
    asked.write_all(&0_i32.to_ne_bytes()).ok()?;
    Some(asked)
}
