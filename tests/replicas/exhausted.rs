//! A database that has no connection left, or whose table somebody holds (fault 8).

use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use tokio::task::JoinSet;
use vestibule::api::{Error, Outcome, Token};

use crate::lost::{HEALED, away};
use crate::person::{Person, submit};
use crate::replica::until;
use crate::stage::Stage;
use crate::way::Way;

/// What PostgreSQL says where it has no connection left.
const TOO_MANY: &str = "53300";
/// The longest that a call may take: the time that a connection or a lock is waited for, and some
/// for a busy computer.
const LONGEST: Duration = Duration::from_secs(8);

/// Every connection that there is.
async fn all_connections(stage: &Stage) -> Vec<PgConnection> {
    let options = PgConnectOptions::from_str(&stage.database.url()).unwrap();
    let mut all = Vec::new();
    loop {
        match options.connect().await {
            Ok(one) => all.push(one),
            Err(sqlx::Error::Database(said)) if said.code().as_deref() == Some(TOO_MANY) => {
                return all;
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// What a code was answered, and after how long.
async fn timed(way: &Way, due: &Token, code: &str) -> (Result<Token, Error>, Duration) {
    let begun = Instant::now();
    (submit(way, due, code).await, begun.elapsed())
}

/// Others take every connection. What a replica has it serves by, the rest it denies in time; no
/// code is spent without a session, and what was looked at is counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_connection_left_a_call_is_answered_in_time() {
    let stage = Stage::new().await;
    stage.manager().await;
    let mut people = Vec::new();
    for _ in 0..6 {
        people.push(stage.hire().await);
    }
    let (guesser, people) = people.split_last().unwrap();
    let mut all = JoinSet::new();
    let guesses = (guesser.code_due().await, guesser.wrong(12).await);
    let mut dues = Vec::new();
    for person in people {
        dues.push((person.code_due().await, person.code().await));
    }
    let others = all_connections(&stage).await;
    assert!(others.len() > 10, "{}", others.len());
    for code in guesses.1 {
        let (way, due) = (guesser.way.clone(), guesses.0.clone());
        all.spawn(async move { timed(&way, &due, &code).await });
    }
    let mut inside = Vec::new();
    for (person, (due, code)) in people.iter().zip(dues) {
        // One after the other: there may be a single connection for all.
        let (answer, took) = timed(&person.way, &due, &code).await;
        assert!(took <= LONGEST, "{took:?}: {answer:?}");
        match &answer {
            Ok(_) => inside.push(true),
            Err(error) if away(error) => inside.push(false),
            other => panic!("{other:?}"),
        }
    }
    let mut looked_at = 0;
    for (answer, took) in all.join_all().await {
        assert!(took <= LONGEST, "{took:?}: {answer:?}");
        match &answer {
            Err(Error::CodeWrong { .. }) => looked_at += 1,
            Err(Error::Wait { .. } | Error::ChallengeEnded) => {}
            Err(error) if away(error) => {}
            other => panic!("{other:?}"),
        }
    }
    eprintln!("{inside:?} got in, {looked_at} guesses were looked at");
    for other in others {
        drop(other.close().await);
    }
    let counted = guesser.failures().await;
    assert!(
        looked_at <= counted && counted <= 5,
        "{looked_at} {counted}"
    );
    for (person, inside) in people.iter().zip(inside) {
        // One session is that of the invitation.
        assert_eq!(person.sessions().await, 1 + i64::from(inside));
    }
    // It goes on by itself.
    let begun = Instant::now();
    for person in people {
        person.session().await;
    }
    assert!(begun.elapsed() < HEALED, "{:?}", begun.elapsed());
}

/// More sign-ins than there are cores wait for the database, and whoever needs no more of it than
/// there is hashes meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_for_the_database_keeps_nobody_from_hashing() {
    let stage = Stage::new().await;
    let mut maker = stage.manager().await;
    // No more than leave the replica a connection.
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(6));
    let at = stage.replicas[0].at;
    let mut people = Vec::new();
    for _ in 0..cores {
        people.push(stage.hire().await);
    }
    maker.way = stage.way_to(at);
    // A busy computer may need more than one try: whoever waits is sent away after five seconds.
    let mut overtaken = false;
    for _ in 0..3 {
        overtaken |= hashes_meanwhile(&stage, &maker, &people).await;
        if overtaken {
            break;
        }
    }
    assert!(
        overtaken,
        "nobody hashed before those who wait were answered"
    );
    // Nobody lost a try.
    assert_eq!(stage.number("SELECT COUNT(*) FROM tries").await, 0);
    for person in &people {
        let answer = person.sign_in(&person.way).await;
        assert!(matches!(answer, Ok(Outcome::Code(_))), "{answer:?}");
    }
}

/// Everybody waits for a table that is held; whether recovery codes are made meanwhile.
async fn hashes_meanwhile(stage: &Stage, maker: &Person<'_>, people: &[Person<'_>]) -> bool {
    let mut holder = stage.database.raw().await;
    holder.execute("BEGIN").await.unwrap();
    let lock = "LOCK TABLE tries IN ACCESS EXCLUSIVE MODE";
    holder.execute(lock).await.unwrap();
    let answered = AtomicUsize::new(0);
    let sign_ins = join_all(people.iter().map(async |person| {
        let answer = person.sign_in(&maker.way).await;
        answered.fetch_add(1, Ordering::SeqCst);
        answer
    }));
    let hashes = async {
        let wait =
            "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = 'tries'::regclass";
        let all = i64::try_from(people.len()).unwrap();
        until("they wait", async || stage.number(wait).await >= all).await;
        let begun = Instant::now();
        maker.make_codes().await.unwrap();
        (answered.load(Ordering::SeqCst) == 0, begun.elapsed())
    };
    let (answers, (meanwhile, took)) = tokio::join!(sign_ins, hashes);
    eprintln!("ten codes were made within {took:?}");
    for answer in answers {
        assert!(matches!(answer, Err(Error::Busy { .. })), "{answer:?}");
    }
    holder.execute("ROLLBACK").await.unwrap();
    holder.close().await.unwrap();
    meanwhile
}
