//! The stage: a practice in a database of its own, three replicas over it, a balancer before them.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::str::FromStr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Instant;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row};
use vestibule::domain::{InvitationCode, STEP_SECONDS, Timestamp};
use vestibule::domain::{MembershipId, Role, UserId};
use vestibule::service::{Clock, Keys, SystemClock, SystemRandom};

use crate::balancer::{Balancer, Wish};
use crate::person::Person;
use crate::postgres::Database;
use crate::replica::{PATIENCE, Replica};
use crate::way::Way;

/// Every replica is asked some times a second whether it is ready, so that one that stands still or
/// is about to stop is left out within three seconds.
const WISH: Wish = Wish {
    server: "check inter 300ms fall 2 rise 1",
    backend: "  option httpchk GET /ready\n  timeout check 1s\n",
};

pub(crate) struct Stage {
    // Dropped in this order: nobody is asked any more, nobody asks the database, it goes.
    balancer: Option<Balancer>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) database: Database,
    /// Where everybody asks it.
    url: String,
    keys: SecretString,
    ways: AtomicU16,
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let mut stage = Self::at_rest().await;
        stage.go().await;
        stage
    }

    async fn go(&mut self) {
        for replica in &mut self.replicas {
            replica.start();
        }
        self.open().await;
    }

    /// With a database that is asked at another port than its own, of which replicas are told more.
    pub(crate) async fn through(port: u16, more: &str) -> Self {
        let mut stage = Self::resting(Some(port), more).await;
        stage.go().await;
        stage
    }

    /// With replicas that do not run, and nobody before them.
    pub(crate) async fn at_rest() -> Self {
        Self::resting(None, "").await
    }

    async fn resting(port: Option<u16>, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::generate(&SystemRandom).to_text();
        let file = folder.path().join("keys");
        std::fs::write(&file, keys.expose_secret()).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        let database = Database::new().await;
        let mut url = url::Url::parse(&database.url()).unwrap();
        if port.is_some() {
            url.set_port(port).unwrap();
        }
        let url = String::from(url);
        let replica = |n| Replica::new(folder.path(), n, &url, more);
        Self {
            balancer: None,
            replicas: (0..3).map(replica).collect(),
            database,
            url,
            keys,
            ways: AtomicU16::new(0),
            folder,
        }
    }

    /// Waits for the replicas, and puts the balancer before them.
    pub(crate) async fn open(&mut self) {
        for replica in &self.replicas {
            replica.ready().await;
        }
        let places: Vec<SocketAddr> = self.replicas.iter().map(|replica| replica.at).collect();
        self.balancer = Some(Balancer::before(&places, &WISH));
    }

    /// A replica that does not run, over another database.
    pub(crate) fn another(&self, database: &Database) -> Replica {
        self.another_at(&database.url(), "")
    }

    /// The same, over the database at this address, of which it is told more.
    pub(crate) fn another_at(&self, url: &str, more: &str) -> Replica {
        Replica::new(self.folder.path(), self.replicas.len(), url, more)
    }

    /// Where clients come.
    pub(crate) fn at(&self) -> SocketAddr {
        self.balancer.as_ref().unwrap().at
    }

    /// From another address of this computer each time.
    pub(crate) fn way(&self) -> Way {
        self.way_to(self.at())
    }

    /// The same, straight to a replica.
    pub(crate) fn way_to(&self, at: SocketAddr) -> Way {
        let [high, low] = self.ways.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        Way::new(at, Ipv4Addr::new(127, 7, high, low))
    }

    /// The practice's first person, who has full access.
    pub(crate) async fn manager(&self) -> Person<'_> {
        let said = self.replicas[0].command(&[
            "first-user",
            "--practice",
            "Hills Clinic",
            "--name",
            "Alex Lee",
            "--email",
            "alex@hills.example",
        ]);
        let code = said.lines().map(str::trim).find(|line| {
            let groups: Vec<&str> = line.split('-').collect();
            groups.len() == 3 && groups.iter().all(|group| group.len() == 4)
        });
        Person::redeeming(self, "alex@hills.example", code.unwrap()).await
    }

    /// One more person with an authenticator, by an invitation that is put into the database.
    pub(crate) async fn hire(&self) -> Person<'_> {
        let user = UserId::new(SystemClock.now(), &SystemRandom);
        let place = MembershipId::new(SystemClock.now(), &SystemRandom);
        let role = Role::Reception;
        let email = format!("{user}@hills.example");
        let code = InvitationCode::generate(&SystemRandom);
        let keys = Keys::parse(&self.keys).unwrap();
        let hash = keys.mac("invitation", code.expose_normal().as_bytes());
        let hash = data_encoding::HEXLOWER.encode(&*hash);
        self.sql(&format!(
            "INSERT INTO users (id, email, name, folded_name, made_at)
             SELECT '{user}', '{email}', 'Sam', 'sam', made_at FROM practices;
             INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT '{place}', id, '{user}', '{role}', made_at FROM practices;
             INSERT INTO invitations (code_hash, user_id, made_at, ends_at, by_user)
             VALUES ('{hash}', '{user}', 0, {}, '{user}')",
            i64::MAX
        ))
        .await;
        Person::redeeming(self, &email, code.expose_normal()).await
    }

    /// Statements past the product. A database that does not answer is asked again, so that what is
    /// written has to be the same twice.
    pub(crate) async fn sql(&self, text: &str) -> Vec<PgRow> {
        let begun = Instant::now();
        loop {
            let asked = async {
                let options = PgConnectOptions::from_str(&self.url)?;
                let mut connection = options.connect().await?;
                let text = sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
                let rows = connection.fetch_all(text).await?;
                connection.close().await?;
                Ok::<_, sqlx::Error>(rows)
            };
            match asked.await {
                Ok(rows) => return rows,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "{text}: {error}"),
            }
            tokio::task::yield_now().await;
        }
    }

    /// The one number that a query answers.
    pub(crate) async fn number(&self, text: &str) -> i64 {
        self.sql(text).await[0].get(0)
    }

    /// The database's time.
    pub(crate) async fn now(&self) -> Timestamp {
        let clock = "SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)";
        Timestamp::from_millisecond(self.number(clock).await).unwrap()
    }

    /// The time step of the database's time.
    pub(crate) async fn step(&self) -> u64 {
        u64::try_from(self.now().await.as_second()).unwrap() / STEP_SECONDS
    }

    /// Whether two transactions ever waited for each other.
    pub(crate) async fn deadlocks(&self) -> i64 {
        self.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            .await
    }
}

/// Starts, stops or restarts PostgreSQL without letting it write down what it had not
/// (`pg_ctl -m immediate`).
pub(crate) fn postgres(act: &str) {
    let control = std::env::var("VESTIBULE_TEST_POSTGRES_CONTROL")
        .expect("VESTIBULE_TEST_POSTGRES_CONTROL names what controls the server");
    assert!(Command::new(control).arg(act).status().unwrap().success());
}
