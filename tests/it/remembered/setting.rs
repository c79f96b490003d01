//! For how long, and for whom: what the practice sets, and what holds at each use.

use vestibule::api::{Computers, Error, Fault, Field, SetComputerRule};
use vestibule::domain::Role;

use super::{DAY, Front, days, set, tick};
use crate::membership::{joins_vale, set_role};
use crate::roles::stranger;

/// The days count from the code, never from a use.
#[tokio::test]
async fn the_days_count_from_the_code() {
    let front = Front::new().await;
    let first = front.remembered().await;
    front.clinic().clock.advance(7 * DAY - 1);
    let (token, second) = front.skips(&first).await;
    let listed = front.listed(&token).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        listed[0].ends.duration_since(listed[0].made).as_hours(),
        168
    );
    assert_eq!(listed[0].used, front.clinic().now());
    front.clinic().clock.advance(1);
    front.code_due(Some(&second)).await;
    let account = front.listed(&token).await;
    assert!(account.is_empty(), "{account:?}");
}

/// What the practice sets holds at the next use, and stretches nothing that was made before.
#[tokio::test]
async fn the_setting_of_now_holds_and_stretches_nothing() {
    // Fewer days.
    let mut front = Front::new().await;
    let token = front.remembered().await;
    front.clinic().clock.advance(3 * DAY);
    front.set(Some(4)).await;
    let (_, token) = front.skips(&token).await;
    front.set(Some(3)).await;
    front.set(Some(30)).await;
    front.code_due(Some(&token)).await;
    // More days.
    front.set(Some(7)).await;
    let token = front.remembered().await;
    front.set(Some(30)).await;
    front.clinic().clock.advance(7 * DAY);
    front.code_due(Some(&token)).await;
    // Off, and on again.
    let token = front.remembered().await;
    front.set(None).await;
    front.set(Some(30)).await;
    front.code_due(Some(&token)).await;
    // Off, past the product: what holds is looked at by each use.
    let token = front.remembered().await;
    let off = "UPDATE practices SET remember_days = 0";
    front.clinic().sql(off).await;
    front.code_due(Some(&token)).await;
    assert_eq!(front.open().await, 0);
}

/// Of several practices the strictest holds.
#[tokio::test]
async fn of_several_practices_the_strictest_holds() {
    let front = Front::new().await;
    let token = front.remembered().await;
    stranger(&front.desk).await;
    joins_vale(&front.desk, &front.sam.id, Role::Reception).await;
    let due = front.code_due(None).await;
    assert_eq!(
        due.challenge.remember, None,
        "the other practice has it off"
    );
    let vale = |days: u32| {
        format!("UPDATE practices SET remember_days = {days} WHERE name = 'Vale Clinic'")
    };
    front.clinic().sql(&vale(2)).await;
    let due = front.code_due(None).await;
    assert_eq!(due.challenge.remember, days(2));
    let (_, token) = front.skips(&token).await;
    front.clinic().clock.advance(2 * DAY);
    front.code_due(Some(&token)).await;
    // With full access in one of them, for none.
    let token = front.remembered().await;
    let full = format!(
        "UPDATE memberships SET role = 'full_access' WHERE user_id = '{}'
         AND practice_id = (SELECT id FROM practices WHERE name = 'Vale Clinic')",
        front.sam.id
    );
    front.clinic().sql(&full).await;
    front.code_due(Some(&token)).await;
}

/// Never for full access: not offered, of no effect, and ended by the role, also where it is lost
/// again.
#[tokio::test]
async fn with_full_access_no_computer_is_remembered() {
    let mut front = Front::new().await;
    front.clinic().clock.advance(60);
    let due = front.clinic().manager().code_due().await;
    assert_eq!(due.challenge.remember, None);
    let admitted = tick(front.clinic(), &due, &front.desk.phone).await;
    assert_eq!(admitted.remembered, None);
    let token = front.remembered().await;
    front.desk.return_manager().await;
    for role in [Role::FullAccess, Role::Reception] {
        let refused = set_role(&front.desk, &front.desk.manager, &front.sam.id, role).await;
        assert_eq!(refused, None);
    }
    front.code_due(Some(&token)).await;
    // Another role than that ends nothing.
    let token = front.remembered().await;
    front.desk.return_manager().await;
    let (manager, sam) = (&front.desk.manager, &front.sam.id);
    let refused = set_role(&front.desk, manager, sam, Role::Practitioner).await;
    assert_eq!(refused, None);
    front.skips(&token).await;
}

/// Full access alone sets it, with a step-up, within the bounds, and it is written down.
#[tokio::test]
async fn the_setting_is_full_accesss_with_a_step_up() {
    let front = Front::new().await;
    let refused = Err(Field::RememberDays.cannot_be(Fault::OutOfBounds));
    for days in [0, 31] {
        assert_eq!(
            set(front.clinic(), &front.desk.manager, Some(days)).await,
            refused
        );
    }
    let computers = Computers {
        remember_days: Some(1),
        tell_new: false,
        keep_names: false,
    };
    let call = SetComputerRule { computers };
    let answer = front.clinic().call(&front.sam.token, call.clone()).await;
    assert_eq!(answer, Err(Error::Forbidden));
    let ask = vestibule::api::ComputerRule {};
    let answer = front.clinic().call(&front.sam.token, ask.clone()).await;
    assert_eq!(answer, Err(Error::Forbidden));
    let saved = front.clinic().call(&front.desk.manager, call.clone()).await;
    assert_eq!(saved, Ok(computers));
    let told = "SELECT reason FROM events WHERE kind = 'computer_rule_changed'
                ORDER BY n DESC LIMIT 1";
    assert_eq!(
        front.clinic().sql(told).await,
        [["remembered 7 d, notice of new ones, names kept to \
           remembered 1 d, no notice of new ones, no names kept"]]
    );
    front.clinic().clock.advance(6 * 60);
    let answer = front.clinic().call(&front.desk.manager, call).await;
    assert_eq!(answer, Err(Error::StepUpNeeded));
    let asked = front.clinic().call(&front.desk.manager, ask).await;
    assert_eq!(asked, Ok(computers));
    let greeting = front
        .clinic()
        .backend
        .call(None, vestibule::api::Greet {})
        .await;
    assert!(!greeting.unwrap().keeps_names);
}
