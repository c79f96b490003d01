//! The practice moves to a server. What the keyring and the disk answer is said by hand: the tests
//! ask no keyring.

use super::Stage;
use super::screens::settings;
use crate::api::Secret;
use crate::backend::KeepFault;
use crate::gui::screen::moving::{self, Moved, NotMoved};
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
    assert_eq!(stage.app.title(), "Users - Vestibule");
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

/// The key is not left before it is ticked as kept, and the session is over.
#[test]
fn the_key_is_shown_once_and_asked_about() {
    let mut stage = moved();
    assert!(stage.says(FILE));
    assert!(stage.app.screen.session().is_none());
    stage.push("Done");
    assert!(stage.says("then tick the box"), "{:?}", stage.words());
    assert_eq!(stage.app.title(), "The practice has moved - Vestibule");
}

#[test]
fn a_practice_that_is_retired_without_a_file_says_how_to_write_it() {
    let mut stage = not_written();
    assert!(stage.says("vestibule export FILE"), "{:?}", stage.words());
    assert!(stage.app.screen.session().is_none());
}
