//! What a practice may send within a day and is not used (attack 60).

use vestibule::api::{Error, Line, SendStepUp, ToSend};
use vestibule::domain::{Budget, Channel, MethodKind, SMS_BUDGET};

use super::{line, settle};
use crate::clinic::seconds_to;
use crate::sends::{SAM, Sends};

/// The founder and Sam.
const PEOPLE: u32 = 2;
const DAY: i64 = 24 * 60 * 60;

/// How many may be sent and not used.
fn most(budget: Budget) -> u32 {
    budget.at_least + budget.for_each * PEOPLE
}

/// As if so many messages had gone to numbers of somebody's own, none of them used, each a second
/// after the other.
async fn pumped(stage: &Sends, channel: Channel, count: u32) {
    let now = stage.clinic.now().as_millisecond();
    for number in 0..count {
        let at = now - i64::from(count - number) * 1_000;
        stage
            .clinic
            .sql(&format!(
                "INSERT INTO outbox (id, practice_id, user_id, channel, destination, state, tried,
                                     next_at, made_at, changed_at, ends_at)
                 SELECT 'pumped-' || {number} || '{channel}', practice_id, user_id, '{channel}',
                        '{number:04}', 'handed_over', 1, {at}, {at}, {at}, {at}
                 FROM memberships ORDER BY id LIMIT 1"
            ))
            .await;
    }
}

async fn told(stage: &Sends, kind: &str) -> i64 {
    let told = format!("SELECT COUNT(*) FROM events WHERE kind = '{kind}'");
    stage.clinic.number(&told).await
}

#[tokio::test]
async fn a_practice_that_is_pumped_sends_no_more_than_its_budget() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    let token = stage.submit(&due, &code).await.unwrap();
    stage.enrol(&token, Channel::Email, SAM).await;
    settle(&stage).await;
    // Used ones give their place back: one place is left.
    pumped(&stage, Channel::Sms, most(SMS_BUDGET) - 1).await;
    let begun = stage.clinic.now();
    let due = sam.code_due().await;
    assert_eq!(line(&stage, &due).await, Line::Queued);
    assert_eq!(told(&stage, "sms_budget_spent").await, 0);

    let held = sam.code_due().await;
    let Line::TooMany { until } = line(&stage, &held).await else {
        panic!("{:?}", line(&stage, &held).await);
    };
    let first = i64::from(most(SMS_BUDGET) - 1);
    assert_eq!(seconds_to(until, &stage.clinic), DAY - first);
    // It is written down once a day, however often it is asked.
    for _ in 0..3 {
        line(&stage, &held).await;
        assert!(matches!(
            stage.again(&held).await,
            Err(Error::TooSoon { .. })
        ));
    }
    assert_eq!(told(&stage, "sms_budget_spent").await, 1);
    settle(&stage).await;
    // Another way goes on.
    stage.another(&held, MethodKind::Email).await.unwrap();
    let code = stage.code(Channel::Email).await;
    let token = stage.submit(&held, &code).await.unwrap();
    assert_eq!(told(&stage, "email_budget_spent").await, 0);

    // A step-up is held alike.
    stage.clinic.clock.advance(5 * 60 + 1);
    let ask = SendStepUp {
        method: Some(MethodKind::Sms),
        send: ToSend::IfNone,
    };
    let asked = stage.clinic.call(&token, ask).await.unwrap();
    assert!(
        matches!(asked.sent.unwrap().line, Line::TooMany { .. }),
        "a step-up is sent"
    );
    // From the day after, there is room again.
    let ended = begun.checked_add(jiff::SignedDuration::from_hours(24));
    stage.clinic.clock.set(ended.unwrap());
    let due = sam.code_due().await;
    assert_eq!(line(&stage, &due).await, Line::Queued);
}

/// Anybody may ask for a letter about a forgotten password: it takes no code's place, and codes
/// take none of its.
#[tokio::test]
async fn letters_that_anybody_may_ask_for_spend_no_budget_of_codes() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Email).await;
    settle(&stage).await;
    let budget = most(Budget::of(Channel::Email));
    pumped(&stage, Channel::Email, budget).await;
    let to_nobody = "UPDATE outbox SET kind = 'reset' WHERE id LIKE 'pumped-%'";
    stage.clinic.sql(to_nobody).await;
    let due = sam.code_due().await;
    assert_eq!(line(&stage, &due).await, Line::Queued);
    let code = stage.code(Channel::Email).await;
    stage.submit(&due, &code).await.unwrap();
    // Theirs is spent, and the answer says nothing.
    let ask = || vestibule::api::ForgotPassword {
        email: SAM.to_owned(),
    };
    settle(&stage).await;
    stage.clinic.backend.call(None, ask()).await.unwrap();
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
    stage.clinic.clock.advance(DAY);
    stage.clinic.backend.call(None, ask()).await.unwrap();
    stage.deliver().await;
    assert!(stage.mailbox.now().is_some());
}
