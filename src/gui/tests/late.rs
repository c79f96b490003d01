//! What was asked at the start and is answered late: nobody is interrupted by it, and nothing that
//! the start could not find stays unknown.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::Stage;
use super::lock::{ella, is_home, is_sign_in};
use crate::api::{Greet, Token};
use crate::backend::{Backend, Kept, Known, Opened, connect};
use crate::gui::live::{Event, Room};
use crate::gui::{Message, Screen};
use crate::keychain::{Fault, Home, Keychain};

const TYPED: &str = "grace@hills.example";

/// The start's question, which is on its way.
fn ask(stage: &mut Stage) {
    let backend = stage.practice.backend.clone();
    ask_of(stage, backend);
}

fn ask_of(stage: &mut Stage, backend: Backend) {
    let opened = Ok(Opened::Ready(backend, Home::Keyring));
    stage.said(Message::Opened(stage.app.shown, opened));
}

fn reached(stage: &mut Stage) {
    stage.said(Message::Room(Event::Reached(true)));
    stage.settle();
}

/// At a sign-in whose backend has not said anything of itself.
fn ungreeted() -> Stage {
    let mut stage = Stage::new();
    ask(&mut stage);
    stage.answer();
    assert!(is_sign_in(&stage));
    stage.lose();
    stage
}

/// A server that takes a connection and says nothing, and how many it took.
fn mute() -> (Backend, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            drop(connection);
        }
    });
    (connect(&address.parse().unwrap()).unwrap(), taken)
}

#[test]
fn what_was_kept_comes_too_late_for_whoever_types() {
    let mut stage = ella();
    stage.push("Sign out");
    // The address of whoever was here last.
    while stage.value("Email").is_some_and(|typed| !typed.is_empty()) {
        stage.tab_to("Email");
        stage.press(iced::keyboard::key::Named::End);
        stage.press(iced::keyboard::key::Named::Backspace);
    }
    ask(&mut stage);
    stage.type_text(TYPED);
    stage.settle();
    assert_eq!(stage.value("Email").as_deref(), Some(TYPED));
}

#[test]
fn what_was_kept_comes_too_late_for_another_screen() {
    let mut stage = Stage::opened();
    ask(&mut stage);
    // Its answer comes before that of the press is looked at.
    stage.push("I have an invitation");
    assert!(matches!(stage.app.screen, Screen::Redeem(_)));
}

#[test]
fn what_was_found_comes_too_late_for_another_screen() {
    let mut stage = Stage::opened();
    let before = stage.app.shown;
    stage.push("I have an invitation");
    stage.said(Message::Opened(before, Ok(Opened::FirstRun)));
    assert!(matches!(stage.app.screen, Screen::Redeem(_)));
}

/// Fault 10: with the server the sign-in has all that it would have had at once.
#[test]
fn a_server_that_is_found_again_says_what_the_start_could_not_ask() {
    let mut stage = ungreeted();
    assert!(!stage.says("Hills Clinic"));
    stage.tab_to("Email");
    stage.type_text(TYPED);
    reached(&mut stage);
    assert!(stage.says("Hills Clinic"));
    assert_eq!(stage.value("Email").as_deref(), Some(TYPED));
    // It is asked once.
    stage.said(Message::Room(Event::Reached(true)));
    assert_eq!(stage.settle(), 0);
}

/// Fault 10: a server that does not answer is waited for once.
#[test]
fn a_start_without_the_server_asks_it_once() {
    let mut stage = Stage::new();
    let (backend, taken) = mute();
    stage.block_on(async {
        // Somebody was here, whose session would be gone on with.
        let kept = stage
            .app
            .room
            .kept
            .bound_to(backend.identity().await.unwrap());
        let who = Known {
            user: "0190163d-8694-739b-aea5-966c26f8ad91".parse().unwrap(),
            name: "Ella Smith".into(),
            email: "ella@hills.example".into(),
        };
        kept.arrived(&who, &Token::new("t".repeat(43)))
            .await
            .unwrap();
        let _ = backend.call(None, Greet {}).await;
    });
    let one_call = taken.swap(0, Ordering::SeqCst);
    assert!(one_call > 0);
    ask_of(&mut stage, backend);
    // There is a way to try already.
    stage.said(Message::Room(Event::TryReaching));
    stage.answer();
    assert_eq!(taken.load(Ordering::SeqCst), one_call);
    assert!(is_sign_in(&stage));
    assert_eq!(stage.answer(), 1);
}

/// Fault 18: what the keyring could not say at the start it says once it is unlocked.
#[test]
fn a_keyring_that_is_unlocked_at_the_sign_in_gives_the_session_back() {
    let mut stage = ella().again();
    let whole = stage.app.room.kept.clone();
    stage.app.room = Room::new(Kept::new(Keychain::failing(Fault::Locked, Duration::ZERO)));
    let mut stage = stage.open(Home::Keyring);
    assert!(is_sign_in(&stage));
    stage.push("Try again");
    assert!(is_sign_in(&stage));
    stage.app.room.kept = whole;
    stage.push("Try again");
    assert!(is_home(&stage));
}
