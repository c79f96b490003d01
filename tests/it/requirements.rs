//! Turning on and off, reset, *Allow tries again*: what each does, and to whom.

mod racing;

use vestibule::api::{
    AllowTriesAgain, EndSessions, Error, Fault, Field, Reset, RuleAsked, Secret,
    StartAuthenticator, SubmitCode, Token, TryState, TurnOff, TurnOn,
};
use vestibule::domain::{NameFault, NotAllowed, Role, Starts, Status, UserId};

use crate::staff::{Desk, MANDATORY_NOW, REASON};
use crate::statuses::door;

const SAM: &str = "sam@hills.example";
const KIM: &str = "kim@hills.example";

pub(crate) async fn turn_on(desk: &Desk, token: &Token, user: &UserId) -> Option<Error> {
    let user = user.clone();
    desk.clinic
        .call(
            token,
            TurnOn {
                user,
                from: Starts::Now,
            },
        )
        .await
        .err()
}

pub(crate) async fn turn_off(desk: &Desk, token: &Token, user: &UserId) -> Option<Error> {
    let (user, reason) = (user.clone(), REASON.to_owned());
    let call = TurnOff { user, reason };
    desk.clinic.call(token, call).await.err()
}

pub(crate) async fn reset(desk: &Desk, token: &Token, user: &UserId) -> Option<Error> {
    let (user, reason) = (user.clone(), REASON.to_owned());
    desk.clinic.call(token, Reset { user, reason }).await.err()
}

pub(crate) async fn allow(desk: &Desk, token: &Token, user: &UserId) -> Option<Error> {
    let (user, reason) = (user.clone(), REASON.to_owned());
    let call = AllowTriesAgain { user, reason };
    desk.clinic.call(token, call).await.err()
}

pub(crate) async fn end_sessions(desk: &Desk, token: &Token, user: &UserId) -> Option<Error> {
    let (user, reason) = (user.clone(), REASON.to_owned());
    let call = EndSessions { user, reason };
    desk.clinic.call(token, call).await.err()
}

fn not(why: NotAllowed) -> Option<Error> {
    Some(Error::NotAllowed { why })
}

#[tokio::test]
async fn turning_on_twice_is_turning_on_once() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let first = desk.clinic.now();
    for _ in 0..2 {
        assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
        desk.clinic.clock.advance(1);
    }
    assert_eq!(desk.logged("turned_on", &sam.id).await, 1);
    let told = [("turned_on".to_owned(), "Alex Lee".to_owned())];
    assert_eq!(desk.notices(&sam.id).await, told);
    let facts = desk.view(&sam.id).await.facts;
    assert_eq!((facts.since, facts.due_from), (Some(first), Some(first)));
    assert_eq!(facts.turned_on_by.as_deref(), Some("Alex Lee"));
    // One's own turning on is no news to oneself.
    for _ in 0..2 {
        assert_eq!(turn_on(&desk, &desk.manager, &desk.manager_id).await, None);
    }
    assert_eq!(desk.logged("turned_on", &desk.manager_id).await, 1);
    assert_eq!(
        desk.notices(&desk.manager_id).await,
        [("enabled".to_owned(), String::new())]
    );
}

#[tokio::test]
async fn only_ones_own_turning_on_can_be_undone_without_full_access() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let nothing = not(NotAllowed::NothingToTurnOff);
    assert_eq!(turn_off(&desk, &sam.token, &sam.id).await, nothing);
    let phone = desk.clinic.enrol(&sam.token).await;
    assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
    let facts = desk.view(&sam.id).await.facts;
    assert_eq!(facts.keeps_on, None);
    let by_manager = not(NotAllowed::RequiredByFullAccess);
    assert_eq!(turn_off(&desk, &sam.token, &sam.id).await, by_manager);
    desk.set_rule(MANDATORY_NOW).await;
    let by_rule = not(NotAllowed::RequiredByRule);
    assert_eq!(turn_off(&desk, &sam.token, &sam.id).await, by_rule);
    // Nor may a manager, of anybody, while the rule stands (attack 55).
    assert_eq!(turn_off(&desk, &desk.manager, &sam.id).await, by_rule);
    let own = turn_off(&desk, &desk.manager, &desk.manager_id).await;
    assert_eq!(own, by_rule);
    desk.set_rule(RuleAsked::Optional).await;
    desk.clinic.clock.advance(60);
    desk.at_the_door(&sam).session_by(&phone).await;
    assert_eq!(turn_off(&desk, &desk.manager, &sam.id).await, None);
    assert_eq!(door(&desk, &sam).await, "straight in");
}

#[tokio::test]
async fn turning_off_closes_methods_and_ends_the_other_sessions() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let phone = desk.clinic.enrol(&sam.token).await;
    assert_eq!(turn_on(&desk, &sam.token, &sam.id).await, None);
    desk.clinic.clock.advance(60);
    let other = desk.at_the_door(&sam).session_by(&phone).await;
    let due = desk.at_the_door(&sam).code_due().await;
    desk.clinic
        .call(&sam.token, StartAuthenticator::default())
        .await
        .unwrap();
    assert_eq!(turn_off(&desk, &sam.token, &sam.id).await, None);

    assert_eq!(desk.clinic.admits(&sam.token).await, Ok(()));
    assert_eq!(desk.clinic.admits(&other).await, Err(Error::NotSignedIn));
    desk.clinic.clock.advance(30);
    let late = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(late.err(), Some(Error::ChallengeEnded));
    let facts = desk.view(&sam.id).await.facts;
    assert_eq!((facts.status, facts.turned_on), (Status::NotSetup, false));
    let kept = format!(
        "SELECT COUNT(*) FROM methods WHERE user_id = '{}' AND secret IS NOT NULL",
        sam.id
    );
    assert_eq!(desk.clinic.number(&kept).await, 0);
    let told = desk.notices(&sam.id).await;
    assert_eq!(told.last(), Some(&("turned_off".to_owned(), String::new())));
    assert_eq!(desk.logged("turned_off", &sam.id).await, 1);
}

/// Attacks 25 and 51: nothing of the person goes on that rests on the lost phone.
#[tokio::test]
async fn a_reset_ends_all_that_rested_on_the_method() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let phone = desk.clinic.enrol(&sam.token).await;
    assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
    desk.clinic.clock.advance(60);
    let due = desk.at_the_door(&sam).code_due().await;
    let code = Secret::new(phone.wrong(0));
    let missed = desk
        .clinic
        .call(
            &due.token,
            SubmitCode {
                code,
                remember: false,
            },
        )
        .await;
    assert!(matches!(missed, Err(Error::CodeWrong { .. })));
    assert_eq!(reset(&desk, &desk.manager, &sam.id).await, None);

    assert_eq!(
        desk.clinic.admits(&sam.token).await,
        Err(Error::NotSignedIn)
    );
    let late = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(late.err(), Some(Error::ChallengeEnded));
    // What is required stays, and the tries stay counted.
    assert_eq!(desk.view(&sam.id).await.facts.status, Status::Activated);
    assert_eq!(desk.view(&sam.id).await.sessions, 0);
    assert_eq!(desk.clinic.code_failures().await, 1);
    assert_eq!(door(&desk, &sam).await, "must");
    let told = desk.notices(&sam.id).await;
    assert_eq!(
        told.last(),
        Some(&("reset".to_owned(), "Alex Lee".to_owned()))
    );
    let why = desk
        .clinic
        .sql("SELECT reason FROM events WHERE kind = 'reset'")
        .await;
    assert_eq!(why, [[REASON]]);
    // There is nothing left to reset.
    let again = reset(&desk, &desk.manager, &sam.id).await;
    assert_eq!(again, not(NotAllowed::NothingToReset));
}

#[tokio::test]
async fn a_set_up_under_way_is_reset_too() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let key = desk
        .clinic
        .call(&sam.token, StartAuthenticator::default())
        .await
        .unwrap();
    assert_eq!(reset(&desk, &desk.manager, &sam.id).await, None);
    let phone = desk.clinic.phone(&key);
    let proven = desk.clinic.prove(&sam.token, &key, &phone.code()).await;
    assert_eq!(proven.err(), Some(Error::NotSignedIn));
    let token = desk.at_the_door(&sam).session().await;
    let proven = desk.clinic.prove(&token, &key, &phone.code()).await;
    assert_eq!(proven.err(), Some(Error::ChallengeEnded));
}

/// Attack 52: the last Enabled person with full access stays, whoever asks.
#[tokio::test]
async fn the_last_enabled_person_with_full_access_is_protected() {
    let desk = Desk::new().await;
    let kim = desk.colleague(KIM, Role::FullAccess).await;
    let alex = &desk.manager_id;
    assert!(desk.view(alex).await.last_enabled);
    assert!(!desk.view(&kim.id).await.last_enabled);
    let last = Some(Error::LastFullAccess);
    assert_eq!(reset(&desk, &kim.token, alex).await, last);
    assert_eq!(turn_off(&desk, &kim.token, alex).await, last);
    // With a second one, either may be reset: but not both.
    desk.clinic.enrol(&kim.token).await;
    assert!(!desk.view(alex).await.last_enabled);
    assert_eq!(reset(&desk, &kim.token, alex).await, None);
    let gone = reset(&desk, &desk.manager, &kim.id).await;
    assert_eq!(gone, Some(Error::NotSignedIn));
    let token = desk.clinic.manager().session().await;
    assert_eq!(reset(&desk, &token, &kim.id).await, last);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_reset_each_other_one_stays() {
    for _ in 0..10 {
        let desk = Desk::new().await;
        let kim = desk.colleague(KIM, Role::FullAccess).await;
        desk.clinic.enrol(&kim.token).await;
        let other = desk.clinic.another_window().await;
        let call = Reset {
            user: kim.id.clone(),
            reason: REASON.into(),
        };
        let (one, two) = tokio::join!(
            reset(&desk, &kim.token, &desk.manager_id),
            other.call(Some(&desk.manager), call)
        );
        let done = [one.is_none(), two.is_ok()];
        assert_eq!(
            done.iter().filter(|done| **done).count(),
            1,
            "{one:?} {two:?}"
        );
        let enabled = "SELECT COUNT(DISTINCT user_id) FROM methods
                       WHERE until_at IS NULL AND proven_at IS NOT NULL";
        assert_eq!(desk.clinic.number(enabled).await, 1);
    }
}

/// Attack 45: whoever used the tries up begins again with the password.
#[tokio::test]
async fn allowing_tries_again_ends_what_waits() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let phone = desk.clinic.enrol(&sam.token).await;
    desk.clinic.clock.advance(60);
    desk.clinic
        .sql(&format!(
            "INSERT INTO tries (subject, counter, failures, changed_at) VALUES ('{}', 'codes', 50, 0)
             ON CONFLICT (subject, counter) DO UPDATE SET failures = excluded.failures",
            sam.id
        ))
        .await;
    assert_eq!(desk.view(&sam.id).await.tries, TryState::Stopped);
    let due = desk.at_the_door(&sam).code_due().await;
    assert_eq!(due.challenge.tries, TryState::Stopped);
    let stopped = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(stopped.err(), Some(Error::Stopped));
    assert_eq!(allow(&desk, &desk.manager, &sam.id).await, None);

    assert_eq!(desk.view(&sam.id).await.tries, TryState::Open);
    let late = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(late.err(), Some(Error::ChallengeEnded));
    desk.at_the_door(&sam).session_by(&phone).await;
    let told = desk.notices(&sam.id).await;
    assert!(told.contains(&("tries_allowed".to_owned(), "Alex Lee".to_owned())));
    assert_eq!(desk.logged("tries_allowed", &sam.id).await, 1);
    // The session that was open is not touched by it.
    assert_eq!(desk.clinic.admits(&sam.token).await, Ok(()));
}

#[tokio::test]
async fn ending_sessions_ends_them_all_and_what_waits() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let phone = desk.clinic.enrol(&sam.token).await;
    desk.clinic.clock.advance(60);
    let other = desk.at_the_door(&sam).session_by(&phone).await;
    desk.clinic.clock.advance(60);
    let due = desk.at_the_door(&sam).code_due().await;
    assert_eq!(desk.view(&sam.id).await.sessions, 2);
    assert_eq!(end_sessions(&desk, &desk.manager, &sam.id).await, None);
    for token in [&sam.token, &other] {
        assert_eq!(desk.clinic.admits(token).await, Err(Error::NotSignedIn));
    }
    let late = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(late.err(), Some(Error::ChallengeEnded));
    assert_eq!(desk.view(&sam.id).await.sessions, 0);
    assert_eq!(desk.clinic.admits(&desk.manager).await, Ok(()));
    let told = desk.notices(&sam.id).await;
    assert!(told.contains(&("sessions_ended".to_owned(), "Alex Lee".to_owned())));
    assert_eq!(desk.logged("sessions_ended", &sam.id).await, 1);
}

/// Attack 59: a reason is asked for, and cannot dress up as another row of the log.
#[tokio::test]
async fn every_act_on_another_asks_for_a_reason() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    for (text, fault) in [
        (String::new(), Fault::Missing),
        (" \n ".into(), Fault::Missing),
        ("a".repeat(201), NameFault::TooLong.into()),
        ("lost\nreset by Kim".into(), NameFault::Forbidden.into()),
    ] {
        let refused = Some(Field::Reason.cannot_be(fault));
        let (user, reason) = (sam.id.clone(), text.clone());
        let answer = desk
            .clinic
            .call(&desk.manager, Reset { user, reason })
            .await;
        assert_eq!(answer.err(), refused);
        let (user, reason) = (sam.id.clone(), text.clone());
        let answer = desk
            .clinic
            .call(&desk.manager, TurnOff { user, reason })
            .await;
        assert_eq!(answer.err(), refused);
        let (user, reason) = (sam.id.clone(), text.clone());
        let call = AllowTriesAgain { user, reason };
        assert_eq!(desk.clinic.call(&desk.manager, call).await.err(), refused);
        let (user, reason) = (sam.id.clone(), text.clone());
        let call = EndSessions { user, reason };
        assert_eq!(desk.clinic.call(&desk.manager, call).await.err(), refused);
    }
    assert_eq!(desk.status(&sam).await, Status::Enabled);
    let (user, reason) = (sam.id.clone(), "a".repeat(200));
    desk.clinic
        .call(&desk.manager, Reset { user, reason })
        .await
        .unwrap();
}
