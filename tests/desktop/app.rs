//! The running program: its window, seen as a picture, and its keyboard.

use std::cell::{OnceCell, RefCell};
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::desk::{Desk, Running, run, text};
use crate::sight;
use crate::until::{PATIENCE, until};

/// How long the picture may keep changing before keys are pressed all the same.
const RESTLESS: Duration = Duration::from_secs(3);

/// How long a copied secret stays.
const KEPT: Duration = Duration::from_secs(30);

/// One run of the program on a desk; killed when dropped.
pub(crate) struct App<'desk> {
    desk: &'desk Desk,
    process: RefCell<Running>,
    window: OnceCell<String>,
}

impl<'desk> App<'desk> {
    pub(crate) fn start(desk: &'desk Desk, args: &[&str]) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(desk.artefact("app.log"))
            .unwrap();
        let process = desk
            .command(env!("CARGO_BIN_EXE_vestibule"))
            .args(args)
            .envs(desk.clock_environment())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("start vestibule");
        Self {
            desk,
            process: RefCell::new(Running(process)),
            window: OnceCell::new(),
        }
    }

    // ---- Seeing ----------------------------------------------------------

    /// Waits until the window's title starts so, and the picture stands still.
    pub(crate) fn wait_title(&self, start: &str) {
        self.wait_for(&format!("the title {start:?}"), || {
            self.title()?.starts_with(start).then_some(())
        });
        self.wait_still();
    }

    /// Waits until the text can be read in the window.
    pub(crate) fn wait_text(&self, wanted: &str) {
        self.wait_for(&format!("the text {wanted:?}"), || {
            sight::holds(&self.words()?, wanted).then_some(())
        });
    }

    /// Waits until something can be read off the window's words, all in one line.
    pub(crate) fn wait_reading<T>(&self, what: &str, read: impl Fn(&str) -> Option<T>) -> T {
        self.wait_for(what, || read(&sight::flat(&self.words()?)))
    }

    /// Waits until the text can no longer be read in the window.
    pub(crate) fn wait_no_text(&self, unwanted: &str) {
        self.wait_for(&format!("the text {unwanted:?} to go"), || {
            (!sight::holds(&self.words()?, unwanted)).then_some(())
        });
    }

    /// Waits until none of the texts can be read in the window.
    pub(crate) fn wait_none_of(&self, unwanted: &[&str]) {
        self.wait_for(&format!("none of {unwanted:?}"), || {
            let words = self.words()?;
            let seen = unwanted.iter().any(|text| sight::holds(&words, text));
            (!seen).then_some(())
        });
    }

    /// What the QR code in the window says, as a phone would read it.
    pub(crate) fn qr_on_screen(&self) -> String {
        self.wait_for("a QR code", || sight::qr(&self.look()?))
    }

    /// The text on the clipboard.
    pub(crate) fn clipboard(&self) -> String {
        self.wait_for("text on the clipboard", || self.clipboard_now())
    }

    /// The text on the clipboard, if there is one now.
    pub(crate) fn clipboard_now(&self) -> Option<String> {
        let text = self.tool("xclip", &["-selection", "clipboard", "-o"])?;
        (!text.is_empty()).then_some(text)
    }

    /// Waits until the program is done with what was copied: a thread is there for as long.
    pub(crate) fn wait_clipboard_let_go(&self) {
        let threads = format!("/proc/{}/task", self.process.borrow().0.id());
        let gone = until(KEPT + PATIENCE, || {
            let holds = fs::read_dir(&threads).ok()?.flatten().any(|thread| {
                let name = fs::read_to_string(thread.path().join("comm"));
                name.is_ok_and(|name| name.trim() == "clipboard")
            });
            (!holds).then_some(())
        });
        gone.unwrap_or_else(|| self.fail("the clipboard was not let go in time"));
    }

    /// What the system tells everybody of this account about the process: `cmdline`, `environ`.
    pub(crate) fn process_says(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.process.borrow().0.id());
        text(&fs::read(path).unwrap())
    }

    /// Makes the window this large, as dragging its corner does.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        self.wait_for("the window's new size", || {
            let window = self.window()?;
            let (width, height) = (width.to_string(), height.to_string());
            self.tool("xdotool", &["windowsize", window, &width, &height])?;
            let said = self.tool("xdotool", &["getwindowgeometry", "--shell", window])?;
            let has = |line: String| said.lines().any(|said| said == line);
            (has(format!("WIDTH={width}")) && has(format!("HEIGHT={height}"))).then_some(())
        });
    }

    /// Keeps a picture of the window among the artefacts.
    pub(crate) fn shot(&self, name: &str) {
        self.wait_still();
        let picture = self.wait_for("a picture", || self.look());
        fs::copy(picture, self.desk.next_shot(name)).unwrap();
    }

    /// The window's title, once there is one.
    pub(crate) fn title(&self) -> Option<String> {
        let said = self.tool("xdotool", &["getwindowname", self.window()?])?;
        Some(said.trim_end().to_owned())
    }

    // ---- Typing ----------------------------------------------------------

    /// Types the text where the keyboard focus stands.
    pub(crate) fn type_text(&self, typed: &str) {
        self.press(&["type", "--clearmodifiers", "--delay", "15", "--", typed]);
    }

    /// Presses one key, named as `xdotool` does: `Tab`, `shift+Tab`, `ctrl+l`.
    pub(crate) fn key(&self, key: &str) {
        self.keys(key);
    }

    /// Presses keys one after another: `"Tab Tab Return"`.
    pub(crate) fn keys(&self, keys: &str) {
        let mut arguments = vec!["key", "--clearmodifiers", "--delay", "30"];
        arguments.extend(keys.split_whitespace());
        self.press(&arguments);
    }

    /// Brings the window before every other.
    #[cfg(feature = "server")]
    pub(crate) fn to_front(&self) {
        self.press(&["key", "--clearmodifiers", "Shift_L"]);
    }

    /// Takes the focus out of the window, which makes the program look at the time. It sleeps
    /// until something is due, and a clock that a library makes up around it moves without a word
    /// from the kernel.
    pub(crate) fn look_away(&self) {
        let desktop = self.wait_for("the desktop", || {
            // The pointer lies beside every window.
            let said = self.tool("xdotool", &["getmouselocation", "--shell"])?;
            let window = said.lines().find_map(|line| line.strip_prefix("WINDOW="));
            window.map(str::to_owned)
        });
        self.tool("xdotool", &["windowfocus", &desktop])
            .unwrap_or_else(|| self.fail("the desktop did not take the focus"));
    }

    // ---- Ending ----------------------------------------------------------

    /// Closes the window as its close button does, and waits for the program's end.
    pub(crate) fn close_window(self) -> ExitStatus {
        let window = self.wait_for("a window", || self.window().map(str::to_owned));
        self.tool("wmctrl", &["-i", "-c", &hexadecimal(&window)])
            .expect("ask the window manager to close the window");
        self.wait_exit()
    }

    /// Waits until the program has ended by itself.
    pub(crate) fn wait_exit(self) -> ExitStatus {
        match until(PATIENCE, || self.exit_status()) {
            Some(status) => status,
            None => self.fail("the program has not ended within 20 s"),
        }
    }

    /// Ends the program as a power cut would: it is told nothing.
    pub(crate) fn kill9(self) {
        let mut process = self.process.borrow_mut();
        process.0.kill().unwrap();
        let status = process.0.wait().unwrap();
        assert_eq!(status.signal(), Some(9), "it had ended before: {status}");
    }

    // ---- How -------------------------------------------------------------

    fn exit_status(&self) -> Option<ExitStatus> {
        self.process.borrow_mut().0.try_wait().unwrap()
    }

    /// The window's number, once it is on the screen.
    fn window(&self) -> Option<&str> {
        if self.window.get().is_none() {
            let process = self.process.borrow().0.id().to_string();
            let found = self.tool("xdotool", &["search", "--onlyvisible", "--pid", &process])?;
            let _ = self.window.set(found.lines().last()?.to_owned());
        }
        self.window.get().map(String::as_str)
    }

    /// A fresh picture of the window.
    fn look(&self) -> Option<PathBuf> {
        let picture = self.desk.home().join("look.png");
        self.picture(self.window()?, &picture)?;
        Some(picture)
    }

    fn picture(&self, window: &str, file: &Path) -> Option<()> {
        self.tool("import", &["-silent", "-window", window, file.to_str()?])
            .map(drop)
    }

    fn words(&self) -> Option<String> {
        Some(sight::words(&self.look()?))
    }

    /// Waits until two pictures in a row are the same, so that the screen that
    /// was announced is drawn and has put the focus where it wants it.
    fn wait_still(&self) {
        let mut last = None;
        until(RESTLESS, || {
            let picture = fs::read(self.look()?).ok();
            let still = picture.is_some() && picture == last;
            last = picture;
            still.then_some(())
        });
    }

    fn press(&self, arguments: &[&str]) {
        self.wait_for("the keyboard focus", || {
            let window = self.window()?;
            let active = self.tool("xdotool", &["getactivewindow"]);
            if active.is_some_and(|active| active.trim() == window) {
                return Some(());
            }
            self.tool("xdotool", &["windowactivate", window]);
            None
        });
        self.tool("xdotool", arguments)
            .unwrap_or_else(|| self.fail("xdotool could not press the keys"));
    }

    /// Runs a tool on the desk's display; `None` if it fails, as it does while
    /// the window is not there yet.
    fn tool(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let output = run(self.desk.command(program).args(arguments));
        output.status.success().then(|| text(&output.stdout))
    }

    fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let seen = until(PATIENCE, || {
            look()
                .map(Some)
                .or_else(|| self.exit_status().map(|_| None))
        });
        match seen {
            Some(Some(seen)) => seen,
            Some(None) => self.fail(&format!("the program ended while we waited for {what}")),
            None => self.fail(&format!("20 s have passed without {what}")),
        }
    }

    /// Fails the journey, with a picture of the whole screen kept and what can be
    /// read there told.
    fn fail(&self, why: &str) -> ! {
        let picture = self.desk.artefact("failed.png");
        self.picture("root", &picture);
        let log = fs::read_to_string(self.desk.artefact("app.log")).unwrap_or_default();
        panic!(
            "{why}\n  title:  {}\n  exit:   {:?}\n  screen: {}\n  words:  {}\n  log:    {}",
            self.title().unwrap_or_else(|| "no window".to_owned()),
            self.exit_status(),
            picture.display(),
            sight::words(&picture)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            log.trim_end(),
        );
    }
}

/// `wmctrl` wants window numbers so.
fn hexadecimal(window: &str) -> String {
    format!("{:#x}", window.parse::<u64>().expect("a window's number"))
}
