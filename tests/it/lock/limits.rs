//! How long sessions last: set within bounds, at once, and never for one that has ended.

use vestibule::api::{Error, Fault, Field, Lasts, SessionRule};
use vestibule::domain::{MembershipId, PracticeId, Role};
use vestibule::service::SystemRandom;

use super::{HOUR, MINUTE, after, limits, set};
use crate::clinic::Clinic;
use crate::staff::Desk;

/// The figures 5 to 60 minutes and 1 to 24 hours, at their edges.
#[tokio::test]
async fn session_limits_are_set_within_their_bounds() {
    let mut desk = Desk::new().await;
    for (idle, absolute, field) in [
        (4, 12, Some(Field::IdleMinutes)),
        (5, 12, None),
        (60, 12, None),
        (61, 12, Some(Field::IdleMinutes)),
        (15, 0, Some(Field::AbsoluteHours)),
        (15, 1, None),
        (15, 24, None),
        (15, 25, Some(Field::AbsoluteHours)),
    ] {
        desk.freshen().await;
        let before = desk.clinic.call(&desk.manager, SessionRule {}).await;
        let asked = limits(idle, absolute);
        let answer = set(&desk.clinic, &desk.manager, asked).await;
        let now = desk.clinic.call(&desk.manager, SessionRule {}).await;
        match field {
            None => assert_eq!((answer, now), (Ok(asked), Ok(asked))),
            Some(field) => {
                let fault = Fault::OutOfBounds;
                assert_eq!(answer, Err(Error::Invalid { field, fault }));
                assert_eq!(now, before);
            }
        }
    }
    let log = "SELECT reason FROM events WHERE kind = 'session_rule_changed' ORDER BY at, id";
    assert_eq!(
        desk.clinic.sql(log).await,
        [
            ["15 min, 12 h to 5 min, 12 h"],
            ["5 min, 12 h to 60 min, 12 h"],
            ["60 min, 12 h to 15 min, 1 h"],
            ["15 min, 1 h to 15 min, 24 h"]
        ]
    );
}

/// Full access with a step-up sets them, and nobody else; they act on open sessions at once.
#[tokio::test]
async fn session_limits_need_full_access_and_a_step_up_and_act_at_once() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    for answer in [
        set(&desk.clinic, &sam.token, limits(5, 1)).await,
        desk.clinic.call(&sam.token, SessionRule {}).await,
    ] {
        assert_eq!(answer, Err(Error::Forbidden));
    }
    desk.clinic.clock.advance(5 * MINUTE);
    let answer = set(&desk.clinic, &desk.manager, limits(5, 1)).await;
    assert_eq!(answer, Err(Error::StepUpNeeded));
    desk.freshen().await;
    set(&desk.clinic, &desk.manager, limits(5, 1))
        .await
        .unwrap();
    assert_eq!(desk.clinic.admits(&sam.token).await, Err(Error::Locked));
    desk.clinic.admits(&desk.manager).await.unwrap();
    desk.clinic.clock.advance(5 * MINUTE);
    let answer = desk.clinic.admits(&desk.manager).await;
    assert_eq!(answer, Err(Error::Locked));
    desk.clinic.clock.advance(HOUR);
    let answer = desk.clinic.admits(&desk.manager).await;
    assert_eq!(answer, Err(Error::NotSignedIn));
}

/// Attack 72: a session that nobody has asked for since it ended or locked is as one that was seen
/// to, whatever the limits are made later.
#[tokio::test]
async fn longer_limits_bring_no_session_to_life() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    desk.clinic.clock.advance(12 * HOUR - 20 * MINUTE);
    let idle = desk.at_the_door(&kim).session().await;
    desk.clinic.clock.advance(20 * MINUTE);
    desk.return_manager().await;
    set(&desk.clinic, &desk.manager, limits(60, 24))
        .await
        .unwrap();
    assert_eq!(
        desk.clinic.admits(&sam.token).await,
        Err(Error::NotSignedIn)
    );
    assert_eq!(desk.clinic.admits(&idle).await, Err(Error::Locked));
    // Those that are made from now on last as long as is said now.
    let new = desk.at_the_door(&sam).session().await;
    desk.clinic.clock.advance(30 * MINUTE);
    assert_eq!(desk.clinic.admits(&new).await, Ok(()));
}

/// Of several practices of a person the shortest limits hold, each by itself.
#[tokio::test]
async fn the_strictest_practice_of_a_person_holds() {
    let clinic = Clinic::new().await;
    let (practice, place) = (
        PracticeId::new(clinic.now(), &SystemRandom),
        MembershipId::new(clinic.now(), &SystemRandom),
    );
    for sql in [
        format!(
            "INSERT INTO practices (id, name, time_zone, made_at, wrapped_keys, key_id,
                                    idle_minutes, absolute_hours)
             SELECT '{practice}', 'Vale Clinic', time_zone, made_at + 1, wrapped_keys, key_id, 5, 24
             FROM practices"
        ),
        format!(
            "INSERT INTO rules (id, practice_id, kind, from_at)
             VALUES ('{practice}', '{practice}', 'optional', 1)"
        ),
        format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT '{place}', '{practice}', id, 'reception', 1 FROM users"
        ),
    ] {
        clinic.sql(&sql).await;
    }
    let lasting = clinic.call(&clinic.founder, Lasts {}).await.unwrap();
    assert_eq!(lasting.locks, after(clinic.now(), 5 * MINUTE));
    assert_eq!(lasting.ends, after(clinic.now(), 12 * HOUR));
    clinic.clock.advance(5 * MINUTE);
    assert_eq!(clinic.admits(&clinic.founder).await, Err(Error::Locked));
}
