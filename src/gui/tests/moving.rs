//! The practice moves to a server. What the keyring and the disk answer is said by hand: the tests
//! ask no keyring.

use super::Stage;
use super::screens::settings;
use crate::api::{Error, Secret};
use crate::backend::KeepFault;
use crate::gui::live::Event;
use crate::gui::screen::moving::{self, Moved, NotMoved};
use crate::gui::watch::Seen;
use crate::gui::{Message, Said};

const FILE: &str = "/home/alex/Documents/Hills Clinic for a server.vestibule";
const KEY: &str = "7K3F-M9QX-2B8R-W4TD-HJ6N-0VYC-PE5G";

fn full_disk() -> KeepFault {
    KeepFault::NotWritten {
        file: FILE.into(),
        why: "No space left on device".into(),
    }
}

fn answered(stage: &mut Stage, answer: Result<Moved, NotMoved>) {
    let said = Said::Moving(moving::Message::Answered(answer));
    stage.said(Message::Screen(stage.app.shown, said));
    stage.settle();
}

/// In the Settings, at the end of the page.
pub(super) fn offered() -> Stage {
    let (mut stage, _) = settings::page();
    stage.tab_to("Move to a server");
    stage
}

pub(super) fn asked() -> Stage {
    let mut stage = offered();
    stage.push("Move to a server");
    stage
}

pub(super) fn refused() -> Stage {
    let mut stage = asked();
    answered(&mut stage, Err(NotMoved::Kept(full_disk())));
    stage
}

pub(super) fn moved() -> Stage {
    let mut stage = asked();
    let done = Moved {
        file: FILE.into(),
        key: Secret::new(KEY),
    };
    answered(&mut stage, Ok(done));
    stage
}

pub(super) fn not_written() -> Stage {
    let mut stage = asked();
    answered(&mut stage, Err(NotMoved::Retired(full_disk())));
    stage
}

#[test]
fn an_address_and_a_reason_are_asked_for_before_anything_is_done() {
    let mut stage = asked();
    stage.tab_to("Address of the server");
    stage.type_text("http://hills.example");
    stage.push("Move the practice");
    assert!(stage.says("Only https:// is taken"), "{:?}", stage.words());
    assert_eq!(
        stage.value("Address of the server").as_deref(),
        Some("http://hills.example")
    );
    stage.type_text("sign-in.hills.example");
    stage.push("Move the practice");
    assert!(!stage.says("Only https:// is taken"));
    let reason = stage.seen().focused().map(|found| found.node.name.clone());
    assert_eq!(reason.as_deref(), Some("Reason"));
    stage.push("Cancel");
    assert_eq!(stage.app.title(), "Settings - Vestibule");
}

#[test]
fn what_could_not_be_written_is_said_and_what_was_typed_stays() {
    let mut stage = asked();
    stage.tab_to("Reason");
    stage.type_text("A second computer");
    answered(&mut stage, Err(NotMoved::Kept(full_disk())));
    assert!(stage.says("No space left"), "{:?}", stage.words());
    assert_eq!(stage.value("Reason").as_deref(), Some("A second computer"));
}

/// What was typed in the Settings is there again.
#[test]
fn giving_it_up_leads_back_to_the_settings_as_they_were() {
    let (mut stage, _) = settings::page();
    stage.tab_to("Lock after (minutes)");
    stage.type_text("7");
    let typed = stage.value("Lock after (minutes)");
    stage.push("Move to a server");
    stage.push("Cancel");
    stage.settle();
    assert_eq!(stage.value("Lock after (minutes)"), typed);
}

/// The answer comes once: until then nothing locks, closes or gives it up.
#[test]
fn nothing_leaves_it_while_it_is_being_done() {
    let mut stage = asked();
    stage.tab_to("Reason");
    stage.type_text("A second computer");
    let to_screen =
        |stage: &Stage, message| Message::Screen(stage.app.shown, Said::Moving(message));
    // Begun, and not let go on: what it does asks the keyring.
    let go = to_screen(&stage, moving::Message::Go);
    drop(stage.app.update(go));
    let shown = stage.app.shown;
    let me = stage.app.screen.session().unwrap().me.user;
    for message in [
        Message::Room(Event::Seen(Seen::LockKey)),
        Message::Room(Event::Seen(Seen::Close)),
        Message::Room(Event::Seen(Seen::Close)),
        Message::Room(Event::Told(me, Err(Error::NotSignedIn))),
        to_screen(&stage, moving::Message::Cancel),
    ] {
        stage.said(message);
        stage.settle();
        assert_eq!(stage.app.shown, shown);
        assert_eq!(stage.app.title(), "Move to a server - Vestibule");
    }
}

/// What was typed waits for the same person, also where the whole sign-in comes in between.
#[test]
fn the_question_comes_back_after_another_sign_in() {
    let (mut stage, phone) = settings::page();
    stage.push("Move to a server");
    stage.tab_to("Reason");
    stage.type_text("A second computer");
    let ended = NotMoved::Kept(KeepFault::Call(Error::NotSignedIn));
    answered(&mut stage, Err(ended));
    assert_eq!(stage.app.title(), "Sign in - Vestibule");
    stage.practice.advance(60);
    stage.sign_in_by(&phone);
    assert_eq!(stage.value("Reason").as_deref(), Some("A second computer"));
    stage.push("Cancel");
    assert_eq!(stage.app.title(), "Settings - Vestibule");
}

/// A session that was locked or became due elsewhere is treated as on any page.
#[test]
fn a_session_that_does_not_serve_is_locked_and_not_signed_out() {
    for (error, title) in [
        (Error::Locked, "Locked - Vestibule"),
        (Error::NotSignedIn, "Sign in - Vestibule"),
    ] {
        let mut stage = asked();
        answered(&mut stage, Err(NotMoved::Kept(KeepFault::Call(error))));
        assert_eq!(stage.app.title(), title);
    }
}

/// The key is not left before it is ticked as kept, and the session is over.
#[test]
fn the_key_is_shown_once_and_asked_about() {
    let mut stage = moved();
    assert!(stage.says(FILE));
    assert!(!stage.says("Save as a text file"), "beside what it opens");
    assert!(stage.app.screen.session().is_none());
    stage.push("Done");
    assert!(stage.says("then tick the box"), "{:?}", stage.words());
    assert_eq!(stage.app.title(), "The practice has moved - Vestibule");
    let mut stage = moved();
    stage.said(Message::Room(Event::Seen(Seen::Close)));
    stage.settle();
    assert!(stage.says("then tick the box"), "{:?}", stage.words());
}

/// Whoever walks away leaves no key behind.
#[test]
fn the_key_is_gone_with_a_lock_and_after_a_quarter_of_an_hour() {
    let mut stage = moved();
    stage.practice.advance(15 * 60 - 1);
    drop(stage.app.update(Message::Tick));
    assert!(stage.says("7K3F"), "{:?}", stage.words());
    stage.practice.advance(1);
    // What comes next asks the keyring, and is not let go on.
    drop(stage.app.update(Message::Tick));
    assert_eq!(stage.app.title(), "Vestibule");
    assert!(!stage.says("7K3F"));
    let mut stage = moved();
    drop(stage.app.update(Message::Room(Event::Seen(Seen::LockKey))));
    assert!(!stage.says("7K3F"));
}

#[test]
fn a_practice_that_is_retired_without_a_file_says_how_to_write_it() {
    let mut stage = not_written();
    assert!(stage.says("vestibule export FILE"), "{:?}", stage.words());
    assert!(stage.app.screen.session().is_none());
}
