//! The commands of the built server program, over a database of its own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::clinic::over_postgres;
use crate::clinic::postgres::Database;

/// A machine with a configuration.
struct Machine {
    folder: tempfile::TempDir,
    /// Gone with it.
    _database: Option<Database>,
}

/// What a command said.
#[derive(Debug)]
struct Said {
    done: bool,
    out: String,
    err: String,
}

impl Machine {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match over_postgres() {
            true => Some(Database::new().await),
            false => None,
        };
        let url = match &database {
            Some(database) => database.url(),
            None => format!("sqlite://{}/vestibule.db", folder.path().display()),
        };
        let config = format!(
            "[listen]\naddress = \"127.0.0.1:0\"\nplain_http = true\n\
             [database]\nurl = \"{url}\"\n[keys]\nfile = \"{}/keys\"\n",
            folder.path().display()
        );
        fs::write(folder.path().join("server.toml"), config).unwrap();
        Self {
            folder,
            _database: database,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str], input: &str) -> Said {
        let mut program = Command::new(env!("CARGO_BIN_EXE_vestibule-server"))
            .args(arguments)
            .arg("--config")
            .arg(self.path("server.toml"))
            .env_clear()
            .current_dir(self.folder.path())
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
            done: output.status.success(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
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

    /// A server with a practice.
    async fn founded() -> Self {
        let machine = Self::new().await;
        machine.keep(&machine.run(&["make-keys"], "").out);
        let founded = machine.run(
            &[
                "first-user",
                "--practice",
                "Other Clinic",
                "--name",
                "Kim Roe",
                "--email",
                "kim@other.example",
            ],
            "",
        );
        assert!(founded.done, "{founded:?}");
        machine
    }
}

/// Attack 85: the whole of a rotation, as whoever runs a server does it.
#[tokio::test]
async fn a_key_is_rotated_from_the_command_line() {
    let machine = Machine::founded().await;
    let said = machine.run(&["rotate-key"], "");
    assert!(
        !said.done && said.err.contains("make-keys --add"),
        "{said:?}"
    );
    let old = fs::read_to_string(machine.path("keys")).unwrap();
    let both = machine.run(&["make-keys", "--add"], "").out;
    assert!(both.starts_with("v2.") && both != old, "{both}");
    machine.keep(&both);
    let early = machine.run(&["make-keys", "--drop-old"], "");
    assert!(!early.done && early.out.is_empty(), "{early:?}");
    assert!(early.err.contains("rotate-key"), "{early:?}");
    let said = machine.run(&["rotate-key"], "");
    assert!(said.done && said.out.contains("--drop-old"), "{said:?}");
    let new = machine.run(&["make-keys", "--drop-old"], "");
    assert!(new.done, "{new:?}");
    machine.keep(&new.out);
    let said = machine.run(&["check"], "");
    assert!(said.out.contains("they belong together"), "{said:?}");

    // The old keys open it no more, and say which is missing.
    machine.keep(&old);
    for command in [&["settle-restored"][..], &["rotate-key"], &["check"]] {
        let said = machine.run(command, "");
        assert!(!said.done, "{said:?}");
        let told = format!("{}{}", said.out, said.err);
        assert!(told.contains("bring it back"), "{said:?}");
    }
}

/// What is no export is refused in a sentence, and nothing is asked of the database.
#[tokio::test]
async fn what_is_no_export_is_said_so() {
    let machine = Machine::founded().await;
    fs::write(machine.path("letter"), "a letter").unwrap();
    let key = "0000-0000-0000-0000-0000-0000-0000";
    for (file, input, word) in [
        ("absent", key, "cannot be read"),
        ("letter", "nonsense", "seven groups"),
        ("letter", "", "Nothing was entered"),
    ] {
        let said = machine.run(&["import", file], input);
        assert!(!said.done && said.err.contains(word), "{said:?}");
        assert_eq!(said.err.lines().count(), 1, "{said:?}");
    }
}
