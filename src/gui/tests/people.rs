//! People who come and go, and those who forgot their password.

use iced::keyboard::key::Named;

use super::Stage;
use super::delivery::step_up;
use super::screens::messages::ELLA;
use super::screens::people::{
    account, away, code, days, forgot, form, managed_away, new_email, table,
};
use super::screens::users;
use crate::gui::Screen;

fn enter(stage: &mut Stage, text: &str) {
    stage.type_text(text);
    stage.press(Named::Enter);
    stage.settle();
}

fn focused(stage: &mut Stage) -> String {
    let all = stage.seen();
    all.focused().unwrap().node.name.clone()
}

#[test]
fn a_name_is_corrected_in_place_and_what_was_typed_wrong_stays() {
    let mut stage = form("Correct the name");
    assert_eq!(stage.value("Name").as_deref(), Some("Ella Smith"));
    for _ in 0.."Ella Smith".len() {
        stage.press(Named::Backspace);
    }
    enter(&mut stage, " ");
    assert_eq!(stage.value("Name").as_deref(), Some(" "));
    assert_eq!(focused(&mut stage), "Name");
    stage.press(Named::Backspace);
    enter(&mut stage, "Ella Smythe");
    assert!(stage.says("The name is corrected."));
    assert!(stage.says("Ella Smythe · Reception"));
    assert_eq!(focused(&mut stage), "Back");
}

#[test]
fn a_role_is_given_and_stands_in_the_dialog_and_the_table() {
    let mut stage = form("Change the role");
    stage.push("Practitioner");
    stage.push("Save");
    assert!(stage.says("Ella Smith now has the role Practitioner."));
    assert!(stage.says("Ella Smith · Practitioner"));
}

#[test]
fn days_are_judged_at_their_field_and_stand_in_the_table() {
    let mut stage = form("Set the dates");
    days(&mut stage, "1/12/2090", "30/11/2090");
    assert!(stage.says("The last day lies before the first."));
    assert_eq!(stage.value("First day").as_deref(), Some("1/12/2090"));
    assert_eq!(focused(&mut stage), "Last day");
    stage.press(Named::Escape);
    stage.settle();
    stage.push("Set the dates");
    days(&mut stage, "", "30/11/2090");
    assert!(stage.says("until 30 Nov 2090"));
    stage.push("Back");
    stage.push("Done");
    assert!(stage.says("until 30 Nov 2090"));
    // What was set is there to be changed.
    stage.push("Authentication preferences of Ella Smith");
    stage.push("Open");
    stage.push("Set the dates");
    assert_eq!(stage.value("Last day").as_deref(), Some("30/11/2090"));
}

#[test]
fn escape_leads_back_one_step_at_a_time() {
    let mut stage = form("Deactivate");
    assert_eq!(focused(&mut stage), "Reason");
    for says in ["Access", "Current status", "Former and future staff"] {
        stage.press(Named::Escape);
        stage.settle();
        assert!(stage.says(says), "{says}: {:?}", stage.words());
    }
}

#[test]
fn a_deactivated_person_is_found_and_comes_back() {
    let mut stage = away();
    assert!(stage.says("Ella Smith") && !stage.says("Bella Nguyen"));
    assert!(stage.says("left 1"));
    stage.push("Show everyone");
    assert!(!stage.says("Ella Smith") && stage.says("Bella Nguyen"));
    let mut stage = managed_away();
    // Of somebody who is not there nothing but the account is shown.
    assert!(!stage.says("Current status"));
    stage.push("Give access back");
    assert!(stage.says("Ella Smith can sign in here again."));
    stage.push("Back");
    stage.push("Done");
    assert!(stage.says("Everybody is active."));
    stage.push("Show everyone");
    assert!(stage.says("Ella Smith"));
}

#[test]
fn a_reason_is_needed_and_a_step_up_goes_on_where_it_was() {
    let (mut stage, phone) = users();
    stage.push("Authentication preferences of Ella Smith");
    stage.push("Open");
    stage.push("Deactivate");
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("Deactivate Ella Smith?"));
    assert_eq!(focused(&mut stage), "Reason");
    stage.practice.advance(6 * 60);
    enter(&mut stage, "has left the practice");
    assert!(stage.says("Confirm it is you"));
    // It is given up, and nothing that was typed is lost.
    stage.press(Named::Escape);
    stage.settle();
    assert_eq!(
        stage.value("Reason").as_deref(),
        Some("has left the practice")
    );
    // Asked again, it is given, and what was asked for is done without another press.
    stage.tab_to("Deactivate");
    stage.press(Named::Space);
    stage.settle();
    let code = stage.practice.code(&phone);
    step_up(&mut stage, Some(&code));
    assert!(stage.says("Ella Smith is deactivated and signed out here."));
    assert_eq!(focused(&mut stage), "Back");
}

/// Asked for in one person's dialog and answered in the next one's: no code is shown of another.
#[test]
fn an_answer_that_comes_late_is_told_to_nobody_else() {
    let mut stage = table();
    stage.push("Authentication preferences of Farid Haddad");
    stage.tab_to("New invitation");
    stage.press(Named::Space);
    stage.press(Named::Escape);
    stage.tab_to("Authentication preferences of Ella Smith");
    stage.press(Named::Space);
    stage.settle();
    assert!(stage.says("Ella Smith · Reception"));
    let codes = |words: &String| words.len() == 14 && words.matches('-').count() == 2;
    assert!(!stage.words().iter().any(codes), "{:?}", stage.words());
}

/// While somebody is being added the dialog stays: their code would be shown to nobody.
#[test]
fn a_person_who_is_being_added_is_waited_for() {
    let mut stage = table();
    stage.push("Add a person");
    stage.type_text("Grace Park");
    stage.press(Named::Tab);
    stage.type_text("grace@hills.example");
    stage.press(Named::Enter);
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.says("Give this code to Grace Park"));
    stage.press(Named::Escape);
    stage.settle();
    assert!(!stage.says("Give this code to Grace Park"));
}

#[test]
fn that_somebody_is_stopped_is_said_under_the_badge() {
    let mut stage = super::screens::stopped::table();
    assert!(stage.says("Stopped"), "{:?}", stage.words());
    stage.push("Authentication preferences of Bella Nguyen");
    stage.push("Allow tries again");
    enter(&mut stage, "mistyped all week");
    stage.push("Done");
    assert!(!stage.says("Stopped"), "{:?}", stage.words());
}

/// The own cog opens the own preferences: nobody resets or puts out themself this way.
#[test]
fn ones_own_dialog_has_no_act_for_other_people() {
    let mut stage = table();
    stage.push("Authentication preferences of Alex Lee");
    assert!(stage.says("New phone"));
    for act in ["Reset", "Account", "End all", "Open", "Deactivate"] {
        assert!(!stage.words().iter().any(|words| words == act), "{act}");
    }
}

/// Who has the only full access that is Enabled can be neither reset, demoted nor put out, and no
/// button says otherwise.
#[test]
fn the_last_who_is_enabled_has_no_dead_button() {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    stage.block_on(async {
        let email = "bo@hills.example";
        let role = crate::domain::Role::FullAccess;
        let bo = practice.hire(&founder, "Bo Park", email, role).await;
        practice.enrol(&bo).await;
    });
    let mut stage = stage.open(crate::keychain::Home::Keyring);
    stage.sign_in(crate::backend::staged::MANAGER);
    stage.push("Authentication preferences of Bo Park");
    let about = "The last person with full access whose two-factor is Enabled cannot be reset.";
    assert!(stage.says(about), "{:?}", stage.words());
    let is_button = |stage: &mut Stage, name: &str| {
        let all = stage.seen().found;
        all.iter()
            .any(|found| found.node.stop && found.node.name == name)
    };
    assert!(!is_button(&mut stage, "Reset"));
    stage.push("Open");
    assert!(stage.says("The last person with full access, or the last whose two-factor"));
    assert!(is_button(&mut stage, "Correct the name"));
    for act in ["Change the role", "Deactivate"] {
        assert!(!is_button(&mut stage, act), "{act}");
    }
}

/// The code that is made at one desk chooses the password at another.
#[test]
fn a_handed_over_code_leads_back_to_the_sign_in() {
    let mut stage = code();
    assert!(stage.says("Give this code to Ella Smith"));
    let made = stage
        .words()
        .into_iter()
        .find(|words| words.len() == 14 && words.matches('-').count() == 2)
        .unwrap();
    for back in ["Back", "Back", "Done"] {
        stage.push(back);
    }
    stage.push("Sign out");
    stage.push("Forgot your password?");
    assert!(stage.says("Ask someone with full access for a code"));
    stage.tab_to("Code you were given");
    stage.type_text(&made.to_lowercase());
    stage.press(Named::Tab);
    enter(&mut stage, "a quiet harbour at noon");
    assert!(matches!(stage.app.screen, Screen::SignIn(_)));
    assert!(stage.says("Your new password is set."));
}

#[test]
fn a_letter_is_asked_for_and_its_code_is_typed_below() {
    let mut stage = forgot();
    assert!(stage.says("If this is the proven address of an account here"));
    assert_eq!(focused(&mut stage), "Code you were given");
    assert_eq!(stage.value("Email").as_deref(), Some(ELLA));
    stage.tab_to("Email");
    stage.type_text("@");
    stage.press(Named::Enter);
    stage.settle();
    assert!(!stage.says("is on its way"));
    assert_eq!(focused(&mut stage), "Email");
}

#[test]
fn the_account_is_one_row_of_the_dialog() {
    let mut stage = account();
    for words in ["Name", "Role", "Dates", "Forgotten password", "Access"] {
        assert!(stage.says(words), "{words}");
    }
}

/// The code from the new mailbox, and the window knows the person by the new address.
#[test]
fn ones_own_address_is_changed_by_a_code_from_the_new_mailbox() {
    let mut stage = new_email();
    assert!(stage.says("ella@vale.example waits for the code that is sent to it."));
    assert!(stage.says("sent by email to e•••@v•••"));
    enter(&mut stage, "000 000");
    assert!(stage.alert().unwrap().contains("not right"));
    let code = stage.block_on(stage.practice.newest_code());
    enter(&mut stage, &code);
    assert!(stage.says("Proven on"));
    assert!(stage.says("ella@vale.example") && !stage.says(ELLA));
    assert_eq!(focused(&mut stage), "New email");
    let kept = stage.block_on(stage.app.room.kept.people());
    assert!(
        kept.unwrap()
            .iter()
            .any(|known| known.email == "ella@vale.example")
    );
}

#[test]
fn a_new_address_can_be_given_up_and_a_poor_one_stays_in_its_field() {
    let mut stage = new_email();
    stage.push("Keep the old one");
    enter(&mut stage, "ella");
    assert_eq!(stage.value("New email").as_deref(), Some("ella"));
    assert_eq!(focused(&mut stage), "New email");
}

#[test]
fn anothers_address_is_asked_for_with_a_reason() {
    let mut stage = account();
    stage.push("Change the email");
    enter(&mut stage, "ella@vale.example");
    assert_eq!(focused(&mut stage), "Reason");
    enter(&mut stage, "has a new mailbox");
    assert!(stage.says("ella@vale.example waits for Ella Smith"));
    assert!(stage.says(ELLA), "the old one stands");
}
