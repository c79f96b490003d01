//! The start: a damaged, newer or foreign file, a key that is lost or another's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use vestibule::api::{Found, Greet, Secret};
use vestibule::backend::{Backend, Embedded, OpenFault, Opened};
use vestibule::keychain::{self, Home, Item, Keychain};
use vestibule::service::{Keys, SystemClock, SystemRandom};

use crate::clinic::service_of;

/// A home folder with a keyring that keeps what it is given.
struct Desk {
    folder: tempfile::TempDir,
    ring: Arc<keyring_core::mock::Store>,
}

impl Desk {
    /// The next question to the keyring is refused.
    fn refuse(&self, refusal: fn() -> keyring_core::Error) {
        let credentials = self.ring.inner.lock().unwrap();
        for credential in credentials.borrow().iter() {
            credential.set_error(refusal());
        }
    }

    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            ring: keyring_core::mock::Store::new().unwrap(),
        }
    }

    fn embedded(&self) -> Embedded {
        Embedded {
            database: self.folder.path().join("data").join("vestibule.db"),
            keychain: Keychain::over(self.ring.clone(), self.key_file()),
            clock: Arc::new(SystemClock),
        }
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("config").join("embedded-keys")
    }

    async fn open(&self) -> Result<Opened, OpenFault> {
        self.embedded().open().await
    }

    async fn fault(&self) -> OpenFault {
        match self.open().await {
            Err(fault) => fault,
            Ok(opened) => panic!("it opened: {opened:?}"),
        }
    }

    async fn key(&self) -> Option<String> {
        use secrecy::ExposeSecret;
        let kept = self
            .embedded()
            .keychain
            .read(Item::EmbeddedKeys)
            .await
            .unwrap();
        kept.map(|(text, _)| text.expose_secret().to_owned())
    }

    /// A desk on which a practice was founded, closed again.
    async fn founded() -> Self {
        let desk = Self::new();
        let (backend, home) = desk.embedded().create().await.unwrap();
        assert_eq!(home, Home::Keyring);
        found(&backend).await;
        close(backend).await;
        desk
    }

    async fn sql(&self, sql: &str) {
        let mut connection = SqliteConnectOptions::new()
            .filename(self.embedded().database)
            .connect()
            .await
            .unwrap();
        connection
            .execute(AssertSqlSafe(sql.to_owned()))
            .await
            .unwrap();
        connection.close().await.unwrap();
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.embedded().database).unwrap()
    }
}

async fn found(backend: &Backend) {
    let call = Found {
        practice: "Hills Clinic".into(),
        name: "Alex Lee".into(),
        email: "alex@hills.example".into(),
        password: Secret::new(crate::clinic::PASSWORD),
        time_zone: "Australia/Sydney".into(),
    };
    backend.call(None, call).await.unwrap();
}

async fn close(backend: Backend) {
    service_of(backend).close().await;
}

#[tokio::test]
async fn a_practice_opens_again_with_its_key() {
    let desk = Desk::new();
    assert!(matches!(desk.open().await, Ok(Opened::FirstRun)));
    assert!(!desk.embedded().database.exists(), "looking makes nothing");
    assert_eq!(desk.key().await, None);

    let desk = Desk::founded().await;
    let Ok(Opened::Ready(backend, Home::Keyring)) = desk.open().await else {
        panic!("it does not open")
    };
    let greeting = backend.call(None, Greet {}).await.unwrap();
    assert_eq!(greeting.practice.as_deref(), Some("Hills Clinic"));
}

/// Fault 19: the key is lost. Nothing is made in its place.
#[tokio::test]
async fn a_lost_key_is_said_and_not_replaced() {
    let mut desk = Desk::founded().await;
    desk.ring = keyring_core::mock::Store::new().unwrap();
    let database = desk.embedded().database;
    let before = desk.bytes();
    assert_eq!(desk.fault().await, OpenFault::KeyMissing(database.clone()));
    let made = desk.embedded().create().await;
    assert_eq!(made.err(), Some(OpenFault::DatabaseBusy(database)));
    assert_eq!(desk.key().await, None);
    assert!(!desk.key_file().exists());
    assert_eq!(desk.bytes(), before);
}

/// Fault 19: another's key, and one that is no key.
#[tokio::test]
async fn a_key_that_does_not_fit_opens_nothing() {
    let desk = Desk::founded().await;
    let database = desk.embedded().database;
    let other = Keys::generate(&SystemRandom).to_text();
    for text in [other, SecretString::from(""), SecretString::from("v1.AAAA")] {
        let keychain = desk.embedded().keychain;
        keychain.write(Item::EmbeddedKeys, &text).await.unwrap();
        assert_eq!(desk.fault().await, OpenFault::KeyWrong(database.clone()));
    }
}

/// The key is there and the database is not: that is no first run, and its key is kept.
#[tokio::test]
async fn a_lost_database_is_no_first_run() {
    let desk = Desk::founded().await;
    let database = desk.embedded().database;
    let key = desk.key().await;
    for empty in [false, true] {
        put(&database, b"");
        if !empty {
            std::fs::remove_file(&database).unwrap();
        }
        let missing = OpenFault::DatabaseMissing(database.clone());
        assert_eq!(desk.fault().await, missing);
        assert_eq!(desk.key().await, key);
    }
}

/// A first run that was cut short is a first run again, and never costs a key that may be the
/// only one to something.
#[tokio::test]
async fn a_first_run_that_was_cut_short_begins_again() {
    let desk = Desk::new();
    let (cut, _) = desk.embedded().create().await.unwrap();
    let key = desk.key().await;
    close(cut).await;
    assert!(matches!(desk.open().await, Ok(Opened::FirstRun)));
    let (backend, _) = desk.embedded().create().await.unwrap();
    assert_eq!(desk.key().await, key);
    found(&backend).await;
    close(backend).await;
    assert!(matches!(desk.open().await, Ok(Opened::Ready(..))));
}

/// Fault 22: two first runs side by side. Whichever founds the practice, its key is the one
/// that is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_first_runs_at_once_share_one_key() {
    for first in [true, false] {
        let desk = Desk::new();
        let embedded = desk.embedded();
        let (one, two) = tokio::join!(embedded.create(), embedded.create());
        let (one, two) = (one.unwrap().0, two.unwrap().0);
        found(if first { &one } else { &two }).await;
        close(one).await;
        close(two).await;
        assert!(matches!(desk.open().await, Ok(Opened::Ready(..))));
    }
}

/// Fault 18: a locked or failing keyring is said, and nothing is made in its place.
#[tokio::test]
async fn a_locked_keyring_is_said_and_bypassed_by_nothing() {
    let refusals: [fn() -> keyring_core::Error; 2] = [
        || keyring_core::Error::NoStorageAccess("locked".into()),
        || keyring_core::Error::PlatformFailure("stalled".into()),
    ];
    for (refusal, expected) in refusals
        .iter()
        .zip([keychain::Fault::Locked, keychain::Fault::Silent])
    {
        let desk = Desk::founded().await;
        let before = desk.bytes();
        desk.refuse(*refusal);
        assert_eq!(desk.fault().await, OpenFault::Keyring(expected));
        assert_eq!(desk.bytes(), before);
        assert!(!desk.key_file().exists());
        assert!(
            matches!(desk.open().await, Ok(Opened::Ready(..))),
            "and again: {expected:?}"
        );
    }
}

/// Fault 26: a newer schema is named, and nothing is written.
#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let desk = Desk::founded().await;
    desk.sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99991231, 'newer', 1, X'00', 0)",
    )
    .await;
    let before = desk.bytes();
    let fault = desk.fault().await;
    let OpenFault::DatabaseNewer { found, known } = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(found, 99_991_231);
    assert!(known < found);
    assert_eq!(desk.bytes(), before);
}

/// Fault 20: what is no database of ours is refused and stays as it was, byte for byte.
#[tokio::test]
async fn a_file_that_is_not_ours_is_refused_and_left_alone() {
    let desk = Desk::founded().await;
    let database = desk.embedded().database;
    let good = desk.bytes();
    let mut magic = good.clone();
    magic[0] = b'X';
    let mut zeroed = good.clone();
    zeroed[..4_096].fill(0);
    for bytes in [
        b"not a database, but somebody's letter".to_vec(),
        vec![0; good.len()],
        magic,
        zeroed,
        good[..good.len() / 2].to_vec(),
        good[..4_096 + 100].to_vec(),
        good[..50].to_vec(),
        foreign(desk.folder.path()).await,
    ] {
        put(&database, &bytes);
        let fault = desk.fault().await;
        assert_eq!(
            fault,
            OpenFault::DatabaseDamaged(database.clone()),
            "{}",
            bytes.len()
        );
        assert_eq!(desk.bytes(), bytes);
    }
    put(&database, &good);
    assert!(matches!(desk.open().await, Ok(Opened::Ready(..))));
}

/// The bytes of a database of some other program.
async fn foreign(folder: &Path) -> Vec<u8> {
    let path = folder.join("foreign.db");
    let mut connection = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    let make = "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('scones')";
    connection.execute(make).await.unwrap();
    connection.close().await.unwrap();
    std::fs::read(path).unwrap()
}

fn put(database: &Path, bytes: &[u8]) {
    for side in ["-wal", "-shm"] {
        let mut path = database.as_os_str().to_owned();
        path.push(side);
        let _ = std::fs::remove_file(path);
    }
    std::fs::write(database, bytes).unwrap();
}

/// Fault 20: a flipped byte anywhere: it opens or is refused, never a panic, never a first run,
/// and a refusal leaves the file as it was.
#[tokio::test]
async fn a_flipped_byte_is_refused_or_does_no_harm() {
    let desk = Desk::founded().await;
    let database = desk.embedded().database;
    let good = desk.bytes();
    let mut refused = 0;
    let header = 0..100;
    let spread = (0..100).map(|n| 100 + n * (good.len() - 101) / 100);
    for at in header.chain(spread) {
        let mut bytes = good.clone();
        bytes[at] ^= 0xff;
        put(&database, &bytes);
        match desk.open().await {
            Ok(Opened::Ready(backend, _)) => {
                let _ = backend.call(None, Greet {}).await;
                close(backend).await;
            }
            Ok(Opened::FirstRun) => panic!("a damaged practice at {at} became a first run"),
            Err(_) => {
                refused += 1;
                assert_eq!(desk.bytes(), bytes, "changed although refused at {at}");
            }
        }
    }
    assert!(refused > 20, "{refused}");
}

/// Attack 87: a path with letters that mean something in an address is still that path.
#[tokio::test]
async fn a_strange_path_is_only_a_path() {
    let desk = Desk::new();
    let mut embedded = desk.embedded();
    embedded.database = desk
        .folder
        .path()
        .join("100% a?mode=memory&b#c %41 \u{e9}'")
        .join("vestibule.db");
    let (backend, _) = embedded.create().await.unwrap();
    found(&backend).await;
    close(backend).await;
    assert!(embedded.database.metadata().unwrap().len() > 4_096);
    let opened = embedded.open().await;
    assert!(matches!(opened, Ok(Opened::Ready(..))), "{opened:?}");
}
