//! One replica: the built program with a configuration of its own.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::authority::AUTHORITY;
use crate::way::Way;

const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule-server");
/// Within which a condition has to come to hold.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Killed with whoever has it.
pub(crate) struct Replica {
    pub(crate) at: SocketAddr,
    config: PathBuf,
    log: PathBuf,
    process: Option<Child>,
}

/// What a process is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Signal {
    Stand,
    GoOn,
    End,
}

impl Replica {
    /// One that does not run yet, which is told this more of its database.
    pub(crate) fn new(folder: &Path, n: usize, database: &str, more: &str) -> Self {
        // Free a moment ago.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = free.local_addr().unwrap();
        drop(free);
        let config = folder.join(format!("replica{n}.toml"));
        let keys = folder.join("keys");
        let text = format!(
            "[listen]\naddress = \"{at}\"\ncertificate = {:?}\nkey = {:?}\n\
             trusted_proxies = [\"127.0.0.1\"]\n\
             [database]\nurl = \"{database}\"\nconnections = 8\n{more}\
             [keys]\nfile = {keys:?}\n[delivery]\nthis_computer = true\n[log]\nlevel = \"info\"\nformat = \"json\"\n",
            AUTHORITY.chain, AUTHORITY.key
        );
        fs::write(&config, text).unwrap();
        Self {
            at,
            config,
            log: folder.join(format!("replica{n}.log")),
            process: None,
        }
    }

    pub(crate) fn start(&mut self) {
        let program = Command::new(PROGRAM);
        self.run(program);
    }

    /// With a clock that is off by so much, as libfaketime reads it: around the program itself, so
    /// that a signal reaches that.
    pub(crate) fn start_off_by(&mut self, offset: &str) {
        let library = fs::read_dir("/usr/lib")
            .unwrap()
            .flatten()
            .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"))
            .find(|library| library.exists())
            .expect("libfaketime under /usr/lib: tests/run installs it");
        let mut program = Command::new(PROGRAM);
        program
            .env("LD_PRELOAD", library)
            .env("FAKETIME", offset)
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        self.run(program);
    }

    fn run(&mut self, mut program: Command) {
        let log = File::options().create(true).append(true).open(&self.log);
        let process = program
            .arg("--config")
            .arg(&self.config)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        self.process = Some(process);
    }

    /// What a command of the program says; it has to succeed.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let done = self.begin(arguments).wait_with_output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// A command that may be cut off.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        Command::new(PROGRAM)
            .arg("--config")
            .arg(&self.config)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) fn way(&self) -> Way {
        Way::to(self.at)
    }

    /// Waits until it says that it is ready; how long that took.
    pub(crate) async fn ready(&self) -> Duration {
        let way = self.way();
        let begun = Instant::now();
        let ready = async || way.get("/ready").await == Some((200, "ready\n".into()));
        until("it is ready", ready).await;
        begun.elapsed()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(crate) fn send(&self, signal: Signal) {
        let name = match signal {
            Signal::Stand => "-STOP",
            Signal::GoOn => "-CONT",
            Signal::End => "-TERM",
        };
        let sent = Command::new("sh")
            .args(["-c", "kill $0 $1", name, &self.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.as_mut().unwrap().try_wait().unwrap() {
                self.process = None;
                return status;
            }
            assert!(begun.elapsed() < 2 * PATIENCE, "it does not end");
            sleep(PAUSE).await;
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// What it has logged.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let said = self.said();
            let failed = said.lines().filter(|line| line.contains("ERROR"));
            eprintln!("{}", failed.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// Waits until something holds, and not without end.
pub(crate) async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        sleep(PAUSE).await;
    }
}
