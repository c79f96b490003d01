//! A practice for the tests of the screens: a database of its own, a clock that is set by hand,
//! random bytes that repeat, cheap hashes.
//!
//! It stands here and not with the screens, which must not know the service.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;

use super::demo::delivery;
use super::{Backend, Embedded};
use crate::api::wire::Problem;
use crate::api::{
    AddPerson, AuthenticatorKey, Call, Error, Found, Founded, Invitation, KeepRecoveryCodes,
    MakeRecoveryCodes, Outcome, People, PeoplePage, ProveMethod, Redeem, Secret, SignIn, Sort,
    SortBy, StartAuthenticator, StartSent, SubmitCode, Token,
};
use crate::client::answer::read;
use crate::delivery::Inbox;
use crate::domain::random::seeded::Seeded;
use crate::domain::{Channel, Code, Role, Timestamp};
use crate::keychain::Keychain;
use crate::service::{Clock, HashCost, Keys, Service};
use crate::store::Store;

pub(crate) const PASSWORD: &str = "kelp ladder 94 ochre";
pub(crate) const MANAGER: &str = "alex@hills.example";

/// A cost at which many hashes fit into a test.
const CHEAP: HashCost = HashCost {
    memory: 64,
    passes: 1,
};

/// Half past one second into a time step, on a Friday morning.
const MORNING: i64 = 1_800_000_001_500;

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// An authenticator app.
#[derive(Clone)]
pub(crate) struct Phone(Vec<u8>);

/// The practice.
pub(crate) struct Staged {
    pub(crate) backend: Backend,
    pub(crate) service: Service,
    pub(crate) founded: Founded,
    clock: Arc<Hand>,
    inbox: Arc<Inbox>,
    pub(crate) keychain: Keychain,
    folder: tempfile::TempDir,
}

impl Staged {
    /// A practice with its first person, who is not signed in in any window.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("vestibule.db"))
            .await
            .unwrap();
        let random = Arc::new(Seeded::new(1));
        let keys = Keys::generate(&*random);
        let clock = Arc::new(Hand(AtomicI64::new(MORNING)));
        let inbox = Arc::new(Inbox::default());
        let service =
            Service::new(store, keys, clock.clone(), random, CHEAP, inbox.clone()).unwrap();
        let backend = Backend::Embedded(service.clone());
        let found = Found {
            practice: "Hills Clinic".into(),
            name: "Alex Lee".into(),
            email: MANAGER.into(),
            password: Secret::new(PASSWORD),
            time_zone: "Australia/Sydney".into(),
        };
        let founded = backend.call(None, found).await.unwrap();
        Self {
            backend,
            service,
            founded,
            clock,
            inbox,
            keychain: Keychain::in_memory().unwrap(),
            folder,
        }
    }

    /// Where no practice is, for the screens that make one.
    pub(crate) fn elsewhere(&self) -> Embedded {
        self.at("elsewhere.db")
    }

    /// Where this practice is.
    pub(crate) fn here(&self) -> Embedded {
        self.at("vestibule.db")
    }

    fn at(&self, name: &str) -> Embedded {
        Embedded {
            database: self.path(name),
            keychain: Keychain::new(self.path("keys")),
            clock: self.clock.clone(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// The code that a phone shows now.
    pub(crate) fn code(&self, phone: &Phone) -> String {
        let second = u64::try_from(self.clock.now().as_second()).unwrap();
        totp_rs::Builder::new()
            .with_secret(&phone.0[..])
            .build_noncompliant()
            .generate(second)
            .to_string()
    }

    pub(crate) async fn begin_set_up(&self, token: &Token) -> (AuthenticatorKey, Phone) {
        let call = StartAuthenticator::default();
        let key = self.backend.call(Some(token), call).await.unwrap();
        let phone = Phone::of(key.text.expose());
        (key, phone)
    }

    /// Sets up how the practice sends, as whoever this is.
    pub(crate) async fn set_delivery(&self, token: &Token) {
        let (mail, sms) = delivery("hills.example").unwrap();
        self.backend.call(Some(token), mail).await.unwrap();
        self.backend.call(Some(token), sms).await.unwrap();
    }

    /// Lets the worker of the outbox do its work.
    pub(crate) async fn deliver(&self) {
        self.service.send_due().await.unwrap();
    }

    /// The code in the newest message.
    pub(crate) async fn newest_code(&self) -> String {
        self.deliver().await;
        let all = self.inbox.all();
        let text = &all.last().unwrap().text;
        Code::find(text).unwrap().expose().to_owned()
    }

    /// The code for a forgotten password in the newest letter about one.
    pub(crate) async fn newest_reset(&self) -> String {
        self.deliver().await;
        let all = self.inbox.all();
        let codes = all.iter().rev().flat_map(|sent| sent.text.lines());
        let mut codes = codes.filter(|line| crate::domain::ResetCode::parse(line).is_ok());
        codes.next().unwrap().to_owned()
    }

    /// Sets up codes by SMS.
    pub(crate) async fn enrol_sms(&self, token: &Token) {
        let call = StartSent {
            channel: Channel::Sms,
            to: "0491 570 156".into(),
            replaces: None,
        };
        let started = self.backend.call(Some(token), call).await.unwrap();
        let call = ProveMethod {
            method: started.method,
            code: Secret::new(self.newest_code().await),
        };
        self.backend.call(Some(token), call).await.unwrap();
    }

    /// Makes recovery codes and ticks them as kept.
    pub(crate) async fn keep_codes(&self, token: &Token) -> Vec<Secret> {
        let call = MakeRecoveryCodes {};
        let made = self.backend.call(Some(token), call).await.unwrap();
        let call = KeepRecoveryCodes { set: made.set };
        self.backend.call(Some(token), call).await.unwrap();
        made.codes
    }

    /// Sets up an authenticator with its recovery codes, and waits until it shows another code.
    pub(crate) async fn enrol(&self, token: &Token) -> Phone {
        let (key, phone) = self.begin_set_up(token).await;
        let call = ProveMethod {
            method: key.method,
            code: Secret::new(self.code(&phone)),
        };
        self.backend.call(Some(token), call).await.unwrap();
        self.keep_codes(token).await;
        self.advance(60);
        phone
    }

    /// A fresh session of the first person, by both steps.
    pub(crate) async fn manager(&self, phone: &Phone) -> Token {
        let call = SignIn {
            email: MANAGER.into(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        let Ok(Outcome::Code(due)) = self.backend.call(None, call).await else {
            panic!("no code was asked for");
        };
        let call = SubmitCode {
            code: Secret::new(self.code(phone)),
            remember: false,
        };
        let Ok(Outcome::In(admitted)) = self.backend.call(Some(&due.token), call).await else {
            panic!("the code was not right");
        };
        self.advance(60);
        admitted.token
    }

    pub(crate) async fn invite(
        &self,
        by: &Token,
        name: &str,
        email: &str,
        role: Role,
    ) -> Invitation {
        let call = AddPerson {
            name: name.into(),
            email: email.into(),
            role,
            send: false,
        };
        self.backend.call(Some(by), call).await.unwrap()
    }

    /// Who is in the practice, by name, as somebody with full access sees them.
    pub(crate) async fn people(&self, by: &Token) -> PeoplePage {
        let call = People {
            search: String::new(),
            status: None,
            away: false,
            sort: Sort {
                by: SortBy::Name,
                descending: false,
            },
            after: None,
            count: true,
        };
        self.backend.call(Some(by), call).await.unwrap()
    }

    /// Somebody who was invited and has come.
    pub(crate) async fn hire(&self, by: &Token, name: &str, email: &str, role: Role) -> Token {
        let invitation = self.invite(by, name, email, role).await;
        let call = Redeem {
            code: invitation.code,
            password: Secret::new(PASSWORD),
        };
        match self.backend.call(None, call).await {
            Ok(Outcome::In(admitted)) => admitted.token,
            other => panic!("not let in: {other:?}"),
        }
    }
}

/// The texts of a reply that somebody else may have written.
const WRITTEN: &[&str] = &[
    "name",
    "practice_name",
    "email",
    "by",
    "turned_on_by",
    "to",
    "incident",
    "reason",
    "computer",
];

/// A reply as a client reads it off a server that says `text` for every name, address and reason, and
/// for every time or number if it is one. The honest one where no client reads that.
pub(crate) fn of_hostile<C: Call>(reply: &C::Reply, text: &str) -> C::Reply {
    let mut said = serde_json::to_value(reply).unwrap();
    forge(&mut said, text);
    read::<C>(200, said.to_string().as_bytes()).unwrap_or_else(|_| reply.clone())
}

/// A fault of that server's own, under such a number.
pub(crate) fn error_of_hostile(text: &str) -> Error {
    let incident = text.to_owned();
    let problem = Problem {
        kind: text.to_owned(),
        title: text.to_owned(),
        status: 500,
        error: Error::Internal { incident },
    };
    let said = serde_json::to_vec(&problem).unwrap();
    read::<SignIn>(500, &said).unwrap_err()
}

fn forge(said: &mut Value, text: &str) {
    let is_time = |text: &str| text.parse::<Timestamp>().is_ok();
    match said {
        Value::Array(all) => all.iter_mut().for_each(|one| forge(one, text)),
        Value::Object(fields) => {
            for (field, value) in fields {
                if value.is_string() && WRITTEN.contains(&field.as_str()) {
                    *value = text.into();
                } else {
                    forge(value, text);
                }
            }
        }
        Value::String(time) if is_time(time) && is_time(text) => *said = text.into(),
        Value::Number(_) => {
            if let Ok(number) = text.parse::<u64>() {
                *said = number.into();
            }
        }
        _ => {}
    }
}

impl Phone {
    /// A phone into which this key was typed.
    pub(crate) fn of(text: &str) -> Self {
        let letters: String = text.split_whitespace().collect();
        Self(
            data_encoding::BASE32_NOPAD
                .decode(letters.as_bytes())
                .unwrap(),
        )
    }
}
