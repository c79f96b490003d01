//! A rolling stop: one replica after the other is told to end and started again while people sign
//! in, and nobody notices (fault 31).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::replica::{Signal, until};
use crate::rounds;
use crate::stage::Stage;

/// The longest that a stop may take.
const LONGEST: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_stop_cuts_no_answer_off() {
    let mut stage = Stage::new().await;
    stage.manager().await;
    for round in 0..rounds(2, 30) {
        let n = round % 3;
        let (ended, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
        let shared = &stage;
        let person = shared.hire().await;
        let load = async {
            while !ended.load(Ordering::SeqCst) {
                // It panics where anything but the session is answered.
                person.session().await;
                answered.fetch_add(1, Ordering::SeqCst);
            }
        };
        let stop = async {
            let some = async || answered.load(Ordering::SeqCst) >= 3;
            until("people sign in", some).await;
            let replica = &shared.replicas[n];
            let way = replica.way();
            replica.send(Signal::End);
            let begun = Instant::now();
            let not_ready = async || way.get("/ready").await == Some((503, "stopping\n".into()));
            until("it is not ready", not_ready).await;
            // It says so before it turns anybody away.
            assert_eq!(way.get("/live").await, Some((200, "live\n".into())));
            assert!(person.sign_in(&way).await.is_ok());
            let gone = async || way.get("/live").await.is_none();
            until("it is gone", gone).await;
            let before = answered.load(Ordering::SeqCst);
            let more = async || answered.load(Ordering::SeqCst) >= before + 3;
            until("the others serve", more).await;
            ended.store(true, Ordering::SeqCst);
            begun
        };
        let (begun, ()) = tokio::join!(stop, load);
        let status = stage.replicas[n].ended().await;
        assert!(status.success(), "{status}: {}", stage.replicas[n].said());
        assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
        stage.replicas[n].start();
        stage.replicas[n].ready().await;
    }
}
