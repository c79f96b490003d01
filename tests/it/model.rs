//! Attack 19: whatever order the calls come in, the backend agrees with a model of a page.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use vestibule::api::{
    Active, AuthenticatorKey, Error, Lock, Outcome, Secret, StartAuthenticator, Token, Unlock,
};

use crate::clinic::{Clinic, PASSWORD, Phone};

/// Something that anybody may try at any moment.
#[derive(Clone, Debug)]
enum Act {
    Password {
        right: bool,
    },
    /// A code: of the phone now, of the step before, or a wrong one, with any token seen so far.
    Code {
        right: bool,
        token: usize,
    },
    Start {
        token: usize,
    },
    Prove {
        right: bool,
        token: usize,
    },
    Who {
        token: usize,
    },
    /// Something that the person does in the window.
    Active {
        token: usize,
    },
    Lock {
        token: usize,
    },
    Unlock {
        right: bool,
        token: usize,
    },
    Time {
        seconds: i64,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let token = 0_usize..8;
    prop_oneof![
        prop::bool::weighted(0.8).prop_map(|right| Act::Password { right }),
        (prop::bool::weighted(0.6), token.clone())
            .prop_map(|(right, token)| Act::Code { right, token }),
        token.clone().prop_map(|token| Act::Start { token }),
        (prop::bool::weighted(0.7), token.clone())
            .prop_map(|(right, token)| Act::Prove { right, token }),
        token.clone().prop_map(|token| Act::Who { token }),
        token.clone().prop_map(|token| Act::Active { token }),
        token.clone().prop_map(|token| Act::Lock { token }),
        (prop::bool::weighted(0.7), token).prop_map(|(right, token)| Act::Unlock { right, token }),
        prop::sample::select(vec![1, 30, 61, 299, 400]).prop_map(|seconds| Act::Time { seconds }),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Session,
    Waiting { tries: u32 },
    Dead,
}

/// A token with what it should be good for.
struct Held {
    token: Token,
    kind: Kind,
    made: i64,
    active: i64,
    locked: bool,
    /// Since when there has been a step-up, if there is one.
    fresh: Option<i64>,
}

impl Held {
    fn is_open(&self, now: i64) -> bool {
        self.kind == Kind::Session && !self.locked && now - self.active < 900
    }

    fn is_fresh(&self, now: i64) -> bool {
        self.fresh.is_some_and(|fresh| now - fresh < 300)
    }
}

/// The model: what must hold, in numbers of seconds since the beginning.
struct World {
    clinic: Clinic,
    now: i64,
    held: Vec<Held>,
    phone: Option<Phone>,
    spent: u64,
    pending: Option<(AuthenticatorKey, i64)>,
    signed_in_by_code: usize,
}

impl World {
    async fn new() -> Self {
        let clinic = Clinic::new().await;
        let token = clinic.founder.clone();
        let mut world = Self {
            clinic,
            now: 0,
            held: Vec::new(),
            phone: None,
            spent: 0,
            pending: None,
            signed_in_by_code: 0,
        };
        world.hold(token, Kind::Session);
        world.a_moment();
        world
    }

    /// Two sessions made in one millisecond have no order.
    fn a_moment(&mut self) {
        self.clinic.clock.advance(1);
        self.now += 1;
    }

    fn hold(&mut self, token: Token, kind: Kind) {
        let now = self.now;
        self.held.push(Held {
            token,
            kind,
            made: now,
            active: now,
            locked: false,
            fresh: Some(now),
        });
        // At most five sessions: the oldest locked one ends first.
        let mut open: Vec<usize> = (0..self.held.len())
            .filter(|at| self.held[*at].kind == Kind::Session)
            .collect();
        open.sort_by_key(|at| (self.held[*at].is_open(now), self.held[*at].made));
        if open.len() > 5 {
            self.held[open[0]].kind = Kind::Dead;
        }
    }

    fn pick(&self, token: usize) -> usize {
        // The newest first: most acts should hit something alive.
        self.held.len() - 1 - token % self.held.len()
    }

    /// Whether a token may act as a session now.
    fn is_session(&self, at: usize) -> bool {
        self.held[at].is_open(self.now)
    }

    async fn password(&mut self, right: bool) {
        let password = if right { PASSWORD } else { "not it at all" };
        match (
            self.clinic.manager().try_password(password).await,
            right,
            &self.phone,
        ) {
            (Err(Error::Wait { .. }), ..) | (Err(Error::WrongCredentials), false, _) => {}
            (Ok(Outcome::In(admitted)), true, None) => self.hold(admitted.token, Kind::Session),
            (Ok(Outcome::Code(due)), true, Some(_)) => {
                self.hold(due.token, Kind::Waiting { tries: 0 });
            }
            (answer, ..) => panic!("password {right}: {answer:?}"),
        }
    }

    async fn code(&mut self, right: bool, at: usize) {
        let phone = self.phone.clone();
        let code = match &phone {
            Some(phone) if right => phone.code(),
            Some(phone) => phone.wrong(0),
            None => "123456".into(),
        };
        let due = vestibule::api::CodeDue {
            token: self.held[at].token.clone(),
            challenge: vestibule::api::Challenge {
                sent: None,
                barred: false,
                ways: Vec::new(),
                recovery: false,
                remember: None,
                method: vestibule::domain::MethodKind::Authenticator,
                ends: self.clinic.now(),
                tries: vestibule::api::TryState::Open,
            },
        };
        let answer = self.clinic.submit(&due, &code).await;
        let (Kind::Waiting { tries }, Some(phone)) = (self.held[at].kind, phone) else {
            assert_eq!(answer, Err(Error::ChallengeEnded));
            return;
        };
        let in_time = self.now - self.held[at].made < 600;
        let fresh = phone.step() > self.spent;
        match answer {
            Err(Error::Wait { .. }) => assert!(in_time),
            Err(Error::ChallengeEnded) => assert!(!in_time || tries >= 5),
            Err(Error::CodeWrong { tries_left }) => {
                assert!(in_time && !right && tries + tries_left == 4);
                self.held[at].kind = Kind::Waiting { tries: tries + 1 };
            }
            Err(Error::CodeUsed { tries_left }) => {
                assert!(in_time && right && !fresh && tries + tries_left == 4);
                self.held[at].kind = Kind::Waiting { tries: tries + 1 };
            }
            Ok(token) => {
                assert!(in_time && right && fresh && tries < 5);
                self.spent = phone.step();
                self.held[at].kind = Kind::Dead;
                self.hold(token, Kind::Session);
                self.signed_in_by_code += 1;
            }
            other => panic!("code {right}: {other:?}"),
        }
    }

    async fn start(&mut self, at: usize) {
        let token = self.held[at].token.clone();
        let answer = self
            .clinic
            .call(&token, StartAuthenticator::default())
            .await;
        let fresh = self.held[at].is_fresh(self.now);
        match answer {
            Ok(key) => {
                assert!(self.is_session(at) && fresh);
                self.pending = Some((key, self.now));
            }
            Err(Error::StepUpNeeded) => assert!(self.is_session(at) && !fresh),
            Err(Error::NotSignedIn | Error::Locked) => assert!(!self.is_session(at)),
            other => panic!("start: {other:?}"),
        }
    }

    async fn prove(&mut self, right: bool, at: usize) {
        let Some((key, begun)) = self.pending.clone() else {
            return;
        };
        let phone = self.clinic.phone(&key);
        let code = if right { phone.code() } else { phone.wrong(0) };
        let token = self.held[at].token.clone();
        let answer = self.clinic.prove(&token, &key, &code).await;
        let fresh = self.held[at].is_fresh(self.now);
        match answer {
            Ok(none) => {
                assert!(none.is_none() && right && fresh && self.now - begun < 900);
                assert!(self.is_session(at));
                for (n, held) in self.held.iter_mut().enumerate() {
                    if n != at {
                        held.kind = Kind::Dead;
                    }
                }
                self.spent = phone.step();
                self.phone = Some(phone);
                self.pending = None;
            }
            Err(Error::CodeWrong { .. }) => assert!(self.is_session(at) && fresh && !right),
            Err(Error::ChallengeEnded | Error::Wait { .. }) => {
                assert!(self.is_session(at) && fresh);
            }
            Err(Error::StepUpNeeded) => assert!(self.is_session(at) && !fresh),
            Err(Error::NotSignedIn | Error::Locked) => assert!(!self.is_session(at)),
            other => panic!("prove {right}: {other:?}"),
        }
    }

    async fn who(&mut self, at: usize) {
        let token = self.held[at].token.clone();
        let answer = self.clinic.admits(&token).await;
        assert_eq!(answer.is_ok(), self.is_session(at), "{answer:?}");
    }

    async fn active(&mut self, at: usize) {
        let token = self.held[at].token.clone();
        let answer = self.clinic.call(&token, Active {}).await;
        assert_eq!(answer.is_ok(), self.is_session(at), "{answer:?}");
        if answer.is_ok() {
            self.held[at].active = self.now;
        }
    }

    async fn lock(&mut self, at: usize) {
        let token = self.held[at].token.clone();
        let answer = self.clinic.call(&token, Lock {}).await;
        let held = &mut self.held[at];
        assert_eq!(answer.is_ok(), held.kind == Kind::Session, "{answer:?}");
        if answer.is_ok() {
            (held.locked, held.fresh) = (true, None);
        }
    }

    async fn unlock(&mut self, right: bool, at: usize) {
        let now = self.now;
        let password = Secret::new(if right { PASSWORD } else { "not it at all" });
        let token = self.held[at].token.clone();
        let answer = self.clinic.call(&token, Unlock { password }).await;
        let held = &mut self.held[at];
        let locked = held.kind == Kind::Session && !held.is_open(now);
        match answer {
            Ok(unlocked) => {
                assert!(right && locked);
                (held.token, held.locked, held.fresh) = (unlocked.token, false, None);
                held.active = now;
            }
            Err(Error::WrongCredentials) => assert!(locked && !right),
            Err(Error::Wait { .. }) => assert!(locked),
            Err(Error::Stale) => assert!(held.is_open(now)),
            // The tenth wrong one ends it.
            Err(Error::NotSignedIn) if locked => held.kind = Kind::Dead,
            Err(Error::NotSignedIn) => assert!(held.kind != Kind::Session),
            other => panic!("unlock {right}: {other:?}"),
        }
    }

    async fn does(&mut self, act: Act) {
        match act {
            Act::Password { right } => self.password(right).await,
            Act::Code { right, token } => self.code(right, self.pick(token)).await,
            Act::Start { token } => self.start(self.pick(token)).await,
            Act::Prove { right, token } => self.prove(right, self.pick(token)).await,
            Act::Who { token } => self.who(self.pick(token)).await,
            Act::Active { token } => self.active(self.pick(token)).await,
            Act::Lock { token } => self.lock(self.pick(token)).await,
            Act::Unlock { right, token } => self.unlock(right, self.pick(token)).await,
            Act::Time { seconds } => {
                self.clinic.clock.advance(seconds);
                self.now += seconds;
            }
        }
        self.a_moment();
        let sessions = "SELECT COUNT(*) FROM methods WHERE until_at IS NULL AND proven_at > 0";
        let proven = self.clinic.number(sessions).await;
        assert_eq!(proven == 1, self.phone.is_some());
    }
}

/// Attack 19.
#[test]
fn random_orders_of_calls_agree_with_the_model() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases: 60,
        failure_persistence: None,
        ..Config::default()
    };
    let reached = std::sync::atomic::AtomicUsize::new(0);
    let orders = (any::<bool>(), prop::collection::vec(act(), 1..50));
    let ran = TestRunner::new(config).run(&orders, |(enrolled, order)| {
        runtime.block_on(async {
            let mut world = World::new().await;
            let enrolment = [
                Act::Start { token: 0 },
                Act::Prove {
                    right: true,
                    token: 0,
                },
                Act::Time { seconds: 61 },
                Act::Password { right: true },
                Act::Code {
                    right: true,
                    token: 0,
                },
            ];
            let begin = if enrolled { &enrolment[..] } else { &[] };
            for act in begin.iter().cloned().chain(order) {
                world.does(act).await;
            }
            let by_code = world.signed_in_by_code;
            reached.fetch_add(by_code, std::sync::atomic::Ordering::Relaxed);
        });
        Ok(())
    });
    ran.unwrap();
    assert!(reached.into_inner() >= 10, "the orders reach too little");
}
