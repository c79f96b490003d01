//! What could not be read, or not be done: said where it belongs, and asked for once more.

use iced::keyboard::key::Named;

use super::Stage;
use super::activity::page as activity;
use super::screens::messages::ELLA;
use super::screens::users;
use crate::api::{
    Counts, Dependency, DryRun, Error, Person, Planned, PracticeRule, RollOutDay, Secret, SignIn,
    WouldStop,
};
use crate::backend::staged::{MANAGER, PASSWORD};
use crate::backend::{Opened, connect};
use crate::domain::Role;
use crate::gui::home::{self, Place, activity as entries, roll_out, users as table};
use crate::gui::live::Event;
use crate::gui::screen::sign_in;
use crate::gui::{Message, Said};
use crate::keychain::Home;

const DOWN: Error = Error::Unavailable {
    what: Dependency::Database,
};

fn in_home(stage: &Stage, message: home::Message) -> Message {
    Message::Screen(stage.app.shown, Said::Home(message))
}

/// The manager, signed in at a server that answers nothing more; and who is in the practice.
fn lost() -> (Stage, Vec<Person>) {
    let mut stage = Stage::new();
    let practice = &stage.practice;
    let (outcome, people) = stage.block_on(async {
        let founder = &practice.founded.admitted.token;
        let backend = &practice.backend;
        practice
            .hire(founder, "Ella Smith", ELLA, Role::Reception)
            .await;
        let sign_in = SignIn {
            email: MANAGER.into(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        let people = practice.people(founder).await.people;
        (backend.call(None, sign_in).await.unwrap(), people)
    });
    // A port of this computer where nobody listens.
    let server = connect(&"127.0.0.1:1".parse().unwrap()).unwrap();
    let opened = Ok(Opened::Ready(server, Home::Keyring));
    stage.said(Message::Opened(stage.app.shown, opened));
    stage.settle();
    let answer = Said::SignIn(sign_in::Message::Answered(Ok(outcome)));
    stage.said(Message::Screen(stage.app.shown, answer));
    stage.settle();
    (stage, people)
}

fn found_again(stage: &mut Stage) -> usize {
    stage.said(Message::Room(Event::Reached(true)));
    stage.settle()
}

fn focused(stage: &mut Stage) -> Option<String> {
    stage.seen().focused().map(|it| it.node.name.clone())
}

/// Fault 10: the banner says that Vestibule keeps trying, and it does.
#[test]
fn every_page_that_has_not_come_is_asked_for_again_by_itself_and_by_its_button() {
    let (mut stage, _) = lost();
    for (page, questions) in [
        ("Users", 1),
        ("My account", 1),
        ("Roll-out", 3),
        ("Settings", 3),
        ("Delivery", 1),
        ("Activity", 1),
    ] {
        stage.push(page);
        assert_eq!(found_again(&mut stage), questions, "{page}");
        stage.tab_to("Try again");
        stage.press(Named::Space);
        assert!(stage.settle() > 0, "{page}");
        assert!(stage.says("Try again"), "{page}");
    }
}

#[test]
fn a_dialog_that_has_not_come_is_asked_for_again_with_its_page() {
    let (mut stage, people) = lost();
    for person in people {
        let open = home::Message::Users(table::Message::Open(Box::new(person)));
        stage.said(in_home(&stage, open));
        stage.settle();
        assert_eq!(found_again(&mut stage), 2);
        // What lies behind is out of reach.
        stage.tab_to("Try again");
        stage.press(Named::Space);
        assert_eq!(stage.settle(), 1);
        assert!(stage.says("Try again"));
        stage.press(Named::Escape);
        stage.settle();
    }
}

/// Without what is in force there is no form, and the focus is not pulled there.
#[test]
fn limits_that_have_not_come_are_no_empty_form() {
    let (mut stage, _) = lost();
    stage.push("Settings");
    assert_eq!(stage.value("Lock after (minutes)"), None);
    assert!(!stage.says("Tell people of a sign-in on a new computer"));
    assert_eq!(focused(&mut stage).as_deref(), Some("Settings"));
}

/// The roll-out of a practice whose figures have come, and nothing else yet.
fn figures() -> Stage {
    let (mut stage, _) = users();
    // What else it asks for is never answered.
    let go = in_home(&stage, home::Message::Go(Place::RollOut));
    drop(stage.app.update(go));
    let counts = Counts {
        enabled: 6,
        ..Counts::default()
    };
    let date = "2027-01-15".parse().unwrap();
    heard(
        &mut stage,
        roll_out::Message::Loaded(Ok(vec![RollOutDay { date, counts }])),
    );
    stage
}

fn heard(stage: &mut Stage, message: roll_out::Message) {
    let message = in_home(stage, home::Message::RollOut(message));
    stage.said(message);
    stage.settle();
}

#[test]
fn the_roll_out_says_nobody_and_announces_only_what_it_knows() {
    const NOBODY: &str = "Nobody. Everyone is Enabled.";
    const ASKED: &str = "Please set it up when Vestibule asks you";
    let mut stage = figures();
    assert!(
        !stage.says(NOBODY) && !stage.says(ASKED),
        "{:?}",
        stage.words()
    );
    assert!(!stage.says("Copy") && !stage.says("Try again"));
    heard(&mut stage, roll_out::Message::MustAct(Err(DOWN)));
    heard(&mut stage, roll_out::Message::Rule(Box::new(Err(DOWN))));
    // That the figures have come again says nothing of the others.
    heard(&mut stage, roll_out::Message::Loaded(Ok(Vec::new())));
    let faults = |stage: &mut Stage| {
        let words = stage.words();
        words.iter().filter(|words| *words == "Try again").count()
    };
    assert!(!stage.says(NOBODY) && !stage.says(ASKED));
    let both = faults(&mut stage);
    let token = stage.app.screen.session().unwrap().door.token();
    let backend = stage.practice.backend.clone();
    let (of, after) = (Planned::Mandatory, None);
    let dry_run = stage.block_on(backend.call(token.as_ref(), DryRun { of, after }));
    let nobody = dry_run.map(|would_stop| WouldStop {
        must_act: 0,
        ..would_stop
    });
    heard(&mut stage, roll_out::Message::MustAct(nobody));
    assert!(stage.says(NOBODY), "{:?}", stage.words());
    assert_eq!(faults(&mut stage) * 2, both);
    let rule = stage.block_on(backend.call(token.as_ref(), PracticeRule {}));
    heard(&mut stage, roll_out::Message::Rule(Box::new(rule)));
    assert!(stage.says(ASKED) && stage.says("Copy"));
    assert_eq!(faults(&mut stage), 0);
}

/// What failed is what is done again; that the table has come does not make it done.
#[test]
fn a_check_that_failed_is_made_again_and_not_forgotten() {
    let (mut stage, _) = activity();
    for failed in [
        entries::Message::Checked(Err(DOWN)),
        entries::Message::Part(Err(DOWN)),
    ] {
        let failed = in_home(&stage, home::Message::Activity(failed));
        stage.said(failed);
        stage.push("Failures");
        assert!(stage.says("The database does not answer."));
        assert_eq!(found_again(&mut stage), 0, "nobody asked for it");
    }
    // By itself: the other would write a file.
    let (mut stage, _) = activity();
    let failed = entries::Message::Checked(Err(DOWN));
    let failed = in_home(&stage, home::Message::Activity(failed));
    stage.said(failed);
    stage.push("Try again");
    assert!(stage.says("sealed entries are unchanged."));
    assert!(!stage.says("The database does not answer."));
    // The button that was pressed is gone, and the focus is not.
    assert_eq!(focused(&mut stage).as_deref(), Some("Search name or email"));
}
