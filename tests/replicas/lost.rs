//! A replica is killed or stands still, the database restarts without writing down what it had not,
//! while people sign in (faults 1, 7, 9, attack 94).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use vestibule::api::{Dependency, Error, Outcome, Token};

use crate::person::{Person, submit};
use crate::replica::{Signal, until};
use crate::rounds;
use crate::stage::{Stage, postgres};
use crate::way::LOST;

/// Who signs in all the time.
const PEOPLE: usize = 4;
/// How long the service may be away (SECURITY.md, fault 7).
pub(crate) const HEALED: Duration = Duration::from_secs(10);
/// How long a client waits for an answer.
const CLIENT: Duration = Duration::from_secs(9);
/// How long a start may take (SECURITY.md, fault 1).
const STARTED: Duration = Duration::from_secs(5);

/// What everybody has seen.
#[derive(Default)]
struct Seen {
    ended: AtomicBool,
    inside: AtomicUsize,
    lost: AtomicUsize,
}

/// What happens to the service.
#[derive(Clone, Copy, Debug)]
enum Blow {
    Killed(usize),
    StandsStill(usize),
    DatabaseRestarts,
}

/// What may be answered while something is away: that, and nothing that looks like a wrong code.
pub(crate) fn away(error: &Error) -> bool {
    let database = Error::Unavailable {
        what: Dependency::Database,
    };
    *error == LOST || *error == database || matches!(error, Error::Busy { .. })
}

/// Signs in again and again, with one code in two sign-ins at once: one of them at most gets in.
/// The tokens that were answered.
async fn signs_in(person: &Person<'_>, seen: &Seen) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut before = person.sessions().await;
    while !seen.ended.load(Ordering::SeqCst) {
        let answered = match both(person).await {
            Some(answered) => answered,
            None => {
                seen.lost.fetch_add(1, Ordering::SeqCst);
                Vec::new()
            }
        };
        // From here on nothing comes of it any more.
        person.rested().await;
        let now = person.sessions().await;
        let (made, told) = (now - before, answered.len());
        assert!(
            told <= 1 && made <= 1,
            "{told} were let in, {made} sessions made"
        );
        assert!(
            told == 0 || made == 1,
            "a session that was answered is lost"
        );
        before = now;
        seen.inside.fetch_add(told, Ordering::SeqCst);
        tokens.extend(answered);
    }
    tokens
}

/// Who was let in by one code in two sign-ins; none where no code was asked for.
async fn both(person: &Person<'_>) -> Option<Vec<Token>> {
    let (one, two) = tokio::join!(person.sign_in(&person.way), person.sign_in(&person.way));
    let mut dues = Vec::new();
    for answer in [one, two] {
        match answer {
            Ok(Outcome::Code(due)) => dues.push(due.token),
            // A password that was counted and whose answer was lost may hold its owner up.
            Err(error) if away(&error) || matches!(error, Error::Wait { .. }) => return None,
            other => panic!("{other:?}"),
        }
    }
    let code = person.code().await;
    let (one, two) = tokio::join!(
        submit(&person.way, &dues[0], &code),
        submit(&person.way, &dues[1], &code)
    );
    let told = |answer: &Result<Token, Error>| match answer {
        Ok(_) | Err(Error::CodeUsed { .. }) => true,
        Err(error) => away(error),
    };
    assert!(told(&one) && told(&two), "{one:?} {two:?}");
    Some([one, two].into_iter().flatten().collect())
}

/// Waits until so many more have signed in; how long that took.
async fn served(seen: &Seen, many: usize) -> Duration {
    let begun = Instant::now();
    let enough = seen.inside.load(Ordering::SeqCst) + many;
    until("people sign in", async || {
        seen.inside.load(Ordering::SeqCst) >= enough
    })
    .await;
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_lost_nothing_happens_twice_and_nothing_answered_is_undone() {
    let mut stage = Stage::new().await;
    stage.manager().await;
    let mut longest = Duration::ZERO;
    for round in 0..rounds(4, 100) {
        let blows = [
            Blow::Killed(round % 3),
            Blow::StandsStill((round + 1) % 3),
            Blow::DatabaseRestarts,
        ];
        for blow in blows {
            longest = longest.max(struck(&mut stage, blow).await);
        }
    }
    eprintln!("the longest that nobody got in: {longest:?}");
}

/// One blow in the midst of the load; for how long nobody got in after it.
async fn struck(stage: &mut Stage, blow: Blow) -> Duration {
    // What is done to a replica is done to its process: the stage is everybody's meanwhile.
    let replicas = &stage.replicas;
    let healed = in_the_midst(
        stage,
        async || match blow {
            Blow::Killed(n) => kill(replicas[n].id()),
            Blow::StandsStill(n) => replicas[n].send(Signal::Stand),
            Blow::DatabaseRestarts => {
                tokio::task::spawn_blocking(|| postgres("restart"))
                    .await
                    .unwrap();
            }
        },
        async || {
            if let Blow::StandsStill(n) = blow {
                replicas[n].send(Signal::GoOn);
            }
        },
    )
    .await;
    // Whoever was with the one that stands still gives up first.
    let longest = match blow {
        Blow::StandsStill(_) => CLIENT + HEALED,
        Blow::Killed(_) | Blow::DatabaseRestarts => HEALED,
    };
    assert!(healed <= longest, "{blow:?}: nobody got in for {healed:?}");
    if let Blow::Killed(n) = blow {
        stage.replicas[n].kill();
        stage.replicas[n].start();
        let took = stage.replicas[n].ready().await;
        assert!(took <= STARTED, "a start took {took:?}");
    }
    healed
}

/// Something happens while people sign in, and ends while they do: for how long nobody got in after
/// it. Nothing has happened twice then, nothing that was answered is undone, and no call failed.
pub(crate) async fn in_the_midst(
    stage: &Stage,
    blow: impl AsyncFnOnce(),
    end: impl AsyncFnOnce(),
) -> Duration {
    let seen = Seen::default();
    let mut people = Vec::new();
    for _ in 0..PEOPLE {
        let mut person = stage.hire().await;
        person.way = person.way.within(CLIENT);
        people.push(person);
    }
    let strike = async {
        served(&seen, PEOPLE).await;
        blow().await;
        let healed = served(&seen, 1).await;
        served(&seen, PEOPLE).await;
        end().await;
        served(&seen, PEOPLE).await;
        seen.ended.store(true, Ordering::SeqCst);
        healed
    };
    let [one, two, three, four] = &people[..] else {
        panic!("there are {} people", people.len());
    };
    let (healed, a, b, c, d) = tokio::join!(
        strike,
        signs_in(one, &seen),
        signs_in(two, &seen),
        signs_in(three, &seen),
        signs_in(four, &seen)
    );
    // I2: what was answered stands.
    let answered: Vec<String> = [a, b, c, d].iter().flatten().map(kept).collect();
    let all = format!(
        "SELECT COUNT(*) FROM sessions WHERE token_hash IN ('{}')",
        answered.join("', '")
    );
    let stand = stage.number(&all).await;
    assert_eq!(usize::try_from(stand).unwrap(), answered.len());
    let failed = stage.replicas.iter().map(|replica| replica.said());
    let failed: Vec<String> = failed
        .flat_map(|said| said.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.contains("a call failed"))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    healed
}

/// What the database keeps of a token.
pub(crate) fn kept(token: &Token) -> String {
    let hash = Sha256::digest(token.expose().as_bytes());
    data_encoding::HEXLOWER.encode(&hash)
}

pub(crate) fn kill(process: u32) {
    let sent = std::process::Command::new("sh")
        .args(["-c", "kill -KILL $0", &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}
