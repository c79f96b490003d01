//! *Prove this address*: a code to the account's own address, at the same counter as every other.

use vestibule::api::{
    Ack, AddressNow, ChangePassword, Error, Line, Lock, MyAccount, ProveAddress, Secret, SentCode,
    SignOut, SubmitAddressCode, ToSend, Token,
};
use vestibule::domain::{Channel, Timestamp};

use super::{Act, is_notice, letters};
use crate::clinic::{Clinic, seconds_to};
use crate::sends::{NUMBER, SAM, Sends, another_code};

async fn prove(clinic: &Clinic, token: &Token, send: ToSend) -> Result<SentCode, Error> {
    clinic.call(token, ProveAddress { send }).await
}

async fn submit(clinic: &Clinic, token: &Token, code: &str) -> Result<Ack, Error> {
    let code = Secret::new(code);
    clinic.call(token, SubmitAddressCode { code }).await
}

async fn proven(clinic: &Clinic, token: &Token) -> Option<Timestamp> {
    let account = clinic.call(token, MyAccount {}).await.unwrap();
    account.email_proven
}

fn is_wrong(answer: &Result<Ack, Error>) -> bool {
    matches!(answer, Err(Error::CodeWrong { .. }))
}

/// What asks by itself sends nothing, however long it asks, and follows the code to its end.
#[tokio::test]
async fn how_the_code_stands_is_told_and_nothing_is_sent_for_it() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let token = clinic.hire(SAM).await.session().await;
    let now = || clinic.call(&token, AddressNow {});
    assert_eq!(now().await.unwrap().ends, None);
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
    let sent = prove(clinic, &token, ToSend::IfNone).await.unwrap();
    assert_eq!(now().await.unwrap(), sent);
    stage.code(Channel::Email).await;
    let at = clinic.now();
    assert_eq!(now().await.unwrap().line, Line::HandedOver { at });
    clinic.clock.advance(10 * 60);
    assert_eq!(now().await.unwrap().ends, None);
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
    // It keeps no session open, and opens no locked one.
    clinic.clock.advance(6 * 60);
    assert_eq!(now().await, Err(Error::Locked));
    let other = clinic.hire("kim@hills.example").await.session().await;
    clinic.call(&other, Lock {}).await.unwrap();
    let locked = clinic.call(&other, AddressNow {}).await;
    assert_eq!(locked, Err(Error::Locked));
}

#[tokio::test]
async fn a_code_to_the_own_address_proves_it_once() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = clinic.hire(SAM).await;
    let token = sam.session().await;
    let account = clinic.call(&token, MyAccount {}).await.unwrap();
    assert!(account.can_prove && account.email_proven.is_none());
    let none = submit(clinic, &token, "123456").await;
    assert!(is_wrong(&none), "no code was sent: {none:?}");

    let sent = prove(clinic, &token, ToSend::IfNone).await.unwrap();
    assert_eq!((sent.to.as_str(), sent.line), ("s•••@h•••", Line::Queued));
    assert_eq!(seconds_to(sent.ends.unwrap(), clinic), 10 * 60);
    let code = stage.code(Channel::Email).await;
    let wrong = submit(clinic, &token, &another_code(&code)).await;
    assert!(is_wrong(&wrong), "{wrong:?}");
    assert_eq!(clinic.code_failures().await, 2);
    // It belongs to this session, of this person.
    let kim = clinic.hire("kim@hills.example").await.session().await;
    for other in [&kim, &sam.session().await] {
        let crossed = submit(clinic, other, &code).await;
        assert!(is_wrong(&crossed), "{crossed:?}");
    }
    assert_eq!(proven(clinic, &token).await, None);

    clinic.clock.advance(60);
    submit(clinic, &token, &code).await.unwrap();
    let since = clinic.now();
    assert_eq!(proven(clinic, &token).await, Some(since));
    assert_eq!(proven(clinic, &kim).await, None);
    // A right code here is no completed sign-in: what failed before it stays counted.
    let of_sam = format!(
        "SELECT failures FROM tries WHERE counter = 'codes' AND subject = '{}'",
        sam.id().await
    );
    assert_eq!(clinic.number(&of_sam).await, 3);
    let used = submit(clinic, &token, &code).await;
    assert!(matches!(used, Err(Error::CodeUsed { .. })), "{used:?}");
    // Proven it stays, since when it was; and it is no method.
    clinic.clock.advance(60);
    assert_eq!(proven(clinic, &token).await, Some(since));
    assert_eq!(
        clinic
            .number("SELECT COUNT(*) FROM methods WHERE kind = 'email'")
            .await,
        0
    );
    let logged = "SELECT COUNT(*) FROM events WHERE kind = 'address_proven'";
    assert_eq!(clinic.number(logged).await, 1);
}

/// Notices go to it from then on, and not before.
#[tokio::test]
async fn an_address_that_was_proven_so_is_told() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let token = clinic.hire(SAM).await.session().await;
    let change = async |password: &str| {
        let password = Secret::new(password);
        let call = ChangePassword { password };
        clinic.call(&token, call).await.unwrap();
    };
    change("the first quiet harbour").await;
    assert!(letters(&stage).await.is_empty());
    // A change of the password ends the code that is on its way.
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    change("the second quiet harbour").await;
    assert!(letters(&stage).await.is_empty());
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    let code = stage.code(Channel::Email).await;
    assert!(letters(&stage).await.is_empty());
    submit(clinic, &token, &code).await.unwrap();
    assert!(letters(&stage).await.is_empty());
    change("the third quiet harbour").await;
    let sent = letters(&stage).await;
    assert_eq!(sent.len(), 1);
    is_notice(&sent[0], Act::Password.says());
}

#[tokio::test]
async fn a_code_for_an_address_ends_and_is_sent_again_as_every_other() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let token = clinic.hire(SAM).await.session().await;
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    let code = stage.code(Channel::Email).await;
    // Asked for while it is live, it is not sent once more.
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    assert!(letters(&stage).await.is_empty());
    let until = clinic.now() + jiff::SignedDuration::from_secs(30);
    let soon = prove(clinic, &token, ToSend::Again).await;
    assert_eq!(soon, Err(Error::TooSoon { until }));
    clinic.clock.set(until);
    prove(clinic, &token, ToSend::Again).await.unwrap();
    assert_eq!(stage.code(Channel::Email).await, code);

    clinic.clock.advance(10 * 60 - 30);
    let ended = submit(clinic, &token, &code).await;
    assert!(matches!(ended, Err(Error::CodeEnded { .. })), "{ended:?}");
    assert_eq!(proven(clinic, &token).await, None);
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    let new = stage.code(Channel::Email).await;
    let old = submit(clinic, &token, &code).await;
    assert!(code == new || old.is_err(), "{old:?}");
    submit(clinic, &token, &new).await.unwrap();
}

/// Five unused an hour, over all that is sent to the account.
#[tokio::test]
async fn the_limits_of_codes_hold_codes_for_an_address() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = clinic.hire(SAM).await;
    for _ in 0..5 {
        let token = sam.session().await;
        let sent = prove(clinic, &token, ToSend::IfNone).await.unwrap();
        assert_eq!(sent.line, Line::Queued);
    }
    let token = sam.session().await;
    let sent = prove(clinic, &token, ToSend::IfNone).await.unwrap();
    let Line::TooMany { until } = sent.line else {
        panic!("{sent:?}")
    };
    assert_eq!(seconds_to(until, clinic), 60 * 60);
    assert_eq!(letters(&stage).await.len(), 5);
    clinic.clock.set(until);
    let token = sam.session().await;
    let sent = prove(clinic, &token, ToSend::IfNone).await.unwrap();
    assert_eq!(sent.line, Line::Queued);
}

/// Attack 30: no door of codes gives tries that another door has not.
#[tokio::test]
async fn an_address_is_no_further_place_to_guess_at() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = stage.hire(SAM, Channel::Sms, NUMBER).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    let token = stage.submit(&due, &code).await.unwrap();
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    let mailed = stage.code(Channel::Email).await;
    let due = sam.code_due().await;
    let texted = stage.code(Channel::Sms).await;
    for tried in 0..5 {
        let answer = if tried % 2 == 0 {
            submit(clinic, &token, &another_code(&mailed))
                .await
                .map(drop)
        } else {
            stage.submit(&due, &another_code(&texted)).await.map(drop)
        };
        let wrong = matches!(answer, Err(Error::CodeWrong { .. }));
        assert!(wrong, "{tried}: {answer:?}");
    }
    let until = clinic.now() + jiff::SignedDuration::from_secs(30);
    let wait = Some(Error::Wait { until });
    assert_eq!(submit(clinic, &token, &mailed).await.err(), wait);
    assert_eq!(stage.submit(&due, &texted).await.err(), wait);
    assert_eq!(clinic.code_failures().await, 5);
    // Nothing is spent by a try that was not looked at.
    clinic.clock.set(until);
    submit(clinic, &token, &mailed).await.unwrap();
    stage.submit(&due, &texted).await.unwrap();
}

/// Attacks 14 and 30: nor does the next password give tries back, where it signs in by itself.
#[tokio::test]
async fn a_password_alone_gives_no_tries_back() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = clinic.hire(SAM).await;
    let token = sam.session().await;
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    let code = stage.code(Channel::Email).await;
    for _ in 0..5 {
        let wrong = submit(clinic, &token, &another_code(&code)).await;
        assert!(is_wrong(&wrong), "{wrong:?}");
        // Signed out again: a sixth session would end the one that proves.
        let next = sam.session().await;
        clinic.call(&next, SignOut {}).await.unwrap();
    }
    let until = clinic.now() + jiff::SignedDuration::from_secs(30);
    let wait = submit(clinic, &token, &code).await;
    assert_eq!(wait, Err(Error::Wait { until }));
    clinic
        .clock
        .set(until + jiff::SignedDuration::from_secs(30));
    // The five of that code are used up as well.
    prove(clinic, &token, ToSend::IfNone).await.unwrap();
    let next = stage.code(Channel::Email).await;
    submit(clinic, &token, &next).await.unwrap();
}
