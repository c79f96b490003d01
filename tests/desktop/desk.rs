//! A computer as a new member of staff finds it: an empty home folder, a session
//! bus and an unlocked keyring that nobody else uses.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::app::App;
use crate::until::{PATIENCE, until};

/// Where the pictures of a run are kept, in a folder for each journey.
const ARTEFACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/artefacts");

/// A bus that starts nothing by itself: what runs on a desk was started by it.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:dir=RUNTIME_DIR</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// The displays that no journey has at this moment.
static FREE: LazyLock<Mutex<Vec<String>>> = LazyLock::new(|| {
    // Never a display that a person may be using: keys are pressed on it.
    let displays = std::env::var("VESTIBULE_TEST_DISPLAY")
        .expect("run the journeys by `tests/run journeys`, which starts displays for them");
    Mutex::new(displays.split_whitespace().map(str::to_owned).collect())
});
static FREED: Condvar = Condvar::new();

/// A display with its keyboard, which one journey has for itself.
struct Display(String);

impl Display {
    /// Waits until one is free.
    fn take() -> Self {
        let mut free = Self::free();
        loop {
            if let Some(display) = free.pop() {
                return Self(display);
            }
            free = FREED.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn free() -> MutexGuard<'static, Vec<String>> {
        FREE.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        Self::free().push(std::mem::take(&mut self.0));
        FREED.notify_one();
    }
}

/// A process that ends with its owner.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One person's account on one computer; everything on it is gone when dropped.
pub(crate) struct Desk {
    bus_address: String,
    artefacts: PathBuf,
    shots: Cell<u32>,
    clock: Option<Cell<Duration>>,
    _keyring: Option<Running>,
    _bus: Running,
    home: TempDir,
    /// A file with the certificates that this computer trusts, where those are not the system's.
    trusts: Option<PathBuf>,
    /// Given back behind all that was started on it; a second computer shares that of the first.
    display: Arc<Display>,
}

impl Desk {
    /// A desk with an unlocked keyring and the computer's own clock. The name is
    /// that of the journey and of its folder of pictures.
    pub(crate) fn new(journey: &str) -> Self {
        Self::prepare(journey, true, None)
    }

    /// A second computer in the same journey, with a home folder and a keyring of its own.
    #[cfg(feature = "server")]
    pub(crate) fn another(&self, name: &str) -> Self {
        Self::furnish(name, true, None, self.display.clone())
    }

    /// A computer that trusts the certificates in this file, as its administrator may have it.
    #[cfg(feature = "server")]
    pub(crate) fn trusting(self, certificates: PathBuf) -> Self {
        Self {
            trusts: Some(certificates),
            ..self
        }
    }

    /// A desk where no program offers the Secret Service.
    pub(crate) fn without_keyring(journey: &str) -> Self {
        Self::prepare(journey, false, None)
    }

    /// A desk whose clock can be put forward, by libfaketime around the program.
    pub(crate) fn with_movable_clock(journey: &str) -> Self {
        Self::prepare(journey, true, Some(Cell::new(Duration::ZERO)))
    }

    fn prepare(journey: &str, keyring: bool, clock: Option<Cell<Duration>>) -> Self {
        Self::furnish(journey, keyring, clock, Arc::new(Display::take()))
    }

    fn furnish(
        journey: &str,
        keyring: bool,
        clock: Option<Cell<Duration>>,
        display: Arc<Display>,
    ) -> Self {
        let home = tempfile::Builder::new()
            .prefix("vestibule-desk-")
            .tempdir()
            .expect("make a home folder");
        for folder in ["run", "data", "config", "cache"] {
            fs::DirBuilder::new()
                .mode(0o700)
                .create(home.path().join(folder))
                .expect("make a folder in the home folder");
        }
        let artefacts = Path::new(ARTEFACTS).join(journey);
        let _ = fs::remove_dir_all(&artefacts);
        fs::create_dir_all(&artefacts).expect("make the folder for the pictures");

        let (bus, bus_address) = start_bus(home.path(), &artefacts.join("bus.log"));
        let mut desk = Self {
            bus_address,
            artefacts,
            shots: Cell::new(0),
            clock,
            _keyring: None,
            _bus: bus,
            home,
            trusts: None,
            display,
        };
        if keyring {
            desk._keyring = Some(desk.start_keyring());
        }
        desk.set_clock();
        // Out of every window: a pointer under one that comes to the front has moved in it.
        run(desk.command("xdotool").args(["mousemove", "0", "0"]));
        desk
    }

    /// Starts the program that `cargo` built, on this desk.
    pub(crate) fn start_app(&self, args: &[&str]) -> App<'_> {
        App::start(self, args)
    }

    /// A command in the desk's environment, with nothing of the caller's but the
    /// search path: no Wayland, no graphics switches, no other keyring.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let home = self.home.path();
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env("DISPLAY", &self.display.0)
            // Never a printer that a person may be standing at.
            .env("CUPS_SERVER", home.join("run/cups.sock"))
            .current_dir(home)
            .stdin(Stdio::null());
        if let Some(certificates) = &self.trusts {
            command.env("SSL_CERT_FILE", certificates);
        }
        command
    }

    /// The environment that puts a program's wall clock where the desk's is;
    /// empty on a desk with the computer's own clock.
    pub(crate) fn clock_environment(&self) -> Vec<(&'static str, PathBuf)> {
        if self.clock.is_none() {
            return Vec::new();
        }
        vec![
            ("LD_PRELOAD", faketime_library()),
            ("FAKETIME_TIMESTAMP_FILE", self.clock_file()),
            ("FAKETIME_NO_CACHE", PathBuf::from("1")),
            ("FAKETIME_DONT_FAKE_MONOTONIC", PathBuf::from("1")),
        ]
    }

    /// Puts the clock of a desk with a movable clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        let clock = self.clock.as_ref().expect("a desk with a movable clock");
        clock.set(clock.get() + by);
        self.set_clock();
    }

    /// Puts the clock forward, and lets it stand there until [`Desk::start_clock`].
    pub(crate) fn advance_and_stop(&self, by: Duration) {
        self.advance(by);
        let now = i64::try_from(self.now()).unwrap();
        let now = jiff::Timestamp::from_second(now).unwrap();
        // A time without a sign before it stands still; the desk knows no zone but UTC.
        self.write_clock(&now.strftime("%Y-%m-%d %H:%M:%S").to_string());
    }

    /// Lets a clock that stood run on.
    pub(crate) fn start_clock(&self) {
        self.set_clock();
    }

    /// Whether [`Desk::advance`] may be called.
    pub(crate) fn clock_is_movable(&self) -> bool {
        self.clock.is_some()
    }

    /// Seconds since 1970 on the desk's clock.
    #[allow(
        clippy::disallowed_methods,
        reason = "the journey's own clock, which the phone shares"
    )]
    pub(crate) fn now(&self) -> u64 {
        let ahead = self.clock.as_ref().map_or(Duration::ZERO, Cell::get);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + ahead;
        now.as_secs()
    }

    /// Another program that copies this, and offers it for as long as it is kept.
    pub(crate) fn copy(&self, copied: &str) -> Running {
        let mut xclip = self
            .command("xclip")
            .args(["-selection", "clipboard", "-i", "-quiet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start xclip");
        let mut input = xclip.stdin.take().unwrap();
        input.write_all(copied.as_bytes()).unwrap();
        drop(input);
        Running(xclip)
    }

    /// Everything that the keyring holds for Vestibule, attributes and secrets,
    /// as `secret-tool` prints it.
    pub(crate) fn keyring_search(&self) -> String {
        let found = run(self.command("secret-tool").args([
            "search",
            "--all",
            "--unlock",
            "service",
            "vestibule",
        ]));
        // Attributes come on standard error.
        text(&found.stdout) + &text(&found.stderr)
    }

    /// The home folder, to look at what was written.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file among the artefacts of this journey.
    pub(crate) fn artefact(&self, name: &str) -> PathBuf {
        self.artefacts.join(name)
    }

    /// The next picture's file: `01-sign-in.png`, `02-…`.
    pub(crate) fn next_shot(&self, name: &str) -> PathBuf {
        self.shots.set(self.shots.get() + 1);
        self.artefact(&format!("{:02}-{name}.png", self.shots.get()))
    }

    fn start_keyring(&self) -> Running {
        let mut daemon = self
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start gnome-keyring-daemon");
        let mut password = daemon.stdin.take().unwrap();
        password.write_all(b"the keyring's own password").unwrap();
        drop(password);
        let daemon = Running(daemon);
        until(PATIENCE, || self.has_secret_service().then_some(()))
            .expect("gnome-keyring-daemon offers the Secret Service within 20 s");
        daemon
    }

    fn has_secret_service(&self) -> bool {
        let answer = run(self.command("dbus-send").args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            "string:org.freedesktop.secrets",
        ]));
        text(&answer.stdout).contains("boolean true")
    }

    fn clock_file(&self) -> PathBuf {
        self.home.path().join("clock")
    }

    fn set_clock(&self) {
        if let Some(ahead) = &self.clock {
            self.write_clock(&format!("+{}", ahead.get().as_secs()));
        }
    }

    fn write_clock(&self, time: &str) {
        // Renamed into place, so that no reader finds it half written.
        let next = self.home.path().join("clock.next");
        fs::write(&next, format!("{time}\n")).unwrap();
        fs::rename(next, self.clock_file()).unwrap();
    }
}

fn start_bus(home: &Path, log: &Path) -> (Running, String) {
    let run_dir = home.join("run");
    let config = home.join("bus.conf");
    fs::write(
        &config,
        BUS.replace("RUNTIME_DIR", run_dir.to_str().unwrap()),
    )
    .unwrap();
    let mut bus = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", config.display()))
        .args(["--nofork", "--print-address"])
        .env("XDG_RUNTIME_DIR", run_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(log).unwrap())
        .spawn()
        .expect("start dbus-daemon");
    let mut address = String::new();
    BufReader::new(bus.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    (Running(bus), address.trim().to_owned())
}

fn faketime_library() -> PathBuf {
    fs::read_dir("/usr/lib")
        .unwrap()
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.exists())
        .expect("libfaketime under /usr/lib")
}

/// Runs a tool to its end; a tool that is not there fails the journey.
pub(crate) fn run(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()))
}

/// What a tool printed.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
