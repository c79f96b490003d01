//! Authentication preferences of one other person.

use iced::keyboard::Modifiers;
use iced::keyboard::key::Named;

use super::Stage;
use super::delivery::step_up;
use super::screens::users;

/// The dialog of somebody in a practice with somebody in every status.
pub(super) fn manage(name: &str) -> Stage {
    let (mut stage, _) = users();
    open(&mut stage, name);
    stage
}

fn open(stage: &mut Stage, name: &str) {
    stage.push(&format!("Authentication preferences of {name}"));
}

pub(super) fn question() -> Stage {
    let mut stage = manage("Bella Nguyen");
    stage.push("Reset");
    stage
}

pub(super) fn turning_on() -> Stage {
    let mut stage = manage("Ella Smith");
    stage.push("Turn on");
    stage
}

pub(super) fn turned_on() -> Stage {
    let mut stage = turning_on();
    stage.push("Turn on");
    stage
}

fn focused(stage: &mut Stage) -> String {
    let all = stage.seen();
    all.focused().unwrap().node.name.clone()
}

/// Nobody who works now is stopped, unless that is what is chosen.
#[test]
fn one_person_is_turned_on_from_tomorrow_unless_something_else_is_chosen() {
    let mut stage = turning_on();
    assert_eq!(focused(&mut stage), "On a date");
    assert_eq!(stage.value("Date").as_deref(), Some("16/1/2027"));
    assert_eq!(stage.value("Time").as_deref(), Some("00:00"));
    stage.push("Turn on");
    assert!(stage.says("Two-factor is turned on for Ella Smith."));
    let from = "It must be set up from Saturday 16 January 2027, 00:00";
    assert!(stage.says(from), "{:?}", stage.words());
    assert_eq!(focused(&mut stage), "Done");

    let mut stage = turning_on();
    stage.push("From now");
    stage.push("Turn on");
    assert!(stage.says("Two-factor is turned on for Ella Smith."));
    assert!(!stage.says("It must be set up from"));
}

/// What cannot be is said at its field; a step-up goes on with the start that was chosen.
#[test]
fn a_start_is_judged_at_its_field_and_outlasts_a_step_up() {
    let (mut stage, phone) = users();
    open(&mut stage, "Ella Smith");
    stage.push("Turn on");
    for (typed, said) in [
        ("31/2/2027", "That is no day. Enter one as 24/11/2026."),
        ("1/1/2027", "That time has passed."),
    ] {
        stage.tab_to("Date");
        stage.chord("a", Modifiers::COMMAND);
        stage.type_text(typed);
        stage.push("Turn on");
        assert!(stage.says(said), "{typed}: {:?}", stage.words());
        assert_eq!(focused(&mut stage), "Date");
    }
    stage.type_text("20/1/2027");
    stage.practice.advance(6 * 60);
    stage.push("Turn on");
    assert!(stage.says("Confirm it is you"));
    stage.press(Named::Escape);
    stage.settle();
    assert_eq!(stage.value("Date").as_deref(), Some("20/1/2027"));
    stage.push("Turn on");
    let code = stage.practice.code(&phone);
    step_up(&mut stage, Some(&code));
    assert!(stage.says("It must be set up from Wednesday 20 January 2027, 00:00"));
}
