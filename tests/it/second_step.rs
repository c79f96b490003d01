//! The second step: what a code opens, and when.

use vestibule::api::{Error, Fault, Field, Secret, SubmitCode};
use vestibule::domain::NotAllowed;

use crate::clinic::{Clinic, bytes, code_of, seconds_to, used, wrong};

/// Attack 9.
#[tokio::test]
async fn a_code_signs_in_once_in_any_challenge() {
    let (clinic, phone) = Clinic::enabled().await;
    let (first, second) = (
        clinic.manager().code_due().await,
        clinic.manager().code_due().await,
    );
    let code = phone.code();
    clinic.submit(&first, &code).await.unwrap();
    assert!(used(&clinic.submit(&second, &code).await));
    assert_eq!(
        clinic.submit(&first, &code).await,
        Err(Error::ChallengeEnded)
    );
    clinic.clock.advance(30);
    clinic.submit(&second, &phone.code()).await.unwrap();
}

/// Attack 10.
#[tokio::test]
async fn a_spent_step_takes_every_earlier_one_with_it() {
    let (clinic, phone) = Clinic::enabled().await;
    let step = phone.step();
    let due = clinic.manager().code_due().await;
    clinic.submit(&due, &phone.code_at(step)).await.unwrap();
    let due = clinic.manager().code_due().await;
    // The same step seen from the next one, and an unused one before it.
    assert!(used(&clinic.submit(&due, &phone.code_at(step - 1)).await));
    clinic.clock.advance(30);
    assert!(used(&clinic.submit(&due, &phone.code_at(step)).await));
    // A step ahead of ours counts, and then ours does not.
    clinic.submit(&due, &phone.code_at(step + 2)).await.unwrap();
    let due = clinic.manager().code_due().await;
    assert!(used(&clinic.submit(&due, &phone.code_at(step + 1)).await));
    for far in [step - 2, step + 3] {
        assert!(wrong(&clinic.submit(&due, &phone.code_at(far)).await));
    }
}

/// Attack 11: one code, every door, and a second program over the same file.
#[tokio::test]
async fn a_spent_code_is_dead_at_every_door() {
    let (clinic, phone) = Clinic::enabled().await;
    let session = clinic.manager().session_by(&phone).await;
    let code = phone.code();
    let refused = clinic.step_up(&session, Some(&code)).await;
    assert!(used(&refused), "{refused:?}");
    let window = clinic.another_window().await;
    let due = clinic.manager().code_due().await;
    let submit = SubmitCode {
        code: Secret::new(code),
        remember: false,
    };
    let refused = window.call(Some(&due.token), submit).await;
    assert!(
        matches!(refused, Err(Error::CodeUsed { .. })),
        "{refused:?}"
    );

    // And the other way round: a step-up spends it for the sign-in.
    clinic.clock.advance(30);
    clinic.step_up(&session, Some(&phone.code())).await.unwrap();
    assert!(used(&clinic.submit(&due, &phone.code()).await));
}

/// Attack 12.
#[tokio::test]
async fn the_code_that_proved_the_set_up_does_not_sign_in() {
    let clinic = Clinic::new().await;
    let phone = clinic.enrol(&clinic.founder).await;
    let due = clinic.manager().code_due().await;
    assert!(used(&clinic.submit(&due, &phone.code()).await));
    clinic.clock.advance(30);
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// Attack 43 and fault 4: no session, then no spent code, and the fault is told as one.
#[tokio::test]
async fn a_session_that_cannot_be_written_spends_no_code() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    clinic.refuse_rows("sessions").await;
    let answer = clinic.submit(&due, &phone.code()).await;
    assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
    clinic.take_rows("sessions").await;
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// Attack 20.
#[tokio::test]
async fn a_code_of_somebody_else_is_wrong_and_counts() {
    let (clinic, alex) = Clinic::enabled().await;
    let sam = clinic.hire("sam@hills.example").await;
    let token = sam.session().await;
    let phone = clinic.enrol(&token).await;
    clinic.clock.advance(60);
    let (of_alex, of_sam) = (clinic.manager().code_due().await, sam.code_due().await);
    assert!(wrong(&clinic.submit(&of_alex, &phone.code()).await));
    assert!(wrong(&clinic.submit(&of_sam, &alex.code()).await));
    assert_eq!(clinic.tries().await.len(), 2);
    clinic.submit(&of_sam, &phone.code()).await.unwrap();
    clinic.submit(&of_alex, &alex.code()).await.unwrap();
}

/// Attack 23.
#[tokio::test]
async fn a_lost_secret_accepts_no_code_not_even_of_the_empty_key() {
    let longer = format!("(SELECT {} || secret)", bytes("01"));
    for secret in ["NULL", &bytes(""), &bytes(&"00".repeat(65)), &longer] {
        let (clinic, phone) = Clinic::enabled().await;
        let due = clinic.manager().code_due().await;
        clinic
            .sql(&format!("UPDATE methods SET secret = {secret}"))
            .await;
        for key in [&[][..], &[0; 20], phone.secret()] {
            let answer = clinic.submit(&due, &code_of(key, phone.step())).await;
            assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
        }
        let sessions = "SELECT COUNT(*) FROM sessions";
        assert_eq!(clinic.number(sessions).await, 1, "the founding's alone");
    }
}

/// Attack 23: a method that waits for its proof is asked for nothing and proves nothing.
#[tokio::test]
async fn a_method_that_is_not_proven_accepts_no_code() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    let ends = clinic.now().as_millisecond() + 900_000;
    clinic
        .sql(&format!(
            "UPDATE methods SET proven_at = NULL, ends_at = {ends}"
        ))
        .await;
    // And a code of it is not called wrong: nothing could have made it right.
    let why = NotAllowed::NoSuchMethod;
    let refused = clinic.submit(&due, &phone.code()).await;
    assert_eq!(refused, Err(Error::NotAllowed { why }));
}

/// Attack 27, through the call.
#[tokio::test]
async fn only_six_ascii_digits_are_a_code_and_nothing_else_costs_a_try() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    let code = phone.code();
    let wide: String = code
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) + 0xfee0).unwrap())
        .collect();
    let arabic: String = code
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0x660).unwrap())
        .collect();
    let refused = [
        String::new(),
        code[..5].to_owned(),
        format!("{code}0"),
        format!("+{code}"),
        format!("-{code}"),
        format!("{code}.0"),
        format!("{code}e0"),
        format!("0x{code}"),
        format!("{code} {code}"),
        "9".repeat(10_240),
        format!("{code}\0x{}", " ".repeat(10_240)),
        wide,
        arabic,
    ];
    for text in &refused {
        let answer = clinic.submit(&due, text).await;
        let Err(Error::Invalid {
            field: Field::Code,
            fault: Fault::Code(_),
        }) = answer
        else {
            panic!("{text:?}: {answer:?}")
        };
    }
    assert_eq!(clinic.code_failures().await, 0);
    let pasted = format!(" Your code is {}-{}.\r\n", &code[..3], &code[3..]);
    clinic.submit(&due, &pasted).await.unwrap();
}

/// Attack 27: leading zeros are digits.
#[tokio::test]
async fn a_code_that_begins_with_a_zero_opens() {
    let (clinic, phone) = Clinic::enabled().await;
    while !phone.code().starts_with('0') {
        clinic.clock.advance(30);
    }
    let due = clinic.manager().code_due().await;
    let short = phone.code().trim_start_matches('0').to_owned();
    assert!(clinic.submit(&due, &short).await.is_err());
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// Attack 28, the authenticator's waiting token: 9:59 is in time, 10:00 is not.
#[tokio::test]
async fn a_sign_in_waits_ten_minutes_for_its_code() {
    for (seconds, in_time) in [(599, true), (600, false)] {
        let (clinic, phone) = Clinic::enabled().await;
        let due = clinic.manager().code_due().await;
        assert_eq!(seconds_to(due.challenge.ends, &clinic), 600);
        clinic.clock.advance(seconds);
        let answer = clinic.submit(&due, &phone.code()).await;
        if in_time {
            answer.unwrap();
        } else {
            assert_eq!(answer, Err(Error::ChallengeEnded));
        }
    }
}
