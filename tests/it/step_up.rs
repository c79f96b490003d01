//! The step-up, and the limits that every door shares with the sign-in.

use vestibule::api::{
    AddPerson, CancelSetUp, ChangeEmail, ChangePassword, EditPerson, EndSessions, Error, Field,
    Secret, SessionTimeOuts, SetSessionRule, StartAuthenticator, StepUp,
};
use vestibule::backend::Served;
use vestibule::domain::{Role, UserId};
use vestibule::service::SystemRandom;

use crate::clinic::{Clinic, wrong};

/// Attack 31: the figure "step-up" at its edge, for a session without and with a method.
#[tokio::test]
async fn set_up_needs_a_step_up_of_less_than_five_minutes() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(299);
    let key = clinic
        .call(&clinic.founder, StartAuthenticator::default())
        .await
        .unwrap();
    clinic.clock.advance(1);
    let code = clinic.phone(&key).code();
    let stale = clinic.prove(&clinic.founder, &key, &code).await;
    assert_eq!(stale.err(), Some(Error::StepUpNeeded));
    for answer in [
        clinic
            .call(&clinic.founder, StartAuthenticator::default())
            .await
            .err(),
        clinic.call(&clinic.founder, CancelSetUp {}).await.err(),
    ] {
        assert_eq!(answer, Some(Error::StepUpNeeded));
    }
    assert_eq!(clinic.code_failures().await, 0);
    let token = clinic.step_up(&clinic.founder, None).await.unwrap();
    clinic.clock.advance(299);
    let phone = clinic.phone(&key);
    clinic.prove(&token, &key, &phone.code()).await.unwrap();
    clinic.clock.advance(1);
    let answer = clinic.call(&token, StartAuthenticator::default()).await;
    assert_eq!(answer.err(), Some(Error::StepUpNeeded));
}

/// Attack 31: the password alone is no step-up once a method is proven, nor is the code alone.
#[tokio::test]
async fn a_step_up_needs_the_password_and_the_code() {
    let (clinic, phone) = Clinic::enabled().await;
    clinic.clock.advance(300);
    let token = clinic.founder.clone();
    assert!(matches!(
        clinic.step_up(&token, None).await,
        Err(Error::Invalid { .. })
    ));
    assert!(wrong(&clinic.step_up(&token, Some(&phone.wrong(0))).await));
    let guess = StepUp {
        password: Secret::new("not it at all"),
        code: Some(Secret::new(phone.code())),
        by: None,
    };
    let answer = clinic.call(&token, guess).await;
    assert_eq!(answer.err(), Some(Error::WrongCredentials));
    let answer = clinic.call(&token, StartAuthenticator::default()).await;
    assert_eq!(answer.err(), Some(Error::StepUpNeeded));
    // A wrong code is no wrong password.
    let passwords = "SELECT COALESCE(SUM(failures), 0) FROM tries WHERE counter = 'passwords'";
    let before = clinic.number(passwords).await;
    assert!(wrong(&clinic.step_up(&token, Some(&phone.wrong(1))).await));
    assert_eq!(clinic.number(passwords).await, before);
    // The code was not looked at under the wrong password: it is still there to be spent.
    clinic.step_up(&token, Some(&phone.code())).await.unwrap();
}

/// Guarantee G4: a code that was not looked at is no failure, also where two step-ups with a wrong
/// password are under way at once.
#[tokio::test]
async fn of_two_step_ups_at_once_neither_costs_a_code() {
    let (clinic, phone) = Clinic::enabled().await;
    let guess = async || {
        let guess = StepUp {
            password: Secret::new("not it at all"),
            code: Some(Secret::new(phone.code())),
            by: None,
        };
        clinic.call(&clinic.founder, guess).await.err()
    };
    let wrong = Some(Error::WrongCredentials);
    let both = tokio::join!(guess(), guess());
    assert_eq!(both, (wrong.clone(), wrong));
    assert_eq!(clinic.code_failures().await, 0);
}

/// Attack 30: the doors beside the sign-in share its limits, in both directions.
#[tokio::test]
async fn guesses_at_every_door_are_counted_together() {
    let (clinic, phone) = Clinic::enabled().await;
    let session = clinic.manager().session_by(&phone).await;
    let due = clinic.manager().code_due().await;
    let key = clinic
        .call(&session, StartAuthenticator::default())
        .await
        .unwrap();
    let new = clinic.phone(&key);
    assert!(wrong(
        &clinic.step_up(&session, Some(&phone.wrong(0))).await
    ));
    let answer = clinic.prove(&session, &key, &new.wrong(0)).await;
    assert!(matches!(answer, Err(Error::CodeWrong { .. })));
    assert!(wrong(&clinic.submit(&due, &phone.wrong(0)).await));
    assert_eq!(clinic.code_failures().await, 3);
    // What is right without being a sign-in gives back its own try and no other.
    clinic.clock.advance(30);
    let session = clinic.step_up(&session, Some(&phone.code())).await.unwrap();
    clinic.prove(&session, &key, &new.code()).await.unwrap();
    assert_eq!(clinic.code_failures().await, 3);
    for _ in 0..2 {
        assert!(wrong(&clinic.step_up(&session, Some(&new.wrong(0))).await));
    }
    clinic.clock.advance(29);
    let code = new.code();
    let key = clinic
        .call(&session, StartAuthenticator::default())
        .await
        .unwrap();
    let answers = [
        clinic.step_up(&session, Some(&code)).await.err(),
        clinic.prove(&session, &key, &code).await.err(),
    ];
    for answer in answers {
        assert!(matches!(answer, Some(Error::Wait { .. })), "{answer:?}");
    }
}

/// Attack 30: a wrong password at the step-up counts as one at the sign-in.
#[tokio::test]
async fn guesses_at_the_password_are_counted_together() {
    let clinic = Clinic::new().await;
    for n in 0..5 {
        let guess = StepUp {
            password: Secret::new("not it at all"),
            code: None,
            by: None,
        };
        if n % 2 == 0 {
            let answer = clinic.call(&clinic.founder, guess).await;
            assert_eq!(answer.err(), Some(Error::WrongCredentials));
        } else {
            assert!(
                clinic
                    .manager()
                    .try_password("not it at all")
                    .await
                    .is_err()
            );
        }
    }
    let waits = [
        clinic.manager().sign_in().await.err(),
        clinic.step_up(&clinic.founder, None).await.err(),
    ];
    assert!(matches!(waits[0], Some(Error::Wait { .. })), "{waits:?}");
    assert_eq!(waits[0], waits[1]);
}

/// Attack 30: a set-up takes five tries, like a challenge.
#[tokio::test]
async fn a_set_up_takes_five_tries() {
    let clinic = Clinic::new().await;
    let key = clinic
        .call(&clinic.founder, StartAuthenticator::default())
        .await
        .unwrap();
    let phone = clinic.phone(&key);
    for tries_left in [4, 3, 2, 1, 0] {
        let answer = clinic.prove(&clinic.founder, &key, &phone.wrong(0)).await;
        assert_eq!(answer, Err(Error::CodeWrong { tries_left }));
    }
    clinic.clock.advance(30);
    let answer = clinic.prove(&clinic.founder, &key, &phone.code()).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    assert_eq!(clinic.code_failures().await, 5);
}

/// Nobody proves afresh who sits here for words that are refused then; what is right with them is
/// said to nobody without it.
#[tokio::test]
async fn what_is_wrong_with_the_words_is_said_before_a_step_up() {
    async fn refused<C: Served>(clinic: &Clinic, field: Field, wrong: C, right: C) {
        let answer = clinic.call(&clinic.founder, wrong).await.err();
        let of = |field: Field| matches!(&answer, Some(Error::Invalid { field: of, .. }) if *of == field);
        assert!(of(field), "{} {answer:?}", C::NAME);
        let answer = clinic.call(&clinic.founder, right).await.err();
        assert_eq!(answer, Some(Error::StepUpNeeded), "{}", C::NAME);
    }
    let clinic = Clinic::new().await;
    clinic.clock.advance(300);
    let nobody = UserId::new(clinic.now(), &SystemRandom);
    let add = |name: &str, email: &str| AddPerson {
        name: name.to_owned(),
        email: email.to_owned(),
        role: Role::Reception,
        send: false,
    };
    let right = || add("Kim Lee", "kim@hills.example");
    refused(&clinic, Field::Name, add(" ", "kim@hills.example"), right()).await;
    refused(&clinic, Field::Email, add("Kim Lee", "kim"), right()).await;
    let edit = |name: &str| EditPerson {
        user: nobody.clone(),
        name: name.to_owned(),
    };
    refused(&clinic, Field::Name, edit(""), edit("Kim Lee")).await;
    let end = |reason: &str| EndSessions {
        user: nobody.clone(),
        reason: reason.to_owned(),
    };
    refused(&clinic, Field::Reason, end(""), end("left early")).await;
    let change = |email: &str| ChangeEmail {
        email: email.to_owned(),
    };
    refused(
        &clinic,
        Field::Email,
        change("kim"),
        change("kim@hills.example"),
    )
    .await;
    let password = |password: &str| ChangePassword {
        password: Secret::new(password),
    };
    refused(
        &clinic,
        Field::Password,
        password("too short"),
        password("estuary 12 plinth marrow"),
    )
    .await;
    let limits = |idle_minutes| SetSessionRule {
        limits: SessionTimeOuts {
            idle_minutes,
            absolute_hours: 12,
        },
    };
    refused(&clinic, Field::IdleMinutes, limits(4), limits(5)).await;
}
