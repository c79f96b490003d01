//! The first run, and the practice recovery key that comes of it.

use std::path::PathBuf;

use crate::backend::{Home, Opened};
use crate::gui::door::Door;
use crate::gui::screen::{first_run as screen, recovery_key as key};
use crate::gui::tests::Stage;
use crate::gui::{Message, Said, to_keep};

pub(in crate::gui::tests) fn first_run() -> Stage {
    let mut stage = Stage::new();
    stage.said(Message::Opened(stage.app.shown, Ok(Opened::FirstRun)));
    stage.settle();
    stage
}

/// The first run is answered by hand: to make a practice would ask for the keyring.
pub(in crate::gui::tests) fn recovery_key() -> Stage {
    let mut stage = first_run();
    let made = screen::Made {
        door: Door::new(stage.practice.backend.clone(), stage.app.room.kept.clone()),
        keys: Home::Keyring,
        founded: stage.practice.founded.clone(),
    };
    let answer = screen::Message::Answered(Ok(Box::new(made)));
    stage.said(Message::Screen(stage.app.shown, Said::FirstRun(answer)));
    stage.settle();
    stage
}

pub(super) fn recovery_key_without_tick() -> Stage {
    let path = PathBuf::from("/home/alex/Documents/key.txt");
    let mut stage = recovery_key_after(to_keep::Message::Saved(Ok(path)));
    stage.push("Done");
    stage
}

pub(super) fn recovery_key_to_print() -> Stage {
    recovery_key_after(to_keep::Message::Found(Ok(Some("Front_desk".into()))))
}

pub(super) fn recovery_key_without_printer() -> Stage {
    recovery_key_after(to_keep::Message::Found(Ok(None)))
}

/// What the system answers is told by hand: it is another's on each computer.
fn recovery_key_after(answer: to_keep::Message) -> Stage {
    let mut stage = recovery_key();
    let answer = key::Message::Keep(answer);
    stage.said(Message::Screen(stage.app.shown, Said::RecoveryKey(answer)));
    stage
}
