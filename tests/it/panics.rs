//! A panic inside a call (fault 33): an answer like every fault, and nothing half written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use vestibule::api::{Error, Secret, SubmitCode};
use vestibule::backend::Backend;
use vestibule::domain::Random;
use vestibule::service::SystemRandom;

use crate::clinic::{Clinic, PASSWORD};

/// Randomness that panics when it is asked this many more times, with what somebody typed.
#[derive(Debug)]
struct Brittle(AtomicI64);

impl Random for Brittle {
    fn fill(&self, bytes: &mut [u8]) {
        assert!(self.0.fetch_sub(1, Ordering::SeqCst) != 0, "{PASSWORD}");
        SystemRandom.fill(bytes);
    }
}

async fn submit(window: &Backend, due: &vestibule::api::CodeDue, code: &str) -> Result<(), Error> {
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
    answer.map(|_| ())
}

/// Wherever it panics, in the middle of a transaction too: the answer is a number of the log, the
/// code is not spent, no session is left, and the next call of anybody is served.
#[tokio::test]
async fn a_call_that_panics_is_answered_and_leaves_nothing_half_written() {
    let (clinic, phone) = Clinic::enabled().await;
    let brittle = Arc::new(Brittle(AtomicI64::new(-1)));
    let window = clinic.another_random(brittle.clone()).await;
    let mut panicked = 0;
    for after in 0.. {
        clinic.clock.advance(60);
        let due = clinic.manager().code_due().await;
        let before = clinic.dump().await;
        brittle.0.store(after, Ordering::SeqCst);
        let answer = submit(&window, &due, &phone.code()).await;
        brittle.0.store(-1, Ordering::SeqCst);
        if answer.is_ok() {
            break;
        }
        panicked += 1;
        assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
        let counted = |dump: Vec<(String, String)>| -> Vec<_> {
            let tries = |column: &String| column.starts_with("tries.") || column == "waiting.tries";
            dump.into_iter()
                .filter(|(column, _)| !tries(column))
                .collect()
        };
        assert_eq!(counted(clinic.dump().await), counted(before));
        // More often than there are connections, and than there are places at a core.
        for _ in 0..8 {
            clinic.admits(&clinic.founder).await.unwrap();
        }
        submit(&window, &due, &phone.code()).await.unwrap();
    }
    assert!(panicked > 2, "{panicked}");
}

/// The text of a panic may be made of what somebody typed: it is not told, its place is.
#[test]
fn a_panic_tells_its_place_and_nothing_that_was_typed() {
    const AGAIN: &str = "VESTIBULE_TEST_PANICS";
    if std::env::var_os(AGAIN).is_some() {
        vestibule::panics::tell_places_only();
        let typed = format!("{PASSWORD}é");
        let cut = std::panic::catch_unwind(|| typed[..PASSWORD.len() + 1].len());
        assert!(cut.is_err());
        let formatted = std::panic::catch_unwind(|| assert_eq!(typed, "something else"));
        assert!(formatted.is_err());
        let written = std::panic::catch_unwind(|| panic!("written in the source"));
        assert!(written.is_err());
        return;
    }
    let name = "panics::a_panic_tells_its_place_and_nothing_that_was_typed";
    let done = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(AGAIN, "1")
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&done.stdout);
    let err = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && out.contains("1 passed"), "{out}");
    assert_eq!(
        err.matches("panicked at tests/it/panics.rs:").count(),
        3,
        "{err}"
    );
    assert!(err.contains("written in the source"), "{err}");
    assert!(
        !err.contains("kelp") && !err.contains("something else"),
        "{err}"
    );
}
