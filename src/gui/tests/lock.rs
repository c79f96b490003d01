//! The lock screen, the countdown, and what sets them.

use iced::keyboard::{Modifiers, key::Named};

use super::Stage;
use super::screens::settings::{self, limits};
use super::screens::users;
use crate::api::{Lasts, Lock, WhoAmI};
use crate::backend::staged::{MANAGER, PASSWORD};
use crate::domain::{Role, UserId};
use crate::gui::live::Event;
use crate::gui::watch::Seen;
use crate::gui::{Message, Screen};
use crate::keychain::Home;

const ELLA: &str = "ella@hills.example";
const MINUTE: i64 = 60;

/// The manager and Ella, who needs no code; Ella is at the window.
pub(super) fn ella() -> Stage {
    let stage = Stage::new();
    stage.block_on(stage.practice.hire(
        &stage.practice.founded.admitted.token,
        "Ella Smith",
        ELLA,
        Role::Reception,
    ));
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(ELLA);
    assert!(is_home(&stage));
    stage
}

/// The manager without a second step, at the window.
pub(super) fn manager() -> Stage {
    let mut stage = Stage::opened();
    stage.sign_in(MANAGER);
    assert!(is_home(&stage));
    stage
}

pub(super) fn is_home(stage: &Stage) -> bool {
    matches!(stage.app.screen, Screen::Home(_))
}

pub(super) fn is_locked(stage: &Stage) -> bool {
    matches!(stage.app.screen, Screen::Lock(_))
}

pub(super) fn is_sign_in(stage: &Stage) -> bool {
    matches!(stage.app.screen, Screen::SignIn(_))
}

pub(super) fn seen(stage: &mut Stage, seen: Seen) {
    stage.said(Message::Room(Event::Seen(seen)));
    stage.settle();
}

pub(super) fn tick(stage: &mut Stage) {
    stage.said(Message::Room(Event::Tick));
    stage.settle();
}

pub(super) fn unlock(stage: &mut Stage, password: &str) {
    stage.type_text(password);
    stage.press(Named::Enter);
    stage.settle();
}

/// Locked by its key, with something typed in the search.
pub(super) fn locked() -> Stage {
    let (mut stage, _) = users();
    stage.type_text("bella");
    seen(&mut stage, Seen::LockKey);
    assert!(is_locked(&stage));
    stage
}

pub(super) fn locked_wrong() -> Stage {
    let mut stage = locked();
    unlock(&mut stage, "not it at all");
    stage
}

pub(super) fn counting_down() -> Stage {
    let (mut stage, _) = users();
    stage.practice.advance(15 * MINUTE - 12);
    tick(&mut stage);
    stage
}

pub(super) fn switching() -> Stage {
    let mut stage = ella();
    seen(&mut stage, Seen::LockKey);
    stage.push("Switch user");
    stage.sign_in(MANAGER);
    seen(&mut stage, Seen::LockKey);
    stage.push("Switch user");
    stage
}

pub(super) fn user_at(stage: &Stage) -> UserId {
    stage.app.screen.session().unwrap().me.user
}

#[test]
fn the_lock_shows_whose_it_is_and_nothing_else() {
    let mut stage = locked();
    let words = stage.words().join("\n");
    for told in ["Alex Lee", "your work is kept", "Unlock", "Switch user"] {
        assert!(words.contains(told), "{words}");
    }
    for hidden in ["bella", "Bella", "Hills Clinic", "@"] {
        assert!(!words.contains(hidden), "{words}");
    }
    assert!(!stage.app.title().contains("Alex"));
    // Tab reaches everything, and Escape changes nothing.
    for name in ["Unlock", "Switch user", "Sign out", "Password"] {
        stage.tab_to(name);
    }
    stage.press(Named::Escape);
    assert!(is_locked(&stage));
}

#[test]
fn the_right_password_gives_back_what_was_typed() {
    let mut stage = locked();
    let (user, before) = {
        let Screen::Lock(lock) = &stage.app.screen else {
            panic!("not locked");
        };
        (lock.who().user.clone(), lock.door().token())
    };
    unlock(&mut stage, PASSWORD);
    assert!(is_home(&stage));
    assert_eq!(
        stage.value("Search name or email").as_deref(),
        Some("bella")
    );
    assert_eq!(user_at(&stage), user);
    let session = stage.app.screen.session().unwrap();
    assert_ne!(session.door.token(), before);
    // What is asked now is asked with the new token.
    stage.block_on(session.door.call(WhoAmI {})).unwrap();
    let kept = stage.block_on(stage.app.room.kept.session(&user)).unwrap();
    assert_eq!(kept, session.door.token());
}

#[test]
fn every_answer_to_an_unlock_has_its_sentence() {
    let mut stage = locked();
    unlock(&mut stage, "not it at all");
    assert_eq!(stage.alert().unwrap(), "That password is not right.");
    for _ in 0..4 {
        unlock(&mut stage, "not it at all");
    }
    unlock(&mut stage, PASSWORD);
    let alert = stage.alert().unwrap();
    assert!(alert.contains("The next one opens at"), "{alert}");
    assert!(is_locked(&stage));
    // Nothing typed is no try.
    let answers = {
        let mut stage = locked();
        stage.press(Named::Enter);
        stage.settle()
    };
    assert_eq!(answers, 0);
}

#[test]
fn the_tenth_wrong_unlock_leads_to_the_sign_in_and_keeps_the_work() {
    let mut stage = locked();
    for _ in 0..10 {
        stage.practice.advance(15 * MINUTE);
        // Whatever was typed is selected after a wrong one.
        unlock(&mut stage, "not it at all");
    }
    assert!(is_sign_in(&stage));
    assert!(stage.says("You were signed out."));
    assert!(!stage.says("bella"));
}

#[test]
fn two_presses_of_unlock_are_one_request() {
    let mut stage = locked();
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.press(Named::Enter);
    stage.settle();
    // A second one would find the session unlocked, and lock it again.
    assert!(is_home(&stage));
    let session = stage.app.screen.session().unwrap();
    stage.block_on(session.door.call(WhoAmI {})).unwrap();
}

#[test]
fn nothing_is_readable_from_the_limit_on() {
    let (mut stage, _) = users();
    // The sign-in was told as activity a moment ago.
    stage.practice.advance(15 * MINUTE - 31);
    tick(&mut stage);
    assert!(!stage.says("Press any key to stay"));
    stage.practice.advance(1);
    tick(&mut stage);
    assert!(stage.says("Locks in 30 seconds. Press any key to stay."));
    stage.practice.advance(29);
    tick(&mut stage);
    assert!(stage.says("Locks in 1 second."));
    stage.practice.advance(1);
    // Nothing of it waits for the backend.
    stage.said(Message::Room(Event::Tick));
    assert!(is_locked(&stage));
    assert!(!stage.says("Bella Nguyen"));
    stage.settle();
    assert!(is_locked(&stage));
}

#[test]
fn any_key_in_the_countdown_stays() {
    let mut stage = counting_down();
    assert!(stage.says("Locks in 12 seconds."));
    seen(&mut stage, Seen::Somebody);
    assert!(!stage.says("Press any key to stay"));
    stage.practice.advance(15 * MINUTE - 1);
    tick(&mut stage);
    assert!(is_home(&stage));
    stage.practice.advance(1);
    tick(&mut stage);
    assert!(is_locked(&stage));
}

/// Attack 71: what a page asks by itself is no activity, whatever the window shows.
#[test]
fn what_a_page_asks_keeps_nothing_open() {
    let mut stage = ella();
    let session = stage.app.screen.session().unwrap();
    for _ in 0..15 {
        stage.block_on(session.door.call(Lasts {})).unwrap();
        stage.practice.advance(MINUTE);
        tick(&mut stage);
    }
    assert!(is_locked(&stage));
}

#[test]
fn a_lock_on_the_backend_is_one_in_the_window() {
    let mut stage = ella();
    let session = stage.app.screen.session().unwrap();
    stage.block_on(session.door.call(Lock {})).unwrap();
    stage.practice.advance(11);
    seen(&mut stage, Seen::Somebody);
    assert!(is_locked(&stage));
    unlock(&mut stage, PASSWORD);
    assert!(is_home(&stage));
}

#[test]
fn session_limits_are_saved_with_a_step_up_and_hold_in_this_window() {
    for wrong in ["4", "61", "0x", "-5"] {
        let mut stage = limits(wrong);
        assert!(stage.says("Enter 5 to 60 minutes."), "{wrong}");
        let typed = stage.value("Lock after (minutes)");
        assert_eq!(typed.unwrap_or_default(), wrong);
    }
    let (mut stage, _) = settings::page();
    stage.practice.advance(6 * MINUTE);
    stage.tab_to("Sign in again after (hours)");
    stage.chord("a", Modifiers::COMMAND);
    stage.type_text("25");
    stage.press(Named::Enter);
    stage.settle();
    // Nobody proves who they are for a typing error.
    assert!(stage.says("Enter 1 to 24 hours."));
    assert!(!stage.says("Confirm it is you"));
    stage.type_text("24");
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("Confirm it is you"));

    let mut stage = manager();
    stage.push("Settings");
    stage.practice.advance(6 * MINUTE);
    stage.tab_to("Lock after (minutes)");
    stage.chord("a", Modifiers::COMMAND);
    stage.type_text("5");
    stage.press(Named::Enter);
    stage.settle();
    // Who is not Enabled has no code to give.
    assert!(!stage.says("Verification code"));
    unlock(&mut stage, PASSWORD);
    assert!(stage.says("Saved. It applies now"));
    seen(&mut stage, Seen::Somebody);
    stage.practice.advance(11);
    seen(&mut stage, Seen::Somebody);
    stage.practice.advance(5 * MINUTE - 1);
    tick(&mut stage);
    assert!(is_home(&stage));
    stage.practice.advance(1);
    tick(&mut stage);
    assert!(is_locked(&stage));
}
