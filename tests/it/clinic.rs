//! The stage of the scenarios: a practice in a database of its own, a clock that is set by hand,
//! people and their phones.
//!
//! Everything goes through [`Window`], but for [`Clinic::sql`], which looks at the file as a
//! thief or a fault would.

#[cfg(feature = "server")]
pub(crate) mod authority;
#[cfg(feature = "server")]
pub(crate) mod balancer;
mod file;
mod kept;
mod person;
mod place;
#[cfg(feature = "server")]
pub(crate) mod postgres;
pub(crate) mod window;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use secrecy::SecretString;
use vestibule::api::{
    Active, AuthenticatorKey, CodeDue, Error, Found, Lasting, Outcome, ProveMethod, Redeem, Secret,
    SignOut, StartAuthenticator, StepUp, SteppedUp, SubmitCode, Token, WhoAmI,
};
use vestibule::backend::Served;
use vestibule::delivery::{Courier, Patience, Post};
use vestibule::domain::{InvitationCode, MembershipId, Random, Role, Timestamp, UserId};
use vestibule::service::{Clock, HashCost, Keys, Service, SystemRandom};
use vestibule::store::{Fault, Store};

pub(crate) use kept::key_in;
pub(crate) use person::{Person, Phone, code_of};
pub(crate) use place::{Place, as_written, bytes, joined, over_postgres};
pub(crate) use window::{Window, service_of};

pub(crate) const PASSWORD: &str = "kelp ladder 94 ochre";
pub(crate) const MANAGER: &str = "alex@hills.example";

/// A cost at which thousands of hashes fit into a test.
pub(crate) const CHEAP: HashCost = HashCost {
    memory: 64,
    passes: 1,
};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub(crate) struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl Hand {
    pub(crate) fn at(millisecond: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(millisecond)))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub(crate) fn set(&self, at: Timestamp) {
        self.0.store(at.as_millisecond(), Ordering::SeqCst);
    }
}

/// A practice with its manager.
pub(crate) struct Clinic {
    pub(crate) backend: Window,
    pub(crate) clock: Arc<Hand>,
    /// The session that the founding gave.
    pub(crate) founder: Token,
    pub(crate) recovery_key: Secret,
    place: Place,
    keys: SecretString,
}

impl Clinic {
    pub(crate) async fn new() -> Self {
        Self::with_password(PASSWORD).await
    }

    /// Half past one second into a time step, so that no step turns by itself.
    fn morning() -> Arc<Hand> {
        Hand::at(1_800_000_000_000 + 1_500)
    }

    pub(crate) async fn with_password(password: &str) -> Self {
        Self::in_place(Place::new().await, password).await
    }

    /// A practice on one computer, whatever the run is over.
    pub(crate) async fn on_one_computer() -> Self {
        Self::in_place(Place::on_one_computer(), PASSWORD).await
    }

    async fn in_place(place: Place, password: &str) -> Self {
        let clock = Self::morning();
        let keys = Keys::generate(&SystemRandom).to_text();
        let stores = place.stores().await;
        let backend = Self::over(stores, &keys, &clock, Arc::new(SystemRandom), usual(CHEAP));
        let found = Found {
            practice: "Hills Clinic".into(),
            name: "Alex Lee".into(),
            email: MANAGER.into(),
            password: Secret::new(password),
            time_zone: "Australia/Sydney".into(),
        };
        // No server has a first run: whoever runs one makes its practice.
        let founded = backend.service.call(None, found).await.unwrap();
        Self {
            backend,
            clock,
            founder: founded.admitted.token,
            recovery_key: founded.recovery_key,
            place,
            keys,
        }
    }

    /// A program over a file.
    pub(crate) async fn open(
        path: PathBuf,
        keys: &SecretString,
        clock: &Arc<Hand>,
        cost: HashCost,
    ) -> Window {
        let stores = vec![Store::open(&path).await.unwrap()];
        Self::over(stores, keys, clock, Arc::new(SystemRandom), usual(cost))
    }

    /// A program over a service for each of these, which are one database.
    fn over(
        stores: Vec<Store>,
        keys: &SecretString,
        clock: &Arc<Hand>,
        random: Arc<dyn Random>,
        (cost, courier): (HashCost, Arc<dyn Courier>),
    ) -> Window {
        let replica = |store| {
            let keys = Keys::parse(keys).unwrap();
            let (random, courier) = (random.clone(), courier.clone());
            Service::new(store, keys, clock.clone(), random, cost, courier).unwrap()
        };
        Window::open(stores.into_iter().map(replica).collect(), clock)
    }

    /// A second program over the same database.
    pub(crate) async fn another_window(&self) -> Window {
        self.another(Arc::new(SystemRandom), usual(CHEAP)).await
    }

    async fn another(&self, random: Arc<dyn Random>, with: (HashCost, Arc<dyn Courier>)) -> Window {
        let stores = self.place.stores().await;
        Self::over(stores, &self.keys, &self.clock, random, with)
    }

    /// As [`Self::another_window`], with hashes of another cost.
    pub(crate) async fn another_cost(&self, cost: HashCost) -> Window {
        self.another(Arc::new(SystemRandom), usual(cost)).await
    }

    /// As [`Self::another_window`], with messages carried by another.
    pub(crate) async fn another_courier(&self, courier: Arc<dyn Courier>) -> Window {
        self.another(Arc::new(SystemRandom), (CHEAP, courier)).await
    }

    /// As [`Self::another_window`], with other randomness.
    pub(crate) async fn another_random(&self, random: Arc<dyn Random>) -> Window {
        self.another(random, usual(CHEAP)).await
    }

    /// As [`Self::another_random`], over a file that may not open.
    pub(crate) async fn window_over(
        &self,
        database: &Path,
        random: Arc<dyn Random>,
    ) -> Result<Window, Fault> {
        let stores = vec![Store::open(database).await?];
        Ok(Self::over(
            stores,
            &self.keys,
            &self.clock,
            random,
            usual(CHEAP),
        ))
    }

    /// The database without a service over it.
    #[allow(dead_code, reason = "for what is PostgreSQL's alone")]
    pub(crate) async fn store(&self) -> Store {
        self.place.store().await.unwrap()
    }

    /// The database of the server, in a run over one.
    #[cfg(feature = "server")]
    #[allow(dead_code, reason = "for what is PostgreSQL's alone")]
    pub(crate) fn server(&self) -> &postgres::Database {
        self.place.server.as_ref().unwrap()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.place.file()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn call<C: Served>(&self, token: &Token, call: C) -> Result<C::Reply, Error> {
        self.backend.call(Some(token), call).await
    }

    /// Whether a token is a session that answers.
    pub(crate) async fn admits(&self, token: &Token) -> Result<(), Error> {
        self.call(token, WhoAmI {}).await.map(|_| ())
    }

    /// The person does something in the window.
    pub(crate) async fn active(&self, token: &Token) -> Result<Lasting, Error> {
        self.call(token, Active {}).await
    }

    pub(crate) fn manager(&self) -> Person<'_> {
        Person {
            clinic: self,
            email: MANAGER.into(),
            password: PASSWORD.into(),
        }
    }

    /// One more person, by an invitation that was handed over, signed out again.
    pub(crate) async fn hire(&self, email: &str) -> Person<'_> {
        let user = UserId::new(self.now(), &SystemRandom);
        let place = MembershipId::new(self.now(), &SystemRandom);
        let role = Role::Reception;
        let code = InvitationCode::generate(&SystemRandom);
        let keys = Keys::parse(&self.keys).unwrap();
        let hash = keys.mac("invitation", code.expose_normal().as_bytes());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        for statement in [
            format!(
                "INSERT INTO users (id, email, name, folded_name, made_at)
                 SELECT '{user}', '{email}', 'Sam', 'sam', made_at FROM practices"
            ),
            format!(
                "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
                 SELECT '{place}', id, '{user}', '{role}', made_at FROM practices"
            ),
            format!(
                "INSERT INTO invitations (code_hash, user_id, made_at, ends_at, by_user)
                 VALUES ('{hash}', '{user}', 0, {}, '{user}')",
                i64::MAX
            ),
        ] {
            self.sql(&statement).await;
        }
        let redeem = Redeem {
            code: Secret::new(code.expose_normal()),
            password: Secret::new(PASSWORD),
        };
        let token = match self.backend.call(None, redeem).await {
            Ok(Outcome::In(admitted)) => admitted.token,
            Ok(Outcome::SetUp(due)) => due.token,
            other => panic!("not hired: {other:?}"),
        };
        self.call(&token, SignOut {}).await.unwrap();
        Person {
            clinic: self,
            email: email.into(),
            password: PASSWORD.into(),
        }
    }

    /// Makes two-factor mandatory for everyone, from now.
    pub(crate) async fn make_mandatory(&self) {
        let now = self.now().as_millisecond();
        self.sql(&format!(
            "UPDATE rules SET kind = 'mandatory', bites_at = {now} WHERE until_at IS NULL"
        ))
        .await;
    }

    /// The phone that a set-up was shown to.
    pub(crate) fn phone(&self, key: &AuthenticatorKey) -> Phone {
        let letters = key.text.expose().replace(' ', "");
        Phone {
            clock: self.clock.clone(),
            secret: data_encoding::BASE32_NOPAD
                .decode(letters.as_bytes())
                .unwrap(),
        }
    }

    /// Sets up an authenticator with whatever token may do so.
    pub(crate) async fn enrol(&self, token: &Token) -> Phone {
        let key = self
            .call(token, StartAuthenticator::default())
            .await
            .unwrap();
        let phone = self.phone(&key);
        self.prove(token, &key, &phone.code()).await.unwrap();
        phone
    }

    pub(crate) async fn prove(
        &self,
        token: &Token,
        key: &AuthenticatorKey,
        code: &str,
    ) -> Result<Option<Token>, Error> {
        let call = ProveMethod {
            method: key.method.clone(),
            code: Secret::new(code),
        };
        let proven = self.call(token, call).await?;
        Ok(proven.admitted.map(|admitted| admitted.token))
    }

    /// A manager whose authenticator is set up, one step later, so that a code is there to spend.
    pub(crate) async fn enabled() -> (Self, Phone) {
        let clinic = Self::new().await;
        let phone = clinic.enrol(&clinic.founder.clone()).await;
        clinic.clock.advance(60);
        (clinic, phone)
    }

    pub(crate) async fn submit(&self, due: &CodeDue, code: &str) -> Result<Token, Error> {
        let code = Secret::new(code);
        match self
            .call(
                &due.token,
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await?
        {
            Outcome::In(admitted) => Ok(admitted.token),
            other => panic!("a right code led to {other:?}"),
        }
    }

    pub(crate) async fn step_up(&self, token: &Token, code: Option<&str>) -> Result<Token, Error> {
        let call = StepUp {
            password: Secret::new(PASSWORD),
            code: code.map(Secret::new),
            by: None,
        };
        let SteppedUp { token } = self.call(token, call).await?;
        Ok(token)
    }
}

/// A cost, and who carries messages where nobody says otherwise.
fn usual(cost: HashCost) -> (HashCost, Arc<dyn Courier>) {
    (cost, Arc::new(Post::new(Patience::default()).unwrap()))
}

/// A right code that was spent before.
pub(crate) fn used(answer: &Result<Token, Error>) -> bool {
    matches!(answer, Err(Error::CodeUsed { .. }))
}

/// A code that was looked at and is not right.
pub(crate) fn wrong(answer: &Result<Token, Error>) -> bool {
    matches!(answer, Err(Error::CodeWrong { .. }))
}

/// From now to then.
pub(crate) fn seconds_to(until: Timestamp, clinic: &Clinic) -> i64 {
    until.duration_since(clinic.now()).as_secs()
}
