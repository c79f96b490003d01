//! A database of an earlier version: copied first, then brought up to date in one step.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqliteConnection};
use vestibule::backend::{Embedded, OpenFault, Opened};
use vestibule::domain::{PracticeId, RecoveryKey};
use vestibule::keychain::{Item, Keychain};
use vestibule::service::{Clock, Keys, SystemClock, SystemRandom};
use vestibule::store::{Fault, Store};

/// A computer with a practice of the first version's schema.
struct Old {
    folder: tempfile::TempDir,
    practice: PracticeId,
    keys: SecretString,
    wrapped: Vec<u8>,
}

impl Old {
    fn new() -> Self {
        let keys = Keys::generate(&SystemRandom);
        let practice = PracticeId::new(SystemClock.now(), &SystemRandom);
        let key = RecoveryKey::generate(&SystemRandom);
        Self {
            folder: tempfile::tempdir().unwrap(),
            wrapped: keys.wrap(&key, practice.as_str(), &SystemRandom),
            keys: keys.to_text(),
            practice,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes the file anew, as the first version left it.
    async fn put(&self, database: &Path) {
        let made = self.path("made.db");
        let mut connection = self.at_version(&made, 1).await;
        let practice = format!(
            "INSERT INTO practices (id, name, time_zone, made_at, wrapped_keys, key_id)
             VALUES ('{}', 'Hills Clinic', 'Australia/Sydney', 0, X'{}', '{}')",
            self.practice,
            data_encoding::HEXUPPER.encode(&self.wrapped),
            Keys::parse(&self.keys).unwrap().id(),
        );
        connection.execute(AssertSqlSafe(practice)).await.unwrap();
        connection.close().await.unwrap();
        std::fs::rename(made, database).unwrap();
    }

    /// A new file with the schema of an earlier version.
    async fn at_version(&self, database: &Path, version: u32) -> SqliteConnection {
        let steps = self.path("steps");
        std::fs::create_dir_all(&steps).unwrap();
        for step in std::fs::read_dir("src/store/migrations/sqlite").unwrap() {
            let step = step.unwrap();
            let name = step.file_name().into_string().unwrap();
            if name[..4].parse::<u32>().unwrap() <= version {
                std::fs::copy(step.path(), steps.join(name)).unwrap();
            }
        }
        let mut connection = SqliteConnectOptions::new()
            .filename(database)
            .create_if_missing(true)
            .connect()
            .await
            .unwrap();
        let steps = Migrator::new(steps).await.unwrap();
        steps
            .run_direct(None, &mut connection, false)
            .await
            .unwrap();
        connection
    }

    async fn embedded(&self, name: &str) -> Embedded {
        let ring = keyring_core::mock::Store::new().unwrap();
        let keychain = Keychain::over(ring, self.path("keys"));
        keychain
            .write(Item::EmbeddedKeys, &self.keys)
            .await
            .unwrap();
        Embedded {
            database: self.path(name),
            keychain,
            clock: Arc::new(SystemClock),
        }
    }

    fn copies(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_str().unwrap().contains(".schema-"))
            .collect()
    }
}

/// The version of a schema, and how many practices there are.
async fn look(path: &Path) -> (i64, i64) {
    let mut connection: SqliteConnection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .connect()
        .await
        .unwrap();
    let found = sqlx::query_as(
        "SELECT MAX(version), (SELECT COUNT(*) FROM practices) FROM _sqlx_migrations",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    found
}

/// The copy holds what was there, for its owner alone, and can be restored.
#[tokio::test]
async fn a_database_is_copied_before_its_schema_changes() {
    let old = Old::new();
    let place = old.embedded("vestibule.db").await;
    old.put(&place.database).await;
    let opened = place.open().await;
    let Ok(Opened::Ready(vestibule::backend::Backend::Embedded(service), _)) = opened else {
        panic!("{opened:?}")
    };
    service.close().await;
    let copy = old.path("vestibule.db.schema-1");
    assert_eq!(old.copies(), std::slice::from_ref(&copy));
    assert_eq!(look(&copy).await, (1, 1));
    let (now, practices) = look(&place.database).await;
    assert!((now, practices) > (1, 1), "{now}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = copy.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    // What is up to date is not copied again.
    Store::open(&place.database).await.unwrap().close().await;
    assert_eq!(old.copies(), std::slice::from_ref(&copy));

    let ready = place.restore(&copy).await.unwrap();
    assert_eq!(ready.finish().await.unwrap().practice, "Hills Clinic");
    assert_eq!(look(&place.database).await, (now, 1));
    assert_eq!(look(&copy).await, (1, 1));
}

/// The newest few are kept; none is written over.
#[tokio::test]
async fn the_newest_three_copies_are_kept() {
    let old = Old::new();
    let database = old.path("vestibule.db");
    for times in 1..=5 {
        old.put(&database).await;
        Store::open(&database).await.unwrap().close().await;
        let copies = old.copies();
        assert_eq!(copies.len(), times.min(3), "{copies:?}");
        for copy in copies {
            assert_eq!(look(&copy).await, (1, 1));
        }
    }
}

/// A copy that cannot be made stops the migration. The name is made so long that there is room
/// for the side files of the database and not for a copy that is being made.
#[cfg(unix)]
#[tokio::test]
async fn without_a_copy_nothing_is_changed() {
    let old = Old::new();
    let name = format!("{}.db", "v".repeat(242));
    let place = old.embedded(&name).await;
    old.put(&place.database).await;
    let fault = Store::open(&place.database).await.unwrap_err();
    assert!(matches!(fault, Fault::NotCopied(_)), "{fault}");
    let fault = place.open().await.err();
    assert_eq!(fault, Some(OpenFault::NotCopied(place.database.clone())));
    assert_eq!(look(&place.database).await, (1, 1));
    assert_eq!(old.copies(), [] as [PathBuf; 0]);
}

/// Fault 25: of two that start at once one migrates, after one copy.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_starts_at_once_make_one_copy() {
    let old = Old::new();
    let database = old.path("vestibule.db");
    old.put(&database).await;
    let (one, two) = tokio::join!(Store::open(&database), Store::open(&database));
    one.unwrap().close().await;
    two.unwrap().close().await;
    assert_eq!(old.copies().len(), 1);
}

/// Fault 24: killed at any moment of a migration, the next start finishes it and nothing is lost.
/// The program is killed as soon as it has made one file or another.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_migration_that_is_killed_is_done_by_the_next_start() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let old = Old::new();
    let folder = old.path("data").join("vestibule");
    std::fs::create_dir_all(&folder).unwrap();
    let database = folder.join("vestibule.db");
    let stranger = RecoveryKey::generate(&SystemRandom).to_text();
    let mut finished = 0;
    for made in ["-wal", "-shm", ".schema-1", ".schema-1.part1"].repeat(5) {
        for entry in std::fs::read_dir(&folder).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        old.put(&database).await;
        // It migrates, and then finds that the key is another's.
        let mut program = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .arg("recover")
            .env_clear()
            .env("HOME", old.folder.path())
            .env("XDG_DATA_HOME", old.path("data"))
            .env("XDG_CONFIG_HOME", old.path("config"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = program.stdin.take().unwrap();
        input
            .write_all(stranger.expose_secret().as_bytes())
            .unwrap();
        drop(input);
        let awaited = folder.join(format!("vestibule.db{made}"));
        while !awaited.exists() && program.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        finished += usize::from(program.try_wait().unwrap().is_some());
        program.kill().unwrap();
        program.wait().unwrap();

        let (version, practices) = look(&database).await;
        assert_eq!(practices, 1, "after {made}");
        Store::open(&database).await.unwrap().close().await;
        let (now, practices) = look(&database).await;
        assert!(now > 1 && practices == 1, "after {made}, at {version}");
    }
    assert!(finished < 20, "it was never killed before its end");
}

/// What a message is for was told by how its destination begins, or its round.
#[tokio::test]
async fn a_message_of_before_is_of_the_kind_that_its_destination_told() {
    let old = Old::new();
    let database = old.path("vestibule.db");
    let mut connection = old.at_version(&database, 23).await;
    connection
        .execute(
            "INSERT INTO practices (id, name, time_zone, made_at, wrapped_keys, key_id)
             VALUES ('p', 'Hills Clinic', 'Australia/Sydney', 0, X'00', 'k');
             INSERT INTO users (id, email, name, folded_name, made_at)
             VALUES ('u', 'sam@hills.example', 'Sam', 'sam', 0);
             INSERT INTO outbox (id, practice_id, user_id, channel, destination, round, state,
                                 tried, next_at, made_at, changed_at, ends_at)
             VALUES ('1', 'p', 'u', 'email', 'c0de', NULL, 'queued', 0, 0, 0, 0, 0),
                    ('2', 'p', 'u', 'email', 'invite:ab', NULL, 'queued', 0, 0, 0, 0, 0),
                    ('3', 'p', 'u', 'email', 'reset:cd', NULL, 'queued', 0, 0, 0, 0, 0),
                    ('4', 'p', 'u', 'email', '', NULL, 'queued', 0, 0, 0, 0, 0),
                    ('5', 'p', 'u', 'email', '', 'test:r', 'queued', 0, 0, 0, 0, 0),
                    ('6', 'p', 'u', 'email', '', 'reminder:r', 'queued', 0, 0, 0, 0, 0)",
        )
        .await
        .unwrap();
    connection.close().await.unwrap();
    Store::open(&database).await.unwrap().close().await;

    let options = SqliteConnectOptions::new().filename(&database);
    let mut connection = options.connect().await.unwrap();
    let kinds: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, destination FROM outbox ORDER BY id")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let kinds: Vec<_> = kinds
        .iter()
        .map(|(kind, to)| (kind.as_str(), to.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("code", "c0de"),
            ("invitation", "ab"),
            ("reset", "cd"),
            ("notice", ""),
            ("test", ""),
            ("reminder", ""),
        ]
    );
    connection.close().await.unwrap();
}
