//! A key that is lost and comes back, a backup, and a recovery on a terminal.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::{Arc, Mutex};

use crate::desk::{Desk, Running, run, text};
use crate::first_run::AMIRA;
use crate::steps::{
    Person, copy_recovery_key, create_practice, enter_password, enter_password_of_a_stranger,
    keep_recovery_key,
};
use crate::until::{PATIENCE, until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vestibule");
const NEW_PASSWORD: &str = "copper 31 wharf lantern";

/// A command of the program, without a terminal: whether it is done, and what it said.
fn vestibule(desk: &Desk, arguments: &[&str]) -> (bool, String) {
    let output = run(desk.command(PROGRAM).args(arguments));
    let said = text(&output.stdout) + &text(&output.stderr);
    (output.status.success(), said)
}

#[test]
fn a_lost_key_comes_back_and_so_does_a_practice() {
    let desk = Desk::new("keeping");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    let key = copy_recovery_key(&app);
    keep_recovery_key(&app);
    app.wait_title("Set up two-factor");
    let (done, said) = vestibule(&desk, &["backup", "copy.db"]);
    assert!(done && said.contains("copy.db"), "{said}");
    let (done, said) = vestibule(&desk, &["restore", "copy.db"]);
    assert!(!done && said.contains("Close every window"), "{said}");
    assert!(app.close_window().success());

    // The keyring is lost.
    let cleared = run(desk
        .command("secret-tool")
        .args(["clear", "service", "vestibule"]));
    assert!(cleared.status.success());
    assert!(!desk.keyring_search().contains("vestibule"));
    let app = desk.start_app(&[]);
    app.wait_title("Cannot open the practice");
    app.wait_text("missing from the keyring");
    app.shot("key-missing");
    app.type_text(&key[..9]);
    app.key("Return");
    app.wait_text("seven groups");
    app.shot("key-mistyped");
    app.type_text(&key[9..].to_lowercase());
    app.key("Return");
    app.wait_title("Sign in");
    assert!(desk.keyring_search().contains("service = vestibule"));
    assert!(app.close_window().success());

    // The data is lost; its backup opens with the key that is in the keyring again.
    let data = desk.home().join("data/vestibule/vestibule.db");
    fs::remove_file(&data).unwrap();
    let app = desk.start_app(&[]);
    app.wait_text("not where it was");
    app.shot("data-missing");
    assert!(app.close_window().success());
    let (done, said) = vestibule(&desk, &["restore", "copy.db"]);
    assert!(
        done && said.contains("Harbour Street Physio is restored"),
        "{said}"
    );
    let app = desk.start_app(&[]);
    enter_password_of_a_stranger(&app, &AMIRA);
    app.wait_title("Users");
    assert!(app.close_window().success());

    recover_on_a_terminal(&desk, &key);
    let app = desk.start_app(&[]);
    let amira = Person {
        password: NEW_PASSWORD,
        ..AMIRA
    };
    enter_password(&app, &amira);
    app.wait_title("Set up two-factor");
    app.wait_text("must be set up before you can go on");
    app.shot("recovered");
    assert!(app.close_window().success());
}

/// Nothing that is secret is seen while it is typed.
fn recover_on_a_terminal(desk: &Desk, key: &str) {
    let mut terminal = Terminal::start(desk, "recover");
    terminal.answer_hidden("Practice recovery key:", key);
    terminal.wait_for(AMIRA.email);
    terminal.type_line("");
    terminal.answer_hidden("New password", NEW_PASSWORD);
    terminal.answer_hidden("password again", NEW_PASSWORD);
    terminal.wait_for("can sign in with the new password");
    let seen = terminal.seen();
    assert!(!seen.contains(key), "{seen}");
    assert!(!seen.contains(NEW_PASSWORD), "{seen}");
}

/// A terminal in which a command of the program runs.
struct Terminal {
    script: Running,
    keys: ChildStdin,
    seen: Arc<Mutex<String>>,
}

impl Terminal {
    fn start(desk: &Desk, command: &str) -> Self {
        let mut script = desk
            .command("script")
            .args(["--quiet", "--return", "--command"])
            .arg(format!("exec '{PROGRAM}' {command}"))
            .arg("/dev/null")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("start script");
        let keys = script.stdin.take().unwrap();
        let mut screen = script.stdout.take().unwrap();
        let seen = Arc::new(Mutex::new(String::new()));
        let written = seen.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 1_024];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                written.lock().unwrap().push_str(&text(&bytes[..read]));
            }
        });
        Self {
            script: Running(script),
            keys,
            seen,
        }
    }

    fn seen(&self) -> String {
        self.seen.lock().unwrap().clone()
    }

    fn wait_for(&self, words: &str) {
        let there = until(PATIENCE, || self.seen().contains(words).then_some(()));
        assert!(there.is_some(), "no {words:?} in {:?}", self.seen());
    }

    fn type_line(&mut self, line: &str) {
        // What Enter sends.
        write!(self.keys, "{line}\r").unwrap();
        self.keys.flush().unwrap();
    }

    /// Answers when the terminal shows no more what is typed.
    fn answer_hidden(&mut self, question: &str, answer: &str) {
        self.wait_for(question);
        let hidden = until(PATIENCE, || {
            let device = terminal_of(&self.script.0)?;
            let said = run(std::process::Command::new("stty").arg("-aF").arg(device));
            text(&said.stdout)
                .split_whitespace()
                .any(|word| word == "-echo")
                .then_some(())
        });
        assert!(
            hidden.is_some(),
            "what is typed is shown: {:?}",
            self.seen()
        );
        self.type_line(answer);
    }
}

/// The device that the child of `script` has for its terminal.
fn terminal_of(script: &Child) -> Option<PathBuf> {
    let id = script.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
    let child = children.split_whitespace().next()?;
    fs::read_link(format!("/proc/{child}/fd/0")).ok()
}
