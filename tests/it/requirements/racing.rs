//! A reset, or a turning off, at the very moment of a sign-in (attack 92).

use vestibule::api::{Error, Outcome, Secret, SubmitCode, SubmitRecoveryCode};
use vestibule::backend::Backend;
use vestibule::domain::{Role, UserId};

use super::{SAM, reset, turn_off};
use crate::recovery::{keep, make};
use crate::rounds;
use crate::staff::{Colleague, Desk};

/// Rounds within one practice: a round takes a minute, and a session no more than twelve hours.
const ROUNDS_A_DAY: usize = 50;

/// What the manager does while the code is on its way.
#[derive(Clone, Copy)]
enum Act {
    Reset,
    TurnOff,
}

impl Act {
    async fn on(self, desk: &Desk, user: &UserId) -> Option<Error> {
        match self {
            Self::Reset => reset(desk, &desk.manager, user).await,
            Self::TurnOff => turn_off(desk, &desk.manager, user).await,
        }
    }
}

/// Sends a right code from one window while the manager acts in another, so many steps later;
/// tells whether the code came first.
async fn race(desk: &mut Desk, sam: &Colleague, window: &Backend, act: Act, later: usize) -> bool {
    // A code that lost a round before is a failure, and no reason to wait here.
    desk.clinic.sql("DELETE FROM tries").await;
    let token = desk.at_the_door(sam).session().await;
    let phone = desk.clinic.enrol(&token).await;
    let codes = make(&desk.clinic, &token).await;
    keep(&desk.clinic, &token, &codes).await.unwrap();
    desk.return_manager().await;
    let due = desk.at_the_door(sam).code_due().await.token;
    let (code, window) = (Secret::new(phone.code()), window.clone());
    let submitted = tokio::spawn(async move {
        if later.is_multiple_of(2) {
            window
                .call(
                    Some(&due),
                    SubmitCode {
                        code,
                        remember: false,
                    },
                )
                .await
        } else {
            let code = codes.codes[0].clone();
            window.call(Some(&due), SubmitRecoveryCode { code }).await
        }
    });
    for _ in 0..later {
        tokio::task::yield_now().await;
    }
    assert_eq!(act.on(desk, &sam.id).await, None);
    let open = format!(
        "SELECT COUNT(*) FROM sessions WHERE user_id = '{}' AND ended_at IS NULL",
        sam.id
    );
    assert_eq!(desk.clinic.number(&open).await, 0);
    let first = match submitted.await.unwrap() {
        Ok(Outcome::In(admitted)) => {
            let goes_on = desk.clinic.admits(&admitted.token).await;
            assert_eq!(goes_on, Err(Error::NotSignedIn));
            true
        }
        Err(Error::ChallengeEnded) => false,
        other => panic!("{other:?}"),
    };
    assert_eq!(desk.clinic.number(&open).await, 0);
    first
}

async fn races(act: Act) {
    let mut first = 0;
    let all = rounds(40, 500);
    let mut left = all;
    while left > 0 {
        let mut desk = Desk::new().await;
        let sam = desk.colleague(SAM, Role::Reception).await;
        let window = desk.clinic.another_window().await;
        for _ in 0..left.min(ROUNDS_A_DAY) {
            left -= 1;
            first += usize::from(race(&mut desk, &sam, &window, act, left % 4).await);
        }
    }
    assert!(0 < first && first < all, "{first} of {all} came first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_code_opens_once_a_reset_is_answered() {
    races(Act::Reset).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_code_opens_once_a_turning_off_is_answered() {
    races(Act::TurnOff).await;
}
