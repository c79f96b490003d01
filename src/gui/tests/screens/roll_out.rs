//! Practice > Roll-out, of a practice that is twelve days old.

use iced::Size;

use crate::api::{Dependency, Error, Outcome, ProveMethod, Secret, SetRule, SignIn};
use crate::backend::staged::{MANAGER, PASSWORD, Staged};
use crate::domain::Role;
use crate::gui::home::{self, roll_out::Message as InRollOut, round};
use crate::gui::tests::Stage;
use crate::gui::tests::screens::messages::second;
use crate::gui::tests::screens::{MANDATORY_NOW, enter_code};
use crate::gui::{Message, Said};
use crate::keychain::Home;

const DAY: i64 = 24 * 3_600;

const STAFF: [(&str, &str); 6] = [
    ("Bella Nguyen", "bella@hills.example"),
    ("Chris Murray", "chris@hills.example"),
    ("Dana Okafor", "dana@hills.example"),
    ("Ella Smith", "ella@hills.example"),
    ("Farid Haddad", "farid@hills.example"),
    ("Grace Park", "grace@hills.example"),
];

pub(crate) fn page() -> Stage {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let phone = stage.block_on(async {
        let phone = practice.enrol(&founder).await;
        practice.set_delivery(&founder).await;
        let mut by = practice.manager(&phone).await;
        for (name, email) in STAFF {
            practice.hire(&by, name, email, Role::Reception).await;
            practice.advance(DAY);
            by = practice.manager(&phone).await;
        }
        let rule = MANDATORY_NOW;
        let set = practice.backend.call(Some(&by), SetRule { rule });
        set.await.unwrap();
        for (_, email) in STAFF.iter().take(4) {
            set_up(practice, email).await;
            practice.advance(DAY);
        }
        phone
    });
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(MANAGER);
    enter_code(&mut stage, &phone);
    stage.push("Roll-out");
    stage
}

/// Somebody signs in and is taken to the set-up.
async fn set_up(practice: &Staged, email: &str) {
    let call = SignIn {
        email: email.into(),
        password: Secret::new(PASSWORD),
        computer: None,
        remembered: None,
    };
    let Ok(Outcome::SetUp(due)) = practice.backend.call(None, call).await else {
        panic!("no set-up was due");
    };
    let (key, phone) = practice.begin_set_up(&due.token).await;
    let call = ProveMethod {
        method: key.method,
        code: Secret::new(practice.code(&phone)),
    };
    let proven = practice.backend.call(Some(&due.token), call).await.unwrap();
    practice.keep_codes(&proven.admitted.unwrap().token).await;
}

pub(super) fn reminded() -> Stage {
    let mut stage = page();
    stage.push("Remind");
    stage
}

pub(super) fn narrow() -> Stage {
    let mut stage = page();
    stage.resize(Size::new(900.0, 600.0));
    stage
}

#[test]
fn the_counts_lead_to_the_people() {
    let mut stage = page();
    assert!(stage.says("2 people are asked to set up two-factor and have not."));
    stage.push("2 Activated");
    assert!(stage.says("Grace Park"));
    assert!(!stage.says("Bella Nguyen"));
}

#[test]
fn a_reminder_tells_how_far_it_has_come() {
    let mut stage = reminded();
    assert!(stage.says("0 of 2 sent."));
    assert!(stage.says("2 to go"));
    stage.push("Cancel the rest");
    assert!(stage.says("2 taken back."));
    stage.push("Remind");
    assert!(stage.says("0 of 2 sent."));
}

/// A message about the round, as the page hears it.
fn heard(stage: &mut Stage, message: round::Message) {
    let said = Said::Home(home::Message::RollOut(InRollOut::Round(message)));
    stage.said(Message::Screen(stage.app.shown, said));
}

/// What is not known for a moment is said until it is known again.
#[test]
fn a_look_that_fails_is_forgotten_once_the_next_goes_well() {
    let mut stage = reminded();
    let what = Dependency::Database;
    heard(
        &mut stage,
        round::Message::Loaded(Err(Error::Unavailable { what })),
    );
    assert!(stage.says("The database does not answer."));
    assert!(stage.says("0 of 2 sent."), "what was known stays");
    second(&mut stage, 1);
    assert!(!stage.says("The database does not answer."));
    assert!(stage.says("0 of 2 sent."));
}

/// Pressed once, it cannot be pressed again before its answer.
#[test]
fn the_rest_is_taken_back_once() {
    let mut stage = reminded();
    heard(&mut stage, round::Message::Cancel);
    heard(&mut stage, round::Message::Cancel);
    assert_eq!(stage.settle(), 1);
    assert!(stage.says("2 taken back."));
}

#[test]
fn the_announcement_says_since_when_and_whom_to_ask() {
    let mut stage = page();
    assert!(stage.says("Everyone must set it up before they can go on."));
    assert!(stage.says("Ask Alex Lee."));
}
