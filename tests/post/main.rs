//! Codes through a real mail server (Exim) and a real SMS gateway (Kannel), each to where its
//! person reads it, and back into the sign-in. `tests/run post` starts both.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod practice;
mod providers;
#[path = "../it/post/received.rs"]
#[allow(
    dead_code,
    reason = "shared with tests/it, which looks at more of a letter"
)]
mod received;

use secrecy::SecretString;
use vestibule::api::{
    CodeDue, Outcome, ProveMethod, Secret, SetSms, SetUpSent, SignIn, StartSent, SubmitCode, Token,
};
use vestibule::delivery::{HandedOver, Letter, Patience, Post};
use vestibule::domain::{Channel, EmailAddress, NotSent, Timestamp};

use practice::{PASSWORD, Practice, until};
use providers::{letters, mail_server, said_of_mail, sms_gateway, texts};
use received::six_digits;

const TAKEN: HandedOver = HandedOver { id: None };

/// The codes that somebody has been sent, the oldest first.
fn codes(channel: Channel, to: &str) -> Vec<String> {
    match channel {
        Channel::Email => letters(to)
            .iter()
            .filter(|letter| letter.subject().starts_with("Your code"))
            .map(received::Received::code)
            .collect(),
        Channel::Sms => texts(to).iter().map(|text| six_digits(text)).collect(),
    }
}

/// The code that comes after so many.
async fn code_after(channel: Channel, to: &str, count: usize) -> Secret {
    let code = until("a code", || codes(channel, to).into_iter().nth(count)).await;
    Secret::new(code)
}

/// Somebody sets up a method, signs in again, and is let in by the code that was delivered.
async fn signs_in(practice: &Practice, channel: Channel, typed: &str, to: &str) {
    let token = practice.hire().await;
    let call = StartSent {
        channel,
        to: typed.to_owned(),
        replaces: None,
    };
    let SetUpSent { method, .. } = practice.call(&token, call).await.unwrap();
    let code = code_after(channel, to, 0).await;
    let proven = practice.call(&token, ProveMethod { method, code }).await;
    proven.unwrap();

    let sign_in = SignIn {
        email: practice::SAM.into(),
        password: Secret::new(PASSWORD),
        computer: None,
        remembered: None,
    };
    let due: CodeDue = match practice.service.call(None, sign_in).await {
        Ok(Outcome::Code(due)) => due,
        other => panic!("no code is due: {other:?}"),
    };
    let code = code_after(channel, to, 1).await;
    let submit = SubmitCode {
        code: code.clone(),
        remember: false,
    };
    let token: Token = match practice.call(&due.token, submit).await {
        Ok(Outcome::In(admitted)) => admitted.token,
        other => panic!("not let in: {other:?}"),
    };
    practice.admits(&token).await;
    // Each code came once.
    assert_eq!(codes(channel, to).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_a_real_mail_server_delivers_signs_somebody_in() {
    let practice = Practice::new().await;
    signs_in(&practice, Channel::Email, practice::SAM, practice::SAM).await;
    let letters = letters(practice::SAM);
    for letter in &letters {
        // RFC 3848: by ESMTP, within TLS, signed in.
        let way = letter.header("Received");
        assert!(way.contains(" with esmtpsa "), "{way}");
    }
    practice.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_a_real_gateway_delivers_signs_somebody_in() {
    let practice = Practice::new().await;
    signs_in(&practice, Channel::Sms, "0491 570 157", "+61491570157").await;
    practice.close().await;
}

/// What the program on the machine says of both, and what their refusals mean.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_and_a_test_message_say_what_the_real_ones_say() {
    let practice = Practice::new().await;
    let all = practice.service.reach_deliveries().await.unwrap();
    let went: Vec<_> = all.iter().map(|it| (it.channel, it.went)).collect();
    assert_eq!(went, [(Channel::Email, Ok(())), (Channel::Sms, Ok(()))]);
    for (to, went) in [
        ("test@home.example", Ok(())),
        ("nobody@home.example", Err(NotSent::Refused)),
        ("sam@elsewhere.example", Err(NotSent::Refused)),
    ] {
        let to = practice::mailbox(to);
        let tried = practice.service.send_test(None, to).await.unwrap();
        assert_eq!(tried.went, went);
    }
    let letter = until("a letter", || letters("test@home.example").pop()).await;
    assert_eq!(letter.subject(), "Test message from Hills Clinic");
    let phone = practice::phone("+61491570158");
    let tried = practice.service.send_test(None, phone.clone()).await;
    assert_eq!(tried.unwrap().went, Ok(()));
    let text = until("a text message", || texts("+61491570158").pop()).await;
    assert!(text.contains("test message from Hills Clinic"), "{text}");

    practice.set_mail("another secret").await;
    let call = SetSms {
        gateway: sms_gateway(),
        secret: Some(Secret::new("another secret")),
        countries: None,
    };
    practice.call(&practice.founder, call).await.unwrap();
    let all = practice.service.reach_deliveries().await.unwrap();
    let refused = Err(vestibule::service::NotReached::Provider(
        NotSent::Credentials,
    ));
    assert_eq!(all[0].went, refused);
    for to in [practice::mailbox("test@home.example"), phone] {
        let tried = practice.service.send_test(None, to).await.unwrap();
        assert_eq!(tried.went, Err(NotSent::Credentials));
    }
    practice.close().await;
}

/// A connection that the server has closed meanwhile loses no letter and doubles none.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_mail_server_closed_loses_no_letter_and_doubles_none() {
    let post = Post::new(Patience::default()).unwrap();
    let (server, secret) = (mail_server(), SecretString::from("mail secret"));
    let closed = || said_of_mail("SMTP command timeout").len();
    for number in 0..3 {
        let before = closed();
        let letter = Letter {
            to: EmailAddress::parse("kept@home.example").unwrap(),
            subject: format!("Letter {number}"),
            text: "It works.".to_owned(),
            shown: None,
            reference: format!("kept-{number}"),
            at: Timestamp::from_second(1_767_225_600).unwrap(),
        };
        let sent = post.letter(&server, Some(&secret), &letter).await;
        assert_eq!(sent, Ok(TAKEN), "{number}");
        until("the end of a connection", || {
            (closed() > before).then_some(())
        })
        .await;
    }
    let came = || {
        let letters = letters("kept@home.example");
        let mut subjects: Vec<_> = letters.iter().map(received::Received::subject).collect();
        subjects.sort();
        (subjects.len() >= 3).then_some(subjects)
    };
    let came = until("three letters", came).await;
    assert_eq!(came, ["Letter 0", "Letter 1", "Letter 2"]);
}
