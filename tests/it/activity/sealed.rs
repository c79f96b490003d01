//! What shows of another hand in the database, and what is removed in its time.

use vestibule::api::{ActivityVerified, MisfitKind, SignOut, VerifyActivity};
use vestibule::service::Service;

use super::with_entries;
use crate::clinic::Clinic;

const DAY: i64 = 24 * 60 * 60;
const YEAR: i64 = 366 * DAY;

fn service(clinic: &Clinic) -> Service {
    clinic.backend.service.clone()
}

async fn verify(clinic: &Clinic) -> ActivityVerified {
    service(clinic).verify_first_practice().await.unwrap()
}

/// The first misfit: its number and what is wrong.
async fn misfit(clinic: &Clinic) -> Option<(u64, MisfitKind)> {
    let misfit = verify(clinic).await.misfit;
    misfit.map(|misfit| (misfit.number, misfit.how))
}

async fn first(clinic: &Clinic) -> i64 {
    clinic.number("SELECT MIN(seq) FROM events").await
}

#[tokio::test]
async fn entries_are_numbered_without_a_gap_and_fit() {
    let clinic = with_entries().await;
    let verified = verify(&clinic).await;
    let asked = clinic.call(&clinic.founder, VerifyActivity {}).await;
    assert_eq!(asked.as_ref(), Ok(&verified));
    assert_eq!((verified.misfit, verified.removed), (None, 0));
    let numbers = clinic.sql("SELECT seq FROM events ORDER BY n").await;
    let numbers: Vec<i64> = numbers.iter().map(|row| row[0].parse().unwrap()).collect();
    let all: Vec<i64> = (1..=i64::try_from(verified.entries).unwrap()).collect();
    assert_eq!(numbers, all);
    // What is sealed is not sealed again, and what comes next is sealed after it.
    let before = clinic.dump().await;
    service(&clinic).seal_due().await.unwrap();
    assert_eq!(clinic.dump().await, before);
    clinic.manager().session().await;
    assert_eq!(verify(&clinic).await.entries, verified.entries + 1);
}

/// Attack 59: whatever another hand does to an entry shows, with the first that does not fit.
#[tokio::test]
async fn another_hand_shows() {
    use MisfitKind::{Changed, Head, Missing};
    let cases = [
        ("UPDATE events SET at = at + 1 WHERE seq = 3", 3, Changed),
        (
            "UPDATE events SET kind = 'locked' WHERE seq = 3",
            3,
            Changed,
        ),
        ("UPDATE events SET reason = '' WHERE seq = 3", 3, Changed),
        ("UPDATE events SET actor = NULL WHERE seq = 2", 2, Changed),
        (
            "UPDATE events SET actor = subject, subject = actor WHERE seq = 3",
            3,
            Changed,
        ),
        ("UPDATE events SET factor = 'sms' WHERE seq = 2", 2, Changed),
        (
            "UPDATE events SET computer = 'A1' WHERE seq = 2",
            2,
            Changed,
        ),
        ("UPDATE events SET id = 'x' WHERE seq = 4", 4, Changed),
        ("UPDATE events SET stamp = NULL WHERE seq = 4", 4, Changed),
        ("UPDATE events SET seal = NULL WHERE seq = 4", 4, Changed),
        (
            "UPDATE events SET practice_id = '' WHERE seq = 4",
            4,
            Missing,
        ),
        ("DELETE FROM events WHERE seq = 1", 1, Missing),
        ("DELETE FROM events WHERE seq = 3", 3, Missing),
        // The end, cut off.
        ("DELETE FROM events WHERE seq >= 5", 5, Missing),
        // The numbers that follow, put right again.
        (
            "DELETE FROM events WHERE seq = 3;
             UPDATE events SET seq = seq - 1 WHERE seq > 3",
            3,
            Changed,
        ),
        // Two that change places.
        (
            "UPDATE events SET seq = -1 WHERE seq = 2; UPDATE events SET seq = 2 WHERE seq = 3;
             UPDATE events SET seq = 3 WHERE seq = -1",
            2,
            Changed,
        ),
        // One put in, whether it waits for its seal or brings one.
        (
            "INSERT INTO events (id, practice_id, at, kind, stamp)
             SELECT 'x', practice_id, at, 'restored', stamp FROM events WHERE seq = 2",
            7,
            Changed,
        ),
        (
            "INSERT INTO events (id, practice_id, at, kind)
             SELECT 'x', practice_id, at, 'restored' FROM events WHERE seq = 2",
            7,
            Changed,
        ),
        (
            "INSERT INTO events (id, practice_id, at, kind, stamp, seq, seal)
             SELECT 'x', practice_id, at, 'restored', stamp, 7, seal FROM events WHERE seq = 6",
            7,
            Changed,
        ),
        ("UPDATE chains SET last_seq = 2", 1, Head),
        ("UPDATE chains SET old_through = 100", 1, Head),
        ("DELETE FROM chains", 1, Head),
        (
            "DELETE FROM events WHERE seq >= 5; UPDATE chains SET last_seq = 4,
                 last_seal = (SELECT seal FROM events WHERE seq = 4)",
            1,
            Head,
        ),
    ];
    for (sql, number, how) in cases {
        let clinic = with_entries().await;
        assert_eq!(misfit(&clinic).await, None);
        assert_eq!(clinic.number("SELECT COUNT(*) FROM events").await, 6);
        for statement in sql.split(';') {
            clinic.sql(statement).await;
        }
        assert_eq!(misfit(&clinic).await, Some((number, how)), "{sql}");
        // Nor is it sealed over by what comes next.
        clinic.manager().session().await;
        assert_eq!(misfit(&clinic).await, Some((number, how)), "{sql}");
    }
}

/// Two steps at once seal each entry once, and one that is cut short leaves nothing of itself.
#[tokio::test]
async fn steps_at_once_and_steps_cut_short_leave_one_chain() {
    let clinic = with_entries().await;
    // Nobody has more than five sessions, of which the founder's is one.
    let came_and_went = async || {
        let token = clinic.manager().session().await;
        clinic.call(&token, SignOut {}).await.unwrap();
    };
    for _ in 0..3 {
        came_and_went().await;
        let (one, other) = (service(&clinic), service(&clinic));
        let (one, other) = tokio::join!(one.seal_due(), other.seal_due());
        one.unwrap();
        other.unwrap();
        let cut = service(&clinic);
        came_and_went().await;
        let step = tokio::spawn(async move { cut.seal_due().await });
        tokio::task::yield_now().await;
        step.abort();
        let _ = step.await;
        assert_eq!(misfit(&clinic).await, None);
    }
    let again = clinic.another_window().await;
    let answer = again.call(Some(&clinic.founder), VerifyActivity {}).await;
    assert_eq!(answer.unwrap().misfit, None);
}

/// A sign-in does not wait for the step: a chain that is not sealed lets everybody in.
#[tokio::test]
async fn nobody_waits_for_a_seal() {
    let clinic = with_entries().await;
    clinic.sql("DELETE FROM chains").await;
    service(&clinic).seal_due().await.unwrap();
    clinic.manager().session().await;
}

#[tokio::test]
async fn what_was_written_before_there_were_stamps_is_sealed_as_it_is() {
    let clinic = Clinic::new().await;
    clinic.sql("UPDATE events SET stamp = NULL").await;
    assert_eq!(misfit(&clinic).await, None);
    clinic
        .sql("UPDATE events SET reason = 'x' WHERE seq = 1")
        .await;
    assert_eq!(misfit(&clinic).await, Some((1, MisfitKind::Changed)));
}

/// Somebody at work on as many days as tell that the clock did not jump.
async fn at_work(clinic: &Clinic) {
    for _ in 0..20 {
        clinic.clock.advance(DAY);
        clinic.manager().session().await;
    }
    service(clinic).seal_due().await.unwrap();
}

/// Entries go after seven years, and the chain holds from there.
#[tokio::test]
async fn entries_are_kept_for_seven_years() {
    let clinic = with_entries().await;
    clinic.clock.advance(7 * 365 * DAY - 21 * DAY);
    at_work(&clinic).await;
    service(&clinic).remove_kept_long_enough().await.unwrap();
    assert_eq!(first(&clinic).await, 1);
    clinic.clock.advance(4 * DAY);
    service(&clinic).remove_kept_long_enough().await.unwrap();
    assert_eq!(first(&clinic).await, 7);
    let verified = verify(&clinic).await;
    assert_eq!((verified.misfit, verified.removed), (None, 6));
    clinic.sql("UPDATE segments SET last_seq = 5").await;
    assert_eq!(misfit(&clinic).await, Some((1, MisfitKind::Segment)));
    clinic.sql("DELETE FROM segments").await;
    assert_eq!(misfit(&clinic).await, Some((1, MisfitKind::Missing)));
}

/// A clock that jumped ahead removes nothing.
#[tokio::test]
async fn a_clock_that_jumped_removes_nothing() {
    let clinic = with_entries().await;
    clinic.clock.advance(50 * YEAR);
    clinic.manager().session().await;
    service(&clinic).seal_due().await.unwrap();
    service(&clinic).remove_kept_long_enough().await.unwrap();
    assert_eq!(first(&clinic).await, 1);
}

/// Old entries that do not fit their seals stay, for whoever looks for the reason.
#[tokio::test]
async fn what_does_not_fit_is_not_removed() {
    let clinic = with_entries().await;
    clinic.clock.advance(7 * YEAR);
    at_work(&clinic).await;
    clinic
        .sql("UPDATE events SET reason = 'x' WHERE seq = 2")
        .await;
    service(&clinic).remove_kept_long_enough().await.unwrap();
    assert_eq!(first(&clinic).await, 1);
}
