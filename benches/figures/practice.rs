//! A practice to measure, with hashes of the real cost and a clock that is set by hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::{Connection, SqliteConnection};
use vestibule::api::{
    Found, Outcome, ProveMethod, Secret, SignIn, SignOut, StartAuthenticator, SubmitCode, Token,
};
use vestibule::backend::Backend;
use vestibule::delivery::Inbox;
use vestibule::domain::{MembershipId, MethodId, Timestamp, TotpSecret, UserId, step_at};
use vestibule::service::{Clock, HashCost, Keys, Service, SystemClock, SystemRandom};
use vestibule::store::Store;

pub(crate) const PASSWORD: &str = "kelp ladder 94 ochre";
pub(crate) const MANAGER: &str = "alex@hills.example";

/// The computer's clock, put forward by hand: each sign-in needs a time step of its own.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        let ahead = jiff::SignedDuration::from_secs(self.0.load(Ordering::Relaxed));
        SystemClock.now() + ahead
    }
}

/// The practice, its manager and the manager's phone.
pub(crate) struct Practice {
    pub(crate) backend: Backend,
    clock: Arc<Ahead>,
    phone: TotpSecret,
    folder: tempfile::TempDir,
}

impl Practice {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("vestibule.db"))
            .await
            .unwrap();
        let keys = Keys::generate(&SystemRandom);
        let clock = Arc::new(Ahead::default());
        let service = Service::new(
            store,
            keys,
            clock.clone(),
            Arc::new(SystemRandom),
            HashCost::OWASP,
            Arc::new(Inbox::default()),
        );
        let backend = Backend::Embedded(service.unwrap());
        let found = Found {
            practice: "Hills Clinic".into(),
            name: "Alex Lee".into(),
            email: MANAGER.into(),
            password: Secret::new(PASSWORD),
            time_zone: "Australia/Sydney".into(),
        };
        let founded = backend.call(None, found).await.unwrap();
        let token = founded.admitted.token;
        let key = backend
            .call(Some(&token), StartAuthenticator::default())
            .await
            .unwrap();
        let phone = TotpSecret::from_base32(key.text.expose()).unwrap();
        let practice = Self {
            backend,
            clock,
            phone,
            folder,
        };
        let call = ProveMethod {
            method: key.method,
            code: practice.code(),
        };
        practice.backend.call(Some(&token), call).await.unwrap();
        practice.leave(&token).await;
        practice
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("vestibule.db")
    }

    /// What the phone shows now.
    pub(crate) fn code(&self) -> Secret {
        let code = self.phone.code_at(step_at(self.clock.now()));
        Secret::new(code.expose())
    }

    /// Waits until the phone shows another code, without waiting.
    pub(crate) fn next_step(&self) {
        self.clock.0.fetch_add(60, Ordering::Relaxed);
    }

    /// The first step of a sign-in: the token that waits for a code.
    pub(crate) async fn password(&self) -> Token {
        let call = SignIn {
            email: MANAGER.into(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        match self.backend.call(None, call).await.unwrap() {
            Outcome::Code(due) => due.token,
            other => panic!("no code is due: {other:?}"),
        }
    }

    /// The second step: the session's token.
    pub(crate) async fn submit(&self, due: &Token, code: Secret) -> Token {
        match self
            .backend
            .call(
                Some(due),
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await
            .unwrap()
        {
            Outcome::In(admitted) => admitted.token,
            other => panic!("not let in: {other:?}"),
        }
    }

    pub(crate) async fn sign_in(&self) -> Token {
        self.next_step();
        let due = self.password().await;
        self.submit(&due, self.code()).await
    }

    pub(crate) async fn leave(&self, token: &Token) {
        self.backend.call(Some(token), SignOut {}).await.unwrap();
    }
}

/// People past the product: a hash for each of ten thousand would take minutes. Two in three
/// have a method, one in ten was asked for one.
pub(crate) async fn crowd(database: &Path, many: usize) {
    let mut file = open(database).await;
    let mut tx = file.begin().await.unwrap();
    let now = SystemClock.now();
    for number in 0..many {
        let user = UserId::new(now, &SystemRandom).to_string();
        let first = FIRST[number % FIRST.len()];
        let last = LAST[number / FIRST.len() % LAST.len()];
        let name = format!("{first} {last} {number}");
        let email = format!("{first}.{last}.{number}@hills.example").to_lowercase();
        let folded = name.to_lowercase();
        let seen = now.as_millisecond() - 1_000 * i64::try_from(number).unwrap();
        sqlx::query(
            "INSERT INTO users (id, email, name, folded_name, password_hash, made_at,
                                last_sign_in_at) VALUES ($1, $2, $3, $4, 'x', 1, $5)",
        )
        .bind(&user)
        .bind(&email)
        .bind(&name)
        .bind(&folded)
        .bind(seen)
        .execute(&mut *tx)
        .await
        .unwrap();
        for word in folded.split(' ').chain([email.as_str()]) {
            sqlx::query("INSERT INTO words (word, user_id) VALUES ($1, $2)")
                .bind(word)
                .bind(&user)
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        sqlx::query(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT $1, id, $2, $3, 1 FROM practices",
        )
        .bind(MembershipId::new(now, &SystemRandom).to_string())
        .bind(&user)
        .bind(["reception", "practitioner"][number % 2])
        .execute(&mut *tx)
        .await
        .unwrap();
        if number % 3 > 0 {
            sqlx::query(
                "INSERT INTO methods (id, user_id, kind, last_step, tries, preferred, from_at,
                                      ends_at, proven_at)
                 VALUES ($1, $2, $3, 0, 0, 1, 1, 1, 1)",
            )
            .bind(MethodId::new(now, &SystemRandom).to_string())
            .bind(&user)
            .bind(["authenticator", "email", "sms"][number / 3 % 3])
            .execute(&mut *tx)
            .await
            .unwrap();
        } else if number % 10 == 0 {
            sqlx::query(
                "INSERT INTO requirements (id, user_id, source, bites_at, from_at, by_user)
                 SELECT $1, $2, 'full_access', 1, 1, id FROM users ORDER BY made_at DESC LIMIT 1",
            )
            .bind(MethodId::new(now, &SystemRandom).to_string())
            .bind(&user)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
    }
    tx.commit().await.unwrap();
    file.close().await.unwrap();
}

const FIRST: [&str; 12] = [
    "Ada", "Ben", "Chloe", "Daniel", "Ella", "Farid", "Grace", "Hugo", "Isla", "Jack", "Kiran",
    "Leila",
];
const LAST: [&str; 10] = [
    "Brown", "Chen", "Evans", "Garcia", "Haddad", "Kim", "Murphy", "Nguyen", "Patel", "Smith",
];

/// A connection that commits as the product does.
pub(crate) async fn open(file: &Path) -> SqliteConnection {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for pragma in [
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
    ] {
        sqlx::query(pragma).execute(&mut connection).await.unwrap();
    }
    connection
}
