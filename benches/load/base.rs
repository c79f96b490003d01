//! What a sign-in is measured against: the database's own commits, the cores' own hashes.

use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use vestibule::service::HashCost;

/// How long a baseline is measured.
const SECONDS: u64 = 8;

/// A database of its own, on the server that `tests/run` started.
pub(crate) struct Database {
    pub(crate) url: String,
    pgbench: String,
}

impl Database {
    pub(crate) async fn new() -> Self {
        let of = |name| {
            std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: `tests/run load`"))
        };
        let server = of("VESTIBULE_TEST_POSTGRES");
        let name = format!("load_{}", std::process::id());
        let mut connection = connect(&server).await;
        let sql = format!("CREATE DATABASE {name}");
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        Self {
            url: url.into(),
            pgbench: of("VESTIBULE_TEST_PGBENCH"),
        }
    }

    pub(crate) async fn sql(&self, sql: String) {
        let mut connection = connect(&self.url).await;
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }

    /// Commits of simple updates in a second, as many at once as there are sign-ins.
    pub(crate) fn commits_a_second(&self) -> f64 {
        self.pgbench(&["--initialize", "--quiet", "--scale", "10"]);
        let text = self.pgbench(&[
            "--skip-some-updates",
            "--no-vacuum",
            "--protocol=prepared",
            "--client=8",
            "--jobs=2",
            &format!("--time={SECONDS}"),
        ]);
        let tps = text.lines().find_map(|line| line.strip_prefix("tps = "));
        let number = tps.and_then(|rest| rest.split(' ').next());
        number.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
    }

    /// Lets every commit take so much longer than the disk does; whoever commits meanwhile goes
    /// along, as to a disk (PostgreSQL 15, 20.5.1, `commit_delay`).
    pub(crate) async fn commits_take(&self, longer: Duration) {
        for set in [
            format!("commit_delay = {}", longer.as_micros()),
            "commit_siblings = 0".into(),
        ] {
            self.sql(format!("ALTER SYSTEM SET {set}")).await;
        }
        self.sql("SELECT pg_reload_conf()".into()).await;
    }

    fn pgbench(&self, arguments: &[&str]) -> String {
        let run = Command::new(&self.pgbench)
            .args(arguments)
            .arg(&self.url)
            .output();
        let run = run.unwrap();
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        String::from_utf8(run.stdout).unwrap()
    }
}

async fn connect(url: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(url).unwrap();
    options.connect().await.unwrap()
}

/// Hashes of the real cost in a second, on all cores.
pub(crate) fn hashes_a_second() -> f64 {
    let cores = std::thread::available_parallelism().unwrap().get();
    let HashCost { memory, passes } = HashCost::OWASP;
    let began = Instant::now();
    let work = || {
        let params = Params::new(memory, passes, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut done = 0_usize;
        let mut out = [0; 32];
        while began.elapsed() < Duration::from_secs(SECONDS) {
            argon2
                .hash_password_into(b"kelp ladder 94 ochre", b"a salt of sixteen", &mut out)
                .unwrap();
            done += 1;
        }
        done
    };
    let done: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    done as f64 / began.elapsed().as_secs_f64()
}
