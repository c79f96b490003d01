//! A practice on a server: two computers, the rule of one biting on the other, the server gone and
//! back.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::desk::{Desk, Running};
use crate::steps::{
    JONAS, Person, add_person, ask_at_desk, connect, enter_password_of_a_stranger,
    make_mandatory_at_once, read_out, redeem_on_a_new_computer, set_up_from_search,
    set_up_meanwhile, submit_code,
};
use crate::until::{PATIENCE, until};

/// The first person of the practice that a trial server makes.
const ALEX: Person = Person {
    name: "Alex Lee",
    email: "alex@hills.example",
    password: "seven quiet lighthouses",
};

/// A trial server with its own certificate authority.
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    running: Option<Running>,
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        // Free a moment ago.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut server = Self {
            folder: folder.to_owned(),
            port,
            running: None,
        };
        server.go_on();
        server
    }

    /// Starts it, and waits until it answers.
    fn go_on(&mut self) {
        let said = File::create(self.folder.join("said")).unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_vestibule-server"))
            .args(["serve", "--dev", "--folder"])
            .arg(&self.folder)
            .args(["--port", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .expect("start vestibule-server");
        self.running = Some(Running(process));
        until(PATIENCE, || {
            TcpStream::connect(("127.0.0.1", self.port)).ok()
        })
        .unwrap_or_else(|| panic!("the server does not answer: {}", self.said()));
    }

    /// Ends it without a word.
    fn stop(&mut self) {
        self.running = None;
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.join("said")).unwrap()
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The code of the invitation that it printed at its first start.
    fn invitation(&self) -> String {
        let said = self.said();
        let code = said.lines().map(str::trim).find(|line| {
            let groups: Vec<&str> = line.split('-').collect();
            groups.len() == 3 && groups.iter().all(|group| group.len() == 4)
        });
        code.unwrap_or_else(|| panic!("no invitation in {said}"))
            .to_owned()
    }
}

#[test]
fn a_practice_of_two_computers_goes_on_when_its_server_comes_back() {
    let desk = Desk::new("server");
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());

    // Nobody has told this computer whom to trust: nothing is sent.
    let app = desk.start_app(&[]);
    connect(&app, &server.address());
    app.wait_text("does not trust the certificate");
    app.shot("not-trusted");
    assert!(app.close_window().success());

    let desk = desk.trusting(server.authority());
    let app = desk.start_app(&[]);
    connect(&app, &server.address());
    app.wait_title("Sign in");
    app.wait_text("Hills Clinic");
    app.shot("sign-in-on-a-server");
    redeem_on_a_new_computer(&app, &server.invitation(), &ALEX);
    let mut phone = set_up_from_search(&app, &desk);
    app.wait_text(ALEX.email);
    app.shot("users");
    let invitation = add_person(&app, &JONAS);

    // Another computer, with a keyring of its own.
    let second = desk.another("server-second").trusting(server.authority());
    let there = second.start_app(&["--server", &server.address()]);
    redeem_on_a_new_computer(&there, &invitation, &JONAS);
    there.wait_title("Users");
    there.wait_text(JONAS.email);
    there.shot("own-row");

    // The rule of the first bites on the second at its next request.
    app.to_front();
    app.keys("shift+Tab shift+Tab");
    make_mandatory_at_once(&app);
    there.to_front();
    // **My account**, past the cog.
    there.keys("Tab Tab");
    there.key("Return");
    set_up_meanwhile(&there, &second);
    there.wait_text(JONAS.email);
    there.shot("goes-on");
    assert!(there.close_window().success());

    // The server goes: it is said, and what was typed stays.
    app.to_front();
    server.stop();
    app.type_text("Jon");
    app.wait_text("does not answer");
    app.shot("server-lost");
    server.go_on();
    app.wait_no_text("keeps trying");
    app.wait_text("Jon");
    app.shot("server-found");
    assert!(app.close_window().success());

    // The session is in the keyring of this computer, bound to the server: behind the lock.
    let app = desk.start_app(&[]);
    app.wait_title("Locked");
    app.shot("locked");
    app.type_text(ALEX.password);
    app.key("Return");
    app.wait_title("Users");
    let kept = desk.keyring_search();
    assert!(kept.contains("service = vestibule"), "{kept}");
    assert!(!kept.contains(ALEX.password));
    assert!(app.close_window().success());

    // And a sign-in with a code, on a third computer that knows nobody.
    let third = desk.another("server-third").trusting(server.authority());
    let app = third.start_app(&["--server", &server.address()]);
    enter_password_of_a_stranger(&app, &ALEX);
    app.wait_title("Enter your code");
    submit_code(&app, &phone.next_code(&third));
    app.wait_title("Users");
    app.shot("third-computer");

    // Jonas has no phone today, and reads nothing but what Alex reads out.
    let fourth = desk.another("server-fourth").trusting(server.authority());
    let there = fourth.start_app(&["--server", &server.address()]);
    enter_password_of_a_stranger(&there, &JONAS);
    ask_at_desk(&there);
    app.to_front();
    let digits = read_out(&app, "Phone at home");
    there.to_front();
    there.type_text(&digits);
    there.key("Return");
    there.wait_title("Users");
    there.wait_text(JONAS.email);
    there.shot("let-in-at-desk");
    assert!(there.close_window().success());
    app.to_front();
    assert!(app.close_window().success());
}
