//! Several people at once: ticked in the table, turned on from a time, reminded.

use iced::keyboard::key::Named;

use super::Stage;
use super::screens::users as practice;
use crate::api::Planned;
use crate::gui::home::{self, users};
use crate::gui::{Message, Said};

pub(super) fn selected() -> Stage {
    let (mut stage, _) = practice();
    stage.push("Select Ella Smith");
    stage.push("Select Chris Murray");
    stage
}

pub(super) fn dialog() -> Stage {
    let mut stage = selected();
    stage.push("Turn on or remind");
    stage
}

/// One of them is oneself.
pub(super) fn refused() -> Stage {
    let mut stage = selected();
    stage.push("Select Alex Lee");
    stage.push("Turn on or remind");
    stage.push("Turn on");
    stage
}

#[test]
fn several_are_turned_on_after_a_dry_run_that_names_them() {
    let mut stage = dialog();
    assert!(stage.says("2 people"));
    assert!(stage.says("2 of 2 would be stopped"));
    assert!(stage.says("Ella Smith") && stage.says("Chris Murray"));
    // The start that spares today's clinic.
    assert_eq!(stage.value("Date").as_deref(), Some("16/1/2027"));
    assert_eq!(stage.value("Time").as_deref(), Some("00:00"));
    stage.push("Turn on");
    assert!(stage.says("Two-factor is on for 2 people."));
    assert_eq!(stage.seen().focused().unwrap().node.name, "Turn on");
    stage.push("Done");
    assert!(stage.says("2 people selected"));
    stage.push("Clear");
    assert!(!stage.says("people selected"));
}

/// Oneself cannot be turned on so: said, and the others do not wait for it.
#[test]
fn who_cannot_be_turned_on_so_is_told() {
    let mut stage = refused();
    assert!(stage.says("Two-factor is on for 2 people."));
    assert!(stage.says("1 person was left as they were:"));
    let why = "Alex Lee: Somebody else with full access has to do that for you.";
    assert!(stage.says(why), "{:?}", stage.words());
}

/// More than can be asked for at once: said, and nobody is left out without a word.
#[test]
fn whoever_is_ticked_beyond_the_most_is_said_to_be_left_out() {
    let mut stage = super::paging::crowded(Planned::MOST);
    for page in 1..=7 {
        in_users(&mut stage, users::Message::TickedPage(true));
        assert_eq!(stage.says("No more than 300 people"), page == 7, "{page}");
        in_users(&mut stage, users::Message::Next);
    }
    assert!(stage.says("300 people selected"));
    stage.push("Clear");
    assert!(!stage.says("No more than 300 people"));
}

fn in_users(stage: &mut Stage, message: users::Message) {
    let said = Said::Home(home::Message::Users(message));
    stage.said(Message::Screen(stage.app.shown, said));
    stage.settle();
}

#[test]
fn the_box_in_the_head_ticks_the_page_and_escape_closes_the_dialog() {
    let (mut stage, _) = practice();
    stage.push("Select everyone on this page");
    assert!(stage.says("6 people selected"));
    stage.push("Turn on or remind");
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.says("6 people selected"));
    stage.push("Select everyone on this page");
    assert!(!stage.says("people selected"));
}
