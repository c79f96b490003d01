//! What a sign-in costs beside what it cannot do without: one hash of the password, and commits
//! that are on the disk before anything is answered.

use std::path::Path;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use sqlx::{Connection, SqliteConnection};
use vestibule::service::HashCost;

use crate::measure::{Report, keep_awake, median, timed};
use crate::practice::{PASSWORD, Practice, open};

const ROUNDS: usize = 60;

pub(crate) async fn measure(report: &mut Report) {
    let practice = Practice::new().await;
    let (password, code) = commits_of(&practice).await;
    let folder = tempfile::tempdir().unwrap();
    let mut bare = Bare::new(&folder.path().join("bare.db")).await;

    let awake = keep_awake();
    let (mut sign_ins, mut hashes, mut codes, mut pairs) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        practice.next_step();
        let (first, due) = timed(practice.password()).await;
        let (second, token) = timed(practice.submit(&due, practice.code())).await;
        practice.leave(&token).await;
        sign_ins.push(first + second);
        codes.push(second);
        hashes.push(hash().await + bare.commits(password + code).await);
        pairs.push(bare.commits(2).await);
    }
    report.ratio(
        &format!(
            "sign-in with a code / one hash and {} bare commits",
            password + code
        ),
        (median(sign_ins), median(hashes)),
        1.1,
    );
    let processors = match awake {
        Some(_) => "awake",
        None => "as they are",
    };
    report.ratio(
        &format!("one code looked at / two bare commits, processors {processors}"),
        (median(codes), median(pairs)),
        1.5,
    );
}

/// How often each step of a sign-in commits.
async fn commits_of(practice: &Practice) -> (usize, usize) {
    let log = practice.database().with_extension("db-wal");
    practice.next_step();
    let before = commits_in(&log);
    let due = practice.password().await;
    let between = commits_in(&log);
    let token = practice.submit(&due, practice.code()).await;
    let after = commits_in(&log);
    practice.leave(&token).await;
    (between - before, after - between)
}

/// The commits in a write-ahead log (SQLite file format, 4.1): frames that say how large the
/// database is after them.
fn commits_in(log: &Path) -> usize {
    let bytes = std::fs::read(log).unwrap();
    let page = u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let frames = bytes[32..].chunks_exact(24 + page);
    // Frames of an earlier round of the log have another salt.
    let ours = frames.take_while(|frame| frame[8..16] == bytes[16..24]);
    ours.filter(|frame| frame[4..8] != [0; 4]).count()
}

/// The hash that a password costs, by itself.
async fn hash() -> Duration {
    let HashCost { memory, passes } = HashCost::OWASP;
    let params = Params::new(memory, passes, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let work = tokio::task::spawn_blocking(move || {
        let mut out = [0; 32];
        argon2
            .hash_password_into(PASSWORD.as_bytes(), b"a salt of sixteen", &mut out)
            .unwrap();
        out
    });
    timed(work).await.0
}

/// A database that does nothing but commit.
struct Bare(SqliteConnection);

impl Bare {
    async fn new(file: &Path) -> Self {
        let mut connection = open(file).await;
        for sql in [
            "CREATE TABLE counts (n INTEGER)",
            "INSERT INTO counts VALUES (0)",
        ] {
            sqlx::query(sql).execute(&mut connection).await.unwrap();
        }
        Self(connection)
    }

    async fn commits(&mut self, many: usize) -> Duration {
        let work = async {
            for _ in 0..many {
                let mut tx = self.0.begin().await.unwrap();
                sqlx::query("UPDATE counts SET n = n + 1")
                    .execute(&mut *tx)
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
            }
        };
        timed(work).await.0
    }
}
