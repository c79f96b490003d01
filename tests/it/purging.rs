//! Fault 36: what has ended is removed in steps, and nothing that somebody still asks for.

use vestibule::domain::Role;

use crate::clinic::Clinic;
use crate::staff::Desk;

/// Seconds.
const DAY: i64 = 24 * 60 * 60;

async fn rows(clinic: &Clinic, table: &str) -> i64 {
    clinic
        .number(&format!("SELECT COUNT(*) FROM {table}"))
        .await
}

#[tokio::test]
async fn what_has_ended_is_removed_when_nobody_asks_for_it_any_more() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let clinic = &desk.clinic;
    let user = &sam.id;
    // More than one step takes, all of it ended; beside it what people have at this moment.
    let of_the_past = [
        "INSERT INTO waiting (token_hash, user_id, kind, tries, made_at, ends_at, ended_at)
         SELECT 'w' || n, '{user}', 'code', 0, 1, 2, 2",
        "INSERT INTO sessions (id, token_hash, user_id, practice_id, made_at, active_at)
         SELECT 's' || n, 't' || n, '{user}', (SELECT MIN(id) FROM practices), 1, 1",
        "INSERT INTO codes (id, user_id, practice_id, purpose, challenge, channel, mac, made_at,
                            ends_at, ended_at)
         SELECT 'c' || n, '{user}', (SELECT MIN(id) FROM practices), 'sign_in', 'x' || n, 'email',
                {mac}, 1, 2, 2",
        "INSERT INTO outbox (id, practice_id, user_id, code_id, channel, destination, state, tried,
                             next_at, made_at, changed_at, ends_at)
         SELECT 'o' || n, (SELECT MIN(id) FROM practices), '{user}', 'c' || n, 'email', 'd',
                'handed_over', 1, 1, n, 2, 2",
        "INSERT INTO invitations (code_hash, user_id, made_at, ends_at, by_user)
         SELECT 'i' || n, '{user}', 1, 2, '{user}'",
        "INSERT INTO notices (id, user_id, at, kind, read_at)
         SELECT 'n' || n, '{user}', 1, 'password_changed', CASE WHEN n = 7 THEN NULL ELSE 2 END",
        // Of addresses that are nobody's, but for one whose codes are stopped.
        "INSERT INTO tries (subject, counter, failures, changed_at)
         SELECT 'p' || n, CASE WHEN n = 7 THEN 'codes' ELSE 'passwords' END, 50, 1",
    ];
    let before = [
        rows(clinic, "waiting").await,
        rows(clinic, "sessions").await,
        rows(clinic, "codes").await,
        rows(clinic, "outbox").await,
        rows(clinic, "invitations").await,
    ];
    for sql in of_the_past {
        let sql = sql
            .replace("{user}", &user.to_string())
            .replace("{mac}", &crate::clinic::bytes("00"));
        let numbers = "WITH RECURSIVE numbers (n) AS
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1200)";
        let (insert, select) = sql.split_once("SELECT").unwrap();
        let sql = format!("{insert} {numbers} SELECT {select} FROM numbers");
        clinic.sql(&sql).await;
    }
    clinic.backend.service.purge().await.unwrap();
    assert_eq!(rows(clinic, "waiting").await, before[0]);
    assert_eq!(rows(clinic, "sessions").await, before[1]);
    // The newest message of a person stays, with what it tells of.
    assert_eq!(rows(clinic, "outbox").await, before[3] + 1);
    assert_eq!(rows(clinic, "codes").await, before[2] + 1);
    let kept = clinic.sql("SELECT id FROM outbox WHERE id LIKE 'o%'").await;
    assert_eq!(kept, [["o1200"]]);
    // An invitation that was redeemed a moment ago has not ended for long.
    assert_eq!(rows(clinic, "invitations").await, before[4]);
    assert!(before[4] > 0);
    // Who has not read it yet still can.
    let kept = clinic.sql("SELECT id FROM notices WHERE id LIKE 'n%' AND at = 1");
    assert_eq!(kept.await, [["n7"]]);
    let kept = clinic.sql("SELECT subject FROM tries WHERE subject LIKE 'p%'");
    assert_eq!(kept.await, [["p7"]]);

    // Sessions and sign-ins of now go on.
    assert_eq!(clinic.admits(&desk.manager).await, Ok(()));
    desk.freshen().await;
    let due = desk.at_the_door(&sam).sign_in().await;
    assert!(due.is_ok(), "{due:?}");

    // A month later these have ended too, and the people are as they were.
    desk.clinic.clock.advance(40 * DAY);
    desk.clinic.backend.service.purge().await.unwrap();
    assert_eq!(rows(&desk.clinic, "sessions").await, 0);
    assert_eq!(rows(&desk.clinic, "requests").await, 0);
    desk.return_manager().await;
    assert_eq!(desk.page("sam").await.people.len(), 1);
}
