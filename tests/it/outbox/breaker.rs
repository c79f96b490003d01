//! A provider that does not work is left alone for a while (faults 12 and 39).

use vestibule::api::{CodeDue, Line, Secret, SetSms};
use vestibule::domain::delivery::{FAILURES_IN_A_ROW, PAUSE_SECONDS};
use vestibule::domain::{Channel, NotSent};

use super::{line, read, settle};
use crate::clinic::Person;
use crate::post::Reply;
use crate::sends::Sends;

/// People with codes by SMS.
async fn people(stage: &Sends, count: u32) -> Vec<Person<'_>> {
    let mut people = Vec::new();
    for number in 0..count {
        let email = format!("person{number}@hills.example");
        let mobile = format!("0491 571 {number:03}");
        people.push(stage.hire(&email, Channel::Sms, &mobile).await);
    }
    settle(stage).await;
    people
}

/// As many sign-ins as there are people, each with a message that the gateway hangs up on, as many
/// as it takes to leave it alone.
async fn broken(stage: &Sends, people: &[Person<'_>]) -> Vec<CodeDue> {
    let mut dues = Vec::new();
    for person in people {
        dues.push(person.code_due().await);
        stage.gateway.answer(Reply::HangUp);
        stage.deliver().await;
    }
    dues
}

/// When a message is tried again, and why it has not gone out.
async fn again(stage: &Sends, due: &CodeDue) -> (NotSent, i64) {
    match line(stage, due).await {
        Line::Again { why, at } => (why, crate::clinic::seconds_to(at, &stage.clinic)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_gateway_that_does_not_work_costs_the_next_message_nothing() {
    let stage = Sends::new().await;
    let all = people(&stage, FAILURES_IN_A_ROW + 2).await;
    let (first, last) = all.split_at(FAILURES_IN_A_ROW as usize);
    broken(&stage, first).await;
    // The gateway would take them: nobody asks it.
    let dues = [last[0].code_due().await, last[1].code_due().await];
    stage.deliver().await;
    for due in &dues {
        let paused = (NotSent::NoAnswer, PAUSE_SECONDS[0]);
        assert_eq!(again(&stage, due).await, paused);
    }
    assert!(read(&stage, Channel::Sms).is_empty());
    // Another way, and other settings, go on.
    let kim = stage
        .hire("kim@hills.example", Channel::Email, "kim@hills.example")
        .await;
    let due = kim.code_due().await;
    let code = stage.code(Channel::Email).await;
    stage.submit(&due, &code).await.unwrap();

    // One message goes ahead, and then all that wait.
    stage.clinic.clock.advance(PAUSE_SECONDS[0]);
    stage.deliver().await;
    let sent = read(&stage, Channel::Sms).len();
    assert!(sent >= 1, "nothing went ahead");
    stage.clinic.clock.advance(30);
    stage.deliver().await;
    let sent = sent + read(&stage, Channel::Sms).len();
    assert_eq!(sent, all.len());
    for due in &dues {
        let line = line(&stage, due).await;
        assert!(matches!(line, Line::HandedOver { .. }), "{line:?}");
    }
}

#[tokio::test]
async fn one_message_finds_out_and_the_pause_grows() {
    let stage = Sends::new().await;
    let all = people(&stage, FAILURES_IN_A_ROW + 1).await;
    let (first, last) = all.split_at(FAILURES_IN_A_ROW as usize);
    broken(&stage, first).await;
    let due = last[0].code_due().await;
    stage.deliver().await;
    let mut asked = 0;
    for pause in PAUSE_SECONDS {
        stage.clinic.clock.advance(pause);
        // Were a second one asked, it would be taken.
        stage.gateway.answer(Reply::HangUp);
        stage.deliver().await;
        asked += read(&stage, Channel::Sms).len();
    }
    assert_eq!(asked, 0, "more than one went ahead");
    assert!(matches!(
        line(&stage, &due).await,
        Line::Again { .. } | Line::Failed { .. }
    ));
}

/// Whoever corrects the settings does not wait for what the old ones did.
#[tokio::test]
async fn other_settings_are_asked_at_once() {
    let stage = Sends::new().await;
    let all = people(&stage, FAILURES_IN_A_ROW + 1).await;
    let (first, last) = all.split_at(FAILURES_IN_A_ROW as usize);
    broken(&stage, first).await;
    let gateway = stage.gateway.settings().into();
    let secret = Some(Secret::new("gateway secret"));
    let founder = &stage.clinic.founder;
    let call = SetSms {
        gateway,
        secret,
        countries: None,
    };
    stage.clinic.call(founder, call).await.unwrap();
    let due = last[0].code_due().await;
    stage.deliver().await;
    let at = stage.clinic.now();
    assert_eq!(line(&stage, &due).await, Line::HandedOver { at });
}

/// A number that is refused, a gateway that is busy, and a wrong key are answers.
#[tokio::test]
async fn a_gateway_that_answers_is_not_left_alone() {
    let stage = Sends::new().await;
    let all = people(&stage, FAILURES_IN_A_ROW + 2).await;
    let (last, first) = all.split_last().unwrap();
    for (person, status) in first.iter().zip(
        ["400 A", "422 A", "401 A", "429 A", "404 A"]
            .into_iter()
            .cycle(),
    ) {
        person.code_due().await;
        stage.gateway.answer(Reply::plain(status, ""));
        stage.deliver().await;
    }
    read(&stage, Channel::Sms);
    let due = last.code_due().await;
    stage.deliver().await;
    let at = stage.clinic.now();
    assert_eq!(line(&stage, &due).await, Line::HandedOver { at });
}
