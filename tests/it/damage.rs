//! A file that power loss cut short or that a disk has changed (faults 3 and 20).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::test_runner::{RngAlgorithm, TestRng};
use vestibule::api::{Outcome, Secret, SignIn, SubmitCode};
use vestibule::backend::Backend;
use vestibule::service::SystemRandom;
use vestibule::store::Fault;

use crate::clinic::{Clinic, MANAGER, PASSWORD, Phone, Window};

/// Numbers that are the same in every run.
struct Numbers(TestRng);

impl Numbers {
    fn of(seed: u8) -> Self {
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
    }

    fn below(&mut self, end: usize) -> usize {
        use proptest::prelude::Rng;
        (self.0.next_u64() % end as u64) as usize
    }
}

fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// A database as it is found after the computer went off.
fn put(folder: &Path, database: &[u8], log: &[u8]) -> PathBuf {
    let path = folder.join("vestibule.db");
    for entry in std::fs::read_dir(folder).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    std::fs::write(&path, database).unwrap();
    if !log.is_empty() {
        std::fs::write(log_of(&path), log).unwrap();
    }
    path
}

async fn close(window: Window) {
    window.service.close().await;
}

/// What was found in a file by the product, and by SQLite past it.
async fn found(clinic: &Clinic, path: &Path) -> (i64, i64) {
    use sqlx::{ConnectOptions, Connection};
    let window = clinic.window_over(path, Arc::new(SystemRandom)).await;
    close(window.unwrap()).await;
    let mut file = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut file)
        .await
        .unwrap();
    assert_eq!(whole, "ok");
    let found = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM sessions), (SELECT MAX(last_step) FROM methods)",
    );
    let found = found.fetch_one(&mut file).await.unwrap();
    file.close().await.unwrap();
    found
}

/// A practice in which ten sign-ins were answered: the log after each, with its sessions and its
/// last spent step.
async fn ten_sign_ins(clinic: &Clinic, phone: &Phone) -> Vec<(usize, (i64, i64))> {
    let mut answered = Vec::new();
    for _ in 0..10 {
        clinic.clock.advance(60);
        clinic.manager().session_by(phone).await;
        let length = log_of(&clinic.database()).metadata().unwrap().len();
        let sessions = clinic.number("SELECT COUNT(*) FROM sessions").await;
        let step = clinic.number("SELECT MAX(last_step) FROM methods").await;
        answered.push((usize::try_from(length).unwrap(), (sessions, step)));
    }
    answered
}

/// Fault 3: the power goes while the log is written. It ends anywhere, in zeros or in rubbish, but
/// never before what was answered (`unsynced` in `disk`): the file is whole, every answered
/// sign-in stands, and its code stays spent.
#[tokio::test]
async fn after_a_power_loss_every_answered_sign_in_stands() {
    let (clinic, phone) = Clinic::enabled().await;
    clinic.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let answered = ten_sign_ins(&clinic, &phone).await;
    let database = std::fs::read(clinic.database()).unwrap();
    let log = std::fs::read(log_of(&clinic.database())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers::of(3);
    for round in 0..60 {
        let cut = numbers.below(log.len() + 1);
        let mut torn = log[..cut].to_vec();
        match round % 3 {
            0 => {}
            1 => torn.resize(log.len(), 0),
            _ => torn.extend((cut..log.len()).map(|_| numbers.below(256) as u8)),
        }
        let path = put(folder.path(), &database, &torn);
        let (sessions, step) = found(&clinic, &path).await;
        let stands = answered.iter().rev().find(|(length, _)| *length <= cut);
        let (least, spent) = stands.map_or((0, 0), |(_, held)| *held);
        assert!(
            sessions >= least && sessions <= least + 1 && step >= spent,
            "{sessions} of {least}, {step} of {spent}, cut at {cut}"
        );
    }
}

/// Fault 3: the power goes while the log is brought into the file. Any of its pages may be old,
/// new or torn; the log has all of them.
#[tokio::test]
async fn a_power_loss_while_the_log_is_brought_in_loses_nothing() {
    let (clinic, phone) = Clinic::enabled().await;
    clinic.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let answered = ten_sign_ins(&clinic, &phone).await;
    let (_, all) = *answered.last().unwrap();
    let log = std::fs::read(log_of(&clinic.database())).unwrap();
    let old = std::fs::read(clinic.database()).unwrap();
    clinic.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let new = std::fs::read(clinic.database()).unwrap();
    assert_ne!(old, new);
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers::of(4);
    for _ in 0..40 {
        let mut mixed = old.clone();
        mixed.resize(new.len().max(old.len()), 0);
        for page in (0..new.len()).step_by(4_096) {
            let written = numbers.below(3) * 2_048;
            mixed[page..page + written].copy_from_slice(&new[page..page + written]);
        }
        let path = put(folder.path(), &mixed, &log);
        assert_eq!(found(&clinic, &path).await, all);
    }
}

/// Fault 20: where one bit makes the type of a column no text, the file is refused: a statement
/// over it might never be answered.
#[tokio::test]
async fn a_schema_that_is_no_text_is_refused() {
    let clinic = Clinic::new().await;
    clinic.close().await;
    let good = std::fs::read(clinic.database()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut refused = 0;
    for (at, word) in good.windows(5).enumerate() {
        if !word.starts_with(b" ") || ![&b"TEXT"[..], b"BIGI", b"INTE"].contains(&&word[1..]) {
            continue;
        }
        let mut bytes = good.clone();
        bytes[at + 1] |= 0x80;
        let path = put(folder.path(), &bytes, &[]);
        let fault = clinic.window_over(&path, Arc::new(SystemRandom)).await;
        assert!(matches!(fault, Err(Fault::Damaged(_))), "at {at}");
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        refused += 1;
    }
    assert!(refused > 100, "{refused}");
}

/// Fault 20: bytes that changed anywhere in a practice's file. It is refused and left as it was,
/// or it opens; then nobody is in who lacks the password or the code.
#[tokio::test]
async fn two_hundred_damaged_files_let_nobody_in() {
    let (clinic, phone) = Clinic::enabled().await;
    for name in ["sam", "kim", "ella"] {
        let person = clinic.hire(&format!("{name}@hills.example")).await;
        clinic.enrol(&person.session().await).await;
    }
    clinic.clock.advance(60);
    clinic.close().await;
    let good = std::fs::read(clinic.database()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers::of(20);
    let (mut refused, mut in_all_the_same) = (0, 0);
    for round in 0..200 {
        let mut bytes = good.clone();
        for _ in 0..=(round % 4) * 8 {
            let at = numbers.below(bytes.len());
            bytes[at] ^= 1 << numbers.below(8);
        }
        let path = put(folder.path(), &bytes, &[]);
        match clinic.window_over(&path, Arc::new(SystemRandom)).await {
            Ok(window) => {
                in_all_the_same += usize::from(tried(&window, &phone).await);
                close(window).await;
            }
            Err(fault) => {
                refused += 1;
                assert!(matches!(fault, Fault::Damaged(_)), "{fault:?}");
                assert_eq!(std::fs::read(&path).unwrap(), bytes);
            }
        }
    }
    assert!(
        refused > 20 && in_all_the_same > 20,
        "{refused}, {in_all_the_same}"
    );
}

/// Whether the right password and code get in; the wrong ones never do.
async fn tried(window: &Backend, phone: &Phone) -> bool {
    let sign_in = |password: &str| SignIn {
        email: MANAGER.into(),
        password: Secret::new(password),
        computer: None,
        remembered: None,
    };
    let wrong = window.call(None, sign_in("not it at all")).await;
    assert!(wrong.is_err(), "{wrong:?}");
    let due = match window.call(None, sign_in(PASSWORD)).await {
        Ok(Outcome::Code(due)) => due,
        other => {
            assert!(!matches!(other, Ok(Outcome::In(_))), "{other:?}");
            return false;
        }
    };
    for (code, right) in [(phone.wrong(0), false), (phone.code(), true)] {
        let code = Secret::new(code);
        let answer = window
            .call(
                Some(&due.token),
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await;
        if answer.is_ok() {
            assert!(right, "{answer:?}");
            return true;
        }
    }
    false
}
