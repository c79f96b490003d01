//! The last person with full access, and the last Enabled one.

use vestibule::api::{Error, SetRole, Token};
use vestibule::domain::{NotAllowed, Role, UserId};

use super::{deactivate, set_dates, set_role};
use crate::staff::{Colleague, Desk};

/// The ways in which somebody with full access is lost.
#[derive(Clone, Copy, Debug)]
enum Way {
    Demoted,
    Deactivated,
    LastDay,
}

const WAYS: [Way; 3] = [Way::Demoted, Way::Deactivated, Way::LastDay];

async fn put_out(desk: &Desk, token: &Token, user: &UserId, way: Way) -> Option<Error> {
    match way {
        Way::Demoted => set_role(desk, token, user, Role::Practitioner).await,
        Way::Deactivated => deactivate(desk, token, user).await,
        Way::LastDay => set_dates(desk, token, user, ("", "1/1/2090")).await,
    }
}

/// How many have full access, a password and no last day.
async fn staying(desk: &Desk) -> i64 {
    desk.clinic
        .number(
            "SELECT COUNT(*) FROM memberships JOIN users ON users.id = memberships.user_id
             WHERE until_at IS NULL AND role = 'full_access' AND ends_at = 253402207200000
               AND password_hash IS NOT NULL",
        )
        .await
}

/// Attack 52: in whatever order three managers put one another out, in whatever way, one stays.
#[tokio::test]
async fn in_every_order_one_with_full_access_stays() {
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for order in orders {
        for first in WAYS {
            for second in WAYS {
                let desk = Desk::new().await;
                let mut tokens = vec![desk.manager.clone()];
                let mut ids = vec![desk.manager_id.clone()];
                for email in ["kim@hills.example", "lee@hills.example"] {
                    let other = desk.colleague(email, Role::FullAccess).await;
                    desk.clinic.enrol(&other.token).await;
                    tokens.push(other.token);
                    ids.push(other.id);
                }
                let [a, b, c] = order;
                let case = format!("{order:?} {first:?} {second:?}");
                assert_eq!(
                    put_out(&desk, &tokens[c], &ids[a], first).await,
                    None,
                    "{case}"
                );
                assert_eq!(
                    put_out(&desk, &tokens[c], &ids[b], second).await,
                    None,
                    "{case}"
                );
                assert_eq!(staying(&desk).await, 1, "{case}");
                // Whoever is there until a last day still has full access, and cannot use it on
                // the one who stays.
                for (actor, way) in [(a, first), (b, second)] {
                    for last in WAYS {
                        let answer = put_out(&desk, &tokens[actor], &ids[c], last).await;
                        let expected = match way {
                            Way::Demoted => Error::Forbidden,
                            Way::Deactivated => Error::NotSignedIn,
                            Way::LastDay => Error::LastFullAccess,
                        };
                        assert_eq!(answer, Some(expected), "{case} {last:?}");
                    }
                }
                let why = NotAllowed::OnOneself;
                let alone = put_out(&desk, &tokens[c], &ids[c], second).await;
                assert_eq!(alone, Some(Error::NotAllowed { why }), "{case}");
                assert_eq!(staying(&desk).await, 1, "{case}");
            }
        }
    }
}

/// Somebody who was invited and has no password yet holds nothing open.
#[tokio::test]
async fn who_has_no_password_yet_does_not_count_as_the_other_one() {
    let desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    desk.clinic.enrol(&kim.token).await;
    desk.invite("lee@hills.example", Role::FullAccess)
        .await
        .unwrap();
    assert!(!desk.view(&kim.id).await.last_full_access);
    assert_eq!(
        put_out(&desk, &kim.token, &desk.manager_id, Way::LastDay).await,
        None
    );
    assert!(desk.view(&kim.id).await.last_full_access);
    let answer = put_out(&desk, &desk.manager, &kim.id, Way::Demoted).await;
    assert_eq!(answer, Some(Error::LastFullAccess));
}

/// Attack 52: a password alone puts the last Enabled one out in no way.
#[tokio::test]
async fn the_last_enabled_one_is_put_out_by_nobody() {
    let desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    for way in [Way::Demoted, Way::Deactivated] {
        let answer = put_out(&desk, &kim.token, &desk.manager_id, way).await;
        assert_eq!(answer, Some(Error::LastFullAccess), "{way:?}");
    }
    assert_eq!(
        put_out(&desk, &desk.manager, &kim.id, Way::Demoted).await,
        None
    );
}

/// Attack 52: two who take each other's role at once do not both succeed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_managers_who_demote_each_other_at_once_one_stays() {
    for _ in 0..crate::rounds(10, 500) {
        let desk = Desk::new().await;
        let kim: Colleague = desk.colleague("kim@hills.example", Role::FullAccess).await;
        desk.clinic.enrol(&kim.token).await;
        let other = desk.clinic.another_window().await;
        let back = SetRole {
            user: desk.manager_id.clone(),
            role: Role::Reception,
        };
        let (one, two) = tokio::join!(
            set_role(&desk, &desk.manager, &kim.id, Role::Reception),
            other.call(Some(&kim.token), back)
        );
        let two = two.err();
        assert_ne!(one.is_none(), two.is_none(), "{one:?} {two:?}");
        let lost = one.or(two).unwrap();
        assert!(
            matches!(lost, Error::Forbidden | Error::Busy { .. }),
            "{lost:?}"
        );
        assert_eq!(staying(&desk).await, 1);
    }
}
