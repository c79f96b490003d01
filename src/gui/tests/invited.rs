//! Invitations that are sent to the person's own address, where the practice has mail.

use super::Stage;
use super::delivery::pages::set;
use super::screens::import::{read, read_with_mail};
use super::screens::people::{add_person, add_with_mail, invitation_sent};

const SEND: &str = "Also send the invitation to this address by email";
const SEND_ALL: &str = "Also send each invitation to its address by email";

/// Whether a code is shown to be handed over.
fn shows_a_code(stage: &mut Stage) -> bool {
    let code = |words: &String| words.len() == 14 && words.matches('-').count() == 2;
    stage.words().iter().any(code)
}

#[test]
fn a_practice_without_mail_is_not_asked() {
    let mut stage = add_person();
    assert!(!stage.says(SEND));
    let (mut stage, _) = read();
    assert!(!stage.says(SEND_ALL));
}

#[test]
fn it_is_sent_when_it_is_ticked_and_shown_as_well() {
    let mut stage = invitation_sent();
    assert!(stage.says("The code is on its way by email too."));
    assert!(shows_a_code(&mut stage));
}

#[test]
fn it_is_handed_over_unless_it_is_ticked() {
    let mut stage = add_with_mail();
    stage.push("Add");
    assert!(shows_a_code(&mut stage));
    assert!(!stage.says("by email too"));
}

#[test]
fn a_new_invitation_is_handed_over_or_sent() {
    let (mut stage, _) = set();
    stage.push("Users");
    stage.push("Authentication preferences of Farid Haddad");
    stage.push("New invitation");
    assert!(shows_a_code(&mut stage));
    assert!(!stage.says("by email too"));
    stage.push("Send by email");
    assert!(shows_a_code(&mut stage));
    assert!(stage.says("The code is on its way by email too."));
}

#[test]
fn a_list_is_sent_when_it_is_ticked() {
    let mut stage = read_with_mail();
    stage.push(SEND_ALL);
    stage.push("Add 2 people");
    assert!(stage.says("2 people were added."));
    assert!(stage.says("2 invitations are on their way by email."));
    let mut stage = read_with_mail();
    stage.push("Add 2 people");
    assert!(stage.says("2 people were added."));
    assert!(!stage.says("on their way by email"));
}
