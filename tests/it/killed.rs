//! kill -9 in the middle of a sign-in (attack 43, fault 2): the code is spent and the session there,
//! or neither.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use vestibule::api::{CodeDue, Outcome, Secret, SignIn, SubmitCode, Token};
use vestibule::backend::Backend;
use vestibule::domain::Timestamp;

use crate::clinic::{CHEAP, Clinic, Hand, MANAGER, PASSWORD, Phone, used};
use crate::rounds;

const NAME: &str = "killed::a_sign_in_that_is_killed_is_whole_or_has_not_been";
/// What the child is given: the database, its key, the authenticator's, its clock.
const GIVEN: [&str; 4] = [
    "VESTIBULE_TEST_DATABASE",
    "VESTIBULE_TEST_KEYS",
    "VESTIBULE_TEST_SEED",
    "VESTIBULE_TEST_NOW",
];
/// Sign-ins that a child completes before it is killed.
const COMPLETED: usize = 3;
const STEP: i64 = 30_000;

/// The child: signs in at one time step after the other, and says so at once.
async fn sign_in_until_killed(given: [String; 4]) {
    let [database, keys, seed, now] = given;
    let clock = Hand::at(now.parse().unwrap());
    let phone = Phone {
        clock: clock.clone(),
        secret: data_encoding::HEXUPPER.decode(seed.as_bytes()).unwrap(),
    };
    let keys = SecretString::from(keys);
    let backend = Clinic::open(Path::new(&database).into(), &keys, &clock, CHEAP).await;
    loop {
        let due = code_due(&backend).await;
        say(&format!("due {}", phone.step()));
        let code = Secret::new(phone.code());
        match backend
            .call(
                Some(&due.token),
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await
        {
            Ok(Outcome::In(admitted)) => say(&format!("in {}", admitted.token.expose())),
            other => panic!("a right code led to {other:?}"),
        }
        clock.advance(STEP / 1_000);
    }
}

/// Panics, and so ends the child, when nobody listens any more.
fn say(line: &str) {
    eprintln!("{line}");
}

async fn code_due(backend: &Backend) -> CodeDue {
    let call = SignIn {
        email: MANAGER.into(),
        password: Secret::new(PASSWORD),
        computer: None,
        remembered: None,
    };
    match backend.call(None, call).await {
        Ok(Outcome::Code(due)) => due,
        other => panic!("no code was asked for: {other:?}"),
    }
}

/// A child, and what it has said of its sign-ins.
struct Heard {
    child: Child,
    lines: BufReader<ChildStderr>,
    /// The steps whose code was about to be sent.
    due: Vec<i64>,
    /// The tokens that were answered, in the same order.
    tokens: Vec<Token>,
    said: String,
}

impl Heard {
    fn start(clinic: &Clinic, phone: &Phone, now: i64) -> Self {
        let database = clinic.database().to_str().unwrap().to_owned();
        let seed = data_encoding::HEXUPPER.encode(phone.secret());
        let given = [database, clinic.key().to_owned(), seed, now.to_string()];
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture"])
            .envs(GIVEN.into_iter().zip(given))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            lines,
            due: Vec::new(),
            tokens: Vec::new(),
            said: String::new(),
        }
    }

    /// Hears one line more; false when there is none.
    fn hear(&mut self) -> bool {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        // The last one may have been cut off: then it was not said.
        if let Some(whole) = line.strip_suffix('\n') {
            match whole.split_once(' ') {
                Some(("due", step)) => self.due.push(step.parse().unwrap()),
                Some(("in", token)) => self.tokens.push(Secret::new(token)),
                _ => self.said.push_str(&line),
            }
        }
        !line.is_empty()
    }

    fn hear_until(&mut self, enough: impl Fn(&Self) -> bool) {
        while !enough(self) {
            assert!(self.hear(), "it ended by itself: {}", self.said);
        }
    }

    /// Lets some sign-ins be, and kills the next one after so many fourths of the time that the
    /// one before it took from the code to the answer.
    fn kill_after(&mut self, fourths: u32) {
        let mut took = Duration::ZERO;
        for completed in 1..=COMPLETED {
            self.hear_until(|heard| heard.due.len() == completed);
            let began = Instant::now();
            self.hear_until(|heard| heard.tokens.len() == completed);
            took = began.elapsed();
        }
        self.hear_until(|heard| heard.due.len() > COMPLETED);
        let began = Instant::now();
        while began.elapsed() < took * fourths / 4 {
            std::hint::spin_loop();
        }
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        while self.hear() {}
        assert_eq!(self.said, "");
    }
}

/// What the file says of the time steps in which sessions were made.
async fn reconcile(clinic: &Clinic, from: i64) -> BTreeSet<i64> {
    let ok = clinic.sql("PRAGMA integrity_check").await;
    assert_eq!(ok, [["ok"]]);
    let numbers = async |query: &str| -> Vec<i64> {
        let rows = clinic.sql(query).await;
        rows.iter().map(|row| row[0].parse().unwrap()).collect()
    };
    let after =
        |table: &str, at: &str| format!("SELECT {at} / {STEP} FROM {table} WHERE {at} > {from}");
    let sessions = numbers(&after("sessions", "made_at")).await;
    let steps: BTreeSet<i64> = sessions.iter().copied().collect();
    assert_eq!(steps.len(), sessions.len(), "one code, two sessions");
    let spent = numbers("SELECT last_step FROM methods WHERE proven_at IS NOT NULL").await;
    assert_eq!(spent, [*steps.last().unwrap()]);
    for ended in [
        after("waiting", "ended_at"),
        after("events", "at") + " AND kind = 'signed_in'",
    ] {
        assert_eq!(BTreeSet::from_iter(numbers(&ended).await), steps, "{ended}");
    }
    steps
}

#[tokio::test]
async fn a_sign_in_that_is_killed_is_whole_or_has_not_been() {
    if let Ok(database) = std::env::var(GIVEN[0]) {
        let [keys, seed, now] = [1, 2, 3].map(|at| std::env::var(GIVEN[at]).unwrap());
        return sign_in_until_killed([database, keys, seed, now]).await;
    }
    let (mut clinic, phone) = Clinic::enabled().await;
    let from = clinic.now().as_millisecond() - 1;
    let mut now = from + 1;
    let (mut neither, mut both, mut all) = (0, 0, BTreeSet::new());
    for round in 0..rounds(12, 100) {
        clinic.close().await;
        let mut heard = Heard::start(&clinic, &phone, now);
        heard.kill_after(u32::try_from(round % 12).unwrap());
        clinic.open_again().await;
        let steps = reconcile(&clinic, from).await;

        // What was answered is there; of what was not, the last sign-in alone may be.
        let answered = &heard.due[..heard.tokens.len()];
        all.extend(answered);
        let unanswered = &heard.due[heard.tokens.len()..];
        let more: Vec<i64> = steps.difference(&all).copied().collect();
        assert!(
            more.is_empty() || more == unanswered,
            "{more:?} {unanswered:?}"
        );
        assert!(all.is_subset(&steps), "a session that was answered is lost");
        neither += unanswered.len() - more.len();
        both += more.len();
        all.extend(more);
        let last = *steps.last().unwrap();
        clinic
            .clock
            .set(Timestamp::from_millisecond(last * STEP + 2_000).unwrap());
        clinic.admits(heard.tokens.last().unwrap()).await.unwrap();
        let due = clinic.manager().code_due().await;
        assert!(used(&clinic.submit(&due, &phone.code()).await));
        clinic.clock.advance(STEP / 1_000);
        now = clinic.now().as_millisecond();
    }
    assert!(neither > 0, "never killed in the middle: {both} after it");
}
