//! A session through a crash, a closed window, the lock key and an idle desk, to the sign-out.

use std::time::Duration;

use crate::app::App;
use crate::desk::Desk;
use crate::first_run::AMIRA;
use crate::steps::{
    JONAS, add_person, back_to_search, create_practice, keep_recovery_key, open_add_person,
    redeem_from_there, set_up_authenticator, sign_in, sign_out, submit_code,
};

const IDLE: Duration = Duration::from_secs(15 * 60);

#[test]
fn a_session_goes_on_locks_and_is_left() {
    let desk = Desk::with_movable_clock("lock");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    let mut phone = set_up_authenticator(&app, &desk);
    app.wait_title("Users");
    app.wait_text("Enabled");
    let kept = desk.keyring_search();
    for entry in ["= session ", "= computer ", "= people "] {
        assert!(kept.contains(entry), "{entry}: {kept}");
    }

    // As after a crash: straight in.
    app.kill9();
    let app = desk.start_app(&[]);
    app.wait_title("Users");
    app.wait_text(AMIRA.email);
    app.shot("goes-on");

    // Closing the window locks.
    assert!(app.close_window().success());
    let app = desk.start_app(&[]);
    app.wait_title("Locked");
    app.wait_text(AMIRA.name);
    app.shot("locked-at-the-start");
    app.type_text("not the password");
    app.key("Return");
    app.wait_text("That password is not right");
    app.shot("locked-wrong");
    // What was wrong is selected.
    unlock(&app);

    // A session that is kept under its new token goes on too.
    app.kill9();
    let app = desk.start_app(&[]);
    app.wait_title("Users");
    app.wait_text(AMIRA.email);

    app.type_text("nobody of this name");
    app.wait_text("Nobody matches");
    app.key("ctrl+l");
    app.wait_title("Locked");
    app.wait_text("your work is kept");
    app.wait_none_of(&["Nobody matches", "Add a person"]);
    app.shot("locked-by-key");
    unlock(&app);
    app.wait_text("Nobody matches");
    app.shot("work-is-kept");

    desk.advance_and_stop(IDLE - Duration::from_secs(20));
    app.look_away();
    app.wait_text("Press any key to stay");
    app.shot("countdown");
    app.key("End");
    app.wait_no_text("Press any key to stay");
    assert!(app.title().unwrap().starts_with("Users"));
    desk.start_clock();
    desk.advance(IDLE);
    app.look_away();
    app.wait_title("Locked");
    app.wait_none_of(&["Nobody matches", "Add a person"]);
    unlock(&app);

    sign_out(&app);
    let kept = desk.keyring_search();
    assert!(!kept.contains("= session "), "{kept}");
    assert!(kept.contains("= computer "), "{kept}");
    assert!(app.close_window().success());

    let app = desk.start_app(&[]);
    app.wait_title("Sign in");
    app.wait_text(AMIRA.email);
    app.shot("last-user-name");
    sign_in(&app, &AMIRA);
    submit_code(&app, &phone.next_code(&desk));
    app.wait_title("Users");
    app.wait_text(AMIRA.email);

    // Twelve hours later it is the full sign-in, and nothing can be read.
    desk.advance(Duration::from_secs(12 * 3_600));
    app.look_away();
    app.wait_title("Sign in");
    app.wait_text("You were signed out");
    app.shot("ended");
    assert!(app.close_window().success());
    assert!(!desk.keyring_search().contains("= session "));
}

fn unlock(app: &App) {
    app.wait_title("Locked");
    app.type_text(AMIRA.password);
    app.key("Return");
    app.wait_title("Users");
}

/// Two people hand one computer over and back: each finds what they had, and sees nothing of the
/// other's.
#[test]
fn a_half_filled_form_waits_while_a_colleague_is_at_the_computer() {
    let desk = Desk::with_movable_clock("hand-over");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    set_up_authenticator(&app, &desk);
    let invitation = add_person(&app, &JONAS);
    back_to_search(&app);
    open_add_person(&app);
    app.type_text("Priya Shah");
    app.key("Tab");
    app.type_text("priya@harbourphysio.example");
    switch_user(&app);
    // Its first letter is a line to whoever reads pictures.
    app.wait_text("have an invitation");
    app.shot("switch-user");
    // From the email back round past *Connect to a server*.
    app.keys("shift+Tab shift+Tab");
    redeem_from_there(&app, &invitation, &JONAS);
    app.wait_title("Users");
    app.wait_text(JONAS.email);
    app.wait_none_of(&["Priya", AMIRA.email]);

    switch_user(&app);
    app.wait_text(AMIRA.name);
    // Past the password, its eye, **Login** and *Forgot your password?*; Jonas was here last.
    app.keys("Tab Tab Tab Tab Tab Tab");
    app.key("Return");
    app.wait_title("Locked");
    app.wait_text(AMIRA.name);
    app.wait_no_text("Priya");
    app.type_text(AMIRA.password);
    app.key("Return");
    app.wait_title("Add a person");
    app.wait_text("priya@harbourphysio.example");
    app.shot("form-is-kept");
    // The focus is in the name: what has the ring is hard to read in a picture.
    app.key("Tab");
    app.wait_text("Priya Shah");
    assert!(app.close_window().success());
}

/// Locks, and lets somebody else sign in: past the password's eye and **Unlock**.
fn switch_user(app: &App) {
    app.key("ctrl+l");
    app.wait_title("Locked");
    app.wait_text("Switch user");
    app.keys("Tab Tab Tab");
    app.key("Return");
    app.wait_title("Sign in");
}
