//! PostgreSQL: a database that several replicas of a server share.
//!
//! Where a pooler stands in between, which hands sessions out by transaction, nothing depends on
//! what a session remembers; where none does, a session keeps its limits and its statements.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgSslMode};
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions, Connection, Executor};
use tokio::time::{Instant, timeout};
use url::Url;

use super::engine::{EVERYTHING, Engine, LIMITS};
use super::probe::Probe;
use super::sqlite::install_drivers;
use super::{BUSY_TIMEOUT, Fault, Opened, Store, Timestamp, at, fault as faults};

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations/postgres");

/// The oldest server that is known to do what is asked of it.
const OLDEST_SERVER: i64 = 150_000;

/// The statements that a connection keeps: more than there are in the source.
const STATEMENTS: &str = "500";

/// How a database is connected to.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// How many connections there are at most.
    pub most: u32,
    /// Whether a pooler stands in between, which gives each transaction another session:
    /// statements are sent and planned anew each time then.
    pub pooler: bool,
}

impl Store {
    /// Opens a database of a PostgreSQL server, whose schema must be this program's.
    ///
    /// # Errors
    ///
    /// [`Fault::Address`] for an address that would carry passwords and secrets over a network
    /// without TLS that proves the server; [`Fault::Older`] and [`Fault::Newer`] for a schema that
    /// is not this program's, which is left as it is; any other [`Fault`].
    pub async fn connect(address: &str, connections: Connections) -> Result<Self, Fault> {
        let pooler = connections.pooler;
        let mut url = safe(address)?;
        if !pooler {
            // A pooler that nobody told of refuses what a session is begun with, or drops it.
            for (name, value) in LIMITS {
                let name = format!("options[{name}]");
                url.query_pairs_mut().append_pair(&name, value);
            }
            url.query_pairs_mut()
                .append_pair("statement-cache-capacity", STATEMENTS);
        }
        let options = options(&url)?;
        let mut first = connected(&options).await?;
        // In one transaction, which a pooler does not take apart.
        let mut tx = first.begin().await?;
        refuse_unfit(&mut tx).await?;
        let (found, known) = (version(&mut tx).await?, newest());
        if !pooler {
            refuse_without_limits(&mut tx).await?;
        }
        tx.commit().await?;
        if found < known {
            return Err(Fault::Older { found, known });
        }
        first.close().await?;
        let pool = AnyPoolOptions::new()
            .max_connections(connections.most)
            .acquire_timeout(BUSY_TIMEOUT)
            // One that the server ended shows as a transaction begins on it, and another is taken.
            .test_before_acquire(false)
            .connect_lazy_with(options.clone());
        let opened = Opened {
            probe: Some(Probe::new(options)),
            ..Opened::of(Engine::Postgres { pooler })
        };
        Ok(Self::over(pool.clone(), pool, opened))
    }

    /// Makes the schema of a PostgreSQL database, or brings it up to date: in one transaction, under
    /// the lock that every writer shares. Of programs that start at once one does it, and the
    /// others wait and find it done.
    ///
    /// # Errors
    ///
    /// As of [`Self::connect`]; nothing was changed then.
    pub async fn migrate(address: &str) -> Result<(), Fault> {
        let mut connection = connected(&options(&safe(address)?)?).await?;
        // However long the others take, and this one; and whatever a pooler's session remembers.
        let begin = format!(
            "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0;
             SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL synchronous_commit = on;
             DEALLOCATE ALL; SELECT pg_advisory_xact_lock({EVERYTHING})"
        );
        let mut tx = connection.begin_with(AssertSqlSafe(begin)).await?;
        refuse_unfit(&mut tx).await?;
        if version(&mut tx).await? < newest() {
            // The lock of sqlx is the session's, and is not needed under ours.
            let migrations = Migrator {
                migrations: Cow::Borrowed(&MIGRATIONS.migrations),
                locking: false,
                ..Migrator::DEFAULT
            };
            let migrated = migrations.run_direct(None, &mut *tx, false).await;
            migrated.map_err(faults::of_migration)?;
            // What sqlx named on the way is not left to whom a pooler hands the session.
            tx.execute("DEALLOCATE ALL").await?;
        }
        tx.commit().await?;
        Ok(connection.close().await?)
    }

    /// What the clock of the database says, and between which moments it was read.
    ///
    /// # Errors
    ///
    /// A [`Fault`], as where the database is a file: that has this computer's clock.
    pub async fn time(&self) -> Result<(Timestamp, Range<Instant>), Fault> {
        if !self.is_shared() {
            return Err(Fault::Other("a file has no clock of its own".into()));
        }
        let mut tx = self.read().await?;
        let start = Instant::now();
        let (now,): (i64,) = sqlx::query_as(
            "SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)",
        )
        .fetch_one(&mut *tx.inner)
        .await?;
        Ok((at(now)?, start..Instant::now()))
    }
}

/// The version of the newest migration that this program knows; the same in both folders.
fn newest() -> i64 {
    let versions = MIGRATIONS.iter().map(|step| step.version);
    versions.max().unwrap_or_default()
}

/// An address, with TLS that proves the server, unless it is this computer.
fn safe(address: &str) -> Result<Url, Fault> {
    install_drivers();
    let refused = |why: &str| Fault::Address(why.to_owned());
    let mut url = Url::parse(address).map_err(|_| refused("it is no URL"))?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(refused("it does not begin with postgres://"));
    }
    let told = PgConnectOptions::from_str(address).map_err(|error| refused(&error.to_string()))?;
    if !is_here(&told) {
        let says = |(name, _): &(Cow<'_, str>, _)| matches!(&**name, "sslmode" | "ssl-mode");
        if !url.query_pairs().any(|pair| says(&pair)) {
            url.query_pairs_mut().append_pair("sslmode", "verify-full");
        } else if !matches!(told.get_ssl_mode(), PgSslMode::VerifyFull) {
            return Err(refused(
                "sslmode has to be verify-full for another computer",
            ));
        }
    }
    Ok(url)
}

fn options(url: &Url) -> Result<AnyConnectOptions, Fault> {
    let options = AnyConnectOptions::from_url(url)?;
    // The statements alone, never their values.
    let slow = (tracing::log::LevelFilter::Debug, Duration::from_secs(1));
    Ok(options.log_slow_statements(slow.0, slow.1))
}

/// Whether the server is on this computer: reached by a socket, or by no network.
fn is_here(told: &PgConnectOptions) -> bool {
    let host = told.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    told.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || IpAddr::from_str(address).is_ok_and(|address| address.is_loopback())
}

async fn connected(options: &AnyConnectOptions) -> Result<AnyConnection, Fault> {
    match timeout(BUSY_TIMEOUT, options.connect()).await {
        Ok(connection) => Ok(connection?),
        Err(_) => Err(Fault::Unreachable("no answer".into())),
    }
}

async fn refuse_unfit(connection: &mut AnyConnection) -> Result<(), Fault> {
    let (server, encoding): (i64, String) = sqlx::query_as(
        "SELECT CAST(current_setting('server_version_num') AS BIGINT),
                current_setting('server_encoding')",
    )
    .persistent(false)
    .fetch_one(connection)
    .await?;
    if server < OLDEST_SERVER {
        return Err(Fault::Address(
            "the server is older than PostgreSQL 15".into(),
        ));
    }
    if encoding != "UTF8" {
        return Err(Fault::Address(
            "the encoding of the database is not UTF8".into(),
        ));
    }
    Ok(())
}

/// Finds a pooler that nobody told of: where it does not refuse what a session is begun with, it
/// drops that, and nothing of it holds.
async fn refuse_without_limits(connection: &mut AnyConnection) -> Result<(), Fault> {
    let each = LIMITS.map(|(name, value)| format!("(name = '{name}' AND setting = '{value}')"));
    let sql = format!(
        "SELECT COUNT(*) FROM pg_settings WHERE {}",
        each.join(" OR ")
    );
    let (hold,): (i64,) = sqlx::query_as(AssertSqlSafe(sql))
        .persistent(false)
        .fetch_one(connection)
        .await?;
    match usize::try_from(hold) {
        Ok(hold) if hold == LIMITS.len() => Ok(()),
        _ => Err(Fault::Pooled),
    }
}

/// The version of the schema; 0 where there is none.
async fn version(connection: &mut AnyConnection) -> Result<i64, Fault> {
    let (all, ours): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN relname = '_sqlx_migrations' THEN 1 END)
         FROM pg_catalog.pg_class
         WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)",
    )
    .persistent(false)
    .fetch_one(&mut *connection)
    .await?;
    if ours == 0 {
        return match all {
            0 => Ok(0),
            _ => Err(Fault::Damaged("a database of another program".into())),
        };
    }
    let (found,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations")
        .persistent(false)
        .fetch_one(connection)
        .await?;
    let known = newest();
    if found > known {
        return Err(Fault::Newer { found, known });
    }
    Ok(found)
}

/// What a refusal of the server means (PostgreSQL 15, Appendix A).
pub(super) fn fault(said: &PgDatabaseError) -> Fault {
    match said.code() {
        // What PgBouncer says to what a session is begun with.
        "08P01" if said.message().contains("startup parameter") => {
            match said.message().contains("extra_float_digits") {
                true => Fault::Address(
                    "PgBouncer refuses what every connection begins with: its own configuration \
                     needs `ignore_startup_parameters = extra_float_digits`"
                        .into(),
                ),
                false => Fault::Pooled,
            }
        }
        // Waited for too long; or two could not be put into an order, and this one gives way.
        "55P03" | "57014" | "40001" | "40P01" => Fault::Busy,
        "53100" => Fault::DiskFull,
        "25006" => Fault::ReadOnly,
        "58030" => Fault::DiskFails(said.message().to_owned()),
        // A statement that is there twice, or not at all: this program names each once.
        "42P05" | "26000" => Fault::Pooled,
        // A byte of 0 and what else is no text.
        "22021" | "22P05" => Fault::NoText,
        "XX001" | "XX002" => Fault::Damaged(said.message().to_owned()),
        // Connections, shut down, started, ended for being idle; no memory or no connection left.
        code if ["08", "53", "57P", "25P03"]
            .iter()
            .any(|class| code.starts_with(class)) =>
        {
            Fault::Unreachable(said.message().to_owned())
        }
        _ => Fault::Other(said.message().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_is_spoken_to_without_tls_that_proves_the_server() {
        for address in [
            "postgres://vestibule@localhost/vestibule",
            "postgres://vestibule@127.0.0.1:5433/vestibule",
            "postgres://vestibule@[::1]/vestibule?sslmode=disable",
            "postgresql:///vestibule?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/vestibule",
        ] {
            assert!(!safe(address).unwrap().as_str().contains("verify-full"));
        }
        for address in [
            "postgres://vestibule:pass@db.example/vestibule",
            "postgres://db.example/vestibule?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "postgres://localhost/vestibule?host=db.example",
            "postgres://localhost/vestibule?hostaddr=192.0.2.7",
            "postgres://127.0.0.1.example/vestibule",
        ] {
            assert!(safe(address).unwrap().as_str().contains("verify-full"));
        }
        for address in [
            "postgres://db.example/vestibule?sslmode=disable",
            "postgres://db.example/vestibule?sslmode=prefer",
            "postgres://db.example/vestibule?sslmode=require",
            "postgres://db.example/vestibule?sslmode=verify-ca",
            "postgres://db.example/vestibule?sslmode=verify-full&ssl-mode=require",
            "postgres://localhost/vestibule?sslmode=disable&host=db.example",
            "postgres://db.example/vestibule?sslmode=whatever",
            "mysql://localhost/vestibule",
            "sqlite:vestibule.db",
            "vestibule",
        ] {
            let refused = safe(address);
            assert!(
                matches!(refused, Err(Fault::Address(_))),
                "{address}: {refused:?}"
            );
        }
    }

    #[test]
    fn both_folders_have_come_equally_far() {
        let files = super::super::sqlite::MIGRATIONS.iter();
        assert_eq!(files.map(|step| step.version).max(), Some(newest()));
    }
}
