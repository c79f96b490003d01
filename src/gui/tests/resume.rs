//! What goes on at the next start, what the keyring is good for, and handing the window over.

use std::time::Duration;

use iced::keyboard::key::Named;

use super::Stage;
use super::lock::{ella, is_home, is_locked, is_sign_in, manager, seen, tick, unlock, user_at};
use super::screens::users;
use crate::api::SignOut;
use crate::backend::Kept;
use crate::backend::staged::{MANAGER, PASSWORD};
use crate::domain::Role;
use crate::gui::live::Room;
use crate::gui::watch::Seen;
use crate::keychain::{Fault, Home, Keychain};

const ELLA: &str = "ella@hills.example";
const MINUTE: i64 = 60;

/// The manager at a window whose keyring gives this answer.
fn with_keyring(fault: Fault) -> Stage {
    let mut stage = Stage::new();
    let keychain = Keychain::failing(fault, Duration::ZERO);
    stage.app.room = Room::new(Kept::new(keychain));
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(MANAGER);
    assert!(is_home(&stage));
    stage
}

/// As the program starts after a crash, over the same practice and keyring.
fn start_again(stage: Stage) -> Stage {
    stage.again().open(Home::Keyring)
}

#[test]
fn a_start_within_the_idle_limit_goes_on() {
    let stage = ella();
    let user = user_at(&stage);
    stage.practice.advance(14 * MINUTE);
    let mut stage = start_again(stage);
    assert!(is_home(&stage));
    assert_eq!(user_at(&stage), user);
    // To start it was to be there.
    stage.practice.advance(14 * MINUTE);
    tick(&mut stage);
    assert!(is_home(&stage));
}

#[test]
fn a_start_after_the_idle_limit_asks_for_the_password() {
    let stage = ella();
    stage.practice.advance(15 * MINUTE);
    let mut stage = start_again(stage);
    assert!(is_locked(&stage));
    assert!(stage.says("Ella Smith"));
    assert!(!stage.says("your work is kept"));
    unlock(&mut stage, PASSWORD);
    assert!(is_home(&stage));
    assert!(stage.says(ELLA));
}

#[test]
fn a_start_after_the_absolute_limit_asks_for_the_full_sign_in() {
    let stage = ella();
    stage.practice.advance(12 * 60 * MINUTE);
    let mut stage = start_again(stage);
    assert!(is_sign_in(&stage));
    assert_eq!(stage.value("Email").as_deref(), Some(ELLA));
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.settle();
    assert!(is_home(&stage));
}

#[test]
fn closing_the_window_locks() {
    let mut stage = ella();
    stage.type_text("x");
    seen(&mut stage, Seen::Close);
    let stage = start_again(stage);
    assert!(is_locked(&stage));
}

#[test]
fn signing_out_leaves_nothing_to_go_on_with() {
    let mut stage = ella();
    let user = user_at(&stage);
    stage.push("Sign out");
    let kept = stage.block_on(stage.app.room.kept.session(&user)).unwrap();
    assert_eq!(kept, None);
    let mut stage = start_again(stage);
    assert!(is_sign_in(&stage));
    assert_eq!(stage.value("Email").as_deref(), Some(ELLA));

    let mut stage = {
        stage.type_text(PASSWORD);
        stage.press(Named::Enter);
        stage.settle();
        seen(&mut stage, Seen::LockKey);
        stage
    };
    stage.push("Sign out");
    assert!(is_sign_in(&stage));
    let kept = stage.block_on(stage.app.room.kept.session(&user)).unwrap();
    assert_eq!(kept, None);
}

/// Two people at one desk: each goes on where they were, and sees nothing of the other.
#[test]
fn two_people_hand_the_window_over() {
    let mut stage = manager();
    stage.type_text("for nobody else");
    let alex = user_at(&stage);
    seen(&mut stage, Seen::LockKey);
    stage.push("Switch user");
    assert!(is_sign_in(&stage));
    assert!(!stage.says("for nobody else"));
    // Ella is invited by a session that is not at this window.
    let by = stage.practice.founded.admitted.token.clone();
    let hire = stage
        .practice
        .hire(&by, "Ella Smith", ELLA, Role::Reception);
    stage.block_on(hire);
    stage.sign_in(ELLA);
    assert!(is_home(&stage));
    assert!(!stage.says("for nobody else"));
    let ella = user_at(&stage);
    assert_ne!(alex, ella);
    seen(&mut stage, Seen::LockKey);
    stage.push("Switch user");
    for name in ["Alex Lee", "Ella Smith"] {
        assert!(stage.says(name));
    }
    stage.push("Alex Lee");
    assert!(is_locked(&stage));
    unlock(&mut stage, PASSWORD);
    assert_eq!(user_at(&stage), alex);
    assert_eq!(
        stage.value("Search name or email").as_deref(),
        Some("for nobody else")
    );
}

/// To pick a name lets nobody in, also where the session was left open by a crash.
#[test]
fn picking_a_name_asks_for_the_password() {
    let stage = ella();
    let ella = user_at(&stage);
    let mut stage = start_again(stage);
    seen(&mut stage, Seen::LockKey);
    stage.push("Switch user");
    stage.sign_in(MANAGER);
    let stage = start_again(stage);
    assert_ne!(user_at(&stage), ella);
    let mut stage = stage;
    stage.push("Sign out");
    stage.push("Ella Smith");
    assert!(is_locked(&stage));
    assert!(stage.says("Ella Smith"));
}

#[test]
fn a_session_that_was_ended_says_so_and_keeps_the_work() {
    let (mut stage, phone) = users();
    stage.push("Settings");
    let session = stage.app.screen.session().unwrap();
    // Somebody ends it elsewhere.
    stage.block_on(session.door.call(SignOut {})).unwrap();
    stage.practice.advance(11);
    seen(&mut stage, Seen::Somebody);
    assert!(is_sign_in(&stage));
    assert!(stage.says("You were signed out."));
    stage.practice.advance(60);
    stage.sign_in_by(&phone);
    assert!(stage.app.title().starts_with("Settings"));
}

/// Fault 18: a keyring that is locked or silent gets a sentence and a way to try again.
#[test]
fn a_keyring_that_does_not_serve_is_said_and_tried_again() {
    for (fault, sentence) in [
        (Fault::Locked, "The keyring of this computer is locked"),
        (
            Fault::Silent,
            "The keyring of this computer does not answer",
        ),
    ] {
        let mut stage = with_keyring(fault);
        assert!(stage.says(sentence));
        stage.push("Try again");
        assert!(stage.says(sentence));
        // What is shown goes on being shown, and the session is held for this window.
        assert!(is_home(&stage));
        seen(&mut stage, Seen::LockKey);
        unlock(&mut stage, PASSWORD);
        assert!(is_home(&stage));
    }
}

/// Fault 18: that there is no keyring is said once: by the banner on where the practice's key is, or
/// where that is a server's, by one on the session. People are handed over all the same.
#[test]
fn without_a_keyring_a_session_is_held_by_the_window() {
    let mut stage = with_keyring(Fault::Missing);
    assert!(stage.says("This computer has no keyring, so you stay signed in only until"));
    assert!(!stage.says("Try again"));
    stage.app.keys = Home::File;
    assert!(stage.says("the key to the practice’s data is kept in a file"));
    assert!(!stage.says("no keyring, so you stay"));
    let alex = user_at(&stage);
    seen(&mut stage, Seen::LockKey);
    stage.push("Switch user");
    stage.push("Alex Lee");
    assert!(is_locked(&stage));
    unlock(&mut stage, PASSWORD);
    assert_eq!(user_at(&stage), alex);
    let stage = start_again(stage);
    assert!(is_sign_in(&stage));
}
