//! PostgreSQL's own backup: what is put back by its tools is settled, and nothing that was used since
//! comes back to life.

use std::path::Path;
use std::process::Command;

use vestibule::api::Error;

use crate::clinic::postgres::Database;
use crate::clinic::{Clinic, used};

fn run(program: &str, arguments: &[&str], url: &str, file: &Path) {
    let output = Command::new(program)
        .args(arguments)
        .arg(format!("--dbname={url}"))
        .arg(file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
}

/// Fault 29 and attack 72, as the README tells it.
#[tokio::test]
async fn what_its_own_tools_put_back_is_settled() {
    let (mut clinic, phone) = Clinic::enabled().await;
    let session = clinic.manager().session_by(&phone).await;
    clinic.clock.advance(60);
    let waiting = clinic.manager().code_due().await;
    let dump = clinic.path("dump");
    let to = format!("--file={}", dump.display());
    run(
        "pg_dump",
        &["--format=custom", &to],
        &clinic.server().url(),
        Path::new("--no-owner"),
    );
    // Since then a code was used.
    let code = phone.code();
    clinic.submit(&waiting, &code).await.unwrap();
    clinic.close().await;

    let empty = Database::empty().await;
    run("pg_restore", &["--no-owner"], &empty.url(), &dump);
    clinic.is_now_in(empty).await;
    let service = &clinic.backend.service;
    assert_eq!(service.missing_keys().await, Ok(Vec::new()));
    service.settle_restored().await.unwrap();
    assert_eq!(clinic.admits(&session).await, Err(Error::NotSignedIn));
    let answer = clinic.submit(&waiting, &code).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    let due = clinic.manager().code_due().await;
    assert!(used(&clinic.submit(&due, &code).await));
    clinic.clock.advance(60);
    let session = clinic.manager().session_by(&phone).await;
    clinic.admits(&session).await.unwrap();
    let seals = clinic.backend.service.verify_first_practice().await;
    assert_eq!(seals.unwrap().misfit, None);
}
