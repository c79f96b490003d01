//! The stage of the scenarios: a practice in a database of its own, a clock that is set by hand,
//! people and their phones.
//!
//! Everything goes through [`Backend`], but for [`Clinic::sql`], which looks at the file as a
//! thief or a fault would.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Row};
use vestibule::api::{
    AuthenticatorKey, CodeDue, Error, Found, Outcome, ProveMethod, Secret, SetUpDue, SignIn,
    StartAuthenticator, StepUp, SteppedUp, SubmitCode, Token, WhoAmI,
};
use vestibule::backend::{Backend, Served};
use vestibule::domain::{MembershipId, Role, STEP_SECONDS, Timestamp, UserId, step_at};
use vestibule::service::{Clock, HashCost, Keys, Service, SystemRandom};
use vestibule::store::Store;

pub const PASSWORD: &str = "kelp ladder 94 ochre";
pub const MANAGER: &str = "alex@hills.example";

/// A cost at which thousands of hashes fit into a test.
pub const CHEAP: HashCost = HashCost {
    memory: 64,
    passes: 1,
};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl Hand {
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_millisecond(), Ordering::SeqCst);
    }
}

/// A practice with its manager.
pub struct Clinic {
    pub backend: Backend,
    pub clock: Arc<Hand>,
    /// The session that the founding gave.
    pub founder: Token,
    pub recovery_key: Secret,
    folder: tempfile::TempDir,
    keys: SecretString,
}

/// Somebody with an address and a password.
#[derive(Clone)]
pub struct Person<'a> {
    clinic: &'a Clinic,
    pub email: String,
    pub password: String,
}

/// An authenticator app, which computes its codes with another crate's code.
#[derive(Clone, Debug)]
pub struct Phone {
    clock: Arc<Hand>,
    secret: Vec<u8>,
}

impl Clinic {
    pub async fn new() -> Self {
        Self::with_password(PASSWORD).await
    }

    /// Half past one second into a time step, so that no step turns by itself.
    fn morning() -> Arc<Hand> {
        Arc::new(Hand(AtomicI64::new(1_800_000_000_000 + 1_500)))
    }

    pub async fn with_password(password: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Self::morning();
        let keys = Keys::generate(&SystemRandom).to_text();
        let backend = Self::open(folder.path().join("vestibule.db"), &keys, &clock, CHEAP).await;
        let found = Found {
            practice: "Hills Clinic".into(),
            name: "Alex Lee".into(),
            email: MANAGER.into(),
            password: Secret::new(password),
            time_zone: "Australia/Sydney".into(),
        };
        let founded = backend.call(None, found).await.unwrap();
        Self {
            backend,
            clock,
            founder: founded.admitted.token,
            recovery_key: founded.recovery_key,
            folder,
            keys,
        }
    }

    async fn open(
        path: PathBuf,
        keys: &SecretString,
        clock: &Arc<Hand>,
        cost: HashCost,
    ) -> Backend {
        let store = Store::open(&path).await.unwrap();
        let keys = Keys::parse(keys).unwrap();
        let random = Arc::new(SystemRandom);
        Backend::Embedded(Service::new(store, keys, clock.clone(), random, cost).unwrap())
    }

    /// A second program over the same file.
    pub async fn another_window(&self) -> Backend {
        Self::open(self.database(), &self.keys, &self.clock, CHEAP).await
    }

    /// As [`Self::another_window`], with hashes of another cost.
    pub async fn another_cost(&self, cost: HashCost) -> Backend {
        Self::open(self.database(), &self.keys, &self.clock, cost).await
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("vestibule.db")
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub async fn call<C: Served>(&self, token: &Token, call: C) -> Result<C::Reply, Error> {
        self.backend.call(Some(token), call).await
    }

    /// Whether a token is a session that answers.
    pub async fn admits(&self, token: &Token) -> Result<(), Error> {
        self.call(token, WhoAmI {}).await.map(|_| ())
    }

    pub fn manager(&self) -> Person<'_> {
        Person {
            clinic: self,
            email: MANAGER.into(),
            password: PASSWORD.into(),
        }
    }

    /// One more person, with the manager's password: the hash is not bound to its row.
    pub async fn hire(&self, email: &str) -> Person<'_> {
        let user = UserId::new(self.now(), &SystemRandom);
        let place = MembershipId::new(self.now(), &SystemRandom);
        let role = Role::Reception;
        self.sql(&format!(
            "INSERT INTO users (id, email, name, folded_name, password_hash, made_at)
             SELECT '{user}', '{email}', 'Sam', 'sam', password_hash, made_at
             FROM users WHERE email = '{MANAGER}'"
        ))
        .await;
        self.sql(&format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT '{place}', id, '{user}', '{role}', made_at FROM practices"
        ))
        .await;
        Person {
            clinic: self,
            email: email.into(),
            password: PASSWORD.into(),
        }
    }

    /// Makes two-factor mandatory for everyone, from now.
    pub async fn make_mandatory(&self) {
        let now = self.now().as_millisecond();
        self.sql(&format!(
            "UPDATE rules SET kind = 'mandatory', bites_at = {now} WHERE until_at IS NULL"
        ))
        .await;
    }

    /// A connection past the product: the one way in which a scenario touches the file.
    pub async fn raw(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.database())
            .busy_timeout(Duration::from_secs(20))
            .connect()
            .await
            .unwrap()
    }

    /// Runs SQL past the product; every value as text, bytes in hex, NULL as the empty text.
    pub async fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        let mut connection = self.raw().await;
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let text = |row: &sqlx::sqlite::SqliteRow, at: usize| {
            None.or_else(|| row.try_get::<Option<String>, _>(at).ok())
                .or_else(|| {
                    let number = row.try_get::<Option<i64>, _>(at).ok()?;
                    Some(number.map(|number| number.to_string()))
                })
                .or_else(|| {
                    let bytes = row.try_get::<Option<Vec<u8>>, _>(at).ok()?;
                    Some(bytes.map(|bytes| data_encoding::HEXUPPER.encode(&bytes)))
                })
                .unwrap()
                .unwrap_or_default()
        };
        rows.iter()
            .map(|row| {
                row.columns()
                    .iter()
                    .map(|c| text(row, c.ordinal()))
                    .collect()
            })
            .collect()
    }

    /// The single number that a query answers; 0 for none.
    pub async fn number(&self, sql: &str) -> i64 {
        let rows = self.sql(sql).await;
        rows.first().map_or(0, |row| row[0].parse().unwrap_or(0))
    }

    /// All that is counted against anybody.
    pub async fn tries(&self) -> Vec<Vec<String>> {
        self.sql("SELECT subject, counter, failures, next_at FROM tries ORDER BY 1, 2")
            .await
    }

    /// The failures counted against codes.
    pub async fn code_failures(&self) -> i64 {
        self.number("SELECT SUM(failures) FROM tries WHERE counter = 'codes'")
            .await
    }

    /// Every value of every table, by its table and column.
    pub async fn dump(&self) -> Vec<(String, String)> {
        let mut dump = Vec::new();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        for table in self.sql(tables).await {
            let table = &table[0];
            let columns = self
                .sql(&format!("SELECT name FROM pragma_table_info('{table}')"))
                .await;
            for row in self.sql(&format!("SELECT * FROM \"{table}\"")).await {
                for (column, value) in columns.iter().zip(row) {
                    dump.push((format!("{table}.{}", column[0]), value));
                }
            }
        }
        dump
    }

    /// The bytes of every file beside the database, and of itself.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    }

    /// The phone that a set-up was shown to.
    pub fn phone(&self, key: &AuthenticatorKey) -> Phone {
        let letters = key.text.expose().replace(' ', "");
        Phone {
            clock: self.clock.clone(),
            secret: data_encoding::BASE32_NOPAD
                .decode(letters.as_bytes())
                .unwrap(),
        }
    }

    /// Sets up an authenticator with whatever token may do so.
    pub async fn enrol(&self, token: &Token) -> Phone {
        let key = self.call(token, StartAuthenticator {}).await.unwrap();
        let phone = self.phone(&key);
        self.prove(token, &key, &phone.code()).await.unwrap();
        phone
    }

    pub async fn prove(
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
    pub async fn enabled() -> (Self, Phone) {
        let clinic = Self::new().await;
        let phone = clinic.enrol(&clinic.founder.clone()).await;
        clinic.clock.advance(60);
        (clinic, phone)
    }

    pub async fn submit(&self, due: &CodeDue, code: &str) -> Result<Token, Error> {
        let code = Secret::new(code);
        match self.call(&due.token, SubmitCode { code }).await? {
            Outcome::In(admitted) => Ok(admitted.token),
            other => panic!("a right code led to {other:?}"),
        }
    }

    pub async fn step_up(&self, token: &Token, code: Option<&str>) -> Result<Token, Error> {
        let call = StepUp {
            password: Secret::new(PASSWORD),
            code: code.map(Secret::new),
        };
        let SteppedUp { token } = self.call(token, call).await?;
        Ok(token)
    }
}

impl Person<'_> {
    pub async fn try_password(&self, password: &str) -> Result<Outcome, Error> {
        let call = SignIn {
            email: self.email.clone(),
            password: Secret::new(password),
        };
        self.clinic.backend.call(None, call).await
    }

    pub async fn sign_in(&self) -> Result<Outcome, Error> {
        self.try_password(&self.password).await
    }

    /// Signs in as far as the code.
    pub async fn code_due(&self) -> CodeDue {
        match self.sign_in().await {
            Ok(Outcome::Code(due)) => due,
            other => panic!("no code was asked for: {other:?}"),
        }
    }

    /// Signs in as far as the set-up.
    pub async fn set_up_due(&self) -> SetUpDue {
        match self.sign_in().await {
            Ok(Outcome::SetUp(due)) => due,
            other => panic!("no set-up was asked for: {other:?}"),
        }
    }

    /// Signs in by the password alone.
    pub async fn session(&self) -> Token {
        match self.sign_in().await {
            Ok(Outcome::In(admitted)) => admitted.token,
            other => panic!("not signed in: {other:?}"),
        }
    }

    /// Signs in with both.
    pub async fn session_by(&self, phone: &Phone) -> Token {
        let due = self.code_due().await;
        self.clinic.submit(&due, &phone.code()).await.unwrap()
    }

    pub async fn id(&self) -> String {
        let query = format!("SELECT id FROM users WHERE email = '{}'", self.email);
        self.clinic.sql(&query).await[0][0].clone()
    }
}

impl Phone {
    pub fn step(&self) -> u64 {
        step_at(self.clock.now())
    }

    /// The code of a step.
    pub fn code_at(&self, step: u64) -> String {
        code_of(&self.secret, step)
    }

    /// The code that it shows now.
    pub fn code(&self) -> String {
        self.code_at(self.step())
    }

    /// One of many codes that are right nowhere near now.
    pub fn wrong(&self, n: usize) -> String {
        let step = self.step();
        let near: Vec<_> = (step - 3..=step + 3)
            .map(|step| self.code_at(step))
            .collect();
        (0..1_000_000)
            .map(|number| format!("{number:06}"))
            .filter(|code| !near.contains(code))
            .nth(n)
            .unwrap()
    }

    pub fn secret(&self) -> &[u8] {
        &self.secret
    }
}

/// The code of any key, also of one that no product should take.
pub fn code_of(key: &[u8], step: u64) -> String {
    totp_rs::Builder::new()
        .with_secret(key)
        .build_noncompliant()
        .generate(step * STEP_SECONDS)
        .to_string()
}

/// A right code that was spent before.
pub fn used(answer: &Result<Token, Error>) -> bool {
    matches!(answer, Err(Error::CodeUsed { .. }))
}

/// A code that was looked at and is not right.
pub fn wrong(answer: &Result<Token, Error>) -> bool {
    matches!(answer, Err(Error::CodeWrong { .. }))
}

/// From now to then.
pub fn seconds_to(until: Timestamp, clinic: &Clinic) -> i64 {
    until.duration_since(clinic.now()).as_secs()
}
