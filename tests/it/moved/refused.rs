//! What is taken in, and what is no export.

use secrecy::SecretString;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use vestibule::domain::RecoveryKey;
use vestibule::service::{ImportFault, Imported, Keys, NotOpened, SystemRandom, unpack};
use vestibule::store::Moving;

use super::Stage;
use crate::clinic::{Clinic, MANAGER};

/// What stays behind of the tables that move is said here, and nothing else does.
#[tokio::test]
async fn every_column_of_a_table_moves_or_stays_behind_on_purpose() {
    let computer = Clinic::on_one_computer().await;
    let stays = [
        "practices.moved_at",
        "practices.moved_to",
        "methods.replaces",
        "events.n",
        "events.seq",
        "events.seal",
    ];
    for what in Moving::ALL {
        let table = what.as_str();
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns = computer.sql(&columns).await;
        assert!(!columns.is_empty(), "{table}");
        for column in &columns {
            let column = &column[0];
            let named = format!("{table}.{column}");
            let moves = what.column(column).is_some();
            assert_ne!(moves, stays.contains(&named.as_str()), "{named}");
        }
    }
}

/// Faults 20 and 26: what is no export, is damaged, or was never retired is refused.
#[tokio::test]
async fn what_is_no_export_is_refused() {
    let stage = Stage::new().await;
    let before = stage.server.dump().await;
    // A backup: its practice goes on where it is.
    let backup = stage.computer.backup("copy.db").await;
    let keys = || Keys::parse(&SecretString::from(stage.computer.key())).unwrap();
    let from = stage.source(&backup, keys()).await;
    let refused = stage.server.backend.service.import(&from).await;
    assert_eq!(refused, Err(ImportFault::NotExported));
    from.close().await;

    let file = stage.computer.path("export");
    let key = stage.export(&file).await.unwrap();
    let key = RecoveryKey::parse(key.expose()).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let backup = std::fs::read(backup).unwrap();
    assert_eq!(unpack(&backup, &key).err(), Some(NotOpened::NoExport));
    let half = unpack(&whole[..whole.len() / 2], &key);
    assert_eq!(half.err(), Some(NotOpened::KeyWrong));
    // Nothing of it can be read without its key.
    for word in [MANAGER, "Hills Clinic", "SQLite format"] {
        let found = whole
            .windows(word.len())
            .any(|part| part == word.as_bytes());
        assert!(!found, "{word}");
    }

    // A secret that was changed there.
    let (_, database) = unpack(&whole, &key).unwrap();
    let path = stage.computer.path("changed.db");
    std::fs::write(&path, &*database).unwrap();
    let from = stage.source(&path, Keys::generate(&SystemRandom)).await;
    let refused = stage.server.backend.service.import(&from).await;
    assert!(
        matches!(refused, Err(ImportFault::Damaged(_))),
        "{refused:?}"
    );
    assert_eq!(stage.server.dump().await, before);
}

/// Attacks 57 and 88: whoever has the keys of a file can write anything into it. What is about
/// another practice, or about somebody who is here already, is taken in from nowhere.
#[tokio::test]
async fn no_row_reaches_a_practice_or_a_person_that_is_here_already() {
    let stage = Stage::new().await;
    let one = async |sql: &str| stage.server.sql(sql).await[0][0].clone();
    let practice = one("SELECT id FROM practices").await;
    let owner = one("SELECT id FROM users WHERE email = 'owner@other.example'").await;
    let before = stage.server.dump().await;

    let file = stage.computer.path("export");
    let key = stage.export(&file).await.unwrap();
    let key = RecoveryKey::parse(key.expose()).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let user = "(SELECT id FROM users LIMIT 1)";
    let ours = "(SELECT id FROM practices LIMIT 1)";
    let set = format!(
        "INSERT INTO recovery_sets (id, user_id, salt, made_at, ticked_at) VALUES ('s', '{owner}', x'00', 1, 1)"
    );
    for sql in [
        format!("UPDATE memberships SET practice_id = '{practice}' WHERE user_id = {user}"),
        format!("UPDATE memberships SET user_id = '{owner}' WHERE user_id = {user}"),
        format!("UPDATE memberships SET by_user = '{owner}'"),
        format!("UPDATE memberships SET until_by = '{owner}'"),
        format!("UPDATE methods SET user_id = '{owner}'"),
        format!("UPDATE rules SET practice_id = '{practice}'"),
        format!("UPDATE events SET practice_id = '{practice}' WHERE n = 1"),
        format!("UPDATE events SET actor = '{owner}' WHERE n = 1"),
        format!("UPDATE words SET user_id = '{owner}'"),
        format!(
            "INSERT INTO deliveries (id, practice_id, channel, settings, from_at, by_user)
             VALUES ('d', '{practice}', 'sms', '{{}}', 1, {user})"
        ),
        format!(
            "INSERT INTO requirements (id, user_id, source, from_at, by_user)
             VALUES ('r', '{owner}', 'full_access', 1, {user})"
        ),
        format!(
            "INSERT INTO allowed_methods (id, practice_id, decided, before, bites_at, from_at,
                                          by_user)
             VALUES ('a', '{practice}', '', '', 1, 1, {user})"
        ),
        format!("INSERT INTO notices (id, user_id, at, kind) VALUES ('n', '{owner}', 1, 'reset')"),
        format!(
            "INSERT INTO new_addresses (id, user_id, email, by_user, from_at, ends_at, until_at)
             VALUES ('a', '{owner}', 'a@other.example', {user}, 1, 2, 2)"
        ),
        format!(
            "INSERT INTO practices (id, name, time_zone, made_at, wrapped_keys, key_id)
             SELECT 'other', name, time_zone, made_at + 1, wrapped_keys, key_id FROM practices
             WHERE id = {ours}"
        ),
        set,
    ] {
        let refused = changed(&stage, (&whole, &key), &sql).await;
        let about = "is about something else";
        assert!(
            matches!(&refused, Err(ImportFault::Damaged(why)) if why.contains(about)),
            "{sql}: {refused:?}"
        );
        assert_eq!(stage.server.dump().await, before, "{sql}");
    }
    // Nor in another spelling of an address, nor as what failures are counted under.
    for sql in [
        "UPDATE users SET email = 'OWNER@other.example' WHERE email = 'sam@hills.example'".into(),
        format!("UPDATE users SET id = 'place {owner}' WHERE email = 'sam@hills.example'"),
    ] {
        let refused = changed(&stage, (&whole, &key), &sql).await;
        let damaged = matches!(refused, Err(ImportFault::Damaged(_)));
        assert!(damaged, "{sql}: {refused:?}");
        assert_eq!(stage.server.dump().await, before, "{sql}");
    }
    // An entry about nobody of the file is taken in, and is about nobody here either.
    let sql = format!("UPDATE events SET subject = '{owner}' WHERE n = 1");
    let taken = changed(&stage, (&whole, &key), &sql).await.unwrap();
    assert_eq!(taken.practice, "Hills Clinic");
    let about = format!(
        "SELECT COUNT(*) FROM events WHERE subject = '{owner}' AND practice_id <> '{practice}'"
    );
    assert_eq!(stage.server.number(&about).await, 0);
}

/// What becomes of an export in which somebody wrote this.
async fn changed(
    stage: &Stage,
    (whole, key): (&[u8], &RecoveryKey),
    sql: &str,
) -> Result<Imported, ImportFault> {
    let (keys, database) = unpack(whole, key).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.db");
    std::fs::write(&path, &*database).unwrap();
    let file = SqliteConnectOptions::new()
        .filename(&path)
        .foreign_keys(false);
    let mut file = file.connect().await.unwrap();
    let done = file.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
    file.close().await.unwrap();
    let from = stage.source(&path, keys).await;
    let refused = stage.server.backend.service.import(&from).await;
    from.close().await;
    refused
}
