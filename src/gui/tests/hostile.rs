//! What a server that is broken, or in other hands, can do to the window: nothing (attack 98).

use iced::{Rectangle, Size};

use super::Stage;
use super::screens::{messages, users};
use crate::api::{ChallengeNow, People, PeoplePage, Secret, SignIn};
use crate::backend::staged::{MANAGER, PASSWORD, error_of_hostile, of_hostile};
use crate::domain::tamed;
use crate::gui::home::{self, users as table};
use crate::gui::screen::{code, sign_in};
use crate::gui::theme::Theme;
use crate::gui::widget::Role;
use crate::gui::{Message, Said, Screen};

const WINDOW: Size = Size::new(900.0, 600.0);

/// Longer than anything that is told of somebody in one sentence.
const LONGEST_SENTENCE: usize = 400;

fn texts() -> Vec<String> {
    vec![
        "W".repeat(1_000_000),
        "Kim ".repeat(1_000),
        "\u{fdfd}".repeat(300),
        "e\u{301}\u{302}\u{303}".repeat(300),
        "\u{202e}eeL xelA\u{202c}".to_owned(),
        "\u{2066}\u{200f}Kim\u{2069}\u{200b}\u{feff}".to_owned(),
        "\u{1b}[2J\u{1b}]0;Signed in as Kim\u{7}\u{9b}31m".to_owned(),
        "Kim\r\n\r\nSign out\t\u{2028}\0".to_owned(),
        String::new(),
        // What is no text: the first and the last time, and more people than there are.
        "-009999-01-02T01:59:59Z".to_owned(),
        "9999-12-30T22:00:00Z".to_owned(),
        u64::MAX.to_string(),
        u32::MAX.to_string(),
    ]
}

/// Looks at the window with these texts in it: everything that can be pressed lies in it from side to
/// side, these from top to bottom, and no word turns, hides or breaks what stands beside it.
fn is_whole(stage: &mut Stage, text: &str, controls: &[&str]) {
    let about: String = text.chars().take(20).collect();
    for words in stage.words() {
        assert!(text.is_empty() || tamed(text, 80).is_none() || !words.contains(text));
        // A letter that is shown has lines of its own.
        for line in words.split('\n') {
            assert_eq!(tamed(line, LONGEST_SENTENCE), None, "{about:?}: {line}");
        }
    }
    let window = Rectangle::with_size(WINDOW);
    let found = stage.seen().found;
    for it in found.iter().filter(|it| it.node.stop) {
        let Rectangle { x, width, .. } = it.bounds;
        let name = &it.node.name;
        assert!(0.0 <= x && x + width <= WINDOW.width, "{about:?}: {name}");
    }
    for name in controls {
        let mut named = found.iter().filter(|it| it.node.name == *name);
        let at = named.find(|it| it.node.stop).map(|it| it.bounds);
        let whole = at.is_some_and(|at| at.is_within(&window));
        assert!(whole, "{about:?}: {name} lies at {at:?}");
    }
    // Nor does drawing it fail.
    stage.picture(Theme::Light);
}

fn in_users(stage: &mut Stage, message: table::Message) {
    let said = Said::Home(home::Message::Users(message));
    stage.said(Message::Screen(stage.app.shown, said));
    stage.settle();
}

/// The manager's session of a server that says this for every name.
fn home(text: &str) -> Stage {
    let mut stage = Stage::opened();
    stage.resize(WINDOW);
    let call = SignIn {
        email: MANAGER.into(),
        password: Secret::new(PASSWORD),
        computer: None,
        remembered: None,
    };
    let outcome = stage.block_on(stage.practice.backend.call(None, call));
    let outcome = of_hostile::<SignIn>(&outcome.unwrap(), text);
    let said = Said::SignIn(sign_in::Message::Answered(Ok(outcome)));
    stage.said(Message::Screen(stage.app.shown, said));
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::Home(_)));
    stage
}

#[test]
fn no_name_bends_a_row_of_the_users_table_or_takes_its_cog_away() {
    let (mut stage, phone) = users();
    stage.resize(WINDOW);
    let page: PeoplePage = stage.block_on(async {
        stage.practice.advance(60);
        let token = stage.practice.manager(&phone).await;
        stage.practice.people(&token).await
    });
    let honest = rows(&mut stage);
    assert_eq!(honest.len(), page.people.len());
    for text in texts() {
        let page = of_hostile::<People>(&page, &text);
        let first = page.people[0].clone();
        // Whichever question the page waits for.
        for asked in 0..30 {
            in_users(&mut stage, table::Message::Loaded(asked, Ok(page.clone())));
        }
        assert!(!stage.says("Ella Smith"));
        assert_eq!(rows(&mut stage), honest);
        is_whole(&mut stage, &text, &["Add a person", "Lock", "Sign out"]);
        in_users(&mut stage, table::Message::Open(Box::new(first)));
        is_whole(&mut stage, &text, &["Close"]);
        in_users(&mut stage, table::Message::TryAgain);
        stage.press(iced::keyboard::key::Named::Escape);
        stage.settle();
    }
}

/// Where the rows of the table begin, how wide and how high they are.
fn rows(stage: &mut Stage) -> Vec<(f32, f32, f32)> {
    let found = stage.seen().found.into_iter();
    let rows = found.filter(|it| it.node.role == Role::Row);
    rows.map(|it| (it.bounds.x, it.bounds.width, it.bounds.height))
        .collect()
}

#[test]
fn no_name_takes_the_way_out_from_the_corner_or_the_lock() {
    for text in texts() {
        let mut stage = home(&text);
        is_whole(&mut stage, &text, &["Lock", "Sign out"]);
        for place in ["My account", "Settings", "Delivery", "Activity", "Roll-out"] {
            stage.push(place);
            is_whole(&mut stage, &text, &["Lock", "Sign out"]);
        }
        stage.push("Lock");
        assert!(matches!(stage.app.screen, Screen::Lock(_)));
        is_whole(&mut stage, &text, &["Password", "Unlock", "Sign out"]);
        stage.push("Switch user");
        is_whole(&mut stage, &text, &["Email", "Login"]);
    }
}

#[test]
fn no_hint_takes_the_field_of_a_code_away() {
    let mut stage = messages::code_sms();
    stage.resize(WINDOW);
    let Screen::Code(screen) = &stage.app.screen else {
        panic!("no code is asked for");
    };
    let asked = stage.block_on(screen.door().call(ChallengeNow {}));
    let challenge = asked.unwrap();
    for text in texts() {
        let challenge = of_hostile::<ChallengeNow>(&challenge, &text);
        let said = Said::Code(code::Message::Now(Ok(challenge)));
        stage.said(Message::Screen(stage.app.shown, said));
        stage.settle();
        is_whole(&mut stage, &text, &["Verification code", "Submit"]);
    }
}

#[test]
fn no_error_takes_the_form_away() {
    for text in texts() {
        let mut stage = Stage::opened();
        stage.resize(WINDOW);
        let error = error_of_hostile(&text);
        let said = Said::SignIn(sign_in::Message::Answered(Err(error)));
        stage.said(Message::Screen(stage.app.shown, said));
        stage.settle();
        assert!(stage.alert().is_some());
        is_whole(&mut stage, &text, &["Email", "Password", "Login"]);
    }
}
