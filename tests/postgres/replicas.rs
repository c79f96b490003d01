//! Several replicas over one database: who waits for whom. That tries are counted together is shown
//! by the scenarios themselves, which go through three of them.

use vestibule::domain::{EventKind, PracticeId};
use vestibule::service::{Clock, DatabaseClock, SystemClock, SystemRandom};
use vestibule::store::{About, Event, Fault, MessageKind, Store};

use super::{database, until};
use crate::clinic::Clinic;
use crate::clinic::postgres::Database;

/// Whether so many wait for a lock.
pub(super) async fn wait(database: &Database, many: usize) -> bool {
    let waiting = "SELECT COUNT(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
                   WHERE NOT granted AND datname = current_database()";
    database.sql(waiting).await == [[many.to_string()]]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn different_people_are_written_about_side_by_side_and_one_after_the_other() {
    let (database, store) = database().await;
    let other = database.store().await.unwrap();
    let of_a = store.write_about(About::Person("a")).await.unwrap();
    // Somebody else, whoever writes beside, whoever reads.
    let mut of_b = other.write_about(About::Person("b")).await.unwrap();
    of_b.also_about(About::Destination("a")).await.unwrap();
    other.write_beside().await.unwrap().commit().await.unwrap();
    other.read().await.unwrap().first_practice().await.unwrap();

    let waits = |store: Store, about: Option<About<'static>>| {
        tokio::spawn(async move {
            let tx = match about {
                Some(about) => store.write_about(about).await,
                None => store.write().await,
            };
            tx.unwrap().commit().await.unwrap();
        })
    };
    // The same person, over another replica, waits until the first has ended.
    let again = waits(other.clone(), Some(About::Person("a")));
    until("the second waits", || wait(&database, 1)).await;
    of_a.commit().await.unwrap();
    again.await.unwrap();

    // So does whoever writes alone, for everybody; and others then for whoever writes alone.
    let alone = waits(store.clone(), None);
    until("who writes alone waits", || wait(&database, 1)).await;
    let of_c = waits(other.clone(), Some(About::Person("c")));
    until("nobody comes before", || wait(&database, 2)).await;
    of_b.commit().await.unwrap();
    alone.await.unwrap();
    of_c.await.unwrap();

    // Where messages go to is one for everybody.
    let mut one = store.write_about(About::Person("a")).await.unwrap();
    one.also_about(About::Destination("x")).await.unwrap();
    let two = tokio::spawn(async move {
        let mut tx = other.write_about(About::Person("b")).await.unwrap();
        tx.also_about(About::Destination("x")).await.unwrap();
    });
    until("the second waits", || wait(&database, 1)).await;
    drop(one);
    two.await.unwrap();
}

/// Attack 59: an entry that is committed late comes before those with a later number all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn entries_are_sealed_in_the_order_of_writing_whoever_commits_first() {
    let (clinic, phone) = Clinic::enabled().await;
    let service = clinic.backend.service.clone();
    service.seal_due().await.unwrap();
    let store = clinic.store().await;
    let practice = store.read().await.unwrap().first_practice().await.unwrap();
    let mut late = store.write_about(About::Person("late")).await.unwrap();
    let event = Event {
        id: "late".into(),
        practice: practice.map(|sealed| sealed.practice.id),
        at: clinic.clock.now(),
        kind: EventKind::Locked,
        actor: None,
        subject: None,
        reason: None,
        factor: None,
        computer: None,
    };
    late.log(event, b"stamp").await.unwrap();
    clinic.clock.advance(60);
    clinic.manager().session_by(&phone).await;

    let sealing = tokio::spawn(async move { service.seal_due().await });
    until("sealing waits", || wait(clinic.server(), 1)).await;
    late.commit().await.unwrap();
    sealing.await.unwrap().unwrap();
    let turned = "SELECT COUNT(*) FROM events a JOIN events b ON b.seq = a.seq + 1 AND b.n < a.n";
    assert_eq!(clinic.number(turned).await, 0);
    let sealed = "SELECT COUNT(*) FROM events WHERE seq IS NULL";
    assert_eq!(clinic.number(sealed).await, 0);
}

/// An order that could let two wait for each other is refused, over a file too.
#[tokio::test]
async fn locks_are_taken_in_one_order_alone() {
    let clinic = Clinic::new().await;
    let store = clinic.store().await;
    let practice = PracticeId::new(clinic.now(), &SystemRandom);
    let budget = About::Budget(&practice, MessageKind::Code);
    for (first, then) in [
        (About::Destination("x"), About::Person("a")),
        (budget, About::Destination("x")),
        (About::Person("a"), About::Person("b")),
        (About::Person("a"), About::Origins),
        (About::Destination("x"), About::Destination("y")),
    ] {
        let mut tx = store.write_about(first).await.unwrap();
        tx.also_about(first).await.unwrap();
        let refused = tx.also_about(then).await;
        assert!(
            matches!(refused, Err(Fault::Other(_))),
            "{first:?} {then:?}"
        );
    }
    // Whoever writes alone needs none.
    let mut tx = store.write().await.unwrap();
    tx.also_about(About::Destination("x")).await.unwrap();
    tx.also_about(About::Person("a")).await.unwrap();
}

/// Attack 93: the database's clock decides.
#[tokio::test]
async fn the_databases_clock_is_read() {
    let clinic = Clinic::new().await;
    let clock = DatabaseClock::measured(&clinic.store().await).await;
    // The server of a run is on this computer.
    let apart = clock.unwrap().now().duration_since(SystemClock.now());
    assert!(apart.as_millis().abs() < 1_000, "{apart:?}");
}
