//! A server that ends connections, holds a lock for long, or does not answer any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use vestibule::api::{Dependency, Error, Outcome, Secret, SubmitCode};
use vestibule::domain::{Counter, Timestamp};
use vestibule::store::{About, Fault, Store};

use super::database;
use crate::clinic::Clinic;
use crate::clinic::postgres::connections;

/// Fault 8 and attack 94: another holds a table for longer than anybody waits. The answer is that
/// it is busy, in time, and nothing has happened.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_holds_a_lock_for_long_makes_a_call_busy_within_seconds() {
    let (clinic, phone) = Clinic::enabled().await;
    let sam = clinic.hire("sam@hills.example").await;
    let due = clinic.manager().code_due().await;
    let mut holder = clinic.server().raw().await;
    holder.execute("BEGIN").await.unwrap();
    holder
        .execute("LOCK TABLE tries IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let begun = Instant::now();
    let right = phone.code();
    let (code, password) = tokio::join!(clinic.submit(&due, &right), sam.sign_in());
    assert!(
        begun.elapsed() < Duration::from_secs(7),
        "{:?}",
        begun.elapsed()
    );
    assert!(matches!(code, Err(Error::Busy { .. })), "{code:?}");
    assert!(matches!(password, Err(Error::Busy { .. })), "{password:?}");
    holder.execute("ROLLBACK").await.unwrap();
    holder.close().await.unwrap();
    assert_eq!(clinic.code_failures().await, 0);
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// Fault 7: the server ends every connection again and again, as where it restarts, while people
/// sign in. Nothing has an effect twice, and the next call is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_ends_connections_makes_nothing_happen_twice() {
    let (clinic, phone) = Clinic::enabled().await;
    let mut doors = Vec::new();
    for _ in 0..4 {
        doors.push(clinic.another_window().await);
    }
    let (inside, ended) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let mut load = tokio::task::JoinSet::new();
    for door in doors {
        let due = clinic.manager().code_due().await;
        let (inside, ended, code) = (inside.clone(), ended.clone(), phone.code());
        load.spawn(async move {
            while !ended.load(Ordering::SeqCst) {
                let call = SubmitCode {
                    code: Secret::new(code.clone()),
                    remember: false,
                };
                match door.call(Some(&due.token), call).await {
                    Ok(Outcome::In(_)) => {
                        inside.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(
                        Error::Unavailable {
                            what: Dependency::Database,
                        }
                        | Error::Busy { .. }
                        | Error::CodeUsed { .. }
                        | Error::CodeWrong { .. }
                        | Error::ChallengeEnded
                        | Error::Wait { .. },
                    ) => {}
                    other => panic!("{other:?}"),
                }
            }
        });
    }
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for _ in 0..50 {
        clinic.sql(others).await;
    }
    ended.store(true, Ordering::SeqCst);
    load.join_all().await;

    let sessions = "SELECT COUNT(*) FROM sessions
                    WHERE made_at > (SELECT MIN(made_at) FROM sessions)";
    let made = clinic.number(sessions).await;
    // One code makes one session, whether its answer came back or not.
    assert!(made <= 1, "{made}");
    assert!(inside.load(Ordering::SeqCst) <= usize::try_from(made).unwrap());
    clinic.clock.advance(3_600);
    clinic.manager().session_by(&phone).await;
}

/// A way to the server that can be cut without either side being told.
struct Cable {
    port: u16,
    cut: watch::Sender<bool>,
}

/// Where the server is.
fn server() -> (String, u16) {
    let server = std::env::var("VESTIBULE_TEST_POSTGRES").unwrap();
    let server = url::Url::parse(&server).unwrap();
    let host = server.host_str().unwrap().to_owned();
    (host, server.port().unwrap_or(5_432))
}

/// A database by way of this port.
async fn through(url: &str, port: u16) -> Store {
    let mut url = url::Url::parse(url).unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(port)).unwrap();
    Store::connect(url.as_str(), connections(4)).await.unwrap()
}

impl Cable {
    async fn new() -> Self {
        let at = server();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, is_cut) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let Ok(mut there) = TcpStream::connect((at.0.as_str(), at.1)).await else {
                    continue;
                };
                let mut is_cut = is_cut.clone();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
                        // Both ends stay open, and nothing comes through any more.
                        _ = until(&mut is_cut, true) => until(&mut is_cut, false).await,
                    }
                });
            }
        });
        Self { port, cut }
    }
}

async fn until(cut: &mut watch::Receiver<bool>, as_wished: bool) {
    // Whoever holds the cable is gone: so is the cable.
    let _ = cut.wait_for(|cut| *cut == as_wished).await;
}

/// Fault 9: what is not answered any more is given up in time, and once the network is back the
/// next call is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_answers_no_more_is_given_up_within_seconds() {
    let (database, _store) = database().await;
    let cable = Cable::new().await;
    let store = through(&database.url(), cable.port).await;
    let mut tx = store.write().await.unwrap();
    tx.tries("a", Counter::Codes).await.unwrap();

    cable.cut.send(true).unwrap();
    let begun = Instant::now();
    // In the midst of a transaction, at the beginning of one on a kept connection, on a new one.
    let (within, kept) = tokio::join!(tx.tries("a", Counter::Codes), store.read());
    for fault in [within.err(), kept.err()] {
        assert!(matches!(fault, Some(Fault::Unreachable(_))), "{fault:?}");
    }
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "{:?}",
        begun.elapsed()
    );
    drop(tx);

    cable.cut.send(false).unwrap();
    let mut tx = store.write().await.unwrap();
    tx.forget_tries("a", Counter::Codes).await.unwrap();
    tx.commit().await.unwrap();
}

/// Ends a connection once it has passed on that something was committed, when it is armed, and is
/// no longer armed then.
async fn ends_after_commit(armed: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let at = server();
    tokio::spawn(async move {
        while let Ok((here, _)) = listener.accept().await {
            let there = TcpStream::connect((at.0.as_str(), at.1)).await.unwrap();
            let armed = armed.clone();
            tokio::spawn(async move {
                let (mut asked, mut told) = here.into_split();
                let (mut answers, mut asks) = there.into_split();
                let answering = async {
                    let mut bytes = vec![0; 8_192];
                    while let Ok(read @ 1..) = answers.read(&mut bytes).await {
                        told.write_all(&bytes[..read]).await.unwrap();
                        let committed = bytes[..read].windows(7).any(|word| word == b"COMMIT\0");
                        if committed && armed.swap(false, Ordering::SeqCst) {
                            break;
                        }
                    }
                };
                tokio::select! {
                    () = answering => {}
                    _ = tokio::io::copy(&mut asked, &mut asks) => {}
                }
            });
        }
    });
    port
}

/// Fault 7: a connection that ends just after a try was committed costs nobody the look at the
/// code.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_goes_on_after_a_commit_goes_on_by_another_connection() {
    let (database, _store) = database().await;
    let armed = Arc::new(AtomicBool::new(false));
    let port = ends_after_commit(armed.clone()).await;
    let store = through(&database.url(), port).await;
    let now = Timestamp::UNIX_EPOCH;
    let mut tx = store.write_about(About::Person("a")).await.unwrap();
    let before = tx.tries("a", Counter::Codes).await.unwrap();
    let after = before.after_failure(Counter::Codes, now);
    let counted = tx.count_try("a", Counter::Codes, &before, &after, now);
    assert!(counted.await.unwrap());
    armed.store(true, Ordering::SeqCst);
    let mut tx = tx.commit_and_go_on(&store).await.unwrap();
    assert!(!armed.load(Ordering::SeqCst));
    assert_eq!(tx.tries("a", Counter::Codes).await.unwrap(), after);
}

/// Fault 6: a server that is not there is told as such.
#[tokio::test]
async fn a_server_that_is_not_there_is_told_as_one() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let url = format!("postgres://vestibule@127.0.0.1:{port}/vestibule");
    let fault = Store::connect(&url, connections(1)).await.err();
    assert!(matches!(fault, Some(Fault::Unreachable(_))), "{fault:?}");
}
