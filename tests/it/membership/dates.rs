//! The first and the last day of a locum, in the practice's time zone, at their edges.

use vestibule::api::{DryRun, Error, Fault, Field, Planned, PracticeRule};
use vestibule::domain::{Role, Standing, Timestamp};

use super::{away, reactivate, set_dates};
use crate::staff::Desk;

const SAM: &str = "sam@hills.example";

/// The clock at a time of the practice's wall.
fn sydney(desk: &Desk, text: &str) -> Timestamp {
    let at: Timestamp = text.parse().unwrap();
    desk.clinic.clock.set(at);
    at
}

/// A practice in which it is noon of 20 January 2027 in Sydney.
async fn at_noon() -> Desk {
    let mut desk = Desk::new().await;
    sydney(&desk, "2027-01-20T01:00:00Z");
    desk.return_manager().await;
    desk
}

/// The last day is worked, and with it everything ends: the session, the way in, the row, the
/// counts, what holds full access open, and the letters.
#[tokio::test]
async fn from_the_end_on_nothing_reads_the_place_as_standing() {
    let mut desk = at_noon().await;
    let sam = desk.colleague(SAM, Role::FullAccess).await;
    let phone = desk.clinic.enrol(&sam.token).await;
    let set = set_dates(&desk, &desk.manager, &sam.id, ("", "21/01/2027")).await;
    assert_eq!(set, None);
    assert_eq!(desk.logged("dates_set", &sam.id).await, 1);
    let end: Timestamp = "2027-01-21T13:00:00Z".parse().unwrap();
    let row = desk.page(SAM).await.people.remove(0);
    assert_eq!(row.term.ends, Some(end));

    desk.clinic
        .clock
        .set(end - jiff::SignedDuration::from_mins(2));
    let last = desk.at_the_door(&sam).session_by(&phone).await;
    desk.return_manager().await;
    desk.clinic
        .clock
        .set(end - jiff::SignedDuration::from_millis(1));
    desk.clinic.call(&last, PracticeRule {}).await.unwrap();
    assert!(!desk.view(&desk.manager_id).await.last_enabled);
    let due = desk.at_the_door(&sam).code_due().await;
    let counted = desk.page("").await.counted.unwrap().statuses.unwrap();
    assert_eq!((counted.all(), counted.enabled), (2, 2));

    desk.clinic.clock.set(end);
    let asked = desk.clinic.call(&last, PracticeRule {}).await.err();
    assert_eq!(asked, Some(Error::NotSignedIn));
    // Attack 25: begun in time, and not completed.
    desk.clinic.clock.advance(30);
    let submitted = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(submitted, Err(Error::ChallengeEnded));
    let answer = desk.at_the_door(&sam).sign_in().await.err();
    assert_eq!(answer, Some(Error::WrongCredentials));
    let page = desk.page("").await;
    let counted = page.counted.unwrap();
    assert_eq!((page.people.len(), counted.matching), (1, 1));
    assert_eq!(counted.statuses.unwrap().all(), 1);
    let dry_run = DryRun {
        of: Planned::Mandatory,
        after: None,
    };
    let would_stop = desk.clinic.call(&desk.manager, dry_run).await.unwrap();
    assert_eq!((would_stop.stopped, would_stop.of), (0, 1));
    let gone = away(&desk).await.remove(0);
    assert_eq!(
        (&gone.user, gone.term.at(desk.clinic.now())),
        (&sam.id, Standing::Over)
    );
    assert_eq!(desk.view(&sam.id).await.person, gone);
    let me = desk.view(&desk.manager_id).await;
    assert!(me.last_enabled && me.last_full_access);
    // Nothing of a factor is done to somebody who is not there.
    for answer in [
        crate::requirements::reset(&desk, &desk.manager, &sam.id).await,
        crate::requirements::turn_on(&desk, &desk.manager, &sam.id).await,
        crate::requirements::end_sessions(&desk, &desk.manager, &sam.id).await,
    ] {
        assert_eq!(answer, Some(Error::NotFound));
    }
}

/// A locum who comes back later brings no session of before along.
#[tokio::test]
async fn a_later_end_wakes_no_session() {
    let mut desk = at_noon().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let set = set_dates(&desk, &desk.manager, &sam.id, ("", "20/01/2027")).await;
    assert_eq!(set, None);
    sydney(&desk, "2027-01-20T12:50:00Z");
    desk.return_manager().await;
    let late = desk.at_the_door(&sam).session().await;
    sydney(&desk, "2027-01-20T13:00:00Z");
    desk.return_manager().await;
    assert_eq!(desk.clinic.admits(&late).await, Err(Error::NotSignedIn));
    // It is over, not deactivated: only a new day brings it back.
    let answer = reactivate(&desk, &desk.manager, &sam.id).await;
    assert_eq!(answer, Some(Error::Stale));
    let set = set_dates(&desk, &desk.manager, &sam.id, ("", "22/01/2027")).await;
    assert_eq!(set, None);
    assert_eq!(desk.clinic.admits(&late).await, Err(Error::NotSignedIn));
    desk.at_the_door(&sam).session().await;
}

#[tokio::test]
async fn before_the_first_day_nobody_signs_in() {
    let mut desk = at_noon().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let set = set_dates(&desk, &desk.manager, &sam.id, ("22 Jan 2027", "")).await;
    assert_eq!(set, None);
    assert_eq!(
        desk.clinic.admits(&sam.token).await,
        Err(Error::NotSignedIn)
    );
    let answer = desk.at_the_door(&sam).sign_in().await.err();
    assert_eq!(answer, Some(Error::WrongCredentials));
    let row = away(&desk).await.remove(0);
    assert_eq!(row.term.at(desk.clinic.now()), Standing::NotYet);
    let start: Timestamp = "2027-01-21T13:00:00Z".parse().unwrap();
    assert_eq!(row.term.starts, Some(start));
    desk.clinic
        .clock
        .set(start - jiff::SignedDuration::from_millis(1));
    let answer = desk.at_the_door(&sam).sign_in().await.err();
    assert_eq!(answer, Some(Error::WrongCredentials));
    desk.clinic.clock.set(start);
    desk.at_the_door(&sam).session().await;
    desk.return_manager().await;
    assert_eq!(desk.page(SAM).await.people.len(), 1);
    assert!(away(&desk).await.is_empty());
}

#[tokio::test]
async fn days_that_are_none_are_refused_by_their_field() {
    let desk = at_noon().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    for (days, field, fault) in [
        (("x", ""), Field::FirstDay, Fault::NotUnderstood),
        (("", "31/02/2027"), Field::LastDay, Fault::NotUnderstood),
        (("2/2/2027", "1/2/2027"), Field::LastDay, Fault::OutOfBounds),
        (("", "19/01/2027"), Field::LastDay, Fault::Past),
    ] {
        let answer = set_dates(&desk, &desk.manager, &sam.id, days).await;
        assert_eq!(answer, Some(field.cannot_be(fault)), "{days:?}");
    }
    desk.clinic.admits(&sam.token).await.unwrap();
    assert!(desk.notices(&sam.id).await.is_empty());
}
