//! A message to many people at once: one of a kind a day each, two seconds apart, the result of
//! each told, what has not gone out taken back.

use vestibule::api::{
    AddPerson, CancelRound, DryRun, Error, Line, Planned, Round, RoundKind, RoundNow, RoundStarted,
    SetRule, StartAuthenticator, StartRound, Token,
};
use vestibule::domain::{NotAllowed, NotSent, Role};

use crate::clinic::Clinic;
use crate::post::Answer;
use crate::practices::beside;
use crate::sends::Sends;
use crate::staff::MANDATORY_NOW;

const PEOPLE: [&str; 3] = ["bo@hills.example", "kim@hills.example", "sam@hills.example"];

async fn start(clinic: &Clinic, token: &Token, kind: RoundKind) -> Result<RoundStarted, Error> {
    let to = Planned::Mandatory;
    clinic.call(token, StartRound { kind, to }).await
}

async fn now(sends: &Sends, kind: RoundKind) -> Round {
    let call = RoundNow { kind };
    let round = sends.clinic.call(&sends.clinic.founder, call).await;
    round.unwrap().unwrap()
}

/// A practice that sends, three people who are not Enabled, and two-factor Mandatory for all.
async fn clinic() -> Sends {
    let sends = Sends::new().await;
    for email in PEOPLE {
        sends.clinic.hire(email).await;
    }
    let rule = MANDATORY_NOW;
    let set = sends.clinic.call(&sends.clinic.founder, SetRule { rule });
    set.await.unwrap();
    sends
}

/// Who has had a letter with this beginning of its subject, in the order in which they came.
async fn letters(sends: &Sends, subject: &str) -> Vec<String> {
    let mut to = Vec::new();
    while let Some(letter) = sends.mailbox.now() {
        if letter.subject().starts_with(subject) {
            to.push(letter.to);
        }
    }
    to
}

#[tokio::test]
async fn a_reminder_goes_to_each_two_seconds_apart() {
    let sends = clinic().await;
    let started = start(&sends.clinic, &sends.clinic.founder, RoundKind::Reminder)
        .await
        .unwrap();
    assert_eq!(started.too_soon, 0);
    let round = started.round.unwrap();
    assert_eq!((round.all, round.waiting), (3, 3));
    let mut reached = Vec::new();
    for sent in 1..=3 {
        sends.deliver().await;
        let mut came = letters(&sends, "Please set up two-factor at Hills Clinic").await;
        assert_eq!(came.len(), 1);
        reached.append(&mut came);
        let round = now(&sends, RoundKind::Reminder).await;
        assert_eq!(round.handed_over, sent as u64);
        assert_eq!(round.waiting, 3 - sent as u64);
        sends.clinic.clock.advance(2);
    }
    reached.sort_unstable();
    assert_eq!(reached, PEOPLE);
    // Whoever was reminded today is not reminded again, and a test is another message.
    let again = start(&sends.clinic, &sends.clinic.founder, RoundKind::Reminder).await;
    let expected = RoundStarted {
        round: None,
        too_soon: 3,
    };
    assert_eq!(again, Ok(expected));
    let test = start(&sends.clinic, &sends.clinic.founder, RoundKind::Test).await;
    assert_eq!(test.unwrap().round.unwrap().all, 3);
    // What another practice has sent them keeps nobody from it, and is told to nobody.
    let vale = beside(&sends.clinic).await.me.practice;
    let moved = format!("UPDATE outbox SET practice_id = '{vale}' WHERE kind = 'reminder'");
    sends.clinic.sql(&moved).await;
    let again = start(&sends.clinic, &sends.clinic.founder, RoundKind::Reminder).await;
    assert_eq!(again.unwrap().too_soon, 0);
    sends.clinic.clock.advance(24 * 3_600);
    let alex = sends.clinic.manager().session_by(&sends.alex).await;
    let tomorrow = start(&sends.clinic, &alex, RoundKind::Reminder).await;
    assert_eq!(tomorrow.unwrap().round.unwrap().all, 3);
}

/// Whose address is wrong is told by name, and may be tried again at once.
#[tokio::test]
async fn the_result_of_each_is_told() {
    let sends = clinic().await;
    start(&sends.clinic, &sends.clinic.founder, RoundKind::Test)
        .await
        .unwrap();
    sends.mailbox.answer(Answer::NoSuchPerson);
    for _ in PEOPLE {
        sends.deliver().await;
        sends.clinic.clock.advance(2);
    }
    let round = now(&sends, RoundKind::Test).await;
    assert_eq!((round.failed, round.handed_over, round.waiting), (1, 2, 0));
    let first = &round.people[0];
    let why = NotSent::Refused;
    assert_eq!(first.line, Line::Failed { why });
    let again = start(&sends.clinic, &sends.clinic.founder, RoundKind::Test)
        .await
        .unwrap();
    assert_eq!((again.round.unwrap().all, again.too_soon), (1, 2));
}

#[tokio::test]
async fn what_has_not_gone_out_is_taken_back() {
    let sends = clinic().await;
    start(&sends.clinic, &sends.clinic.founder, RoundKind::Reminder)
        .await
        .unwrap();
    sends.deliver().await;
    let call = CancelRound {
        kind: RoundKind::Reminder,
    };
    let round = sends.clinic.call(&sends.clinic.founder, call).await;
    let round = round.unwrap().unwrap();
    assert_eq!(
        (round.handed_over, round.cancelled, round.waiting),
        (1, 2, 0)
    );
    let taken_back = "SELECT COUNT(*) FROM events WHERE kind = 'round_taken_back'";
    assert_eq!(sends.clinic.number(taken_back).await, 1);
    sends.clinic.clock.advance(60);
    sends.deliver().await;
    assert_eq!(letters(&sends, "Please set up").await.len(), 1);
    // Nothing is left to be taken back, and nothing is written down.
    let call = CancelRound {
        kind: RoundKind::Reminder,
    };
    let again = sends.clinic.call(&sends.clinic.founder, call).await;
    assert_eq!(again.unwrap().unwrap().cancelled, 2);
    assert_eq!(sends.clinic.number(taken_back).await, 1);
    // Nothing of what was taken back is left to be read.
    let sealed = "SELECT COUNT(*) FROM outbox WHERE state = 'dropped' AND sealed IS NOT NULL";
    assert_eq!(sends.clinic.number(sealed).await, 0);
}

/// Nobody is reminded who need not act, or cannot: a set-up that was begun for its own sake asks
/// nothing of anybody, and who has no password yet has no sign-in to be told of.
#[tokio::test]
async fn nobody_is_reminded_who_must_not_act() {
    let sends = Sends::new().await;
    let clinic = &sends.clinic;
    clinic.hire(PEOPLE[0]).await;
    let kim = clinic.hire(PEOPLE[1]).await;
    let token = kim.session().await;
    let key = clinic.call(&token, StartAuthenticator::default()).await;
    key.unwrap();
    let invite = AddPerson {
        name: "New Here".into(),
        email: "new@hills.example".into(),
        role: Role::Reception,
        send: false,
    };
    clinic.call(&clinic.founder, invite).await.unwrap();
    let must_act = async || {
        let call = DryRun {
            of: Planned::Mandatory,
            after: None,
        };
        let result = clinic.call(&clinic.founder, call).await.unwrap();
        (result.stopped, result.must_act)
    };
    assert_eq!(must_act().await, (3, 0));
    let started = start(clinic, &clinic.founder, RoundKind::Reminder).await;
    assert_eq!(started.unwrap().round, None);

    let rule = MANDATORY_NOW;
    clinic
        .call(&clinic.founder, SetRule { rule })
        .await
        .unwrap();
    assert_eq!(must_act().await, (3, 2));
    let started = start(clinic, &clinic.founder, RoundKind::Reminder).await;
    let round = started.unwrap().round.unwrap();
    let mut reached: Vec<&str> = round.people.iter().map(|one| one.email.as_str()).collect();
    reached.sort_unstable();
    assert_eq!(reached, PEOPLE[..2]);
}

#[tokio::test]
async fn without_a_mail_server_it_says_so() {
    let (clinic, _) = Clinic::enabled().await;
    let why = NotAllowed::NotConfigured;
    let refused = start(&clinic, &clinic.founder, RoundKind::Test).await;
    assert_eq!(refused.err(), Some(Error::NotAllowed { why }));
}
