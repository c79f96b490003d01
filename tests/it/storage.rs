//! The file under the backend: moved secrets, loose modes, a second writer, a second window.

use sqlx::{Connection, Executor};
use vestibule::api::{Error, Outcome, Secret, SignIn, StartAuthenticator, SubmitCode};

use crate::clinic::{Clinic, MANAGER, PASSWORD, bytes, joined};

/// Attack 84: a secret opens in its own row alone, and never makes "no factor" by not opening.
#[tokio::test]
async fn a_moved_or_altered_secret_signs_nobody_in() {
    let of = |email: &str| {
        format!(
            "(SELECT secret FROM methods JOIN users ON users.id = user_id
                  WHERE email = '{email}' AND until_at IS NULL)"
        )
    };
    let (sam_s, alex_s) = (of("sam@hills.example"), of(MANAGER));
    for (attack, secret) in [
        ("another person's", sam_s.as_str()),
        ("one from before", "(SELECT old FROM thief)"),
        ("another column's", "(SELECT wrapped_keys FROM practices)"),
        ("text", "'secret'"),
        ("half", &format!("substr({alex_s}, 1, 40)")),
        ("more", &joined(&alex_s, &bytes("00"))),
    ] {
        let (clinic, old) = Clinic::enabled().await;
        clinic
            .sql(&format!("CREATE TABLE thief AS SELECT {alex_s} AS old"))
            .await;
        let session = clinic.manager().session_by(&old).await;
        let new = clinic.enrol(&session).await;
        let sam = clinic.hire("sam@hills.example").await;
        let others = clinic.enrol(&sam.session().await).await;
        clinic.clock.advance(60);
        clinic
            .sql(&format!(
                "UPDATE methods SET secret = {secret} WHERE until_at IS NULL AND user_id = '{}'",
                clinic.manager().id().await
            ))
            .await;
        for phone in [&old, &new, &others] {
            let refused = match clinic.manager().sign_in().await {
                Ok(Outcome::Code(due)) => clinic.submit(&due, &phone.code()).await.err(),
                other => other.err(),
            };
            let Some(Error::Internal { .. }) = refused else {
                panic!("{attack}: {refused:?}")
            };
        }
        // Whoever was not touched is not troubled.
        sam.session_by(&others).await;
    }
}

/// Attack 84: a person's last step, not the secret alone, holds against an old copy of the row.
#[tokio::test]
async fn two_rows_that_change_places_open_for_nobody() {
    let (clinic, alex) = Clinic::enabled().await;
    let sam = clinic.hire("sam@hills.example").await;
    let phone = clinic.enrol(&sam.session().await).await;
    clinic.clock.advance(60);
    for change in [
        "CREATE TABLE thief AS SELECT id, secret FROM methods",
        "UPDATE methods SET secret = (SELECT secret FROM thief WHERE thief.id <> methods.id)",
    ] {
        clinic.sql(change).await;
    }
    for (person, phone) in [
        (clinic.manager(), &phone),
        (clinic.manager(), &alex),
        (sam.clone(), &alex),
        (sam.clone(), &phone),
    ] {
        let due = person.code_due().await;
        let answer = clinic.submit(&due, &phone.code()).await;
        assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
    }
}

/// Attack 87: whatever the umask and whatever lay there before, only the owner reads it.
#[cfg(unix)]
#[test]
fn the_files_are_the_owners_alone() {
    const AGAIN: &str = "VESTIBULE_TEST_UNDER_AN_OPEN_UMASK";
    if std::env::var_os(AGAIN).is_none() {
        let myself = std::env::current_exe().unwrap();
        let status = std::process::Command::new("sh")
            .args([
                "-c",
                "umask 000; exec \"$0\" --exact storage::the_files_are_the_owners_alone",
            ])
            .arg(myself)
            .env(AGAIN, "1")
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(modes());
}

#[cfg(unix)]
async fn modes() {
    use std::os::unix::fs::PermissionsExt;
    use vestibule::store::Store;
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let loosen = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("a new folder");
    let file = folder.join("vestibule.db");
    for round in 0..2 {
        let store = Store::open(&file).await.unwrap();
        let mut tx = store.write().await.unwrap();
        tx.forget_tries("nobody", vestibule::domain::Counter::Codes)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(mode(&folder), 0o700);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{} in round {round}", path.display());
            names.push(path.extension().unwrap().to_owned());
        }
        names.sort();
        assert_eq!(names, ["db", "db-shm", "db-wal", "lock"]);
        store.close().await;
        loosen(&folder, 0o777);
        loosen(&file, 0o666);
    }
}

/// Attack 94: another writer holds the file for a moment, then for long.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_writer_makes_nothing_happen_twice() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    let mut writer = clinic.raw().await;

    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    let backend = clinic.backend.clone();
    let (token, code) = (due.token.clone(), Secret::new(phone.wrong(0)));
    let waits = tokio::spawn(async move {
        backend
            .call(
                Some(&token),
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await
    });
    // A write that the waiting call must not lose, and must not see twice.
    writer
        .execute("INSERT INTO events (id, at, kind) VALUES ('x', 0, 'by_another')")
        .await
        .unwrap();
    writer.execute("COMMIT").await.unwrap();
    let answer = waits.await.unwrap();
    assert!(
        matches!(answer, Err(Error::CodeWrong { tries_left: 4 })),
        "{answer:?}"
    );
    assert_eq!(clinic.code_failures().await, 1);

    writer.execute("BEGIN IMMEDIATE").await.unwrap();
    let answer = clinic.submit(&due, &phone.code()).await;
    assert!(matches!(answer, Err(Error::Busy { .. })), "{answer:?}");
    let answer = clinic.manager().sign_in().await.map(|_| ());
    assert!(matches!(answer, Err(Error::Busy { .. })), "{answer:?}");
    writer.execute("ROLLBACK").await.unwrap();
    writer.close().await.unwrap();
    assert_eq!(clinic.code_failures().await, 1);
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// Fault 22 and attack 16: two programs over one file share every counter.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_windows_on_one_file_share_their_counters() {
    let (clinic, phone) = Clinic::enabled().await;
    let windows = [clinic.backend.clone(), clinic.another_window().await];
    let due = clinic.manager().code_due().await;
    let mut set = tokio::task::JoinSet::new();
    for n in 0..60 {
        let backend = windows[n % 2].clone();
        let (token, code) = (due.token.clone(), Secret::new(phone.wrong(n)));
        set.spawn(async move {
            backend
                .call(
                    Some(&token),
                    SubmitCode {
                        code,
                        remember: false,
                    },
                )
                .await
        });
    }
    let answers = set.join_all().await;
    let looked_at = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Error::CodeWrong { .. })))
        .count();
    assert_eq!(looked_at, 5, "{answers:?}");
    assert_eq!(clinic.code_failures().await, 5);

    // A session made in one is known in the other, and so is its end.
    clinic.clock.advance(60);
    let session = clinic.manager().session_by(&phone).await;
    let who = windows[1]
        .call(Some(&session), vestibule::api::WhoAmI {})
        .await;
    assert!(who.is_ok());
    windows[1]
        .call(Some(&session), vestibule::api::SignOut {})
        .await
        .unwrap();
    assert_eq!(clinic.admits(&session).await, Err(Error::NotSignedIn));
}

/// Fault 22: two first runs at once found one practice.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_practice_is_founded_once() {
    let clinic = Clinic::new().await;
    let before = clinic.dump().await;
    let again = vestibule::api::Found {
        practice: "Another".into(),
        name: "Eve Mallory".into(),
        email: "eve@hills.example".into(),
        password: Secret::new("copper 31 wharf lantern"),
        time_zone: "Australia/Sydney".into(),
    };
    let window = clinic.another_window().await;
    let (one, two) = tokio::join!(
        window.call(None, again.clone()),
        clinic.backend.call(None, again)
    );
    for refused in [one.err(), two.err()] {
        // No server has a first run.
        assert!(
            matches!(refused, Some(Error::PracticeExists | Error::NotFound)),
            "{refused:?}"
        );
    }
    assert_eq!(clinic.dump().await, before);
}

/// Attack 86: what is typed is never SQL.
#[tokio::test]
async fn quotes_and_wildcards_are_letters() {
    let clinic = Clinic::new().await;
    for password in ["' OR 1=1 --", "%", "\"; DROP TABLE users; --"] {
        let call = SignIn {
            email: MANAGER.into(),
            password: Secret::new(password),
            computer: None,
            remembered: None,
        };
        let answer = clinic.backend.call(None, call).await.map(|_| ());
        assert_eq!(answer, Err(Error::WrongCredentials));
    }
    assert!(matches!(
        clinic.manager().try_password(PASSWORD).await,
        Ok(Outcome::In(_))
    ));
    let key = clinic
        .call(&clinic.founder, StartAuthenticator::default())
        .await
        .unwrap();
    for code in ["' OR 1=1 --", "1 OR 1=1"] {
        let answer = clinic.prove(&clinic.founder, &key, code).await;
        assert!(matches!(answer, Err(Error::Invalid { .. })), "{answer:?}");
    }
}
