//! Sessions and waiting tokens: what each is good for, and until when.

use vestibule::api::{
    CancelSetUp, Error, MyMethods, ProveMethod, Secret, SignOut, StartAuthenticator, StepUp,
    SubmitCode, Token, WhoAmI,
};
use vestibule::domain::MethodId;
use vestibule::service::SystemRandom;

use crate::clinic::{Clinic, PASSWORD};

/// What every call but the sign-out answers to a token.
async fn sweep(clinic: &Clinic, token: &Token) -> Vec<(&'static str, Option<Error>)> {
    let step_up = StepUp {
        password: Secret::new(PASSWORD),
        code: Some(Secret::new("000000")),
        by: None,
    };
    let prove = ProveMethod {
        method: MethodId::new(clinic.now(), &SystemRandom),
        code: Secret::new("000000"),
    };
    let code = Secret::new("000000");
    vec![
        ("who", clinic.call(token, WhoAmI {}).await.err()),
        ("methods", clinic.call(token, MyMethods {}).await.err()),
        ("step-up", clinic.call(token, step_up).await.err()),
        (
            "start",
            clinic
                .call(token, StartAuthenticator::default())
                .await
                .err(),
        ),
        ("prove", clinic.call(token, prove).await.err()),
        ("cancel", clinic.call(token, CancelSetUp {}).await.err()),
        (
            "code",
            clinic
                .call(
                    token,
                    SubmitCode {
                        code,
                        remember: false,
                    },
                )
                .await
                .err(),
        ),
    ]
}

/// Attack 18: the token of a waiting code reaches its own call, and no other.
#[tokio::test]
async fn a_token_that_waits_for_a_code_is_no_session() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    for (call, answer) in sweep(&clinic, &due.token).await {
        match call {
            "code" => assert_eq!(answer, Some(Error::CodeWrong { tries_left: 4 })),
            _ => assert_eq!(answer, Some(Error::NotSignedIn), "{call}"),
        }
    }
    clinic.submit(&due, &phone.code()).await.unwrap();
    for (call, answer) in sweep(&clinic, &due.token).await {
        match call {
            "code" => assert_eq!(answer, Some(Error::ChallengeEnded)),
            _ => assert_eq!(answer, Some(Error::NotSignedIn), "{call}"),
        }
    }
}

/// Attacks 18 and 41: the token of a due set-up reaches set-up, and no other.
#[tokio::test]
async fn a_token_that_waits_for_a_set_up_is_no_session() {
    let clinic = Clinic::new().await;
    clinic.make_mandatory().await;
    let due = clinic.manager().set_up_due().await;
    for (call, answer) in sweep(&clinic, &due.token).await {
        match call {
            "start" | "cancel" => assert_eq!(answer, None, "{call}"),
            "prove" | "code" => assert_eq!(answer, Some(Error::ChallengeEnded), "{call}"),
            _ => assert_eq!(answer, Some(Error::NotSignedIn), "{call}"),
        }
    }
    clinic.call(&due.token, SignOut {}).await.unwrap();
    for (call, answer) in sweep(&clinic, &due.token).await {
        match call {
            "code" => assert_eq!(answer, Some(Error::ChallengeEnded)),
            _ => assert_eq!(answer, Some(Error::NotSignedIn), "{call}"),
        }
    }
}

/// Attacks 18 and 53: an open session is due from the next call on, and reaches set-up alone,
/// after a fresh step-up.
#[tokio::test]
async fn a_session_that_becomes_due_reaches_set_up_alone() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(301);
    clinic.admits(&clinic.founder).await.unwrap();
    clinic.make_mandatory().await;
    assert_eq!(clinic.admits(&clinic.founder).await, Err(Error::SetUpDue));
    let methods = clinic.call(&clinic.founder, MyMethods {}).await;
    assert_eq!(methods, Err(Error::SetUpDue));
    let start = clinic
        .call(&clinic.founder, StartAuthenticator::default())
        .await;
    assert_eq!(start.err(), Some(Error::StepUpNeeded));

    let token = clinic.step_up(&clinic.founder, None).await.unwrap();
    assert_eq!(clinic.admits(&token).await, Err(Error::SetUpDue));
    clinic.enrol(&token).await;
    clinic.admits(&token).await.unwrap();
}

/// Attack 18: a session may always be left, and so may a sign-in that waits.
#[tokio::test]
async fn leaving_ends_a_token_for_good() {
    let (clinic, phone) = Clinic::enabled().await;
    let session = clinic.manager().session_by(&phone).await;
    let due = clinic.manager().code_due().await;
    clinic.clock.advance(30);
    for token in [&session, &due.token] {
        clinic.call(token, SignOut {}).await.unwrap();
        assert_eq!(
            clinic.call(token, SignOut {}).await,
            Err(Error::NotSignedIn)
        );
    }
    let late = clinic.submit(&due, &phone.code()).await;
    assert_eq!(late, Err(Error::ChallengeEnded));
    assert_eq!(clinic.admits(&session).await, Err(Error::NotSignedIn));
}

/// Attack 68: a new token at every rise, the former one dead, none taken from outside.
#[tokio::test]
async fn every_rise_makes_a_new_token_and_kills_the_old_one() {
    let (clinic, phone) = Clinic::enabled().await;
    let planted = Token::new("planted");
    let due = clinic.manager().code_due().await;
    let session = clinic.submit(&due, &phone.code()).await.unwrap();
    clinic.clock.advance(30);
    let raised = clinic.step_up(&session, Some(&phone.code())).await.unwrap();
    let tokens = [&planted, &due.token, &session, &raised];
    for (n, token) in tokens.iter().enumerate() {
        assert!(tokens[..n].iter().all(|other| other != token));
    }
    for dead in [&planted, &due.token, &session] {
        assert_eq!(clinic.admits(dead).await, Err(Error::NotSignedIn));
    }
    clinic.admits(&raised).await.unwrap();
    // 256 bits as text.
    assert_eq!(raised.expose().len(), 43);
}

/// Attack 73: nothing that the database holds works as a token.
#[tokio::test]
async fn no_value_of_the_database_is_a_token() {
    let (clinic, phone) = Clinic::enabled().await;
    let session = clinic.manager().session_by(&phone).await;
    let due = clinic.manager().code_due().await;
    let dump = clinic.dump().await;
    let tokens = [
        session.expose(),
        due.token.expose(),
        clinic.recovery_key.expose(),
    ];
    assert!(dump.iter().any(|(place, _)| place == "sessions.token_hash"));
    for (place, value) in &dump {
        assert!(tokens.iter().all(|token| !value.contains(token)), "{place}");
        let stolen = Token::new(value.clone());
        assert_eq!(
            clinic.admits(&stolen).await,
            Err(Error::NotSignedIn),
            "{place}"
        );
        let code = Secret::new(phone.code_at(phone.step() + 1));
        let answer = clinic
            .call(
                &stolen,
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await;
        assert_eq!(answer.err(), Some(Error::ChallengeEnded), "{place}");
    }
    for text in [phone.secret().to_vec(), PASSWORD.into()] {
        let hex = data_encoding::HEXUPPER.encode(&text);
        let base32 = data_encoding::BASE32_NOPAD.encode(&text);
        assert!(
            dump.iter()
                .all(|(_, value)| !value.contains(&hex) && !value.contains(&base32))
        );
    }
}

/// The figure "session": idle at 15 minutes, not a second earlier.
#[tokio::test]
async fn a_session_locks_after_fifteen_minutes_without_activity() {
    let clinic = Clinic::new().await;
    for _ in 0..3 {
        clinic.clock.advance(899);
        clinic.active(&clinic.founder).await.unwrap();
    }
    clinic.clock.advance(899);
    clinic.admits(&clinic.founder).await.unwrap();
    clinic.clock.advance(1);
    for (call, answer) in sweep(&clinic, &clinic.founder).await {
        match call {
            "code" => assert_eq!(answer, Some(Error::ChallengeEnded)),
            _ => assert_eq!(answer, Some(Error::Locked), "{call}"),
        }
    }
    clinic.call(&clinic.founder, SignOut {}).await.unwrap();
}

/// The figure "session": 12 hours, whatever is done in it.
#[tokio::test]
async fn a_session_ends_after_twelve_hours() {
    let clinic = Clinic::new().await;
    let ends = clinic.now() + jiff::SignedDuration::from_hours(12);
    let last = ends - jiff::SignedDuration::from_secs(1);
    while clinic.now() < last {
        let left = last.duration_since(clinic.now()).as_secs();
        clinic.clock.advance(left.min(600));
        clinic.active(&clinic.founder).await.unwrap();
    }
    let token = clinic.step_up(&clinic.founder, None).await.unwrap();
    clinic.admits(&token).await.unwrap();
    clinic.clock.set(ends);
    assert_eq!(clinic.admits(&token).await, Err(Error::NotSignedIn));
}

const NOTICES: &str = "SELECT COUNT(*) FROM notices WHERE kind = 'oldest_session_ended'";

/// The figure "session": at most 5 a person; the 6th ends the oldest, with a notice.
#[tokio::test]
async fn a_sixth_session_ends_the_oldest_and_says_so() {
    let clinic = Clinic::new().await;
    let mut tokens = vec![clinic.founder.clone()];
    for made in 2..=7 {
        clinic.clock.advance(1);
        tokens.push(clinic.manager().session().await);
        let ended = usize::max(made, 5) - 5;
        for token in &tokens[..ended] {
            assert_eq!(clinic.admits(token).await, Err(Error::NotSignedIn));
        }
        for token in &tokens[ended..] {
            clinic.admits(token).await.unwrap();
        }
        let notices = usize::try_from(clinic.number(NOTICES).await).unwrap();
        assert_eq!(notices, ended);
    }
}

/// The figure "session": one that locked goes before one that is in use, even an older one.
#[tokio::test]
async fn a_locked_session_goes_before_one_in_use() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(1);
    let left = clinic.manager().session().await;
    for _ in 0..2 {
        clinic.clock.advance(800);
        clinic.active(&clinic.founder).await.unwrap();
    }
    assert_eq!(clinic.admits(&left).await, Err(Error::Locked));
    for _ in 0..4 {
        clinic.clock.advance(1);
        clinic.manager().session().await;
    }
    clinic.admits(&clinic.founder).await.unwrap();
    assert_eq!(clinic.admits(&left).await, Err(Error::NotSignedIn));
    assert_eq!(clinic.number(NOTICES).await, 1);
}

/// The figure "session": those that ended by themselves are not among the five.
#[tokio::test]
async fn sessions_of_former_days_end_nothing() {
    let clinic = Clinic::new().await;
    for _ in 0..8 {
        clinic.clock.advance(24 * 3_600);
        clinic.manager().session().await;
    }
    assert_eq!(clinic.number(NOTICES).await, 0);
}
