//! A practice that goes from one computer to a server, with its people and what they sign in with.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::desk::{Desk, text};
use crate::first_run::AMIRA;
use crate::server::Server;
use crate::steps::{
    create_practice, enter_password_of_a_stranger, keep_recovery_key, move_practice,
    set_up_authenticator, submit_code,
};
use crate::until::until;

/// RFC 6238, section 5.2.
const STEP: u64 = 30;

/// Runs a command that asks; what it said, on either way.
fn answered(command: &mut Command, answers: &[&str]) -> String {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = process.stdin.take().unwrap();
    lines.write_all(answers.join("\n").as_bytes()).unwrap();
    drop(lines);
    let output = process.wait_with_output().unwrap();
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{said}");
    said
}

/// The file of the practice, in a home that has no folder for documents.
fn file_in(home: &Path) -> PathBuf {
    let file = home.join("Harbour Street Physio for a server.vestibule");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    file
}

/// The configuration of a server over the database of a trial server.
fn configuration(folder: &Path) -> String {
    format!(
        "[listen]\naddress = \"127.0.0.1:0\"\nplain_http = true\n\
         [database]\nurl = \"sqlite://{0}/vestibule.db\"\n[keys]\nfile = \"{0}/keys\"\n",
        folder.display()
    )
}

#[test]
fn a_practice_moves_to_a_server_and_its_people_sign_in_with_what_they_had() {
    let desk = Desk::new("moved");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    let mut phone = set_up_authenticator(&app, &desk);
    app.wait_title("Users");
    app.wait_text("Enabled");

    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let key = move_practice(&app, &server.address());
    let file = file_in(desk.home());
    let kept = desk.keyring_search();
    assert!(!kept.contains("username = session"), "{kept}");
    // The window says where it is now; so does the next one, which leads there.
    app.wait_title("The practice is somewhere else");
    app.wait_text(&server.address());
    assert!(app.close_window().success());
    let desk = desk.trusting(server.authority());
    let app = desk.start_app(&[]);
    app.wait_title("The practice is somewhere else");
    app.wait_text("moved to a server");
    app.wait_text(&server.address());
    app.shot("moved");
    app.key("Return");
    app.wait_title("Connect to a server");
    app.wait_text("Address of the server");
    app.type_text(&server.address());
    app.key("Return");
    app.wait_title("Sign in");

    let config = folder.path().join("server.toml");
    fs::write(&config, configuration(folder.path())).unwrap();
    let said = answered(
        Command::new(env!("CARGO_BIN_EXE_vestibule-server"))
            .args(["import", "--config"])
            .args([&config, &file]),
        &[&key],
    );
    let imported = desk.now() / STEP;
    assert!(
        said.contains("Harbour Street Physio is here, with 1 person"),
        "{said}"
    );
    enter_password_of_a_stranger(&app, &AMIRA);
    app.wait_title("Enter your code");
    app.shot("enter-your-code");
    // What a phone could show at the moment of the move, and one that is ahead, is spent.
    until(Duration::from_secs(3 * STEP), || {
        (desk.now() / STEP > imported + 1).then_some(())
    })
    .expect("the next time step comes");
    submit_code(&app, &phone.next_code(&desk));
    app.wait_title("Users");
    app.wait_text(AMIRA.email);
    app.wait_text("Enabled");
    app.shot("on-the-server");
    assert!(app.close_window().success());
}
