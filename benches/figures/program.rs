//! The program beside a bare iced window: how soon it stands, what it holds, what wakes it.
//!
//! `tests/run figures` starts a display for it; without one this part is left out.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, MapState, Window};
use x11rb::rust_connection::RustConnection;

use crate::measure::{Report, median};

/// What makes this very program the bare window.
pub(crate) const BARE: &str = "--bare-window";
const STARTS: usize = 5;
const QUIET: Duration = Duration::from_secs(20);

pub(crate) fn measure(report: &mut Report) {
    let Ok((display, screen)) =
        x11rb::connect(std::env::var("VESTIBULE_TEST_DISPLAY").ok().as_deref())
    else {
        report.line("the program in a window", "no display: left out", "", true);
        return;
    };
    let root = display.setup().roots[screen].root;
    let bare = std::env::current_exe().unwrap();
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_vestibule"));

    let (mut base, mut it) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        base.push(Shown::start(&display, root, &bare, &[BARE]).after);
        it.push(Shown::start(&display, root, &ours, &[]).after);
    }
    report.beside(
        "start to the first picture / of a bare window",
        (median(it), median(base)),
    );

    let base = Shown::start(&display, root, &bare, &[BARE]).settled(10);
    // A field's caret blinks twice a second.
    let it = Shown::start(&display, root, &ours, &[]).settled(100);
    let (held, beside) = (it.resident(), base.resident());
    let text = format!("{held:.1} MB / {beside:.1} MB = {:.2}", held / beside);
    report.line(
        "resident memory after the start / of a bare window",
        &text,
        "< 40 MB",
        held < 40.0,
    );
    drop(base);

    // Signed in, at the recovery key, there is no caret.
    it.keys("Hills Clinic\tAlex Lee\talex@hills.example\tkelp ladder 94 ochre");
    let it = it.titled("Practice recovery key").settled(10);
    let woken = it.wakes(QUIET);
    let name = "wake-ups of all threads, signed in while nothing changes";
    report.line(name, &format!("{woken} in {QUIET:?}"), "< 5", woken < 5);
}

/// A program whose window has been drawn.
struct Shown {
    process: Child,
    after: Duration,
    _home: tempfile::TempDir,
}

impl Shown {
    fn start(display: &RustConnection, root: Window, program: &Path, arguments: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let before = windows(display, root);
        let began = Instant::now();
        let process = Command::new(program)
            .args(arguments)
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("WAYLAND_DISPLAY")
            .env("HOME", home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env(
                "DISPLAY",
                std::env::var_os("VESTIBULE_TEST_DISPLAY").unwrap(),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let end = began + Duration::from_secs(20);
        while !windows(display, root)
            .into_iter()
            .filter(|window| !before.contains(window))
            .any(|window| drawn(display, window))
        {
            assert!(Instant::now() < end, "no window within 20 s");
            std::thread::yield_now();
        }
        Self {
            process,
            after: began.elapsed(),
            _home: home,
        }
    }

    /// Waits until it wakes less often than this in five seconds: what is done a moment later, as
    /// the sealing of Activity, is over by then.
    fn settled(self, wakes: u64) -> Self {
        while self.wakes(Duration::from_secs(5)) >= wakes {}
        self
    }

    /// Fills in a form and sends it, on the display whose focus this window has.
    fn keys(&self, text: &str) {
        xdotool(&["type", "--delay", "20", "--", text]).expect("xdotool types");
        xdotool(&["key", "Return"]).expect("xdotool presses a key");
    }

    /// Waits until the window with the focus is called so.
    fn titled(self, start: &str) -> Self {
        let end = Instant::now() + Duration::from_secs(20);
        while !xdotool(&["getactivewindow", "getwindowname"])
            .is_some_and(|title| title.starts_with(start))
        {
            assert!(Instant::now() < end, "no {start:?} within 20 s");
        }
        self
    }

    /// Megabytes of memory that it holds.
    fn resident(&self) -> f64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        number(&status, "VmRSS:") as f64 / 1_024.0
    }

    /// How often its threads woke in this time. One that ends in it has nothing to do any more.
    fn wakes(&self, time: Duration) -> u64 {
        let before = self.switches();
        std::thread::park_timeout(time);
        self.switches()
            .into_iter()
            .map(|(thread, now)| now - before.get(&thread).unwrap_or(&0))
            .sum()
    }

    /// How often each thread has gone to sleep so far.
    fn switches(&self) -> HashMap<OsString, u64> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).unwrap();
        let told = |task: std::io::Result<std::fs::DirEntry>| {
            let task = task.ok()?;
            let status = std::fs::read_to_string(task.path().join("status")).ok()?;
            Some((
                task.file_name(),
                number(&status, "voluntary_ctxt_switches:"),
            ))
        };
        tasks.filter_map(told).collect()
    }
}

fn xdotool(arguments: &[&str]) -> Option<String> {
    let done = Command::new("xdotool")
        .args(arguments)
        .env("DISPLAY", std::env::var_os("VESTIBULE_TEST_DISPLAY")?)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    done.status.success().then_some(said)
}

impl Drop for Shown {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn number(status: &str, name: &str) -> u64 {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// All windows of the display that could be a program's.
fn windows(display: &RustConnection, root: Window) -> Vec<Window> {
    let mut all = vec![root];
    let mut seen = 0;
    while let Some(&window) = all.get(seen) {
        seen += 1;
        if let Ok(Ok(tree)) = display.query_tree(window).map(|cookie| cookie.reply()) {
            all.extend(tree.children);
        }
    }
    all
}

/// Whether the window is seen and its middle is of more than one colour.
fn drawn(display: &RustConnection, window: Window) -> bool {
    let look = || {
        let attributes = display.get_window_attributes(window).ok()?.reply().ok()?;
        let place = display.get_geometry(window).ok()?.reply().ok()?;
        if attributes.map_state != MapState::VIEWABLE || place.width < 600 || place.height < 400 {
            return None;
        }
        let (x, y) = (i16::try_from(place.width / 2 - 100).ok()?, 80);
        let picture = display
            .get_image(ImageFormat::Z_PIXMAP, window, x, y, 200, 300, !0)
            .ok()?
            .reply()
            .ok()?;
        let mut pixels = picture.data.chunks_exact(4);
        let first = pixels.next()?;
        Some(pixels.any(|pixel| pixel != first))
    };
    look().unwrap_or(false)
}

/// A window with a word in it and nothing else.
pub(crate) fn bare_window() {
    use iced::widget::{container, text};
    fn view((): &()) -> iced::Element<'_, ()> {
        container(text("Bare")).center(iced::Fill).into()
    }
    let update = |(): &mut (), (): ()| {};
    iced::application(|| (), update, view).run().unwrap();
}
