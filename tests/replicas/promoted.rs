//! The primary is lost, and its synchronous standby takes its place (fault 7).

use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use vestibule::api::{Call, Error, MakeRecoveryCodes, Outcome, Secret, SignIn, SubmitCode, Token};

use crate::lost::{HEALED, away, in_the_midst, kept, kill};
use crate::person::{PASSWORD, Person, submit};
use crate::replica::{Signal, until};
use crate::rounds;
use crate::stage::{Stage, postgres};
use crate::way::{LOST, number};

/// Longer than a connection, a lock and an answer of the database are waited for.
const PATIENT: Duration = Duration::from_secs(40);
/// Less than any of them, for who asks first: what is asked again is under way still.
const HASTY: Duration = Duration::from_secs(1);
/// Between two askings.
const PAUSE: Duration = Duration::from_millis(20);

/// A port that moves with the primary, as an operator has one.
struct Front {
    port: u16,
    to: watch::Sender<u16>,
}

impl Front {
    /// Before the PostgreSQL of the run.
    async fn new() -> Self {
        let server = std::env::var("VESTIBULE_TEST_POSTGRES").unwrap();
        let server = url::Url::parse(&server).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (to, at) = watch::channel(server.port().unwrap_or(5_432));
        tokio::spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let at = SocketAddr::from(([127, 0, 0, 1], *at.borrow()));
                tokio::spawn(async move {
                    if let Ok(mut there) = TcpStream::connect(at).await {
                        let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
                    }
                });
            }
        });
        Self { port, to }
    }
}

/// Gone with whoever has it, and the primary is as it was.
struct Standby {
    port: u16,
}

impl Standby {
    fn new() -> Self {
        // Taken away again wherever it stops.
        let mut standby = Self { port: 0 };
        standby.port = act("make").trim().parse().unwrap();
        standby
    }

    /// The primary is killed and this one takes its place, where everybody asks for it.
    async fn promoted(&self, front: &Front) {
        tokio::task::spawn_blocking(|| {
            postgres("stop");
            act("promote");
        })
        .await
        .unwrap();
        front.to.send(self.port).unwrap();
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        act("gone");
    }
}

/// Does something to the standby; what that says.
fn act(what: &str) -> String {
    let standby = std::env::var("VESTIBULE_TEST_POSTGRES_STANDBY")
        .expect("VESTIBULE_TEST_POSTGRES_STANDBY names what makes a standby");
    let done = Command::new(standby).arg(what).output().unwrap();
    if !std::thread::panicking() {
        assert!(done.status.success(), "{what}: {done:?}");
    }
    String::from_utf8(done.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_takes_over_and_nothing_answered_is_undone() {
    for _ in 0..rounds(1, 10) {
        let front = Front::new().await;
        let stage = Stage::through(front.port, "").await;
        stage.manager().await;
        let standby = Standby::new();
        let healed =
            in_the_midst(&stage, async || standby.promoted(&front).await, async || {}).await;
        eprintln!("nobody got in for {healed:?} after the standby was promoted");
        assert!(healed <= HEALED, "nobody got in for {healed:?}");
        drop(standby);
    }
}

/// Sends a request until it is answered, under one number; with none where the answer says that the
/// database was away, which is no answer to what was asked. The second time it is waited for: of what
/// was cut off a server says so after some seconds.
async fn insists<C: Call>(
    person: &Person<'_>,
    token: Option<&Token>,
    call: C,
    again: &AtomicUsize,
) -> Option<Result<C::Reply, Error>> {
    let number = number();
    let mut way = person.way.clone().within(HASTY);
    let begun = Instant::now();
    loop {
        match way.call_numbered(&number, token, &call).await {
            Err(LOST) => {
                assert!(begun.elapsed() < 2 * PATIENT, "never answered");
                again.fetch_add(1, Ordering::SeqCst);
                way = way.within(PATIENT);
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) if away(&error) => return None,
            answer => return Some(answer),
        }
    }
}

/// Signs in and makes recovery codes, insisting on each; the sessions that were answered.
async fn works(person: &Person<'_>, ended: &AtomicBool, seen: &[AtomicUsize; 2]) -> Vec<Token> {
    let [rounds, again] = seen;
    let mut tokens = Vec::new();
    let sets = format!(
        "SELECT COUNT(*) FROM recovery_sets WHERE user_id = '{}'",
        person.id
    );
    while !ended.load(Ordering::SeqCst) {
        person.rested().await;
        let before = person.sessions().await;
        let sign_in = SignIn {
            email: person.email.clone(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        let due = match insists(person, None, sign_in, again).await {
            Some(Ok(Outcome::Code(due))) => due.token,
            // A password that was counted and whose answer was lost may hold its owner up.
            None | Some(Err(Error::Wait { .. })) => continue,
            other => panic!("{other:?}"),
        };
        let code = SubmitCode {
            code: Secret::new(person.code().await),
            remember: false,
        };
        let answer = insists(person, Some(&due), code, again).await;
        let made = person.sessions().await - before;
        let token = match answer {
            Some(Ok(Outcome::In(admitted))) => {
                assert_eq!(made, 1, "an answered session is lost, or there are more");
                admitted.token
            }
            // It was answered that the database was away, and what became of it is not known.
            None => {
                assert!(made <= 1, "{made}");
                continue;
            }
            other => panic!("{other:?}"),
        };
        let before = person.stage.number(&sets).await;
        let made = insists(person, Some(&token), MakeRecoveryCodes {}, again).await;
        let more = person.stage.number(&sets).await - before;
        match made {
            Some(Ok(_)) => assert_eq!(more, 1, "done twice, or not at all"),
            None => assert!(more <= 1, "{more}"),
            other => panic!("{other:?}"),
        }
        tokens.push(token);
        rounds.fetch_add(1, Ordering::SeqCst);
    }
    tokens
}

/// What a request does is done once, however often it comes again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_comes_again_after_a_failover_is_done_once() {
    for _ in 0..rounds(1, 10) {
        let front = Front::new().await;
        let mut stage = Stage::through(front.port, "").await;
        stage.manager().await;
        let standby = Standby::new();
        let killed = stage.replicas[0].id();
        let shared = &stage;
        let mut people = Vec::new();
        for _ in 0..4 {
            people.push(shared.hire().await);
        }
        // Not every session is of a sign-in.
        let more = "SELECT (SELECT COUNT(*) FROM events WHERE kind = 'signed_in')
                        - (SELECT COUNT(*) FROM sessions)";
        let others = stage.number(more).await;
        let (ended, seen) = (AtomicBool::new(false), [const { AtomicUsize::new(0) }; 2]);
        let strike = async {
            let more = async |many| {
                let enough = seen[0].load(Ordering::SeqCst) + many;
                let done = async || seen[0].load(Ordering::SeqCst) >= enough;
                until("people work", done).await;
            };
            more(4).await;
            // With it the answers of what it has in hands are lost.
            shared.replicas[0].send(Signal::Stand);
            let missed = async || seen[1].load(Ordering::SeqCst) > 0;
            until("an answer is missed", missed).await;
            kill(killed);
            standby.promoted(&front).await;
            more(8).await;
            ended.store(true, Ordering::SeqCst);
        };
        let work = futures_util::future::join_all(
            people.iter().map(|person| works(person, &ended, &seen)),
        );
        let (tokens, ()) = tokio::join!(work, strike);
        let tokens: Vec<String> = tokens.iter().flatten().map(kept).collect();
        let stand = format!(
            "SELECT COUNT(*) FROM sessions WHERE token_hash IN ('{}')",
            tokens.join("', '")
        );
        let stand = stage.number(&stand).await;
        assert_eq!(usize::try_from(stand).unwrap(), tokens.len());
        // As many sign-ins are written down as there are sessions.
        assert_eq!(stage.number(more).await, others);
        let again = seen[1].load(Ordering::SeqCst);
        eprintln!("requests came again {again} times");
        drop(people);
        stage.replicas[0].kill();
        drop(standby);
    }
}

/// What the standby has not is not answered: whoever loses the primary then has lost nothing that
/// anybody was told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_standby_is_away_nobody_is_told_of_anything_that_it_has_not() {
    let front = Front::new().await;
    let stage = Stage::through(front.port, "").await;
    stage.manager().await;
    let person = stage.hire().await;
    let standby = Standby::new();
    let due = person.code_due().await;
    let before = person.sessions().await;
    act("stop");
    let code = person.code().await;
    let begun = Instant::now();
    let way = person.way.clone().within(PATIENT);
    let told = submit(&way, &due, &code).await;
    assert!(matches!(&told, Err(error) if away(error)), "{told:?}");
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
    act("start");
    standby.promoted(&front).await;
    assert_eq!(person.sessions().await, before);
    person.session().await;
    drop(standby);
}
