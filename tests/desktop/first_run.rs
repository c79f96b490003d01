//! From nothing to a second sign-in with a code, on one computer.

use std::process::Command;

use crate::desk::{Desk, run, text};
use crate::steps::{
    Person, create_practice, keep_recovery_key, set_up_authenticator, sign_in, sign_out,
    submit_code,
};

pub(crate) const AMIRA: Person = Person {
    name: "Amira Lee",
    email: "amira@harbourphysio.example",
    password: "seven quiet lighthouses",
};

#[test]
fn without_a_display_it_says_so_in_one_sentence() {
    let output = run(Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET"));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(text(&output.stdout), "");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.trim_end().ends_with('.'), "{said}");
    assert!(said.contains("display"), "{said}");
}

#[test]
fn a_practice_is_made_and_its_first_person_signs_in_with_a_code() {
    let desk = Desk::new("first-run");
    let app = desk.start_app(&[]);

    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    let mut phone = set_up_authenticator(&app, &desk);

    app.wait_title("Users");
    app.wait_text(AMIRA.name);
    app.wait_text("Enabled");
    app.shot("users");

    sign_out(&app);
    app.wait_no_text("Enabled");
    sign_in(&app, &AMIRA);
    app.shot("enter-your-code");
    submit_code(&app, &phone.next_code(&desk));
    app.wait_title("Users");

    sign_out(&app);
    sign_in(&app, &AMIRA);
    submit_code(&app, &phone.same_code());
    app.wait_text("already been used");
    app.shot("code-used");
    assert!(app.title().unwrap().starts_with("Enter your code"));

    let kept = desk.keyring_search();
    assert!(kept.contains("service = vestibule"), "{kept}");
    assert!(!kept.contains(AMIRA.password));

    assert!(app.close_window().success());
}
