//! Another data key while people sign in: over one database, with several programs.

use secrecy::SecretString;
use vestibule::api::{Error, ProveMethod, Secret, SubmitCode};
use vestibule::domain::Channel;
use vestibule::service::{Keys, RotateFault, Step, SystemRandom};
use vestibule::store::Sealed;

use crate::clinic::{Clinic, bytes, joined};
use crate::rounds;
use crate::sends::{NUMBER, SAM, Sends};

/// The keys of a clinic with a new one, and the new one alone.
fn keys_of(clinic: &Clinic) -> (Keys, Keys, Keys) {
    let old = Keys::parse(&SecretString::from(clinic.key())).unwrap();
    let both = old.with_new(&SystemRandom);
    let new = both.newest_alone();
    (old, both, new)
}

/// The ids of the keys that anything of the database is sealed with.
async fn keys_in_use(clinic: &Clinic) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for what in Sealed::ALL {
        let (table, column) = what.place();
        let ids = format!(
            "SELECT DISTINCT substr({column}, 2, 4) FROM {table} WHERE {column} IS NOT NULL"
        );
        let rows = clinic.sql(&ids).await;
        found.extend(rows.into_iter().map(|row| row[0].to_lowercase()));
    }
    for row in clinic.sql("SELECT key_id FROM practices").await {
        found.push(row[0].clone());
    }
    found.sort();
    found.dedup();
    found
}

/// Attack 85: sign-ins, set-ups and messages go on, and in the end the old key opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_sign_in_while_the_key_is_rotated() {
    let mut stage = Sends::new().await;
    let (old, both, new) = keys_of(&stage.clinic);
    assert_eq!(keys_in_use(&stage.clinic).await, [old.id()]);
    // Every replica has both; as long as nobody rotates, the old one seals.
    let other = stage.clinic.window_with(&both).await;
    stage.clinic.backend = stage.clinic.window_with(&both).await;
    let sam = stage.clinic.hire(SAM).await.session().await;
    let set_up = stage.start(&sam, Channel::Sms, NUMBER).await.unwrap();
    assert_eq!(keys_in_use(&stage.clinic).await, [old.id()]);

    let rotating = other.service.clone();
    let rotated = tokio::spawn(async move { rotating.rotate_keys().await });
    let mut signed_in = 0;
    // The message that waits still is to be of use behind them.
    let most = Channel::Sms.code_minutes() * 60 / 30 - 1;
    while signed_in < 3 || (signed_in < most && !rotated.is_finished()) {
        stage.clinic.clock.advance(30);
        stage.clinic.manager().session_by(&stage.alex).await;
        signed_in += 1;
    }
    let rotated = rotated.await.unwrap().unwrap();
    assert_eq!(rotated.key, new.id());
    assert_eq!(rotated.done_with, [old.id()]);
    assert!(rotated.sealed >= 4, "{rotated:?}");
    assert_eq!(keys_in_use(&stage.clinic).await, [new.id()]);

    // What was begun before goes on: the message, and the set-up that it is for.
    let alone = stage.clinic.window_with(&new).await;
    stage.clinic.backend = alone.clone();
    let call = ProveMethod {
        method: set_up.method,
        code: Secret::new(stage.code(Channel::Sms).await),
    };
    stage.clinic.call(&sam, call).await.unwrap();
    stage.clinic.clock.advance(60);
    let session = stage.clinic.manager().session_by(&stage.alex).await;
    stage.clinic.admits(&session).await.unwrap();
    let seals = alone.service.verify_first_practice().await.unwrap();
    assert_eq!(seals.misfit, None);
    let told = "SELECT reason FROM events WHERE kind = 'key_rotated'";
    let turn = format!("{} to {}", old.id(), new.id());
    assert_eq!(stage.clinic.sql(told).await, [[turn]]);

    // Who rotates again has nothing to do, and says so.
    let again = alone.service.rotate_keys().await;
    assert_eq!(again, Err(RotateFault::NoNewKey));
    let again = other.service.rotate_keys().await.unwrap();
    assert_eq!((again.sealed, again.done_with), (0, vec![old.id()]));
}

/// Attack 85: cut off wherever it is, it begins again where it stopped, and people sign in meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_that_is_cut_off_is_taken_up_again() {
    let mut stage = Sends::new().await;
    let (old, both, new) = keys_of(&stage.clinic);
    let first = stage.clinic.window_with(&both).await;
    first.service.begin_rotation().await.unwrap();
    let methods = first
        .service
        .rotate_step(Sealed::Methods, &Step::first())
        .await;
    assert_eq!(methods.unwrap().sealed, 1);
    drop(first);
    let mut expected = vec![old.id(), new.id()];
    expected.sort();
    assert_eq!(keys_in_use(&stage.clinic).await, expected);

    // Killed there. Whoever starts now has both, and the practice is whole.
    stage.clinic.backend = stage.clinic.window_with(&both).await;
    stage.clinic.manager().session_by(&stage.alex).await;
    for cut in 0..rounds(20, 200) {
        let service = stage.clinic.window_with(&both).await.service;
        let rotating = tokio::spawn(async move { service.rotate_keys().await });
        for _ in 0..cut * 100 {
            tokio::task::yield_now().await;
        }
        rotating.abort();
        let _ = rotating.await;
    }
    stage.clinic.clock.advance(60);
    stage.clinic.manager().session_by(&stage.alex).await;
    let service = &stage.clinic.backend.service;
    let done = service.rotate_keys().await.unwrap();
    assert_eq!(done.done_with, [old.id()]);
    assert_eq!(keys_in_use(&stage.clinic).await, [new.id()]);
    stage.clinic.backend = stage.clinic.window_with(&new).await;
    stage.clinic.clock.advance(60);
    stage.clinic.manager().session_by(&stage.alex).await;
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'key_rotated'";
    assert_eq!(stage.clinic.number(told).await, 1);
}

/// Attack 85 and guarantee G10: a key that is missing denies, and never looks like a wrong code.
#[tokio::test]
async fn a_missing_key_denies_and_is_named() {
    let (clinic, phone) = Clinic::enabled().await;
    let (old, both, new) = keys_of(&clinic);
    let before = clinic.dump().await;
    let alone = clinic.window_with(&new).await.service;
    assert_eq!(alone.missing_keys().await, Ok(vec![old.id()]));
    let refused = alone.rotate_keys().await;
    assert_eq!(refused, Err(RotateFault::KeysMissing(vec![old.id()])));
    let none = clinic.window_with(&old).await.service;
    assert_eq!(none.rotate_keys().await, Err(RotateFault::NoNewKey));
    assert_eq!(clinic.dump().await, before);
    assert_eq!(alone.seals_with_newest_alone().await, Ok(false));

    // A replica that was forgotten goes on as far as it can: what needs the new key is refused.
    let due = clinic.manager().code_due().await;
    let with_both = clinic.window_with(&both).await;
    with_both.service.rotate_keys().await.unwrap();
    assert_eq!(none.missing_keys().await, Ok(vec![new.id()]));
    let call = SubmitCode {
        code: Secret::new(phone.code()),
        remember: false,
    };
    let forgotten = clinic.backend.call(Some(&due.token), call.clone()).await;
    assert!(
        matches!(forgotten, Err(Error::Internal { .. })),
        "{forgotten:?}"
    );
    let wrong = "SELECT COUNT(*) FROM events WHERE kind = 'code_wrong'";
    assert_eq!(clinic.number(wrong).await, 0);
    // The code was not spent: at a replica that has the key it opens.
    with_both.call(Some(&due.token), call).await.unwrap();
}

/// Attack 84: what another hand changed or moved is named, and holds up nothing else.
#[tokio::test]
async fn what_does_not_open_is_named_and_left() {
    let stage = Sends::new().await;
    let (old, both, new) = keys_of(&stage.clinic);
    let last = "SELECT id, secret FROM methods WHERE secret IS NOT NULL";
    let row = stage.clinic.sql(last).await.remove(0);
    let (head, tail) = row[1].split_at(row[1].len() - 2);
    let changed = u8::from_str_radix(tail, 16).unwrap() ^ 1;
    let changed = joined(&bytes(head), &bytes(&format!("{changed:02X}")));
    stage
        .clinic
        .sql(&format!("UPDATE methods SET secret = {changed}"))
        .await;
    let service = stage.clinic.window_with(&both).await.service;
    let shut = Err(RotateFault::DoNotOpen(vec![format!("methods {}", row[0])]));
    assert_eq!(service.rotate_keys().await, shut);
    let deliveries = "SELECT DISTINCT substr(secret, 2, 4) FROM deliveries";
    let sealed = stage.clinic.sql(deliveries).await;
    assert_eq!(sealed, [[new.id().to_uppercase()]]);
    assert_eq!(service.missing_keys().await, Ok(Vec::new()));

    // A reset erases it, and the rotation comes to its end.
    stage
        .clinic
        .sql("UPDATE methods SET until_at = 1, secret = NULL")
        .await;
    let done = service.rotate_keys().await.unwrap();
    assert_eq!(done.done_with, [old.id()]);
}
