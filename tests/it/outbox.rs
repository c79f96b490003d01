//! What becomes of a message when a provider fails, and when a worker does.

mod breaker;
mod budgets;
#[cfg(feature = "server")]
mod counted;
mod kept;
mod letters;
mod workers;

use vestibule::api::{CodeDue, Line};
use vestibule::domain::{Channel, NotSent};

use crate::clinic::{Clinic, seconds_to};
use crate::post::{Answer, Reply};
use crate::sends::Sends;

/// A fault of one conversation.
#[derive(Clone, Debug)]
enum Fault {
    Mail(Answer),
    Sms(Reply),
}

impl Fault {
    fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
        }
    }

    fn happen(&self, stage: &Sends) {
        match self.clone() {
            Self::Mail(answer) => stage.mailbox.answer(answer),
            Self::Sms(reply) => stage.gateway.answer(reply),
        }
    }
}

/// Lets go of all that a set-up has sent: its code, and the notice to a proven address.
async fn settle(stage: &Sends) {
    stage.deliver().await;
    while stage.mailbox.now().is_some() {}
    while stage.gateway.now().is_some() {}
}

/// The reference and the code of every message that the provider has read.
fn read(stage: &Sends, channel: Channel) -> Vec<(String, String)> {
    let mut all = Vec::new();
    match channel {
        Channel::Email => {
            while let Some(letter) = stage.mailbox.now() {
                all.push((letter.header("Message-ID"), letter.code()));
            }
        }
        Channel::Sms => {
            while let Some(posted) = stage.gateway.now() {
                all.push((posted.field("ref"), posted.code()));
            }
        }
    }
    all
}

/// The tries of every challenge and of every account.
async fn counted(clinic: &Clinic) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let challenges = "SELECT token_hash, tries, ended_at FROM waiting ORDER BY 1";
    (clinic.sql(challenges).await, clinic.tries().await)
}

async fn sign_in_codes(clinic: &Clinic) -> i64 {
    let codes = "SELECT COUNT(*) FROM codes WHERE purpose = 'sign_in'";
    clinic.number(codes).await
}

async fn line(stage: &Sends, due: &CodeDue) -> Line {
    stage.sent(due).await.line
}

fn busy(retry_after: &str) -> Reply {
    Reply::With(
        "429 Too Many Requests",
        format!("Retry-After: {retry_after}\r\n"),
        String::new(),
    )
}

/// Faults 11 and 12, and attack 67: what may pass is tried again with the same code and under the
/// same name, not before its time, and goes out by itself when the fault has ended.
#[tokio::test]
async fn a_fault_that_passes_holds_the_same_message_up_and_counts_no_try() {
    use Fault::{Mail, Sms};
    for (fault, why, wait) in [
        (Mail(Answer::Greylist), NotSent::Busy, 2),
        (Mail(Answer::TooMany), NotSent::Busy, 2),
        (Mail(Answer::DropAtData), NotSent::NoAnswer, 2),
        (Mail(Answer::HangUp), NotSent::NoAnswer, 2),
        (Sms(busy("45")), NotSent::Busy, 45),
        (Sms(busy("soon")), NotSent::Busy, 2),
        (Sms(Reply::plain("500 Oops", "")), NotSent::Faulty, 2),
        (Sms(Reply::Torn), NotSent::NoAnswer, 2),
        (Sms(Reply::HangUp), NotSent::NoAnswer, 2),
    ] {
        let channel = fault.channel();
        let stage = Sends::new().await;
        let sam = stage.sam(channel).await;
        settle(&stage).await;
        fault.happen(&stage);
        let due = sam.code_due().await;
        let before = counted(&stage.clinic).await;
        assert_eq!(line(&stage, &due).await, Line::Queued, "{fault:?}");
        stage.deliver().await;
        let Line::Again { why: said, at } = line(&stage, &due).await else {
            panic!("{fault:?}: {:?}", line(&stage, &due).await)
        };
        assert_eq!(
            (said, seconds_to(at, &stage.clinic)),
            (why, wait),
            "{fault:?}"
        );
        let mut messages = read(&stage, channel);

        stage.clinic.clock.advance(wait - 1);
        stage.deliver().await;
        assert!(read(&stage, channel).is_empty(), "{fault:?}: too early");
        stage.clinic.clock.advance(1);
        stage.deliver().await;
        let at = stage.clinic.now();
        assert_eq!(
            line(&stage, &due).await,
            Line::HandedOver { at },
            "{fault:?}"
        );
        let again = read(&stage, channel);
        assert_eq!(again.len(), 1, "{fault:?}");
        messages.extend(again);
        let (name, code) = messages[0].clone();
        for message in &messages {
            assert_eq!(message, &(name.clone(), code.clone()), "{fault:?}");
        }
        assert_eq!(sign_in_codes(&stage.clinic).await, 1, "{fault:?}");
        assert_eq!(counted(&stage.clinic).await, before, "{fault:?}");
        stage.submit(&due, &code).await.unwrap();
    }
}

/// Faults 11 and 12: what no other try would mend is said at once and not tried again; *Send
/// again* carries the same code.
#[tokio::test]
async fn a_refusal_is_final_until_somebody_asks_again() {
    use Fault::{Mail, Sms};
    for (fault, why) in [
        (Mail(Answer::NoSuchPerson), NotSent::Refused),
        (Mail(Answer::Spam), NotSent::Refused),
        (Mail(Answer::BadPassword), NotSent::Credentials),
        (Sms(Reply::plain("400 No", "")), NotSent::Refused),
        (Sms(Reply::plain("401 Who", "")), NotSent::Credentials),
        (
            Sms(Reply::plain("200 OK", "{\"error\":\"no credit\"}")),
            NotSent::Faulty,
        ),
    ] {
        let channel = fault.channel();
        let stage = Sends::new().await;
        let sam = stage.sam(channel).await;
        settle(&stage).await;
        fault.happen(&stage);
        let due = sam.code_due().await;
        let before = counted(&stage.clinic).await;
        let ends = stage.sent(&due).await.ends;
        stage.deliver().await;
        assert_eq!(line(&stage, &due).await, Line::Failed { why }, "{fault:?}");
        let refused = read(&stage, channel);

        stage.clinic.clock.advance(120);
        stage.deliver().await;
        assert!(read(&stage, channel).is_empty(), "{fault:?}");
        stage.again(&due).await.unwrap();
        stage.deliver().await;
        let at = stage.clinic.now();
        assert_eq!(
            line(&stage, &due).await,
            Line::HandedOver { at },
            "{fault:?}"
        );
        let taken = read(&stage, channel);
        assert_eq!(taken.len(), 1, "{fault:?}");
        let code = &taken[0].1;
        assert!(refused.iter().all(|(_, other)| other == code), "{fault:?}");
        assert_eq!(stage.sent(&due).await.ends, ends, "{fault:?}");
        assert_eq!(sign_in_codes(&stage.clinic).await, 1, "{fault:?}");
        assert_eq!(counted(&stage.clinic).await, before, "{fault:?}");
        stage.submit(&due, code).await.unwrap();
    }
}

/// Faults 11 and 13: tries end before the code does; a fault never leaves a second valid code.
#[tokio::test]
async fn a_message_is_given_up_before_its_code_ends() {
    for (fault, why) in [
        (Fault::Mail(Answer::Greylist), NotSent::Busy),
        (Fault::Sms(Reply::plain("500 Oops", "")), NotSent::Faulty),
    ] {
        let channel = fault.channel();
        let stage = Sends::new().await;
        let sam = stage.sam(channel).await;
        settle(&stage).await;
        let due = sam.code_due().await;
        let ends = stage.sent(&due).await.ends.unwrap();
        let mut waits = Vec::new();
        loop {
            fault.happen(&stage);
            stage.deliver().await;
            match line(&stage, &due).await {
                Line::Again { at, .. } => {
                    assert!(at < ends, "tried after its end");
                    waits.push(seconds_to(at, &stage.clinic));
                    stage.clinic.clock.set(at);
                }
                Line::Failed { why: said } => {
                    assert_eq!(said, why);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(waits[..5], [2, 5, 10, 20, 30]);
        assert!(waits[5..].iter().all(|wait| *wait == 30), "{waits:?}");
        let mut old: Vec<_> = read(&stage, channel);
        old.dedup();
        assert!(old.len() <= 1, "{old:?}");

        stage.clinic.clock.set(ends);
        stage.deliver().await;
        assert_eq!(line(&stage, &due).await, Line::Failed { why });
        assert!(read(&stage, channel).is_empty());
        assert_eq!(stage.sent(&due).await.ends, None);
        let live = "SELECT COUNT(*) FROM codes WHERE used_at IS NULL AND ended_at IS NULL
                    AND purpose = 'sign_in'";
        assert_eq!(stage.clinic.number(live).await, 1);
        // A gateway that has failed so often is left alone for a moment.
        stage.clinic.clock.advance(30);
        stage.again(&due).await.unwrap();
        assert_eq!(stage.clinic.number(live).await, 1);
        let code = stage.code(channel).await;
        if let Some((_, old)) = old.first().filter(|(_, old)| *old != code) {
            assert!(stage.submit(&due, old).await.is_err());
        }
        stage.submit(&due, &code).await.unwrap();
    }
}

/// Fault 13: what nobody could send before its end is not sent after it.
#[tokio::test]
async fn a_message_that_nobody_took_in_time_is_dropped() {
    for channel in [Channel::Email, Channel::Sms] {
        let stage = Sends::new().await;
        let sam = stage.sam(channel).await;
        settle(&stage).await;
        let due = sam.code_due().await;
        let ends = stage.sent(&due).await.ends.unwrap();
        stage.clinic.clock.set(ends);
        stage.deliver().await;
        assert_eq!(line(&stage, &due).await, Line::Dropped);
        assert!(read(&stage, channel).is_empty());
        stage.again(&due).await.unwrap();
        let code = stage.code(channel).await;
        stage.submit(&due, &code).await.unwrap();
    }
}
