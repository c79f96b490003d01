//! An address that is replaced while a letter to it is asked for.

use vestibule::api::ForgotPassword;
use vestibule::domain::{Timestamp, UserId};
use vestibule::store::{About, NewAddressRow};

use super::replicas::wait;
use super::until;
use crate::sends::{SAM, Sends};

/// Attack 40: nothing that opens the account goes to the address of before, also to whoever asked
/// for it a moment too early.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_letter_goes_to_an_address_that_was_replaced_meanwhile() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let user: UserId = clinic.hire(SAM).await.id().await.parse().unwrap();
    let proven = format!("UPDATE users SET email_proven_at = 1 WHERE id = '{user}'");
    clinic.sql(&proven).await;
    let now = clinic.now();
    let new = NewAddressRow {
        id: "new".into(),
        email: "sam.lee@hills.example".parse().unwrap(),
        by: user.clone(),
        by_name: "Sam".into(),
        ends: Timestamp::MAX,
    };

    // As whoever proves the new one does, who came first.
    let store = clinic.store().await;
    let about = About::Person(user.as_str());
    let mut proves = store.write_about(about).await.unwrap();
    proves.add_new_address(&user, &new, now).await.unwrap();
    let taken = proves.take_new_address(&user, &new, "Sam", now).await;
    assert!(taken.unwrap());
    let service = clinic.backend.service.clone();
    let asks = tokio::spawn(async move {
        let email = SAM.to_owned();
        service.call(None, ForgotPassword { email }).await
    });
    until("the letter waits", || wait(clinic.server(), 1)).await;
    proves.commit().await.unwrap();
    asks.await.unwrap().unwrap();

    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
    let open =
        format!("SELECT COUNT(*) FROM invitations WHERE user_id = '{user}' AND kind = 'email'");
    assert_eq!(clinic.number(&open).await, 0);
    // Who asks by the new one has it sent there.
    let email = "sam.lee@hills.example".to_owned();
    let service = &clinic.backend.service;
    service.call(None, ForgotPassword { email }).await.unwrap();
    stage.deliver().await;
    let letter = stage.mailbox.now().expect("no letter came");
    assert_eq!(letter.to, "sam.lee@hills.example");
}
