//! A mail server (aiosmtpd) and an SMS gateway on the desk's computer.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::desk::{Desk, Running};
use crate::until::{PATIENCE, until};

const GATEWAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/desktop/gateway.py");

/// A mail server that takes every letter, and keeps it in a maildir.
pub(crate) struct Mailbox {
    pub(crate) port: u16,
    folder: PathBuf,
    _server: Running,
}

/// An SMS gateway that answers as it is told.
pub(crate) struct Gateway {
    pub(crate) port: u16,
    folder: PathBuf,
    _server: Running,
}

impl Mailbox {
    pub(crate) fn start(desk: &Desk) -> Self {
        let (port, folder) = (free_port(), desk.home().join("mail"));
        let server = desk
            .command("aiosmtpd")
            .args(["-n", "-l", &format!("127.0.0.1:{port}")])
            .args(["-c", "aiosmtpd.handlers.Mailbox"])
            .arg(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start aiosmtpd");
        let _server = Running(server);
        listens(port);
        Self {
            port,
            folder,
            _server,
        }
    }

    /// How many letters have come.
    pub(crate) fn count(&self) -> usize {
        files(&self.folder.join("new")).len()
    }

    /// The code in the first letter with one that came after so many.
    pub(crate) fn code_after(&self, count: usize) -> String {
        until(PATIENCE, || {
            let letters = files(&self.folder.join("new"));
            letters.iter().skip(count).find_map(|path| code_in(path))
        })
        .expect("a letter with a code within 20 s")
    }
}

impl Gateway {
    pub(crate) fn start(desk: &Desk) -> Self {
        let (port, folder) = (free_port(), desk.home().join("sms"));
        fs::create_dir_all(folder.join("sent")).unwrap();
        let gateway = Self {
            port,
            _server: Running(
                desk.command("python3")
                    .arg(GATEWAY)
                    .arg(port.to_string())
                    .arg(&folder)
                    .spawn()
                    .expect("start the gateway"),
            ),
            folder,
        };
        gateway.answers("200");
        listens(port);
        gateway
    }

    /// A status, or `nothing`, from the next request on.
    pub(crate) fn answers(&self, answer: &str) {
        let next = self.folder.join("answer.next");
        fs::write(&next, answer).unwrap();
        fs::rename(next, self.folder.join("answer")).unwrap();
    }

    /// How many messages were taken.
    pub(crate) fn count(&self) -> usize {
        files(&self.folder.join("sent")).len()
    }

    /// The code in the first message that was taken after so many.
    pub(crate) fn code_after(&self, count: usize) -> String {
        until(PATIENCE, || {
            let sent = files(&self.folder.join("sent"));
            sent.iter().skip(count).find_map(|path| code_in(path))
        })
        .expect("a message with a code within 20 s")
    }
}

/// In the order in which they came, which is not that of a maildir's names: their numbers have no
/// leading zeros.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort_by_key(|file| fs::metadata(file).and_then(|it| it.modified()).ok());
    files
}

/// "123 456", as it stands in every message.
fn code_in(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_half = |word: &str| word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
    words
        .windows(2)
        .find(|pair| is_half(pair[0]) && is_half(pair[1]))
        .map(|pair| pair.concat())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn listens(port: u16) {
    until(PATIENCE, || TcpStream::connect(("127.0.0.1", port)).ok())
        .unwrap_or_else(|| panic!("nothing listens on {port} within 20 s"));
}
