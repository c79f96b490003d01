//! The lock screen, the countdown, what goes on at the next start, and handing the window over.

use std::time::Duration;

use iced::keyboard::{Modifiers, key::Named};

use super::Stage;
use super::screens::{limits, settings, users};
use crate::api::{Lasts, Lock, SignOut, WhoAmI};
use crate::backend::Kept;
use crate::backend::staged::{MANAGER, PASSWORD};
use crate::domain::{Role, UserId};
use crate::gui::live::{Event, Room};
use crate::gui::watch::Seen;
use crate::gui::{Message, Screen};
use crate::keychain::{Fault, Home, Keychain};

const ELLA: &str = "ella@hills.example";
const MINUTE: i64 = 60;

/// The manager and Ella, who needs no code; Ella is at the window.
fn ella() -> Stage {
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
fn manager() -> Stage {
    let mut stage = Stage::opened();
    stage.sign_in(MANAGER);
    assert!(is_home(&stage));
    stage
}

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

fn is_home(stage: &Stage) -> bool {
    matches!(stage.app.screen, Screen::Home(_))
}

fn is_locked(stage: &Stage) -> bool {
    matches!(stage.app.screen, Screen::Lock(_))
}

fn is_sign_in(stage: &Stage) -> bool {
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

fn unlock(stage: &mut Stage, password: &str) {
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

/// As the program starts after a crash, over the same practice and keyring.
fn start_again(stage: Stage) -> Stage {
    stage.again().open(Home::Keyring)
}

fn user_at(stage: &Stage) -> UserId {
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
    stage.sign_in(MANAGER);
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.app.title().starts_with("Settings"));
}

#[test]
fn session_limits_are_saved_with_a_step_up_and_hold_in_this_window() {
    for wrong in ["4", "61", "0x", "-5"] {
        let mut stage = limits(wrong);
        assert!(stage.says("Enter 5 to 60 minutes."), "{wrong}");
        let typed = stage.value("Lock after (minutes)");
        assert_eq!(typed.unwrap_or_default(), wrong);
    }
    let (mut stage, _) = settings();
    stage.practice.advance(6 * MINUTE);
    stage.tab_to("Sign in again after (hours)");
    stage.chord("a", Modifiers::COMMAND);
    stage.type_text("25");
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
    assert!(stage.says("Saved. It holds from now"));
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

/// Fault 18: that there is no keyring is said by the banner on the key, and not twice; people
/// are handed over all the same.
#[test]
fn without_a_keyring_a_session_is_held_by_the_window() {
    let mut stage = with_keyring(Fault::Missing);
    assert!(!stage.says("keyring"));
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
