//! The whole text of every message that brings a code (attack 63).

use vestibule::api::{ProveAddress, SendStepUp, ToSend};
use vestibule::domain::{Channel, MethodKind};

use crate::post::Received;
use crate::sends::{NUMBER, SAM, Sends};

const MANAGER: &str = "Not you? Tell your practice manager.";
const IGNORE: &str = "Not you? Ignore this.";

/// A code as it is written in a message.
fn written(code: &str) -> String {
    format!("{} {}", &code[..3], &code[3..])
}

async fn is_sms(stage: &Sends, about: &str, not_you: &str) -> String {
    stage.deliver().await;
    let posted = stage.gateway.next().await;
    let (text, code) = (posted.text(), posted.code());
    let golden = format!("{} {about} It ends in 5 minutes. {not_you}", written(&code));
    assert_eq!(text, golden);
    assert!(text.len() <= 160, "{text}");
    // The basic table of 3GPP TS 23.038 has these of ASCII, and one septet each.
    let basic = |c: char| c.is_ascii_alphanumeric() || " !\"#$%&'()*+,-./:;<=>?@_".contains(c);
    assert!(text.chars().all(basic), "{text}");
    has_no_link(&text);
    code
}

fn has_no_link(text: &str) {
    for mark in ["http", "www", "://", "/", "@"] {
        assert!(!text.contains(mark), "{text}");
    }
}

async fn is_letter(stage: &Sends, about: &str, not_you: &str) -> String {
    stage.deliver().await;
    let letter = stage.mailbox.next().await;
    let code = letter.code();
    let golden = format!(
        "{} {about}\n\nIt ends in 10 minutes.\n\n{not_you}",
        written(&code)
    );
    assert_eq!(said(&letter), golden);
    is_from_a_machine(&letter, "Your code for Hills Clinic");
    code
}

/// The text of a letter, without the ends of lines after it, some of which SMTP adds.
fn said(letter: &Received) -> String {
    letter.text().trim_end_matches('\n').to_owned()
}

fn is_from_a_machine(letter: &Received, subject: &str) {
    assert_eq!(letter.subject(), subject);
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert_eq!(
        (letter.from.as_str(), letter.to.as_str()),
        ("codes@hills.example", SAM)
    );
    has_no_link(&letter.text());
    is_the_same_page(letter);
}

/// The words of the text, in the same order, and nothing else that a reader sees or a program
/// fetches.
fn is_the_same_page(letter: &Received) {
    let page = letter.page();
    for fetched in ["http", "src", "href", "url(", "@import", "<img", "<script"] {
        assert!(!page.contains(fetched), "{fetched} in {page}");
    }
    let (_, body) = page.split_once("<body").unwrap();
    let mut words = String::new();
    for tag in body.split('<').skip(1) {
        words.push_str(tag.split_once('>').unwrap().1);
    }
    let (_, first) = body.split_once('>').unwrap();
    let first = first.split('<').next().unwrap();
    let words = format!("{first}{words}").replace("&#39;", "'");
    let plain: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
    let text = letter.text();
    let text: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
    assert_eq!(plain, text);
    assert!(page.contains("color-scheme"), "{page}");
}

const SIGN_IN: &str = "is your sign-in code for Hills Clinic.";
const SET_UP: &str = "is your code to set up sign-in at Hills Clinic.";
const STEP_UP: &str = "is your code to confirm a change at Hills Clinic.";
const ADDRESS: &str = "is your code to prove this address at Hills Clinic.";

#[tokio::test]
async fn every_text_message_says_this_and_no_more() {
    let stage = Sends::new().await;
    let sam = stage.clinic.hire(SAM).await;
    let token = sam.session().await;
    let started = stage.start(&token, Channel::Sms, NUMBER).await.unwrap();
    let code = is_sms(&stage, SET_UP, IGNORE).await;
    let call = vestibule::api::ProveMethod {
        method: started.method,
        code: vestibule::api::Secret::new(code),
    };
    stage.clinic.call(&token, call).await.unwrap();
    let due = sam.code_due().await;
    let code = is_sms(&stage, SIGN_IN, MANAGER).await;
    let token = stage.submit(&due, &code).await.unwrap();
    stage.clinic.clock.advance(5 * 60 + 1);
    let ask = SendStepUp {
        method: Some(MethodKind::Sms),
        send: ToSend::IfNone,
    };
    stage.clinic.call(&token, ask).await.unwrap();
    is_sms(&stage, STEP_UP, MANAGER).await;
}

#[tokio::test]
async fn every_letter_says_this_and_no_more() {
    let stage = Sends::new().await;
    let sam = stage.clinic.hire(SAM).await;
    let token = sam.session().await;
    let call = ProveAddress {
        send: ToSend::IfNone,
    };
    stage.clinic.call(&token, call).await.unwrap();
    is_letter(&stage, ADDRESS, IGNORE).await;
    let started = stage.start(&token, Channel::Email, SAM).await.unwrap();
    let code = is_letter(&stage, SET_UP, IGNORE).await;
    let call = vestibule::api::ProveMethod {
        method: started.method,
        code: vestibule::api::Secret::new(code),
    };
    stage.clinic.call(&token, call).await.unwrap();
    // The address is proven by it, so that its owner is told.
    stage.deliver().await;
    let notice = stage.mailbox.next().await;
    is_from_a_machine(&notice, "About your sign-in at Hills Clinic");
    assert_eq!(
        said(&notice),
        "Two-factor was set up for your account at Hills Clinic.\n\nIf this was not you, tell \
         your practice manager at once and change your password."
    );
    let due = sam.code_due().await;
    let code = is_letter(&stage, SIGN_IN, MANAGER).await;
    let token = stage.submit(&due, &code).await.unwrap();
    stage.clinic.clock.advance(5 * 60 + 1);
    let ask = SendStepUp {
        method: Some(MethodKind::Email),
        send: ToSend::IfNone,
    };
    stage.clinic.call(&token, ask).await.unwrap();
    is_letter(&stage, STEP_UP, MANAGER).await;
}
