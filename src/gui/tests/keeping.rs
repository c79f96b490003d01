//! The lost key brought back in the window, and a new practice recovery key.

use iced::keyboard::key::Named;
use secrecy::ExposeSecret;

use super::Stage;
use super::screens::settings;
use super::screens::trouble::trouble;
use crate::backend::{OpenFault, Opened, UnlockFault};
use crate::domain::RecoveryKey;
use crate::domain::random::seeded::Seeded;
use crate::gui::screen::trouble;
use crate::gui::{Message, Said};
use crate::keychain::{self, Home};

const KEY: &str = "Practice recovery key";

/// The practice is there, and the keyring has no key to it.
fn lost() -> Stage {
    let mut stage = Stage::new();
    stage.app.place = stage.practice.here();
    let fault = OpenFault::KeyMissing(stage.app.place.database.clone());
    stage.said(Message::Opened(stage.app.shown, Err(fault)));
    stage.settle();
    stage
}

/// As it is drawn: with a path that is the same on every computer.
fn lost_somewhere() -> Stage {
    trouble(OpenFault::KeyMissing(
        "/home/alex/.local/share/vestibule/vestibule.db".into(),
    ))
}

fn another_key() -> String {
    let key = RecoveryKey::generate(&Seeded::new(9)).to_text();
    key.expose_secret().to_lowercase().replace('-', " ")
}

fn answered(stage: &mut Stage, answer: Result<Opened, UnlockFault>) {
    let said = Said::Trouble(trouble::Message::Unlocked(answer.map(Box::new)));
    stage.said(Message::Screen(stage.app.shown, said));
    stage.settle();
}

pub(super) fn unlock_wrong() -> Stage {
    let mut stage = lost_somewhere();
    stage.type_text(&another_key());
    answered(&mut stage, Err(UnlockFault::Wrong));
    stage
}

pub(super) fn unlock_locked() -> Stage {
    let mut stage = lost_somewhere();
    stage.type_text(&another_key());
    let locked = OpenFault::Keyring(keychain::Fault::Locked);
    answered(&mut stage, Err(UnlockFault::Open(locked)));
    stage
}

pub(super) fn new_key_question() -> Stage {
    let (mut stage, _) = settings::page();
    stage.push("Make a new key");
    stage
}

pub(super) fn new_key() -> Stage {
    let mut stage = new_key_question();
    stage.practice.advance(60);
    stage.push("Make a new key");
    stage
}

pub(super) fn new_key_without_tick() -> Stage {
    let mut stage = new_key();
    stage.push("Done");
    stage
}

#[test]
fn a_key_that_does_not_open_says_so_and_stays() {
    let mut stage = lost();
    assert!(stage.says("Without the practice recovery key there is no way back"));
    let another = another_key();
    for (typed, said) in [
        ("7k3f m9qx", "seven groups"),
        (another.as_str(), "does not open this practice"),
    ] {
        while stage.value(KEY).is_some_and(|value| !value.is_empty()) {
            stage.press(Named::Backspace);
        }
        stage.type_text(typed);
        stage.press(Named::Enter);
        stage.settle();
        assert!(stage.says(said), "{:?}", stage.words());
        assert_eq!(stage.value(KEY).as_deref(), Some(typed));
        let focused = stage.seen().focused().map(|found| found.node.name.clone());
        assert_eq!(focused.as_deref(), Some(KEY));
    }
}

#[test]
fn nothing_typed_asks_nobody() {
    let mut stage = lost();
    stage.press(Named::Enter);
    assert_eq!(stage.settle(), 0);
    assert!(!stage.says("seven groups"));
}

/// Whether the keyring takes the key is answered by hand: the tests ask no keyring.
#[test]
fn the_key_that_opens_leads_to_the_sign_in() {
    let mut stage = lost();
    let backend = stage.practice.backend.clone();
    answered(&mut stage, Ok(Opened::Ready(backend, Home::Keyring)));
    assert_eq!(stage.app.title(), "Sign in - Vestibule");
}

#[test]
fn a_locked_keyring_is_said_and_the_key_stays() {
    let mut stage = unlock_locked();
    assert!(stage.says("The keyring of this computer is locked."));
    assert_eq!(stage.value(KEY), Some(another_key()));
}

/// The key is gone from the window with **Done**, and not before the tick.
#[test]
fn a_new_recovery_key_is_shown_once_and_ticked() {
    let mut stage = new_key();
    let groups = |words: &[String]| -> Vec<String> {
        let group =
            |word: &&str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_alphanumeric());
        let is_line = |words: &&String| words.split(' ').all(|word| group(&word));
        let lines = words
            .iter()
            .filter(|words| words.len() > 10)
            .filter(is_line);
        lines.cloned().collect()
    };
    let shown = groups(&stage.words());
    assert_eq!(shown.len(), 2, "{shown:?}");
    let typed = shown.join(" ");
    assert!(RecoveryKey::parse(&typed).is_ok());
    let old = stage
        .practice
        .founded
        .recovery_key
        .expose()
        .replace('-', " ");
    assert_ne!(typed, old);

    stage.push("Done");
    stage.press(Named::Escape);
    assert!(stage.says("then tick the box"));
    assert_eq!(groups(&stage.words()), shown);
    stage.push("I have saved this key");
    stage.push("Done");
    assert_eq!(stage.app.title(), "Settings - Vestibule");
    assert_eq!(groups(&stage.words()), Vec::<String>::new());
}

#[test]
fn a_new_recovery_key_needs_a_fresh_step_up() {
    let mut stage = new_key_question();
    stage.practice.advance(6 * 60);
    stage.push("Make a new key");
    assert!(stage.says("Confirm it is you"));
    assert!(stage.says("Verification code"));
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.says("Make a new practice recovery key?"));
    stage.press(Named::Escape);
    assert!(!stage.says("Make a new practice recovery key?"));
}
