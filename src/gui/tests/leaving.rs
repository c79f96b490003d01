//! Whoever leaves is gone from the window at once, and their session or sign-in with them.

use iced::keyboard::key::Named;

use super::Stage;
use super::lock::{ella, is_home, is_locked, is_sign_in, seen, unlock};
use super::screens::{MANDATORY_NOW, with_rule};
use crate::api::{ChallengeNow, Choices, Error, WhoAmI};
use crate::backend::staged::PASSWORD;
use crate::gui::Screen;
use crate::gui::door::Door;
use crate::gui::watch::Seen;

/// Presses a control; what it asks for is on its way.
fn press(stage: &mut Stage, name: &str) {
    stage.tab_to(name);
    stage.press(Named::Space);
}

fn door(stage: &Stage) -> Door {
    match &stage.app.screen {
        Screen::Home(screen) => screen.door(),
        Screen::Code(screen) => screen.door(),
        Screen::Enrol(screen) => screen.door(),
        _ => panic!("nobody is there"),
    }
}

#[test]
fn signing_out_waits_for_no_answer() {
    let mut stage = ella();
    let door = door(&stage);
    press(&mut stage, "Sign out");
    assert!(is_sign_in(&stage));
    stage.settle();
    let after = stage.block_on(door.call(WhoAmI {}));
    assert_eq!(after.err(), Some(Error::NotSignedIn));
}

#[test]
fn leaving_the_code_waits_for_no_answer() {
    let (mut stage, _) = Stage::at_code();
    let door = door(&stage);
    press(&mut stage, "Sign in as someone else");
    assert!(is_sign_in(&stage));
    stage.settle();
    let after = stage.block_on(door.call(ChallengeNow {}));
    assert_eq!(after.err(), Some(Error::ChallengeEnded));
}

#[test]
fn leaving_a_set_up_that_is_due_waits_for_no_answer() {
    let mut stage = with_rule(MANDATORY_NOW);
    let door = door(&stage);
    press(&mut stage, "Sign out");
    assert!(is_sign_in(&stage));
    stage.settle();
    let after = stage.block_on(door.call(Choices {}));
    assert_eq!(after.err(), Some(Error::NotSignedIn));
}

/// What is being given up is not submitted any more.
#[test]
fn a_set_up_that_is_given_up_is_not_proven_meanwhile() {
    let mut stage = with_rule(MANDATORY_NOW);
    stage.push("Validate");
    press(&mut stage, "Cancel");
    press(&mut stage, "Submit");
    // That it is given up, and what may be chosen now.
    assert_eq!(stage.settle(), 2);
}

/// With the answer comes the token without which nobody can end the session.
#[test]
fn nobody_leaves_the_lock_while_it_opens() {
    for way in ["Sign out", "Switch user"] {
        let mut stage = ella();
        seen(&mut stage, Seen::LockKey);
        stage.type_text(PASSWORD);
        stage.press(Named::Enter);
        press(&mut stage, way);
        assert!(is_locked(&stage), "{way}");
        stage.settle();
        assert!(is_home(&stage), "{way}");
    }
    // A wrong password gives the ways back.
    let mut stage = ella();
    seen(&mut stage, Seen::LockKey);
    unlock(&mut stage, "not it at all");
    press(&mut stage, "Switch user");
    assert!(is_sign_in(&stage));
}
