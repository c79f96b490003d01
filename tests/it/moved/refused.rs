//! What is taken in, and what is no export.

use secrecy::SecretString;
use vestibule::domain::RecoveryKey;
use vestibule::service::{ImportFault, Keys, NotOpened, SystemRandom, unpack};
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
        "events.n",
        "events.seq",
        "events.seal",
    ];
    for what in Moving::ALL {
        let table = what.name();
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
