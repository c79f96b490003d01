//! Backup and restore: a copy while it is in use, and nothing spent that comes back to life.

use std::path::Path;

use sqlx::{Connection, Executor};
use vestibule::api::{Error, Secret};
use vestibule::backend::{KeepFault, Opened, UnlockFault};

use crate::clinic::{Clinic, key_in, used};

fn names(clinic: &Clinic) -> Vec<String> {
    let mut names: Vec<_> = clinic
        .files()
        .iter()
        .map(|(path, _)| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| {
            !["-wal", "-shm", ".lock"]
                .iter()
                .any(|end| name.ends_with(end))
        })
        .collect();
    names.sort();
    names
}

/// Attack 87: a copy of what is committed, whole, private, and never over another file.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_is_made_while_the_practice_is_in_use() {
    let (clinic, phone) = Clinic::enabled().await;
    clinic.hire("sam@hills.example").await;
    let before = clinic.dump().await;

    let mut writer = clinic.raw().await;
    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    writer.execute("DELETE FROM memberships").await.unwrap();
    let file = clinic.backup("copy.db").await;
    writer.execute("ROLLBACK").await.unwrap();
    writer.close().await.unwrap();

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(names(&clinic), ["copy.db", "vestibule.db"]);
    let bytes = std::fs::read(&file).unwrap();
    let again = clinic.strange_computer().backup(&file).await;
    assert_eq!(again, Err(KeepFault::Exists(file.clone())));
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
    let nowhere = clinic.path("no such folder").join("copy.db");
    let fault = clinic
        .strange_computer()
        .backup(&nowhere)
        .await
        .unwrap_err();
    assert!(matches!(fault, KeepFault::NotWritten { file, .. } if file == nowhere));

    // The practice goes on, and the copy holds what stood there.
    clinic.manager().session_by(&phone).await;
    clinic.close().await;
    std::fs::rename(&file, clinic.database()).unwrap();
    assert_eq!(clinic.dump().await, before);
}

#[tokio::test]
async fn where_there_is_no_practice_nothing_is_saved() {
    let clinic = Clinic::new().await;
    let file = clinic.path("copy.db");
    clinic
        .sql("PRAGMA foreign_keys = OFF; DELETE FROM practices")
        .await;
    assert_eq!(
        clinic.strange_computer().backup(&file).await,
        Err(KeepFault::NoPractice)
    );
    let mut embedded = clinic.strange_computer();
    embedded.database = clinic.path("absent.db");
    assert_eq!(embedded.backup(&file).await, Err(KeepFault::NoPractice));
    assert_eq!(names(&clinic), ["vestibule.db"]);
}

/// Fault 29, attack 72 and guarantee G2: what was used since the backup, or could be, is dead.
#[tokio::test]
async fn nothing_that_was_used_since_a_backup_comes_back_to_life() {
    let (mut clinic, phone) = Clinic::enabled().await;
    let computer = clinic.computer().await;
    let old = clinic.manager().session_by(&phone).await;
    clinic.clock.advance(60);
    let waiting = clinic.manager().code_due().await;
    let key = clinic
        .call(&old, vestibule::api::StartAuthenticator::default())
        .await
        .unwrap();
    for statement in [
        "INSERT INTO recovery_sets (id, user_id, salt, made_at, ticked_at)
         SELECT 'set', id, X'00', 0, 1 FROM users",
        "INSERT INTO invitations (code_hash, user_id, made_at, ends_at, by_user)
         SELECT 'hash', id, 0, 9999999999999, id FROM users",
        "INSERT INTO codes (id, user_id, practice_id, purpose, challenge, channel, mac, made_at, ends_at)
         SELECT 'code', users.id, practices.id, 'sign_in', 'x', 'email', X'00', 0, 9999999999999
         FROM users, practices",
        "INSERT INTO outbox (id, practice_id, user_id, code_id, channel, destination, sealed,
             state, tried, next_at, made_at, changed_at, ends_at)
         SELECT 'message', practice_id, user_id, id, 'email', 'x', X'00', 'queued', 0, 0, 0, 0,
             9999999999999 FROM codes",
    ] {
        clinic.sql(statement).await;
    }
    let file = clinic.backup("copy.db").await;

    // Since then: the code of now and the one of a phone that is ahead were used.
    let (now, next) = (phone.code(), phone.code_at(phone.step() + 1));
    clinic.submit(&waiting, &now).await.unwrap();
    let due = clinic.manager().code_due().await;
    let new = clinic.submit(&due, &next).await.unwrap();
    clinic.close().await;
    let done = clinic.restore(&file, &computer, None).await.unwrap();
    assert_eq!(done.practice, "Hills Clinic");
    assert_eq!((done.key_replaced, done.home), (false, None));

    clinic.open_again().await;
    for token in [&old, &new, &clinic.founder] {
        assert_eq!(clinic.admits(token).await, Err(Error::NotSignedIn));
    }
    let answer = clinic.submit(&waiting, &now).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    for code in [&now, &next] {
        let due = clinic.manager().code_due().await;
        assert!(used(&clinic.submit(&due, code).await), "{code}");
    }
    for open in [
        "SELECT COUNT(*) FROM recovery_sets WHERE ended_at IS NULL",
        "SELECT COUNT(*) FROM invitations WHERE ended_at IS NULL",
        "SELECT COUNT(*) FROM codes WHERE ended_at IS NULL",
        "SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL OR state <> 'dropped'",
        "SELECT COUNT(*) FROM methods WHERE proven_at IS NULL AND until_at IS NULL",
    ] {
        assert_eq!(clinic.number(open).await, 0, "{open}");
    }
    drop(key);
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'restored' AND practice_id IS NOT NULL";
    assert_eq!(clinic.number(told).await, 1);
    // With the next code that was never open, all is well.
    clinic.clock.advance(60);
    let session = clinic.manager().session_by(&phone).await;
    clinic.admits(&session).await.unwrap();
}

/// What was there is kept under another name, with all that belongs to it.
#[tokio::test]
async fn what_was_there_before_is_kept() {
    let mut clinic = Clinic::new().await;
    let computer = clinic.computer().await;
    let file = clinic.backup("copy.db").await;
    clinic.clock.advance(60);
    clinic.manager().session().await;
    let later = clinic.dump().await;
    clinic.close().await;
    let first = clinic.restore(&file, &computer, None).await.unwrap();
    let first = first.aside.unwrap();
    assert_eq!(first, clinic.path("vestibule before restore.db"));

    // The second time a damaged one lies there, with a log that is somebody else's by now.
    std::fs::write(clinic.database(), b"damaged").unwrap();
    std::fs::write(clinic.path("vestibule.db-wal"), b"of the damaged one").unwrap();
    let second = clinic.restore(&file, &computer, None).await.unwrap();
    let second = second.aside.unwrap();
    assert_eq!(second, clinic.path("vestibule before restore 2.db"));
    assert_eq!(std::fs::read(&second).unwrap(), b"damaged");
    assert!(clinic.path("vestibule before restore 2.db-wal").exists());
    clinic.open_again().await;
    clinic.manager().session().await;

    // And the first one can be had back, as a backup like any other.
    clinic.close().await;
    clinic.restore(&first, &computer, None).await.unwrap();
    clinic.open_again().await;
    let count = |dump: &[(String, String)]| {
        dump.iter()
            .filter(|(column, value)| column == "events.kind" && value != "restored")
            .count()
    };
    assert_eq!(count(&clinic.dump().await), count(&later));
    assert!(!clinic.path("restoring").exists());
}

/// Faults 20 and 26: what is damaged, foreign, empty or newer is refused by its name.
#[tokio::test]
async fn what_is_no_backup_is_refused_and_changes_nothing() {
    let clinic = Clinic::new().await;
    let computer = clinic.computer().await;
    let good = std::fs::read(clinic.backup("copy.db").await).unwrap();
    clinic.close().await;
    let before = std::fs::read(clinic.database()).unwrap();

    let put = |name: &str, bytes: &[u8]| {
        let path = clinic.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle..middle + 4_096].fill(0xff);
    let mut refused = vec![
        put("empty.db", b""),
        put("letter.db", b"a letter to somebody"),
        put("half.db", &good[..good.len() / 2]),
        put("flipped.db", &flipped),
        clinic.path("."),
        #[cfg(unix)]
        "/dev/zero".into(),
    ];
    let no_practice = put("no practice.db", &good);
    change(
        &no_practice,
        "PRAGMA foreign_keys = OFF; DELETE FROM practices",
    )
    .await;
    let foreign = put("foreign.db", b"");
    change(&foreign, "CREATE TABLE recipes (name TEXT)").await;
    refused.extend([no_practice, foreign]);
    for file in refused {
        let fault = clinic.restore(&file, &computer, None).await.unwrap_err();
        assert_eq!(fault, KeepFault::NotABackup(file));
    }
    let newer = put("newer.db", &good);
    change(
        &newer,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99991231, 'newer', 1, X'00', 0)",
    )
    .await;
    let fault = clinic.restore(&newer, &computer, None).await.unwrap_err();
    assert!(matches!(fault, KeepFault::Newer { file, found: 99_991_231, .. } if file == newer));
    let absent = clinic.path("absent.db");
    let fault = clinic.restore(&absent, &computer, None).await.unwrap_err();
    assert!(matches!(fault, KeepFault::NotRead { file, .. } if file == absent));

    assert_eq!(std::fs::read(clinic.database()).unwrap(), before);
    assert!(!clinic.path("restoring").exists());
    assert_eq!(key_in(&computer).await.as_deref(), Some(clinic.key()));
}

/// A program that is put back to the version before puts its copy back too: what is newer than it
/// knows is no hindrance, unless it has moved to a server.
#[tokio::test]
async fn a_copy_comes_back_over_what_a_newer_version_left() {
    let clinic = Clinic::new().await;
    let computer = clinic.computer().await;
    let file = clinic.backup("copy.db").await;
    clinic.close().await;
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99991231, 'newer', 1, X'00', 0)";
    change(&clinic.database(), newer).await;
    change(&clinic.database(), "UPDATE practices SET moved_at = 1").await;
    let fault = clinic.restore(&file, &computer, None).await.unwrap_err();
    assert_eq!(
        fault,
        KeepFault::Open(vestibule::backend::OpenFault::Moved { to: None })
    );
    change(&clinic.database(), "UPDATE practices SET moved_at = NULL").await;
    clinic.restore(&file, &computer, None).await.unwrap();
}

async fn change(path: &Path, sql: &'static str) {
    let url = format!("sqlite://{}", path.display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    connection.execute(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// A window that is open would go on with the file that is moved away.
#[tokio::test]
async fn nothing_is_restored_under_an_open_window() {
    let clinic = Clinic::new().await;
    let computer = clinic.computer().await;
    let file = clinic.backup("copy.db").await;
    let fault = clinic.restore(&file, &computer, None).await.unwrap_err();
    assert_eq!(fault, KeepFault::InUse(clinic.database()));
    clinic.admits(&clinic.founder).await.unwrap();

    // And while it is being restored, no window opens.
    clinic.close().await;
    let ready = computer.restore(&file).await.unwrap();
    let opened = computer.open().await;
    let busy = vestibule::backend::OpenFault::DatabaseBusy(clinic.database());
    assert_eq!(opened.err(), Some(busy));
    ready.finish().await.unwrap();
    let opened = computer.open().await;
    assert!(matches!(opened, Ok(Opened::Ready(..))));
}

/// Attack 85: another practice's backup opens by its own recovery key, which is then kept.
#[tokio::test]
async fn a_backup_under_another_key_asks_for_its_recovery_key() {
    let (theirs, phone) = Clinic::enabled().await;
    let file = theirs.backup("copy.db").await;
    let mut ours = Clinic::new().await;
    let computer = ours.computer().await;
    ours.close().await;

    let mut ready = computer.restore(&file).await.unwrap();
    assert!(ready.needs_recovery_key());
    let wrong = ready.unlock(&ours.recovery_key);
    assert_eq!(wrong, Err(UnlockFault::Wrong));
    let mistyped = ready.unlock(&Secret::new("7K3F-M9QX"));
    assert!(matches!(mistyped, Err(UnlockFault::Mistyped(_))));
    // Given up, all is as it was.
    let given_up = ready.finish().await.unwrap_err();
    assert_eq!(given_up, KeepFault::Key(UnlockFault::Wrong));
    assert_eq!(key_in(&computer).await.as_deref(), Some(ours.key()));
    let opened = computer.open().await;
    let Ok(Opened::Ready(vestibule::backend::Backend::Embedded(service), _)) = opened else {
        panic!("{opened:?}")
    };
    service.close().await;

    let key = Secret::new(
        theirs
            .recovery_key
            .expose()
            .to_lowercase()
            .replace('-', " "),
    );
    let done = ours.restore(&file, &computer, Some(&key)).await.unwrap();
    assert!(done.key_replaced);
    assert_eq!(key_in(&computer).await.as_deref(), Some(theirs.key()));
    // Its people sign in there with what they have.
    ours.open_as(&theirs).await;
    for clinic in [&ours, &theirs] {
        clinic
            .clock
            .set(theirs.now() + jiff::SignedDuration::from_secs(60));
    }
    ours.manager().session_by(&phone).await;
}
