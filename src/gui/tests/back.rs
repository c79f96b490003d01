//! The person is there again, and the window that is to be closed: the focus, and what is shown once.

use iced::keyboard::key::Named;

use super::Stage;
use super::lock::{is_locked, seen, unlock};
use super::screens::{first_run, import, settings, users};
use crate::backend::staged::PASSWORD;
use crate::gui::watch::Seen;
use crate::gui::{Message, live};

fn focused(stage: &mut Stage) -> Option<String> {
    stage.seen().focused().map(|it| it.node.name.clone())
}

fn back(stage: &mut Stage) -> Option<String> {
    seen(stage, Seen::LockKey);
    assert!(is_locked(stage));
    unlock(stage, PASSWORD);
    focused(stage)
}

#[test]
fn after_an_unlock_the_focus_is_where_the_page_begins() {
    let (mut stage, _) = users();
    for (page, first) in [
        ("Users", "Search name or email"),
        ("My account", "Authentication preferences"),
        ("Roll-out", "2 Enabled"),
        ("Settings", "Optional"),
        ("Delivery", "Mail server"),
        ("Activity", "Search name or email"),
    ] {
        stage.push(page);
        assert_eq!(back(&mut stage).as_deref(), Some(first), "{page}");
    }
}

/// Over a page it is in the dialog, and so are Tab and Escape.
#[test]
fn after_an_unlock_the_focus_is_in_the_dialog_that_is_open() {
    for (page, opens, first) in [
        ("Users", "Add a person", "Name"),
        ("Users", "Import", "File"),
        ("Users", "Authentication preferences of Ella Smith", "Done"),
        ("Users", "Authentication preferences of Alex Lee", "Done"),
        ("Activity", "Statement", "Day"),
        ("Settings", "Make a new key", "Make a new key"),
    ] {
        let (mut stage, _) = users();
        stage.push(page);
        stage.push(opens);
        assert_eq!(back(&mut stage).as_deref(), Some(first), "{opens}");
        // What lay behind was drawn anew, and has the focus again.
        stage.press(Named::Escape);
        stage.settle();
        assert!(focused(&mut stage).is_some(), "{opens}");
    }
    let mut stage = super::several::dialog();
    assert_eq!(back(&mut stage).as_deref(), Some("Done"));
    let mut stage = super::manage::question();
    assert_eq!(back(&mut stage).as_deref(), Some("Reason"));
    let mut stage = settings::would_stop();
    assert_eq!(back(&mut stage).as_deref(), Some("Done"));
}

#[test]
fn after_an_unlock_the_focus_is_on_every_other_screen_too() {
    for (show, first) in [
        (
            super::meanwhile::due as fn() -> Stage,
            "Google Authenticator",
        ),
        (super::screens::messages::recovery_codes, "Make new codes"),
        (super::screens::messages::recovery_used, "Keep my method"),
        (super::moving::asked, "Address of the server"),
    ] {
        let mut stage = show();
        assert_eq!(back(&mut stage).as_deref(), Some(first));
    }
}

fn close(stage: &mut Stage) {
    seen(stage, Seen::Close);
}

/// What is shown once is asked about before the window goes, and the second time it goes.
#[test]
fn a_window_with_a_key_in_it_is_not_closed_unasked() {
    for mut stage in [first_run::recovery_key(), settings::made_key()] {
        close(&mut stage);
        assert!(!is_locked(&stage));
        assert!(stage.says("Save or write down the key, then tick the box."));
        close(&mut stage);
        assert!(is_locked(&stage));
    }
    let mut stage = settings::made_key();
    stage.push("I have saved this key");
    close(&mut stage);
    assert!(is_locked(&stage), "it is kept");
}

#[test]
fn a_window_with_codes_in_it_is_not_closed_unasked() {
    let mut stage = import::done();
    close(&mut stage);
    assert!(stage.says("These codes are shown only now."));
    close(&mut stage);
    assert!(is_locked(&stage));

    // While people are being added: those who are have their codes.
    let (mut stage, _) = import::read();
    stage.press(Named::Enter);
    stage.said(Message::Room(live::Event::Seen(Seen::Close)));
    stage.settle();
    assert!(stage.says("2 people were added."), "{:?}", stage.words());
}
