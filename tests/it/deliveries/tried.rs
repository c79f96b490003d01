//! A test message: where it goes, what is told of it, how many there may be.

use vestibule::api::{Error, Field, Line, TestNow};
use vestibule::domain::{Channel, MobileFault, NotAllowed, NotSent};

use super::{no, partner, test, test_now};
use crate::clinic::{Clinic, MANAGER, seconds_to};
use crate::post::{Answer, Reply};
use crate::sends::{NUMBER, Sends};

#[tokio::test]
async fn a_test_message_goes_to_whoever_asks_and_says_how_it_went() {
    let stage = Sends::new().await;
    let (clinic, token) = (&stage.clinic, stage.clinic.founder.clone());
    // For e-mail no other place can be named.
    let sent = test(clinic, &token, Channel::Email, Some(NUMBER)).await;
    let mailed = sent.unwrap();
    assert_eq!((mailed.to.as_str(), &mailed.line), (MANAGER, &Line::Queued));
    let sent = test(clinic, &token, Channel::Sms, Some("+61 491 570 156")).await;
    let texted = sent.unwrap();
    assert_eq!((texted.to.as_str(), &texted.line), (NUMBER, &Line::Queued));
    assert_eq!(test_now(&stage, &token, &texted).await, Ok(Line::Queued));
    stage.deliver().await;
    let (letter, posted) = (stage.mailbox.next().await, stage.gateway.next().await);
    assert_eq!(letter.to, MANAGER);
    assert_eq!(letter.subject(), "Test message from Hills Clinic");
    let text = "This is a test message from Hills Clinic, sent by Vestibule. It works.";
    assert_eq!(letter.text().trim_end(), text);
    assert_eq!(
        (posted.to().as_str(), posted.text().as_str()),
        ("+61491570156", text)
    );
    let at = clinic.now();
    for sent in [&mailed, &texted] {
        let line = test_now(&stage, &token, sent).await;
        assert_eq!(line, Ok(Line::HandedOver { at }));
    }

    stage.mailbox.answer(Answer::BadPassword);
    stage.gateway.answer(Reply::plain("500 Oops", ""));
    let mailed = test(clinic, &token, Channel::Email, None).await.unwrap();
    let texted = test(clinic, &token, Channel::Sms, Some(NUMBER)).await;
    let texted = texted.unwrap();
    stage.deliver().await;
    let why = NotSent::Credentials;
    let line = test_now(&stage, &token, &mailed).await;
    assert_eq!(line, Ok(Line::Failed { why }));
    let line = test_now(&stage, &token, &texted).await.unwrap();
    let faulty = matches!(line, Line::Again { why, .. } if why == NotSent::Faulty);
    assert!(faulty, "{line:?}");

    // Another's message is as unknown as none, to full access too (attack 57).
    let kim = partner(clinic, "kim@hills.example").await.session().await;
    let theirs = test_now(&stage, &kim, &mailed).await;
    assert_eq!(theirs, Err(Error::NotFound));
    let id = "none".to_owned();
    let none = clinic.call(&token, TestNow { id }).await;
    assert_eq!(none, Err(Error::NotFound));
}

/// The limits of codes hold a test message, and nothing goes where nothing is set or named.
#[tokio::test]
async fn a_test_message_is_held_by_the_limits_of_codes() {
    let stage = Sends::new().await;
    let (clinic, token) = (&stage.clinic, stage.clinic.founder.clone());
    for (typed, fault) in [
        (None, MobileFault::Empty),
        (Some("02 5550 1234"), MobileFault::NotMobile),
    ] {
        let refused = test(clinic, &token, Channel::Sms, typed).await;
        assert_eq!(refused, Err(Field::Mobile.cannot_be(fault)));
    }
    for _ in 0..3 {
        let sent = test(clinic, &token, Channel::Email, None).await.unwrap();
        assert!(sent.id.is_some());
    }
    for _ in 0..2 {
        let sent = test(clinic, &token, Channel::Sms, Some(NUMBER)).await;
        assert!(sent.unwrap().id.is_some());
    }
    let sent = test(clinic, &token, Channel::Email, None).await.unwrap();
    let Line::TooMany { until } = sent.line else {
        panic!("{sent:?}")
    };
    assert_eq!((sent.id, seconds_to(until, clinic)), (None, 60 * 60));
    stage.deliver().await;
    let (mut letters, mut posts) = (0, 0);
    while stage.mailbox.now().is_some() {
        letters += 1;
    }
    while stage.gateway.now().is_some() {
        posts += 1;
    }
    assert_eq!((letters, posts), (3, 2));
    clinic.clock.set(until);
    let token = clinic.manager().session_by(&stage.alex).await;
    let sent = test(clinic, &token, Channel::Email, None).await.unwrap();
    assert_eq!(sent.line, Line::Queued);

    let bare = Clinic::new().await;
    for channel in [Channel::Email, Channel::Sms] {
        let refused = test(&bare, &bare.founder, channel, Some(NUMBER)).await;
        assert_eq!(refused, Err(no(NotAllowed::NotConfigured)));
    }
}
