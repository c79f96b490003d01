//! Somebody in two practices: the place that is accepted, and going from one to the other.

use iced::keyboard::key::Named;

use super::Stage;
use super::lock::{is_locked, is_sign_in, unlock};
use super::screens::messages::ELLA;
use super::screens::practices::{accepted, offer, switch};
use crate::backend::staged::PASSWORD;
use crate::gui::Message;
use crate::gui::live::Event;
use crate::gui::watch::Seen;

fn focused(stage: &mut Stage) -> String {
    let all = stage.seen();
    all.focused().unwrap().node.name.clone()
}

#[test]
fn a_place_is_accepted_with_the_code_and_a_wrong_one_stays_in_its_field() {
    let (mut stage, code) = offer();
    assert!(stage.says("Vale Clinic offers you a place with the role Full access."));
    stage.tab_to("Invitation code");
    for wrong in ["ABCD", "ABCD-EFGH-JKMN"] {
        stage.type_text(wrong);
        stage.press(Named::Enter);
        stage.settle();
        assert_eq!(stage.value("Invitation code").as_deref(), Some(wrong));
        assert_eq!(focused(&mut stage), "Invitation code");
        for _ in 0..wrong.len() {
            stage.press(Named::Backspace);
        }
    }
    assert!(stage.says("That code does not work."));
    stage.type_text(code.expose());
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("The place is yours."));
    assert!(!stage.says("offers you a place"));
    assert_eq!(focused(&mut stage), "Authentication preferences");
}

/// The place waits behind a step-up, and the code that was typed is not typed again.
#[test]
fn a_step_up_goes_on_with_the_place() {
    let (mut stage, code) = offer();
    stage.practice.advance(6 * 60);
    stage.tab_to("Invitation code");
    stage.type_text(code.expose());
    stage.press(Named::Enter);
    stage.settle();
    super::delivery::step_up(&mut stage, None);
    assert!(stage.says("The place is yours."));
}

#[test]
fn one_goes_on_in_the_other_practice_and_back() {
    let mut stage = switch();
    assert!(stage.says("You are here"));
    assert_eq!(focused(&mut stage), "Go there");
    stage.press(Named::Escape);
    stage.settle();
    assert!(!stage.says("You are here"));
    assert_eq!(focused(&mut stage), "Hills Clinic");
    stage.press(Named::Space);
    stage.settle();
    stage.press(Named::Space);
    stage.settle();
    // Full access there, and its table.
    assert!(stage.says("Vale Clinic") && stage.says("Roll-out") && stage.says("Add a person"));
    assert!(!stage.says("You are here"));
    let kept = stage.block_on(stage.app.room.kept.people()).unwrap();
    let token = stage.block_on(stage.app.room.kept.session(&kept[0].user));
    let call = crate::api::WhoAmI {};
    let me = stage
        .practice
        .backend
        .call(token.as_ref().ok().and_then(Option::as_ref), call);
    assert_eq!(stage.block_on(me).unwrap().practice_name, "Vale Clinic");
    stage.push("Vale Clinic");
    stage.push("Go there");
    assert!(stage.says("Hills Clinic") && !stage.says("Roll-out"));
}

#[test]
fn whoever_has_one_practice_is_offered_no_other() {
    let (mut stage, _) = offer();
    let all = stage.seen();
    assert!(
        !all.found
            .iter()
            .any(|found| found.node.name == "Hills Clinic")
    );
    let mut stage = accepted();
    let all = stage.seen();
    assert!(
        all.found
            .iter()
            .any(|found| found.node.name == "Hills Clinic")
    );
}

/// Locked before the answer came: nothing of the other practice comes to the window, and since the
/// session went on without it, whoever is there signs in again.
#[test]
fn a_lock_gives_up_a_switch_that_is_under_way() {
    let mut stage = switch();
    stage.press(Named::Space);
    stage.said(Message::Room(Event::Seen(Seen::LockKey)));
    assert!(is_locked(&stage));
    stage.settle();
    assert!(!stage.says("Vale Clinic"));
    unlock(&mut stage, PASSWORD);
    assert!(is_sign_in(&stage));
    stage.sign_in(ELLA);
    assert!(stage.says("Hills Clinic") && !stage.says("You are here"));
}
