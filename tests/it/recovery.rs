//! Recovery codes: ten, each once, a set from the tick on.

mod replacing;

use vestibule::api::{
    Ack, CodeDue, Error, Fault, Field, KeepRecoveryCodes, MakeRecoveryCodes, Outcome,
    RecoveryCodes, RecoveryDue, Reset, Secret, StepUp, SubmitRecoveryCode, Token, Way,
};
use vestibule::domain::RecoveryCode;

use crate::clinic::{Clinic, PASSWORD, Phone};
use crate::rounds;

pub(crate) async fn make(clinic: &Clinic, token: &Token) -> RecoveryCodes {
    clinic.call(token, MakeRecoveryCodes {}).await.unwrap()
}

pub(crate) async fn keep(
    clinic: &Clinic,
    token: &Token,
    codes: &RecoveryCodes,
) -> Result<Ack, Error> {
    let set = codes.set.clone();
    clinic.call(token, KeepRecoveryCodes { set }).await
}

/// A manager with an authenticator and a ticked set.
async fn with_codes() -> (Clinic, Phone, Vec<Secret>) {
    let (clinic, phone) = Clinic::enabled().await;
    let made = make(&clinic, &clinic.founder).await;
    keep(&clinic, &clinic.founder, &made).await.unwrap();
    (clinic, phone, made.codes)
}

async fn submit(clinic: &Clinic, due: &CodeDue, code: &str) -> Result<(Token, u32), Error> {
    let code = Secret::new(code);
    match clinic.call(&due.token, SubmitRecoveryCode { code }).await? {
        Outcome::In(admitted) => match admitted.recovery {
            Some(RecoveryDue::Used { left, few }) => {
                assert_eq!(few, left <= 3, "{left} left");
                Ok((admitted.token, left))
            }
            other => panic!("not told what is left: {other:?}"),
        },
        other => panic!("a right code led to {other:?}"),
    }
}

fn wrong<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::CodeWrong { .. }))
}

#[tokio::test]
async fn a_recovery_code_opens_once_and_says_how_many_are_left() {
    let (clinic, phone, codes) = with_codes().await;
    let due = clinic.manager().code_due().await;
    assert!(due.challenge.recovery);
    let (token, left) = submit(&clinic, &due, codes[4].expose()).await.unwrap();
    assert_eq!(left, 9);
    clinic.admits(&token).await.unwrap();
    let due = clinic.manager().code_due().await;
    assert!(wrong(&submit(&clinic, &due, codes[4].expose()).await));
    // As it is typed from paper: lower case, other gaps, letters that look like digits.
    let typed = codes[5].expose().to_lowercase().replace('-', " ");
    let typed = typed.replace('0', "o").replace('1', "l");
    submit(&clinic, &due, &typed).await.unwrap();
    // The authenticator is as it was.
    let due = clinic.manager().code_due().await;
    clinic.submit(&due, &phone.code()).await.unwrap();
}

#[tokio::test]
async fn a_set_counts_from_the_tick_on_and_kills_the_one_before() {
    let (clinic, _phone, old) = with_codes().await;
    let unticked = make(&clinic, &clinic.founder).await;
    let due = clinic.manager().code_due().await;
    let answer = submit(&clinic, &due, unticked.codes[0].expose()).await;
    assert!(wrong(&answer), "a set that was not ticked opens nothing");
    submit(&clinic, &due, old[0].expose()).await.unwrap();

    // Of two that are shown, the newer one alone can be ticked.
    let newer = make(&clinic, &clinic.founder).await;
    let stale = keep(&clinic, &clinic.founder, &unticked).await;
    assert_eq!(stale, Err(Error::Stale));
    keep(&clinic, &clinic.founder, &newer).await.unwrap();
    let due = clinic.manager().code_due().await;
    assert!(wrong(&submit(&clinic, &due, old[1].expose()).await));
    submit(&clinic, &due, newer.codes[1].expose())
        .await
        .unwrap();
    let twice = keep(&clinic, &clinic.founder, &newer).await;
    assert_eq!(twice, Err(Error::Stale));
}

/// ASVS 7.5: a set is made after a step-up only, and only by somebody Enabled.
#[tokio::test]
async fn making_a_set_needs_a_step_up_and_a_method() {
    let (clinic, phone) = Clinic::enabled().await;
    let token = clinic.manager().session_by(&phone).await;
    clinic.clock.advance(5 * 60 + 1);
    let answer = clinic.call(&token, MakeRecoveryCodes {}).await;
    assert_eq!(answer.unwrap_err(), Error::StepUpNeeded);
    let token = clinic.step_up(&token, Some(&phone.code())).await.unwrap();
    make(&clinic, &token).await;

    let sam = clinic.hire("sam@hills.example").await;
    let token = sam.session().await;
    let answer = clinic.call(&token, MakeRecoveryCodes {}).await;
    assert!(
        matches!(answer, Err(Error::NotAllowed { .. })),
        "{answer:?}"
    );
}

/// Attack 42.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_sign_ins_with_one_code_one_gets_in() {
    let (clinic, _phone, codes) = with_codes().await;
    let mut dues = Vec::new();
    for _ in 0..12 {
        dues.push(clinic.manager().code_due().await);
    }
    let tries: Vec<_> = dues
        .into_iter()
        .map(|due| {
            let (backend, code) = (clinic.backend.clone(), codes[0].clone());
            tokio::spawn(async move {
                let call = SubmitRecoveryCode { code };
                backend.call(Some(&due.token), call).await
            })
        })
        .collect();
    let mut in_ = 0;
    for tried in tries {
        match tried.await.unwrap() {
            Ok(Outcome::In(_)) => in_ += 1,
            Err(Error::CodeWrong { .. } | Error::Wait { .. } | Error::Busy { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(in_, 1);
    let used = "SELECT COUNT(*) FROM recovery_codes WHERE used_at IS NOT NULL";
    assert_eq!(clinic.number(used).await, 1);
}

/// Attack 43: no session, then no spent code.
#[tokio::test]
async fn a_session_that_cannot_be_written_spends_no_recovery_code() {
    let (clinic, _phone, codes) = with_codes().await;
    let due = clinic.manager().code_due().await;
    clinic.refuse_rows("sessions").await;
    let answer = submit(&clinic, &due, codes[0].expose()).await;
    assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
    clinic.take_rows("sessions").await;
    submit(&clinic, &due, codes[0].expose()).await.unwrap();
}

/// Attack 44: 80 bits each, and nothing of them in the database but hashes.
#[tokio::test]
async fn codes_are_kept_as_hashes_alone() {
    let (clinic, _phone, codes) = with_codes().await;
    assert_eq!(codes.len(), 10);
    for code in &codes {
        let letters = RecoveryCode::parse(code.expose()).unwrap();
        assert_eq!(letters.expose().len() * 5, 80);
        for (place, value) in clinic.dump().await {
            assert!(!value.contains(code.expose()), "{place}");
            assert!(!value.contains(letters.expose()), "{place}");
        }
        for (path, bytes) in clinic.files() {
            let found = bytes
                .windows(16)
                .any(|window| window == letters.expose().as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}

/// Attack 45: a counter of its own with the same figures, open while codes are stopped.
#[tokio::test]
async fn guessing_recovery_codes_has_its_own_waits_and_stop() {
    let (clinic, phone, codes) = with_codes().await;
    let guess = "0000-0000-0000-0000";
    let mut looked_at = 0;
    loop {
        let due = clinic.manager().code_due().await;
        match submit(&clinic, &due, guess).await {
            Err(Error::CodeWrong { .. }) => looked_at += 1,
            Err(Error::Wait { until }) => {
                clinic.clock.set(until);
                continue;
            }
            Err(Error::Stopped) => {
                // The attempt ends with it.
                let again = submit(&clinic, &due, codes[0].expose()).await;
                assert_eq!(again.unwrap_err(), Error::ChallengeEnded);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 50);
    assert_eq!(clinic.code_failures().await, 0, "codes are counted apart");
    let due = clinic.manager().code_due().await;
    clinic.submit(&due, &phone.code()).await.unwrap();
    // A completed sign-in sets both counters back.
    let due = clinic.manager().code_due().await;
    submit(&clinic, &due, codes[0].expose()).await.unwrap();
}

#[tokio::test]
async fn a_recovery_code_opens_while_codes_are_stopped_and_lifts_the_stop() {
    let (clinic, phone, codes) = with_codes().await;
    let due = clinic.manager().code_due().await;
    let user = clinic.manager().id().await;
    clinic
        .sql(&format!(
            "INSERT INTO tries (subject, counter, failures, changed_at)
             VALUES ('{user}', 'codes', 50, 0)
             ON CONFLICT (subject, counter) DO UPDATE SET failures = excluded.failures"
        ))
        .await;
    let stopped = clinic.submit(&due, &phone.code()).await;
    assert_eq!(stopped, Err(Error::Stopped));
    submit(&clinic, &due, codes[0].expose()).await.unwrap();
    let due = clinic.manager().code_due().await;
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// Attack 46: once the tick is answered, no code of the old set opens anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_set_and_an_old_code_at_once_never_both_hold() {
    for _ in 0..rounds(10, 500) {
        let (clinic, _phone, old) = with_codes().await;
        let due = clinic.manager().code_due().await;
        let made = make(&clinic, &clinic.founder).await;
        let (backend, code) = (clinic.backend.clone(), old[0].clone());
        let used = tokio::spawn(async move {
            let call = SubmitRecoveryCode { code };
            backend.call(Some(&due.token), call).await
        });
        keep(&clinic, &clinic.founder, &made).await.unwrap();
        let due = clinic.manager().code_due().await;
        let after = submit(&clinic, &due, old[1].expose()).await;
        assert!(wrong(&after), "{after:?}");
        let (made, opened) = ("recovery_codes_made", "recovery_code_used");
        let order = match used.await.unwrap() {
            Ok(Outcome::In(_)) => vec![[made], [opened], [made]],
            Err(Error::CodeWrong { .. }) => vec![[made], [made]],
            other => panic!("{other:?}"),
        };
        let acts = format!("SELECT kind FROM events WHERE kind IN ('{made}', '{opened}')");
        assert_eq!(clinic.sql(&format!("{acts} ORDER BY n")).await, order);
    }
}

/// Attack 47: an audit row, a notice, and what is left.
#[tokio::test]
async fn a_use_is_recorded_and_the_owner_told() {
    let (clinic, _phone, codes) = with_codes().await;
    let due = clinic.manager().code_due().await;
    submit(&clinic, &due, codes[0].expose()).await.unwrap();
    for table in ["events", "notices"] {
        let rows = format!("SELECT COUNT(*) FROM {table} WHERE kind = 'recovery_code_used'");
        assert_eq!(clinic.number(&rows).await, 1, "{table}");
    }
}

/// A recovery code counts for a step-up, and is spent by it.
#[tokio::test]
async fn a_recovery_code_steps_up_once() {
    let (clinic, phone, codes) = with_codes().await;
    let token = clinic.manager().session_by(&phone).await;
    clinic.clock.advance(5 * 60 + 1);
    let call = StepUp {
        password: Secret::new(PASSWORD),
        code: Some(codes[0].clone()),
        by: Some(Way::RecoveryCode),
    };
    let stepped = clinic.call(&token, call.clone()).await.unwrap();
    make(&clinic, &stepped.token).await;
    let again = clinic.call(&stepped.token, call).await;
    assert!(matches!(again, Err(Error::CodeWrong { .. })), "{again:?}");
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'recovery_code_wrong'";
    assert_eq!(clinic.number(told).await, 1);
}

/// The set ends with the methods: a reset leaves no way in but the password and a set-up.
#[tokio::test]
async fn a_reset_voids_the_recovery_codes() {
    let (clinic, alex, _) = with_codes().await;
    let sam = clinic.hire("sam@hills.example").await;
    let token = sam.session().await;
    clinic.enrol(&token).await;
    let made = make(&clinic, &token).await;
    keep(&clinic, &token, &made).await.unwrap();
    let by = clinic.manager().session_by(&alex).await;
    let call = Reset {
        user: sam.id().await.parse().unwrap(),
        reason: "Lost phone".into(),
    };
    clinic.call(&by, call).await.unwrap();
    let counting = "SELECT COUNT(*) FROM recovery_sets JOIN users ON users.id = user_id
                    WHERE email LIKE 'sam%' AND ended_at IS NULL";
    assert_eq!(clinic.number(counting).await, 0);
    let token = sam.session().await;
    clinic.enrol(&token).await;
    clinic.clock.advance(60);
    let due = sam.code_due().await;
    assert!(!due.challenge.recovery);
    assert!(wrong(&submit(&clinic, &due, made.codes[0].expose()).await));
}

/// Attack 27's rule, for recovery codes: what cannot be one costs nothing.
#[tokio::test]
async fn what_is_no_recovery_code_costs_no_try() {
    let (clinic, _phone, codes) = with_codes().await;
    let due = clinic.manager().code_due().await;
    for typed in [
        "",
        "123456",
        "0000-0000-0000-000U",
        &codes[0].expose()[1..],
        &"0".repeat(10_000),
    ] {
        let answer = submit(&clinic, &due, typed).await;
        let expected = Field::RecoveryCode.cannot_be(Fault::NotUnderstood);
        assert_eq!(answer.unwrap_err(), expected, "{typed:.20}");
    }
    let failures = "SELECT SUM(failures) FROM tries";
    assert_eq!(clinic.number(failures).await, 0);
}

/// Whoever is Enabled and has no set is told at each sign-in.
#[tokio::test]
async fn a_set_is_offered_until_one_counts() {
    let (clinic, phone) = Clinic::enabled().await;
    let offered = async |clinic: &Clinic, phone: &Phone| {
        let due = clinic.manager().code_due().await;
        let code = Secret::new(phone.code());
        let call = vestibule::api::SubmitCode {
            code,
            remember: false,
        };
        match clinic.call(&due.token, call).await.unwrap() {
            Outcome::In(admitted) => (admitted.token, admitted.recovery),
            other => panic!("{other:?}"),
        }
    };
    let (token, due) = offered(&clinic, &phone).await;
    assert_eq!(due, Some(RecoveryDue::NoSet));
    let made = make(&clinic, &token).await;
    keep(&clinic, &token, &made).await.unwrap();
    clinic.clock.advance(30);
    let (_, due) = offered(&clinic, &phone).await;
    assert_eq!(due, None);
}
