//! Codes that are sent: to whom, how long, how often, what they open.

use vestibule::api::{
    Error, Hindrance, Line, SendStepUp, StepUp, StepUpNow, SubmitCode, ToSend, Way,
};
use vestibule::api::{Field, ProveMethod, Secret};
use vestibule::domain::{Channel, EmailFault, MethodKind, MobileFault, NotAllowed};

use crate::clinic::{Clinic, PASSWORD, seconds_to};
use crate::sends::{NUMBER, SAM, Sends, another_code};

const BOTH: [Channel; 2] = [Channel::Email, Channel::Sms];

fn is_wrong<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::CodeWrong { .. }))
}

fn is_ended<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::CodeEnded { .. }))
}

/// Attack 65: what a sign-in that waits shows of where the code went.
#[tokio::test]
async fn a_code_goes_out_with_the_password_and_opens_once() {
    for (channel, masked) in [(Channel::Email, "s•••@h•••"), (Channel::Sms, "•••• 156")]
    {
        let stage = Sends::new().await;
        let sam = stage.sam(channel).await;
        let due = sam.code_due().await;
        assert_eq!(due.challenge.method, channel.method());
        let sent = due.challenge.sent.clone().unwrap();
        assert_eq!((sent.to.as_str(), &sent.line), (masked, &Line::Queued));
        let code = stage.code(channel).await;
        let sent = stage.sent(&due).await;
        let at = stage.clinic.now();
        assert_eq!(sent.line, Line::HandedOver { at });
        let wrong = stage.submit(&due, &another_code(&code)).await;
        assert!(is_wrong(&wrong), "{wrong:?}");
        stage.submit(&due, &code).await.unwrap();
        assert_eq!(stage.submit(&due, &code).await, Err(Error::ChallengeEnded));
        // Nothing of it opens the next sign-in.
        let due = sam.code_due().await;
        let old = stage.submit(&due, &code).await;
        assert!(is_wrong(&old), "{old:?}");
    }
}

/// Attack 28: 4:59 and 5:00 by SMS, 9:59 and 10:00 by e-mail; and fault 13.
#[tokio::test]
async fn a_code_ends_at_its_minute_and_says_so() {
    for (channel, seconds) in [(Channel::Sms, 300), (Channel::Email, 600)] {
        for (later, in_time) in [(seconds - 1, true), (seconds, false)] {
            let stage = Sends::new().await;
            let sam = stage.sam(channel).await;
            let due = sam.code_due().await;
            let code = stage.code(channel).await;
            let ends = stage.sent(&due).await.ends.unwrap();
            assert_eq!(seconds_to(ends, &stage.clinic), seconds);
            stage.clinic.clock.advance(later);
            let answer = stage.submit(&due, &code).await;
            if in_time {
                answer.unwrap();
                continue;
            }
            assert!(is_ended(&answer), "{answer:?}");
            assert_eq!(stage.sent(&due).await.ends, None);
            // A new one, with the tries of the challenge as they stand.
            stage.again(&due).await.unwrap();
            let new = stage.code(channel).await;
            let old = stage.submit(&due, &code).await;
            assert!(is_ended(&old), "{old:?}");
            let wrong = stage.submit(&due, &another_code(&new)).await;
            assert_eq!(wrong, Err(Error::CodeWrong { tries_left: 2 }));
            stage.submit(&due, &new).await.unwrap();
        }
    }
}

/// Attack 28: *Send again* repeats the code and does not move its end; the waits are 30, 60,
/// 120 seconds.
#[tokio::test]
async fn send_again_repeats_the_code_after_growing_waits() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Email).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Email).await;
    let ends = stage.sent(&due).await.ends;
    for wait in [30, 60, 120] {
        let until = stage.sent(&due).await.again;
        assert_eq!(seconds_to(until, &stage.clinic), wait);
        stage.clinic.clock.advance(wait - 1);
        assert_eq!(stage.again(&due).await, Err(Error::TooSoon { until }));
        stage.clinic.clock.advance(1);
        let sent = stage.again(&due).await.unwrap().sent.unwrap();
        assert_eq!(sent.ends, ends);
        assert_eq!(stage.code(Channel::Email).await, code);
    }
    stage.submit(&due, &code).await.unwrap();
}

/// Attacks 14 and 13: a resend, another method and another sign-in reset no counter.
#[tokio::test]
async fn no_resend_and_no_other_way_gives_tries_back() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let token = {
        let due = sam.code_due().await;
        let code = stage.code(Channel::Sms).await;
        stage.submit(&due, &code).await.unwrap()
    };
    stage.enrol(&token, Channel::Email, SAM).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    for left in [4, 3] {
        let wrong = stage.submit(&due, &another_code(&code)).await;
        assert_eq!(wrong, Err(Error::CodeWrong { tries_left: left }));
    }
    stage.clinic.clock.advance(30);
    stage.again(&due).await.unwrap();
    stage.code(Channel::Sms).await;
    let challenge = stage.another(&due, MethodKind::Email).await.unwrap();
    assert_eq!(challenge.method, MethodKind::Email);
    assert_eq!(challenge.ways, [MethodKind::Sms]);
    let mailed = stage.code(Channel::Email).await;
    // What was sent by the other way opens nothing while this one is asked for.
    let other = stage.submit(&due, &code).await;
    assert!(code == mailed || other == Err(Error::CodeWrong { tries_left: 2 }));
    // Back again: the same code, and no further message.
    stage.another(&due, MethodKind::Sms).await.unwrap();
    stage.deliver().await;
    assert!(stage.gateway.now().is_none());
    stage.submit(&due, &code).await.unwrap();
}

/// Attack 61: 10 unused an hour to one number over all accounts, 5 of one account; what was used
/// gives its place back; the other methods go on.
#[tokio::test]
async fn one_number_gets_ten_unused_messages_an_hour_from_all_accounts() {
    let stage = Sends::new().await;
    let people = [
        stage.sam(Channel::Sms).await,
        stage.hire("kim@hills.example", Channel::Sms, NUMBER).await,
        stage.hire("lee@hills.example", Channel::Sms, NUMBER).await,
    ];
    // The three that proved the number were used.
    let mut sent = 0;
    for _ in 0..5 {
        for person in &people[..2] {
            let due = person.code_due().await;
            let line = due.challenge.sent.unwrap().line;
            assert_eq!(line, Line::Queued, "after {sent}");
            stage.code(Channel::Sms).await;
            sent += 1;
        }
    }
    // Each of the two accounts is at its five, and the number at its ten.
    for person in &people {
        let due = person.code_due().await;
        let sent = due.challenge.sent.clone().unwrap();
        let Line::TooMany { until } = sent.line else {
            panic!("{sent:?}")
        };
        assert_eq!(seconds_to(until, &stage.clinic), 60 * 60);
        assert_eq!(sent.again, until);
        assert_eq!(stage.again(&due).await, Err(Error::TooSoon { until }));
    }
    stage.deliver().await;
    assert!(stage.gateway.now().is_none());
    // Whoever proves by another way is not held up.
    stage.clinic.manager().session_by(&stage.alex).await;
    stage.clinic.clock.advance(60 * 60);
    let due = people[2].code_due().await;
    let code = stage.code(Channel::Sms).await;
    stage.submit(&due, &code).await.unwrap();
}

/// The figure of one account, and of a day.
#[tokio::test]
async fn an_account_gets_five_unused_messages_an_hour_and_a_number_twenty_a_day() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    for hour in 0..4 {
        for number in 0..5 {
            let due = sam.code_due().await;
            let line = due.challenge.sent.unwrap().line;
            assert_eq!(line, Line::Queued, "{hour}: {number}");
            stage.code(Channel::Sms).await;
        }
        let due = sam.code_due().await;
        let line = due.challenge.sent.unwrap().line;
        assert!(matches!(line, Line::TooMany { .. }), "{line:?}");
        stage.clinic.clock.advance(60 * 60);
    }
    let due = sam.code_due().await;
    let Line::TooMany { until } = due.challenge.sent.unwrap().line else {
        panic!("more than twenty a day")
    };
    assert_eq!(seconds_to(until, &stage.clinic), 20 * 60 * 60);
}

#[tokio::test]
async fn a_used_code_gives_its_place_back() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    for _ in 0..12 {
        let due = sam.code_due().await;
        let code = stage.code(Channel::Sms).await;
        stage.submit(&due, &code).await.unwrap();
    }
}

/// Attack 21: the backend alone decides which method is asked.
#[tokio::test]
async fn nobody_is_sent_a_code_for_a_method_that_is_not_proven() {
    let stage = Sends::new().await;
    let due = stage.clinic.manager().code_due().await;
    for method in [MethodKind::Email, MethodKind::Sms] {
        let refused = stage.another(&due, method).await;
        let why = NotAllowed::NoSuchMethod;
        assert_eq!(refused, Err(Error::NotAllowed { why }));
    }
    let none = stage.again(&due).await.unwrap();
    assert_eq!(none.sent, None);
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none() && stage.gateway.now().is_none());
}

/// Attack 20 and 21: a code opens what it was sent for, and nothing else.
#[tokio::test]
async fn a_code_for_one_thing_opens_no_other() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Email).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Email).await;
    let token = stage.submit(&due, &code).await.unwrap();

    let due = sam.code_due().await;
    let to_sign_in = stage.code(Channel::Email).await;
    let started = stage.start(&token, Channel::Sms, NUMBER).await.unwrap();
    let to_set_up = stage.code(Channel::Sms).await;
    let prove = ProveMethod {
        method: started.method.clone(),
        code: Secret::new(to_sign_in.clone()),
    };
    let refused = stage.clinic.call(&token, prove).await;
    assert!(is_wrong(&refused.map(drop)) || to_sign_in == to_set_up);
    let refused = stage.submit(&due, &to_set_up).await;
    assert!(is_wrong(&refused) || to_sign_in == to_set_up);
    // Another challenge of the same person: its own code, not this one.
    let second = sam.code_due().await;
    let of_second = stage.code(Channel::Email).await;
    let crossed = stage.submit(&second, &to_sign_in).await;
    assert!(is_wrong(&crossed) || to_sign_in == of_second);
    stage.submit(&due, &to_sign_in).await.unwrap();
}

/// Attack 91, for codes that are sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_submits_of_one_code_one_gets_in() {
    for channel in BOTH {
        let stage = Sends::new().await;
        let sam = stage.sam(channel).await;
        let due = sam.code_due().await;
        let code = stage.code(channel).await;
        let tries: Vec<_> = (0..5)
            .map(|_| {
                let (backend, token) = (stage.clinic.backend.clone(), due.token.clone());
                let code = Secret::new(code.clone());
                tokio::spawn(async move {
                    backend
                        .call(
                            Some(&token),
                            SubmitCode {
                                code,
                                remember: false,
                            },
                        )
                        .await
                })
            })
            .collect();
        let mut in_ = 0;
        for tried in tries {
            match tried.await.unwrap() {
                Ok(_) => in_ += 1,
                Err(Error::ChallengeEnded | Error::CodeUsed { .. } | Error::Busy { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(in_, 1);
    }
}

/// Attacks 38 and 39, at the set-up.
#[tokio::test]
async fn what_is_no_number_or_address_is_refused_and_sends_nothing() {
    let stage = Sends::new().await;
    let sam = stage.clinic.hire(SAM).await;
    let token = sam.session().await;
    for (typed, fault) in [
        ("", MobileFault::Empty),
        ("0491 570 15", MobileFault::Malformed),
        ("02 5550 1234", MobileFault::NotMobile),
        ("+44 7400 123456", MobileFault::OtherCountry),
        ("0491570156;ext=1", MobileFault::NotDigits),
    ] {
        let refused = stage.start(&token, Channel::Sms, typed).await;
        assert_eq!(refused, Err(Field::Mobile.cannot_be(fault)), "{typed}");
    }
    for (typed, fault) in [
        ("", EmailFault::Empty),
        (
            "sam@hills.example\r\nBcc: x@y.example",
            EmailFault::Malformed,
        ),
    ] {
        let refused = stage.start(&token, Channel::Email, typed).await;
        assert_eq!(refused, Err(Field::Email.cannot_be(fault)), "{typed}");
    }
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none() && stage.gateway.now().is_none());
    // Many spellings are one number: sent to the stored one.
    let started = stage
        .start(&token, Channel::Sms, "+61 (0)491-570-156")
        .await;
    assert!(started.is_ok(), "{started:?}");
    stage.deliver().await;
    assert_eq!(stage.gateway.next().await.to(), "+61491570156");
}

/// A method whose channel is not configured, and one that full access may not use.
#[tokio::test]
async fn the_choices_say_what_stands_in_the_way() {
    let stage = Sends::new().await;
    let sam = stage.clinic.hire(SAM).await;
    assert_eq!(stage.hindrances(&sam.session().await).await, [None; 3]);
    let narrow = Some(Hindrance::NotForFullAccess);
    let founder = stage.clinic.founder.clone();
    assert_eq!(stage.hindrances(&founder).await, [None, narrow, narrow]);
    let refused = stage.start(&founder, Channel::Email, SAM).await;
    let why = NotAllowed::MethodNotAllowed;
    assert_eq!(refused, Err(Error::NotAllowed { why }));

    let bare = Clinic::new().await;
    let kim = bare.hire("kim@hills.example").await;
    let token = kim.session().await;
    let choices = bare.call(&token, vestibule::api::Choices {}).await.unwrap();
    let off = Some(Hindrance::NotConfigured);
    let said: Vec<_> = choices.iter().map(|choice| choice.hindrance).collect();
    assert_eq!(said, [None, off, off]);
}

/// A step-up by a code that is sent; it counts once.
#[tokio::test]
async fn a_step_up_asks_for_a_code_that_is_sent() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    let token = stage.submit(&due, &code).await.unwrap();
    stage.clinic.clock.advance(5 * 60 + 1);
    let ask = SendStepUp {
        method: None,
        send: ToSend::IfNone,
    };
    let asked = stage.clinic.call(&token, ask.clone()).await.unwrap();
    assert_eq!(asked.method, Some(MethodKind::Sms));
    stage.code(Channel::Sms).await;
    // Asked once more while the code is live, it sends none.
    stage.clinic.call(&token, ask.clone()).await.unwrap();
    stage.deliver().await;
    assert!(stage.gateway.now().is_none());
    // What only asks how the code stands sends none when it has ended, however long it asks.
    let look = StepUpNow { method: None };
    stage.clinic.clock.advance(5 * 60);
    for _ in 0..3 {
        let asked = stage.clinic.call(&token, look.clone()).await.unwrap();
        assert_eq!(asked.sent.unwrap().ends, None);
    }
    stage.deliver().await;
    assert!(stage.gateway.now().is_none());
    stage.clinic.call(&token, ask.clone()).await.unwrap();
    let code = stage.code(Channel::Sms).await;
    let step_up = StepUp {
        password: Secret::new(PASSWORD),
        code: Some(Secret::new(code)),
        by: Some(Way::Method(MethodKind::Sms)),
    };
    let stepped = stage.clinic.call(&token, step_up.clone()).await.unwrap();
    let again = stage.clinic.call(&stepped.token, step_up).await;
    assert!(matches!(again, Err(Error::CodeUsed { .. })), "{again:?}");
}
