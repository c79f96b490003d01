//! What belongs to a person of two practices: somebody of each asks for the same.

use vestibule::api::{Admitted, Error};
use vestibule::domain::{NotAllowed, Role, Status};

use super::{in_both, not};
use crate::clinic::Phone;
use crate::forgotten::hand_over;
use crate::membership::set_role;
use crate::new_address::ask_for;
use crate::requirements::{allow, reset, turn_off};
use crate::staff::{Colleague, Desk};

const DAY: i64 = 24 * 60 * 60;

/// Sam of both practices and the manager of Vale Clinic, all Enabled.
async fn enabled(desk: &Desk) -> (Colleague, Admitted, Phone) {
    let (sam, jo) = in_both(desk, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    let phone = desk.clinic.enrol(&jo.token).await;
    (sam, jo, phone)
}

fn waits() -> Option<Error> {
    not(NotAllowed::OthersAgree)
}

#[tokio::test]
async fn somebody_of_each_practice_agrees_to_a_reset() {
    let desk = Desk::new().await;
    let (sam, jo, _) = enabled(&desk).await;
    assert_eq!(reset(&desk, &desk.manager, &sam.id).await, waits());
    // Once more by the same one is no other agreement.
    assert_eq!(reset(&desk, &desk.manager, &sam.id).await, waits());
    assert_eq!(desk.view(&sam.id).await.facts.status, Status::Enabled);
    // It was to a reset, and to nothing else.
    assert_eq!(turn_off(&desk, &jo.token, &sam.id).await, waits());
    assert_eq!(reset(&desk, &jo.token, &sam.id).await, None);
    assert_ne!(desk.view(&sam.id).await.facts.status, Status::Enabled);
    assert_eq!(desk.logged("agreed", &sam.id).await, 3);
    assert_eq!(desk.logged("reset", &sam.id).await, 1);
    // It is spent.
    let again = desk.at_the_door(&sam).session().await;
    desk.clinic.enrol(&again).await;
    assert_eq!(reset(&desk, &jo.token, &sam.id).await, waits());
}

#[tokio::test]
async fn every_act_on_what_is_the_persons_waits_for_the_other_practice() {
    let desk = Desk::new().await;
    let (sam, jo, _) = enabled(&desk).await;
    for (token, expected) in [(&desk.manager, waits()), (&jo.token, None)] {
        assert_eq!(allow(&desk, token, &sam.id).await, expected);
        let email = ask_for(&desk, token, &sam.id, "sam@new.example").await;
        assert_eq!(email, expected);
        let code = hand_over(&desk, token, &sam.id).await.err();
        assert_eq!(code, expected);
        assert_eq!(turn_off(&desk, token, &sam.id).await, expected);
    }
    // To one address, not to any.
    for (token, email) in [
        (&desk.manager, "a@new.example"),
        (&jo.token, "b@new.example"),
    ] {
        assert_eq!(ask_for(&desk, token, &sam.id, email).await, waits());
    }
    // What is no address is nothing to agree to.
    let refused = ask_for(&desk, &desk.manager, &sam.id, "sam at new").await;
    assert!(
        matches!(refused, Some(Error::Invalid { .. })),
        "{refused:?}"
    );
    let kept = "SELECT COUNT(*) FROM agreements WHERE act LIKE 'email sam at%'";
    assert_eq!(desk.clinic.number(kept).await, 0);
}

#[tokio::test]
async fn an_agreement_is_good_for_24_hours() {
    for (seconds, expected) in [(DAY - 1, None), (DAY, waits())] {
        let mut desk = Desk::new().await;
        let (sam, jo, phone) = enabled(&desk).await;
        assert_eq!(reset(&desk, &desk.manager, &sam.id).await, waits());
        desk.clinic.clock.advance(seconds);
        let token = crate::clinic::Person {
            clinic: &desk.clinic,
            email: jo.me.email.clone(),
            password: crate::clinic::PASSWORD.into(),
        };
        let token = token.session_by(&phone).await;
        assert_eq!(reset(&desk, &token, &sam.id).await, expected);
        desk.return_manager().await;
    }
}

/// Whoever has no say any more has not agreed.
#[tokio::test]
async fn an_agreement_is_its_givers_while_they_have_full_access() {
    let desk = Desk::new().await;
    let (sam, jo, _) = enabled(&desk).await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    desk.clinic.enrol(&kim.token).await;
    assert_eq!(reset(&desk, &kim.token, &sam.id).await, waits());
    let role = Role::Reception;
    assert_eq!(set_role(&desk, &desk.manager, &kim.id, role).await, None);
    assert_eq!(reset(&desk, &jo.token, &sam.id).await, waits());
}

/// Asked for by both at once, it is done once, and by one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_at_once_do_it_once() {
    for _ in 0..crate::rounds(5, 100) {
        let desk = Desk::new().await;
        let (sam, jo, _) = enabled(&desk).await;
        let other = desk.clinic.another_window().await;
        let call = vestibule::api::Reset {
            user: sam.id.clone(),
            reason: crate::staff::REASON.into(),
        };
        let (one, two) = tokio::join!(
            reset(&desk, &desk.manager, &sam.id),
            other.call(Some(&jo.token), call)
        );
        let done = u8::from(one.is_none()) + u8::from(two.is_ok());
        assert_eq!(done, 1, "{one:?} {two:?}");
        assert_eq!(desk.logged("reset", &sam.id).await, 1);
    }
}
