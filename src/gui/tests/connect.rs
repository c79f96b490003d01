//! *Connect to a server*, and what is said while it does not answer.

use iced::keyboard::key::Named;

use super::Stage;
use super::screens::first_run;
use super::screens::trouble::trouble;
use crate::api::{CertificateFault, Unreached};
use crate::backend::staged::{MANAGER, PASSWORD};
use crate::backend::{NotAnAddress, OpenFault, ServerAddress};
use crate::gui::live::Event;
use crate::gui::screen::{connect, sign_in};
use crate::gui::{App, Message, Said, Screen};
use crate::keychain::Home;
use crate::settings::{Files, NotSettings, SetBy, Settings};

/// At the form, from the first run.
pub(super) fn form() -> Stage {
    let mut stage = first_run::first_run();
    stage.push("Connect to a server");
    stage
}

/// What was typed was refused.
pub(super) fn refused(typed: &str) -> Stage {
    let mut stage = form();
    stage.type_text(typed);
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// What a server's certificate was refused for.
pub(super) fn not_trusted() -> Stage {
    let mut stage = form();
    stage.type_text("sign-in.hills.example");
    answered(
        &mut stage,
        Unreached::Certificate {
            fault: CertificateFault::UnknownIssuer,
        },
    );
    stage
}

/// A person's server is about to be forgotten.
pub(super) fn alone() -> Stage {
    let mut stage = with_server(SetBy::Person);
    stage.push("Connect to a server");
    stage.push("Use this computer alone");
    stage
}

/// The settings have a mistake in them, so that it is not known what is to be opened.
pub(super) fn damaged() -> Stage {
    let mut stage = Stage::new();
    let fault = NotSettings::Key {
        path: "/home/alex/.config/vestibule/settings.toml".into(),
        line: 1,
        what: "unknown field `sever`, expected `server`".into(),
    };
    stage.run(|app| app.trouble(fault.into()));
    stage
}

/// At the sign-in, as of a server that was set by these.
fn with_server(by: SetBy) -> Stage {
    let mut stage = Stage::opened();
    let address: ServerAddress = "hills.example".parse().unwrap();
    stage.app.settings.server = Some((address, by));
    stage
}

fn is_sign_in(stage: &Stage) -> bool {
    matches!(stage.app.screen, Screen::SignIn(_))
}

/// The server of a sign-in does not answer.
pub(super) fn lost() -> Stage {
    let mut stage = Stage::opened();
    stage.type_text("alex@hills.example");
    stage.said(Message::Room(Event::Reached(false)));
    stage
}

fn answered(stage: &mut Stage, why: Unreached) {
    let refused = connect::Refused::Call(why.into());
    let said = Said::Connect(connect::Message::Answered(Err(refused)));
    let shown = stage.app.shown;
    stage.said(Message::Screen(shown, said));
    stage.settle();
}

fn focused(stage: &mut Stage) -> String {
    let all = stage.seen();
    all.focused()
        .map_or_else(String::new, |at| at.node.name.clone())
}

#[test]
fn what_is_no_address_is_said_and_stays() {
    for (typed, fault, sentence) in [
        (
            "http://hills.example",
            NotAnAddress::NotEncrypted,
            "Only https:// is taken",
        ),
        (
            "hills example",
            NotAnAddress::NotUnderstood,
            "That is not the address of a server.",
        ),
        (
            "hills.example/sign-in",
            NotAnAddress::TooMuch,
            "Type the name of the server alone",
        ),
    ] {
        assert_eq!(typed.parse::<ServerAddress>(), Err(fault));
        let mut stage = refused(typed);
        assert!(stage.says(sentence), "{typed}");
        assert_eq!(stage.value("Address of the server").as_deref(), Some(typed));
        assert_eq!(focused(&mut stage), "Address of the server");
    }
}

/// Attack 79: each cause in plain words, and no way round it.
#[test]
fn why_a_server_is_not_spoken_to_is_said() {
    let certificate = |fault| Unreached::Certificate { fault };
    for (why, sentence) in [
        (Unreached::NoAnswer, "No server answers at that address."),
        (
            certificate(CertificateFault::UnknownIssuer),
            "does not trust the certificate",
        ),
        (
            certificate(CertificateFault::OtherName),
            "is another server’s",
        ),
        (certificate(CertificateFault::Expired), "has expired"),
        (certificate(CertificateFault::NotYet), "is not valid yet"),
        (certificate(CertificateFault::Revoked), "was withdrawn"),
        (certificate(CertificateFault::Signature), "does not accept"),
        (certificate(CertificateFault::Other), "cannot be trusted"),
        (Unreached::NotEncrypted, "does not encrypt"),
        (Unreached::NotVestibule, "There is no Vestibule server"),
        (
            Unreached::AppTooOld,
            "Please update Vestibule on this computer",
        ),
        (Unreached::ServerTooOld, "newer than the server"),
        (Unreached::NoTrust, "cannot be read"),
    ] {
        let mut stage = form();
        stage.type_text("hills.example");
        answered(&mut stage, why);
        assert!(stage.says(sentence), "{why:?}");
        assert!(!stage.says("anyway"));
        assert_eq!(
            stage.value("Address of the server").as_deref(),
            Some("hills.example")
        );
    }
}

/// What whoever looks after the computer has set is nobody else's to change.
#[test]
fn where_the_server_is_managed_no_other_is_offered() {
    let mut stage = Stage::new();
    let files = Files {
        managed: stage.practice.path("managed.toml"),
        own: stage.practice.path("settings.toml"),
    };
    std::fs::write(&files.managed, "server = \"https://hills.example\"").unwrap();
    let mut settings = Settings::of(files);
    settings.read().unwrap();
    stage.app.settings = settings;
    let mut stage = stage.open(Home::Keyring);
    assert!(stage.says("I have an invitation"));
    assert!(!stage.says("Connect to a server"));
    assert!(Stage::opened().says("Connect to a server"));
}

#[test]
fn there_is_a_way_back_to_what_was_typed() {
    for back in ["Escape", "Back"] {
        let mut stage = Stage::opened();
        stage.type_text("ella@hills.example");
        stage.push("Connect to a server");
        stage.type_text("hills.example");
        match back {
            "Escape" => stage.press(Named::Escape),
            name => stage.push(name),
        }
        stage.settle();
        assert!(is_sign_in(&stage), "{back}");
        assert_eq!(stage.value("Email").as_deref(), Some("ella@hills.example"));
        assert_eq!(focused(&mut stage), "Connect to a server");
    }
    let mut stage = form();
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.app.title().starts_with("Set up your practice"));
    assert_eq!(focused(&mut stage), "Connect to a server");
}

/// Nobody leaves a sign-in that is on its way: its answer would find nobody.
#[test]
fn another_server_is_not_chosen_while_somebody_signs_in() {
    let mut stage = Stage::opened();
    stage.type_text(MANAGER);
    stage.press(Named::Tab);
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.tab_to("Connect to a server");
    stage.press(Named::Space);
    assert!(is_sign_in(&stage));
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::Home(_)));

    let mut stage = first_run::first_run();
    stage.press(Named::Enter);
    stage.tab_to("Connect to a server");
    stage.press(Named::Space);
    assert!(matches!(stage.app.screen, Screen::FirstRun(_)));
    // To make a practice would ask for the keyring.
    stage.lose();
}

/// Its address may be known to nobody who is there.
#[test]
fn a_server_is_not_forgotten_by_one_press() {
    let mut stage = alone();
    assert!(stage.says("Stop using https://hills.example"));
    assert_eq!(focused(&mut stage), "Cancel");
    stage.press(Named::Escape);
    assert!(stage.says("Address of the server"));
    assert!(!stage.says("Stop using"));
    assert!(stage.app.settings.server.is_some());

    stage.push("Use this computer alone");
    let numbers = stage.app.shown;
    stage.tab_to("Use this computer alone");
    stage.press(Named::Space);
    assert_eq!(stage.app.settings.server, None);
    assert!(matches!(stage.app.screen, Screen::Opening));
    // A late answer to an earlier screen stays one.
    assert!(stage.app.shown > numbers);

    // What was said for this time alone is in no file.
    let mut stage = with_server(SetBy::Argument);
    stage.push("Connect to a server");
    stage.tab_to("Use this computer alone");
    stage.press(Named::Space);
    assert_eq!(stage.app.settings.server, None);
}

#[test]
fn where_the_server_is_managed_there_is_no_going_alone() {
    let mut stage = with_server(SetBy::Managed);
    stage.run(App::choose_server);
    assert!(stage.says("Address of the server"));
    assert!(!stage.says("Use this computer alone"));
}

/// Fault 21: said in the window, which a start from a menu has too.
#[test]
fn a_damaged_settings_file_is_told_in_the_window_and_read_again() {
    let mut stage = Stage::new();
    let files = Files {
        managed: stage.practice.path("managed.toml"),
        own: stage.practice.path("settings.toml"),
    };
    std::fs::write(&files.managed, "\nsever = \"\"").unwrap();
    stage.app.settings = Settings::of(files.clone());
    stage.run(App::open);
    for told in [
        "cannot read which practice",
        "managed.toml have a mistake in line 2",
    ] {
        assert!(stage.says(told), "{:?}", stage.words());
    }
    stage.push("Try again");
    assert!(stage.says("have a mistake in line 2"));
    std::fs::write(&files.managed, "server = \"https://127.0.0.1:1\"").unwrap();
    stage.push("Try again");
    assert!(is_sign_in(&stage));
    assert!(stage.says("127.0.0.1:1"));
}

/// Whoever opens a practice that went to a server is led there, and nowhere else.
#[test]
fn a_practice_that_moved_leads_to_its_server() {
    let to = Some("https://practice.example".to_owned());
    let mut stage = trouble(OpenFault::Moved { to });
    assert!(stage.says("This practice moved to a server."));
    assert!(stage.says("It goes on at https://practice.example"));
    assert!(!stage.says("Try again"));
    stage.push("Connect to a server");
    assert!(stage.says("Address of the server"));
    let mut stage = trouble(OpenFault::Moved { to: None });
    assert!(stage.says("sign in with what you had"));
}

/// A certificate that nobody trusts is not mended by waiting: it is said before a password is typed.
#[test]
fn what_waiting_does_not_mend_is_said_at_the_sign_in_at_once() {
    for (why, says) in [
        (
            Unreached::Certificate {
                fault: CertificateFault::UnknownIssuer,
            },
            true,
        ),
        (Unreached::NoAnswer, false),
    ] {
        let mut stage = Stage::opened();
        let answer = sign_in::Message::Greeted(Err(why.into()));
        stage.said(Message::Screen(stage.app.shown, Said::SignIn(answer)));
        stage.settle();
        assert_eq!(stage.says("does not trust the certificate"), says);
    }
}

#[test]
fn an_address_is_asked_for() {
    let mut stage = form();
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("Type the address of the server."));
}

/// A port of this computer where nobody listens.
#[test]
fn a_server_that_is_not_there_does_not_answer() {
    let mut stage = refused("127.0.0.1:1");
    assert!(stage.says("No server answers at that address."));
}

/// Fault 10: said while it lasts, and nothing that was typed is touched.
#[test]
fn while_the_server_is_lost_it_is_said_and_what_was_typed_stays() {
    let mut stage = lost();
    assert!(stage.says("What you typed is kept, and Vestibule keeps trying."));
    assert_eq!(stage.value("Email").as_deref(), Some("alex@hills.example"));
    assert_eq!(focused(&mut stage), "Email");
    stage.said(Message::Room(Event::Reached(true)));
    assert!(!stage.says("keeps trying"));
    assert_eq!(stage.value("Email").as_deref(), Some("alex@hills.example"));
}
