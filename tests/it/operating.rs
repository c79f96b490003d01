//! The commands of the built server program, over a database of its own.

mod keys;
mod messages;
mod practices;
mod serving;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use vestibule::store::Store;

use crate::clinic::Place;

/// A machine with a server, which does not serve.
struct Machine {
    place: Place,
}

/// What a command said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn done(&self) -> bool {
        self.code == Some(0)
    }

    /// The only line that begins so.
    fn line(&self, begin: &str) -> &str {
        let mut lines = self.out.lines().filter(|line| line.starts_with(begin));
        let line = lines.next();
        assert!(lines.next().is_none(), "two of {begin}: {self:?}");
        line.unwrap_or_else(|| panic!("no {begin}: {self:?}"))
    }
}

impl Machine {
    /// One with new keys.
    async fn new() -> Self {
        let machine = Self {
            place: Place::new().await,
        };
        let url = match &machine.place.server {
            Some(database) => database.url(),
            None => format!("sqlite://{}", machine.place.file().display()),
        };
        let config = format!(
            "[listen]\naddress = \"127.0.0.1:0\"\nplain_http = true\n\
             [database]\nurl = \"{url}\"\n[keys]\nfile = \"{}\"\n[delivery]\nthis_computer = true\n",
            machine.path("keys").display()
        );
        fs::write(machine.path("server.toml"), config).unwrap();
        machine.keep(&machine.run(&["make-keys"]).out);
        assert!(machine.run(&["migrate"]).done());
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.folder.path().join(name)
    }

    /// Puts keys where the configuration looks for them.
    fn keep(&self, keys: &str) {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let mut file = options.open(self.path("keys")).unwrap();
        file.write_all(keys.as_bytes()).unwrap();
    }

    fn keys(&self) -> String {
        fs::read_to_string(self.path("keys")).unwrap()
    }

    /// The database, past the program.
    async fn store(&self) -> Store {
        self.place.store().await.unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.told(arguments, "")
    }

    /// Runs a command that is told lines as it asks.
    fn told(&self, arguments: &[&str], input: &str) -> Said {
        let mut program = Command::new(env!("CARGO_BIN_EXE_vestibule-server"))
            .args(arguments)
            .arg("--config")
            .arg(self.path("server.toml"))
            .env_clear()
            .current_dir(self.place.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = program.stdin.take().unwrap();
        // A program that does not ask does not read either.
        let _ = lines.write_all(input.as_bytes());
        drop(lines);
        let output = program.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Makes a practice; the code of its first person's invitation.
    fn practice(&self, command: &[&str], name: &str, email: &str) -> String {
        let named = ["--practice", name, "--name", "Alex Lee", "--email", email];
        let said = self.run(&[command, &named].concat());
        assert!(said.done(), "{said:?}");
        let code = said.out.lines().find(|line| line.starts_with("    "));
        code.unwrap().trim().to_owned()
    }
}
