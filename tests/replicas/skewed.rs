//! Replicas whose own clocks are off: the database's clock decides (attack 93, fault 16).

use vestibule::api::{Error, Outcome, WhoAmI, wire};
use vestibule::domain::Timestamp;

use crate::person::submit;
use crate::replica::{Signal, until};
use crate::stage::Stage;

/// The farthest that a replica's time may be from the database's, in milliseconds.
const APART: i64 = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_whose_clock_is_off_takes_and_ends_nothing_else() {
    let mut stage = Stage::at_rest().await;
    stage.replicas[0].start();
    stage.replicas[1].start_off_by("+1h");
    stage.replicas[2].start_off_by("-1h");
    stage.open().await;
    stage.manager().await;
    let person = stage.hire().await;
    let clocks = [(0, 0), (1, 3_600), (2, -3_600)];
    for (n, own) in clocks {
        let way = stage.replicas[n].way();
        let here = stage.now().await;
        let answer = way.send(Some(&person.token), &WhoAmI {}).await.unwrap();
        let told = answer.headers()[wire::TIME].to_str().unwrap();
        let told: i64 = told.parse().unwrap();
        let apart = told - here.as_millisecond();
        assert!((0..APART).contains(&apart), "replica {n}: {apart} ms");

        // A code of the replica's own hour is wrong, one of now right, once, at all of them.
        person.rested().await;
        let step = stage.step().await;
        let due = person.code_due().await;
        if own != 0 {
            let its = step.checked_add_signed(own / 30).unwrap();
            let its = submit(&way, &due, &person.code_at(its)).await;
            assert!(matches!(its, Err(Error::CodeWrong { .. })), "{its:?}");
        }
        let code = person.code().await;
        submit(&way, &due, &code).await.unwrap();
        for other in &stage.replicas {
            let due = match person.sign_in(&person.way).await {
                Ok(Outcome::Code(due)) => due,
                other => panic!("{other:?}"),
            };
            // A sign-in ends ten minutes from now by the database, wherever it was begun.
            let left = due
                .challenge
                .ends
                .duration_since(stage.now().await)
                .as_secs();
            assert!((590..=600).contains(&left), "{left} s");
            let again = submit(&other.way(), &due.token, &code).await;
            assert!(matches!(again, Err(Error::CodeUsed { .. })), "{again:?}");
        }
    }
    // They have been off indeed: so they date what they say.
    for (n, own) in clocks {
        let replica = &stage.replicas[n];
        replica.send(Signal::End);
        let said = async || replica.said().contains("about to stop");
        until("it says something", said).await;
        assert_eq!(hours_off(&replica.said(), stage.now().await), own / 3_600);
    }
}

/// By how many hours the first line of a log is dated off.
fn hours_off(said: &str, here: Timestamp) -> i64 {
    let first: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    let dated: Timestamp = first["timestamp"].as_str().unwrap().parse().unwrap();
    let seconds = dated.duration_since(here).as_secs();
    (seconds + 1_800).div_euclid(3_600)
}
