//! The code that is sent to a proven address.

use vestibule::api::{
    Ack, Error, ForgotPassword, Greet, ProveAddress, Secret, SubmitAddressCode, ToSend,
};
use vestibule::domain::{Channel, MethodKind, NotAllowed};

use super::{anew, choose, factors};
use crate::clinic::{Clinic, MANAGER, Person};
use crate::sends::{NUMBER, SAM, Sends};

async fn forgot(clinic: &Clinic, email: &str) -> Result<Ack, Error> {
    let email = email.to_owned();
    clinic.backend.call(None, ForgotPassword { email }).await
}

/// The code of the next letter about a forgotten password.
async fn letter(stage: &Sends) -> String {
    stage.deliver().await;
    loop {
        let letter = stage.mailbox.next().await;
        if letter.subject().starts_with("A new password") {
            assert!(!letter.text().contains("http"));
            let text = letter.text();
            let mut lines = text.lines();
            break lines
                .find(|line| line.len() == 32 && line.contains('-'))
                .unwrap()
                .to_owned();
        }
    }
}

/// The letters that have come by now.
async fn letters(stage: &Sends) -> usize {
    stage.deliver().await;
    let mut count = 0;
    while let Some(letter) = stage.mailbox.now() {
        count += usize::from(letter.subject().starts_with("A new password"));
    }
    count
}

async fn prove(stage: &Sends, person: &Person<'_>) {
    let token = person.session().await;
    let send = ToSend::IfNone;
    stage
        .clinic
        .call(&token, ProveAddress { send })
        .await
        .unwrap();
    let code = Secret::new(stage.code(Channel::Email).await);
    stage
        .clinic
        .call(&token, SubmitAddressCode { code })
        .await
        .unwrap();
}

/// Attack 48, and the bar: a mailbox alone is one factor, never two.
#[tokio::test]
async fn after_a_letter_no_code_to_the_same_address_is_a_second_factor() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Email).await;
    let clinic = &stage.clinic;
    let before = factors(clinic).await;
    forgot(clinic, SAM).await.unwrap();
    let code = letter(&stage).await;
    assert_eq!(choose(&clinic.backend, &code).await, Ok(true));
    assert_eq!(factors(clinic).await, before);
    let again = choose(&clinic.backend, &code).await;
    assert_eq!(again, Err(Error::InvitationNotValid));
    assert_eq!(sam.sign_in().await.err(), Some(Error::WrongCredentials));

    let due = anew(clinic, SAM).code_due().await;
    assert!(due.challenge.barred && due.challenge.sent.is_none());
    assert!(due.challenge.ways.is_empty());
    stage.deliver().await;
    let sent = std::iter::from_fn(|| stage.mailbox.now());
    assert!(
        sent.into_iter()
            .all(|letter| !letter.subject().starts_with("Your code"))
    );
    // Neither asked for nor typed.
    let refused = Some(Error::NotAllowed {
        why: NotAllowed::MethodBarred,
    });
    assert_eq!(stage.another(&due, MethodKind::Email).await.err(), refused);
    assert!(stage.again(&due).await.unwrap().sent.is_none());
    assert_eq!(stage.submit(&due, "123456").await.err(), refused);
    stage.deliver().await;
    let open = "SELECT COUNT(*) FROM codes WHERE purpose = 'sign_in' AND used_at IS NULL AND ended_at IS NULL";
    assert_eq!(clinic.number(open).await, 0);
}

/// Another method, or a recovery code, completes the sign-in, and with it the bar is lifted.
#[tokio::test]
async fn another_factor_lifts_the_bar() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Email).await;
    let clinic = &stage.clinic;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Email).await;
    let token = stage.submit(&due, &code).await.unwrap();
    stage.enrol(&token, Channel::Sms, NUMBER).await;
    clinic.clock.advance(60);
    forgot(clinic, SAM).await.unwrap();
    let code = letter(&stage).await;
    assert_eq!(choose(&clinic.backend, &code).await, Ok(true));

    let due = anew(clinic, SAM).code_due().await;
    assert!(!due.challenge.barred);
    assert_eq!(due.challenge.method, MethodKind::Sms);
    assert!(due.challenge.ways.is_empty());
    let code = stage.code(Channel::Sms).await;
    stage.submit(&due, &code).await.unwrap();
    // At the sign-in after that one it is a factor as before.
    clinic.clock.advance(60);
    let due = anew(clinic, SAM).code_due().await;
    let challenge = stage.another(&due, MethodKind::Email).await;
    assert!(due.challenge.method == MethodKind::Email || challenge.is_ok());
    let code = stage.code(Channel::Email).await;
    stage.submit(&due, &code).await.unwrap();
}

/// Attack 1: the same answer for every address, a letter to a proven one alone, and in the
/// database nothing but the row of the audit log.
#[tokio::test]
async fn the_answer_tells_nobody_whether_there_is_an_account() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let greeting = clinic.backend.call(None, Greet {}).await.unwrap();
    assert!(greeting.resets);
    clinic.hire(SAM).await;
    let left = clinic.hire("left@hills.example").await;
    prove(&stage, &left).await;
    clinic
        .sql(
            "UPDATE memberships SET until_at = 1 WHERE user_id =
             (SELECT id FROM users WHERE email = 'left@hills.example')",
        )
        .await;
    clinic.clock.advance(60);
    assert_eq!(letters(&stage).await, 0);
    let rows = "SELECT (SELECT COUNT(*) FROM outbox) || ' ' || (SELECT COUNT(*) FROM invitations)
                || ' ' || (SELECT COUNT(*) FROM notices) || ' ' || (SELECT COUNT(*) FROM tries)";
    let before = clinic.sql(rows).await;
    let logged = "SELECT COUNT(*) FROM events WHERE kind = 'reset_asked' AND subject IS NOT NULL";
    for (asked, email) in ["nobody@hills.example", SAM, MANAGER, "left@hills.example"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(forgot(clinic, email).await, Ok(Ack {}), "{email}");
        assert_eq!(clinic.sql(rows).await, before, "{email}");
        assert_eq!(clinic.number(logged).await, asked as i64 + 1);
    }
    assert_eq!(letters(&stage).await, 0);
    let proven = clinic.hire("kim@hills.example").await;
    prove(&stage, &proven).await;
    assert_eq!(forgot(clinic, "kim@hills.example").await, Ok(Ack {}));
    assert_eq!(letters(&stage).await, 1);
}

/// The limits of codes hold, and letters that anyone can have sent void nothing.
#[tokio::test]
async fn letters_are_limited_and_void_no_other_code() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = stage.sam(Channel::Email).await;
    let mut codes = Vec::new();
    for _ in 0..10 {
        clinic.clock.advance(1);
        assert_eq!(forgot(clinic, SAM).await, Ok(Ack {}));
        codes.push(letter(&stage).await);
    }
    for _ in 0..20 {
        assert_eq!(forgot(clinic, SAM).await, Ok(Ack {}));
    }
    assert_eq!(letters(&stage).await, 0, "ten an hour");
    // Guarantee 4: who asks without the password stops no second factor.
    let due = sam.code_due().await;
    let code = stage.code(Channel::Email).await;
    stage.submit(&due, &code).await.unwrap();
    clinic.clock.advance(30 * 60 - 9);
    let first = choose(&clinic.backend, &codes[0]).await;
    assert_eq!(first, Err(Error::InvitationNotValid), "30 minutes");
    assert_eq!(choose(&clinic.backend, &codes[1]).await, Ok(true));
    for code in codes.iter().take(4) {
        let again = choose(&clinic.backend, code).await;
        assert_eq!(again, Err(Error::InvitationNotValid));
    }
    anew(clinic, SAM).code_due().await;
}

#[tokio::test]
async fn without_mail_nothing_is_promised_and_nothing_is_sent() {
    let clinic = Clinic::new().await;
    let greeting = clinic.backend.call(None, Greet {}).await.unwrap();
    assert!(!greeting.resets);
    assert_eq!(forgot(&clinic, MANAGER).await, Ok(Ack {}));
    assert_eq!(clinic.number("SELECT COUNT(*) FROM outbox").await, 0);
}

/// Attack 48: the code of a letter is no token, and neither a code nor a recovery code.
#[tokio::test]
async fn the_code_of_a_letter_opens_nothing_else() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = stage.sam(Channel::Email).await;
    forgot(clinic, SAM).await.unwrap();
    let code = letter(&stage).await;
    let token = vestibule::api::Token::new(&code);
    let me = clinic.call(&token, vestibule::api::WhoAmI {}).await.err();
    assert_eq!(me, Some(Error::NotSignedIn));
    let due = sam.code_due().await;
    for due in [&due.token, &token] {
        let call = vestibule::api::SubmitRecoveryCode {
            code: Secret::new(&code),
        };
        assert!(clinic.call(due, call).await.is_err());
        let call = vestibule::api::SubmitCode {
            code: Secret::new(&code),
            remember: false,
        };
        assert!(clinic.call(due, call).await.is_err());
    }
    // And not after it was redeemed either, on the sign-in that waited before.
    assert_eq!(choose(&clinic.backend, &code).await, Ok(true));
    let waited = stage.submit(&due, "123456").await;
    assert_eq!(waited.err(), Some(Error::ChallengeEnded));
}
